import { describe, expect, it } from 'vitest';
import {
  failure,
  fakeAccount,
  type FakeAccount,
  type FakeOptions,
} from '../_helpers/fake-account.ts';
import { entry, intent, object, recorded, type World } from '../_helpers/planner-builder.ts';

const world: World = { entries: [entry('boxes.a', { place: 'here' })] };
/** The deadline of a request and the lag of lists. */
const WINDOW_MS = 180_000;

interface Finished {
  readonly waited: readonly (readonly string[])[];
  readonly waitedMs: number;
  readonly ids: Readonly<Record<string, string>>;
  readonly intents: number;
}

/** What a run that may write does before it plans. */
async function finish(
  account: FakeAccount,
  what: World = world,
  destroy = false,
): Promise<Finished> {
  const waited: (readonly string[])[] = [];
  const startMs = account.clock.now();
  const { state, intents } = await account.finishEarlier(what, {
    destroy,
    onWait: (addresses) => waited.push(addresses),
  });
  expect(account.state().state.resources).toEqual(state.resources);
  return {
    waited,
    waitedMs: account.clock.now() - startMs,
    ids: Object.fromEntries(
      Object.entries(state.resources).map(([address, { id }]) => [address, id]),
    ),
    intents: intents.length,
  };
}

/** An account whose state has an open intent of an entry, sent just now. */
function opened(parts: Parameters<typeof intent>[2] = {}, start: World = {}): FakeAccount {
  const account = fakeAccount(start);
  const nowMs = account.clock.now();
  const times = { sentAtMs: nowMs, serverTimeMs: nowMs, visibleByMs: nowMs + WINDOW_MS };
  const open = intent('boxes.a', { place: 'here' }, { ...times, ...parts });
  account.records.push({ op: 'intent', intent: open });
  return account;
}

/** The object of the open intent comes up in lists. */
async function comesUp(account: FakeAccount, delayMs: number, id = 'late'): Promise<void> {
  const createdAt = new Date(account.clock.now()).toISOString();
  await account.clock.sleep(delayMs, undefined, 'background');
  account.objects.set(id, object('boxes.a', { place: 'here' }, { id, createdAt }));
}

describe('a create of an interrupted run', () => {
  it('costs nothing where there is none', async () => {
    const account = fakeAccount({});
    expect(await finish(account)).toMatchObject({ waited: [], waitedMs: 0 });
    expect(account.reads).toEqual([]);
  });

  it('is in the state as soon as lists show its object, before anything is planned', async () => {
    const account = opened();
    void comesUp(account, 60_000);
    const end = await finish(account);
    expect(end).toMatchObject({ ids: { 'fake.boxes.a': 'late' }, intents: 0 });
    expect(end.waited).toEqual([['fake.boxes.a']]);
    expect(end.waitedMs).toBeGreaterThanOrEqual(60_000);
    expect(end.waitedMs).toBeLessThan(75_000);
  });

  it('is given up when its time is over', async () => {
    const end = await finish(opened());
    expect(end).toMatchObject({ ids: {}, intents: 1, waitedMs: WINDOW_MS });
  });

  it('is looked for although no entry asks for it any more', async () => {
    const account = opened({ visibleByMs: 0 });
    void comesUp(account, 100_000);
    expect(await finish(account, {})).toMatchObject({ ids: { 'fake.boxes.a': 'late' } });
  });

  it('is looked for before everything is destroyed', async () => {
    const account = opened({ visibleByMs: 0 });
    void comesUp(account, 100_000);
    expect(await finish(account, world, true)).toMatchObject({ ids: { 'fake.boxes.a': 'late' } });
  });

  it.each([-600_000, 600_000])(
    'is looked for by the clock of the API: that of its run was wrong by %i ms',
    async (skewMs) => {
      const nowMs = fakeAccount({}).clock.now();
      const sentAtMs = nowMs + skewMs;
      const account = opened({ sentAtMs, visibleByMs: sentAtMs + WINDOW_MS });
      void comesUp(account, 100_000);
      expect(await finish(account)).toMatchObject({ ids: { 'fake.boxes.a': 'late' } });
      const missing = await finish(opened({ sentAtMs, visibleByMs: sentAtMs + WINDOW_MS }));
      // The API's time in the intent may be as old as a plan.
      expect(missing.waitedMs).toBe(WINDOW_MS + 60_000);
    },
  );

  it('is not what lists still show and a read by its ID denies', async () => {
    const account = opened();
    const createdAt = new Date(account.clock.now()).toISOString();
    const gone = object('boxes.a', { place: 'here' }, { id: 'gone', createdAt });
    account.lists.set('fake.boxes', [gone]);
    expect(await finish(account)).toMatchObject({ ids: {}, intents: 1 });
    const { plan } = await account.plan(world);
    expect(plan.changes).toMatchObject([{ action: 'create', reason: 'not-in-state' }]);
    expect(plan.drift).toEqual([]);
  });

  it('is left to the plan when a list cannot be read', async () => {
    const account = opened();
    account.broken.add('fake.boxes');
    expect(await finish(account)).toMatchObject({ ids: {}, intents: 1 });
    expect((await account.plan(world)).plan.incomplete).toBe(true);
  });

  it('does not come back as the object that replaces it', async () => {
    const account = opened();
    const createdAt = new Date(account.clock.now()).toISOString();
    account.objects.set('old', object('boxes.a', { place: 'here' }, { id: 'old', createdAt }));
    const replaced: World = { ...world, options: { replace: ['fake.boxes.a'] } };
    const planned = await account.plan(replaced);
    expect(planned.plan.changes).toMatchObject([{ action: 'replace', id: 'old' }]);
    // The list lags behind the delete, and so does one read by ID.
    account.lists.set('fake.boxes', [...account.objects.values()]);
    const startMs = account.clock.now();
    const outcome = await account.apply(replaced, planned);
    expect(outcome.problems).toEqual([]);
    // Nor is anything else looked for: what the create has made is known.
    expect(account.clock.now() - startMs).toBeLessThan(10_000);
    expect(account.writes).toEqual(['DELETE boxes old', 'POST boxes']);
  });
});

