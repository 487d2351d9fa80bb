import type { FieldRole } from '../field-role.ts';
import { Secret } from '../secret.ts';
import { isValueObject, NotCompared, Unknown, type Value } from '../value.ts';
import { NORMALISER_FUNCTIONS, type Normaliser } from './normalisers.ts';

/**
 * One form for all equivalent spellings of a field, for comparison. Idempotent. Secret, Unknown
 * and NotCompared pass through; a set is sorted and each element stands once, unknown ones last.
 */
export function normaliseField(role: FieldRole, value: Value): Value {
  const normaliser =
    role.normaliser === undefined ? undefined : NORMALISER_FUNCTIONS[role.normaliser];
  const normal = normaliser === undefined ? value : normaliseTexts(value, normaliser);
  return role.set === true && Array.isArray(normal) ? normaliseSet(normal) : normal;
}

function normaliseTexts(value: Value, normaliser: Normaliser): Value {
  if (typeof value === 'string') return normaliser(value);
  if (Array.isArray(value)) return value.map((item: Value) => normaliseTexts(item, normaliser));
  return value;
}

function normaliseSet(items: readonly Value[]): readonly Value[] {
  const known = new Map<string, Value>();
  const open: Value[] = [];
  for (const item of items) {
    const key = sortKey(item);
    if (key === undefined) open.push(item);
    else if (!known.has(key)) known.set(key, item);
  }
  const sorted = [...known].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return [...sorted.map(([, item]) => item), ...open];
}

/** Text that orders elements and is equal for equal ones; undefined where a leaf is not JSON. */
function sortKey(value: Value): string | undefined {
  if (value instanceof Secret || value instanceof Unknown || value instanceof NotCompared) {
    return undefined;
  }
  if (Array.isArray(value)) {
    const items = value.map((item: Value) => sortKey(item));
    return items.includes(undefined) ? undefined : `[${items.join(',')}]`;
  }
  if (!isValueObject(value)) return JSON.stringify(value);
  const members = Object.keys(value)
    .toSorted()
    .map((key) => [JSON.stringify(key), sortKey(value[key] ?? null)] as const);
  if (members.some(([, item]) => item === undefined)) return undefined;
  return `{${members.map(([key, item]) => `${key}:${item ?? ''}`).join(',')}}`;
}
