import { optionalObjects, optionalString, optionalStrings, requiredString } from '../body.ts';
import type { Fields, Json } from '../contract.ts';
import { Refusal } from '../refusal.ts';
import { targetOf, viewAt } from '../time-line.ts';
import type { TimeLine } from '../time-line.ts';
import { dropGrants, grantsOfRole } from './access.ts';
import { audit } from './audit.ts';
import { BUILT_IN_ROLES, PERMISSIONS } from './catalogue.ts';
import { userInfo } from './identity.ts';
import { stamp } from './time-text.ts';
import { change, listed, notFound, param, textOf } from './world.ts';
import type { Call, Routes } from './world.ts';

const TYPE = 'role';

interface TypedRole {
  readonly resourceType: string;
  readonly role: string;
}

function keyOf({ resourceType, role }: TypedRole): string {
  return `${resourceType}/${role}`;
}

function resourceTypeOf(call: Call): string {
  const resourceType = param(call, 0);
  if (PERMISSIONS.has(resourceType)) return resourceType;
  throw new Refusal(400, `invalid resource type ${resourceType}`);
}

function builtIn({ resourceType, role }: TypedRole): Fields | undefined {
  const found = BUILT_IN_ROLES.get(resourceType)?.find((entry) => entry.role === role);
  if (found === undefined) return undefined;
  return { resourceType, ...found, inherits: [], isCustom: false };
}

function custom(call: Call, key: TypedRole): TimeLine | undefined {
  const line = call.world.store.of(TYPE).get(keyOf(key));
  return line?.deletedMs === undefined ? line : undefined;
}

/** The custom role to change or delete. */
function changeable(call: Call): TimeLine {
  const key = { resourceType: resourceTypeOf(call), role: param(call, 1) };
  if (builtIn(key) !== undefined) throw new Refusal(400, 'a built-in role cannot be changed');
  const line = custom(call, key);
  if (line === undefined) throw notFound(TYPE);
  return line;
}

function inheritsOf(fields: Fields): readonly TypedRole[] {
  return optionalObjects(fields, 'inherits').map((entry) => ({
    resourceType: requiredString(entry, 'resourceType'),
    role: requiredString(entry, 'role'),
  }));
}

/** Whether `start` reaches `goal` by inheritance. */
function reaches(call: Call, start: TypedRole, goal: string): boolean {
  const seen = new Set<string>();
  const queue = [start];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    if (keyOf(next) === goal) return true;
    const line = seen.has(keyOf(next)) ? undefined : custom(call, next);
    seen.add(keyOf(next));
    if (line !== undefined) queue.push(...inheritsOf(targetOf(line)));
  }
  return false;
}

/** What a POST or PUT body sets: all of it, absent lists are empty. */
function definition(call: Call, key: TypedRole): Fields {
  const permissions = [...new Set(optionalStrings(call.body, 'permissions') ?? [])];
  for (const permission of permissions) {
    if (PERMISSIONS.get(key.resourceType)?.includes(permission) !== true) {
      throw new Refusal(400, `invalid permission ${permission} for ${key.resourceType}`);
    }
  }
  const inherits = inheritsOf(call.body);
  for (const parent of inherits) {
    if (builtIn(parent) === undefined && custom(call, parent) === undefined) {
      throw new Refusal(400, `inherited role ${keyOf(parent)} not found`);
    }
    if (reaches(call, parent, keyOf(key))) throw new Refusal(400, 'roles inherit in a cycle');
  }
  return {
    description: optionalString(call.body, 'description') ?? '',
    permissions,
    inherits: inherits.map(({ resourceType, role }) => ({ resourceType, role })),
  };
}

function stamps(call: Call, verb: 'created' | 'updated'): Fields {
  return { [`${verb}At`]: stamp(call.now), [`${verb}By`]: userInfo(call, call.actor) };
}

