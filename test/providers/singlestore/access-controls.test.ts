import { describe, expect, it } from 'vitest';
import type { LiveObject } from '../../../src/core/live.ts';
import { Unknown } from '../../../src/core/value.ts';
import { accessControls as kind } from '../../../src/providers/singlestore/access-controls.ts';
import {
  answer,
  body,
  CALLER,
  change,
  check,
  codesOf,
  contextOf,
  inventory,
  listOf,
  liveOf,
  ORGANIZATION,
  redactor,
  resource,
  step,
  USERS,
  viewOf,
} from './world.ts';

const user = (name: string): object => ({
  userID: `u-${name}`,
  email: `${name}@Acme.example`,
  firstName: '',
  lastName: '',
});
const team = (id: string): object => ({ teamID: id, name: `name of ${id}`, description: '' });
const grant = (identity: object): object => ({ identity, createdAt: '2026-11-01T00:00:00Z' });
const inherited = (identity: object): object => ({
  ...grant(identity),
  inheritedFrom: { resourceID: 'o', resourceType: 'Organization', role: 'Reader' },
});
const READ = [
  {
    role: 'Reader',
    description: '',
    grants: [grant(user('bob')), grant(team('t-1')), inherited(user('ann'))],
  },
  { role: 'Owner', description: '', grants: [grant(user('ann'))] },
  { role: 'Writer', description: '', grants: [inherited(team('t-9'))] },
  { role: 'Observer', description: '', grants: null },
];
const SCOPE = 'workspaceGroup/g-1';
const PATH = '/v1/workspaceGroups/g-1/accessControls';

async function readAll(): Promise<readonly LiveObject[]> {
  return (await listOf(kind, { [PATH]: READ }, SCOPE)).objects;
}

async function readRole(role: string): Promise<LiveObject> {
  const found = (await readAll()).find(({ fields }) => fields['role'] === role);
  if (found === undefined) throw new Error(`no ${role}`);
  return found;
}

describe('reading access controls', () => {
  it('gives one object a role with direct grants; inherited ones are facts', async () => {
    const reader = await readRole('Reader');
    expect(reader).toMatchObject({
      id: 'workspaceGroup/g-1/Reader',
      scope: SCOPE,
      status: 'settled',
      fields: {
        object: { workspaceGroup: 'g-1' },
        role: 'Reader',
        users: ['bob@acme.example'],
        teams: ['t-1'],
      },
      facts: {
        userIDs: { 'bob@acme.example': 'u-bob' },
        inherited: [{ kind: 'user', id: 'u-ann', label: 'ann@acme.example' }],
      },
    });
  });

  it('lists a role without direct grants as gone', async () => {
    const statuses = (await readAll()).map(({ fields, status }) => [fields['role'], status]);
    expect(statuses).toEqual([
      ['Reader', 'settled'],
      ['Owner', 'settled'],
      ['Writer', 'gone'],
      ['Observer', 'gone'],
    ]);
  });

  it('reads one, and tells a missing object from an empty role', async () => {
    const context = contextOf({ [PATH]: READ });
    expect(await kind.read(context, `${SCOPE}/Owner`, SCOPE)).toMatchObject({ status: 'settled' });
    expect(await kind.read(context, `${SCOPE}/Observer`, SCOPE)).toMatchObject({ status: 'gone' });
    expect(await kind.read(context, 'team/t-1/Owner', 'team/t-1')).toBeUndefined();
  });

  it('is incomplete when a grant cannot be understood', async () => {
    const broken = [{ role: 'Reader', grants: [{ identity: {} }] }, READ[1]];
    expect(await listOf(kind, { [PATH]: broken }, SCOPE)).toMatchObject({ complete: false });
  });

  it('finds the organization by the ID of the credential', async () => {
    const path = `/v1/organizations/${ORGANIZATION.id}/accessControls`;
    const result = await listOf(kind, { [path]: READ }, 'organization/current');
    expect(result.objects[0]).toMatchObject({
      id: 'organization/current/Reader',
      fields: { object: { organization: true } },
    });
  });

  it('has the same identity in manifest and API', async () => {
    const { fields, id, scope } = await readRole('Reader');
    expect(kind.key.of(fields)).toBe(id);
    expect(kind.scopeOf?.(fields)).toBe(scope);
    expect(kind.key.of({ object: { organization: true }, role: 'Owner' })).toBe(
      'organization/current/Owner',
    );
    expect(kind.key.of({ object: { team: new Unknown() }, role: 'Owner' })).toBeUndefined();
  });
});

