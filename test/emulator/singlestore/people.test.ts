import { describe, expect, it } from 'vitest';
import { createGroup, harness } from './harness.ts';
import type { Harness, Json } from './harness.ts';

async function userId(world: Harness, name: string): Promise<string> {
  const [user] = await world.list(`/v1/users?email=${name}@acme.example`);
  return String(user?.['userID']);
}

async function createTeam(world: Harness, name: string): Promise<string> {
  return String((await world.post('/v1/teams', { name }))['teamID']);
}

const UNKNOWN = '11111111-1111-4111-8111-111111111111';

describe('teams', () => {
  it('change members by deltas, by ID and by e-mail in any case', async () => {
    const world = harness();
    const path = `/v1/teams/${await createTeam(world, 'analysts')}`;
    const ann = await userId(world, 'ann');
    await world.call('PATCH', path, {
      addMemberUserIDs: [ann],
      addMemberUserEmails: ['BOB@acme.example', 'bob@acme.example'],
      addMemberTeamIDs: null,
    });
    expect((await world.get(path))['memberUsers']).toMatchObject([
      { email: 'ann@acme.example', firstName: 'Ann' },
      { email: 'bob@acme.example' },
    ]);
    const answer = await world.call('PATCH', path, {
      removeMemberUserEmails: ['ann@acme.example', 'carol@acme.example'],
    });
    expect(Object.keys(answer.json)).toEqual(['teamID']);
    expect((await world.get(path))['memberUsers']).toMatchObject([{ email: 'bob@acme.example' }]);
  });

  it('refuse strangers and cycles, and change nothing then', async () => {
    const world = harness();
    const [outer, inner] = [await createTeam(world, 'outer'), await createTeam(world, 'inner')];
    await world.call('PATCH', `/v1/teams/${outer}`, { addMemberTeamIDs: [inner] });
    const bodies = [
      { addMemberTeamIDs: [outer] },
      { addMemberTeamIDs: [inner] },
      { addMemberUserIDs: [UNKNOWN] },
      { addMemberUserEmails: ['ann@acme.example', 'eve@acme.example'] },
    ];
    for (const body of bodies) {
      expect((await world.call('PATCH', `/v1/teams/${inner}`, body)).status).toBe(400);
    }
    expect(await world.get(`/v1/teams/${inner}`)).toMatchObject({
      memberUsers: [],
      memberTeams: [],
    });
  });

  it.each([
    [409, 409],
    [400, 400],
    [0, 200],
  ])(
    'with the switch %i answer %i to a name that is taken',
    async (duplicateTeamStatus, status) => {
      const world = harness({ switches: { duplicateTeamStatus } });
      await createTeam(world, 'analysts');
      expect((await world.call('POST', '/v1/teams', { name: 'analysts' })).status).toBe(status);
    },
  );

  it('are filtered by value or regular expression', async () => {
    const world = harness();
    for (const name of ['a.b', 'axb', 'c']) await createTeam(world, name);
    const names = async (pattern: string): Promise<unknown[]> =>
      (await world.list(`/v1/teams?name=${encodeURIComponent(pattern)}`)).map(
        (team) => team['name'],
      );
    expect(await names('a.b')).toEqual(['a.b', 'axb']);
    expect(await names('^a\\.b$')).toEqual(['a.b']);
  });

  it('leave other teams and their grants when deleted', async () => {
    const world = harness();
    const [outer, inner] = [await createTeam(world, 'outer'), await createTeam(world, 'inner')];
    const group = await createGroup(world);
    await world.call('PATCH', `/v1/teams/${outer}`, { addMemberTeamIDs: [inner] });
    const grants = [{ role: 'Reader', teams: [inner], users: null }];
    const path = `/v1/workspaceGroups/${group}/accessControls`;
    await world.call('PATCH', path, { grants, revokes: null });
    expect((await world.call('DELETE', `/v1/teams/${inner}`)).status).toBe(200);
    expect((await world.call('GET', `/v1/teams/${inner}`)).status).toBe(404);
    expect((await world.get(`/v1/teams/${outer}`))['memberTeams']).toEqual([]);
    const reader = (await world.list(path)).find(({ role }) => role === 'Reader');
    const direct = ((reader?.['grants'] ?? []) as Json[]).filter(
      (grant) => !('inheritedFrom' in grant),
    );
    expect(direct).toEqual([]);
  });
});

