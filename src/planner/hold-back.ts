import type { ResourceChange } from './plan.ts';
import type { Open, Planning } from './planning.ts';

/**
 * The deletes, those of replacements included, that have to wait because something about which
 * nothing was concluded referred to them at the last apply: it may do so still.
 */
export function heldBack(
  planning: Planning,
  changes: readonly ResourceChange[],
  undetermined: readonly Open[],
): readonly Open[] {
  const deletes = new Map<string, ResourceChange>();
  for (const change of changes) {
    const isGoing = change.action === 'delete' || change.action === 'replace';
    if (isGoing) deletes.set(change.address, change);
  }
  const held = new Map<string, Open>();
  const open = undetermined.map((item) => item.address);
  for (let address = open.pop(); address !== undefined; address = open.pop()) {
    for (const below of planning.prior[address]?.dependsOn ?? []) {
      const target = deletes.get(below);
      if (target === undefined || held.has(below)) continue;
      const because = `${address}, which refers to it, could not be planned`;
      held.set(below, { address: target.address, because, by: address });
      open.push(target.address);
    }
  }
  return [...held.values()];
}
