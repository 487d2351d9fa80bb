import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import type { StateResource } from '../../src/core/prior.ts';
import { createRedactor } from '../../src/core/redactor.ts';
import { reveal, type Secret } from '../../src/core/secret.ts';
import { NotCompared, type TermObject, type ValueObject } from '../../src/core/value.ts';
import type { DigestView } from '../../src/planner/digest-view.ts';
import type { PlanResult } from '../../src/planner/input.ts';
import type { FieldChange } from '../../src/planner/plan.ts';
import {
  attribute,
  changeAt,
  entry,
  kind,
  kindTable,
  object,
  planOf,
  recorded,
  role,
  type World,
} from '../_helpers/planner-builder.ts';

const redactor = createRedactor();
const secret = (plain: string): Secret => redactor.secret(plain);

/** A digest is the plain text here. */
const digests: DigestView = {
  matches: (value, stored) => (stored === 'old key' ? 'unknown' : reveal(value) === stored),
};

/** Box `a`: what the manifest says, what was applied, what is live. */
function box(
  desired: TermObject,
  applied: JsonObject | undefined,
  live: ValueObject,
  more: World & { readonly stored?: Readonly<Record<string, string>> } = {},
): PlanResult {
  const state =
    applied === undefined
      ? {}
      : { 'boxes.a': recorded('boxes.a', applied, { digests: more.stored ?? {} }) };
  return planOf({
    ...more,
    entries: [entry('boxes.a', desired, more.entries?.[0] ?? {})],
    state,
    objects: [object('boxes.a', live)],
    input: { digests, ...more.input },
    options: { adopt: ['*'], ...more.options },
  });
}

function fields(result: PlanResult): readonly FieldChange[] {
  return changeAt(result, 'boxes.a').fields;
}

describe('causes', () => {
  it.each([
    ['the manifest', { note: 'new' }, { note: 'old' }, { note: 'old' }, ['manifest']],
    ['the world', { note: 'old' }, { note: 'old' }, { note: 'changed' }, ['drift']],
    ['both', { note: 'new' }, { note: 'old' }, { note: 'changed' }, ['manifest', 'drift']],
    ['a newly managed field', { note: 'new' }, {}, { note: 'old' }, ['manifest']],
  ])('tell who changed a field: %s', (_, desired, applied, live, causes) => {
    const result = box(desired, applied, live, { confirmed: new Map() });
    expect(fields(result)).toMatchObject([{ pointer: '/note', causes }]);
    expect(changeAt(result, 'boxes.a').notes).toEqual([]);
    const drifted = [{ fields: [{ pointer: '/note', before: 'old', causes: ['drift'] }] }];
    expect(result.plan.drift).toMatchObject(causes.includes('drift') ? drifted : []);
  });

  it('blame nobody else for what a change that was cut short explains, or a new entry', () => {
    const pending = { steps: ['update'], done: 0, restore: {} };
    const prior = recorded('boxes.a', { note: 'old' }, { pending });
    const cut = planOf({
      entries: [entry('boxes.a', { note: 'old' })],
      state: { 'boxes.a': prior },
      objects: [object('boxes.a', { note: 'half' })],
    });
    expect(fields(cut)).toMatchObject([{ pointer: '/note', causes: ['manifest'] }]);
    expect(cut.plan.drift).toEqual([]);
    const adopted = box({ note: 'wanted' }, undefined, { note: 'theirs' });
    expect(fields(adopted)).toMatchObject([{ pointer: '/note', causes: ['manifest'] }]);
  });

  it('tell of an object in which nothing reads as before', () => {
    const nameless = { ...recorded('boxes.a'), sent: { note: 'old' }, read: { note: 'old' } };
    const result = planOf({
      entries: [entry('boxes.a', { note: 'old' })],
      state: { 'boxes.a': nameless },
      objects: [{ ...object('boxes.a'), fields: { note: 'theirs' } }],
    });
    expect(result.plan.drift).toMatchObject([{ fields: [{ pointer: '/note' }] }]);
  });

  it('name what a value comes from when that changed', () => {
    const result = planOf({
      entries: [entry('boxes.a'), entry('labels.l', { text: attribute('boxes.a', 'endpoint') })],
      state: {
        'boxes.a': recorded('boxes.a', {}, { attributes: { endpoint: 'old' } }),
        'labels.l': recorded('labels.l', { text: 'old' }),
      },
      objects: [
        object('boxes.a', {}, { attributes: { endpoint: 'new' } }),
        object('labels.l', { text: 'old' }),
      ],
    });
    expect(changeAt(result, 'labels.l')).toMatchObject({ action: 'update', causes: ['upstream'] });
  });

  it('are not invented by an expiry whose text stands for the time it became', () => {
    const kinds = kindTable(
      kind('boxes', {
        fields: [role('name'), role('expiresAt', { normaliser: 'duration-or-time' })],
      }),
    );
    const time = '2026-02-01T00:00:00.000Z';
    const world = (live: string, desired: TermObject = { expiresAt: '24h' }): PlanResult =>
      planOf({
        entries: [entry('boxes.a', desired)],
        state: {
          'boxes.a': recorded(
            'boxes.a',
            { expiresAt: '24h' },
            {
              read: { name: 'a', expiresAt: time },
              expiry: { text: '24h', time },
            },
          ),
        },
        objects: [object('boxes.a', { expiresAt: live })],
        input: { kinds },
      });
    expect(changeAt(world('2026-02-01T00:00:00Z'), 'boxes.a').action).toBe('no-op');
    expect(fields(world('2026-03-01T00:00:00Z'))).toMatchObject([{ causes: ['drift'] }]);
    expect(fields(world(time, { expiresAt: '48h' }))).toMatchObject([{ after: '48h0m0s' }]);
    expect(fields(world('2026-03-01T00:00:00Z', {}))).toEqual([]);
  });
});

