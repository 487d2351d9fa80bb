import { describe, expect, it } from 'vitest';
import { TrueupError } from '../../src/core/errors.ts';
import type { JsonObject } from '../../src/core/json.ts';
import { Reference, type Term } from '../../src/core/value.ts';
import {
  actionsOf,
  attribute,
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
  undeterminedOf,
  type World,
} from '../_helpers/planner-builder.ts';

const world = (more: World): World => ({
  entries: [
    entry('boxes.b', { note: 'new' }),
    entry('labels.l', { text: attribute('boxes.b', 'endpoint') }),
  ],
  state: {
    'boxes.b': recorded('boxes.b', { note: 'old' }, { attributes: { endpoint: 'here' } }),
    'labels.l': recorded('labels.l', { text: 'here' }),
  },
  objects: [
    object('boxes.b', { note: 'old' }, { attributes: { endpoint: 'here' } }),
    object('labels.l', { text: 'here' }),
  ],
  ...more,
});

const textReadFrom = (fields: Parameters<typeof entry>[1], live: { note?: string }) => {
  const entries = [
    entry('boxes.b', fields),
    entry('labels.l', { text: attribute('boxes.b', 'note') }),
  ];
  return changeAt(
    planOf({
      entries,
      state: { 'boxes.b': recorded('boxes.b') },
      objects: [object('boxes.b', live)],
    }),
    'labels.l',
  ).after?.['text'];
};

describe('a value read from another resource', () => {
  it('is not known before the change that alters it', () => {
    const moving = {
      ...boxes,
      compose: () => ({ steps: ['update'], unsettles: ['endpoint'] }),
    };
    const result = planOf(world({ input: { kinds: kindTable(moving, labels) } }));
    expect(changeAt(result, 'labels.l')).toMatchObject({
      action: 'update',
      fields: [{ pointer: '/text', causes: ['upstream'] }],
    });
    expect(actionsOf(planOf(world({})))['labels.l']).toBe('no-op');
  });

  it('that names an object of nobody is the manifest’s own', () => {
    const result = planOf({
      entries: [entry('labels.l', { of: new Reference('fake.boxes', 'id', 'other-id') })],
      state: { 'labels.l': recorded('labels.l', { of: 'b-id' }) },
      objects: [object('labels.l', { of: 'b-id' })],
    });
    expect(changeAt(result, 'labels.l').fields).toMatchObject([{ causes: ['manifest'] }]);
  });

  it('is read from the manifest, then from live, then taken as the default', () => {
    expect(textReadFrom({ note: 'wanted' }, { note: 'live' })).toBe('wanted');
    expect(textReadFrom({}, { note: 'live' })).toBe('live');
    expect(textReadFrom({}, {})).toBe('');
  });

  it('makes again what holds it for good', () => {
    const fixed = kind('fixed', {
      fields: [role('name'), role('host', { immutable: true }), role('box', { immutable: true })],
    });
    const entries = [
      entry('boxes.b', { place: 'there' }),
      entry('fixed.f', { host: attribute('boxes.b', 'endpoint'), box: ref('boxes.b') }),
    ];
    const was = { host: 'here', box: 'b-id' };
    const result = planOf({
      entries,
      state: {
        'boxes.b': recorded('boxes.b', { place: 'here' }, { attributes: { endpoint: 'here' } }),
        'fixed.f': recorded('fixed.f', was),
      },
      objects: [
        object('boxes.b', { place: 'here' }, { attributes: { endpoint: 'here' } }),
        object('fixed.f', was),
      ],
      inventories: [
        { type: 'fake.boxes', complete: true, objects: [object('boxes.b', { place: 'here' })] },
        { type: 'fake.fixed', complete: true, objects: [object('fixed.f', was)] },
        { type: 'fake.things', scope: 'b-id', complete: true, objects: [] },
      ],
      input: { kinds: kindTable(boxes, fixed) },
    });
    expect(changeAt(result, 'fixed.f')).toMatchObject({
      action: 'replace',
      reason: 'parent-replaced',
    });
  });
});

const throwing = (error: Error) => ({
  entries: [entry('boxes.a'), entry('labels.l', { of: ref('boxes.a') })],
  input: {
    kinds: kindTable(
      {
        ...boxes,
        canonical: () => {
          throw error;
        },
      },
      labels,
    ),
  },
});

describe('what a kind throws', () => {
  it('leaves the resource and its dependents out where it is of ours', () => {
    const result = planOf(throwing(new TrueupError('name-unknown', 'no such region')));
    expect(undeterminedOf(result)).toEqual(['boxes.a', 'labels.l']);
    expect(codesOf(result)).toEqual(['name-unknown', 'dependency-incomplete']);
  });

  it('is passed on where it is a bug', () => {
    expect(() => planOf(throwing(new TypeError('a bug')))).toThrow('a bug');
    const bug = new TrueupError('internal', 'a bug of ours');
    expect(() => planOf(throwing(bug))).toThrow('a bug of ours');
    const stray = { entries: [entry('strays.s')] };
    expect(() => planOf(stray)).toThrow('no kind fake.strays');
  });
});

