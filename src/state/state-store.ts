import { join } from 'node:path';
import type { Emit } from '../core/event.ts';
import type { JournalRecord } from './contract.ts';
import type { Files } from './files.ts';
import { assertOwner, createFreshState } from './fresh-state.ts';
import { createJournal, type SealedBase } from './journal.ts';
import { readJournalText } from './journal-text.ts';
import type { JournalLine } from './journal-text.ts';
import { replay } from './replay.ts';
import { FIRST_SIGNED, isStateSealed, sealState, signatureOf } from './seal.ts';
import { corrupt, readStateText, writeStateText } from './state-text.ts';
import type { ReadState, StoredState } from './state-text.ts';
import type { Trust } from './trust.ts';

export interface StateStoreOptions {
  readonly files: Files;
  readonly directory: string;
  readonly stack: string;
  readonly environment: string;
  readonly random: (bytes: number) => Uint8Array;
  readonly trust: Trust;
  readonly emit: Emit;
}

type StoredFile = ReadState & { readonly text: string };

/** State file and journal together. Calls that write are put in line by the caller. */
export interface StateStore {
  read(): Promise<StoredState & { readonly fresh: boolean }>;
  /** Reads on behalf of a writer: throws `state-untrusted` where it could not write. */
  readToWrite(): Promise<StoredState & { readonly fresh: boolean }>;
  /** `isMine` tells whether the files may be mended after a failed write. */
  append(
    records: readonly JournalRecord[],
    durable: boolean,
    isMine: () => Promise<boolean>,
  ): Promise<void>;
  fold(): Promise<void>;
  /** Somebody else may have written: look at the files again before the next write. */
  forget(): void;
}

/**
 * The journal extends the state file with its lineage and serial. Lines of an earlier serial were
 * folded already (the process died before it could drop them) and do not count.
 */
export function createStateStore(options: StateStoreOptions): StateStore {
  const { files, directory, trust } = options;
  const statePath = join(directory, 'state.json');
  const journalPath = join(directory, 'journal.jsonl');
  const journal = createJournal(files, journalPath);
  const fresh = createFreshState(options);
  let base: SealedBase | undefined;

  const stateFile = createStateFile(options, statePath);

  /** The state that the next line extends. It is on the disk before the first line is. */
  const openBase = async (): Promise<SealedBase> => {
    const stored = await stateFile.read();
    if (stored === undefined) return stateFile.write({ state: fresh, intents: [] });
    const { state, text } = stored;
    return { ...state, sign: await trust.signerOf(state.salt), signature: signatureOf(text) };
  };

  const readBoth = async (): Promise<{
    stored?: StoredFile;
    journal: string;
    records: readonly JournalRecord[];
  }> => {
    await trust.prepare();
    // The journal first: a state file read after it can only be newer, never miss its lines.
    const text = await files.read(journalPath);
    const lines = text === undefined ? [] : readJournalText(text, journalPath).lines;
    const stored = await stateFile.read();
    const records = recordsOf(lines, stored, journalPath);
    const journal = linesOf(text ?? '', lines, stored?.state.serial);
    return { ...(stored === undefined ? {} : { stored }), journal, records };
  };

  /** Not signed yet, or with the key before: it is to be told from others without that one. */
  const isSealedOtherwise = async ({ state, text }: StoredFile): Promise<boolean> => {
    const sign = await trust.signerOf(state.salt);
    return sign !== undefined && !isStateSealed(text, [sign]);
  };

  const read = async (toWrite: boolean): ReturnType<StateStore['read']> => {
    const { stored, journal, records } = await readBoth();
    const found = stored && { text: stored.text, journal, state: stored.state };
    if (toWrite) trust.assertWritable(found);
    await trust.check(found, statePath);
    const whole = replay(stored ?? { state: fresh, intents: [] }, records);
    return { ...whole, fresh: stored === undefined };
  };

  return {
    read: () => read(false),
    readToWrite: () => read(true),
    async append(records, durable, isMine) {
      base ??= await openBase();
      await journal.append(base, { records, durable, isMine });
    },
    async fold() {
      const { stored, records } = await readBoth();
      const hasNews = records.length > 0 || stored?.isOld === true;
      if (stored !== undefined && (hasNews || (await isSealedOtherwise(stored)))) {
        base = undefined;
        const { state, intents } = replay(stored, records);
        const next = await stateFile.write({
          state: { ...state, serial: state.serial + 1 },
          intents,
        });
        const isFirst = next.sign !== undefined && signatureOf(stored.text) === undefined;
        if (isFirst) options.emit(FIRST_SIGNED);
      }
      await journal.drop();
    },
    forget() {
      base = undefined;
      journal.forget();
    },
  };
}

interface StateFile {
  read(): Promise<StoredFile | undefined>;
  /** Gives what the next line of the journal extends. */
  write(stored: StoredState): Promise<SealedBase>;
}

function createStateFile(options: StateStoreOptions, path: string): StateFile {
  const { files, directory, trust } = options;
  return {
    async read() {
      const text = await files.read(path);
      if (text === undefined) return undefined;
      const stored = readStateText(text, path);
      assertOwner(stored.state, options, path);
      return { ...stored, text };
    },
    async write(stored) {
      const sign = await trust.signerOf(stored.state.salt);
      const text = sealState(writeStateText(stored), sign);
      await files.makeDirectory(directory);
      await files.write(`${path}.tmp`, text);
      await files.rename(`${path}.tmp`, path);
      if (sign !== undefined) await trust.saw(stored.state);
      return { ...stored.state, sign, signature: signatureOf(text) };
    },
  };
}

/** The text of the journal's lines of this serial. */
function linesOf(text: string, lines: readonly JournalLine[], serial: number | undefined): string {
  const texts = text.split('\n', lines.length);
  return texts
    .filter((_, index) => lines[index]?.serial === serial)
    .map((line) => `${line}\n`)
    .join('');
}

/** The records of the journal that the state file does not hold yet. */
export function recordsOf(
  lines: readonly JournalLine[],
  stored: StoredState | undefined,
  path: string,
): readonly JournalRecord[] {
  if (lines.length === 0) return [];
  if (stored === undefined) throw corrupt(path, 'there is a journal but no state file');
  const { lineage, serial } = stored.state;
  for (const line of lines) {
    if (line.lineage !== lineage) throw corrupt(path, 'the journal belongs to another state');
    if (line.serial > serial) throw corrupt(path, 'the state file is older than its journal');
  }
  return lines.filter((line) => line.serial === serial).map((line) => line.record);
}
