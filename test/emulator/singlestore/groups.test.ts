import { describe, expect, it } from 'vitest';
import { createGroup, createWorkspace, GOOD_PASSWORD, GROUP, harness } from './harness.ts';

const UNKNOWN = '11111111-1111-4111-8111-111111111111';

describe('transport', () => {
  it('answers 401 without a key or with a revoked one', async () => {
    const world = harness();
    expect((await world.call('GET', '/v1/projects', undefined, 'revoked')).status).toBe(401);
    expect((await world.call('GET', '/v1/projects', undefined, '')).status).toBe(401);
    expect((await world.call('GET', '/v1/projects')).status).toBe(200);
  });

  it('answers 200 and JSON for a create, plain text for an error', async () => {
    const world = harness();
    const created = await world.call('POST', '/v1/workspaceGroups', GROUP);
    expect([created.status, created.headers['content-type']]).toEqual([200, 'application/json']);
    const refused = await world.call('GET', '/v1/workspaceGroups/nonsense');
    expect([refused.status, refused.text]).toEqual([400, 'uuid: incorrect UUID length']);
    const absent = await world.call('GET', `/v1/workspaceGroups/${UNKNOWN}`);
    expect([absent.status, absent.text]).toEqual([404, 'workspace group not found']);
    expect((await world.call('GET', '/v1/nonsense')).status).toBe(404);
    expect((await world.call('PUT', '/v1/projects', {})).status).toBe(405);
  });

  it('names its organization and a date by its own clock', async () => {
    const world = harness();
    const answer = await world.call('GET', '/v1/organizations/current');
    expect(answer.json['name']).toBe('Acme Analytics');
    expect(Date.parse(answer.headers['date'] ?? '')).toBe(world.clock.now());
  });

  it('lists regions in three shapes', async () => {
    const world = harness();
    const first = await world.list('/v1/regions');
    const second = await world.list('/v2/regions');
    expect([first.length, second.length]).toEqual([36, 36]);
    expect(Object.keys(first[0] ?? {}).toSorted()).toEqual(['provider', 'region', 'regionID']);
    expect(Object.keys(second[0] ?? {}).toSorted()).toEqual(['provider', 'region', 'regionName']);
    expect(await world.list('/v1/regions/sharedtier')).toHaveLength(1);
  });
});

describe('workspace groups: create', () => {
  it('returns the ID and a password only when it made one', async () => {
    const world = harness();
    const made = await world.post('/v1/workspaceGroups', GROUP);
    expect(String(made['adminPassword']).length).toBeGreaterThanOrEqual(14);
    const kept = await world.post('/v1/workspaceGroups', {
      ...GROUP,
      adminPassword: GOOD_PASSWORD,
    });
    expect(Object.keys(kept)).toEqual(['workspaceGroupID']);
    const weak = { ...GROUP, adminPassword: 'abc' };
    expect((await world.post('/v1/workspaceGroups', weak))['adminPassword']).not.toBe('abc');
  });

  it('never shows the password again', async () => {
    const world = harness();
    const id = await createGroup(world, { adminPassword: GOOD_PASSWORD });
    expect(JSON.stringify(await world.get(`/v1/workspaceGroups/${id}`))).not.toContain('Tr7');
  });

  it('allows two groups of one name', async () => {
    const world = harness();
    expect(await createGroup(world)).not.toBe(await createGroup(world));
  });

  it('puts a group without project into Standard Project', async () => {
    const world = harness();
    const group = await world.get(`/v1/workspaceGroups/${await createGroup(world)}`);
    expect(group['projectName']).toBe('Standard Project');
  });

  it('ignores unknown keys and treats null as absent', async () => {
    const world = harness();
    const body = { ...GROUP, smartDR: null, expiresAt: null, nonsense: 1 };
    const group = await world.get(`/v1/workspaceGroups/${await createGroup(world, body)}`);
    expect(group).not.toHaveProperty('expiresAt');
    expect(Object.values(group)).not.toContain(null);
  });

  it.each([
    [{ firewallRanges: null }, 'firewallRanges cannot be null'],
    [{ firewallRanges: ['10.0.0.0/33'] }, 'invalid CIDR'],
    [{ regionName: 'us-nowhere-1' }, 'region not found'],
    [{ provider: 'AZURE', regionName: 'eastus' }, 'invalid provider AZURE'],
    [{ projectID: 'x' }, 'UUID'],
    [{ optInPreviewFeature: true }, 'NON-PRODUCTION'],
    [{ updateWindow: { day: 7, hour: 0 } }, 'updateWindow'],
    [{ expiresAt: 'tomorrow' }, 'expiresAt'],
    [{ name: null }, 'name is required'],
  ])('refuses %j with 400', async (fields, text) => {
    const world = harness();
    const answer = await world.call('POST', '/v1/workspaceGroups', { ...GROUP, ...fields });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain(text);
    expect(await world.list('/v1/workspaceGroups')).toEqual([]);
  });

  it('strips all but the wanted fields, required ones too', async () => {
    const world = harness();
    const id = await createGroup(world);
    expect(await world.get(`/v1/workspaceGroups/${id}?fields=name,state`)).toEqual({
      name: 'main',
      state: 'ACTIVE',
    });
  });
});

