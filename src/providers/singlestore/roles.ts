import { isJsonObject, type JsonObject } from '../../core/json.ts';
import type { NamedDependency, PlanProblem, CheckInput } from '../../core/kind.ts';
import type { Inventory, LiveObject, LiveView, ResolvedResource } from '../../core/live.ts';
import { memoise } from '../../core/memoise.ts';
import { isValueObject, type Value, type ValueObject } from '../../core/value.ts';
import { ApiError } from '../../http/api-error.ts';
import type { ApiRequest } from '../../http/contract.ts';
import type { ProviderKind, ReadContext, StepInput } from '../contract.ts';
import { inventoryOf, invalidAnswer, listObjects, pathOf, readObject } from '../shared/api.ts';
import { assessRole } from './access-assess.ts';
import { defineShape } from './define-shape.ts';
import { isValueArray, textField, textsField } from '../shared/field-values.ts';
import {
  arrayOf,
  booleanOf,
  defined,
  nonEmptyOf,
  textOf,
  textsOf,
  timeOf,
} from '../shared/item.ts';
import { requiredAfter } from '../shared/steps.ts';
import { suggestion } from '../../core/suggest.ts';

const shape = defineShape('roles');
const PERMISSIONS = 'singlestore.permissions';
const NOTHING: ReadonlySet<string> = new Set();
const RESOURCE_TYPES = ['Organization', 'Cluster', 'Team', 'Secret'];

/**
 * Roles, one collection per resource type. The name is the identity, PUT replaces everything, and
 * the built-in ones are listed but never changed.
 */
export const roles: ProviderKind = {
  ...shape,
  managed: true,
  key: { nameField: 'role', of: roleKey, unique: true },
  replace: 'allow',
  deleteRisk: 'none',
  needs: [PERMISSIONS],
  contains: [],
  idFromKey: true,
  scoped: true,
  scopeOf: resourceTypeOf,
  scopes: resourceTypes,
  neededScopes: (fields) =>
    [...new Set(inheritedOf(fields).map(({ resourceType }) => resourceType))].map((scope) => ({
      type: shape.type,
      scope,
    })),
  canonical: canonicalRole,
  namedDependencies,
  checkFields: checkName,
  check: checkRole,
  assess: assessRole,
  asynchronous: false,
  provisions: false,
  deleteOn404: 'done',
  list: listRoles,
  read: (context, id) =>
    readObject(context, rolePath(id), (item) => toLive(item, id.slice(0, id.indexOf('/')))),
  request: roleRequest,
  result: roleResult,
};

/**
 * A resource type that the API refuses and its catalogue of permissions does not know has no roles:
 * the check names the mistake. Any other failure leaves the list unread.
 */
async function listRoles(
  context: ReadContext,
  scope: string | undefined = '',
): ReturnType<ProviderKind['list']> {
  const path = pathOf('v1', 'roles', scope);
  try {
    const parse = (item: JsonObject): LiveObject | undefined => toLive(item, scope);
    return await listObjects(context, { type: shape.type, scope, path, parse });
  } catch (error) {
    const isRefused = error instanceof ApiError && error.status === 400;
    if (!isRefused || !isUnknownType(scope, context.live)) throw error;
    return inventoryOf({ type: shape.type, scope, path }, [], undefined);
  }
}

/** Whether the whole catalogue of permissions has none for this resource type. */
function isUnknownType(resourceType: string, live: LiveView): boolean {
  const isWhole = live.inventory(PERMISSIONS)?.complete === true;
  if (!isWhole || live.objects(PERMISSIONS).length === 0) return false;
  return permissionsOf(resourceType, live).length === 0;
}

/** Those that the catalogue of permissions names, and those that are known. */
function resourceTypes(live: LiveView): readonly string[] {
  const named = live.objects(PERMISSIONS).flatMap(({ fields }) => resourceTypeOf(fields) ?? []);
  return [...new Set([...RESOURCE_TYPES, ...named])];
}

function permissionsOf(resourceType: string, live: LiveView): readonly string[] {
  return live
    .objects(PERMISSIONS)
    .filter((item) => resourceTypeOf(item.fields) === resourceType)
    .flatMap((item) => textField(item.fields, 'permission') ?? []);
}

/** The catalogue is of another version of the API than the roles: what a role has exists as well. */
const permissionsInUse = memoise(({ objects }: Inventory): ReadonlySet<string> => {
  return new Set(objects.flatMap(({ fields }) => textsField(fields, 'permissions') ?? []));
});

