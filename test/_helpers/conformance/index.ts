import type { ProviderCases } from './case.ts';
import { SINGLESTORE } from './singlestore.ts';
import { SPICE } from './spice.ts';

/** The cases of every provider; one of the registry that is missing here fails the suite. */
export const CONFORMANCE: readonly ProviderCases[] = [SINGLESTORE, SPICE];
