import type { Address } from '../core/address.ts';
import { keyOf, typeOf } from '../core/address.ts';
import type { Redactor } from '../core/redactor.ts';
import type { FieldNode } from './field-tree.ts';
import { fieldTree } from './field-tree.ts';
import type { KindIndex } from './kind-index.ts';
import type { Reporter } from './reporter.ts';
import type { VariableValue } from './variables.ts';
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
  fieldsOf(type: string): FieldNode;
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
