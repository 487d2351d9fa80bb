import { describe, expect, it } from 'vitest';
import { Secret } from '../../src/core/secret.ts';
import type { ApplyOutcome } from '../../src/executor/apply.ts';
import type { LiveObject } from '../../src/core/live.ts';
import type { ProviderKind } from '../../src/providers/contract.ts';
import { fakeAccount, type FakeAccount, type Fault } from '../_helpers/fake-account.ts';
import {
  boxes,
  entry,
  intent,
  object,
  recorded,
  ref,
  type World,
} from '../_helpers/planner-builder.ts';

const world: World = { entries: [entry('boxes.a', { place: 'here' })] };
/** The deadline of a request and the lag of lists. */
const WINDOW_MS = 180_000;

interface End {
  readonly posts: number;
  readonly made: number;
  readonly intents: number;
  readonly codes: readonly string[];
  readonly id: string | undefined;
  readonly waitedMs: number;
}

async function apply(
  account: FakeAccount,
  what: World = world,
  before: () => void = () => undefined,
): Promise<End & { readonly outcome: ApplyOutcome }> {
  const planned = await account.plan(what);
  const startMs = account.clock.now();
  before();
  const outcome = await account.apply(what, planned);
  const { state, intents } = account.state();
  return {
    outcome,
    posts: posts(account),
    made: [...account.objects.keys()].filter((id) => id.startsWith('made-')).length,
    intents: intents.length,
    codes: outcome.problems.map((item) => item.code),
    id: state.resources['fake.boxes.a']?.id,
    waitedMs: account.clock.now() - startMs,
  };
}

function posts(account: FakeAccount): number {
  return account.writes.filter((write) => write.startsWith('POST boxes')).length;
}

async function later(account: FakeAccount, delayMs: number, job: () => void): Promise<void> {
  await account.clock.sleep(delayMs);
  job();
}

/** Somebody else's box of the same name. */
function foreign(account: FakeAccount, parts: Partial<LiveObject> = {}, place = 'here'): void {
  const createdAt = new Date(account.clock.now()).toISOString();
  const made = object('boxes.a', { place }, { id: 'theirs', createdAt, ...parts });
  account.objects.set(made.id, made);
}

const DONE: readonly Fault[] = ['lose-answer', 'garble', 'no-id', 'other-id'];

describe.each(DONE)('a create that was done and ends in %s', (fault) => {
  function broken(): FakeAccount {
    // A box of another name, for the answer with the ID of another object.
    const other = object('boxes.other', { place: 'here' });
    const account = fakeAccount({ objects: [other] });
    account.faults.push(fault);
    return account;
  }

  it('is found at once and not sent again', async () => {
    const end = await apply(broken());
    expect(end).toMatchObject({ posts: 1, made: 1, intents: 0, codes: [], id: 'made-1' });
  });

  it('is found when lists show it late', async () => {
    const account = broken();
    account.lag.listMs = 60_000;
    const end = await apply(account);
    expect(end).toMatchObject({ posts: 1, made: 1, intents: 0, codes: [], id: 'made-1' });
    expect(end.waitedMs).toBeGreaterThanOrEqual(60_000);
  });

  it('is told from a namesake that differs in what cannot change', async () => {
    const account = broken();
    const end = await apply(account, world, () => foreign(account, {}, 'there'));
    expect(end).toMatchObject({ posts: 1, made: 1, intents: 0, codes: [], id: 'made-1' });
  });

  it('is told from a namesake that is older', async () => {
    const account = broken();
    const end = await apply(account, world, () => {
      foreign(account, { createdAt: new Date(account.clock.now() - 60_000).toISOString() });
    });
    expect(end).toMatchObject({ posts: 1, made: 1, intents: 0, codes: [], id: 'made-1' });
  });

  it('stops when several could be it, and so does the next plan', async () => {
    const account = broken();
    account.meanwhile.set(1, () => foreign(account));
    const end = await apply(account);
    expect(end).toMatchObject({ posts: 1, intents: 1, codes: ['create-ambiguous'], id: undefined });
    expect(end.outcome.problems[0]?.message).toContain('made-1');
    expect(end.outcome.problems[0]?.message).toContain('theirs');
    const { plan } = await account.plan(world);
    expect(plan.changes).toEqual([]);
    expect(plan.diagnostics.map((item) => item.code)).toContain('create-ambiguous');
  });

  it('stops when it cannot be looked for, and the next run finds it', async () => {
    const account = broken();
    const end = await apply(account, world, () => account.broken.add('fake.boxes'));
    expect(end).toMatchObject({ posts: 1, intents: 1, codes: ['create-ambiguous'], id: undefined });
    account.broken.clear();
    const next = await apply(account);
    expect(next).toMatchObject({ posts: 1, made: 1, intents: 0, codes: [], id: 'made-1' });
  });
});

