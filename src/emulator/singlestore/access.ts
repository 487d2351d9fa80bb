import { checkUuid, optionalObjects, optionalStrings, requiredString } from '../body.ts';
import type { Fields, Json } from '../contract.ts';
import { Refusal } from '../refusal.ts';
import type { TimeLine } from '../time-line.ts';
import { targetOf } from '../time-line.ts';
import { audit } from './audit.ts';
import { CASCADING_ROLES } from './catalogue.ts';
import { teamInfo, userInfo } from './identity.ts';
import { roleNames } from './role-table.ts';
import { stamp } from './time-text.ts';
import { isLive, notFound, param, textOf, textsOf, writable } from './world.ts';
import type { Call, Routes } from './world.ts';

/** An object that grants are on. */
export interface AccessObject {
  readonly resourceType: string;
  readonly id: string;
}

interface Grantee {
  readonly role: string;
  readonly identity: string;
}

const TYPE = 'grant';

/** Removes a grant without regard to who asks. */
function drop(call: Call, grant: TimeLine): void {
  call.world.store.erase(grant, call.now);
  call.world.store.purge(grant);
}

export function endGrantsOn(call: Call, objectId: string): void {
  for (const grant of call.world.store.of(TYPE).inParent(objectId)) drop(call, grant);
}

export function endGrantsOf(call: Call, identity: string): void {
  for (const grant of call.world.store.of(TYPE).named(identity)) drop(call, grant);
}

/** The grants that name a role of a resource type. */
export function grantsOfRole(call: Call, resourceType: string, role: string): TimeLine[] {
  return [...call.world.store.of(TYPE).all()].filter(
    ({ base }) => base['resourceType'] === resourceType && base['role'] === role,
  );
}

export function dropGrants(call: Call, grants: readonly TimeLine[]): void {
  for (const grant of grants) drop(call, grant);
}

function grantId(object: AccessObject, grantee: Grantee): string {
  return `${object.id}|${grantee.role}|${grantee.identity}`;
}

/** Adds a grant; an existing one stays as it is. `name` is the grantee, for the index. */
export function addGrant(call: Call, object: AccessObject, grantee: Grantee): void {
  const id = grantId(object, grantee);
  if (call.world.store.of(TYPE).get(id) !== undefined) return;
  call.world.store.create({
    type: TYPE,
    id,
    parent: object.id,
    createdMs: call.createdMs,
    base: {
      name: grantee.identity,
      role: grantee.role,
      resourceType: object.resourceType,
      resourceID: object.id,
      createdAt: stamp(call.now),
      createdBy: call.actor,
    },
  });
}

/** Where the switch says so, the creator of an object owns it. */
export function grantToCreator(call: Call, resourceType: string, id: string): void {
  if (!call.switches.creatorOwns) return;
  addGrant(call, { resourceType, id }, { role: 'Owner', identity: call.actor });
}

function identityOf(call: Call, id: string): Fields | undefined {
  return userInfo(call, id) ?? teamInfo(call, id);
}

function shown(call: Call, grant: Fields, inherited: boolean): Fields | undefined {
  const identity = identityOf(call, textOf(grant, 'name'));
  if (identity === undefined) return undefined;
  const createdBy = userInfo(call, textOf(grant, 'createdBy'));
  const { resourceID, resourceType, role } = grant;
  return {
    identity,
    createdAt: grant['createdAt'],
    ...(createdBy === undefined ? {} : { createdBy }),
    ...(inherited ? { inheritedFrom: { resourceID, resourceType, role } } : {}),
  };
}

function grantsByRole(call: Call, object: AccessObject): Map<string, Fields[]> {
  const byRole = new Map<string, Fields[]>();
  const collect = (grants: Iterable<TimeLine>, inherited: boolean): void => {
    for (const { base } of grants) {
      const role = textOf(base, 'role');
      if (inherited && !CASCADING_ROLES.has(role)) continue;
      const grant = shown(call, base, inherited);
      if (grant !== undefined) byRole.set(role, [...(byRole.get(role) ?? []), grant]);
    }
  };
  const grants = call.world.store.of(TYPE);
  collect(grants.inParent(object.id), false);
  if (object.resourceType === 'Cluster') {
    collect(grants.inParent(call.world.organization.id), true);
  }
  return byRole;
}