describe('comparison', () => {
  it('takes a default for what the API left out', () => {
    expect(fields(box({ note: '' }, { note: '' }, {}))).toEqual([]);
  });

  it('knows no difference between none and left out', () => {
    const desired = { list: [], place: null, extra: {} };
    expect(fields(box(desired, desired, {}))).toEqual([]);
  });

  it('tells all that a new object gets, defaults too', () => {
    const given = { note: '', password: secret('pw'), tags: ['a'] };
    const result = planOf({ entries: [entry('boxes.a', given)] });
    const causes = ['manifest'];
    expect(fields(result)).toMatchObject([
      { pointer: '/name', causes },
      { pointer: '/note', before: undefined, after: '', causes },
      { pointer: '/password', causes },
      { pointer: '/tags', removed: [], added: ['a'] },
    ]);
  });

  it('shows a set as what goes and what comes, and replaces it in the patch', () => {
    const result = box({ tags: ['b', 'c'] }, { tags: ['a', 'b'] }, { tags: ['b', 'a'] });
    expect(fields(result)).toMatchObject([{ removed: ['a'], added: ['c'] }]);
    expect(changeAt(result, 'boxes.a').patch).toEqual([
      { op: 'replace', path: '/tags', value: ['b', 'c'] },
    ]);
    const emptied = box({ tags: null }, { tags: ['a'] }, { tags: ['a'] });
    expect(fields(emptied)).toMatchObject([{ removed: ['a'], added: [] }]);
  });

  it('shows a list whole, whose order counts', () => {
    const [list] = fields(box({ list: ['a', 'b'] }, { list: ['b', 'a'] }, { list: ['b', 'a'] }));
    expect(list).toMatchObject({ before: ['b', 'a'], after: ['a', 'b'] });
    expect(list).not.toHaveProperty('removed');
    expect(list).not.toHaveProperty('added');
  });

  it.each([
    ['is left out now', { zone: 'east' }, {}, 'no-op'],
    ['was left out before', {}, { zone: 'east' }, 'no-op'],
    ['is another one', { zone: 'east' }, { zone: 'west' }, 'update'],
  ])('makes nothing of what an API does not always tell, unless it %s', (_, read, live, action) => {
    const fake = kind('boxes', { fields: [role('name'), role('zone', { mayBeUntold: true })] });
    const prior = recorded('boxes.a', { zone: 'east' }, { read: { name: 'a', ...read } });
    const result = planOf({
      entries: [entry('boxes.a', { zone: 'east' })],
      state: { 'boxes.a': prior },
      objects: [object('boxes.a', live)],
      input: { kinds: kindTable(fake) },
    });
    expect(changeAt(result, 'boxes.a').action).toBe(action);
    expect(result.plan.drift).toHaveLength(action === 'update' ? 1 : 0);
  });

  it('compares the parts of an object one by one', () => {
    const result = box(
      { limits: { low: 2 } },
      { limits: { low: 1 } },
      { limits: { low: 1, high: 9 } },
    );
    expect(fields(result).map((field) => field.pointer)).toEqual(['/limits/low']);
  });

  it('leaves alone what is ignored, in plan and drift', () => {
    const ignoring = [entry('boxes.a', {}, { lifecycle: { ignoreChanges: ['note', 'limits'] } })];
    const result = box(
      { note: 'x', limits: { low: 1 } },
      { note: 'x', limits: { low: 1 } },
      { note: 'y', limits: { low: 2 } },
      { entries: ignoring },
    );
    expect(changeAt(result, 'boxes.a').action).toBe('no-op');
    expect(result.plan.drift).toEqual([]);
    expect(result.toConfirm).toEqual([]);
  });

  it('says what is no longer managed and what it stays', () => {
    const result = box({}, { note: 'x' }, { note: 'y' });
    expect(changeAt(result, 'boxes.a').action).toBe('no-op');
    expect(result.plan.diagnostics).toMatchObject([{ code: 'no-longer-managed' }]);
  });

  it('asks for one read by ID before it calls a difference drift', () => {
    const stale = box({ note: 'x' }, { note: 'x' }, { note: 'y' });
    expect(stale.toConfirm).toMatchObject([{ id: 'a-id' }]);
    const confirmed = new Map([['fake.boxes a-id', object('boxes.a', { note: 'x' })]]);
    const sure = box({ note: 'x' }, { note: 'x' }, { note: 'y' }, { confirmed });
    expect(sure.plan.drift).toEqual([]);
    expect(changeAt(sure, 'boxes.a').action).toBe('no-op');
  });
});