function unknownType(resourceType: string, field: string): PlanProblem {
  const message = `no resource type ${resourceType}${suggestion(resourceType, RESOURCE_TYPES)}`;
  return { code: 'name-unknown', message, path: [field] };
}

/** `<resourceType>/<role>`, the natural key of a role. */
export function roleName(resourceType: string, role: string): string {
  return `${resourceTypeSpelling(resourceType)}/${role}`;
}

function roleKey(fields: ValueObject): string | undefined {
  const resourceType = resourceTypeOf(fields);
  const role = textField(fields, 'role');
  return resourceType === undefined || role === undefined ? undefined : `${resourceType}/${role}`;
}

function resourceTypeOf(fields: ValueObject): string | undefined {
  const resourceType = textField(fields, 'resourceType');
  return resourceType === undefined ? undefined : resourceTypeSpelling(resourceType);
}

function resourceTypeSpelling(text: string): string {
  return RESOURCE_TYPES.find((name) => name.toLowerCase() === text.toLowerCase()) ?? text;
}

function rolePath(id: string): string {
  const slash = id.indexOf('/');
  return pathOf('v1', 'roles', id.slice(0, slash), id.slice(slash + 1));
}

function canonicalRole(fields: ValueObject): ValueObject {
  const resourceType = resourceTypeOf(fields);
  const { inherits } = fields;
  return {
    ...fields,
    ...(resourceType === undefined ? {} : { resourceType }),
    ...(isValueArray(inherits) ? { inherits: inherits.map(canonicalInherited) } : {}),
  };
}

function canonicalInherited(item: Value): Value {
  const resourceType = isValueObject(item) ? resourceTypeOf(item) : undefined;
  return isValueObject(item) && resourceType !== undefined ? { ...item, resourceType } : item;
}

interface TypedRole {
  readonly resourceType: string;
  readonly role: string;
}

function inheritedOf(fields: ValueObject): readonly TypedRole[] {
  const { inherits } = fields;
  return (isValueArray(inherits) ? inherits : []).flatMap((item) => {
    if (!isValueObject(item)) return [];
    const resourceType = resourceTypeOf(item);
    const role = textField(item, 'role');
    return resourceType === undefined || role === undefined ? [] : [{ resourceType, role }];
  });
}

function namedDependencies(fields: ValueObject): readonly NamedDependency[] {
  return inheritedOf(fields).map(({ resourceType, role }) => ({
    type: shape.type,
    naturalKey: roleName(resourceType, role),
  }));
}

function toLive(item: JsonObject, scope: string): LiveObject | undefined {
  const role = nonEmptyOf(item, 'role');
  const permissions = textsOf(item, 'permissions');
  const inherits = arrayOf(item, 'inherits')?.map((one) => typedRole(one));
  if (role === undefined || permissions === undefined) return undefined;
  if (inherits === undefined || inherits.includes(undefined)) return undefined;
  const resourceType = resourceTypeSpelling(nonEmptyOf(item, 'resourceType') ?? scope);
  const createdAt = timeOf(item, 'createdAt');
  const isCustom = booleanOf(item, 'isCustom') ?? true;
  return {
    type: shape.type,
    id: `${resourceType}/${role}`,
    scope: resourceTypeSpelling(scope),
    fields: defined<Value>({
      role,
      resourceType,
      description: textOf(item, 'description'),
      permissions,
      inherits: inherits.flatMap((one) => one ?? []),
    }),
    attributes: defined({ isCustom, createdAt, updatedAt: timeOf(item, 'updatedAt') }),
    status: 'settled',
    ...(createdAt === undefined ? {} : { createdAt }),
    facts: { isCustom, builtIn: !isCustom },
  };
}

function typedRole(item: unknown): ValueObject | undefined {
  if (!isJsonObject(item)) return undefined;
  const resourceType = nonEmptyOf(item, 'resourceType');
  const role = nonEmptyOf(item, 'role');
  if (resourceType === undefined || role === undefined) return undefined;
  return { resourceType: resourceTypeSpelling(resourceType), role };
}

/** What PUT replaces; what the manifest does not manage is sent as it was read. */
function roleBody(input: StepInput): ValueObject {
  const after = requiredAfter(input);
  const before = input.before?.fields ?? {};
  return {
    description: after['description'] ?? before['description'] ?? '',
    permissions: after['permissions'] ?? before['permissions'] ?? [],
    inherits: after['inherits'] ?? before['inherits'] ?? [],
  };
}

