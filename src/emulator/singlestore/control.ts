import { isFields, optionalString, requiredString } from '../body.ts';
import type { ControlCall, Fields } from '../contract.ts';
import { createBaseCalls, createSteering } from '../control.ts';
import type { BaseControl, SnapshotObject } from '../control.ts';
import type { FaultPlan } from '../faults.ts';
import { targetOf } from '../time-line.ts';
import { createCall, dispatch, immediate } from './dispatch.ts';
import { fill, parseFillSpec, settleAll } from './fill.ts';
import type { FillSpec } from './fill.ts';
import { acceptInvitation } from './invitations.ts';
import { authorOf, isMutation, mutate } from './mutation.ts';
import type { Mutation } from './mutation.ts';
import { SEED_MS } from './seed.ts';
import { DEFAULT_SWITCHES } from './switches.ts';
import type { EmulatorSwitches } from './switches.ts';
import { resolveTiming } from './timing.ts';
import type { EmulatorTiming } from './timing.ts';
import { addUser } from './users.ts';
import { isLive } from './world.ts';
import type { Call, Routes, World } from './world.ts';

export interface EmulatorControl extends BaseControl<
  EmulatorTiming,
  EmulatorSwitches,
  FillSpec,
  Mutation
> {
  /** Returns the user's ID. */
  addUser(email: string, first?: string, last?: string): string;
  /** Returns the new user's ID. */
  acceptInvitation(id: string): string;
}

export interface ControlParts {
  readonly world: World;
  readonly routes: Routes;
  readonly setFaults: (plan: FaultPlan) => void;
  readonly reset: () => void;
}

const SNAPSHOT_TYPES = [
  'project',
  'workspaceGroup',
  'workspace',
  'team',
  'role',
  'secret',
  'user',
  'invitation',
  'grant',
];

function snapshot(world: World): SnapshotObject[] {
  return SNAPSHOT_TYPES.flatMap((type) =>
    [...world.store.of(type).all()]
      .filter(isLive)
      .map((line) => ({ type, id: line.id, fields: targetOf(line), hidden: line.hidden })),
  ).filter(({ fields }) => fields['state'] !== 'TERMINATED');
}

function performer(routes: Routes, call: Call) {
  return (method: string, path: string, body: Fields) =>
    dispatch(routes, call, { method, path, body });
}

function fillWorld(parts: ControlParts, spec: FillSpec): number {
  const { world, routes } = parts;
  const quiet = immediate(createCall(world), world.organization.adminId);
  const now = Math.min(quiet.now, SEED_MS);
  const call = { ...quiet, now, createdMs: 0, switches: { ...quiet.switches, creatorOwns: false } };
  const made = fill(spec, performer(routes, call));
  settleAll(world);
  return made;
}

function mutateWorld(parts: ControlParts, mutation: Mutation): unknown {
  const call = createCall(parts.world);
  const author = immediate(call, authorOf(call, mutation.by));
  return mutate(mutation, { call: author, perform: performer(parts.routes, author) });
}

export function createControl(parts: ControlParts): EmulatorControl {
  const { world } = parts;
  const { stored, methods } = createSteering({
    world,
    resolveTiming,
    settleAll: () => settleAll(world),
    setFaults: parts.setFaults,
    reset: parts.reset,
    onFollowed() {
      world.nextExpiryMs = 0;
    },
  });
  const call = (): Call => immediate(createCall(world), world.organization.adminId);
  return {
    ...methods,
    fill: (spec) => stored(() => fillWorld(parts, spec)),
    mutate: (mutation) => stored(() => mutateWorld(parts, mutation)),
    addUser: (email, first, last) => stored(() => addUser(call(), email, first, last)),
    acceptInvitation: (id) => stored(() => acceptInvitation(call(), id)),
    snapshot: () => stored(() => snapshot(world)),
  };
}

function fieldsOf(input: unknown): Fields {
  return isFields(input) ? input : {};
}

/** The control's methods as JSON calls. */
export function createControlCalls(control: EmulatorControl): ReadonlyMap<string, ControlCall> {
  const types = {
    timing: resolveTiming('none'),
    switches: DEFAULT_SWITCHES,
    parseFillSpec,
    isMutation,
  };
  const calls: Readonly<Record<string, ControlCall>> = {
    ...createBaseCalls(control, types),
    addUser: (input) => {
      const fields = fieldsOf(input);
      const email = requiredString(fields, 'email');
      const [first, last] = [optionalString(fields, 'first'), optionalString(fields, 'last')];
      return { userID: control.addUser(email, first, last) };
    },
    acceptInvitation: (input) => ({
      userID: control.acceptInvitation(requiredString(fieldsOf(input), 'id')),
    }),
  };
  return new Map(Object.entries(calls));
}
