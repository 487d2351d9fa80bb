import { TrueupError } from '../core/errors.ts';
import type { Emit } from '../core/event.ts';
import type { JournalRecord, LoadedState, LockInfo } from './contract.ts';
import { lockLost } from './file-backend.ts';
import type { LocalJournal } from './git-leftover.ts';
import type { GitLock } from './git-lock.ts';
import { commitMessage } from './git-message.ts';
import type { StartState } from './git-place.ts';
import type { GitRefs } from './git-refs.ts';
import type { GitRepository, NewCommit } from './git-repository.ts';
import { JOURNAL_FILE, STATE_FILE, type RemoteState } from './git-state.ts';
import { readJournalText, writeJournalLine } from './journal-text.ts';
import { replay } from './replay.ts';
import {
  areLinesSealed,
  FIRST_SIGNED,
  isStateSealed,
  lastSeal,
  sealLines,
  sealState,
  signatureOf,
  type Sign,
} from './seal.ts';
import { writeStateText, type StoredState } from './state-text.ts';
import type { Trust } from './trust.ts';

/** The state in the hands of the run that holds its lock. Calls are put in line by the caller. */
export interface GitRun {
  view(): Omit<LoadedState, 'lock'>;
  /** Writes records down on this machine. */
  append(records: readonly JournalRecord[]): Promise<void>;
  /** Brings everything that was appended to the remote. */
  push(): Promise<void>;
  fold(): Promise<void>;
  /** Whether something is not on the remote yet. */
  isDirty(): boolean;
  /** Whether the remote has nothing of this state yet. */
  isNew(): boolean;
  /** Why the last push failed; undefined again after one that did not. */
  problem(): unknown;
  setProblem(error: unknown): void;
}

export interface GitRunInput {
  readonly repository: GitRepository;
  readonly refs: GitRefs;
  readonly holder: GitLock;
  readonly local: LocalJournal;
  readonly trust: Trust;
  readonly info: LockInfo;
  readonly remote: RemoteState | undefined;
  /** The one to write with first; empty for a fresh state. */
  readonly signs: readonly Sign[];
  /** What is gone on from where there is no remote state. */
  readonly start: StartState | undefined;
  readonly emit: Emit;
  readonly where: string;
}

/** What changes in the course of a run. */
interface Progress {
  base: StoredState;
  /** Text of the state file below the journal; empty before the first write. */
  text: string;
  /** Its blob, where the repository has it. */
  blob: string | undefined;
  /** Whether it is written anew at the next fold: another version, signature or place. */
  isOld: boolean;
  /** Where the state's ref stands, and the commit of the last fold. */
  oid: string | undefined;
  folded: string | undefined;
  journal: string;
  /** Of the journal's last line; to look for it there would cost more the longer it gets. */
  seal: string;
  records: JournalRecord[];
  /** Length of the part of the journal that is on the remote. */
  pushed: number;
  sign: Sign | undefined;
  problem: unknown;
}

export async function openGitRun(input: GitRunInput): Promise<GitRun> {
  const { local, trust, info, emit } = input;
  const now = await begin(input);

  const openBase = async (): Promise<void> => {
    if (now.text !== '') return;
    now.sign ??= await trust.signerOf(now.base.state.salt);
    now.text = sealState(writeStateText(now.base), now.sign);
  };
  const isNew = (): boolean => now.oid === undefined;

  return {
    view: () => ({
      ...replay(now.base, now.records),
      fresh: isNew() && input.start?.fresh !== false && now.records.length === 0,
    }),
    isDirty: () => now.journal.length > now.pushed,
    isNew,
    problem: () => now.problem,
    setProblem(error) {
      now.problem = error;
    },
    async append(added) {
      await openBase();
      const lines = added.map((record) => writeJournalLine(now.base.state, record)).join('');
      const seal = now.seal === '' ? (signatureOf(now.text) ?? '') : now.seal;
      const sealed = sealLines(lines, seal, now.sign);
      await local.append(sealed);
      now.journal += sealed;
      now.seal = lastSeal(sealed, '');
      now.records.push(...added);
    },
    async push() {
      const { journal, text, blob } = now;
      if (journal.length === now.pushed && !isNew()) return;
      await swap(input, now, {
        files: {
          [STATE_FILE]: blob === undefined ? text : { oid: blob },
          [JOURNAL_FILE]: journal,
        },
        parent: now.folded,
        message: commitMessage(info, replay(now.base, now.records), now.records, false),
      });
      now.pushed = journal.length;
    },
    async fold() {
      if (now.records.length > 0 || now.isOld) {
        await openBase();
        const isFirstSigned = await foldOnce(input, now);
        if (isFirstSigned) emit(FIRST_SIGNED);
      }
      await local.drop();
    },
  };
}

function required(start: StartState | undefined): StoredState {
  if (start === undefined) throw new TrueupError('internal', 'a state without a beginning');
  return { state: start.state, intents: start.intents };
}

async function begin(input: GitRunInput): Promise<Progress> {
  const { local, remote, signs, emit } = input;
  const text = remote?.text ?? '';
  const [sign] = signs;
  const isSealedOtherwise =
    remote !== undefined && sign !== undefined && !isStateSealed(text, [sign]);
  const journal = await local.merge(remote, emit, (lines) =>
    signs.length === 0 ? true : areLinesSealed(lines, signatureOf(text), signs),
  );
  return {
    base: remote?.stored ?? required(input.start),
    text,
    blob: remote?.blob,
    isOld: remote?.stored.isOld === true || input.start?.fresh === false || isSealedOtherwise,
    oid: remote?.oid,
    folded: remote?.folded,
    journal,
    seal: lastSeal(journal, ''),
    records: readJournalText(journal, input.where).lines.map(({ record }) => record),
    pushed: remote?.journal.length ?? 0,
    sign,
    problem: undefined,
  };
}

/** Puts a commit at the state's ref, provided that it and the lock stand where this run left them. */
async function swap(input: GitRunInput, now: Progress, commit: NewCommit): Promise<void> {
  const { repository, refs, holder } = input;
  const to = await repository.commit(commit);
  const result = await repository.push(() => {
    // The lock may be renewed while this push waits for its turn.
    const lock = holder.oid();
    const isMine = lock === undefined ? [] : [{ ref: holder.ref, from: lock, to: lock }];
    return [{ ref: refs.state, from: now.oid, to }, ...isMine];
  });
  if (result === 'rejected') throw lockLost();
  now.oid = to;
  now.problem = undefined;
}

/** Whether the state got its first signature. */
async function foldOnce(input: GitRunInput, now: Progress): Promise<boolean> {
  const { state, intents } = replay(now.base, now.records);
  const base = { state: { ...state, serial: state.serial + 1 }, intents };
  const text = sealState(writeStateText(base), now.sign);
  await swap(input, now, {
    files: { [STATE_FILE]: text },
    parent: now.folded,
    message: commitMessage(input.info, base, now.records, true),
  });
  const isFirst = now.sign !== undefined && signatureOf(now.text) === undefined;
  const empty = { blob: undefined, isOld: false, journal: '', seal: '', records: [], pushed: 0 };
  Object.assign(now, { ...empty, base, text, folded: now.oid });
  if (now.sign !== undefined) await input.trust.saw(base.state);
  return isFirst && input.remote !== undefined;
}
