import { describe, expect, it } from 'vitest';
import { isAllowed, matchesGlob, noApprovals } from '../../src/planner/approvals.ts';
import { emptyStackRefusal, refusalsOf } from '../../src/planner/guards.ts';
import { countChanges } from '../../src/planner/plan.ts';
import {
  boxes,
  changeAt,
  codesOf,
  entry,
  kind,
  kindTable,
  labels,
  object,
  planInput,
  planOf,
  recorded,
  ref,
  things,
  undeterminedOf,
  type World,
} from '../_helpers/planner-builder.ts';

function refusals(
  world: World,
  approvals = noApprovals,
): readonly { readonly code: string; readonly hint?: string }[] {
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

  it('does not hold for a destroy', () => {
    expect(refusals(many(0, { destroy: true }))).toEqual([]);
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

describe('approvals', () => {
  const gone: World = { state: { 'boxes.a': recorded('boxes.a') }, objects: [object('boxes.a')] };

  it('are needed for data loss, by name', () => {
    expect(refusals(gone)).toMatchObject([
      { code: 'guard-approval', hint: 'approve it with `--allow data-loss=fake.boxes.a`' },
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

describe("a kind's own check", () => {
  const choosy = kind('boxes', {
    ...boxes,
    check: ({ resource }) =>
      resource.fields['place'] === 'nowhere'
        ? [{ code: 'name-unknown', message: 'no such place', path: ['place'] }]
        : [],
  });
  const input = { kinds: kindTable(choosy, things, labels) };

  it('leaves out what it refuses and what depends on that', () => {
    const result = planOf({
      entries: [
        entry('boxes.bad', { place: 'nowhere' }),
        entry('boxes.good', { place: 'here' }),
        entry('labels.l', { of: ref('boxes.bad') }),
        entry('labels.m', { also: [ref('labels.l')] }),
      ],
      input,
    });
    expect(undeterminedOf(result)).toEqual(['boxes.bad', 'labels.l', 'labels.m']);
    expect(codesOf(result)).toEqual(['name-unknown']);
    expect(changeAt(result, 'boxes.good').action).toBe('create');
  });

  it('is not asked about what stays as it is', () => {
    const result = planOf({
      entries: [entry('boxes.a', { place: 'nowhere' })],
      state: { 'boxes.a': recorded('boxes.a', { place: 'nowhere' }) },
      objects: [object('boxes.a', { place: 'nowhere' })],
      input,
    });
    expect(changeAt(result, 'boxes.a').action).toBe('no-op');
  });
});

describe('a stack that renders to nothing', () => {
  it('is refused while its state holds something', () => {
    expect(emptyStackRefusal(0, 3, 'acme')?.code).toBe('guard-empty-stack');
    expect(emptyStackRefusal(0, 0, 'acme')).toBeUndefined();
    expect(emptyStackRefusal(1, 3, 'acme')).toBeUndefined();
  });
});
