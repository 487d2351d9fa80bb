import type { JsonObject } from '../../core/json.ts';
import { isValueObject, type Value, type ValueObject } from '../../core/value.ts';
import { numberOf, objectOf, textOf } from '../shared/item.ts';

/**
 * One form for autoSuspend and autoScale: null is off, and off has one spelling; a sensitivity
 * that is not given is NORMAL, one that has no effect is dropped.
 */
export function canonicalWorkspace(fields: ValueObject): ValueObject {
  const { autoSuspend, autoScale } = fields;
  return {
    ...fields,
    ...(autoSuspend === undefined ? {} : { autoSuspend: canonicalSuspend(autoSuspend) }),
    ...(autoScale === undefined ? {} : { autoScale: canonicalScale(autoScale) }),
  };
}

function canonicalSuspend(value: Value): Value {
  if (value === null) return { suspendType: 'DISABLED' };
  if (!isValueObject(value)) return value;
  return value['suspendType'] === 'DISABLED' ? { suspendType: 'DISABLED' } : value;
}

function canonicalScale(value: Value): Value {
  if (value === null) return { maxScaleFactor: 1 };
  if (!isValueObject(value)) return value;
  if (value['maxScaleFactor'] === 1) return { maxScaleFactor: 1 };
  return { sensitivity: 'NORMAL', ...value };
}

/** The API writes `suspendAfterSeconds` and reads another name for each type; absent is DISABLED. */
export function readAutoSuspend(item: JsonObject): ValueObject | undefined {
  const read = objectOf(item, 'autoSuspend');
  const suspendType = read === undefined ? undefined : textOf(read, 'suspendType');
  if (read === undefined || suspendType === undefined || suspendType === '') return undefined;
  if (suspendType === 'DISABLED') return { suspendType };
  const name = suspendType === 'SCHEDULED' ? 'scheduledAfterSeconds' : 'idleAfterSeconds';
  const seconds = numberOf(read, name) ?? numberOf(read, 'suspendAfterSeconds');
  return { suspendType, ...(seconds === undefined ? {} : { suspendAfterSeconds: seconds }) };
}

/** Absent is `maxScaleFactor: 1`. What the API adds (`changedAt`) is left out. */
export function readAutoScale(item: JsonObject): ValueObject | undefined {
  const read = objectOf(item, 'autoScale');
  const maxScaleFactor = read === undefined ? undefined : numberOf(read, 'maxScaleFactor');
  if (read === undefined || maxScaleFactor === undefined) return undefined;
  const sensitivity = textOf(read, 'sensitivity');
  return { maxScaleFactor, ...(sensitivity === undefined ? {} : { sensitivity }) };
}
