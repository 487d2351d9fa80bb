import type { Clock } from '../../src/core/clock.ts';
import { onAbort } from '../../src/core/on-abort.ts';
import { parseTiming } from '../../src/core/timing.ts';
import type { Event } from '../../src/core/event.ts';
import { createBinaryHeap } from '../../src/executor/binary-heap.ts';
import { createLimiter, type Limiter } from '../../src/executor/limiter.ts';
import { toObservation } from '../../src/http/observation.ts';
import { createRetryBudget } from '../../src/http/retry.ts';
import {
  createLimitedApi,
  type LimitedApi,
  type LimitShape,
  type LimitTold,
} from './limited-api.ts';
import { createSeededRandom } from './seeded-random.ts';

export interface RateRunOptions {
  readonly seed: number;
  readonly shape: LimitShape;
  readonly told: LimitTold;
  /** Requests a second that the API lets through … */
  readonly perSecond: number;
  /** … and from the middle on so many times that. */
  readonly change: number;
  readonly countsRefused?: boolean;
  readonly parallelism?: number;
  readonly ratePerSecondMax?: number;
  readonly emit?: (event: Event, nowMs: number) => void;
  /** Milliseconds of each half. */
  readonly halfMs: number;
  /** Milliseconds at the start of each half that are not judged. */
  readonly settleMs: number;
}

/** What became of the limit in the judged time. */
export interface RateRun {
  /** Accepted requests ÷ what the API would have let through. */
  readonly usedShare: number;
  /** Refused ÷ sent. */
  readonly refusedShare: number;
  /** Of the whole time, its beginning and the change included. */
  readonly usedShareAll: number;
  readonly refusedShareAll: number;
  readonly judged: number;
  readonly seconds: number;
  readonly api: LimitedApi;
}

/** Drives a limiter against an API that limits requests, with more work than can be done. */
export async function runRate(options: RateRunOptions): Promise<RateRun> {
  const clock = createTurnClock();
  const random = createSeededRandom(options.seed);
  const { halfMs, settleMs, perSecond, parallelism = 10 } = options;
  const startMs = clock.now();
  const changeMs = startMs + halfMs;
  const endMs = startMs + 2 * halfMs;
  const rateAt = (nowMs: number): number =>
    nowMs < changeMs ? perSecond : perSecond * options.change;
  const api = createLimitedApi({
    clock,
    random,
    shape: options.shape,
    rateAt,
    countsRefused: options.countsRefused ?? false,
    told: options.told,
    latencyMs: { min: 50, max: 500 },
    skewMs: 90_000,
  });
  const limiter = createLimiter({
    clock,
    parallelism,
    ratePerSecond: 5,
    ...(options.ratePerSecondMax === undefined
      ? {}
      : { ratePerSecondMax: options.ratePerSecondMax }),
    emit: (event) => options.emit?.(event, clock.now()),
  });
  const stop = new AbortController();
  const workers = Array.from({ length: parallelism * 10 }, () =>
    work({ clock, limiter, api, random, signal: stop.signal }),
  );
  await clock.runUntil(endMs);
  stop.abort(new Error('enough'));
  await clock.runUntil(Number.POSITIVE_INFINITY);
  await Promise.all(workers);
  const isJudged = (atMs: number): boolean =>
    (atMs >= startMs + settleMs && atMs < changeMs) ||
    (atMs >= changeMs + settleMs && atMs < endMs);
  const judged = api.decided.filter(({ atMs }) => isJudged(atMs));
  const all = api.decided.filter(({ atMs }) => atMs < endMs);
  const rates = rateAt(startMs) + rateAt(endMs);
  return {
    usedShare: countOk(judged) / ((rates * (halfMs - settleMs)) / 1_000),
    refusedShare: 1 - countOk(judged) / judged.length,
    usedShareAll: countOk(all) / ((rates * halfMs) / 1_000),
    refusedShareAll: 1 - countOk(all) / all.length,
    judged: judged.length,
    seconds: (2 * halfMs) / 1_000,
    api,
  };
}

function countOk(decided: LimitedApi['decided']): number {
  return decided.filter(({ ok }) => ok).length;
}

/** Sends one request after the other, each until it is accepted, as the client does. */
async function work(options: {
  readonly clock: Clock;
  readonly limiter: Limiter;
  readonly api: LimitedApi;
  readonly random: () => number;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { clock, limiter, api, random, signal } = options;
  const timing = parseTiming('real');
  if (timing === undefined) throw new Error('no such timing');
  let budget = createRetryBudget(timing, random);
  const send = async (): Promise<{ readonly status: number; readonly retryAfterMs?: number }> => {
    const sentAtMs = clock.now();
    const answer = await api.call();
    const observation = toObservation(answer, { sentAtMs, nowMs: clock.now() });
    limiter.observe(observation);
    return observation;
  };
  try {
    for (;;) {
      const { status, retryAfterMs } = await limiter.run(send, { priority: 0, signal });
      if (status === 200) budget = createRetryBudget(timing, random);
      else {
        const delayMs = budget.next({ refused: true, retryAfterMs });
        if (delayMs === undefined) budget = createRetryBudget(timing, random);
        await clock.sleep(delayMs ?? 0, signal);
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/**
 * A virtual clock for what waits for nothing but timers: one turn of the event loop after each
 * timer lets everything run that it woke.
 */
function createTurnClock(): Clock & { runUntil(atMs: number): Promise<void> } {
  const timers = createBinaryHeap<{
    readonly atMs: number;
    readonly order: number;
    wake: () => void;
  }>((a, b) => (a.atMs === b.atMs ? a.order < b.order : a.atMs < b.atMs));
  let nowMs = Date.UTC(2026, 0, 1);
  let order = 0;
  return {
    now: () => nowMs,
    sleep: (delayMs, signal) =>
      new Promise((resolve, reject) => {
        // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- the signal's reason
        const forget = onAbort(signal, () => reject(signal?.reason));
        const wake = (): void => {
          forget();
          resolve();
        };
        order += 1;
        timers.push({ atMs: nowMs + Math.max(0, delayMs), order, wake });
      }),
    async runUntil(atMs) {
      for (;;) {
        await new Promise((resolve) => void setImmediate(resolve));
        const next = timers.peek();
        if (next === undefined || next.atMs > atMs) return;
        timers.pop();
        nowMs = Math.max(nowMs, next.atMs);
        next.wake();
      }
    },
  };
}
