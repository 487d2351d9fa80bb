import { keyOf, toAddress } from '../core/address.ts';
import type { Diagnostic } from '../core/diagnostic.ts';
import { TrueupError } from '../core/errors.ts';
import type { KindShape } from '../core/kind.ts';
import type { LiveObject } from '../core/live.ts';
import { memoise } from '../core/memoise.ts';
import type { StateResource } from '../core/prior.ts';
import type { Stack } from '../core/resource.ts';
import { worstRisk, type RiskFinding } from '../core/risk.ts';
import type { ActionReason, CascadeEntry, ResourceChange } from './plan.ts';
import { incompleteness, liveOf, notRead, type Planning } from './planning.ts';
import { partialness } from './partial.ts';
import { setAside } from './set-aside.ts';

/** Plans a resource of the state that no manifest entry stands for any more. */
export function planRemoved(planning: Planning, address: string, prior: StateResource): void {
  const kind = planning.input.kinds.get(prior.type);
  const typed = toAddress(prior.type, keyOf(address));
  if (kind === undefined) {
    const error = new TrueupError('kind-unknown', `no kind ${prior.type} is known`);
    setAside(planning, { address: typed }, error);
    return;
  }
  planning.claimed.set(`${prior.type} ${prior.id}`, address);
  const unsure = planning.unsure.get(address);
  if (unsure !== undefined) {
    planning.undetermined.push({ ...unsure, address: typed });
    return;
  }
  if (isLetGo(planning, address)) {
    const reason = planning.input.options.destroy ? 'destroy' : 'removed-from-manifest';
    const change = removal(typed, kind, prior, undefined, 'forget', reason);
    planning.changes.push(withOrigin(planning, change));
    return;
  }
  const problem = incompleteness(planning, kind, prior.scope);
  if (problem !== undefined) {
    planning.undetermined.push({ address: typed, because: problem, fromList: true });
    return;
  }
  planDelete(planning, typed, kind, prior);
}

const removedRules = memoise(
  (removed: Stack['removed']): ReadonlyMap<string, boolean> =>
    new Map(removed.toReversed().map(({ address, destroy }) => [address, destroy])),
);

/** Whether this plan forgets a resource of the state whatever becomes of its object. */
export function isLetGo(planning: Planning, address: string): boolean {
  const prior = planning.prior[address];
  if (prior === undefined || planning.dependencies.has(address)) return false;
  if (planning.input.kinds.get(prior.type)?.forgets !== undefined) return true;
  const destroy = removedRules(planning.input.stack.removed).get(address);
  return destroy === undefined ? prior.lifecycle.onRemove === 'forget' : !destroy;
}

function planDelete(
  planning: Planning,
  address: ResourceChange['address'],
  kind: KindShape,
  prior: StateResource,
): void {
  const live = liveOf(planning, address, prior);
  if (live === undefined) {
    const change = removal(address, kind, prior, undefined, 'forget', 'gone');
    planning.changes.push(withOrigin(planning, change));
    return;
  }
  const unread = partialness(planning, address, live) ?? insideUnread(planning, kind, prior.id);
  if (unread !== undefined) {
    setAside(planning, { address }, unread);
    return;
  }
  if (prior.lifecycle.protect) {
    planning.diagnostics.push({
      code: 'guard-protected',
      severity: 'error',
      address,
      message: `${address} is protected and would be deleted`,
      hint: 'set `lifecycle: { protect: false }`, apply, then remove the entry',
    });
  }
  const refused = kind.undeletable?.(live);
  if (refused !== undefined) {
    planning.diagnostics.push({
      code: 'guard-protected',
      severity: 'error',
      address,
      message: `${address} (${nameOf(kind, live)}) cannot be deleted: ${refused}`,
      hint: `let it go without a delete: \`removed: [{ address: ${address}, destroy: false }]\``,
    });
  }
  const reason = planning.input.options.destroy ? 'destroy' : 'removed-from-manifest';
  const change = removal(address, kind, prior, live, 'delete', reason);
  const { risks, risk } = deleteRisks(planning, kind, { live, prior }, 'it is deleted');
  planning.changes.push(withOrigin(planning, { ...change, risks, risk }));
}

/** A resource that moved and is removed leaves its old address too. */
function withOrigin(planning: Planning, change: ResourceChange): ResourceChange {
  const from = planning.movedFrom.get(change.address);
  return from === undefined
    ? change
    : { ...change, previousAddress: toAddress(change.type, keyOf(from)) };
}

function removal(
  address: ResourceChange['address'],
  kind: KindShape,
  prior: StateResource,
  live: LiveObject | undefined,
  action: 'delete' | 'forget',
  reason: ActionReason,
): ResourceChange {
  const naturalKey = live === undefined ? undefined : kind.key.of(live.fields);
  const taken = action === 'delete' ? live && kind.takes?.(live.fields, prior.sent) : undefined;
  return {
    ...(naturalKey === undefined ? {} : { naturalKey }),
    address,
    type: kind.type,
    action,
    reason,
    causes: ['manifest'],
    id: prior.id,
    live,
    before: taken ?? live?.fields ?? prior.read,
    after: undefined,
    fields: [],
    patch: [],
    risks: [],
    risk: 'none',
    steps: action === 'delete' ? ['delete'] : [],
    restore: {},
    notes:
      reason === 'gone' ? ['it is gone already; only the state forgets it'] : forgetNotes(kind),
    dependsOn: prior.dependsOn.map((item) =>
      toAddress(item.slice(0, item.lastIndexOf('.')), keyOf(item)),
    ),
    cascade: [],
    importing: undefined,
    previousAddress: undefined,
    desired: undefined,
    position: undefined,
    labels: {},
    writeOnly: [],
  };
}

