import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../src/core/diagnostic.ts';
import type { Inventory } from '../../src/core/live.ts';
import { Reference } from '../../src/core/value.ts';
import {
  address,
  attribute,
  boxes,
  entry,
  intent,
  inventoriesOf,
  kind,
  kindTable,
  labels,
  NOW_MS,
  object,
  planOf,
  recorded,
  ref,
  things,
  type World,
} from '../_helpers/planner-builder.ts';

const state = { 'boxes.a': recorded('boxes.a') };
const objects = [object('boxes.a')];

function broken(type: string, scope?: string): readonly Inventory[] {
  return inventoriesOf(objects).map((item) =>
    item.type === type && item.scope === scope ? { ...item, complete: false } : item,
  );
}

const unread = inventoriesOf(objects).filter((item) => item.scope === undefined);
const held: World = {
  entries: [entry('labels.l')],
  state: {
    ...state,
    'labels.l': recorded('labels.l', {}, { dependsOn: [address('boxes.a')] }),
  },
  objects: [...objects, object('labels.l', {}, { status: 'failed', statusText: 'FAILED' })],
};
const moved = [{ from: address('boxes.a'), to: address('boxes.b') }];
const bothThere: World = {
  entries: [entry('boxes.a'), entry('boxes.b')],
  state: { ...state, 'boxes.b': recorded('boxes.b') },
  objects: [...objects, object('boxes.b')],
  stack: { moved },
};
const picky = kind('labels', {
  ...labels,
  check: ({ resource }) =>
    resource.address === 'fake.labels.bad' ? [{ code: 'limit-exceeded', message: 'too many' }] : [],
});
const refused: World = {
  entries: [entry('labels.bad'), entry('labels.l', { also: [ref('labels.bad')] })],
  input: { kinds: kindTable(boxes, things, picky) },
};
const created = new Date(NOW_MS).toISOString();
const twins: World = {
  entries: [entry('boxes.a'), entry('labels.l', { of: ref('boxes.a') })],
  objects: ['one', 'two'].map((id) => object('boxes.a', {}, { id, createdAt: created })),
  input: { intents: [intent('boxes.a')] },
};

/** Every reason for which a resource is left out. */
const REASONS: readonly (readonly [string, World])[] = [
  ['its list', { entries: [entry('boxes.a')], state, inventories: broken('fake.boxes') }],
  ['its list, of what is removed', { state, inventories: broken('fake.boxes') }],
  ['the list of what is inside', { state, objects, inventories: broken('fake.things', 'a-id') }],
  ['no list of what is inside', { state, objects, inventories: unread }],
  [
    'no list of what is inside a replacement',
    { entries: [entry('boxes.a')], state, inventories: unread, options: { replace: ['*'] } },
  ],
  [
    'no list of its place',
    {
      entries: [entry('boxes.a'), entry('things.t', { box: ref('boxes.a') })],
      state,
      inventories: unread,
    },
  ],
  [
    'the list of what it looks up',
    {
      entries: [entry('labels.l', { of: new Reference('fake.boxes', 'name', 'a') })],
      inventories: broken('fake.boxes'),
    },
  ],
  ['a look-up', { entries: [entry('labels.l', { of: new Reference('fake.boxes', 'name', 'z') })] }],
  ['an attribute of nothing', { entries: [entry('labels.l', { of: attribute('boxes.z', 'x') })] }],
  ['a kind nobody knows', { state: { 'fake.x.a': recorded('fake.x.a') } }],
  ['an object that failed', { ...held, state: { 'labels.l': recorded('labels.l') } }],
  ['what a delete waits for', held],
  ['what a delete waits for, in a part', { ...held, options: { target: ['boxes.a'] } }],
  ['a refused move', bothThere],
  ['a refused move, where it came from', { ...bothThere, options: { target: ['boxes.a'] } }],
  ['a refused move, where it went', { ...bothThere, options: { target: ['boxes.b'] } }],
  ['a check of its kind', refused],
  ['a check of its kind, in a part', { ...refused, options: { target: ['labels.l'] } }],
  ['several objects of one create', twins],
  ['several objects, in a part', { ...twins, options: { target: ['labels.l'] } }],
  [
    'a name that is taken',
    { entries: [entry('boxes.a'), entry('labels.l', { of: ref('boxes.a') })], objects },
  ],
];

describe('a plan that is not complete because of', () => {
  it.each(REASONS)('%s says so in an error', (_name, world) => {
    const { plan } = planOf(world);
    expect(plan.incomplete).toBe(true);
    expect(plan.undetermined.length).toBeGreaterThan(0);
    expect(plan.diagnostics.filter((item) => item.severity === 'error')).not.toEqual([]);
  });

  it.each(REASONS)('%s tells an error for each resource that is left out', (_name, world) => {
    const { plan } = planOf(world);
    const errors = plan.diagnostics.filter((item) => item.severity === 'error');
    const isTold = (address: string): boolean => {
      if (errors.some((item) => item.address === address)) return true;
      const because = plan.undetermined.find((item) => item.address === address)?.because ?? '';
      if (/could not be read in full/.test(because)) {
        return errors.some(({ address: none, code }) => !none && code === 'inventory-incomplete');
      }
      const root = because.match(/fake\.\w+\.\w+/g)?.find((other) => other !== address);
      return root !== undefined && isTold(root);
    };
    expect(plan.undetermined.filter((item) => !isTold(item.address))).toEqual([]);
  });
});

function errorsOf(world: World): readonly Diagnostic[] {
  return planOf(world).plan.diagnostics.filter((item) => item.severity === 'error');
}

describe('an error of what was left out', () => {
  it('is not told twice for those that follow from it', () => {
    const { plan } = planOf(refused);
    const errors = plan.diagnostics.filter((item) => item.severity === 'error');
    expect(errors.map((item) => item.address)).toEqual(['fake.labels.bad']);
    expect(plan.undetermined).toEqual([
      { address: 'fake.labels.bad', because: 'too many' },
      {
        address: 'fake.labels.l',
        because: 'it depends on fake.labels.bad, which is not planned',
      },
    ]);
  });

  it('is told once for a refused move', () => {
    const errors = planOf(bothThere).plan.diagnostics.filter(
      ({ severity }) => severity === 'error',
    );
    expect(errors).toMatchObject([{ code: 'moved-invalid', address: 'fake.boxes.b' }]);
  });

  it('names what a part of the plan waits for outside of it', () => {
    const { plan } = planOf({ ...held, options: { target: ['boxes.a'] } });
    expect(plan.diagnostics).toMatchObject([
      {
        code: 'dependency-incomplete',
        severity: 'error',
        address: 'fake.boxes.a',
        message:
          'fake.boxes.a is left out: fake.labels.l, which refers to it, could not be planned',
      },
    ]);
  });

  it('tells a list that was not read, and one that was not whole, once', () => {
    expect(errorsOf({ state, inventories: unread })).toMatchObject([
      {
        code: 'inventory-incomplete',
        address: 'fake.boxes.a',
        message: /things inside it were not/,
      },
    ]);
    expect(errorsOf({ state, inventories: broken('fake.things', 'a-id') })).toMatchObject([
      { code: 'inventory-incomplete', message: expect.stringContaining('fake.things of a-id') },
    ]);
  });
});
