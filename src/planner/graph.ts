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
 * refer to; deletes run the other way round; what takes a natural key follows the delete that frees
 * it; what takes the name of a renamed object follows the update, and an update that lets go of a
 * resource precedes its delete, unless that would close a circle. Never has a circle.
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
  const { afterDeletes, afterRenames } = namesakesOf(active);
  for (const [later, earlier] of afterDeletes) after.get(later)?.add(earlier);
  addWhereNoCircle(after, [...lettingGo(active, byAddress), ...afterRenames]);
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
  // What a resource follows from and is to go, goes before the resource is brought up to date.
  for (const freed of change.freedFrom ?? []) link(own, nodeId(freed, 'delete'));
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
): Edges {
  return changes.flatMap((change) => {
    if (change.action === 'delete' || change.action === 'replace') return [];
    return oldDependencies(change)
      .filter((below) => byAddress.get(below)?.action === 'delete')
      .map((below) => [nodeId(below, 'delete'), nodeId(change.address, 'apply')] as const);
  });
}

/**
 * Adds wishes that hold where nothing stronger says otherwise. Without them the only circles can
 * be among deletes whose dependencies an interrupted apply recorded both ways: those go in the
 * order of their addresses. What only leads to a circle, or out of it, keeps its order.
 */
function addWhereNoCircle(after: ReadonlyMap<string, Set<string>>, wishes: Edges): void {
  const added = wishes.filter(([later, earlier]) => after.get(later)?.has(earlier) === false);
  for (const [later, earlier] of added) after.get(later)?.add(earlier);
  if (weigh(after).size === after.size) return;
  removeCircular(after, added);
  const recorded = [...after].flatMap(([later, all]): Edges =>
    [...all].filter((earlier) => earlier > later).map((earlier) => [later, earlier]),
  );
  removeCircular(after, recorded);
}

/** Removes those of some edges that are part of a circle. */
function removeCircular(after: ReadonlyMap<string, Set<string>>, edges: Edges): void {
  const weights = weigh(after);
  const circular = edges.filter(
    // Cheap first: a node in a circle has no weight.
    ([later, earlier]) => !weights.has(later) && waitsFor(after, earlier, later),
  );
  for (const [later, earlier] of circular) after.get(later)?.delete(earlier);
}

/** Whether a node comes after another one, by whatever way. */
function waitsFor(
  after: ReadonlyMap<string, ReadonlySet<string>>,
  id: string,
  wanted: string,
): boolean {
  const reached = new Set([id]);
  for (const item of reached) for (const earlier of after.get(item) ?? []) reached.add(earlier);
  return reached.has(wanted);
}

type Edges = readonly (readonly [string, string])[];

/** Later → earlier: what takes a natural key comes after the delete, or the rename, that frees it. */
function namesakesOf(changes: readonly ResourceChange[]): {
  readonly afterDeletes: Edges;
  /** Two that swap their names make a circle, which only the API can judge. */
  readonly afterRenames: Edges;
} {
  const freed = new Map<string, string>();
  for (const change of changes) {
    const key = change.action === 'delete' ? change.naturalKey : change.freedKey;
    if (key === undefined) continue;
    const part = change.action === 'update' ? 'apply' : 'delete';
    freed.set(`${change.type} ${key}`, nodeId(change.address, part));
  }
  const edges = changes.flatMap((change): Edges => {
    if (freed.size === 0 || change.naturalKey === undefined) return [];
    if (!['create', 'replace', 'update'].includes(change.action)) return [];
    const later = nodeId(change.address, 'apply');
    const earlier = freed.get(`${change.type} ${change.naturalKey}`);
    return earlier === undefined || earlier === later ? [] : [[later, earlier]];
  });
  return {
    afterDeletes: edges.filter(([, earlier]) => earlier.endsWith(DELETE)),
    afterRenames: edges.filter(([, earlier]) => !earlier.endsWith(DELETE)),
  };
}

interface Weighed {
  readonly id: string;
  readonly earlier: Weighed[];
  readonly later: Weighed[];
  /** Later ones that are not weighed yet. */
  open: number;
  weight: number;
}

/**
 * Longest remaining path from each node: what the scheduler starts first. Nodes in a circle, and
 * those before them, have none.
 */
function weigh(after: ReadonlyMap<string, ReadonlySet<string>>): ReadonlyMap<string, number> {
  const nodes = new Map<string, Weighed>();
  for (const id of after.keys()) nodes.set(id, { id, earlier: [], later: [], open: 0, weight: 0 });
  for (const node of nodes.values()) link(node, after, nodes);
  const weights = new Map<string, number>();
  const ready = [...nodes.values()].filter((node) => node.open === 0);
  for (let node = ready.pop(); node !== undefined; node = ready.pop()) {
    node.weight = 1 + node.later.reduce((most, other) => Math.max(most, other.weight), 0);
    weights.set(node.id, node.weight);
    for (const earlier of node.earlier) {
      earlier.open -= 1;
      if (earlier.open === 0) ready.push(earlier);
    }
  }
  return weights;
}

function link(
  node: Weighed,
  after: ReadonlyMap<string, ReadonlySet<string>>,
  nodes: ReadonlyMap<string, Weighed>,
): void {
  for (const id of after.get(node.id) ?? []) {
    const earlier = nodes.get(id);
    if (earlier === undefined) continue;
    node.earlier.push(earlier);
    earlier.later.push(node);
    earlier.open += 1;
  }
}
