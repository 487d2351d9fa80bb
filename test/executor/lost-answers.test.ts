import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { Secret } from '../../src/core/secret.ts';
import { NotCompared } from '../../src/core/value.ts';
import type { ApplyOutcome } from '../../src/executor/apply.ts';
import type { ProviderKind } from '../../src/providers/contract.ts';
import {
  fakeAccount,
  type FakeAccount,
  type FakeOptions,
  type Fault,
} from '../_helpers/fake-account.ts';
import { entry, object, recorded, type World } from '../_helpers/planner-builder.ts';

const fields = { note: 'old', place: 'here' };

function worldOf(
  wanted: Parameters<typeof entry>[1],
  parts: Parameters<typeof entry>[2] = {},
): World {
  return {
    entries: [entry('boxes.a', wanted, parts)],
    state: { 'boxes.a': recorded('boxes.a', fields) },
    objects: [object('boxes.a', fields)],
  };
}

const noted = worldOf({ ...fields, note: 'new' });

async function run(account: FakeAccount, world: World, ageMs = 0): Promise<ApplyOutcome> {
  const planned = await account.plan(world);
  await account.clock.advance(ageMs);
  return account.apply(world, planned);
}

function codes(outcome: ApplyOutcome): readonly string[] {
  return outcome.problems.map((item) => item.code);
}

function set(account: FakeAccount, changed: JsonObject, parts = {}): void {
  const now = account.objects.get('a-id') ?? object('boxes.a');
  account.objects.set('a-id', { ...now, fields: { ...now.fields, ...changed }, ...parts });
}

function sent(account: FakeAccount): unknown {
  return account.state().state.resources['fake.boxes.a']?.sent['note'];
}

describe('an update whose answer was lost', () => {
  it('and that was done is not sent again', async () => {
    const account = fakeAccount(noted);
    account.faults.push('lose-answer');
    expect(await run(account, noted)).toMatchObject({ applied: 1, failed: 0 });
    expect(account.writes).toEqual(['PATCH boxes a-id']);
    expect(sent(account)).toBe('new');
  });

  it('and that was not done is sent again when nothing moved in the whole window', async () => {
    const account = fakeAccount(noted);
    account.faults.push('lose');
    const startMs = account.clock.now();
    expect(await run(account, noted)).toMatchObject({ applied: 1, failed: 0 });
    expect(account.writes).toHaveLength(2);
    expect(account.clock.now() - startMs).toBeGreaterThanOrEqual(180_000);
  });

  it('is given up after three tries, and the state claims nothing of it', async () => {
    const account = fakeAccount(noted);
    account.faults.push('lose', 'lose', 'lose', 'lose');
    expect(codes(await run(account, noted))).toEqual(['api-error']);
    expect(account.writes).toHaveLength(3);
    expect(sent(account)).toBe('old');
  });

  it('and that is refused afterwards was not done', async () => {
    const account = fakeAccount(noted);
    account.faults.push('lose', 'refuse', 'refuse');
    expect(codes(await run(account, noted))).toEqual(['api-error']);
    expect(sent(account)).toBe('old');
  });

  it('and that is refused since the first was done after all, is done', async () => {
    const account = fakeAccount(noted);
    account.faults.push('lose', 'conflict');
    account.meanwhile.set(2, () => set(account, { note: 'new' }));
    expect(await run(account, noted)).toMatchObject({ applied: 1, failed: 0 });
  });

  it.each(['password', 'secret'])('is sent again where no read shows %s', async (field) => {
    // As a sensitive field that the API keeps to itself, or as one it never tells.
    const writeOnly = field === 'password';
    const value = Secret.create('a password of the tests');
    const kinds: FakeOptions['kinds'] = {
      boxes: {
        fields: [
          { path: ['name'], description: '', types: ['string'] },
          {
            path: ['secret'],
            description: '',
            types: ['string'],
            sensitive: true,
            ...(writeOnly ? { writeOnly } : {}),
          },
        ],
      },
    };
    const world: World = {
      ...worldOf({ secret: value }),
      state: { 'boxes.a': recorded('boxes.a') },
    };
    const account = fakeAccount(world, { kinds });
    account.hidden.add('secret');
    account.faults.push('lose-answer');
    expect(await run(account, world)).toMatchObject({ applied: 1, failed: 0 });
    expect(account.writes).toHaveLength(2);
    account.faults.push('refuse');
    const refused = worldOf({ secret: Secret.create('another one of the tests') });
    expect(codes(await run(account, refused))).toEqual(['api-error']);
    expect((await account.plan(refused)).plan.changes).toMatchObject([{ action: 'update' }]);
  });
});

