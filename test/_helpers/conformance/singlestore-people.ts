import type { Mutation } from '../../../src/emulator/singlestore/mutation.ts';
import type { ManagedCase, Known } from './case.ts';
import { deleted } from './singlestore-known.ts';

const TEAM = '/v1/teams/{teams.subject}';
const team = (keys: string): readonly string[] => [`PATCH ${TEAM} ${keys}`];

const changeTeam =
  (body: Readonly<Record<string, unknown>>) =>
  ({ id }: Known): Mutation => ({
    op: 'request',
    method: 'PATCH',
    path: `/v1/teams/${id('teams.subject')}`,
    body: body as never,
  });

export const TEAM_CASES: ManagedCase = {
  kind: 'teams',
  full: {
    name: 'Subject Team',
    description: 'Base',
    members: { users: ['ann@acme.example', 'bob@acme.example'], teams: ['bystander'] },
  },
  around: {
    teams: { 'above-subject': { members: { teams: ['subject'] } } },
    accessControls: {
      'for-subject': { object: { workspaceGroup: 'home' }, role: 'Reader', teams: ['subject'] },
      'on-subject': { object: { team: 'subject' }, role: 'Owner', users: ['bob@acme.example'] },
    },
  },
  consequences: {},
  replaceWrites: [],
  minimal: { name: 'Subject Team' },
  gone: deleted('team', 'teams.subject'),
  answers: { paths: /^\/v1\/teams(\/[^/]+)?$/, needed: ['teamID', 'name'] },
  unknown: [],
  absent: {},
  fields: [
    {
      field: '/name',
      changed: { name: 'Renamed Team' },
      action: 'update',
      writes: team('name'),
      same: [{ name: ' Subject Team ' }],
      drift: changeTeam({ name: 'Elsewhere' }),
      without: 'its default is the key',
    },
    {
      field: '/description',
      changed: { description: 'Changed' },
      action: 'update',
      writes: team('description'),
      drift: changeTeam({ description: 'Elsewhere' }),
      without: { description: undefined },
    },
    {
      field: '/description',
      label: 'emptied',
      changed: { description: '' },
      action: 'update',
      writes: team('description'),
      drift: changeTeam({ description: '' }),
      without: { description: undefined },
    },
    {
      field: '/members/users',
      covers: ['/members'],
      changed: {
        members: { users: ['ann@acme.example', 'carol@acme.example'], teams: ['bystander'] },
      },
      action: 'update',
      writes: team('addMemberUserIDs,removeMemberUserIDs'),
      same: [
        {
          members: { users: ['BOB@acme.example', 'Ann@Acme.Example'], teams: ['bystander'] },
        },
      ],
      drift: changeTeam({ addMemberUserEmails: ['dave@acme.example'] }),
      without: { members: { teams: ['bystander'] } },
    },
    {
      field: '/members/users',
      label: 'cleared with []',
      changed: { members: { users: [], teams: ['bystander'] } },
      action: 'update',
      writes: team('removeMemberUserIDs'),
      back: team('addMemberUserIDs'),
      drift: changeTeam({
        removeMemberUserEmails: ['ann@acme.example', 'bob@acme.example'],
      }),
      without: { members: { teams: ['bystander'] } },
    },
    {
      field: '/members/teams',
      changed: {
        members: { users: ['ann@acme.example', 'bob@acme.example'], teams: ['other'] },
      },
      action: 'update',
      writes: team('addMemberTeamIDs,removeMemberTeamIDs'),
      same: [
        {
          members: {
            users: ['ann@acme.example', 'bob@acme.example'],
            teams: [{ name: 'bystander' }],
          },
        },
      ],
      drift: (known) => changeTeam({ addMemberTeamIDs: [known.id('teams.other')] })(known),
      without: { members: { users: ['ann@acme.example', 'bob@acme.example'] } },
    },
    {
      field: '/members/teams',
      label: 'cleared with []',
      changed: { members: { users: ['ann@acme.example', 'bob@acme.example'], teams: [] } },
      action: 'update',
      writes: team('removeMemberTeamIDs'),
      back: team('addMemberTeamIDs'),
      drift: (known) => changeTeam({ removeMemberTeamIDs: [known.id('teams.bystander')] })(known),
      without: { members: undefined },
      released: ['/members/teams', '/members/users'],
    },
  ],
};

