import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../src/core/diagnostic.ts';
import { isAllowed, matchesGlob, noApprovals } from '../../src/planner/approvals.ts';
import { emptyStackRefusal, refusalsOf } from '../../src/planner/guards.ts';
import { countChanges } from '../../src/planner/plan.ts';
import { change, plan } from '../_helpers/plan-builder.ts';
import {
  changeAt,
  codesOf,
  entry,
  object,
  planInput,
  planOf,
  recorded,
  ref,
  undeterminedOf,
  type World,
} from '../_helpers/planner-builder.ts';

function refusals(world: World, approvals = noApprovals): readonly Diagnostic[] {
  const input = planInput(world);
  const { plan } = planOf(world);
  const { destroy } = input.options;
  return refusalsOf(plan, approvals, input.stack.guards, input.live, destroy);
}

const keys = Array.from({ length: 20 }, (_, index) => `labels.l${index}`);
/** Twenty labels, of which the manifest keeps some. */
const many = (kept: number, options: World['options'] = {}): World => ({
  entries: keys.slice(0, kept).map((key) => entry(key)),
  state: Object.fromEntries(keys.map((key) => [key, recorded(key)])),
  objects: keys.map((key) => object(key)),
  options,
});

describe('the delete threshold', () => {
  it('refuses too many and names the way out', () => {
    expect(refusals(many(13))).toMatchObject([
      { code: 'guard-deletes', hint: expect.stringContaining('--allow-deletes=7') },
    ]);
    expect(refusals(many(14))).toEqual([]);
  });

  it('is lifted by the number that was asked for, not by a smaller one', () => {
    expect(refusals(many(13), { allowed: [], deletesMax: 7 })).toEqual([]);
    expect(refusals(many(13), { allowed: [], deletesMax: 6 })).toHaveLength(1);
  });

  it('takes all for deleted where the plan does not say how many there are', () => {
    const deleted = ['a', 'b', 'c'].map((key) =>
      change({ address: `fake.labels.${key}`, action: 'delete' }),
    );
    const { live } = planInput({});
    const guards = {
      deletes: { maxShare: 0.5, minExisting: 3 },
      members: { maxRemoved: 5 },
      vanished: { maxShare: 0.3, minExisting: 10 },
    };
    expect(refusalsOf(plan(deleted), noApprovals, guards, live, false)).toMatchObject([
      { message: expect.stringContaining('3 of 3 managed fake.labels') },
    ]);
  });

  it('does not hold for a destroy', () => {
    expect(refusals(many(0, { destroy: true }))).toEqual([]);
  });

  it('counts what could not be planned among what the state holds', () => {
    const left = keys.slice(0, 12);
    const world: World = {
      entries: [
        entry('boxes.taken'),
        ...left.slice(0, 5).map((key) => entry(key, { of: ref('boxes.taken') })),
      ],
      state: Object.fromEntries(left.map((key) => [key, recorded(key)])),
      objects: [object('boxes.taken'), ...left.map((key) => object(key))],
    };
    expect(undeterminedOf(planOf(world))).toHaveLength(6);
    expect(refusals(world)).toMatchObject([
      { code: 'guard-deletes', message: expect.stringContaining('7 of 12 managed') },
    ]);
  });

  it('measures targeted deletes by everything the state holds', () => {
    const all = Array.from({ length: 40 }, (_, index) => `labels.l${index}`);
    const world: World = {
      state: Object.fromEntries(all.map((key) => [key, recorded(key)])),
      objects: all.map((key) => object(key)),
    };
    const target = (count: number): { readonly target: readonly string[] } => ({
      target: all.slice(0, count),
    });
    expect(refusals({ ...world, options: target(12) })).toEqual([]);
    expect(refusals({ ...world, options: target(13) })).toHaveLength(1);
  });
});

/** Some labels, of which so many have no entry any more. */
const deleting = (count: number, of: number, guards = {}): World => ({
  ...many(0),
  entries: keys.slice(count, of).map((key) => entry(key)),
  state: Object.fromEntries(keys.slice(0, of).map((key) => [key, recorded(key)])),
  objects: keys.slice(0, of).map((key) => object(key)),
  stack: {
    guards: {
      deletes: { maxShare: 0.3, minExisting: 10, ...guards },
      members: { maxRemoved: 5 },
      vanished: { maxShare: 0.3, minExisting: 10 },
    },
  },
});
const codes = (world: World, deletesMax?: number): readonly string[] =>
  refusals(world, { allowed: [], deletesMax }).map(({ code }) => code);

