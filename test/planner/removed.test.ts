import { describe, expect, it } from 'vitest';
import { nameOf, sortByName } from '../../src/planner/plan-removed.ts';
import type { World } from '../_helpers/planner-builder.ts';
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
  things,
} from '../_helpers/planner-builder.ts';

const FIELDS = { text: 'live' };
const label: World = {
  state: {
    'labels.l': recorded('labels.l', { text: 'sent' }, { dependsOn: ['fake.boxes.b'] }),
  },
  objects: [object('labels.l', FIELDS)],
};
const letGo = [{ address: address('labels.l'), destroy: false }];
const NOTHING_SENT = { after: undefined, fields: [], patch: [], restore: {}, writeOnly: [] };

describe('a resource without an entry', () => {
  it('is deleted as it is now, in one step, and nothing of it is sent', () => {
    expect(changeAt(planOf(label), 'labels.l')).toMatchObject({
      ...NOTHING_SENT,
      action: 'delete',
      reason: 'removed-from-manifest',
      causes: ['manifest'],
      id: 'l-id',
      naturalKey: 'l',
      before: { name: 'l', text: 'live' },
      steps: ['delete'],
      risks: [],
      risk: 'none',
      notes: [],
      dependsOn: ['fake.boxes.b'],
      cascade: [],
    });
  });

  it('is forgotten without a step, as the state has it', () => {
    const change = changeAt(planOf({ ...label, stack: { removed: letGo } }), 'labels.l');
    expect(change).toMatchObject({
      ...NOTHING_SENT,
      action: 'forget',
      reason: 'removed-from-manifest',
      before: { name: 'l', text: 'sent' },
      live: undefined,
      steps: [],
      risks: [],
      risk: 'none',
      notes: [],
    });
    expect(change).not.toHaveProperty('naturalKey');
  });

  it('that is gone is forgotten with a note', () => {
    const confirmed = new Map([['fake.labels l-id', undefined]]);
    const change = changeAt(planOf({ ...label, objects: [], confirmed }), 'labels.l');
    expect(change).toMatchObject({ action: 'forget', reason: 'gone', steps: [] });
    expect(change.notes).toEqual(['it is gone already; only the state forgets it']);
  });

  it('goes by a destroy where one was asked for, deleted or forgotten', () => {
    const options = { destroy: true };
    for (const stack of [{}, { removed: letGo }]) {
      const change = changeAt(planOf({ ...label, stack, options }), 'labels.l');
      expect(change.reason).toBe('destroy');
    }
  });

  it('is not deleted where its kind says that it cannot be', () => {
    const stuck = kind('labels', { ...labels, undeletable: () => 'it is an owner' });
    const refused = planOf({ ...label, input: { kinds: kindTable(stuck) } });
    expect(refused.plan.diagnostics).toEqual([
      {
        code: 'guard-protected',
        severity: 'error',
        address: 'fake.labels.l',
        message: 'fake.labels.l (l) cannot be deleted: it is an owner',
        hint: 'let it go without a delete: `removed: [{ address: fake.labels.l, destroy: false }]`',
      },
    ]);
    const free = kind('labels', { ...labels, undeletable: () => undefined });
    expect(codesOf(planOf({ ...label, input: { kinds: kindTable(free) } }))).toEqual([]);
  });

  it('is not deleted while it is protected, and the way out is told', () => {
    const lifecycle = { protect: true, onRemove: 'delete' as const };
    const state = { 'labels.l': recorded('labels.l', {}, { lifecycle }) };
    expect(planOf({ ...label, state }).plan.diagnostics).toMatchObject([
      {
        severity: 'error',
        hint: 'set `lifecycle: { protect: false }`, apply, then remove the entry',
      },
    ]);
  });

  it('is left alone where its list is incomplete, which has one error', () => {
    const inventories = [{ type: 'fake.labels', complete: false, objects: [] }];
    const result = planOf({ ...label, inventories });
    expect(actionsOf(result)).toEqual({});
    expect(codesOf(result)).toEqual(['inventory-incomplete']);
  });

  it('that is to be forgotten one day is nobody else’s while it has an entry', () => {
    const lifecycle = { protect: false, onRemove: 'forget' as const };
    const result = planOf({
      entries: [entry('labels.l'), entry('labels.twin', { name: 'l' })],
      state: { 'labels.l': recorded('labels.l', {}, { lifecycle }) },
      objects: [object('labels.l')],
      options: { adopt: ['*'] },
    });
    expect(actionsOf(result)).toEqual({ 'labels.l': 'no-op', 'labels.twin': 'create' });
  });

  it('of a kind that nobody knows is no obstacle to the others', () => {
    const state = { ...label.state, 'odd.o': recorded('odd.o') };
    const entries = [entry('labels.new', { name: 'o' })];
    const result = planOf({ ...label, entries, state });
    expect(codesOf(result)).toEqual(['kind-unknown']);
    expect(actionsOf(result)).toEqual({ 'labels.l': 'delete', 'labels.new': 'create' });
  });
});

