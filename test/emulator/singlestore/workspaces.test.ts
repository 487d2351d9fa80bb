import { describe, expect, it } from 'vitest';
import { createGroup, createWorkspace, harness } from './harness.ts';
import type { Harness } from './harness.ts';

async function workspacePath(world: Harness): Promise<string> {
  return `/v1/workspaces/${await createWorkspace(world, await createGroup(world))}`;
}

describe('workspaces', () => {
  it('are listed per group only', async () => {
    const world = harness();
    const group = await createGroup(world);
    await createWorkspace(world, group);
    await createWorkspace(world, await createGroup(world), { name: 'other' });
    expect((await world.call('GET', '/v1/workspaces')).status).toBe(400);
    const listed = await world.list(`/v1/workspaces?workspaceGroupID=${group}`);
    expect(listed).toMatchObject([{ name: 'app', size: 'S-00', state: 'ACTIVE' }]);
  });

  it('number at most five live ones in a group', async () => {
    const world = harness();
    const group = await createGroup(world);
    const ids = [];
    for (let n = 0; n < 5; n += 1) ids.push(await createWorkspace(world, group));
    const body = { name: 'app', workspaceGroupID: group };
    expect((await world.call('POST', '/v1/workspaces', body)).status).toBe(400);
    await world.call('DELETE', `/v1/workspaces/${String(ids[0])}`);
    expect((await world.call('POST', '/v1/workspaces', body)).status).toBe(200);
  });

  it('may share a name within a group unless the switch refuses it', async () => {
    const world = harness();
    const group = await createGroup(world);
    await createWorkspace(world, group);
    await createWorkspace(world, group);
    world.emulator.control.setSwitches({ duplicateWorkspaceStatus: 409 });
    const body = { name: 'app', workspaceGroupID: group };
    expect((await world.call('POST', '/v1/workspaces', body)).status).toBe(409);
  });

  it('have names of the strict form unless the switch lifts it', async () => {
    const world = harness();
    const workspaceGroupID = await createGroup(world);
    const body = { name: 'Not Valid', workspaceGroupID };
    expect((await world.call('POST', '/v1/workspaces', body)).status).toBe(400);
    world.emulator.control.setSwitches({ workspaceNames: 'free' });
    expect((await world.call('POST', '/v1/workspaces', body)).status).toBe(200);
  });

  it.each([
    [{ enableKai: true }, { kaiEnabled: true }],
    [
      { autoSuspend: { suspendType: 'IDLE', suspendAfterSeconds: 60 } },
      { autoSuspend: { suspendType: 'IDLE', idleAfterSeconds: 60 } },
    ],
    [
      { autoSuspend: { suspendType: 'SCHEDULED', suspendAfterSeconds: 60 } },
      { autoSuspend: { suspendType: 'SCHEDULED', scheduledAfterSeconds: 60 } },
    ],
    [
      { autoScale: { maxScaleFactor: 2, sensitivity: 'HIGH' } },
      { autoScale: { maxScaleFactor: 2, sensitivity: 'HIGH' } },
    ],
    [{ cacheConfig: 2 }, { cacheConfig: 2 }],
    [{ scaleFactor: 4 }, { scaleFactor: 4 }],
    [{ deploymentType: 'NON-PRODUCTION' }, { deploymentType: 'NON-PRODUCTION' }],
  ])('read %j back under its read names', async (written, read) => {
    const world = harness();
    const path = await workspacePath(world);
    await world.call('PATCH', path, written);
    const live = await world.get(path);
    expect(live).toMatchObject(read);
    expect(live).not.toHaveProperty('enableKai');
  });

  it('show what is switched off as absent', async () => {
    const world = harness();
    const path = await workspacePath(world);
    await world.call('PATCH', path, {
      enableKai: true,
      cacheConfig: 2,
      autoScale: { maxScaleFactor: 2 },
      autoSuspend: { suspendType: 'IDLE', suspendAfterSeconds: 60 },
    });
    await world.call('PATCH', path, {
      enableKai: false,
      cacheConfig: 1,
      autoScale: { maxScaleFactor: 1 },
      autoSuspend: { suspendType: 'DISABLED' },
    });
    const live = await world.get(path);
    for (const name of ['kaiEnabled', 'cacheConfig', 'autoScale', 'autoSuspend']) {
      expect(live).not.toHaveProperty(name);
    }
  });

  it.each([
    [{ autoSuspend: { suspendType: 'DISABLED', suspendAfterSeconds: 60 } }],
    [{ autoScale: { maxScaleFactor: 1, sensitivity: 'HIGH' } }],
    [{ size: 'XL' }],
    [{ cacheConfig: 3 }],
    [{ enableKai: 'yes' }],
  ])('refuse %j with 400', async (body) => {
    const world = harness();
    expect((await world.call('PATCH', await workspacePath(world), body)).status).toBe(400);
  });

  it('suspend and resume, and lose the endpoint meanwhile', async () => {
    const world = harness();
    const path = await workspacePath(world);
    const { endpoint } = await world.get(path);
    await world.call('POST', `${path}/suspend`);
    const suspended = await world.get(path);
    expect(suspended['state']).toBe('SUSPENDED');
    expect(suspended).not.toHaveProperty('endpoint');
    expect((await world.call('PATCH', path, { size: 'S-1' })).status).toBe(409);
    expect((await world.call('POST', `${path}/suspend`)).status).toBe(409);
    await world.call('POST', `${path}/resume`, { disableAutoSuspend: true });
    const resumed = await world.get(path);
    expect(resumed['state']).toBe('ACTIVE');
    expect(resumed['endpoint']).not.toBe(endpoint);
    expect((await world.call('POST', `${path}/resume`)).status).toBe(409);
  });

  it('keep the endpoint over a resume where the switch says so', async () => {
    const world = harness({ switches: { endpointChangesOnResume: false } });
    const path = await workspacePath(world);
    const { endpoint } = await world.get(path);
    await world.call('POST', `${path}/suspend`);
    await world.call('POST', `${path}/resume`);
    expect((await world.get(path))['endpoint']).toBe(endpoint);
  });

  it('take a PATCH while PENDING unless the switch refuses it', async () => {
    for (const [pendingPatch, status] of [
      ['accept', 200],
      ['refuse', 409],
    ] as const) {
      const world = harness({ timing: { notFoundMs: 0 }, switches: { pendingPatch } });
      const path = await workspacePath(world);
      expect((await world.call('PATCH', path, { size: 'S-1' })).status).toBe(status);
    }
  });

  it('stay as they are when a PATCH has no effect', async () => {
    const world = harness();
    const path = await workspacePath(world);
    world.emulator.control.setTiming({ workspacePatchMs: 100 });
    await world.call('PATCH', path, {
      size: 'S-00',
      cacheConfig: 1,
      autoScale: { maxScaleFactor: 1 },
    });
    expect((await world.get(path))['state']).toBe('ACTIVE');
  });
});
