import type { ControlCall, Emulator, EmulatorClock, EmulatorRequest } from '../contract.ts';
import type { TimingProfile } from '../control-input.ts';
import { createEngine } from '../engine.ts';
import type { FaultPlan } from '../faults.ts';
import { createRandom } from '../random.ts';
import { Refusal } from '../refusal.ts';
import { emptyReply, jsonReply } from '../reply.ts';
import type { Answer } from '../reply.ts';
import { createStore } from '../store.ts';
import { createControl, createControlCalls } from './control.ts';
import type { SpiceControl } from './control.ts';
import { serveRequest } from './dispatch.ts';
import { answerExchange, TOKEN_PATH } from './oauth.ts';
import { problemReply } from './problem.ts';
import { retryAfterOf, TooMany } from './rate.ts';
import { createRoutes } from './routes.ts';
import { seedStore } from './seed.ts';
import { DEFAULT_SWITCHES } from './switches.ts';
import type { SpiceSwitches } from './switches.ts';
import { resolveTiming } from './timing.ts';
import type { SpiceTiming } from './timing.ts';
import { indexedName } from './world.ts';
import type { Routes, World } from './world.ts';

export type { SpiceControl } from './control.ts';
export type { SpiceSwitches } from './switches.ts';
export type { SpiceTiming } from './timing.ts';

export interface SpiceEmulatorOptions {
  readonly clock: EmulatorClock;
  /** All randomness comes from it: keys, jitter, tokens, faults. */
  readonly seed: number;
  /** Default `fast`. */
  readonly timing?: TimingProfile | Partial<SpiceTiming>;
  /** Answers to the API's open questions. */
  readonly switches?: Partial<SpiceSwitches>;
  readonly faults?: FaultPlan;
  /** Keeps the objects in this file; without it they live in memory. */
  readonly storeFile?: string;
}

export interface SpiceEmulator extends Emulator {
  readonly control: SpiceControl;
}

/** Another stream from the same seed. */
const CHANCE_OFFSET = 0x51ed;

function createWorld(options: SpiceEmulatorOptions): World {
  const random = createRandom(options.seed);
  return {
    clock: options.clock,
    random,
    chance: createRandom(options.seed + CHANCE_OFFSET),
    store: createStore(random, options.storeFile, indexedName),
    timing: resolveTiming(options.timing ?? 'fast'),
    switches: { ...DEFAULT_SWITCHES, ...options.switches },
    failures: [],
    rates: new Map(),
    exchanges: 0,
    refusedExchanges: 0,
  };
}

function seed(world: World): void {
  if (world.store.isEmpty()) seedStore(world);
  world.store.flush();
}

function answer(
  world: World,
  routes: Routes,
  request: EmulatorRequest,
  headers: Record<string, string>,
): Answer {
  const now = world.clock.now();
  if (request.path.split('?')[0] === TOKEN_PATH) return answerExchange(world, request, now);
  try {
    const { status, body } = serveRequest(world, routes, request, headers);
    return body === undefined ? emptyReply(status, now) : jsonReply(body, now, status);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const retryAfter = error instanceof TooMany ? retryAfterOf(world, error, now) : undefined;
    if (retryAfter !== undefined) headers['retry-after'] = retryAfter;
    return problemReply(error, world.switches.errorCodes, now);
  }
}

/** Runs a request against the world: the answer as it would be without faults. */
function execute(world: World, routes: Routes, request: EmulatorRequest): Answer {
  world.store.follow();
  const headers: Record<string, string> = {};
  try {
    const plain = answer(world, routes, request, headers);
    return { ...plain, headers: { ...plain.headers, ...headers } };
  } finally {
    world.store.flush();
  }
}

/** An emulator of the Management API, as docs/emulator-spice.md describes it. */
export function createSpiceEmulator(options: SpiceEmulatorOptions): SpiceEmulator {
  const world = createWorld(options);
  const routes = createRoutes();
  const engine = createEngine({
    clock: options.clock,
    seed: options.seed,
    faults: options.faults,
    execute: (request) => execute(world, routes, request),
    latencyMs: () => world.timing.latencyMs,
    errorReply: (status, text, now) => problemReply(new Refusal(status, text), true, now),
  });
  seed(world);
  const control = createControl({
    world,
    routes,
    setFaults: (plan) => {
      engine.setFaults(plan);
    },
    requestCount: () => engine.log.length,
    reset: () => {
      world.store.clear();
      world.failures = [];
      world.rates.clear();
      world.exchanges = 0;
      world.refusedExchanges = 0;
      engine.reset();
      seed(world);
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
