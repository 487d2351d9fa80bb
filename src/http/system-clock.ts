import type { Clock } from '../core/clock.ts';
import { onAbort } from '../core/on-abort.ts';

/** The longest delay a Node timer takes; a longer one would fire at once. */
const TIMER_MS_MAX = 2_147_483_647;

/**
 * The wall clock, which never goes back: what it is put back by is made up for, else everything
 * that waits for a moment would wait that much longer. A sleep keeps the process alive unless it
 * is a `background` one.
 */
export function createSystemClock(): Clock {
  let wallMs = Date.now();
  let putBackMs = 0;
  const now = (): number => {
    const beforeMs = wallMs;
    wallMs = Date.now();
    putBackMs += Math.max(0, beforeMs - wallMs);
    return wallMs + putBackMs;
  };
  return { now, sleep };
}

async function sleep(delayMs: number, signal?: AbortSignal, mode?: 'background'): Promise<void> {
  let leftMs = Math.max(0, delayMs);
  do {
    const stepMs = Math.min(leftMs, TIMER_MS_MAX);
    await sleepOnce(stepMs, signal, mode);
    leftMs -= stepMs;
  } while (leftMs > 0);
}

function sleepOnce(
  delayMs: number,
  signal: AbortSignal | undefined,
  mode: 'background' | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- the contract of Clock
    const give = (): void => reject(signal?.reason);
    if (signal?.aborted === true) {
      give();
      return;
    }
    const timer = setTimeout(() => {
      forget();
      resolve();
    }, delayMs);
    if (mode === 'background') timer.unref();
    const forget = onAbort(signal, () => {
      clearTimeout(timer);
      give();
    });
  });
}
