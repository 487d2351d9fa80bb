import { isJsonObject } from '../../core/json.ts';
import type { ChangeInput, Composition } from '../../core/kind.ts';
import type { Redactor } from '../../core/redactor.ts';
import { sameValue } from '../../core/resolve.ts';
import type { RiskFinding } from '../../core/risk.ts';
import { isValueObject, type Value, type ValueObject } from '../../core/value.ts';
import type { ApiRequest, ApiResponse } from '../../http/contract.ts';
import type { ProviderKind, StepInput, StepResult } from '../contract.ts';
import { createdId, listObjects, pathOf, readObject } from '../shared/api.ts';
import { changedNames, objectField, pick, textField } from '../shared/field-values.ts';
import { nonEmptyOf } from '../shared/item.ts';
import { requiredAfter, requiredId } from '../shared/steps.ts';
import {
  canonicalPlacement,
  checkNewPlacement,
  checkPlacement,
  PLACEMENT,
} from './app-placement.ts';
import { readApp, readListedApp } from './app-read.ts';
import { assertSpicepodKept } from './app-kept.ts';
import { defineShape } from './define-shape.ts';

const shape = defineShape('apps');
/** Newer versions say `projects`; the older routes stay, so that old and new answer. */
const PATH = '/v1/apps';

/** What every version takes when an app is created. */
const CREATED = ['name', ...PLACEMENT, 'description', 'visibility', 'tags'];
const CONFIGURED = [
  'description',
  'visibility',
  'production_branch',
  'tags',
  'spicepod',
  'update_channel',
  'version',
  'image_tag',
  'registry',
  'image',
  'replicas',
  'resources',
  'executor',
  'node_group',
  'storage_size_gb',
];
/** Whether the API merges into these or replaces them is not known: they are sent whole. */
const NESTED = ['resources', 'executor'];

/**
 * Apps. A create takes a part of the settings, so a second step brings the rest; that step sends
 * whatever reads otherwise than asked for, since the name of a deleted app may bring back the old
 * one with its configuration. PUT merges: only what changes is sent, and what is absent stays.
 * The secrets of a deleted app cannot be read by anybody before, so its delete loses data.
 */
export const apps: ProviderKind = {
  ...shape,
  managed: true,
  key: {
    nameField: 'name',
    of: (fields) => textField(fields, 'name')?.trim().toLowerCase(),
    unique: true,
  },
  replace: 'forbid',
  deleteRisk: 'data-loss',
  needs: ['spice.regions'],
  contains: [{ type: 'spice.appSecrets', label: 'secrets' }],
  scoped: false,
  canonical: canonicalPlacement,
  checkFields: checkPlacement,
  check: checkNewPlacement,
  compose: composeApp,
  assess: assessApp,
  asynchronous: false,
  provisions: false,
  deleteOn404: 'done',
  list: (context) =>
    listObjects(context, {
      type: shape.type,
      path: PATH,
      envelope: ['apps', 'projects'],
      parse: readListedApp,
    }),
  read: (context, id) => readObject(context, pathOf('v1', 'apps', id), readApp),
  request: appRequest,
  result: appResult,
};

function assessApp({ operation, before }: ChangeInput): readonly RiskFinding[] {
  if (operation !== 'delete' || before === undefined) return [];
  const name = textField(before.fields, 'name') ?? before.id;
  const message = `deletes the app "${name}", its configuration, secrets and API keys, and ends what runs`;
  return [{ risk: 'data-loss', message }];
}

function composeApp(input: ChangeInput): Composition {
  const { operation, before, after = {} } = input;
  const becomesPublic =
    after['visibility'] === 'public' && before?.fields['visibility'] !== 'public';
  const notes = becomesPublic ? ['everybody can see it afterwards'] : [];
  if (operation !== 'create') return { steps: [operation], notes };
  const isPlain = CONFIGURED.every((name) => after[name] === undefined);
  return { steps: isPlain ? ['create'] : ['create', 'configure'], notes };
}

function appRequest(input: StepInput): ApiRequest | undefined {
  if (input.step === 'create') {
    return { method: 'POST', path: PATH, body: pick(requiredAfter(input), CREATED) };
  }
  const path = pathOf('v1', 'apps', requiredId(input));
  if (input.step === 'delete') return { method: 'DELETE', path };
  const names = input.step === 'configure' ? unlikeLive(input) : namesIn(input.changed);
  const body = wholeFields(input, names);
  return Object.keys(body).length === 0 ? undefined : { method: 'PUT', path, body };
}

function namesIn(pointers: readonly string[]): readonly string[] {
  const changed = changedNames(pointers);
  return CONFIGURED.filter((name) => changed.has(name));
}

/** Settings that the new app does not show as they are asked for; also what it never shows. */
function unlikeLive(input: StepInput): readonly string[] {
  const live = input.before?.fields ?? {};
  const whole = wholeFields(input, CONFIGURED);
  return CONFIGURED.filter((name) => {
    const wanted = whole[name];
    return wanted !== undefined && !sameValue(wanted, live[name] ?? null);
  });
}

function wholeFields(input: StepInput, names: readonly string[]): ValueObject {
  const after = pick(requiredAfter(input), names);
  const nested = NESTED.filter((name) => after[name] !== undefined).map((name) => {
    const live = objectField(input.before?.fields, name) ?? {};
    return [name, merged(live, after[name] ?? null)] as const;
  });
  return { ...after, ...Object.fromEntries(nested) };
}

/** The live object with the managed members over it. */
function merged(live: Value, after: Value): Value {
  if (!isValueObject(live) || !isValueObject(after)) return after;
  const result: Record<string, Value> = { ...live };
  for (const [name, value] of Object.entries(after))
    result[name] = merged(live[name] ?? null, value);
  return result;
}

function namesSpicepod({ step, changed }: StepInput): boolean {
  return step === 'configure' || (step === 'update' && changed.includes('/spicepod'));
}

/** A success may say in `warning` that the app is there, but not configured. */
function appResult(input: StepInput, response: ApiResponse, redactor: Redactor): StepResult {
  const { body } = response;
  const told = isJsonObject(body) ? nonEmptyOf(body, 'warning') : undefined;
  const warnings = told === undefined ? {} : { warnings: [redactor.scrub(told)] };
  if (namesSpicepod(input)) assertSpicepodKept(input, response, redactor);
  return input.step === 'create' ? { id: createdId(response, 'id', PATH), ...warnings } : warnings;
}
