import { describe, expect, it } from 'vitest';
import type { LiveObject } from '../../src/core/live.ts';
import { Secret } from '../../src/core/secret.ts';
import type { PlannedRun } from '../../src/executor/make-plan.ts';
import { ApiError } from '../../src/http/api-error.ts';
import { failure, fakeAccount, type FakeAccount } from '../_helpers/fake-account.ts';
import { AttributeReference, Template } from '../../src/core/value.ts';
import {
  address,
  boxes,
  entry,
  object,
  recorded,
  ref,
  type World,
} from '../_helpers/planner-builder.ts';

const box: World = {
  entries: [entry('boxes.a', { note: 'x' })],
  state: { 'boxes.a': recorded('boxes.a', { note: 'x' }) },
  objects: [object('boxes.a', { note: 'x' })],
};

function actions({ plan }: PlannedRun): readonly string[] {
  return plan.changes.map((item) => `${item.action} ${item.address}`);
}

function byId(account: FakeAccount): readonly string[] {
  return account.reads.filter((read) => read.startsWith('GET'));
}

/** A list that does not know yet, or still knows, what reads by ID tell. */
function staleList(account: FakeAccount, listed: readonly LiveObject[]): void {
  account.lists.set('fake.boxes', listed);
}

describe('a plan that changes nothing', () => {
  it('costs one list a collection and no read by ID', async () => {
    const world: World = {
      entries: [...(box.entries ?? []), entry('things.t', { box: ref('boxes.a') })],
      state: { ...box.state, 'things.t': recorded('things.t', { box: 'a-id' }) },
      objects: [...(box.objects ?? []), object('things.t', { box: 'a-id' })],
    };
    const account = fakeAccount(world);
    expect(actions(await account.plan(world))).toEqual([
      'no-op fake.boxes.a',
      'no-op fake.things.t',
    ]);
    expect(account.reads).toEqual(['LIST boxes', 'LIST things a-id']);
  });

  it('does not grow with the number of objects', async () => {
    const keys = Array.from({ length: 50 }, (_, at) => `l${at}`);
    const world: World = {
      entries: keys.map((key) => entry(`labels.${key}`)),
      state: Object.fromEntries(keys.map((key) => [`labels.${key}`, recorded(`labels.${key}`)])),
      objects: keys.map((key) => object(`labels.${key}`)),
    };
    const account = fakeAccount(world);
    await account.plan(world);
    expect(account.reads).toEqual(['LIST labels']);
  });
});