function list(call: Call, object: AccessObject): Json {
  const byRole = grantsByRole(call, object);
  return roleNames(call, object.resourceType).map(({ role, description }) => ({
    role,
    description,
    grants: byRole.get(role) ?? [],
  }));
}

function grantees(call: Call, name: string, known: ReadonlySet<string>): readonly Grantee[] {
  return optionalObjects(call.body, name).flatMap((entry) => {
    const role = requiredString(entry, 'role');
    if (!known.has(role)) throw new Refusal(400, `role ${role} not found`);
    const users = (optionalStrings(entry, 'users') ?? []).map(checkUuid);
    const teams = (optionalStrings(entry, 'teams') ?? []).map(checkUuid);
    for (const id of users) {
      if (userInfo(call, id) === undefined) throw new Refusal(400, `user ${id} not found`);
    }
    for (const id of teams) {
      if (teamInfo(call, id) === undefined) throw new Refusal(400, `team ${id} not found`);
    }
    return [...users, ...teams].map((identity) => ({ role, identity }));
  });
}

function checkOwners(call: Call, object: AccessObject, revokes: readonly Grantee[]): void {
  if (object.resourceType !== 'Organization') return;
  for (const { role, identity } of revokes) {
    const team = call.world.store.of('team').get(identity);
    if (role === 'Owner' && team?.hidden['keepsOwner'] === true) {
      throw new Refusal(400, 'the Owner role of Organization Owners cannot be revoked');
    }
  }
}

function patch(call: Call, object: AccessObject): Json {
  const known = new Set(roleNames(call, object.resourceType).map(({ role }) => role));
  const revokes = grantees(call, 'revokes', known);
  const grants = grantees(call, 'grants', known);
  checkOwners(call, object, revokes);
  for (const grantee of revokes) {
    const grant = call.world.store.of(TYPE).get(grantId(object, grantee));
    if (grant !== undefined) drop(call, grant);
  }
  for (const grantee of grants) addGrant(call, object, grantee);
  const roles = [...new Set([...revokes, ...grants].map(({ role }) => role))];
  audit(call, { action: `accessControls.update`, id: object.id, changed: roles });
  return {};
}

/** Roles of a user or team, for `identityRoles`. */
export function identityRoles(call: Call, identities: readonly string[]): Json {
  const wanted = call.query.get('resourceType');
  return identities
    .flatMap((identity) => [...call.world.store.of(TYPE).named(identity)])
    .map(({ base }) => ({
      resourceID: base['resourceID'],
      resourceType: base['resourceType'],
      role: base['role'],
    }))
    .filter(({ resourceType }) => wanted === null || resourceType === wanted);
}

/** The teams that have the member, directly or through other teams. */
export function teamsWith(call: Call, userId: string): readonly string[] {
  const found = new Set<string>();
  const lines = [...call.world.store.of('team').all()].filter(isLive);
  const queue = [userId];
  for (let member = queue.shift(); member !== undefined; member = queue.shift()) {
    for (const line of lines) {
      const team = targetOf(line);
      const members = [...textsOf(team, 'memberUserIDs'), ...textsOf(team, 'memberTeamIDs')];
      if (found.has(line.id) || !members.includes(member)) continue;
      found.add(line.id);
      queue.push(line.id);
    }
  }
  return [...found];
}

function organizationObject(call: Call): AccessObject {
  const { id } = call.world.organization;
  if (checkUuid(param(call, 0)) !== id) throw notFound('organization');
  return { resourceType: 'Organization', id };
}

const OBJECTS: readonly (readonly [string, (call: Call) => AccessObject])[] = [
  ['organizations', organizationObject],
  [
    'workspaceGroups',
    (call) => ({
      resourceType: 'Cluster',
      id: writable(call, 'workspaceGroup', param(call, 0)).id,
    }),
  ],
  ['teams', (call) => ({ resourceType: 'Team', id: writable(call, 'team', param(call, 0)).id })],
  [
    'secrets',
    (call) => ({ resourceType: 'Secret', id: writable(call, 'secret', param(call, 0)).id }),
  ],
];

export function addAccessRoutes(routes: Routes): void {
  for (const [collection, objectOf] of OBJECTS) {
    const path = `/v1/${collection}/:id/accessControls`;
    routes.add('GET', path, (call) => list(call, objectOf(call)));
    routes.add('PATCH', path, (call) => patch(call, objectOf(call)));
  }
}
