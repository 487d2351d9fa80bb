import type { LiveObject } from '../core/live.ts';
import { isValueObject, type Value, type ValueObject } from '../core/value.ts';
import type { ResourceChange } from '../planner/plan.ts';
import type { Run } from './run.ts';

/**
 * IDs of what a resource referred to and this run has deleted, to make it again. What referred to
 * such an object has changed by itself: a team that is gone is nobody's member any more.
 */
export function endedIds(run: Run, change: ResourceChange): ReadonlySet<string> {
  const ended = new Set<string>();
  for (const address of [...change.dependsOn, ...(change.previousDependsOn ?? [])]) {
    const before = run.prior.resources[address]?.id;
    if (before !== undefined && run.resources.get(address)?.id !== before) ended.add(before);
  }
  return ended;
}

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
