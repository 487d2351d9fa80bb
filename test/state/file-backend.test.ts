import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { Event } from '../../src/core/event.ts';
import type { JournalRecord } from '../../src/state/contract.ts';
import { createFileBackend } from '../../src/state/file-backend.ts';
import type { Files } from '../../src/state/files.ts';
import type { HostInfo } from '../../src/state/host.ts';
import { createNodeFiles } from '../../src/state/node-files.ts';
import { replay } from '../../src/state/replay.ts';
import { stableJson } from '../../src/state/state-text.ts';
import { createFakeHosts } from '../_helpers/fake-host.ts';
import { createMemoryFiles } from '../_helpers/memory-files.ts';
import type { MemoryFiles } from '../_helpers/memory-files.ts';
import { createSeededBytes } from '../_helpers/seeded-random.ts';
import { createVirtualClock } from '../_helpers/virtual-clock.ts';
import type { VirtualClock } from '../_helpers/virtual-clock.ts';
import { describeBackend, makeIntent, put } from './backend-suite.ts';

const DIRECTORY = '/stack/.trueup/prod';
const JOURNAL = `${DIRECTORY}/journal.jsonl`;
const LEASE_MS = 60_000;

const temporary: string[] = [];
let seed = 1;

function open(
  files: Files,
  clock: VirtualClock,
  host: HostInfo,
  events: Event[] = [],
  directory = DIRECTORY,
) {
  return createFileBackend({
    files,
    directory,
    stack: 'acme',
    environment: 'prod',
    clock,
    random: createSeededBytes((seed += 1)),
    host,
    redact: (text) => text,
    leaseMs: LEASE_MS,
    emit: (event) => void events.push(event),
  });
}

afterEach(async () => {
  for (const path of temporary.splice(0)) await rm(path, { recursive: true, force: true });
});

describeBackend('file backend in memory', () => {
  const files = createMemoryFiles();
  const clock = createVirtualClock();
  const hosts = createFakeHosts();
  return Promise.resolve({
    clock,
    run: (promise) => clock.run(promise),
    start: (name) => {
      const host = hosts.spawn(name);
      return { backend: open(files, clock, host), kill: host.kill };
    },
  });
});

describeBackend('file backend on a disk', async () => {
  const directory = join(await mkdtemp(join(tmpdir(), 'trueup-state-')), 'deep', 'prod');
  temporary.push(join(directory, '..', '..'));
  const clock = createVirtualClock();
  const hosts = createFakeHosts();
  return {
    clock,
    run: (promise) => clock.run(promise),
    start: (name) => {
      const host = hosts.spawn(name);
      return { backend: open(createNodeFiles(), clock, host, [], directory), kill: host.kill };
    },
  };
});

