import { TrueupError } from '../core/errors.ts';
import { reveal, Secret } from '../core/secret.ts';
import { isValueObject, NotCompared, Unknown } from '../core/value.ts';
import type { Value } from '../core/value.ts';

/**
 * The JSON text of a request body: the one place where Secrets become plain text. A value that is
 * not known yet, or that was not resolved, is a bug of the caller: `internal`.
 */
export function serializeBody(value: Value): string {
  return JSON.stringify(toPlain(value));
}

function toPlain(value: Value): unknown {
  if (value instanceof Secret) return reveal(value);
  if (value instanceof Unknown || value instanceof NotCompared) {
    throw new TrueupError('internal', 'a request body holds a value that is not known');
  }
  if (Array.isArray(value)) return value.map((item: Value) => toPlain(item));
  if (!isValueObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toPlain(item)]));
}
