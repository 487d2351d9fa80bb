import { describe, expect, it } from 'vitest';
import type { Event } from '../../src/core/event.ts';
import type { Clock } from '../../src/core/clock.ts';
import type { Files } from '../../src/state/files.ts';
import { DAMAGED } from '../../src/state/lock-files.ts';
import { createFakeHosts } from '../_helpers/fake-host.ts';
import { createMemoryFiles, systemError } from '../_helpers/memory-files.ts';
import { createVirtualClock } from '../_helpers/virtual-clock.ts';
import { makeIntent, put } from './backend-suite.ts';
import { DIRECTORY, JOURNAL, LEASE_MS, openState } from './open-state.ts';

const holderPath = (number: number): string => `${DIRECTORY}/lock.${String(number)}/holder.json`;

function prepare() {
  const clock = createVirtualClock();
  const files = createMemoryFiles();
  const hosts = createFakeHosts();
  const events: Event[] = [];
  /** `jump.ms`: by how much the clock is ahead from some moment on, as after a sleep of the machine. */
  const start = (
    options: { host?: string; skewMs?: number; files?: Files; jump?: { ms: number } } = {},
  ) => {
    const skewed: Clock = {
      now: () => clock.now() + (options.skewMs ?? 0) + (options.jump?.ms ?? 0),
      sleep: (delayMs, signal, mode) => clock.sleep(delayMs, signal, mode),
    };
    const host = hosts.spawn(options.host);
    return openState({ files: options.files ?? files, clock: skewed, host, events });
  };
  return { clock, files, hosts, events, start };
}

describe('a lock between machines whose clocks differ', () => {
  const TEN_MINUTES = 600_000;

  it('of a dead holder is free after one lease that was watched, if the taker is behind', async () => {
    const { clock, files, start } = prepare();
    const ahead = start({ host: 'elsewhere', skewMs: TEN_MINUTES });
    await clock.run(ahead.lock('apply', 0));
    const left = files.copy();
    const startMs = clock.now();
    const lock = await clock.run(start({ files: left }).lock('apply', TEN_MINUTES));
    expect(clock.now() - startMs).toBe(LEASE_MS);
    expect(lock.isHeld()).toBe(true);
  });

  it('of a holder that lives is not taken, however long it is watched', async () => {
    const { clock, start } = prepare();
    const lock = await clock.run(
      start({ host: 'elsewhere', skewMs: TEN_MINUTES }).lock('apply', 0),
    );
    const waiting = clock.run(start().lock('apply', 3 * LEASE_MS));
    await expect(waiting).rejects.toMatchObject({ code: 'state-locked' });
    expect(lock.isHeld()).toBe(true);
  });

  it('may be taken early if the taker is ahead, but then its holder sends no create', async () => {
    const { clock, start } = prepare();
    const first = start({ host: 'elsewhere' });
    const lock = await clock.run(first.lock('apply', 0));
    await clock.run(start({ skewMs: TEN_MINUTES }).lock('apply', 0));
    // It cannot know yet. But no intent of it is acknowledged any more.
    expect(lock.isHeld()).toBe(true);
    const intent = makeIntent('singlestore.workspaces.a', '1');
    await expect(clock.run(first.appendIntents([intent]))).rejects.toMatchObject({
      code: 'state-lock-lost',
    });
    expect(lock.isHeld()).toBe(false);
  });

  it('is not renewed by a holder that slept through its lease: somebody may be taking it', async () => {
    const { clock, files, start } = prepare();
    const jump = { ms: 0 };
    const lock = await clock.run(start({ jump }).lock('apply', 0));
    const before = files.text(holderPath(1));
    jump.ms = 2 * LEASE_MS;
    await clock.advance(LEASE_MS / 3);
    expect(files.text(holderPath(1))).toBe(before);
    jump.ms = 0;
    // Nor does it come back when the clock is set right.
    expect(lock.isHeld()).toBe(false);
  });

  it('taken early is noticed at the next renewal', async () => {
    const { clock, start } = prepare();
    const lock = await clock.run(start({ host: 'elsewhere' }).lock('apply', 0));
    await clock.run(start({ skewMs: TEN_MINUTES }).lock('apply', 0));
    await clock.advance(LEASE_MS / 3);
    expect(lock.isHeld()).toBe(false);
  });

  it('ends when the clock of its holder jumps, and stays ended', async () => {
    const { clock, files, hosts } = prepare();
    let jumpMs = 0;
    const jumpy: Clock = {
      now: () => clock.now() + jumpMs,
      sleep: (delayMs, signal, mode) => clock.sleep(delayMs, signal, mode),
    };
    const backend = openState({ files, clock: jumpy, host: hosts.spawn() });
    const lock = await clock.run(backend.lock('apply', 0));
    jumpMs = TEN_MINUTES;
    expect(lock.isHeld()).toBe(false);
    await clock.advance(LEASE_MS);
    jumpMs = 0;
    expect(lock.isHeld()).toBe(false);
    // What was done may still be recorded, as nobody took it.
    await clock.run(backend.append([put('a')]));
  });
});

