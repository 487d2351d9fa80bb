import { isFields } from '../body.ts';
import type { EmulatorRequest, Fields } from '../contract.ts';
import { Refusal } from '../refusal.ts';
import type { TimeLine } from '../time-line.ts';
import { roleIn, selectOrg } from './orgs.ts';
import { Problem } from './problem.ts';
import { countRequest } from './rate.ts';
import { FIRST_ORG, OWNER_ID } from './seed-ids.ts';
import { resolveTiming } from './timing.ts';
import { authenticate, includesScope } from './tokens.ts';
import { roleAtLeast } from './world.ts';
import type { Call, Principal, Result, Route, Routes, World } from './world.ts';

const BODY_LENGTH_MAX = 4 * 1024 * 1024;
const NO_QUERY = new URLSearchParams();

function bodyOf(request: EmulatorRequest): Fields {
  const { method, body = '' } = request;
  if (method === 'GET' || method === 'DELETE' || body.trim() === '') return {};
  if (body.length > BODY_LENGTH_MAX) throw new Refusal(413, 'Request body too large');
  try {
    const value: unknown = JSON.parse(body);
    if (isFields(value)) return value;
  } catch {
    // No JSON is as bad as no object.
  }
  throw new Problem(400, 'Invalid request body');
}

interface Found {
  readonly route: Route;
  readonly params: readonly string[];
  readonly query: URLSearchParams;
  readonly asProjects: boolean;
}

function find(routes: Routes, method: string, pathAndQuery: string): Found {
  const mark = pathAndQuery.indexOf('?');
  const path = mark < 0 ? pathAndQuery : pathAndQuery.slice(0, mark);
  const match = routes.find(method, path);
  if (match === 'unknown-path') throw new Problem(404, 'Not found');
  if (match === 'unknown-method') throw new Problem(405, 'Method not allowed');
  const query = mark < 0 ? NO_QUERY : new URLSearchParams(pathAndQuery.slice(mark + 1));
  const asProjects = path.startsWith('/v1/projects');
  return { route: match.handler, params: match.params, query, asProjects };
}

const NOBODY: Principal = { key: '', org: FIRST_ORG, user: undefined, scopes: new Set() };
const OWNER: Principal = { key: '', org: FIRST_ORG, user: OWNER_ID, scopes: new Set(['*']) };

function callOf(world: World, found: Found, principal: Principal, org: TimeLine): Call {
  const now = world.clock.now();
  return {
    world,
    now,
    createdMs: now,
    timing: world.timing,
    switches: world.switches,
    params: found.params,
    query: found.query,
    body: {},
    asProjects: found.asProjects,
    principal,
    org,
    role: roleIn(world, principal, org.id),
  };
}

function firstOrg(world: World): TimeLine {
  const org = world.store.of('org').get(FIRST_ORG);
  if (org === undefined) throw new Error('the store has no organization');
  return org;
}

function checkRights(route: Route, call: Call): void {
  const { scope, role } = route;
  if (scope !== undefined && !includesScope(call.principal.scopes, scope)) {
    throw new Problem(403, `Insufficient scope. Required: ${scope}`, 'insufficient_scope');
  }
  if (!roleAtLeast(call.role, role)) {
    throw new Problem(403, `This needs the role ${role} in the organization`, 'forbidden');
  }
}

/** Runs a request, or throws a Refusal; `headers` are those of the answer either way. */
export function serveRequest(
  world: World,
  routes: Routes,
  request: EmulatorRequest,
  headers: Record<string, string>,
): Result {
  const found = find(routes, request.method, request.path);
  const { route } = found;
  if (route.scope === undefined) return route.run(callOf(world, found, NOBODY, firstOrg(world)));
  const now = world.clock.now();
  const principal = authenticate(world, request.headers, now);
  countRequest(world, principal.key, now, headers);
  const org = selectOrg(world, principal, request.headers);
  const call = callOf(world, found, principal, org);
  checkRights(route, call);
  return route.run({ ...call, body: bodyOf(request) });
}

/** Runs a request behind the clients' backs: as the owner, at once, in no log. */
export function performQuietly(
  world: World,
  routes: Routes,
  request: { readonly method: string; readonly path: string; readonly body: Fields },
): Result {
  const found = find(routes, request.method, request.path);
  const call = callOf(world, found, OWNER, firstOrg(world));
  const timing = resolveTiming('none');
  return found.route.run({ ...call, timing, createdMs: 0, body: request.body });
}
