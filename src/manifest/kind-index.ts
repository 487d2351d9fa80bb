import type { Address } from '../core/address.ts';
import { isKey, toAddress } from '../core/address.ts';
import type { KindShape, KindTable } from '../core/kind.ts';

/** What a word, or two, of a manifest name. */
export type KindLookup =
  | { readonly type: 'kind'; readonly kind: KindShape }
  | { readonly type: 'ambiguous'; readonly kinds: readonly KindShape[] }
  | { readonly type: 'unknown' };

/** An address as a manifest may write it, the provider left out or not. */
export type AddressLookup =
  | {
      readonly type: 'address';
      readonly address: Address;
      readonly kind: KindShape;
      /** What followed the key. */
      readonly rest: readonly string[];
    }
  | { readonly type: 'ambiguous'; readonly kinds: readonly KindShape[] }
  | { readonly type: 'unknown-kind'; readonly word: string }
  | { readonly type: 'malformed' };

/** Finds kinds by the words a manifest uses for them. */
export class KindIndex {
  readonly table: KindTable;
  readonly providers: ReadonlySet<string>;
  readonly #byName = new Map<string, KindShape[]>();

  /** `used`: providers that the stack uses; they win where two own a word. */
  constructor(table: KindTable, used: ReadonlySet<string> = new Set()) {
    this.table = table;
    this.providers = new Set([...table.values()].map((kind) => kind.provider));
    for (const kind of table.values()) {
      this.#byName.set(kind.name, [...(this.#byName.get(kind.name) ?? []), kind]);
    }
    for (const [name, kinds] of this.#byName) {
      const chosen = kinds.filter((kind) => used.has(kind.provider));
      if (chosen.length > 0) this.#byName.set(name, chosen);
    }
  }

  /** The kind that a bare word names. */
  byName(name: string): KindLookup {
    const kinds = this.#byName.get(name) ?? [];
    const [kind] = kinds;
    if (kind === undefined) return { type: 'unknown' };
    return kinds.length > 1 ? { type: 'ambiguous', kinds } : { type: 'kind', kind };
  }

  /** The kind of a provider. */
  of(provider: string, name: string): KindShape | undefined {
    return this.table.get(`${provider}.${name}`);
  }

  /** Names of a provider's managed kinds. */
  namesOf(provider: string): readonly string[] {
    const kinds = [...this.table.values()].filter((kind) => kind.provider === provider);
    return kinds.filter((kind) => kind.managed).map((kind) => kind.name);
  }

  /** Every word that may name a kind. */
  names(): readonly string[] {
    return [...this.#byName.keys()];
  }

  /** Splits `[provider.]kind.KEY[.rest]`. */
  address(segments: readonly string[]): AddressLookup {
    const [first, second] = segments;
    if (first === undefined || second === undefined) return { type: 'malformed' };
    if (this.providers.has(first)) {
      const kind = this.of(first, second);
      if (kind === undefined) return { type: 'unknown-kind', word: `${first}.${second}` };
      return keyed(kind, segments.slice(2));
    }
    const lookup = this.byName(first);
    if (lookup.type === 'unknown') return { type: 'unknown-kind', word: first };
    return lookup.type === 'ambiguous' ? lookup : keyed(lookup.kind, segments.slice(1));
  }
}

function keyed(kind: KindShape, segments: readonly string[]): AddressLookup {
  const [key, ...rest] = segments;
  if (key === undefined || !isKey(key)) return { type: 'malformed' };
  return { type: 'address', address: toAddress(kind.type, key), kind, rest };
}

/** The sentence for a word that two providers own. */
export function ambiguousMessage(word: string, kinds: readonly KindShape[]): string {
  return `"${word}" is a kind of ${kinds.map((kind) => kind.provider).join(' and ')}`;
}
