import { keyOf, toAddress, type Address } from '../core/address.ts';
import type { KindShape } from '../core/kind.ts';
import type { LiveObject } from '../core/live.ts';
import type { DesiredResource } from '../core/resource.ts';
import { valueAt, withValueAt } from '../core/resolve.ts';
import type { ValueObject } from '../core/value.ts';
import { matchesAny } from './approvals.ts';
import { ambiguous, keyTaken } from './identity-errors.ts';
import { confirmationKey } from './input.ts';
import type { Action } from './plan.ts';
import { isLetGo } from './plan-removed.ts';
import { confirm, refuseUnread, type Planning } from './planning.ts';

/**
 * The live objects with the natural key of some fields that are nobody's, or will be after this
 * plan, each read once more by its ID, since lists show deleted objects late and may leave fields
 * out.
 */
export function freeNamesakes(
  planning: Planning,
  address: string,
  kind: KindShape,
  fields: ValueObject,
): readonly LiveObject[] {
  return planning.keys.candidates(kind, fields).flatMap((object) => {
    const key = confirmationKey(object.type, object.id);
    const owner = planning.claimed.get(key);
    if (owner !== undefined && !isLetGo(planning, owner)) return [];
    confirm(planning, address, object);
    const now = planning.input.confirmed.has(key) ? planning.input.confirmed.get(key) : object;
    return now === undefined || now.status === 'gone' ? [] : [now];
  });
}

/** The entry of the state whose live object bears the natural key of these fields now. */
export function keyHolder(
  planning: Planning,
  address: string,
  kind: KindShape,
  fields: ValueObject,
): Address | undefined {
  const { confirmed } = planning.input;
  for (const { type, id } of planning.keys.candidates(kind, fields)) {
    const key = confirmationKey(type, id);
    const owner = planning.claimed.get(key);
    if (owner === undefined || owner === address || isLetGo(planning, owner)) continue;
    const read = confirmed.get(key);
    const isGone = confirmed.has(key) && (read === undefined || read.status === 'gone');
    if (!isGone) return toAddress(type, keyOf(owner));
  }
  return undefined;
}

/**
 * The fields of an object after its change: what `ignoreChanges` or an acceptance leaves alone
 * keeps its live value, unless the object is made again.
 */
export function fieldsAfter(
  { lifecycle }: DesiredResource,
  change: {
    readonly action: Action;
    readonly live: LiveObject | undefined;
    readonly resolved: ValueObject;
  },
): ValueObject {
  const { action, live, resolved } = change;
  if (action === 'replace') return resolved;
  return lifecycle.ignoreChanges.reduce((fields, name) => {
    const path = name.split('.');
    const kept = valueAt(live?.fields, path);
    return kept === undefined ? fields : withValueAt(fields, path, kept);
  }, resolved);
}

/**
 * Refuses a change that gives an object the natural key of one that is nobody's, as a create would
 * be: a replacement would make a twin, or change what others hold; a rename is refused by the API
 * where names are unique.
 */
export function refuseTakenKey(
  planning: Planning,
  resource: DesiredResource,
  kind: KindShape,
  change: { readonly action: Action; readonly live: LiveObject; readonly resolved: ValueObject },
): void {
  const { action, live } = change;
  if (action !== 'replace' && !(action === 'update' && kind.key.unique)) return;
  if (kind.comesAlong === true) return;
  const fields = fieldsAfter(resource, change);
  const key = kind.key.of(fields);
  if (key === undefined || key === kind.key.of(live.fields)) return;
  if (action === 'replace') refuseUnread(planning, kind, kind.scopeOf?.(fields));
  const free = freeNamesakes(planning, resource.address, kind, fields);
  const [only] = free;
  if (only === undefined) return;
  if (free.length > 1) throw ambiguous(resource, kind, free);
  throw keyTaken(
    resource,
    kind,
    live,
    only,
    matchesAny(planning.input.options.adopt, resource.address),
  );
}
