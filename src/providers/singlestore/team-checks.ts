import { isJsonObject, type JsonObject } from '../../core/json.ts';
import type { ChangeInput } from '../../core/kind.ts';
import type { RiskFinding } from '../../core/risk.ts';
import { holdersOf, isHolder, isNobody, soleOwnerOf, type Holders } from './access-assess.ts';
import { callerEmail } from './current-user.ts';
import { difference, objectField, textField } from '../shared/field-values.ts';

/**
 * Lockout: the caller would leave the team, an object would lose its last Owner, or more members
 * would go than `guards.members.maxRemoved`.
 */
export function assessTeam(input: ChangeInput): readonly RiskFinding[] {
  const { before, live } = input;
  if (before === undefined) return [];
  const name = textField(before.fields, 'name') ?? before.id;
  const old = holdersOf(objectField(before.fields, 'members'), { users: [], teams: [] });
  const isDelete = input.operation === 'delete';
  const next = isDelete ? { users: [], teams: [] } : membersAfter(input, old);
  const findings: RiskFinding[] = [];
  const caller = callerEmail(live);
  if (caller !== undefined && isHolder(caller, old, live) && !isHolder(caller, next, live)) {
    findings.push({ risk: 'lockout', message: `removes you (${caller}) from the team "${name}"` });
  }
  if (isDelete || (isNobody(next) && !isNobody(old))) {
    for (const scope of soleOwnerOf(before.id, live)) {
      findings.push({ risk: 'lockout', message: `leaves ${scope} without an Owner` });
    }
  }
  const removed = [
    ...difference(old.users, next.users).removed,
    ...difference(old.teams, next.teams).removed,
  ];
  const limit = removedMax(input.guards);
  if (limit !== undefined && removed.length > limit) {
    const message = `removes ${removed.length} members of the team "${name}" (guards.members.maxRemoved: ${limit})`;
    findings.push({ risk: 'lockout', message });
  }
  return findings;
}

function membersAfter(input: ChangeInput, old: Holders): Holders {
  return holdersOf(objectField(input.after, 'members'), old);
}

function removedMax(guards: JsonObject): number | undefined {
  const { members } = guards;
  const limit = isJsonObject(members) ? members['maxRemoved'] : undefined;
  return typeof limit === 'number' ? limit : undefined;
}
