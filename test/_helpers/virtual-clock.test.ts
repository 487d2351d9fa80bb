import { describe, expect, it } from 'vitest';
import { createVirtualClock } from './virtual-clock.ts';

describe('virtual clock', () => {
  it('lets an hour pass at once', async () => {
    const clock = createVirtualClock(0, 300);
    await clock.run(clock.sleep(3_600_000));
    expect(clock.now()).toBe(3_600_000);
  });

  it('fires timers by time, and those of one moment in the order they were set', async () => {
    const clock = createVirtualClock(0, 300);
    const fired: string[] = [];
    const after = async (name: string, ms: number) => {
      await clock.sleep(ms);
      fired.push(`${name}@${String(clock.now())}`);
    };
    await clock.run(Promise.all([after('c', 20), after('a', 10), after('b', 10)]));
    expect(fired).toEqual(['a@10', 'b@10', 'c@20']);
  });

  it('rejects an aborted sleep with the reason and does not wait for it', async () => {
    const clock = createVirtualClock(0, 300);
    const controller = new AbortController();
    const sleeping = clock.sleep(1_000, controller.signal);
    const reason = new Error('enough');
    controller.abort(reason);
    await expect(sleeping).rejects.toBe(reason);
    await clock.run(clock.sleep(5));
    expect(clock.now()).toBe(5);
    expect(clock.sleeping()).toBe(0);
  });

  it('says so when nothing is left to wait for', async () => {
    const clock = createVirtualClock(0, 300);
    const never = new Promise<void>(() => {});
    await expect(clock.run(never)).rejects.toThrow(/nothing is left to wait for/);
  });

  it('does not count background sleeps as something to wait for, but fires them', async () => {
    const clock = createVirtualClock(0, 300);
    let renewed = 0;
    const renew = async (): Promise<never> => {
      for (;;) {
        await clock.sleep(10, undefined, 'background');
        renewed += 1;
      }
    };
    void renew();
    await clock.run(clock.sleep(35));
    expect(renewed).toBe(3);
    await expect(clock.run(new Promise(() => {}))).rejects.toThrow(/1 background/);
  });

  it('waits for the thread pool before it gives up', async () => {
    const { scrypt } = await import('node:crypto');
    const clock = createVirtualClock(0);
    const hashed = new Promise<string>((resolve, reject) => {
      scrypt('a', 'b', 8, (error, key) =>
        error === null ? resolve(key.toString('hex')) : reject(error),
      );
    });
    expect(await clock.run(hashed)).toHaveLength(16);
  });

  it('passes on what the promise rejects with', async () => {
    const clock = createVirtualClock(0, 300);
    const failing = clock.sleep(5).then(() => Promise.reject(new Error('broken')));
    await expect(clock.run(failing)).rejects.toThrow('broken');
  });
});
