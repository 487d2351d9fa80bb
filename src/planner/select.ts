import type { PlanOptions } from './input.ts';
import { matchesAny } from './approvals.ts';
import type { Action } from './plan.ts';

/** What there is to select from: a change, or a resource about which nothing was concluded. */
export interface Selectable {
  readonly address: string;
  readonly action: Action | 'undetermined';
  /** For a delete: what the object depends on as it is now. */
  readonly dependsOn: readonly string[];
  /** What an object depends on as it is now, where the stack has it. */
  readonly previousDependsOn?: readonly string[];
}

/** The addresses that `--target` and `--exclude` leave; undefined when neither is given. */
export function selectAddresses(
  items: readonly Selectable[],
  options: Pick<PlanOptions, 'target' | 'exclude'>,
): ReadonlySet<string> | undefined {
  const { target, exclude } = options;
  if (target.length === 0 && exclude.length === 0) return undefined;
  const byAddress = new Map(items.map((item) => [item.address, item]));
  const wanted = target.length === 0 ? new Set(byAddress.keys()) : targeted(byAddress, target);
  for (const address of excluded(byAddress, exclude)) wanted.delete(address);
  return wanted;
}

function isGoing(item: Selectable): boolean {
  return item.action === 'delete' || item.action === 'forget';
}

/**
 * The matches and what they depend on that is not in place yet; deletes only of matches. What is
 * in place comes along one step deep, unchanged: the matches' references are read from it.
 */
function targeted(
  byAddress: ReadonlyMap<string, Selectable>,
  globs: readonly string[],
): Set<string> {
  const wanted = new Set<string>();
  const open = [...byAddress.keys()].filter((address) => matchesAny(globs, address));
  for (let address = open.pop(); address !== undefined; address = open.pop()) {
    if (wanted.has(address)) continue;
    wanted.add(address);
    const item = byAddress.get(address);
    if (item === undefined || isGoing(item)) continue;
    for (const below of item.dependsOn) {
      const dependency = byAddress.get(below);
      if (dependency?.action === 'no-op') wanted.add(below);
      else if (dependency !== undefined) open.push(below);
    }
  }
  return wanted;
}

/** The matches, everything that depends on them, and what only goes once they are gone. */
function excluded(
  byAddress: ReadonlyMap<string, Selectable>,
  globs: readonly string[],
): ReadonlySet<string> {
  const matches = [...byAddress.keys()].filter((address) => matchesAny(globs, address));
  if (matches.length === 0) return new Set();
  const dependents = new Map<string, string[]>();
  for (const item of byAddress.values()) {
    for (const below of item.dependsOn) {
      const known = dependents.get(below);
      if (known === undefined) dependents.set(below, [item.address]);
      else known.push(item.address);
    }
  }
  const out = closure(matches, (address) => dependents.get(address) ?? []);
  // A group is not deleted, nor made again, while an excluded workspace stays in it.
  return closure([...out], (address) => {
    const item = byAddress.get(address);
    if (item === undefined || item.action === 'create') return [];
    const gone: Action = isGoing(item) ? 'delete' : 'replace';
    const below = item.previousDependsOn ?? (isGoing(item) ? item.dependsOn : []);
    return [
      ...below.filter((other) => byAddress.get(other)?.action === gone),
      ...(item.action === 'replace' ? (dependents.get(address) ?? []) : []),
    ];
  });
}

function closure(
  start: readonly string[],
  next: (address: string) => readonly string[],
): Set<string> {
  const reached = new Set(start);
  const open = [...reached];
  for (let address = open.pop(); address !== undefined; address = open.pop()) {
    for (const other of next(address)) {
      if (reached.has(other)) continue;
      reached.add(other);
      open.push(other);
    }
  }
  return reached;
}