function roleRequest(input: StepInput): ApiRequest | undefined {
  if (input.step === 'create') {
    const after = requiredAfter(input);
    const path = pathOf('v1', 'roles', resourceTypeOf(after) ?? '');
    return { method: 'POST', path, body: { role: after['role'] ?? '', ...roleBody(input) } };
  }
  const id = input.id ?? roleKey(requiredAfter(input)) ?? '';
  if (input.step === 'delete') return { method: 'DELETE', path: rolePath(id) };
  return { method: 'PUT', path: rolePath(id), body: roleBody(input) };
}

function roleResult(input: StepInput): { readonly id?: string; readonly scope?: string } {
  if (input.step !== 'create') return {};
  const after = requiredAfter(input);
  const id = roleKey(after);
  const scope = resourceTypeOf(after);
  if (id === undefined || scope === undefined) throw invalidAnswer('POST', '/v1/roles');
  return { id, scope };
}

/** The name stands in paths, where these two mean another place, however they are encoded. */
function checkName({ role }: ValueObject): readonly PlanProblem[] {
  if (role !== '.' && role !== '..') return [];
  const message = `a role cannot be named "${role}": the API could not be asked for it`;
  return [{ code: 'schema-value', message, path: ['role'] }];
}

function checkRole(input: CheckInput): readonly PlanProblem[] {
  const { fields } = input.resource;
  return [
    ...checkBuiltIn(fields, input.live),
    ...checkPermissions(fields, input.live),
    ...inheritedOf(fields).flatMap(({ resourceType, role }) =>
      isUnknownType(resourceType, input.live)
        ? [unknownType(resourceType, 'inherits')]
        : checkRoleName(resourceType, role, ['inherits'], input),
    ),
  ];
}

function checkBuiltIn(fields: ValueObject, live: LiveView): readonly PlanProblem[] {
  const found = live.byId(shape.type, roleKey(fields) ?? '');
  if (found?.facts?.['isCustom'] !== false) return [];
  const message = `${found.id} is a built-in role: it cannot be managed`;
  return [{ code: 'schema-value', message, path: ['role'], hint: 'Choose another name.' }];
}

function checkPermissions(fields: ValueObject, live: LiveView): readonly PlanProblem[] {
  const resourceType = resourceTypeOf(fields);
  if (resourceType === undefined) return [];
  if (live.inventory(PERMISSIONS)?.complete !== true) return [];
  const known = permissionsOf(resourceType, live);
  const roles = live.inventory(shape.type, resourceType);
  const used = roles === undefined ? NOTHING : permissionsInUse(roles);
  if (known.length === 0 && used.size === 0) return [unknownType(resourceType, 'resourceType')];
  const names = new Set(known);
  return (textsField(fields, 'permissions') ?? [])
    .filter((name) => !names.has(name) && !used.has(name))
    .map((name) => ({
      code: 'name-unknown',
      message: `no permission "${name}" for ${resourceType}${suggestion(name, known)}`,
      path: ['permissions'],
    }));
}

/** A problem when no role of that name exists, neither live nor in the stack. */
export function checkRoleName(
  resourceType: string,
  role: string,
  path: readonly string[],
  input: Pick<CheckInput, 'stack' | 'live' | 'deletedIds'>,
): readonly PlanProblem[] {
  const inventory = input.live.inventory(shape.type, resourceType);
  const key = roleName(resourceType, role);
  if (inventory?.complete !== true || stackRoles(input.stack).has(key)) return [];
  const known = inventory.objects.filter(({ id, status }) => {
    return status !== 'gone' && !input.deletedIds.has(id);
  });
  if (known.some(({ id }) => id === key)) return [];
  const names = known.flatMap(({ fields }) => textField(fields, 'role') ?? []);
  const message = `no role "${role}" for ${resourceType}${suggestion(role, names)}`;
  return [{ code: 'name-unknown', message, path }];
}

/** Natural keys of the roles that the stack manages. */
export const stackRoles = memoise((stack: readonly ResolvedResource[]): ReadonlySet<string> => {
  const managed = stack.filter(({ type }) => type === shape.type);
  return new Set(managed.flatMap(({ fields }) => roleKey(fields) ?? []));
});
