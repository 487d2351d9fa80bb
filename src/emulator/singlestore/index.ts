import type {
  ControlCall,
  Emulator,
  EmulatorClock,
  EmulatorReply,
  EmulatorRequest,
  RequestLogEntry,
} from '../contract.ts';
import { createFaultEngine } from '../faults.ts';
import type { FaultDecision, FaultEngine, FaultPlan } from '../faults.ts';
import { createRandom } from '../random.ts';
import { Refusal } from '../refusal.ts';
import { createStore } from '../store.ts';
import { faultReply, jsonReply, textReply } from '../reply.ts';
import type { Answer } from '../reply.ts';
import { createControl, createControlCalls } from './control.ts';
import type { EmulatorControl } from './control.ts';
import { bodyOf, createCall, createRoutes, dispatch, immediate } from './dispatch.ts';
import { expireGroups } from './groups.ts';
import { organizationOf, SEED_MS, seedStore } from './seed.ts';
import { DEFAULT_SWITCHES } from './switches.ts';
import type { EmulatorSwitches } from './switches.ts';
import { resolveTiming } from './timing.ts';
import type { EmulatorTiming, TimingProfile } from './timing.ts';
import type { Routes, World } from './world.ts';

export type { EmulatorControl } from './control.ts';
export type { FillSpec } from './fill.ts';
export type { EmulatorSwitches } from './switches.ts';
export type { EmulatorTiming, TimingProfile } from './timing.ts';
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

/** Different streams from one seed. */
const CHANCE_OFFSET = 0x51ed;
const FAULT_OFFSET = 0xfa17;
const LOG_LENGTH_MAX = 500_000;

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

function tokenOf(request: EmulatorRequest): string {
  const match = /^Bearer\s+(\S+)\s*$/i.exec(
    request.headers['authorization'] ?? request.headers['Authorization'] ?? '',
  );
  return match?.[1] ?? '';
}

/** Runs a request against the world: the answer as it would be without faults. */
function execute(world: World, routes: Routes, request: EmulatorRequest, token: string): Answer {
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

interface Outcome {
  readonly reply: EmulatorReply;
  readonly committed: boolean;
}

function outcomeOf(
  parts: { readonly world: World; readonly routes: Routes },
  request: EmulatorRequest,
  decision: FaultDecision,
  token: string,
): Outcome {
  const { world, routes } = parts;
  const { fault, phase } = decision;
  if (fault !== undefined && phase === 'before') {
    const reply = faultReply(fault, { request, now: world.clock.now() });
    return { reply, committed: false };
  }
  if (world.store.follow()) world.nextExpiryMs = 0;
  const answer = execute(world, routes, request, token);
  const committed = answer.status < 400;
  if (fault === undefined) return { reply: answer, committed };
  return { reply: faultReply(fault, { request, now: world.clock.now(), answer }), committed };
}

/** An emulator of the Management API, as docs/emulator-singlestore.md describes it. */
export function createSingleStoreEmulator(options: EmulatorOptions): SingleStoreEmulator {
  const world = createWorld(options);
  const routes = createRoutes();
  const log: RequestLogEntry[] = [];
  const engineFor = (plan: FaultPlan): FaultEngine =>
    createFaultEngine(plan, createRandom(options.seed + FAULT_OFFSET));
  let faults = engineFor(options.faults ?? {});
  seed(world, options);
  const control = createControl({
    world,
    routes,
    setFaults: (plan) => {
      faults = engineFor(plan);
    },
    reset: () => {
      world.store.clear();
      log.length = 0;
      faults = engineFor({});
      seed(world, options);
    },
  });
  const controlCalls: ReadonlyMap<string, ControlCall> = createControlCalls(control);
  return {
    log,
    control,
    controlCalls,
    async handle(request) {
      const { method, path } = request;
      const token = tokenOf(request);
      const decision = faults.decide({ method, path, token });
      const at = world.clock.now();
      const { reply, committed } = outcomeOf({ world, routes }, request, decision, token);
      const status = 'status' in reply ? reply.status : 0;
      if (log.length >= LOG_LENGTH_MAX) log.splice(0, LOG_LENGTH_MAX / 2);
      log.push({ at, method, path, status, committed });
      const waitMs = decision.latencyMs + latencyOf(world.timing, request);
      if (waitMs > 0) await world.clock.sleep(waitMs);
      return reply;
    },
    close: () => {
      world.store.close();
    },
  };
}
