import type { Json, JsonPrimitive } from '../core/json.ts';
import { isJsonObject } from '../core/json.ts';
import type { Origin } from './source-text.ts';

/** A YAML value with its place. Aliases share nodes, so nodes are never changed. */
export type YamlNode = ScalarNode | MappingNode | SequenceNode;

export interface ScalarNode extends Origin {
  readonly kind: 'scalar';
  readonly value: JsonPrimitive;
  /** Written `!none`: none as a value, where a merge patch would read `null` as "remove". */
  readonly none?: boolean;
  /** Came out of a variable: `${` in it is text. */
  readonly literal?: boolean;
}

export interface MappingNode extends Origin {
  readonly kind: 'mapping';
  readonly entries: ReadonlyMap<string, MapEntry>;
  readonly literal?: boolean;
}

export interface SequenceNode extends Origin {
  readonly kind: 'sequence';
  readonly items: readonly YamlNode[];
  readonly literal?: boolean;
}

/** One key of a mapping; its own place is that of the key. */
export interface MapEntry extends Origin {
  readonly name: string;
  readonly value: YamlNode;
}

/** Whether the node says "none" or, in a merge patch, "remove". */
export function isNull(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.value === null && node.none !== true;
}

/** Plain data of a node; nothing in it is evaluated. */
export function toPlain(node: YamlNode): Json {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'sequence') return node.items.map((item) => toPlain(item));
  return Object.fromEntries([...node.entries].map(([name, entry]) => [name, toPlain(entry.value)]));
}

/** Plain data as a node that stands where `origin` does; `${` in it stays text. */
export function fromPlain(value: Json, origin: Origin): YamlNode {
  const { source, start, end } = origin;
  const place = { source, start, end, literal: true };
  if (isJsonObject(value)) {
    const entries = new Map<string, MapEntry>();
    for (const [name, item] of Object.entries(value)) {
      entries.set(name, { ...place, name, value: fromPlain(item, origin) });
    }
    return { ...place, kind: 'mapping', entries };
  }
  if (typeof value === 'object' && value !== null) {
    return { ...place, kind: 'sequence', items: value.map((item) => fromPlain(item, origin)) };
  }
  return { kind: 'scalar', source, start, end, value, literal: true };
}

/** What a node is, in the words of a manifest's author. */
export function describe(node: YamlNode): string {
  if (node.kind === 'mapping') return 'a mapping';
  if (node.kind === 'sequence') return 'a list';
  if (node.value === null) return 'nothing';
  return typeof node.value === 'string' ? 'a text' : `a ${typeof node.value}`;
}

/** The node at a path, or the nearest one above it. An entry's key stands for its value. */
export function nearest(node: YamlNode, path: readonly string[], fallback: Origin): Origin {
  let at: Origin = fallback;
  let current: YamlNode | undefined = node;
  for (const name of path) {
    if (current?.kind === 'mapping') {
      const entry: MapEntry | undefined = current.entries.get(name);
      if (entry === undefined) return at;
      at = entry;
      current = entry.value;
    } else if (current?.kind === 'sequence') {
      current = current.items[Number(name)];
      if (current === undefined) return at;
      at = current;
    } else return at;
  }
  return at;
}
