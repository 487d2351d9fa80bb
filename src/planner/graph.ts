import type { Address } from '../core/address.ts';
import type { ResourceChange } from './plan.ts';

/** One unit of execution: a replacement is two, its delete and its create. */
export interface ChangeNode {
  /** `<address>` or `<address> (delete)`. */
  readonly id: string;
  readonly change: ResourceChange;
  readonly part: 'apply' | 'delete';
  /** IDs of nodes that must be done first. */
  readonly after: readonly string[];
  /** Nodes on the longest chain that starts here, this one included. */
  readonly weight: number;
}

/**
 * The execution graph of some changes (no-ops left out). Creates and updates follow what they
 * refer to; deletes run the other way round; an update that lets go of a resource precedes its
 * delete; a create follows the delete of a namesake.
 */
export function executionGraph(changes: readonly ResourceChange[]): readonly ChangeNode[] {
  const active = changes.filter((change) => change.action !== 'no-op');
  const byAddress = new Map<string, ResourceChange>(
    active.map((change) => [change.address, change]),
  );
  const after = new Map<string, Set<string>>();
  for (const change of active) {
    for (const part of partsOf(change)) after.set(nodeId(change.address, part), new Set());
  }
  const namesakes = namesakesOf(active);
  for (const change of active) addEdges(change, byAddress, after, namesakes);
  for (const [deleted, created] of namesakes) {
    after.get(nodeId(created, 'apply'))?.add(nodeId(deleted, 'delete'));
  }
  const weights = weigh(after);
  return active.flatMap((change) =>
    partsOf(change).map((part): ChangeNode => {
      const id = nodeId(change.address, part);
      return { id, change, part, after: [...(after.get(id) ?? [])], weight: weights.get(id) ?? 1 };
    }),
  );
}

function partsOf(change: ResourceChange): readonly ('apply' | 'delete')[] {
  if (change.action === 'replace') return ['delete', 'apply'];
  return change.action === 'delete' ? ['delete'] : ['apply'];
}

export function nodeId(address: Address | string, part: 'apply' | 'delete'): string {
  return part === 'apply' ? address : `${address} (delete)`;
}

function addEdges(
  change: ResourceChange,
  byAddress: ReadonlyMap<string, ResourceChange>,
  after: ReadonlyMap<string, Set<string>>,
  namesakes: ReadonlyMap<string, string>,
): void {
  const link = (later: string, earlier: string): void => {
    if (later !== earlier && after.has(earlier)) after.get(later)?.add(earlier);
  };
  const own = nodeId(change.address, 'apply');
  const ownDelete = nodeId(change.address, 'delete');
  if (change.action === 'replace') link(own, ownDelete);
  for (const below of change.dependsOn) {
    if (change.desired !== undefined) link(own, nodeId(below, 'apply'));
  }
  for (const below of oldDependencies(change)) {
    const target = byAddress.get(below);
    if (target === undefined) continue;
    if (after.has(ownDelete)) link(nodeId(below, 'delete'), ownDelete);
    else if (target.action === 'delete' && !namesakes.has(below))
      link(nodeId(below, 'delete'), own);
  }
}

/** What the object depends on as it is now, from the state; for an entry also what it will. */
function oldDependencies(change: ResourceChange): readonly string[] {
  return [...new Set([...change.dependsOn, ...(change.previousDependsOn ?? [])])];
}

/** Deleted address → the address that is created under the same natural key. */
function namesakesOf(changes: readonly ResourceChange[]): ReadonlyMap<string, string> {
  const deleted = new Map<string, string>();
  for (const change of changes) {
    if (change.action === 'delete' && change.naturalKey !== undefined) {
      deleted.set(`${change.type} ${change.naturalKey}`, change.address);
    }
  }
  const namesakes = new Map<string, string>();
  if (deleted.size === 0) return namesakes;
  for (const change of changes) {
    if (change.action !== 'create' || change.naturalKey === undefined) continue;
    const earlier = deleted.get(`${change.type} ${change.naturalKey}`);
    if (earlier !== undefined) namesakes.set(earlier, change.address);
  }
  return namesakes;
}

/** Longest remaining path from each node: what the scheduler starts first. */
function weigh(after: ReadonlyMap<string, ReadonlySet<string>>): ReadonlyMap<string, number> {
  const before = new Map<string, string[]>();
  const open = new Map<string, number>();
  for (const [id, earlier] of after) {
    for (const other of earlier) {
      const known = before.get(other);
      if (known === undefined) before.set(other, [id]);
      else known.push(id);
    }
    open.set(id, 0);
  }
  for (const [, earlier] of after)
    for (const other of earlier) open.set(other, (open.get(other) ?? 0) + 1);
  const weights = new Map<string, number>();
  const ready = [...open].filter(([, count]) => count === 0).map(([id]) => id);
  for (let id = ready.pop(); id !== undefined; id = ready.pop()) {
    const above = before.get(id) ?? [];
    weights.set(id, 1 + Math.max(0, ...above.map((other) => weights.get(other) ?? 0)));
    for (const earlier of after.get(id) ?? []) {
      const left = (open.get(earlier) ?? 1) - 1;
      open.set(earlier, left);
      if (left === 0) ready.push(earlier);
    }
  }
  return weights;
}
