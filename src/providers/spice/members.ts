import type { JsonObject } from '../../core/json.ts';
import type { ChangeInput, CheckInput, PlanProblem } from '../../core/kind.ts';
import type { LiveObject } from '../../core/live.ts';
import type { RiskFinding } from '../../core/risk.ts';
import type { Value, ValueObject } from '../../core/value.ts';
import type { ApiRequest } from '../../http/contract.ts';
import type { ProviderKind, StepInput } from '../contract.ts';
import { createdId, listObjects, pathOf, readObject } from '../shared/api.ts';
import { difference, pick, textField, textsField } from '../shared/field-values.ts';
import { booleanOf, defined, idOf, nonEmptyOf, textsOf, timeOf } from '../shared/item.ts';
import { requiredAfter, requiredId } from '../shared/steps.ts';
import { defineShape } from './define-shape.ts';

const shape = defineShape('members');
const PATH = '/v1/members';
/** Roles that manage members. */
const MANAGERS = ['owner', 'admin'];

/**
 * Members of the organization. PATCH replaces all roles. Owners are neither changed nor removed by
 * the API, so a plan that would is refused. Removed members can be added again.
 */
export const members: ProviderKind = {
  ...shape,
  managed: true,
  key: {
    nameField: 'username',
    of: (fields) => textField(fields, 'username')?.trim().toLowerCase(),
    unique: true,
  },
  replace: 'allow',
  deleteRisk: 'none',
  needs: [],
  contains: [],
  scoped: false,
  check: checkMember,
  assess: assessMember,
  undeletable: (live) => (isOwner(live) ? 'it is an owner' : undefined),
  asynchronous: false,
  provisions: false,
  deleteOn404: 'done',
  list: (context) =>
    listObjects(context, { type: shape.type, path: PATH, envelope: 'members', parse: toLive }),
  read: (context, id) => readObject(context, pathOf('v1', 'members', id), toLive),
  request: memberRequest,
  result: (input, response) =>
    input.step === 'create' ? { id: createdId(response, 'user_id', PATH) } : {},
};

function toLive(item: JsonObject): LiveObject | undefined {
  const id = idOf(item, 'user_id');
  const username = nonEmptyOf(item, 'username');
  const roles = textsOf(item, 'roles');
  if (id === undefined || username === undefined || roles === undefined) return undefined;
  const createdAt = timeOf(item, 'created_at');
  return {
    type: shape.type,
    id,
    fields: { username, roles },
    attributes: defined<string | boolean>({
      is_owner: booleanOf(item, 'is_owner'),
      created_at: createdAt,
    }),
    status: 'settled',
    ...(createdAt === undefined ? {} : { createdAt }),
  };
}

function memberRequest(input: StepInput): ApiRequest | undefined {
  if (input.step === 'create') {
    const body = pick(requiredAfter(input), ['username', 'roles']);
    return { method: 'POST', path: PATH, body };
  }
  const path = pathOf('v1', 'members', requiredId(input));
  if (input.step === 'delete') return { method: 'DELETE', path };
  if (!input.changed.includes('/roles')) return undefined;
  return { method: 'PATCH', path, body: pick(requiredAfter(input), ['roles']) };
}

/** Some answers do not tell `is_owner`; the role does. */
function isOwner({ attributes, fields }: LiveObject): boolean {
  return attributes['is_owner'] === true || (textsField(fields, 'roles') ?? []).includes('owner');
}

function checkMember({ resource, live }: CheckInput): readonly PlanProblem[] {
  const member = resource.id === undefined ? undefined : live.byId(shape.type, resource.id);
  const wanted = textsField(resource.fields, 'roles');
  if (member === undefined || wanted === undefined || !isOwner(member)) return [];
  const { added, removed } = difference(textsField(member.fields, 'roles') ?? [], wanted);
  if (added.length + removed.length === 0) return [];
  const name = textField(member.fields, 'username') ?? member.id;
  return [
    {
      code: 'schema-value',
      message: `${name} is an owner, whose roles the API does not change`,
      path: ['roles'],
      hint: 'leave `roles` out, or give the ones the owner has',
    },
  ];
}

/**
 * Lockout: somebody who manages members would not any more. The API does not tell whom a token
 * belongs to, but only one of these can have made the token that is able to do it.
 */
function assessMember(input: ChangeInput): readonly RiskFinding[] {
  const { before, live } = input;
  if (before === undefined || !isManager(before.fields)) return [];
  if (input.operation === 'update' && isManager(input.after ?? before.fields)) return [];
  const name = textField(before.fields, 'username') ?? before.id;
  const others = live.objects(shape.type).filter((other) => other.id !== before.id);
  const message = others.some((other) => isOwner(other) || isManager(other.fields))
    ? `takes the management of the organization from ${name}, whom the token in use may belong to`
    : `leaves nobody but ${name} able to manage the organization, and takes that away`;
  return [{ risk: 'lockout', message }];
}

function isManager(fields: ValueObject): boolean {
  const roles: Value | undefined = fields['roles'];
  if (!Array.isArray(roles)) return true;
  return roles.some((role) => typeof role !== 'string' || MANAGERS.includes(role));
}