describe('a delete whose answer was lost', () => {
  it.each(['settled', 'failed'] as const)(
    'and that was not done is sent again, of an object that has %s',
    async (status) => {
      const world: World = {
        state: { 'boxes.a': recorded('boxes.a', fields) },
        objects: [object('boxes.a', fields, { status })],
      };
      const account = fakeAccount(world);
      account.faults.push('lose');
      const startMs = account.clock.now();
      expect(await run(account, world)).toMatchObject({ applied: 1, failed: 0 });
      expect(account.writes).toEqual(['DELETE boxes a-id', 'DELETE boxes a-id']);
      expect(account.clock.now() - startMs).toBeLessThan(200_000);
    },
  );
});

describe('a lost update beside a secret whose source is not at hand', () => {
  it('is not sent again because of that', async () => {
    const world = worldOf({ ...fields, note: 'new', password: new NotCompared() });
    const account = fakeAccount(world);
    account.faults.push('lose-answer');
    expect(await run(account, world)).toMatchObject({ applied: 1, failed: 0 });
    expect(account.writes).toHaveLength(1);
  });
});

describe('an object that is on its way when it is to be changed', () => {
  const pending: World = { ...noted, objects: [object('boxes.a', fields, { status: 'pending' })] };

  it('is waited for', async () => {
    const account = fakeAccount(pending);
    void later(account, 60_000, () => set(account, {}, { status: 'settled' }));
    expect(await run(account, pending)).toMatchObject({ applied: 1, failed: 0 });
    expect(account.writes).toEqual(['PATCH boxes a-id']);
  });

  it.each(['failed', 'gone'] as const)('and becomes %s is not written to', async (status) => {
    const account = fakeAccount(pending);
    void later(account, 60_000, () => set(account, {}, { status, statusText: status }));
    expect(codes(await run(account, pending))).toEqual(['settle-failed']);
    expect(account.writes).toEqual([]);
  });

  it('and cannot be found any more is not written to', async () => {
    const [wanted] = pending.entries ?? [];
    const timeouts = { updateMs: 90_000 };
    const hasty = { ...pending, entries: wanted === undefined ? [] : [{ ...wanted, timeouts }] };
    const account = fakeAccount(hasty);
    void later(account, 10_000, () => account.objects.delete('a-id'));
    expect(codes(await run(account, hasty))).toEqual(['not-settled']);
    expect(account.writes).toEqual([]);
  });

  it('and is gone is stale', async () => {
    const account = fakeAccount(pending);
    void later(account, 10_000, () => account.objects.delete('a-id'));
    expect(codes(await run(account, pending))).toEqual(['stale']);
    expect(account.writes).toEqual([]);
  });
});

async function later(account: FakeAccount, delayMs: number, job: () => void): Promise<void> {
  await account.clock.sleep(delayMs);
  job();
}

describe('an object that does not settle', () => {
  it('because it fails is told, and stays in the state', async () => {
    const account = fakeAccount(noted);
    account.meanwhile.set(1, () => set(account, {}, { status: 'failed', statusText: 'FAILED' }));
    expect(codes(await run(account, noted))).toEqual(['settle-failed']);
    expect(sent(account)).toBe('old');
    expect((await account.plan(noted)).plan.diagnostics).toMatchObject([{ code: 'object-failed' }]);
  });

  it('before its deadline is told with the field it waits for', async () => {
    const world = worldOf({ ...fields, note: 'new' }, { timeouts: { updateMs: 90_000 } });
    const account = fakeAccount(world);
    account.meanwhile.set(1, () => set(account, { note: 'old' }));
    const startMs = account.clock.now();
    const outcome = await run(account, world);
    expect(codes(outcome)).toEqual(['not-settled']);
    expect(outcome.problems[0]?.message).toContain('note');
    expect(account.clock.now() - startMs).toBeLessThan(120_000);
    expect(sent(account)).toBe('old');
  });

  it('because it is gone is told', async () => {
    const account = fakeAccount(noted);
    account.meanwhile.set(1, () => set(account, {}, { status: 'gone', statusText: 'TERMINATED' }));
    expect(codes(await run(account, noted))).toEqual(['settle-failed']);
  });

  it.each([true, false])('because no read shows it any more is stale', async (asynchronous) => {
    const account = fakeAccount(noted, { kinds: { boxes: { asynchronous } } });
    account.meanwhile.set(1, () => account.objects.delete('a-id'));
    const startMs = account.clock.now();
    expect(await run(account, noted)).toMatchObject({ failed: 0, skipped: 1 });
    expect(account.clock.now() - startMs).toBeLessThan(200_000);
    expect(sent(account)).toBe('old');
  });

  it('for long after its create, since no read shows it yet, is waited for', async () => {
    const world: World = { entries: [entry('boxes.a', fields)] };
    const account = fakeAccount({});
    account.meanwhile.set(1, () => {
      const [made] = account.objects.values();
      account.objects.clear();
      void later(account, 600_000, () => {
        if (made !== undefined) account.objects.set(made.id, made);
      });
    });
    expect(await run(account, world)).toMatchObject({ applied: 1, failed: 0 });
    expect(account.writes).toEqual(['POST boxes']);
  });

  it('while it flaps is not believed', async () => {
    const kinds = { boxes: { asynchronous: true } };
    const account = fakeAccount(noted, { kinds, timing: { equalReads: 2, settleMsMin: 30_000 } });
    account.meanwhile.set(1, () => {
      void flap(account);
    });
    expect(await run(account, noted)).toMatchObject({ applied: 1, failed: 0 });
    expect(account.clock.now() - (flappedUntilMs(account) ?? Infinity)).toBeGreaterThanOrEqual(0);
    expect(account.objects.get('a-id')?.status).toBe('settled');
  });
});

