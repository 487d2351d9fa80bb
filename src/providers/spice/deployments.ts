import type { ChangeInput, Composition } from '../../core/kind.ts';
import type { Inventory, LiveObject } from '../../core/live.ts';
import { sameValue } from '../../core/resolve.ts';
import { isJsonObject } from '../../core/json.ts';
import type { ApiRequest } from '../../http/contract.ts';
import type { ProviderKind, ReadContext, StepInput, StepResult } from '../contract.ts';
import { errorIn, getOrUndefined, invalidAnswer, inventoryOf, pathOf } from '../shared/api.ts';
import { pick } from '../shared/field-values.ts';
import { idOf, timeOf } from '../shared/item.ts';
import { requiredAfter } from '../shared/steps.ts';
import { appOf } from './app-secrets.ts';
import { configurationOfApp } from './configuration.ts';
import { defineShape } from './define-shape.ts';
import { readNewest } from './deployment-read.ts';

const shape = defineShape('deployments');

/** Settings that the API tells of a deployment, and those that it does not. */
const TOLD = ['image_tag', 'replicas', 'branch', 'commit_sha', 'commit_message'];
const SENT = [...TOLD, 'channel', 'debug'];
/** What another deployment changes of what expressions may read. */
const UNSETTLED = ['status', 'deployment_id', 'created_at', 'started_at', 'updated_at'];
/** The newest is all that counts; some after it for those that the API calls superseded. */
const PAGE = '20';
/** Conflicts that no waiting ends. */
const LASTING = new Set([
  'github_connected',
  'project_paused',
  'spicepod_paused',
  'project_not_deployed',
  'instance_offline',
  'instance_not_found',
]);

/**
 * The running deployment of an app: one object an app, which is its newest deployment, whatever
 * page older ones have got to. The API neither changes nor deletes one: a change is a new
 * deployment. It snapshots the stored configuration of the app, which the API does not tell, so
 * that what was deployed is known only from the digest in the state.
 */
export const deployments: ProviderKind = {
  ...shape,
  managed: true,
  // Not unique: a new deployment is missing in the list at first.
  key: { nameField: undefined, of: appOf, unique: false },
  replace: 'allow',
  deleteRisk: 'none',
  needs: [],
  contains: [],
  forgets: 'the API deletes no deployment: the instance keeps running as long as its app is there',
  changedMark: 'created_at',
  derived: configurationOfApp,
  scoped: true,
  scopeOf: appOf,
  compose: composeDeployment,
  asynchronous: false,
  provisions: false,
  deleteOn404: 'done',
  showsWrites: true,
  underWayMax: 10,
  isBusy: ({ status, reason, message }) =>
    status === 409 &&
    (reason === undefined ? !/paused|github/i.test(message) : !LASTING.has(reason)),
  list: listDeployments,
  // `import` may name one deployment of the app: `APP/DEPLOYMENT`.
  read: async (context, id) => (await listDeployments(context, id.split('/')[0])).objects[0],
  request: deploymentRequest,
  result(input, response): StepResult {
    const scope = appOf(requiredAfter(input));
    const made = isJsonObject(response.body) ? idOf(response.body, 'id') : undefined;
    if (scope === undefined || made === undefined) throw invalidAnswer('POST', pathTo(scope ?? ''));
    const mark = isJsonObject(response.body) ? timeOf(response.body, 'created_at') : undefined;
    return { id: scope, scope, made, ...(mark === undefined ? {} : { mark }) };
  },
  stepDone: (input, live) => isNewer(input, live) && isEnded(live),
  stepFailed: failureOf,
};

async function listDeployments(context: ReadContext, scope = ''): Promise<Inventory> {
  const path = pathTo(scope);
  const place = { type: shape.type, scope, path };
  const response = await getOrUndefined(context.client, path, { limit: PAGE });
  if (response === undefined) return inventoryOf(place, [], undefined);
  const newest = readNewest(response.body, scope);
  if (newest === 'malformed' || errorIn(response.body) !== undefined)
    throw invalidAnswer('GET', path);
  return inventoryOf(place, newest === undefined ? [] : [newest], undefined);
}

function pathTo(app: string): string {
  return pathOf('v1', 'apps', app, 'deployments');
}

function composeDeployment({ operation, before }: ChangeInput): Composition {
  const { status, error_code: code, error_message: message } = before?.attributes ?? {};
  const why = [code, message].filter((part) => typeof part === 'string').join(': ');
  const failed = status === 'failed' ? [`the last deployment failed: ${why}`] : [];
  const notes = operation === 'update' ? [...failed, 'makes a new deployment'] : failed;
  return { steps: [operation], unsettles: UNSETTLED, notes };
}

function deploymentRequest(input: StepInput): ApiRequest | undefined {
  if (input.step === 'delete') return undefined;
  const after = requiredAfter(input);
  return { method: 'POST', path: pathTo(appOf(after) ?? ''), body: pick(after, SENT) };
}

function isEnded({ attributes }: LiveObject): boolean {
  return attributes['status'] === 'succeeded' || attributes['status'] === 'failed';
}

/**
 * Whether it is the deployment that the step made, or a later one. Where the answer was lost, any
 * that is newer than the one before the step: one runs at a time.
 */
function isNewer({ step, before, made }: StepInput, live: LiveObject): boolean {
  const id = live.attributes['deployment_id'];
  if (made !== undefined) return id === made || Number(id) > Number(made);
  if (step === 'create' || before === undefined) return true;
  return id !== before.attributes['deployment_id'] && createdMs(live) >= createdMs(before);
}

function createdMs({ createdAt }: LiveObject): number {
  return createdAt === undefined ? 0 : Date.parse(createdAt);
}

/** A deployment that has ended stays as it is: what is wrong with it is not waited for. */
function failureOf(input: StepInput, live: LiveObject): string | undefined {
  if (!isNewer(input, live) || !isEnded(live)) return undefined;
  const { status, error_code: code, error_message: message } = live.attributes;
  if (status === 'failed') {
    return ['failed', code, message].filter((part) => typeof part === 'string').join(': ');
  }
  const after = input.after ?? {};
  const other = TOLD.find((name) => {
    const wanted = after[name];
    return wanted !== undefined && !sameValue(wanted, live.fields[name]);
  });
  return other === undefined ? undefined : `succeeded, but with another ${other} than was sent`;
}
