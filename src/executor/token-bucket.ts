import type { Clock } from '../core/clock.ts';

/** Share of a second that may be made up for after a late timer. */
const BURST_SECONDS = 0.05;

/** Lets a rate through, evenly spaced: in any time t no more than `1 + rate × (t + 50 ms)`. */
export interface TokenBucket {
  /** Milliseconds until there is a token; 0 when there is one now. */
  waitMs(): number;
  /** Uses a token that is there. */
  take(): void;
  /** Gives back a token that was not used. */
  putBack(): void;
  /** Requests a second from now on. */
  setRate(perSecond: number): void;
  /** No token before that time; an earlier pause is never shortened. */
  pauseUntil(atMs: number): void;
  readonly pausedUntilMs: number;
  /** Forgets what was saved up, up to one token. */
  calm(): void;
}

export function createTokenBucket(clock: Clock, ratePerSecond: number): TokenBucket {
  let rate = ratePerSecond;
  let tokens = 1;
  let countedAtMs = clock.now();
  let pausedUntilMs = countedAtMs;

  const count = (): void => {
    const nowMs = clock.now();
    const capacity = 1 + rate * BURST_SECONDS;
    const passedMs = Math.max(0, nowMs - countedAtMs);
    tokens = Math.min(capacity, tokens + (passedMs * rate) / 1_000);
    // The time of a pause to come is not counted.
    countedAtMs = Math.max(nowMs, countedAtMs);
  };

  return {
    waitMs() {
      const pauseMs = pausedUntilMs - clock.now();
      if (pauseMs > 0) return pauseMs;
      count();
      // A millisecond is the finest step of a timer; the remainder of a token stays in the bucket.
      return tokens >= 1 - 1e-9 ? 0 : Math.max(1, Math.ceil(((1 - tokens) * 1_000) / rate));
    },
    take() {
      tokens -= 1;
    },
    putBack() {
      tokens += 1;
    },
    setRate(perSecond) {
      count();
      rate = perSecond;
    },
    pauseUntil(atMs) {
      if (atMs <= pausedUntilMs) return;
      count();
      pausedUntilMs = atMs;
      // After a pause the rate begins anew, without a burst.
      tokens = Math.min(1, tokens + (Math.max(0, atMs - countedAtMs) * rate) / 1_000);
      countedAtMs = atMs;
    },
    calm() {
      count();
      tokens = Math.min(1, tokens);
    },
    get pausedUntilMs() {
      return pausedUntilMs;
    },
  };
}
