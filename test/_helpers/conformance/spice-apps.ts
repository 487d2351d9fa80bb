import type { SpiceMutation } from '../../../src/emulator/spice/mutation.ts';
import type { Entry, FieldCase, Known, ManagedCase } from './case.ts';

const APP = '/v1/apps/{apps.subject}';
const put = (keys: string): readonly string[] => [`PUT ${APP} ${keys}`];
export const ALLOWED = { lifecycle: { replace: 'allow' } };

/** Another user sets it by the API. */
const request =
  (body: Readonly<Record<string, unknown>>) =>
  ({ id }: Known): SpiceMutation => ({
    op: 'request',
    method: 'PUT',
    path: `/v1/apps/${id('apps.subject')}`,
    body: body as never,
  });

/** Even what the API never changes in place: an app may be made again by hand. */
const set =
  (fields: Readonly<Record<string, unknown>>) =>
  ({ id }: Known): SpiceMutation => ({
    op: 'set',
    type: 'app',
    id: id('apps.subject'),
    fields: fields as never,
  });

const identity: readonly FieldCase[] = [
  {
    field: '/name',
    changed: { name: 'renamed-app' },
    action: 'replace',
    same: [{ name: 'Subject-App' }],
    drift: set({ name: 'elsewhere' }),
    without: 'its default is the key',
  },
  {
    field: '/region',
    changed: { region: 'us-west-2' },
    action: 'replace',
    same: [
      { region: 'US-East-1' },
      { region: undefined, cname: 'us-east-1-prod-aws-data' },
      { region: undefined, cname: 'us-east-1' },
    ],
    drift: set({ region: 'us-west-2', cname: 'us-west-2-prod-aws-data' }),
    without: { region: undefined },
  },
  {
    field: '/cname',
    base: { region: undefined, cname: 'us-east-1-prod-aws-data' },
    changed: { cname: 'us-west-2-prod-aws-data' },
    action: 'replace',
    pointers: ['/region'],
    same: [{ cname: 'US-East-1-prod-aws-data' }, { cname: undefined, region: 'us-east-1' }],
    drift: 'it is read as the region that it stands for',
    without: { cname: undefined },
  },
  {
    field: '/cluster_name',
    base: { region: undefined, cluster_name: 'acme-dedicated' },
    changed: { cluster_name: undefined, region: 'us-east-1' },
    action: 'replace',
    pointers: ['/region'],
    backPointers: ['/cluster_name'],
    drift: 'the API never tells it',
    without: { cluster_name: undefined },
  },
];

const texts: readonly FieldCase[] = [
  {
    field: '/description',
    changed: { description: 'Changed' },
    action: 'update',
    writes: put('description'),
    drift: request({ description: 'Elsewhere' }),
    without: { description: undefined },
  },
  {
    field: '/visibility',
    changed: { visibility: 'public' },
    action: 'update',
    writes: put('visibility'),
    drift: request({ visibility: 'public' }),
    without: { visibility: undefined },
  },
  {
    field: '/production_branch',
    changed: { production_branch: 'release' },
    action: 'update',
    writes: put('production_branch'),
    drift: request({ production_branch: 'elsewhere' }),
    without: { production_branch: undefined },
  },
  {
    field: '/tags',
    changed: { tags: { team: 'data', stage: 'test' } },
    action: 'update',
    writes: put('tags'),
    same: [{ tags: { cost: '7', team: 'data' } }],
    drift: request({ tags: { team: 'elsewhere' } }),
    without: { tags: undefined },
  },
  {
    field: '/spicepod',
    changed: { spicepod: { version: 'v1', kind: 'Spicepod', name: 'other' } },
    action: 'update',
    writes: put('spicepod'),
    same: [{ spicepod: { name: 'subject', kind: 'Spicepod', version: 'v1' } }],
    drift: request({ spicepod: { version: 'v1', kind: 'Spicepod', name: 'elsewhere' } }),
    without: { spicepod: undefined },
  },
];

const runtime: readonly FieldCase[] = [
  {
    field: '/update_channel',
    changed: { update_channel: 'nightly' },
    action: 'update',
    writes: put('update_channel'),
    drift: request({ update_channel: 'preview' }),
    without: { update_channel: undefined },
  },
  {
    field: '/version',
    changed: { version: '2.0.1' },
    action: 'update',
    writes: put('version'),
    drift: 'where the API tells it is not known',
    without: { version: undefined },
  },
  {
    field: '/image_tag',
    changed: { image_tag: '2.0.1' },
    action: 'update',
    writes: put('image_tag'),
    drift: request({ image_tag: '1.5.0-models' }),
    without: { image_tag: undefined },
  },
  {
    field: '/image_tag',
    label: 'cleared with null',
    changed: { image_tag: null },
    action: 'update',
    writes: put('image_tag'),
    drift: request({ image_tag: null }),
    without: { image_tag: undefined },
  },
  ...['registry', 'image', 'node_group'].map((name): FieldCase => ({
    field: `/${name}`,
    changed: { [name]: 'changed' },
    action: 'update',
    writes: put(name),
    drift: request({ [name]: 'elsewhere' }),
    without: { [name]: undefined },
  })),
  {
    field: '/replicas',
    changed: { replicas: 3 },
    action: 'update',
    writes: put('replicas'),
    drift: request({ replicas: 4 }),
    without: { replicas: undefined },
  },
  {
    field: '/storage_size_gb',
    changed: { storage_size_gb: 20 },
    action: 'update',
    writes: put('storage_size_gb'),
    drift: request({ storage_size_gb: 30 }),
    without: { storage_size_gb: undefined },
  },
];

