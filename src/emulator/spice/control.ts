import { isFields, optionalNumber, optionalString, requiredString } from '../body.ts';
import type { ControlCall, Fields } from '../contract.ts';
import { createBaseCalls, createSteering } from '../control.ts';
import type { BaseControl, SnapshotObject } from '../control.ts';
import type { FaultPlan } from '../faults.ts';
import { targetOf } from '../time-line.ts';
import {
  parseClientSpec,
  parseRevocation,
  parseTokenSpec,
  registerClient,
  registerToken,
  revoke,
} from './credentials.ts';
import type { ClientSpec, Revocation, TokenSpec } from './credentials.ts';
import { performQuietly } from './dispatch.ts';
import { fill, parseFillSpec, settleAll } from './fill.ts';
import type { SpiceFillSpec } from './fill.ts';
import { isMutation, mutate } from './mutation.ts';
import type { SpiceMutation } from './mutation.ts';
import { addUser } from './seed.ts';
import { DEFAULT_SWITCHES } from './switches.ts';
import type { SpiceSwitches } from './switches.ts';
import { resolveTiming } from './timing.ts';
import type { SpiceTiming } from './timing.ts';
import { isLive } from './world.ts';
import type { Result, Routes, World } from './world.ts';

/** Deployments that shall fail: the next `times` ones, of one app or of any. */
export interface FailureSpec {
  /** ID of an app. */
  readonly app?: string;
  readonly errorCode?: string;
  readonly errorMessage?: string;
  /** Default 1; 0 forgets those that were still to fail. */
  readonly times?: number;
}

export interface Counts {
  /** Requests in the log, token exchanges included. */
  readonly requests: number;
  readonly exchanges: number;
  readonly refusedExchanges: number;
}

export interface SpiceControl extends BaseControl<
  SpiceTiming,
  SpiceSwitches,
  SpiceFillSpec,
  SpiceMutation
> {
  registerToken(spec: TokenSpec): void;
  registerClient(spec: ClientSpec): void;
  revoke(revocation: Revocation): void;
  failDeployments(spec: FailureSpec): void;
  /** An account that can become a member. Returns its ID. */
  addUser(username: string, email?: string): number;
  counts(): Counts;
}

export interface ControlParts {
  readonly world: World;
  readonly routes: Routes;
  readonly setFaults: (plan: FaultPlan) => void;
  readonly reset: () => void;
  readonly requestCount: () => number;
}

const SNAPSHOT_TYPES = ['app', 'secret', 'deployment', 'member'];

/** What belongs to a deleted app is gone with it. */
function isThere(world: World, type: string, parent: string | undefined): boolean {
  if (type !== 'secret' && type !== 'deployment') return true;
  const app = world.store.of('app').get(parent ?? '');
  return app !== undefined && isLive(app);
}

function snapshot(world: World): SnapshotObject[] {
  return SNAPSHOT_TYPES.flatMap((type) =>
    [...world.store.of(type).all()]
      .filter((line) => isLive(line) && isThere(world, type, line.parent))
      .map((line) => ({ type, id: line.id, fields: targetOf(line), hidden: line.hidden })),
  );
}

export function createControl(parts: ControlParts): SpiceControl {
  const { world, routes } = parts;
  const { stored, methods } = createSteering({
    world,
    resolveTiming,
    settleAll: () => settleAll(world),
    setFaults: parts.setFaults,
    reset: parts.reset,
  });
  const perform = (method: string, path: string, body: Fields): Result =>
    performQuietly(world, routes, { method, path, body });
  return {
    ...methods,
    fill: (spec) =>
      stored(() => {
        const made = fill(spec, perform);
        settleAll(world);
        return made;
      }),
    mutate: (mutation) => stored(() => mutate(mutation, { world, perform })),
    snapshot: () => stored(() => snapshot(world)),
    registerToken: (spec) => {
      stored(() => {
        registerToken(world, spec);
      });
    },
    registerClient: (spec) => {
      stored(() => {
        registerClient(world, spec);
      });
    },
    revoke: (revocation) => {
      stored(() => {
        revoke(world, revocation);
      });
    },
    failDeployments({ app, errorCode = 'unable_to_start', errorMessage = '', times = 1 }) {
      if (times === 0) world.failures = world.failures.filter((one) => one.app !== app);
      if (times === 0) return;
      const text = errorMessage === '' ? 'The runtime could not be started' : errorMessage;
      world.failures.push({ app, errorCode, errorMessage: text, left: times });
    },
    addUser: (username, email) => stored(() => addUser(world, username, email)),
    counts: () => ({
      requests: parts.requestCount(),
      exchanges: world.exchanges,
      refusedExchanges: world.refusedExchanges,
    }),
  };
}

function failureSpecOf(input: unknown): FailureSpec {
  const fields = isFields(input) ? input : {};
  const app = optionalString(fields, 'app');
  return {
    ...(app === undefined ? {} : { app }),
    errorCode: optionalString(fields, 'errorCode') ?? 'unable_to_start',
    errorMessage: optionalString(fields, 'errorMessage') ?? '',
    times: optionalNumber(fields, 'times') ?? 1,
  };
}

/** The control's methods as JSON calls. */
export function createControlCalls(control: SpiceControl): ReadonlyMap<string, ControlCall> {
  const types = {
    timing: resolveTiming('none'),
    switches: DEFAULT_SWITCHES,
    parseFillSpec,
    isMutation,
  };
  const calls: Readonly<Record<string, ControlCall>> = {
    ...createBaseCalls(control, types),
    registerToken: (input) => {
      control.registerToken(parseTokenSpec(input));
      return {};
    },
    registerClient: (input) => {
      control.registerClient(parseClientSpec(input));
      return {};
    },
    revoke: (input) => {
      control.revoke(parseRevocation(input));
      return {};
    },
    failDeployments: (input) => {
      control.failDeployments(failureSpecOf(input));
      return {};
    },
    addUser: (input) => {
      const fields = isFields(input) ? input : {};
      const email = optionalString(fields, 'email');
      return { user_id: control.addUser(requiredString(fields, 'username'), email) };
    },
    counts: () => ({ ...control.counts() }),
  };
  return new Map(Object.entries(calls));
}