const ROLE = '/v1/roles/Cluster/subject-role';
const PUT = [`PUT ${ROLE} description,inherits,permissions`];
const READER = { resourceType: 'Cluster', role: 'Reader' };
const OBSERVER = { resourceType: 'Cluster', role: 'Observer' };

const putRole = (body: Readonly<Record<string, unknown>>) => (): Mutation => ({
  op: 'request',
  method: 'PUT',
  path: ROLE,
  body: {
    description: 'Base',
    permissions: ['Monitor', 'View'],
    inherits: [READER, OBSERVER],
    ...body,
  },
});

export const ROLE_CASES: ManagedCase = {
  kind: 'roles',
  full: {
    role: 'subject-role',
    resourceType: 'Cluster',
    description: 'Base',
    permissions: ['Monitor', 'View'],
    inherits: [READER, OBSERVER],
  },
  around: {},
  consequences: {},
  replaceWrites: [`DELETE ${ROLE}`, 'POST /v1/roles/Cluster'],
  minimal: { role: 'subject-role', resourceType: 'Cluster' },
  gone: () => ({ op: 'delete', type: 'role', id: 'Cluster/subject-role' }),
  answers: { paths: /^\/v1\/roles/, needed: ['role', 'isCustom'] },
  unknown: [],
  absent: { updatedAt: 'it was never changed' },
  fields: [
    {
      field: '/role',
      changed: { role: 'renamed-role' },
      action: 'replace',
      back: ['DELETE /v1/roles/Cluster/renamed-role', 'POST /v1/roles/Cluster'],
      drift: 'another name is another role',
      without: 'its default is the key',
    },
    {
      field: '/resourceType',
      changed: { resourceType: 'Organization' },
      action: 'replace',
      writes: [`DELETE ${ROLE}`, 'POST /v1/roles/Organization'],
      back: ['DELETE /v1/roles/Organization/subject-role', 'POST /v1/roles/Cluster'],
      same: [{ resourceType: 'cluster' }],
      drift: 'another type is another role',
      without: 'it is required',
    },
    {
      field: '/description',
      changed: { description: 'Changed' },
      action: 'update',
      writes: PUT,
      drift: putRole({ description: 'Elsewhere' }),
      without: { description: undefined },
    },
    {
      field: '/permissions',
      changed: { permissions: ['View', 'Operate'] },
      action: 'update',
      writes: PUT,
      same: [{ permissions: ['View', 'Monitor'] }, { permissions: ['View', 'Monitor', 'View'] }],
      drift: putRole({ permissions: ['View'] }),
      without: { permissions: undefined },
    },
    {
      field: '/permissions',
      label: 'cleared with []',
      changed: { permissions: [] },
      action: 'update',
      writes: PUT,
      drift: putRole({ permissions: [] }),
      without: { permissions: undefined },
    },
    {
      field: '/inherits',
      covers: ['/inherits/*/resourceType', '/inherits/*/role'],
      changed: { inherits: [OBSERVER, { resourceType: 'Cluster', role: 'bystander' }] },
      action: 'update',
      writes: PUT,
      same: [
        { inherits: [OBSERVER, READER] },
        { inherits: [{ role: 'Reader', resourceType: 'cluster' }, OBSERVER] },
      ],
      drift: putRole({ inherits: [READER] }),
      without: { inherits: undefined },
    },
    {
      field: '/inherits',
      label: 'cleared with []',
      changed: { inherits: [] },
      action: 'update',
      writes: PUT,
      drift: putRole({ inherits: [] }),
      without: { inherits: undefined },
    },
  ],
};