describe('a lock that cannot be read', () => {
  it.each(['{', '[]', '{"id":"x"}', '{"v":2,"holder":"a newer trueup"}'])(
    'counts as held until it is taken away: %s',
    async (text) => {
      const { clock, files, start } = prepare();
      files.put(holderPath(4), text);
      await expect(clock.run(start().lock('apply', 1_000))).rejects.toMatchObject({
        code: 'state-locked',
        message: 'the lock of the state of acme/prod cannot be read',
        hint: expect.stringContaining('trueup state unlock'),
      });
      expect((await clock.run(start().load())).lock).toBe(DAMAGED);
      expect(await clock.run(start().unlock())).toBe(DAMAGED);
      expect((await clock.run(start().lock('apply', 0))).isHeld()).toBe(true);
    },
  );

  it('that a crash of the machine left empty is free', async () => {
    const { clock, files, start } = prepare();
    await files.makeDirectory(`${DIRECTORY}/lock.4`);
    await clock.run(start().lock('apply', 0));
    expect(files.paths()).toEqual([holderPath(5)]);
  });
});

describe('taking a lock away', () => {
  it('from nobody does nothing', async () => {
    const { clock, files, start } = prepare();
    expect(await clock.run(start().unlock())).toBeUndefined();
    const lock = await clock.run(start().lock('apply', 0));
    await clock.run(lock.release());
    expect(await clock.run(start().unlock())).toBeUndefined();
    expect(files.text(holderPath(1))).toBe('');
  });

  it('is refused when it changed hands meanwhile', async () => {
    const { clock, files, hosts, start } = prepare();
    const host = hosts.spawn();
    await clock.run(openState({ files, clock, host }).lock('apply', 0));
    let isDue = true;
    files.setHook(({ op }, phase) => {
      if (op !== 'claim' || phase !== 'before' || !isDue) return;
      isDue = false;
      files.put(holderPath(2), files.text(holderPath(1)) ?? '');
    });
    await expect(clock.run(start().unlock())).rejects.toMatchObject({ code: 'state-locked' });
  });

  it('does not let its former holder renew it, record an intent or cut the journal', async () => {
    const { clock, files, start } = prepare();
    const first = start();
    const lock = await clock.run(first.lock('apply', 0));
    await clock.run(first.append([put('a')]));
    await clock.run(start().unlock());
    const second = start();
    await clock.run(second.lock('apply', 0));
    await clock.run(second.append([put('b')]));
    const before = files.text(JOURNAL);
    files.setHook(({ op, path }, phase) => {
      if (op === 'append' && phase === 'before') throw systemError('ENOSPC', path);
    });
    await expect(clock.run(first.append([put('c')]))).rejects.toMatchObject({
      code: 'state-write-failed',
    });
    files.setHook(undefined);
    expect(files.text(JOURNAL)).toBe(before);
    await clock.advance(LEASE_MS);
    expect(lock.isHeld()).toBe(false);
    await clock.run(lock.release());
    expect(Object.keys((await clock.run(second.load())).state.resources)).toHaveLength(2);
  });

  it('lets its former holder fold nothing that the next one goes on from', async () => {
    const { clock, start } = prepare();
    const first = start();
    const lock = await clock.run(first.lock('apply', 0));
    await clock.run(first.append([put('a')]));
    await clock.run(start().unlock());
    const second = start();
    await clock.run(second.lock('apply', 0));
    await clock.run(second.append([put('b')]));
    expect(lock.isHeld()).toBe(true);
    await expect(clock.run(first.fold())).rejects.toMatchObject({ code: 'state-lock-lost' });
    await clock.run(second.append([put('c')]));
    await clock.run(second.fold());
    const { state } = await clock.run(start().load());
    expect(Object.values(state.resources).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  });
});

describe('giving a lock back', () => {
  it('that a later holder removed already is no error', async () => {
    const { clock, files, events, start } = prepare();
    const lock = await clock.run(start().lock('apply', 0));
    files.setHook(({ op }, phase) => {
      if (op !== 'truncate' || phase !== 'before') return;
      files.setHook(undefined);
      throw systemError('ENOENT', holderPath(1));
    });
    await clock.run(lock.release());
    await clock.run(lock.release());
    expect(events.filter(({ type }) => type === 'log')).toEqual([]);
  });

  it('to a disk that fails is told and does not hide how the work ended', async () => {
    const { clock, files, events, start } = prepare();
    const lock = await clock.run(start().lock('apply', 0));
    files.setHook(() => {
      throw systemError('EROFS', '/hunter2');
    });
    await expect(clock.run(lock.release())).resolves.toBeUndefined();
    expect(events.at(-1)).toEqual({
      type: 'log',
      level: 'warn',
      message: 'the lock of acme/prod could not be given back: EROFS: /***',
    });
    expect(lock.isHeld()).toBe(false);
  });
});

describe('a renewal', () => {
  it('that fails once is made good by the next one', async () => {
    const { clock, files, start } = prepare();
    const lock = await clock.run(start().lock('apply', 0));
    files.setHook(({ op, path }, phase) => {
      if (op !== 'rename' || phase !== 'before') return;
      files.setHook(undefined);
      throw systemError('ENOSPC', path);
    });
    await clock.advance(LEASE_MS + LEASE_MS / 2);
    expect(lock.isHeld()).toBe(true);
  });

  it('whose files a later holder swept away loses the lock at once', async () => {
    const { clock, files, start } = prepare();
    const lock = await clock.run(start().lock('apply', 0));
    files.setHook(({ op, path }, phase) => {
      if (op !== 'rename' || phase !== 'before') return;
      files.setHook(undefined);
      files.put(holderPath(2), '');
      throw systemError('ENOENT', path);
    });
    await clock.advance(LEASE_MS / 3);
    expect(lock.isHeld()).toBe(false);
  });
});

describe('the errors of a state', () => {
  it('hold no secret, whatever it was that was thrown', async () => {
    const { clock, files, start } = prepare();
    for (const thrown of [new Error('EIO hunter2'), 'EIO hunter2']) {
      files.setHook(() => {
        // oxlint-disable-next-line typescript/only-throw-error -- a library may throw anything
        throw thrown;
      });
      await expect(clock.run(start().lock('apply', 0))).rejects.toMatchObject({
        code: 'state-write-failed',
        message: `cannot use the state in ${DIRECTORY}: EIO ***`,
      });
    }
  });

  it('are none when there is nothing to append', async () => {
    const { clock, files, start } = prepare();
    const backend = start();
    await clock.run(backend.append([]));
    await clock.run(backend.appendIntents([]));
    expect(files.writes()).toBe(0);
  });

  it('of a batch reach everyone who waits for it', async () => {
    const { clock, files, start } = prepare();
    const backend = start();
    await clock.run(backend.lock('apply', 0));
    files.setHook(({ path }) => {
      if (path === JOURNAL) throw systemError('ENOSPC', path);
    });
    const jobs = [backend.append([put('a')]), backend.append([put('b')]), backend.fold()];
    const ends = await clock.run(Promise.allSettled(jobs));
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  });
});
