import { describe, expect, it } from 'vitest';
import type { Event } from '../../src/core/event.ts';
import type { JournalRecord } from '../../src/state/contract.ts';
import type { GitRunner } from '../../src/state/git-command.ts';
import { createFakeHosts } from '../_helpers/fake-host.ts';
import { createGitDouble, type GitHook } from '../_helpers/git-double.ts';
import { createMemoryFiles, type MemoryFiles } from '../_helpers/memory-files.ts';
import { createVirtualClock } from '../_helpers/virtual-clock.ts';
import { makeIntent, put } from './backend-suite.ts';
import { openState } from './open-state.ts';
import { LEASE_MS, LOCAL, LOCK_REF, openGitState, STATE_REF } from './open-git-state.ts';

const A = 'singlestore.workspaces.a';

function createWorld() {
  const git = createGitDouble();
  const clock = createVirtualClock();
  const hosts = createFakeHosts();
  return {
    git,
    clock,
    run: <T>(promise: Promise<T>): Promise<T> => clock.run(promise),
    /** A process on a machine whose disk is `files`. */
    start(
      options: {
        readonly host?: string;
        readonly files?: MemoryFiles;
        readonly aheadMs?: number;
        /** How long a push is under way, before and after it is done. */
        readonly pushMs?: number;
      } = {},
    ) {
      const { files = createMemoryFiles(), aheadMs = 0, pushMs = 0 } = options;
      const host = hosts.spawn(options.host);
      const clone = git.clone();
      const events: Event[] = [];
      const own = { now: () => clock.now() + aheadMs, sleep: clock.sleep.bind(clock) };
      const run: GitRunner = async (command) => {
        const delayMs = command.args[0] === 'push' ? pushMs : 0;
        if (delayMs > 0) await clock.sleep(delayMs);
        const result = await clone.run(command);
        if (delayMs > 0) await clock.sleep(delayMs);
        return result;
      };
      const backend = openGitState({ run, files, clock: own, host, events });
      const die = (): void => {
        clone.stop();
        files.stop();
        host.kill();
      };
      return { backend, clone, files, events, host, die };
    },
  };
}

type World = ReturnType<typeof createWorld>;
type Process = ReturnType<World['start']>;

const unplugged: GitHook = (args) =>
  ['push', 'ls-remote', 'fetch'].includes(args[0] ?? '')
    ? 'fatal: https://ann:hunter3@git.example: no route to host, hunter2'
    : undefined;

/** What a run does, in order; `acknowledged` are the batches that were confirmed to it. */
const BATCHES: readonly (readonly JournalRecord[] | 'fold')[] = [
  [{ op: 'provider', provider: 'singlestore', organization: 'org-1' }],
  [{ op: 'intent', intent: makeIntent(A, '1') }],
  [put('a')],
  [{ op: 'intent', intent: makeIntent('singlestore.workspaces.b', '2') }],
  'fold',
  [{ op: 'intent', intent: makeIntent('singlestore.workspaces.c', '3') }],
  [put('c')],
  'fold',
];

async function work({ backend }: Process, acknowledged: (typeof BATCHES)[number][]): Promise<void> {
  const lock = await backend.lock('apply', 0);
  for (const batch of BATCHES) {
    if (batch === 'fold') await backend.fold();
    else if (batch[0]?.op === 'intent') {
      await backend.appendIntents(
        batch.flatMap((record) => (record.op === 'intent' ? [record.intent] : [])),
      );
    } else await backend.append(batch);
    acknowledged.push(batch);
  }
  await lock.release();
}

/** Before and after each command of git and each write to the disk. */
function stepsOf({ clone, files }: Process, pass: () => void): void {
  files.setHook(pass);
  clone.setHook(() => {
    pass();
    return undefined;
  });
}

function countSteps(): Promise<number> {
  const world = createWorld();
  const process = world.start();
  let steps = 0;
  stepsOf(process, () => {
    steps += 1;
  });
  return world.run(work(process, [])).then(() => steps);
}

/** What a later run would not know of, of what was confirmed to an earlier one. */
async function lostBy(
  world: World,
  next: Process,
  acknowledged: readonly (typeof BATCHES)[number][],
  what: 'intents' | 'everything',
): Promise<readonly string[]> {
  // A dead holder on another machine: its lease has to run out.
  const lock = await world.run(next.backend.lock('apply', 2 * LEASE_MS));
  const { state, intents } = await world.run(next.backend.load());
  await world.run(lock.release());
  const known = [...intents.map(({ address }) => address), ...Object.keys(state.resources)];
  const folds = acknowledged.filter((batch) => batch === 'fold').length;
  const records = acknowledged.flatMap((batch) => (batch === 'fold' ? [] : batch));
  const needed = records.flatMap((record) => {
    if (record.op === 'intent') return [record.intent.address];
    return record.op === 'put' && what === 'everything' ? [record.address] : [];
  });
  const lost = needed.filter((address) => !known.includes(address));
  return state.serial < folds ? [...lost, 'a fold'] : lost;
}

