import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createGroup, createWorkspace, GROUP, harness } from './harness.ts';

const REAL_MAX_MS = 20 * 60_000;

describe('time', () => {
  it('answers 404 by ID at first and then PENDING, then ACTIVE', async () => {
    const world = harness({ timing: { notFoundMs: 10, groupCreateMs: 100, jitter: 0, flapMs: 0 } });
    const path = `/v1/workspaceGroups/${await createGroup(world)}`;
    expect((await world.call('GET', path)).status).toBe(404);
    world.clock.advance(10);
    expect((await world.get(path))['state']).toBe('PENDING');
    world.clock.advance(90);
    expect((await world.get(path))['state']).toBe('ACTIVE');
  });

  it('delays creation and deletion in lists alike', async () => {
    const world = harness({ timing: 'none' });
    world.emulator.control.setTiming({ listLagMs: 5_000 });
    const id = await createGroup(world);
    expect(await world.list('/v1/workspaceGroups')).toEqual([]);
    world.clock.advance(5_000);
    expect(await world.list('/v1/workspaceGroups')).toHaveLength(1);
    await world.call('DELETE', `/v1/workspaceGroups/${id}`);
    world.clock.advance(4_999);
    expect(await world.list('/v1/workspaceGroups')).toHaveLength(1);
    world.clock.advance(1);
    expect(await world.list('/v1/workspaceGroups')).toEqual([]);
  });

  it('delays all other lists only when asked to', async () => {
    const world = harness();
    world.emulator.control.setTiming({ listLagMs: 5_000 });
    await world.post('/v1/teams', { name: 'sync' });
    expect(await world.list('/v1/teams?name=sync')).toHaveLength(1);
    world.emulator.control.setTiming({ otherListLagMs: 5_000 });
    await world.post('/v1/teams', { name: 'late' });
    expect(await world.list('/v1/teams?name=late')).toEqual([]);
    world.clock.advance(5_000);
    expect(await world.list('/v1/teams?name=late')).toHaveLength(1);
  });

  it('shows a firewall change late, outside the state machine', async () => {
    const world = harness({ timing: 'none' });
    const path = `/v1/workspaceGroups/${await createGroup(world)}`;
    world.emulator.control.setTiming({ firewallMs: 1_000 });
    await world.call('PATCH', path, { firewallRanges: [] });
    expect(await world.get(path)).toMatchObject({
      state: 'ACTIVE',
      firewallRanges: ['10.0.0.0/8'],
    });
    world.clock.advance(1_000);
    expect(await world.get(path)).toMatchObject({ state: 'ACTIVE', firewallRanges: [] });
  });

  it('takes a resized workspace through stale ACTIVE, PENDING, ACTIVE', async () => {
    const world = harness();
    const path = `/v1/workspaces/${await createWorkspace(world, await createGroup(world))}`;
    world.emulator.control.setTiming({ patchStaleMs: 100, workspacePatchMs: 200 });
    await world.call('PATCH', path, { size: 'S-2' });
    expect(await world.get(path)).toMatchObject({ state: 'ACTIVE', size: 'S-00' });
    world.clock.advance(200);
    const pending = await world.get(path);
    expect(pending).toMatchObject({ state: 'PENDING', size: 'S-00', scalingProgress: 50 });
    expect(pending).not.toHaveProperty('endpoint');
    world.clock.advance(100);
    expect(await world.get(path)).toMatchObject({ state: 'ACTIVE', size: 'S-2' });
  });

  it('serves stale reads within the window, and none after it', async () => {
    const world = harness();
    const path = `/v1/workspaces/${await createWorkspace(world, await createGroup(world))}`;
    world.clock.advance(1_000);
    world.emulator.control.setTiming({ flapMs: 500, flapShare: 0.5 });
    await world.call('POST', `${path}/suspend`);
    const states = new Set<unknown>();
    for (let read = 0; read < 50; read += 1) states.add((await world.get(path))['state']);
    expect(states).toEqual(new Set(['ACTIVE', 'SUSPENDED']));
    world.clock.advance(500);
    states.clear();
    for (let read = 0; read < 50; read += 1) states.add((await world.get(path))['state']);
    expect(states).toEqual(new Set(['SUSPENDED']));
  });

  it.each([
    ['fast', 150],
    ['real', REAL_MAX_MS],
  ] as const)(
    'profile %s is at rest %i ms after the last write, for any writes',
    async (timing, rest) => {
      const write = fc.constantFrom('resize', 'firewall', 'create', 'suspend', 'resume', 'delete');
      const writes = fc.array(fc.tuple(write, fc.nat({ max: 120 })), { maxLength: 8 });
      await fc.assert(
        fc.asyncProperty(writes, fc.nat({ max: 1_000 }), async (plan, seed) => {
          const world = harness({ timing, seed });
          const group = await createGroup(world);
          const path = `/v1/workspaces/${await createWorkspace(world, group)}`;
          for (const [kind, pause] of plan) {
            world.clock.advance(pause);
            if (kind === 'resize') await world.call('PATCH', path, { size: `S-${String(pause)}` });
            else if (kind === 'firewall') {
              await world.call('PATCH', `/v1/workspaceGroups/${group}`, { firewallRanges: [] });
            } else if (kind === 'create') await world.call('POST', '/v1/workspaceGroups', GROUP);
            else if (kind === 'delete') await world.call('DELETE', path);
            else await world.call('POST', `${path}/${kind}`);
          }
          world.clock.advance(rest);
          const look = async (): Promise<unknown[]> => [
            await world.list(`/v1/workspaces?workspaceGroupID=${group}&includeTerminated=1`),
            await world.list('/v1/workspaceGroups'),
            await world.get(path),
          ];
          const first = await look();
          expect(first[0]).toEqual([first[2]]);
          world.clock.advance(1_000_000);
          expect(await look()).toEqual(first);
        }),
        { numRuns: 40 },
      );
    },
  );

  it('settles everything at once when told to', async () => {
    const world = harness({ timing: 'real' });
    const group = await createGroup(world);
    const workspace = await createWorkspace(world, group);
    world.emulator.control.settleNow();
    expect((await world.get(`/v1/workspaces/${workspace}`))['state']).toBe('ACTIVE');
    expect(await world.list('/v1/workspaceGroups')).toMatchObject([{ state: 'ACTIVE' }]);
  });

  it('takes its time to answer in the real profile, after the commit', async () => {
    const world = harness({ timing: 'real' });
    const before = world.clock.now();
    await createGroup(world);
    expect(world.clock.now() - before).toBe(13_000);
    await world.list('/v1/workspaceGroups');
    expect(world.clock.now() - before).toBe(15_000);
  });
});
