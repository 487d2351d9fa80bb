import type { Mutation } from '../../../src/emulator/singlestore/mutation.ts';
import type { FieldCase, ManagedCase, Known } from './case.ts';
import { ALLOWED, deleted, projectId, regionId } from './singlestore-known.ts';
import type { Entry, Manifest } from './case.ts';

/** Bystanders of every case: nothing may ever happen to them. */
export const BYSTANDERS: Manifest = {
  workspaceGroups: {
    home: { provider: 'AWS', regionName: 'us-east-1', firewallRanges: ['10.0.0.0/8'] },
    other: { provider: 'AWS', regionName: 'us-east-1', firewallRanges: [] },
  },
  workspaces: { bystander: { workspaceGroup: 'other' } },
  teams: { bystander: { members: { users: ['dave@acme.example'] } }, other: {} },
  roles: {
    bystander: { resourceType: 'Cluster', permissions: ['View'] },
    'org-role': { resourceType: 'Organization', permissions: ['View'] },
  },
  secrets: { bystander: { value: { fromFile: 'a-bystanders-value' } } },
};

const GROUP = '/v1/workspaceGroups/{workspaceGroups.subject}';

const request =
  (body: Readonly<Record<string, unknown>>) =>
  ({ id }: Known): Mutation => ({
    op: 'request',
    method: 'PATCH',
    path: `/v1/workspaceGroups/${id('workspaceGroups.subject')}`,
    body: body as never,
  });

/** Even what the API never changes in place: an object may be made again by hand. */
const set =
  (body: Readonly<Record<string, unknown>>) =>
  ({ id }: Known): Mutation => ({
    op: 'set',
    type: 'workspaceGroup',
    id: id('workspaceGroups.subject'),
    fields: body as never,
  });

const byId = (provider: string, regionName: string) => (known: Known) => ({
  provider: undefined,
  regionName: undefined,
  regionID: regionId(known, provider, regionName),
});

const PAIR: Entry = { provider: 'AWS', regionName: 'us-east-1', regionID: undefined };
const patch = (keys: string): readonly string[] => [`PATCH ${GROUP} ${keys}`];

const region: readonly FieldCase[] = [
  {
    field: '/provider',
    changed: { provider: 'GCP', regionName: 'us-east1' },
    action: 'replace',
    pointers: ['/provider', '/regionName'],
    same: [{ provider: 'aws' }, { provider: 'Aws' }],
    drift: set({ provider: 'GCP' }),
    without: { provider: undefined, regionName: undefined },
    released: ['/provider', '/regionName'],
  },
  {
    field: '/regionName',
    changed: { regionName: 'us-west-2' },
    action: 'replace',
    same: [{ regionName: 'US-East-1' }],
    drift: set({ regionName: 'us-west-2' }),
    without: { provider: undefined, regionName: undefined },
    released: ['/provider', '/regionName'],
  },
  {
    field: '/regionID',
    base: byId('AWS', 'us-east-1'),
    changed: byId('AWS', 'us-west-2'),
    action: 'replace',
    same: [
      (known) => ({ regionID: regionId(known, 'AWS', 'us-east-1').toUpperCase() }),
      { provider: 'AWS', regionName: 'us-east-1', regionID: undefined },
    ],
    drift: (known) => set({ regionID: regionId(known, 'AWS', 'us-west-2') })(known),
    without: { regionID: undefined },
  },
];

