import { describe, expect, it } from 'vitest';
import type { ApplyOutcome } from '../../src/executor/apply.ts';
import { fakeAccount, type FakeAccount } from '../_helpers/fake-account.ts';
import {
  attribute,
  entry,
  object,
  recorded,
  ref,
  type World,
} from '../_helpers/planner-builder.ts';

async function run(account: FakeAccount, world: World): Promise<ApplyOutcome> {
  return account.apply(world, await account.plan(world));
}

/** What is left to do after an apply: nothing, if all is well. */
async function left(account: FakeAccount, world: World): Promise<readonly string[]> {
  const { plan } = await account.plan(world);
  return plan.changes.flatMap((item) => (item.action === 'no-op' ? [] : [item.action]));
}

const box = entry('boxes.a', { place: 'here' });
const one: World = { entries: [box] };

describe('apply', () => {
  it('creates in order, with the IDs and attributes that came up on the way', async () => {
    const world: World = {
      entries: [
        box,
        entry('things.t', { box: ref('boxes.a') }),
        entry('labels.l', { of: ref('boxes.a'), text: attribute('boxes.a', 'endpoint') }),
      ],
    };
    const account = fakeAccount({});
    expect(await run(account, world)).toMatchObject({ applied: 3, failed: 0 });
    expect(account.writes[0]).toBe('POST boxes');
    const label = [...account.objects.values()].find((item) => item.type === 'fake.labels');
    expect(label?.fields).toMatchObject({ of: 'made-1', text: 'made-1.example' });
    expect(await left(account, world)).toEqual([]);
  });

  it('reports what waits for a failed change as blocked, and goes on with the rest', async () => {
    const world: World = {
      entries: [box, entry('labels.l', { of: ref('boxes.a') }), entry('labels.free')],
    };
    const account = fakeAccount({});
    account.faults.push('refuse');
    expect(await run(account, world)).toMatchObject({ applied: 1, failed: 1, blocked: 1 });
    expect(account.writes).toEqual(['POST boxes', 'POST labels']);
  });

  it('reads what is targeted from what is in place', async () => {
    const world: World = {
      entries: [box, entry('labels.l', { of: ref('boxes.a') }), entry('labels.other')],
      state: { 'boxes.a': recorded('boxes.a', { place: 'here' }) },
      objects: [object('boxes.a', { place: 'here' })],
      options: { target: ['labels.l'] },
    };
    const account = fakeAccount(world);
    expect(await run(account, world)).toMatchObject({ applied: 1, failed: 0 });
    expect(account.state().state.resources).not.toHaveProperty(['fake.labels.other']);
  });

  it('moves what is removed out of both addresses', async () => {
    const world: World = {
      state: { 'labels.old': recorded('labels.old') },
      objects: [object('labels.old')],
      stack: { moved: [{ from: 'fake.labels.old' as never, to: 'fake.labels.new' as never }] },
    };
    const account = fakeAccount(world);
    expect(await run(account, world)).toMatchObject({ applied: 1 });
    expect(account.objects.size).toBe(0);
    expect(account.state().state.resources).toEqual({});
  });

  it.each([
    ['without its entry', { desired: undefined }, 'internal'],
    ['of a kind that nobody knows', { type: 'fake.ghosts' }, 'kind-unknown'],
  ])('does nothing for a change %s', async (_name, parts, code) => {
    const account = fakeAccount({});
    const planned = await account.plan(one);
    const changes = planned.plan.changes.map((item) => ({ ...item, ...parts }));
    const plan = { ...planned.plan, changes };
    const outcome = await account.apply(one, { ...planned, plan });
    expect(outcome.problems).toMatchObject([{ code }]);
    expect(account.writes).toEqual([]);
  });

  it('keeps the outputs of an interrupted run as they were', async () => {
    const outputs = { e: { sensitive: false, value: 'before' } };
    const output = { name: 'e', value: attribute('boxes.a', 'endpoint'), sensitive: false };
    const world: World = { ...one, stack: { outputs: [output] }, prior: { outputs } };
    const account = fakeAccount(world);
    const planned = await account.plan(world);
    const signal = new AbortController().signal;
    const stop = { isStopped: () => true, waits: signal, requests: signal };
    expect(await account.apply(world, planned, { stop })).toMatchObject({ notStarted: 1 });
    expect(account.state().state.outputs).toEqual(outputs);
  });
});

