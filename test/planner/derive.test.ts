import { describe, expect, it } from 'vitest';
import type { Derivation } from '../../src/core/kind.ts';
import { reveal, Secret } from '../../src/core/secret.ts';
import { hasUnknown, Unknown } from '../../src/core/value.ts';
import type { DigestView } from '../../src/planner/digest-view.ts';
import { executionGraph } from '../../src/planner/graph.ts';
import type { PlanResult } from '../../src/planner/input.ts';
import {
  actionsOf,
  boxes,
  changeAt,
  codesOf,
  entry,
  kind,
  kindTable,
  object,
  planOf,
  recorded,
  ref,
  role,
  text,
  type World,
} from '../_helpers/planner-builder.ts';

const contents: Derivation = {
  from: ['fake.boxes', 'fake.papers'],
  label: 'contents of the box',
  groupOf({ type, address, fields }) {
    const { box } = fields;
    if (type === 'fake.boxes') return address;
    return box instanceof Unknown ? box.of : text(box);
  },
  fields(sources) {
    if (sources.length === 0) return {};
    const notes = sources.map(({ fields }) => fields['note'] ?? '');
    if (hasUnknown(notes)) return { contents: new Unknown() };
    return { contents: Secret.create(JSON.stringify(notes)) };
  },
};
const papers = kind('papers', {
  fields: [role('name'), role('box', { reference: 'fake.boxes' }), role('note', { set: false })],
});
const copies = kind('copies', {
  fields: [
    role('name'),
    role('box', { reference: 'fake.boxes' }),
    role('contents', { readOnly: true, writeOnly: true, sensitive: true }),
  ],
  derived: contents,
  changedMark: 'version',
});
const digests: DigestView = { matches: (value, stored) => reveal(value) === stored };
const input = { kinds: kindTable(boxes, papers, copies), digests };
const entries = [
  entry('boxes.b', { note: 'of b' }),
  entry('papers.p', { box: ref('boxes.b'), note: 'of p' }),
  entry('papers.other', { box: 'another-id', note: 'of other' }),
  entry('copies.c', { box: ref('boxes.b') }),
];
const objects = [
  object('boxes.b', { note: 'of b' }),
  object('papers.p', { box: 'b-id', note: 'of p' }, { scope: undefined as never }),
  object('papers.other', { box: 'another-id', note: 'of other' }, { scope: undefined as never }),
];
const copy = object('copies.c', { box: 'b-id' }, { scope: undefined as never });
const known = {
  'boxes.b': recorded('boxes.b', { note: 'of b' }),
  'papers.p': recorded('papers.p', { box: 'b-id', note: 'of p' }),
  'papers.other': recorded('papers.other', { box: 'another-id', note: 'of other' }),
};
const stored = recorded(
  'copies.c',
  { box: 'b-id' },
  {
    digests: { '/contents': '["of b","of p"]' },
    attributes: { version: 7 },
    dependsOn: ['fake.boxes.b', 'fake.papers.p'],
  },
);

function plan(world: World = {}): PlanResult {
  return planOf({
    entries,
    state: { ...known, 'copies.c': stored },
    objects: [...objects, copy],
    input,
    ...world,
  });
}

/** With one entry in place of another. */
function changed(short: string, fields: Parameters<typeof entry>[1]): World {
  return {
    entries: entries.map((item) => (item.address.endsWith(short) ? entry(short, fields) : item)),
  };
}

