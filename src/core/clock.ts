/** Time as an argument: wall clock in production, virtual in tests. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /**
   * Resolves after `delayMs`; rejects with the signal's reason when it is aborted. A `background`
   * sleep (renewals) neither keeps the process alive nor counts as something to wait for.
   */
  sleep(delayMs: number, signal?: AbortSignal, mode?: 'background'): Promise<void>;
}
