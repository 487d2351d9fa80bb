import { describe, expect, it } from 'vitest';
import type { AcceptedDrift } from '../../src/core/resource.ts';
import type { Term } from '../../src/core/value.ts';
import type { Plan, ResourceChange } from '../../src/planner/plan.ts';
import {
  address,
  attribute,
  entry,
  NOW_MS,
  object,
  planOf,
  recorded,
  ref,
  type World,
} from '../_helpers/planner-builder.ts';

function accept(
  field: string,
  value: Term,
  untilMs = NOW_MS + 1,
  short = 'boxes.a',
): AcceptedDrift {
  return {
    address: address(short),
    path: field.split('.'),
    value,
    reason: 'why',
    owner: 'who',
    until: 'then',
    untilMs,
    position: { file: 'trueup.yaml', line: 2, column: 3 },
  };
}

function planned(accepted: readonly AcceptedDrift[], world: World): Plan {
  return planOf({ ...world, stack: { acceptedDrift: accepted, ...world.stack } }).plan;
}

function noted(accepted: readonly AcceptedDrift[], note: string | undefined): Plan {
  return planned(accepted, {
    entries: [entry('boxes.a', { note: 'old' })],
    state: { 'boxes.a': recorded('boxes.a', { note: 'old' }) },
    objects: [object('boxes.a', note === undefined ? {} : { note })],
  });
}

function verdicts(plan: Plan): readonly string[] {
  return (plan.acceptedDrift ?? []).map(({ verdict }) => verdict);
}

function only({ changes }: Plan): ResourceChange {
  const [change] = changes;
  if (change === undefined || changes.length > 1) throw new Error('not one change');
  return change;
}

