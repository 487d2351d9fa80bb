import { describe, expect, it } from 'vitest';
import { drawDrift } from '../_helpers/random-drift.ts';
import { environmentOf, mutateStack, randomStack } from '../_helpers/random-stack.ts';
import { seeds } from '../_helpers/property-runs.ts';
import { createSeededRandom } from '../_helpers/seeded-random.ts';
import { actionsOf, createWorld, type StackFiles, type World } from '../_helpers/world.ts';

/** Everything that changes of random stacks need. */
const approvals = {
  allowed: (['restart', 'downtime', 'lockout', 'data-loss'] as const).map((risk) => ({
    risk,
    glob: '*',
  })),
  deletesMax: 1_000,
};

const runOf = (files: StackFiles) => {
  const env = environmentOf(files);
  return { plan: { approvals }, ...(env === undefined ? {} : { env }) };
};

/** What went wrong in an apply, and what the plan after it still shows. */
async function applied(world: World, files: StackFiles): Promise<readonly string[]> {
  const { outcome, planned } = await world.apply(files, runOf(files));
  const told = [...(outcome?.problems ?? []), ...(planned?.plan.diagnostics ?? [])];
  const problems = told.filter(({ severity }) => severity === 'error').map((item) => item.message);
  const next = await world.plan(files, runOf(files));
  return [
    ...(outcome === undefined ? ['not applied'] : []),
    ...problems,
    ...actionsOf(next).map((action) => `left: ${action}`),
    ...(next.planned?.plan.drift ?? []).map((entry) => `drifted: ${entry.address}`),
    ...(next.planned?.plan.undetermined ?? []).map((entry) => `undetermined: ${entry.address}`),
  ];
}

async function settled(world: World): Promise<void> {
  world.emulator.control.settleNow();
  await world.clock.advance(1_000);
}

/** Some changes behind trueup's back: what the next plan must show of them, in no order. */
async function drifted(
  random: () => number,
  world: World,
  files: StackFiles,
): Promise<readonly string[]> {
  const shows: string[] = [];
  const seen = new Set<string>();
  for (let index = 0; index < 6; index += 1) {
    const drift = drawDrift(random, world, files);
    if (drift === undefined || seen.has(drift.address)) continue;
    seen.add(drift.address);
    try {
      world.emulator.control.mutate(drift.mutation);
    } catch {
      continue; // A suspended workspace takes no change.
    }
    await settled(world);
    if (drift.shows !== undefined) shows.push(drift.shows);
  }
  return shows.toSorted();
}

async function life(seed: number): Promise<readonly string[]> {
  const random = createSeededRandom(seed);
  const world = createWorld({ seed });
  const first = randomStack(random);
  const wrong = (await applied(world, first)).map((text) => `first: ${text}`);
  const second = mutateStack(random, first, { mutationsMax: 12 });
  wrong.push(...(await applied(world, second)).map((text) => `second: ${text}`));
  const expected = await drifted(random, world, second);
  const { planned } = await world.plan(second, runOf(second));
  const shown = (planned?.plan.drift ?? []).flatMap((entry) => {
    // An access control is its grants: without the last of them it is gone.
    if (entry.action === 'gone') return [`${entry.address} /users`];
    return entry.fields.map((field) => `${entry.address} ${field.pointer}`);
  });
  if (JSON.stringify(shown.toSorted()) !== JSON.stringify(expected)) {
    wrong.push(`drift: ${shown.join()} instead of ${expected.join()}`);
  }
  wrong.push(...(await applied(world, second)).map((text) => `repair: ${text}`));
  return wrong.map((text) => `seed ${seed}: ${text}`);
}

const stackOf = (manifest: object): StackFiles =>
  new Map([
    ['trueup.yaml', 'stack: examples\n'],
    ['main.yaml', JSON.stringify(manifest)],
  ]);

const GROUP = { provider: 'AWS', regionName: 'us-east-1', firewallRanges: [] };
const READERS = { role: 'Reader', users: ['ann@acme.example'] };

/** What random stacks brought to light, by hand: the versions of a stack, one after another. */
const EXAMPLES: Readonly<Record<string, readonly object[]>> = {
  'a secret made only of attributes that are none': [
    {
      workspaceGroups: { g: GROUP },
      secrets: {
        WHOLE: { value: '${workspaceGroups.g.id}' },
        PART: { value: 'mysql://${workspaceGroups.g.name}/orders' },
      },
    },
  ],
  'a region in another case': [{ workspaceGroups: { g: { ...GROUP, regionName: 'US-East-1' } } }],
  'ranges as the API does not take them': [
    { workspaceGroups: { g: { ...GROUP, firewallRanges: [' 10.1.2.3/8 ', '10.0.0.0/8'] } } },
    { workspaceGroups: { g: { ...GROUP, firewallRanges: ['2001:DB8::1/32 '] } } },
  ],
  'an access control whose pair another entry takes over': [
    {
      workspaceGroups: { g: GROUP },
      accessControls: { a: { ...READERS, object: { workspaceGroup: 'g' } } },
    },
    {
      workspaceGroups: { g: GROUP },
      accessControls: {
        a: { ...READERS, role: 'Writer', object: { workspaceGroup: 'g' } },
        b: { ...READERS, object: { workspaceGroup: 'g' } },
      },
    },
  ],
  'a team whose name another one takes over': [
    { teams: { b: { name: 'first' } } },
    { teams: { a: { name: 'first' }, b: { name: 'second' } } },
  ],
};

describe('a stack in an account', () => {
  it.each(Object.keys(EXAMPLES))('is applied, and the next plan is empty: %s', async (name) => {
    const world = createWorld();
    for (const manifest of EXAMPLES[name] ?? []) {
      expect(await applied(world, stackOf(manifest))).toEqual([]);
    }
  });
});

describe('a random stack in an account', () => {
  it('is applied, changed, disturbed and repaired, and every next plan is empty', async () => {
    const wrong: string[] = [];
    for (const seed of seeds(30)) wrong.push(...(await life(seed)));
    expect(wrong).toEqual([]);
  }, 600_000);
});
