import { isJsonObject, type Json, type JsonObject } from '../../core/json.ts';

/** Accessors for one object of an API answer: a field of another type counts as absent. */

export function textOf(item: JsonObject, key: string): string | undefined {
  const value = item[key];
  return typeof value === 'string' ? value : undefined;
}

/** A text that must be there and not be empty: an ID, a name. */
export function nonEmptyOf(item: JsonObject, key: string): string | undefined {
  const value = textOf(item, key);
  return value === undefined || value === '' ? undefined : value;
}

/** An ID: a text, or a whole number, whose digits stand for it. */
export function idOf(item: JsonObject, key: string): string | undefined {
  const value = item[key];
  return typeof value === 'number' && Number.isSafeInteger(value)
    ? String(value)
    : nonEmptyOf(item, key);
}

/** A time; the zero time that the API sends for "none" counts as absent. */
export function timeOf(item: JsonObject, key: string): string | undefined {
  const value = nonEmptyOf(item, key);
  return value === undefined || value.startsWith('0001-01-01') ? undefined : value;
}

/** A number, also one that is told as a text. */
export function numberOf(item: JsonObject, key: string): number | undefined {
  const value = item[key];
  if (typeof value === 'number') return value;
  return typeof value === 'string' && DECIMAL.test(value) ? Number(value) : undefined;
}

const DECIMAL = /^-?\d{1,15}(\.\d{1,15})?$/;

export function booleanOf(item: JsonObject, key: string): boolean | undefined {
  const value = item[key];
  return typeof value === 'boolean' ? value : undefined;
}

export function objectOf(item: JsonObject, key: string): JsonObject | undefined {
  const value = item[key];
  return isJsonObject(value) ? value : undefined;
}

/** The elements of an array; absent and null count as empty, anything else is undefined. */
export function arrayOf(item: JsonObject, key: string): readonly Json[] | undefined {
  const value: unknown = item[key];
  if (value === undefined || value === null) return [];
  return isJsonArray(value) ? value : undefined;
}

/** The texts of an array; undefined when it holds anything else. */
export function textsOf(item: JsonObject, key: string): readonly string[] | undefined {
  const values = arrayOf(item, key);
  return values?.every((value) => typeof value === 'string') === true ? values : undefined;
}

export function isJsonArray(value: unknown): value is readonly Json[] {
  return Array.isArray(value);
}

/** An object without the members that are undefined. */
export function defined<T>(
  members: Readonly<Record<string, T | undefined>>,
): Readonly<Record<string, T>> {
  const result: Record<string, T> = {};
  for (const [key, value] of Object.entries(members)) {
    if (value !== undefined) result[key] = value;
  }
  return result;
}
