import { describe, expect, it } from 'vitest';
import type { KindShape } from '../../src/core/kind.ts';
import type { RiskFinding } from '../../src/core/risk.ts';
import { createRedactor } from '../../src/core/redactor.ts';
import type { Diagnostic } from '../../src/core/diagnostic.ts';
import { executionGraph } from '../../src/planner/graph.ts';
import type { PlanResult } from '../../src/planner/input.ts';
import {
  actionsOf,
  address,
  boxes,
  changeAt,
  codesOf,
  entry,
  kind,
  kindTable,
  labels,
  object,
  planOf,
  recorded,
  ref,
  role,
  text,
  things,
  undeterminedOf,
  type World,
} from '../_helpers/planner-builder.ts';

const secret = createRedactor();

/** One plan with a change of every sort, of boxes with something of their own. */
function everySort(parts: Partial<KindShape> = {}): PlanResult {
  return planOf({
    entries: [
      entry('boxes.new', { note: 'x' }),
      entry('boxes.same', { note: 'x' }),
      entry('boxes.adopted'),
      entry('boxes.moved', { name: 'from' }),
      entry('boxes.changed', { note: 'x' }),
      entry('boxes.again'),
    ],
    state: {
      'boxes.same': recorded('boxes.same', { note: 'x' }),
      'boxes.from': recorded('boxes.from'),
      'boxes.changed': recorded('boxes.changed', { note: 'y' }),
      'boxes.again': recorded('boxes.again'),
    },
    objects: [
      object('boxes.same', { note: 'x' }),
      object('boxes.adopted'),
      object('boxes.from'),
      object('boxes.changed', { note: 'y' }),
      object('boxes.again'),
    ],
    stack: { moved: [{ from: address('boxes.from'), to: address('boxes.moved') }] },
    options: { adopt: ['*'], replace: ['boxes.again'] },
    input: { kinds: kindTable({ ...boxes, deleteRisk: 'none', ...parts }, things) },
  });
}

function told(result: PlanResult, code: string): Diagnostic | undefined {
  return result.plan.diagnostics.find((item) => item.code === code);
}

describe('a change', () => {
  it('is one step of its own, a replacement two, and what sends nothing none', () => {
    const found = everySort().plan.changes.map(({ action, steps }) => [action, steps]);
    expect(Object.fromEntries(found)).toEqual({
      import: [],
      move: [],
      'no-op': [],
      create: ['create'],
      update: ['update'],
      replace: ['delete', 'create'],
    });
  });

  it('that is none carries nothing for an apply, nor for its order', () => {
    const same = changeAt(everySort(), 'boxes.same');
    expect(same).toMatchObject({ action: 'no-op', causes: [], patch: [], labels: {} });
    expect(same).not.toHaveProperty('naturalKey');
  });

  it('imports only what it takes over', () => {
    const imported = everySort().plan.changes.filter(({ importing }) => importing !== undefined);
    expect(imported.map(({ address: own }) => own)).toEqual(['fake.boxes.adopted']);
  });

  it('sends again only the write-only fields among those that differ', () => {
    const change = changeAt(
      planOf({
        entries: [entry('boxes.a', { note: 'new', password: secret.secret('pw') })],
        state: { 'boxes.a': recorded('boxes.a', { note: 'old' }) },
        objects: [object('boxes.a', { note: 'old' })],
      }),
      'boxes.a',
    );
    expect(change.fields.map(({ pointer }) => pointer)).toEqual(['/note', '/password']);
    expect(change.writeOnly).toEqual(['/password']);
  });

  it('has no acceptances where none are written', () => {
    const { changes } = everySort().plan;
    expect(changes.filter((change) => 'accepted' in change)).toEqual([]);
  });
});

