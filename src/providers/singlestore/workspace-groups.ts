import { isJsonObject, type JsonObject } from '../../core/json.ts';
import type { LiveObject, LiveStatus, LiveView } from '../../core/live.ts';
import type { Redactor } from '../../core/redactor.ts';
import { reveal, Secret } from '../../core/secret.ts';
import type { Value, ValueObject } from '../../core/value.ts';
import type { ApiRequest, ApiResponse } from '../../http/contract.ts';
import type { ProviderKind, ReadContext, StepInput, StepResult } from '../contract.ts';
import { createdId, listObjects, pathOf, readObject } from '../shared/api.ts';
import { defineShape } from './define-shape.ts';
import { changedNames, pick, textField } from '../shared/field-values.ts';
import { canonicalFirewall, firewallBody, readFirewall } from './firewall.ts';
import {
  booleanOf,
  defined,
  nonEmptyOf,
  numberOf,
  objectOf,
  textOf,
  textsOf,
  timeOf,
} from '../shared/item.ts';
import { providerSpelling, regionSpelling } from './regions.ts';
import { statusIn } from '../shared/status.ts';
import { requiredAfter, requiredId, showsFields } from '../shared/steps.ts';
import { assessGroup, checkGroup, checkGroupFields, expiredAt } from './workspace-group-checks.ts';

const shape = defineShape('workspaceGroups');
const PATH = '/v1/workspaceGroups';

const CREATED = [
  'name',
  'provider',
  'regionName',
  'regionID',
  'expiresAt',
  'updateWindow',
  'deploymentType',
  'highAvailabilityTwoZones',
  'optInPreviewFeature',
];
const UPDATED = ['name', 'expiresAt', 'updateWindow', 'deploymentType'];
const FIREWALL = ['firewallRanges', 'allowAllTraffic'];
/** A PENDING group can be used: update windows and changes of the firewall cause it. */
const STATUSES: ReadonlyMap<string, LiveStatus> = new Map([
  ['ACTIVE', 'settled'],
  ['PENDING', 'settled'],
  ['FAILED', 'failed'],
  ['TERMINATED', 'gone'],
]);

/**
 * Workspace groups. Names are not unique; the region reads back in both forms; firewall changes
 * show late; a terminated group stays readable by ID. PENDING is a usable state: update windows
 * cause it, so only a create waits for ACTIVE.
 */
export const workspaceGroups: ProviderKind = {
  ...shape,
  managed: true,
  key: {
    nameField: 'name',
    of: (fields) => textField(fields, 'name')?.trim().toLowerCase(),
    unique: false,
  },
  replace: 'forbid',
  deleteRisk: 'data-loss',
  needs: ['singlestore.regions'],
  contains: [{ type: 'singlestore.workspaces', label: 'workspaces' }],
  scoped: false,
  canonical: canonicalGroup,
  checkFields: checkGroupFields,
  check: checkGroup,
  assess: assessGroup,
  expiredAt,
  asynchronous: true,
  provisions: true,
  deleteOn404: 'error',
  list: (context) =>
    listObjects(context, {
      type: shape.type,
      path: PATH,
      parse: (item) => toLive(item, context),
    }),
  read: (context, id) =>
    readObject(context, pathOf('v1', 'workspaceGroups', id), (item) => toLive(item, context)),
  request: groupRequest,
  result: groupResult,
  stepDone: groupStepDone,
};

function canonicalGroup(fields: ValueObject, live: LiveView): ValueObject {
  const provider = textField(fields, 'provider');
  const regionName = textField(fields, 'regionName');
  return canonicalFirewall({
    ...fields,
    ...(provider === undefined ? {} : { provider: providerSpelling(provider, live) }),
    ...(regionName === undefined ? {} : { regionName: regionSpelling(regionName, live) }),
  });
}

function toLive(item: JsonObject, context: ReadContext): LiveObject | undefined {
  const id = nonEmptyOf(item, 'workspaceGroupID');
  const name = nonEmptyOf(item, 'name');
  const ranges = textsOf(item, 'firewallRanges');
  if (id === undefined || name === undefined || ranges === undefined) return undefined;
  const createdAt = timeOf(item, 'createdAt');
  const state = textOf(item, 'state');
  return {
    type: shape.type,
    id,
    fields: {
      ...defined<Value>({
        name,
        ...readRegion(item, context.live),
        project: nonEmptyOf(item, 'projectID'),
        expiresAt: timeOf(item, 'expiresAt'),
        updateWindow: readUpdateWindow(item),
        deploymentType: nonEmptyOf(item, 'deploymentType'),
        highAvailabilityTwoZones: booleanOf(item, 'highAvailabilityTwoZones'),
        optInPreviewFeature: booleanOf(item, 'optInPreviewFeature'),
      }),
      ...readFirewall(ranges, booleanOf(item, 'allowAllTraffic')),
    },
    attributes: groupAttributes(item),
    status: statusIn(STATUSES, state, timeOf(item, 'terminatedAt')),
    ...(state === undefined ? {} : { statusText: state }),
    ...(createdAt === undefined ? {} : { createdAt }),
  };
}

