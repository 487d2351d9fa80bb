import { describe, expect, test } from 'vitest';
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
const approvals = { allowed: [{ risk: 'data-loss', glob: '*' } as const], deletesMax: undefined };

function small(size: string, extra = ''): StackFiles {
  return new Map([
    ['trueup.yaml', 'stack: small\n'],
    [
      'main.yaml',
      `workspaceGroups:
  main: { provider: AWS, regionName: us-east-1, firewallRanges: [203.0.113.0/24] }
workspaces:
  app: { workspaceGroup: main, size: ${size} }
${extra}`,
    ],
  ]);
}

function idOf(world: World, type: string, name: string): string {
  const found = world.emulator.control
    .snapshot()
    .find((object) => object.type === type && object.fields['name'] === name);
  return found?.id ?? 'none';
}

/** Lets the plan's reads grow old, so that every object is read again before it is written. */
async function growOld(world: World): Promise<void> {
  await world.clock.sleep(61_000);
}

describe('an interrupt behind any request', () => {
  test('starts nothing new, and the next apply converges', async () => {
    const { requests } = await createWorld().apply(acme, run);
    for (let k = 20; k < requests; k += 2) {
      const world = createWorld();
      let atStop = 0;
      const first = await world.apply(acme, {
        ...run,
        onRequest: (count, stop) => {
          if (count !== k) return;
          stop();
          atStop = world.emulator.log.length;
        },
      });
      expect(first.outcome?.interrupted).toBe(true);
      const later = world.emulator.log.slice(atStop).filter((entry) => entry.method !== 'GET');
      expect(later.length, `k=${k}`).toBeLessThanOrEqual(10);
      const second = await world.apply(acme, run);
      expect(second.outcome?.problems, `k=${k}`).toEqual([]);
      expect(actionsOf(await world.plan(acme, run)), `k=${k}`).toEqual([]);
      expect(duplicates(world.emulator), `k=${k}`).toEqual([]);
    }
  }, 60_000);
});

describe('what changed between plan and apply', () => {
  test('is not overwritten: the change is skipped as stale', async () => {
    const world = createWorld();
    await world.apply(small('S-00'));
    const result = await world.apply(small('S-1'), {
      between: async () => {
        const id = idOf(world, 'workspace', 'app');
        world.emulator.control.mutate({
          op: 'set',
          type: 'workspace',
          id,
          fields: { size: 'S-4' },
        });
        await growOld(world);
      },
    });
    expect(result.outcome).toMatchObject({ applied: 0, skipped: 1 });
    expect(result.outcome?.problems.map((item) => item.code)).toEqual(['stale']);
  });

  test('to what the manifest wants is done already: nothing is sent', async () => {
    const world = createWorld();
    await world.apply(small('S-00'));
    const before = world.emulator.log.length;
    const result = await world.apply(small('S-1'), {
      between: async () => {
        const id = idOf(world, 'workspace', 'app');
        world.emulator.control.mutate({
          op: 'set',
          type: 'workspace',
          id,
          fields: { size: 'S-1' },
        });
        await growOld(world);
      },
    });
    expect(result.outcome).toMatchObject({ applied: 1, skipped: 0, failed: 0 });
    const sent = world.emulator.log.slice(before).filter((entry) => entry.method !== 'GET');
    expect(sent).toEqual([]);
  });

  test('an object deleted meanwhile is not written to', async () => {
    const world = createWorld();
    await world.apply(small('S-00'));
    const result = await world.apply(small('S-1'), {
      between: async () => {
        const id = idOf(world, 'workspace', 'app');
        world.emulator.control.mutate({ op: 'delete', type: 'workspace', id });
        await growOld(world);
      },
    });
    expect(result.outcome?.problems.map((item) => item.code)).toEqual(['stale']);
  });

  test('an object of the same name that appears meanwhile stops the create', async () => {
    const world = createWorld();
    await world.apply(small('S-00'));
    const result = await world.apply(
      small('S-00', '  second: { workspaceGroup: main, size: S-00 }\n'),
      {
        between: async () => {
          const workspaceGroupID = idOf(world, 'workspaceGroup', 'main');
          const fields = { workspaceGroupID, name: 'second', size: 'S-00' };
          world.emulator.control.mutate({ op: 'create', type: 'workspace', body: fields });
          await growOld(world);
        },
      },
    );
    expect(result.outcome?.problems.map((item) => item.code)).toEqual(['stale']);
    expect(duplicates(world.emulator)).toEqual([]);
  });

  test('a workspace that appears inside a group stops its delete', async () => {
    const world = createWorld();
    await world.apply(small('S-00'));
    const result = await world.apply(small('S-00'), {
      plan: { destroy: true, approvals },
      between: () => {
        const workspaceGroupID = idOf(world, 'workspaceGroup', 'main');
        const fields = { workspaceGroupID, name: 'precious', size: 'S-00' };
        world.emulator.control.mutate({ op: 'create', type: 'workspace', body: fields });
        world.emulator.control.settleNow();
      },
    });
    expect(result.outcome?.problems.map((item) => item.code)).toContain('guard-new-content');
    const group = world.emulator.control
      .snapshot()
      .find((object) => object.type === 'workspaceGroup');
    expect(group?.fields['state']).toBe('ACTIVE');
  });
});

describe("a delete whose object is inside nobody's plan", () => {
  test('foreign workspaces are listed before their group may go', async () => {
    const world = createWorld();
    await world.apply(small('S-00'));
    const workspaceGroupID = idOf(world, 'workspaceGroup', 'main');
    const fields = { workspaceGroupID, name: 'foreign', size: 'S-00' };
    world.emulator.control.mutate({ op: 'create', type: 'workspace', body: fields });
    world.emulator.control.settleNow();
    const { planned } = await world.plan(small('S-00'), { plan: { destroy: true, approvals } });
    const group = planned?.plan.changes.find((change) => change.address.endsWith('Groups.main'));
    expect(group?.cascade.map((entry) => entry.name).toSorted()).toEqual(['app', 'foreign']);
    expect(group?.risk).toBe('data-loss');
    const result = await world.apply(small('S-00'), { plan: { destroy: true, approvals } });
    expect(result.outcome?.problems).toEqual([]);
    const deletes = world.emulator.log.filter((entry) => entry.method === 'DELETE');
    expect(
      deletes.map((entry) => entry.path).filter((path) => path.includes('force=true')),
    ).toHaveLength(1);
  });
});
