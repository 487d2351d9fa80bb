import { describe, expect, it } from 'vitest';
import type { LiveObject } from '../../src/core/live.ts';
import type { AcceptedDrift } from '../../src/core/resource.ts';
import type { PlanResult } from '../../src/planner/input.ts';
import {
  actionsOf,
  address,
  boxes,
  changeAt,
  codesOf,
  entry,
  inventoriesOf,
  kind,
  kindTable,
  labels,
  NOW_MS,
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

/** The name of an entry is agreed to be another one. */
function acceptedName(short: string, value: string): AcceptedDrift {
  return {
    address: address(short),
    path: ['name'],
    value,
    reason: 'why',
    owner: 'who',
    until: 'then',
    untilMs: NOW_MS + 1,
    position: entry(short).position,
  };
}

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
    const confirmed = new Map([['fake.boxes a-id', objects[0]]]);
    expect(undeterminedOf(planOf({ state, objects, entries, options, confirmed }))).toEqual([
      'boxes.b',
    ]);
    expect(errorOf({ entries, options })).toMatchObject({
      severity: 'error',
      message: expect.stringContaining('fake.boxes.a is an object of fake.boxes like fake.boxes.b'),
      position: { file: 'main.yaml', line: 1, column: 1 },
    });
    expect(errorOf({ entries, options })?.hint).toContain(
      'moved: [{ from: fake.boxes.a, to: fake.boxes.b }]',
    );
  });

  it('is planned beside an entry whose changed name nothing is to be done about', () => {
    const kept = entry('boxes.a', { name: 'other' }, { lifecycle: { ignoreChanges: ['name'] } });
    const result = planOf({ state, objects, entries: [kept, taking] });
    expect(actionsOf(result)).toEqual({ 'boxes.a': 'no-op', 'boxes.b': 'create' });
    const options = { target: ['boxes.b'] };
    const targeted = planOf({ state, objects, entries: [kept, taking], options });
    expect(actionsOf(targeted)).toEqual({ 'boxes.b': 'create' });
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
    expect(result.plan.undetermined).toContainEqual({
      address: 'fake.labels.on',
      because: 'it depends on fake.boxes.b, which is not planned',
    });
  });

  it.each([
    ['has no object', undefined],
    ['has a tombstone', object('boxes.a', { name: 'same' }, { status: 'gone' })],
  ])('is planned where a list shows that one still and a read by its ID %s', (_, read) => {
    const confirmed = new Map([['fake.boxes a-id', read]]);
    const result = planOf({ state, objects, confirmed, entries: [taking] });
    expect(actionsOf(result)).toEqual({ 'boxes.a': 'forget', 'boxes.b': 'create' });
    const open = entry('boxes.a', { name: 'other', note: ref('boxes.taken') });
    const waiting = planOf({
      state,
      objects: [...objects, object('boxes.taken')],
      confirmed,
      entries: [open, entry('boxes.taken'), taking],
    });
    expect(actionsOf(waiting)).toEqual({ 'boxes.b': 'create' });
  });

  it('is planned where that one changes and keeps its name, be it in this plan or not', () => {
    const note = { note: 'new' };
    const ignored = { lifecycle: { ignoreChanges: ['name'] } };
    const acceptedDrift = [acceptedName('boxes.a', 'same')];
    const worlds: readonly (readonly [World['entries'], World])[] = [
      [[entry('boxes.a', { name: 'same', ...note }), taking], {}],
      [[entry('boxes.a', { name: 'other', ...note }, ignored), taking], {}],
      [[entry('boxes.a', { name: 'other', ...note }), taking], { stack: { acceptedDrift } }],
    ];
    for (const [entries, more] of worlds) {
      const whole = planOf({ state, objects, entries: entries ?? [], ...more });
      expect(actionsOf(whole)).toEqual({ 'boxes.a': 'update', 'boxes.b': 'create' });
      expect(changeAt(whole, 'boxes.a')).not.toHaveProperty('freedKey');
      const options = { target: ['boxes.b'] };
      const part = planOf({ state, objects, entries: entries ?? [], ...more, options });
      expect(actionsOf(part)).toEqual({ 'boxes.b': 'create' });
    }
  });
});

