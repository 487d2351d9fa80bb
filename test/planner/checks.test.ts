import { describe, expect, it } from 'vitest';
import type { SourcePosition } from '../../src/core/diagnostic.ts';
import { executionGraph } from '../../src/planner/graph.ts';
import {
  actionsOf,
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
  things,
  undeterminedOf,
  type World,
} from '../_helpers/planner-builder.ts';

const errors = (result: ReturnType<typeof planOf>): readonly string[] =>
  result.plan.diagnostics.filter((item) => item.severity === 'error').map(({ message }) => message);

describe('an object that others hold by its name', () => {
  const tags = kind('tags', { idFromKey: true });
  const marks = kind('marks', {
    fields: [...kind('x').fields, role('tag'), role('note')],
    namedDependencies: (fields) =>
      typeof fields['tag'] === 'string' ? [{ type: 'fake.tags', naturalKey: fields['tag'] }] : [],
  });
  const input = { kinds: kindTable(tags, marks) };
  const tag = object('tags.t', {}, { id: 't' });
  const world = (parts: World): World => ({
    entries: [entry('tags.t'), entry('marks.m', { tag: 't' })],
    state: {
      'tags.t': recorded('tags.t', {}, { id: 't' }),
      'marks.m': recorded('marks.m', { tag: 't' }, { dependsOn: ['fake.tags.t'] }),
    },
    objects: [tag, object('marks.m', { tag: 't' })],
    input,
    ...parts,
  });
  it('is not replaced while they stay, and is together with them', () => {
    const alone = planOf(world({ options: { replace: ['tags.t'] } }));
    const message =
      'fake.tags.t cannot be deleted and created again while it is in use by fake.marks.m';
    expect(alone.plan.diagnostics).toEqual([
      {
        code: 'object-in-use',
        severity: 'error',
        address: 'fake.tags.t',
        message,
        hint: 'replace those too: `--replace fake.marks.m`',
        position: { file: 'main.yaml', line: 1, column: 1 },
      },
    ]);
    expect(alone.plan.undetermined[0]).toEqual({ address: 'fake.tags.t', because: message });
    const both = planOf(world({ options: { replace: ['tags.t', 'marks.m'] } }));
    expect(errors(both)).toEqual([]);
    const order = executionGraph(both.plan.changes).map((node) => [node.id, node.after]);
    expect(new Map(order as never).get('fake.tags.t (delete)')).toEqual(['fake.marks.m (delete)']);
  });

  it('is not deleted while somebody holds it of whom the stack knows nothing', () => {
    const objects = [tag, object('marks.theirs', { tag: 't' })];
    const state = { 'tags.t': recorded('tags.t', {}, { id: 't' }) };
    const result = planOf(world({ entries: [], state, objects }));
    expect(errors(result)).toEqual([
      'fake.tags.t cannot be deleted while it is in use by theirs-id (not managed)',
    ]);
  });

  it('is not replaced while some are managed and some are not: none of them is to be replaced', () => {
    const objects = [tag, object('marks.m', { tag: 't' }), object('marks.theirs', { tag: 't' })];
    const result = planOf(world({ objects, options: { replace: ['tags.t'] } }));
    expect(result.plan.diagnostics[0]?.hint).toBe(
      'take it from those that are not managed first, or delete them',
    );
  });

  it('is replaced with all that are managed', () => {
    const result = planOf(
      world({
        entries: [entry('tags.t'), entry('marks.m', { tag: 't' }), entry('marks.n', { tag: 't' })],
        state: {
          'tags.t': recorded('tags.t', {}, { id: 't' }),
          'marks.m': recorded('marks.m', { tag: 't' }),
          'marks.n': recorded('marks.n', { tag: 't' }),
        },
        objects: [tag, object('marks.n', { tag: 't' }), object('marks.m', { tag: 't' })],
        options: { replace: ['tags.t'] },
      }),
    );
    expect(result.plan.diagnostics[0]?.hint).toBe(
      'replace those too: `--replace fake.marks.m` `--replace fake.marks.n`',
    );
  });

  it('stays, and what nobody holds is deleted nonetheless', () => {
    const result = planOf(
      world({
        entries: [],
        state: {
          'tags.t': recorded('tags.t', {}, { id: 't' }),
          'things.on': recorded('things.on', {}, { dependsOn: ['fake.tags.t'] }),
        },
        objects: [tag, object('marks.theirs', { tag: 't' }), object('things.on')],
        input: { kinds: kindTable(tags, marks, kind('things')) },
      }),
    );
    expect(actionsOf(result)).toEqual({ 'things.on': 'delete' });
    expect(undeterminedOf(result)).toEqual(['tags.t']);
  });

  it('is deleted with, or after, those that the stack manages', () => {
    expect(errors(planOf(world({ entries: [] })))).toEqual([]);
    expect(errors(planOf(world({ entries: [entry('marks.m', { tag: 'u' })] })))).toEqual([]);
  });
});

