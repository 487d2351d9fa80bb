/** Share of the limit that is left after a refusal. */
const KEEP_SHARE = 0.94;
/** Share of the rate that is left while the limit is not known. */
const KEEP_SHARE_FAR = 0.6;
/** The limit is not reached again sooner than this after a refusal, … */
const CLIMB_MS_MIN = 6_000;
/** … and not later than this. */
const CLIMB_MS_MAX = 120_000;
/** The climb is so many times longer than the pause that a refusal costs, … */
const CLIMB_PER_PAUSE = 20;
/** … where the pause counts up to this. */
const PAUSE_MS_COUNTED = 1_000;
/** Beyond the limit the rate has doubled after this time, and grows ever faster. */
const DOUBLE_MS = 4_000;
/** A rate that was refused this far above the limit says that the limit has changed. */
const FAR_FACTOR = 1.5;
/** With fewer requests than this a measurement goes on over the next refusal. */
const MEASURED_MIN = 20;
/** So many refusals at most are paid for with a longer climb; far ones could not be foreseen. */
const PAID_REFUSALS_MAX = 10;
const PAID_REFUSALS_MAX_FAR = 2;
/** A refused rate is believed to be the limit up to so many times what was measured. */
const PEAK_FACTOR_MAX = 1.3;
const TRUST_STEP = 0.1;
const TRUST_MIN = 0.25;
/** A pause of the demand longer than this does not count as time of climbing. */
const STEP_MS_MAX = 1_000;

/**
 * How many requests a second an API takes, found out by asking. While nothing was refused the
 * rate doubles every second. From then on it goes in cycles, from one refusal to the next: the
 * rate drops a little below the limit, climbs to it along a cubic curve and on beyond it. What was
 * accepted in a cycle, divided by its time, is the limit of an API that saves up what is not used;
 * the refused rate itself is that of one that does not. Which of the two is nearer is learnt: a
 * refusal soon after the last one says that too much was believed. A cycle takes the longer the
 * more refusals the last one cost, so that their share stays about the same.
 */
export interface AdaptiveRate {
  readonly perSecond: number;
  /** A request was taken. */
  accepted(nowMs: number, demand: Demand): void;
  /** A first refusal after something was accepted: a cycle ends. */
  refused(nowMs: number): void;
  /** One refusal and its pause; so many accepted requests are to come before the next. */
  pay(requestsPerRefusal: number, pauseMs: number): void;
  /** The limit has become so many times what it was. */
  scale(factor: number): void;
}

export interface Demand {
  /** The rate held it back: only then does the rate grow. */
  readonly limited: boolean;
  /** Something waited, whatever held it back: only then is something measured. */
  readonly busy: boolean;
}

/** What is known since the last refusal. */
interface Cycle {
  readonly isFar: boolean;
  readonly limit: number;
  readonly keepShare: number;
  readonly climbMs: number;
  readonly climbedMs: number;
  readonly accepted: number;
  /** Requests that are to be accepted before the next refusal. */
  readonly owed: number;
  /** Whether something waited all the time. */
  readonly busy: boolean;
  readonly measuredFromMs: number;
  readonly measuredCount: number;
  /** Time in which nothing was to be sent, of the measured one. */
  readonly pauseMs: number;
}

