import { Secret } from '../../src/core/secret.ts';
import { toAddress } from '../../src/core/address.ts';
import { NotCompared, Unknown } from '../../src/core/value.ts';
import type { Plan } from '../../src/planner/plan.ts';
import { change, field, plan } from '../_helpers/plan-builder.ts';

/** Stands in every sensitive place of these plans, and must stand in no view of them. */
export const PLANTED = 'pl4nted-s3cret-value';
const secret = Secret.create(PLANTED);
const GROUP = '0f3a7c1e-0000-4000-8000-000000000001';
const at = (line: number) => ({ file: 'prod.yaml', line, column: 3 });

const create = change({
  address: 'singlestore.workspaces.app',
  action: 'create',
  reason: 'not-in-state',
  after: {
    autoSuspend: { suspendType: 'IDLE', suspendAfterSeconds: 1800 },
    name: 'app',
    size: 'S-2',
    workspaceGroup: new Unknown('singlestore.workspaceGroups.main'),
  },
  labels: { '/workspaceGroup': 'main' },
  position: at(12),
});

const createGroup = change({
  address: 'singlestore.workspaceGroups.main',
  action: 'create',
  reason: 'not-in-state',
  after: {
    adminPassword: secret,
    expiresAt: new Unknown(),
    firewallRanges: ['203.0.113.0/24', '198.51.100.7/32'],
    name: 'acme-main',
    tags: [],
  },
  position: at(2),
});

const update = change({
  address: 'singlestore.workspaceGroups.main',
  id: GROUP,
  causes: ['manifest', 'drift'],
  before: {},
  after: { adminPassword: secret, name: 'x', firewallRanges: [], updateWindow: {}, project: 'p' },
  fields: [
    field('/adminPassword', undefined, secret, { sensitive: true }),
    field('/firewallRanges', ['a', 'b', 'c'], ['b', 'c', 'd'], {
      removed: ['a'],
      added: ['d'],
      causes: ['drift'],
    }),
    field('/project', '11111111-2222-4333-8444-555555555555', 'another-id'),
    field(
      '/updateWindow',
      { day: 0, hour: 3 },
      { day: 1, hour: 3 },
      {
        causes: ['drift', 'manifest'],
      },
    ),
    field('/expiresAt', '2026-02-03T00:00:00Z', undefined),
    field('/optInPreviewFeature', undefined, true, { causes: ['upstream'] }),
  ],
  patch: [
    { op: 'replace', path: '/firewallRanges', value: ['b', 'c', 'd'] },
    { op: 'add', path: '/adminPassword', value: PLANTED },
  ],
  labels: { '/project': 'Standard Project' },
  position: at(2),
});

const composite = change({
  address: 'singlestore.workspaces.app',
  id: 'ws-1',
  causes: ['manifest'],
  before: { size: 'S-1', suspended: true },
  after: { size: 'S-2', suspended: true, name: 'app' },
  fields: [field('/size', 'S-1', 'S-2')],
  steps: ['resume', 'resize', 'suspend'],
  notes: ['runs meanwhile, and is suspended again afterwards'],
  risk: 'restart',
  risks: [{ risk: 'restart', message: 'Connections are cut while it resizes.' }],
  writeOnly: ['/adminPassword'],
});

const replace = change({
  address: 'singlestore.workspaceGroups.main',
  action: 'replace',
  reason: 'immutable-field',
  causes: ['manifest'],
  id: GROUP,
  before: { regionName: 'us-east-1', name: 'acme-main' },
  after: { regionName: 'eu-west-1', name: 'acme-main' },
  fields: [field('/regionName', 'us-east-1', 'eu-west-1', { immutable: true })],
  risk: 'data-loss',
  risks: [{ risk: 'data-loss', message: 'Every database of the group is lost.' }],
  position: at(2),
});

const deleteGroup = change({
  address: 'singlestore.workspaceGroups.main',
  action: 'delete',
  reason: 'removed-from-manifest',
  id: GROUP,
  before: { adminPassword: secret, name: 'acme-main', firewallRanges: ['203.0.113.0/24'] },
  risk: 'data-loss',
  risks: [{ risk: 'data-loss', message: 'Every database of the group is lost.' }],
  cascade: [
    {
      type: 'singlestore.workspaces',
      id: 'ws-1',
      name: 'app',
      address: 'singlestore.workspaces.app',
    },
    { type: 'singlestore.workspaces', id: 'ws-2', name: 'by hand' },
  ],
});

const suspend = change({
  address: 'singlestore.workspaces.batch',
  id: 'ws-3',
  causes: ['drift'],
  after: { suspended: true },
  fields: [field('/suspended', false, true, { causes: ['drift'] })],
  risk: 'downtime',
  risks: [{ risk: 'downtime', message: 'The workspace answers no query while suspended.' }],
});

const adopted = change({
  address: 'singlestore.workspaceGroups.old',
  action: 'import',
  reason: 'adopted',
  id: 'g-9',
  importing: { id: 'g-9' },
  after: { name: 'old', adminPassword: new NotCompared() },
  fields: [field('/adminPassword', undefined, secret, { sensitive: true, note: '(not verified)' })],
});

