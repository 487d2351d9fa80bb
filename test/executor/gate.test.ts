import { describe, expect, it } from 'vitest';
import { createGate, inside } from '../../src/executor/gate.ts';

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

describe('the gate', () => {
  it('lets in as many as it may, then the heaviest, among equals the first', async () => {
    const gate = createGate(1);
    const order: string[] = [];
    const leave: (() => void)[] = [];
    const job = (name: string, weight: number): Promise<void> =>
      inside(gate, weight, async () => {
        order.push(name);
        await new Promise<void>((resolve) => leave.push(resolve));
      });
    const jobs = [job('first', 1), job('light', 1), job('heavy', 9), job('lighter', 1)];
    for (let left = jobs.length; left > 0; left -= 1) {
      await turn();
      expect(order).toHaveLength(jobs.length - left + 1);
      leave.shift()?.();
    }
    await Promise.all(jobs);
    expect(order).toEqual(['first', 'heavy', 'light', 'lighter']);
  });

  it('gives the place back when the job fails', async () => {
    const gate = createGate(1);
    await expect(inside(gate, 1, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(inside(gate, 1, () => Promise.resolve('in'))).resolves.toBe('in');
  });
});
