import type { Fields } from '../contract.ts';
import type { TimeLine } from '../time-line.ts';
import { Problem } from './problem.ts';
import { rolesIn } from './tokens.ts';
import { ok, ROLES, textOf } from './world.ts';
import type { Call, Principal, Result, Role, World } from './world.ts';

const NAME = /^[A-Za-z0-9._-]{1,255}$/;

/** The highest of what a principal is in an organization. */
export function roleIn(world: World, principal: Principal, org: string): Role {
  const roles = rolesIn(world, principal, org);
  const known = ROLES.toReversed().find((role) => roles.includes(role));
  return known ?? (roles.length > 0 ? 'viewer' : 'none');
}

/** The organization a request speaks for. */
export function selectOrg(
  world: World,
  principal: Principal,
  headers: Readonly<Record<string, string>>,
): TimeLine {
  const orgs = world.store.of('org');
  const asked = headers['x-org-name'];
  const own = orgs.get(principal.org);
  if (asked === undefined) {
    if (own === undefined) throw new Problem(403, 'Organization not found', 'org_forbidden');
    return own;
  }
  if (!NAME.test(asked)) throw new Problem(400, 'Invalid X-Org-Name header');
  const named = [...orgs.all()].find(
    ({ base }) => textOf(base, 'name').toLowerCase() === asked.toLowerCase(),
  );
  if (principal.user === undefined && named?.id !== principal.org) {
    const text = `The client does not belong to organization ${asked}`;
    throw new Problem(403, text, 'org_assertion_mismatch');
  }
  if (named === undefined || roleIn(world, principal, named.id) === 'none') {
    throw new Problem(403, `No access to organization ${asked}`, 'org_forbidden');
  }
  return named;
}

export function listOrgs(call: Call): Result {
  const { world, principal } = call;
  const orgs: Fields[] = [];
  for (const { id, base } of world.store.of('org').all()) {
    const role = roleIn(world, principal, id);
    if (role !== 'none') orgs.push({ ...base, role, current: id === call.org.id });
  }
  return ok(call.switches.orgsShape === 'array' ? orgs : { orgs });
}
