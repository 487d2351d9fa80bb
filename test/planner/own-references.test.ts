import { describe, expect, it } from 'vitest';
import { Reference, type Term, type TermObject } from '../../src/core/value.ts';
import { withOwnReferences } from '../../src/planner/own-references.ts';
import {
  actionsOf,
  address,
  attribute,
  changeAt,
  codesOf,
  entry,
  object,
  planInput,
  planOf,
  recorded,
  ref,
  type World,
} from '../_helpers/planner-builder.ts';

const byName = (name: string): Reference => new Reference('fake.boxes', 'name', name);
const byId = (id: string): Reference => new Reference('fake.boxes', 'id', id);
const byKey = new Reference('fake.boxes', 'address', 'fake.boxes.b');
const SPELLINGS: readonly (readonly [string, Reference])[] = [
  ['its key', byKey],
  ['its name', byName('The Box ')],
  ['its ID', byId('b-id')],
];
const BOX = { name: 'the box', place: 'here' };

/** A box under a key that is not its name, and a label on it. */
function world(of: Term, parts: World = {}): World {
  return {
    entries: [entry('boxes.b', BOX), entry('labels.l', { of })],
    state: {
      'boxes.b': recorded('boxes.b', BOX),
      'labels.l': recorded('labels.l', { of: 'b-id' }),
    },
    objects: [object('boxes.b', BOX), object('labels.l', { of: 'b-id' })],
    ...parts,
  };
}

describe('an object of the stack', () => {
  it.each(SPELLINGS)('is a dependency by %s', (_, of) => {
    const change = changeAt(planOf(world(of)), 'labels.l');
    expect(change).toMatchObject({ action: 'no-op', dependsOn: ['fake.boxes.b'] });
  });

  it('is found by the name it is to have, before it is there', () => {
    const result = planOf(world(byName('the box'), { state: {}, objects: [] }));
    expect(actionsOf(result)).toMatchObject({ 'boxes.b': 'create', 'labels.l': 'create' });
    expect(changeAt(result, 'labels.l').dependsOn).toEqual(['fake.boxes.b']);
  });

  it('is found by the name it has, while it gets another', () => {
    const entries = [
      entry('boxes.b', { ...BOX, name: 'renamed' }),
      entry('labels.l', { of: byName('the box') }),
    ];
    const change = changeAt(planOf(world('', { entries })), 'labels.l');
    expect(change).toMatchObject({ action: 'no-op', dependsOn: ['fake.boxes.b'] });
  });

  it('is followed by name to the one that takes its place', () => {
    const entries = [
      entry('boxes.b', { ...BOX, place: 'there' }),
      entry('labels.l', { of: byName('the box') }),
    ];
    const options = {
      approvals: { allowed: [{ risk: 'data-loss' as const, glob: '*' }], deletesMax: undefined },
    };
    const change = changeAt(planOf(world('', { entries, options })), 'labels.l');
    expect(change).toMatchObject({ action: 'update', fields: [{ causes: ['upstream'] }] });
  });

  it('is refused by an ID that it is about to lose', () => {
    const entries = [
      entry('boxes.b', { ...BOX, place: 'there' }),
      entry('labels.l', { of: byId('b-id') }),
    ];
    const result = planOf(world('', { entries }));
    expect(codesOf(result)).toContain('lookup-failed');
    expect(result.plan.diagnostics.find(({ code }) => code === 'lookup-failed')).toMatchObject({
      message: 'fake.boxes b-id is fake.boxes.b, which gets another ID',
      hint: 'refer to it by its key: `b`',
    });
  });

  it('is not meant by a name that others bear as well', () => {
    const objects = [...(world('').objects ?? []), object('boxes.other', BOX)];
    expect(codesOf(planOf(world(byName('the box'), { objects })))).toContain('lookup-failed');
  });
});

