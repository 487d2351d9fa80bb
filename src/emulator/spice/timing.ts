import type { TimingProfile } from '../control-input.ts';

/** Durations in milliseconds, and rates; what each means is in docs/emulator-spice.md. */
export interface SpiceTiming {
  readonly queuedMs: number;
  readonly runMs: number;
  /** A deployment takes up to this share longer. */
  readonly jitter: number;
  readonly deploymentListLagMs: number;
  readonly appListLagMs: number;
  readonly clusterIdMs: number;
  readonly latencyMs: number;
  /** 0: neither limit nor headers. */
  readonly requestsPerMinute: number;
  /** 0: no limit. */
  readonly requestsPerHour: number;
}

const NONE: SpiceTiming = {
  queuedMs: 0,
  runMs: 0,
  jitter: 0,
  deploymentListLagMs: 0,
  appListLagMs: 0,
  clusterIdMs: 0,
  latencyMs: 0,
  requestsPerMinute: 0,
  requestsPerHour: 0,
};

const FAST: SpiceTiming = {
  ...NONE,
  queuedMs: 20,
  runMs: 60,
  jitter: 0.5,
  deploymentListLagMs: 20,
  clusterIdMs: 20,
  requestsPerMinute: 600_000,
};

const REAL: SpiceTiming = {
  queuedMs: 5_000,
  runMs: 30_000,
  jitter: 1,
  deploymentListLagMs: 3_000,
  appListLagMs: 0,
  clusterIdMs: 2_000,
  latencyMs: 200,
  requestsPerMinute: 1_000,
  requestsPerHour: 10_000,
};

const PROFILES = { none: NONE, fast: FAST, real: REAL };

/** A profile, or single settings over `fast`. */
export function resolveTiming(timing: TimingProfile | Partial<SpiceTiming>): SpiceTiming {
  return typeof timing === 'string' ? PROFILES[timing] : { ...FAST, ...timing };
}
