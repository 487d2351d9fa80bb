import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import type { LiveObject } from '../../src/core/live.ts';
import type { AcceptedDrift } from '../../src/core/resource.ts';
import type { Term, ValueObject } from '../../src/core/value.ts';
import { shortValue } from '../../src/planner/acceptance-notes.ts';
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

/** Box `a` as applied, and as it is now. */
function changedOutside(
  applied: JsonObject,
  live: ValueObject,
  status?: LiveObject['status'],
): World {
  return {
    entries: [entry('boxes.a', applied)],
    state: { 'boxes.a': recorded('boxes.a', applied) },
    objects: [object('boxes.a', live, status === undefined ? {} : { status })],
  };
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
    expect(plan.diagnostics).toMatchObject([
      {
        code: 'accepted-drift',
        severity: 'note',
        address: 'fake.boxes.a',
        position: { line: 2 },
        message: 'note of fake.boxes.a stays "new" until then: accepted drift, who: why',
      },
    ]);
  });

  it('that holds asks for no read by ID', () => {
    const { toConfirm } = planOf({
      ...changedOutside({ note: 'old' }, { note: 'new' }),
      stack: { acceptedDrift: [accept('note', 'new')] },
    });
    expect(toConfirm).toEqual([]);
  });

  it('holds before the next apply although the manifest says the same by now', () => {
    const plan = planned([accept('note', 'new')], {
      ...changedOutside({ note: 'old' }, { note: 'new' }),
      entries: [entry('boxes.a', { note: 'new' })],
    });
    expect([verdicts(plan), plan.drift]).toEqual([['accepted'], []]);
  });

  it('of a part leaves the other parts as they are', () => {
    const world = changedOutside({ limits: { low: 1, high: 2 } }, { limits: { low: 3, high: 4 } });
    const plan = planned([accept('limits.low', 3)], world);
    expect(only(plan)).toMatchObject({ fields: [{ pointer: '/limits/high' }] });
    expect(only(plan).desired?.lifecycle.ignoreChanges).toEqual(['limits.low']);
    expect(plan.diagnostics[0]?.message).toMatch(/^limits\.low of fake\.boxes\.a stays 3/);
  });

  it('of several parts holds only as long as all of them are as accepted', () => {
    const accepted = [accept('limits', { low: 3, high: 4 })];
    const plan = (low: number, high: number): Plan => {
      const world = changedOutside({ limits: { low: 1, high: 2 } }, { limits: { low, high } });
      return planned(accepted, world);
    };
    expect(verdicts(plan(3, 4))).toEqual(['accepted']);
    expect(only(plan(3, 4)).action).toBe('no-op');
    expect(verdicts(plan(3, 5))).toEqual(['other-value']);
    expect(only(plan(3, 5)).fields.map(({ pointer }) => pointer)).toEqual([
      '/limits/low',
      '/limits/high',
    ]);
  });

  it('of what is still on its way tells nothing of another value', () => {
    const { acceptedDrift, drift } = planned(
      [accept('note', 'new')],
      changedOutside({ note: 'old' }, { note: 'half' }, 'pending'),
    );
    expect(acceptedDrift).toBeUndefined();
    expect(drift).toMatchObject([{ action: 'pending' }]);
    expect(drift[0]?.fields[0]).not.toHaveProperty('note');
    const accepted = changedOutside({ note: 'old' }, { note: 'new' }, 'pending');
    expect(verdicts(planned([accept('note', 'new')], accepted))).toEqual(['accepted']);
  });

  it('ends at its moment, not after it', () => {
    const plan = noted([accept('note', 'new', NOW_MS)], 'new');
    expect([verdicts(plan), plan.drift.length]).toEqual([['expired'], 1]);
    expect(only(plan)).toMatchObject({ action: 'update', fields: [{ pointer: '/note' }] });
    expect(plan.drift[0]?.fields).toMatchObject([{ note: 'was accepted until then, who: why' }]);
    expect(plan.diagnostics).toMatchObject([
      {
        code: 'accepted-drift-expired',
        severity: 'warning',
        message: 'note of fake.boxes.a is still "new", which was accepted until then (who: why)',
        hint: expect.stringContaining('write it into the manifest'),
      },
    ]);
  });

  it('of a set that ended shows what came and went since the manifest', () => {
    const world = changedOutside({ tags: ['x', 'y'] }, { tags: ['y', 'z'] });
    const plan = planned([accept('tags', ['y', 'z'], NOW_MS)], world);
    expect(plan.acceptedDrift?.[0]?.field).toMatchObject({ removed: ['x'], added: ['z'] });
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

  it.each([
    ['although it has drifted too', changedOutside({ note: 'old' }, { note: 'new' })],
    ['where the list does not differ from the last apply', changedOutside({}, { note: 'new' })],
  ])('that ended has its object read by its ID once, %s', (_, world) => {
    const { toConfirm } = planOf({
      ...world,
      entries: [entry('boxes.a', { note: 'old' })],
      stack: { acceptedDrift: [accept('note', 'new', NOW_MS)] },
    });
    expect(toConfirm.map(({ id }) => id)).toEqual(['a-id']);
  });

  it('of another value is drift, and says what was accepted', () => {
    const plan = noted([accept('note', 'new')], 'newer');
    expect(verdicts(plan)).toEqual(['other-value']);
    expect(plan.drift[0]?.fields).toMatchObject([
      { after: 'newer', note: 'accepted until then is "new", who: why' },
    ]);
    expect(plan.diagnostics).toEqual([]);
    expect(only(plan)).toMatchObject({ action: 'update' });
    expect(only(plan)).not.toHaveProperty('accepted');
  });

  it('of another value says so of its field only', () => {
    const world = changedOutside({ note: 'old', tags: [] }, { note: 'newer', tags: ['x'] });
    const fields = planned([accept('note', 'new')], world).drift[0]?.fields ?? [];
    expect(fields.map((field) => [field.pointer, 'note' in field])).toEqual([
      ['/note', true],
      ['/tags', false],
    ]);
  });

  it.each([
    ['of a field that is as it should be', 'note', 'old', 'the field is as the manifest has it'],
    ['of a field that is not managed', 'place', 'old', 'the entry does not manage place'],
    ['of a part that is not managed', 'limits.low', 'old', 'the entry does not manage limits.low'],
  ])('%s matches nothing, which is a note', (_, field, live, because) => {
    const plan = noted([accept(field, 'new')], live);
    expect(plan.acceptedDrift).toMatchObject([{ verdict: 'unmatched', because }]);
    expect(plan.diagnostics).toMatchObject([
      {
        code: 'accepted-drift-unmatched',
        severity: 'note',
        position: { line: 2 },
        message: `the accepted drift of ${field} of fake.boxes.a matches nothing: ${because}`,
      },
    ]);
  });

  it('does not stand for what the manifest asks for anew', () => {
    const plan = planned([accept('note', 'other')], {
      entries: [entry('boxes.a', { note: 'new' })],
      state: { 'boxes.a': recorded('boxes.a', { note: 'old' }) },
      objects: [object('boxes.a', { note: 'old' })],
    });
    expect([verdicts(plan), plan.drift]).toEqual([['unmatched'], []]);
    expect(plan.diagnostics[0]?.message).toContain('the manifest has not been applied');
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

it('a value in a message is short, and one that is not there is told as such', () => {
  expect(shortValue(undefined)).toBe('unset');
  expect(shortValue(null)).toBe('null');
  expect(shortValue('x'.repeat(118))).toBe(`"${'x'.repeat(118)}"`);
  expect(shortValue('x'.repeat(119))).toBe(`"${'x'.repeat(119)}…`);
});