const creates = (account: FakeAccount): number =>
  account.writes.filter((write) => write === 'POST boxes').length;

describe('a create whose answer was lost', () => {
  it('is found and not sent again', async () => {
    const account = fakeAccount({});
    account.faults.push('lose-answer');
    expect(await run(account, one)).toMatchObject({ applied: 1 });
    expect(creates(account)).toBe(1);
    expect(account.objects.size).toBe(1);
    expect(await left(account, one)).toEqual([]);
  });

  it('is sent again only after the time in which it may still show up', async () => {
    const account = fakeAccount({});
    account.faults.push('lose');
    const startMs = account.clock.now();
    expect(await run(account, one)).toMatchObject({ applied: 1 });
    expect(creates(account)).toBe(2);
    expect(account.clock.now() - startMs).toBeGreaterThanOrEqual(180_000);
  });

  it('is sent at most three times', async () => {
    const account = fakeAccount({});
    account.faults.push('lose', 'lose', 'lose', 'lose');
    const outcome = await run(account, one);
    expect(outcome.problems).toMatchObject([{ code: 'create-failed' }]);
    expect(creates(account)).toBe(3);
  });

  it('stops when it cannot be looked for, and the next run finds it', async () => {
    const account = fakeAccount({});
    const planned = await account.plan(one);
    account.faults.push('lose-answer');
    account.broken.add('fake.boxes');
    const outcome = await account.apply(one, planned);
    expect(outcome.problems).toMatchObject([{ code: 'create-ambiguous' }]);
    account.broken.clear();
    expect(await run(account, one)).toMatchObject({ applied: 1 });
    expect(account.objects.size).toBe(1);
    expect(await left(account, one)).toEqual([]);
  });

  it('leaves no open intent when it was refused', async () => {
    const account = fakeAccount({});
    account.faults.push('refuse');
    await run(account, one);
    expect(account.state().intents).toEqual([]);
  });

  it('is never mistaken for a namesake that was there before', async () => {
    const account = fakeAccount({});
    const planned = await account.plan(one);
    account.objects.set('theirs', object('boxes.a', { place: 'here' }, { id: 'theirs' }));
    await account.clock.advance(120_000);
    const outcome = await account.apply(one, planned);
    expect(outcome.problems).toMatchObject([{ code: 'stale' }]);
    expect(account.writes).toEqual([]);
  });
});

describe('what changed since the plan was made', () => {
  const world: World = {
    entries: [entry('boxes.a', { note: 'new' })],
    state: { 'boxes.a': recorded('boxes.a', { note: 'old' }) },
    objects: [object('boxes.a', { note: 'old' })],
  };
  const age = 120_000;

  it('is not overwritten', async () => {
    const account = fakeAccount(world);
    const planned = await account.plan(world);
    account.objects.set('a-id', object('boxes.a', { note: 'theirs' }));
    await account.clock.advance(age);
    expect(await account.apply(world, planned)).toMatchObject({ skipped: 1 });
    expect(account.writes).toEqual([]);
  });

  it('to what was asked for needs no write', async () => {
    const account = fakeAccount(world);
    const planned = await account.plan(world);
    account.objects.set('a-id', object('boxes.a', { note: 'new' }));
    await account.clock.advance(age);
    expect(await account.apply(world, planned)).toMatchObject({ applied: 1 });
    expect(account.writes).toEqual([]);
  });

  it('is not deleted', async () => {
    const gone: World = { ...world, entries: [] };
    const account = fakeAccount(gone);
    const planned = await account.plan(gone);
    account.objects.set('a-id', object('boxes.a', { note: 'theirs' }));
    await account.clock.advance(age);
    expect(await account.apply(gone, planned)).toMatchObject({ skipped: 1 });
    expect(account.objects.has('a-id')).toBe(true);
  });

  it('keeps an object from being deleted when something new is inside', async () => {
    const gone: World = { ...world, entries: [] };
    const account = fakeAccount(gone);
    const planned = await account.plan(gone);
    account.objects.set('t-id', object('things.t', { box: 'a-id' }));
    const outcome = await account.apply(gone, planned);
    expect(outcome.problems).toMatchObject([{ code: 'guard-new-content' }]);
    expect(account.writes).toEqual([]);
  });
});