function create(call: Call): Json {
  const key = { resourceType: resourceTypeOf(call), role: requiredString(call.body, 'role') };
  if (builtIn(key) !== undefined || custom(call, key) !== undefined) {
    throw new Refusal(call.switches.duplicateRoleStatus, `role ${key.role} already exists`);
  }
  const fields = definition(call, key);
  const line = call.world.store.create({
    type: TYPE,
    id: keyOf(key),
    parent: key.resourceType,
    createdMs: call.createdMs,
    base: { ...key, ...fields, isCustom: true, ...stamps(call, 'created') },
  });
  audit(call, { action: 'role.create', id: line.id, name: key.role });
  return line.base;
}

function replace(call: Call): Json {
  const line = changeable(call);
  const key = { resourceType: resourceTypeOf(call), role: param(call, 1) };
  const fields = definition(call, key);
  change(call, line, call.now, { ...fields, ...stamps(call, 'updated') });
  audit(call, { action: 'role.update', id: line.id, name: key.role, changed: Object.keys(fields) });
  return viewAt(line, call.now);
}

function isInherited(call: Call, id: string): boolean {
  for (const line of call.world.store.of(TYPE).all()) {
    if (line.deletedMs !== undefined) continue;
    if (inheritsOf(targetOf(line)).some((parent) => keyOf(parent) === id)) return true;
  }
  return false;
}

function remove(call: Call): Json {
  const line = changeable(call);
  const grants = grantsOfRole(call, resourceTypeOf(call), param(call, 1));
  const used = grants.length > 0 || isInherited(call, line.id);
  if (used && call.switches.roleInUse === 'refuse') throw new Refusal(409, 'role is in use');
  dropGrants(call, grants);
  call.world.store.erase(line, call.now);
  audit(call, { action: 'role.delete', id: line.id, name: param(call, 1) });
  return true;
}

function read(call: Call): Json {
  const key = { resourceType: resourceTypeOf(call), role: param(call, 1) };
  const fixed = builtIn(key);
  if (fixed !== undefined) return fixed;
  const line = custom(call, key);
  if (line === undefined) throw notFound(TYPE);
  return viewAt(line, call.now);
}

function listOf(call: Call, resourceType: string): Fields[] {
  const fixed = (BUILT_IN_ROLES.get(resourceType) ?? []).map(({ role }) =>
    builtIn({ resourceType, role }),
  );
  const own = listed(call, TYPE, call.world.store.of(TYPE).inParent(resourceType));
  return [...fixed.filter((entry) => entry !== undefined), ...own];
}

function permissionsOf(resourceType: string): Fields[] {
  return (PERMISSIONS.get(resourceType) ?? []).map((permission) => ({
    permission,
    resourceType,
    description: `${permission} (${resourceType})`,
  }));
}

/** The second version knows roles by name alone, across resource types. */
function joined(call: Call): Fields[] {
  const byName = new Map<string, Fields>();
  for (const resourceType of PERMISSIONS.keys()) {
    for (const entry of listOf(call, resourceType)) {
      const role = textOf(entry, 'role');
      const known = byName.get(role);
      const part = { resourceType, permissions: entry['permissions'] };
      const before = known === undefined ? [] : optionalObjects(known, 'permissions');
      byName.set(role, {
        role,
        description: entry['description'],
        ...known,
        permissions: [...before, part],
      });
    }
  }
  return [...byName.values()];
}

function readJoined(call: Call): Json {
  const found = joined(call).find((entry) => entry['role'] === param(call, 0));
  if (found === undefined) throw notFound(TYPE);
  return found;
}

export function addRoleRoutes(routes: Routes): void {
  routes.add('GET', '/v1/roles/:type', (call) => listOf(call, resourceTypeOf(call)));
  routes.add('POST', '/v1/roles/:type', create);
  routes.add('GET', '/v1/roles/:type/:role', read);
  routes.add('PUT', '/v1/roles/:type/:role', replace);
  routes.add('DELETE', '/v1/roles/:type/:role', remove);
  const permissions = '/v2/authorization/permissions';
  routes.add('GET', permissions, () => [...PERMISSIONS.keys()].flatMap(permissionsOf));
  routes.add('GET', `${permissions}/:type`, (call) => permissionsOf(resourceTypeOf(call)));
  routes.add('GET', '/v2/authorization/roles', joined);
  routes.add('GET', '/v2/authorization/roles/:role', readJoined);
}
