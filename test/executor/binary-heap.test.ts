import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBinaryHeap } from '../../src/executor/binary-heap.ts';

describe('binary heap', () => {
  it('gives what it was given in order, whatever pops come in between', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.integer())), (steps) => {
        const heap = createBinaryHeap<number>((a, b) => a < b);
        let model: number[] = [];
        for (const step of steps) {
          const popped = step === null ? heap.pop() : heap.push(step);
          expect(popped).toBe(step === null ? model[0] : undefined);
          model = step === null ? model.slice(1) : [...model, step].toSorted((a, b) => a - b);
          expect([heap.size, heap.peek()]).toEqual([model.length, model[0]]);
        }
      }),
    );
  });
});
