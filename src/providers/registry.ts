import type { Provider, ProviderKind } from './contract.ts';
import { singlestore } from './singlestore/index.ts';
import { spice } from './spice/index.ts';

/** Every provider, in the order their kinds are shown. */
export const PROVIDERS: readonly Provider[] = [singlestore, spice];

/** Kinds by type, in the order of the registry. */
export function kindTable(providers: readonly Provider[]): ReadonlyMap<string, ProviderKind> {
  return new Map(providers.flatMap(({ kinds }) => kinds.map((kind) => [kind.type, kind] as const)));
}
