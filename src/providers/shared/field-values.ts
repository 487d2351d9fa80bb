import { isValueObject, type Value, type ValueObject } from '../../core/value.ts';

/** The text of a field; undefined when it is absent, not yet known or anything else. */
export function textField(fields: ValueObject | undefined, name: string): string | undefined {
  const value = fields?.[name];
  return typeof value === 'string' ? value : undefined;
}

/** The known texts of a list field; undefined when the field is absent. */
export function textsField(
  fields: ValueObject | undefined,
  name: string,
): readonly string[] | undefined {
  const value = fields?.[name];
  return isValueArray(value) ? value.filter((item) => typeof item === 'string') : undefined;
}

export function objectField(
  fields: ValueObject | undefined,
  name: string,
): ValueObject | undefined {
  const value = fields?.[name];
  return isValueObject(value) ? value : undefined;
}

/** The members of an object that were asked for and are there. */
export function pick(fields: ValueObject, names: readonly string[]): ValueObject {
  const picked: Record<string, Value> = {};
  for (const name of names) {
    const value = fields[name];
    if (value !== undefined) picked[name] = value;
  }
  return picked;
}

/** Top-level names of JSON pointers: `/members/users` → `members`. */
export function changedNames(pointers: readonly string[]): ReadonlySet<string> {
  return new Set(pointers.map((pointer) => pointer.split('/')[1] ?? ''));
}

export function isValueArray(value: unknown): value is readonly Value[] {
  return Array.isArray(value);
}

/** What has to come and go to turn one set into another. */
export function difference(
  before: readonly string[],
  after: readonly string[],
): { readonly added: readonly string[]; readonly removed: readonly string[] } {
  const old = new Set(before);
  const next = new Set(after);
  return {
    added: [...next].filter((item) => !old.has(item)),
    removed: [...old].filter((item) => !next.has(item)),
  };
}
