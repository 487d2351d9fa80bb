import { parseBody } from '../body.ts';
import type { Fields, Json } from '../contract.ts';
import { Refusal } from '../refusal.ts';
import { createRouter } from '../router.ts';
import { addAccessRoutes } from './access.ts';
import { addAuditRoutes } from './audit.ts';
import { addGroupRoutes } from './groups.ts';
import { addInvitationRoutes } from './invitations.ts';
import { addProjectRoutes } from './projects.ts';
import { addRegionRoutes } from './regions.ts';
import { addRoleRoutes } from './roles.ts';
import { addSecretRoutes } from './secrets.ts';
import { addTeamRoutes } from './teams.ts';
import { resolveTiming } from './timing.ts';
import { addUserRoutes } from './users.ts';
import { addWorkspaceRoutes } from './workspaces.ts';
import type { Call, Handler, Routes, World } from './world.ts';

/** All routes of the API. */
export function createRoutes(): Routes {
  const routes = createRouter<Handler>();
  routes.add('GET', '/v1/organizations/current', ({ world }) => ({
    orgID: world.organization.id,
    name: world.organization.name,
  }));
  addAccessRoutes(routes);
  addAuditRoutes(routes);
  addGroupRoutes(routes);
  addInvitationRoutes(routes);
  addProjectRoutes(routes);
  addRegionRoutes(routes);
  addRoleRoutes(routes);
  addSecretRoutes(routes);
  addTeamRoutes(routes);
  addUserRoutes(routes);
  addWorkspaceRoutes(routes);
  return routes;
}

const NO_QUERY = new URLSearchParams();
const BODY_LENGTH_MAX = 4 * 1024 * 1024;

/** A call as the owner of the key makes it. */
export function createCall(world: World): Call {
  const now = world.clock.now();
  return {
    world,
    now,
    createdMs: now,
    timing: world.timing,
    switches: world.switches,
    params: [],
    query: NO_QUERY,
    body: {},
    actor: world.organization.adminId,
    withKey: true,
  };
}

/** Finds the handler and runs it; a Refusal for everything that is not a 200. */
export function dispatch(
  routes: Routes,
  call: Call,
  request: { readonly method: string; readonly path: string; readonly body: Fields },
): Json {
  const mark = request.path.indexOf('?');
  const path = mark < 0 ? request.path : request.path.slice(0, mark);
  const match = routes.find(request.method, path);
  if (match === 'unknown-path') throw new Refusal(404, '404 page not found');
  if (match === 'unknown-method') throw new Refusal(405, 'method not allowed');
  const query = mark < 0 ? NO_QUERY : new URLSearchParams(request.path.slice(mark + 1));
  return match.handler({ ...call, params: match.params, query, body: request.body });
}

/** The body of a request; a GET has none, whatever the client sent. */
export function bodyOf(method: string, text: string | undefined): Fields {
  if (method === 'GET') return {};
  if (text !== undefined && text.length > BODY_LENGTH_MAX) {
    throw new Refusal(413, 'request body too large');
  }
  return parseBody(text);
}

/** A call whose effects take no time, for changes behind the client's back. */
export function immediate(call: Call, actor: string): Call {
  return { ...call, timing: resolveTiming('none'), actor, withKey: false };
}
