import { optionalBoolean, requiredString } from '../body.ts';
import type { Fields, Json } from '../contract.ts';
import { Refusal } from '../refusal.ts';
import { targetOf, viewAt } from '../time-line.ts';
import type { TimeLine } from '../time-line.ts';
import { audit } from './audit.ts';
import { groupOf, terminate, withoutTombstones } from './groups.ts';
import { stamp } from './time-text.ts';
import {
  change,
  isLive,
  jittered,
  listed,
  param,
  picked,
  readById,
  textOf,
  writable,
} from './world.ts';
import type { Call, Routes } from './world.ts';
import { deploymentTypeOf, nameOf, plainFields, scalingFields } from './workspace-input.ts';

const TYPE = 'workspace';
const PER_GROUP_MAX = 5;

function newEndpoint(call: Call, group: Fields): string {
  const cloud = textOf(group, 'provider').toLowerCase();
  const place = `${cloud}-${textOf(group, 'regionName')}-1`;
  return `svc-${call.world.random.uuid()}-dml.${place}.svc.singlestore.com`;
}

function withoutNulls(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

function note(call: Call, line: TimeLine, verb: string, changed?: readonly string[]): void {
  audit(call, {
    action: `${TYPE}.${verb}`,
    id: line.id,
    name: textOf(line.base, 'name'),
    ...(line.parent === undefined ? {} : { groupId: line.parent }),
    ...(changed === undefined ? {} : { changed }),
  });
}

function checkRoom(call: Call, group: TimeLine, name: string): void {
  const { sixthWorkspaceStatus, duplicateWorkspaceStatus } = call.switches;
  const live = [...call.world.store.of(TYPE).inParent(group.id)].filter(isLive);
  if (live.length >= PER_GROUP_MAX) {
    throw new Refusal(sixthWorkspaceStatus, 'workspace group already has 5 workspaces');
  }
  if (duplicateWorkspaceStatus === 0) return;
  if (live.some((line) => textOf(line.base, 'name') === name)) {
    throw new Refusal(duplicateWorkspaceStatus, `workspace ${name} already exists in the group`);
  }
}

function create(call: Call): Json {
  const { now, timing, world } = call;
  const group = writable(call, 'workspaceGroup', requiredString(call.body, 'workspaceGroupID'));
  const name = nameOf(call);
  const fields = { ...plainFields(call), ...scalingFields(call) };
  checkRoom(call, group, name);
  const inherited = targetOf(group);
  const id = world.random.uuid();
  const endpoint = newEndpoint(call, inherited);
  const line = world.store.create({
    type: TYPE,
    id,
    parent: group.id,
    createdMs: call.createdMs,
    base: {
      workspaceID: id,
      workspaceGroupID: group.id,
      name,
      createdAt: stamp(now),
      deploymentType: inherited['deploymentType'],
      state: 'PENDING',
      size: 'S-00',
      scaleFactor: 1,
      ...withoutNulls(fields),
    },
    hidden: { endpoint },
  });
  const ready = now + jittered(call, timing.workspaceCreateMs);
  change(call, line, ready, { state: 'ACTIVE', endpoint, lastResumedAt: stamp(ready) });
  note(call, line, 'create');
  return { workspaceID: id };
}

function conflict(call: Call, text: string): Refusal {
  return new Refusal(call.switches.conflictStatus, text);
}

/** The value without the moments the server keeps in it. */
function comparable(value: Json | undefined): string {
  return JSON.stringify(value ?? null, (key, member: unknown) =>
    key.endsWith('At') ? undefined : member,
  );
}

function differing(before: Fields, wanted: Fields): Fields {
  const entries = Object.entries(wanted).filter(
    ([name, value]) => comparable(before[name]) !== comparable(value),
  );
  return Object.fromEntries(entries);
}

/** Old values for a while, then PENDING, then the new ones. */
function scale(call: Call, line: TimeLine, plain: Fields, scaling: Fields): void {
  const { now, timing } = call;
  const start = now + timing.patchStaleMs;
  const end = start + timing.workspacePatchMs;
  const half = Math.floor((start + end) / 2);
  const pending = { ...plain, state: 'PENDING', endpoint: null, scalingProgress: 0 };
  change(call, line, start, pending);
  change(call, line, half, { scalingProgress: 50 });
  change(call, line, end, {
    ...scaling,
    state: 'ACTIVE',
    endpoint: textOf(line.hidden, 'endpoint'),
    scalingProgress: null,
  });
}

function update(call: Call): Json {
  const { now, timing } = call;
  const line = writable(call, TYPE, param(call, 0));
  const { state } = viewAt(line, now);
  if (state === 'SUSPENDED') throw conflict(call, 'workspace is suspended');
  if (state === 'PENDING' && call.switches.pendingPatch === 'refuse') {
    throw conflict(call, 'workspace is pending');
  }
  const before = targetOf(line);
  const plain = differing(before, { ...plainFields(call), ...deploymentTypeOf(call) });
  const scaling = differing(before, scalingFields(call));
  if (Object.keys(scaling).length > 0) scale(call, line, plain, scaling);
  else if (Object.keys(plain).length > 0) change(call, line, now + timing.patchStaleMs, plain);
  note(call, line, 'update', Object.keys(call.body));
  return { workspaceID: line.id };
}

function suspend(call: Call): Json {
  const { now, timing } = call;
  const line = writable(call, TYPE, param(call, 0));
  if (viewAt(line, now)['state'] !== 'ACTIVE') throw conflict(call, 'workspace is not active');
  change(call, line, now, { state: 'PENDING', endpoint: null, scalingProgress: null });
  change(call, line, now + timing.suspendMs, { state: 'SUSPENDED' });
  note(call, line, 'suspend');
  return { workspaceID: line.id };
}

function resume(call: Call): Json {
  const { now, timing } = call;
  const line = writable(call, TYPE, param(call, 0));
  const disable = optionalBoolean(call.body, 'disableAutoSuspend') === true;
  if (viewAt(line, now)['state'] !== 'SUSPENDED') {
    throw conflict(call, 'workspace is not suspended');
  }
  if (call.switches.endpointChangesOnResume) {
    const group = targetOf(groupOf(call, line.parent ?? ''));
    line.hidden = { ...line.hidden, endpoint: newEndpoint(call, group) };
  }
  const ready = now + timing.resumeMs;
  change(call, line, now, { state: 'PENDING', ...(disable ? { autoSuspend: null } : {}) });
  change(call, line, ready, {
    state: 'ACTIVE',
    endpoint: textOf(line.hidden, 'endpoint'),
    lastResumedAt: stamp(ready),
    resumeAttachments: [],
  });
  note(call, line, 'resume');
  return { workspaceID: line.id };
}

function remove(call: Call): Json {
  const line = writable(call, TYPE, param(call, 0));
  terminate(call, line);
  note(call, line, 'delete');
  return { workspaceID: line.id };
}

function list(call: Call): Json {
  const groupId = call.query.get('workspaceGroupID');
  if (groupId === null) throw new Refusal(400, 'workspaceGroupID is required');
  const group = groupOf(call, groupId);
  const views = listed(call, TYPE, call.world.store.of(TYPE).inParent(group.id));
  return withoutTombstones(call, views).map((view) => picked(call, view));
}

export function addWorkspaceRoutes(routes: Routes): void {
  routes.add('GET', '/v1/workspaces', list);
  routes.add('POST', '/v1/workspaces', create);
  routes.add('GET', '/v1/workspaces/:id', (call) =>
    picked(call, readById(call, TYPE, param(call, 0))),
  );
  routes.add('PATCH', '/v1/workspaces/:id', update);
  routes.add('DELETE', '/v1/workspaces/:id', remove);
  routes.add('POST', '/v1/workspaces/:id/suspend', suspend);
  routes.add('POST', '/v1/workspaces/:id/resume', resume);
}
