import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { createRedactor } from '../../src/core/redactor.ts';
import { reveal, type Secret } from '../../src/core/secret.ts';
import { NotCompared, type TermObject, type ValueObject } from '../../src/core/value.ts';
import type { DigestView } from '../../src/planner/digest-view.ts';
import type { PlanResult } from '../../src/planner/input.ts';
import type { FieldChange } from '../../src/planner/plan.ts';
import {
  attribute,
  changeAt,
  codesOf,
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
    expect(result.plan.drift).toHaveLength(causes.includes('drift') ? 1 : 0);
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
    const world = (live: string): PlanResult =>
      planOf({
        entries: [entry('boxes.a', { expiresAt: '24h' })],
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
  });
});

describe('comparison', () => {
  it('takes a default for what the API left out', () => {
    expect(fields(box({ note: '' }, { note: '' }, {}))).toEqual([]);
  });

  it('knows no difference between none and left out', () => {
    const desired = { list: [], place: null };
    expect(fields(box(desired, { list: [], place: null }, {}))).toEqual([]);
  });

  it('shows a set as what goes and what comes, and replaces it in the patch', () => {
    const result = box({ tags: ['b', 'c'] }, { tags: ['a', 'b'] }, { tags: ['b', 'a'] });
    expect(fields(result)).toMatchObject([{ removed: ['a'], added: ['c'] }]);
    expect(changeAt(result, 'boxes.a').patch).toEqual([
      { op: 'replace', path: '/tags', value: ['b', 'c'] },
    ]);
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
    expect(fields(box({ password: secret('pw') }, {}, {}, applied))).toEqual([]);
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
      writeOnly: ['/password'],
    });
  });

  it('whose source was not read are not compared', () => {
    const result = box({ password: new NotCompared() }, {}, {}, applied);
    expect(changeAt(result, 'boxes.a')).toMatchObject({ action: 'no-op', fields: [] });
  });

  it('never stand in a patch', () => {
    const result = box({ password: secret('new'), note: 'n' }, {}, {}, applied);
    expect(changeAt(result, 'boxes.a').patch).toEqual([{ op: 'add', path: '/note', value: 'n' }]);
  });
});

describe('secrets that the API returns', () => {
  const kinds = kindTable(
    kind('boxes', { fields: [role('name'), role('value', { sensitive: true })] }),
  );
  const world = (desired: string, live: string, stored?: string): PlanResult =>
    box(
      { value: secret(desired) },
      {},
      { value: secret(live) },
      {
        input: { kinds },
        ...(stored === undefined ? {} : { stored: { '/value': stored } }),
      },
    );

  it('are compared with live, whatever the digest says', () => {
    expect(fields(world('v', 'v', 'old key'))).toEqual([]);
  });

  it('are drift when they changed outside', () => {
    const result = world('v', 'theirs', 'v');
    expect(fields(result)).toMatchObject([{ causes: ['drift'] }]);
    expect(result.plan.drift).toMatchObject([{ fields: [{ sensitive: true, before: undefined }] }]);
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

describe('an attribute that live does not report', () => {
  it('keeps the value of the last apply, and the plan says so', () => {
    const result = planOf({
      entries: [entry('boxes.a'), entry('labels.l', { text: attribute('boxes.a', 'endpoint') })],
      state: {
        'boxes.a': recorded('boxes.a', {}, { attributes: { endpoint: 'e' } }),
        'labels.l': recorded('labels.l', { text: 'e' }),
      },
      objects: [object('boxes.a'), object('labels.l', { text: 'e' })],
    });
    expect(changeAt(result, 'labels.l').action).toBe('no-op');
    expect(codesOf(result)).toEqual(['upstream-attribute-kept']);
  });
});
