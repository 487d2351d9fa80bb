import { createBinaryHeap } from './binary-heap.ts';

/**
 * Bounds how many changes send at once. A change that waits for its object has left the gate.
 * The heaviest waiting one enters first, among equals the one that came first.
 */
export interface Gate {
  enter(weight: number): Promise<void>;
  leave(): void;
}

interface Waiter {
  readonly weight: number;
  readonly ticket: number;
  readonly resume: () => void;
}

export function createGate(sendingMax: number): Gate {
  let active = 0;
  let tickets = 0;
  const waiting = createBinaryHeap<Waiter>((a, b) =>
    a.weight === b.weight ? a.ticket < b.ticket : a.weight > b.weight,
  );
  return {
    async enter(weight) {
      if (active < sendingMax) {
        active += 1;
        return;
      }
      tickets += 1;
      const ticket = tickets;
      await new Promise<void>((resume) => {
        waiting.push({ weight, ticket, resume });
      });
    },
    leave() {
      const next = waiting.pop();
      if (next === undefined) active -= 1;
      else next.resume();
    },
  };
}

/** Runs `job` inside the gate. */
export async function inside<T>(gate: Gate, weight: number, job: () => Promise<T>): Promise<T> {
  await gate.enter(weight);
  try {
    return await job();
  } finally {
    gate.leave();
  }
}
