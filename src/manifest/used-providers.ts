import type { KindTable } from '../core/kind.ts';
import type { YamlNode } from './yaml-node.ts';

/**
 * Providers that the documents use, before anything is evaluated: named under `providers:`, with
 * kinds of their own under their name, or by a kind that nobody else has. A word that two
 * providers own is ambiguous only where both are used.
 */
export function usedProviders(
  documents: readonly YamlNode[],
  kinds: KindTable,
): ReadonlySet<string> {
  const owners = ownersOf(kinds);
  const used = new Set<string>();
  for (const document of documents) {
    if (document.kind !== 'mapping') continue;
    for (const [name, { value }] of document.entries) {
      for (const owner of owners.get(name) ?? []) used.add(owner);
      if (name !== 'providers' || value.kind !== 'mapping') continue;
      for (const provider of value.entries.keys()) used.add(provider);
    }
  }
  return used;
}

/** Top-level word → the one provider it stands for; words of several are left out. */
function ownersOf(kinds: KindTable): ReadonlyMap<string, ReadonlySet<string>> {
  const owners = new Map<string, Set<string>>();
  for (const { provider, name } of kinds.values()) {
    for (const word of [provider, name]) {
      owners.set(word, (owners.get(word) ?? new Set()).add(provider));
    }
  }
  return new Map([...owners].filter(([, providers]) => providers.size === 1));
}