export function createAdaptiveRate(options: {
  readonly initial: number;
  readonly min: number;
  readonly max: number;
}): AdaptiveRate {
  const clamp = (rate: number): number => Math.min(options.max, Math.max(options.min, rate));
  let perSecond = clamp(options.initial);
  let cycle: Cycle | undefined;
  let lastMs = 0;
  let trust = 0.5;
  return {
    get perSecond() {
      return perSecond;
    },
    accepted(nowMs, demand) {
      const stepMs = Math.min(Math.max(0, nowMs - lastMs), STEP_MS_MAX);
      lastMs = nowMs;
      cycle = cycle === undefined ? undefined : goOn(cycle, stepMs, demand);
      if (!demand.limited) return;
      // Slow start: one more a second for each request taken doubles the rate every second.
      perSecond = clamp(cycle === undefined ? perSecond + 1 : rateOn(cycle));
    },
    refused(nowMs) {
      const isFar = cycle === undefined || perSecond > cycle.limit * FAR_FACTOR;
      if (!isFar) trust = isEarly(cycle) ? Math.max(TRUST_MIN, trust / 2) : trust + TRUST_STEP;
      trust = Math.min(1, trust);
      const measured = cycle === undefined ? undefined : measuredRate(cycle, nowMs);
      const isKnown = measured !== undefined && !isFar;
      const peak = Math.min(perSecond, (measured ?? perSecond) * PEAK_FACTOR_MAX);
      const limit = clamp(isKnown ? measured + trust * (peak - measured) : perSecond);
      cycle = startCycle(cycle, { nowMs, isFar, limit, isKnown });
      perSecond = clamp(limit * cycle.keepShare);
      lastMs = nowMs;
    },
    pay(requestsPerRefusal, pauseMs) {
      if (cycle === undefined) return;
      const paidMax = cycle.isFar ? PAID_REFUSALS_MAX_FAR : PAID_REFUSALS_MAX;
      const owed = Math.min(cycle.owed + requestsPerRefusal, paidMax * requestsPerRefusal);
      const climbMs = Math.max(cycle.climbMs, climbMsOf(owed, pauseMs, cycle.limit));
      cycle = { ...cycle, owed, climbMs, pauseMs: cycle.pauseMs + pauseMs };
    },
    scale(factor) {
      perSecond = clamp(perSecond * factor);
      if (cycle === undefined) return;
      const limit = clamp(cycle.limit * factor);
      cycle = { ...cycle, limit, busy: false };
    },
  };
}

function startCycle(
  last: Cycle | undefined,
  found: {
    readonly nowMs: number;
    readonly isFar: boolean;
    readonly limit: number;
    readonly isKnown: boolean;
  },
): Cycle {
  const { nowMs, isFar, limit, isKnown } = found;
  const owed = last === undefined ? 0 : Math.max(0, last.owed - last.accepted);
  const goesOn = last !== undefined && !isFar && isEarly(last) && last.measuredCount < MEASURED_MIN;
  return {
    isFar,
    limit,
    owed,
    keepShare: isKnown ? KEEP_SHARE : KEEP_SHARE_FAR,
    climbMs: climbMsOf(owed, 0, limit),
    climbedMs: 0,
    accepted: 0,
    busy: true,
    measuredFromMs: goesOn ? last.measuredFromMs : nowMs,
    measuredCount: goesOn ? last.measuredCount : 0,
    pauseMs: goesOn ? last.pauseMs : 0,
  };
}

function goOn(cycle: Cycle, stepMs: number, { limited, busy }: Demand): Cycle {
  return {
    ...cycle,
    climbedMs: cycle.climbedMs + (limited ? stepMs : 0),
    accepted: cycle.accepted + 1,
    measuredCount: cycle.measuredCount + 1,
    busy: cycle.busy && (limited || busy),
  };
}

/** Whether the cycle has not come far: too much was believed. */
function isEarly(cycle: Cycle | undefined): boolean {
  return cycle !== undefined && cycle.climbedMs < cycle.climbMs / 2;
}

/**
 * Accepted requests a second; undefined where there was not always demand. A short pause does not
 * count as time. A long one does where a window is spent and does not where requests of long ago
 * still count: neither can be known, and the geometric mean of both leads to the limit in the end.
 */
function measuredRate(cycle: Cycle, nowMs: number): number | undefined {
  const totalMs = nowMs - cycle.measuredFromMs;
  const sendingMs = totalMs - cycle.pauseMs;
  if (!cycle.busy || sendingMs <= 0) return undefined;
  const restMs = totalMs - Math.min(cycle.pauseMs, PAUSE_MS_COUNTED);
  return ((cycle.measuredCount + 0.5) * 1_000) / Math.sqrt(sendingMs * restMs);
}

function climbMsOf(owed: number, pauseMs: number, limit: number): number {
  const restMs = Math.min(pauseMs, PAUSE_MS_COUNTED) * CLIMB_PER_PAUSE;
  return Math.min(Math.max(CLIMB_MS_MIN, (owed * 1_000) / limit, restMs), CLIMB_MS_MAX);
}

function rateOn({ limit, keepShare, climbMs, climbedMs }: Cycle): number {
  const left = 1 - climbedMs / climbMs;
  if (left >= 0) return limit * (1 - (1 - keepShare) * left ** 3);
  return limit * 2 ** (((climbedMs - climbMs) / DOUBLE_MS) ** 2);
}
