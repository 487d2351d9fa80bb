import type { Clock } from '../core/clock.ts';
import type { Emit } from '../core/event.ts';
import type { Throttle } from '../http/contract.ts';
import { createAdaptiveRate } from './adaptive-rate.ts';
import { createTokenBucket } from './token-bucket.ts';

/** Never faster than this, whatever the API takes. */
const RATE_MAX = 10_000;
/** Never slower than this because of refusals; what is slower still is done by pauses. */
const RATE_MIN = 1;
/** Pause after a refusal without `Retry-After`; doubles with each one in a row. */
const PAUSE_MS = 500;
const PAUSE_MS_MAX = 30_000;
/** A growing rate is told again once it has grown by this factor. */
const TELL_FACTOR = 2;
/** Demand counts as limited by the rate for this long after a wait for a token. */
const LIMITED_MS = 1_000;

export interface RateControlOptions {
  readonly clock: Clock;
  /** Requests a second to start with. */
  readonly ratePerSecond: number;
  /** The user's `--rate`: never exceeded. */
  readonly ratePerSecondMax?: number;
  /** First pause after a 429 without `Retry-After`; `timing.retryMs`. */
  readonly pauseMs?: number;
  readonly emit: Emit;
}

/** Gives tokens at the rate that the API takes, and pauses when it asks for that. */
export interface RateControl {
  readonly perSecond: number;
  readonly refused: number;
  /** Waits for a token; rejects with the signal's reason. One taker at a time. */
  take(signal: AbortSignal): Promise<void>;
  /** Takes a token when there is one now. */
  tryTake(): boolean;
  putBack(): void;
  readonly observe: Throttle['observe'];
}

export function createRateControl(options: RateControlOptions): RateControl {
  const { clock, emit, ratePerSecond } = options;
  const max = Math.min(options.ratePerSecondMax ?? RATE_MAX, RATE_MAX);
  const min = Math.min(RATE_MIN, ratePerSecond, max);
  const rate = createAdaptiveRate({ initial: ratePerSecond, min, max });
  const bucket = createTokenBucket(clock, rate.perSecond);
  const pauseMsMin = options.pauseMs ?? PAUSE_MS;
  let told = rate.perSecond;
  let refused = 0;
  let refusedInRow = 0;
  let limitedAtMs = Number.NEGATIVE_INFINITY;

  const tell = (reason: string): void => {
    told = rate.perSecond;
    emit({ type: 'rate-changed', perSecond: told, reason });
  };

  const refuse = (nowMs: number, retryAfterMs: number | undefined): void => {
    refused += 1;
    const isFirst = nowMs >= bucket.pausedUntilMs;
    if (isFirst) {
      rate.refused(nowMs);
      refusedInRow += 1;
      const doubledMs = pauseMsMin * 2 ** Math.min(refusedInRow - 1, 16);
      const pauseMs = Math.max(pauseMsMin, retryAfterMs ?? Math.min(doubledMs, PAUSE_MS_MAX));
      bucket.pauseUntil(nowMs + pauseMs);
      tell('the API refused a request (429)');
      return;
    }
    // Answers that were under way when the pause began say nothing new about the rate.
    if (retryAfterMs !== undefined) bucket.pauseUntil(nowMs + retryAfterMs);
  };

  const accept = (nowMs: number): void => {
    refusedInRow = 0;
    // Demand that the rate does not hold back says nothing about it.
    if (nowMs - limitedAtMs > LIMITED_MS) return;
    rate.accepted(nowMs);
    if (rate.perSecond >= told * TELL_FACTOR) tell('nothing was refused');
  };

  return {
    get perSecond() {
      return rate.perSecond;
    },
    get refused() {
      return refused;
    },
    async take(signal) {
      const beforeMs = clock.now();
      await bucket.take(signal);
      if (clock.now() > beforeMs) limitedAtMs = clock.now();
    },
    tryTake: () => bucket.tryTake(),
    putBack: () => bucket.putBack(),
    observe({ status, retryAfterMs }) {
      const nowMs = clock.now();
      if (status === 429) refuse(nowMs, retryAfterMs);
      else accept(nowMs);
      bucket.setRate(rate.perSecond);
    },
  };
}
