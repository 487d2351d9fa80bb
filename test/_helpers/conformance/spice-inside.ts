import type { SpiceMutation } from '../../../src/emulator/spice/mutation.ts';
import type { FieldCase, Known, ManagedCase } from './case.ts';

const HOME = '/v1/apps/{apps.home}';

export const APP_SECRET_CASES: ManagedCase = {
  kind: 'appSecrets',
  minimal: { app: 'home', name: 'SUBJECT', value: { fromFile: 'the-first-value' } },
  full: { app: 'home', name: 'SUBJECT', value: { fromFile: 'the-first-value' } },
  around: {},
  consequences: {},
  replaceWrites: [`DELETE ${HOME}/secrets/SUBJECT`, `POST ${HOME}/secrets`],
  gone: ({ id }): SpiceMutation => ({
    op: 'delete',
    type: 'secret',
    id: id('appSecrets.subject'),
  }),
  answers: { paths: /\/secrets/, needed: ['name', 'updated_at'] },
  unknown: [],
  absent: {},
  fields: [
    {
      field: '/app',
      changed: { app: 'other' },
      action: 'replace',
      writes: [`DELETE ${HOME}/secrets/SUBJECT`, 'POST /v1/apps/{apps.other}/secrets'],
      back: ['DELETE /v1/apps/{apps.other}/secrets/SUBJECT', `POST ${HOME}/secrets`],
      same: [{ app: { name: 'home' } }],
      drift: 'a secret never leaves its app',
      without: 'it is required',
    },
    {
      field: '/name',
      changed: { name: 'RENAMED' },
      action: 'replace',
      back: [`DELETE ${HOME}/secrets/RENAMED`, `POST ${HOME}/secrets`],
      drift: 'another name is another secret',
      without: 'its default is the key',
    },
    {
      field: '/value',
      changed: { value: { fromFile: 'the-second-value' } },
      action: 'update',
      writes: [`POST ${HOME}/secrets name,value`],
      drift: 'the API never tells it',
      without: { value: undefined },
    },
  ],
};

const DEPLOY = [`POST ${HOME}/deployments`];
const FULL = {
  app: 'home',
  image_tag: '2.1.0',
  channel: 'stable',
  replicas: 2,
  branch: 'main',
  commit_sha: 'c0ffee0',
  commit_message: 'Base',
  debug: false,
};
const SENT = Object.keys(FULL)
  .filter((name) => name !== 'app')
  .toSorted()
  .join(',');

/** Somebody else deploys, with one thing different. */
const deployed =
  (over: Readonly<Record<string, string | number>>) =>
  ({ id }: Known): SpiceMutation => ({
    op: 'request',
    method: 'POST',
    path: `/v1/apps/${id('apps.home')}/deployments`,
    body: { ...FULL, app: undefined, ...over },
  });

const setting = (name: string, other: unknown, drift: FieldCase['drift']): FieldCase => ({
  field: `/${name}`,
  // What somebody else deployed may have been another configuration.
  driftPointers: [`/${name}`, '/configuration'],
  changed: { [name]: other },
  action: 'update',
  writes: [`POST ${HOME}/deployments ${SENT}`],
  drift,
  without: { [name]: undefined },
});

export const DEPLOYMENT_CASES: ManagedCase = {
  kind: 'deployments',
  minimal: { app: 'home' },
  full: FULL,
  around: {},
  consequences: {},
  replaceWrites: DEPLOY,
  gone: 'the API deletes no deployment',
  answers: { paths: /\/deployments/, needed: ['id', 'status', 'created_at'] },
  unknown: [{ member: 'status', shows: 'pending', fields: [] }],
  absent: {
    configuration: 'it is no attribute: trueup works it out',
    error_code: 'it has succeeded',
    error_message: 'it has succeeded',
  },
  fields: [
    {
      field: '/app',
      changed: { app: 'other' },
      action: 'replace',
      pointers: ['/app', '/configuration'],
      writes: ['POST /v1/apps/{apps.other}/deployments'],
      noWayBack: 'the first app keeps its deployment, which would have to be adopted',
      same: [{ app: { name: 'home' } }],
      drift: 'a deployment never leaves its app',
      without: 'it is required',
    },
    setting('image_tag', '2.0.1', deployed({ image_tag: '2.0.1' })),
    setting('channel', 'preview', 'the API never tells it'),
    setting('replicas', 3, deployed({ replicas: 4 })),
    setting('branch', 'release', deployed({ branch: 'elsewhere' })),
    setting('commit_sha', 'decaf00', deployed({ commit_sha: 'decaf00' })),
    setting('commit_message', 'Changed', deployed({ commit_message: 'Elsewhere' })),
    setting('debug', true, 'the API never tells it'),
  ],
};

export const API_KEY_CASES: ManagedCase = {
  kind: 'apiKeys',
  minimal: { app: 'home' },
  full: { app: 'home', rotate: 'one', key: 'primary' },
  around: {},
  consequences: {},
  replaceWrites: [],
  gone: 'they end with their app only',
  answers: { paths: /\/api-keys$/, needed: ['api_key', 'api_key_2'] },
  unknown: [],
  absent: {},
  fields: [
    {
      field: '/app',
      changed: { app: 'other' },
      action: 'replace',
      same: [{ app: { name: 'home' } }],
      drift: 'the keys of an app never leave it',
      without: 'it is required',
    },
    {
      field: '/rotate',
      changed: { rotate: 'two' },
      action: 'update',
      writes: [`POST ${HOME}/api-keys key_number`],
      drift: 'it is only a marker',
      without: { rotate: undefined },
    },
    {
      field: '/key',
      changed: { key: 'both' },
      action: 'update',
      writes: [],
      drift: 'it is only a marker',
      without: { key: undefined },
    },
  ],
};