describe('an object that others name for good', () => {
  const rooms = kind('rooms', {
    heldBy: { type: 'fake.boxes', field: 'place', label: 'boxes' },
  });
  const input = { kinds: kindTable(rooms, boxes, things) };
  const state = {
    'rooms.r': recorded('rooms.r'),
    'boxes.a': recorded('boxes.a', { place: 'r-id' }),
  };
  const objects = [object('rooms.r'), object('boxes.a', { place: 'r-id' })];

  it('is deleted together with them, and not under those that stay', () => {
    expect(actionsOf(planOf({ state, objects, input }))).toEqual({
      'boxes.a': 'delete',
      'rooms.r': 'delete',
    });
    const entries = [entry('boxes.a', { place: 'r-id' })];
    const result = planOf({ state, objects, input, entries });
    expect(actionsOf(result)).toEqual({ 'boxes.a': 'no-op' });
    expect(errors(result)).toEqual([
      'fake.rooms.r cannot be deleted while it is in use by fake.boxes.a',
    ]);
  });
});

function positionOf(pointer: string): SourcePosition {
  return { file: 'main.yaml', line: ['', '/place'].indexOf(pointer) + 1, column: 1 };
}

describe("a kind's own check", () => {
  const choosy = kind('boxes', {
    ...boxes,
    check: ({ resource }) =>
      resource.fields['place'] === 'nowhere'
        ? [{ code: 'name-unknown', message: 'no such place', path: ['place'] }]
        : [],
  });
  const input = { kinds: kindTable(choosy, things, labels) };

  it('leaves out what it refuses and what depends on that', () => {
    const result = planOf({
      entries: [
        entry('boxes.bad', { place: 'nowhere' }),
        entry('boxes.good', { place: 'here' }),
        entry('labels.l', { of: ref('boxes.bad') }),
        entry('labels.m', { also: [ref('labels.l')] }),
      ],
      input,
    });
    expect(undeterminedOf(result)).toEqual(['boxes.bad', 'labels.l', 'labels.m']);
    expect(codesOf(result)).toEqual(['name-unknown']);
    expect(changeAt(result, 'boxes.good').action).toBe('create');
  });

  it('is told with its hint, at the place of the field', () => {
    const hinting = kind('boxes', {
      ...boxes,
      check: () => [
        { code: 'name-unknown', message: 'no such place', path: ['place'], hint: 'go elsewhere' },
        { code: 'limit-exceeded', message: 'no room' },
      ],
    });
    const result = planOf({
      entries: [entry('boxes.bad', { place: 'nowhere' }, { positionOf })],
      input: { kinds: kindTable(hinting, things, labels) },
    });
    const told = { severity: 'error', address: 'fake.boxes.bad' };
    expect(result.plan.diagnostics).toEqual([
      {
        ...told,
        code: 'name-unknown',
        message: 'no such place',
        hint: 'go elsewhere',
        position: positionOf('/place'),
      },
      { ...told, code: 'limit-exceeded', message: 'no room', position: positionOf('') },
    ]);
  });

  it('is not asked about what depends on what another one refused', () => {
    const asked: string[] = [];
    const asking = kind('labels', {
      ...labels,
      check: ({ resource }) => {
        asked.push(resource.address);
        return [];
      },
    });
    const result = planOf({
      entries: [
        entry('boxes.bad', { place: 'nowhere' }),
        entry('labels.l', { of: ref('boxes.bad') }),
        entry('labels.m'),
      ],
      input: { kinds: kindTable(choosy, things, asking) },
    });
    expect(asked).toEqual(['fake.labels.m']);
    expect(undeterminedOf(result)).toEqual(['boxes.bad', 'labels.l']);
  });

  it.each([
    ['create', { state: {}, objects: [] }, undefined],
    ['update', {}, 'l-id'],
    ['replace', { options: { replace: ['labels.l'] } }, undefined],
    [
      'import',
      { state: {}, objects: [object('labels.l', { text: 'new' })], options: { adopt: ['*'] } },
      'l-id',
    ],
  ] satisfies [string, World, string | undefined][])(
    'is asked about each %s, with the ID where the object stays',
    (action, parts, id) => {
      const asked: unknown[] = [];
      const asking = kind('labels', {
        ...labels,
        check: ({ resource }) => {
          asked.push([resource.id, resource.fields['text']]);
          return [];
        },
      });
      const result = planOf({
        entries: [entry('labels.l', { text: 'new' })],
        state: { 'labels.l': recorded('labels.l', { text: 'old' }) },
        objects: [object('labels.l', { text: 'old' })],
        input: { kinds: kindTable(boxes, things, asking) },
        ...parts,
      });
      expect(actionsOf(result)).toEqual({ 'labels.l': action });
      expect(asked).toEqual([[id, 'new']]);
    },
  );

  it('is not asked about what stays as it is', () => {
    const result = planOf({
      entries: [entry('boxes.a', { place: 'nowhere' })],
      state: { 'boxes.a': recorded('boxes.a', { place: 'nowhere' }) },
      objects: [object('boxes.a', { place: 'nowhere' })],
      input,
    });
    expect(changeAt(result, 'boxes.a').action).toBe('no-op');
  });
});