/** Changes between two states, three seconds each, for less than the least time to settle. */
async function flap(account: FakeAccount): Promise<void> {
  for (let turn = 0; turn < 9; turn += 1) {
    set(account, {}, { status: turn % 2 === 0 ? 'pending' : 'settled' });
    await account.clock.sleep(3_000);
  }
  set(account, {}, { status: 'settled', attributes: { flappedUntilMs: account.clock.now() } });
}

function flappedUntilMs(account: FakeAccount): number | undefined {
  const told = account.objects.get('a-id')?.attributes['flappedUntilMs'];
  return typeof told === 'number' ? told : undefined;
}

/** Boxes that have to be woken up for a change, and sleep again afterwards. */
const sleepers: Partial<ProviderKind> = {
  compose: () => ({ steps: ['wake', 'update', 'sleep'], restore: { tags: ['asleep'] } }),
  request({ step, id = '', after }) {
    const path = `/boxes/${id}`;
    if (step === 'create') return { method: 'POST', path: '/boxes', body: after ?? {} };
    if (step === 'wake') return { method: 'PATCH', path, body: { tags: [] } };
    if (step === 'sleep') return { method: 'PATCH', path, body: { tags: ['asleep'] } };
    return { method: 'PATCH', path, body: { note: after?.['note'] ?? '' } };
  },
  stepDone({ step, after }, live) {
    const isAsleep = JSON.stringify(live.fields['tags']) === '["asleep"]';
    if (step === 'wake') return !isAsleep;
    return step === 'sleep' ? isAsleep : live.fields['note'] === after?.['note'];
  },
};

const asleep = { ...fields, tags: ['asleep'] };
const sleeping: World = {
  entries: [entry('boxes.a', { ...fields, note: 'new' })],
  state: { 'boxes.a': recorded('boxes.a', fields) },
  objects: [object('boxes.a', asleep)],
};

function lossy(at: number, ...faults: readonly Fault[]): FakeAccount {
  const account = fakeAccount(sleeping, { kinds: { boxes: sleepers } });
  account.faults.push(...Array.from({ length: at }, () => undefined), ...faults);
  return account;
}

