import type { Json, JsonObject } from '../../core/json.ts';
import { isValueObject, Unknown } from '../../core/value.ts';
import type { Value } from '../../core/value.ts';
import { isSensitive } from '../compare.ts';
import { childPointer } from '../pointer.ts';

/**
 * A value in Terraform's three parts: what can be told, where it is unknown, where it is sensitive.
 * Such a leaf is absent from `json` and true in its mask; inside an array, where absence would move
 * the others, `json` has null in its place.
 */
export interface ValueParts {
  readonly json: Json | undefined;
  /** True, or a tree of masks; undefined where nothing below is unknown. */
  readonly unknown: Json | undefined;
  readonly sensitive: Json | undefined;
}

const NOTHING: ValueParts = { json: undefined, unknown: undefined, sensitive: undefined };

/** `sensitive`: JSON pointers that are sensitive whatever the type of their value. */
export function valueParts(
  value: Value | undefined,
  sensitive: ReadonlySet<string>,
  pointer = '',
): ValueParts {
  if (value === undefined) return NOTHING;
  if (isSensitive(value) || sensitive.has(pointer)) return { ...NOTHING, sensitive: true };
  if (value instanceof Unknown) return { ...NOTHING, unknown: true };
  if (Array.isArray(value)) return arrayParts(value, sensitive, pointer);
  if (isValueObject(value)) return objectParts(Object.entries(value), sensitive, pointer);
  return { ...NOTHING, json: isPrimitive(value) ? value : undefined };
}

function arrayParts(
  items: readonly Value[],
  sensitive: ReadonlySet<string>,
  pointer: string,
): ValueParts {
  const parts = items.map((item, index) =>
    valueParts(item, sensitive, childPointer(pointer, index)),
  );
  const mask = (name: 'unknown' | 'sensitive'): Json | undefined =>
    parts.some((part) => part[name] !== undefined)
      ? parts.map((part) => part[name] ?? false)
      : undefined;
  return {
    json: parts.map((part) => part.json ?? null),
    unknown: mask('unknown'),
    sensitive: mask('sensitive'),
  };
}

function objectParts(
  entries: readonly (readonly [string, Value])[],
  sensitive: ReadonlySet<string>,
  pointer: string,
): ValueParts {
  const json: Record<string, Json> = {};
  const unknown: Record<string, Json> = {};
  const masked: Record<string, Json> = {};
  for (const [name, item] of entries) {
    const parts = valueParts(item, sensitive, childPointer(pointer, name));
    if (parts.json !== undefined) json[name] = parts.json;
    if (parts.unknown !== undefined) unknown[name] = parts.unknown;
    if (parts.sensitive !== undefined) masked[name] = parts.sensitive;
  }
  return { json, unknown: orNone(unknown), sensitive: orNone(masked) };
}

function orNone(mask: JsonObject): Json | undefined {
  return Object.keys(mask).length === 0 ? undefined : mask;
}

function isPrimitive(value: Value): value is string | number | boolean | null {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}