describe('the risks of a change', () => {
  const lockout: RiskFinding = { risk: 'lockout', message: 'of its kind' };
  const risky = role('note', { default: '', risk: 'restart' });
  const parts: Partial<KindShape> = {
    fields: boxes.fields.map((item) => (item.path.join('.') === 'note' ? risky : item)),
    assess: () => [lockout],
  };

  it('are those of its kind and, in place, of its fields; what sends nothing has none', () => {
    const restart = { risk: 'restart', message: 'changing note' };
    const found = everySort(parts).plan.changes.map(({ action, risks }) => [action, risks]);
    expect(Object.fromEntries(found)).toEqual({
      import: [],
      move: [],
      'no-op': [],
      create: [lockout],
      update: [lockout, restart],
      replace: [lockout],
    });
  });

  it('are none where neither kind nor field has one, be the field known or not', () => {
    const result = planOf({
      entries: [entry('boxes.a', { note: 'new', color: 'new' }), entry('boxes.b')],
      state: { 'boxes.a': recorded('boxes.a', { note: 'old', color: 'old' }) },
      objects: [object('boxes.a', { note: 'old', color: 'old' })],
    });
    expect(changeAt(result, 'boxes.a')).toMatchObject({ action: 'update', risk: 'none' });
    expect(changeAt(result, 'boxes.a').risks).toEqual([]);
    expect(changeAt(result, 'boxes.b').risks).toEqual([]);
  });

  it('say of a replacement that the object is deleted', () => {
    const { risks } = changeAt(everySort({ deleteRisk: 'data-loss' }), 'boxes.again');
    expect(risks).toEqual([{ risk: 'data-loss', message: 'it is deleted and created again' }]);
  });
});

const positionOf = (pointer: string) => ({ file: `a.yaml ${pointer}`, line: 3, column: 4 });

describe('a kind that forbids replacements', () => {
  const strict = { ...boxes, replace: 'forbid' } as const;
  const input = { kinds: kindTable(strict, { ...things, replace: 'forbid' }, labels) };
  const world: World = {
    entries: [entry('boxes.a', { place: 'there' }), entry('things.t', { box: ref('boxes.a') })],
    state: {
      'boxes.a': recorded('boxes.a', { place: 'here' }),
      'things.t': recorded('things.t', { box: 'a-id' }),
    },
    objects: [object('boxes.a', { place: 'here' }), object('things.t', { box: 'a-id' })],
    input,
  };

  it('refuses the field that makes one necessary, where that stands', () => {
    const result = planOf({
      ...world,
      entries: [entry('boxes.a', { place: 'there' }, { positionOf })],
    });
    const found = told(result, 'immutable-field');
    expect(found).toMatchObject({
      severity: 'error',
      address: 'fake.boxes.a',
      position: { file: 'a.yaml /place', line: 3 },
    });
    expect(found?.message).toMatch(
      /^place of fake\.boxes\.a cannot change in place; the boxes entry/,
    );
    expect(found?.hint).toContain('`lifecycle: { replace: allow }`');
  });

  it('allows the one that is asked for by name, and what goes with it', () => {
    const result = planOf({ ...world, options: { replace: ['boxes.a'] } });
    expect(actionsOf(result)).toEqual({ 'boxes.a': 'replace', 'things.t': 'replace' });
    expect(codesOf(result)).not.toContain('immutable-field');
  });
});

it('a protected resource that would be made again stops the apply', () => {
  const result = planOf({
    entries: [entry('boxes.a', { place: 'there' }, { lifecycle: { protect: true } })],
    state: { 'boxes.a': recorded('boxes.a', { place: 'here' }) },
    objects: [object('boxes.a', { place: 'here' })],
  });
  const found = told(result, 'guard-protected');
  expect(found).toMatchObject({ severity: 'error', address: 'fake.boxes.a' });
  expect(found?.message).toBe('fake.boxes.a is protected and would be deleted and created again');
  expect(found?.hint).toContain('`lifecycle: { protect: false }`');
});