describe('a crash of the state', () => {
  const clock = createVirtualClock();
  const hosts = createFakeHosts();

  /** What a run does, in order; `acknowledged` counts the batches that were confirmed. */
  const batches: readonly (readonly JournalRecord[] | 'fold')[] = [
    [put('a')],
    [{ op: 'intent', intent: makeIntent('singlestore.workspaces.b', '1') }],
    [put('b'), put('c')],
    'fold',
    [{ op: 'remove', address: 'singlestore.workspaces.a' }],
    [{ op: 'intent', intent: makeIntent('singlestore.workspaces.d', '2') }],
    'fold',
    [put('e')],
  ];

  const work = async (files: MemoryFiles, host: HostInfo) => {
    const backend = open(files, clock, host);
    const done = { batches: 0 };
    const running = (async () => {
      await backend.lock('apply', 0);
      for (const batch of batches) {
        if (batch === 'fold') await backend.fold();
        else if (batch[0]?.op === 'intent') {
          await backend.appendIntents(
            batch.flatMap((record) => (record.op === 'intent' ? [record.intent] : [])),
          );
        } else await backend.append(batch);
        done.batches += 1;
      }
    })();
    await clock.run(running).catch(() => undefined);
    return done.batches;
  };

  const read = async (files: MemoryFiles) => {
    const { state, intents } = await clock.run(open(files, clock, hosts.spawn()).load());
    return { resources: state.resources, intents };
  };

  /** The views of a state after each record. */
  const views = () => {
    const empty = {
      version: 1,
      lineage: '',
      stack: '',
      environment: '',
      serial: 0,
      providers: {},
      salt: '',
      resources: {},
      outputs: {},
    } as const;
    const records = batches.flatMap((batch) => (batch === 'fold' ? [] : batch));
    return Array.from({ length: records.length + 1 }, (_, count) => {
      const { state, intents } = replay({ state: empty, intents: [] }, records.slice(0, count));
      return { resources: state.resources, intents };
    });
  };

  /** Index of the first view that holds everything of the first `count` batches. */
  const recordsIn = (count: number) =>
    batches.slice(0, count).reduce((sum, batch) => sum + (batch === 'fold' ? 0 : batch.length), 0);

  const writesOfWholeRun = async () => {
    const files = createMemoryFiles();
    expect(await work(files, hosts.spawn())).toBe(batches.length);
    return files.writes();
  };

  it('after any write leaves a prefix with everything that was acknowledged', async () => {
    const total = await writesOfWholeRun();
    expect(total).toBeGreaterThan(15);
    const all = views();
    for (let stopAt = 1; stopAt <= total; stopAt += 1) {
      for (const phase of ['before', 'after'] as const) {
        const files = createMemoryFiles();
        const host = hosts.spawn();
        files.setHook((write, at) => {
          if (write.index === stopAt && at === phase) files.stop();
        });
        const acknowledged = await work(files, host);
        host.kill();
        const found = await read(files.copy());
        const place = all.findIndex((view) => stableJson(view) === stableJson(found));
        expect(place, `write ${String(stopAt)} ${phase}`).toBeGreaterThanOrEqual(
          recordsIn(acknowledged),
        );
        // The next run takes the lock over and brings everything to its end.
        const next = files.copy();
        expect(await work(next, hosts.spawn())).toBe(batches.length);
        expect((await read(next)).resources).toEqual(all.at(-1)?.resources);
      }
    }
  });

  it('of the machine keeps every intent that was acknowledged', async () => {
    const total = await writesOfWholeRun();
    for (let stopAt = 1; stopAt <= total; stopAt += 1) {
      const files = createMemoryFiles();
      files.setHook((write, at) => {
        if (write.index === stopAt && at === 'after') files.stop();
      });
      const acknowledged = await work(files, hosts.spawn());
      const found = await read(files.copy({ power: 'lost' }));
      const keys = [
        ...found.intents.map((intent) => intent.address),
        ...Object.keys(found.resources),
      ];
      const promised = [
        ...(acknowledged >= 2 ? ['singlestore.workspaces.b'] : []),
        ...(acknowledged >= 6 ? ['singlestore.workspaces.d'] : []),
      ];
      expect(keys).toEqual(expect.arrayContaining(promised));
    }
  });

  it('in the middle of a line loses that line only', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 300 }), async (characters) => {
        const files = createMemoryFiles();
        const host = hosts.spawn();
        const backend = open(files, clock, host);
        await clock.run(backend.lock('apply', 0));
        await clock.run(backend.append([put('a')]));
        await clock.run(backend.append([put('b')]));
        const lines = (files.text(JOURNAL) ?? '').split('\n');
        fc.pre(characters <= (lines[1]?.length ?? 0) + 1);
        host.kill();
        const torn = files.copy({ tear: { path: JOURNAL, characters } });
        expect(Object.keys((await read(torn)).resources)).toEqual(['singlestore.workspaces.a']);
        // What is appended next does not stick to the torn line.
        const next = open(torn, clock, hosts.spawn());
        await clock.run(next.lock('apply', 0));
        await clock.run(next.append([put('c')]));
        expect(Object.keys((await read(torn)).resources)).toEqual([
          'singlestore.workspaces.a',
          'singlestore.workspaces.c',
        ]);
      }),
      { numRuns: 60 },
    );
  });

  it('is not what a damaged line before others is', async () => {
    const files = createMemoryFiles();
    const host = hosts.spawn();
    const backend = open(files, clock, host);
    await clock.run(backend.lock('apply', 0));
    await clock.run(backend.append([put('a'), put('b')]));
    files.put(JOURNAL, `{"op":"pu\n${files.text(JOURNAL) ?? ''}`);
    await expect(read(files)).rejects.toMatchObject({ code: 'state-corrupt' });
  });
});