const adoptedAndUpdated = change({
  address: 'singlestore.teams.analysts',
  reason: 'adopted',
  causes: ['manifest'],
  id: 't-1',
  importing: { id: 't-1' },
  after: { description: 'Reads reports' },
  fields: [field('/description', 'old', 'Reads reports')],
});

const moved = change({
  address: 'singlestore.teams.analysts',
  action: 'move',
  reason: 'moved',
  id: 't-1',
  previousAddress: toAddress('singlestore.teams', 'readers'),
});

const forget = change({
  address: 'singlestore.teams.analysts',
  action: 'forget',
  reason: 'removed-from-manifest',
  id: 't-1',
});

const kept = change({
  address: 'singlestore.workspaces.app',
  action: 'no-op',
  reason: 'unchanged',
  id: 'ws-1',
  notes: ['size is no longer managed, stays "S-2"'],
});

const notCompared = change({
  address: 'singlestore.secrets.DSN',
  id: 's-1',
  causes: ['manifest'],
  after: { value: new NotCompared() },
  fields: [
    field('/value', secret, new NotCompared(), { sensitive: true }),
    field('/members/users', ['ann@acme.example'], [], { removed: ['ann@acme.example'], added: [] }),
  ],
});

const drifted = plan([suspend, { ...create, action: 'create' }, deleteGroup], {
  drift: [
    {
      address: toAddress('singlestore.workspaces', 'batch'),
      type: 'singlestore.workspaces',
      id: 'ws-3',
      action: 'update',
      fields: [
        field('/suspended', true, false, { causes: ['drift'] }),
        field('/password', secret, secret, { causes: ['drift'], sensitive: true }),
        field('/updateWindow/day', 1, 2, { causes: ['drift'] }),
      ],
    },
    {
      address: toAddress('singlestore.teams', 'analysts'),
      type: 'singlestore.teams',
      id: 't-1',
      action: 'gone',
      fields: [],
    },
    {
      address: toAddress('singlestore.workspaces', 'slow'),
      type: 'singlestore.workspaces',
      id: 'ws-4',
      action: 'pending',
      fields: [],
    },
  ],
  unmanaged: [{ type: 'singlestore.teams', id: 't-7', name: 'interns' }],
});

const estimate = { requests: 14, criticalPath: 3, durationMs: 300_000 };

/** One plan for each thing a plan can show, by the name of its golden file. */
export const PLANS: Readonly<Record<string, Plan>> = {
  empty: plan([]),
  create: plan([createGroup, create], { estimate }),
  update: plan([update], { estimate }),
  composite: plan([composite], { estimate }),
  replace: plan([replace], { estimate }),
  'parent-replaced': plan(
    [
      { ...replace, risk: 'downtime', risks: [] },
      { ...create, action: 'replace', reason: 'parent-replaced', id: 'ws-1' },
    ],
    { estimate },
  ),
  delete: plan([deleteGroup], { estimate }),
  risks: plan([deleteGroup, suspend], { estimate }),
  import: plan([adopted, adoptedAndUpdated], { estimate }),
  move: plan([moved, { ...suspend, previousAddress: moved.address }], { estimate }),
  forget: plan([forget]),
  notes: plan([kept]),
  'not-compared': plan([notCompared], { estimate }),
  drift: drifted,
  outputs: plan([], {
    outputs: [
      { name: 'endpoint', sensitive: false, before: 'old', after: new Unknown() },
      { name: 'list', sensitive: false, before: ['a'], after: ['a'] },
      { name: 'new', sensitive: false, before: undefined, after: { a: 1 } },
      { name: 'dsn', sensitive: true, before: undefined, after: secret },
    ],
  }),
  undetermined: plan([], {
    incomplete: true,
    partial: true,
    undetermined: [
      {
        address: toAddress('singlestore.teams', 'analysts'),
        because: 'the list of teams could not be read (403)',
      },
    ],
    diagnostics: [
      {
        code: 'inventory-incomplete',
        severity: 'error',
        message: 'the list of teams could not be read',
        position: at(20),
        hint: 'give the key the right to read teams',
      },
    ],
  }),
  unmanaged: plan([], {
    unmanaged: Array.from({ length: 12 }, (_, index) => ({
      type: 'singlestore.secrets',
      id: `s-${index}`,
      name: `SECRET_${index}`,
    })),
  }),
  hostile: plan([
    change({
      address: 'singlestore.teams.analysts',
      action: 'create',
      reason: 'not-in-state',
      after: {
        name: 'ev\u001B[2Jil\nsecond line\u202Ereversed',
        description: 'says "hi" \\ \u009B31m\u0007 \uD800',
      },
      notes: ['from the API: \u001B]0;title\u0007'],
      cascade: [{ type: 'singlestore.workspaces', id: 'x\u001B[A', name: 'n\r' }],
    }),
  ]),
};
