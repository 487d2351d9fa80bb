import type { Clock } from '../core/clock.ts';

/** Share of a second that may be made up for after a late timer. */
const BURST_SECONDS = 0.05;

/** Lets a rate through, evenly spaced. For one taker at a time. */
export interface TokenBucket {
  /** Takes a token, waiting for it; rejects with the signal's reason when that is aborted. */
  take(signal: AbortSignal): Promise<void>;
  /** Takes a token when there is one now. */
  tryTake(): boolean;
  /** Gives back a token that was not used. */
  putBack(): void;
  /** Requests a second from now on. */
  setRate(perSecond: number): void;
  /** No token before that time; an earlier pause is never shortened. */
  pauseUntil(atMs: number): void;
  readonly pausedUntilMs: number;
}

export function createTokenBucket(clock: Clock, ratePerSecond: number): TokenBucket {
  let rate = ratePerSecond;
  let tokens = 1;
  let countedAtMs = clock.now();
  let pausedUntilMs = countedAtMs;

  const count = (): void => {
    const nowMs = clock.now();
    const capacity = 1 + rate * BURST_SECONDS;
    tokens = Math.min(capacity, tokens + (Math.max(0, nowMs - countedAtMs) * rate) / 1_000);
    countedAtMs = nowMs;
  };
  const waitMs = (): number => {
    const pauseMs = pausedUntilMs - clock.now();
    if (pauseMs > 0) return pauseMs;
    count();
    // A millisecond is the finest step of a timer; the remainder of a token stays in the bucket.
    return tokens >= 1 - 1e-9 ? 0 : Math.max(1, Math.ceil(((1 - tokens) * 1_000) / rate));
  };

  return {
    async take(signal) {
      for (let delayMs = waitMs(); delayMs > 0; delayMs = waitMs()) {
        await clock.sleep(delayMs, signal);
      }
      tokens -= 1;
    },
    tryTake() {
      if (waitMs() > 0) return false;
      tokens -= 1;
      return true;
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
      pausedUntilMs = atMs;
      // After a pause the rate begins anew, without a burst.
      tokens = Math.min(tokens, 1);
      countedAtMs = atMs;
    },
    get pausedUntilMs() {
      return pausedUntilMs;
    },
  };
}