describe('the notes of a change', () => {
  it('do not call unverified what is sent with a new object', () => {
    const world: World = {
      entries: [entry('boxes.a', { password: secret.secret('pw') })],
      objects: [object('boxes.a')],
    };
    const adopting = { adopt: ['*'] };
    const adopted = changeAt(planOf({ ...world, options: adopting }), 'boxes.a');
    expect(adopted.notes).toEqual(['password: (not verified)']);
    const options = { ...adopting, replace: ['boxes.a'] };
    expect(changeAt(planOf({ ...world, options }), 'boxes.a').notes).toEqual([]);
    expect(changeAt(planOf({ ...world, objects: [] }), 'boxes.a').notes).toEqual([]);
  });

  it('name a new marker only where the entry has it', () => {
    const dials = kind('dials', {
      fields: [role('name'), role('turn.full', { writeOnly: true, marker: true })],
    });
    const input = { kinds: kindTable(dials) };
    const notes = (fields: { turn?: { full: string } }): readonly string[] =>
      changeAt(planOf({ entries: [entry('dials.d', fields)], input }), 'dials.d').notes;
    expect(notes({ turn: { full: '1' } })).toEqual(['turn.full: (only recorded)']);
    expect(notes({})).toEqual([]);
  });
});

describe('a field that the manifest no longer has', () => {
  it('is told with the value it stays at, also inside an object', () => {
    const result = planOf({
      entries: [entry('boxes.a', { limits: { low: 1 } })],
      state: { 'boxes.a': recorded('boxes.a', { note: 'x', limits: { low: 1, high: 2 } }) },
      objects: [object('boxes.a', { note: 'y', limits: { low: 1, high: 3 } })],
    });
    const found = result.plan.diagnostics.filter(({ code }) => code === 'no-longer-managed');
    expect(found.map(({ severity, message }) => [severity, message])).toEqual([
      ['note', 'fake.boxes.a: note is no longer managed, stays "y"'],
      ['note', 'fake.boxes.a: limits.high is no longer managed, stays 3'],
    ]);
  });

  it.each([
    ['not told while all are there', { limits: { low: 2, high: 2 } }, []],
    ['told of one part', { limits: { low: 1 } }, ['limits.high']],
    ['told of a whole object', {}, ['limits.low', 'limits.high']],
  ])('is %s', (_, fields, expected) => {
    const applied = { limits: { low: 1, high: 2 } };
    const result = planOf({
      entries: [entry('boxes.a', fields)],
      state: { 'boxes.a': recorded('boxes.a', applied) },
      objects: [object('boxes.a', applied)],
    });
    const messages = result.plan.diagnostics.map(({ message }) => message);
    expect(messages.map((message) => / (\S+) is no longer/.exec(message)?.[1])).toEqual(expected);
  });
});

it('what derived fields follow from no longer is what goes first, and nothing else', () => {
  const copies = kind('copies', {
    fields: [
      role('name'),
      role('label', { reference: 'fake.labels' }),
      role('contents', { readOnly: true }),
    ],
    derived: {
      from: ['fake.boxes'],
      label: 'contents',
      groupOf: ({ fields, type }) =>
        type === 'fake.labels' ? undefined : (text(fields['group']) ?? 'all'),
      fields: (sources) => ({ contents: sources.map((source) => source.address).join() }),
    },
  });
  const state = {
    'boxes.kept': recorded('boxes.kept'),
    'boxes.gone': recorded('boxes.gone'),
    'labels.gone': recorded('labels.gone'),
    'copies.c': recorded(
      'copies.c',
      { label: 'gone-id', contents: 'fake.boxes.gone,fake.boxes.kept' },
      { dependsOn: ['fake.boxes.gone', 'fake.boxes.kept', 'fake.labels.gone'] },
    ),
  };
  const result = planOf({
    entries: [entry('boxes.kept'), entry('copies.c', { label: null })],
    state,
    objects: [
      object('boxes.kept'),
      object('boxes.gone'),
      object('labels.gone', {}, { id: 'gone-id' }),
      object('copies.c', { label: 'gone-id', contents: 'fake.boxes.gone,fake.boxes.kept' }),
    ],
    input: { kinds: kindTable(boxes, labels, copies) },
  });
  expect(undeterminedOf(result)).toEqual([]);
  expect(changeAt(result, 'copies.c')).toMatchObject({
    action: 'update',
    freedFrom: ['fake.boxes.gone'],
  });
  const order = executionGraph(result.plan.changes).map(({ id, after }) => [id, after]);
  expect(Object.fromEntries(order)).toEqual({
    'fake.boxes.gone (delete)': [],
    'fake.copies.c': ['fake.boxes.gone (delete)'],
    'fake.labels.gone (delete)': ['fake.copies.c'],
  });
});
