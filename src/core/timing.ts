/**
 * Every duration of the engine, in one place; there is no other path for the emulator.
 * Milliseconds throughout.
 */
export interface Timing {
  /** First wait between two reads of an object that is not settled. */
  readonly pollMs: number;
  /** The wait grows by half each time up to this. */
  readonly pollMsMax: number;
  /** Equal reads in a row before an asynchronous object counts as settled. */
  readonly equalReads: number;
  /** An asynchronous object is not believed settled earlier than this after a write. */
  readonly settleMsMin: number;
  /**
   * Nor earlier than this after the first read that showed it finished, once one did not: stale
   * replicas answer that long. 0 where `settleMsMin` is longer than everything that the API does late.
   */
  readonly stableMs: number;
  /** An object that has not settled by then has failed. */
  readonly settleMsMax: number;
  /** How long a list may lag behind a read by ID. */
  readonly listLagMs: number;
  /** Deadline of one request. */
  readonly requestMsMax: number;
  /** Reads older than this are read again before a write. */
  readonly planFreshMs: number;
  /** First back-off after a refused or failed request. */
  readonly retryMs: number;
  readonly retryMsMax: number;
  /** Tries of one request, the first included. */
  readonly triesMax: number;
  /** Lease of a state lock; renewed every third of it. */
  readonly leaseMs: number;
  /**
   * Creates in flight at once of kinds whose creation provisions machines. It bounds the requests
   * and not the objects that are still being provisioned: the API is reported to misbehave under
   * bursts of such creates, no bound on what it provisions at a time is known, and a create of a
   * group is only answered after some 13 s, so that two in flight are about one in seven seconds. A bound
   * on pending objects would hold a slot for minutes each, and make an apply take as long as all
   * of its machines one after the other.
   */
  readonly provisioningMax: number;
}

const REAL: Timing = {
  pollMs: 2_000,
  pollMsMax: 10_000,
  equalReads: 2,
  settleMsMin: 30_000,
  stableMs: 20_000,
  settleMsMax: 6 * 3_600_000,
  listLagMs: 60_000,
  requestMsMax: 120_000,
  planFreshMs: 60_000,
  retryMs: 500,
  retryMsMax: 30_000,
  triesMax: 6,
  leaseMs: 60_000,
  provisioningMax: 2,
};

/** For the emulator: its own delays end within 150 ms in its `fast` profile. */
const FAST: Timing = {
  ...REAL,
  pollMs: 20,
  pollMsMax: 100,
  equalReads: 2,
  settleMsMin: 160,
  stableMs: 0,
  settleMsMax: 60_000,
  listLagMs: 200,
  requestMsMax: 5_000,
  retryMs: 20,
  retryMsMax: 500,
};

/**
 * `fast`, `real`, or comma-separated settings over `real` (or over a leading profile):
 * `fast,equalReads=1,pollMs=5`. Undefined when the text is none of these.
 */
export function parseTiming(text: string): Timing | undefined {
  let timing: Timing = REAL;
  for (const part of text.split(',')) {
    const [name, value] = part.trim().split('=');
    if (name === 'real' && value === undefined) timing = REAL;
    else if (name === 'fast' && value === undefined) timing = FAST;
    else if (
      name !== undefined &&
      Object.hasOwn(REAL, name) &&
      value !== undefined &&
      /^\d+$/.test(value)
    ) {
      timing = { ...timing, [name]: Number(value) };
    } else return undefined;
  }
  // With none at once a create would stand in line for ever.
  return timing.provisioningMax > 0 ? timing : undefined;
}