const output = (value: ReturnType<typeof attribute>, sensitive = false) => ({
  outputs: [{ name: 'o', value, sensitive }],
});

describe('outputs', () => {
  it('of a resource that is not planned are not known', () => {
    const result = planOf({
      entries: [entry('boxes.a', { note: new Reference('fake.boxes', 'name', 'nobody') as never })],
      stack: output(attribute('boxes.a', 'note')),
    });
    expect(undeterminedOf(result)).toEqual(['boxes.a']);
    expect(result.plan.outputs).toMatchObject([{ name: 'o', before: undefined }]);
  });

  it('that are sensitive are as they were where the state holds one', () => {
    const result = planOf({
      entries: [entry('boxes.a', { note: 'x' })],
      stack: output(attribute('boxes.a', 'note'), true),
      prior: { outputs: { o: { sensitive: true } } },
    });
    expect(result.plan.outputs).toEqual([{ name: 'o', sensitive: true, before: 'x', after: 'x' }]);
  });
});

const inState = (status: 'failed' | 'pending') =>
  planOf({
    entries: [entry('boxes.a', { note: 'x' })],
    state: { 'boxes.a': recorded('boxes.a', { note: 'x' }) },
    objects: [object('boxes.a', { note: 'y' }, { status })],
  });

describe('an object of which the API tells little', () => {
  it('is known by its ID where it has no name, and by nothing to look-ups', () => {
    const nameless = { ...object('boxes.x'), fields: {} };
    const byName = new Reference('fake.boxes', 'name', 'x');
    const result = planOf({
      entries: [entry('labels.l', { of: byName }), entry('boxes.new')],
      objects: [nameless],
    });
    expect(undeterminedOf(result)).toEqual(['labels.l']);
    expect(actionsOf(result)).toEqual({ 'boxes.new': 'create' });
    expect(result.plan.unmanaged).toMatchObject([{ id: 'x-id', name: 'x-id' }]);
  });

  it('is FAILED where it has no word for it, and pending while it changes', () => {
    expect(inState('failed').plan.diagnostics[0]?.message).toContain('in the state FAILED');
    expect(inState('pending').plan.drift).toMatchObject([{ action: 'pending' }]);
  });

  it('is looked up by ID too', () => {
    const byId = new Reference('fake.boxes', 'id', 'b-id');
    const named = kind('named', {
      fields: [role('name'), role('of')],
      namedDependencies: () => [],
    });
    const result = planOf({
      entries: [entry('named.n', { of: byId })],
      input: { kinds: kindTable(boxes, named) },
    });
    expect(changeAt(result, 'named.n').after).toMatchObject({ of: 'b-id' });
  });
});

/** Why `labels.l` differs whose entry has these fields, and the state and its object those. */
function causesOf(
  fields: Parameters<typeof entry>[1],
  was: JsonObject,
  more: World = {},
): Readonly<Record<string, readonly string[]>> {
  const result = planOf({
    ...more,
    entries: [...(more.entries ?? []), entry('labels.l', fields)],
    state: { ...more.state, 'labels.l': recorded('labels.l', was) },
    objects: [...(more.objects ?? []), object('labels.l', was)],
  });
  const change = changeAt(result, 'labels.l');
  return Object.fromEntries(change.fields.map(({ pointer, causes }) => [pointer, causes]));
}

const AGAIN: World = {
  entries: [entry('boxes.b', { place: 'there' })],
  state: { 'boxes.b': recorded('boxes.b', { place: 'here' }) },
  objects: [object('boxes.b', { place: 'here' })],
};
const host = (here: JsonObject, now: JsonObject): World => ({
  entries: [entry('boxes.b')],
  state: { 'boxes.b': recorded('boxes.b', {}, { attributes: here }) },
  objects: [object('boxes.b', {}, { attributes: now })],
});
const reading = { text: attribute('boxes.b', 'endpoint') };

