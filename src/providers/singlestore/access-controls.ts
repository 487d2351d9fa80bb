import { TrueupError } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json.ts';
import type { CheckInput, NamedDependency, PlanProblem } from '../../core/kind.ts';
import type { LiveObject, LiveView } from '../../core/live.ts';
import type { ValueObject } from '../../core/value.ts';
import type { ApiRequest } from '../../http/contract.ts';
import type { ProviderKind, ReadContext, StepInput } from '../contract.ts';
import { assessAccess } from './access-assess.ts';
import {
  accessPath,
  objectResourceType,
  objectScope,
  ORGANIZATION_SCOPE,
  splitAccessId,
} from './access-object.ts';
import { readAccess } from './access-read.ts';
import { getOrUndefined, invalidAnswer, listObjects, parseItems } from '../shared/api.ts';
import { callerOrganization } from './current-user.ts';
import { defineShape } from './define-shape.ts';
import { difference, textField, textsField } from '../shared/field-values.ts';
import { isJsonArray } from '../shared/item.ts';
import { canonicalEmails, knownUserId } from './members.ts';
import { checkRoleName, roleName, stackRoles } from './roles.ts';
import { suggestion } from '../../core/suggest.ts';
import { unknownUsers } from './users.ts';

const shape = defineShape('accessControls');

/**
 * Who holds one role on one object: the direct grants, as sets of users and teams. One collection
 * per object. Inherited grants are facts, never touched. Grants read back at once.
 */
export const accessControls: ProviderKind = {
  ...shape,
  managed: true,
  key: { nameField: undefined, of: accessKey, unique: true },
  replace: 'allow',
  deleteRisk: 'none',
  needs: ['singlestore.users', 'singlestore.currentUser', 'singlestore.teams', 'singlestore.roles'],
  contains: [],
  idFromKey: true,
  scoped: true,
  scopeOf: objectScope,
  scopes: () => [ORGANIZATION_SCOPE],
  neededScopes(fields) {
    const scope = objectResourceType(fields);
    return scope === undefined ? [] : [{ type: 'singlestore.roles', scope }];
  },
  canonical: canonicalEmails,
  namedDependencies,
  checkFields,
  check: checkAccess,
  assess: assessAccess,
  takes: grantsTaken,
  asynchronous: false,
  provisions: false,
  deleteOn404: 'done',
  list: (context, scope = '') =>
    listObjects(context, {
      type: shape.type,
      scope,
      path: accessPath(scope, context.organization.id),
      parse: parserOf(context, scope),
    }),
  read: readOne,
  request: accessRequest,
  result(input) {
    if (input.step !== 'create') return {};
    const id = accessKey(input.after ?? {});
    const scope = objectScope(input.after ?? {});
    if (id === undefined || scope === undefined) throw missingObject();
    return { id, scope };
  },
  stepDone(input, live) {
    if (input.step === 'delete') return toRevoke(input, live.fields).length === 0;
    return (['users', 'teams'] as const).every((half) => {
      const delta = halfDelta(half, live.fields, input.after);
      return delta.added.length === 0 && delta.removed.length === 0;
    });
  },
};

function accessKey(fields: ValueObject): string | undefined {
  const scope = objectScope(fields);
  const role = textField(fields, 'role');
  return scope === undefined || role === undefined ? undefined : `${scope}/${role}`;
}

async function readOne(context: ReadContext, id: string): ReturnType<ProviderKind['read']> {
  const { scope } = splitAccessId(id);
  const path = accessPath(scope, context.organization.id);
  const response = await getOrUndefined(context.client, path);
  if (response === undefined) return undefined;
  if (!isJsonArray(response.body)) throw invalidAnswer('GET', path);
  const question = { type: shape.type, scope, path, parse: parserOf(context, scope) };
  const inventory = parseItems(question, response.body);
  const found = inventory.objects.find((object) => object.id === id);
  if (found === undefined && !inventory.complete) throw invalidAnswer('GET', path);
  return found;
}

function parserOf(
  context: ReadContext,
  scope: string,
): (item: JsonObject) => LiveObject | undefined {
  return (item) => readAccess(item, shape.type, scope, context.organization.id);
}

function namedDependencies(fields: ValueObject): readonly NamedDependency[] {
  const resourceType = objectResourceType(fields);
  const role = textField(fields, 'role');
  if (resourceType === undefined || role === undefined) return [];
  return [{ type: 'singlestore.roles', naturalKey: roleName(resourceType, role) }];
}

/** An access control is its grants: one that names nobody could not be told from none. */
function checkFields(fields: ValueObject): readonly PlanProblem[] {
  const halves = [fields['users'], fields['teams']];
  const isEmpty = halves.every(
    (half) => half === undefined || (Array.isArray(half) && half.length === 0),
  );
  if (!isEmpty) return [];
  return [
    {
      code: 'schema-value',
      message: 'an access control without users and teams grants nothing',
      hint: 'To revoke every grant it made, remove the entry.',
    },
  ];
}

function checkAccess(input: CheckInput): readonly PlanProblem[] {
  const { fields } = input.resource;
  return [
    ...checkRole(fields, input),
    ...unknownUsers(textsField(fields, 'users') ?? [], ['users'], input.live),
  ];
}