const firewall: readonly FieldCase[] = [
  {
    field: '/firewallRanges',
    changed: { firewallRanges: ['203.0.113.0/24', '192.0.2.1/32'] },
    action: 'update',
    writes: patch('firewallRanges'),
    same: [
      { firewallRanges: ['203.0.113.0/24', '198.51.100.0/24'] },
      { firewallRanges: ['198.51.100.7/24', '203.0.113.0/24', '203.0.113.0/24'] },
      { allowAllTraffic: false },
    ],
    drift: request({ firewallRanges: ['192.0.2.0/24'] }),
    without: { firewallRanges: undefined },
  },
  {
    field: '/firewallRanges',
    label: 'cleared with []',
    changed: { firewallRanges: [] },
    action: 'update',
    writes: patch('firewallRanges'),
    drift: request({ firewallRanges: [] }),
    without: { firewallRanges: undefined },
  },
  {
    field: '/firewallRanges',
    label: 'open to everybody',
    base: { firewallRanges: ['0.0.0.0/0'] },
    changed: { firewallRanges: ['10.0.0.0/8'] },
    action: 'update',
    writes: patch('allowAllTraffic,firewallRanges'),
    back: patch('firewallRanges'),
    same: [
      { firewallRanges: ['10.0.0.0/8', '0.0.0.0/0'] },
      { firewallRanges: undefined, allowAllTraffic: true },
      { allowAllTraffic: true },
    ],
    drift: request({ firewallRanges: ['192.0.2.0/24'], allowAllTraffic: false }),
    without: { firewallRanges: undefined },
  },
  {
    field: '/allowAllTraffic',
    base: { firewallRanges: undefined, allowAllTraffic: true },
    changed: { firewallRanges: ['10.0.0.0/8'], allowAllTraffic: false },
    action: 'update',
    pointers: ['/allowAllTraffic', '/firewallRanges'],
    backPointers: ['/allowAllTraffic'],
    writes: patch('allowAllTraffic,firewallRanges'),
    back: patch('allowAllTraffic,firewallRanges'),
    same: [{ firewallRanges: ['0.0.0.0/0'], allowAllTraffic: undefined }],
    drift: request({ firewallRanges: [], allowAllTraffic: false }),
    without: { allowAllTraffic: undefined },
  },
];

const others: readonly FieldCase[] = [
  {
    field: '/name',
    changed: { name: 'renamed-group' },
    action: 'update',
    writes: patch('name'),
    same: [{ name: ' subject-group ' }],
    drift: request({ name: 'elsewhere' }),
    without: 'its default is the key',
  },
  {
    field: '/project',
    changed: { project: { name: 'Enterprise Project' } },
    action: 'replace',
    same: [
      { project: { name: 'standard project' } },
      (known) => ({ project: { id: projectId(known, 'Standard Project') } }),
    ],
    drift: (known) => set({ projectID: projectId(known, 'Enterprise Project') })(known),
    without: { project: undefined },
  },
  {
    field: '/adminPassword',
    changed: { adminPassword: { fromFile: 'Different-Horse-9-Staple' } },
    action: 'update',
    writes: patch('adminPassword'),
    same: [{ adminPassword: { fromFile: 'Correct-Horse-7-Battery' } }],
    drift: 'the API never tells it',
    without: { adminPassword: undefined },
  },
  {
    field: '/expiresAt',
    changed: { expiresAt: '2031-01-31T12:00:00Z' },
    action: 'update',
    writes: patch('expiresAt'),
    same: [{ expiresAt: '2030-01-31T12:00:00.000Z' }, { expiresAt: '2030-01-31T13:00:00+01:00' }],
    drift: request({ expiresAt: '2032-01-31T12:00:00Z' }),
    without: { expiresAt: undefined },
  },
  {
    field: '/expiresAt',
    label: 'a duration',
    base: { expiresAt: '300h' },
    changed: { expiresAt: '400h' },
    action: 'update',
    writes: patch('expiresAt'),
    drift: request({ expiresAt: '2032-01-31T12:00:00Z' }),
    without: { expiresAt: undefined },
  },
  {
    field: '/updateWindow',
    covers: ['/updateWindow/day', '/updateWindow/hour'],
    changed: { updateWindow: { day: 0, hour: 4 } },
    action: 'update',
    writes: patch('updateWindow'),
    same: [{ updateWindow: { hour: 3, day: 0 } }],
    drift: request({ updateWindow: { day: 6, hour: 23 } }),
    without: { updateWindow: undefined },
  },
  {
    field: '/deploymentType',
    changed: { deploymentType: 'PRODUCTION' },
    action: 'update',
    writes: patch('deploymentType'),
    drift: request({ deploymentType: 'PRODUCTION' }),
    without: { deploymentType: undefined },
  },
  {
    field: '/highAvailabilityTwoZones',
    changed: { highAvailabilityTwoZones: true },
    action: 'replace',
    same: [{ highAvailabilityTwoZones: undefined }],
    drift: set({ highAvailabilityTwoZones: true }),
    without: { highAvailabilityTwoZones: undefined },
  },
  {
    field: '/optInPreviewFeature',
    changed: { optInPreviewFeature: true },
    action: 'replace',
    same: [{ optInPreviewFeature: undefined }],
    drift: set({ optInPreviewFeature: true }),
    without: { optInPreviewFeature: undefined },
  },
];

