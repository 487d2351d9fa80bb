import { isFields, optionalString, requiredString } from '../body.ts';
import type { ControlCall, Fields } from '../contract.ts';
import type { FaultPlan } from '../faults.ts';
import { targetOf } from '../time-line.ts';
import { createCall, dispatch, immediate } from './dispatch.ts';
import { fill, parseFillSpec, settleAll } from './fill.ts';
import type { FillSpec } from './fill.ts';
import { acceptInvitation } from './invitations.ts';
import { authorOf, isMutation, mutate } from './mutation.ts';
import type { Mutation } from './mutation.ts';
import { isFaultPlan, isSwitches, isTiming } from './options.ts';
import { SEED_MS } from './seed.ts';
import type { EmulatorSwitches } from './switches.ts';
import { resolveTiming } from './timing.ts';
import type { EmulatorTiming, TimingProfile } from './timing.ts';
import { addUser } from './users.ts';
import { isLive } from './world.ts';
import type { Call, Routes, World } from './world.ts';

/** A live object as the store has it: all steps taken, write-only values under `hidden`. */
export interface SnapshotObject {
  readonly type: string;
  readonly id: string;
  readonly fields: Fields;
  readonly hidden: Fields;
}

/** Steers an emulator from a test or, by HTTP, from outside. Nothing of it is in the log. */
export interface EmulatorControl {
  setFaults(plan: FaultPlan): void;
  /** A profile, or durations over the current ones. */
  setTiming(timing: TimingProfile | Partial<EmulatorTiming>): void;
  setSwitches(switches: Partial<EmulatorSwitches>): void;
  /** Everything that is under way happens now, lag included. */
  settleNow(): void;
  /** Back to the seeded organization, without faults and log. */
  reset(): void;
  /** Returns how many objects were made. */
  fill(spec: FillSpec): number;
  /** Returns what the API's own handler answers, or `{ id }`. */
  mutate(mutation: Mutation): unknown;
  /** Returns the user's ID. */
  addUser(email: string, first?: string, last?: string): string;
  /** Returns the new user's ID. */
  acceptInvitation(id: string): string;
  /** All live objects of the kinds a client can manage, and all grants. */
  snapshot(): readonly SnapshotObject[];
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
  /** Every control call sees, and leaves, a store that agrees with its file. */
  const stored = <Result>(action: () => Result): Result => {
    if (world.store.follow()) world.nextExpiryMs = 0;
    try {
      return action();
    } finally {
      world.store.flush();
    }
  };
  const call = (): Call => immediate(createCall(world), world.organization.adminId);
  return {
    setFaults: parts.setFaults,
    setTiming(timing) {
      world.timing =
        typeof timing === 'string' ? resolveTiming(timing) : { ...world.timing, ...timing };
    },
    setSwitches(switches) {
      world.switches = { ...world.switches, ...switches };
    },
    settleNow: () => {
      stored(() => {
        settleAll(world);
      });
    },
    reset: () => {
      stored(parts.reset);
    },
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
  const calls: Readonly<Record<string, ControlCall>> = {
    setFaults: (input) => {
      if (isFaultPlan(input)) control.setFaults(input);
      return {};
    },
    setTiming: (input) => {
      const timing = isFields(input) && 'profile' in input ? input['profile'] : input;
      if (isTiming(timing)) control.setTiming(timing);
      return {};
    },
    setSwitches: (input) => {
      if (isSwitches(input)) control.setSwitches(input);
      return {};
    },
    settleNow: () => {
      control.settleNow();
      return {};
    },
    reset: () => {
      control.reset();
      return {};
    },
    fill: (input) => ({ made: control.fill(parseFillSpec(input)) }),
    mutate: (input) => {
      const answer = isMutation(input) ? control.mutate(input) : undefined;
      return isFields(answer) ? answer : {};
    },
    addUser: (input) => {
      const fields = fieldsOf(input);
      const email = requiredString(fields, 'email');
      const [first, last] = [optionalString(fields, 'first'), optionalString(fields, 'last')];
      return { userID: control.addUser(email, first, last) };
    },
    acceptInvitation: (input) => ({
      userID: control.acceptInvitation(requiredString(fieldsOf(input), 'id')),
    }),
    state: () =>
      control.snapshot().map(({ type, id, fields, hidden }) => ({ type, id, fields, hidden })),
  };
  return new Map(Object.entries(calls));
}
