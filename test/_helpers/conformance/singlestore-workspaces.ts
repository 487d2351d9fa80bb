import type { Mutation } from '../../../src/emulator/singlestore/mutation.ts';
import type { FieldCase, ManagedCase, Known } from './case.ts';
import { ALLOWED, deleted } from './singlestore-known.ts';

const WORKSPACE = '/v1/workspaces/{workspaces.subject}';
const patch = (keys: string): readonly string[] => [`PATCH ${WORKSPACE} ${keys}`];

const request =
  (body: Readonly<Record<string, unknown>>) =>
  ({ id }: Known): Mutation => ({
    op: 'request',
    method: 'PATCH',
    path: `/v1/workspaces/${id('workspaces.subject')}`,
    body: body as never,
  });

const set =
  (body: Readonly<Record<string, unknown>>) =>
  ({ id }: Known): Mutation => ({
    op: 'set',
    type: 'workspace',
    id: id('workspaces.subject'),
    fields: body as never,
  });

const scaling: readonly FieldCase[] = [
  {
    field: '/size',
    changed: { size: 'S-1' },
    action: 'update',
    writes: patch('size'),
    drift: request({ size: 'S-4' }),
    without: { size: undefined },
  },
  {
    field: '/scaleFactor',
    changed: { scaleFactor: 2 },
    action: 'update',
    writes: patch('scaleFactor'),
    same: [{ scaleFactor: undefined }],
    drift: request({ scaleFactor: 4 }),
    without: { scaleFactor: undefined },
  },
  {
    field: '/cacheConfig',
    changed: { cacheConfig: 2 },
    action: 'update',
    writes: patch('cacheConfig'),
    same: [{ cacheConfig: undefined }],
    drift: request({ cacheConfig: 4 }),
    without: { cacheConfig: undefined },
  },
];

const automatic: readonly FieldCase[] = [
  {
    field: '/autoSuspend',
    covers: ['/autoSuspend/suspendType', '/autoSuspend/suspendAfterSeconds'],
    changed: { autoSuspend: { suspendType: 'SCHEDULED', suspendAfterSeconds: 3_600 } },
    action: 'update',
    writes: patch('autoSuspend'),
    same: [{ autoSuspend: { suspendAfterSeconds: 1_800, suspendType: 'IDLE' } }],
    drift: request({ autoSuspend: { suspendType: 'IDLE', suspendAfterSeconds: 60 } }),
    without: { autoSuspend: undefined },
  },
  {
    field: '/autoSuspend',
    label: 'only its time',
    changed: { autoSuspend: { suspendType: 'IDLE', suspendAfterSeconds: 900 } },
    action: 'update',
    writes: patch('autoSuspend'),
    drift: request({ autoSuspend: { suspendType: 'DISABLED' } }),
    without: { autoSuspend: undefined },
  },
  {
    field: '/autoSuspend',
    label: 'cleared with null',
    changed: { autoSuspend: null },
    action: 'update',
    writes: patch('autoSuspend'),
    drift: request({ autoSuspend: { suspendType: 'DISABLED' } }),
    without: { autoSuspend: undefined },
  },
  {
    field: '/autoSuspend',
    label: 'off',
    base: { autoSuspend: { suspendType: 'DISABLED' } },
    changed: { autoSuspend: { suspendType: 'IDLE', suspendAfterSeconds: 60 } },
    action: 'update',
    writes: patch('autoSuspend'),
    same: [{ autoSuspend: null }, { autoSuspend: undefined }],
    drift: request({ autoSuspend: { suspendType: 'IDLE', suspendAfterSeconds: 60 } }),
    without: { autoSuspend: undefined },
  },
  {
    field: '/autoScale',
    covers: ['/autoScale/maxScaleFactor', '/autoScale/sensitivity'],
    changed: { autoScale: { maxScaleFactor: 4, sensitivity: 'HIGH' } },
    action: 'update',
    writes: patch('autoScale'),
    same: [{ autoScale: { sensitivity: 'LOW', maxScaleFactor: 2 } }],
    drift: request({ autoScale: { maxScaleFactor: 4 } }),
    without: { autoScale: undefined },
  },
  {
    field: '/autoScale',
    label: 'its default sensitivity',
    base: { autoScale: { maxScaleFactor: 2 } },
    changed: { autoScale: { maxScaleFactor: 2, sensitivity: 'HIGH' } },
    action: 'update',
    writes: patch('autoScale'),
    same: [{ autoScale: { maxScaleFactor: 2, sensitivity: 'NORMAL' } }],
    drift: request({ autoScale: { maxScaleFactor: 2, sensitivity: 'LOW' } }),
    without: { autoScale: undefined },
  },
  {
    field: '/autoScale',
    label: 'cleared with null',
    changed: { autoScale: null },
    action: 'update',
    writes: patch('autoScale'),
    drift: request({ autoScale: { maxScaleFactor: 1 } }),
    without: { autoScale: undefined },
  },
  {
    field: '/autoScale',
    label: 'off',
    base: { autoScale: { maxScaleFactor: 1 } },
    changed: { autoScale: { maxScaleFactor: 2 } },
    action: 'update',
    writes: patch('autoScale'),
    same: [
      { autoScale: null },
      { autoScale: undefined },
      { autoScale: { maxScaleFactor: 1, sensitivity: 'NORMAL' } },
    ],
    drift: request({ autoScale: { maxScaleFactor: 2 } }),
    without: { autoScale: undefined },
  },
];