function forgetNotes(kind: KindShape): readonly string[] {
  return kind.forgets === undefined ? [] : [kind.forgets];
}

/** What deleting an object does to its users. */
export function deleteRisks(
  planning: Planning,
  kind: KindShape,
  {
    live,
    prior,
  }: { readonly live: LiveObject | undefined; readonly prior: StateResource | undefined },
  message: string,
): Pick<ResourceChange, 'risks' | 'risk'> {
  const assessed = kind.assess?.({
    operation: 'delete',
    before: live,
    after: undefined,
    changed: [],
    recorded: prior?.sent,
    live: planning.input.live,
    guards: { members: { ...planning.input.stack.guards.members } },
  });
  const risks: RiskFinding[] = [...(assessed ?? [])];
  if (kind.deleteRisk !== 'none' && !risks.some((finding) => finding.risk === kind.deleteRisk)) {
    risks.push({ risk: kind.deleteRisk, message });
  }
  return { risks, risk: worstRisk(risks.map((finding) => finding.risk)) };
}

/** Live objects inside an object, managed or not. */
export function cascadeOf(
  planning: Planning,
  kind: KindShape,
  id: string,
): readonly CascadeEntry[] {
  const found = kind.contains.flatMap((inside) => {
    const inventory = planning.input.live.inventory(inside.type, id);
    const objects = (inventory?.objects ?? []).filter((object) => object.status !== 'gone');
    return objects.map((object) => {
      const address = planning.claimed.get(`${object.type} ${object.id}`);
      const insideKind = planning.input.kinds.get(inside.type);
      const entry = { type: object.type, id: object.id, name: nameOf(insideKind, object) };
      return address === undefined ? entry : { ...entry, address };
    });
  });
  return sortByName(found);
}

/** The order of a list call is no property of a plan. */
export function sortByName<T extends Pick<CascadeEntry, 'type' | 'id' | 'name'>>(
  entries: readonly T[],
): readonly T[] {
  const keyed = entries.map((entry) => ({
    entry,
    key: `${entry.type} ${entry.name} ${entry.id}`,
  }));
  return keyed.toSorted((a, b) => (a.key < b.key ? -1 : 1)).map(({ entry }) => entry);
}

/**
 * A protected resource does not go with the object it lives in either, whoever asks for that: it
 * may be left out of the plan by `--target`, or forgotten by a `removed` block.
 */
export function protectedInside(
  planning: Planning,
  changes: readonly ResourceChange[],
): readonly Diagnostic[] {
  const going = new Set<string>(changes.filter(isDeleting).map(({ address }) => address));
  return changes.filter(isDeleting).flatMap((change) =>
    change.cascade.flatMap(({ address }): readonly Diagnostic[] => {
      const prior = address === undefined ? undefined : planning.prior[address];
      if (address === undefined || going.has(address) || prior?.lifecycle.protect !== true) {
        return [];
      }
      return [
        {
          code: 'guard-protected',
          severity: 'error',
          address: change.address,
          message: `${address} is protected and would be deleted with ${change.address}`,
          hint: `set \`lifecycle: { protect: false }\` on ${address}, apply, then plan this again`,
        },
      ];
    }),
  );
}

function isDeleting(change: ResourceChange): boolean {
  return change.action === 'delete' || change.action === 'replace';
}

/** Why what is inside an object is not known in full, or undefined. */
export function insideUnread(
  planning: Planning,
  kind: KindShape,
  id: string,
): TrueupError | undefined {
  const { live } = planning.input;
  const { heldBy } = kind;
  if (heldBy !== undefined && live.inventory(heldBy.type, undefined)?.complete !== true) {
    const message = `the ${heldBy.label} that may be in it could not be read in full`;
    return new TrueupError('inventory-incomplete', message);
  }
  const unread = kind.contains.find((inside) => live.inventory(inside.type, id)?.complete !== true);
  if (unread === undefined) return undefined;
  if (live.inventory(unread.type, id) === undefined) {
    return notRead(`the ${unread.label} inside it were not read`);
  }
  const message = `the ${unread.label} inside it could not be read in full`;
  return new TrueupError('inventory-incomplete', message);
}

/** What users call an object: what stands in the field of its kind that names it, else its ID. */
export function nameOf(
  kind: KindShape | undefined,
  { id, fields }: Pick<LiveObject, 'id' | 'fields'>,
): string {
  const name = fields[kind?.key.nameField ?? 'name'] ?? fields['name'] ?? fields['role'];
  return typeof name === 'string' ? name : id;
}
