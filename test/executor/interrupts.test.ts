import { describe, expect, it } from 'vitest';
import { TrueupError } from '../../src/core/errors.ts';
import type { StopControl } from '../../src/executor/run.ts';
import { fakeAccount, type FakeAccount } from '../_helpers/fake-account.ts';
import { entry, object, recorded, ref, type World } from '../_helpers/planner-builder.ts';

interface Stopper {
  readonly stop: StopControl;
  /** As the first signal does, and the second. */
  readonly interrupt: () => void;
}

function stopper(): Stopper {
  const [waits, requests] = [new AbortController(), new AbortController()];
  const reason = new TrueupError('interrupted', 'the run was interrupted');
  return {
    stop: {
      isStopped: () => waits.signal.aborted,
      waits: waits.signal,
      requests: requests.signal,
    },
    interrupt() {
      if (waits.signal.aborted) requests.abort(reason);
      else waits.abort(reason);
    },
  };
}

const chain: World = {
  entries: [
    entry('boxes.a', { place: 'here' }),
    entry('things.t', { box: ref('boxes.a') }),
    entry('labels.l', { of: ref('boxes.a') }),
    entry('labels.z', { also: [ref('labels.l')] }),
  ],
};

function codes(account: FakeAccount): readonly string[] {
  return account.events.flatMap((event) =>
    event.type === 'change-failed' ? [event.diagnostic.code] : [],
  );
}

function notStarted(account: FakeAccount): readonly string[] {
  return account.events
    .flatMap((event) => (event.type === 'change-not-started' ? [event.address] : []))
    .toSorted();
}

describe('the first interrupt', () => {
  it('before anything was sent sends nothing', async () => {
    const account = fakeAccount({});
    const planned = await account.plan(chain);
    const { stop, interrupt } = stopper();
    interrupt();
    const outcome = await account.apply(chain, planned, { stop });
    expect(outcome).toMatchObject({ applied: 0, failed: 0, notStarted: 4, interrupted: true });
    expect(account.writes).toEqual([]);
    expect(notStarted(account)).toHaveLength(4);
  });

  it.each([1, 2, 3, 4])('behind write %i starts nothing new and keeps every ID', async (write) => {
    const account = fakeAccount({});
    const planned = await account.plan(chain);
    const { stop, interrupt } = stopper();
    account.meanwhile.set(write, interrupt);
    const outcome = await account.apply(chain, planned, { stop, parallelism: 1 });
    expect(account.writes).toHaveLength(write);
    expect(outcome).toMatchObject({ failed: 0, blocked: 0, skipped: 0, interrupted: true });
    expect(outcome.applied + outcome.notStarted).toBe(4);
    expect(codes(account)).toEqual([]);
    const { state, intents } = account.state();
    const ids = Object.values(state.resources).map((item) => item.id);
    expect(ids.toSorted()).toEqual([...account.objects.keys()].toSorted());
    expect(intents).toEqual([]);
    await account.apply(chain, await account.plan(chain));
    expect(account.objects.size).toBe(4);
    const { plan } = await account.plan(chain);
    expect(plan.changes.every((item) => item.action === 'no-op')).toBe(true);
  });

  it('while something settles ends the wait and records it as begun', async () => {
    const account = fakeAccount({});
    const planned = await account.plan(chain);
    const { stop, interrupt } = stopper();
    account.meanwhile.set(1, () => {
      const made = account.objects.get('made-1');
      if (made !== undefined) account.objects.set('made-1', { ...made, status: 'pending' });
      void later(account, 60_000, interrupt);
    });
    const startMs = account.clock.now();
    const outcome = await account.apply(chain, planned, { stop });
    expect(account.clock.now() - startMs).toBeLessThan(61_000);
    expect(outcome).toMatchObject({ applied: 0, failed: 0, notStarted: 4 });
    const kept = account.state().state.resources['fake.boxes.a'];
    expect(kept).toMatchObject({ id: 'made-1', pending: { steps: ['create'] } });
  });

  it('while a lost create is looked for leaves its intent to the next run', async () => {
    const account = fakeAccount({});
    const planned = await account.plan(chain);
    const { stop, interrupt } = stopper();
    account.faults.push('lose-answer');
    account.lag.listMs = 100_000;
    account.meanwhile.set(1, () => void later(account, 30_000, interrupt));
    const outcome = await account.apply(chain, planned, { stop });
    expect(outcome).toMatchObject({ applied: 0, failed: 0, notStarted: 4 });
    expect(account.state().intents).toHaveLength(1);
    expect(await account.apply(chain, await account.plan(chain))).toMatchObject({ applied: 4 });
    expect(account.writes.filter((item) => item === 'POST boxes')).toHaveLength(1);
  });

  it('keeps back what stands in line for the rate of the API', async () => {
    const world: World = {
      entries: [entry('boxes.new'), entry('boxes.old', { note: 'new' })],
      state: {
        'boxes.old': recorded('boxes.old', { note: 'old' }),
        'boxes.gone': recorded('boxes.gone'),
      },
      objects: [object('boxes.old', { note: 'old' }), object('boxes.gone')],
    };
    const account = fakeAccount(world);
    account.lag.lineMs = 60_000;
    const planned = await account.plan(world);
    const { stop, interrupt } = stopper();
    void later(account, 1_000, interrupt);
    const outcome = await account.apply(world, planned, { stop });
    expect(outcome).toMatchObject({ applied: 0, failed: 0, notStarted: 3, interrupted: true });
    expect(account.writes).toEqual([]);
    expect(account.state().intents).toEqual([]);
  });

  it('keeps back what the API has put off; nothing is looked for afterwards', async () => {
    const world: World = { entries: [entry('boxes.a')] };
    const account = fakeAccount({});
    account.faults.push('put-off');
    const planned = await account.plan(world);
    const { stop, interrupt } = stopper();
    void later(account, 1_000, interrupt);
    const outcome = await account.apply(world, planned, { stop });
    expect(outcome).toMatchObject({ applied: 0, failed: 0, notStarted: 1, interrupted: true });
    expect(account.writes).toEqual([]);
    expect(account.state().intents).toEqual([]);
  });

  it('lets what is on its way end, and records it', async () => {
    const labels: World = { entries: ['a', 'b', 'c'].map((key) => entry(`labels.${key}`)) };
    const account = fakeAccount({});
    account.lag.sendMs = 5_000;
    const planned = await account.plan(labels);
    const { stop, interrupt } = stopper();
    void later(account, 1_000, interrupt);
    const outcome = await account.apply(labels, planned, { stop, parallelism: 2 });
    expect(account.writes).toHaveLength(2);
    expect(outcome).toMatchObject({ failed: 0, notStarted: 3, interrupted: true });
    expect(Object.keys(account.state().state.resources)).toHaveLength(2);
  });

  it('keeps an update that was not confirmed from being claimed', async () => {
    const world: World = {
      entries: [entry('boxes.a', { note: 'new' })],
      state: { 'boxes.a': recorded('boxes.a', { note: 'old' }) },
      objects: [object('boxes.a', { note: 'old' })],
    };
    const account = fakeAccount(world);
    const planned = await account.plan(world);
    const { stop, interrupt } = stopper();
    account.faults.push('lose');
    account.meanwhile.set(1, interrupt);
    expect(await account.apply(world, planned, { stop })).toMatchObject({ notStarted: 1 });
    const kept = account.state().state.resources['fake.boxes.a'];
    expect(kept?.sent).toMatchObject({ note: 'old' });
  });
});

