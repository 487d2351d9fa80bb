import type { Fields, Json } from '../contract.ts';
import type { TimeLine } from '../time-line.ts';
import { checkedInput, text, texts } from './input.ts';
import { checkMemberCount } from './plans.ts';
import { invalidBody, Problem } from './problem.ts';
import { addMember } from './seed.ts';
import { change, checkId, NO_CONTENT, ok, param, textOf, textsOf } from './world.ts';
import type { Call, Result } from './world.ts';

const KNOWN_ROLES = ['owner', 'admin', 'member', 'viewer'];
const PRIVILEGED = ['owner', 'admin'];

function isOwner(line: TimeLine): boolean {
  return textsOf(line.base, 'roles').includes('owner');
}

function withOwnership(line: TimeLine): Fields {
  return { ...line.base, is_owner: isOwner(line) };
}

function memberOf(call: Call): TimeLine {
  const user = checkId(param(call, 0), 'user');
  const line = call.world.store.of('member').get(`${call.org.id}/${user}`);
  if (line === undefined) throw new Problem(404, 'Member not found');
  return line;
}

/** The member, unless it is an owner: nobody changes those. */
function changeable(call: Call): TimeLine {
  const line = memberOf(call);
  if (isOwner(line)) throw new Problem(403, 'Owners cannot be modified or removed', 'forbidden');
  return line;
}

function byUser(one: TimeLine, other: TimeLine): number {
  return Number(one.base['user_id']) - Number(other.base['user_id']);
}

export function listMembers(call: Call): Result {
  const lines = [...call.world.store.of('member').inParent(call.org.id)].toSorted(byUser);
  return ok({ members: lines.map((line) => withOwnership(line)) });
}

export function readMember(call: Call): Result {
  return ok(withOwnership(memberOf(call)));
}

function checkRoles(call: Call, roles: Json | undefined): readonly string[] {
  const names = textsOf({ roles }, 'roles');
  const unknown = names.find((name) => !KNOWN_ROLES.includes(name));
  if (call.switches.unknownRoles === 'refuse' && (names.length === 0 || unknown !== undefined)) {
    throw invalidBody({ roles: [`Expected ${KNOWN_ROLES.join(' | ')}`] });
  }
  return names;
}

/** Giving or taking these is up to owners. */
function checkPrivileges(call: Call, before: readonly string[], after: readonly string[]): void {
  const differ = PRIVILEGED.some((role) => before.includes(role) !== after.includes(role));
  if (differ && call.role !== 'owner') {
    throw new Problem(403, 'Only owners can grant or remove admin and owner', 'forbidden');
  }
}

export function createMember(call: Call): Result {
  const input = checkedInput(call.body, {
    checks: { username: text, roles: texts },
    required: ['username'],
    nulls: 'refuse',
  });
  const roles = checkRoles(call, input['roles'] ?? ['member']);
  const { store } = call.world;
  const [user] = store.of('user').named(textOf(input, 'username').toLowerCase());
  if (user === undefined) throw new Problem(404, 'User not found');
  if (store.of('member').get(`${call.org.id}/${user.id}`) !== undefined) {
    throw new Problem(409, 'User is already a member');
  }
  checkPrivileges(call, [], roles);
  checkMemberCount(call);
  const body = addMember(call.world, call.org.id, user.base, { roles, atMs: call.now });
  return { status: 201, body };
}

export function updateMember(call: Call): Result {
  const line = changeable(call);
  const { roles: sent } = checkedInput(call.body, {
    checks: { roles: texts },
    required: ['roles'],
    nulls: 'refuse',
  });
  const roles = checkRoles(call, sent);
  checkPrivileges(call, textsOf(line.base, 'roles'), roles);
  change(call, line, { roles });
  return ok(line.base);
}

export function removeMember(call: Call): Result {
  const line = changeable(call);
  checkPrivileges(call, textsOf(line.base, 'roles'), []);
  call.world.store.purge(line);
  return NO_CONTENT;
}
