import { describe, expect, it } from 'vitest';
import { asDrift, newsOf, withChangedBy } from '../../src/planner/drift-report.ts';
import type { DriftEntry } from '../../src/planner/plan.ts';
import { change, plan } from '../_helpers/plan-builder.ts';
import { address, recorded } from '../_helpers/planner-builder.ts';

const entryOf = (short: string, parts: Partial<DriftEntry> = {}): DriftEntry => ({
  address: address(short),
  type: 'fake.boxes',
  id: 'the-id',
  action: 'update',
  fields: [],
  ...parts,
});
const gone = { action: 'forget', reason: 'gone', type: 'fake.boxes', id: 'the-id' } as const;

describe('a drift report', () => {
  it('tells what was deleted outside and is in no manifest any more, in order', () => {
    const drift = [entryOf('boxes.b'), entryOf('boxes.d')];
    const changes = [
      change({ ...gone, address: address('boxes.e') }),
      change({ ...gone, address: address('boxes.a') }),
      change({ ...gone, address: address('boxes.c') }),
    ];
    const told = asDrift(plan(changes, { drift }), {});
    expect(told).toEqual(plan(changes, { drift: told.drift }));
    expect(told.drift).toEqual([
      entryOf('boxes.a', { action: 'gone' }),
      entryOf('boxes.b'),
      entryOf('boxes.c', { action: 'gone' }),
      entryOf('boxes.d'),
      entryOf('boxes.e', { action: 'gone' }),
    ]);
  });

  it('does not tell what trueup was deleting, under whatever address', () => {
    const deleting = recorded('boxes.a', {}, { deletingSinceMs: 1 });
    const state = { 'fake.boxes.a': deleting, 'fake.boxes.new': recorded('boxes.new') };
    const own = change({ ...gone, address: address('boxes.a') });
    const moved = change({
      ...gone,
      address: address('boxes.new'),
      previousAddress: address('boxes.a'),
    });
    expect(asDrift(plan([own, moved]), state).drift).toEqual([]);
    expect(asDrift(plan([{ ...own, address: address('boxes.new') }]), state).drift).toHaveLength(1);
  });

  it('does not tell what is to be forgotten or made again', () => {
    const changes = [
      change({ ...gone, reason: 'removed-from-manifest', address: address('boxes.a') }),
      change({ ...gone, action: 'create', address: address('boxes.b') }),
    ];
    expect(asDrift(plan(changes), {}).drift).toEqual([]);
  });

  it('is no news of what is still changing', () => {
    const drift = [entryOf('boxes.a', { action: 'pending' }), entryOf('boxes.b')];
    expect(newsOf({ drift })).toEqual([entryOf('boxes.b')]);
  });

  it('names who it was where that is known', () => {
    const changedBy = { by: 'someone', atMs: 1, action: 'PATCH' };
    const before = plan([], { drift: [entryOf('boxes.a'), entryOf('boxes.b')] });
    const after = withChangedBy(before, new Map([[address('boxes.b'), changedBy]]));
    expect(after).toEqual(
      plan([], { drift: [entryOf('boxes.a'), entryOf('boxes.b', { changedBy })] }),
    );
    expect(after.drift[0]).not.toHaveProperty('changedBy');
    expect(withChangedBy(before, new Map()).drift).toEqual(before.drift);
  });
});