describe('the risks of a delete', () => {
  const box: World = { state: { 'boxes.a': recorded('boxes.a') }, objects: [object('boxes.a')] };
  const told = (assess: NonNullable<typeof boxes.assess>) => {
    const kinds = kindTable({ ...boxes, assess }, things);
    return changeAt(planOf({ ...box, input: { kinds } }), 'boxes.a');
  };

  it('are those that the kind finds, and the one that all its deletes have, once', () => {
    const lost = { risk: 'data-loss' as const, message: 'all of it' };
    const out = { risk: 'lockout' as const, message: 'nobody gets in' };
    const common = { risk: 'data-loss', message: 'it is deleted' };
    expect(told(() => []).risks).toEqual([common]);
    expect(told(() => [lost]).risks).toEqual([lost]);
    expect(told(() => [out]).risks).toEqual([out, common]);
    expect(told(() => []).risk).toBe('data-loss');
  });

  it('are judged by what is there, what was sent, and the guards of the stack', () => {
    const asked: unknown[] = [];
    told((operation) => {
      asked.push(operation);
      return [];
    });
    expect(asked).toMatchObject([
      {
        operation: 'delete',
        before: { id: 'a-id' },
        after: undefined,
        changed: [],
        recorded: { name: 'a' },
        guards: { members: { maxRemoved: 5 } },
      },
    ]);
  });
});

const world = (parts: World): World => ({
  ...parts,
  state: { 'boxes.a': recorded('boxes.a'), ...parts.state },
  objects: [object('boxes.a'), ...(parts.objects ?? [])],
});

const guards = (item: World): readonly string[] =>
  codesOf(planOf(item)).filter((code) => code === 'guard-protected');

describe('what goes with a deleted object', () => {
  const inBox = { box: 'a-id' };
  const removed = [{ address: address('things.t'), destroy: false }];
  const kept = { lifecycle: { protect: true, onRemove: 'delete' as const } };

  it('is named in the order of the names, whatever the list says', () => {
    const objects = ['c', 'a', 'd', 'b'].map((key) => object(`things.${key}`, inBox));
    const { cascade } = changeAt(planOf(world({ objects })), 'boxes.a');
    expect(cascade.map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd']);
    const same = ['2', '1'].map((id) => ({ type: 'fake.things', id, name: 'x' }));
    expect(sortByName(same).map(({ id }) => id)).toEqual(['1', '2']);
  });

  it('may be what is let go unprotected, or only now taken over', () => {
    const objects = [object('things.t', inBox)];
    const state = { 'things.t': recorded('things.t', inBox) };
    expect(guards(world({ state, objects, stack: { removed } }))).toEqual([]);
    const entries = [entry('things.t', inBox)];
    const adopting = world({ entries, objects, options: { adopt: ['*'] } });
    expect(actionsOf(planOf(adopting))).toMatchObject({ 'things.t': 'import' });
    expect(guards(adopting)).toEqual([]);
  });

  it('is protected still when it is let go and another entry takes it over', () => {
    const adopting = world({
      entries: [entry('things.new', { ...inBox, name: 't' })],
      state: { 'things.t': recorded('things.t', inBox, kept) },
      objects: [object('things.t', inBox)],
      stack: { removed },
      options: { adopt: ['*'] },
    });
    expect(actionsOf(planOf(adopting))).toEqual({
      'boxes.a': 'delete',
      'things.new': 'import',
      'things.t': 'forget',
    });
    expect(guards(adopting)).toHaveLength(1);
    expect(planOf(adopting).plan.diagnostics).toMatchObject([
      {
        severity: 'error',
        hint: 'set `lifecycle: { protect: false }` on fake.things.t, apply, then plan this again',
      },
    ]);
  });

  it('is protected too where the object is made again', () => {
    const replacing = world({
      entries: [entry('boxes.a', { place: 'there' })],
      state: {
        'boxes.a': recorded('boxes.a', { place: 'here' }),
        'things.t': recorded('things.t', inBox, kept),
      },
      objects: [object('things.t', inBox)],
      stack: { removed },
    });
    expect(changeAt(planOf(replacing), 'boxes.a').action).toBe('replace');
    expect(guards(replacing)).toHaveLength(1);
  });
});

const called = (fields: Readonly<Record<string, string>>, shape?: typeof boxes): string =>
  nameOf(shape, { id: 'x-id', fields });

describe('the name of an object', () => {
  it('is its name, else its role, else its ID, whatever its kind', () => {
    const titled = kind('titled', { key: { ...labels.key, nameField: 'title' } });
    expect(called({ title: 'T', name: 'n', role: 'r' }, titled)).toBe('T');
    expect(called({ name: 'n', role: 'r' }, titled)).toBe('n');
    expect(called({ name: 'n', role: 'r' })).toBe('n');
    expect(called({ role: 'r' }, titled)).toBe('r');
    expect(called({}, titled)).toBe('x-id');
  });
});
