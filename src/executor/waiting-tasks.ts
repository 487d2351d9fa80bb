import { onAbort } from '../core/on-abort.ts';
import { createBinaryHeap } from './binary-heap.ts';

interface Task {
  readonly priority: number;
  readonly sequence: number;
  /** Undefined once it was started or cancelled. */
  start: (() => Promise<void>) | undefined;
}

/** Tasks in order of priority, then of arrival; cancelled ones leave at once. */
export interface WaitingTasks {
  readonly size: number;
  /** Settles like the task; rejects with the signal's reason when that ends the waiting. */
  add<T>(
    send: () => Promise<T>,
    options: { readonly priority: number; readonly signal?: AbortSignal },
  ): Promise<T>;
  /** Takes the next task out; its promise resolves when the task has settled, either way. */
  next(): (() => Promise<void>) | undefined;
}

/**
 * `onCancelled` is called after a waiting task has left because of its signal, `onCompare` for
 * each comparison of two tasks: adding and taking one out cost O(log n) of them.
 */
export function createWaitingTasks(
  onCancelled: () => void,
  onCompare: () => void = () => undefined,
): WaitingTasks {
  const heap = createBinaryHeap<Task>((a, b) => {
    onCompare();
    return a.priority === b.priority ? a.sequence < b.sequence : a.priority > b.priority;
  });
  let sequence = 0;
  let size = 0;
  const leave = (task: Task): void => {
    task.start = undefined;
    size -= 1;
  };
  return {
    get size() {
      return size;
    },
    add: (send, { priority, signal }) =>
      new Promise((resolve, reject) => {
        // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- the signal's reason
        const give = (): void => reject(signal?.reason);
        if (signal?.aborted === true) {
          give();
          return;
        }
        const forget = onAbort(signal, () => {
          if (task.start === undefined) return;
          leave(task);
          give();
          onCancelled();
        });
        const start = (): Promise<void> => {
          forget();
          return runTask(send).then(resolve, reject);
        };
        const task: Task = { priority, sequence: (sequence += 1), start };
        size += 1;
        heap.push(task);
      }),
    next() {
      for (let task = heap.pop(); task !== undefined; task = heap.pop()) {
        const { start } = task;
        if (start === undefined) continue;
        leave(task);
        return start;
      }
      return undefined;
    },
  };
}

/** A task that throws before its first wait rejects like any other. */
async function runTask<T>(send: () => Promise<T>): Promise<T> {
  return send();
}