/** An account in which no two boxes bear one name. */
function unique(start: World = {}): FakeAccount {
  return fakeAccount(start, { kinds: { boxes: { key: { ...boxes.key, unique: true } } } });
}

function lossy(...faults: readonly Fault[]): FakeAccount {
  const account = fakeAccount({});
  account.faults.push(...faults);
  return account;
}

describe('a create that was lost before it was done', () => {
  it('is sent again when nothing came up in the whole window', async () => {
    const end = await apply(lossy('lose'));
    expect(end).toMatchObject({ posts: 2, made: 1, intents: 0, codes: [], id: 'made-2' });
    expect(end.waitedMs).toBeGreaterThanOrEqual(WINDOW_MS);
  });

  it('is sent again after one read where the API keeps names unique', async () => {
    const key = { ...boxes.key, unique: true };
    const account = fakeAccount({}, { kinds: { boxes: { key } } });
    account.faults.push('lose');
    const end = await apply(account);
    expect(end).toMatchObject({ posts: 2, made: 1, intents: 0, codes: [] });
    expect(end.waitedMs).toBeLessThan(1_000);
    expect(account.reads.filter((read) => read === 'LIST boxes')).toHaveLength(2);
  });

  it('is given up after three tries, each looked for in its whole window', async () => {
    const end = await apply(lossy('lose', 'lose', 'lose', 'lose'));
    expect(end).toMatchObject({ posts: 3, made: 0, intents: 3, codes: ['create-failed'] });
    expect(end.waitedMs).toBeGreaterThanOrEqual(3 * WINDOW_MS);
  });

  it('is not looked for more often than it has to be', async () => {
    const account = lossy('lose');
    await apply(account);
    expect(account.reads.filter((read) => read === 'LIST boxes').length).toBeLessThan(30);
  });

  it('is not sent again beside a namesake that differs in what cannot change', async () => {
    const account = lossy('lose');
    const end = await apply(account, world, () => foreign(account, {}, 'there'));
    expect(end).toMatchObject({ posts: 1, codes: ['stale'], id: undefined });
    expect(end.outcome).toMatchObject({ skipped: 1, failed: 0 });
    expect((await account.plan(world)).plan.diagnostics).toMatchObject([{ code: 'object-exists' }]);
  });

  it('is not taken for a namesake that is older, nor sent again beside it', async () => {
    const account = lossy('lose');
    const end = await apply(account, world, () => {
      foreign(account, { createdAt: new Date(account.clock.now() - 60_000).toISOString() });
    });
    expect(end).toMatchObject({ posts: 1, codes: ['stale'], id: undefined });
  });

  it('is not taken for a namesake that the plan had seen', async () => {
    const twin = object('boxes.a', { place: 'here' }, { id: 'old' });
    const owner = recorded('boxes.b', { name: 'a', place: 'here' }, { id: 'old' });
    const account = fakeAccount({ objects: [twin], state: { 'boxes.b': owner } });
    account.faults.push('lose');
    const lifecycle = { ignoreChanges: ['name'] };
    const named = entry('boxes.b', { name: 'b', place: 'here' }, { lifecycle });
    const end = await apply(account, { entries: [...(world.entries ?? []), named] });
    expect(end).toMatchObject({ posts: 2, made: 1, codes: [], id: 'made-2' });
    expect(account.state().state.resources['fake.boxes.b']?.id).toBe('old');
  });

  it('is refused afterwards: the first may have worked, and is found', async () => {
    const account = unique();
    account.faults.push('lose', 'conflict');
    account.meanwhile.set(2, () => {
      const createdAt = new Date(account.clock.now()).toISOString();
      const late = object('boxes.a', { place: 'here' }, { id: 'made-late', createdAt });
      account.objects.set(late.id, late);
    });
    const end = await apply(account);
    expect(end).toMatchObject({ posts: 2, made: 1, intents: 0, codes: [], id: 'made-late' });
  });

  it('is refused afterwards and found when lists show it', async () => {
    const account = unique();
    account.faults.push('lose-answer', 'conflict');
    account.lag.listMs = 30_000;
    const end = await apply(account);
    expect(end).toMatchObject({ posts: 2, made: 1, intents: 0, codes: [], id: 'made-1' });
    expect(end.waitedMs).toBeGreaterThanOrEqual(30_000);
  });

  it('is refused afterwards and not found: the next run looks for it', async () => {
    const account = unique();
    account.faults.push('lose-answer', 'conflict');
    account.lag.listMs = 90_000;
    const end = await apply(account);
    expect(end).toMatchObject({ posts: 2, made: 1, intents: 2, codes: ['object-exists'] });
    await account.clock.advance(30_000);
    const next = await apply(account);
    expect(next).toMatchObject({ posts: 2, made: 1, intents: 0, codes: [], id: 'made-1' });
  });
});

