import type { LookedUpCase } from './case.ts';

export const REGION_CASE: LookedUpCase = {
  kind: 'regions',
  lookedUp: true,
  object: { provider: 'AWS', regionName: 'us-east-1' },
  answers: {
    paths: /^\/v[12]\/regions$/,
    needed: ['provider', 'region', 'regionID', 'regionName'],
  },
  unknown: [{ member: 'provider', fields: [] }],
  absent: {},
};

export const USER_CASE: LookedUpCase = {
  kind: 'users',
  lookedUp: true,
  object: { email: 'ann@acme.example' },
  answers: { paths: /^\/v1\/users(?!\/current)/, needed: ['userID', 'email'] },
  unknown: [{ member: 'userKind', fields: [] }],
  absent: {},
};

export const CURRENT_USER_CASE: LookedUpCase = {
  kind: 'currentUser',
  lookedUp: true,
  object: { email: 'admin@acme.example' },
  answers: { paths: /^\/v1\/users\/current$/, needed: ['userID', 'email'] },
  unknown: [],
  absent: {},
};

export const PERMISSION_CASE: LookedUpCase = {
  kind: 'permissions',
  lookedUp: true,
  object: { resourceType: 'Cluster', permission: 'View' },
  answers: { paths: /^\/v2\/authorization\/permissions$/, needed: ['permission', 'resourceType'] },
  unknown: [{ member: 'resourceType', fields: [] }],
  absent: {},
};