describe('teams in teams', () => {
  it('are not deleted where the switch refuses it', async () => {
    const world = harness({ switches: { teamInUse: 'refuse' } });
    const [outer, inner] = [await createTeam(world, 'outer'), await createTeam(world, 'inner')];
    await world.call('PATCH', `/v1/teams/${outer}`, { addMemberTeamIDs: [inner] });
    expect((await world.call('DELETE', `/v1/teams/${inner}`)).status).toBe(409);
    expect((await world.call('DELETE', `/v1/teams/${outer}`)).status).toBe(200);
    expect((await world.call('DELETE', `/v1/teams/${inner}`)).status).toBe(200);
  });

  it('that are predefined stay', async () => {
    const world = harness();
    const [team] = await world.list('/v1/teams?name=Organization Operators');
    expect((await world.call('DELETE', `/v1/teams/${String(team?.['teamID'])}`)).status).toBe(400);
  });
});

describe('users and invitations', () => {
  it('end memberships and grants with the user', async () => {
    const world = harness();
    const team = await createTeam(world, 'analysts');
    const ann = await userId(world, 'ann');
    await world.call('PATCH', `/v1/teams/${team}`, { addMemberUserIDs: [ann] });
    const grants = [{ role: 'Owner', users: [ann] }];
    await world.call('PATCH', `/v1/teams/${team}/accessControls`, { grants });
    expect((await world.call('DELETE', `/v1/users/${ann}`)).status).toBe(200);
    expect((await world.get(`/v1/teams/${team}`))['memberUsers']).toEqual([]);
    const [owner] = await world.list(`/v1/teams/${team}/accessControls`);
    expect(owner?.['grants']).toEqual([]);
  });

  it('filter invitations by address and state', async () => {
    const world = harness();
    for (const name of ['erin', 'finn']) {
      await world.post('/v1/invitations', { email: `${name}@acme.example` });
    }
    expect(await world.list('/v1/invitations?email=finn&state=Pending')).toHaveLength(1);
    expect(await world.list('/v1/invitations?state=Revoked')).toEqual([]);
  });

  it('match an address as a regular expression', async () => {
    const world = harness();
    await world.call('POST', '/v1/users', { email: 'axn@acme.example' });
    expect(await world.list('/v1/users?email=a.n@acme.example')).toHaveLength(2);
  });

  it('keep the current user', async () => {
    const world = harness();
    const { userID, email } = await world.get('/v1/users/current');
    expect(email).toBe('admin@acme.example');
    expect((await world.call('DELETE', `/v1/users/${String(userID)}`)).status).toBe(400);
  });

  it('become a member of the teams of an accepted invitation', async () => {
    const world = harness();
    const team = await createTeam(world, 'analysts');
    const body = { email: 'erin@acme.example', teamIDs: [team] };
    const invitation = await world.post('/v1/invitations', body);
    expect(invitation['state']).toBe('Pending');
    world.emulator.control.acceptInvitation(String(invitation['invitationID']));
    expect((await world.get(`/v1/teams/${team}`))['memberUsers']).toMatchObject([
      { email: 'erin@acme.example' },
    ]);
  });

  it('keep a revoked invitation readable', async () => {
    const world = harness();
    const { invitationID } = await world.post('/v1/invitations', { email: 'erin@acme.example' });
    const path = `/v1/invitations/${String(invitationID)}`;
    await world.call('DELETE', path);
    expect((await world.get(path))['state']).toBe('Revoked');
  });
});