describe('writing access controls', () => {
  const object = { workspaceGroup: 'g-1' };
  const live = viewOf(USERS, CALLER);

  it('grants what a new one names', () => {
    const after = { object, role: 'Reader', users: ['Ann@acme.example'], teams: ['t-1'] };
    const input = step('create', { after, live });
    expect(kind.request(input)).toEqual({
      method: 'PATCH',
      path: PATH,
      body: { grants: [{ role: 'Reader', users: ['u-ann'], teams: ['t-1'] }], revokes: [] },
    });
    expect(kind.result(input, answer(undefined), redactor)).toEqual({
      id: 'workspaceGroup/g-1/Reader',
      scope: SCOPE,
    });
  });

  it('grants and revokes the difference, and leaves a half alone that is not managed', async () => {
    const before = await readRole('Reader');
    const after = { object, role: 'Reader', users: ['ann@acme.example'] };
    expect(body(kind, step('update', { before, after, live }))).toEqual({
      grants: [{ role: 'Reader', users: ['u-ann'], teams: [] }],
      revokes: [{ role: 'Reader', users: ['u-bob'], teams: [] }],
    });
  });

  it('sends nothing when nothing differs', async () => {
    const before = await readRole('Reader');
    const after = { object, role: 'Reader', users: ['BOB@acme.example'] };
    expect(kind.request(step('update', { before, after, live }))).toBeUndefined();
    expect(kind.stepDone?.(step('update', { after, live }), before)).toBe(true);
  });

  it('revokes on delete only what was granted and is still there', async () => {
    const before = await readRole('Reader');
    const recorded = { object, role: 'Reader', users: ['bob@acme.example', 'x@acme.example'] };
    const input = step('delete', { id: before.id, scope: SCOPE, before, recorded, live });
    expect(kind.request(input)).toEqual({
      method: 'PATCH',
      path: PATH,
      body: { grants: [], revokes: [{ role: 'Reader', users: ['u-bob'], teams: [] }] },
    });
    expect(kind.stepDone?.(input, before)).toBe(false);
    const without = { ...before, fields: { ...before.fields, users: [] } };
    expect(kind.stepDone?.(input, without)).toBe(true);
  });

  it('names the address it has no ID for', () => {
    const after = { object, role: 'Reader', users: ['nobody@acme.example'] };
    expect(() => kind.request(step('create', { after, live }))).toThrow(
      expect.objectContaining({ code: 'name-unknown' }),
    );
  });

  it('knows the ID of the organization on a create', () => {
    const after = { object: { organization: true }, role: 'Reader', teams: ['t-1'] };
    expect(kind.request(step('create', { after, live }))?.path).toBe(
      `/v1/organizations/${ORGANIZATION.id}/accessControls`,
    );
  });
});

const own = (fields: Parameters<typeof resource>[2]): ReturnType<typeof resource> =>
  resource(kind.type, 'own', { object: { workspaceGroup: 'g-1' }, teams: ['t-1'], ...fields });

