import {
  checkUuid,
  optionalBoolean,
  optionalChoice,
  optionalString,
  queryBoolean,
  requiredString,
} from '../body.ts';
import type { Fields, Json } from '../contract.ts';
import { Refusal } from '../refusal.ts';
import { dropFuture, targetOf, viewAt } from '../time-line.ts';
import type { TimeLine } from '../time-line.ts';
import { endGrantsOn, grantToCreator } from './access.ts';
import { audit } from './audit.ts';
import {
  checkPreview,
  DEPLOYMENT_TYPES,
  expiryOf,
  firewallOf,
  groupChanges,
  updateWindowOf,
} from './group-input.ts';
import { generatePassword, isValidPassword } from './password.ts';
import { regionOf } from './regions.ts';
import { stamp } from './time-text.ts';
import {
  change,
  isLive,
  jittered,
  listed,
  notFound,
  param,
  picked,
  readById,
  textOf,
  writable,
} from './world.ts';
import type { Call, Routes, World } from './world.ts';

const TYPE = 'workspaceGroup';

/** Ends a group or workspace: it becomes a tombstone. */
export function terminate(call: Call, line: TimeLine): void {
  const at = call.now + call.timing.terminateMs;
  dropFuture(line, call.now);
  line.hidden = { ...line.hidden, terminating: true };
  change(call, line, at, {
    state: 'TERMINATED',
    terminatedAt: stamp(at),
    endpoint: null,
    scalingProgress: null,
  });
}

function withProject(call: Call, group: Fields): Fields {
  const project = call.world.store.of('project').get(textOf(group, 'projectID'));
  if (project === undefined) return group;
  return { ...group, projectName: textOf(targetOf(project), 'name') };
}

function projectOf(call: Call, body: Fields): string {
  const projects = call.world.store.of('project');
  const wanted = optionalString(body, 'projectID');
  if (wanted !== undefined) return writable(call, 'project', wanted).id;
  for (const line of projects.named('Standard Project')) return line.id;
  for (const line of projects.all()) if (isLive(line)) return line.id;
  throw notFound('project');
}

/** The administrator password to keep, and whether it was made here. */
function passwordOf(call: Call, body: Fields): { readonly text: string; readonly made: boolean } {
  const given = optionalString(body, 'adminPassword');
  if (given !== undefined && isValidPassword(given)) return { text: given, made: false };
  return { text: generatePassword(call.world.random), made: true };
}

function initialFields(call: Call, body: Fields, region: Fields): Fields {
  const deploymentType = optionalChoice(body, 'deploymentType', DEPLOYMENT_TYPES) ?? 'PRODUCTION';
  const optInPreviewFeature = optionalBoolean(body, 'optInPreviewFeature') ?? false;
  checkPreview(optInPreviewFeature, deploymentType);
  const expiry = expiryOf(call, body);
  const { assignUpdateWindow } = call.switches;
  const updateWindow =
    updateWindowOf(body) ?? (assignUpdateWindow ? { day: 0, hour: 4 } : undefined);
  return {
    name: requiredString(body, 'name'),
    createdAt: stamp(call.now),
    deploymentType,
    highAvailabilityTwoZones: optionalBoolean(body, 'highAvailabilityTwoZones') ?? false,
    optInPreviewFeature,
    projectID: projectOf(call, body),
    provider: region['provider'],
    regionID: region['regionID'],
    regionName: region['regionName'],
    state: 'PENDING',
    ...(updateWindow === undefined ? {} : { updateWindow }),
    ...(expiry === undefined ? {} : { expiresAt: stamp(expiry) }),
    ...(region['provider'] === 'AWS' ? { outboundAllowList: '203.0.113.10/32' } : {}),
  };
}

function create(call: Call): Json {
  const { body, now, timing, world } = call;
  const fields = initialFields(call, body, regionOf(call, body));
  const firewall = firewallOf({ ...body, allowAllTraffic: null }, {});
  if (firewall === undefined) {
    const hint = 'indicate empty list [] to disallow all inbound traffic';
    throw new Refusal(400, `firewallRanges cannot be null (${hint})`);
  }
  const open = optionalBoolean(body, 'allowAllTraffic') === true;
  const password = passwordOf(call, body);
  const id = world.random.uuid();
  const line = world.store.create({
    type: TYPE,
    id,
    createdMs: call.createdMs,
    base: { workspaceGroupID: id, ...fields },
    hidden: { adminPassword: password.text },
  });
  const shown = open ? { allowAllTraffic: true, firewallRanges: null } : firewall;
  change(call, line, now + timing.firewallMs, shown);
  change(call, line, now + jittered(call, timing.groupCreateMs), { state: 'ACTIVE' });
  watchExpiry(world, fields);
  grantToCreator(call, 'Cluster', id);
  audit(call, { action: `${TYPE}.create`, id, name: textOf(fields, 'name') });
  const told = password.made || call.switches.echoAdminPassword;
  return { workspaceGroupID: id, ...(told ? { adminPassword: password.text } : {}) };
}