describe('a create', () => {
  it('that is refused leaves neither object nor intent', async () => {
    const account = fakeAccount({});
    account.faults.push('refuse');
    const end = await apply(account);
    expect(end).toMatchObject({ posts: 1, made: 0, intents: 0, codes: ['api-error'] });
  });

  it('whose name is taken by what no list shows is refused by name', async () => {
    const account = unique();
    account.faults.push('conflict');
    const end = await apply(account);
    expect(end).toMatchObject({ posts: 1, made: 0, intents: 0, codes: ['object-exists'] });
    expect(end.outcome.problems[0]?.hint).toContain('--adopt=fake.boxes.a');
    expect(end.waitedMs).toBeLessThan(1_000);
  });

  it('whose name is taken by what an earlier run has made takes that over', async () => {
    const account = unique();
    account.lag.listMs = 50_000;
    account.meanwhile.set(1, () => {
      throw new Error('the process dies');
    });
    await apply(account).catch(() => undefined);
    account.faults.push('conflict');
    const end = await apply(account);
    expect(end).toMatchObject({ posts: 2, made: 1, intents: 0, codes: [], id: 'made-1' });
  });

  it('is not looked for among what a read by ID denies', async () => {
    const account = fakeAccount({});
    account.faults.push('lose');
    const createdAt = new Date(account.clock.now()).toISOString();
    const gone = object('boxes.a', { place: 'here' }, { id: 'gone', createdAt });
    const end = await apply(account, world, () => account.lists.set('fake.boxes', [gone]));
    expect(end).toMatchObject({ codes: ['stale'], id: undefined });
  });

  it('that was answered but not done does not settle, and is made by the next run', async () => {
    const timeouts = { createMs: 60_000 };
    const hasty: World = { entries: [entry('boxes.a', { place: 'here' }, { timeouts })] };
    const account = fakeAccount({});
    account.faults.push('pretend');
    const end = await apply(account, hasty);
    expect(end).toMatchObject({ posts: 1, made: 0, codes: ['not-settled'], id: 'made-1' });
    const next = await apply(account, hasty);
    expect(next).toMatchObject({ posts: 2, made: 1, intents: 0, codes: [], id: 'made-2' });
  });

  it('has its intent in the journal before it leaves', async () => {
    const account = fakeAccount({});
    let known: readonly string[] = [];
    account.meanwhile.set(1, () => {
      known = account.state().intents.map((item) => `${item.address} ${item.naturalKey}`);
    });
    await apply(account);
    expect(known).toEqual(['fake.boxes.a a']);
  });

  it('with an old plan stops when its collection cannot be read', async () => {
    const account = fakeAccount({});
    const planned = await account.plan(world);
    await account.clock.advance(120_000);
    account.broken.add('fake.boxes');
    const outcome = await account.apply(world, planned);
    expect(outcome.problems).toMatchObject([{ code: 'inventory-incomplete' }]);
    expect(account.writes).toEqual([]);
  });

  it('with an old plan lists its collection once, however many are made in it', async () => {
    const account = fakeAccount({});
    const many = { entries: ['a', 'b', 'c'].map((key) => entry(`boxes.${key}`)) };
    const planned = await account.plan(many);
    await account.clock.advance(120_000);
    account.reads.length = 0;
    expect(await account.apply(many, planned)).toMatchObject({ applied: 3 });
    expect(account.reads.filter((read) => read.startsWith('LIST'))).toEqual(['LIST boxes']);
  });
});

