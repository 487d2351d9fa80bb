import { describe, expect, it } from 'vitest';
import { Reference } from '../../src/core/value.ts';
import { planStack } from '../../src/planner/plan-stack.ts';
import {
  actionsOf,
  address,
  attribute,
  boxes,
  changeAt,
  codesOf,
  entry,
  intent,
  kind,
  kindTable,
  NOW_MS,
  object,
  planInput,
  planOf,
  recorded,
  ref,
  things,
  undeterminedOf,
} from '../_helpers/planner-builder.ts';

const gone = (short: string): ReadonlyMap<string, undefined> =>
  new Map([[`fake.${short.split('.')[0]} ${short.split('.')[1]}-id`, undefined]]);

describe('an entry that is not in the state', () => {
  const entries = [entry('boxes.a', { note: 'x' })];

  it('is created where nothing has its natural key', () => {
    const result = planOf({ entries });
    expect(changeAt(result, 'boxes.a')).toMatchObject({ action: 'create', reason: 'not-in-state' });
    expect(result.toConfirm).toEqual([]);
  });

  it('is refused where an object has its natural key already', () => {
    const nameless = { ...boxes, key: { ...boxes.key, nameField: undefined } };
    const told = [boxes, nameless].map((shape) => {
      const input = { kinds: kindTable(shape, things) };
      const result = planOf({ entries, objects: [object('boxes.a')], input });
      expect(undeterminedOf(result)).toEqual(['boxes.a']);
      return result.plan.diagnostics.find(({ code }) => code === 'object-exists');
    });
    expect(told[0]).toMatchObject({
      severity: 'error',
      message: expect.stringMatching(/like fake\.boxes\.a exists already \(a-id\)/),
      hint: 'take it over with `--adopt=fake.boxes.a`, or name the new one differently',
    });
    expect(told[1]?.hint).toBe('take it over with `--adopt=fake.boxes.a`');
  });

  it('is adopted on request, its difference in the same change', () => {
    const result = planOf({
      entries,
      objects: [object('boxes.a')],
      options: { adopt: ['boxes.*'] },
    });
    expect(changeAt(result, 'boxes.a')).toMatchObject({
      action: 'update',
      importing: { id: 'a-id' },
      patch: [{ op: 'add', path: '/note', value: 'x' }],
    });
  });

  it('is not adopted from among several', () => {
    const objects = [object('boxes.a'), object('boxes.a', {}, { id: 'other' })];
    const result = planOf({ entries, objects, options: { adopt: ['*'] } });
    const told = result.plan.diagnostics.find(({ code }) => code === 'object-ambiguous');
    expect(told?.hint).toContain('`trueup import fake.boxes.a ID`');
  });

  it('is created when its namesake turns out to be gone', () => {
    const result = planOf({ entries, objects: [object('boxes.a')], confirmed: gone('boxes.a') });
    expect(actionsOf(result)).toEqual({ 'boxes.a': 'create' });
  });

  it('is created beside the tombstone of a namesake', () => {
    const tombstone = object('boxes.a', {}, { status: 'gone' });
    const confirmed = new Map([['fake.boxes a-id', tombstone]]);
    for (const world of [{ objects: [tombstone] }, { objects: [object('boxes.a')], confirmed }]) {
      expect(actionsOf(planOf({ entries, ...world }))).toEqual({ 'boxes.a': 'create' });
    }
  });

  it('takes the object that `imports` names, even one of several', () => {
    const objects = [object('boxes.a'), object('boxes.a', { note: 'x' }, { id: 'other' })];
    const imports = [{ to: address('boxes.a'), id: 'other' }];
    const result = planOf({ entries, objects, stack: { imports } });
    expect(changeAt(result, 'boxes.a')).toMatchObject({ action: 'import', id: 'other' });
  });

  it('does not import an object that the API no longer has', () => {
    const imports = [{ to: address('boxes.a'), id: 'a-id' }];
    const result = planOf({
      entries,
      objects: [object('boxes.a')],
      stack: { imports },
      confirmed: gone('boxes.a'),
    });
    expect(codesOf(result)).toContain('object-missing');
  });

  it('does not import an object that another entry stands for', () => {
    const imports = [{ to: address('boxes.a'), id: 'b-id' }];
    const result = planOf({
      entries: [...entries, entry('boxes.b')],
      state: { 'boxes.b': recorded('boxes.b') },
      objects: [object('boxes.b')],
      stack: { imports },
    });
    expect(actionsOf(result)).toEqual({ 'boxes.b': 'no-op' });
    expect(codesOf(result)).toContain('import-invalid');
  });

  it('asks for a read by ID of an import that no list shows', () => {
    const imports = [{ to: address('boxes.a'), id: 'far' }];
    const result = planOf({ entries, stack: { imports } });
    expect(result.toConfirm).toMatchObject([{ type: 'fake.boxes', id: 'far' }]);
  });
});

