import type { Event, ScalarEvent } from 'js-yaml';
import { EVENT_ID, SCALAR_STYLE, getScalarValue } from 'js-yaml';
import type { DiagnosticCode } from '../core/diagnostic-code.ts';
import type { Reporter } from './reporter.ts';
import type { Origin, SourceText } from './source-text.ts';
import { placeText } from './source-text.ts';
import { resolvePlain, resolveTagged } from './yaml-scalar.ts';
import type { MapEntry, ScalarNode, YamlNode } from './yaml-node.ts';

/** Values that aliases and merge keys of one file may stand for, together. */
const ALIASED_NODES_MAX = 1_000_000;
/** Nesting, aliases followed. The parser bounds what is written out by the same number. */
const DEPTH_MAX = 100;

/** Shared by the frames that never put anything in: one allocation less for each value. */
const NO_ENTRIES = new Map<string, MapEntry>();
const NO_ITEMS: YamlNode[] = [];

interface Anchor {
  readonly node: YamlNode;
  readonly size: number;
  readonly depth: number;
}

/** A collection (or a document) that is still open. */
interface Frame {
  readonly kind: 'document' | 'mapping' | 'sequence';
  readonly start: number;
  readonly anchor: string | undefined;
  readonly entries: Map<string, MapEntry>;
  readonly items: YamlNode[];
  /** Mappings that `<<` brings in, in order; the first one wins. */
  merged: YamlNode[] | undefined;
  key: Key | undefined;
  size: number;
  depth: number;
}

interface Key extends Origin {
  readonly name: string;
  readonly merge: boolean;
}

export interface BuiltDocuments {
  readonly documents: readonly YamlNode[];
  readonly whole: boolean;
}

/**
 * Parser events to nodes: aliases shared, merge keys applied, duplicate keys found by hash.
 * `hidesLine`: whether the line of an offset may hold a secret.
 */
export function buildDocuments(
  source: SourceText,
  events: readonly Event[],
  reporter: Reporter,
  hidesLine: (offset: number) => boolean,
): BuiltDocuments {
  const builder = new Builder(source, reporter, hidesLine);
  for (const event of events) if (!builder.take(event)) break;
  return { documents: builder.documents, whole: builder.whole };
}

class Builder {
  readonly documents: YamlNode[] = [];
  whole = true;
  readonly #source: SourceText;
  readonly #reporter: Reporter;
  readonly #hidesLine: (offset: number) => boolean;
  readonly #frames: Frame[] = [];
  readonly #open = new Set<string>();
  #anchors = new Map<string, Anchor>();
  #aliasedNodes = 0;

  constructor(source: SourceText, reporter: Reporter, hidesLine: (offset: number) => boolean) {
    this.#source = source;
    this.#reporter = reporter;
    this.#hidesLine = hidesLine;
  }

  /** False when the file must be given up. */
  take(event: Event): boolean {
    switch (event.type) {
      case EVENT_ID.DOCUMENT:
        this.#anchors = new Map();
        this.#push('document', 0, undefined);
        return true;
      case EVENT_ID.MAPPING:
      case EVENT_ID.SEQUENCE: {
        const anchor = this.#name(event.anchorStart, event.anchorEnd);
        this.#checkCollectionTag(event.tagStart, event.tagEnd, event.type === EVENT_ID.MAPPING);
        this.#push(event.type === EVENT_ID.MAPPING ? 'mapping' : 'sequence', event.start, anchor);
        return true;
      }
      case EVENT_ID.SCALAR:
        this.#scalar(event);
        return this.whole;
      case EVENT_ID.ALIAS:
        return this.#alias(event.anchorStart, event.anchorEnd);
      case EVENT_ID.POP:
        return this.#pop();
      default:
        return true;
    }
  }

