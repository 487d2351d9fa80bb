import { beforeEach, describe, expect, it } from 'vitest';
import { allowing, openSpice, type SpiceStage } from './spice.ts';

describe('members', () => {
  let stage: SpiceStage;
  beforeEach(async () => {
    stage = await openSpice();
  });

  it('are added, changed and removed, one request each, and then nothing differs', async () => {
    const added = { members: { ann: {}, bob: { roles: ['viewer'] } } };
    await stage.apply(added);
    expect(stage.writes.map(({ method, body }) => [method, body])).toEqual([
      ['POST', { username: 'ann' }],
      ['POST', { username: 'bob', roles: ['viewer'] }],
    ]);
    expect(await stage.changes(added)).toEqual([]);
    const changed = { members: { ann: {}, bob: { roles: ['member', 'viewer'] } } };
    await stage.apply(changed);
    const bob = `/v1/members/${stage.idOf('members.bob')}`;
    expect(stage.writes).toEqual([
      { method: 'PATCH', path: bob, body: { roles: ['member', 'viewer'] } },
    ]);
    expect(await stage.changes(changed)).toEqual([]);
    await stage.apply({ members: { ann: {} } });
    expect(stage.writes).toEqual([{ method: 'DELETE', path: bob, body: {} }]);
    expect(await stage.changes({ members: { ann: {} } })).toEqual([]);
    expect(await stage.changes(added)).toEqual(['create /username,/roles']);
  });

  it('have roles as a set and names in any case', async () => {
    await stage.apply({ members: { bob: { roles: ['viewer', 'member'] } } });
    expect(await stage.changes({ members: { bob: { roles: ['member', 'viewer'] } } })).toEqual([]);
    expect(await stage.changes({ members: { bob: { username: 'BOB' } } })).toEqual([]);
    expect(await stage.changes({ members: { bob: { username: 'carol' } } })).toEqual([
      'replace /username',
    ]);
    await expect(stage.plan({ members: { bob: { roles: [] } } })).rejects.toThrow(/clear "roles"/);
    await expect(stage.plan({ members: { bob: {}, again: { username: 'Bob' } } })).rejects.toThrow(
      /are the same object/,
    );
  });

  it('that drift or leave are put back', async () => {
    const stack = { members: { bob: { roles: ['viewer'] } } };
    await stage.apply(stack);
    const path = `/v1/members/${stage.idOf('members.bob')}`;
    stage.other('PATCH', path, { roles: ['member'] });
    expect(await stage.changes(stack)).toEqual(['update /roles']);
    stage.other('DELETE', path);
    expect(await stage.changes(stack)).toEqual(['create /username,/roles']);
  });

  it('that are removed and added in one run keep the ID of their account, and are sent once', async () => {
    await stage.apply({ members: { ann: {} } });
    const renamed = { members: { analyst: { username: 'ann', roles: ['viewer'] } } };
    const path = `/v1/members/${stage.idOf('members.ann')}`;
    const { outcome } = await stage.apply(renamed);
    expect(outcome?.problems).toEqual([]);
    expect(stage.writes.map((write) => [write.method, write.path])).toEqual([
      ['DELETE', path],
      ['POST', '/v1/members'],
    ]);
    expect(await stage.changes(renamed)).toEqual([]);
  });

  it('that are removed and added in one run are found where the answer is lost', async () => {
    await stage.apply({ members: { ann: {} } });
    await stage.clock.advance(10_000);
    const fault = { kind: 'status', status: 502 };
    stage.faults([{ method: 'POST', path: '/v1/members', times: 1, phase: 'after', fault }]);
    const renamed = { members: { analyst: { username: 'ann', roles: ['viewer'] } } };
    const { outcome } = await stage.apply(renamed);
    expect(outcome?.problems).toEqual([]);
    expect(stage.writes.map(({ method }) => method)).toEqual(['DELETE', 'POST']);
    expect(await stage.changes(renamed)).toEqual([]);
  });

  it('are adopted by name', async () => {
    stage.other('POST', '/v1/members', { username: 'bob', roles: ['viewer'] });
    const stack = { members: { Bob: { roles: ['viewer'] } } };
    expect(await stage.changes(stack)).toContainEqual(expect.stringMatching(/^object-exists/));
    await stage.apply(stack, { adopt: ['*'] });
    expect(stage.writes).toEqual([]);
    expect(await stage.changes(stack)).toEqual([]);
  });
});

describe('owners', () => {
  it('are left as they are: a plan that would change or remove one is refused and names it', async () => {
    const stage = await openSpice();
    const owner = { members: { olivia: { roles: ['owner'] } } };
    await stage.apply(owner, { adopt: ['*'] });
    expect(await stage.changes(owner)).toEqual([]);
    expect(await stage.changes({ members: { olivia: { roles: ['member'] } } })).toContainEqual(
      expect.stringMatching(/^schema-value: olivia is an owner/),
    );
    const { plan } = await stage.plan({});
    expect(plan.diagnostics).toContainEqual(
      expect.objectContaining({
        code: 'guard-protected',
        message: 'spice.members.olivia (olivia) cannot be deleted: it is an owner',
      }),
    );
    const letGo = { removed: [{ address: 'spice.members.olivia', destroy: false }] };
    expect(await stage.changes({}, { settings: letGo })).toEqual(['forget ']);
  });

  it('are known by their role where the answer does not tell', async () => {
    const stage = await openSpice();
    await stage.apply({ members: { olivia: {} } }, { adopt: ['*'] });
    stage.alteration = (_, body) =>
      JSON.parse(JSON.stringify(body).replaceAll('"is_owner"', '"x"'));
    expect(await stage.changes({ members: { olivia: { roles: ['admin'] } } })).toContainEqual(
      expect.stringMatching(/^schema-value: olivia is an owner/),
    );
  });
});

describe('whoever manages the organization', () => {
  const admin = { members: { ann: { roles: ['admin', 'member'] }, bob: {} } };

  it.each([
    ['removed', { members: { bob: {} } }],
    ['made a member', { members: { ann: { roles: ['member'] }, bob: {} } }],
  ])('is not %s without an approval: the token may be theirs', async (_, next) => {
    const stage = await openSpice();
    await stage.apply(admin);
    const { plan } = await stage.plan(next);
    const [change] = plan.changes.filter(({ action }) => action !== 'no-op');
    expect(change?.risks).toEqual([
      {
        risk: 'lockout',
        message: expect.stringContaining('from ann, whom the token in use may belong to') as string,
      },
    ]);
    await stage.apply(next, allowing('lockout'));
    expect(await stage.changes(next)).toEqual([]);
  });

  it('is named when nobody else would be left', async () => {
    const stage = await openSpice();
    await stage.apply(admin);
    stage.alteration = (path, body) =>
      path === '/v1/members'
        ? JSON.parse(JSON.stringify(body).replace('"owner"', '"viewer"').replace('true', 'false'))
        : body;
    const { plan } = await stage.plan({ members: { bob: {} } });
    const [change] = plan.changes.filter(({ action }) => action === 'delete');
    expect(change?.risks[0]?.message).toMatch(/leaves nobody but ann/);
  });

  it('is no matter where somebody else is concerned, or stays one', async () => {
    const stage = await openSpice();
    await stage.apply(admin);
    const next = { members: { ann: { roles: ['admin'] } } };
    const { plan } = await stage.plan(next);
    expect(plan.changes.map(({ risk }) => risk)).toEqual(['none', 'none']);
  });
});
