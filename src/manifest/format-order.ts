import { isMap, isScalar, isSeq } from 'yaml';
import type { YAMLMap } from 'yaml';
import type { KindShape } from '../core/kind.ts';
import type { FieldNode } from './field-tree.ts';
import { fieldTree } from './field-tree.ts';
import type { KindIndex } from './kind-index.ts';
import { RESOURCE_SETTINGS } from './resource-settings.ts';

/**
 * Puts kinds into the order of the registry and fields into that of their schema. Settings keep
 * their places, entries and everything that is the user's own keep their order.
 */
export function orderDocument(root: YAMLMap, kinds: KindIndex): void {
  const ranks = new Map([...kinds.table.keys()].map((type, index) => [type, index]));
  const rankOf = (name: string): number | undefined => {
    const kind = kindNamed(name, kinds);
    if (kind !== undefined) return ranks.get(kind.type);
    // All kinds of a provider stand together in the registry.
    const [first] = kinds.providers.has(name) ? kinds.namesOf(name) : [];
    return first === undefined ? undefined : ranks.get(`${name}.${first}`);
  };
  orderSlots(root, rankOf);
  for (const { kind, entries, block } of kindBlocks(root, kinds)) {
    if (block !== undefined) orderSlots(block, (name) => ranks.get(`${kind.provider}.${name}`));
    const tree = fieldTree(kind.fields);
    for (const { value } of entries.items) if (isMap(value)) orderFields(value, tree);
  }
}

/** The entries of a kind. */
export interface KindBlock {
  readonly kind: KindShape;
  readonly entries: YAMLMap;
  /** The block of its provider, where it stands in one. */
  readonly block: YAMLMap | undefined;
}

export function kindBlocks(root: YAMLMap, kinds: KindIndex): readonly KindBlock[] {
  return root.items.flatMap(({ key, value }): readonly KindBlock[] => {
    if (!isMap(value)) return [];
    const name = nameOf(key);
    const kind = kindNamed(name, kinds);
    if (kind !== undefined) return [{ kind, entries: value, block: undefined }];
    if (!kinds.providers.has(name)) return [];
    return value.items.flatMap((inner) => {
      const own = kinds.of(name, nameOf(inner.key));
      return own === undefined || !isMap(inner.value)
        ? []
        : [{ kind: own, entries: inner.value, block: value }];
    });
  });
}

function kindNamed(name: string, kinds: KindIndex): KindShape | undefined {
  const found = kinds.byName(name);
  return found.type === 'kind' ? found.kind : undefined;
}

export function nameOf(key: unknown): string {
  return isScalar(key) && typeof key.value === 'string' ? key.value : '';
}

function orderFields(map: YAMLMap, tree: FieldNode): void {
  const names = [...tree.children.keys()];
  const settings: readonly string[] = RESOURCE_SETTINGS;
  orderSlots(map, (name) => {
    if (name === '<<') return -1;
    const field = names.indexOf(name);
    if (field !== -1) return field;
    const setting = settings.indexOf(name);
    return names.length + (setting === -1 ? settings.length : setting);
  });
  for (const { key, value } of map.items) {
    const field = tree.children.get(nameOf(key));
    if (field !== undefined) orderInside(value, field);
  }
}

/** What the schema names no fields of keeps its order. */
function orderInside(value: unknown, field: FieldNode): void {
  if (isMap(value) && field.children.size > 0) orderFields(value, field);
  if (!isSeq(value) || field.element === undefined) return;
  for (const item of value.items) orderInside(item, field.element);
}

/** Sorts what has a rank among the places it has; what has none stays where it is. */
function orderSlots(map: YAMLMap, rankOf: (name: string) => number | undefined): void {
  const ranked = map.items.flatMap((pair, slot) => {
    const rank = rankOf(nameOf(pair.key));
    return rank === undefined ? [] : [{ pair, slot, rank }];
  });
  const sorted = ranked.toSorted((a, b) => a.rank - b.rank);
  if (sorted.every(({ pair }, index) => pair === ranked[index]?.pair)) return;
  const top = takeHeader(map);
  for (const [index, { slot }] of ranked.entries()) {
    const pair = sorted[index]?.pair;
    if (pair !== undefined) map.items[slot] = pair;
  }
  putHeader(map, top);
  const first: unknown = map.items[0]?.key;
  if (isScalar(first)) first.spaceBefore = false;
}

/**
 * What stands right above the first key goes with it. What stands apart from it, and what speaks to
 * an editor, is about the whole: it stays on top, and is returned.
 */
function takeHeader(map: YAMLMap): readonly string[] {
  const key: unknown = map.items[0]?.key;
  if (!isScalar(key)) return [];
  const lines = [map.commentBefore, key.commentBefore].flatMap((text) => text?.split('\n') ?? []);
  const apart = lines.slice(0, lines.lastIndexOf('') + 1);
  const close = lines.slice(apart.length);
  const top = close.filter((line) => line.startsWith(' yaml-language-server:'));
  const own = close.filter((line) => !top.includes(line));
  map.commentBefore = null;
  key.commentBefore = own.length === 0 ? null : own.join('\n');
  return [...apart, ...top];
}

function putHeader(map: YAMLMap, top: readonly string[]): void {
  const key: unknown = map.items[0]?.key;
  if (!isScalar(key) || top.length === 0) return;
  key.commentBefore = [...top, ...(key.commentBefore ? [key.commentBefore] : [])].join('\n');
}
