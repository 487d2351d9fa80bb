import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { Secret } from '../../src/core/secret.ts';
import type { LiveObject } from '../../src/core/live.ts';
import {
  actionsOf,
  address,
  boxes,
  changeAt,
  codesOf,
  entry,
  intent,
  kind,
  kindTable,
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

const at = (ms: number): string => new Date(ms).toISOString();

const one: World = {
  entries: [entry('boxes.a')],
  state: { 'boxes.a': recorded('boxes.a') },
  objects: [object('boxes.a')],
};
const reasonOf = (world: World): string => changeAt(planOf({ ...one, ...world }), 'boxes.a').reason;

describe('why a resource changes', () => {
  it('is told of each action', () => {
    expect(reasonOf({})).toBe('unchanged');
    expect(reasonOf({ entries: [entry('boxes.a', { note: 'x' })] })).toBe('fields-differ');
    const moved = [{ from: address('boxes.old'), to: address('boxes.a') }];
    const old = { 'boxes.old': recorded('boxes.old', { name: 'a' }, { id: 'a-id' }) };
    expect(reasonOf({ state: old, stack: { moved } })).toBe('moved');
    expect(reasonOf({ state: {}, options: { adopt: ['*'] } })).toBe('adopted');
  });

  it('is a recovered create also where nothing is left to be sent', () => {
    const change = changeAt(
      planOf({ ...one, state: {}, input: { intents: [intent('boxes.a')] } }),
      'boxes.a',
    );
    expect(change).toMatchObject({ action: 'update', reason: 'recovered-create', fields: [] });
  });

  it('is a replaced parent, whatever else cannot be changed in place', () => {
    const fixed = kind('things', {
      ...things,
      fields: [...things.fields, role('place', { immutable: true })],
    });
    const result = planOf({
      entries: [
        entry('boxes.a', { place: 'there' }),
        entry('things.t', { box: ref('boxes.a'), place: 'there' }),
      ],
      state: {
        'boxes.a': recorded('boxes.a', { place: 'here' }),
        'things.t': recorded('things.t', { box: 'a-id', place: 'here' }),
      },
      objects: [
        object('boxes.a', { place: 'here' }),
        object('things.t', { box: 'a-id', place: 'here' }),
      ],
      input: { kinds: kindTable(boxes, fixed) },
    });
    expect(changeAt(result, 'things.t')).toMatchObject({
      action: 'replace',
      reason: 'parent-replaced',
    });
  });
});

describe('an entry that depends on one that cannot be planned', () => {
  it('is left out although it takes nothing from it', () => {
    const result = planOf({
      entries: [entry('boxes.taken'), entry('labels.l', {}, { dependsOn: ['boxes.taken'] })],
      objects: [object('boxes.taken')],
    });
    expect(undeterminedOf(result)).toEqual(['boxes.taken', 'labels.l']);
    expect(result.plan.undetermined[1]?.because).toBe(
      'it depends on fake.boxes.taken, which is not planned',
    );
  });
});

const notes = (visibleByMs: number): readonly string[] => {
  const intents = [intent('boxes.a', {}, { visibleByMs })];
  return changeAt(planOf({ entries: one.entries ?? [], input: { intents } }), 'boxes.a').notes;
};

describe('a create', () => {
  it('has no notes, unless an interrupted one may still show up', () => {
    const note = 'an interrupted create may still show up; the apply looks first';
    expect(notes(NOW_MS - 1)).toEqual([]);
    expect(notes(NOW_MS + 1)).toEqual([note]);
  });
});

describe('an object that is imported', () => {
  const imports = [{ to: address('boxes.a'), id: 'a-id' }];
  const importing: World = { ...one, state: {}, stack: { imports } };

  it('is not asked for again where a list shows it, and somebody’s from then on', () => {
    const result = planOf(importing);
    expect(actionsOf(result)).toEqual({ 'boxes.a': 'import' });
    expect(result.toConfirm).toEqual([]);
    expect(result.plan.unmanaged).toEqual([]);
  });

  it('is no tombstone', () => {
    const result = planOf({ ...importing, objects: [object('boxes.a', {}, { status: 'gone' })] });
    expect(actionsOf(result)).toEqual({});
    expect(codesOf(result)).toEqual(['object-missing']);
    expect(result.plan.diagnostics[0]?.message).toBe(
      'there is no object a-id to import as fake.boxes.a',
    );
  });

  it('is not another entry’s, and the message says whose', () => {
    const entries = [...(one.entries ?? []), entry('boxes.b')];
    const state = { 'boxes.b': recorded('boxes.b', {}, { id: 'a-id' }) };
    const result = planOf({ ...importing, entries, state });
    expect(result.plan.diagnostics[0]?.message).toBe(
      'the object a-id is in the state as fake.boxes.b already',
    );
  });
});

const ends = (parts: Partial<typeof boxes>): typeof boxes => ({ ...boxes, ...parts });

const gone = (shape: typeof boxes, world: World = {}) =>
  planOf({
    ...one,
    objects: [],
    confirmed: new Map([['fake.boxes a-id', undefined]]),
    input: { kinds: kindTable(shape, things) },
    ...world,
  });

const dead = (statusText: string) => object('boxes.a', {}, { status: 'gone', statusText });

describe('an object past its time', () => {
  it('has expired from that moment on; before, it is simply gone', () => {
    const expiring = (ms: number) => gone(ends({ expiredAt: () => at(ms) }));
    expect(codesOf(expiring(NOW_MS))).toEqual(['object-expired']);
    expect(expiring(NOW_MS).plan.diagnostics[0]).toMatchObject({
      message: `fake.boxes.a expired at ${at(NOW_MS)}`,
      hint: 'create it again with `--allow recreate=fake.boxes.a`, or remove the entry',
    });
    expect(changeAt(expiring(NOW_MS + 1), 'boxes.a').reason).toBe('gone');
    expect(changeAt(gone(ends({ expiredAt: () => undefined })), 'boxes.a').reason).toBe('gone');
  });

  it('is known by its tombstone, read by ID or listed, and by what was recorded', () => {
    const told: [string | undefined, JsonObject][] = [];
    const shape = ends({
      expiredAt(tombstone: LiveObject | undefined, known: JsonObject) {
        told.push([tombstone?.statusText, known]);
        return undefined;
      },
    });
    const expiry = { text: '1h', time: at(NOW_MS) };
    const state = { 'boxes.a': recorded('boxes.a', {}, { expiry }) };
    const confirmed = new Map([['fake.boxes a-id', dead('read')]]);
    gone(shape, { objects: [dead('listed')], confirmed, state });
    gone(shape, { objects: [dead('listed')], confirmed: new Map() });
    expect(told).toEqual([
      ['read', expiry],
      ['listed', {}],
    ]);
  });

  it('is drift without fields', () => {
    expect(gone(boxes).plan.drift).toEqual([
      { address: 'fake.boxes.a', type: 'fake.boxes', id: 'a-id', action: 'gone', fields: [] },
    ]);
  });
});

describe('an object whose status nobody knows', () => {
  it('is taken to be as it was at the last apply, and the plan says so', () => {
    const state = { 'boxes.a': recorded('boxes.a', { note: 'x' }) };
    const entries = [entry('boxes.a', { note: 'x' })];
    const odd = object('boxes.a', { note: 'y' }, { unclear: true, statusText: 'ODD' });
    const result = planOf({ entries, state, objects: [odd] });
    expect(actionsOf(result)).toEqual({ 'boxes.a': 'no-op' });
    expect(result.plan.drift).toEqual([]);
    expect(codesOf(result)).toEqual(['status-unclear']);
    expect(codesOf(planOf({ entries, state, objects: [object('boxes.a')] }))).toEqual([]);
  });
});

const OLD = Secret.create('old');

/** The IDs that are read once more for an entry of the state with these fields. */
const asked = (short: string, fields: Parameters<typeof entry>[1], live: LiveObject) => {
  const digests = { '/secret': 'digest', '/password': 'digest' };
  const known = live.scope === undefined ? {} : { box: 'a-id' };
  const result = planOf({
    entries: [entry('boxes.a'), entry(short, fields)],
    objects: [object('boxes.a'), live],
    state: { 'boxes.a': recorded('boxes.a'), [short]: recorded(short, known, { digests }) },
    input: { digests: { matches: (secret) => secret === OLD } },
  });
  expect(changeAt(result, short).action).toBe('update');
  return result.toConfirm.map(({ id }) => id);
};

describe('an object of which a list leaves something out', () => {
  const inBox = { box: 'a-id' };
  const wanted = { ...inBox, secret: Secret.create('new') };

  it('is read by its ID where that is a secret that a read may tell, and nothing else', () => {
    expect(asked('things.t', wanted, object('things.t', inBox))).toEqual(['t-id']);
    expect(asked('things.t', { ...inBox, size: 'L' }, object('things.t', inBox))).toEqual([]);
    const password = { password: Secret.create('p') };
    expect(asked('boxes.t', password, object('boxes.t'))).toEqual([]);
  });

  it('is not read where the list shows the secret, as it was at the last apply', () => {
    expect(asked('things.t', wanted, object('things.t', { ...inBox, secret: OLD }))).toEqual([]);
  });
});

describe('an object that has failed', () => {
  it('is refused with the way out', () => {
    const objects = [object('boxes.a', {}, { status: 'failed' })];
    expect(planOf({ ...one, objects }).plan.diagnostics).toMatchObject([
      { code: 'object-failed', hint: 'make it again with `--replace fake.boxes.a`' },
    ]);
  });
});

describe('a kind with one canonical form', () => {
  it('has its change told and sent in that form, from what is there to what is wanted', () => {
    const spelled = kind('labels', {
      fields: [role('name'), role('text'), role('shown')],
      canonical: (fields) => ({ ...fields, shown: `${text(fields['text'])}!` }),
    });
    const result = planOf({
      entries: [entry('labels.l', { text: 'b' })],
      state: { 'labels.l': recorded('labels.l', { text: 'a' }) },
      objects: [object('labels.l', { text: 'a' })],
      input: { kinds: kindTable(spelled) },
    });
    expect(changeAt(result, 'labels.l')).toMatchObject({
      before: { text: 'a', shown: 'a!' },
      after: { text: 'b', shown: 'b!' },
      patch: [
        { op: 'replace', path: '/shown', value: 'b!' },
        { op: 'replace', path: '/text', value: 'b' },
      ],
    });
  });
});
