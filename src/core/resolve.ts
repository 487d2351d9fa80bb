import type { Json } from './json.ts';
import { reveal, Secret } from './secret.ts';
import {
  AttributeReference,
  isTermObject,
  NotCompared,
  Reference,
  Template,
  Unknown,
  type Term,
  type TermObject,
  type Value,
  type ValueObject,
} from './value.ts';

/** Where the values of other resources come from: the plan while planning, the run while applying. */
export interface ResolveScope {
  attribute(reference: AttributeReference): Value;
  reference(reference: Reference): string | Unknown;
  /** Makes a Secret of a text that contains one. */
  secret(plain: string): Secret;
}

/** Puts the values of other resources into a term. Unknown parts make the whole text unknown. */
export function resolveTerm(term: Term, scope: ResolveScope): Value {
  if (typeof term !== 'object' || term === null) return term;
  if (term instanceof Template) return resolveTemplate(term, scope);
  if (term instanceof Reference) return scope.reference(term);
  if (Array.isArray(term)) return term.map((item: Term) => resolveTerm(item, scope));
  if (isTermObject(term)) return resolveFields(term, scope);
  if (term instanceof Secret || term instanceof Unknown || term instanceof NotCompared) return term;
  throw new TypeError('a term of no known class');
}

export function resolveFields(fields: TermObject, scope: ResolveScope): ValueObject {
  const resolved: Record<string, Value> = {};
  for (const key of Object.keys(fields)) {
    const term = fields[key];
    if (term !== undefined) resolved[key] = resolveTerm(term, scope);
  }
  return resolved;
}

function resolveTemplate(template: Template, scope: ResolveScope): Value {
  const values = template.parts.map((part) =>
    part instanceof AttributeReference ? scope.attribute(part) : part,
  );
  const [only] = values;
  if (template.whole && values.length === 1 && only !== undefined) {
    return template.sensitive && typeof only === 'string' ? scope.secret(only) : only;
  }
  const skipped = values.find((value) => value instanceof NotCompared);
  if (skipped !== undefined) return skipped;
  const unknown = values.find((value) => value instanceof Unknown);
  if (unknown !== undefined) return unknown;
  const text = values.map((value) => plainText(value)).join('');
  const isSecret = template.sensitive || values.some((value) => value instanceof Secret);
  return isSecret ? scope.secret(text) : text;
}

function plainText(value: Value): string {
  if (value instanceof Secret) return reveal(value);
  if (typeof value === 'string') return value;
  return JSON.stringify(value);
}

/** Every reference of a term to other resources, in order of appearance. */
export function referencesOf(term: Term): readonly (AttributeReference | Reference)[] {
  const found: (AttributeReference | Reference)[] = [];
  collect(term, found);
  return found;
}

function collect(term: Term, found: (AttributeReference | Reference)[]): void {
  if (typeof term !== 'object' || term === null) return;
  if (term instanceof Reference) found.push(term);
  else if (term instanceof Template) {
    for (const part of term.parts) if (part instanceof AttributeReference) found.push(part);
  } else if (Array.isArray(term)) for (const item of term as readonly Term[]) collect(item, found);
  else if (isTermObject(term)) for (const item of Object.values(term)) collect(item, found);
}

/** The value at a path of nested objects, or undefined. */
export function valueAt(value: Value | undefined, path: readonly string[]): Value | undefined {
  let current: unknown = value;
  for (const part of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, part)) {
      return undefined;
    }
    current = Reflect.get(current, part);
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a part of a Value is a Value
  return current as Value | undefined;
}

/** JSON pointer of a path. */
export function toPointer(path: readonly string[]): string {
  let pointer = '';
  for (const part of path) pointer += `/${escapePointer(part)}`;
  return pointer;
}

/** One part of a JSON pointer; nearly no name needs it. */
export function escapePointer(part: string): string {
  if (!part.includes('~') && !part.includes('/')) return part;
  return part.replaceAll('~', '~0').replaceAll('/', '~1');
}

export function fromPointer(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** A copy of an object with one path set; objects on the way are made. */
export function withValueAt(
  object: ValueObject,
  path: readonly string[],
  value: Value,
): ValueObject {
  const [head, ...rest] = path;
  if (head === undefined) return object;
  if (rest.length === 0) return { ...object, [head]: value };
  const inner = object[head];
  return {
    ...object,
    [head]: withValueAt(isTermObject(inner) ? toValues(inner) : {}, rest, value),
  };
}

function toValues(object: TermObject): ValueObject {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an object inside a ValueObject
  return object as ValueObject;
}

/** Deep equality of JSON values, key order aside. */
export function sameJson(a: Json | undefined, b: Json | undefined): boolean {
  return sameValue(a, b);
}

/** Deep equality; Secrets by their text. Unknown and NotCompared equal nothing, not even themselves. */
export function sameValue(a: Value | undefined, b: Value | undefined): boolean {
  if (a instanceof Unknown || b instanceof Unknown) return false;
  if (a instanceof NotCompared || b instanceof NotCompared) return false;
  if (a instanceof Secret || b instanceof Secret) {
    return a instanceof Secret && b instanceof Secret && reveal(a) === reveal(b);
  }
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item: Value, index) => sameValue(item, b[index]));
  }
  if (isTermObject(a) && isTermObject(b)) {
    const left: ValueObject = toValues(a);
    const right: ValueObject = toValues(b);
    const keys = Object.keys(left);
    return (
      keys.length === Object.keys(right).length &&
      keys.every((key) => Object.hasOwn(right, key) && sameValue(left[key], right[key]))
    );
  }
  return false;
}