describe('a full disk', () => {
  for (const phase of ['before', 'after'] as const) {
    it(`rejects what could not be written (error ${phase} the write) and goes on when there is room`, async () => {
      const clock = createVirtualClock();
      const files = createMemoryFiles();
      const backend = open(files, clock, createFakeHosts().spawn());
      await clock.run(backend.lock('apply', 0));
      await clock.run(backend.append([put('a')]));
      files.setHook((write, at) => {
        if (at !== phase || (write.op !== 'append' && write.op !== 'sync')) return;
        throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
      });
      const intent = makeIntent('singlestore.workspaces.x', '1');
      await expect(clock.run(backend.appendIntents([intent]))).rejects.toMatchObject({
        code: 'state-write-failed',
      });
      files.setHook(undefined);
      await clock.run(backend.append([put('b')]));
      await clock.run(backend.fold());
      const { state, intents } = await clock.run(backend.load());
      expect(Object.keys(state.resources)).toHaveLength(2);
      expect(intents).toEqual([]);
    });
  }

  it('leaves state and journal as they were when a fold fails', async () => {
    const clock = createVirtualClock();
    const files = createMemoryFiles();
    const backend = open(files, clock, createFakeHosts().spawn());
    await clock.run(backend.lock('apply', 0));
    await clock.run(backend.append([put('a')]));
    files.setHook((write, at) => {
      if (write.op === 'write' && at === 'before') throw new Error('ENOSPC');
    });
    await expect(clock.run(backend.fold())).rejects.toMatchObject({ code: 'state-write-failed' });
    files.setHook(undefined);
    await clock.run(backend.append([put('b')]));
    await clock.run(backend.fold());
    const { state } = await clock.run(backend.load());
    expect(Object.keys(state.resources)).toHaveLength(2);
    expect(state.serial).toBe(1);
  });
});

const startLocked = async () => {
  const clock = createVirtualClock();
  const files = createMemoryFiles();
  const events: Event[] = [];
  const hosts = createFakeHosts();
  const backend = open(files, clock, hosts.spawn(), events);
  const lock = await clock.run(backend.lock('apply', 0));
  return { clock, files, events, hosts, backend, lock };
};

const prepare = () => {
  const clock = createVirtualClock();
  const files = createMemoryFiles();
  const hosts = createFakeHosts();
  const events: Event[] = [];
  return { clock, files, hosts, events };
};

