import { describe, expect, it } from 'vitest';
import type { Inventory } from '../../src/core/live.ts';
import { Reference } from '../../src/core/value.ts';
import {
  actionsOf,
  boxes,
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

const objects = [object('boxes.a'), object('boxes.b'), object('things.t', { box: 'a-id' })];

function without(type: string, scope?: string): readonly Inventory[] {
  return inventoriesOf(objects).map((inventory) =>
    inventory.type === type && inventory.scope === scope
      ? { ...inventory, complete: false, objects: [] }
      : inventory,
  );
}

function onBoxes(...keys: readonly string[]): { readonly dependsOn: readonly string[] } {
  return { dependsOn: keys.map((key) => `fake.boxes.${key}`) };
}

describe('an incomplete inventory', () => {
  it('changes nothing in it and nothing that depends on it', () => {
    const result = planOf({
      entries: [entry('boxes.a'), entry('labels.l', { of: ref('boxes.a') }), entry('labels.m')],
      state: { 'boxes.a': recorded('boxes.a'), 'boxes.old': recorded('boxes.old') },
      inventories: without('fake.boxes'),
    });
    expect(actionsOf(result)).toEqual({ 'labels.m': 'create' });
    expect(undeterminedOf(result)).toEqual(['boxes.a', 'boxes.old', 'labels.l']);
    expect(result.plan.incomplete).toBe(true);
    expect(codesOf(result)).toContain('inventory-incomplete');
  });

  it('of one scope leaves the others alone', () => {
    const result = planOf({
      entries: [
        entry('boxes.a'),
        entry('boxes.b'),
        entry('things.t', { box: ref('boxes.a') }),
        entry('things.u', { box: ref('boxes.b') }),
      ],
      state: { 'boxes.a': recorded('boxes.a'), 'boxes.b': recorded('boxes.b') },
      inventories: without('fake.things', 'a-id'),
    });
    expect(actionsOf(result)).toMatchObject({ 'things.u': 'create' });
    expect(undeterminedOf(result)).toEqual(['things.t']);
  });

  it('of the scope a resource was in holds it back as well', () => {
    const result = planOf({
      entries: [entry('boxes.a'), entry('boxes.b'), entry('things.t', { box: ref('boxes.b') })],
      state: {
        'boxes.a': recorded('boxes.a'),
        'boxes.b': recorded('boxes.b'),
        'things.t': recorded('things.t', { box: 'a-id' }),
      },
      inventories: without('fake.things', 'a-id'),
    });
    expect(undeterminedOf(result)).toEqual(['things.t']);
  });

  it('of what is inside an object keeps the object from being deleted', () => {
    const result = planOf({
      state: { 'boxes.a': recorded('boxes.a') },
      inventories: without('fake.things', 'a-id'),
    });
    expect(undeterminedOf(result)).toEqual(['boxes.a']);
  });

  it('of what is looked up holds back what looks it up', () => {
    const needy = kind('labels', { ...labels, needs: ['fake.boxes'] });
    const result = planOf({
      entries: [entry('labels.l'), entry('things.t', { box: ref('boxes.a') })],
      inventories: without('fake.boxes'),
      input: { kinds: kindTable(boxes, things, needy) },
    });
    expect(undeterminedOf(result)).toContain('labels.l');
  });

  it('of a scope that the fields need holds back the resource', () => {
    const needy = kind('labels', {
      ...labels,
      neededScopes: () => [{ type: 'fake.things', scope: 'a-id' }],
    });
    const result = planOf({
      entries: [entry('labels.l')],
      inventories: without('fake.things', 'a-id'),
      input: { kinds: kindTable(boxes, things, needy) },
    });
    expect(undeterminedOf(result)).toEqual(['labels.l']);
  });

  it('gives no answer to a look-up by name, not even where it shows one', () => {
    const inventories = inventoriesOf(objects).map((item) =>
      item.type === 'fake.things' ? { ...item, complete: false } : item,
    );
    const of = new Reference('fake.things', 'name', 't');
    const result = planOf({ entries: [entry('labels.l', { of })], inventories });
    expect(undeterminedOf(result)).toEqual(['labels.l']);
  });

  it('holds back the delete of what an undetermined resource still refers to', () => {
    const result = planOf({
      entries: [entry('labels.l')],
      state: {
        'boxes.a': recorded('boxes.a'),
        'labels.l': recorded('labels.l', { of: 'a-id' }, { dependsOn: ['fake.boxes.a'] }),
      },
      inventories: without('fake.labels'),
    });
    expect(undeterminedOf(result)).toEqual(['boxes.a', 'labels.l']);
  });

  it('holds back what refers both ways to another delete, and nothing that stays anyway', () => {
    const result = planOf({
      entries: [entry('labels.l'), entry('boxes.b')],
      state: {
        'boxes.b': recorded('boxes.b'),
        'boxes.one': recorded('boxes.one', {}, onBoxes('two')),
        'boxes.two': recorded('boxes.two', {}, onBoxes('one')),
        'boxes.free': recorded('boxes.free', {}, onBoxes('one')),
        'labels.l': recorded('labels.l', {}, onBoxes('b', 'one')),
      },
      inventories: inventoriesOf(
        ['boxes.b', 'boxes.one', 'boxes.two', 'boxes.free'].map((short) => object(short)),
      ).map((item) => (item.type === 'fake.labels' ? { ...item, complete: false } : item)),
    });
    expect(actionsOf(result)).toEqual({ 'boxes.b': 'no-op', 'boxes.free': 'delete' });
    expect(undeterminedOf(result)).toEqual(['boxes.one', 'boxes.two', 'labels.l']);
  });

  it('holds back a replacement of what an undetermined resource still refers to', () => {
    const result = planOf({
      entries: [
        entry('boxes.a', { place: 'there' }),
        entry('things.t', { box: ref('boxes.a') }),
        entry('labels.l', { of: ref('boxes.a') }),
      ],
      state: {
        'boxes.a': recorded('boxes.a', { place: 'here' }),
        'things.t': recorded('things.t', { box: 'a-id' }, { dependsOn: ['fake.boxes.a'] }),
        'labels.l': recorded('labels.l', { of: 'a-id' }, { dependsOn: ['fake.boxes.a'] }),
      },
      inventories: inventoriesOf([
        object('boxes.a', { place: 'here' }),
        object('things.t', { box: 'a-id' }),
      ]).map((item) => (item.type === 'fake.labels' ? { ...item, complete: false } : item)),
    });
    expect(actionsOf(result)).toEqual({});
    expect(undeterminedOf(result)).toEqual(['boxes.a', 'labels.l', 'things.t']);
  });

  it('is told from a list that was not asked for: nothing is created there', () => {
    const inventories = inventoriesOf(objects).filter((item) => item.scope !== 'b-id');
    const result = planOf({
      entries: [entry('boxes.b'), entry('things.u', { box: ref('boxes.b') })],
      state: { 'boxes.b': recorded('boxes.b') },
      inventories,
    });
    expect(undeterminedOf(result)).toEqual(['things.u']);
  });
});

const of = (value: string): Reference => new Reference('fake.boxes', 'name', value);

describe('a look-up by name', () => {
  it('that matches none or several is an error of that resource and its dependents', () => {
    const twins = [...objects, object('boxes.a', { name: 'B' }, { id: 'twin' })];
    const result = planOf({
      entries: [
        entry('labels.none', { of: of('c') }),
        entry('labels.many', { of: of(' b ') }),
        entry('labels.above', { also: [ref('labels.none')] }),
        entry('labels.one', { of: of('A') }),
      ],
      objects: twins,
    });
    expect(actionsOf(result)).toEqual({ 'labels.one': 'create' });
    expect(codesOf(result).filter((code) => code === 'lookup-failed')).toHaveLength(2);
  });
});
