import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createCounts } from './counts.ts';
import type { Preset, ProviderChoice } from './draw.ts';
import { live } from './life.ts';

// `npm run simulate` lives many more; docs/reliability.md says what is drawn and what is checked.
const SEEDS = Number(process.env['TRUEUP_TEST_SEEDS'] ?? 12);
const FAILED_ONCE = JSON.parse(
  readFileSync(fileURLToPath(new URL('failed-once.json', import.meta.url)), 'utf8'),
) as readonly {
  readonly seed: number;
  readonly preset: Preset;
  readonly providers?: ProviderChoice;
}[];

async function traceOf(seed: number): Promise<string> {
  const { trace } = await live(seed, { counts: createCounts() });
  return trace.replaceAll(/trueup-life-\w+/g, '');
}

describe('simulated lives', () => {
  it.each(Array.from({ length: SEEDS }, (_, index) => index + 1))(
    'keep every promise, seed %i',
    async (seed) => {
      const life = await live(seed, { counts: createCounts() });
      expect(life.violations).toEqual([]);
    },
  );

  it.each(FAILED_ONCE)(
    'keep every promise where one was broken once: $seed $preset',
    async ({ seed, ...once }) => {
      const life = await live(seed, { counts: createCounts(), ...once });
      expect(life.violations).toEqual([]);
    },
  );

  it('replay from their seed alone', async () => {
    for (const seed of [3, 11]) expect(await traceOf(seed)).toBe(await traceOf(seed));
  });
});
