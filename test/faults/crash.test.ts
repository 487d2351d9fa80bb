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
/** Every request and state write is tried on a fast account; of a slow one every third write. */
const fast = { name: 'fast', make: () => createWorld(), everyNthWrite: 1 };
const slow = {
  name: 'as slow as the real API',
  make: () => createWorld({ emulated: 'real', timing: 'real', ratePerSecond: 20 }),
  everyNthWrite: 3,
};

/** How many requests and state writes an undisturbed apply makes. */
async function measure(make: () => World): Promise<{ requests: number; writes: number }> {
  const { requests, writes, outcome } = await make().apply(acme, run);
  expect(outcome?.problems).toEqual([]);
  return { requests, writes };
}

/** What is wrong after a death at one moment and a second run; nothing should be. */
async function crashAndRecover(
  world: World,
  dieAfter: NonNullable<RunOptions['dieAfter']>,
): Promise<readonly string[]> {
  const first = await world.apply(acme, { ...run, dieAfter });
  const second = await world.apply(acme, run);
  const third = await world.plan(acme, run);
  const { outcome } = second;
  const wrong = [
    ...(first.died ? [] : ['it did not die']),
    ...(outcome === undefined ? ['the second run did not apply'] : []),
    ...(outcome?.problems.map((item) => `${item.code} ${item.message}`) ?? []),
    ...(outcome === undefined || outcome.blocked + outcome.skipped + outcome.notStarted === 0
      ? []
      : ['the second run left something undone']),
    ...duplicates(world.emulator).map((item) => `duplicate ${item}`),
    ...actionsOf(third).map((item) => `left over ${item}`),
    ...(third.planned?.plan.drift.map((entry) => `drift ${entry.address}`) ?? ['no third plan']),
    ...(third.planned?.plan.incomplete === false ? [] : ['the third plan is incomplete']),
  ];
  return wrong.map((text) => `${JSON.stringify(dieAfter)}: ${text}`);
}

describe.each([fast, slow])('an apply of acme on an account $name', ({ make, everyNthWrite }) => {
  test('converges after the process died behind any request', async () => {
    const { requests } = await measure(make);
    const wrong: string[] = [];
    for (let k = 1; k < requests; k += 1) {
      wrong.push(...(await crashAndRecover(make(), { requests: k })));
    }
    expect(requests).toBeGreaterThan(60);
    expect(wrong).toEqual([]);
  }, 120_000);

  test('converges after the process died behind state writes', async () => {
    const { writes } = await measure(make);
    const wrong: string[] = [];
    for (let k = 1; k < writes; k += everyNthWrite) {
      wrong.push(...(await crashAndRecover(make(), { writes: k })));
    }
    expect(writes).toBeGreaterThan(60);
    expect(wrong).toEqual([]);
  }, 120_000);
});
