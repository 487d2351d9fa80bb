import type { JsonObject } from '../../core/json.ts';
import type { ChangeInput, Composition } from '../../core/kind.ts';
import type { LiveObject, LiveStatus } from '../../core/live.ts';
import type { Value, ValueObject } from '../../core/value.ts';
import type { ApiRequest } from '../../http/contract.ts';
import type { ProviderKind, ReadContext, StepInput } from '../contract.ts';
import { createdId, listObjects, pathOf, readObject } from '../shared/api.ts';
import { defineShape } from './define-shape.ts';
import { changedNames, objectField, pick, textField } from '../shared/field-values.ts';
import { booleanOf, defined, nonEmptyOf, numberOf, textOf, timeOf } from '../shared/item.ts';
import { statusIn } from '../shared/status.ts';
import { requiredAfter, requiredId, showsFields } from '../shared/steps.ts';
import { canonicalWorkspace, readAutoScale, readAutoSuspend } from './workspace-auto.ts';
import { assessWorkspace, checkWorkspace, checkWorkspaceFields } from './workspace-checks.ts';

const shape = defineShape('workspaces');
const PATH = '/v1/workspaces';
const CREATED = ['name', 'size', 'scaleFactor', 'cacheConfig', 'enableKai', 'autoSuspend'];
const UPDATED = [...CREATED.slice(1), 'autoScale', 'deploymentType'];
const STATUSES: ReadonlyMap<string, LiveStatus> = new Map([
  ['ACTIVE', 'settled'],
  ['SUSPENDED', 'settled'],
  ['FAILED', 'failed'],
  ['TERMINATED', 'gone'],
]);

/**
 * Workspaces, one collection per group. Suspension is no field of the API but two verbs; a
 * suspended workspace takes no other change; after a PATCH it still looks finished for a while.
 */
export const workspaces: ProviderKind = {
  ...shape,
  managed: true,
  key: { nameField: 'name', of: workspaceKey, unique: false },
  replace: 'forbid',
  deleteRisk: 'downtime',
  needs: [],
  contains: [],
  scoped: true,
  scopeOf: (fields) => textField(fields, 'workspaceGroup'),
  canonical: canonicalWorkspace,
  checkFields: checkWorkspaceFields,
  check: checkWorkspace,
  assess: assessWorkspace,
  compose: composeWorkspace,
  asynchronous: true,
  provisions: true,
  deleteOn404: 'done',
  list: listWorkspaces,
  read: (context, id) => readObject(context, pathOf('v1', 'workspaces', id), toLive),
  request: workspaceRequest,
  result: (input, response) =>
    input.step === 'create'
      ? createdWorkspace(input, createdId(response, 'workspaceID', PATH))
      : {},
  stepDone: workspaceStepDone,
};

function workspaceKey(fields: ValueObject): string | undefined {
  const group = textField(fields, 'workspaceGroup');
  const name = textField(fields, 'name');
  if (group === undefined || name === undefined) return undefined;
  return `${group}/${name.trim().toLowerCase()}`;
}

function listWorkspaces(
  context: ReadContext,
  scope: string | undefined,
): ReturnType<ProviderKind['list']> {
  return listObjects(context, {
    type: shape.type,
    scope,
    path: PATH,
    query: { workspaceGroupID: scope ?? '' },
    parse: toLive,
  });
}

function toLive(item: JsonObject): LiveObject | undefined {
  const id = nonEmptyOf(item, 'workspaceID');
  const name = nonEmptyOf(item, 'name');
  const workspaceGroup = nonEmptyOf(item, 'workspaceGroupID');
  if (id === undefined || name === undefined || workspaceGroup === undefined) return undefined;
  const state = textOf(item, 'state');
  const createdAt = timeOf(item, 'createdAt');
  return {
    type: shape.type,
    id,
    scope: workspaceGroup,
    fields: defined<Value>({
      name,
      workspaceGroup,
      size: nonEmptyOf(item, 'size'),
      scaleFactor: numberOf(item, 'scaleFactor'),
      cacheConfig: numberOf(item, 'cacheConfig'),
      autoSuspend: readAutoSuspend(item),
      autoScale: readAutoScale(item),
      enableKai: booleanOf(item, 'kaiEnabled'),
      deploymentType: nonEmptyOf(item, 'deploymentType'),
      suspended: suspendedIn(state),
    }),
    attributes: defined({
      endpoint: nonEmptyOf(item, 'endpoint'),
      state,
      createdAt,
      terminatedAt: timeOf(item, 'terminatedAt'),
      lastResumedAt: timeOf(item, 'lastResumedAt'),
      scalingProgress: numberOf(item, 'scalingProgress'),
    }),
    status: statusIn(STATUSES, state, timeOf(item, 'terminatedAt')),
    ...(state === undefined ? {} : { statusText: state }),
    ...(createdAt === undefined ? {} : { createdAt }),
  };
}

