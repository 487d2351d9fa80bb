import { isKey } from '../core/address.ts';
import type { KindShape } from '../core/kind.ts';
import type { KindIndex } from './kind-index.ts';
import { ambiguousMessage } from './kind-index.ts';
import type { Reporter } from './reporter.ts';
import type { Origin } from './source-text.ts';
import { placeText } from './source-text.ts';
import { didYouMean } from '../core/suggest.ts';
import { missingSpace, toldWord } from './told-word.ts';
import type { MapEntry, MappingNode, SequenceNode, YamlNode } from './yaml-node.ts';
import { describe, isNull } from './yaml-node.ts';

/** Top-level settings, by how two documents that both have one go together. */
const SETTINGS: ReadonlyMap<string, 'once' | 'mapping' | 'list'> = new Map([
  ['stack', 'once'],
  ['state', 'mapping'],
  ['providers', 'mapping'],
  ['variables', 'mapping'],
  ['guards', 'mapping'],
  ['outputs', 'mapping'],
  ['include', 'list'],
  ['moved', 'list'],
  ['removed', 'list'],
  ['imports', 'list'],
  ['acceptedDrift', 'list'],
]);

export interface MergeInput {
  readonly kinds: KindIndex;
  readonly reporter: Reporter;
  /** In an overlay `null` removes; in a base document an empty kind is just empty. */
  readonly overlay: boolean;
}

/** Every top-level word, kinds apart. */
export function settingNames(): readonly string[] {
  return [...SETTINGS.keys()];
}

/**
 * All documents as one mapping whose keys are settings and full kind names
 * (`singlestore.workspaces`), however the documents wrote them. A key defined twice is reported
 * with both places. `place` stands for the whole.
 */
export function mergeDocuments(
  documents: readonly YamlNode[],
  place: Origin,
  input: MergeInput,
): MappingNode {
  const merger = new Merger(input);
  for (const document of documents) {
    if (isNull(document)) continue;
    if (document.kind === 'mapping') {
      for (const entry of document.entries.values()) merger.take(entry);
    } else {
      const message = `a manifest is a mapping of kinds and settings, this is ${describe(document)}`;
      input.reporter.add({ code: 'yaml-not-a-mapping', message, at: document });
    }
  }
  const { source, start, end } = place;
  return { kind: 'mapping', source, start, end, entries: merger.root };
}

class Merger {
  readonly root = new Map<string, MapEntry>();
  readonly #input: MergeInput;
  /** Mappings put together from several documents, so that each is copied once. */
  readonly #own = new Map<string, Map<string, MapEntry>>();

  constructor(input: MergeInput) {
    this.#input = input;
  }

  take(entry: MapEntry): void {
    const { kinds } = this.#input;
    const setting = SETTINGS.get(entry.name);
    if (setting !== undefined) this.#setting(entry, setting);
    else if (kinds.providers.has(entry.name)) this.#provider(entry);
    else {
      const lookup = kinds.byName(entry.name);
      if (lookup.type === 'kind') this.#kind(lookup.kind, entry);
      else if (lookup.type === 'ambiguous') {
        const message = ambiguousMessage(entry.name, lookup.kinds);
        const hint = `put it under its provider: ${lookup.kinds[0]?.provider ?? ''}:`;
        this.#input.reporter.add({ code: 'kind-ambiguous', message, at: entry, hint });
      } else this.#unknown(entry, [...settingNames(), ...kinds.providers, ...kinds.names()]);
    }
  }

  #provider(entry: MapEntry): void {
    const { kinds, overlay } = this.#input;
    if (isNull(entry.value)) {
      if (!overlay) return;
      for (const name of kinds.namesOf(entry.name)) this.#set(`${entry.name}.${name}`, entry);
    } else if (entry.value.kind === 'mapping') {
      for (const child of entry.value.entries.values()) {
        const kind = kinds.of(entry.name, child.name);
        if (kind !== undefined) this.#kind(kind, child);
        else this.#unknown(child, kinds.namesOf(entry.name));
      }
    } else this.#wrongType(entry, 'a mapping of kinds');
  }

  #kind(kind: KindShape, entry: MapEntry): void {
    if (!kind.managed) {
      const message = `${kind.name} are looked up only; trueup does not manage them`;
      this.#input.reporter.add({ code: 'kind-not-manageable', message, at: entry });
    } else if (isNull(entry.value)) {
      if (this.#input.overlay) this.#set(kind.type, entry);
    } else if (entry.value.kind === 'mapping') {
      this.#checkKeys(entry.value);
      this.#mergeMapping(kind.type, entry, entry.value);
    } else this.#wrongType(entry, `a mapping from keys to ${kind.name}`);
  }

  #checkKeys(node: MappingNode): void {
    for (const entry of node.entries.values()) {
      if (isKey(entry.name)) continue;
      const message = `the key "${toldWord(entry.name)}" is not allowed`;
      const hint =
        missingSpace(entry.name) ??
        'keys consist of letters, digits, _ and -, and do not start with -';
      this.#input.reporter.add({ code: 'key-invalid', message, at: entry, hint });
    }
  }

  #setting(entry: MapEntry, form: 'once' | 'mapping' | 'list'): void {
    if (this.#input.overlay && entry.name === 'include') {
      const message = 'an environment cannot include files';
      this.#input.reporter.add({ code: 'schema-unknown-field', message, at: entry });
    } else if (isNull(entry.value)) {
      if (this.#input.overlay) this.#set(entry.name, entry);
    } else if (form === 'once') this.#set(entry.name, entry);
    else if (form === 'mapping') {
      if (entry.value.kind === 'mapping') this.#mergeMapping(entry.name, entry, entry.value);
      else this.#wrongType(entry, 'a mapping');
    } else if (entry.value.kind === 'sequence') this.#appendList(entry, entry.value);
    else this.#wrongType(entry, 'a list');
  }

  #appendList(entry: MapEntry, list: SequenceNode): void {
    const before = this.root.get(entry.name)?.value;
    const items = before?.kind === 'sequence' ? [...before.items, ...list.items] : list.items;
    this.root.set(entry.name, { ...entry, value: { ...list, items } });
  }

  #mergeMapping(name: string, entry: MapEntry, node: MappingNode): void {
    const own = this.#own.get(name);
    if (own === undefined) {
      const entries = new Map<string, MapEntry>(node.entries);
      this.#own.set(name, entries);
      this.root.set(name, { ...entry, name, value: { ...node, entries } });
      return;
    }
    for (const child of node.entries.values()) {
      const first = own.get(child.name);
      if (first === undefined) own.set(child.name, child);
      else this.#twice(child, first);
    }
  }

  #set(name: string, entry: MapEntry): void {
    const first = this.root.get(name);
    if (first === undefined) this.root.set(name, { ...entry, name });
    else this.#twice(entry, first);
  }

  #twice(entry: MapEntry, first: MapEntry): void {
    const message = `"${entry.name}" is defined twice, first at ${placeText(first)}`;
    this.#input.reporter.add({ code: 'key-duplicate', message, at: entry });
  }

  #unknown(entry: MapEntry, words: readonly string[]): void {
    const message = `"${entry.name}" is neither a kind nor a setting`;
    const { reporter } = this.#input;
    const hint = reporter.isFull() ? undefined : didYouMean(entry.name, words);
    reporter.add({ code: 'kind-unknown', message, at: entry, hint });
  }

  #wrongType(entry: MapEntry, wanted: string): void {
    const message = `"${entry.name}" must be ${wanted}, not ${describe(entry.value)}`;
    this.#input.reporter.add({ code: 'schema-type', message, at: entry });
  }
}
