import type { FieldRole } from '../core/field-role.ts';
import type { KindShape } from '../core/kind.ts';
import { memoise } from '../core/memoise.ts';
import { escapePointer, toPointer } from '../core/resolve.ts';
import { isValueObject, type Value, type ValueObject } from '../core/value.ts';

/** The field roles of one kind by JSON pointer, and which fields have fields of their own. */
export interface RoleIndex {
  readonly roles: ReadonlyMap<string, FieldRole>;
  readonly parents: ReadonlySet<string>;
  /** Place of each pointer in the schema. */
  readonly ranks: ReadonlyMap<string, number>;
}

/** A part of a resource that is compared and shown as one: a leaf, an atomic object or an array. */
export interface Unit {
  readonly pointer: string;
  readonly path: readonly string[];
  readonly role: FieldRole;
  readonly value: Value;
}

/** Made once a kind, however many resources it has. */
export const indexRoles = memoise((kind: KindShape): RoleIndex => {
  const roles = new Map<string, FieldRole>();
  const parents = new Set<string>();
  const ranks = new Map<string, number>();
  for (const role of kind.fields) {
    const pointer = toPointer(role.path);
    roles.set(pointer, role);
    ranks.set(pointer, ranks.size);
    if (role.path.length > 1) parents.add(toPointer(role.path.slice(0, -1)));
  }
  return { roles, parents, ranks };
});

/** Fields in the order of the schema, whatever the order they are written in; unknown ones last. */
export function inSchemaOrder<T extends { readonly pointer: string }>(
  index: RoleIndex,
  fields: readonly T[],
): readonly T[] {
  if (fields.length < 2) return fields;
  const rankOf = ({ pointer }: T): number => index.ranks.get(pointer) ?? index.ranks.size;
  return fields.toSorted((a, b) => rankOf(a) - rankOf(b) || (a.pointer < b.pointer ? -1 : 1));
}

/** The units of some fields, in their order. A field the schema does not know is a plain leaf. */
export function unitsOf(index: RoleIndex, fields: ValueObject): readonly Unit[] {
  const units: Unit[] = [];
  walk(index, fields, { path: [], pointer: '' }, units);
  return units;
}

interface Base {
  readonly path: readonly string[];
  readonly pointer: string;
}

function walk(index: RoleIndex, fields: ValueObject, base: Base, units: Unit[]): void {
  for (const key of Object.keys(fields)) {
    const value = fields[key];
    if (value === undefined) continue;
    const pointer = `${base.pointer}/${escapePointer(key)}`;
    const known = index.roles.get(pointer);
    const path = known?.path ?? [...base.path, key];
    const role = known ?? { path, description: '', types: [] };
    const descends = index.parents.has(pointer) && role.atomic !== true && isValueObject(value);
    if (descends) walk(index, value, { path, pointer }, units);
    else units.push({ pointer, path, role, value });
  }
}