function checkRole(fields: ValueObject, input: CheckInput): readonly PlanProblem[] {
  const resourceType = objectResourceType(fields);
  const role = textField(fields, 'role');
  if (resourceType === undefined || role === undefined) return [];
  const scope = objectScope(fields);
  const inventory = scope === undefined ? undefined : input.live.inventory(shape.type, scope);
  const listed = inventory?.complete === true ? inventory.objects : [];
  if (listed.length === 0) return checkRoleName(resourceType, role, ['role'], input);
  const available = listed.flatMap((object) => textField(object.fields, 'role') ?? []);
  if (available.includes(role)) return [];
  if (stackRoles(input.stack).has(roleName(resourceType, role))) return [];
  const message = `no role "${role}" for ${resourceType}${suggestion(role, available)}`;
  return [{ code: 'name-unknown', message, path: ['role'] }];
}

type Half = 'users' | 'teams';

/** What a half has to gain and lose; a half that is not managed stays. */
function halfDelta(
  half: Half,
  before: ValueObject | undefined,
  after: ValueObject | undefined,
): ReturnType<typeof difference> {
  const current = textsField(canonicalEmails(before ?? {}), half) ?? [];
  return difference(current, textsField(canonicalEmails(after ?? {}), half) ?? current);
}

function accessRequest(input: StepInput): ApiRequest | undefined {
  const fields = input.after ?? input.before?.fields ?? input.recorded ?? {};
  const scope = objectScope(fields) ?? input.scope;
  const role = textField(fields, 'role');
  if (scope === undefined || role === undefined) throw missingObject();
  const { grants, revokes } = input.step === 'delete' ? revocation(input) : deltas(input);
  if (isNobody(grants) && isNobody(revokes)) return undefined;
  const entry = (grantees: Grantees): readonly ValueObject[] =>
    isNobody(grantees) ? [] : [{ role, ...grantees }];
  return {
    method: 'PATCH',
    path: accessPath(scope, organizationOf(input, scope)),
    body: { grants: entry(grants), revokes: entry(revokes) },
  };
}

/** User IDs and team IDs, as the API takes them. */
interface Grantees {
  readonly users: readonly string[];
  readonly teams: readonly string[];
}

function isNobody(grantees: Grantees): boolean {
  return grantees.users.length === 0 && grantees.teams.length === 0;
}

function deltas(input: StepInput): { readonly grants: Grantees; readonly revokes: Grantees } {
  const users = halfDelta('users', input.before?.fields, input.after);
  const teams = halfDelta('teams', input.before?.fields, input.after);
  return {
    grants: { users: userIdsOf(users.added, input), teams: teams.added },
    revokes: { users: userIdsOf(users.removed, input), teams: teams.removed },
  };
}

/** Deleting an entry revokes only what the state says trueup granted, and what is still there. */
function revocation(input: StepInput): { readonly grants: Grantees; readonly revokes: Grantees } {
  const revokes = toRevoke(input, input.before?.fields);
  const of = (half: Half): readonly string[] =>
    revokes.filter((grant) => grant.half === half).map(({ grantee }) => grantee);
  return {
    grants: { users: [], teams: [] },
    revokes: { users: userIdsOf(of('users'), input), teams: of('teams') },
  };
}

/** A delete revokes what trueup granted; what others granted stays. */
function grantsTaken(live: ValueObject, recorded: ValueObject): ValueObject {
  const revokes = toRevoke({ recorded }, live);
  const of = (half: Half): readonly string[] =>
    revokes.filter((grant) => grant.half === half).map(({ grantee }) => grantee);
  return { ...live, users: of('users'), teams: of('teams') };
}

function toRevoke(
  input: { readonly recorded?: ValueObject | undefined },
  live: ValueObject | undefined,
): readonly { readonly half: Half; readonly grantee: string }[] {
  const recorded = canonicalEmails(input.recorded ?? {});
  return (['users', 'teams'] as const).flatMap((half) => {
    const granted = new Set(textsField(canonicalEmails(live ?? {}), half));
    const ours = [...new Set(textsField(recorded, half))];
    return ours.filter((grantee) => granted.has(grantee)).map((grantee) => ({ half, grantee }));
  });
}

/** Throws `name-unknown` for an address that is no user: nothing must be left out in silence. */
function userIdsOf(emails: readonly string[], input: StepInput): readonly string[] {
  return emails.map((email) => {
    const id = knownUserId(email, input.before, input.live);
    if (id !== undefined) return id;
    throw new TrueupError('name-unknown', `no user ${email} in the organization`);
  });
}

function organizationOf(input: StepInput, scope: string): string {
  if (!scope.startsWith('organization/')) return '';
  const told = input.before?.facts?.['organizationID'];
  const id = typeof told === 'string' ? told : organizationIn(input.live, scope);
  if (id !== undefined) return id;
  throw new TrueupError('internal', 'the ID of the organization was not read');
}

function organizationIn(live: LiveView, scope: string): string | undefined {
  const facts = live.inventory(shape.type, scope)?.objects[0]?.facts;
  const told = facts?.['organizationID'];
  return typeof told === 'string' ? told : callerOrganization(live);
}

function missingObject(): TrueupError {
  return new TrueupError('internal', 'an access control needs its object and role');
}
