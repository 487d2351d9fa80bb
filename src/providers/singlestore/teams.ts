import { isJsonObject, type Json, type JsonObject } from '../../core/json.ts';
import type { ChangeInput, CheckInput, Composition, PlanProblem } from '../../core/kind.ts';
import type { LiveObject } from '../../core/live.ts';
import type { ValueObject } from '../../core/value.ts';
import type { ApiRequest } from '../../http/contract.ts';
import type { ProviderKind, StepInput } from '../contract.ts';
import { createdId, listObjects, pathOf, readObject } from '../shared/api.ts';
import { defineShape } from './define-shape.ts';
import {
  changedNames,
  difference,
  objectField,
  pick,
  textField,
  textsField,
} from '../shared/field-values.ts';
import { arrayOf, defined, nonEmptyOf, textOf, timeOf } from '../shared/item.ts';
import { canonicalEmails, knownUserId } from './members.ts';
import { requiredAfter, requiredId } from '../shared/steps.ts';
import { assessTeam } from './team-checks.ts';
import { unknownUsers } from './users.ts';

const shape = defineShape('teams');
const PATH = '/v1/teams';

/**
 * Teams. Members cannot be given on create: a second step adds them. Member changes are deltas;
 * each half (users, teams) is managed only where the manifest has it.
 */
export const teams: ProviderKind = {
  ...shape,
  managed: true,
  key: {
    nameField: 'name',
    of: (fields) => textField(fields, 'name')?.trim().toLowerCase(),
    unique: false,
  },
  replace: 'allow',
  deleteRisk: 'none',
  needs: ['singlestore.users', 'singlestore.currentUser'],
  contains: [],
  scoped: false,
  canonical: canonicalTeam,
  check: checkTeam,
  assess: assessTeam,
  compose: composeTeam,
  asynchronous: false,
  provisions: false,
  deleteOn404: 'done',
  list: (context) => listObjects(context, { type: shape.type, path: PATH, parse: toLive }),
  read: (context, id) => readObject(context, pathOf('v1', 'teams', id), toLive),
  request: teamRequest,
  result: (input, response) =>
    input.step === 'create' ? { id: createdId(response, 'teamID', PATH) } : {},
};

function canonicalTeam(fields: ValueObject): ValueObject {
  const members = objectField(fields, 'members');
  return members === undefined ? fields : { ...fields, members: canonicalEmails(members) };
}

function toLive(item: JsonObject): LiveObject | undefined {
  const id = nonEmptyOf(item, 'teamID');
  const name = nonEmptyOf(item, 'name');
  const memberUsers = arrayOf(item, 'memberUsers')?.map(readUser);
  const memberTeams = arrayOf(item, 'memberTeams')?.map(readTeam);
  if (id === undefined || name === undefined) return undefined;
  if (memberUsers === undefined || memberUsers.includes(undefined)) return undefined;
  if (memberTeams === undefined || memberTeams.includes(undefined)) return undefined;
  const users = new Map(memberUsers.flatMap((user) => (user === undefined ? [] : [user])));
  const createdAt = timeOf(item, 'createdAt');
  return {
    type: shape.type,
    id,
    fields: {
      name,
      description: textOf(item, 'description') ?? '',
      members: {
        users: [...users.keys()],
        teams: [...new Set(memberTeams.flatMap((team) => team ?? []))],
      },
    },
    attributes: defined({ createdAt }),
    status: 'settled',
    ...(createdAt === undefined ? {} : { createdAt }),
    facts: { userIDs: Object.fromEntries(users) },
  };
}

function readUser(item: Json): readonly [email: string, id: string] | undefined {
  if (!isJsonObject(item)) return undefined;
  const email = nonEmptyOf(item, 'email');
  const id = nonEmptyOf(item, 'userID');
  return email === undefined || id === undefined ? undefined : [email.trim().toLowerCase(), id];
}

function readTeam(item: Json): string | undefined {
  return isJsonObject(item) ? nonEmptyOf(item, 'teamID') : undefined;
}

function checkTeam(input: CheckInput): readonly PlanProblem[] {
  const members = objectField(input.resource.fields, 'members');
  return unknownUsers(textsField(members, 'users') ?? [], ['members', 'users'], input.live);
}

function composeTeam(input: ChangeInput): Composition {
  if (input.operation !== 'create') return { steps: [input.operation] };
  const members = objectField(input.after, 'members') ?? {};
  const hasMembers = Object.values(members).some((half) => Array.isArray(half) && half.length > 0);
  return { steps: hasMembers ? ['create', 'members'] : ['create'] };
}

function teamRequest(input: StepInput): ApiRequest | undefined {
  if (input.step === 'create') {
    const body = pick(requiredAfter(input), ['name', 'description']);
    return { method: 'POST', path: PATH, body };
  }
  const path = pathOf('v1', 'teams', requiredId(input));
  if (input.step === 'delete') return { method: 'DELETE', path };
  const body = { ...plainChanges(input), ...memberChanges(input) };
  return Object.keys(body).length === 0 ? undefined : { method: 'PATCH', path, body };
}

function plainChanges(input: StepInput): ValueObject {
  if (input.step === 'members') return {};
  const changed = changedNames(input.changed);
  const names = ['name', 'description'].filter((name) => changed.has(name));
  return pick(requiredAfter(input), names);
}

function memberChanges(input: StepInput): ValueObject {
  if (!changedNames(input.changed).has('members')) return {};
  const { users, teams: nested } = memberDeltas(input.before, input.after);
  const added = splitUsers(users.added, input);
  const removed = splitUsers(users.removed, input);
  const deltas = {
    addMemberUserIDs: added.ids,
    addMemberUserEmails: added.emails,
    addMemberTeamIDs: nested.added,
    removeMemberUserIDs: removed.ids,
    removeMemberUserEmails: removed.emails,
    removeMemberTeamIDs: nested.removed,
  };
  return Object.fromEntries(Object.entries(deltas).filter(([, list]) => list.length > 0));
}

/** IDs where they are known, since the API compares addresses; the address itself otherwise. */
function splitUsers(
  emails: readonly string[],
  input: StepInput,
): { readonly ids: readonly string[]; readonly emails: readonly string[] } {
  const idOf = (email: string): string | undefined => knownUserId(email, input.before, input.live);
  return {
    ids: emails.flatMap((email) => idOf(email) ?? []),
    emails: emails.filter((email) => idOf(email) === undefined),
  };
}

function memberDeltas(
  before: LiveObject | undefined,
  after: ValueObject | undefined,
): Readonly<Record<'users' | 'teams', ReturnType<typeof difference>>> {
  const old = objectField(before?.fields, 'members');
  const next = canonicalEmails(objectField(after, 'members') ?? {});
  const delta = (half: string): ReturnType<typeof difference> => {
    const current = textsField(old, half) ?? [];
    return difference(current, textsField(next, half) ?? current);
  };
  return { users: delta('users'), teams: delta('teams') };
}
