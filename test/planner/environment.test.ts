import { describe, expect, it } from 'vitest';
import { Reference, Unknown, type Term, type Value } from '../../src/core/value.ts';
import type { PlanResult } from '../../src/planner/input.ts';
import {
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
  role,
  undeterminedOf,
  type World,
} from '../_helpers/planner-builder.ts';

/** What the label `l` gets for its text, in a plan with box `b` as it is unless said otherwise. */
function read(text: Term, world: World = {}): PlanResult {
  return planOf({
    state: { 'boxes.b': recorded('boxes.b') },
    objects: [object('boxes.b', {}, { attributes: { endpoint: 'here' } })],
    ...world,
    entries: [...(world.entries ?? [entry('boxes.b')]), entry('labels.l', { text })],
  });
}

function textOf(result: PlanResult): Value | undefined {
  return changeAt(result, 'labels.l').after?.['text'];
}

describe('a value read from another resource', () => {
  it.each([
    ['its ID', 'id', 'b-id'],
    ['a field', 'name', 'b'],
    ['an attribute', 'endpoint', 'here'],
  ])('is told without a word: %s', (_, path, value) => {
    const result = read(attribute('boxes.b', path));
    expect(textOf(result)).toBe(value);
    expect(codesOf(result)).toEqual([]);
  });

  it.each(['id', 'endpoint'])('is not known of what is made, or made again: %s', (path) => {
    const text = attribute('boxes.b', path);
    for (const world of [{ state: {}, objects: [] }, { options: { replace: ['boxes.b'] } }]) {
      expect(textOf(read(text, world))).toEqual(new Unknown('fake.boxes.b'));
    }
  });

  it('is not known of an adopted object that does not report it', () => {
    const world = { state: {}, objects: [object('boxes.b')], options: { adopt: ['*'] } };
    expect(textOf(read(attribute('boxes.b', 'endpoint'), world))).toBeInstanceOf(Unknown);
  });

  it('is read by its whole path, whoever writes the parts beside it', () => {
    const parts = { fields: [role('name'), role('limits.used', { readOnly: true })] };
    const kinds = kindTable(kind('boxes', parts), labels);
    const entries = [entry('boxes.b', { limits: { low: 'wanted' } })];
    const result = read(attribute('boxes.b', 'limits.low'), { entries, input: { kinds } });
    expect(textOf(result)).toBe('wanted');
  });

  it('is the one of the last apply where live does not report it, and the plan says so', () => {
    const kinds = kindTable(
      kind('boxes', { fields: [role('name'), role('endpoint', { readOnly: true })] }),
      labels,
    );
    const attributes = { endpoint: { host: 'there' } };
    const result = read(attribute('boxes.b', 'endpoint.host'), {
      state: {
        'boxes.b': recorded('boxes.b', {}, { attributes }),
        'labels.l': recorded('labels.l', { text: 'there' }),
      },
      objects: [object('boxes.b'), object('labels.l', { text: 'there' })],
      input: { kinds },
    });
    expect(changeAt(result, 'labels.l').action).toBe('no-op');
    expect(result.plan.diagnostics).toMatchObject([
      {
        code: 'upstream-attribute-kept',
        address: 'fake.labels.l',
        message: expect.stringMatching(/^fake\.boxes\.b has no endpoint\.host at the moment/),
      },
    ]);
  });
});

/** A label of the box with this name; one that nobody manages is called ` Theirs `. */
const mine = (name: string, world: World = {}): PlanResult =>
  planOf({
    entries: [entry('labels.l', { of: new Reference('fake.boxes', 'name', name) })],
    objects: [object('boxes.x', { name: ' Theirs ' })],
    ...world,
  });

describe('an object that is referred to by name', () => {
  it('is found in any case, spaces around it aside', () => {
    expect(changeAt(mine('theirs  '), 'labels.l').after).toMatchObject({ of: 'x-id' });
  });

  it('is found by what stands for the name in its kind', () => {
    const people = kind('boxes', {
      fields: [role('email')],
      key: { nameField: 'email', of: () => undefined, unique: true },
    });
    const result = mine('a@b.example', {
      objects: [{ ...object('boxes.x'), fields: { email: 'a@b.example', name: 'x' } }],
      input: { kinds: kindTable(people, labels) },
    });
    expect(changeAt(result, 'labels.l').after).toMatchObject({ of: 'x-id' });
  });

  it('leaves out what refers to it where none or several have it, and says which', () => {
    const [none] = mine('nobody').plan.diagnostics;
    expect(none).toMatchObject({
      code: 'lookup-failed',
      message: "there is no fake.boxes named 'nobody'",
    });
    const twins = [object('boxes.x', { name: 'twin' }), object('boxes.y', { name: 'twin' })];
    expect(mine('twin', { objects: twins }).plan.diagnostics[0]).toMatchObject({
      code: 'lookup-failed',
      message: "2 objects match fake.boxes named 'twin': x-id, y-id",
      hint: 'refer to one of them by `{ id: … }`',
    });
  });

  it('is not said to be the only one where not all could be read', () => {
    const result = mine('theirs', {
      inventories: [
        { type: 'fake.boxes', complete: false, objects: [object('boxes.x', { name: 'theirs' })] },
        { type: 'fake.labels', complete: true, objects: [] },
      ],
      input: { kinds: kindTable(boxes, labels) },
    });
    expect(undeterminedOf(result)).toEqual(['labels.l']);
    expect(result.plan.diagnostics).toContainEqual(
      expect.objectContaining({ code: 'inventory-incomplete', address: 'fake.labels.l' }),
    );
  });
});
