import { describe, expect, it } from 'vitest';
import { estimateOf } from '../../src/planner/estimate.ts';
import { change } from '../_helpers/plan-builder.ts';
import { address, entry, KINDS } from '../_helpers/planner-builder.ts';

const create = (short: string, dependsOn: readonly string[] = [], steps = ['create']) =>
  change({
    address: address(short),
    action: 'create',
    steps,
    desired: entry(short),
    dependsOn: dependsOn.map((item) => address(item)),
  });

describe('the estimate of an apply', () => {
  it('has a write and a read for each step, and one list for each collection of creates', () => {
    const changes = [
      create('boxes.a'),
      create('boxes.b', ['boxes.a'], ['create', 'update', 'update']),
      create('things.t', ['boxes.a']),
      create('things.u', ['boxes.a']),
      create('things.v', ['boxes.b']),
      create('things.w', ['boxes.c']),
      change({ address: address('labels.l'), steps: ['update'] }),
    ];
    // Nine steps; the boxes are listed, and the things of each of three boxes.
    expect(estimateOf(changes, KINDS, 5)).toEqual({
      requests: 2 * 9 + 4,
      criticalPath: 3,
      durationMs: 4_400,
    });
  });

  it('counts nothing that is not sent', () => {
    const forgotten = change({ address: address('boxes.a'), action: 'forget' });
    const quiet = change({ address: address('boxes.b'), action: 'no-op' });
    expect(estimateOf([forgotten, quiet], KINDS, 5)).toEqual({
      requests: 0,
      criticalPath: 0,
      durationMs: 0,
    });
  });

  it('rounds its time up to whole milliseconds', () => {
    expect(estimateOf([create('boxes.a')], KINDS, 7).durationMs).toBe(429);
  });
});
