import { describe, expect, it } from 'vitest';
import { fakeAccount, type FakeAccount, type FakeOptions } from '../_helpers/fake-account.ts';
import { entry, type World } from '../_helpers/planner-builder.ts';

const pair: World = { entries: ['a', 'b'].map((key) => entry(`boxes.${key}`, { place: 'here' })) };
const SLOW_MS = 600_000;

/** When each change ended, by its address, in milliseconds from the start of the apply. */
async function ends(
  account: FakeAccount,
  world: World,
  parallelism: number,
): Promise<Readonly<Record<string, number>>> {
  const planned = await account.plan(world);
  const startMs = account.clock.now();
  const found: Record<string, number> = {};
  const emit = (event: FakeAccount['events'][number]): void => {
    if (event.type === 'change-done') found[event.address] = account.clock.now() - startMs;
  };
  const outcome = await account.apply(world, planned, { parallelism, emit });
  expect(outcome.problems).toEqual([]);
  return found;
}

async function settleLate(account: FakeAccount, id: string): Promise<void> {
  const made = account.objects.get(id);
  if (made === undefined) return;
  account.objects.set(id, { ...made, status: 'pending' });
  await account.clock.sleep(SLOW_MS);
  account.objects.set(id, made);
}

describe('waiting holds no slot', () => {
  it('while an object settles', async () => {
    const account = fakeAccount({});
    account.meanwhile.set(1, () => void settleLate(account, 'made-1'));
    const done = await ends(account, pair, 1);
    expect(done['fake.boxes.a']).toBeGreaterThanOrEqual(SLOW_MS);
    expect(done['fake.boxes.b']).toBeLessThan(1_000);
  });

  it('of creation, while an object settles', async () => {
    const kinds: FakeOptions['kinds'] = { boxes: { provisions: true } };
    const account = fakeAccount({}, { kinds, timing: { provisioningMax: 1 } });
    account.meanwhile.set(1, () => void settleLate(account, 'made-1'));
    const done = await ends(account, pair, 10);
    expect(done['fake.boxes.b']).toBeLessThan(1_000);
  });

  it('while a lost create is looked for', async () => {
    const account = fakeAccount({});
    account.faults.push('lose');
    const done = await ends(account, pair, 1);
    expect(done['fake.boxes.a']).toBeGreaterThanOrEqual(180_000);
    expect(done['fake.boxes.b']).toBeLessThan(1_000);
  });

  it('while a lost update shows nothing yet', async () => {
    const account = fakeAccount({});
    await ends(account, pair, 1);
    account.faults.push('lose');
    const noted = { entries: ['a', 'b'].map((key) => entry(`boxes.${key}`, { note: 'new' })) };
    const done = await ends(account, noted, 1);
    expect(done['fake.boxes.a']).toBeGreaterThanOrEqual(180_000);
    expect(done['fake.boxes.b']).toBeLessThan(1_000);
  });
});

describe('creates on their way at once', () => {
  const many: World = { entries: ['a', 'b', 'c', 'd', 'e'].map((key) => entry(`boxes.${key}`)) };

  it.each([
    [true, 2],
    [false, 4],
  ])('are bounded more narrowly where they provision machines (%s)', async (provisions, max) => {
    const account = fakeAccount({}, { kinds: { boxes: { provisions } } });
    account.lag.sendMs = 10_000;
    await ends(account, many, 4);
    expect(account.sending.max).toBe(max);
  });
});
