import type { Fields, Json } from '../contract.ts';
import { addStep, viewAt } from '../time-line.ts';
import type { TimeLine } from '../time-line.ts';
import { checkImageTag, replicasCheck } from './app-input.ts';
import { configOf } from './apps.ts';
import { DEFAULT_TAG } from './catalogue.ts';
import { checkedInput, choice, flag, text } from './input.ts';
import { checkPlan } from './plans.ts';
import { invalidBody, Problem } from './problem.ts';
import { secretsNamedIn, spicepodOf } from './spicepod.ts';
import {
  appOf,
  checkId,
  inOrder,
  isListed,
  isLive,
  nextId,
  numberOf,
  ok,
  param,
  stamp,
  textOf,
} from './world.ts';
import type { Call, Result } from './world.ts';

const FIRST_ID = 5_001;
const LIMIT = 20;
const LIMIT_MAX = 100;
const STATUSES = ['queued', 'in_progress', 'succeeded', 'failed', 'created'];
const RUNNING = ['queued', 'in_progress'];

function view(call: Call, line: TimeLine, at: number): Fields {
  const fields = viewAt(line, at);
  const { createdBy } = call.switches;
  const by = createdBy === 'email' ? 'created_by' : 'created_by_id';
  return {
    id: fields['id'],
    status: fields['status'],
    created_at: fields['created_at'],
    started_at: fields['started_at'] ?? null,
    updated_at: fields['updated_at'] ?? null,
    image_tag: fields['image_tag'] ?? null,
    replicas: fields['replicas'],
    branch: fields['branch'] ?? null,
    commit_sha: fields['commit_sha'] ?? null,
    commit_message: fields['commit_message'] ?? null,
    error_message: fields['error_message'] ?? null,
    ...(fields['error_code'] === undefined ? {} : { error_code: fields['error_code'] }),
    creation_source: 'api',
    created_by: createdBy === 'none' ? null : (fields[by] ?? null),
  };
}

interface Page {
  readonly limit: number;
  readonly offset: number;
  readonly status: string | undefined;
}

function wholeNumber(call: Call, name: string, otherwise: number): number {
  const given = call.query.get(name);
  if (given === null) return otherwise;
  if (!/^\d{1,9}$/.test(given)) throw invalidBody({ [name]: ['Expected a whole number'] });
  return Number(given);
}

function pageOf(call: Call): Page {
  const { limitOverMax, offsets } = call.switches;
  const limit = wholeNumber(call, 'limit', LIMIT);
  if (limit < 1 || (limit > LIMIT_MAX && limitOverMax === 'refuse')) {
    throw invalidBody({ limit: [`Number must be from 1 to ${String(LIMIT_MAX)}`] });
  }
  const offset = wholeNumber(call, 'offset', 0);
  const status = call.query.get('status') ?? undefined;
  if (status !== undefined && !STATUSES.includes(status)) {
    throw invalidBody({ status: [`Expected ${STATUSES.join(' | ')}`] });
  }
  const skipped = offsets === 'honour' ? offset : 0;
  return { limit: Math.min(limit, LIMIT_MAX), offset: skipped, status };
}

export function listDeployments(call: Call): Result {
  const app = appOf(call);
  const { limit, offset, status } = pageOf(call);
  const shown = inOrder(call.world.store.of('deployment').inParent(app.id))
    .toReversed()
    .filter((line) => isListed(call, line, call.timing.deploymentListLagMs))
    .map((line) => view(call, line, call.now))
    .filter((deployment) => status === undefined || deployment['status'] === status);
  return ok({ deployments: shown.slice(offset, offset + limit) });
}

function deploymentOf(call: Call): TimeLine {
  const app = appOf(call);
  const id = checkId(param(call, 1), 'deployment');
  const line = call.world.store.of('deployment').get(id);
  if (line === undefined || line.parent !== app.id) throw new Problem(404, 'Deployment not found');
  return line;
}

export function readDeployment(call: Call): Result {
  if (!call.switches.deploymentById) throw new Problem(404, 'Not found');
  return ok(view(call, deploymentOf(call), call.now));
}

export function readLogs(call: Call): Result {
  const fields = viewAt(deploymentOf(call), call.now);
  const limit = wholeNumber(call, 'limit', LIMIT_MAX);
  const since = Date.parse(call.query.get('since') ?? '') || 0;
  const entry = (at: string, message: string): Fields[] =>
    at === '' || Date.parse(at) < since
      ? []
      : [{ timestamp: at, level: 'info', message, source: 'deployment' }];
  const logs: Json = [
    ...entry(textOf(fields, 'created_at'), 'deployment queued'),
    ...entry(textOf(fields, 'started_at'), 'deployment started'),
    ...entry(textOf(fields, 'updated_at'), `deployment ${textOf(fields, 'status')}`),
  ];
  return ok({ logs: logs.slice(0, limit) });
}

/** The app's deployment that has not ended; there is at most one. */
function isRunning(call: Call, app: TimeLine): boolean {
  const latest = call.world.store.of('deployment').get(textOf(app.hidden, 'latest'));
  return latest !== undefined && RUNNING.includes(textOf(viewAt(latest, call.now), 'status'));
}

function checkConcurrency(call: Call): void {
  const { concurrentDeploymentsMax: max } = call.switches;
  if (max === 0) return;
  let running = 0;
  for (const app of call.world.store.of('app').inParent(call.org.id)) {
    const mayRun = isLive(app) && numberOf(app.hidden, 'latestEndMs') > call.now;
    if (mayRun && isRunning(call, app)) running += 1;
  }
  if (running >= max) throw new Problem(429, 'Too many concurrent deployments');
}

