import { describe, expect, it } from 'vitest';
import type { LiveObject } from '../../src/core/live.ts';
import { changeAt, entry, object, planOf, recorded } from '../_helpers/planner-builder.ts';

const state = { 'boxes.b': recorded('boxes.b', { color: 'red' }) };
const listed = (partial: LiveObject['partial']): LiveObject => ({
  ...object('boxes.b'),
  ...(partial === undefined ? {} : { partial }),
});

describe('an object of which the list told only a part', () => {
  it('is read by its ID before anything is concluded, be it kept or deleted', () => {
    for (const entries of [[entry('boxes.b', { color: 'red' })], []]) {
      const { plan, toConfirm } = planOf({ entries, state, objects: [listed({})] });
      expect(plan.changes).toEqual([]);
      expect(plan.undetermined.map(({ address }) => address)).toEqual(['fake.boxes.b']);
      expect(toConfirm).toMatchObject([{ type: 'fake.boxes', id: 'b-id' }]);
    }
  });

  it('is left alone where that has failed, and is not asked for over and over', () => {
    const problem = { code: 'api-error', severity: 'error', message: 'answered 403' } as const;
    const entries = [entry('boxes.b', { color: 'red' })];
    const { plan, toConfirm } = planOf({ entries, state, objects: [listed({ problem })] });
    expect(plan).toMatchObject({ changes: [], incomplete: true });
    expect(toConfirm).toEqual([]);
    expect(plan.diagnostics).toMatchObject([
      { severity: 'error', message: 'its object b-id could not be read in full: answered 403' },
    ]);
  });

  it('is no matter where no entry stands for it', () => {
    const { plan, toConfirm } = planOf({ objects: [listed({})] });
    expect(plan.unmanaged.map(({ id }) => id)).toEqual(['b-id']);
    expect(toConfirm).toEqual([]);
  });

  it('is compared once it is whole', () => {
    const whole = object('boxes.b', { color: 'red' });
    const entries = [entry('boxes.b', { color: 'red' })];
    const result = planOf({ entries, state, objects: [whole] });
    expect(changeAt(result, 'boxes.b').action).toBe('no-op');
  });
});
