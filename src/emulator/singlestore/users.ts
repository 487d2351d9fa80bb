import { checkUuid, queryPattern, requiredString } from '../body.ts';
import type { Fields, Json } from '../contract.ts';
import { Refusal } from '../refusal.ts';
import { endGrantsOf, identityRoles, teamsWith } from './access.ts';
import { audit } from './audit.ts';
import { userByEmail, userInfo } from './identity.ts';
import { leaveTeams } from './teams.ts';
import { listed, notFound, param, picked, readById, textOf, writable } from './world.ts';
import type { Call, Routes } from './world.ts';

const TYPE = 'user';
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

export function emailOf(body: Fields): string {
  const email = requiredString(body, 'email');
  if (!EMAIL.test(email)) throw new Refusal(400, 'email: must be a valid e-mail address');
  return email;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Adds a person, or finds the one with this address. Returns the ID. */
export function addUser(call: Call, email: string, first?: string, last?: string): string {
  const known = userByEmail(call, email);
  if (known !== undefined) return known;
  const [local = '', domain = ''] = email.split('@');
  const id = call.world.random.uuid();
  call.world.store.create({
    type: TYPE,
    id,
    createdMs: call.createdMs,
    base: {
      userID: id,
      email,
      firstName: first ?? capitalised(local.split('.')[0] ?? local),
      lastName: last ?? capitalised(local.split('.')[1] ?? domain.split('.')[0] ?? ''),
      userKind: 'Standard',
    },
  });
  return id;
}

function create(call: Call): Json {
  const email = emailOf(call.body);
  const id = addUser(call, email);
  audit(call, { action: 'user.create', id, name: email });
  return {};
}

function remove(call: Call): Json {
  const line = writable(call, TYPE, param(call, 0));
  if (line.id === call.world.organization.adminId) {
    throw new Refusal(400, 'the current user cannot be removed');
  }
  leaveTeams(call, line.id);
  endGrantsOf(call, line.id);
  call.world.store.erase(line, call.now);
  audit(call, { action: 'user.delete', id: line.id, name: textOf(line.base, 'email') });
  return { userID: line.id };
}

function list(call: Call): Json {
  const hasEmail = queryPattern(call.query, 'email');
  return listed(call, TYPE, call.world.store.of(TYPE).all())
    .filter((user) => hasEmail(textOf(user, 'email')))
    .map((user) => picked(call, user));
}

function rolesOf(call: Call): Json {
  const id = checkUuid(param(call, 0));
  if (userInfo(call, id) === undefined) throw notFound(TYPE);
  const inherited = call.switches.identityRolesInherited ? teamsWith(call, id) : [];
  return identityRoles(call, [id, ...inherited]);
}

export function addUserRoutes(routes: Routes): void {
  routes.add('GET', '/v1/users', list);
  routes.add('POST', '/v1/users', create);
  routes.add('GET', '/v1/users/current', (call) => picked(call, readById(call, TYPE, call.actor)));
  routes.add('GET', '/v1/users/:id', (call) => picked(call, readById(call, TYPE, param(call, 0))));
  routes.add('DELETE', '/v1/users/:id', remove);
  routes.add('GET', '/v1/users/:id/identityRoles', rolesOf);
}