describe('the files of a state', () => {
  it('take one fsync for a batch of concurrent intents', async () => {
    const { clock, files, backend } = await startLocked();
    await clock.run(backend.append([put('a')]));
    const seen: string[] = [];
    files.setHook((write, at) => void (at === 'after' && seen.push(write.op)));
    const jobs = Array.from({ length: 50 }, (_, index) =>
      backend.appendIntents([makeIntent(`singlestore.workspaces.n${String(index)}`, 'x')]),
    );
    await clock.run(Promise.all(jobs));
    expect(seen).toEqual(['append', 'sync']);
  });

  it('are not rewritten by an append, however large the state is', async () => {
    const { clock, files, backend } = await startLocked();
    const many = Array.from({ length: 500 }, (_, index) => put(`r${String(index)}`));
    await clock.run(backend.append(many));
    await clock.run(backend.fold());
    await clock.run(backend.append([put('a')]));
    const seen: string[] = [];
    files.setHook((write, at) => void (at === 'after' && seen.push(write.op)));
    await clock.run(backend.append([put('b')]));
    expect(seen).toEqual(['append']);
  });

  it('hold one resource a line, in order, whatever order they came in', async () => {
    const { clock, files, backend } = await startLocked();
    await clock.run(backend.append([put('b'), put('a')]));
    await clock.run(backend.fold());
    const text = files.text(`${DIRECTORY}/state.json`) ?? '';
    const lines = text.split('\n').filter((line) => line.includes('"singlestore.workspaces.'));
    expect(lines.map((line) => line.slice(0, 31))).toEqual(
      ['    "singlestore.workspaces.a": ', '    "singlestore.workspaces.b": '].map((line) =>
        line.slice(0, 31),
      ),
    );
    expect(files.paths()).not.toContain(JOURNAL);
  });

  it('of a newer version, of another stack or damaged are refused', async () => {
    const { clock, files, backend } = await startLocked();
    const path = `${DIRECTORY}/state.json`;
    await clock.run(backend.append([put('a')]));
    const text = files.text(path) ?? '';
    const loading = () => clock.run(backend.load());
    files.put(path, text.replace('"version": 1', '"version": 2'));
    await expect(loading()).rejects.toMatchObject({ code: 'state-version' });
    files.put(path, text.replace('"acme"', '"other"'));
    await expect(loading()).rejects.toThrow(/belongs to other\/prod/);
    files.put(path, text.slice(0, 40));
    await expect(loading()).rejects.toMatchObject({ code: 'state-corrupt' });
    files.put(path, text.replace(/"lineage": "[0-9a-f]+"/, '"lineage": "else"'));
    await expect(loading()).rejects.toThrow(/another state/);
  });

  it('have modes that keep others out', async () => {
    const root = await mkdtemp(join(tmpdir(), 'trueup-mode-'));
    temporary.push(root);
    const directory = join(root, 'prod');
    const clock = createVirtualClock();
    const backend = open(createNodeFiles(), clock, createFakeHosts().spawn(), [], directory);
    const lock = await clock.run(backend.lock('apply', 0));
    await clock.run(backend.append([put('a')]));
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
    const names = await readdir(directory, { recursive: true });
    expect(names).toContain('lock.1/holder.json');
    for (const name of names) {
      const found = await stat(join(directory, name));
      expect([name, found.mode & 0o777]).toEqual([name, found.isDirectory() ? 0o700 : 0o600]);
    }
    await clock.run(lock.release());
  });
});

