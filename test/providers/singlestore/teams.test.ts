import { describe, expect, it } from 'vitest';
import type { LiveObject } from '../../../src/core/live.ts';
import { teams as kind } from '../../../src/providers/singlestore/teams.ts';
import {
  answer,
  body,
  CALLER,
  change,
  check,
  listOf,
  NOTHING,
  redactor,
  resource,
  step,
  USERS,
  viewOf,
} from './world.ts';

const person = (name: string): object => ({
  userID: `u-${name}`,
  email: `${name[0]?.toUpperCase() ?? ''}${name.slice(1)}@acme.example`,
  firstName: name,
  lastName: 'x',
});
const READ = {
  teamID: 't-1',
  name: 'analysts',
  description: '',
  memberUsers: [person('bob'), person('ann'), person('bob')],
  memberTeams: [{ teamID: 't-2', name: 'b', description: '' }],
};
const LIVE = viewOf(USERS, CALLER);

async function readOne(item: object = READ): Promise<LiveObject> {
  const { objects, complete } = await listOf(kind, { '/v1/teams': [item] });
  const [object] = objects;
  if (object === undefined || !complete) throw new Error('nothing was read');
  return object;
}

describe('reading teams', () => {
  it('takes members as addresses and team IDs, each once', async () => {
    expect(await readOne()).toMatchObject({
      id: 't-1',
      fields: {
        name: 'analysts',
        description: '',
        members: { users: ['bob@acme.example', 'ann@acme.example'], teams: ['t-2'] },
      },
      facts: { userIDs: { 'ann@acme.example': 'u-ann' } },
    });
  });

  it('takes absent members for none, and a member it cannot read for an incomplete list', async () => {
    const { fields } = await readOne({ teamID: 't', name: 'x' });
    expect(fields['members']).toEqual({ users: [], teams: [] });
    const broken = { ...READ, memberUsers: [{ userID: 'u' }] };
    expect(await listOf(kind, { '/v1/teams': [broken] })).toMatchObject({ complete: false });
  });
});

describe('writing teams', () => {
  const after = {
    name: 'analysts',
    description: 'Reads',
    members: { users: ['Ann@acme.example', 'new@acme.example'], teams: ['t-3'] },
  };

  it('creates, then adds the members', () => {
    expect(kind.compose?.(change({ operation: 'create', after }))).toEqual({
      steps: ['create', 'members'],
    });
    expect(kind.request(step('create', { after }))).toEqual({
      method: 'POST',
      path: '/v1/teams',
      body: { name: 'analysts', description: 'Reads' },
    });
    expect(kind.result(step('create'), answer({ teamID: 't-1' }), redactor)).toEqual({ id: 't-1' });
    expect(kind.request(step('members', { id: 't-1', after, live: LIVE }))).toEqual({
      method: 'PATCH',
      path: '/v1/teams/t-1',
      body: {
        addMemberUserIDs: ['u-ann'],
        addMemberUserEmails: ['new@acme.example'],
        addMemberTeamIDs: ['t-3'],
      },
    });
  });

  it('needs one step without members', () => {
    const alone = { name: 'a', members: { users: [], teams: [] } };
    expect(kind.compose?.(change({ operation: 'create', after: alone }))?.steps).toEqual([
      'create',
    ]);
  });

  it('sends members as deltas, with IDs of former users too', async () => {
    const before = await readOne({ ...READ, memberUsers: [person('gone'), person('ann')] });
    const changed = ['/members/users', '/members/teams'];
    const next = { members: { users: ['ann@acme.example', 'bob@acme.example'], teams: ['t-3'] } };
    expect(
      body(kind, step('update', { id: 't-1', before, after: next, changed, live: LIVE })),
    ).toEqual({
      addMemberUserIDs: ['u-bob'],
      addMemberTeamIDs: ['t-3'],
      removeMemberUserIDs: ['u-gone'],
      removeMemberTeamIDs: ['t-2'],
    });
  });

  it('leaves the half alone that is not managed', async () => {
    const before = await readOne();
    const next = { members: { users: [] }, description: 'x' };
    const changed = ['/members/users'];
    expect(body(kind, step('update', { id: 't-1', before, after: next, changed }))).toEqual({
      removeMemberUserIDs: ['u-bob', 'u-ann'],
    });
  });

  it('patches name and description without members', async () => {
    const before = await readOne();
    const changed = ['/description'];
    expect(
      body(kind, step('update', { id: 't-1', before, after: { description: 'x' }, changed })),
    ).toEqual({ description: 'x' });
  });
});

describe('checks of teams', () => {
  const fields = { members: { users: ['ANN@acme.example', 'bobb@acme.example'] } };

  it('finds an address that is no user, and suggests one', () => {
    const problems = kind.check?.(check(resource(kind.type, 'a', fields), LIVE)) ?? [];
    expect(problems).toMatchObject([{ code: 'name-unknown', path: ['members', 'users'] }]);
    expect(problems[0]?.message).toContain('did you mean "bob@acme.example"?');
  });

  it('says nothing where the users are not known', () => {
    expect(kind.check?.(check(resource(kind.type, 'a', fields), NOTHING))).toEqual([]);
  });

  it('calls removing the caller a lockout, and removing too many', async () => {
    const before = await readOne();
    const risks = (after: object | undefined, guards = {}): readonly string[] => {
      const input = { before, live: LIVE, guards };
      const findings =
        after === undefined
          ? kind.assess?.(change({ ...input, operation: 'delete' }))
          : kind.assess?.(change({ ...input, after: { members: { ...after } } }));
      return (findings ?? []).map(({ risk }) => risk);
    };
    expect(risks({ users: ['ann@acme.example'] })).toEqual([]);
    expect(risks({ users: ['bob@acme.example'] })).toEqual(['lockout']);
    expect(risks({ users: ['ann@acme.example'] }, { members: { maxRemoved: 0 } })).toEqual([
      'lockout',
    ]);
    expect(risks({ teams: [] }, { members: { maxRemoved: 1 } })).toEqual([]);
    expect(risks(undefined)).toEqual(['lockout']);
  });
});