describe('the edges of the delete threshold', () => {
  it.each([
    [9, 9, {}, false],
    [3, 10, {}, false],
    [4, 10, {}, true],
    [5, 20, { maxShare: 0.25 }, false],
    [6, 20, { maxShare: 0.25 }, true],
    [7, 20, { maxShare: 0.35 }, false],
    [1, 20, { maxShare: 0 }, true],
    [20, 20, { maxShare: 1 }, false],
    [2, 2, { minExisting: 2 }, true],
    [1, 1, { minExisting: 2 }, false],
  ])('%i of %i with %j: refused %s', (count, of, guards, refused) => {
    expect(codes(deleting(count, of, guards))).toEqual(refused ? ['guard-deletes'] : []);
  });

  it('is lifted by n, and by more, not by one less', () => {
    expect([6, 7, 8].map((max) => codes(many(13), max).length)).toEqual([1, 0, 0]);
  });

  it('counts replacements, and the objects of the state, not those that come in', () => {
    const extra = Array.from({ length: 20 }, (_, index) => `labels.x${index}`);
    const adopting = deleting(4, 10);
    const world: World = {
      ...adopting,
      entries: [...(adopting.entries ?? []), ...extra.map((key) => entry(key))],
      objects: [...(adopting.objects ?? []), ...extra.map((key) => object(key))],
      options: { adopt: ['*'] },
    };
    expect(refusals(world)).toEqual([
      {
        code: 'guard-deletes',
        severity: 'error',
        message: '4 of 10 managed fake.labels (30 live) would be deleted: 40 %, more than 30 %',
        hint: 'if that is meant, pass `--allow-deletes=4`',
      },
    ]);
    const replacing = { ...deleting(0, 10), options: { replace: keys.slice(0, 4) } };
    expect(codes(replacing)).toEqual(['guard-deletes']);
  });

  it('is not lifted by an approval of a risk', () => {
    const allowed = (['data-loss', 'lockout', 'recreate'] as const).map((risk) => {
      return { risk, glob: '*' };
    });
    expect(refusals(many(13), { allowed, deletesMax: undefined })).toHaveLength(1);
  });
});

/** Twenty labels that the manifest wants, of which so many are gone. */
const without = (count: number, of = 20): World => ({
  entries: keys.slice(0, of).map((key) => entry(key)),
  state: Object.fromEntries(keys.slice(0, of).map((key) => [key, recorded(key)])),
  objects: keys.slice(count, of).map((key) => object(key)),
  confirmed: new Map(
    keys.slice(0, count).map((key) => [`fake.labels ${key.slice(7)}-id`, undefined]),
  ),
});
const recreate = (...globs: readonly string[]): Parameters<typeof refusals>[1] => ({
  allowed: globs.map((glob) => ({ risk: 'recreate' as const, glob })),
  deletesMax: undefined,
});

describe('much of the state gone at once', () => {
  it.each([
    [6, 20, false],
    [7, 20, true],
    [3, 10, false],
    [4, 10, true],
    [8, 9, false],
    [9, 9, true],
    [2, 2, false],
    [3, 3, true],
  ])('%i of %i: refused %s', (count, of, refused) => {
    const codes = refusals(without(count, of)).map(({ code }) => code);
    expect(codes).toEqual(refused ? ['guard-vanished'] : []);
  });

  it('is created anew where every one is named, and by nothing less', () => {
    const world = without(7);
    expect(refusals(world)[0]).toMatchObject({
      hint: expect.stringContaining('--allow recreate=fake.labels.*'),
    });
    expect(refusals(world, recreate('labels.*'))).toEqual([]);
    expect(refusals(world, recreate('boxes.*'))).toHaveLength(1);
    expect(refusals(world, recreate('labels.l1', 'labels.l2'))[0]).toMatchObject({
      message: expect.stringContaining('fake.labels.l0, fake.labels.l3'),
    });
    const others = [{ risk: 'data-loss' as const, glob: '*' }];
    expect(refusals(world, { allowed: others, deletesMax: 99 })).toHaveLength(1);
  });

  it('is one thing where it all went with one object', () => {
    const inside = ['things.a', 'things.b', 'things.c'];
    const world: World = {
      entries: [entry('boxes.x'), ...inside.map((key) => entry(key, { box: ref('boxes.x') }))],
      state: {
        'boxes.x': recorded('boxes.x'),
        ...Object.fromEntries(
          inside.map((key) => [
            key,
            recorded(key, { box: 'x-id' }, { dependsOn: ['fake.boxes.x'] }),
          ]),
        ),
      },
      confirmed: new Map([
        ['fake.boxes x-id', undefined],
        ...inside.map((key) => [`fake.things ${key.slice(7)}-id`, undefined] as const),
      ]),
    };
    expect(refusals(world)).toMatchObject([
      { code: 'guard-vanished', hint: expect.stringContaining('recreate=fake.boxes.x`') },
    ]);
    expect(refusals(world, recreate('boxes.x'))).toEqual([]);
    expect(refusals(world, recreate('things.*'))).toHaveLength(1);
  });

  it('is measured by the whole stack, whatever is targeted', () => {
    const world = { ...without(20), options: { target: ['labels.l1'] } };
    expect(refusals(world)).toHaveLength(1);
    expect(refusals({ ...without(1), options: { target: ['labels.l0'] } })).toEqual([]);
  });

  it('is only forgotten where no entry asks for it', () => {
    expect(refusals({ ...without(20), entries: [] })).toEqual([]);
    expect(refusals({ ...without(20), options: { destroy: true } })).toEqual([]);
  });
});

