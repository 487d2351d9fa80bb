import { describe, expect, it } from 'vitest';
import { selectAddresses, type Selectable } from '../../src/planner/select.ts';
import {
  actionsOf,
  codesOf,
  entry,
  object,
  planOf,
  recorded,
  ref,
  undeterminedOf,
} from '../_helpers/planner-builder.ts';

const entries = [
  entry('boxes.a'),
  entry('boxes.b'),
  entry('labels.new', { of: ref('boxes.a'), also: [ref('labels.other')] }),
  entry('labels.other', { of: ref('boxes.b') }),
  entry('labels.apart'),
];
const inPlace = {
  entries,
  state: { 'boxes.a': recorded('boxes.a'), 'boxes.b': recorded('boxes.b') },
  objects: [object('boxes.a'), object('boxes.b')],
};

describe('--target', () => {
  it('takes the matches, what they need, and what those are read from', () => {
    const result = planOf({ ...inPlace, options: { target: ['labels.new'] } });
    expect(actionsOf(result)).toEqual({
      'boxes.a': 'no-op',
      'boxes.b': 'no-op',
      'labels.new': 'create',
      'labels.other': 'create',
    });
    expect(result.plan.partial).toBe(true);
  });

  it('deletes only matches', () => {
    const state = {
      'labels.old': recorded('labels.old'),
      'labels.older': recorded('labels.older'),
    };
    const objects = [object('labels.old'), object('labels.older')];
    const result = planOf({ state, objects, options: { target: ['labels.old'] } });
    expect(actionsOf(result)).toEqual({ 'labels.old': 'delete' });
  });

  it('is not stopped by what it leaves alone', () => {
    const result = planOf({
      entries: [entry('boxes.a'), entry('boxes.taken')],
      state: {
        'labels.kept': recorded(
          'labels.kept',
          {},
          {
            lifecycle: { protect: true, onRemove: 'delete' },
          },
        ),
      },
      objects: [object('boxes.taken'), object('labels.kept')],
      options: { target: ['boxes.a'] },
    });
    expect(actionsOf(result)).toEqual({ 'boxes.a': 'create' });
    expect(result.plan).toMatchObject({ partial: true, incomplete: false });
    expect(codesOf(result)).toEqual([]);
  });

  it('is stopped by what it depends on', () => {
    const result = planOf({
      entries: [entry('boxes.taken'), entry('labels.l', { of: ref('boxes.taken') })],
      objects: [object('boxes.taken')],
      options: { target: ['labels.l'] },
    });
    expect(undeterminedOf(result)).toEqual(['boxes.taken', 'labels.l']);
    expect(codesOf(result)).toContain('object-exists');
  });
});

describe('a selection that reaches a resource in two ways', () => {
  const diamond = {
    entries: [
      entry('boxes.top'),
      entry('labels.left', { of: ref('boxes.top') }),
      entry('labels.right', { of: ref('boxes.top') }),
      entry('labels.under', { also: [ref('labels.left'), ref('labels.right')] }),
    ],
  };
  const all = ['boxes.top', 'labels.left', 'labels.right', 'labels.under'];

  it('takes it once, and leaves it out once', () => {
    const taken = planOf({ ...diamond, options: { target: ['labels.under', 'labels.left'] } });
    expect(Object.keys(actionsOf(taken))).toEqual(all);
    const left = planOf({ ...diamond, options: { exclude: ['boxes.top'] } });
    expect(actionsOf(left)).toEqual({});
  });
});

