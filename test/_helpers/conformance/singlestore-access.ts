import type { Mutation } from '../../../src/emulator/singlestore/mutation.ts';
import type { ManagedCase, Known } from './case.ts';
import { deleted, userId } from './singlestore-known.ts';

const SECRET = '/v1/secrets/{secrets.subject}';

export const SECRET_CASES: ManagedCase = {
  kind: 'secrets',
  full: { name: 'SUBJECT', value: { fromFile: 'the-first-value' } },
  around: {
    accessControls: {
      'on-subject': { object: { secret: 'subject' }, role: 'Reader', users: ['bob@acme.example'] },
    },
  },
  consequences: { 'accessControls.on-subject': 'replace' },
  replaceWrites: [
    `PATCH ${SECRET}/accessControls`,
    `DELETE ${SECRET}`,
    'POST /v1/secrets',
    `PATCH ${SECRET}/accessControls`,
  ],
  minimal: { name: 'SUBJECT', value: { fromFile: 'the-first-value' } },
  gone: deleted('secret', 'secrets.subject'),
  answers: { paths: /^\/v1\/secrets/, needed: ['secretID', 'name', 'value'] },
  unknown: [],
  absent: {},
  fields: [
    {
      field: '/name',
      changed: { name: 'RENAMED' },
      action: 'replace',
      drift: ({ id }) => ({
        op: 'set',
        type: 'secret',
        id: id('secrets.subject'),
        fields: { name: 'ELSEWHERE' },
      }),
      without: 'its default is the key',
    },
    {
      field: '/value',
      changed: { value: { fromFile: 'the-second-value' } },
      action: 'update',
      writes: [`PATCH ${SECRET} value`],
      drift: ({ id }) => ({
        op: 'request',
        method: 'PATCH',
        path: `/v1/secrets/${id('secrets.subject')}`,
        body: { value: 'somebody-elses-value' },
      }),
      without: { value: undefined },
    },
  ],
};

const ACCESS = '/v1/workspaceGroups/{workspaceGroups.home}/accessControls';
const PATCH = [`PATCH ${ACCESS} grants,revokes`];
const moved = (path: string): readonly string[] => [
  `PATCH ${ACCESS}`,
  `PATCH ${path}/accessControls`,
];

const grants =
  (op: 'grant' | 'revoke', who: (known: Known) => { users?: string[]; teams?: string[] }) =>
  (known: Known): Mutation => ({
    op,
    type: 'workspaceGroup',
    id: known.id('workspaceGroups.home'),
    role: 'Reader',
    ...who(known),
  });

export const ACCESS_CASES: ManagedCase = {
  kind: 'accessControls',
  full: {
    object: { workspaceGroup: 'home' },
    role: 'Reader',
    users: ['ann@acme.example', 'bob@acme.example'],
    teams: ['bystander'],
  },
  around: {},
  consequences: {},
  replaceWrites: [`PATCH ${ACCESS}`, `PATCH ${ACCESS}`],
  minimal: {
    object: { workspaceGroup: 'home' },
    role: 'Reader',
    users: ['ann@acme.example'],
  },
  gone: grants('revoke', (known) => ({
    users: ['ann@acme.example', 'bob@acme.example'].map((email) => userId(known, email)),
    teams: [known.id('teams.bystander')],
  })),
  answers: { paths: /\/accessControls$/, needed: ['role', 'grants'] },
  unknown: [],
  absent: {},
  fields: [
    {
      field: '/object',
      label: 'another group',
      covers: ['/object/workspaceGroup'],
      changed: { object: { workspaceGroup: 'other' } },
      action: 'replace',
      writes: moved('/v1/workspaceGroups/{workspaceGroups.other}'),
      same: [{ object: { workspaceGroup: { name: 'home' } } }],
      drift: 'grants have no other object',
      without: 'it is required',
    },
    {
      field: '/object',
      label: 'a team',
      covers: ['/object/team'],
      changed: { object: { team: 'bystander' }, role: 'Owner' },
      action: 'replace',
      pointers: ['/object', '/role'],
      writes: moved('/v1/teams/{teams.bystander}'),
      drift: 'grants have no other object',
      without: 'it is required',
    },
    {
      field: '/object',
      label: 'a secret',
      covers: ['/object/secret'],
      changed: { object: { secret: 'bystander' } },
      action: 'replace',
      writes: moved('/v1/secrets/{secrets.bystander}'),
      drift: 'grants have no other object',
      without: 'it is required',
    },
    {
      field: '/object',
      label: 'the organization',
      covers: ['/object/organization'],
      changed: { object: { organization: true }, role: 'org-role' },
      action: 'replace',
      pointers: ['/object', '/role'],
      writes: moved('/v1/organizations/{organization}'),
      drift: 'grants have no other object',
      without: 'it is required',
    },
    {
      field: '/role',
      changed: { role: 'Writer' },
      action: 'replace',
      drift: 'grants of another role are another access control',
      without: 'it is required',
    },
    {
      field: '/users',
      changed: { users: ['ann@acme.example', 'dave@acme.example'] },
      action: 'update',
      writes: PATCH,
      same: [{ users: ['Bob@Acme.example', 'ann@acme.example', 'ann@acme.example'] }],
      drift: grants('grant', (known) => ({ users: [userId(known, 'dave@acme.example')] })),
      without: { users: undefined },
    },
    {
      field: '/users',
      label: 'cleared with []',
      changed: { users: [] },
      action: 'update',
      writes: PATCH,
      drift: grants('revoke', (known) => ({ users: [userId(known, 'bob@acme.example')] })),
      without: { users: undefined },
    },
    {
      field: '/teams',
      changed: { teams: ['other'] },
      action: 'update',
      writes: PATCH,
      same: [{ teams: [{ name: 'bystander' }] }],
      drift: grants('grant', ({ id }) => ({ teams: [id('teams.other')] })),
      without: { teams: undefined },
    },
    {
      field: '/teams',
      label: 'cleared with []',
      changed: { teams: [] },
      action: 'update',
      writes: PATCH,
      drift: grants('revoke', ({ id }) => ({ teams: [id('teams.bystander')] })),
      without: { teams: undefined },
    },
  ],
};