describe('approvals', () => {
  const gone: World = { state: { 'boxes.a': recorded('boxes.a') }, objects: [object('boxes.a')] };

  it('are needed for data loss, by name', () => {
    expect(refusals(gone)).toMatchObject([
      {
        code: 'guard-approval',
        severity: 'error',
        message: 'not approved: it is deleted (data-loss)',
        hint: 'approve it with `--allow data-loss=fake.boxes.a`',
      },
    ]);
    const allowed = [{ risk: 'data-loss' as const, glob: 'boxes.a' }];
    expect(refusals(gone, { allowed, deletesMax: undefined })).toEqual([]);
  });

  it('of one risk do not cover another', () => {
    const allowed = [{ risk: 'lockout' as const, glob: '*' }];
    expect(refusals(gone, { allowed, deletesMax: undefined })).toHaveLength(1);
  });

  it('are given by globs that may leave out the provider and match nothing by accident', () => {
    expect(matchesGlob('boxes.*', 'fake.boxes.a')).toBe(true);
    expect(matchesGlob('fake.boxes.a', 'fake.boxes.a')).toBe(true);
    expect(matchesGlob('boxes.a', 'fake.boxes.ab')).toBe(false);
    expect(matchesGlob('boxes-a', 'fake.boxes.a')).toBe(false);
    expect(isAllowed({ allowed: [], deletesMax: 9 }, 'data-loss', 'fake.boxes.a')).toBe(false);
  });
});

describe('a resource of the state without an entry', () => {
  const lifecycle = { protect: true, onRemove: 'delete' as const };

  it('is not deleted while it is protected', () => {
    const state = { 'labels.l': recorded('labels.l', {}, { lifecycle }) };
    expect(codesOf(planOf({ state, objects: [object('labels.l')] }))).toEqual(['guard-protected']);
  });

  it('is forgotten when its lifecycle or a `removed` block says so', () => {
    const onRemove = { protect: false, onRemove: 'forget' as const };
    const forgotten = planOf({
      state: { 'labels.l': recorded('labels.l', {}, { lifecycle: onRemove }) },
      objects: [object('labels.l')],
    });
    expect(changeAt(forgotten, 'labels.l').action).toBe('forget');
    const state = { 'labels.l': recorded('labels.l') };
    const removed = [{ address: 'fake.labels.l' as never, destroy: false }];
    const let_go = planOf({ state, objects: [object('labels.l')], stack: { removed } });
    expect(changeAt(let_go, 'labels.l').action).toBe('forget');
  });

  it('that is gone already is only forgotten', () => {
    const result = planOf({
      state: { 'labels.l': recorded('labels.l') },
      confirmed: new Map([['fake.labels l-id', undefined]]),
    });
    expect(changeAt(result, 'labels.l')).toMatchObject({ action: 'forget', reason: 'gone' });
  });

  it('of a kind nobody knows is left alone', () => {
    const result = planOf({ state: { 'odd.o': recorded('odd.o') } });
    expect(undeterminedOf(result)).toEqual(['odd.o']);
  });

  it('lists what goes with it, managed or not', () => {
    const result = planOf({
      state: {
        'boxes.a': recorded('boxes.a'),
        'things.ours': recorded('things.ours', { box: 'a-id' }, { dependsOn: ['fake.boxes.a'] }),
      },
      objects: [
        object('boxes.a'),
        object('things.ours', { box: 'a-id' }),
        object('things.theirs', { box: 'a-id' }),
        object('things.dead', { box: 'a-id' }, { status: 'gone' }),
      ],
    });
    expect(changeAt(result, 'boxes.a').cascade).toMatchObject([
      { id: 'ours-id', address: 'fake.things.ours' },
      { id: 'theirs-id' },
    ]);
    expect(countChanges(result.plan.changes)).toMatchObject({ destroy: 2 });
    expect(result.plan.unmanaged.map((item) => item.id)).toEqual(['theirs-id']);
  });
});

