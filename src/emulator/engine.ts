import type { EmulatorClock, EmulatorReply, EmulatorRequest, RequestLogEntry } from './contract.ts';
import { createFaultEngine } from './faults.ts';
import type { FaultDecision, FaultEngine, FaultPlan } from './faults.ts';
import { createRandom } from './random.ts';
import { faultReply } from './reply.ts';
import type { Answer, ErrorReply } from './reply.ts';

/** What an API has of its own; faults, log and latency are the same for all. */
export interface EngineParts {
  readonly clock: EmulatorClock;
  readonly seed: number;
  readonly faults: FaultPlan | undefined;
  /** Runs a request against the world and keeps what it changed: the answer without faults. */
  readonly execute: (request: EmulatorRequest, token: string) => Answer;
  /** Milliseconds until the answer. */
  readonly latencyMs: (request: EmulatorRequest) => number;
  readonly errorReply: ErrorReply;
}

/** Lets requests through to an API, disturbed as the fault plan says, and logs them. */
export interface Engine {
  readonly log: readonly RequestLogEntry[];
  handle(request: EmulatorRequest): Promise<EmulatorReply>;
  setFaults(plan: FaultPlan): void;
  /** No faults, an empty log. */
  reset(): void;
}

/** Another stream from the same seed. */
const FAULT_OFFSET = 0xfa17;
const LOG_LENGTH_MAX = 500_000;

/** The token of an Authorization header; empty without a well-formed one. */
export function tokenOf(request: EmulatorRequest): string {
  const match = /^Bearer\s+(\S+)\s*$/i.exec(
    request.headers['authorization'] ?? request.headers['Authorization'] ?? '',
  );
  return match?.[1] ?? '';
}

interface Outcome {
  readonly reply: EmulatorReply;
  readonly committed: boolean;
}

function outcomeOf(
  parts: EngineParts,
  request: EmulatorRequest,
  decision: FaultDecision,
  token: string,
): Outcome {
  const { clock, errorReply } = parts;
  const { fault, phase } = decision;
  if (fault !== undefined && phase === 'before') {
    const reply = faultReply(fault, { request, now: clock.now(), errorReply });
    return { reply, committed: false };
  }
  const answer = parts.execute(request, token);
  const committed = answer.status < 400;
  if (fault === undefined) return { reply: answer, committed };
  const circumstances = { request, now: clock.now(), answer, errorReply };
  return { reply: faultReply(fault, circumstances), committed };
}

export function createEngine(parts: EngineParts): Engine {
  const log: RequestLogEntry[] = [];
  const engineFor = (plan: FaultPlan): FaultEngine =>
    createFaultEngine(plan, createRandom(parts.seed + FAULT_OFFSET));
  let faults = engineFor(parts.faults ?? {});
  return {
    log,
    async handle(request) {
      const { method, path } = request;
      const token = tokenOf(request);
      const decision = faults.decide({ method, path, token });
      const at = parts.clock.now();
      const { reply, committed } = outcomeOf(parts, request, decision, token);
      const status = 'status' in reply ? reply.status : 0;
      if (log.length >= LOG_LENGTH_MAX) log.splice(0, LOG_LENGTH_MAX / 2);
      log.push({ at, method, path, status, committed });
      const waitMs = decision.latencyMs + parts.latencyMs(request);
      if (waitMs > 0) await parts.clock.sleep(waitMs);
      return reply;
    },
    setFaults(plan) {
      faults = engineFor(plan);
    },
    reset() {
      log.length = 0;
      faults = engineFor({});
    },
  };
}
