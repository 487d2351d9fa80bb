import type { Clock } from '../core/clock.ts';
import type { Emit } from '../core/event.ts';
import type { Observation, Throttle } from '../http/contract.ts';
import { createAdaptiveRate, type AdaptiveRate } from './adaptive-rate.ts';
import { createNap } from './nap.ts';
import { createProbe, type Probe } from './probe.ts';
import { createQuota, type Quota } from './quota.ts';
import { askedMsOf, createRefusals, type Refusals } from './refusals.ts';
import { createToldLimits } from './told-limits.ts';
import { createTokenBucket, type TokenBucket } from './token-bucket.ts';

/** Never faster than this, whatever the API takes. */
const RATE_MAX = 10_000;
/** Never slower than one request in this time because of refusals. */
const SPACING_MS_MAX = 60_000;
/** Requests asked for in return for a refusal: some 3 % are refused, … */
const REQUESTS_PER_REFUSAL = 36;
/** … under 1 % where the API tells how long to wait. */
const REQUESTS_PER_TOLD_REFUSAL = 160;
/** A quota that is spent lowers the rate at most this often, … */
const SPENT_MS_MIN = 5_000;
/** … and costs about this much of waiting. */
const SPENT_PAUSE_MS = 500;
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
  /** Least pause after a 429 without `Retry-After`, where it is shorter than 50 ms. */
  readonly pauseMs?: number;
  readonly emit: Emit;
}

/** What the limiter has to do. */
export interface Load {
  /** Requests that were started and have not ended. */
  inFlight(): number;
  /** Whether something waits. */
  isBusy(): boolean;
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
  /** Something has changed that may end a wait: fewer requests are in flight. */
  recheck(): void;
  readonly observe: Throttle['observe'];
  /** Why nothing is to be sent any more; tokens are then given at once. */
  closed(): string | undefined;
}

export function createRateControl(options: RateControlOptions, load: Load): RateControl {
  const { clock, ratePerSecond } = options;
  const max = Math.min(options.ratePerSecondMax ?? RATE_MAX, RATE_MAX);
  const min = Math.min(1_000 / SPACING_MS_MAX, ratePerSecond, max);
  const rate = createAdaptiveRate({ initial: ratePerSecond, min, max });
  const bucket = createTokenBucket(clock, rate.perSecond);
  const probe = createProbe();
  const quota = createQuota();
  const refusals = createRefusals(options.pauseMs);
  const limited = createLimitedTimes();
  const nap = createNap(clock);
  const judge = createObserver({ options, load, rate, bucket, probe, quota, refusals, limited });

  const waitMs = (): number => {
    if (refusals.hopeless !== undefined) return 0;
    const nowMs = clock.now();
    return Math.max(bucket.waitMs(), probe.waitMs(nowMs), quota.waitMs(nowMs, load.inFlight()));
  };
  const spend = (): void => {
    bucket.take();
    probe.sent(clock.now());
    quota.spent(clock.now());
  };

  return {
    get perSecond() {
      return rate.perSecond;
    },
    get refused() {
      return judge.refused();
    },
    async take(signal) {
      for (let delayMs = waitMs(); delayMs > 0; delayMs = waitMs()) {
        limited.start(clock.now());
        await nap.sleep(delayMs, signal);
        limited.extend(clock.now());
      }
      spend();
    },
    tryTake() {
      if (waitMs() > 0) return false;
      spend();
      return true;
    },
    putBack() {
      bucket.putBack();
      probe.putBack();
    },
    recheck: () => nap.shorten(waitMs),
    observe(answer) {
      judge.observe(answer);
      bucket.setRate(rate.perSecond);
      nap.shorten(waitMs);
    },
    closed: () => refusals.hopeless,
  };
}

interface ObserverParts {
  readonly options: RateControlOptions;
  readonly load: Load;
  readonly rate: AdaptiveRate;
  readonly bucket: TokenBucket;
  readonly probe: Probe;
  readonly quota: Quota;
  readonly refusals: Refusals;
  readonly limited: LimitedTimes;
}

/** Draws the conclusions from answers. */
function createObserver(parts: ObserverParts): {
  observe(answer: Observation): void;
  refused(): number;
} {
  const { load, rate, bucket, probe, quota, refusals, limited } = parts;
  const { clock, emit } = parts.options;
  let told = rate.perSecond;
  let refused = 0;
  let adaptedAtMs = Number.NEGATIVE_INFINITY;
  const limits = createToldLimits();

  const tell = (reason: string): void => {
    told = rate.perSecond;
    emit({ type: 'rate-changed', perSecond: told, reason });
  };
  const adapt = (nowMs: number): void => {
    rate.refused(nowMs);
    adaptedAtMs = nowMs;
  };

  const refuse = (nowMs: number, sentAtMs: number, answer: Observation): void => {
    refused += 1;
    const isNew = sentAtMs >= bucket.pausedUntilMs;
    if (isNew && refusals.inRow === 0) adapt(nowMs);
    refusals.add(answer, nowMs, isNew);
    const askedMs = askedMsOf(answer, rate.perSecond);
    const pauseMs = refusals.pauseMs(askedMs, rate.perSecond);
    const isTold = askedMs !== undefined || answer.rate !== undefined;
    const price = isTold ? REQUESTS_PER_TOLD_REFUSAL : REQUESTS_PER_REFUSAL;
    rate.pay(price, isNew ? pauseMs : 0);
    // Answers that were under way when the pause began say nothing new about the rate.
    if (isNew || askedMs !== undefined) bucket.pauseUntil(nowMs + pauseMs);
    if (!isNew) return;
    probe.start();
    tell('the API refused a request (429)');
  };

  const accept = (nowMs: number, sentAtMs: number, { status }: Observation): void => {
    if (sentAtMs >= bucket.pausedUntilMs) {
      refusals.end();
      if (probe.end()) bucket.calm();
    }
    // A failure of the server says nothing about its limit.
    if (status >= 500) return;
    rate.accepted(nowMs, { limited: limited.has(sentAtMs), busy: load.isBusy() });
    // Nothing is left: tells as much as a refusal, and costs none.
    if (quota.isSpent && sentAtMs >= adaptedAtMs + SPENT_MS_MIN) {
      adapt(nowMs);
      rate.pay(0, SPENT_PAUSE_MS);
    }
    if (rate.perSecond >= told * TELL_FACTOR) tell('nothing was refused');
  };

  return {
    refused: () => refused,
    observe(answer) {
      const nowMs = clock.now();
      const { sentAtMs = nowMs, status } = answer;
      const accepted = status !== 429;
      if (answer.rate !== undefined) quota.observe(answer.rate, { nowMs, sentAtMs, accepted });
      const factor = limits.factor(answer.rate?.limit);
      if (factor !== 1) rate.scale(factor);
      if (accepted) accept(nowMs, sentAtMs, answer);
      else refuse(nowMs, sentAtMs, answer);
    },
  };
}

/** The times in which the rate held the demand back. */
interface LimitedTimes {
  start(nowMs: number): void;
  extend(nowMs: number): void;
  has(atMs: number): boolean;
}

function createLimitedTimes(): LimitedTimes {
  let fromMs = Number.POSITIVE_INFINITY;
  let toMs = Number.NEGATIVE_INFINITY;
  return {
    start(nowMs) {
      if (nowMs > toMs + LIMITED_MS) fromMs = nowMs;
    },
    extend(nowMs) {
      toMs = nowMs;
    },
    has: (atMs) => atMs >= fromMs && atMs <= toMs + LIMITED_MS,
  };
}