describe('--exclude', () => {
  it('leaves out the matches and what depends on them', () => {
    const result = planOf({ ...inPlace, options: { exclude: ['labels.other'] } });
    expect(actionsOf(result)).toEqual({
      'boxes.a': 'no-op',
      'boxes.b': 'no-op',
      'labels.apart': 'create',
    });
  });

  it('keeps what an excluded resource lives in', () => {
    const result = planOf({
      state: {
        'boxes.a': recorded('boxes.a'),
        'boxes.b': recorded('boxes.b'),
        'things.in': recorded('things.in', { box: 'a-id' }, { dependsOn: ['fake.boxes.a'] }),
        'things.too': recorded('things.too', { box: 'a-id' }, { dependsOn: ['fake.boxes.a'] }),
      },
      objects: [
        object('boxes.a'),
        object('boxes.b'),
        object('things.in', { box: 'a-id' }),
        object('things.too', { box: 'a-id' }),
      ],
      options: { destroy: true, exclude: ['things.in'] },
    });
    expect(actionsOf(result)).toEqual({ 'boxes.b': 'delete', 'things.too': 'delete' });
  });

  it('keeps what an excluded resource lives in from being made again, and what follows that', () => {
    const result = planOf({
      entries: [
        entry('boxes.a', { place: 'there' }),
        entry('boxes.b', { place: 'there' }),
        entry('things.in', { box: ref('boxes.a') }),
        entry('things.too', { box: ref('boxes.a') }),
      ],
      state: {
        'boxes.a': recorded('boxes.a', { place: 'here' }),
        'boxes.b': recorded('boxes.b', { place: 'here' }),
        'things.in': recorded('things.in', { box: 'a-id' }, { dependsOn: ['fake.boxes.a'] }),
        'things.too': recorded('things.too', { box: 'a-id' }, { dependsOn: ['fake.boxes.a'] }),
      },
      objects: [
        object('boxes.a', { place: 'here' }),
        object('boxes.b', { place: 'here' }),
        object('things.in', { box: 'a-id' }),
        object('things.too', { box: 'a-id' }),
      ],
      options: { exclude: ['things.in'] },
    });
    expect(actionsOf(result)).toEqual({ 'boxes.b': 'replace' });
  });

  it('goes round what cannot be planned', () => {
    const result = planOf({
      entries: [
        entry('boxes.a'),
        entry('boxes.taken'),
        entry('labels.l', { of: ref('boxes.taken') }),
      ],
      objects: [object('boxes.taken')],
      options: { exclude: ['boxes.taken'] },
    });
    expect(actionsOf(result)).toEqual({ 'boxes.a': 'create' });
    expect(result.plan).toMatchObject({ incomplete: false, undetermined: [] });
  });
});

/** What is selected of these: address → action, and what it depends on, now and formerly. */
function selected(
  items: Readonly<Record<string, readonly [Selectable['action'], (string | undefined)?, string?]>>,
  options: Parameters<typeof selectAddresses>[1],
): readonly string[] {
  const list = Object.entries(items).map(([key, [action, on, formerly]]): Selectable => {
    const previous = formerly === undefined ? {} : { previousDependsOn: formerly.split(' ') };
    return { address: key, action, dependsOn: on?.split(' ') ?? [], ...previous };
  });
  return [...(selectAddresses(list, options) ?? [])].toSorted();
}

const targeting = (...target: readonly string[]) => ({ target, exclude: [] });
const excluding = (...exclude: readonly string[]) => ({ target: [], exclude });

describe('what is selected along', () => {
  it.each(['delete', 'forget'] as const)('is nothing of what a %s depends on', (action) => {
    const items = {
      'f.boxes.a': ['update'],
      'f.labels.l': [action, 'f.boxes.a'],
    } as const;
    expect(selected(items, targeting('labels.l'))).toEqual(['f.labels.l']);
  });

  it('is one step of what is in place, and all of what is not', () => {
    const items = {
      'f.a.deep': ['no-op'],
      'f.a.place': ['no-op', 'f.a.deep'],
      'f.a.below': ['update', 'f.a.place'],
      'f.a.wanted': ['create', 'f.a.below'],
    } as const;
    expect(selected(items, targeting('a.wanted'))).toEqual([
      'f.a.below',
      'f.a.place',
      'f.a.wanted',
    ]);
  });
});

describe('what is left out along', () => {
  it('is what an excluded delete lives in and is deleted too, not what only changes', () => {
    const items = {
      'f.a.box': ['delete'],
      'f.a.other': ['replace'],
      'f.a.kept': ['update'],
      'f.a.in': ['delete', 'f.a.box f.a.other f.a.kept f.a.elsewhere'],
    } as const;
    expect(selected(items, excluding('a.in'))).toEqual(['f.a.kept', 'f.a.other']);
  });

  it('is what an excluded resource lives in now and is made again, with all that depends on it', () => {
    const items = {
      'f.a.was': ['replace'],
      'f.a.follows': ['update', 'f.a.was'],
      'f.a.gone': ['delete'],
      'f.a.in': ['update', undefined, 'f.a.was f.a.gone'],
    } as const;
    expect(selected(items, excluding('a.in'))).toEqual(['f.a.gone']);
  });

  it('is nothing that a create was in before, since it is there no longer', () => {
    const items = {
      'f.a.was': ['replace'],
      'f.a.in': ['create', undefined, 'f.a.was'],
    } as const;
    expect(selected(items, excluding('a.in'))).toEqual(['f.a.was']);
  });

  it('is nothing where no address matches', () => {
    const items = { 'f.a.box': ['delete'], 'f.a.in': ['delete', 'f.a.box'] } as const;
    expect(selected(items, excluding('a.nobody'))).toEqual(['f.a.box', 'f.a.in']);
  });
});