describe('an object of the state that its list lacks', () => {
  it('is there all the same when it reads by its ID', async () => {
    const account = fakeAccount(box);
    staleList(account, []);
    expect(actions(await account.plan(box))).toEqual(['no-op fake.boxes.a']);
    expect(byId(account)).toEqual(['GET boxes a-id']);
  });

  it('is gone when its ID is not found', async () => {
    const account = fakeAccount({ ...box, objects: [] });
    const planned = await account.plan(box);
    expect(actions(planned)).toEqual(['create fake.boxes.a']);
    expect(planned.plan.drift).toMatchObject([{ action: 'gone', id: 'a-id' }]);
    expect(byId(account)).toEqual(['GET boxes a-id']);
  });

  it('is gone when its ID shows a tombstone', async () => {
    const account = fakeAccount(box);
    const [listed] = box.objects ?? [];
    if (listed !== undefined) account.objects.set('a-id', { ...listed, status: 'gone' });
    staleList(account, []);
    expect(actions(await account.plan(box))).toEqual(['create fake.boxes.a']);
  });

  it('is forgotten, not deleted, when nothing asks for it any more', async () => {
    const account = fakeAccount({ ...box, objects: [] });
    const nothing: World = { entries: [] };
    const planned = await account.plan(nothing);
    expect(actions(planned)).toEqual(['forget fake.boxes.a']);
    await account.apply(nothing, planned);
    expect(account.writes).toEqual([]);
    expect(account.state().state.resources).toEqual({});
  });

  it.each([
    ['403', failure('refused', 403)],
    ['an error of the API', failure('ambiguous', 500)],
    ['no answer', failure('ambiguous', undefined)],
  ])('is undetermined when its ID answers with %s', async (_name, error) => {
    const account = fakeAccount({ ...box, objects: [] });
    account.readErrors.set('a-id', error);
    const { plan } = await account.plan(box);
    expect(plan.changes).toEqual([]);
    expect(plan.undetermined).toMatchObject([{ address: 'fake.boxes.a' }]);
    expect(plan.incomplete).toBe(true);
    expect(plan.drift).toEqual([]);
  });

  it('is told once for a collection, however many of its reads fail', async () => {
    const keys = ['a', 'b', 'c'];
    const world: World = {
      entries: keys.map((key) => entry(`boxes.${key}`)),
      state: Object.fromEntries(keys.map((key) => [`boxes.${key}`, recorded(`boxes.${key}`)])),
    };
    const account = fakeAccount(world);
    for (const key of keys) account.readErrors.set(`${key}-id`, failure('refused', 403));
    const { plan } = await account.plan(world);
    const told = plan.diagnostics.filter((item) => item.severity === 'error');
    expect(told.map((item) => item.code)).toEqual(['inventory-incomplete']);
  });

  it('inside another leaves that collection open, and the others not', async () => {
    const world: World = {
      entries: [...(box.entries ?? []), entry('things.t', { box: ref('boxes.a') })],
      state: { ...box.state, 'things.t': recorded('things.t', { box: 'a-id' }) },
      objects: box.objects ?? [],
    };
    const account = fakeAccount(world);
    account.readErrors.set('t-id', failure('refused', 403));
    const { plan } = await account.plan(world);
    expect(plan.changes.map((item) => item.address)).toEqual(['fake.boxes.a']);
    expect(plan.undetermined).toMatchObject([{ address: 'fake.things.t' }]);
  });

  it('may be one of several: each is read', async () => {
    const keys = ['a', 'b'];
    const world: World = {
      entries: keys.map((key) => entry(`labels.${key}`, { text: 'x' })),
      state: Object.fromEntries(
        keys.map((key) => [`labels.${key}`, recorded(`labels.${key}`, { text: 'x' })]),
      ),
      objects: keys.map((key) => object(`labels.${key}`, { text: 'x' })),
    };
    const account = fakeAccount(world);
    account.lists.set('fake.labels', []);
    const planned = await account.plan(world);
    expect(planned.plan.changes.map((item) => item.action)).toEqual(['no-op', 'no-op']);
    expect(planned.live.objects('fake.labels')).toHaveLength(2);
  });

  it('that fails as a bug fails the plan', async () => {
    const account = fakeAccount({ ...box, objects: [] });
    account.readErrors.set('a-id', new TypeError('a bug'));
    await expect(account.plan(box)).rejects.toThrow('a bug');
  });

  it('and was made a moment ago is not gone before lists can have caught up', async () => {
    const account = fakeAccount({});
    const createdAtMs = account.clock.now() - 20_000;
    const fresh = recorded('boxes.a', { note: 'x' }, { createdAtMs });
    account.records.push({ op: 'put', address: 'fake.boxes.a', resource: fresh });
    const startMs = account.clock.now();
    expect(actions(await account.plan(box))).toEqual(['create fake.boxes.a']);
    expect(account.clock.now() - startMs).toBeGreaterThanOrEqual(40_000);
  });

  it('and was made by a machine whose clock is ahead is waited for no longer', async () => {
    const account = fakeAccount({});
    const createdAtMs = account.clock.now() + 86_400_000;
    const fresh = recorded('boxes.a', { note: 'x' }, { createdAtMs });
    account.records.push({ op: 'put', address: 'fake.boxes.a', resource: fresh });
    const startMs = account.clock.now();
    expect(actions(await account.plan(box))).toEqual(['create fake.boxes.a']);
    expect(account.clock.now() - startMs).toBeLessThanOrEqual(62_000);
  });

  it('and was made a moment ago may come up meanwhile', async () => {
    const account = fakeAccount({});
    const createdAtMs = account.clock.now() - 20_000;
    const fresh = recorded('boxes.a', { note: 'x' }, { createdAtMs });
    account.records.push({ op: 'put', address: 'fake.boxes.a', resource: fresh });
    void later(account, 10_000, () =>
      account.objects.set('a-id', object('boxes.a', { note: 'x' })),
    );
    const planned = await account.plan(box);
    expect(actions(planned)).toEqual(['no-op fake.boxes.a']);
    expect(planned.live.byId('fake.boxes', 'a-id')).toBeDefined();
  });
});

