import { dirname } from 'node:path';
import type { Clock } from '../core/clock.ts';
import type { Emit } from '../core/event.ts';
import type { LoadedState, State } from './contract.ts';
import type { Files } from './files.ts';
import { createFreshState } from './fresh-state.ts';
import type { GitRunner } from './git-command.ts';
import { createLocalJournal, type LocalJournal } from './git-leftover.ts';
import { createGitLock, HOLDER_FILE, readHolder, type GitLock } from './git-lock.ts';
import { gitRefs, type GitRefs } from './git-refs.ts';
import { createGitRepository, type GitRepository } from './git-repository.ts';
import { JOURNAL_FILE, readRemoteState, STATE_FILE, type RemoteState } from './git-state.ts';
import type { HostInfo } from './host.ts';
import { isFree, type LockSettings } from './lock.ts';
import type { StoredLock } from './lock-files.ts';
import { replay } from './replay.ts';
import { createStateStore } from './state-store.ts';
import { createTrust, type FoundState, type Signer, type Trust } from './trust.ts';

/** Time between two looks at a lock on a remote. */
const LOOK_MS = 5_000;

export interface GitBackendOptions {
  readonly run: GitRunner;
  /** Name of the remote, as the repository has it configured. */
  readonly remote: string;
  readonly files: Files;
  /** Absolute; where this machine keeps what it could not push and what it has seen. */
  readonly directory: string;
  readonly stack: string;
  readonly environment: string;
  readonly clock: Clock;
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

export type StartState = Omit<LoadedState, 'lock'>;

/** Where one state is: its refs on the remote, and what this machine keeps beside. */
export interface GitPlace {
  readonly refs: GitRefs;
  /** For messages. */
  readonly where: string;
  readonly repository: GitRepository;
  readonly holder: GitLock;
  readonly locks: LockSettings;
  readonly local: LocalJournal;
  readonly trust: Trust;
  /** What is gone on from where the remote has nothing yet: a state in files, or nothing. */
  readonly start: () => Promise<StartState>;
  readonly emit: Emit;
  readonly read: () => Promise<{
    readonly remote: RemoteState | undefined;
    readonly lock: StoredLock;
  }>;
}

export function createGitPlace(options: GitBackendOptions): GitPlace {
  const { files, directory, signer, emit = () => undefined } = options;
  const refs = gitRefs(options.stack, options.environment);
  const where = `${refs.state} of ${options.remote}`;
  const repository = createGitRepository(options);
  const holder = createGitLock(repository, refs.lock);
  const trust = createTrust({ files, directory, signer });
  const fresh = createFreshState(options);
  return {
    refs,
    where,
    repository,
    holder,
    locks: lockSettings(options, holder, emit),
    local: createLocalJournal(files, directory),
    trust,
    start: () => readFileState(options, fresh),
    emit,
    async read() {
      await trust.prepare();
      const tips = await repository.read({
        [refs.state]: [STATE_FILE, JOURNAL_FILE],
        [refs.lock]: [HOLDER_FILE],
      });
      const tip = tips.get(refs.state);
      const remote = tip === undefined ? undefined : readRemoteState(tip, where, options);
      const lock = tips.get(refs.lock);
      return { remote, lock: readHolder(lock && (lock.files.get(HOLDER_FILE)?.text ?? '')) };
    },
  };
}

/**
 * The state that the file backend has kept one directory above, so that a stack that changes to git
 * goes on with it. What is read there is not written again.
 */
async function readFileState(options: GitBackendOptions, fresh: State): Promise<StartState> {
  const { files, signer } = options;
  const directory = dirname(options.directory);
  if (!(await files.list(directory)).includes('state.json')) {
    return { state: fresh, intents: [], fresh: true };
  }
  const trust = createTrust({ files, directory, signer });
  return createStateStore({ ...options, directory, trust, emit: () => undefined }).readToWrite();
}

/** What somebody without the lock sees. */
export async function loadRemote(place: GitPlace): Promise<LoadedState> {
  const { remote, lock } = await place.read();
  await place.trust.check(foundIn(remote), place.where);
  const info = (await isFree(place.locks, lock)) ? undefined : lock.info;
  if (remote === undefined) return { ...(await place.start()), lock: info };
  return { ...replay(remote.stored, remote.records), fresh: false, lock: info };
}

export function foundIn(remote: RemoteState | undefined): FoundState | undefined {
  if (remote === undefined) return undefined;
  return { text: remote.text, journal: remote.journal, state: remote.stored.state };
}

function lockSettings(
  options: GitBackendOptions,
  files: LockSettings['files'],
  emit: Emit,
): LockSettings {
  return {
    files,
    clock: options.clock,
    host: options.host,
    leaseMs: options.leaseMs,
    name: `${options.stack}/${options.environment}`,
    makeId: () => Buffer.from(options.random(8)).toString('hex'),
    emit,
    redact: options.redact,
    lookMs: LOOK_MS,
  };
}
