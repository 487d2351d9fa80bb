import {
  checkUuid,
  optionalString,
  optionalStrings,
  queryPattern,
  requiredString,
} from '../body.ts';
import type { Fields, Json } from '../contract.ts';
import { Refusal } from '../refusal.ts';
import { targetOf } from '../time-line.ts';
import type { TimeLine } from '../time-line.ts';
import { endGrantsOf, endGrantsOn, grantToCreator, identityRoles } from './access.ts';
import { audit } from './audit.ts';
import { infos, teamInfo, userByEmail, userInfo } from './identity.ts';
import { stamp } from './time-text.ts';
import {
  change,
  isLive,
  listed,
  notFound,
  param,
  readById,
  textOf,
  textsOf,
  writable,
} from './world.ts';
import type { Call, Routes } from './world.ts';

const TYPE = 'team';

/** The team as it is read: members as objects. */
function rendered(call: Call, team: Fields): Fields {
  const { memberUserIDs, memberTeamIDs, ...rest } = team;
  return {
    ...rest,
    memberUsers: infos(call, textsOf({ memberUserIDs }, 'memberUserIDs'), userInfo),
    memberTeams: infos(call, textsOf({ memberTeamIDs }, 'memberTeamIDs'), teamInfo),
  };
}

function checkFree(call: Call, name: string, own?: TimeLine): void {
  const { duplicateTeamStatus } = call.switches;
  if (duplicateTeamStatus === 0) return;
  for (const line of call.world.store.of(TYPE).named(name)) {
    if (line !== own) throw new Refusal(duplicateTeamStatus, `team ${name} already exists`);
  }
}

function create(call: Call): Json {
  const name = requiredString(call.body, 'name');
  const description = optionalString(call.body, 'description') ?? '';
  checkFree(call, name);
  const id = call.world.random.uuid();
  const line = call.world.store.create({
    type: TYPE,
    id,
    createdMs: call.createdMs,
    base: {
      teamID: id,
      name,
      description,
      createdAt: stamp(call.now),
      memberUserIDs: [],
      memberTeamIDs: [],
    },
  });
  grantToCreator(call, 'Team', id);
  audit(call, { action: 'team.create', id, name });
  return rendered(call, line.base);
}

function userIds(call: Call, prefix: 'add' | 'remove'): readonly string[] {
  const byId = (optionalStrings(call.body, `${prefix}MemberUserIDs`) ?? []).map(checkUuid);
  for (const id of byId) {
    if (userInfo(call, id) === undefined) throw new Refusal(400, `user ${id} not found`);
  }
  const emails = optionalStrings(call.body, `${prefix}MemberUserEmails`) ?? [];
  const byEmail = emails.map((email) => {
    const id = userByEmail(call, email);
    if (id === undefined) throw new Refusal(400, `user ${email} not found`);
    return id;
  });
  return [...byId, ...byEmail];
}

function teamIds(call: Call, prefix: 'add' | 'remove'): readonly string[] {
  const ids = (optionalStrings(call.body, `${prefix}MemberTeamIDs`) ?? []).map(checkUuid);
  for (const id of ids) {
    if (teamInfo(call, id) === undefined) throw new Refusal(400, `team ${id} not found`);
  }
  return ids;
}

function combined(
  current: readonly string[],
  added: readonly string[],
  removed: readonly string[],
): readonly string[] {
  return [...new Set([...current, ...added])].filter((id) => !removed.includes(id));
}

/** Whether `goal` is `start` or within it. */
function contains(call: Call, start: string, goal: string): boolean {
  const seen = new Set<string>();
  const queue = [start];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    if (next === goal) return true;
    const line = seen.has(next) ? undefined : call.world.store.of(TYPE).get(next);
    seen.add(next);
    if (line !== undefined) queue.push(...textsOf(targetOf(line), 'memberTeamIDs'));
  }
  return false;
}

function update(call: Call): Json {
  const line = writable(call, TYPE, param(call, 0));
  const before = targetOf(line);
  const name = optionalString(call.body, 'name');
  const description = optionalString(call.body, 'description');
  if (name?.trim() === '') throw new Refusal(400, 'name: must not be empty');
  if (name !== undefined) checkFree(call, name, line);
  const addedTeams = teamIds(call, 'add');
  if (addedTeams.some((id) => contains(call, id, line.id))) {
    throw new Refusal(400, 'teams contain each other in a cycle');
  }
  const users = [userIds(call, 'add'), userIds(call, 'remove')] as const;
  const removedTeams = teamIds(call, 'remove');
  change(call, line, call.now, {
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
    memberUserIDs: combined(textsOf(before, 'memberUserIDs'), ...users),
    memberTeamIDs: combined(textsOf(before, 'memberTeamIDs'), addedTeams, removedTeams),
  });
  const changed = Object.keys(call.body);
  audit(call, { action: 'team.update', id: line.id, name: textOf(before, 'name'), changed });
  return { teamID: line.id };
}

/** Takes a user or team out of every team. */
export function leaveTeams(call: Call, id: string): void {
  for (const line of call.world.store.of(TYPE).all()) {
    if (!isLive(line)) continue;
    const team = targetOf(line);
    const users = textsOf(team, 'memberUserIDs');
    const teams = textsOf(team, 'memberTeamIDs');
    if (!users.includes(id) && !teams.includes(id)) continue;
    change(call, line, call.now, {
      memberUserIDs: users.filter((member) => member !== id),
      memberTeamIDs: teams.filter((member) => member !== id),
    });
  }
}

function isMember(call: Call, id: string): boolean {
  for (const line of call.world.store.of(TYPE).all()) {
    if (isLive(line) && textsOf(targetOf(line), 'memberTeamIDs').includes(id)) return true;
  }
  return false;
}

function remove(call: Call): Json {
  const line = writable(call, TYPE, param(call, 0));
  if (line.hidden['predefined'] === true) {
    throw new Refusal(400, 'a predefined team cannot be deleted');
  }
  if (call.switches.teamInUse === 'refuse' && isMember(call, line.id)) {
    throw new Refusal(409, 'team is a member of other teams');
  }
  leaveTeams(call, line.id);
  endGrantsOf(call, line.id);
  endGrantsOn(call, line.id);
  call.world.store.erase(line, call.now);
  audit(call, { action: 'team.delete', id: line.id, name: textOf(targetOf(line), 'name') });
  return { teamID: line.id };
}

function list(call: Call): Json {
  const hasName = queryPattern(call.query, 'name');
  const hasDescription = queryPattern(call.query, 'description');
  return listed(call, TYPE, call.world.store.of(TYPE).all())
    .filter((team) => hasName(textOf(team, 'name')) && hasDescription(textOf(team, 'description')))
    .map((team) => rendered(call, team));
}

function rolesOf(call: Call): Json {
  const id = checkUuid(param(call, 0));
  if (teamInfo(call, id) === undefined) throw notFound(TYPE);
  return identityRoles(call, [id]);
}

export function addTeamRoutes(routes: Routes): void {
  routes.add('GET', '/v1/teams', list);
  routes.add('POST', '/v1/teams', create);
  routes.add('GET', '/v1/teams/:id', (call) =>
    rendered(call, readById(call, TYPE, param(call, 0))),
  );
  routes.add('PATCH', '/v1/teams/:id', update);
  routes.add('DELETE', '/v1/teams/:id', remove);
  routes.add('GET', '/v1/teams/:id/identityRoles', rolesOf);
}