describe('an object whose entry is gone', () => {
  const dependsOn = ['fake.boxes.b'];
  const state = {
    'boxes.b': recorded('boxes.b', BOX),
    'labels.l': recorded('labels.l', { of: 'b-id' }, { dependsOn }),
  };

  it.each([
    ['name', byName('The Box')],
    ['ID', byId('b-id')],
  ])('is not deleted under those who still mean it by its %s', (_, of) => {
    const entries = [entry('labels.l', { of }), entry('labels.new', { of })];
    const result = planOf(world(of, { entries, state }));
    expect(actionsOf(result)).toEqual({});
    const told = result.plan.diagnostics.filter(({ code }) => code === 'lookup-failed');
    expect(told.map(({ address }) => address)).toEqual(['fake.labels.l', 'fake.labels.new']);
    expect(told[0]?.message).toContain(
      'is fake.boxes.b, which has no entry any more and is to be deleted',
    );
    expect(told[0]?.hint).toContain('removed: [{ address: fake.boxes.b, destroy: false }]');
  });

  it('is left to them where it is only forgotten', () => {
    const removed = [{ address: address('boxes.b'), destroy: false }];
    const entries = [entry('labels.l', { of: byId('b-id') })];
    const result = planOf(world(byKey, { entries, state, stack: { removed } }));
    expect(actionsOf(result)).toEqual({ 'boxes.b': 'forget', 'labels.l': 'no-op' });
  });
});

describe('an object of nobody', () => {
  it.each([byName('a stranger'), byId('stranger-id')])('is no dependency', (of) => {
    const objects = [
      object('boxes.stranger', { name: 'a stranger' }),
      object('labels.l', { of: 'stranger-id' }),
    ];
    const state = { 'labels.l': recorded('labels.l', { of: 'stranger-id' }) };
    const entries = [entry('labels.l', { of })];
    const change = changeAt(planOf({ entries, state, objects }), 'labels.l');
    expect(change).toMatchObject({ action: 'no-op', dependsOn: [] });
  });

  it('is not found by a name that two entries are to have', () => {
    const entries = [
      entry('boxes.one', BOX),
      entry('boxes.two', BOX),
      entry('labels.l', { of: byName('the box') }),
    ];
    expect(codesOf(planOf({ entries }))).toContain('lookup-failed');
  });
});

describe('two entries of one object', () => {
  it.each(SPELLINGS.slice(1))('are refused, though one refers by %s', (_, box) => {
    const result = planOf(
      world('', {
        entries: [
          entry('boxes.b', BOX),
          entry('things.one', { name: 'thing', box: byKey }),
          entry('things.two', { name: 'thing', box }),
        ],
      }),
    );
    expect(actionsOf(result)).toMatchObject({ 'things.one': 'create' });
    expect(result.plan.diagnostics).toMatchObject([
      {
        code: 'natural-key-duplicate',
        message: 'fake.things.two and fake.things.one are the same object',
      },
    ]);
  });
});

/** What the entry that refers so depends on, among these. */
const dependencies = (of: Term, parts: World): readonly string[] => [
  ...changeAt(
    planOf({ ...parts, entries: [...(parts.entries ?? []), entry('labels.l', { of })] }),
    'labels.l',
  ).dependsOn,
];
const OWN = ['fake.boxes.b'];
const live = [object('boxes.b', BOX)];