const kept: World = {
  ...world,
  state: { 'boxes.a': recorded('boxes.a', { place: 'here' }) },
};

/** An account in which a delete was sent by a run that is gone. */
function deleting(sinceMs: number, options: FakeOptions = {}): FakeAccount {
  const there = object('boxes.a', { place: 'here' });
  const account = fakeAccount({ ...kept, objects: [there] }, options);
  const resource = {
    ...recorded('boxes.a', { place: 'here' }),
    deletingSinceMs: account.clock.now() + sinceMs,
  };
  account.records.push({ op: 'put', address: 'fake.boxes.a', resource });
  account.lists.set('fake.boxes', [there]);
  return account;
}

describe('a delete', () => {
  it('is in the state before it is sent, and the resource is out of it afterwards', async () => {
    const account = fakeAccount({ ...kept, objects: [object('boxes.a', { place: 'here' })] });
    const planned = await account.plan({});
    let before: unknown;
    account.meanwhile.set(1, () => {
      before = account.state().state.resources['fake.boxes.a'];
    });
    expect(await account.apply({}, planned)).toMatchObject({ applied: 1 });
    expect(before).toMatchObject({ id: 'a-id', deletingSinceMs: account.clock.now() });
    expect(account.state().state.resources).toEqual({});
  });

  it('of an interrupted run is over when a read by ID says so, whatever lists show', async () => {
    const account = deleting(-1_000);
    account.objects.clear();
    expect(await finish(account)).toMatchObject({ ids: {}, waitedMs: 0 });
    expect((await account.plan(world)).plan.changes).toMatchObject([{ action: 'create' }]);
  });

  it('of an interrupted run is waited for while its object goes', async () => {
    const account = deleting(-200_000);
    const there = object('boxes.a', { place: 'here' }, { status: 'pending' });
    account.objects.set('a-id', there);
    void account.clock
      .sleep(300_000, undefined, 'background')
      .then(() => account.objects.delete('a-id'));
    const end = await finish(account);
    expect(end).toMatchObject({ ids: {}, waited: [['fake.boxes.a']] });
    expect(end.waitedMs).toBeGreaterThanOrEqual(300_000);
  });

  it('of an interrupted run that never arrived is over after the deadline of its request', async () => {
    const account = deleting(-20_000);
    const end = await finish(account);
    expect(end).toMatchObject({ ids: { 'fake.boxes.a': 'a-id' } });
    expect(end.waitedMs).toBeGreaterThanOrEqual(100_000);
    expect(end.waitedMs).toBeLessThan(120_000);
    const planned = await account.plan(world);
    expect(planned.plan.changes).toMatchObject([{ action: 'no-op' }]);
    await account.apply(world, planned);
    expect(account.state().state.resources['fake.boxes.a']).not.toHaveProperty('deletingSinceMs');
  });

  it('of an interrupted run is not waited for when the object is to go anyway', async () => {
    expect(await finish(deleting(-1_000), {})).toMatchObject({ waited: [], waitedMs: 0 });
    expect(await finish(deleting(-1_000), world, true)).toMatchObject({ waited: [], waitedMs: 0 });
  });

  it('is known to a plan, which reads by ID what was being deleted', async () => {
    const account = deleting(-1_000);
    account.objects.clear();
    expect((await account.plan(world)).plan.changes).toMatchObject([{ action: 'create' }]);
  });

  it('whose object could not be read before has not been done', async () => {
    const account = fakeAccount({ ...kept, objects: [object('boxes.a', { place: 'here' })] });
    const planned = await account.plan({});
    await account.clock.advance(120_000);
    account.readErrors.set('a-id', failure('invalid', 200));
    expect(await account.apply({}, planned)).toMatchObject({ applied: 0, failed: 1 });
    expect(account.writes).toEqual([]);
    expect(account.state().state.resources['fake.boxes.a']?.id).toBe('a-id');
  });
});

describe('an object that somebody else has just deleted', () => {
  it('makes its update stale and not a failure', async () => {
    const account = fakeAccount({ ...kept, objects: [object('boxes.a', { place: 'here' })] });
    const wanted: World = { ...kept, entries: [entry('boxes.a', { place: 'here', note: 'new' })] };
    const planned = await account.plan(wanted);
    account.faults.push('missing');
    account.meanwhile.set(1, () => account.objects.clear());
    const outcome = await account.apply(wanted, planned);
    expect(outcome).toMatchObject({ failed: 0, skipped: 1, problems: [{ code: 'stale' }] });
  });

  it('is not said of one that a read still shows', async () => {
    const account = fakeAccount({ ...kept, objects: [object('boxes.a', { place: 'here' })] });
    const wanted: World = { ...kept, entries: [entry('boxes.a', { place: 'here', note: 'new' })] };
    const planned = await account.plan(wanted);
    account.faults.push('missing');
    const outcome = await account.apply(wanted, planned);
    expect(outcome).toMatchObject({ failed: 1, problems: [{ code: 'api-error' }] });
  });
});