describe('the cause of a difference', () => {
  it('is upstream where the object that was referred to is made again, in a list too', () => {
    expect(causesOf({ of: ref('boxes.b') }, { of: 'b-id' }, AGAIN)).toEqual({
      '/of': ['upstream'],
    });
    const fields = { also: [ref('boxes.b'), 'fixed'] };
    expect(causesOf(fields, { also: ['b-id', 'fixed'] }, AGAIN)).toEqual({ '/also': ['upstream'] });
  });

  it('is the manifest where another object was referred to', () => {
    expect(causesOf({ of: ref('boxes.b') }, { of: 'other-id' }, AGAIN)).toEqual({
      '/of': ['manifest'],
    });
    const list = { also: [ref('boxes.b')] };
    expect(causesOf(list, { also: ['other-id'] }, AGAIN)).toEqual({ '/also': ['manifest'] });
    expect(causesOf(list, { also: [null, 1] }, AGAIN)).toEqual({ '/also': ['manifest'] });
  });

  it('is the manifest where the object stays and something else comes in beside it', () => {
    const fields = { also: [ref('boxes.b'), 'new'] };
    expect(causesOf(fields, { also: ['b-id'] }, host({}, {}))).toEqual({ '/also': ['manifest'] });
  });

  it('is the manifest where nothing was referred to, whatever becomes of the object', () => {
    expect(causesOf({ of: ref('boxes.b') }, {}, AGAIN)).toEqual({ '/of': ['manifest'] });
    expect(causesOf({ of: ref('boxes.b') }, { of: null }, AGAIN)).toEqual({ '/of': ['manifest'] });
  });

  it('is the manifest where the object referred to is new, or as it was', () => {
    const fresh = { entries: [entry('boxes.b')] };
    expect(causesOf({ of: ref('boxes.b') }, { of: 'b-id' }, fresh)).toEqual({
      '/of': ['manifest'],
    });
    const same = host({}, {});
    expect(causesOf({ of: ref('boxes.b') }, { of: 'x-id' }, same)).toEqual({ '/of': ['manifest'] });
    expect(causesOf({ text: 'new' }, { text: 'old' })).toEqual({ '/text': ['manifest'] });
  });

  it('is upstream where an attribute changed, and only then', () => {
    const was = { text: 'here' };
    const [here, there] = [{ endpoint: 'here' }, { endpoint: 'there' }];
    expect(causesOf(reading, was, host(here, there))).toEqual({ '/text': ['upstream'] });
    expect(causesOf(reading, { text: 'x' }, host(here, here))).toEqual({ '/text': ['manifest'] });
    expect(causesOf(reading, was, host({}, there))).toEqual({ '/text': ['manifest'] });
    expect(causesOf(reading, { text: 'x' }, host(here, {}))).toEqual({ '/text': ['manifest'] });
  });

  it('is that of the field itself, not of another one of the same entry', () => {
    const moved = host({ endpoint: 'here' }, { endpoint: 'there' });
    const fields = { ...reading, of: new Reference('fake.boxes', 'id', 'other-id') };
    expect(causesOf(fields, { text: 'here', of: 'x-id' }, moved)).toEqual({
      '/text': ['upstream'],
      '/of': ['manifest'],
    });
  });

  it('is not looked for in an attribute that the API leaves out: the recorded one is kept', () => {
    const kept = host({ endpoint: 'here' }, {});
    const result = planOf({
      ...kept,
      entries: [...(kept.entries ?? []), entry('labels.l', reading)],
    });
    expect(changeAt(result, 'labels.l').after?.['text']).toBe('here');
    expect(result.plan.diagnostics).toMatchObject([
      {
        code: 'upstream-attribute-kept',
        severity: 'note',
        address: 'fake.labels.l',
        message: expect.stringContaining('fake.boxes.b has no endpoint at the moment'),
      },
    ]);
  });

  it('is upstream where an attribute is that of a new object, or of one made again', () => {
    const was = { text: 'here' };
    const fresh = { entries: [entry('boxes.b')] };
    expect(causesOf(reading, was, fresh)).toEqual({ '/text': ['upstream'] });
    expect(causesOf(reading, was, AGAIN)).toEqual({ '/text': ['upstream'] });
    const adopted = { ...host({}, { endpoint: 'there' }), state: {}, options: { adopt: ['*'] } };
    expect(causesOf(reading, was, adopted)).toEqual({ '/text': ['manifest'] });
  });
});

describe('a replacement', () => {
  const fixed = kind('fixed', {
    fields: [role('name'), role('of', { immutable: true, types: ['string', 'array', 'object'] })],
  });
  const reason = (of: Term, was: JsonObject[string], more = AGAIN): string => {
    const result = planOf({
      ...more,
      entries: [...(more.entries ?? []), entry('fixed.f', { of })],
      state: { ...more.state, 'fixed.f': recorded('fixed.f', { of: was }) },
      objects: [...(more.objects ?? []), object('fixed.f', { of: was })],
      input: { kinds: kindTable(boxes, fixed) },
    });
    return changeAt(result, 'fixed.f').reason;
  };

  it('follows that of the object it holds, by its ID or by what is read from it', () => {
    expect(reason(ref('boxes.b'), 'b-id')).toBe('parent-replaced');
    expect(reason([ref('boxes.b'), 'x'], ['b-id', 'x'])).toBe('parent-replaced');
    expect(reason({ in: ref('boxes.b') }, { in: 'b-id' })).toBe('parent-replaced');
    expect(reason(attribute('boxes.b', 'id'), 'b-id')).toBe('parent-replaced');
    expect(reason(attribute('boxes.b', 'endpoint'), 'here')).toBe('parent-replaced');
  });

  it('is the manifest’s own where it held another object, or that one stays', () => {
    expect(reason(ref('boxes.b'), 'other-id')).toBe('immutable-field');
    expect(reason(attribute('boxes.b', 'id'), 'other-id')).toBe('immutable-field');
    expect(reason(ref('boxes.b'), 'other-id', host({}, {}))).toBe('immutable-field');
    expect(reason([ref('boxes.b'), 'new'], ['b-id'], host({}, {}))).toBe('immutable-field');
    expect(reason('x', 'y')).toBe('immutable-field');
  });
});