describe('the entry that a reference means', () => {
  const entries = [entry('boxes.b', BOX)];

  it('is told in any spelling of its name before it is there', () => {
    expect(dependencies(byName(' THE Box'), { entries })).toEqual(OWN);
  });

  it('is of the kind that was asked for, whatever else bears its name or ID', () => {
    const named = [...entries, entry('labels.other', { name: 'the box' })];
    expect(dependencies(byName('the box'), { entries: named })).toEqual(OWN);
    const state = {
      'boxes.b': recorded('boxes.b', BOX),
      'labels.other': recorded('labels.other', { name: 'the box' }, { id: 'b-id' }),
    };
    const objects = [...live, object('labels.other', { name: 'the box' }, { id: 'b-id' })];
    expect(dependencies(byId('b-id'), { entries: named, state, objects })).toEqual(OWN);
  });

  it('is the one that imports an object or is to take it over by its name', () => {
    const imports = [{ to: address('boxes.b'), id: 'far' }];
    const far = [object('boxes.b', { ...BOX, name: 'elsewhere' }, { id: 'far' })];
    expect(dependencies(byId('far'), { entries, objects: far, stack: { imports } })).toEqual(OWN);
    const options = { adopt: ['*'] };
    expect(dependencies(byId('b-id'), { entries, objects: live, options })).toEqual(OWN);
  });

  it('is the one that has the object in the state, not one that is to have its name', () => {
    const state = { 'boxes.b': recorded('boxes.b', BOX) };
    const two = [entry('boxes.b', { ...BOX, name: 'renamed' }), entry('boxes.c', BOX)];
    for (const item of [two, two.toReversed()]) {
      const input = { ...planInput({ entries: item, state, objects: live }), prior: {} };
      const fields = { of: byId('b-id') };
      const [own] = withOwnReferences([entry('labels.l', fields)], {
        ...input,
        prior: planInput({ state }).prior.resources,
      });
      expect(own?.fields['of']).toEqual(byId('b-id'));
      const all = [...item, entry('labels.l', fields)];
      const translated = withOwnReferences(all, {
        ...input,
        prior: planInput({ state }).prior.resources,
      });
      expect(translated.at(-1)?.fields['of']).toMatchObject({ value: 'fake.boxes.b' });
    }
  });

  it('is nobody where two objects may be it', () => {
    const objects = [...live, object('boxes.c', BOX)];
    const input = { ...planInput({ objects }), prior: {} };
    const all = [...entries, entry('labels.l', { of: byId('b-id') })];
    expect(withOwnReferences(all, input).at(-1)).toEqual(all.at(-1));
  });

  it('is not concluded from a name while a list is incomplete', () => {
    const inventories = [{ type: 'fake.boxes', complete: false, objects: live }];
    const input = { ...planInput({ inventories }), prior: {} };
    const all = [...entries, entry('labels.l', { of: byName('the box') })];
    expect(withOwnReferences(all, input).at(-1)).toEqual(all.at(-1));
  });

  it('is found beside references by key, in lists, and beside names not known yet', () => {
    const fields = {
      of: byName('the box'),
      also: [new Reference('fake.labels', 'name', 'other'), ref('labels.third')],
    };
    const all = [
      ...entries,
      entry('boxes.open', { name: attribute('labels.third', 'text') }),
      entry('labels.other'),
      entry('labels.third', { text: 'x' }),
      entry('labels.l', fields),
    ];
    const { dependsOn } = changeAt(planOf({ entries: all }), 'labels.l');
    expect(dependsOn).toEqual(['fake.boxes.b', 'fake.labels.other', 'fake.labels.third']);
  });

  it('is not itself: one that names itself is no circle', () => {
    const also = [new Reference('fake.labels', 'name', 'l')];
    const result = planOf({
      entries: [entry('labels.l', { also })],
      state: { 'labels.l': recorded('labels.l', { also: ['l-id'] }) },
      objects: [object('labels.l', { also: ['l-id'] })],
    });
    expect(changeAt(result, 'labels.l')).toMatchObject({ action: 'no-op', dependsOn: [] });
  });
});

const told = (one: TermObject, two: TermObject): readonly string[] =>
  codesOf(
    planOf({
      entries: [entry('boxes.b', BOX), entry('things.one', one), entry('things.two', two)],
      objects: [object('boxes.stranger', { name: 'a stranger' })],
    }),
  );

describe('two entries in an object of nobody', () => {
  const [name, id] = [byName('a stranger'), byId('stranger-id')];

  it('are one object where they say the same of it in two ways', () => {
    expect(told({ name: 'thing', box: name }, { name: 'thing', box: id })).toEqual([
      'natural-key-duplicate',
    ]);
  });

  it('are not one because neither is known yet', () => {
    const open = { name: attribute('boxes.b', 'endpoint'), box: name };
    expect(told(open, { ...open, name: attribute('boxes.b', 'note') })).not.toContain(
      'natural-key-duplicate',
    );
  });
});