describe('the second interrupt', () => {
  it('looks for nothing any more: the intent is for the next run', async () => {
    const account = fakeAccount({});
    const planned = await account.plan(chain);
    const { stop, interrupt } = stopper();
    account.faults.push('lose-answer');
    account.meanwhile.set(1, () => {
      interrupt();
      interrupt();
      account.reads.length = 0;
    });
    const outcome = await account.apply(chain, planned, { stop });
    expect(outcome).toMatchObject({ applied: 0, failed: 0, notStarted: 4, interrupted: true });
    expect(account.reads).toEqual([]);
    expect(account.state().intents).toHaveLength(1);
  });
});

describe('a lock that is lost', () => {
  it('lets nothing more be written, and is no interrupt', async () => {
    const account = fakeAccount({});
    const planned = await account.plan(chain);
    let held = true;
    account.meanwhile.set(1, () => {
      held = false;
    });
    const lock = { ...account.lock, isHeld: () => held };
    const outcome = await account.apply(chain, planned, { lock, parallelism: 1 });
    expect(account.writes).toHaveLength(1);
    expect(outcome).toMatchObject({ interrupted: false });
    expect(outcome.problems.map((item) => item.code)).toContain('state-lock-lost');
  });

  it('keeps back what stands in line for the rate of the API', async () => {
    const world: World = {
      entries: [entry('boxes.a', { note: 'new' })],
      state: { 'boxes.a': recorded('boxes.a', { note: 'old' }) },
      objects: [object('boxes.a', { note: 'old' })],
    };
    const account = fakeAccount(world);
    account.lag.lineMs = 60_000;
    const planned = await account.plan(world);
    let held = true;
    void later(account, 1_000, () => {
      held = false;
    });
    const lock = { ...account.lock, isHeld: () => held };
    const outcome = await account.apply(world, planned, { lock });
    expect(account.writes).toEqual([]);
    expect(outcome.problems.map((item) => item.code)).toEqual(['state-lock-lost']);
  });
});

async function later(account: FakeAccount, delayMs: number, job: () => void): Promise<void> {
  await account.clock.sleep(delayMs);
  job();
}