function groupAttributes(item: JsonObject): JsonObject {
  return defined({
    projectName: nonEmptyOf(item, 'projectName'),
    state: textOf(item, 'state'),
    createdAt: timeOf(item, 'createdAt'),
    terminatedAt: timeOf(item, 'terminatedAt'),
    outboundAllowList: nonEmptyOf(item, 'outboundAllowList'),
    smartDRStatus: nonEmptyOf(item, 'smartDRStatus'),
  });
}

/** A group reads back its region in both forms; a form that is missing comes from the list. */
function readRegion(
  item: JsonObject,
  live: LiveView,
): Readonly<Record<'provider' | 'regionName' | 'regionID', string | undefined>> {
  const regionID = nonEmptyOf(item, 'regionID');
  const known = regionID === undefined ? undefined : live.byId('singlestore.regions', regionID);
  return {
    provider: nonEmptyOf(item, 'provider') ?? textField(known?.fields, 'provider'),
    regionName: nonEmptyOf(item, 'regionName') ?? textField(known?.fields, 'regionName'),
    regionID,
  };
}

function readUpdateWindow(item: JsonObject): ValueObject | undefined {
  const window = objectOf(item, 'updateWindow');
  if (window === undefined) return undefined;
  return defined({ day: numberOf(window, 'day'), hour: numberOf(window, 'hour') });
}

function groupRequest(input: StepInput): ApiRequest | undefined {
  if (input.step === 'create') return { method: 'POST', path: PATH, body: createBody(input) };
  const path = pathOf('v1', 'workspaceGroups', requiredId(input));
  if (input.step === 'delete') {
    return { method: 'DELETE', path, ...(input.force ? { query: { force: 'true' } } : {}) };
  }
  const body = updateBody(input);
  return Object.keys(body).length === 0 ? undefined : { method: 'PATCH', path, body };
}

function createBody(input: StepInput): ValueObject {
  const after = canonicalGroup(requiredAfter(input), input.live);
  const { project } = after;
  return {
    ...pick(after, CREATED),
    ...(project === undefined ? {} : { projectID: project }),
    ...firewallBody(after, undefined),
    ...passwordOf(after),
  };
}

function updateBody(input: StepInput): ValueObject {
  const after = canonicalGroup(requiredAfter(input), input.live);
  const changed = changedNames(input.changed);
  return {
    ...pick(
      after,
      UPDATED.filter((name) => changed.has(name)),
    ),
    ...(FIREWALL.some((name) => changed.has(name))
      ? firewallBody(after, input.before?.fields)
      : {}),
    ...(changed.has('adminPassword') ? passwordOf(after) : {}),
  };
}

/** An empty password is never sent: the API answers it with an error. */
function passwordOf(after: ValueObject): ValueObject {
  const { adminPassword } = after;
  return adminPassword instanceof Secret && reveal(adminPassword) !== '' ? { adminPassword } : {};
}

/**
 * The API generates a password where none was sent, and puts one in place of a refused one; only
 * the answer of the create tells it.
 */
function groupResult(input: StepInput, response: ApiResponse, redactor: Redactor): StepResult {
  if (input.step !== 'create') return {};
  const id = createdId(response, 'workspaceGroupID', PATH);
  const told = isJsonObject(response.body) ? textOf(response.body, 'adminPassword') : undefined;
  const sent = input.after?.['adminPassword'];
  if (told === undefined || told === '') return { id };
  if (sent instanceof Secret && reveal(sent) === told) return { id };
  return { id, generated: [{ pointer: '/adminPassword', value: redactor.secret(told) }] };
}

function groupStepDone(input: StepInput, live: LiveObject): boolean {
  if (input.step === 'delete') return live.status === 'gone';
  const ready = input.step === 'create' ? live.statusText?.toUpperCase() === 'ACTIVE' : true;
  if (!ready || live.status !== 'settled') return false;
  const wanted = canonicalGroup(input.after ?? {}, input.live);
  return showsFields(shape.fields, live.fields, wanted, ['expiresAt']);
}
