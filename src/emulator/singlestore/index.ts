import type { ControlCall, Emulator, EmulatorClock, EmulatorRequest } from '../contract.ts';
import type { TimingProfile } from '../control-input.ts';
import { createEngine } from '../engine.ts';
import type { FaultPlan } from '../faults.ts';
import { createRandom } from '../random.ts';
import { Refusal } from '../refusal.ts';
import { createStore } from '../store.ts';
import { jsonReply, textReply } from '../reply.ts';
import type { Answer } from '../reply.ts';
import { createControl, createControlCalls } from './control.ts';
import type { EmulatorControl } from './control.ts';
import { bodyOf, createCall, createRoutes, dispatch, immediate } from './dispatch.ts';
import { expireGroups } from './groups.ts';
import { organizationOf, SEED_MS, seedStore } from './seed.ts';
import { DEFAULT_SWITCHES } from './switches.ts';
import type { EmulatorSwitches } from './switches.ts';
import { resolveTiming } from './timing.ts';
import type { EmulatorTiming } from './timing.ts';
import type { Routes, World } from './world.ts';

export type { EmulatorControl } from './control.ts';
export type { FillSpec } from './fill.ts';
export type { EmulatorSwitches } from './switches.ts';
export type { TimingProfile } from '../control-input.ts';
export type { EmulatorTiming } from './timing.ts';
export type { FaultPlan } from '../faults.ts';
export type { EmulatorClock } from '../contract.ts';

export interface EmulatorOptions {
  readonly clock: EmulatorClock;
  /** All randomness comes from it: IDs, jitter, stale reads, faults. */
  readonly seed: number;
  /** Default `fast`. */
  readonly timing?: TimingProfile | Partial<EmulatorTiming>;
  /** Answers to the API's open questions. */
  readonly switches?: Partial<EmulatorSwitches>;
  readonly faults?: FaultPlan;
  /** Keeps the objects in this file; without it they live in memory. */
  readonly storeFile?: string;
  readonly organization?: { readonly id?: string; readonly name?: string };
}

export interface SingleStoreEmulator extends Emulator {
  readonly control: EmulatorControl;
}

/** Another stream from the same seed. */
const CHANCE_OFFSET = 0x51ed;

function createWorld(options: EmulatorOptions): World {
  const random = createRandom(options.seed);
  return {
    clock: options.clock,
    random,
    chance: createRandom(options.seed + CHANCE_OFFSET),
    store: createStore(random, options.storeFile),
    organization: { id: '', name: '', adminId: '' },
    timing: resolveTiming(options.timing ?? 'fast'),
    switches: { ...DEFAULT_SWITCHES, ...options.switches },
    nextExpiryMs: 0,
  };
}

function seed(world: World, options: EmulatorOptions): void {
  const call = { ...createCall(world), now: SEED_MS, createdMs: 0 };
  if (world.store.isEmpty()) seedStore(call, options.organization ?? {});
  world.organization = organizationOf(world);
  world.nextExpiryMs = 0;
  world.store.flush();
}

/** Runs a request against the world: the answer as it would be without faults. */
function execute(world: World, routes: Routes, request: EmulatorRequest, token: string): Answer {
  if (world.store.follow()) world.nextExpiryMs = 0;
  const call = createCall(world);
  try {
    if (token === '' || token === 'revoked') throw new Refusal(401, 'invalid API key');
    expireGroups(immediate(call, call.actor));
    const body = bodyOf(request.method, request.body);
    const { method, path } = request;
    return jsonReply(dispatch(routes, call, { method, path, body }), call.now);
  } catch (error) {
    if (error instanceof Refusal) return textReply(error.status, error.message, call.now);
    throw error;
  } finally {
    world.store.flush();
  }
}

function latencyOf(timing: EmulatorTiming, request: EmulatorRequest): number {
  const { latencyMs, listLatencyMs, groupPostLatencyMs } = timing;
  if (latencyMs === 0 && listLatencyMs === 0 && groupPostLatencyMs === 0) return 0;
  const path = request.path.split('?')[0];
  if (request.method === 'POST' && path === '/v1/workspaceGroups') return groupPostLatencyMs;
  const isList = path === '/v1/workspaceGroups' || path === '/v1/workspaces';
  return request.method === 'GET' && isList ? listLatencyMs : latencyMs;
}

/** An emulator of the Management API, as docs/emulator-singlestore.md describes it. */
export function createSingleStoreEmulator(options: EmulatorOptions): SingleStoreEmulator {
  const world = createWorld(options);
  const routes = createRoutes();
  const engine = createEngine({
    clock: options.clock,
    seed: options.seed,
    faults: options.faults,
    execute: (request, token) => execute(world, routes, request, token),
    latencyMs: (request) => latencyOf(world.timing, request),
    errorReply: textReply,
  });
  seed(world, options);
  const control = createControl({
    world,
    routes,
    setFaults: (plan) => {
      engine.setFaults(plan);
    },
    reset: () => {
      world.store.clear();
      engine.reset();
      seed(world, options);
    },
  });
  const controlCalls: ReadonlyMap<string, ControlCall> = createControlCalls(control);
  return {
    log: engine.log,
    control,
    controlCalls,
    handle: (request) => engine.handle(request),
    close: () => {
      world.store.close();
    },
  };
}
