import { isJsonObject, type JsonObject } from '../../core/json.ts';
import type { LiveObject } from '../../core/live.ts';
import type { ApiRequest } from '../../http/contract.ts';
import type { ProviderKind, ReadContext, StepInput } from '../contract.ts';
import { createdId, listObjects, pathOf, readObject } from '../shared/api.ts';
import { defineShape } from './define-shape.ts';
import { pick, textField } from '../shared/field-values.ts';
import { defined, nonEmptyOf, textOf, timeOf } from '../shared/item.ts';
import { requiredAfter, requiredId } from '../shared/steps.ts';

const shape = defineShape('secrets');
const PATH = '/v1/secrets';

/**
 * Secrets of the organization. Reads carry the value in clear text, to callers that may see it;
 * a list need not: a later `lastUpdatedAt` then says that a read by ID is due. The list is an array
 * or stands under `secrets`. A secret with `deletedAt` is a tombstone.
 */
export const secrets: ProviderKind = {
  ...shape,
  managed: true,
  key: { nameField: 'name', of: (fields) => textField(fields, 'name'), unique: false },
  replace: 'allow',
  deleteRisk: 'downtime',
  needs: [],
  contains: [],
  scoped: false,
  changedMark: 'lastUpdatedAt',
  asynchronous: false,
  provisions: false,
  deleteOn404: 'done',
  list: (context) =>
    listObjects(context, {
      type: shape.type,
      path: PATH,
      envelope: 'secrets',
      parse: (item) => toLive(item, context),
    }),
  read: (context, id) =>
    readObject(context, pathOf('v1', 'secrets', id), (item) => toLive(item, context)),
  request: secretRequest,
  result(input, response) {
    const { body } = response;
    const mark = isJsonObject(body) ? timeOf(body, 'lastUpdatedAt') : undefined;
    return {
      ...(input.step === 'create' ? { id: createdId(response, 'secretID', PATH) } : {}),
      ...(mark === undefined ? {} : { mark }),
    };
  },
};

function toLive(item: JsonObject, context: ReadContext): LiveObject | undefined {
  const id = nonEmptyOf(item, 'secretID');
  const name = nonEmptyOf(item, 'name');
  if (id === undefined || name === undefined) return undefined;
  const value = textOf(item, 'value');
  const createdAt = timeOf(item, 'createdAt');
  return {
    type: shape.type,
    id,
    fields: { name, ...(value === undefined ? {} : { value: context.redactor.secret(value) }) },
    attributes: defined({
      createdAt,
      lastUpdatedAt: timeOf(item, 'lastUpdatedAt'),
      createdBy: textOf(item, 'createdBy'),
      lastUpdatedBy: textOf(item, 'lastUpdatedBy'),
    }),
    status: timeOf(item, 'deletedAt') === undefined ? 'settled' : 'gone',
    ...(createdAt === undefined ? {} : { createdAt }),
  };
}

function secretRequest(input: StepInput): ApiRequest | undefined {
  if (input.step === 'create') {
    return { method: 'POST', path: PATH, body: pick(requiredAfter(input), ['name', 'value']) };
  }
  const path = pathOf('v1', 'secrets', requiredId(input));
  if (input.step === 'delete') return { method: 'DELETE', path };
  if (!input.changed.includes('/value')) return undefined;
  return { method: 'PATCH', path, body: pick(requiredAfter(input), ['value']) };
}
