import { describe, expect, it } from 'vitest';
import type { LiveObject } from '../../src/core/live.ts';
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
  text,
  things,
  undeterminedOf,
  type World,
} from '../_helpers/planner-builder.ts';

/** A seal cannot be renamed, so another name is another seal; the name of a tag is unique. */
const seals = kind('seals', { fields: [role('name', { immutable: true }), role('note')] });
const tags = kind('tags', {
  fields: [role('name'), role('note')],
  key: { nameField: 'name', of: (fields) => text(fields['name']), unique: true },
});
const kinds = kindTable(boxes, things, labels, seals, tags);

function world(short: string, others: readonly LiveObject[], more: World = {}): World {
  return {
    entries: [entry(short, { name: 'new' })],
    state: { [short]: recorded(short, { name: 'old' }), ...more.state },
    objects: [object(short, { name: 'old' }), ...others],
    input: { kinds },
    ...more,
  };
}

const theirs = (short: string): LiveObject => object(short, { name: 'new' }, { id: 'theirs' });

describe.each(['seals', 'tags'])('%s given the name of an object that is nobody’s', (name) => {
  const short = `${name}.a`;

  it('are refused like a create', () => {
    const result = planOf(world(short, [theirs(short)]));
    expect(undeterminedOf(result)).toEqual([short]);
    const told = result.plan.diagnostics.find((item) => item.code === 'object-exists');
    expect(told).toMatchObject({ severity: 'error', address: `fake.${short}` });
    expect(told?.message).toContain('theirs');
    expect(told?.hint).toMatch(/^delete it, or .*state rm/);
  });

  it('are not adopted by that: the hint says what to do', () => {
    const result = planOf(world(short, [theirs(short)], { options: { adopt: ['*'] } }));
    expect(undeterminedOf(result)).toEqual([short]);
    const told = result.plan.diagnostics.find((item) => item.code === 'object-exists');
    expect(told?.hint).toMatch(/^`--adopt` is for .*state rm fake\.\w+\.a`.*`--adopt=fake/);
  });

  it('are refused with all IDs where there are several', () => {
    const second = object(short, { name: 'new' }, { id: 'second' });
    const result = planOf(world(short, [theirs(short), second]));
    const told = result.plan.diagnostics.find((item) => item.code === 'object-ambiguous');
    expect(told?.message).toMatch(/theirs, second/);
  });

  it('are changed when a read by ID shows that it is gone', () => {
    const confirmed = new Map([[`fake.${name} theirs`, undefined]]);
    const result = planOf(world(short, [theirs(short)], { input: { kinds, confirmed } }));
    expect(codesOf(result)).not.toContain('object-exists');
    expect(changeAt(result, short).action).toBe(name === 'seals' ? 'replace' : 'update');
  });

  it('ask for that read', () => {
    const { toConfirm } = planOf(world(short, [theirs(short)]));
    expect(toConfirm.map((item) => item.id)).toContain('theirs');
  });

  it('take the name of what this plan deletes', () => {
    const state = {
      [short]: recorded(short, { name: 'old' }),
      [`${name}.b`]: recorded(`${name}.b`, { name: 'new' }),
    };
    const own = object(`${name}.b`, { name: 'new' });
    const result = planOf(world(short, [own], { state }));
    expect(actionsOf(result)).toMatchObject({ [`${name}.b`]: 'delete' });
    expect(undeterminedOf(result)).toEqual([]);
  });

  it('do not take the name of what this plan only forgets', () => {
    const state = {
      [short]: recorded(short, { name: 'old' }),
      [`${name}.b`]: recorded(
        `${name}.b`,
        { name: 'new' },
        { lifecycle: { protect: false, onRemove: 'forget' } },
      ),
    };
    const result = planOf(world(short, [object(`${name}.b`, { name: 'new' })], { state }));
    expect(undeterminedOf(result)).toEqual([short]);
    expect(codesOf(result)).toContain('object-exists');
  });
});