/** What stands in the way of deploying the app as it is. */
function checkReady(call: Call, line: TimeLine, app: Fields): void {
  if (line.hidden['paused'] === true) {
    throw new Problem(400, 'The project is paused', 'spicepod_paused');
  }
  if (app['spicepod'] === undefined) throw new Problem(400, 'Project has no spicepod');
  spicepodOf(app['spicepod'], false);
  if (line.hidden['api_key'] === undefined) throw new Problem(400, 'Project has no API key');
  if (isRunning(call, line)) throw new Problem(409, 'A deployment is already in progress');
  checkConcurrency(call);
}

interface Ending {
  readonly errorCode: string;
  readonly errorMessage: string;
}

/** Why this deployment is going to fail; undefined: it is not. */
function endingOf(call: Call, app: TimeLine, secrets: Fields, config: Fields): Ending | undefined {
  const { world, switches } = call;
  const failure = world.failures.find(
    (one) => one.left > 0 && (one.app === undefined || one.app === app.id),
  );
  if (failure !== undefined) {
    failure.left -= 1;
    return failure;
  }
  const missing = secretsNamedIn(config['spicepod']).find((name) => secrets[name] === undefined);
  if (!switches.missingSecretFails || missing === undefined) return undefined;
  return { errorCode: 'unable_to_start', errorMessage: `Secret ${missing} not found` };
}

/** Older successes become history once this one has succeeded. */
function supersede(call: Call, app: TimeLine, endMs: number, id: string): void {
  if (call.switches.supersededStatus === 'succeeded') return;
  for (const line of call.world.store.of('deployment').inParent(app.id)) {
    if (line.id === id || viewAt(line, endMs)['status'] !== 'succeeded') continue;
    addStep(line, endMs, { status: 'created' });
    call.world.store.save(line);
  }
}

function jittered(call: Call, durationMs: number): number {
  const { jitter } = call.timing;
  const extra = jitter > 0 ? call.world.random.next() * jitter : 0;
  return Math.round(durationMs * (1 + extra));
}

function overridesOf(call: Call): Fields {
  return checkedInput(call.body, {
    checks: {
      image_tag: text,
      image: text,
      channel: choice(['stable', 'preview', 'nightly', 'internal']),
      replicas: replicasCheck(call),
      branch: text,
      commit_sha: text,
      commit_message: text,
      debug: flag,
    },
    nulls: 'ignore',
  });
}

/** What is deployed: everything as it is now. */
function snapshotOf(call: Call, line: TimeLine, app: Fields): { config: Fields; secrets: Fields } {
  const secrets = [...call.world.store.of('secret').inParent(line.id)].map(
    (secret) => [textOf(secret.base, 'name'), secret.hidden['value']] as const,
  );
  return { config: configOf(app), secrets: Object.fromEntries(secrets) };
}

function creator(call: Call): Fields {
  const { user } = call.principal;
  if (user === undefined) return {};
  const email = textOf(call.world.store.of('user').get(user)?.base ?? {}, 'email');
  return { created_by: email, created_by_id: Number(user) };
}

function repositoryOf(line: TimeLine): Fields {
  if (line.hidden['github'] !== true) return {};
  return { branch: line.hidden['branch'], commit_sha: line.hidden['commitSha'] };
}

/** From queued to its end, in steps of time. */
function start(call: Call, line: TimeLine, ending: Ending | undefined): number {
  const startMs = call.now + jittered(call, call.timing.queuedMs);
  const endMs = startMs + jittered(call, call.timing.runMs);
  addStep(line, startMs, { status: 'in_progress', started_at: stamp(startMs) });
  const failed = { error_code: ending?.errorCode, error_message: ending?.errorMessage };
  addStep(line, endMs, {
    status: ending === undefined ? 'succeeded' : 'failed',
    updated_at: stamp(endMs),
    ...(ending === undefined ? {} : failed),
  });
  return endMs;
}

export function createDeployment(call: Call): Result {
  const app = appOf(call);
  const fields = viewAt(app, call.now);
  const overrides = overridesOf(call);
  checkPlan(call, overrides);
  const channel = textOf(overrides, 'channel') || textOf(fields, 'update_channel');
  checkImageTag(call, overrides['image_tag'], channel);
  checkReady(call, app, fields);
  const { store } = call.world;
  const hidden = snapshotOf(call, app, fields);
  const id = nextId(call.world, 'deployment', FIRST_ID);
  const line = store.create({
    type: 'deployment',
    id: String(id),
    parent: app.id,
    createdMs: call.createdMs,
    base: {
      id,
      status: 'queued',
      created_at: stamp(call.now),
      image_tag: overrides['image_tag'] ?? fields['image_tag'] ?? DEFAULT_TAG,
      replicas: overrides['replicas'] ?? fields['replicas'],
      branch: overrides['branch'],
      commit_sha: overrides['commit_sha'],
      commit_message: overrides['commit_message'],
      ...repositoryOf(app),
      ...creator(call),
    },
    hidden,
  });
  const queued = view(call, line, call.now);
  const ending = endingOf(call, app, hidden.secrets, hidden.config);
  const endMs = start(call, line, ending);
  if (ending === undefined) supersede(call, app, endMs, line.id);
  app.hidden = { ...app.hidden, latest: line.id, latestEndMs: endMs };
  store.save(line);
  store.save(app);
  return { status: 202, body: queued };
}