describe('an entry whose object is gone', () => {
  const world = {
    entries: [entry('boxes.a')],
    state: { 'boxes.a': recorded('boxes.a') },
    confirmed: gone('boxes.a'),
  };

  it('is read by its ID before that is believed', () => {
    const { toConfirm } = planOf({ ...world, confirmed: new Map() });
    expect(toConfirm).toMatchObject([{ id: 'a-id' }]);
  });

  it('is created again, and the loss is drift', () => {
    const result = planOf(world);
    expect(changeAt(result, 'boxes.a')).toMatchObject({ action: 'create', reason: 'gone' });
    expect(result.plan.drift).toMatchObject([{ action: 'gone', id: 'a-id' }]);
  });

  it('is no drift where an interrupted run was deleting it, to make it again or not', () => {
    const deleting = { deletingSinceMs: NOW_MS - 1_000 };
    const state = {
      'boxes.a': recorded('boxes.a', {}, deleting),
      'boxes.b': recorded('boxes.b', {}, deleting),
    };
    const confirmed = new Map([...gone('boxes.a'), ...gone('boxes.b')]);
    const { plan } = planOf({ entries: world.entries, state, confirmed });
    expect(plan.changes.map(({ action, reason }) => [action, reason])).toEqual([
      ['create', 'gone'],
      ['forget', 'gone'],
    ]);
    expect([plan.drift, plan.vanished]).toEqual([[], []]);
  });

  it('is not created beside an object that somebody else made under its name', () => {
    const result = planOf({ ...world, objects: [object('boxes.a', {}, { id: 'theirs' })] });
    expect(codesOf(result)).toContain('object-exists');
    expect(actionsOf(result)).toEqual({});
  });

  it('is created again although `imports` still names the lost object', () => {
    const imports = [{ to: address('boxes.a'), id: 'a-id' }];
    expect(actionsOf(planOf({ ...world, stack: { imports } }))).toEqual({ 'boxes.a': 'create' });
  });

  it('is unknown to what refers to it', () => {
    const result = planOf({
      ...world,
      entries: [...world.entries, entry('labels.l', { of: ref('boxes.a') })],
      state: { ...world.state, 'labels.l': recorded('labels.l', { of: 'a-id' }) },
      objects: [object('labels.l', { of: 'a-id' })],
    });
    expect(changeAt(result, 'labels.l')).toMatchObject({ action: 'update', causes: ['upstream'] });
  });

  it('is not created again after its expiry unless that is allowed', () => {
    const expiring = kind('boxes', { ...boxes, expiredAt: () => '2026-01-01T00:00:00Z' });
    const input = { kinds: kindTable(expiring) };
    expect(codesOf(planOf({ ...world, input }))).toContain('object-expired');
    const allowed = [{ risk: 'recreate' as const, glob: 'boxes.a' }];
    const options = { approvals: { allowed, deletesMax: undefined } };
    expect(changeAt(planOf({ ...world, input, options }), 'boxes.a').reason).toBe('expired');
  });
});

describe('a live object in a state of its own', () => {
  const entries = [entry('boxes.a')];
  const state = { 'boxes.a': recorded('boxes.a') };

  it('that has failed needs `--replace`', () => {
    const objects = [object('boxes.a', {}, { status: 'failed', statusText: 'FAILED' })];
    expect(codesOf(planOf({ entries, state, objects }))).toContain('object-failed');
    const options = { replace: ['boxes.a'] };
    const result = planOf({ entries, state, objects, options });
    expect(changeAt(result, 'boxes.a')).toMatchObject({
      action: 'replace',
      reason: 'replace-requested',
    });
  });

  it('that has failed is not taken over as if it were in place', () => {
    const objects = [object('boxes.a', {}, { status: 'failed', statusText: 'FAILED' })];
    const imports = [{ to: address('boxes.a'), id: 'a-id' }];
    for (const more of [{ options: { adopt: ['*'] } }, { stack: { imports } }]) {
      const result = planOf({ entries, objects, ...more });
      expect(actionsOf(result)).toEqual({});
      expect(codesOf(result)).toEqual(['object-failed']);
    }
  });

  it('that is a tombstone is gone', () => {
    const objects = [object('boxes.a', {}, { status: 'gone' })];
    expect(changeAt(planOf({ entries, state, objects }), 'boxes.a').reason).toBe('gone');
  });

  it('that waits to be finished is an update', () => {
    const pending = { steps: ['create'], done: 1, restore: {} };
    const result = planOf({
      entries,
      state: { 'boxes.a': recorded('boxes.a', {}, { pending }) },
      objects: [object('boxes.a')],
    });
    expect(changeAt(result, 'boxes.a')).toMatchObject({
      action: 'update',
      reason: 'finish-steps',
      steps: [],
    });
  });

  it('is put back into the state that a cut-short change found it in', () => {
    const pending = { steps: ['up', 'update', 'down'], done: 2, restore: { note: 'resting' } };
    const result = planOf({
      entries,
      state: { 'boxes.a': recorded('boxes.a', {}, { pending }) },
      objects: [object('boxes.a', { note: 'awake' })],
    });
    expect(changeAt(result, 'boxes.a')).toMatchObject({
      action: 'update',
      restore: { note: 'resting' },
      after: { note: 'resting' },
    });
  });
});

