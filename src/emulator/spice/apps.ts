import type { Fields, Json } from '../contract.ts';
import { addStep, viewAt } from '../time-line.ts';
import type { TimeLine } from '../time-line.ts';
import { appChanges, newApp } from './app-input.ts';
import type { NewApp } from './app-input.ts';
import { CLUSTER } from './catalogue.ts';
import { checkAppCount } from './plans.ts';
import { Problem } from './problem.ts';
import { sameSpicepod } from './spicepod.ts';
import {
  appNameKey,
  appOf,
  change,
  inOrder,
  isListed,
  nextId,
  NO_CONTENT,
  ok,
  stamp,
  textOf,
} from './world.ts';
import type { Call, Result } from './world.ts';

const FIRST_ID = 1_001;
const WARNING = 'The app was created, but its initial configuration could not be applied';

/** An API key as it is read. */
export function newKey(call: Call): string {
  return `spice_${call.world.random.uuid().replaceAll('-', '')}`;
}

function summary(call: Call, line: TimeLine): Fields {
  const app = viewAt(line, call.now);
  const { cnameShown } = call.switches;
  return {
    id: app['id'],
    name: app['name'],
    description: app['description'] ?? null,
    visibility: app['visibility'],
    created_at: app['created_at'],
    ...(cnameShown ? { cname: app['cname'] ?? null } : {}),
    cluster_id: app['cluster_id'] ?? null,
    tags: app['tags'] ?? null,
  };
}

const CONFIG = [
  'spicepod',
  'registry',
  'image',
  'image_tag',
  'update_channel',
  'version',
  'replicas',
  'resources',
  'executor',
  'region',
  'node_group',
  'storage_size_gb',
];

/** An app's configuration as it is read, and as a deployment takes it. */
export function configOf(app: Fields): Fields {
  const config = Object.fromEntries(CONFIG.map((name) => [name, app[name] ?? null]));
  return { ...config, storage_claim_size_gb: app['storage_size_gb'] ?? null };
}

/** The whole app, configuration included. */
function detail(call: Call, line: TimeLine, warning: string | null = null): Fields {
  const app = viewAt(line, call.now);
  const { apiKeyInApp, regionOnlyInConfig } = call.switches;
  const cname = textOf(app, 'cname');
  return {
    ...summary(call, line),
    ...(regionOnlyInConfig ? {} : { region: app['region'] ?? null }),
    production_branch: app['production_branch'] ?? null,
    ...(apiKeyInApp ? { api_key: line.hidden['api_key'] ?? null } : {}),
    endpoint: cname === '' ? null : `https://${cname}.spiceai.io`,
    org: call.org.base['name'],
    forked_from: null,
    warning,
    config: configOf(app),
  };
}

export function listApps(call: Call): Result {
  const lines = inOrder(call.world.store.of('app').inParent(call.org.id));
  const apps: Json = lines
    .filter((line) => isListed(call, line, call.timing.appListLagMs))
    .map((line) => summary(call, line));
  return ok(call.asProjects ? { projects: apps } : { apps });
}

export function readApp(call: Call): Result {
  return ok(detail(call, appOf(call)));
}

function checkName(call: Call, name: string): void {
  const [taken] = call.world.store.of('app').named(appNameKey(call.org.id, name, false));
  if (taken !== undefined) {
    throw new Problem(409, `App "${name}" already exists in this organization`);
  }
}

/** The softly deleted app of this name that comes back, if any does. */
function formerApp(call: Call, name: string): TimeLine | undefined {
  if (!call.switches.reactivate) return undefined;
  const key = appNameKey(call.org.id, name, true);
  return [...call.world.store.of('app').named(key)].at(-1);
}

function made(call: Call, input: NewApp): TimeLine {
  const id = nextId(call.world, 'app', FIRST_ID);
  return call.world.store.create({
    type: 'app',
    id: String(id),
    parent: call.org.id,
    createdMs: call.createdMs,
    base: {
      id,
      name: input.name,
      visibility: 'private',
      created_at: stamp(call.now),
      update_channel: 'stable',
      replicas: 1,
    },
    hidden: { api_key: newKey(call), api_key_2: newKey(call) },
  });
}

/** Where it runs is known a while later. */
function placeLater(call: Call, line: TimeLine, placement: Fields | undefined): void {
  const region = textOf(placement ?? {}, 'region');
  if (placement === undefined || region === '') return;
  const clusterId =
    textOf(placement, 'cluster_name') === CLUSTER.cluster_name
      ? CLUSTER.cluster_id
      : `cluster-${region}-1`;
  addStep(line, call.now + call.timing.clusterIdMs, { cluster_id: clusterId });
}

export function createApp(call: Call): Result {
  const input = newApp(call);
  checkName(call, input.name);
  checkAppCount(call);
  const { createAnswer, createWarning } = call.switches;
  const line = formerApp(call, input.name) ?? made(call, input);
  const config = createWarning ? {} : input.config;
  change(call, line, { ...input.basics, ...config, ...input.placement, deleted_at: null });
  placeLater(call, line, input.placement);
  call.world.store.save(line);
  const warning = createWarning ? WARNING : null;
  const body = createAnswer === 'brief' ? summary(call, line) : detail(call, line, warning);
  return { status: 201, body };
}

function checkRepository(line: TimeLine, before: Fields, changes: Fields): void {
  if (line.hidden['github'] !== true || changes['spicepod'] === undefined) return;
  if (sameSpicepod(before['spicepod'], changes['spicepod'])) return;
  throw new Problem(409, 'The spicepod comes from the GitHub repository', 'github_connected');
}

function isMoved(before: Fields, changes: Fields): boolean {
  const { region, cluster_name: cluster } = changes;
  return region !== before['region'] || (cluster ?? undefined) !== before['cluster_name'];
}

export function updateApp(call: Call): Result {
  const line = appOf(call);
  const before = viewAt(line, call.now);
  const changes = appChanges(call, before);
  checkRepository(line, before, changes);
  if (Object.keys(changes).length > 0) {
    change(call, line, changes);
    if (isMoved(before, changes)) placeLater(call, line, changes);
    call.world.store.save(line);
  }
  return ok(detail(call, line));
}

export function removeApp(call: Call): Result {
  change(call, appOf(call), { deleted_at: stamp(call.now) });
  return NO_CONTENT;
}
