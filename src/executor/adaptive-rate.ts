/** Share of the rate that is left after a refusal near a rate that is known to be too high. */
const KEEP_SHARE = 0.85;
/** Share that is left while the limit is still unknown, or when the last step was too small. */
const KEEP_SHARE_FAR = 0.5;
/** Accepted requests since the last step below which the step is called too small. */
const ACCEPTED_FOR_NEAR = 20;
/** Time in which the rate climbs back to the one that was refused. */
const CLIMB_MS = 20_000;
/** A pause of the demand longer than this does not count as time of climbing. */
const STEP_MS_MAX = 1_000;

/**
 * How many requests a second an API takes, found out by asking: grows as long as nothing is
 * refused, drops at a refusal, then climbs back along a cubic curve: fast at first, slowly around
 * the refused rate, faster again beyond it.
 */
export interface AdaptiveRate {
  readonly perSecond: number;
  /** A request was taken while there was demand for more. */
  accepted(nowMs: number): void;
  /** Refused with 429. */
  refused(nowMs: number): void;
}

export interface AdaptiveRateOptions {
  readonly initial: number;
  readonly min: number;
  readonly max: number;
}

export function createAdaptiveRate({ initial, min, max }: AdaptiveRateOptions): AdaptiveRate {
  const clamp = (rate: number): number => Math.min(max, Math.max(min, rate));
  let perSecond = clamp(initial);
  /** The refused rate and the share it dropped to; undefined while nothing was refused. */
  let refusal: { readonly rate: number; readonly share: number } | undefined;
  let climbedMs = 0;
  let lastMs = 0;
  let acceptedSince = 0;
  return {
    get perSecond() {
      return perSecond;
    },
    accepted(nowMs) {
      acceptedSince += 1;
      // Slow start: one more a second for each request taken doubles the rate every second.
      if (refusal === undefined) perSecond = clamp(perSecond + 1);
      else {
        climbedMs += Math.min(Math.max(0, nowMs - lastMs), STEP_MS_MAX);
        const left = 1 - climbedMs / CLIMB_MS;
        perSecond = clamp(refusal.rate * (1 - (1 - refusal.share) * left ** 3));
      }
      lastMs = nowMs;
    },
    refused(nowMs) {
      const near = refusal !== undefined && acceptedSince >= ACCEPTED_FOR_NEAR;
      const share = near ? KEEP_SHARE : KEEP_SHARE_FAR;
      refusal = { rate: perSecond, share };
      perSecond = clamp(perSecond * share);
      climbedMs = 0;
      lastMs = nowMs;
      acceptedSince = 0;
    },
  };
}