describe('a replacement under the name of what the state holds', () => {
  const state = {
    'seals.a': recorded('seals.a', { name: 'old' }),
    'seals.b': recorded('seals.b', { name: 'new' }),
  };
  const objects = [object('seals.a', { name: 'old' }), object('seals.b', { name: 'new' })];
  const taking: World = { entries: [entry('seals.a', { name: 'new' })], state, objects };

  it('is refused where `--target` leaves the delete of that out', () => {
    const whole = planOf({ ...taking, input: { kinds } });
    expect(actionsOf(whole)).toEqual({ 'seals.a': 'replace', 'seals.b': 'delete' });
    const part = planOf({ ...taking, input: { kinds }, options: { target: ['seals.a'] } });
    expect(undeterminedOf(part)).toEqual(['seals.a']);
    expect(codesOf(part)).toContain('object-exists');
  });
});

const beside = (more: World): PlanResult => planOf(world('tags.a', [theirs('tags.a')], more));

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

  it('is made beside a namesake also where it makes the object again', () => {
    const result = planOf({
      entries: [entry('boxes.a', { place: 'there' })],
      state: { 'boxes.a': recorded('boxes.a', { place: 'here' }) },
      objects: [object('boxes.a', { place: 'here' }), object('boxes.a', {}, { id: 'theirs' })],
    });
    expect(actionsOf(result)).toEqual({ 'boxes.a': 'replace' });
    expect(changeAt(result, 'boxes.a')).not.toHaveProperty('keyFrom');
  });

  it('does so because its name is left alone, unless the object is made again', () => {
    const ignored = { lifecycle: { ignoreChanges: ['name'] } };
    const named = { name: 'new', note: 'x' };
    const kept = { entries: [entry('tags.a', named, ignored)] };
    expect(actionsOf(beside(kept))).toEqual({ 'tags.a': 'update' });
    const acceptedDrift = [acceptedName('tags.a', 'old')];
    const accepting = { entries: [entry('tags.a', named)], stack: { acceptedDrift } };
    expect(actionsOf(beside(accepting))).toEqual({ 'tags.a': 'update' });
    const again = beside({ ...kept, options: { replace: ['tags.a'] } });
    expect(actionsOf(again)).toEqual({});
    expect(codesOf(again)).toContain('object-exists');
  });

  it('may become that of another managed one where names need not be unique', () => {
    const entries = [entry('boxes.a', { name: 'b' }), entry('boxes.b')];
    const result = planOf({
      entries,
      state: { 'boxes.a': recorded('boxes.a'), 'boxes.b': recorded('boxes.b') },
      objects: [object('boxes.a'), object('boxes.b')],
    });
    expect(actionsOf(result)).toEqual({ 'boxes.a': 'update', 'boxes.b': 'no-op' });
    expect(changeAt(result, 'boxes.a')).not.toHaveProperty('keyFrom');
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

  it('is refused where the list that would show its name was not read', () => {
    const read = inventoriesOf(moving.objects ?? []);
    const inventories = read.filter(({ scope }) => scope !== 'b-id');
    const result = planOf({ ...moving, inventories });
    expect(undeterminedOf(result)).toEqual(['things.t']);
    expect(codesOf(result)).toContain('inventory-incomplete');
  });

  it('is made where what has its name comes along with the place', () => {
    const along = { ...seals, comesAlong: true };
    const result = planOf(
      world('seals.a', [theirs('seals.a')], { input: { kinds: kindTable(along) } }),
    );
    expect(actionsOf(result)).toEqual({ 'seals.a': 'replace' });
  });
});
