import type { Address } from '../core/address.ts';
import { keyOf, typeOf } from '../core/address.ts';
import type { JsonObject } from '../core/json.ts';
import type { Redactor } from '../core/redactor.ts';
import type { FieldNode } from './field-tree.ts';
import { fieldTree } from './field-tree.ts';
import type { KindIndex } from './kind-index.ts';
import type { Reporter } from './reporter.ts';
import type { VariableValue } from './variables.ts';
import type { NamedFile } from './verbatim.ts';
import type { MapEntry } from './yaml-node.ts';

/** What the evaluation of a value may look at. */
export interface Scope {
  readonly reporter: Reporter;
  readonly redactor: Redactor;
  readonly kinds: KindIndex;
  readonly variables: ReadonlyMap<string, VariableValue>;
  readonly entries: EntryIndex;
  /**
   * False when a file could not be read: what refers to something unknown may mean an entry of
   * that file, so nothing is said about it.
   */
  readonly whole: boolean;
  readonly expansion: Expansion;
  /** JSON Schema of the settings of each provider whose settings are checked. */
  readonly providerSettings: ReadonlyMap<string, JsonObject>;
  /** Reads files that the manifests name for what is no secret. */
  readonly namedFile: NamedFile;
  fieldsOf(type: string): FieldNode;
}

/** Values that variables may put into one stack, all their uses together. */
const VALUES_MAX = 10_000_000;
/** Characters that they may make texts of; 256 Mi. */
const CHARACTERS_MAX = 268_435_456;

/** How much variables may still stand for: a short manifest must not fill the memory. */
export class Expansion {
  #values = VALUES_MAX;
  #characters = CHARACTERS_MAX;

  /** False when this is too much. */
  takeValues(count: number): boolean {
    this.#values -= count;
    return this.#values >= 0;
  }

  /** False when this is too much. */
  takeCharacters(count: number): boolean {
    this.#characters -= count;
    return this.#characters >= 0;
  }
}

/** The entries of a stack by address. */
export class EntryIndex {
  readonly #entries: ReadonlyMap<Address, MapEntry>;
  readonly #keys = new Map<string, string[]>();

  constructor(entries: ReadonlyMap<Address, MapEntry>) {
    this.#entries = entries;
  }

  has(address: string): boolean {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only asks, makes none
    return this.#entries.has(address as Address);
  }

  /** Keys of a kind's entries, for suggestions. */
  keysOf(type: string): readonly string[] {
    if (this.#keys.size === 0) {
      for (const address of this.#entries.keys()) {
        const keys = this.#keys.get(typeOf(address));
        if (keys === undefined) this.#keys.set(typeOf(address), [keyOf(address)]);
        else keys.push(keyOf(address));
      }
    }
    return this.#keys.get(type) ?? [];
  }
}

/** Trees of fields, each built at its first use. */
export function fieldTrees(kinds: KindIndex): (type: string) => FieldNode {
  const trees = new Map<string, FieldNode>();
  return (type) => {
    const found = trees.get(type) ?? fieldTree(kinds.table.get(type)?.fields ?? []);
    trees.set(type, found);
    return found;
  };
}
