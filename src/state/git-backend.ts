import { TrueupError } from '../core/errors.ts';
import { createCommitQueue, type CommitQueue } from './commit-queue.ts';
import type { HeldLock, JournalRecord, UnlockableBackend } from './contract.ts';
import { breakLock, lockLost, withNamedErrors } from './file-backend.ts';
import { messageOf } from './files.ts';
import {
  createGitPlace,
  foundIn,
  loadRemote,
  type GitBackendOptions,
  type GitPlace,
} from './git-place.ts';
import { openGitRun, type GitRun } from './git-run.ts';
import { acquireLock, type FileLock } from './lock.ts';

/** The journal of a run is pushed this often. */
const PUSH_MS = 10_000;
/** A create leaves at most this long after its intent was made, or not at all. */
const RECORD_MS_MAX = 60_000;

/** The lock as this process holds it, and the state that goes with it. */
interface Held {
  readonly lock: FileLock;
  readonly run: GitRun;
  isReleased: boolean;
}

/**
 * The state of one environment in a ref of the repository's remote, its lock in a second one. A
 * push that is bound to the value that was read is the compare and swap: of two runs that believe
 * to hold the lock only one can record another intent, whatever their clocks say.
 */
export function createGitBackend(options: GitBackendOptions): UnlockableBackend {
  const { clock } = options;
  const place = createGitPlace(options);
  const guarded = <T>(job: () => Promise<T>): Promise<T> =>
    withNamedErrors(job, options.directory, options.redact);
  let held: Held | undefined;

  const commits = createCommitQueue((records, durable) =>
    guarded(async () => {
      const run = await writable(held);
      const startMs = clock.now();
      await run.append(records);
      if (!durable && !run.isNew()) return;
      await push(run, place, options.redact);
      if (clock.now() - startMs > RECORD_MS_MAX) throw tooSlow();
    }),
  );
  return {
    load: () =>
      guarded(async () => {
        const isOwn = held?.lock.isHeld() === true && !held.isReleased;
        return held !== undefined && isOwn
          ? { ...held.run.view(), lock: held.lock.info }
          : loadRemote(place);
      }),
    lock: (operation, waitMs, signal) =>
      guarded(async () => {
        const lock = await acquireLock(place.locks, operation, waitMs, signal);
        try {
          held = { lock, run: await openRun(place, lock), isReleased: false };
        } catch (error) {
          await lock.release();
          throw error;
        }
        return keep(held, { commits, place, options });
      }),
    appendIntents: (intents) =>
      commits.add(
        intents.map((intent): JournalRecord => ({ op: 'intent', intent: later(intent) })),
        true,
      ),
    append: (records) => commits.add(records, false),
    fold: () => commits.inLine(() => guarded(async () => (await writable(held)).fold())),
    unlock: () => guarded(() => breakLock(place.locks)),
  };
}

async function openRun(place: GitPlace, lock: FileLock): Promise<GitRun> {
  const { remote } = await place.read();
  const found = foundIn(remote);
  place.trust.assertWritable(found);
  const signs = await place.trust.check(found, place.where);
  const start = remote === undefined ? await place.start() : undefined;
  if (start?.fresh === false) {
    const message = `the state of the file backend is taken over into ${place.where}; its file is not used any more`;
    place.emit({ type: 'log', level: 'warn', message });
  }
  return openGitRun({ ...place, remote, start, signs, info: lock.info });
}

async function writable(held: Held | undefined): Promise<GitRun> {
  if (held === undefined) throw new TrueupError('internal', 'a state is written without its lock');
  const { lock, run, isReleased } = held;
  if (!isReleased && (lock.isHeld() || (await lock.isMine()))) return run;
  throw lockLost();
}

/** Pushes what was appended; from a failure on nothing new may be started. */
async function push(
  run: GitRun,
  { local, emit }: GitPlace,
  redact: (text: string) => string,
): Promise<void> {
  try {
    await run.push();
  } catch (error) {
    if (run.problem() === undefined) {
      const why = redact(messageOf(error));
      const message = `nothing new is started: ${why}; what is done is kept in ${local.path}`;
      emit({ type: 'log', level: 'warn', message });
    }
    run.setProblem(error);
    throw error;
  }
}

/** Pushes the journal from time to time until the lock is given back. */
function keep(
  held: Held,
  {
    commits,
    place,
    options,
  }: {
    readonly commits: CommitQueue;
    readonly place: GitPlace;
    readonly options: GitBackendOptions;
  },
): HeldLock {
  const { lock, run } = held;
  const ended = new AbortController();
  const pushNow = (): Promise<void> =>
    commits.inLine(() => push(run, place, options.redact)).catch(() => undefined);
  const pushAll = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      await options.clock.sleep(PUSH_MS, ended.signal, 'background');
      if (run.isDirty()) await pushNow();
    }
  };
  const pushing = pushAll().catch(() => undefined);
  return {
    info: lock.info,
    isHeld: () => run.problem() === undefined && lock.isHeld(),
    async release() {
      if (held.isReleased) return;
      ended.abort();
      await pushing;
      if (run.isDirty()) await pushNow();
      held.isReleased = true;
      await lock.release();
    },
  };
}

/** Until the push has ended a create does not leave: it is looked for that much longer. */
function later<T extends { readonly visibleByMs: number; readonly sentAtMs: number }>(
  intent: T,
): T {
  const { visibleByMs, sentAtMs } = intent;
  return {
    ...intent,
    visibleByMs: visibleByMs === sentAtMs ? visibleByMs : visibleByMs + RECORD_MS_MAX,
    lateMs: RECORD_MS_MAX,
  };
}

function tooSlow(): TrueupError {
  const seconds = String(RECORD_MS_MAX / 1000);
  return new TrueupError('state-unreachable', `a push of the state took longer than ${seconds} s`, {
    hint: 'run it again: what was begun is found again',
  });
}
