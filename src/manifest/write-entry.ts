import type { FieldRole } from '../core/field-role.ts';
import type { Json } from '../core/json.ts';
import type { KindShape } from '../core/kind.ts';
import type { LiveObject } from '../core/live.ts';
import { normaliseField } from '../core/normalise/normalise-field.ts';
import { sameValue } from '../core/resolve.ts';
import { Secret } from '../core/secret.ts';
import { isValueObject, toJson, type Value, type ValueObject } from '../core/value.ts';
import { fieldTree, type FieldNode } from './field-tree.ts';

/** What the fields of an entry stand for outside of it. */
export interface WriteScope {
  /** How an entry refers to a live object: a key, `{ name }` or `{ id }`. */
  reference(type: string, id: string): Json;
  /** The environment variable that is to hold a secret. */
  variable(path: readonly string[]): string;
}

/** The fields of an entry as they stand in a manifest, and the names of those left out. */
export interface WrittenEntry {
  readonly fields: Readonly<Record<string, Json>>;
  /** The API does not tell them. */
  readonly writeOnly: readonly string[];
  /** They hold for the moment only. */
  readonly transient: readonly string[];
}

interface Writing extends WriteScope {
  readonly writeOnly: string[];
  readonly transient: string[];
}

/**
 * The entry of a live object: what a person would have written. Left out is what an entry without
 * it means too: defaults, values that the API sets, a name that is the key.
 */
export function writeEntry(
  kind: KindShape,
  object: LiveObject,
  key: string,
  scope: WriteScope,
): WrittenEntry {
  const writing: Writing = { ...scope, writeOnly: [], transient: [] };
  const { nameField } = kind.key;
  const named = nameField !== undefined && object.fields[nameField] === key ? nameField : undefined;
  const members = membersOf(object.fields, fieldTree(kind.fields), [], writing);
  const fields = Object.fromEntries(members.filter(([name]) => name !== named));
  return { fields, writeOnly: writing.writeOnly, transient: writing.transient };
}

type Member = readonly [name: string, value: Json];

function membersOf(
  values: ValueObject,
  { children }: FieldNode,
  above: readonly string[],
  writing: Writing,
): readonly Member[] {
  return [...children].flatMap(([name, node]): readonly Member[] => {
    const path = [...above, name];
    const value = values[name];
    const { role } = node;
    if (role === undefined || role.readOnly === true) return [];
    if (role.sensitive === true) return secretMember(name, value, role, path, writing);
    if (role.writeOnly === true) {
      if (role.marker !== true) writing.writeOnly.push(path.join('.'));
      return [];
    }
    if (value === undefined || isSaid(role, value, values)) return [];
    if (role.transient === true) {
      writing.transient.push(path.join('.'));
      return [];
    }
    const written = writeValue(value, node, path, writing);
    return written === undefined ? [] : [[name, written]];
  });
}

/** A source, where the entry could not do without one or the API tells that there is a value. */
function secretMember(
  name: string,
  value: Value | undefined,
  role: FieldRole,
  path: readonly string[],
  writing: Writing,
): readonly Member[] {
  if (value instanceof Secret || role.requiredOnCreate === true) {
    return [[name, { fromEnv: writing.variable(path) }]];
  }
  writing.writeOnly.push(path.join('.'));
  return [];
}

/** Whether an entry says it without the field. */
function isSaid(role: FieldRole, value: Value, values: ValueObject): boolean {
  const { default: absent, impliedBy } = role;
  if (impliedBy?.every((name) => values[name] !== undefined) === true) return true;
  return (
    absent !== undefined && sameValue(normaliseField(role, value), normaliseField(role, absent))
  );
}

/** Undefined for none: an absent field says nothing, and most cannot be cleared. */
function writeValue(
  value: Value,
  node: FieldNode,
  path: readonly string[],
  writing: Writing,
): Json | undefined {
  const { role } = node;
  if (role?.verbatim === true) return isNone(value) ? undefined : toJson(value);
  if (isList(value)) return writeList(value, node, path, writing);
  if (isValueObject(value)) {
    const members =
      node.children.size > 0
        ? membersOf(value, node, path, writing)
        : Object.entries(value).flatMap(([name, inner]): readonly Member[] => {
            const json = toJson(inner);
            return json === undefined ? [] : [[name, escaped(json)]];
          });
    return members.length === 0 ? undefined : Object.fromEntries(members);
  }
  if (typeof value === 'string' && role?.reference !== undefined) {
    return writing.reference(role.reference, value);
  }
  const json = toJson(value);
  return json === null || json === undefined ? undefined : escaped(json);
}

function writeList(
  values: readonly Value[],
  node: FieldNode,
  path: readonly string[],
  writing: Writing,
): Json | undefined {
  const element = node.element ?? { role: undefined, children: new Map(), element: undefined };
  const items = values.flatMap((item) => writeValue(item, element, [...path, '*'], writing) ?? []);
  if (items.length === 0) return undefined;
  if (node.role?.set !== true) return items;
  const byText = new Map(items.map((item) => [JSON.stringify(item), item]));
  return [...byText.keys()].toSorted().map((text) => byText.get(text) ?? null);
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

function isNone(value: Value): boolean {
  if (value === null) return true;
  if (isList(value)) return value.length === 0;
  return isValueObject(value) && Object.keys(value).length === 0;
}

/** Texts with `${` in them are texts. */
export function escaped(value: Json): Json {
  if (typeof value === 'string') return value.replaceAll('${', () => '$${');
  if (typeof value !== 'object' || value === null) return value;
  if (isJsonList(value)) return value.map((item) => escaped(item));
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, escaped(item)]));
}

function isJsonList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