const RESOURCES = {
  limits: { cpu: '4', memory: '16Gi', 'ephemeral-storage': '10Gi' },
  requests: { cpu: '2', memory: '8Gi' },
};
const EXECUTOR = {
  replicas: 2,
  storage_size_gb: 10,
  resources: {
    limits: { cpu: '2', memory: '8Gi', 'ephemeral-storage': '10Gi' },
    requests: { cpu: '1', memory: '4Gi' },
  },
};

/** An object with the value at a dotted path replaced; undefined leaves it out. */
function withPart(whole: Entry, path: readonly string[], value: unknown): Entry {
  const [name = '', ...rest] = path;
  const inner = rest.length === 0 ? value : withPart(whole[name] as Entry, rest, value);
  return { ...whole, [name]: inner };
}

const OTHER: Readonly<Record<string, unknown>> = {
  cpu: '3',
  memory: '6Gi',
  'ephemeral-storage': '7Gi',
  replicas: 3,
  storage_size_gb: 20,
};

/** A leaf of a nested setting: the setting is sent whole, but only the leaf is the change. */
function nested(pointer: string, covers: readonly string[] = []): FieldCase {
  const [top = '', ...path] = pointer.slice(1).split('/');
  const whole: Entry = top === 'resources' ? RESOURCES : EXECUTOR;
  const other = OTHER[path.at(-1) ?? ''];
  const changed = withPart(whole, path, other);
  return {
    field: pointer,
    covers,
    changed: { [top]: changed },
    action: 'update',
    writes: put(top),
    drift: request({ [top]: changed }),
    without: { [top]: withPart(whole, path, undefined) },
  };
}

const sizes: readonly FieldCase[] = [
  nested('/resources/limits/cpu', ['/resources', '/resources/limits']),
  nested('/resources/limits/memory'),
  nested('/resources/limits/ephemeral-storage'),
  nested('/resources/requests/cpu', ['/resources/requests']),
  nested('/resources/requests/memory'),
  nested('/executor/replicas', ['/executor']),
  nested('/executor/storage_size_gb'),
  nested('/executor/resources/limits/cpu', ['/executor/resources', '/executor/resources/limits']),
  nested('/executor/resources/limits/memory'),
  nested('/executor/resources/limits/ephemeral-storage'),
  nested('/executor/resources/requests/cpu', ['/executor/resources/requests']),
  nested('/executor/resources/requests/memory'),
];

export const APP_CASES: ManagedCase = {
  kind: 'apps',
  minimal: { name: 'subject-app', region: 'us-east-1', ...ALLOWED },
  full: {
    name: 'subject-app',
    region: 'us-east-1',
    description: 'Base',
    visibility: 'private',
    production_branch: 'main',
    tags: { team: 'data', cost: '7' },
    spicepod: { version: 'v1', kind: 'Spicepod', name: 'subject' },
    update_channel: 'stable',
    version: '2.1.0',
    image_tag: '2.1.0',
    registry: 'base',
    image: 'base',
    node_group: 'base',
    replicas: 2,
    storage_size_gb: 10,
    resources: RESOURCES,
    executor: EXECUTOR,
    ...ALLOWED,
  },
  around: {
    appSecrets: { inside: { app: 'subject', name: 'INSIDE', value: { fromFile: 'its-value' } } },
    apiKeys: { inside: { app: 'subject', rotate: 'one' } },
  },
  consequences: { 'appSecrets.inside': 'replace', 'apiKeys.inside': 'replace' },
  replaceWrites: [
    `DELETE ${APP}/secrets/INSIDE`,
    `DELETE ${APP}`,
    'POST /v1/apps',
    `PUT ${APP}`,
    `POST ${APP}/secrets`,
  ],
  gone: ({ id }): SpiceMutation => ({ op: 'delete', type: 'app', id: id('apps.subject') }),
  answers: {
    paths: /^\/v1\/apps(\/[^/]+)?$/,
    needed: ['id', 'name', 'region'],
    opaque: ['spicepod', 'tags', 'resources', 'executor'],
  },
  unknown: [
    { member: 'visibility', shows: 'drift', fields: ['/visibility'] },
    { member: 'config.update_channel', shows: 'drift', fields: ['/update_channel'] },
  ],
  absent: {},
  fields: [...identity, ...texts, ...runtime, ...sizes],
};