describe('fields that follow from other resources', () => {
  it('depend on those of the same group, and on no others', () => {
    const change = changeAt(plan(), 'copies.c');
    expect(change.action).toBe('no-op');
    expect(change.dependsOn).toEqual(['fake.boxes.b', 'fake.papers.p']);
    expect(change.derivedFrom).toEqual(['fake.boxes.b', 'fake.papers.p']);
  });

  it('change with their sources, which are named and come first', () => {
    const result = plan(changed('papers.p', { box: ref('boxes.b'), note: 'new' }));
    expect(changeAt(result, 'copies.c')).toMatchObject({
      action: 'update',
      fields: [{ pointer: '/contents', causes: ['upstream'], sensitive: true }],
      notes: ['contents of the box changed: fake.papers.p'],
    });
    const node = executionGraph(result.plan.changes).find(({ id }) => id === 'fake.copies.c');
    expect(node?.after).toEqual(['fake.papers.p']);
  });

  it('change with sources that are made, or made again', () => {
    const more = entry('papers.q', { box: ref('boxes.b'), note: 'of q' });
    const options = { replace: ['papers.p'] };
    const change = changeAt(plan({ entries: [...entries, more], options }), 'copies.c');
    expect(change.notes).toEqual(['contents of the box changed: fake.papers.p, fake.papers.q']);
    expect(change.fields).toMatchObject([{ pointer: '/contents', causes: ['upstream'] }]);
  });

  it('stay when a source of another group changes', () => {
    const result = plan(changed('papers.other', { box: 'another-id', note: 'new' }));
    expect(changeAt(result, 'copies.c').action).toBe('no-op');
  });

  it('are unknown as long as a source is', () => {
    const fresh = entry('boxes.new');
    const node = entry('papers.p', { box: ref('boxes.b'), note: ref('boxes.new') });
    const all = entries.map((item) => (item.key === 'p' ? node : item));
    const change = changeAt(plan({ entries: [...all, fresh] }), 'copies.c');
    expect(change).toMatchObject({ action: 'update', fields: [{ causes: ['upstream'] }] });
  });

  it('that were changed by an earlier run say so', () => {
    const old = { ...stored, digests: { '/contents': '["older"]' } };
    const change = changeAt(plan({ state: { ...known, 'copies.c': old } }), 'copies.c');
    expect(change.notes).toEqual(['contents of the box changed since it was last applied']);
    expect(change.fields).toMatchObject([{ causes: ['manifest'] }]);
  });

  it('of an adopted object are not verified, unless a source changes', () => {
    const adopted = { state: known, options: { adopt: ['*'] } };
    const quiet = changeAt(plan(adopted), 'copies.c');
    expect(quiet).toMatchObject({ action: 'import', notes: ['contents: (not verified)'] });
    const moved = changed('papers.p', { box: ref('boxes.b'), note: 'new' });
    expect(changeAt(plan({ ...adopted, ...moved }), 'copies.c').action).toBe('update');
  });

  it('are brought up to date after the delete of a source', () => {
    const result = plan({ entries: entries.filter(({ key }) => key !== 'p') });
    expect(actionsOf(result)).toMatchObject({ 'copies.c': 'update', 'papers.p': 'delete' });
    const nodes = executionGraph(result.plan.changes);
    const after = (id: string): readonly string[] | undefined =>
      nodes.find((node) => node.id === id)?.after;
    expect(after('fake.copies.c')).toEqual(['fake.papers.p (delete)']);
    expect(after('fake.papers.p (delete)')).toEqual([]);
  });

  it('cannot follow from what follows from them', () => {
    const circle = entry('papers.p', { box: ref('boxes.b') }, { dependsOn: ['copies.c'] });
    const all = entries.map((item) => (item.key === 'p' ? circle : item));
    expect(() => plan({ entries: all })).toThrow(/refer to each other/);
  });
});

describe('a source that says when it was last written', () => {
  const letters = kind('letters', {
    fields: [
      role('name'),
      role('box', { reference: 'fake.boxes' }),
      role('note', { writeOnly: true, sensitive: true }),
    ],
    changedMark: 'version',
  });
  const derived: Derivation = {
    ...contents,
    from: ['fake.letters'],
    fields(sources) {
      const marks = sources.map(({ mark }) => mark ?? 'none');
      return { contents: hasUnknown(marks) ? new Unknown() : Secret.create(JSON.stringify(marks)) };
    },
  };
  const kinds = kindTable(boxes, letters, { ...copies, derived });
  const note = Secret.create('of l');
  interface Marks {
    readonly applied: number;
    readonly live: number;
    readonly deployed: string;
    readonly ignored?: boolean;
  }
  const after = ({ applied, live, deployed, ignored }: Marks): PlanResult =>
    planOf({
      entries: [
        entry('boxes.b'),
        entry(
          'letters.l',
          { box: ref('boxes.b'), note },
          ignored === true ? { lifecycle: { ignoreChanges: ['note'] } } : {},
        ),
        entry('copies.c', { box: ref('boxes.b') }),
      ],
      state: {
        'boxes.b': recorded('boxes.b'),
        'letters.l': recorded(
          'letters.l',
          { box: 'b-id' },
          { attributes: { version: applied }, digests: { '/note': 'of l' } },
        ),
        'copies.c': { ...stored, digests: { '/contents': deployed } },
      },
      objects: [
        object('boxes.b'),
        object('letters.l', { box: 'b-id' }, { attributes: { version: live } }),
        copy,
      ],
      input: { kinds, digests },
    });

  it('changes nothing as long as it is as it was', () => {
    const result = after({ applied: 7, live: 7, deployed: '[7]' });
    expect(actionsOf(result)).toMatchObject({ 'letters.l': 'no-op', 'copies.c': 'no-op' });
  });

  it('is followed when it has to be written again, be it with the same values', () => {
    const result = after({ applied: 7, live: 8, deployed: '[7]' });
    expect(actionsOf(result)).toMatchObject({ 'letters.l': 'update', 'copies.c': 'update' });
    expect(changeAt(result, 'copies.c')).toMatchObject({
      fields: [{ pointer: '/contents', causes: ['upstream'] }],
      notes: ['contents of the box changed: fake.letters.l'],
    });
  });

  it('is followed after an apply that wrote it and got no further', () => {
    const result = after({ applied: 8, live: 8, deployed: '[7]' });
    expect(actionsOf(result)).toMatchObject({ 'letters.l': 'no-op', 'copies.c': 'update' });
  });

  it('is followed once where what others write of it is left as it is', () => {
    const theirs = { applied: 7, live: 8, ignored: true };
    const first = after({ ...theirs, deployed: '[7]' });
    expect(actionsOf(first)).toMatchObject({ 'letters.l': 'no-op', 'copies.c': 'update' });
    expect(first.plan.drift).toEqual([]);
    expect(changeAt(after({ ...theirs, deployed: '[8]' }), 'copies.c').action).toBe('no-op');
  });

  it('is not followed because a list lags behind', () => {
    const result = after({ applied: 8, live: 7, deployed: '[8]' });
    expect(changeAt(result, 'copies.c').action).toBe('no-op');
  });
});

