import type { Random } from './random.ts';

/** `before`: the request has no effect. `after`: it was executed, only its answer is spoilt. */
export type FaultPhase = 'before' | 'after';

export type Fault =
  | { readonly kind: 'latency'; readonly ms: number }
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly body?: string;
      /** Seconds; sent as a number, or as a date with `retryAfterForm: 'date'`. */
      readonly retryAfter?: number;
      readonly retryAfterForm?: 'seconds' | 'date';
    }
  | { readonly kind: 'reset' | 'hang' | 'truncate' | 'malformed' | 'echo' };

/** When a fault happens. Every given condition must hold. */
export interface FaultRule {
  readonly method?: string;
  /** Regular expression over path and query. */
  readonly path?: string;
  /** The key in the Authorization header. */
  readonly token?: string;
  /** Fires only on these matches, counted from 1. */
  readonly nth?: number | readonly number[];
  /** Fires at most so often. */
  readonly times?: number;
  /** Share of matches on which it fires, 0 to 1, seeded. */
  readonly probability?: number;
  /** Default `before`; `truncate` and `malformed` are always `after`. */
  readonly phase?: FaultPhase;
  readonly fault: Fault;
}

export interface FaultPlan {
  readonly rules?: readonly FaultRule[];
  /** The world stops: request k is executed and not answered, later ones are not even executed. */
  readonly stopAfter?: number;
}

/** What happens to one request. */
export interface FaultDecision {
  readonly latencyMs: number;
  readonly fault?: Exclude<Fault, { kind: 'latency' }>;
  readonly phase: FaultPhase;
}

interface FaultSubject {
  readonly method: string;
  readonly path: string;
  readonly token: string;
}

interface CountedRule {
  readonly rule: FaultRule;
  readonly pattern: RegExp | undefined;
  matches: number;
  fired: number;
}

export interface FaultEngine {
  /** Counts the request and says what happens to it. */
  decide(subject: FaultSubject): FaultDecision;
}

const UNDISTURBED: FaultDecision = { latencyMs: 0, phase: 'before' };

function fires(counted: CountedRule, subject: FaultSubject, random: Random): boolean {
  const { rule, pattern } = counted;
  if (rule.method !== undefined && rule.method !== subject.method) return false;
  if (rule.token !== undefined && rule.token !== subject.token) return false;
  if (pattern !== undefined && !pattern.test(subject.path)) return false;
  counted.matches += 1;
  if (rule.nth !== undefined) {
    const wanted = typeof rule.nth === 'number' ? [rule.nth] : rule.nth;
    if (!wanted.includes(counted.matches)) return false;
  }
  if (rule.times !== undefined && counted.fired >= rule.times) return false;
  if (rule.probability !== undefined && random.next() >= rule.probability) return false;
  counted.fired += 1;
  return true;
}

/** Rules are tried in order; throws SyntaxError for a path that is no regular expression. */
export function createFaultEngine(plan: FaultPlan, random: Random): FaultEngine {
  const rules = (plan.rules ?? []).map((rule): CountedRule => ({
    rule,
    pattern: rule.path === undefined ? undefined : new RegExp(rule.path, 'u'),
    matches: 0,
    fired: 0,
  }));
  let requests = 0;
  return {
    decide(subject) {
      requests += 1;
      if (plan.stopAfter !== undefined && requests >= plan.stopAfter) {
        const phase = requests === plan.stopAfter ? 'after' : 'before';
        return { latencyMs: 0, fault: { kind: 'hang' }, phase };
      }
      if (rules.length === 0) return UNDISTURBED;
      let latencyMs = 0;
      for (const counted of rules) {
        if (!fires(counted, subject, random)) continue;
        const { fault } = counted.rule;
        if (fault.kind === 'latency') {
          latencyMs += fault.ms;
          continue;
        }
        const late = fault.kind === 'truncate' || fault.kind === 'malformed';
        return { latencyMs, fault, phase: late ? 'after' : (counted.rule.phase ?? 'before') };
      }
      return { latencyMs, phase: 'before' };
    },
  };
}