/** `b` is to be created with the name of `a`, which is deleted or renamed for that. */
describe('a create with the name of what the state holds under another address', () => {
  const taking = entry('boxes.b', { name: 'same' });
  const state = { 'boxes.a': recorded('boxes.a', { name: 'same' }) };
  const objects = [object('boxes.a', { name: 'same' })];
  const renamed = [entry('boxes.a', { name: 'other' }), taking];
  const errorOf = (given: World) =>
    planOf({ state, objects, ...given }).plan.diagnostics.find(
      (item) => item.code === 'object-exists',
    );

  it.each([
    ['deleted', [taking], {}],
    ['renamed', renamed, {}],
    ['replaced under another name', [...renamed, entry('labels.l')], { replace: ['boxes.a'] }],
  ])('is planned where that one is %s', (_, entries, options) => {
    const result = planOf({ state, objects, entries, options });
    expect(actionsOf(result)).toMatchObject({ 'boxes.b': 'create' });
    expect(undeterminedOf(result)).toEqual([]);
    expect(changeAt(result, 'boxes.b').keyFrom).toBe('fake.boxes.a');
  });

  it.each([
    ['--target', [taking], { target: ['boxes.b'] }],
    ['--exclude', [taking], { exclude: ['boxes.a'] }],
    ['--target beside a rename', renamed, { target: ['boxes.b'] }],
  ])('is refused where %s leaves that out: it would make a twin', (_, entries, options) => {
    const result = planOf({ state, objects, entries, options });
    expect(actionsOf(result)).toEqual({});
    expect(undeterminedOf(result)).toEqual(['boxes.b']);
    expect(result.plan.incomplete).toBe(true);
    expect(errorOf({ entries, options })).toMatchObject({ severity: 'error' });
    expect(errorOf({ entries, options })?.hint).toContain(
      'moved: [{ from: fake.boxes.a, to: fake.boxes.b }]',
    );
  });

  it('is planned beside an entry whose changed name nothing is to be done about', () => {
    const kept = entry('boxes.a', { name: 'other' }, { lifecycle: { ignoreChanges: ['name'] } });
    const result = planOf({ state, objects, entries: [kept, taking] });
    expect(actionsOf(result)).toEqual({ 'boxes.a': 'no-op', 'boxes.b': 'create' });
  });

  it('is refused, with what depends on it, where the delete has to wait', () => {
    const result = planOf({
      entries: [
        taking,
        entry('labels.on', { of: ref('boxes.b') }),
        entry('boxes.taken'),
        entry('labels.m', { of: ref('boxes.taken') }),
      ],
      state: {
        ...state,
        'labels.m': recorded('labels.m', { of: 'a-id' }, { dependsOn: ['fake.boxes.a'] }),
      },
      objects: [...objects, object('boxes.taken'), object('labels.m', { of: 'a-id' })],
    });
    expect(actionsOf(result)).toEqual({});
    expect(undeterminedOf(result)).toEqual([
      'boxes.a',
      'boxes.b',
      'boxes.taken',
      'labels.m',
      'labels.on',
    ]);
  });

  it('is planned where that one is gone and a list shows it still', () => {
    const confirmed = new Map([['fake.boxes a-id', undefined]]);
    const result = planOf({ state, objects, confirmed, entries: [taking] });
    expect(actionsOf(result)).toEqual({ 'boxes.a': 'forget', 'boxes.b': 'create' });
  });
});

describe('a change that keeps its natural key', () => {
  it('is made beside a namesake that was there before', () => {
    const short = 'seals.a';
    const twin = object(short, { name: 'a' }, { id: 'theirs' });
    const result = planOf({
      entries: [entry(short, { note: 'x' })],
      state: { [short]: recorded(short) },
      objects: [object(short), twin],
      input: { kinds },
    });
    expect(actionsOf(result)).toEqual({ [short]: 'update' });
  });

  it('may become that of another where names need not be unique', () => {
    const result = planOf(world('boxes.a', [theirs('boxes.a')]));
    expect(changeAt(result, 'boxes.a').action).toBe('update');
    expect(codesOf(result)).not.toContain('object-exists');
  });
});

describe('a create under the name of what this plan only forgets', () => {
  const state = {
    'boxes.old': recorded(
      'boxes.old',
      { name: 'a' },
      { lifecycle: { protect: false, onRemove: 'forget' } },
    ),
  };
  const forgetting: World = {
    entries: [entry('boxes.a')],
    state,
    objects: [object('boxes.old', { name: 'a' })],
  };

  it('would be a twin, and is refused', () => {
    const result = planOf(forgetting);
    expect(actionsOf(result)).toEqual({ 'boxes.old': 'forget' });
    expect(codesOf(result)).toContain('object-exists');
  });

  it('takes it over when that is asked for', () => {
    const result = planOf({ ...forgetting, options: { adopt: ['boxes.a'] } });
    expect(actionsOf(result)).toEqual({ 'boxes.a': 'import', 'boxes.old': 'forget' });
  });
});

describe('a replacement in another place', () => {
  const things2 = { box: ref('boxes.b') };
  const moving: World = {
    entries: [entry('boxes.a'), entry('boxes.b'), entry('things.t', things2)],
    state: {
      'boxes.a': recorded('boxes.a'),
      'boxes.b': recorded('boxes.b'),
      'things.t': recorded('things.t', { box: 'a-id' }),
    },
    objects: [object('boxes.a'), object('boxes.b'), object('things.t', { box: 'a-id' })],
  };

  it('is refused where its name is taken there', () => {
    const taken = object('things.t', { box: 'b-id' }, { id: 'theirs' });
    const result = planOf({ ...moving, objects: [...(moving.objects ?? []), taken] });
    expect(undeterminedOf(result)).toEqual(['things.t']);
    expect(codesOf(result)).toContain('object-exists');
    expect(actionsOf(planOf(moving))).toMatchObject({ 'things.t': 'replace' });
  });
});
