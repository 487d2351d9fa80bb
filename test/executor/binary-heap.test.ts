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
          if (step === null) {
            expect(heap.pop()).toBe(model[0]);
            model = model.slice(1);
          } else {
            heap.push(step);
            model = [...model, step].toSorted((a, b) => a - b);
          }
          expect([heap.size, heap.peek()]).toEqual([model.length, model[0]]);
        }
      }),
    );
  });
});
