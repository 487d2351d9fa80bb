import { describe, expect, it } from 'vitest';
import { missingApprovals } from '../../src/planner/guards.ts';
import { noApprovals } from '../../src/planner/approvals.ts';
import { Unknown } from '../../src/core/value.ts';
import {
  actionsOf,
  attribute,
  boxes,
  changeAt,
  codesOf,
  entry,
  inventoriesOf,
  kind,
  kindTable,
  labels,
  object,
  planOf,
  recorded,
  ref,
  things,
  undeterminedOf,
} from '../_helpers/planner-builder.ts';

const inA = (short: string, more = {}): ReturnType<typeof object> =>
  object(short, { box: 'a-id', ...more });

/** Box `a` with thing `t` in it and a label of the box; the box has to move. */
const world = {
  entries: [
    entry('boxes.a', { place: 'there' }),
    entry('things.t', { box: ref('boxes.a') }),
    entry('labels.l', { of: ref('boxes.a'), text: attribute('boxes.a', 'endpoint') }),
  ],
  state: {
    'boxes.a': recorded('boxes.a', { place: 'here' }, { attributes: { endpoint: 'e' } }),
    'things.t': recorded('things.t', { box: 'a-id' }, { dependsOn: ['fake.boxes.a'] }),
    'labels.l': recorded('labels.l', { of: 'a-id', text: 'e' }),
  },
  objects: [
    object('boxes.a', { place: 'here' }, { attributes: { endpoint: 'e' } }),
    inA('things.t'),
    object('labels.l', { of: 'a-id', text: 'e' }),
  ],
};

describe('a replacement', () => {
  it('carries its parts along and updates what refers to it by a mutable field', () => {
    const result = planOf(world);
    expect(actionsOf(result)).toEqual({
      'boxes.a': 'replace',
      'things.t': 'replace',
      'labels.l': 'update',
    });
    expect(changeAt(result, 'boxes.a').reason).toBe('immutable-field');
    expect(changeAt(result, 'things.t').reason).toBe('parent-replaced');
    expect(changeAt(result, 'boxes.a').steps).toEqual(['delete', 'create']);
  });

  it('is the cause of what it brings about', () => {
    const result = planOf(world);
    expect(changeAt(result, 'things.t').causes).toEqual(['upstream']);
    expect(changeAt(result, 'labels.l').causes).toEqual(['upstream']);
  });

  it('leaves unknown what its manifest does not say, whatever the old object has', () => {
    const result = planOf({
      entries: [
        entry('boxes.a', { place: 'there', tags: ['mine'] }),
        entry('labels.l', { text: attribute('boxes.a', 'list') }),
        entry('labels.m', { text: attribute('boxes.a', 'tags') }),
      ],
      state: {
        'boxes.a': recorded('boxes.a', { place: 'here' }),
        'labels.l': recorded('labels.l', { text: 'old' }),
      },
      objects: [
        object('boxes.a', { place: 'here', list: 'old' }),
        object('labels.l', { text: 'old' }),
      ],
    });
    expect(actionsOf(result)['labels.l']).toBe('update');
    expect(changeAt(result, 'labels.l').fields).toMatchObject([{ after: expect.any(Unknown) }]);
    expect(changeAt(result, 'labels.m').after).toMatchObject({ text: ['mine'] });
  });

  it('lists what goes with it', () => {
    expect(changeAt(planOf(world), 'boxes.a').cascade).toEqual([
      { type: 'fake.things', id: 't-id', name: 't', address: 'fake.things.t' },
    ]);
  });

  it('is covered by one approval, that of the root', () => {
    const result = planOf(world);
    expect(missingApprovals(changeAt(result, 'boxes.a'), noApprovals)).toHaveLength(1);
    expect(missingApprovals(changeAt(result, 'things.t'), noApprovals)).toEqual([]);
  });

  it('names the risk of its parts also where only itself was asked for', () => {
    const kinds = kindTable(
      kind('boxes', { ...boxes, deleteRisk: 'none' }),
      kind('things', { ...things, deleteRisk: 'data-loss' }),
      labels,
    );
    const target = planOf({ ...world, input: { kinds }, options: { target: ['boxes.a'] } });
    expect(actionsOf(target)).toEqual({ 'boxes.a': 'replace' });
    expect(missingApprovals(changeAt(target, 'boxes.a'), noApprovals)).toMatchObject([
      { risk: 'data-loss', message: expect.stringContaining('takes fake.things.t with it') },
    ]);
  });

  it('is an error where the kind or the entry forbids it', () => {
    const [box] = world.entries;
    const entries = [{ ...box, lifecycle: { ...box?.lifecycle, replace: 'forbid' } }] as never;
    const result = planOf({ ...world, entries, state: { 'boxes.a': world.state['boxes.a'] } });
    expect(codesOf(result)).toContain('immutable-field');
  });

  it('is refused for a protected resource', () => {
    const [, ...others] = world.entries;
    const box = entry('boxes.a', { place: 'there' }, { lifecycle: { protect: true } });
    expect(codesOf(planOf({ ...world, entries: [box, ...others] }))).toContain('guard-protected');
  });

  it('is refused for a protected part of what is replaced', () => {
    const [box, , label] = world.entries;
    const part = entry('things.t', { box: ref('boxes.a') }, { lifecycle: { protect: true } });
    const entries = [box, part, label].flatMap((item) => item ?? []);
    expect(codesOf(planOf({ ...world, entries }))).toContain('guard-protected');
  });

  it('does not cover something that only moves into the replaced parent', () => {
    const forbidding = kind('things', { ...things, replace: 'forbid' });
    const result = planOf({
      entries: [
        entry('boxes.a', { place: 'there' }),
        entry('boxes.b'),
        entry('things.t', { box: ref('boxes.a') }),
      ],
      state: {
        'boxes.a': recorded('boxes.a', { place: 'here' }),
        'boxes.b': recorded('boxes.b'),
        'things.t': recorded('things.t', { box: 'b-id' }),
      },
      objects: [
        object('boxes.a', { place: 'here' }),
        object('boxes.b'),
        object('things.t', { box: 'b-id' }),
      ],
      input: { kinds: kindTable(boxes, forbidding, labels) },
    });
    expect(codesOf(result)).toContain('immutable-field');
    expect(undeterminedOf(result)).toEqual(['things.t']);
  });

  it('tells the lockout that its delete brings', () => {
    const guarded = kind('boxes', {
      ...boxes,
      deleteRisk: 'none',
      assess: (input) =>
        input.operation === 'delete' ? [{ risk: 'lockout', message: 'the last key' }] : [],
    });
    const result = planOf({ ...world, input: { kinds: kindTable(guarded, things, labels) } });
    expect(changeAt(result, 'boxes.a').risk).toBe('lockout');
  });

  it('waits until what is inside could be read in full', () => {
    const inventories = inventoriesOf(world.objects).map((inventory) =>
      inventory.type === 'fake.things' ? { ...inventory, complete: false } : inventory,
    );
    const result = planOf({ ...world, inventories });
    expect(actionsOf(result)).toEqual({});
  });
});
