import { beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../src/core/clock.ts';
import type {
  Intent,
  JournalRecord,
  StateResource,
  UnlockableBackend,
} from '../../src/state/contract.ts';

/** One process's view of a store that outlives it. */
export interface BackendProcess {
  readonly backend: UnlockableBackend;
  /** Ends the process: its lock has a dead holder. */
  kill(): void;
}

export interface BackendWorld {
  readonly clock: Clock & { advance(ms: number): Promise<void> };
  /** Runs a promise that may have to wait for time to pass. */
  run<T>(promise: Promise<T>): Promise<T>;
  /** Lets the time pass until others see what was appended; absent: they do at once. */
  show?(): Promise<void>;
  /** A new process over the same store. */
  start(host?: string): BackendProcess;
}

export function makeResource(id: string, extra: Partial<StateResource> = {}): StateResource {
  return {
    id,
    type: 'singlestore.workspaces',
    name: id,
    sent: { size: 'S-00' },
    read: { size: 'S-00' },
    attributes: {},
    digests: {},
    lifecycle: { protect: false, onRemove: 'delete' },
    dependsOn: [],
    ...extra,
  };
}

export function makeIntent(address: string, attempt: string): Intent {
  return {
    address,
    type: 'singlestore.workspaces',
    attempt,
    naturalKey: address,
    seen: [],
    immutable: {},
    sent: {},
    writeOnly: [],
    lifecycle: { protect: false, onRemove: 'delete' },
    dependsOn: [],
    sentAtMs: 1,
    serverTimeMs: 0,
    visibleByMs: 2,
  };
}

export function put(name: string, extra: Partial<StateResource> = {}): JournalRecord {
  return {
    op: 'put',
    address: `singlestore.workspaces.${name}`,
    resource: makeResource(name, extra),
  };
}

const A = 'singlestore.workspaces.a';
const B = 'singlestore.workspaces.b';

/** What every state backend promises. */
export function describeBackend(name: string, create: () => Promise<BackendWorld>): void {
  // oxlint-disable-next-line vitest/valid-title -- the title is an argument
  describe(name, () => {
    let world: BackendWorld;
    beforeEach(async () => {
      world = await create();
    });
    const locked = async (host?: string) => {
      const process = world.start(host);
      const lock = await world.run(process.backend.lock('apply', 0));
      return { ...process, lock };
    };
    const load = async () => {
      await world.show?.();
      return world.run(world.start().backend.load());
    };

    it('loads a fresh state where nothing was stored, without storing anything', async () => {
      const first = await load();
      expect(first).toMatchObject({ fresh: true, intents: [], lock: undefined });
      expect((await load()).state.lineage).not.toBe(first.state.lineage);
    });

    it('keeps the lineage and salt of the first load', async () => {
      const { backend } = await locked();
      const { state } = await world.run(backend.load());
      await world.run(backend.append([put('a')]));
      const after = await load();
      expect(after.fresh).toBe(false);
      expect(after.state.lineage).toBe(state.lineage);
      expect(after.state.salt).toBe(state.salt);
    });

    it('gives back what was appended, before and after a fold', async () => {
      const { backend } = await locked();
      await world.run(
        backend.append([
          put('a'),
          put('b', { dependsOn: [A] }),
          { op: 'provider', provider: 'singlestore', organization: 'org-1' },
          { op: 'outputs', outputs: { endpoint: { sensitive: false, value: 'x' } } },
        ]),
      );
      await world.run(backend.append([{ op: 'remove', address: A }]));
      const before = await load();
      await world.run(backend.fold());
      const after = await load();
      expect(Object.keys(before.state.resources)).toEqual([B]);
      expect(before.state.providers).toEqual({ singlestore: { organization: 'org-1' } });
      expect(after.state).toEqual({ ...before.state, serial: before.state.serial + 1 });
    });

    it('moves a resource with its intents and what depends on it', async () => {
      const { backend } = await locked();
      const to = 'singlestore.workspaces.c';
      await world.run(backend.append([put('a'), put('b', { dependsOn: [A] })]));
      await world.run(backend.appendIntents([makeIntent(A, '1')]));
      await world.run(backend.append([{ op: 'move', from: A, to }]));
      const { state, intents } = await load();
      expect(state.resources[to]?.id).toBe('a');
      expect(state.resources[A]).toBeUndefined();
      expect(state.resources[B]?.dependsOn).toEqual([to]);
      expect(intents.map((intent) => intent.address)).toEqual([to]);
    });

    it('keeps open intents over a fold, and closes them by attempt or with the resource', async () => {
      const { backend } = await locked();
      await world.run(
        backend.appendIntents([makeIntent(A, '1'), makeIntent(A, '2'), makeIntent(B, '3')]),
      );
      await world.run(backend.append([{ op: 'intent-closed', address: A, attempt: '1' }]));
      await world.run(backend.fold());
      expect((await load()).intents.map((intent) => intent.attempt)).toEqual(['2', '3']);
      await world.run(backend.append([put('a')]));
      expect((await load()).intents.map((intent) => intent.attempt)).toEqual(['3']);
    });

    it('keeps the order of concurrent appends', async () => {
      const { backend } = await locked();
      const jobs = Array.from({ length: 20 }, (_, index) =>
        backend.append([put('a', { name: String(index) })]),
      );
      await world.run(Promise.all(jobs));
      expect((await load()).state.resources[A]?.name).toBe('19');
    });

    it('does not grow the serial when there is nothing to fold', async () => {
      const { backend } = await locked();
      await world.run(backend.append([put('a')]));
      await world.run(backend.fold());
      const before = await load();
      await world.run(backend.fold());
      const { state, intents } = before;
      expect(await load()).toMatchObject({ state, intents });
    });

    it('writes nothing without the lock', async () => {
      const { backend } = world.start();
      await expect(world.run(backend.append([put('a')]))).rejects.toMatchObject({
        code: 'internal',
      });
      expect((await load()).fresh).toBe(true);
    });

    it('names the holder to whom the lock is refused, and to whoever loads', async () => {
      const holder = await locked();
      const other = world.start();
      const refused = world.run(other.backend.lock('destroy', 0));
      await expect(refused).rejects.toMatchObject({ code: 'state-locked' });
      await expect(refused).rejects.toThrow(/apply of ann on here \(pid \d+\) since/);
      expect((await load()).lock?.id).toBe(holder.lock.info.id);
    });

    it('gives a released lock to the next', async () => {
      const first = await locked();
      await world.run(first.lock.release());
      expect(first.lock.isHeld()).toBe(false);
      expect((await load()).lock).toBeUndefined();
      expect((await locked()).lock.isHeld()).toBe(true);
      await expect(world.run(first.backend.append([put('a')]))).rejects.toMatchObject({
        code: 'state-lock-lost',
      });
    });

    it('takes the lock of a dead holder over at once', async () => {
      const first = await locked();
      first.kill();
      const second = await locked();
      expect(second.lock.isHeld()).toBe(true);
      expect(await world.run(second.backend.load())).toMatchObject({
        lock: { id: second.lock.info.id },
      });
    });

    it('gives the lock to exactly one of several that race for a dead holder', async () => {
      (await locked()).kill();
      const tries = Array.from({ length: 5 }, () => world.start().backend.lock('apply', 0));
      const results = await world.run(Promise.allSettled(tries));
      expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
      const refused = results.flatMap((result) =>
        result.status === 'rejected' ? [result.reason as unknown] : [],
      );
      for (const reason of refused) expect(reason).toMatchObject({ code: 'state-locked' });
    });

    it('takes the lock away on request', async () => {
      const first = await locked();
      expect(await world.run(world.start().backend.unlock())).toMatchObject({ operation: 'apply' });
      expect((await locked()).lock.isHeld()).toBe(true);
      await expect(first.lock.release()).resolves.toBeUndefined();
    });
  });
}
