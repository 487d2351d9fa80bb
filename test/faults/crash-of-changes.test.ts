import { describe, expect, test } from 'vitest';
import {
  createWorld,
  actionsOf,
  duplicates,
  type StackFiles,
  type World,
} from '../_helpers/world.ts';

function stack(size: string, password: string): StackFiles {
  return new Map([
    ['trueup.yaml', 'stack: composite\n'],
    [
      'main.yaml',
      `workspaceGroups:
  main:
    provider: AWS
    regionName: us-east-1
    firewallRanges: [203.0.113.0/24]
    adminPassword: ${password}
workspaces:
  night: { workspaceGroup: main, size: ${size} }
  day: { workspaceGroup: main, size: S-00, suspended: true }
teams:
  inner: {}
  outer: { members: { users: [ann@acme.example], teams: [inner] } }
`,
    ],
  ]);
}

const before = stack('S-00', 'Correct-Horse-7-Battery!');
const after = stack('S-1', 'Another-Horse-8-Battery!');
const approvals = { allowed: [{ risk: 'data-loss', glob: '*' } as const], deletesMax: undefined };

async function suspendedWorld(): Promise<World> {
  const world = createWorld();
  await world.apply(before);
  const night = world.emulator.control
    .snapshot()
    .find((object) => object.fields['name'] === 'night');
  world.emulator.control.mutate({
    op: 'state',
    type: 'workspace',
    id: night?.id ?? '',
    state: 'SUSPENDED',
  });
  world.emulator.control.settleNow();
  await world.apply(before);
  return world;
}

function workspace(world: World, name: string): Readonly<Record<string, unknown>> | undefined {
  return world.emulator.control
    .snapshot()
    .find((object) => object.type === 'workspace' && object.fields['name'] === name)?.fields;
}

describe('a composite change (resume, resize, suspend) of a workspace that was found suspended', () => {
  test('leaves it suspended and resized', async () => {
    const world = await suspendedWorld();
    const result = await world.apply(after);
    expect(result.outcome?.problems).toEqual([]);
    expect(workspace(world, 'night')).toMatchObject({ state: 'SUSPENDED', size: 'S-1' });
  });

  test.each(['requests', 'writes'] as const)(
    'is finished by the next run after a death behind any of the %s',
    async (what) => {
      const whole = await (await suspendedWorld()).apply(after);
      for (let k = 1; k < whole[what]; k += 1) {
        const world = await suspendedWorld();
        const dieAfter = what === 'requests' ? { requests: k } : { writes: k };
        expect((await world.apply(after, { dieAfter })).died).toBe(true);
        const second = await world.apply(after);
        expect(second.outcome?.problems, `${what} ${k}`).toEqual([]);
        expect(workspace(world, 'night'), `${what} ${k}`).toMatchObject({
          state: 'SUSPENDED',
          size: 'S-1',
        });
        expect(actionsOf(await world.plan(after)), `${what} ${k}`).toEqual([]);
      }
    },
    60_000,
  );
});

describe('destroy', () => {
  test('is finished by the next run after a death behind any request', async () => {
    const plan = { destroy: true, approvals };
    const whole = createWorld();
    await whole.apply(before);
    const { requests, outcome } = await whole.apply(before, { plan });
    expect(outcome?.problems).toEqual([]);
    for (let k = 1; k < requests; k += 1) {
      const world = createWorld();
      await world.apply(before);
      await world.apply(before, { plan, dieAfter: { requests: k } });
      const second = await world.apply(before, { plan });
      expect(second.outcome?.problems, `k=${k}`).toEqual([]);
      expect(world.files().text('/state/state.json'), `k=${k}`).not.toContain('"id":');
      expect(duplicates(world.emulator), `k=${k}`).toEqual([]);
      expect(workspace(world, 'night')?.['state'] ?? 'TERMINATED', `k=${k}`).toBe('TERMINATED');
    }
  }, 60_000);
});

describe('a create that was interrupted and whose entry changed meanwhile', () => {
  test('is finished with what the manifest says now, wherever it stopped', async () => {
    const { requests } = await createWorld().apply(before);
    const wrong: string[] = [];
    for (let k = 1; k < requests; k += 1) {
      const world = createWorld();
      await world.apply(before, { dieAfter: { requests: k } });
      const second = await world.apply(after);
      wrong.push(...(second.outcome?.problems.map((item) => `${k}: ${item.message}`) ?? [`${k}`]));
      wrong.push(...actionsOf(await world.plan(after)).map((item) => `${k}: left ${item}`));
      wrong.push(...duplicates(world.emulator).map((item) => `${k}: twin ${item}`));
    }
    expect(wrong).toEqual([]);
  }, 60_000);

  test('is finished although the workspace was suspended by itself', async () => {
    const { requests } = await createWorld().apply(before);
    const wrong: string[] = [];
    for (let k = 1; k < requests; k += 1) {
      const world = createWorld();
      await world.apply(before, { dieAfter: { requests: k } });
      world.emulator.control.settleNow();
      const night = world.emulator.control
        .snapshot()
        .find((object) => object.fields['name'] === 'night');
      if (night !== undefined) {
        const { id } = night;
        world.emulator.control.mutate({ op: 'state', type: 'workspace', id, state: 'SUSPENDED' });
        world.emulator.control.settleNow();
      }
      const second = await world.apply(before);
      wrong.push(...(second.outcome?.problems.map((item) => `${k}: ${item.message}`) ?? [`${k}`]));
      wrong.push(...actionsOf(await world.plan(before)).map((item) => `${k}: left ${item}`));
    }
    expect(wrong).toEqual([]);
  }, 60_000);
});