async function later(account: FakeAccount, delayMs: number, job: () => void): Promise<void> {
  await account.clock.sleep(delayMs);
  job();
}

describe('a difference', () => {
  it('of a stale replica is none: the read by ID counts', async () => {
    const account = fakeAccount(box);
    staleList(account, [object('boxes.a', { note: 'before' })]);
    const planned = await account.plan(box);
    expect(actions(planned)).toEqual(['no-op fake.boxes.a']);
    expect(planned.plan.drift).toEqual([]);
    expect(planned.live.byId('fake.boxes', 'a-id')?.fields).toMatchObject({ note: 'x' });
    expect(byId(account)).toEqual(['GET boxes a-id']);
  });

  it('that a read by ID shows too is drift', async () => {
    const account = fakeAccount({ ...box, objects: [object('boxes.a', { note: 'theirs' })] });
    const planned = await account.plan(box);
    expect(actions(planned)).toEqual(['update fake.boxes.a']);
    expect(planned.plan.drift).toMatchObject([{ action: 'update' }]);
    expect(byId(account)).toEqual(['GET boxes a-id']);
  });

  it('that is the manifest’s alone is not read again', async () => {
    const account = fakeAccount(box);
    const changed: World = { ...box, entries: [entry('boxes.a', { note: 'new' })] };
    expect(actions(await account.plan(changed))).toEqual(['update fake.boxes.a']);
    expect(byId(account)).toEqual([]);
  });

  it('that cannot be read again leaves the resource alone', async () => {
    const account = fakeAccount({ ...box, objects: [object('boxes.a', { note: 'theirs' })] });
    account.readErrors.set('a-id', failure('refused', 403));
    const { plan } = await account.plan(box);
    expect(plan.changes).toEqual([]);
    expect(plan.incomplete).toBe(true);
  });

  it('of a namesake that is gone by its ID stands in nobody’s way', async () => {
    const account = fakeAccount({});
    staleList(account, [object('boxes.a', {}, { id: 'deleted' })]);
    const wanted: World = { entries: [entry('boxes.a')] };
    const planned = await account.plan(wanted);
    expect(actions(planned)).toEqual(['create fake.boxes.a']);
    expect(planned.live.byId('fake.boxes', 'deleted')).toBeUndefined();
  });

  it('is read again down a chain of any length', async () => {
    const keys = Array.from({ length: 20 }, (_, at) => `l${at}`);
    const account = fakeAccount({});
    account.lists.set(
      'fake.labels',
      keys.map((key) => object(`labels.${key}`, {}, { id: `deleted-${key}` })),
    );
    const entries = keys.map((key, at) =>
      entry(`labels.${key}`, {}, { dependsOn: at === 0 ? [] : [`labels.l${at - 1}`] }),
    );
    const { plan } = await account.plan({ entries });
    expect(plan.undetermined).toEqual([]);
    expect(plan.changes).toHaveLength(20);
    expect(byId(account)).toHaveLength(20);
  });
});

