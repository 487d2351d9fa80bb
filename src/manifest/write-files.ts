import { Document, Scalar, YAMLMap, YAMLSeq, Pair } from 'yaml';
import type { Json, JsonObject } from '../core/json.ts';
import { isJsonObject } from '../core/json.ts';
import type { KindShape, KindTable } from '../core/kind.ts';
import { formatManifest } from './format-manifest.ts';
import type { WrittenEntry } from './write-entry.ts';
import { kebab } from './write-keys.ts';

/** Lists and small mappings up to this length stand on one line. */
const FLOW_COLUMNS_MAX = 80;

/** An entry, and the file it goes to. */
export interface PlacedEntry extends WrittenEntry {
  readonly kind: KindShape;
  readonly key: string;
  readonly file: string;
}

/**
 * The texts of manifests by file, canonical. `withProvider`: kinds stand below the name of their
 * provider.
 */
export function writeFiles(
  entries: readonly PlacedEntry[],
  kinds: KindTable,
  withProvider: boolean,
): ReadonlyMap<string, string> {
  const files = new Map<string, PlacedEntry[]>();
  for (const entry of entries) {
    const own = files.get(entry.file);
    if (own === undefined) files.set(entry.file, [entry]);
    else own.push(entry);
  }
  return new Map(
    [...files].map(([name, own]) => {
      const root = new YAMLMap();
      for (const kind of kinds.values()) {
        const placed = own.filter((entry) => entry.kind.type === kind.type);
        if (placed.length > 0) addKind(withProvider ? below(root, kind) : root, kind, placed);
      }
      return [name, canonical(name, root, kinds)];
    }),
  );
}

/** The text of a file of settings. */
export function writeSettings(settings: JsonObject, kinds: KindTable): string {
  const root = new YAMLMap();
  for (const [name, value] of Object.entries(settings)) addPair(root, name, nodeOf(value, true));
  return canonical('trueup.yaml', root, kinds);
}

function canonical(name: string, root: YAMLMap, kinds: KindTable): string {
  const document = new Document(root, { compat: 'yaml-1.1' });
  const text = document.toString({ singleQuote: true, lineWidth: 0 });
  const formatted = formatManifest(name, text, kinds);
  // What has no canonical form is right all the same: whether it means what it should is tried.
  return formatted.type === 'formatted' ? formatted.text : text;
}

function below(root: YAMLMap, kind: KindShape): YAMLMap {
  const found = root.items.find(({ key }) => key instanceof Scalar && key.value === kind.provider);
  if (found?.value instanceof YAMLMap) return found.value;
  const block = new YAMLMap();
  addPair(root, kind.provider, block);
  return block;
}

function addKind(root: YAMLMap, kind: KindShape, entries: readonly PlacedEntry[]): void {
  const block = new YAMLMap();
  for (const { key, fields } of entries) {
    const node = mapOf(Object.entries(fields), (name, value) =>
      nodeOf(value, !isVerbatim(kind, name)),
    );
    node.flow = Object.keys(fields).length === 0;
    addPair(block, key, node);
  }
  const remarks = remarksOn(entries);
  const name = addPair(root, kind.name, block);
  if (remarks.length > 0) name.commentBefore = remarks.map((line) => ` ${line}`).join('\n');
}

function remarksOn(entries: readonly PlacedEntry[]): readonly string[] {
  const names = (of: (entry: PlacedEntry) => readonly string[]): string =>
    [...new Set(entries.flatMap((entry) => of(entry)))].join(', ');
  const hidden = names(({ writeOnly }) => writeOnly);
  const passing = names(({ transient }) => transient);
  return [
    ...(hidden === '' ? [] : [`Left out, since the API does not tell: ${hidden}.`]),
    ...(passing === '' ? [] : [`Left out, since it holds for the moment only: ${passing}.`]),
  ];
}

function isVerbatim(kind: KindShape, name: string): boolean {
  return kind.fields.some(({ path, verbatim }) => path[0] === name && verbatim === true);
}

function addPair(map: YAMLMap, name: string, value: unknown): Scalar {
  const key = new Scalar(name);
  map.items.push(new Pair(key, value));
  return key;
}