describe('a change of three steps', () => {
  const steps = [0, 1, 2];

  it.each(
    steps.flatMap((at) => (['lose', 'lose-answer'] as const).map((fault) => [at, fault] as const)),
  )('ends well when the answer of step %i is lost: %s', async (at, fault) => {
    const account = lossy(at, fault);
    expect(await run(account, sleeping)).toMatchObject({ applied: 1, failed: 0 });
    expect(account.writes).toHaveLength(fault === 'lose' ? 4 : 3);
    expect(account.objects.get('a-id')?.fields).toMatchObject({ note: 'new', tags: ['asleep'] });
    expect(account.state().state.resources['fake.boxes.a']).not.toHaveProperty('pending');
  });

  it.each(steps)('is finished by the next run when step %i is refused', async (at) => {
    const account = lossy(at, 'refuse');
    expect(codes(await run(account, sleeping))).toEqual(['api-error']);
    const kept = account.state().state.resources['fake.boxes.a'];
    expect(kept).toMatchObject({
      sent: { note: 'old' },
      pending: { restore: { tags: ['asleep'] } },
    });
    expect(await run(account, sleeping)).toMatchObject({ applied: 1, failed: 0 });
    expect(account.objects.get('a-id')?.fields).toMatchObject({ note: 'new', tags: ['asleep'] });
    expect((await account.plan(sleeping)).plan.changes).toMatchObject([{ action: 'no-op' }]);
  });

  it('has what it has to put back in the journal before its first step', async () => {
    const account = lossy(0);
    let pending: unknown;
    account.meanwhile.set(1, () => {
      ({ pending } = account.state().state.resources['fake.boxes.a'] ?? {});
    });
    await run(account, sleeping);
    expect(pending).toEqual({
      steps: ['wake', 'update', 'sleep'],
      done: 0,
      restore: { tags: ['asleep'] },
    });
  });

  it('of an object that is only now taken over is in the journal too', async () => {
    const password = Secret.create('a password of the tests');
    const wanted = entry('boxes.a', { ...fields, note: 'new', password });
    const adopting: World = {
      entries: [wanted],
      objects: sleeping.objects ?? [],
      options: { adopt: ['*'] },
    };
    const account = fakeAccount(adopting, { kinds: { boxes: sleepers } });
    account.faults.push(undefined, 'refuse');
    expect(codes(await run(account, adopting))).toEqual(['api-error']);
    expect(account.state().state.resources['fake.boxes.a']).toMatchObject({
      id: 'a-id',
      sent: {},
      digests: {},
      pending: { restore: { tags: ['asleep'] } },
      unverified: ['/password'],
    });
    const next: World = { ...adopting, options: {} };
    expect(await run(account, next)).toMatchObject({ applied: 1, failed: 0 });
    expect(account.objects.get('a-id')?.fields).toMatchObject({ note: 'new', tags: ['asleep'] });
  });

  it('does not write over what somebody else changes between two steps', async () => {
    const account = lossy(0);
    account.meanwhile.set(1, () => set(account, { note: 'theirs' }));
    expect(await run(account, sleeping)).toMatchObject({ skipped: 1, failed: 0 });
    expect(account.writes).toHaveLength(1);
    expect(account.objects.get('a-id')?.fields).toMatchObject({ note: 'theirs' });
    const { pending } = account.state().state.resources['fake.boxes.a'] ?? {};
    expect(pending?.restore).toEqual({ tags: ['asleep'] });
  });

  it('goes on when somebody else does the same', async () => {
    const account = lossy(0);
    account.meanwhile.set(1, () => set(account, { note: 'new' }));
    expect(await run(account, sleeping)).toMatchObject({ applied: 1, failed: 0 });
  });
});

describe('an old plan', () => {
  const age = 120_000;

  it('is not stale because a set reads in another order', async () => {
    const tagged = { ...fields, tags: ['p', 'q'] };
    const password = Secret.create('a password of the tests');
    const world: World = {
      entries: [entry('boxes.a', { ...tagged, tags: ['p', 'q', 'r'], password })],
      state: { 'boxes.a': recorded('boxes.a', tagged) },
      objects: [object('boxes.a', tagged)],
    };
    const account = fakeAccount(world);
    const planned = await account.plan(world);
    await account.clock.advance(age);
    set(account, { tags: ['q', 'p'] });
    expect(await account.apply(world, planned)).toMatchObject({ applied: 1, skipped: 0 });
  });

  it('is not stale because of a field that it leaves alone, nor sends that', async () => {
    const lifecycle = { ignoreChanges: ['list', 'limits.low'] };
    const wanted = { ...fields, note: 'new', list: ['mine'], limits: { low: 1, high: 2 } };
    const world: World = {
      entries: [entry('boxes.a', wanted, { lifecycle })],
      state: { 'boxes.a': recorded('boxes.a', { ...wanted, note: 'old' }) },
      objects: [object('boxes.a', { ...wanted, note: 'old' })],
    };
    const account = fakeAccount(world);
    const planned = await account.plan(world);
    await account.clock.advance(age);
    set(account, { list: ['theirs'] });
    expect(await account.apply(world, planned)).toMatchObject({ applied: 1, skipped: 0 });
    expect(account.bodies).toEqual([{ name: 'a', ...fields, note: 'new', limits: { high: 2 } }]);
    expect(account.objects.get('a-id')?.fields).toMatchObject({ list: ['theirs'] });
  });

  it('puts back what it owes although the field is left alone otherwise', async () => {
    const lifecycle = { ignoreChanges: ['tags'] };
    const world: World = {
      ...sleeping,
      entries: [entry('boxes.a', { ...fields, note: 'new', tags: [] }, { lifecycle })],
    };
    const account = fakeAccount(world, { kinds: { boxes: sleepers } });
    account.faults.push(undefined, undefined, 'refuse');
    await run(account, world);
    expect(account.objects.get('a-id')?.fields).toMatchObject({ tags: [] });
    await run(account, world);
    expect(account.objects.get('a-id')?.fields).toMatchObject({ note: 'new', tags: ['asleep'] });
  });

  it('of an object that is gone is stale', async () => {
    const account = fakeAccount(noted);
    const planned = await account.plan(noted);
    await account.clock.advance(age);
    account.objects.delete('a-id');
    expect(codes(await account.apply(noted, planned))).toEqual(['stale']);
    expect(account.writes).toEqual([]);
  });
});
