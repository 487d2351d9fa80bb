import { describe, expect, it } from 'vitest';
import type { DerivationSource, KindShape } from '../../src/core/kind.ts';
import { reveal, Secret } from '../../src/core/secret.ts';
import { Unknown } from '../../src/core/value.ts';
import type { PlanResult } from '../../src/planner/input.ts';
import {
  changeAt,
  entry,
  kind,
  kindTable,
  object,
  planOf,
  recorded,
  role,
  text,
  type World,
} from '../_helpers/planner-builder.ts';

const papers = kind('papers', {
  fields: [
    role('name'),
    role('note'),
    role('size.high', { types: ['number'] }),
    role('size.low', { types: ['number'] }),
    role('pin', { writeOnly: true }),
  ],
  canonical: (fields) => ({ ...fields, note: text(fields['note'])?.toLowerCase() ?? '' }),
});
const FIELDS = { note: 'old', size: { high: 2, low: 1 }, pin: '1' };

/** What a kind that follows from the one entry `p` is told of it. */
function told(source: KindShape, world: World): DerivationSource | undefined {
  let seen: DerivationSource | undefined;
  const copies = kind('copies', {
    derived: {
      from: [source.type],
      label: 'contents',
      groupOf: () => 'all',
      fields(sources) {
        seen = sources[0];
        return {};
      },
    },
  });
  planOf({
    ...world,
    entries: [...(world.entries ?? []), entry('copies.c')],
    input: { ...world.input, kinds: kindTable(source, copies) },
  });
  return seen;
}

describe('a source of derived fields', () => {
  const state = { 'papers.p': recorded('papers.p', FIELDS) };
  const { pin: _, ...readable } = FIELDS;
  const objects = [object('papers.p', readable)];
  const changing = (fields: typeof FIELDS, world: World = {}): readonly string[] | undefined => {
    const entries = [entry('papers.p', fields)];
    return told(papers, { state, objects, entries, ...world })?.changing;
  };
  const moved = { ...FIELDS, note: 'new', size: { high: 4, low: 3 } };

  it('tells which fields are to be written over other values, each once', () => {
    expect(changing(moved)).toEqual(['note', 'size']);
    expect(changing({ ...FIELDS, note: 'new' })).toEqual(['note']);
  });

  it('does not tell what cannot be read, or is spelled otherwise only', () => {
    const spelled = [object('papers.p', { ...readable, note: 'OLD' })];
    const fields = { ...FIELDS, pin: '2', size: { high: 2, low: 3 } };
    expect(changing(fields, { objects: spelled })).toEqual(['size']);
  });

  it('tells nothing of what stays, is left as it is, or is made anew', () => {
    expect(changing(FIELDS)).toEqual([]);
    const ignoring = entry('papers.p', moved, { lifecycle: { ignoreChanges: ['note', 'size'] } });
    expect(changing(moved, { entries: [ignoring] })).toEqual([]);
    expect(changing(moved, { state: {}, objects: [] })).toEqual([]);
    expect(changing(moved, { options: { replace: ['papers.p'] } })).toEqual([]);
  });

  it('has a mark only where its kind has one', () => {
    const entries = [entry('papers.p', moved)];
    expect(told(papers, { state, objects, entries })).not.toHaveProperty('mark');
  });

  it('has a mark that is not known as long as it is to be written', () => {
    const marked = kind('papers', { fields: papers.fields, changedMark: 'version' });
    const attributes = { version: 7 };
    const mark = (fields: typeof FIELDS, world: World = {}): unknown =>
      told(marked, {
        entries: [entry('papers.p', fields)],
        state: { 'papers.p': recorded('papers.p', FIELDS, { attributes }) },
        objects: [object('papers.p', readable, { attributes })],
        ...world,
      })?.mark;
    expect(mark(FIELDS)).toBe(7);
    expect(mark(moved)).toBeInstanceOf(Unknown);
    expect(mark(FIELDS, { state: {}, objects: [] })).toBeInstanceOf(Unknown);
    expect(mark(FIELDS, { state: {}, options: { adopt: ['*'] } })).toBe(7);
  });
});

describe('what follows from others', () => {
  const sheets = kind('sheets', { fields: [role('name'), role('note')] });
  const copies = kind('copies', {
    fields: [
      role('name'),
      role('channel', { writeOnly: true }),
      role('status', { readOnly: true }),
      role('contents', { readOnly: true, writeOnly: true, sensitive: true }),
    ],
    changedMark: 'version',
    derived: {
      from: ['fake.sheets'],
      label: 'contents',
      groupOf: () => 'all',
      fields: (sources) => ({
        status: 'fine',
        contents: Secret.create(JSON.stringify(sources.map(({ fields }) => fields['note']))),
      }),
    },
  });
  const of = (note: string, status: string, version = 1, more: World = {}): PlanResult =>
    planOf({
      entries: [entry('sheets.s', { note }), entry('copies.c', { channel: 'stable' })],
      state: {
        'sheets.s': recorded('sheets.s', { note: 'old' }),
        'copies.c': recorded(
          'copies.c',
          { channel: 'stable', status: 'fine' },
          { attributes: { version: 1 }, digests: { '/contents': '["old"]', '/former': 'x' } },
        ),
      },
      objects: [
        object('sheets.s', { note: 'old' }),
        object('copies.c', { status }, { attributes: { version } }),
      ],
      input: {
        kinds: kindTable(sheets, copies),
        digests: { matches: (value, stored) => reveal(value) === stored },
      },
      ...more,
    });

  it('is not all that cannot be read, nor all that nobody can write', () => {
    const followed = changeAt(of('new', 'fine'), 'copies.c');
    expect(followed.fields.map(({ pointer }) => pointer)).toEqual(['/contents']);
    const broken = changeAt(of('old', 'broken'), 'copies.c');
    expect(broken).toMatchObject({
      fields: [{ pointer: '/status', causes: ['drift'] }],
      notes: [],
    });
    const adopted = of('old', 'broken', 1, { state: {}, options: { adopt: ['*'] } });
    expect(changeAt(adopted, 'copies.c')).toMatchObject({
      fields: [{ pointer: '/status', causes: ['manifest'] }],
      notes: ['channel: (not verified)', 'contents: (not verified)'],
    });
    const both = changeAt(of('new', 'broken'), 'copies.c').fields;
    expect(both.map(({ pointer, causes }) => [pointer, causes])).toEqual([
      ['/status', ['drift']],
      ['/contents', ['upstream']],
    ]);
  });

  it('is told although somebody else wrote the object as well', () => {
    const change = changeAt(of('new', 'fine', 2), 'copies.c');
    expect(change).toMatchObject({
      fields: [{ pointer: '/contents', causes: ['upstream', 'drift'] }],
      notes: ['contents changed: fake.sheets.s'],
    });
  });

  it('is alone what may have been overwritten: no field that the kind has no longer', () => {
    const [drifted] = of('old', 'fine', 2).plan.drift;
    expect(drifted?.fields.map(({ pointer }) => pointer)).toEqual(['/contents']);
  });
});
