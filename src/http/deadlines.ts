import type { Clock } from '../core/clock.ts';

/** Ends the timer; without a reason each abort would make an exception with a stack. */
const OVER = 'no request is under way';

/** The deadlines of all requests of a client: equally long, so one timer for the oldest is enough. */
export interface Deadlines {
  /** Calls `onOver` once the time is over, unless the returned function was called before. */
  start(onOver: () => void): () => void;
}

interface Entry {
  readonly atMs: number;
  readonly onOver: () => void;
}

export function createDeadlines(clock: Clock, delayMs: number): Deadlines {
  const open = new Set<Entry>();
  let timer: AbortController | undefined;

  const expire = (oldest: Entry): void => {
    const nowMs = clock.now();
    for (const entry of open) {
      if (entry !== oldest && entry.atMs > nowMs) return;
      open.delete(entry);
      entry.onOver();
    }
  };

  const watch = async (signal: AbortSignal): Promise<void> => {
    for (let [oldest] = open; oldest !== undefined; [oldest] = open) {
      // A wall clock that is put back makes no deadline longer.
      await clock.sleep(Math.min(oldest.atMs - clock.now(), delayMs), signal);
      if (open.has(oldest)) expire(oldest);
    }
    timer = undefined;
  };

  return {
    start(onOver) {
      const entry = { atMs: clock.now() + delayMs, onOver };
      open.add(entry);
      if (timer === undefined) {
        timer = new AbortController();
        watch(timer.signal).catch(() => undefined);
      }
      return () => {
        if (!open.delete(entry) || open.size > 0) return;
        timer?.abort(OVER);
        timer = undefined;
      };
    },
  };
}