describe('the lock of a state', () => {
  it('is renewed and stays held for hours', async () => {
    const { clock, files, hosts } = prepare();
    const lock = await clock.run(open(files, clock, hosts.spawn()).lock('apply', 0));
    await clock.advance(3 * 3_600_000);
    expect(lock.isHeld()).toBe(true);
    const other = open(files, clock, hosts.spawn('elsewhere'));
    await expect(clock.run(other.lock('apply', 0))).rejects.toMatchObject({ code: 'state-locked' });
    await clock.run(lock.release());
    expect(clock.sleeping()).toBe(0);
  });

  it('of a dead holder on another host is taken over when the lease has run out', async () => {
    const { clock, files, hosts, events } = prepare();
    const host = hosts.spawn('elsewhere');
    await clock.run(open(files, clock, host).lock('apply', 0));
    const startMs = clock.now();
    const dead = files.copy();
    const taker = open(dead, clock, hosts.spawn(), events);
    await expect(clock.run(taker.lock('apply', 0))).rejects.toMatchObject({
      code: 'state-locked',
    });
    await clock.run(taker.lock('apply', 5 * 60_000));
    expect(clock.now() - startMs).toBe(LEASE_MS);
    expect(events.at(-1)).toMatchObject({
      type: 'lock-acquired',
      takenOverFrom: expect.stringContaining('elsewhere'),
    });
    expect(events.filter((event) => event.type === 'lock-waiting')).toHaveLength(1);
  });

  it('is lost by a holder that cannot renew it, for good', async () => {
    const { clock, files, hosts } = prepare();
    const lock = await clock.run(open(files, clock, hosts.spawn()).lock('apply', 0));
    files.setHook(() => {
      throw new Error('EIO');
    });
    await clock.advance(LEASE_MS - 1);
    expect(lock.isHeld()).toBe(true);
    await clock.advance(1);
    expect(lock.isHeld()).toBe(false);
    files.setHook(undefined);
    await clock.advance(LEASE_MS);
    expect(lock.isHeld()).toBe(false);
  });

  it('that ran out still lets its holder record what was done, until somebody takes it', async () => {
    const { clock, files, hosts } = prepare();
    const backend = open(files, clock, hosts.spawn('elsewhere'));
    const lock = await clock.run(backend.lock('apply', 0));
    files.setHook((write) => {
      if (write.path.includes('lock.')) throw new Error('EIO');
    });
    await clock.advance(LEASE_MS);
    files.setHook(undefined);
    expect(lock.isHeld()).toBe(false);
    await clock.run(backend.append([put('a')]));
    await clock.run(open(files, clock, hosts.spawn()).lock('apply', 0));
    await expect(clock.run(backend.append([put('b')]))).rejects.toMatchObject({
      code: 'state-lock-lost',
    });
  });

  it('is never held by two, wherever a taker is suspended', async () => {
    const { clock, files, hosts } = prepare();
    const first = hosts.spawn();
    await clock.run(open(files, clock, first).lock('apply', 0));
    first.kill();
    const total = await (async () => {
      const probe = files.copy();
      await clock.run(open(probe, clock, hosts.spawn()).lock('apply', 0));
      return probe.writes();
    })();
    for (let suspendAt = 1; suspendAt <= total; suspendAt += 1) {
      const shared = files.copy();
      // While the slow taker is about to do this write, a fast one takes, releases, takes again.
      const slow = slowFiles(shared, suspendAt);
      const slowLock = open(slow.files, clock, hosts.spawn()).lock('apply', 0);
      const outcome = slowLock.then(
        (lock) => lock,
        () => undefined,
      );
      await clock.run(slow.reached);
      const fast = open(shared, clock, hosts.spawn());
      const fastLock = await clock.run(
        fast
          .lock('apply', 0)
          .then(async (lock) => {
            await lock.release();
            return fast.lock('apply', 0);
          })
          .catch(() => undefined),
      );
      slow.resume();
      const taken = await clock.run(outcome);
      const holders = [taken, fastLock].filter((lock) => lock !== undefined);
      expect(holders, `suspended at ${String(suspendAt)}`).toHaveLength(1);
    }
  });
});

/** Files that wait before their k-th write until they are told to go on. */
function slowFiles(files: MemoryFiles, suspendAt: number) {
  let count = 0;
  const resumed = createSignal();
  const reached = createSignal();
  const pass = async (): Promise<void> => {
    count += 1;
    if (count !== suspendAt) return;
    reached.give();
    await resumed.given;
  };
  const wrapped: Files = {
    read: (path) => files.read(path),
    list: (path) => files.list(path),
    append: (path, text) => pass().then(() => files.append(path, text)),
    sync: (path) => pass().then(() => files.sync(path)),
    truncate: (path, bytes) => pass().then(() => files.truncate(path, bytes)),
    write: (path, text) => pass().then(() => files.write(path, text)),
    rename: (from, to) => pass().then(() => files.rename(from, to)),
    claim: (from, to) => pass().then(() => files.claim(from, to)),
    remove: (path) => pass().then(() => files.remove(path)),
    makeDirectory: (path) => pass().then(() => files.makeDirectory(path)),
  };
  return { files: wrapped, reached: reached.given, resume: () => resumed.give() };
}

function createSignal() {
  const listeners: (() => void)[] = [];
  const given = new Promise<void>((resolve) => void listeners.push(resolve));
  return { given, give: () => listeners.forEach((listener) => listener()) };
}