export const GROUP_CASES: ManagedCase = {
  kind: 'workspaceGroups',
  full: {
    name: 'subject-group',
    ...PAIR,
    project: { name: 'Standard Project' },
    firewallRanges: ['198.51.100.0/24', '203.0.113.0/24'],
    adminPassword: { fromFile: 'Correct-Horse-7-Battery' },
    expiresAt: '2030-01-31T12:00:00Z',
    updateWindow: { day: 0, hour: 3 },
    deploymentType: 'NON-PRODUCTION',
    highAvailabilityTwoZones: false,
    optInPreviewFeature: false,
    ...ALLOWED,
  },
  around: {
    workspaces: { inside: { workspaceGroup: 'subject' } },
    accessControls: {
      'on-subject': {
        object: { workspaceGroup: 'subject' },
        role: 'Reader',
        teams: ['bystander'],
      },
    },
  },
  consequences: { 'workspaces.inside': 'replace', 'accessControls.on-subject': 'replace' },
  replaceWrites: [
    `PATCH ${GROUP}/accessControls`,
    'DELETE /v1/workspaces/{workspaces.inside}',
    `DELETE ${GROUP}`,
    'POST /v1/workspaceGroups',
    'POST /v1/workspaces',
    `PATCH ${GROUP}/accessControls`,
  ],
  minimal: { name: 'subject-group', ...PAIR, firewallRanges: [], ...ALLOWED },
  gone: deleted('workspaceGroup', 'workspaceGroups.subject'),
  answers: {
    paths: /^\/v1\/workspaceGroups(\/[^/]+)?$/,
    needed: ['workspaceGroupID', 'name', 'firewallRanges', 'regionID', 'state'],
  },
  unknown: [
    { member: 'deploymentType', shows: 'drift', fields: ['/deploymentType'] },
    { member: 'provider', shows: 'drift', fields: [] },
    { member: 'smartDRStatus', shows: 'nothing', fields: [] },
    { member: 'state', shows: 'pending', fields: [] },
  ],
  absent: {
    terminatedAt: 'it is alive',
    smartDRStatus: 'there is no second group',
  },
  fields: [...region, ...firewall, ...others],
};

const PROJECT = '/v1/projects/{projects.subject}';

export const PROJECT_CASES: ManagedCase = {
  kind: 'projects',
  full: { name: 'Subject Project', edition: 'STANDARD', ...ALLOWED },
  around: {
    workspaceGroups: {
      within: {
        provider: 'AWS',
        regionName: 'us-east-1',
        firewallRanges: [],
        project: 'subject',
      },
    },
  },
  consequences: { 'workspaceGroups.within': 'replace' },
  replaceWrites: [
    'DELETE /v1/workspaceGroups/{workspaceGroups.within}',
    `DELETE ${PROJECT}`,
    'POST /v1/projects',
    'POST /v1/workspaceGroups',
  ],
  minimal: { name: 'Subject Project', edition: 'STANDARD', ...ALLOWED },
  gone: deleted('project', 'projects.subject'),
  answers: { paths: /^\/v1\/projects/, needed: ['projectID', 'name', 'edition'] },
  unknown: [{ member: 'edition', shows: 'drift', fields: ['/edition'] }],
  absent: {},
  fields: [
    {
      field: '/name',
      changed: { name: 'Renamed Project' },
      action: 'update',
      writes: [`PATCH ${PROJECT} name`],
      same: [{ name: ' Subject Project ' }],
      drift: ({ id }) => ({
        op: 'set',
        type: 'project',
        id: id('projects.subject'),
        fields: { name: 'Elsewhere' },
      }),
      without: 'its default is the key',
    },
    {
      field: '/edition',
      changed: { edition: 'ENTERPRISE' },
      action: 'replace',
      drift: ({ id }) => ({
        op: 'set',
        type: 'project',
        id: id('projects.subject'),
        fields: { edition: 'ENTERPRISE' },
      }),
      without: { edition: undefined },
    },
  ],
};
