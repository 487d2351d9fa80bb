import type { Address } from '../core/address.ts';
import type { ResourceChange } from './plan.ts';

const DELETE = ' (delete)';

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
 * refer to; deletes run the other way round; what takes a natural key follows the delete of its
 * namesake; an update that lets go of a resource precedes its delete, unless that would close a
 * circle. Never has a circle.
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
  for (const change of active) addEdges(change, after);
  for (const [deleted, taken] of namesakesOf(active)) {
    after.get(nodeId(taken, 'apply'))?.add(nodeId(deleted, 'delete'));
  }
  addWhereNoCircle(after, lettingGo(active, byAddress));
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
  return part === 'apply' ? address : `${address}${DELETE}`;
}

function addEdges(change: ResourceChange, after: ReadonlyMap<string, Set<string>>): void {
  const link = (later: string, earlier: string): void => {
    if (later !== earlier && after.has(earlier)) after.get(later)?.add(earlier);
  };
  const own = nodeId(change.address, 'apply');
  const ownDelete = nodeId(change.address, 'delete');
  if (change.action === 'replace') link(own, ownDelete);
  for (const below of change.dependsOn) {
    if (change.desired !== undefined) link(own, nodeId(below, 'apply'));
  }
  if (!after.has(ownDelete)) return;
  for (const below of oldDependencies(change)) link(nodeId(below, 'delete'), ownDelete);
}

/** What the object depends on as it is now: from the state, where it is in there. */
function oldDependencies(change: ResourceChange): readonly string[] {
  return change.previousDependsOn ?? change.dependsOn;
}

/** Later → earlier: the delete of what an update no longer refers to comes after the update. */
function lettingGo(
  changes: readonly ResourceChange[],
  byAddress: ReadonlyMap<string, ResourceChange>,
): readonly (readonly [string, string])[] {
  return changes.flatMap((change) => {
    if (change.action === 'delete' || change.action === 'replace') return [];
    return oldDependencies(change)
      .filter((below) => byAddress.get(below)?.action === 'delete')
      .map((below) => [nodeId(below, 'delete'), nodeId(change.address, 'apply')] as const);
  });
}

/**
 * Adds wishes that hold where nothing stronger says otherwise. Without them the only circles can
 * be among deletes whose dependencies an interrupted apply recorded both ways; those go too.
 */
function addWhereNoCircle(
  after: ReadonlyMap<string, Set<string>>,
  wishes: readonly (readonly [string, string])[],
): void {
  for (const [later, earlier] of wishes) after.get(later)?.add(earlier);
  let stuck = inCircles(after);
  if (stuck.size === 0) return;
  for (const [later, earlier] of wishes) {
    if (stuck.has(later) && stuck.has(earlier)) after.get(later)?.delete(earlier);
  }
  stuck = inCircles(after);
  for (const id of stuck) {
    if (!id.endsWith(DELETE)) continue;
    for (const earlier of after.get(id) ?? []) {
      if (stuck.has(earlier) && earlier > id) after.get(id)?.delete(earlier);
    }
  }
}

/** Nodes that wait for themselves, or for one that does. */
function inCircles(after: ReadonlyMap<string, ReadonlySet<string>>): ReadonlySet<string> {
  const weights = weigh(after);
  return new Set([...after.keys()].filter((id) => !weights.has(id)));
}

/** Deleted address → the address that takes its natural key. */
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
    if (!['create', 'replace', 'update'].includes(change.action)) continue;
    if (change.naturalKey === undefined) continue;
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
    weights.set(id, 1 + above.reduce((most, other) => Math.max(most, weights.get(other) ?? 0), 0));
    for (const earlier of after.get(id) ?? []) {
      const left = (open.get(earlier) ?? 1) - 1;
      open.set(earlier, left);
      if (left === 0) ready.push(earlier);
    }
  }
  return weights;
}
