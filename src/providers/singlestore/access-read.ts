import { isJsonObject, type Json, type JsonObject } from '../../core/json.ts';
import type { LiveObject } from '../../core/live.ts';
import { objectOfScope } from './access-object.ts';
import { arrayOf, nonEmptyOf, objectOf, textOf } from '../shared/item.ts';

interface Grant {
  readonly kind: 'user' | 'team';
  readonly id: string;
  /** E-mail in lower case, or the team's name. */
  readonly label: string;
  readonly inherited: boolean;
}

/**
 * One role of an object with its grants. The API lists every role that exists for the object; one
 * without direct grants is no access control, so its status is `gone`, and its name is known all
 * the same. Facts: inherited grants, user IDs by address, the organization.
 */
export function readAccess(
  item: JsonObject,
  type: string,
  scope: string,
  organizationId: string,
): LiveObject | undefined {
  const role = nonEmptyOf(item, 'role');
  const object = objectOfScope(scope);
  const grants = arrayOf(item, 'grants')?.map(readGrant);
  if (role === undefined || object === undefined) return undefined;
  if (grants === undefined || grants.includes(undefined)) return undefined;
  const known = grants.flatMap((grant) => grant ?? []);
  const direct = known.filter(({ inherited }) => !inherited);
  const users = new Map(direct.filter(isUser).map(({ label, id }) => [label, id]));
  const teams = new Set(direct.filter((grant) => !isUser(grant)).map(({ id }) => id));
  return {
    type,
    id: `${scope}/${role}`,
    scope,
    fields: { object, role, users: [...users.keys()], teams: [...teams] },
    attributes: {},
    status: direct.length === 0 ? 'gone' : 'settled',
    facts: {
      organizationID: organizationId,
      userIDs: Object.fromEntries(users),
      inherited: known
        .filter(({ inherited }) => inherited)
        .map(({ kind, id, label }) => ({ kind, id, label })),
    },
  };
}

function readGrant(item: Json): Grant | undefined {
  const identity = isJsonObject(item) ? objectOf(item, 'identity') : undefined;
  if (!isJsonObject(item) || identity === undefined) return undefined;
  const inherited = objectOf(item, 'inheritedFrom') !== undefined;
  const email = nonEmptyOf(identity, 'email');
  const userId = nonEmptyOf(identity, 'userID');
  if (userId !== undefined && email !== undefined) {
    return { kind: 'user', id: userId, label: email.trim().toLowerCase(), inherited };
  }
  const teamId = nonEmptyOf(identity, 'teamID');
  if (teamId === undefined) return undefined;
  return { kind: 'team', id: teamId, label: textOf(identity, 'name') ?? teamId, inherited };
}

function isUser(grant: Grant): boolean {
  return grant.kind === 'user';
}
