import { durationText } from '../core/duration-text.ts';
import { WAIT_MS_MAX, type Observation } from '../http/contract.ts';

/** Least pause after a refusal without `Retry-After`; it doubles with each one in a row. */
const PAUSE_MS_MIN = 50;
const PAUSE_MS_MAX = 30_000;
/** A reset that is nearer is told too coarsely, in whole seconds, … */
const RESET_MS_MIN = 2_000;
/** … and waited for only where a second is worth little. */
const SLOW_PER_SECOND = 4;

/** The refusals since the API last took a request. */
export interface Refusals {
  readonly inRow: number;
  /** Counts one; `isNew`: of a request that was sent after the last pause. */
  add(answer: Observation, nowMs: number, isNew: boolean): void;
  /** The API took a request. */
  end(): void;
  /** How long to pause, given what the API asked for and the rate. */
  pauseMs(askedMs: number | undefined, perSecond: number): number;
  /** Why waiting makes no sense any more: `WAIT_MS_MAX` is exceeded. */
  readonly hopeless: string | undefined;
}

export function createRefusals(pauseMsMin: number = PAUSE_MS_MIN): Refusals {
  const leastMs = Math.min(pauseMsMin, PAUSE_MS_MIN);
  let inRow = 0;
  let fromMs = 0;
  let hopeless: string | undefined;
  return {
    get inRow() {
      return inRow;
    },
    get hopeless() {
      return hopeless;
    },
    add(answer, nowMs, isNew) {
      if (inRow === 0) fromMs = nowMs;
      if (isNew) inRow += 1;
      hopeless ??= hopelessReason(answer, nowMs - fromMs);
    },
    end() {
      inRow = 0;
    },
    pauseMs(askedMs, perSecond) {
      if (askedMs !== undefined) return Math.max(leastMs, askedMs);
      const firstMs = Math.max(leastMs, 1_000 / perSecond);
      return Math.min(firstMs * 2 ** Math.min(Math.max(0, inRow - 1), 16), PAUSE_MS_MAX);
    },
  };
}

/** How long the API asks to wait after a refusal, where it says something believable. */
export function askedMsOf(
  { retryAfterMs, rate }: Observation,
  perSecond: number,
): number | undefined {
  const resetMs = rate?.remaining === 0 ? (rate.resetMs ?? 0) : 0;
  const isWaitedFor = resetMs > RESET_MS_MIN || (resetMs > 0 && perSecond <= SLOW_PER_SECOND);
  const askedMs = retryAfterMs ?? (isWaitedFor ? resetMs : undefined);
  return askedMs === undefined || askedMs > WAIT_MS_MAX ? undefined : askedMs;
}

function hopelessReason({ retryAfterMs = 0 }: Observation, refusingMs: number): string | undefined {
  if (retryAfterMs > WAIT_MS_MAX) {
    return `the API asked to wait ${durationText(retryAfterMs)} (429)`;
  }
  if (refusingMs > WAIT_MS_MAX) {
    return `the API has refused everything for ${durationText(refusingMs)} (429)`;
  }
  return undefined;
}
