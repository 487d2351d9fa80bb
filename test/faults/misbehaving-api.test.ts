import { describe, expect, test } from 'vitest';
import type { Fields } from '../../src/emulator/contract.ts';
import type { FaultPlan, FaultRule } from '../../src/emulator/faults.ts';
import {
  actionsOf,
  createWorld,
  duplicates,
  stackFromDisk,
  type StackFiles,
  type World,
} from '../_helpers/world.ts';

const acme = stackFromDisk('examples/stacks/acme');
const run = { env: 'dev' };

async function expectConverged(world: World): Promise<void> {
  world.emulator.control.setFaults({ rules: [] });
  expect(duplicates(world.emulator)).toEqual([]);
  const after = await world.plan(acme, run);
  expect(actionsOf(after)).toEqual([]);
  expect(after.planned?.plan.incomplete).toBe(false);
}

/** Applies again and again until nothing is left, as a pipeline would; at most five times. */
async function applyUntilDone(world: World): Promise<number> {
  for (let tries = 1; tries <= 5; tries += 1) {
    const { outcome } = await world.apply(acme, run);
    if (outcome !== undefined && outcome.failed + outcome.blocked + outcome.skipped === 0)
      return tries;
  }
  throw new Error('five applies were not enough');
}

/** The same fault on every kind of write. */
function onWrites(rule: Omit<FaultRule, 'method'>): FaultPlan {
  return { rules: ['POST', 'PUT', 'PATCH', 'DELETE'].map((method) => ({ ...rule, method })) };
}

function anywhere(rule: FaultRule): FaultPlan {
  return { rules: [rule] };
}

/** Acme without the fields that no read can verify. */
function withoutPasswords(files: StackFiles): StackFiles {
  return new Map(
    [...files].map(([name, text]) => [name, text.replaceAll(/^ +adminPassword: [$"].*$/gm, '')]),
  );
}

const reset = { kind: 'reset' } as const;
const error500 = { kind: 'status', status: 500, body: 'oops' } as const;

describe('an apply of acme', () => {
  const plans: readonly (readonly [string, FaultPlan])[] = [
    [
      'with half the connections reset after the commit',
      onWrites({ phase: 'after', probability: 0.5, fault: reset }),
    ],
    ['with every connection reset after the commit', onWrites({ phase: 'after', fault: reset })],
    ['with a 500 after every commit', onWrites({ phase: 'after', fault: error500 })],
    [
      'with a 500 before half of the writes',
      onWrites({ phase: 'before', probability: 0.5, fault: error500 }),
    ],
    ['with 429s at 30 %', anywhere({ probability: 0.3, fault: { kind: 'status', status: 429 } })],
    [
      'with 429s and Retry-After at 30 %',
      anywhere({ probability: 0.3, fault: { kind: 'status', status: 429, retryAfter: 2 } }),
    ],
    [
      'with truncated answers',
      anywhere({ probability: 0.15, phase: 'after', fault: { kind: 'truncate' } }),
    ],
    [
      'with malformed answers',
      anywhere({ probability: 0.15, phase: 'after', fault: { kind: 'malformed' } }),
    ],
    [
      'with hanging requests',
      anywhere({ probability: 0.1, phase: 'after', fault: { kind: 'hang' } }),
    ],
  ];

  test.each(plans)(
    '%s makes no duplicates and converges',
    async (_name, faults) => {
      for (const seed of [1, 2, 3]) {
        const world = createWorld({ seed });
        world.emulator.control.setFaults(faults);
        const first = await world.apply(acme, run);
        const disturbed = first.events.some(
          (event) => event.type === 'request-retried' || event.type === 'change-failed',
        );
        expect(disturbed || first.requests > 80).toBe(true);
        expect(duplicates(world.emulator)).toEqual([]);
        world.emulator.control.setFaults({ rules: [] });
        await applyUntilDone(world);
        await expectConverged(world);
      }
    },
    60_000,
  );

  test.each([
    ['404 for the first reads after a create', { notFoundMs: 5_000 }],
    ['lists that lag five seconds', { listLagMs: 5_000, otherListLagMs: 5_000 }],
    ['both', { notFoundMs: 5_000, listLagMs: 5_000, otherListLagMs: 5_000 }],
  ])('converges in one go with %s', async (_name, slow) => {
    const world = createWorld({ emulated: slow, timing: 'fast,listLagMs=6000' });
    expect(await applyUntilDone(world)).toBe(1);
    await expectConverged(world);
  });

  test.each([
    ['connection is reset after its commit', reset],
    ['answer is a 500 after its commit', error500],
    ['answer is cut off', { kind: 'truncate' } as const],
  ])("converges in one go although every write's %s", async (_name, fault) => {
    const world = createWorld();
    world.emulator.control.setFaults(onWrites({ phase: 'after', fault }));
    const readable = withoutPasswords(acme);
    const first = await world.apply(readable, run);
    expect(first.outcome?.problems.map((item) => item.message)).toEqual([]);
    expect(duplicates(world.emulator)).toEqual([]);
    world.emulator.control.setFaults({ rules: [] });
    expect(actionsOf(await world.plan(readable, run))).toEqual([]);
  });

  test('never takes a password for sent whose answers were all lost', async () => {
    const world = createWorld();
    world.emulator.control.setFaults(onWrites({ phase: 'after', fault: reset }));
    const first = await world.apply(acme, run);
    const failed = first.outcome?.problems.map((item) => item.address);
    expect(failed).toContain('singlestore.workspaceGroups.main');
    world.emulator.control.setFaults({ rules: [] });
    expect(await applyUntilDone(world)).toBe(1);
    await expectConverged(world);
  });
});

test('a duplicate that shows up after every window is reported by the next plan', async () => {
  const world = createWorld();
  await world.apply(acme, run);
  const group = world.emulator.control
    .snapshot()
    .find(
      (object) => object.type === 'workspaceGroup' && object.fields['name'] === 'acme-dev-main',
    );
  const { name, provider, regionName } = group?.fields ?? {};
  const body = { name, provider, regionName, firewallRanges: [] } as Fields;
  world.emulator.control.mutate({ op: 'create', type: 'workspaceGroup', body });
  world.emulator.control.settleNow();
  expect(duplicates(world.emulator)).toHaveLength(1);
  const { planned } = await world.plan(acme, run);
  const found = planned?.plan.diagnostics.filter((item) => item.code === 'possible-duplicate');
  expect(found?.map((item) => item.address)).toEqual(['singlestore.workspaceGroups.main']);
});