const others: readonly FieldCase[] = [
  {
    field: '/name',
    changed: { name: 'subject-two' },
    action: 'replace',
    drift: set({ name: 'elsewhere' }),
    without: 'its default is the key',
  },
  {
    field: '/workspaceGroup',
    changed: { workspaceGroup: 'other' },
    action: 'replace',
    same: [{ workspaceGroup: { name: 'home' } }],
    drift: 'a workspace never leaves its group',
    without: 'it is required',
  },
  {
    field: '/enableKai',
    changed: { enableKai: true },
    action: 'update',
    writes: patch('enableKai'),
    same: [{ enableKai: undefined }],
    drift: request({ enableKai: true }),
    without: { enableKai: undefined },
  },
  {
    field: '/deploymentType',
    changed: { deploymentType: 'NON-PRODUCTION' },
    action: 'update',
    writes: patch('deploymentType'),
    drift: request({ deploymentType: 'NON-PRODUCTION' }),
    without: { deploymentType: undefined },
  },
  {
    field: '/suspended',
    base: { suspended: false },
    changed: { suspended: true },
    action: 'update',
    writes: [`POST ${WORKSPACE}/suspend`],
    back: [`POST ${WORKSPACE}/resume`],
    same: [{ suspended: undefined }],
    drift: ({ id }) => ({
      op: 'state',
      type: 'workspace',
      id: id('workspaces.subject'),
      state: 'SUSPENDED',
    }),
    without: { suspended: undefined },
  },
];

export const WORKSPACE_CASES: ManagedCase = {
  kind: 'workspaces',
  full: {
    name: 'subject',
    workspaceGroup: 'home',
    size: 'S-0',
    scaleFactor: 1,
    cacheConfig: 1,
    autoSuspend: { suspendType: 'IDLE', suspendAfterSeconds: 1_800 },
    autoScale: { maxScaleFactor: 2, sensitivity: 'LOW' },
    enableKai: false,
    deploymentType: 'PRODUCTION',
    ...ALLOWED,
  },
  around: {},
  consequences: {},
  replaceWrites: [`DELETE ${WORKSPACE}`, 'POST /v1/workspaces'],
  minimal: { name: 'subject', workspaceGroup: 'home', ...ALLOWED },
  gone: deleted('workspace', 'workspaces.subject'),
  answers: {
    paths: /^\/v1\/workspaces/,
    needed: ['workspaceID', 'name', 'workspaceGroupID', 'state'],
  },
  unknown: [
    { member: 'scaleFactor', shows: 'drift', fields: ['/scaleFactor'], value: 8 },
    { member: 'cacheConfig', shows: 'drift', fields: ['/cacheConfig'], value: 8 },
    { member: 'autoSuspend.suspendType', shows: 'drift', fields: ['/autoSuspend/suspendType'] },
    {
      member: 'autoScale.maxScaleFactor',
      shows: 'drift',
      fields: ['/autoScale/maxScaleFactor'],
      value: 8,
    },
    { member: 'autoScale.sensitivity', shows: 'drift', fields: ['/autoScale/sensitivity'] },
    { member: 'deploymentType', shows: 'drift', fields: ['/deploymentType'] },
    { member: 'state', shows: 'pending', fields: [] },
  ],
  absent: {
    terminatedAt: 'it is alive',
    scalingProgress: 'nothing is under way',
  },
  fields: [...scaling, ...automatic, ...others],
};