describe('a run that is killed between any two steps', () => {
  it('leaves every acknowledged intent to a run on another machine, and its disk everything', async () => {
    const steps = await countSteps();
    expect(steps).toBeGreaterThan(60);
    for (let at = 1; at <= steps; at += 1) {
      const world = createWorld();
      const first = world.start({ host: 'ci-1' });
      const acknowledged: (typeof BATCHES)[number][] = [];
      let step = 0;
      stepsOf(first, () => {
        step += 1;
        if (step === at) first.die();
      });
      await world.run(work(first, acknowledged)).catch(() => undefined);

      const elsewhere = world.start({ host: 'ci-2' });
      expect([at, await lostBy(world, elsewhere, acknowledged, 'intents')]).toEqual([at, []]);
      const here = world.start({ host: 'ci-1', files: first.files.copy() });
      expect([at, await lostBy(world, here, acknowledged, 'everything')]).toEqual([at, []]);
    }
  });
});

describe('two runs at once', () => {
  it('never both record an intent after they have parted, whatever their clocks say', async () => {
    for (const aheadMs of [-600_000, 600_000]) {
      const world = createWorld();
      const first = world.start({ host: 'ci-1' });
      const second = world.start({ host: 'ci-2', aheadMs });
      await world.run(first.backend.lock('apply', 0));
      await world.run(first.backend.append([put('x')]));
      const waiting = second.backend.lock('apply', aheadMs > 0 ? 0 : LEASE_MS / 2);
      const taken = await world.run(
        waiting.then(
          () => true,
          () => false,
        ),
      );
      // A clock that is behind does not take the lock of a run that renews it.
      expect(taken).toBe(aheadMs > 0);
      const ends = await world.run(
        Promise.allSettled([
          first.backend.appendIntents([makeIntent(A, 'first')]),
          taken
            ? second.backend.appendIntents([makeIntent(A, 'second')])
            : Promise.reject(new Error()),
        ]),
      );
      expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const [refused] = ends.flatMap((end) =>
        end.status === 'rejected' ? [end.reason as unknown] : [],
      );
      expect(refused).toMatchObject(taken ? { code: 'state-lock-lost' } : {});
    }
  });

  it('are not seen in the renewal of the own lock while something is recorded', async () => {
    const world = createWorld();
    const { backend, events } = world.start({ pushMs: 1_000 });
    const lock = await world.run(backend.lock('apply', 0));
    await world.run(backend.append([put('a')]));
    // From before a renewal (20 s) to behind it, and so that a push every 10 s falls into one.
    await world.clock.advance(14_000);
    for (const at of ['1', '2', '3', '4']) {
      await world.run(backend.appendIntents([makeIntent(A, at)]));
      await world.run(backend.append([put(at)]));
    }
    await world.clock.advance(30_000);
    expect(lock.isHeld()).toBe(true);
    expect(events.filter(({ type }) => type === 'log')).toEqual([]);
    await world.run(lock.release());
  });

  it('loses no push whose answer was lost', async () => {
    const world = createWorld();
    const { backend, clone } = world.start();
    const lock = await world.run(backend.lock('apply', 0));
    let failing = 1;
    clone.setHook((args, phase) => {
      if (args[0] !== 'push' || phase !== 'after' || failing === 0) return undefined;
      failing -= 1;
      return 'the answer was lost';
    });
    await world.run(backend.append([put('a')]));
    await world.run(backend.fold());
    expect(world.git.log(STATE_REF)).toHaveLength(1);
    await world.run(lock.release());
  });
});

async function lost(world: World) {
  const first = world.start({ host: 'ci-1' });
  const lock = await world.run(first.backend.lock('apply', 0));
  await world.run(first.backend.append([put('a')]));
  first.clone.setHook(unplugged);
  await world.run(first.backend.append([put('b'), put('c')]));
  return { ...first, lock };
}

