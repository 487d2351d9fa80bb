import type { JournalRecord } from './contract.ts';

interface Waiting {
  readonly records: readonly JournalRecord[];
  readonly durable: boolean;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

export interface CommitQueue {
  /** Resolves when the records are written (and durable); rejects for the whole batch. */
  add(records: readonly JournalRecord[], durable: boolean): Promise<void>;
  /** Runs a job between two commits. */
  inLine<T>(job: () => Promise<T>): Promise<T>;
}

/**
 * Group commit: callers of one turn of the event loop, and all that come while a commit runs,
 * share the next one. Records are committed in the order in which they were added.
 */
export function createCommitQueue(
  commit: (records: readonly JournalRecord[], durable: boolean) => Promise<void>,
): CommitQueue {
  let waiting: Waiting[] = [];
  let queue: Promise<void> = Promise.resolve();

  const inLine = <T>(job: () => Promise<T>): Promise<T> => {
    const result = queue.then(job);
    queue = result.then(
      () => undefined,
      () => undefined,
    );
    return result;
  };

  const flush = async (): Promise<void> => {
    await new Promise((resolve) => void setImmediate(resolve));
    const batch = waiting;
    waiting = [];
    try {
      await commit(
        batch.flatMap((item) => item.records),
        batch.some((item) => item.durable),
      );
      for (const item of batch) item.done();
    } catch (error) {
      for (const item of batch) item.failed(error);
    }
  };

  return {
    inLine,
    add: (records, durable) =>
      new Promise((done, failed) => {
        if (records.length === 0) {
          done();
          return;
        }
        waiting.push({ records, durable, done, failed });
        if (waiting.length === 1) void inLine(flush);
      }),
  };
}
