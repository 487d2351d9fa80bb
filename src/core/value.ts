import { canonicalId } from './canonical-id.ts';
import type { Json, JsonPrimitive } from './json.ts';
import { Secret } from './secret.ts';

/** A value that exists only after apply. `of` is the address that will bring it, where known. */
export class Unknown {
  readonly of: string | undefined;

  constructor(of?: string) {
    this.of = of;
  }

  toJSON(): never {
    throw new TypeError('an unknown value has no JSON form');
  }
}

/** A sensitive value whose source was not resolved in this run: never compared, never sent. */
export class NotCompared {
  readonly sensitive = true;
}

/** A resolved tree: JSON whose leaves may also be Secret, Unknown or NotCompared. */
export type Value = JsonPrimitive | Secret | Unknown | NotCompared | readonly Value[] | ValueObject;
export interface ValueObject {
  readonly [key: string]: Value;
}

/** Reads an attribute of another resource: `${singlestore.workspaces.app.endpoint}`. */
export class AttributeReference {
  /** Full address, provider included. */
  readonly address: string;
  /** Path below the resource; `['id']` is its ID. */
  readonly path: readonly string[];
  /** Whether the schema marks the attribute as sensitive. */
  readonly sensitive: boolean;

  constructor(address: string, path: readonly string[], sensitive: boolean) {
    this.address = address;
    this.path = path;
    this.sensitive = sensitive;
  }
}

/**
 * A text with attribute references in it. Variables have been put in already. `whole`: the scalar
 * was exactly one expression and takes the type of its value.
 */
export class Template {
  readonly parts: readonly (string | Secret | NotCompared | AttributeReference)[];
  readonly whole: boolean;
  /** It stands in a sensitive field: the text is a Secret, whatever it is made of. */
  readonly sensitive: boolean;

  constructor(
    parts: readonly (string | Secret | NotCompared | AttributeReference)[],
    whole: boolean,
    sensitive = false,
  ) {
    this.parts = parts;
    this.whole = whole;
    this.sensitive = sensitive;
  }
}

/** A field that holds another resource: by key of this stack, or a live object by ID or name. */
export class Reference {
  /** Type of the resource referred to: `singlestore.workspaceGroups`. */
  readonly type: string;
  readonly by: 'address' | 'id' | 'name';
  /** The full address, the ID or the name. */
  readonly value: string;
  /**
   * The ID of the live object, where it is known besides: what a name was found to mean, or what
   * the manifest has for an object that turned out to be that of an entry.
   */
  readonly id: string | undefined;

  constructor(type: string, by: 'address' | 'id' | 'name', value: string, id?: string) {
    this.type = type;
    this.by = by;
    this.value = by === 'id' ? canonicalId(value) : value;
    this.id = by === 'id' ? this.value : id;
  }
}

/** What a manifest holds after loading: a tree that still refers to other resources. */
export type Term = Value | Template | Reference | readonly Term[] | TermObject;
export interface TermObject {
  readonly [key: string]: Term;
}

export function isValueObject(value: unknown): value is ValueObject {
  return isPlainObject(value);
}

export function isTermObject(term: unknown): term is TermObject {
  return isPlainObject(term);
}

function isPlainObject(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Whether any leaf of the tree is Unknown. */
export function hasUnknown(value: Value): boolean {
  return someLeaf(value, (leaf) => leaf instanceof Unknown);
}

/** Whether any leaf of the tree is a Secret or a sensitive value that was not resolved. */
export function hasSensitive(value: Value): boolean {
  return someLeaf(value, (leaf) => leaf instanceof Secret || leaf instanceof NotCompared);
}

/** Whether any leaf is a sensitive value that was not resolved. */
export function hasNotCompared(value: Value): boolean {
  return someLeaf(value, (leaf) => leaf instanceof NotCompared);
}

function someLeaf(value: Value, test: (leaf: Value) => boolean): boolean {
  if (Array.isArray(value)) return value.some((item: Value) => someLeaf(item, test));
  if (isValueObject(value)) return Object.values(value).some((item) => someLeaf(item, test));
  return test(value);
}

/** The value as plain JSON, or undefined when a leaf is not JSON (Secret, Unknown, NotCompared). */
export function toJson(value: Value): Json | undefined {
  if (value instanceof Secret || value instanceof Unknown || value instanceof NotCompared) {
    return undefined;
  }
  if (Array.isArray(value)) {
    const items = value.map((item: Value) => toJson(item));
    return items.every((item) => item !== undefined) ? items : undefined;
  }
  if (!isValueObject(value)) return isPrimitive(value) ? value : undefined;
  const result: Record<string, Json> = {};
  for (const [key, item] of Object.entries(value)) {
    const json = toJson(item);
    if (json === undefined) return undefined;
    result[key] = json;
  }
  return result;
}

function isPrimitive(value: unknown): value is JsonPrimitive {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}