function mapOf(
  members: readonly (readonly [string, Json])[],
  make: (name: string, value: Json) => unknown,
): YAMLMap {
  const map = new YAMLMap();
  for (const [name, value] of members) addPair(map, name, make(name, value));
  return map;
}

/** `compact`: small mappings stand on one line; what is a user's own text does not. */
function nodeOf(value: Json, compact: boolean): unknown {
  const fits = columnsOf(value) <= FLOW_COLUMNS_MAX;
  if (isJsonObject(value)) {
    const map = mapOf(Object.entries(value), (_, inner) => nodeOf(inner, compact));
    map.flow = Object.keys(value).length === 0 || (compact && fits);
    return map;
  }
  if (isList(value)) {
    const list = new YAMLSeq();
    for (const item of value) list.items.push(nodeOf(item, compact));
    const isFlat = value.every((item) => typeof item !== 'object' || item === null);
    list.flow = value.length === 0 || (fits && (compact || isFlat));
    return list;
  }
  const scalar = new Scalar(value);
  if (typeof value === 'string' && value.includes('\n')) {
    // A block of nothing but white space cannot be indented.
    scalar.type = /\S/.test(value) ? Scalar.BLOCK_LITERAL : Scalar.QUOTE_DOUBLE;
  }
  return scalar;
}

/** About how long a value is on one line; without end where it holds a text of several. */
function columnsOf(value: Json): number {
  if (isJsonObject(value)) {
    return Object.entries(value).reduce(
      (sum, [name, inner]) => sum + name.length + 4 + columnsOf(inner),
      4,
    );
  }
  if (isList(value)) return value.reduce<number>((sum, item) => sum + 2 + columnsOf(item), 2);
  if (typeof value === 'string' && value.includes('\n')) return Number.POSITIVE_INFINITY;
  return String(value).length;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

export type Layout = 'kind' | 'group';

/** What a file name may be made of. */
export interface Place {
  readonly kind: KindShape;
  readonly key: string;
  /** The object that it is in, for the layout `group`. */
  readonly inside: { readonly kind: KindShape; readonly key: string } | undefined;
}

/** File names by place; those of two that differ only in case differ in more. */
export function fileNames(
  places: readonly Place[],
  kinds: KindTable,
  layout: Layout,
): (place: Place) => string {
  const words = [...new Set(places.map(({ kind }) => kind))];
  const kindFile = (kind: KindShape): string => {
    const isTwice = words.some((own) => own.name === kind.name && own.type !== kind.type);
    return isTwice ? `${kind.provider}-${kebab(kind.name)}` : kebab(kind.name);
  };
  const reserved = new Set([...kinds.values()].flatMap((kind) => [kebab(kind.name)]));
  reserved.add('trueup');
  const roots = new Map<string, { readonly kind: KindShape; readonly key: string }>();
  for (const { inside } of places) {
    if (inside !== undefined) roots.set(`${inside.kind.type}.${inside.key}`, inside);
  }
  const count = new Map<string, number>();
  for (const { key } of roots.values()) {
    count.set(key.toLowerCase(), (count.get(key.toLowerCase()) ?? 0) + 1);
  }
  const nameOf = (root: NonNullable<Place['inside']>): string => {
    const { key } = root;
    const word = key.toLowerCase();
    // Files whose names start with _ are no manifests.
    const isPlain = count.get(word) === 1 && !reserved.has(word) && !key.startsWith('_');
    return isPlain ? key : `${kindFile(root.kind)}-${key}`;
  };
  const names = new Map<string, string>();
  const taken = new Set<string>();
  for (const [address, root] of [...roots].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const base = nameOf(root);
    let name = base;
    for (let number = 2; taken.has(name.toLowerCase()); number += 1) name = `${base}-${number}`;
    taken.add(name.toLowerCase());
    names.set(address, name);
  }
  return ({ kind, inside }) => {
    if (layout === 'kind' || inside === undefined) return `${kindFile(kind)}.yaml`;
    return `${names.get(`${inside.kind.type}.${inside.key}`) ?? nameOf(inside)}.yaml`;
  };
}
