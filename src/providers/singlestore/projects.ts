import type { JsonObject } from '../../core/json.ts';
import type { LiveObject } from '../../core/live.ts';
import type { ApiRequest } from '../../http/contract.ts';
import type { ProviderKind, StepInput } from '../contract.ts';
import { createdId, listObjects, pathOf, readObject } from '../shared/api.ts';
import { defineShape } from './define-shape.ts';
import { pick, textField } from '../shared/field-values.ts';
import { defined, nonEmptyOf, textOf, timeOf } from '../shared/item.ts';
import { requiredAfter, requiredId } from '../shared/steps.ts';

const shape = defineShape('projects');
const PATH = '/v1/projects';

/** Projects. Names are not promised to be unique; POST and PATCH answer only the ID. */
export const projects: ProviderKind = {
  ...shape,
  managed: true,
  key: {
    nameField: 'name',
    of: (fields) => textField(fields, 'name')?.trim().toLowerCase(),
    unique: false,
  },
  replace: 'forbid',
  deleteRisk: 'none',
  needs: [],
  contains: [],
  // Whether the API refuses to delete a project with groups in it is not known: trueup does.
  heldBy: { type: 'singlestore.workspaceGroups', field: 'project', label: 'workspace groups' },
  scoped: false,
  asynchronous: false,
  provisions: false,
  deleteOn404: 'done',
  list: (context) => listObjects(context, { type: shape.type, path: PATH, parse: toLive }),
  read: (context, id) => readObject(context, pathOf('v1', 'projects', id), toLive),
  request: projectRequest,
  result: (input, response) =>
    input.step === 'create' ? { id: createdId(response, 'projectID', PATH) } : {},
};

function toLive(item: JsonObject): LiveObject | undefined {
  const id = nonEmptyOf(item, 'projectID');
  const name = nonEmptyOf(item, 'name');
  if (id === undefined || name === undefined) return undefined;
  const createdAt = timeOf(item, 'createdAt');
  return {
    type: shape.type,
    id,
    fields: defined({ name, edition: textOf(item, 'edition') }),
    attributes: defined({ createdAt }),
    status: 'settled',
    ...(createdAt === undefined ? {} : { createdAt }),
  };
}

function projectRequest(input: StepInput): ApiRequest | undefined {
  if (input.step === 'create') {
    return { method: 'POST', path: PATH, body: pick(requiredAfter(input), ['name', 'edition']) };
  }
  const path = pathOf('v1', 'projects', requiredId(input));
  if (input.step === 'delete') return { method: 'DELETE', path };
  if (!input.changed.includes('/name')) return undefined;
  return { method: 'PATCH', path, body: pick(requiredAfter(input), ['name']) };
}