describe('a remote that is lost in the middle', () => {
  it('lets nothing new start: intents are refused, and the lock counts as not held', async () => {
    const world = createWorld();
    const { backend, lock, events } = await lost(world);
    expect(lock.isHeld()).toBe(true);
    await expect(world.run(backend.appendIntents([makeIntent(A, '1')]))).rejects.toMatchObject({
      code: 'state-unreachable',
    });
    await world.clock.advance(30_000);
    expect(lock.isHeld()).toBe(false);
    const told = events.flatMap((event) => (event.type === 'log' ? [event.message] : []));
    expect(told.filter((text) => text.includes('nothing new is started'))).toHaveLength(1);
    expect(told.join('\n')).not.toMatch(/hunter/);
    expect(told.join('\n')).toContain(`${LOCAL}/journal.jsonl`);
  });

  it('is merged by the next run on this machine', async () => {
    const world = createWorld();
    const first = await lost(world);
    await world.run(first.lock.release());
    first.die();
    const next = world.start({ host: 'ci-1', files: first.files.copy() });
    await world.run(next.backend.lock('apply', 0));
    await world.run(next.backend.fold());
    const { state } = await world.run(world.start().backend.load());
    expect(Object.keys(state.resources)).toHaveLength(3);
    expect(next.files.paths().filter((path) => path.startsWith(LOCAL))).toEqual([]);
  });

  it('is told precisely and kept where others have gone on meanwhile', async () => {
    const world = createWorld();
    const first = await lost(world);
    await world.run(first.lock.release());
    first.die();
    const other = world.start({ host: 'ci-2' });
    await world.run(other.backend.lock('apply', 2 * LEASE_MS));
    await world.run(other.backend.append([put('b')]));
    await world.run(other.backend.fold());
    other.die();
    const next = world.start({ host: 'ci-1', files: first.files.copy() });
    await world.run(next.backend.lock('apply', 2 * LEASE_MS));
    const [told] = next.events.flatMap((event) =>
      event.type === 'diagnostic' ? [event.diagnostic] : [],
    );
    expect(told).toMatchObject({ code: 'state-left-over', severity: 'warning' });
    expect(told?.message).toContain('singlestore.workspaces.c (c)');
    expect(told?.message).not.toContain('workspaces.b');
    expect(next.files.text(`${LOCAL}/left-over-1.jsonl`)).toContain('"c"');
    const { state } = await world.run(next.backend.load());
    expect(Object.keys(state.resources)).toHaveLength(2);
  });

  it('is caught up with when the remote comes back before the end', async () => {
    const world = createWorld();
    const { backend, clone, lock } = await lost(world);
    await world.clock.advance(20_000);
    clone.setHook(undefined);
    await world.run(backend.fold());
    const { state } = await world.run(world.start().backend.load());
    expect(Object.keys(state.resources)).toHaveLength(3);
    await world.run(lock.release());
    expect((await world.run(world.start().backend.load())).lock).toBeUndefined();
  });
});

describe('the refs', () => {
  it('have one commit a run, whose message tells of the run and of nothing else', async () => {
    const world = createWorld();
    for (const name of ['a', 'b']) {
      const process = world.start();
      const lock = await world.run(process.backend.lock('apply', 0));
      await world.run(process.backend.appendIntents([makeIntent(A, name)]));
      await world.run(process.backend.append([put(name)]));
      await world.run(process.backend.fold());
      await world.run(lock.release());
    }
    expect(world.git.log(STATE_REF)).toEqual([
      'apply acme/prod: serial 2',
      'apply acme/prod: serial 1',
    ]);
    expect(world.git.log(LOCK_REF)).toEqual(['the state is not locked']);
  });

  it('are told apart from what something else has put there', async () => {
    const world = createWorld();
    world.git.put(STATE_REF, { 'README.md': 'hello' });
    const load = world.run(world.start().backend.load());
    await expect(load).rejects.toMatchObject({ code: 'state-corrupt' });
  });
});

describe('a stack that changes from files to git', () => {
  it('goes on with the state in its files, whatever the next run does', async () => {
    const world = createWorld();
    const { files, host } = world.start();
    const old = openState({ files, clock: world.clock, host });
    const lock = await world.run(old.lock('apply', 0));
    await world.run(old.append([put('a')]));
    await world.run(lock.release());
    const process = world.start({ files });
    const planned = await world.run(process.backend.load());
    expect([planned.fresh, Object.keys(planned.state.resources)]).toEqual([false, [A]]);
    const own = await world.run(process.backend.lock('apply', 0));
    await world.run(process.backend.fold());
    await world.run(own.release());
    const elsewhere = await world.run(world.start().backend.load());
    expect(elsewhere.state).toMatchObject({ lineage: planned.state.lineage, serial: 1 });
    expect(Object.keys(elsewhere.state.resources)).toEqual([A]);
    expect(process.events).toContainEqual(
      expect.objectContaining({ message: expect.stringContaining('is taken over') as string }),
    );
  });
});

describe('an intent', () => {
  it('is not recorded once the lock was taken away, although nobody has written since', async () => {
    const world = createWorld();
    const first = world.start();
    const lock = await world.run(first.backend.lock('apply', 0));
    await world.run(first.backend.append([put('a')]));
    await world.run(world.start().backend.unlock());
    expect(lock.isHeld()).toBe(true);
    const recorded = world.run(first.backend.appendIntents([makeIntent(A, '1')]));
    await expect(recorded).rejects.toMatchObject({ code: 'state-lock-lost' });
    expect((await world.run(world.start().backend.load())).intents).toEqual([]);
  });

  it('is looked for longer by as much as its push may take', async () => {
    const world = createWorld();
    const { backend } = world.start();
    await world.run(backend.lock('apply', 0));
    await world.run(backend.appendIntents([makeIntent(A, '1')]));
    const { intents } = await world.run(world.start().backend.load());
    expect(intents[0]).toMatchObject({ lateMs: 60_000, visibleByMs: 60_002 });
  });

  it('shares a push with all that are made while another push is under way', async () => {
    const world = createWorld();
    const { backend, clone } = world.start();
    await world.run(backend.lock('apply', 0));
    await world.run(backend.append([put('a')]));
    const before = clone.commands.filter((name) => name === 'push').length;
    const jobs = Array.from({ length: 30 }, (_, index) =>
      backend.appendIntents([makeIntent(A, String(index))]),
    );
    await world.run(Promise.all(jobs));
    expect(clone.commands.filter((name) => name === 'push').length - before).toBe(1);
  });
});
