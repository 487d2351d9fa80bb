import { describe, expect, test } from 'vitest';
import {
  actionsOf,
  createWorld,
  duplicates,
  stackFromDisk,
  type RunOptions,
  type World,
} from '../_helpers/world.ts';

const acme = stackFromDisk('examples/stacks/acme');
const run = { env: 'dev' };

/** How many requests and state writes an undisturbed apply makes. */
async function measure(make: () => World): Promise<{ requests: number; writes: number }> {
  const { requests, writes, outcome } = await make().apply(acme, run);
  expect(outcome?.problems).toEqual([]);
  return { requests, writes };
}

/** Dies at one moment, runs again, and must have converged without a duplicate. */
async function crashAndRecover(
  world: World,
  dieAfter: NonNullable<RunOptions['dieAfter']>,
): Promise<void> {
  const first = await world.apply(acme, { ...run, dieAfter });
  const place = JSON.stringify(dieAfter);
  expect(first.died, place).toBe(true);
  const second = await world.apply(acme, run);
  expect(second.planned?.plan.diagnostics.filter((item) => item.severity === 'error')).toEqual([]);
  expect(second.outcome?.problems, place).toEqual([]);
  expect(second.outcome, place).toMatchObject({ failed: 0, blocked: 0, skipped: 0, notStarted: 0 });
  expect(duplicates(world.emulator), place).toEqual([]);
  const third = await world.plan(acme, run);
  expect(actionsOf(third), place).toEqual([]);
  expect(third.planned?.plan.drift, place).toEqual([]);
  expect(third.planned?.plan.incomplete, place).toBe(false);
}

/** Every moment with TRUEUP_TEST_EVERY=1; a sample of the slow account otherwise. */
const STRIDE = process.env['TRUEUP_TEST_EVERY'] === undefined ? 5 : 1;

describe.each([
  ['fast', 1, () => createWorld()],
  [
    'as slow as the real API',
    STRIDE,
    () => createWorld({ emulated: 'real', timing: 'real', ratePerSecond: 20 }),
  ],
] as const)('an apply of acme on an account %s', (_name, stride, make) => {
  test('converges after the process died behind any request', async () => {
    const { requests } = await measure(make);
    for (let k = 1; k < requests; k += stride) await crashAndRecover(make(), { requests: k });
  }, 120_000);

  test('converges after the process died behind any state write', async () => {
    const { writes } = await measure(make);
    for (let k = 1; k < writes; k += stride) await crashAndRecover(make(), { writes: k });
  }, 120_000);
});
