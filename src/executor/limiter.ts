import PQueue from 'p-queue';
import type { Throttle } from '../http/contract.ts';
import { createRateControl } from './rate-control.ts';
import type { RateControlOptions } from './rate-control.ts';
import { createWaitingTasks } from './waiting-tasks.ts';

export interface LimiterOptions extends RateControlOptions {
  /** Requests in flight at once. */
  readonly parallelism: number;
}

export interface LimiterStats {
  readonly waiting: number;
  readonly running: number;
  /** Tasks started so far. */
  readonly started: number;
  /** Answers 429 so far. */
  readonly refused: number;
  readonly ratePerSecond: number;
}

export interface Limiter extends Throttle {
  stats(): LimiterStats;
  /** Resolves when nothing waits and nothing runs. */
  onIdle(): Promise<void>;
}

/**
 * The one gate to an API: at most `parallelism` requests in flight, at an even rate that adapts
 * to what the API refuses; after a 429 everything pauses for as long as it asks for. A task is
 * chosen when its token is there, so that what is urgent never stands behind what came earlier;
 * p-queue holds what runs and no backlog, since its own is quadratic.
 */
export function createLimiter(options: LimiterOptions): Limiter {
  const { parallelism } = options;
  const queue = new PQueue({ concurrency: parallelism });
  let running = 0;
  const load = { inFlight: () => running, isBusy: () => tasks.size > 0 };
  const rate = createRateControl(options, load);
  let started = 0;
  let pumping: AbortController | undefined;

  const idle = createIdleWaiters(() => tasks.size === 0 && running === 0);
  /** Uses a token that was taken. */
  const startNext = (): void => {
    const start = tasks.next();
    if (start === undefined) {
      rate.putBack();
      return;
    }
    running += 1;
    started += 1;
    void queue.add(start).finally(() => {
      running -= 1;
      rate.recheck();
      refill();
      idle.settle();
    });
  };

  const canStart = (): boolean => tasks.size > 0 && running < parallelism;

  /** Starts tasks as long as there are slots, one token each. */
  const pump = async (signal: AbortSignal): Promise<void> => {
    while (canStart()) {
      await rate.take(signal);
      startNext();
    }
  };

  /** A slot is free: without a wait where a token is there. */
  const refill = (): void => {
    if (pumping === undefined) while (canStart() && rate.tryTake()) startNext();
    wake();
  };

  const wake = (): void => {
    if (pumping !== undefined || !canStart()) return;
    const controller = new AbortController();
    pumping = controller;
    const again = (): void => {
      if (pumping !== controller) return;
      pumping = undefined;
      wake();
    };
    pump(controller.signal).then(again, again);
  };

  /** When the last waiting task was cancelled, no timer is left behind. */
  const rest = (): void => {
    if (tasks.size > 0) return;
    pumping?.abort();
    pumping = undefined;
    idle.settle();
  };
  const tasks = createWaitingTasks(rest);

  return {
    run(send, control) {
      const result = tasks.add(send, control);
      wake();
      return result;
    },
    observe: (answer) => rate.observe(answer),
    closed: () => rate.closed(),
    stats: () => {
      const { refused, perSecond: ratePerSecond } = rate;
      return { waiting: tasks.size, running, started, refused, ratePerSecond };
    },
    onIdle: idle.wait,
  };
}

/** Those who wait until nothing is left to do. */
function createIdleWaiters(isIdle: () => boolean): {
  readonly settle: () => void;
  readonly wait: () => Promise<void>;
} {
  const waiting = new Set<() => void>();
  const settle = (): void => {
    if (!isIdle()) return;
    for (const done of waiting) done();
    waiting.clear();
  };
  const wait = (): Promise<void> =>
    new Promise((resolve) => {
      waiting.add(resolve);
      settle();
    });
  return { settle, wait };
}
