import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Clock } from '../../src/core/clock.ts';
import { TrueupError } from '../../src/core/errors.ts';
import type { HeldLock } from '../../src/state/contract.ts';
import type { Files } from '../../src/state/files.ts';
import type { HostInfo } from '../../src/state/host.ts';
import { acquireLock } from '../../src/state/lock.ts';
import { createLockFiles } from '../../src/state/lock-files.ts';
import { createNodeFiles } from '../../src/state/node-files.ts';
import { createFakeHosts } from '../_helpers/fake-host.ts';
import { createMemoryFiles, systemError } from '../_helpers/memory-files.ts';
import { createVirtualClock } from '../_helpers/virtual-clock.ts';
import { createStepwiseFiles } from './stepwise-files.ts';

const DIRECTORY = '/state';
const LEASE_MS = 60_000;

/** Time between two steps of a process: mostly little, now and then longer than a lease. */
const jump = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 800 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 70_000 }) },
);

let ids = 0;

function take(
  files: Files,
  clock: Clock,
  host: HostInfo,
  options: { readonly directory?: string; readonly waitMs?: number } = {},
) {
  const settings = {
    files: createLockFiles(files, options.directory ?? DIRECTORY),
    clock,
    host,
    leaseMs: LEASE_MS,
    name: 'acme/prod',
    makeId: () => `id${String((ids += 1))}`,
    emit: () => undefined,
    redact: (text: string) => text,
  };
  return acquireLock(settings, 'apply', options.waitMs ?? 0);
}

async function newFiles() {
  const files = createMemoryFiles();
  await files.makeDirectory(DIRECTORY);
  return files;
}

/** The lock, or undefined where somebody else holds it; any other refusal is passed on. */
async function tryTake(...input: Parameters<typeof take>) {
  try {
    return await take(...input);
  } catch (error) {
    if (error instanceof TrueupError && error.code === 'state-locked') return undefined;
    throw error;
  }
}

describe('several that race for a lock', () => {
  it('find exactly one winner on a disk, and are told so, round after round', async () => {
    const root = await mkdtemp(join(tmpdir(), 'trueup-race-'));
    const hosts = createFakeHosts();
    const clock = createVirtualClock();
    const directory = join(root, 'prod');
    try {
      await createNodeFiles().makeDirectory(directory);
      for (let round = 0; round < 20; round += 1) {
        const racers = Array.from({ length: 5 }, () => hosts.spawn());
        const results = await Promise.allSettled(
          racers.map((host) => take(createNodeFiles(), clock, host, { directory })),
        );
        const codes = results.map((result) =>
          result.status === 'fulfilled' ? 'won' : (result.reason as { code: string }).code,
        );
        const expected = ['state-locked', 'state-locked', 'state-locked', 'state-locked', 'won'];
        expect(codes.toSorted(), `round ${String(round)}`).toEqual(expected);
        // The holder dies; the next round takes its lock over.
        for (const host of racers) host.kill();
      }
      expect(await createNodeFiles().list(directory)).toEqual(['lock.20']);
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  });

  it('do not trip over what the winner clears away, wherever the loser is suspended', async () => {
    const hosts = createFakeHosts();
    const clock = createVirtualClock();
    const passes = { of: 0 };
    for (let suspendAt = 1; suspendAt === 1 || suspendAt <= passes.of; suspendAt += 1) {
      const files = await newFiles();
      const dead = hosts.spawn();
      await take(files, clock, dead);
      dead.kill();
      const winner: HeldLock[] = [];
      let count = 0;
      const slow = createStepwiseFiles(files, async () => {
        count += 1;
        if (count !== suspendAt) return;
        // Several in a row take it meanwhile: what the slow one has prepared gets old and is swept.
        for (let times = 0; times < 3; times += 1) {
          await winner.pop()?.release();
          const taken = await take(files, clock, hosts.spawn()).catch(() => undefined);
          if (taken !== undefined) winner.push(taken);
        }
      });
      const slowLock = await tryTake(slow, clock, hosts.spawn());
      passes.of = Math.max(passes.of, count);
      const holders = [...winner, slowLock].filter((lock) => lock?.isHeld() === true);
      expect(holders, `suspended at ${String(suspendAt)}`).toHaveLength(1);
    }
    expect(passes.of).toBeGreaterThan(12);
  });

  it('never hold it together, in whatever order their steps happen', async () => {
    let everHeld = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(jump, { minLength: 1, maxLength: 60 }),
        fc.array(
          fc.record({
            host: fc.constantFrom('one', 'two', 'three'),
            dies: fc.boolean(),
            forMs: fc.integer({ min: 0, max: 150_000 }),
          }),
          {
            minLength: 2,
            maxLength: 4,
          },
        ),
        async (scheduler, jumps, takers) => {
          const shared = await newFiles();
          const hosts = createFakeHosts();
          const locks: HeldLock[] = [];
          const held = () => locks.filter((lock) => lock.isHeld()).length;
          let nowMs = 1_000_000;
          let steps = 0;
          let most = 0;
          const pass = async (): Promise<void> => {
            await scheduler.schedule(Promise.resolve());
            nowMs += jumps[steps % jumps.length] ?? 0;
            steps += 1;
            most = Math.max(most, held());
          };
          const clock: Clock = {
            now: () => nowMs,
            async sleep(delayMs, signal) {
              const untilMs = nowMs + delayMs;
              while (nowMs < untilMs) {
                await pass();
                nowMs += 500;
                signal?.throwIfAborted();
              }
            },
          };
          const work = async (taker: (typeof takers)[number]): Promise<void> => {
            const host = hosts.spawn(taker.host);
            const waitMs = 4 * LEASE_MS;
            const files = createStepwiseFiles(shared, pass);
            const lock = await tryTake(files, clock, host, { waitMs });
            if (lock === undefined) return;
            locks.push(lock);
            most = Math.max(most, held());
            await clock.sleep(taker.forMs);
            if (taker.dies) {
              host.kill();
              locks.splice(locks.indexOf(lock), 1);
            } else await lock.release();
          };
          await scheduler.waitFor(Promise.all(takers.map((taker) => work(taker))));
          expect(most).toBeLessThanOrEqual(1);
          everHeld += most;
        },
      ),
      { numRuns: 150 },
    );
    expect(everHeld).toBeGreaterThan(50);
  });
});

describe('a file system that answers a rename twice', () => {
  it('does not make the winner wait for itself', async () => {
    const files = await newFiles();
    const hosts = createFakeHosts();
    const forgetful: Files = {
      ...files,
      async claim(from, to) {
        await files.claim(from, to);
        throw systemError('ENOENT', from);
      },
    };
    const lock = await take(forgetful, createVirtualClock(), hosts.spawn());
    expect(lock.isHeld()).toBe(true);
    expect(await lock.isMine()).toBe(true);
  });
});

describe('a directory that can never be claimed', () => {
  it('ends the taker after a number of tries', async () => {
    const files = await newFiles();
    let tries = 0;
    const refusing: Files = {
      ...files,
      claim: () => {
        tries += 1;
        return Promise.resolve(false);
      },
    };
    const taking = take(refusing, createVirtualClock(), createFakeHosts().spawn());
    await expect(taking).rejects.toMatchObject({ code: 'state-locked' });
    expect(tries).toBe(100);
  });
});