describe('what does not show in a found object', () => {
  const password = Secret.create('a password of the tests');
  const boxed: World = { entries: [entry('boxes.a', { place: 'here', password })] };

  it('is sent again after a take-over, and only then counts as sent', async () => {
    const account = fakeAccount({});
    account.faults.push('lose-answer');
    const before: unknown[] = [];
    account.meanwhile.set(2, () => {
      before.push(account.state().state.resources['fake.boxes.a']);
    });
    const end = await apply(account, boxed);
    expect(end).toMatchObject({ posts: 1, made: 1, codes: [] });
    expect(account.writes).toEqual(['POST boxes', 'PATCH boxes made-1']);
    expect(account.bodies[1]).toMatchObject({ password });
    expect(before).toMatchObject([{ id: 'made-1', digests: {}, unsent: ['/password'] }]);
    const kept = account.state().state.resources['fake.boxes.a'];
    expect(Object.keys(kept?.digests ?? {})).toEqual(['/password']);
    expect(kept).not.toHaveProperty('unsent');
  });

  it('is sent again by the next run when this one was cut short', async () => {
    const account = fakeAccount({});
    account.faults.push('lose-answer', 'refuse');
    expect(await apply(account, boxed)).toMatchObject({ codes: ['api-error'], id: 'made-1' });
    expect((await apply(account, boxed)).codes).toEqual([]);
    expect(account.writes.slice(1)).toEqual(['PATCH boxes made-1', 'PATCH boxes made-1']);
    expect((await account.plan(boxed)).plan.changes).toMatchObject([{ action: 'no-op' }]);
  });

  it('is never taken for sent while every answer is lost', async () => {
    const account = fakeAccount({});
    account.faults.push(...Array.from({ length: 4 }, (): Fault => 'lose-answer'));
    expect((await apply(account, boxed)).codes).toEqual(['api-error']);
    expect(account.writes.filter((write) => write.startsWith('PATCH'))).toHaveLength(3);
    const kept = account.state().state.resources['fake.boxes.a'];
    expect(kept).toMatchObject({ digests: {}, unsent: ['/password'] });
  });

  it('may be a sensitive field that the API keeps to itself', async () => {
    const inside: World = {
      entries: [entry('things.t', { box: ref('boxes.a'), secret: password })],
      objects: [object('boxes.a')],
      state: { 'boxes.a': recorded('boxes.a') },
    };
    const both = { ...inside, entries: [entry('boxes.a'), ...(inside.entries ?? [])] };
    for (const [hides, writes] of [
      [true, 2],
      [false, 1],
    ] as const) {
      const account = fakeAccount(both);
      if (hides) account.hidden.add('secret');
      account.faults.push('lose-answer');
      expect((await apply(account, both)).codes).toEqual([]);
      expect(account.writes).toHaveLength(writes);
    }
  });
});

function interrupted(sentAgoMs: number, parts = {}): FakeAccount {
  const account = fakeAccount({});
  const sentAtMs = account.clock.now() - sentAgoMs;
  const times = { sentAtMs, serverTimeMs: sentAtMs, visibleByMs: sentAtMs + WINDOW_MS };
  const left = intent('boxes.a', { place: 'here' }, { immutable: { place: 'here' }, ...times });
  account.records.push({ op: 'intent', intent: { ...left, ...parts } });
  return account;
}