describe('a targeted plan', () => {
  it('reads nothing by ID that is not its own', async () => {
    const world: World = {
      entries: [entry('boxes.a', { note: 'x' }), entry('labels.l', { text: 'x' })],
      state: { ...box.state, 'labels.l': recorded('labels.l', { text: 'x' }) },
      objects: [object('boxes.a', { note: 'y' }), object('labels.l', { text: 'y' })],
    };
    const account = fakeAccount(world);
    const planned = await account.plan({ ...world, options: { target: ['labels.l'] } });
    expect(actions(planned)).toEqual(['update fake.labels.l']);
    expect(byId(account)).toEqual(['GET labels l-id']);
  });
});

describe('an import', () => {
  const wanted: World = {
    entries: [entry('boxes.a')],
    stack: { imports: [{ to: 'fake.boxes.a' as never, id: 'wanted' }] },
  };

  it('of an object that lists do not show yet reads it by ID', async () => {
    const account = fakeAccount({ objects: [object('boxes.a', {}, { id: 'wanted' })] });
    staleList(account, []);
    const planned = await account.plan(wanted);
    expect(actions(planned)).toEqual(['import fake.boxes.a']);
    expect(planned.live.byId('fake.boxes', 'wanted')).toBeDefined();
  });

  it('of an object that there is not is an error', async () => {
    const { plan } = await fakeAccount({}).plan(wanted);
    expect(plan.changes).toEqual([]);
    expect(plan.diagnostics).toMatchObject([{ code: 'object-missing' }]);
  });
});

function withPassword(password: Secret): World {
  return { entries: [entry('boxes.a', { password })] };
}

describe('digests', () => {
  const old = Secret.create('the first of the tests');
  const changed = Secret.create('the second of the tests');

  it.each([
    ['with a key', 'a key'],
    ['without one', undefined],
  ])('%s tell a secret that changed from one that did not', async (_name, stateKey) => {
    const account = fakeAccount({}, { stateKey });
    await account.apply(withPassword(old), await account.plan(withPassword(old)));
    expect(actions(await account.plan(withPassword(old)))).toEqual(['no-op fake.boxes.a']);
    expect(actions(await account.plan(withPassword(changed)))).toEqual(['update fake.boxes.a']);
  });

  it.each([
    ['made with a key are of no use without it', 'a key', undefined],
    ['made with a key that nobody has any more are of no use', 'another key', 'a key'],
  ])('%s: nothing is sent because of them', async (_name, made, read) => {
    const first = fakeAccount({}, { stateKey: made });
    await first.apply(withPassword(old), await first.plan(withPassword(old)));
    const second = fakeAccount({ objects: [...first.objects.values()] }, { stateKey: read });
    second.records.push(...first.records);
    const { plan } = await second.plan(withPassword(changed));
    expect(plan.changes).toMatchObject([{ action: 'no-op', notes: ['password: (not verified)'] }]);
  });

  it('are asked for until none is open: one may bring up the next', async () => {
    // The first decides whether the box is made again, and so whether the second is known.
    const fields = boxes.fields.map((item) =>
      item.path[0] === 'password' ? { ...item, immutable: true } : item,
    );
    const account = fakeAccount({}, { stateKey: undefined, kinds: { boxes: { fields } } });
    account.hidden.add('secret');
    const id = new AttributeReference(address('boxes.a'), ['id'], false);
    const secret = new Template(
      [id, new AttributeReference(address('boxes.a'), ['password'], true)],
      false,
    );
    const world: World = {
      entries: [
        entry('boxes.a', { password: old }),
        entry('things.t', { box: ref('boxes.a'), secret }),
      ],
    };
    await account.apply(world, await account.plan(world));
    expect(actions(await account.plan(world))).toEqual([
      'no-op fake.boxes.a',
      'no-op fake.things.t',
    ]);
  });
});

it('an unreadable answer to a read by ID is no absence', async () => {
  const account = fakeAccount({ ...box, objects: [] });
  const details = { kind: 'invalid', method: 'GET', path: '/boxes/a-id', status: 200 } as const;
  account.readErrors.set('a-id', new ApiError('api-response-invalid', 'not JSON', details));
  const { plan } = await account.plan(box);
  expect(plan.changes).toEqual([]);
  expect(plan.undetermined).toHaveLength(1);
});
