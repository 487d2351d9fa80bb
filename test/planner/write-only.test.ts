import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { createRedactor } from '../../src/core/redactor.ts';
import { reveal } from '../../src/core/secret.ts';
import { Template } from '../../src/core/value.ts';
import type { DigestView } from '../../src/planner/digest-view.ts';
import type { PlanResult } from '../../src/planner/input.ts';
import {
  attribute,
  boxes,
  changeAt,
  entry,
  kind,
  kindTable,
  object,
  planOf,
  recorded,
  ref,
  role,
  things,
  type World,
} from '../_helpers/planner-builder.ts';

const hinted = kind('hinted', {
  fields: [role('name'), role('hint', { writeOnly: true, normaliser: 'trim' })],
});
const input = { kinds: kindTable(hinted) };

/** Entry `hinted.a`, whose object never tells its hint. */
function hint(wanted: string, sent: JsonObject | undefined, world: World = {}): PlanResult {
  return planOf({
    entries: [entry('hinted.a', { hint: wanted })],
    state: sent === undefined ? {} : { 'hinted.a': recorded('hinted.a', sent) },
    objects: [object('hinted.a')],
    input,
    ...world,
    options: { adopt: ['*'], ...world.options },
  });
}

describe('a field that is never read back and no secret', () => {
  it('is compared with what was sent, in any spelling', () => {
    const same = hint(' blue ', { hint: 'blue' });
    expect(changeAt(same, 'hinted.a').action).toBe('no-op');
    expect(same.plan.drift).toEqual([]);
    const changed = changeAt(hint('red', { hint: 'blue' }), 'hinted.a');
    expect(changed).toMatchObject({
      action: 'update',
      writeOnly: ['/hint'],
      fields: [{ pointer: '/hint', before: 'blue', after: 'red', causes: ['manifest'] }],
    });
  });

  it('is not compared with what an answer has of it all the same', () => {
    const objects = [object('hinted.a', { hint: 'red' })];
    const changed = changeAt(hint('red', { hint: 'blue' }, { objects }), 'hinted.a');
    expect(changed).toMatchObject({ action: 'update', writeOnly: ['/hint'] });
  });

  it('is sent when it is new in the manifest', () => {
    const added = changeAt(hint('red', {}), 'hinted.a');
    expect(added).toMatchObject({
      action: 'update',
      fields: [{ pointer: '/hint', causes: ['manifest'] }],
    });
  });

  it('is not verified where its object was taken over, and sent when asked for', () => {
    const adopted = changeAt(hint('red', undefined), 'hinted.a');
    expect(adopted).toMatchObject({ action: 'import', notes: ['hint: (not verified)'] });
    const state = { 'hinted.a': recorded('hinted.a', {}, { unverified: ['/hint'] }) };
    expect(changeAt(hint('red', {}, { state }), 'hinted.a').action).toBe('no-op');
    for (const send of ['hinted.a.hint', 'fake.hinted.a.hint']) {
      for (const world of [{ state }, { state: {} }]) {
        const sent = hint('red', {}, { ...world, options: { send: [send], adopt: ['*'] } });
        expect(changeAt(sent, 'hinted.a')).toMatchObject({
          action: 'update',
          fields: [{ pointer: '/hint', causes: ['manifest'] }],
        });
      }
    }
  });

  it('is not sent again because another object’s is to be', () => {
    for (const send of ['hinted.b.hint', 'fake.hinted.b.hint']) {
      const result = hint('red', { hint: 'red' }, { options: { send: [send] } });
      expect(changeAt(result, 'hinted.a').action).toBe('no-op');
    }
  });

  it('is sent again where it is not known to have arrived', () => {
    const state = {
      'hinted.a': recorded('hinted.a', { hint: 'red' }, { unsent: ['/hint'] }),
    };
    expect(changeAt(hint('red', {}, { state }), 'hinted.a')).toMatchObject({
      action: 'update',
      writeOnly: ['/hint'],
    });
  });

  it('is sent again by its path where it is part of another', () => {
    const nested = kind('hinted', {
      fields: [role('name'), role('access.pin', { writeOnly: true })],
    });
    const access = { access: { pin: '1' } };
    const result = planOf({
      entries: [entry('hinted.a', access)],
      state: { 'hinted.a': recorded('hinted.a', access) },
      objects: [object('hinted.a')],
      input: { kinds: kindTable(nested) },
      options: { send: ['hinted.a.access.pin'] },
    });
    expect(changeAt(result, 'hinted.a').writeOnly).toEqual(['/access/pin']);
  });
});