describe('creates that were interrupted', () => {
  const entries = [entry('boxes.a', { place: 'here' })];
  const found = object('boxes.a', { place: 'here' }, { createdAt: new Date(NOW_MS).toISOString() });

  it('are taken over, their write-only fields to be sent again', () => {
    const intents = [intent('boxes.a', { place: 'here' }, { writeOnly: ['/password'] })];
    const result = planOf({ entries, objects: [found], input: { intents } });
    expect(changeAt(result, 'boxes.a')).toMatchObject({
      action: 'update',
      reason: 'recovered-create',
      importing: { id: 'a-id' },
    });
    expect(result.plan.drift).toEqual([]);
  });

  it('stop where several objects may be theirs', () => {
    const intents = [intent('boxes.a', { place: 'here' })];
    const result = planOf({
      entries: [...entries, entry('labels.l', { text: attribute('boxes.a', 'note') })],
      objects: [found, { ...found, id: 'second' }],
      input: { intents },
    });
    expect(codesOf(result)).toContain('create-ambiguous');
    expect(undeterminedOf(result)).toEqual(['boxes.a', 'labels.l']);
  });

  it('that may still show up are named when no entry asks for them any more', () => {
    const intents = [intent('boxes.a', {}, { visibleByMs: NOW_MS + 60_000 })];
    expect(codesOf(planOf({ input: { intents } }))).toContain('open-intent');
    const again = planOf({ entries, input: { intents } });
    expect(codesOf(again)).not.toContain('open-intent');
    expect(changeAt(again, 'boxes.a').notes.join()).toContain('interrupted create');
  });

  it('never claim what the state holds under another address', () => {
    const result = planOf({
      entries: [entry('boxes.renamed', { name: 'a' })],
      state: { 'boxes.renamed': recorded('boxes.renamed', { name: 'a' }, { id: 'a-id' }) },
      objects: [found],
      input: { intents: [intent('boxes.a')] },
    });
    expect(actionsOf(result)).toEqual({ 'boxes.renamed': 'no-op' });
  });

  it('of two addresses do not both take the same object', () => {
    const intents = [
      intent('boxes.a', {}, { sentAtMs: NOW_MS - 9_000 }),
      intent('boxes.renamed', { name: 'a' }, { sentAtMs: NOW_MS - 5_000 }),
    ];
    const result = planOf({
      entries: [entry('boxes.renamed', { name: 'a' })],
      objects: [found],
      input: { intents },
    });
    expect(actionsOf(result)).toEqual({ 'boxes.renamed': 'update' });
  });
});

/** How often all collections are asked for by so many labels that name a box, among as many. */
function listsAskedFor(count: number): number {
  const keys = Array.from({ length: count }, (_, index) => `l${index}`);
  const of = new Reference('fake.boxes', 'name', 'x');
  const input = planInput({
    entries: keys.map((key) => entry(`labels.${key}`, { of })),
    objects: [object('boxes.x'), ...keys.map((key) => object(`boxes.${key}`))],
  });
  let calls = 0;
  const inventories = (): ReturnType<typeof input.live.inventories> => {
    calls += 1;
    return input.live.inventories();
  };
  planStack({ ...input, live: { ...input.live, inventories } });
  return calls;
}

/** How often each of so many imports is looked at. */
function looksAtImports(count: number): number {
  let looks = 0;
  const entries = Array.from({ length: count }, (_, index) => entry(`boxes.b${index}`));
  const imports = entries.map(({ address: own, key }) => ({
    get to() {
      looks += 1;
      return own;
    },
    id: `${key}-id`,
  }));
  const objects = entries.map(({ key }) => object(`boxes.${key}`));
  planOf({ entries, objects, stack: { imports } });
  return looks / count;
}

describe('what a plan looks at', () => {
  it('are all collections a few times, however many names are looked up', () => {
    expect(listsAskedFor(40)).toBe(listsAskedFor(4));
  });

  it('are the imports a few times, however many there are', () => {
    expect(looksAtImports(40)).toBe(looksAtImports(4));
  });
});
