/** More runs than usual of every property: `TRUEUP_TEST_RUNS=10 npm test -- test/property`. */
const FACTOR = Number(process.env['TRUEUP_TEST_RUNS'] ?? 1);

/** Another start of all that is drawn. A seed that failed becomes a named example. */
const SEED = Number(process.env['TRUEUP_TEST_SEED'] ?? 1);

/** How often a property is tried, with which seed: the same values in every run of the suite. */
export function runs(count: number): { readonly numRuns: number; readonly seed: number } {
  return { numRuns: count * FACTOR, seed: SEED };
}

/** Seeds for tests that draw everything from one seeded random. */
export function seeds(count: number, failedOnce: readonly number[] = []): readonly number[] {
  const drawn = Array.from({ length: count * FACTOR }, (_, index) => SEED + index);
  return [...new Set([...failedOnce, ...drawn])];
}
