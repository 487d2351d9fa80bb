import type { LiveObject } from '../core/live.ts';
import { memoise } from '../core/memoise.ts';
import { isValueObject, type Value, type ValueObject } from '../core/value.ts';
import type { Plan, ResourceChange } from '../planner/plan.ts';
import type { Run } from './run.ts';

/**
 * IDs of what a resource referred to and this run has deleted, to make it again. What referred to
 * such an object has changed by itself: a team that is gone is nobody's member any more.
 */
export function endedIds(run: Run, change: ResourceChange): ReadonlySet<string> {
  const ended = new Set<string>();
  for (const address of [...change.dependsOn, ...(change.previousDependsOn ?? [])]) {
    const own = plannedChange(run, address);
    // What is only forgotten lives on, and what moved is the same object under another address.
    const isEnding = own?.action === 'delete' || own?.action === 'replace';
    if (!isEnding || own.id === undefined || run.resources.get(address)?.id === own.id) continue;
    ended.add(own.id);
  }
  return ended;
}

/**
 * Whether this run has deleted an object. The API may make the same one again: a member has the ID
 * of its account, and the name of a deleted app may bring back that app.
 */
export function hasEnded(run: Run, type: string, id: string): boolean {
  const address = endings(run.plan).get(`${type} ${id}`);
  return address !== undefined && run.resources.get(address)?.id !== id;
}

const endings = memoise((plan: Plan): ReadonlyMap<string, string> => {
  return new Map(
    plan.changes.flatMap(({ action, type, id, address }) =>
      (action === 'delete' || action === 'replace') && id !== undefined
        ? [[`${type} ${id}`, address] as const]
        : [],
    ),
  );
});

/** What the plan does with an address. */
export function plannedChange(run: Run, address: string): ResourceChange | undefined {
  return byAddress(run.plan).get(address);
}

const byAddress = memoise((plan: Plan): ReadonlyMap<string, ResourceChange> => {
  return new Map(plan.changes.map((change) => [change.address, change]));
});

/** The object as it reads once these IDs have left its lists. */
export function withoutEnded(object: LiveObject, ended: ReadonlySet<string>): LiveObject {
  return ended.size === 0 ? object : { ...object, fields: stripFields(object.fields, ended) };
}

function stripFields(fields: ValueObject, ended: ReadonlySet<string>): ValueObject {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, strip(value, ended)]),
  );
}

function strip(value: Value, ended: ReadonlySet<string>): Value {
  if (Array.isArray(value)) {
    return value.filter((item: Value) => typeof item !== 'string' || !ended.has(item));
  }
  return isValueObject(value) ? stripFields(value, ended) : value;
}
