import { describe, expect, it } from 'vitest';
import { as, harness } from './harness.ts';
import type { Harness, Json } from './harness.ts';

/** A world whose tokens are named after the users they belong to. */
function people(roles: Readonly<Record<string, string>>, options = {}): Harness {
  const world = harness(options);
  const { control } = world.emulator;
  for (const [username, role] of Object.entries(roles)) {
    control.mutate({ op: 'create', type: 'member', body: { username, roles: [role] } });
    control.registerToken({ token: username, user: username });
  }
  control.registerToken({ token: 'emulated' });
  return world;
}

describe('members', () => {
  it('are added with 201 and read with what the answer lacks', async () => {
    const world = harness();
    const { status, json } = await world.call('POST', '/v1/members', { username: 'ANN' });
    expect(status).toBe(201);
    expect(json).toEqual({
      user_id: 102,
      username: 'ann',
      roles: ['member'],
      created_at: '2026-06-01T00:00:00.000Z',
    });
    expect(await world.get('/v1/members/102')).toEqual({ ...json, is_owner: false });
    const { members } = await world.get('/v1/members');
    expect(members).toMatchObject([
      { username: 'olivia', roles: ['owner'], is_owner: true },
      { username: 'ann', is_owner: false },
    ]);
  });

  it.each<[unknown, number, string]>([
    [{}, 400, 'username'],
    [{ username: 7 }, 400, 'username'],
    [{ username: 'ann', roles: 'admin' }, 400, 'roles'],
    [{ username: 'ann', roles: [] }, 400, 'roles'],
    [{ username: 'ann', roles: ['king'] }, 400, 'roles'],
    [{ username: 'nobody' }, 404, 'User not found'],
    [{ username: 'olivia' }, 409, 'already a member'],
  ])('are refused: %j', async (body, status, named) => {
    const answer = await harness().call('POST', '/v1/members', body);
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(named);
  });

  it('take roles of any name where the switch says so', async () => {
    const world = harness({ switches: { unknownRoles: 'accept' } });
    const { roles } = await world.post('/v1/members', { username: 'ann', roles: ['king'] });
    expect(roles).toEqual(['king']);
  });

  it('are refused beyond the plan, with 403', async () => {
    const world = harness({ switches: { plan: 'community' } });
    for (const username of ['ann', 'bob']) await world.post('/v1/members', { username });
    expect((await world.call('POST', '/v1/members', { username: 'carol' })).status).toBe(403);
  });

  it('get other roles by PATCH, which replaces them', async () => {
    const world = harness();
    await world.post('/v1/members', { username: 'ann', roles: ['member', 'viewer'] });
    const { status, json } = await world.call('PATCH', '/v1/members/102', { roles: ['admin'] });
    expect(status).toBe(200);
    expect(json).toMatchObject({ user_id: 102, roles: ['admin'] });
    expect(json).not.toHaveProperty('is_owner');
    expect((await world.call('PATCH', '/v1/members/102', {})).status).toBe(400);
    expect((await world.call('PATCH', '/v1/members/102', { roles: ['x'] })).status).toBe(400);
  });

  it('are removed with 204, and can be added again', async () => {
    const world = harness();
    await world.post('/v1/members', { username: 'ann' });
    expect(await world.call('DELETE', '/v1/members/102')).toMatchObject({ status: 204, text: '' });
    expect((await world.call('DELETE', '/v1/members/102')).status).toBe(404);
    world.clock.advance(1_000);
    const again = await world.post('/v1/members', { username: 'ann' });
    expect(again).toMatchObject({ user_id: 102, created_at: '2026-06-01T00:00:01.000Z' });
  });

  it.each(['GET', 'PATCH', 'DELETE'])('%s: 404 for a stranger, 400 for no ID', async (method) => {
    const world = harness();
    const body = { roles: ['member'] };
    const stranger = await world.call(method, '/v1/members/102', body);
    expect([stranger.status, stranger.json]).toEqual([404, { error: 'Member not found' }]);
    expect((await world.call(method, '/v1/members/ann', body)).status).toBe(400);
  });

  it.each<[string, Json | undefined]>([
    ['PATCH', { roles: ['member'] }],
    ['DELETE', undefined],
  ])('%s: owners cannot be touched, not even by owners', async (method, body) => {
    const { status, json } = await harness().call(method, '/v1/members/101', body);
    expect([status, json['code']]).toEqual([403, 'forbidden']);
  });

  it('are managed by admins, who cannot give or take admin and owner', async () => {
    const world = people({ ann: 'admin', bob: 'admin' });
    const ann = as('ann');
    const add = async (roles: readonly string[]): Promise<number> =>
      (await world.call('POST', '/v1/members', { username: 'carol', roles }, ann)).status;
    expect([await add(['owner']), await add(['admin']), await add(['member'])]).toEqual([
      403, 403, 201,
    ]);
    const change = async (id: number, roles: readonly string[]): Promise<number> =>
      (await world.call('PATCH', `/v1/members/${id}`, { roles }, ann)).status;
    expect([await change(104, ['admin']), await change(103, ['member'])]).toEqual([403, 403]);
    expect(await change(104, ['viewer'])).toBe(200);
    expect((await world.call('DELETE', '/v1/members/103', undefined, ann)).status).toBe(403);
    expect((await world.call('DELETE', '/v1/members/104', undefined, ann)).status).toBe(204);
  });

  it.each([
    ['member', 201, 403, 200],
    ['viewer', 403, 403, 200],
  ])('a %s may do less', async (role, creating, managing, reading) => {
    const world = people({ ann: role });
    const body = { name: 'lake', region: 'us-east-1' };
    expect((await world.call('POST', '/v1/apps', body, as('ann'))).status).toBe(creating);
    const member = { username: 'bob' };
    const managed = await world.call('POST', '/v1/members', member, as('ann'));
    expect(managed.status).toBe(managing);
    expect(managed.json['code']).toBe('forbidden');
    expect((await world.call('GET', '/v1/members', undefined, as('ann'))).status).toBe(reading);
  });
});
