import { describe, expect, it } from 'vitest';
import type { FillSpec } from '../../../src/emulator/singlestore/index.ts';
import { createGroup, createWorkspace, GOOD_PASSWORD, harness } from './harness.ts';

function spec(): FillSpec {
  return {
    groups: 20,
    workspaceFields: { size: 'S-1' },
    secretValue: 'x{group}-{n}',
    roleFields: { permissions: ['Monitor'], inherits: [] },
  };
}

describe('control', () => {
  it('fills the store with settled objects, as the spec says', async () => {
    const world = harness({ timing: 'real' });
    expect(world.emulator.control.fill(spec())).toBe(20 * 8 + 4);
    const groups = await world.list('/v1/workspaceGroups');
    expect(groups.map(({ name }) => name)).toContain('group-00020');
    const id = String(groups[0]?.['workspaceGroupID']);
    const workspaces = await world.list(`/v1/workspaces?workspaceGroupID=${id}`);
    expect(workspaces).toHaveLength(5);
    expect(workspaces[0]).toMatchObject({ name: 'workspace-1', size: 'S-1', state: 'ACTIVE' });
    const { secrets } = await world.get('/v1/secrets?name=SECRET_00002_1');
    expect(secrets).toMatchObject([{ value: 'x00002-1' }]);
    const role = await world.get('/v1/roles/Cluster/role-2');
    expect(role['permissions']).toEqual(['Monitor']);
  });

  it('changes, breaks, grants and deletes behind the back, unlogged', async () => {
    const world = harness();
    const { control, log } = world.emulator;
    const group = await createGroup(world);
    const workspace = await createWorkspace(world, group);
    const logged = log.length;
    control.mutate({ op: 'set', type: 'workspaceGroup', id: group, fields: { name: 'renamed' } });
    control.mutate({ op: 'state', type: 'workspace', id: workspace, state: 'FAILED' });
    control.mutate({ op: 'create', type: 'team', body: { name: 'foreign' } });
    const ann = control.addUser('ann@acme.example');
    const grant = { type: 'workspaceGroup', id: group, role: 'Reader', users: [ann] } as const;
    control.mutate({ op: 'grant', ...grant });
    expect(log.length).toBe(logged);
    expect((await world.get(`/v1/workspaceGroups/${group}`))['name']).toBe('renamed');
    const failed = await world.get(`/v1/workspaces/${workspace}`);
    expect(failed['state']).toBe('FAILED');
    expect(failed).not.toHaveProperty('endpoint');
    expect(await world.list('/v1/teams?name=foreign')).toHaveLength(1);
    expect(await world.list(`/v1/users/${ann}/identityRoles`)).toHaveLength(1);
    control.mutate({ op: 'revoke', ...grant });
    expect(await world.list(`/v1/users/${ann}/identityRoles`)).toEqual([]);
    control.mutate({ op: 'delete', type: 'workspaceGroup', id: group });
    expect(control.snapshot().filter(({ type }) => type.startsWith('workspace'))).toEqual([]);
  });

  it('deletes a role by type and name', async () => {
    const world = harness();
    const body = { resourceType: 'Cluster', role: 'a b', permissions: [], inherits: [] };
    world.emulator.control.mutate({ op: 'create', type: 'role', body });
    world.emulator.control.mutate({ op: 'delete', type: 'role', id: 'Cluster/a b' });
    expect((await world.call('GET', '/v1/roles/Cluster/a%20b')).status).toBe(404);
  });

  it('shows write-only values in snapshots, for assertions', async () => {
    const world = harness();
    await createGroup(world, { adminPassword: GOOD_PASSWORD });
    const [group] = world.emulator.control
      .snapshot()
      .filter(({ type }) => type === 'workspaceGroup');
    expect(group?.hidden['adminPassword']).toBe(GOOD_PASSWORD);
  });

  it('goes back to the seeded organization', async () => {
    const world = harness();
    const before = world.emulator.control
      .snapshot()
      .filter(({ type }) => type !== 'grant')
      .map(({ type, fields }) => [type, fields['name']]);
    await createGroup(world);
    world.emulator.control.reset();
    const after = world.emulator.control
      .snapshot()
      .filter(({ type }) => type !== 'grant')
      .map(({ type, fields }) => [type, fields['name']]);
    expect(after).toEqual(before);
    expect(world.emulator.log).toEqual([]);
    expect(await world.list('/v1/workspaceGroups')).toEqual([]);
  });

  it('gives the creator Owner where the switch says so', async () => {
    const world = harness({ switches: { creatorOwns: true } });
    const { teamID } = await world.post('/v1/teams', { name: 'mine' });
    const [owner] = await world.list(`/v1/teams/${String(teamID)}/accessControls`);
    expect(owner).toMatchObject({ role: 'Owner', grants: [{ identity: { firstName: 'Alex' } }] });
  });
});
