import type { ChangeInput } from '../../core/kind.ts';
import type { LiveObject, LiveView } from '../../core/live.ts';
import type { RiskFinding } from '../../core/risk.ts';
import { isRisky } from '../../core/risk-when.ts';
import type { ValueObject } from '../../core/value.ts';
import { isJsonObject } from '../../core/json.ts';
import { objectResourceType } from './access-object.ts';
import { callerEmail } from './current-user.ts';
import { difference, objectField, textField, textsField } from '../shared/field-values.ts';
import { isJsonArray, textOf } from '../shared/item.ts';
import { canonicalEmails } from './members.ts';

export interface Holders {
  readonly users: readonly string[];
  readonly teams: readonly string[];
}

/** Lockout: nobody would be owner any more, or the caller would lose the role. */
export function assessAccess(input: ChangeInput): readonly RiskFinding[] {
  const { before } = input;
  if (before === undefined || before.status === 'gone') return [];
  const role = textField(before.fields, 'role') ?? '';
  const old = holdersOf(before.fields, { users: [], teams: [] });
  const next = input.operation === 'delete' ? leftBy(input, old) : holdersOf(input.after, old);
  const inherited = inheritedOf(before);
  const findings: RiskFinding[] = [];
  if (role === 'Owner' && isNobody(next) && isNobody(inherited) && !isNobody(old)) {
    findings.push({ risk: 'lockout', message: `removes the last Owner of ${before.scope ?? ''}` });
  }
  const caller = callerEmail(input.live);
  if (caller === undefined) return findings;
  const holds = (holders: Holders): boolean => isHolder(caller, holders, input.live);
  if (holds(old) && !holds(next) && !holds(inherited)) {
    const message = `takes the role "${role}" on ${before.scope ?? ''} away from you (${caller})`;
    findings.push({ risk: 'lockout', message });
  }
  return findings;
}

/** Deleting an entry revokes what trueup granted: what others have granted since is left. */
function leftBy({ recorded }: ChangeInput, old: Holders): Holders {
  const ours = recorded === undefined ? old : holdersOf(recorded, { users: [], teams: [] });
  return {
    users: difference(ours.users, old.users).added,
    teams: difference(ours.teams, old.teams).added,
  };
}

/** The users (in lower case) and teams among some fields; a half that is absent stays as it was. */
export function holdersOf(fields: ValueObject | undefined, unmanaged: Holders): Holders {
  const canonical = canonicalEmails(fields ?? {});
  return {
    users: textsField(canonical, 'users') ?? unmanaged.users,
    teams: textsField(canonical, 'teams') ?? unmanaged.teams,
  };
}

function inheritedOf(live: LiveObject): Holders {
  const inherited = live.facts?.['inherited'];
  const grants = isJsonArray(inherited) ? inherited.filter((grant) => isJsonObject(grant)) : [];
  return {
    users: grants.flatMap((grant) =>
      grant['kind'] === 'user' ? (textOf(grant, 'label') ?? []) : [],
    ),
    teams: grants.flatMap((grant) => (grant['kind'] === 'team' ? (textOf(grant, 'id') ?? []) : [])),
  };
}

export function isNobody(holders: Holders): boolean {
  return holders.users.length === 0 && holders.teams.length === 0;
}

/** Directly, or through a team the user is in, nested teams included. */
export function isHolder(email: string, holders: Holders, live: LiveView): boolean {
  if (holders.users.includes(email)) return true;
  const seen = new Set<string>();
  const open = [...holders.teams];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    const members = objectField(live.byId('singlestore.teams', id)?.fields, 'members');
    if (textsField(canonicalEmails(members ?? {}), 'users')?.includes(email) === true) return true;
    open.push(...(textsField(members, 'teams') ?? []));
  }
  return false;
}

/** Scopes whose only Owner is this team, among the access controls that were read. */
export function soleOwnerOf(teamId: string, live: LiveView): readonly string[] {
  return live.objects('singlestore.accessControls').flatMap((object) => {
    if (textField(object.fields, 'role') !== 'Owner') return [];
    const { users, teams } = holdersOf(object.fields, { users: [], teams: [] });
    const isSole = users.length === 0 && teams.length === 1 && teams[0] === teamId;
    return isSole && isNobody(inheritedOf(object)) ? [object.scope ?? object.id] : [];
  });
}

/** Lockout: a role that the caller holds would allow less. */
export function assessRole(input: ChangeInput): readonly RiskFinding[] {
  const { before, after, live } = input;
  const caller = callerEmail(live);
  if (input.operation !== 'update' || before === undefined || caller === undefined) return [];
  const isLess = ['permissions', 'inherits'].some((name) => {
    return after?.[name] !== undefined && isRisky('fewer', before.fields[name], after[name]);
  });
  if (!isLess || !isHeldBy(caller, before, live)) return [];
  const role = textField(before.fields, 'role') ?? before.id;
  return [
    {
      risk: 'lockout',
      message: `takes permissions from the role "${role}", which you hold (${caller})`,
    },
  ];
}

/** Whether a user holds a role on any object whose access controls were read. */
function isHeldBy(email: string, role: LiveObject, live: LiveView): boolean {
  return live.objects('singlestore.accessControls').some((object) => {
    if (textField(object.fields, 'role') !== textField(role.fields, 'role')) return false;
    if (objectResourceType(object.fields) !== role.fields['resourceType']) return false;
    const direct = holdersOf(object.fields, { users: [], teams: [] });
    return isHolder(email, direct, live) || isHolder(email, inheritedOf(object), live);
  });
}