describe('an acceptance', () => {
  it('that holds leaves neither drift nor a change', () => {
    const plan = noted([accept('note', 'new')], 'new');
    expect([verdicts(plan), plan.drift]).toEqual([['accepted'], []]);
    expect(only(plan)).toMatchObject({ action: 'no-op', fields: [], accepted: ['/note'] });
    expect(only(plan).desired?.lifecycle.ignoreChanges).toEqual(['note']);
  });

  it('ends at its moment, not after it', () => {
    const plan = noted([accept('note', 'new', NOW_MS)], 'new');
    expect([verdicts(plan), plan.drift.length]).toEqual([['expired'], 1]);
    expect(only(plan)).toMatchObject({ action: 'update', fields: [{ pointer: '/note' }] });
  });

  it('that ended is drift although an apply has recorded the live value since', () => {
    const plan = planned([accept('note', 'new', NOW_MS)], {
      entries: [entry('boxes.a', { note: 'old' })],
      state: { 'boxes.a': recorded('boxes.a', { note: 'new' }) },
      objects: [object('boxes.a', { note: 'new' })],
    });
    expect(plan.drift).toMatchObject([
      { action: 'update', fields: [{ pointer: '/note', before: 'old', after: 'new' }] },
    ]);
  });

  it('that ended has its object read by its ID once, although it has drifted too', () => {
    const { toConfirm } = planOf({
      entries: [entry('boxes.a', { note: 'old' })],
      state: { 'boxes.a': recorded('boxes.a', { note: 'old' }) },
      objects: [object('boxes.a', { note: 'new' })],
      stack: { acceptedDrift: [accept('note', 'new', NOW_MS)] },
    });
    expect(toConfirm.map(({ id }) => id)).toEqual(['a-id']);
  });

  it('of another value is drift, and says what was accepted', () => {
    const plan = noted([accept('note', 'new')], 'newer');
    expect(verdicts(plan)).toEqual(['other-value']);
    expect(plan.drift[0]?.fields[0]).toMatchObject({
      after: 'newer',
      note: 'accepted until then is "new", who: why',
    });
    expect(only(plan)).toMatchObject({ action: 'update' });
    expect(only(plan)).not.toHaveProperty('accepted');
  });

  it.each([
    ['of a field that is as it should be', 'note', 'old', 'the field is as the manifest has it'],
    ['of a field that is not managed', 'place', 'old', 'the entry does not manage place'],
  ])('%s matches nothing, which is a note', (_, field, live, because) => {
    const plan = noted([accept(field, 'new')], live);
    expect(plan.acceptedDrift).toMatchObject([{ verdict: 'unmatched', because }]);
    expect(plan.diagnostics).toMatchObject([
      { code: 'accepted-drift-unmatched', severity: 'note', position: { line: 2 } },
    ]);
  });

  it('does not stand for what the manifest asks for anew', () => {
    const plan = planned([accept('note', 'other')], {
      entries: [entry('boxes.a', { note: 'new' })],
      state: { 'boxes.a': recorded('boxes.a', { note: 'old' }) },
      objects: [object('boxes.a', { note: 'old' })],
    });
    expect([verdicts(plan), plan.drift]).toEqual([['unmatched'], []]);
    expect(only(plan).action).toBe('update');
  });

  it('of none holds where the API left the field out', () => {
    expect(verdicts(noted([accept('note', null)], ''))).toEqual(['other-value']);
    const plan = planned([accept('tags', [])], {
      entries: [entry('boxes.a', { tags: ['x'] })],
      state: { 'boxes.a': recorded('boxes.a', { tags: ['x'] }) },
      objects: [object('boxes.a')],
    });
    expect(verdicts(plan)).toEqual(['accepted']);
  });

  it('compares sets as sets, and leaves the parts beside it alone', () => {
    const plan = planned([accept('tags', ['y', 'x', 'x'])], {
      entries: [entry('boxes.a', { tags: ['x'], note: 'n' })],
      state: { 'boxes.a': recorded('boxes.a', { tags: ['x'], note: 'n' }) },
      objects: [object('boxes.a', { tags: ['x', 'y'], note: 'm' })],
    });
    expect(verdicts(plan)).toEqual(['accepted']);
    expect(plan.drift[0]?.fields.map((field) => field.pointer)).toEqual(['/note']);
    expect(only(plan).fields.map((field) => field.pointer)).toEqual(['/note']);
  });

  it('refers to other resources as an entry does', () => {
    const world: World = {
      entries: [entry('boxes.a'), entry('boxes.b'), entry('labels.l', { of: ref('boxes.a') })],
      state: {
        'boxes.a': recorded('boxes.a'),
        'boxes.b': recorded('boxes.b'),
        'labels.l': recorded('labels.l', { of: 'a-id' }),
      },
      objects: [object('boxes.a'), object('boxes.b'), object('labels.l', { of: 'b-id' })],
    };
    const byKey = accept('of', ref('boxes.b'), NOW_MS + 1, 'labels.l');
    expect(verdicts(planned([byKey], world))).toEqual(['accepted']);
    const byExpression = accept('of', attribute('boxes.b', 'id'), NOW_MS + 1, 'labels.l');
    expect(verdicts(planned([byExpression], world))).toEqual(['accepted']);
  });

  it('of an immutable field asks for no replacement', () => {
    const plan = planned([accept('place', 'there')], {
      entries: [entry('boxes.a', { place: 'here' })],
      state: { 'boxes.a': recorded('boxes.a', { place: 'here' }) },
      objects: [object('boxes.a', { place: 'there' })],
    });
    expect(only(plan).action).toBe('no-op');
  });

  it('does not outlive its object: what is made anew is as the manifest says', () => {
    const gone = planned([accept('note', 'new')], {
      entries: [entry('boxes.a', { note: 'old' })],
      state: { 'boxes.a': recorded('boxes.a', { note: 'old' }) },
      confirmed: new Map([['fake.boxes a-id', undefined]]),
    });
    expect(only(gone)).toMatchObject({ action: 'create', after: { note: 'old' } });
    expect(gone.acceptedDrift).toMatchObject([{ because: 'the object is not there' }]);
    const replaced = planned([accept('note', 'new')], {
      entries: [entry('boxes.a', { note: 'old' })],
      state: { 'boxes.a': recorded('boxes.a', { note: 'old' }) },
      objects: [object('boxes.a', { note: 'new' })],
      options: { replace: ['boxes.a'] },
    });
    expect(only(replaced)).not.toHaveProperty('accepted');
    expect(only(replaced).desired?.lifecycle.ignoreChanges).toEqual([]);
    expect(only(replaced).fields.map(({ pointer }) => pointer)).toEqual(['/note']);
    const told = replaced.diagnostics.map(({ message }) => message);
    expect(told).toEqual([expect.stringMatching(/note of fake\.boxes\.a ends: .*made again/)]);
  });

  it('is not judged where the object could not be read, nor while everything is deleted', () => {
    const unread = planned([accept('note', 'new')], {
      entries: [entry('boxes.a', { note: 'old' })],
      state: { 'boxes.a': recorded('boxes.a', { note: 'old' }) },
      inventories: [{ type: 'fake.boxes', complete: false, objects: [] }],
    });
    expect(unread).not.toHaveProperty('acceptedDrift');
    const destroyed = planned([accept('note', 'new')], {
      entries: [entry('boxes.a', { note: 'old' })],
      state: { 'boxes.a': recorded('boxes.a', { note: 'old' }) },
      objects: [object('boxes.a', { note: 'new' })],
      options: { destroy: true },
    });
    expect(destroyed).not.toHaveProperty('acceptedDrift');
  });
});