describe('checks of access controls', () => {
  it('refuses one that names nobody', () => {
    expect(kind.checkFields?.({ role: 'Reader', users: [], teams: [] })).toHaveLength(1);
    expect(kind.checkFields?.({ role: 'Reader', users: [], teams: ['t'] })).toEqual([]);
  });

  it('finds a role that the object does not have', async () => {
    const live = viewOf(USERS, inventory(kind.type, await readAll(), SCOPE));
    const problems = kind.check?.(check(own({ role: 'Raeder' }), live)) ?? [];
    expect(codesOf(problems)).toEqual(['name-unknown']);
    expect(problems[0]?.message).toContain('did you mean "Reader"?');
    expect(kind.check?.(check(own({ role: 'Observer' }), live))).toEqual([]);
    const wanted = own({ role: 'night' });
    const stack = [
      wanted,
      resource('singlestore.roles', 'n', { resourceType: 'Cluster', role: 'night' }),
    ];
    expect(kind.check?.(check(wanted, live, stack))).toEqual([]);
  });

  it('checks the role of a new object by its resource type', () => {
    const roles = inventory(
      'singlestore.roles',
      [liveOf('singlestore.roles', 'Cluster/Reader', { resourceType: 'Cluster', role: 'Reader' })],
      'Cluster',
    );
    const object = { workspaceGroup: new Unknown('singlestore.workspaceGroups.main') };
    expect(codesOf(kind.check?.(check(own({ object, role: 'Reda' }), viewOf(roles))))).toEqual([
      'name-unknown',
    ]);
    expect(kind.check?.(check(own({ object, role: 'Reader' }), viewOf(roles)))).toEqual([]);
    expect(kind.neededScopes?.({ object })).toEqual([
      { type: 'singlestore.roles', scope: 'Cluster' },
    ]);
    expect(kind.namedDependencies?.({ object, role: 'Reader' })).toEqual([
      { type: 'singlestore.roles', naturalKey: 'Cluster/Reader' },
    ]);
  });

  it('finds an address that is no user', () => {
    const problems = kind.check?.(check(own({ role: 'x', users: ['z@b.c'] }), viewOf(USERS)));
    expect(problems).toMatchObject([{ code: 'name-unknown', path: ['users'] }]);
  });
});

const held = (
  role: string,
  users: readonly string[],
  teams: readonly string[],
  facts = {},
): LiveObject => ({
  ...liveOf(kind.type, `${SCOPE}/${role}`, { role, users, teams }),
  scope: SCOPE,
  facts,
});

describe('lockout', () => {
  const member = liveOf('singlestore.teams', 't-1', {
    members: { users: ['ann@acme.example'], teams: [] },
  });
  const parent = liveOf('singlestore.teams', 't-0', { members: { users: [], teams: ['t-1'] } });
  const live = viewOf(CALLER, inventory('singlestore.teams', [member, parent]));
  const lockouts = (
    before: LiveObject,
    after?: Record<string, readonly string[]>,
    recorded?: Record<string, readonly string[]>,
  ): number => {
    const operation = after === undefined ? 'delete' : 'update';
    return kind.assess?.(change({ operation, before, after, recorded, live }))?.length ?? 0;
  };

  it('is losing the last owner', () => {
    expect(lockouts(held('Owner', ['bob@acme.example'], []))).toBe(1);
    expect(lockouts(held('Owner', ['bob@acme.example'], ['t-9']), { users: [] })).toBe(0);
    expect(lockouts(held('Reader', ['bob@acme.example'], []))).toBe(0);
    const facts = { inherited: [{ kind: 'team', id: 't-9', label: 'x' }] };
    expect(lockouts(held('Owner', ['bob@acme.example'], [], facts))).toBe(0);
  });

  it('is losing the own role, directly or through a team', () => {
    expect(
      lockouts(held('Reader', ['ann@acme.example'], []), { users: ['bob@acme.example'] }),
    ).toBe(1);
    expect(lockouts(held('Reader', [], ['t-0']), { teams: ['t-9'] })).toBe(1);
    expect(lockouts(held('Reader', ['ann@acme.example'], ['t-1']), { users: [] })).toBe(0);
  });

  it('is none where a delete leaves what others have granted', () => {
    const both = held('Owner', ['ann@acme.example', 'bob@acme.example'], ['t-9']);
    expect(lockouts(both, undefined, { users: ['Bob@acme.example'] })).toBe(0);
    expect(lockouts(both, undefined, { users: ['ann@acme.example'] })).toBe(1);
    expect(lockouts(both, undefined, { users: [...usersOf(both)], teams: ['t-9'] })).toBe(2);
  });
});

function usersOf({ fields }: LiveObject): readonly string[] {
  return Array.isArray(fields['users']) ? (fields['users'] as string[]) : [];
}