const marked = (version: unknown, before: unknown): PlanResult =>
  plan({
    state: { ...known, 'copies.c': { ...stored, attributes: { version: before as never } } },
    objects: [...objects, { ...copy, attributes: { version: version as never } }],
  });

describe('a mark that grows with every write', () => {
  it.each([
    [8, 7],
    ['2026-01-01T00:00:01Z', '2026-01-01T00:00:00Z'],
    ['b', 'a'],
  ])('says of %j after %j that somebody else wrote', (now, before) => {
    const result = marked(now, before);
    expect(changeAt(result, 'copies.c')).toMatchObject({
      fields: [{ pointer: '/contents', causes: ['drift'] }],
      notes: [],
    });
    const field = {
      pointer: '/contents',
      before: undefined,
      after: undefined,
      causes: ['drift'],
      sensitive: true,
      immutable: false,
      note: '(may have been overwritten)',
    };
    expect(result.plan.drift).toMatchObject([{ fields: [field] }]);
    expect(result.toConfirm).toMatchObject([{ address: 'fake.copies.c' }]);
  });

  it.each([
    [7, 7],
    [6, 7],
    ['2026-01-01T00:00:00Z', '2026-01-01T00:00:01Z'],
    [undefined, 7],
    [8, undefined],
  ])('says nothing of %j after %j', (now, before) => {
    const result = marked(now, before);
    expect([changeAt(result, 'copies.c').action, result.plan.drift]).toEqual(['no-op', []]);
  });

  it('is explained by a change that was cut short', () => {
    const pending = { steps: ['update'], done: 0, restore: {} };
    const result = plan({
      state: { ...known, 'copies.c': { ...stored, pending } },
      objects: [...objects, { ...copy, attributes: { version: 8 } }],
    });
    expect(result.plan.drift).toEqual([]);
  });
});

describe('a marker', () => {
  const kinds = kindTable(
    kind('dials', { fields: [role('name'), role('turn', { writeOnly: true, marker: true })] }),
  );
  const turned = (state: World['state'], options = {}): PlanResult =>
    planOf({
      entries: [entry('dials.d', { turn: '2' })],
      objects: [object('dials.d')],
      ...(state === undefined ? {} : { state }),
      input: { kinds },
      options,
    });

  it('asks for a change when it is another one, or the first of an applied entry', () => {
    for (const sent of [{ turn: '1' }, {}]) {
      const change = changeAt(turned({ 'dials.d': recorded('dials.d', sent) }), 'dials.d');
      expect(change).toMatchObject({ action: 'update', writeOnly: ['/turn'] });
    }
    const same = turned({ 'dials.d': recorded('dials.d', { turn: '2' }) });
    expect(changeAt(same, 'dials.d').action).toBe('no-op');
  });

  it('of an object that is taken over is only recorded', () => {
    const adopted = changeAt(turned({}, { adopt: ['*'] }), 'dials.d');
    expect(adopted).toMatchObject({ action: 'import', notes: ['turn: (only recorded)'] });
    const imported = recorded('dials.d', {}, { unverified: ['/turn'] });
    expect(changeAt(turned({ 'dials.d': imported }), 'dials.d')).toMatchObject({
      action: 'no-op',
      notes: [],
    });
  });
});

describe('an object that comes with what it lives in', () => {
  it('is taken over without being asked', () => {
    const keys = kind('keys', { comesAlong: true });
    const world = { entries: [entry('keys.k')], objects: [object('keys.k')] };
    const result = planOf({ ...world, input: { kinds: kindTable(keys) } });
    expect(actionsOf(result)).toEqual({ 'keys.k': 'import' });
    expect(codesOf(planOf({ ...world, input: { kinds: kindTable(kind('keys')) } }))).toEqual([
      'object-exists',
    ]);
  });
});

describe('an object that the API does not delete', () => {
  it.each([{}, { destroy: true }])('is forgotten, whatever is asked (%j)', (options) => {
    const lasting = kind('lasting', { forgets: 'it stays' });
    const result = planOf({
      state: { 'lasting.l': recorded('lasting.l') },
      objects: [object('lasting.l')],
      input: { kinds: kindTable(lasting) },
      options,
    });
    expect(changeAt(result, 'lasting.l')).toMatchObject({ action: 'forget', notes: ['it stays'] });
  });
});