describe('secrets that the API does not return', () => {
  const applied = { stored: { '/password': 'pw' } };

  it('are compared with the digest of what was applied', () => {
    for (const told of [{}, { password: '****' }]) {
      expect(fields(box({ password: secret('pw') }, {}, told, applied))).toEqual([]);
    }
    expect(fields(box({ password: secret('new') }, {}, {}, applied))).toMatchObject([
      { pointer: '/password', sensitive: true, before: undefined, causes: ['manifest'] },
    ]);
  });

  it('are not verified under another key, or of an adopted object', () => {
    const stored = { '/password': 'old key' };
    const other = box({ password: secret('pw') }, {}, {}, { stored });
    expect(changeAt(other, 'boxes.a').notes).toEqual(['password: (not verified)']);
    const adopted = box({ password: secret('pw') }, undefined, {});
    expect(changeAt(adopted, 'boxes.a')).toMatchObject({
      action: 'import',
      notes: ['password: (not verified)'],
    });
  });

  it('are sent again when that is asked for', () => {
    const send = ['fake.boxes.a.password'];
    const result = box({ password: secret('pw') }, {}, {}, { ...applied, options: { send } });
    expect(changeAt(result, 'boxes.a')).toMatchObject({
      action: 'update',
      fields: [{ pointer: '/password', causes: ['manifest'] }],
      writeOnly: ['/password'],
    });
  });

  it('whose source was not read are not compared', () => {
    for (const send of [[], ['fake.boxes.a.password']]) {
      const result = box(
        { password: new NotCompared() },
        {},
        {},
        { ...applied, options: { send } },
      );
      expect(changeAt(result, 'boxes.a')).toMatchObject({ action: 'no-op', fields: [], notes: [] });
    }
  });

  it('never stand in a patch', () => {
    const result = box({ password: secret('new'), note: 'n' }, {}, {}, applied);
    expect(changeAt(result, 'boxes.a').patch).toEqual([{ op: 'add', path: '/note', value: 'n' }]);
  });

  it('are secrets in a field that holds none otherwise', () => {
    const result = box({ note: secret('new') }, { note: 'old' }, { note: 'old' });
    expect(fields(result)).toMatchObject([{ pointer: '/note', sensitive: true }]);
    expect(changeAt(result, 'boxes.a').patch).toEqual([]);
  });
});