describe('roles', () => {
  const role = { role: 'night operator', permissions: ['Operate'], inherits: [] };
  const path = '/v1/roles/Cluster/night%20operator';

  it('are replaced as a whole by PUT', async () => {
    const world = harness();
    await world.post('/v1/roles/Cluster', { ...role, description: 'At night' });
    const inherits = [{ resourceType: 'Cluster', role: 'Reader' }];
    await world.call('PUT', path, { inherits, permissions: null });
    const read = await world.get(path);
    expect(read).toMatchObject({ description: '', permissions: [], inherits, isCustom: true });
    expect(read['updatedBy']).toMatchObject({ email: 'admin@acme.example' });
    expect((await world.call('DELETE', path)).text).toBe('true');
    expect((await world.call('GET', path)).status).toBe(404);
  });

  it('cannot be changed when built in', async () => {
    const world = harness();
    const body = { permissions: [], inherits: [] };
    expect((await world.call('PUT', '/v1/roles/Cluster/Reader', body)).status).toBe(400);
    expect((await world.call('DELETE', '/v1/roles/Cluster/Reader')).status).toBe(400);
    expect((await world.get('/v1/roles/Cluster/Reader'))['isCustom']).toBe(false);
  });

  it.each([
    [{ permissions: ['Fly'] }, 400],
    [{ permissions: ['Invite Users'] }, 400],
    [{ inherits: [{ resourceType: 'Cluster', role: 'None' }] }, 400],
    [{ inherits: [{ resourceType: 'Cluster', role: 'night operator' }] }, 400],
    [{ role: 'Reader' }, 409],
  ])('with %j are refused with %i', async (fields, status) => {
    const world = harness();
    const answer = await world.call('POST', '/v1/roles/Cluster', { ...role, ...fields });
    expect(answer.status).toBe(status);
  });

  it('in use are not deleted unless the switch allows it', async () => {
    const world = harness();
    const group = await createGroup(world);
    await world.post('/v1/roles/Cluster', role);
    const ann = await userId(world, 'ann');
    const grants = [{ role: 'night operator', users: [ann], teams: [] }];
    const access = `/v1/workspaceGroups/${group}/accessControls`;
    await world.call('PATCH', access, { grants, revokes: [] });
    expect((await world.call('DELETE', path)).status).toBe(409);
    world.emulator.control.setSwitches({ roleInUse: 'allow' });
    expect((await world.call('DELETE', path)).status).toBe(200);
    expect(await world.list(`/v1/users/${ann}/identityRoles`)).toEqual([]);
  });

  it('appear in the second version joined by name', async () => {
    const world = harness();
    await world.post('/v1/roles/Cluster', role);
    const joined = await world.get('/v2/authorization/roles/night%20operator');
    expect(joined['permissions']).toEqual([{ resourceType: 'Cluster', permissions: ['Operate'] }]);
    const permissions = await world.list('/v2/authorization/permissions/Secret');
    expect(permissions.every(({ resourceType }) => resourceType === 'Secret')).toBe(true);
  });
});

describe('access controls', () => {
  it('have one entry per role, built-in and custom, with direct and inherited grants', async () => {
    const world = harness();
    const group = await createGroup(world);
    await world.post('/v1/roles/Cluster', { role: 'mine', permissions: [], inherits: [] });
    const ann = await userId(world, 'ann');
    const path = `/v1/workspaceGroups/${group}/accessControls`;
    await world.call('PATCH', path, { grants: [{ role: 'Reader', users: [ann] }], revokes: null });
    const entries = new Map((await world.list(path)).map((entry) => [entry['role'], entry]));
    expect(entries.get('mine')).toEqual({ role: 'mine', description: '', grants: [] });
    const owners = entries.get('Owner')?.['grants'] as Json[];
    expect(owners.length).toBe(2);
    expect(owners.every(({ inheritedFrom }) => inheritedFrom !== undefined)).toBe(true);
    const readers = entries.get('Reader')?.['grants'] as Json[];
    expect(readers.find((grant) => !('inheritedFrom' in grant))?.['identity']).toMatchObject({
      email: 'ann@acme.example',
    });
  });

  it('take grants and revokes in one call; repeating either changes nothing', async () => {
    const world = harness();
    const { secretID } = await world.post('/v1/secrets', { name: 'S', value: 'v' });
    const path = `/v1/secrets/${String(secretID)}/accessControls`;
    const ann = await userId(world, 'ann');
    const reader = { role: 'Reader', users: [ann], teams: [] };
    const owner = { role: 'Owner', users: [ann], teams: [] };
    await world.call('PATCH', path, { grants: [reader], revokes: [] });
    for (let n = 0; n < 2; n += 1) {
      const body = { grants: [owner], revokes: [reader] };
      expect((await world.call('PATCH', path, body)).status).toBe(200);
      expect(await world.list(`/v1/users/${ann}/identityRoles`)).toEqual([
        { resourceType: 'Secret', resourceID: secretID, role: 'Owner' },
      ]);
    }
  });

  it('refuse unknown roles and grantees, and to take Owner from Organization Owners', async () => {
    const world = harness();
    const { orgID } = await world.get('/v1/organizations/current');
    const path = `/v1/organizations/${String(orgID)}/accessControls`;
    const [owners] = await world.list('/v1/teams?name=^Organization Owners$');
    const revokes = [{ role: 'Owner', teams: [owners?.['teamID']], users: [] }];
    expect((await world.call('PATCH', path, { grants: [], revokes })).status).toBe(400);
    for (const grant of [{ role: 'None' }, { role: 'Reader', users: [UNKNOWN] }]) {
      expect((await world.call('PATCH', path, { grants: [grant] })).status).toBe(400);
    }
  });

  it('list the roles of teams for a user only where the switch says so', async () => {
    const world = harness();
    const { userID } = await world.get('/v1/users/current');
    const path = `/v1/users/${String(userID)}/identityRoles?resourceType=Organization`;
    expect(await world.list(path)).toHaveLength(1);
    world.emulator.control.setSwitches({ identityRolesInherited: true });
    expect(await world.list(path)).toHaveLength(2);
  });
});
