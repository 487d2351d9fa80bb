import type { PlanOptions } from './input.ts';
import { matchesAny } from './approvals.ts';
import type { ResourceChange } from './plan.ts';

/** The changes that `--target` and `--exclude` leave, and whether anything was left out. */
export function selectChanges(
  changes: readonly ResourceChange[],
  options: PlanOptions,
): { readonly changes: readonly ResourceChange[]; readonly partial: boolean } {
  const { target, exclude } = options;
  if (target.length === 0 && exclude.length === 0) return { changes, partial: false };
  const byAddress = new Map(changes.map((change) => [String(change.address), change]));
  const wanted = target.length === 0 ? new Set(byAddress.keys()) : targeted(byAddress, target);
  for (const address of excluded(byAddress, exclude)) wanted.delete(address);
  const kept = changes.filter((change) => wanted.has(change.address));
  return { changes: kept, partial: kept.length < changes.length };
}

/** The matches and what they depend on that is not in place yet; deletes only of matches. */
function targeted(
  byAddress: ReadonlyMap<string, ResourceChange>,
  globs: readonly string[],
): Set<string> {
  const wanted = new Set<string>();
  const open = [...byAddress.keys()].filter((address) => matchesAny(globs, address));
  for (let address = open.pop(); address !== undefined; address = open.pop()) {
    if (wanted.has(address)) continue;
    wanted.add(address);
    const change = byAddress.get(address);
    if (change?.desired === undefined) continue;
    for (const below of change.dependsOn) {
      const dependency = byAddress.get(below);
      if (dependency !== undefined && dependency.action !== 'no-op') open.push(below);
    }
  }
  return wanted;
}

/** The matches and everything that depends on them. */
function excluded(
  byAddress: ReadonlyMap<string, ResourceChange>,
  globs: readonly string[],
): ReadonlySet<string> {
  const out = new Set([...byAddress.keys()].filter((address) => matchesAny(globs, address)));
  if (out.size === 0) return out;
  const dependents = new Map<string, string[]>();
  for (const change of byAddress.values()) {
    for (const below of change.dependsOn) {
      const known = dependents.get(below);
      if (known === undefined) dependents.set(below, [change.address]);
      else known.push(change.address);
    }
  }
  const open = [...out];
  for (let address = open.pop(); address !== undefined; address = open.pop()) {
    for (const above of dependents.get(address) ?? []) {
      if (out.has(above)) continue;
      out.add(above);
      open.push(above);
    }
  }
  return out;
}
