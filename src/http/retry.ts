import type { Timing } from '../core/timing.ts';
import { WAIT_MS_MAX } from './contract.ts';

/** A refused request was certainly not executed: it may be tried this much more often. */
const REFUSED_TRIES_FACTOR = 4;
/** After a refusal the throttle makes everybody wait already: this back-off stays short. */
const REFUSED_EXPONENT_MAX = 2;

/** Counts the tries of one request. */
export interface RetryBudget {
  /** Milliseconds to wait before the next try; undefined when there is none. */
  next(failure: {
    readonly refused: boolean;
    readonly retryAfterMs: number | undefined;
  }): number | undefined;
}

/**
 * Exponential back-off with jitter from half to the whole, `retryMs` to `retryMsMax`; never less
 * than what the API asked for. `triesMax` bounds tries that failed, and `WAIT_MS_MAX` the waits
 * between them; tries that were refused with 429 are bounded at four times that, since the rate is
 * being found out meanwhile.
 */
export function createRetryBudget(timing: Timing, random: () => number): RetryBudget {
  let failed = 0;
  let refused = 0;
  let waitedMs = 0;
  return {
    next(failure) {
      if (failure.refused) refused += 1;
      else failed += 1;
      if (failed >= timing.triesMax || refused >= timing.triesMax * REFUSED_TRIES_FACTOR) {
        return undefined;
      }
      const exponent = failure.refused
        ? Math.min(refused - 1, REFUSED_EXPONENT_MAX)
        : Math.min(failed - 1, 30);
      const ceilingMs = Math.min(timing.retryMs * 2 ** exponent, timing.retryMsMax);
      const delayMs = ceilingMs * (0.5 + random() / 2);
      const waitMs = Math.ceil(Math.max(delayMs, failure.retryAfterMs ?? 0));
      if (!failure.refused) waitedMs += waitMs;
      return waitedMs > WAIT_MS_MAX ? undefined : waitMs;
    },
  };
}