const protectedOnes = (world: World): readonly string[] =>
  planOf(world)
    .plan.diagnostics.filter((item) => item.code === 'guard-protected')
    .map((item) => item.message);

function replacing(prior: boolean, now: boolean): World {
  const lifecycle = { protect: prior, onRemove: 'delete' as const };
  return {
    entries: [entry('boxes.a', { place: 'there' }, { lifecycle: { protect: now } })],
    state: { 'boxes.a': recorded('boxes.a', { place: 'here' }, { lifecycle }) },
    objects: [object('boxes.a', { place: 'here' })],
  };
}

describe('protection', () => {
  const kept = { protect: true, onRemove: 'delete' as const };
  const inside: World = {
    state: {
      'boxes.a': recorded('boxes.a'),
      'things.t': recorded(
        'things.t',
        { box: 'a-id' },
        { dependsOn: ['fake.boxes.a'], lifecycle: kept },
      ),
    },
    objects: [object('boxes.a'), object('things.t', { box: 'a-id' })],
  };
  it('holds for what lives inside a deleted object, targeted or not', () => {
    expect(protectedOnes(inside)).toEqual(['fake.things.t is protected and would be deleted']);
    const message = 'fake.things.t is protected and would be deleted with fake.boxes.a';
    expect(protectedOnes({ ...inside, options: { target: ['boxes.a'] } })).toEqual([message]);
    const removed = [{ address: 'fake.things.t' as never, destroy: false }];
    expect(protectedOnes({ ...inside, stack: { removed } })).toEqual([message]);
    const destroyed = { ...inside, options: { destroy: true, target: ['boxes.a'] } };
    expect(protectedOnes(destroyed)).toEqual([message]);
  });

  it('is what was applied, until another one has been', () => {
    expect(protectedOnes(replacing(true, false))).toHaveLength(1);
    expect(protectedOnes(replacing(false, true))).toHaveLength(1);
    expect(protectedOnes(replacing(false, false))).toEqual([]);
  });

  it('goes along when a resource moves, and stays with what was left behind by a rename', () => {
    const state = { 'labels.old': recorded('labels.old', {}, { lifecycle: kept }) };
    const objects = [object('labels.old')];
    const moved = [{ from: 'fake.labels.old' as never, to: 'fake.labels.new' as never }];
    expect(protectedOnes({ state, objects, stack: { moved } })).toEqual([
      'fake.labels.new is protected and would be deleted',
    ]);
    expect(protectedOnes({ state, objects, entries: [entry('labels.new')] })).toEqual([
      'fake.labels.old is protected and would be deleted',
    ]);
  });

  it('tells the three steps', () => {
    const [told] = planOf({
      state: { 'labels.l': recorded('labels.l', {}, { lifecycle: kept }) },
      objects: [object('labels.l')],
    }).plan.diagnostics;
    expect(told?.hint).toBe('set `lifecycle: { protect: false }`, apply, then remove the entry');
  });
});

describe('a stack that renders to nothing', () => {
  it('is refused while its state holds something', () => {
    expect(emptyStackRefusal(0, 3, 'acme')).toEqual({
      code: 'guard-empty-stack',
      severity: 'error',
      message: "the stack 'acme' renders to nothing, but its state holds 3 resources",
      hint: 'use `trueup destroy` to delete everything, or `trueup state rm` to let go of it',
    });
    expect(emptyStackRefusal(0, 0, 'acme')).toBeUndefined();
    expect(emptyStackRefusal(1, 3, 'acme')).toBeUndefined();
  });
});
