import type { Clock } from '../core/clock.ts';
import { onAbort } from '../core/on-abort.ts';

/** A sleep that can be shortened. One sleeper at a time. */
export interface Nap {
  /** Ends after `delayMs`, or earlier; rejects with the signal's reason when that is aborted. */
  sleep(delayMs: number, signal: AbortSignal): Promise<void>;
  /** Ends a sleep that would last longer than `delayMs()` from now. */
  shorten(delayMs: () => number): void;
}

export function createNap(clock: Clock): Nap {
  let wake: (() => void) | undefined;
  let untilMs = 0;
  return {
    async sleep(delayMs, signal) {
      const control = new AbortController();
      wake = () => control.abort();
      const forget = onAbort(signal, wake);
      untilMs = clock.now() + delayMs;
      await clock.sleep(delayMs, control.signal).catch(() => undefined);
      wake = undefined;
      forget();
      signal.throwIfAborted();
    },
    shorten(delayMs) {
      if (wake !== undefined && clock.now() + delayMs() < untilMs) wake();
    },
  };
}
