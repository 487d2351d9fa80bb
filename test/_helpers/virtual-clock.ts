import type { Clock } from '../../src/core/clock.ts';
import { onAbort } from '../../src/core/on-abort.ts';
import { createBinaryHeap } from '../../src/executor/binary-heap.ts';

/** Event loop turns without a new or ended sleep after which nothing more happens by itself. */
const IDLE_TURNS = 5;
/** Real time spent on waiting for the thread pool (files, scrypt) before the clock goes on. */
const THREAD_POOL_MS_MAX = 5_000;
/** … and at least so many turns of the event loop. */
const TURNS_MIN = 5_000;
/** 2026-01-01T00:00:00Z. */
const START_MS = 1_767_225_600_000;

interface Timer {
  readonly atMs: number;
  readonly sequence: number;
  readonly background: boolean;
  wake: (() => void) | undefined;
}

export interface VirtualClock extends Clock {
  /**
   * Drives time until the promise settles: whenever the event loop is idle, jumps to the next
   * timer. Timers of one moment fire one after the other in the order in which they were set.
   * Throws when nothing but background sleeps is left and the promise is still pending.
   */
  run<T>(promise: Promise<T>): Promise<T>;
  /** Lets `delayMs` pass, firing whatever falls due. */
  advance(delayMs: number): Promise<void>;
  /** Sleeps that are neither over nor aborted, background ones included. */
  sleeping(): number;
}

/** A clock on which hours pass in no time, in an order that is always the same. */
export function createVirtualClock(
  startMs: number = START_MS,
  threadPoolMsMax: number = THREAD_POOL_MS_MAX,
): VirtualClock {
  const timers = createBinaryHeap<Timer>((a, b) =>
    a.atMs === b.atMs ? a.sequence < b.sequence : a.atMs < b.atMs,
  );
  let nowMs = startMs;
  let sequence = 0;
  let activity = 0;
  let foreground = 0;
  let sleeping = 0;

  const end = (timer: Timer): void => {
    timer.wake = undefined;
    activity += 1;
    sleeping -= 1;
    if (!timer.background) foreground -= 1;
  };

  const sleep: Clock['sleep'] = (delayMs, signal, mode) =>
    new Promise((resolve, reject) => {
      const give = (): void => {
        // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- as the contract says
        reject(signal?.reason);
      };
      if (signal?.aborted === true) {
        give();
        return;
      }
      const background = mode === 'background';
      const timer: Timer = {
        atMs: nowMs + Math.max(0, delayMs),
        sequence: (sequence += 1),
        background,
        wake: () => {
          forget();
          end(timer);
          resolve();
        },
      };
      const abort = (): void => {
        if (timer.wake === undefined) return;
        end(timer);
        give();
      };
      const forget = onAbort(signal, abort);
      timers.push(timer);
      activity += 1;
      sleeping += 1;
      if (!background) foreground += 1;
    });

  /** Lets everything run that needs no time to pass. */
  const settle = async (isDone: () => boolean): Promise<void> => {
    let seen = activity;
    let quiet = 0;
    const startMs = performance.now();
    while (quiet < IDLE_TURNS && !isDone()) {
      await turn();
      const busy = isFileJobRunning() && performance.now() - startMs < threadPoolMsMax;
      quiet = seen === activity && !busy ? quiet + 1 : 0;
      seen = activity;
    }
  };

  const fireNext = (): void => {
    const timer = timers.pop();
    if (timer?.wake === undefined) return;
    nowMs = Math.max(nowMs, timer.atMs);
    timer.wake();
  };

  const dropAborted = (): void => {
    while (timers.size > 0 && timers.peek()?.wake === undefined) timers.pop();
  };

  const run = async <T>(promise: Promise<T>): Promise<T> => {
    let done = false;
    const finish = (): void => {
      done = true;
    };
    promise.then(finish, finish);
    for (;;) {
      await settle(() => done);
      if (!done && foreground === 0)
        await waitForThreadPool(() => done || foreground > 0, threadPoolMsMax);
      if (done) return promise;
      if (foreground === 0) {
        throw new Error(
          `virtual clock: nothing is left to wait for and the promise is still pending ` +
            `(${new Date(nowMs).toISOString()}, ${String(sleeping)} background sleeps)`,
        );
      }
      dropAborted();
      fireNext();
    }
  };

  return {
    now: () => nowMs,
    sleep,
    run,
    advance: async (delayMs) => {
      const untilMs = nowMs + delayMs;
      for (;;) {
        await settle(() => false);
        dropAborted();
        const next = timers.peek();
        if (next === undefined || next.atMs > untilMs) break;
        fireNext();
      }
      nowMs = untilMs;
    },
    sleeping: () => sleeping,
  };
}

function turn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

/** Whether a file job is under way: its end is an event, not a moment in time. */
function isFileJobRunning(): boolean {
  return process
    .getActiveResourcesInfo()
    .some((name) => name.startsWith('FSReq') || name === 'CloseReq');
}

/** Hashing shows nowhere while it runs; before giving up, some real time goes by for it. */
async function waitForThreadPool(isOver: () => boolean, msMax: number): Promise<void> {
  const startMs = performance.now();
  let turns = 0;
  // On a loaded machine time alone says nothing: this process may not have run in it.
  while (!isOver() && (performance.now() - startMs < msMax || turns < TURNS_MIN)) {
    turns += 1;
    await turn();
  }
}