function watchExpiry(world: World, fields: Fields): void {
  const moment = Date.parse(textOf(fields, 'expiresAt'));
  if (!Number.isNaN(moment)) world.nextExpiryMs = Math.min(world.nextExpiryMs, moment);
}

function checkPassword(body: Fields): string | undefined {
  const password = optionalString(body, 'adminPassword');
  if (password === undefined || isValidPassword(password)) return password;
  throw new Refusal(400, 'adminPassword: must have at least 14 characters of all four classes');
}

function update(call: Call): Json {
  const { body, now, timing, world } = call;
  const line = writable(call, TYPE, param(call, 0));
  const before = targetOf(line);
  const changes = groupChanges(call, body);
  const firewall = firewallOf(body, before);
  const password = checkPassword(body);
  const deploymentType = textOf({ ...before, ...changes }, 'deploymentType');
  checkPreview(before['optInPreviewFeature'] === true, deploymentType);
  if (password !== undefined) line.hidden = { ...line.hidden, adminPassword: password };
  if (Object.keys(changes).length > 0) change(call, line, now, changes);
  if (firewall !== undefined) change(call, line, now + timing.firewallMs, firewall);
  if (viewAt(line, now)['state'] === 'ACTIVE') {
    change(call, line, now, { state: 'PENDING' });
    change(call, line, now + timing.groupPatchMs, { state: 'ACTIVE' });
  }
  world.store.save(line);
  if (deploymentType !== before['deploymentType']) {
    for (const workspace of world.store.of('workspace').inParent(line.id)) {
      if (isLive(workspace)) change(call, workspace, now, { deploymentType });
    }
  }
  watchExpiry(world, changes);
  const changed = Object.keys(body);
  audit(call, { action: `${TYPE}.update`, id: line.id, name: textOf(before, 'name'), changed });
  return { workspaceGroupID: line.id };
}

function remove(call: Call): Json {
  const line = writable(call, TYPE, param(call, 0));
  const workspaces = [...call.world.store.of('workspace').inParent(line.id)].filter(isLive);
  if (workspaces.length > 0 && !queryBoolean(call.query, 'force')) {
    const text = 'workspace group has active workspaces; use force to delete it';
    throw new Refusal(call.switches.groupNotEmptyStatus, text);
  }
  endGroup(call, line);
  return { workspaceGroupID: line.id };
}

function endGroup(call: Call, line: TimeLine): void {
  for (const workspace of call.world.store.of('workspace').inParent(line.id)) {
    if (isLive(workspace)) terminate(call, workspace);
  }
  terminate(call, line);
  endGrantsOn(call, line.id);
  audit(call, { action: `${TYPE}.delete`, id: line.id, name: textOf(targetOf(line), 'name') });
}

/** Terminates the groups whose time has come. Cheap until then. */
export function expireGroups(call: Call): void {
  const { world, now } = call;
  if (now < world.nextExpiryMs) return;
  world.nextExpiryMs = Number.POSITIVE_INFINITY;
  for (const line of world.store.of(TYPE).all()) {
    if (!isLive(line)) continue;
    const moment = Date.parse(textOf(targetOf(line), 'expiresAt'));
    if (Number.isNaN(moment)) continue;
    if (moment <= now) endGroup(call, line);
    else world.nextExpiryMs = Math.min(world.nextExpiryMs, moment);
  }
}

/** Lists hide tombstones unless asked for them. */
export function withoutTombstones(call: Call, views: readonly Fields[]): readonly Fields[] {
  if (queryBoolean(call.query, 'includeTerminated')) return views;
  return views.filter((view) => view['state'] !== 'TERMINATED');
}

function list(call: Call): Json {
  const views = withoutTombstones(call, listed(call, TYPE, call.world.store.of(TYPE).all()));
  return views.map((group) => picked(call, withProject(call, group)));
}

export function addGroupRoutes(routes: Routes): void {
  routes.add('GET', '/v1/workspaceGroups', list);
  routes.add('POST', '/v1/workspaceGroups', create);
  routes.add('GET', '/v1/workspaceGroups/:id', (call) =>
    picked(call, withProject(call, readById(call, TYPE, param(call, 0)))),
  );
  routes.add('PATCH', '/v1/workspaceGroups/:id', update);
  routes.add('DELETE', '/v1/workspaceGroups/:id', remove);
}

/** The group a workspace goes into; also one that reads do not show yet. */
export function groupOf(call: Call, id: string): TimeLine {
  const line = call.world.store.of(TYPE).get(checkUuid(id));
  if (line === undefined) throw notFound(TYPE);
  return line;
}