describe('a sensitive value', () => {
  const redactor = createRedactor();
  const digests: DigestView = { matches: (value, stored) => reveal(value) === stored };
  const text = new Template(attribute('boxes.b', 'endpoint').parts, true, true);
  const thing = { box: ref('boxes.b'), secret: text };
  const world = (endpoint: string, secret: string, live: JsonObject | undefined): PlanResult =>
    planOf({
      entries: [entry('boxes.b'), entry('things.t', thing)],
      state: {
        'boxes.b': recorded('boxes.b', {}, { attributes: { endpoint: 'first' } }),
        'things.t': recorded('things.t', { box: 'b-id' }, { digests: { '/secret': 'first' } }),
      },
      objects: [
        object('boxes.b', {}, { attributes: { endpoint } }),
        object('things.t', {
          box: 'b-id',
          ...(live === undefined ? {} : { secret: redactor.secret(secret) }),
        }),
      ],
      input: { kinds: kindTable(boxes, things), digests, redactor },
    });

  it('that is made of what is none is a secret, and changes with it', () => {
    expect(changeAt(world('first', 'first', {}), 'things.t').action).toBe('no-op');
    for (const live of [{}, undefined]) {
      const change = changeAt(world('second', 'first', live), 'things.t');
      expect(change.fields).toMatchObject([{ causes: ['upstream'], sensitive: true }]);
      expect(JSON.stringify(change.fields)).not.toContain('second');
      expect(change.patch).toEqual([]);
    }
  });

  it('that is not known yet is a change', () => {
    const result = planOf({
      entries: [
        entry('boxes.b'),
        entry('boxes.new'),
        entry('things.t', {
          ...thing,
          secret: new Template(['x', ...attribute('boxes.new', 'endpoint').parts], false, true),
        }),
      ],
      state: {
        'boxes.b': recorded('boxes.b'),
        'things.t': recorded('things.t', { box: 'b-id' }, { digests: { '/secret': 'first' } }),
      },
      objects: [object('boxes.b'), object('things.t', { box: 'b-id' })],
      input: { digests, redactor },
    });
    expect(changeAt(result, 'things.t').fields).toMatchObject([
      { pointer: '/secret', causes: ['upstream'], sensitive: true },
    ]);
  });

  it('that was written before such values were secrets is not verified', () => {
    const plain = planOf({
      entries: [entry('boxes.b'), entry('things.t', { box: ref('boxes.b'), secret: 'plain' })],
      state: {
        'boxes.b': recorded('boxes.b'),
        'things.t': recorded('things.t', { box: 'b-id' }, { digests: { '/secret': 'first' } }),
      },
      objects: [object('boxes.b'), object('things.t', { box: 'b-id' })],
      input: { digests, redactor },
    });
    expect(changeAt(plain, 'things.t')).toMatchObject({
      action: 'no-op',
      notes: ['secret: (not verified)'],
    });
  });
});

describe('a value that the API never took over', () => {
  it('differs for ever, and nobody else is to blame', () => {
    const prior = recorded('boxes.a', { note: 'asked' }, { read: { name: 'a', note: 'kept' } });
    const result = planOf({
      entries: [entry('boxes.a', { note: 'asked' })],
      state: { 'boxes.a': prior },
      objects: [object('boxes.a', { note: 'kept' })],
    });
    expect(result.plan.drift).toEqual([]);
    expect(changeAt(result, 'boxes.a').fields).toMatchObject([{ causes: ['manifest'] }]);
  });
});
