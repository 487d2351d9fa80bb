import type { Clock } from '../core/clock.ts';
import { TrueupError } from '../core/errors.ts';
import type { Emit } from '../core/event.ts';
import { createCommitQueue } from './commit-queue.ts';
import type { JournalRecord, LockInfo, UnlockableBackend } from './contract.ts';
import { messageOf } from './files.ts';
import type { Files } from './files.ts';
import type { HostInfo } from './host.ts';
import { acquireLock, isFree } from './lock.ts';
import type { FileLock, LockSettings } from './lock.ts';
import { createLockFiles } from './lock-files.ts';
import { createStateStore } from './state-store.ts';
import { createTrust, type Signer } from './trust.ts';

export interface FileBackendOptions {
  readonly files: Files;
  /** Absolute; `.trueup/<environment>` of the stack. Created when it is first written to. */
  readonly directory: string;
  readonly stack: string;
  readonly environment: string;
  readonly clock: Clock;
  /** Cryptographically random bytes, for the lineage, the salt and the ids of locks. */
  readonly random: (bytes: number) => Uint8Array;
  readonly host: HostInfo;
  /** Removes secrets from the messages of the system. */
  readonly redact: (text: string) => string;
  /** `timing.leaseMs`. */
  readonly leaseMs: number;
  readonly emit?: Emit;
  /** Signs the state where there is a key. */
  readonly signer?: Signer | undefined;
}

export type FileBackend = UnlockableBackend;

/**
 * The state of one environment in a directory: `state.json`, `journal.jsonl` and `lock.<n>/`.
 * Reading needs no lock. Writing does; after a lease ran out it goes on as long as nobody took
 * the lock, so that what was done in the account is still recorded.
 *
 * An intent is acknowledged only if the lock is still the own one after it was written. Whoever
 * takes the lock reads the journal afterwards, so it knows of every create that was sent before,
 * however wrong the clocks of the two are.
 */
export function createFileBackend(options: FileBackendOptions): FileBackend {
  const { files, directory, signer, emit = () => undefined } = options;
  const trust = createTrust({ files, directory, signer });
  const store = createStateStore({ ...options, trust, emit });
  const locks = lockSettings(options);
  const guarded = <T>(job: () => Promise<T>): Promise<T> =>
    withNamedErrors(job, options.directory, options.redact);
  let lock: FileLock | undefined;
  const commits = createCommitQueue((records, durable) =>
    guarded(async () => {
      const held = await assertLocked(lock);
      // Each line is sealed on the one before: that of a former holder would break the chain.
      if (signer !== undefined && !(await held.isMine())) throw lockLost();
      await store.append(records, durable, () => held.isMine());
      if (durable && !(await held.isMine())) throw lockLost();
    }),
  );
  return {
    load: () =>
      guarded(async () => {
        const isWriter = lock?.isHeld() === true;
        const read = isWriter ? store.readToWrite() : store.read();
        const { state, intents, fresh } = await read;
        const current = await locks.files.current();
        const holder = (await isFree(locks, current)) ? undefined : current.info;
        return { state, intents, fresh, lock: holder };
      }),
    async lock(operation, waitMs, signal) {
      const held = await guarded(async () => {
        await options.files.makeDirectory(options.directory);
        return acquireLock(locks, operation, waitMs, signal);
      });
      lock = held;
      store.forget();
      return held;
    },
    appendIntents: (intents) => {
      const records = intents.map((intent): JournalRecord => ({ op: 'intent', intent }));
      return commits.add(records, true);
    },
    append: (records) => commits.add(records, false),
    fold: () =>
      commits.inLine(() =>
        guarded(async () => {
          const held = await assertLocked(lock);
          // Folding drops what another holder, whose clock is ahead, goes on from.
          if (!(await held.isMine())) throw lockLost();
          await store.fold();
        }),
      ),
    unlock: () => guarded(() => breakLock(locks)),
  };
}

async function assertLocked(lock: FileLock | undefined): Promise<FileLock> {
  if (lock === undefined) throw new TrueupError('internal', 'a state is written without its lock');
  if (lock.isHeld() || (await lock.isMine())) return lock;
  throw lockLost();
}

export function lockLost(): TrueupError {
  return new TrueupError('state-lock-lost', 'somebody else took the lock of the state', {
    hint: 'run it again: what was done is found in the account',
  });
}

/** A holder that lives after all sees the newer lock and starts no new write. */
export async function breakLock({
  files,
  makeId,
  name,
}: LockSettings): Promise<LockInfo | undefined> {
  const current = await files.current();
  if (current.info === undefined) return undefined;
  if (await files.create(current.number + 1, undefined, makeId())) return current.info;
  throw new TrueupError('state-locked', `somebody else took the lock of ${name} meanwhile`, {
    hint: 'look who holds it now before it is taken away: trueup state unlock',
  });
}

function lockSettings(options: FileBackendOptions): LockSettings {
  return {
    files: createLockFiles(options.files, options.directory),
    clock: options.clock,
    host: options.host,
    leaseMs: options.leaseMs,
    name: `${options.stack}/${options.environment}`,
    makeId: () => Buffer.from(options.random(8)).toString('hex'),
    emit: options.emit ?? (() => undefined),
    redact: options.redact,
  };
}

/** Errors of the system become `state-write-failed`; ours pass. */
export async function withNamedErrors<T>(
  job: () => Promise<T>,
  directory: string,
  redact: (text: string) => string,
): Promise<T> {
  try {
    return await job();
  } catch (error) {
    if (error instanceof TrueupError) throw error;
    const why = redact(messageOf(error));
    throw new TrueupError('state-write-failed', `cannot use the state in ${directory}: ${why}`, {
      cause: new Error(why),
      hint: 'make room or mend the permissions and run it again: what was done is found again',
    });
  }
}