function suspendedIn(state: string | undefined): boolean | undefined {
  const known = state?.toUpperCase();
  if (known === 'SUSPENDED') return true;
  return known === 'ACTIVE' ? false : undefined;
}

function composeWorkspace(input: ChangeInput): Composition {
  if (input.operation === 'delete') return { steps: ['delete'] };
  if (input.operation === 'create') return composeCreate(input.after ?? {});
  const changed = changedNames(input.changed);
  const wasSuspended = input.before?.fields['suspended'] === true;
  const staysSuspended = (input.after?.['suspended'] ?? wasSuspended) === true;
  const updates = [...changed].some((name) => name !== 'suspended');
  const resumes = wasSuspended && (updates || !staysSuspended);
  const suspends = staysSuspended && (resumes || !wasSuspended);
  const steps = [
    ...(resumes ? ['resume'] : []),
    ...(updates ? ['update'] : []),
    ...(suspends ? ['suspend'] : []),
  ];
  return {
    steps,
    ...(suspends && steps.length > 1 ? { restore: { suspended: true } } : {}),
    ...(resumes ? { unsettles: ['endpoint'] } : {}),
    ...(resumes && suspends
      ? {
          notes: [
            'it is suspended: resumed for the change, then suspended again; it runs meanwhile',
          ],
        }
      : {}),
  };
}

/** The API takes deploymentType by PATCH only, and creates no suspended workspace. */
function composeCreate(after: ValueObject): Composition {
  const suspends = after['suspended'] === true;
  const steps = [
    'create',
    ...('deploymentType' in after ? ['update'] : []),
    ...(suspends ? ['suspend'] : []),
  ];
  return { steps, ...(suspends ? { restore: { suspended: true } } : {}) };
}

function workspaceRequest(input: StepInput): ApiRequest | undefined {
  if (input.step === 'create') return { method: 'POST', path: PATH, body: createBody(input) };
  const id = requiredId(input);
  const path = pathOf('v1', 'workspaces', id);
  switch (input.step) {
    case 'delete':
      return { method: 'DELETE', path };
    // The API refuses what is so already: an auto-suspension may have come first.
    case 'suspend':
      if (input.before?.fields['suspended'] === true) return undefined;
      return { method: 'POST', path: `${path}/suspend` };
    case 'resume':
      if (input.before?.fields['suspended'] === false) return undefined;
      return { method: 'POST', path: `${path}/resume`, body: {} };
    default: {
      const body = updateBody(input);
      return Object.keys(body).length === 0 ? undefined : { method: 'PATCH', path, body };
    }
  }
}

function createBody(input: StepInput): ValueObject {
  const after = canonicalWorkspace(requiredAfter(input));
  const { workspaceGroup = '' } = after;
  const autoScale = objectField(after, 'autoScale');
  const scales = autoScale !== undefined && autoScale['maxScaleFactor'] !== 1;
  return {
    ...pick(after, CREATED),
    workspaceGroupID: workspaceGroup,
    ...(scales ? { autoScale } : {}),
  };
}

/** The update that follows a create sends only what the create could not. */
function updateBody(input: StepInput): ValueObject {
  const after = canonicalWorkspace(requiredAfter(input));
  const changed = changedNames(input.changed);
  return pick(
    after,
    UPDATED.filter((name) => changed.has(name) && !alreadySent(name, input, after)),
  );
}

function alreadySent(name: string, input: StepInput, after: ValueObject): boolean {
  const live = input.before?.fields;
  if (live === undefined) return name !== 'deploymentType';
  return showsFields(shape.fields, live, pick(after, [name]), []);
}

function createdWorkspace(input: StepInput, id: string): { id: string; scope?: string } {
  const scope = textField(input.after, 'workspaceGroup');
  return { id, ...(scope === undefined ? {} : { scope }) };
}

function workspaceStepDone(input: StepInput, live: LiveObject): boolean {
  const state = live.statusText?.toUpperCase();
  if (input.step === 'delete') return live.status === 'gone';
  if (input.step === 'suspend') return state === 'SUSPENDED';
  // A created workspace that is suspended since was created all the same.
  const isUp = state === 'ACTIVE' || (input.step === 'create' && state === 'SUSPENDED');
  if (!isUp) return false;
  if (input.step === 'resume') return true;
  const leftOut = input.step === 'create' ? ['suspended', 'deploymentType'] : ['suspended'];
  const wanted = canonicalWorkspace(input.after ?? {});
  return showsFields(shape.fields, live.fields, wanted, leftOut);
}