describe('secrets that the API returns', () => {
  const kinds = kindTable(
    kind('boxes', { fields: [role('name'), role('value', { sensitive: true })] }),
  );
  const world = (desired: string | NotCompared, live: string, stored?: string): PlanResult =>
    box(
      { value: typeof desired === 'string' ? secret(desired) : desired },
      {},
      { value: secret(live) },
      {
        input: { kinds },
        ...(stored === undefined ? {} : { stored: { '/value': stored } }),
      },
    );

  const taken = (state: Readonly<Record<string, StateResource>>): PlanResult =>
    planOf({
      entries: [entry('boxes.a', { value: secret('v') })],
      state,
      objects: [object('boxes.a', { value: secret('theirs') })],
      input: { kinds, digests },
      options: { adopt: ['*'] },
    });

  it('are compared with live, whatever the digest says', () => {
    for (const stored of ['old key', 'other']) {
      const result = world('v', 'v', stored);
      expect([fields(result), result.plan.drift]).toEqual([[], []]);
    }
  });

  it('are left alone where their source was not read', () => {
    expect(fields(world(new NotCompared(), 'v', 'v'))).toEqual([]);
  });

  it('are drift when they changed outside', () => {
    const result = world('v', 'theirs', 'v');
    expect(fields(result)).toMatchObject([{ causes: ['drift'] }]);
    const drifted = { sensitive: true, before: undefined, causes: ['drift'], immutable: false };
    expect(result.plan.drift).toMatchObject([{ fields: [drifted] }]);
  });

  it('are nobody else’s change where none was applied, or not all of one', () => {
    const pending = { steps: ['update'], done: 0, restore: {} };
    const cut = recorded('boxes.a', {}, { digests: { '/value': 'v' }, pending });
    const states = [{}, { 'boxes.a': recorded('boxes.a') }, { 'boxes.a': cut }];
    for (const state of states) {
      const result = taken(state);
      expect(fields(result)).toMatchObject([{ pointer: '/value', causes: ['manifest'] }]);
      expect(result.plan.drift).toEqual([]);
    }
  });

  it('are no drift of a field that was none at the last apply', () => {
    const result = planOf({
      entries: [entry('boxes.a', { value: secret('v') })],
      state: { 'boxes.a': recorded('boxes.a', { value: 'v' }) },
      objects: [object('boxes.a', { value: secret('v') })],
      input: { kinds, digests },
    });
    expect([fields(result), result.plan.drift]).toEqual([[], []]);
  });

  it('are a change of the manifest when only that differs', () => {
    const result = world('new', 'v', 'v');
    expect(fields(result)).toMatchObject([{ causes: ['manifest'] }]);
    expect(result.plan.drift).toEqual([]);
  });
});

const output = (name: string, value: unknown): never =>
  ({ name, value, sensitive: false }) as never;

const endpointWorld = (endpoint: JsonObject, before: JsonObject): PlanResult =>
  planOf({
    entries: [entry('boxes.a')],
    state: { 'boxes.a': recorded('boxes.a', {}, { attributes: {} }) },
    objects: [object('boxes.a', {}, { attributes: endpoint })],
    stack: { outputs: [output('e', attribute('boxes.a', 'endpoint'))] },
    prior: { outputs: before as never },
  });

describe('outputs', () => {
  it('are unchanged when they are as recorded', () => {
    const [e] = endpointWorld({ endpoint: 'x' }, { e: { sensitive: false, value: 'x' } }).plan
      .outputs;
    expect(e?.before).toBe(e?.after);
  });

  it('change with what they are read from', () => {
    const { plan } = endpointWorld({ endpoint: 'y' }, { e: { sensitive: false, value: 'x' } });
    expect(plan.outputs).toMatchObject([{ before: 'x', after: 'y' }]);
  });

  it('are no change for ever when an object in place does not report them', () => {
    const [e] = endpointWorld({}, {}).plan.outputs;
    expect(e?.before).toBe(e?.after);
  });

  it('go with everything else', () => {
    const before = { e: { sensitive: false, value: 'x' } } as never;
    const result = planOf({ prior: { outputs: before }, options: { destroy: true } });
    expect(result.plan.outputs).toMatchObject([{ before: 'x', after: null }]);
  });
});
