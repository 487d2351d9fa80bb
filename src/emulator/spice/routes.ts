import { createRouter } from '../router.ts';
import { readKeys, regenerateKeys } from './api-keys.ts';
import { createApp, listApps, readApp, removeApp, updateApp } from './apps.ts';
import { listClusters, listImages, listRegions } from './catalogue.ts';
import { createDeployment, listDeployments, readDeployment, readLogs } from './deployments.ts';
import { createMember, listMembers, readMember, removeMember, updateMember } from './members.ts';
import { readMetrics } from './metrics.ts';
import { listOrgs } from './orgs.ts';
import { readLimits } from './plans.ts';
import { listSecrets, putSecret, readSecret, removeSecret } from './secrets.ts';
import { ok, stamp } from './world.ts';
import type { Handler, Role, Route, Routes } from './world.ts';

/** Method, path, scope, least role, what it does. */
type Row = readonly [string, string, string | undefined, Role, Handler];

const GENERAL: readonly Row[] = [
  [
    'GET',
    '/v1/health',
    undefined,
    'none',
    ({ now }) => ok({ status: 'ok', timestamp: stamp(now) }),
  ],
  ['GET', '/v1/regions', 'apps:read', 'viewer', listRegions],
  ['GET', '/v1/container-images', 'apps:read', 'viewer', listImages],
  ['GET', '/v1/limits', 'apps:read', 'viewer', readLimits],
  ['GET', '/v1/clusters', 'apps:read', 'viewer', listClusters],
  ['GET', '/v1/orgs', 'apps:read', 'viewer', listOrgs],
  ['GET', '/v1/members', 'members:read', 'viewer', listMembers],
  ['POST', '/v1/members', 'members:write', 'admin', createMember],
  ['GET', '/v1/members/:user', 'members:read', 'viewer', readMember],
  ['PATCH', '/v1/members/:user', 'members:write', 'admin', updateMember],
  ['DELETE', '/v1/members/:user', 'members:delete', 'admin', removeMember],
];

/** Below `/v1/apps` and, over the same objects, `/v1/projects`. */
const APPS: readonly Row[] = [
  ['GET', '', 'apps:read', 'viewer', listApps],
  ['POST', '', 'apps:write', 'member', createApp],
  ['GET', '/:app', 'apps:read', 'viewer', readApp],
  ['PUT', '/:app', 'apps:write', 'member', updateApp],
  ['DELETE', '/:app', 'apps:delete', 'member', removeApp],
  ['GET', '/:app/api-keys', 'apps:read', 'viewer', readKeys],
  ['POST', '/:app/api-keys', 'apps:write', 'member', regenerateKeys],
  ['GET', '/:app/metrics', 'apps:read', 'viewer', readMetrics],
  ['GET', '/:app/secrets', 'secrets:read', 'viewer', listSecrets],
  ['POST', '/:app/secrets', 'secrets:write', 'member', putSecret],
  ['GET', '/:app/secrets/:name', 'secrets:read', 'viewer', readSecret],
  ['DELETE', '/:app/secrets/:name', 'secrets:write', 'member', removeSecret],
  ['GET', '/:app/deployments', 'deployments:read', 'viewer', listDeployments],
  ['POST', '/:app/deployments', 'deployments:write', 'member', createDeployment],
  ['GET', '/:app/deployments/:deployment', 'deployments:read', 'viewer', readDeployment],
  ['GET', '/:app/deployments/:deployment/logs', 'deployments:read', 'viewer', readLogs],
];

function below(prefix: string): readonly Row[] {
  return APPS.map(([method, path, ...rest]) => [method, `${prefix}${path}`, ...rest]);
}

function rows(): readonly Row[] {
  return [...GENERAL, ...below('/v1/apps'), ...below('/v1/projects')];
}

/** All routes as an OpenAPI document, without the schemas. */
function documentOf(all: readonly Row[]): Handler {
  const paths: Record<string, Record<string, { description: string }>> = {};
  for (const [method, path, scope] of all) {
    const shown = path.replaceAll(/:(\w+)/g, '{$1}');
    const entry = (paths[shown] ??= {});
    entry[method.toLowerCase()] = { description: `Scope: ${scope ?? 'none'}` };
  }
  const info = { title: 'Spice Cloud Control-Plane API (emulated)', version: '1' };
  return () => ok({ openapi: '3.1.0', info, paths });
}

/** All routes of the API. */
export function createRoutes(): Routes {
  const routes = createRouter<Route>();
  const all = rows();
  const docs = documentOf(all);
  for (const [method, path, scope, role, run] of all)
    routes.add(method, path, { run, scope, role });
  for (const path of ['/v1/docs', '/v1/docs/openapi.json', '/openapi.json']) {
    routes.add('GET', path, { run: docs, scope: undefined, role: 'none' });
  }
  return routes;
}
