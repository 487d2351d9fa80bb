import { WAIT_MS_MAX, type RateHeaders } from '../http/contract.ts';

/** Without a refusal that confirms it "nothing is left" is believed for this long. */
const UNPROVEN_MS_MAX = 60_000;
/** So many waits in a row that were followed by a single request make the headers unbelievable. */
const THIN_WINDOWS_MAX = 3;
/** Shorter waits do not count for that. */
const THIN_MS_MIN = 10_000;
/** Shorter windows are told in whole seconds, too coarsely for spreading. */
const SPREAD_MS_MIN = 3_000;
/** A reset that is nearer is not waited for. */
const SHORT_MS = 2_000;
/** After a reset one request asks what is left; another one follows when it is not answered. */
const UNANSWERED_MS = 2_000;
/** Resets that differ by less belong to one window: they are rounded to seconds. */
const SAME_WINDOW_MS = 2_000;

/**
 * What the API says is left of its limit: never more is spent before the reset, and the second
 * half of a long window is spread over what is left of its time. What is in flight counts as
 * spent, since an answer does not tell which of it the API has seen. A header alone never holds
 * requests back for longer than a minute: then one is sent all the same, and when that is accepted
 * the headers are not believed any more.
 */
export interface Quota {
  /** The headers of an answer to a request sent at `sentAtMs`. */
  observe(
    told: RateHeaders,
    answer: { readonly nowMs: number; readonly sentAtMs: number; readonly accepted: boolean },
  ): void;
  /** Milliseconds until one more request may be sent beside those in flight. */
  waitMs(nowMs: number, inFlight: number): number;
  spent(nowMs: number): void;
  /** Whether the last answer said that nothing is left. */
  readonly isSpent: boolean;
}

interface Known {
  readonly limit: number | undefined;
  readonly remaining: number;
  readonly resetAtMs: number;
  readonly sentAtMs: number;
  /** Resets are told in whole seconds: too coarsely to wait for one that is near. */
  readonly isShort: boolean;
}

export function createQuota(): Quota {
  let known: Known | undefined;
  let isBelieved = true;
  let spentAtMs = Number.NEGATIVE_INFINITY;
  let spentCount = 0;
  let thinWindows = 0;
  let longestMs = 0;
  /** Since when nothing is left, while that holds requests back. */
  let emptyAtMs: number | undefined;

  const disbelieve = (): void => {
    isBelieved = false;
    known = undefined;
    emptyAtMs = undefined;
  };

  /** Whether a request that was sent then went out although nothing was left. */
  const isTest = (sentAtMs: number): boolean =>
    known !== undefined &&
    emptyAtMs !== undefined &&
    sentAtMs - emptyAtMs >= UNPROVEN_MS_MAX &&
    known.resetAtMs - sentAtMs > SHORT_MS;

  /** The reset has come: everything is there again. */
  const startWindow = (last: Known): void => {
    if (emptyAtMs !== undefined && last.resetAtMs - emptyAtMs >= THIN_MS_MIN) {
      thinWindows = spentCount <= 1 && last.limit !== 1 ? thinWindows + 1 : 0;
      spentCount = 0;
    }
    emptyAtMs = undefined;
    if (thinWindows >= THIN_WINDOWS_MAX) disbelieve();
    // Some mean the time until there is one more, and not until all are there.
    else known = { ...last, remaining: 1, resetAtMs: last.resetAtMs + UNANSWERED_MS };
  };

  return {
    observe(told, { nowMs, sentAtMs, accepted }) {
      if (!isBelieved || !isPlausible(told)) return;
      if (accepted && isTest(sentAtMs)) {
        disbelieve();
        return;
      }
      longestMs = Math.max(longestMs, told.resetMs ?? 0);
      known = merge(known, toKnown(told, nowMs, sentAtMs, longestMs));
      if (known.remaining > 0) emptyAtMs = undefined;
    },
    waitMs(nowMs, inFlight) {
      if (known === undefined || known.isShort) return 0;
      if (nowMs >= known.resetAtMs) {
        startWindow(known);
        return 0;
      }
      const left = known.remaining - inFlight;
      const resetMs = known.resetAtMs - nowMs;
      if (left > 0) return Math.max(0, spentAtMs + spacingMs(known, left, resetMs) - nowMs);
      if (known.remaining > 0) return resetMs;
      emptyAtMs ??= nowMs;
      return Math.max(0, Math.min(resetMs, emptyAtMs + UNPROVEN_MS_MAX - nowMs));
    },
    get isSpent() {
      if (known === undefined || known.remaining > 0) return false;
      return !known.isShort;
    },
    spent(nowMs) {
      spentAtMs = nowMs;
      spentCount += 1;
    },
  };
}

function isPlausible({ limit, remaining, resetMs }: RateHeaders): boolean {
  if (remaining === undefined || resetMs === undefined || resetMs > WAIT_MS_MAX) return false;
  return limit === undefined || (limit >= 1 && remaining <= limit);
}

function toKnown(told: RateHeaders, nowMs: number, sentAtMs: number, longestMs: number): Known {
  const { limit, remaining = 0, resetMs = 0 } = told;
  return { limit, remaining, resetAtMs: nowMs + resetMs, sentAtMs, isShort: longestMs <= SHORT_MS };
}

/** An answer that was overtaken can only tell that less is left, of the same window. */
function merge(known: Known | undefined, told: Known): Known {
  if (known === undefined || told.sentAtMs >= known.sentAtMs) return told;
  if (Math.abs(told.resetAtMs - known.resetAtMs) > SAME_WINDOW_MS) return known;
  return { ...known, remaining: Math.min(known.remaining, told.remaining) };
}

function spacingMs({ limit, remaining }: Known, left: number, resetMs: number): number {
  const isSpread = limit !== undefined && remaining <= limit / 2 && resetMs >= SPREAD_MS_MIN;
  return isSpread ? resetMs / left : 0;
}
