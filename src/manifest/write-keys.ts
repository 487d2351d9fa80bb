import { isKey } from '../core/address.ts';
import type { FieldRole } from '../core/field-role.ts';
import type { KindShape } from '../core/kind.ts';
import type { LiveObject } from '../core/live.ts';
import { valueAt } from '../core/resolve.ts';
import { isValueObject, type Value } from '../core/value.ts';

/** Characters of a key that is made from a name. */
const KEY_CHARS_MAX = 64;

/** An object that is to get an entry. */
export interface Keyed {
  readonly kind: KindShape;
  readonly object: LiveObject;
}

/** The keys of live objects, by type and ID. */
export interface Keys {
  of(type: string, id: string): string | undefined;
}

/**
 * Keys made from names. The same objects get the same keys, in whatever order they come: of several
 * with the same name each gets what it is in (`main-app`), or else a part of its ID. Kinds come
 * after those that they are in. `taken`: addresses that are in use.
 */
export function assignKeys(
  groups: readonly (readonly Keyed[])[],
  known: Keys,
  taken: ReadonlySet<string>,
): Keys {
  const keys = new Map<string, string>();
  const all: Keys = {
    of: (type, id) => keys.get(`${type} ${id}`) ?? known.of(type, id),
  };
  for (const group of groups) {
    for (const [item, key] of distinct(group, all, taken)) {
      keys.set(`${item.object.type} ${item.object.id}`, key);
    }
  }
  return all;
}

/** Those that want the same key both take a longer one, until all differ. */
function distinct(
  group: readonly Keyed[],
  keys: Keys,
  taken: ReadonlySet<string>,
): ReadonlyMap<Keyed, string> {
  const options = new Map(group.map((item) => [item, candidates(item, keys)]));
  const levels = new Map(group.map((item) => [item, 0]));
  const keyOf = (item: Keyed): string => options.get(item)?.[levels.get(item) ?? 0] ?? '';
  for (let isOpen = true; isOpen;) {
    const wanted = new Map<string, number>();
    for (const item of group) wanted.set(keyOf(item), (wanted.get(keyOf(item)) ?? 0) + 1);
    const clashing = group.filter((item) => {
      const key = keyOf(item);
      const isFree = isKey(key) && !taken.has(`${item.kind.type}.${key}`);
      const last = (options.get(item)?.length ?? 1) - 1;
      return (!isFree || wanted.get(key) !== 1) && (levels.get(item) ?? 0) < last;
    });
    for (const item of clashing) levels.set(item, (levels.get(item) ?? 0) + 1);
    isOpen = clashing.length > 0;
  }
  return new Map(group.map((item) => [item, keyOf(item)]));
}

/** From the shortest to one that nothing else has. */
function candidates({ kind, object }: Keyed, keys: Keys): readonly string[] {
  const { nameField } = kind.key;
  const name = nameField === undefined ? undefined : object.fields[nameField];
  const place = identifying(kind).flatMap((role) =>
    role.path[0] === nameField ? [] : partsOf(role, object, kind, keys),
  );
  const short = place.map((part) => part.text);
  const long = place.flatMap((part) => [...part.names, part.text]);
  const id = slug(object.id);
  const word = kebab(kind.name);
  // The whole ID in hexadecimal digits: no other object has it.
  const exact = `${word}-${Buffer.from(object.id, 'utf8').toString('hex')}`;
  const named = typeof name === 'string' ? [slug(name)] : [];
  const bases = [
    ...(named.length > 0 ? [named] : [short]),
    [...short, ...named],
    [...long, ...named],
    [...(named[0] === '' || named.length === 0 ? [word] : named), id.slice(-8)],
  ];
  return [...bases.map((parts) => joined(parts)), exact];
}

function joined(parts: readonly string[]): string {
  const filled = parts.filter((part) => part !== '');
  return filled.join('-').slice(0, KEY_CHARS_MAX).replace(/-+$/, '');
}

/** Fields that say which object it is: what must be given, and never changes. */
function identifying(kind: KindShape): readonly FieldRole[] {
  return kind.fields.filter(
    ({ path, immutable, reference, requiredOnCreate }) =>
      path.length === 1 &&
      immutable === true &&
      (requiredOnCreate === true || (reference !== undefined && kind.key.nameField === undefined)),
  );
}

interface Part {
  /** What the object is, where that is not all the same. */
  readonly names: readonly string[];
  readonly text: string;
}

function partsOf(
  role: FieldRole,
  object: LiveObject,
  kind: KindShape,
  keys: Keys,
): readonly Part[] {
  const value = valueAt(object.fields, role.path);
  return leaves(value, role.path).map(({ path, leaf }) => {
    const field = kind.fields.find((own) => own.path.join('.') === path.join('.'));
    const last = slug(kebab(path.at(-1) ?? ''));
    if (typeof leaf !== 'string') return { names: [], text: last };
    const names = path.length > 1 ? [last] : [];
    const { reference } = field ?? role;
    const key = reference === undefined ? undefined : keys.of(reference, leaf);
    return { names, text: key ?? slug(leaf.toLowerCase()) };
  });
}

function leaves(
  value: Value | undefined,
  path: readonly string[],
): readonly { readonly path: readonly string[]; readonly leaf: Value }[] {
  if (value === undefined) return [];
  if (!isValueObject(value)) return [{ path, leaf: value }];
  return Object.entries(value).flatMap(([name, inner]) => leaves(inner, [...path, name]));
}

/** `workspaceGroups` → `workspace-groups`. */
export function kebab(name: string): string {
  return name.replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase();
}

/** The text where it can be a key, else what of it can, in lower case; possibly nothing. */
export function slug(text: string): string {
  // No manifest may have that key.
  if (text === '__proto__') return 'proto';
  if (isKey(text) && text.length <= KEY_CHARS_MAX) return text;
  return text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^A-Za-z0-9_]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .toLowerCase();
}
