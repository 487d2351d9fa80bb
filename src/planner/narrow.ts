import type { Address } from '../core/address.ts';
import type { Diagnostic } from '../core/diagnostic.ts';
import { toDiagnostic } from '../core/errors.ts';
import type { Checked } from './checks.ts';
import { heldBack } from './hold-back.ts';
import { keyHeld } from './identity-errors.ts';
import type { ResourceChange } from './plan.ts';
import type { Open, Planning } from './planning.ts';
import { selectAddresses, type Selectable } from './select.ts';

/** The changes that can be planned, and what was asked for of them. */
export interface Narrowed {
  /** Of all that was asked for and of what was not. */
  readonly planned: readonly ResourceChange[];
  readonly undetermined: readonly Open[];
  readonly diagnostics: readonly Diagnostic[];
  /** Whether an address is among those that `--target` and `--exclude` leave. */
  readonly isKept: (address: string | undefined) => boolean;
}

/**
 * Leaves out what cannot be planned without what is left out: what depends on it, deletes of what
 * it may still refer to, and creates whose natural key it would have given up.
 */
export function narrowed(planning: Planning, checked: Checked): Narrowed {
  const open = new Map<string, Open>(
    [...planning.undetermined, ...checked.undetermined].map((item) => [item.address, item]),
  );
  const diagnostics: Diagnostic[] = [...checked.diagnostics];
  for (;;) {
    spread(planning, checked.changes, open);
    const planned = checked.changes.filter((change) => !open.has(change.address));
    const isKept = selection(planning, planned, open);
    const kept = planned.filter((change) => isKept(change.address));
    const taken = withoutKey(planned, kept, open);
    if (taken.length === 0) {
      return { planned, undetermined: [...open.values()], diagnostics, isKept };
    }
    for (const { change, holder } of taken) {
      const error = keyHeld(change, holder);
      open.set(change.address, { address: change.address, because: error.message });
      const { position } = change;
      const told = toDiagnostic(error, change.address);
      diagnostics.push(position === undefined ? told : { ...told, position });
    }
  }
}

/** Adds to what is left open whatever follows from it. */
function spread(
  planning: Planning,
  changes: readonly ResourceChange[],
  open: Map<string, Open>,
): void {
  for (let size = 0; size < open.size;) {
    size = open.size;
    const others = changes.filter((change) => !open.has(change.address));
    for (const item of heldBack(planning, others, [...open.values()])) open.set(item.address, item);
    for (const { address, desired, dependsOn } of others) {
      const by = desired && dependsOn.find((below) => open.has(below));
      if (by === undefined || open.has(address)) continue;
      open.set(address, { address, because: `it depends on ${by}, which is not planned`, by });
    }
  }
}

function selection(
  planning: Planning,
  planned: readonly ResourceChange[],
  open: ReadonlyMap<string, Open>,
): Narrowed['isKept'] {
  const items = [...planned, ...[...open.keys()].map((address) => openItem(planning, address))];
  const selected = selectAddresses(items, planning.input.options);
  if (selected === undefined) return () => true;
  const known = new Set<string>(items.map((item) => item.address));
  return (address) => address === undefined || selected.has(address) || !known.has(address);
}

/** A resource about which nothing was concluded, as one of those to select from. */
function openItem(planning: Planning, address: string): Selectable {
  const dependsOn = planning.dependencies.get(address) ?? planning.prior[address]?.dependsOn ?? [];
  return { address, action: 'undetermined', dependsOn };
}

/**
 * The creates whose natural key the object of another resource would give up, if that were among
 * these. One that keeps it in any case stays beside the new one, as the manifests say.
 */
function withoutKey(
  planned: readonly ResourceChange[],
  kept: readonly ResourceChange[],
  open: ReadonlyMap<string, Open>,
): readonly { readonly change: ResourceChange; readonly holder: Address }[] {
  const all = byAddress(planned);
  const here = byAddress(kept);
  return kept.flatMap((change) => {
    const { keyFrom: holder, naturalKey: key } = change;
    if (holder === undefined || givesUp(here.get(holder), key)) return [];
    const waits = open.has(holder) || givesUp(all.get(holder), key);
    return waits ? [{ change, holder }] : [];
  });
}

function byAddress(changes: readonly ResourceChange[]): ReadonlyMap<string, ResourceChange> {
  return new Map(changes.map((change) => [change.address, change]));
}

function givesUp(holder: ResourceChange | undefined, key: string | undefined): boolean {
  if (holder === undefined) return false;
  return holder.action === 'delete' || holder.freedKey === key;
}
