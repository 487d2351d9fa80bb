import { isJsonObject, type JsonObject } from '../../core/json.ts';
import type { LiveObject } from '../../core/live.ts';
import type { ValueObject } from '../../core/value.ts';
import type { ApiRequest } from '../../http/contract.ts';
import type { ProviderKind, StepInput } from '../contract.ts';
import { invalidAnswer, listObjects, pathOf, readObject } from '../shared/api.ts';
import { pick, textField } from '../shared/field-values.ts';
import { defined, nonEmptyOf, timeOf } from '../shared/item.ts';
import { requiredAfter } from '../shared/steps.ts';
import { defineShape } from './define-shape.ts';

const shape = defineShape('appSecrets');

/**
 * Secrets of an app, one collection an app. POST creates and overwrites alike, without telling
 * which: a secret that is there already has to be adopted, and sending it twice does no harm. The
 * value is never read; `updated_at` is the only sign that somebody else wrote one.
 */
export const appSecrets: ProviderKind = {
  ...shape,
  managed: true,
  key: { nameField: 'name', of: secretKey, unique: true },
  replace: 'allow',
  deleteRisk: 'none',
  needs: [],
  contains: [],
  idFromKey: true,
  scoped: true,
  scopeOf: appOf,
  changedMark: 'updated_at',
  asynchronous: false,
  provisions: false,
  deleteOn404: 'done',
  list: (context, scope = '') =>
    listObjects(context, {
      type: shape.type,
      scope,
      path: secretsPath(scope),
      envelope: 'secrets',
      parse: (item) => toLive(item, scope),
    }),
  read(context, id) {
    const { app, name } = splitId(id);
    return readObject(context, pathOf('v1', 'apps', app, 'secrets', name), (item) =>
      toLive(item, app),
    );
  },
  request: secretRequest,
  result(input, response) {
    const mark = isJsonObject(response.body) ? timeOf(response.body, 'updated_at') : undefined;
    const told = mark === undefined ? {} : { mark };
    if (input.step !== 'create') return told;
    const scope = appOf(input.after ?? {});
    const id = secretKey(input.after ?? {});
    const isAnswer = isJsonObject(response.body) && nonEmptyOf(response.body, 'name') !== undefined;
    if (id === undefined || scope === undefined || !isAnswer) {
      throw invalidAnswer('POST', secretsPath(scope ?? ''));
    }
    return { id, scope, ...told };
  },
};

export function appOf(fields: ValueObject): string | undefined {
  return textField(fields, 'app');
}

function secretKey(fields: ValueObject): string | undefined {
  const app = appOf(fields);
  const name = textField(fields, 'name');
  return app === undefined || name === undefined ? undefined : `${app}/${name}`;
}

function secretsPath(app: string): string {
  return pathOf('v1', 'apps', app, 'secrets');
}

function splitId(id: string): { readonly app: string; readonly name: string } {
  const [app = '', ...rest] = id.split('/');
  return { app, name: rest.join('/') };
}

function toLive(item: JsonObject, app: string): LiveObject | undefined {
  const name = nonEmptyOf(item, 'name');
  if (name === undefined) return undefined;
  const createdAt = timeOf(item, 'created_at');
  return {
    type: shape.type,
    id: `${app}/${name}`,
    scope: app,
    fields: { app, name },
    attributes: defined({ created_at: createdAt, updated_at: timeOf(item, 'updated_at') }),
    status: 'settled',
    ...(createdAt === undefined ? {} : { createdAt }),
  };
}

function secretRequest(input: StepInput): ApiRequest | undefined {
  if (input.step === 'delete') {
    const { app, name } = splitId(input.id ?? '');
    return { method: 'DELETE', path: pathOf('v1', 'apps', app, 'secrets', name) };
  }
  if (!input.changed.includes('/value')) return undefined;
  const after = requiredAfter(input);
  const path = secretsPath(appOf(after) ?? '');
  return { method: 'POST', path, body: pick(after, ['name', 'value']) };
}
