import type { TimingProfile } from '../control-input.ts';

/** Durations in milliseconds; what each means is in docs/emulator-singlestore.md. */
export interface EmulatorTiming {
  /** 0 in every profile: the official Python SDK reads at once and takes a 404 for final. */
  readonly notFoundMs: number;
  readonly listLagMs: number;
  readonly otherListLagMs: number;
  readonly groupCreateMs: number;
  readonly workspaceCreateMs: number;
  /** A creation takes up to this share longer. */
  readonly jitter: number;
  readonly firewallMs: number;
  readonly groupPatchMs: number;
  readonly patchStaleMs: number;
  readonly workspacePatchMs: number;
  readonly suspendMs: number;
  readonly resumeMs: number;
  readonly terminateMs: number;
  readonly flapMs: number;
  /** Share of reads by ID, within `flapMs` after a change, that a stale replica serves. */
  readonly flapShare: number;
  readonly listLatencyMs: number;
  readonly groupPostLatencyMs: number;
  readonly latencyMs: number;
}

const NONE: EmulatorTiming = {
  notFoundMs: 0,
  listLagMs: 0,
  otherListLagMs: 0,
  groupCreateMs: 0,
  workspaceCreateMs: 0,
  jitter: 0,
  firewallMs: 0,
  groupPatchMs: 0,
  patchStaleMs: 0,
  workspacePatchMs: 0,
  suspendMs: 0,
  resumeMs: 0,
  terminateMs: 0,
  flapMs: 0,
  flapShare: 0,
  listLatencyMs: 0,
  groupPostLatencyMs: 0,
  latencyMs: 0,
};

/** The longest way is 90 ms of creation and then 40 ms of lag or flapping. */
const FAST: EmulatorTiming = {
  ...NONE,
  listLagMs: 40,
  groupCreateMs: 40,
  workspaceCreateMs: 60,
  jitter: 0.5,
  firewallMs: 60,
  groupPatchMs: 50,
  patchStaleMs: 20,
  workspacePatchMs: 60,
  suspendMs: 60,
  resumeMs: 60,
  terminateMs: 40,
  flapMs: 40,
  flapShare: 0.3,
};

const REAL: EmulatorTiming = {
  notFoundMs: 0,
  listLagMs: 60_000,
  otherListLagMs: 0,
  groupCreateMs: 100_000,
  workspaceCreateMs: 240_000,
  jitter: 1,
  firewallMs: 20_000,
  groupPatchMs: 20_000,
  patchStaleMs: 10_000,
  workspacePatchMs: 180_000,
  suspendMs: 60_000,
  resumeMs: 120_000,
  terminateMs: 30_000,
  flapMs: 20_000,
  flapShare: 0.3,
  listLatencyMs: 2_000,
  groupPostLatencyMs: 13_000,
  latencyMs: 200,
};

const PROFILES = { none: NONE, fast: FAST, real: REAL };

/** A profile, or single settings over `fast`. */
export function resolveTiming(timing: TimingProfile | Partial<EmulatorTiming>): EmulatorTiming {
  return typeof timing === 'string' ? PROFILES[timing] : { ...FAST, ...timing };
}
