import { TrueupError } from '../core/errors.ts';
import type { StopControl } from '../executor/run.ts';
import type { CommandIo } from './command-io.ts';

export interface InterruptibleRun extends StopControl {
  /** No more listening to signals. */
  end(): void;
}

/**
 * Work before the first change: once the run was stopped there is nothing to go on with, whatever
 * came of it. Throws `interrupted` then.
 */
export async function unlessStopped<T>(run: StopControl, work: Promise<T>): Promise<T> {
  let cause: unknown;
  try {
    const result = await work;
    if (!run.isStopped()) return result;
  } catch (error) {
    if (!run.isStopped()) throw error;
    cause = error;
  }
  throw new TrueupError('interrupted', 'interrupted; nothing was applied', { cause });
}

/** The first interrupt starts nothing new, the second ends running requests too. */
export function listenForInterrupts(io: CommandIo, onFirst: () => void): InterruptibleRun {
  const waits = new AbortController();
  const requests = new AbortController();
  const reason = new TrueupError('interrupted', 'the run was interrupted');
  const end = io.onInterrupt(() => {
    if (waits.signal.aborted) {
      requests.abort(reason);
      return;
    }
    waits.abort(reason);
    onFirst();
  });
  return {
    isStopped: () => waits.signal.aborted,
    waits: waits.signal,
    requests: requests.signal,
    end,
  };
}