describe('the create of an interrupted run', () => {
  it('is waited for while it may still come up, and taken over', async () => {
    const account = interrupted(100_000);
    const end = apply(account, world, () => {
      void later(account, 50_000, () => foreign(account, { id: 'made-late' }));
    });
    expect(await end).toMatchObject({ posts: 0, intents: 0, codes: [], id: 'made-late' });
  });

  it('is sent again when it did not come up in time', async () => {
    const end = await apply(interrupted(100_000));
    expect(end).toMatchObject({ posts: 1, made: 1, intents: 0, codes: [] });
    expect(end.waitedMs).toBeGreaterThanOrEqual(WINDOW_MS - 100_000);
  });

  it('is sent again at once when its time is over', async () => {
    const end = await apply(interrupted(WINDOW_MS));
    expect(end).toMatchObject({ posts: 1, made: 1, intents: 0, codes: [] });
    expect(end.waitedMs).toBeLessThan(1_000);
  });

  it('is not sent again when it cannot be looked for', async () => {
    const account = interrupted(100_000);
    const end = await apply(account, world, () => account.broken.add('fake.boxes'));
    expect(end).toMatchObject({ posts: 0, intents: 1, codes: ['create-ambiguous'] });
  });

  it('is looked for wherever one of its tries went', async () => {
    const pair = ['a', 'b'].map((key) => object(`boxes.${key}`));
    const boxed: World = {
      entries: [entry('boxes.a'), entry('boxes.b'), entry('things.t', { box: ref('boxes.b') })],
      objects: pair,
      state: { 'boxes.a': recorded('boxes.a'), 'boxes.b': recorded('boxes.b') },
    };
    const account = fakeAccount(boxed);
    const sentAtMs = account.clock.now() - 100_000;
    const times = { sentAtMs, serverTimeMs: sentAtMs, visibleByMs: sentAtMs + WINDOW_MS };
    for (const scope of ['a-id', 'b-id']) {
      const parts = { ...times, scope, attempt: scope, immutable: { box: scope } };
      account.records.push({ op: 'intent', intent: intent('things.t', { box: scope }, parts) });
    }
    const end = await apply(account, boxed, () => {
      void later(account, 20_000, () => {
        account.objects.set('late', object('things.t', { box: 'a-id' }, { id: 'late' }));
      });
    });
    expect(account.writes.filter((write) => write.startsWith('POST'))).toEqual([]);
    expect(account.state().state.resources['fake.things.t']?.id).toBe('late');
    expect(end.intents).toBe(0);
  });

  it('does not claim what the state has under another address', async () => {
    const account = interrupted(100_000);
    const late = { id: 'late', createdAt: new Date(account.clock.now()).toISOString() };
    account.objects.set('late', object('boxes.a', { place: 'here' }, late));
    const owner = recorded('boxes.b', { name: 'a', place: 'here' }, { id: 'late' });
    account.records.push({ op: 'put', address: 'fake.boxes.b', resource: owner });
    const renamed: World = {
      entries: [
        entry('boxes.a', { name: 'z', place: 'here' }),
        entry('boxes.b', { name: 'a', place: 'here' }),
      ],
    };
    const end = await apply(account, renamed);
    expect(end).toMatchObject({ posts: 1, codes: [], id: 'made-1' });
    expect(end.waitedMs).toBeGreaterThanOrEqual(WINDOW_MS - 100_000);
  });

  it('is not given up for a list that is not whole and does not say why', async () => {
    const list: ProviderKind['list'] = () =>
      Promise.resolve({ type: 'fake.boxes', complete: posts(account) === 0, objects: [] });
    const account = fakeAccount({}, { kinds: { boxes: { list } } });
    account.faults.push('lose');
    expect(await apply(account)).toMatchObject({ posts: 1, codes: ['create-ambiguous'] });
  });

  it('claims nothing any more once a whole list after its time shows nothing of it', async () => {
    const account = interrupted(WINDOW_MS);
    const nothing: World = { entries: [] };
    expect((await apply(account, nothing)).intents).toBe(0);
    foreign(account);
    const { plan } = await account.plan(world);
    expect(plan.changes).toEqual([]);
    expect(plan.diagnostics).toMatchObject([{ code: 'object-exists' }]);
  });

  it('stays known while it may still come up, or its collection cannot be read', async () => {
    const early = interrupted(100_000);
    expect((await apply(early, { entries: [] })).intents).toBe(1);
    const unread = interrupted(WINDOW_MS);
    unread.broken.add('fake.boxes');
    expect((await apply(unread, { entries: [] })).intents).toBe(1);
  });
});
