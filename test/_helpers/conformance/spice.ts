import type { SpiceMutation } from '../../../src/emulator/spice/mutation.ts';
import type { LookedUpCase, ManagedCase, ProviderCases } from './case.ts';
import { APP_CASES } from './spice-apps.ts';
import { API_KEY_CASES, APP_SECRET_CASES, DEPLOYMENT_CASES } from './spice-inside.ts';

const MEMBER = '/v1/members/{members.subject}';

const MEMBER_CASES: ManagedCase = {
  kind: 'members',
  minimal: { username: 'ann' },
  full: { username: 'ann', roles: ['member'] },
  around: {},
  consequences: {},
  replaceWrites: [`DELETE ${MEMBER}`, 'POST /v1/members'],
  gone: ({ id }): SpiceMutation => ({
    op: 'request',
    method: 'DELETE',
    path: `/v1/members/${id('members.subject')}`,
  }),
  keepsId: true,
  answers: { paths: /^\/v1\/members/, needed: ['user_id', 'username', 'roles'] },
  unknown: [
    { member: 'roles', shows: 'drift', fields: ['/roles/*'], value: ['SOMETHING_OF_NEXT_YEAR'] },
  ],
  absent: {},
  fields: [
    {
      field: '/username',
      changed: { username: 'carol' },
      action: 'replace',
      same: [{ username: 'Ann' }],
      drift: 'another name is another member',
      without: 'its default is the key',
    },
    {
      field: '/roles',
      changed: { roles: ['viewer', 'admin'] },
      action: 'update',
      writes: [`PATCH ${MEMBER} roles`],
      same: [{ roles: ['member', 'member'] }],
      drift: ({ id }): SpiceMutation => ({
        op: 'request',
        method: 'PATCH',
        path: `/v1/members/${id('members.subject')}`,
        body: { roles: ['viewer'] },
      }),
      without: { roles: undefined },
    },
  ],
};

const LOOKED_UP: readonly LookedUpCase[] = [
  {
    kind: 'regions',
    lookedUp: true,
    object: { region: 'us-east-1' },
    answers: { paths: /^\/v1\/regions/, needed: ['region'] },
    unknown: [{ member: 'provider', fields: [] }],
    absent: {},
  },
  {
    kind: 'containerImages',
    lookedUp: true,
    object: { tag: '2.1.0' },
    answers: { paths: /^\/v1\/container-images/, needed: ['tag'] },
    unknown: [{ member: 'channel', fields: [] }],
    absent: {},
  },
  {
    kind: 'limits',
    lookedUp: true,
    object: { name: 'organization' },
    answers: { paths: /^\/v1\/limits$/, needed: ['apps'] },
    unknown: [],
    absent: {},
  },
];

export const SPICE: ProviderCases = {
  provider: 'spice',
  token: 'a-token-of-the-tests',
  bystanders: {
    apps: {
      home: {
        region: 'us-east-1',
        spicepod: { version: 'v1', kind: 'Spicepod', name: 'home' },
      },
      other: {
        region: 'us-west-2',
        spicepod: { version: 'v1', kind: 'Spicepod', name: 'other' },
      },
    },
    appSecrets: {
      bystander: { app: 'other', name: 'BYSTANDER', value: { fromFile: 'a-bystanders-value' } },
    },
    members: { bystander: { username: 'bob', roles: ['member'] } },
  },
  kinds: [APP_CASES, APP_SECRET_CASES, DEPLOYMENT_CASES, API_KEY_CASES, MEMBER_CASES, ...LOOKED_UP],
};
