import { Secret } from '../core/secret.ts';
import { isValueObject, NotCompared, Unknown } from '../core/value.ts';
import type { Value } from '../core/value.ts';

/**
 * Whether two values look the same to a reader. Sensitive values are never looked into: two of
 * them count as equal.
 */
export function looksEqual(one: Value | undefined, other: Value | undefined): boolean {
  if (isSensitive(one) || isSensitive(other)) return isSensitive(one) && isSensitive(other);
  if (one === other) return true;
  if (one === undefined || other === undefined) return false;
  if (one instanceof Unknown || other instanceof Unknown) return false;
  if (Array.isArray(one)) {
    if (!Array.isArray(other) || one.length !== other.length) return false;
    const items: readonly Value[] = other;
    return one.every((item: Value, index) => looksEqual(item, items[index]));
  }
  if (!isValueObject(one) || !isValueObject(other)) return false;
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].every((key) => looksEqual(one[key], other[key]));
}

/** Whether the value itself is a Secret or a sensitive value that was not resolved. */
export function isSensitive(value: Value | undefined): value is Secret | NotCompared {
  return value instanceof Secret || value instanceof NotCompared;
}