  #push(kind: Frame['kind'], start: number, anchor: string | undefined): void {
    if (anchor !== undefined) this.#open.add(anchor);
    this.#frames.push({
      kind,
      start,
      anchor,
      entries: kind === 'mapping' ? new Map() : NO_ENTRIES,
      items: kind === 'mapping' ? NO_ITEMS : [],
      merged: undefined,
      key: undefined,
      size: 1,
      depth: 0,
    });
  }

  #pop(): boolean {
    const frame = this.#frames.pop();
    if (frame === undefined) return true;
    if (frame.kind === 'document') {
      const [root] = frame.items;
      if (root !== undefined) this.documents.push(root);
      return true;
    }
    const { start, entries, items } = frame;
    const end = start + 1;
    this.#applyMerges(frame);
    const node: YamlNode =
      frame.kind === 'mapping'
        ? { kind: 'mapping', source: this.#source, start, end, entries }
        : { kind: 'sequence', source: this.#source, start, end, items };
    if (frame.anchor !== undefined) {
      this.#open.delete(frame.anchor);
      this.#anchors.set(frame.anchor, { node, size: frame.size, depth: frame.depth });
    }
    return this.#add(node, frame.size, frame.depth + 1);
  }

  #scalar(event: ScalarEvent): void {
    const frame = this.#frames.at(-1);
    const anchor = this.#name(event.anchorStart, event.anchorEnd);
    if (frame?.kind === 'mapping' && frame.key === undefined) {
      const name = getScalarValue(this.#source.text, event);
      const start = this.#startOf(event);
      const merge = name === '<<' && event.style === SCALAR_STYLE.PLAIN;
      frame.key = {
        name,
        source: this.#source,
        start,
        end: Math.max(event.valueEnd, start),
        merge,
      };
      if (anchor === undefined) return;
      this.#anchors.set(anchor, { node: this.#scalarNode(event), size: 1, depth: 0 });
      return;
    }
    const node = this.#scalarNode(event);
    if (anchor !== undefined) this.#anchors.set(anchor, { node, size: 1, depth: 0 });
    this.#add(node, 1, 0);
  }

  #scalarNode(event: ScalarEvent): ScalarNode {
    const source = this.#source;
    const start = this.#startOf(event);
    const end = Math.max(event.valueEnd, start);
    const text = getScalarValue(source.text, event);
    if (event.tagStart === -1) {
      const value = event.style === SCALAR_STYLE.PLAIN ? resolvePlain(text) : text;
      return { kind: 'scalar', source, start, end, value };
    }
    const place = { source, start, end };
    const tag = source.text.slice(event.tagStart, event.tagEnd);
    if (tag === '!none' && text === '')
      return { ...place, kind: 'scalar', value: null, none: true };
    const value = resolveTagged(tag, text);
    if (value !== undefined) return { ...place, kind: 'scalar', value };
    this.#fail(...this.#noTag(tag, { source, start: event.tagStart, end: event.tagEnd }));
    return { ...place, kind: 'scalar', value: text };
  }

  #startOf(event: ScalarEvent): number {
    return event.valueStart === -1 ? Math.max(event.tagStart, this.#cursor()) : event.valueStart;
  }

  /** Where an empty value stands: after its key. */
  #cursor(): number {
    return this.#frames.at(-1)?.key?.end ?? this.#frames.at(-1)?.start ?? 0;
  }

  #alias(start: number, end: number): boolean {
    const name = this.#source.text.slice(start, end);
    const at = { source: this.#source, start: start - 1, end };
    if (this.#open.has(name)) {
      return this.#fail('yaml-alias-bomb', `*${name} stands inside of what it names`, at);
    }
    const anchor = this.#anchors.get(name);
    if (anchor === undefined) {
      // An unquoted password may begin like an alias.
      const told = this.#hidesLine(at.start) ? 'of this name' : `&${name}`;
      const hint = 'quote a text that starts with *';
      return this.#fail('yaml-syntax', `no anchor ${told} before this`, at, hint);
    }
    const frame = this.#frames.at(-1);
    if (frame?.kind === 'mapping' && frame.key === undefined && anchor.node.kind === 'scalar') {
      frame.key = { ...at, name: String(anchor.node.value), merge: false };
      return true;
    }
    this.#aliasedNodes += anchor.size;
    if (this.#aliasedNodes > ALIASED_NODES_MAX) {
      const message = `the aliases of this file stand for more than ${ALIASED_NODES_MAX} values`;
      return this.#fail('yaml-alias-bomb', message, at);
    }
    return this.#add(anchor.node, anchor.size, anchor.depth + 1);
  }

  /** Puts a finished node where it belongs. */
  #add(node: YamlNode, size: number, depth: number): boolean {
    const frame = this.#frames.at(-1);
    if (frame === undefined) return true;
    frame.size += size;
    frame.depth = Math.max(frame.depth, depth);
    if (frame.depth > DEPTH_MAX) {
      return this.#fail('yaml-alias-bomb', `nested more than ${DEPTH_MAX} deep`, node);
    }
    if (frame.kind !== 'mapping') {
      frame.items.push(node);
      return true;
    }
    const key = frame.key;
    if (key === undefined) {
      return this.#fail('yaml-syntax', 'a key must be a text', node);
    }
    frame.key = undefined;
    if (key.merge) this.#addMerge(frame, node, key);
    else this.#addEntry(frame, key, node);
    return true;
  }

  #addEntry(frame: Frame, key: Key, value: YamlNode): void {
    const { name, source, start, end } = key;
    const first = frame.entries.get(name);
    if (first !== undefined) {
      const message = `the key "${name}" stands twice in one mapping, first at ${placeText(first)}`;
      this.#report('yaml-duplicate-key', message, key);
    } else if (name === '__proto__') {
      this.#report('key-invalid', `the key "${name}" is refused`, key);
    } else frame.entries.set(name, { name, source, start, end, value });
  }

  #addMerge(frame: Frame, node: YamlNode, key: Key): void {
    const nodes = node.kind === 'sequence' ? node.items : [node];
    if (nodes.every((item) => item.kind === 'mapping')) (frame.merged ??= []).push(...nodes);
    else {
      const message = 'a merge key (<<) takes a mapping or a list of mappings';
      this.#report('yaml-syntax', message, key);
    }
  }

  #applyMerges(frame: Frame): void {
    for (const node of frame.merged ?? []) {
      if (node.kind !== 'mapping') continue;
      for (const [name, entry] of node.entries) {
        if (!frame.entries.has(name)) frame.entries.set(name, entry);
      }
    }
  }

  #checkCollectionTag(start: number, end: number, mapping: boolean): void {
    const tag = this.#name(start, end);
    if (tag === undefined || tag === '!' || tag === (mapping ? '!!map' : '!!seq')) return;
    const at = { source: this.#source, start, end };
    this.#report(...this.#noTag(tag, at));
  }

  /** An unquoted password may begin like a tag. */
  #noTag(tag: string, at: Origin): readonly ['yaml-syntax', string, Origin, string] {
    const told = this.#hidesLine(at.start) ? 'this tag' : `the tag ${tag}`;
    return ['yaml-syntax', `${told} is not supported here`, at, 'quote a text that starts with !'];
  }

  #name(start: number, end: number): string | undefined {
    return start === -1 ? undefined : this.#source.text.slice(start, end);
  }

  /** What is on the line may never become a node, so that nothing else would hide it. */
  #report(code: DiagnosticCode, message: string, at: Origin, hint?: string): void {
    this.#reporter.add({ code, message, at, hint, hideLine: this.#hidesLine(at.start) });
  }

  /** Gives the file up. */
  #fail(
    code: 'yaml-syntax' | 'yaml-alias-bomb',
    message: string,
    at: Origin,
    hint?: string,
  ): boolean {
    this.#report(code, message, at, hint);
    this.whole = false;
    return false;
  }
}