describe('workspace groups: change', () => {
  it('sorts firewall ranges and collapses 0.0.0.0/0', async () => {
    const world = harness();
    const id = await createGroup(world, { firewallRanges: ['9.0.0.0/8', '10.0.0.0/8'] });
    const path = `/v1/workspaceGroups/${id}`;
    expect((await world.get(path))['firewallRanges']).toEqual(['10.0.0.0/8', '9.0.0.0/8']);
    await world.call('PATCH', path, { firewallRanges: ['9.0.0.0/8', '0.0.0.0/0'] });
    const open = await world.get(path);
    expect(open['allowAllTraffic']).toBe(true);
    expect(open).not.toHaveProperty('firewallRanges');
    await world.call('PATCH', path, { firewallRanges: [] });
    expect(await world.get(path)).toMatchObject({ allowAllTraffic: false, firewallRanges: [] });
  });

  it('refuses an empty password on PATCH', async () => {
    const world = harness();
    const path = `/v1/workspaceGroups/${await createGroup(world)}`;
    expect((await world.call('PATCH', path, { adminPassword: '' })).status).toBe(400);
  });

  it('turns a duration into a time and terminates the group then', async () => {
    const world = harness();
    const id = await createGroup(world, { expiresAt: '3h30m' });
    const workspace = await createWorkspace(world, id);
    const { expiresAt } = await world.get(`/v1/workspaceGroups/${id}`);
    expect(Date.parse(String(expiresAt)) - world.clock.now()).toBe(3.5 * 3_600_000);
    world.clock.advance(3.5 * 3_600_000);
    expect((await world.get(`/v1/workspaceGroups/${id}`))['state']).toBe('TERMINATED');
    expect((await world.get(`/v1/workspaces/${workspace}`))['state']).toBe('TERMINATED');
  });

  it('clears expiresAt by null only where the switch says so', async () => {
    for (const nullClears of [false, true]) {
      const world = harness({ switches: { nullClears } });
      const path = `/v1/workspaceGroups/${await createGroup(world, { expiresAt: '2027-01-01' })}`;
      await world.call('PATCH', path, { expiresAt: null });
      expect('expiresAt' in (await world.get(path))).toBe(!nullClears);
    }
  });

  it('applies the deployment type to its workspaces', async () => {
    const world = harness();
    const id = await createGroup(world);
    const workspace = await createWorkspace(world, id);
    await world.call('PATCH', `/v1/workspaceGroups/${id}`, { deploymentType: 'NON-PRODUCTION' });
    expect((await world.get(`/v1/workspaces/${workspace}`))['deploymentType']).toBe(
      'NON-PRODUCTION',
    );
  });
});

describe('workspace groups: delete', () => {
  it('needs force while there are workspaces, and then takes them with it', async () => {
    const world = harness();
    const id = await createGroup(world);
    const workspace = await createWorkspace(world, id);
    expect((await world.call('DELETE', `/v1/workspaceGroups/${id}`)).status).toBe(409);
    expect((await world.call('DELETE', `/v1/workspaceGroups/${id}?force=True`)).status).toBe(200);
    expect((await world.get(`/v1/workspaces/${workspace}`))['state']).toBe('TERMINATED');
  });

  it('leaves a tombstone that only by-ID reads and includeTerminated show', async () => {
    const world = harness();
    const id = await createGroup(world);
    await world.call('DELETE', `/v1/workspaceGroups/${id}`);
    const tombstone = await world.get(`/v1/workspaceGroups/${id}`);
    expect(tombstone).toMatchObject({ state: 'TERMINATED', terminatedAt: expect.any(String) });
    expect(await world.list('/v1/workspaceGroups')).toEqual([]);
    expect(await world.list('/v1/workspaceGroups?includeTerminated=true')).toHaveLength(1);
    expect((await world.call('PATCH', `/v1/workspaceGroups/${id}`, { name: 'x' })).status).toBe(
      404,
    );
  });

  it('shows the new name of its project', async () => {
    const world = harness();
    const project = await world.post('/v1/projects', { name: 'p', edition: 'STANDARD' });
    const id = await createGroup(world, project);
    const path = `/v1/projects/${String(project['projectID'])}`;
    expect((await world.call('PATCH', path, { name: 'q' })).json).toEqual(project);
    expect((await world.get(`/v1/workspaceGroups/${id}`))['projectName']).toBe('q');
  });

  it('refuses to delete a project with live groups', async () => {
    const world = harness();
    const project = await world.post('/v1/projects', { name: 'p', edition: 'STANDARD' });
    const path = `/v1/projects/${String(project['projectID'])}`;
    const id = await createGroup(world, project);
    expect((await world.call('DELETE', path)).status).toBe(409);
    await world.call('DELETE', `/v1/workspaceGroups/${id}`);
    expect((await world.call('DELETE', path)).status).toBe(200);
    expect((await world.call('GET', path)).text).toBe('project not found');
  });
});
