import { keyOf } from '../../src/core/address.ts';
import type { LiveObject } from '../../src/core/live.ts';
import type { StateResource } from '../../src/core/prior.ts';
import { resolveFields } from '../../src/core/resolve.ts';
import { toJson, type ValueObject } from '../../src/core/value.ts';
import { confirmationKey, type PlanResult } from '../../src/planner/input.ts';
import type { ResourceChange } from '../../src/planner/plan.ts';
import { planOf, type World } from './planner-builder.ts';
import { endpointOf } from './random-world.ts';

/** Plans as the executor does: what the plan asks to confirm is read by ID, and planned again. */
export function planConfirmed(world: World): PlanResult {
  const confirmed = new Map<string, LiveObject | undefined>();
  let result = planOf({ ...world, confirmed });
  for (let round = 0; round < 5 && result.toConfirm.length > 0; round += 1) {
    for (const { type, id } of result.toConfirm) {
      const live = world.objects?.find((item) => item.type === type && item.id === id);
      confirmed.set(confirmationKey(type, id), live);
    }
    result = planOf({ ...world, confirmed });
  }
  if (result.toConfirm.length > 0) throw new Error('the plan never has enough');
  return result;
}

/**
 * The world after a perfect apply of a plan: live as asked for, the state as the apply leaves it.
 * Changes that are not to be applied leave everything as it was.
 */
export function applied(
  world: World,
  result: PlanResult,
  isApplied: (change: ResourceChange) => boolean = () => true,
): World {
  const objects = new Map(world.objects?.map((item) => [objectKey(item), item]));
  const state: Record<string, StateResource> = {};
  const changes = result.plan.changes.filter(isApplied);
  const done = new Set(changes.map((change) => shortOf(change.address)));
  for (const [short, item] of Object.entries(world.state ?? {})) {
    if (!done.has(short)) state[short] = item;
  }
  for (const change of changes) {
    const goes = change.action === 'delete' || change.action === 'replace';
    if (goes) objects.delete(objectKey({ type: change.type, id: change.id ?? '' }));
  }
  const ids = new Map<string, string>(
    result.plan.changes.map((change) => [change.address, idAfter(change)]),
  );
  for (const change of changes) {
    if (change.desired === undefined) continue;
    const made = liveAfter(change, ids);
    objects.set(objectKey(made), made);
    state[shortOf(change.address)] = recordOf(change, made, ids);
  }
  return { ...world, objects: [...objects.values()], state };
}

function idAfter(change: ResourceChange): string {
  const isNew = change.action === 'create' || change.action === 'replace';
  return isNew ? `new-${keyOf(change.address)}` : (change.id ?? '');
}

function sentBy(change: ResourceChange, ids: ReadonlyMap<string, string>): ValueObject {
  return resolveFields(change.desired?.fields ?? {}, {
    attribute: (reference) => endpointOf(ids.get(reference.address) ?? ''),
    reference: (reference) => ids.get(reference.value) ?? '',
    secret: () => {
      throw new Error('no secrets here');
    },
  });
}

function liveAfter(change: ResourceChange, ids: ReadonlyMap<string, string>): LiveObject {
  const fields = sentBy(change, ids);
  const id = idAfter(change);
  const isNew = change.action === 'create' || change.action === 'replace';
  const before = isNew ? {} : (change.live?.fields ?? {});
  const box = fields['box'];
  return {
    type: change.type,
    id,
    ...(typeof box === 'string' ? { scope: box } : {}),
    fields: merged(before, fields),
    attributes: change.type === 'fake.boxes' ? { endpoint: endpointOf(id) } : {},
    status: 'settled',
  };
}

function recordOf(
  change: ResourceChange,
  live: LiveObject,
  ids: ReadonlyMap<string, string>,
): StateResource {
  const { type, id, scope, attributes, fields } = live;
  return {
    id,
    type,
    ...(scope === undefined ? {} : { scope }),
    name: keyOf(change.address),
    sent: toJson(sentBy(change, ids)) as never,
    read: toJson(fields) as never,
    attributes,
    digests: {},
    lifecycle: { protect: false, onRemove: 'delete' },
    dependsOn: change.dependsOn,
  };
}

function merged(before: ValueObject, fields: ValueObject): ValueObject {
  const limits = { ...(before['limits'] as ValueObject), ...(fields['limits'] as ValueObject) };
  return { ...before, ...fields, ...(Object.keys(limits).length > 0 ? { limits } : {}) };
}

function objectKey(object: { readonly type: string; readonly id: string }): string {
  return `${object.type} ${object.id}`;
}

function shortOf(address: string): string {
  return address.replace('fake.', '');
}
