import { join } from 'node:path';
import { TrueupError } from '../core/errors.ts';
import type { JournalRecord, State } from './contract.ts';
import type { Files } from './files.ts';
import { createJournal } from './journal.ts';
import { readJournalText } from './journal-text.ts';
import type { JournalLine } from './journal-text.ts';
import { replay } from './replay.ts';
import { corrupt, readStateText, writeStateText } from './state-text.ts';
import type { ReadState, StoredState } from './state-text.ts';

export interface StateStoreOptions {
  readonly files: Files;
  readonly directory: string;
  readonly stack: string;
  readonly environment: string;
  readonly random: (bytes: number) => Uint8Array;
}

/** State file and journal together. Calls that write are put in line by the caller. */
export interface StateStore {
  read(): Promise<StoredState & { readonly fresh: boolean }>;
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
  const { files, directory } = options;
  const statePath = join(directory, 'state.json');
  const journalPath = join(directory, 'journal.jsonl');
  const journal = createJournal(files, journalPath);
  const fresh = createFreshState(options);
  let base: State | undefined;

  const readStored = async (): Promise<ReadState | undefined> => {
    const text = await files.read(statePath);
    if (text === undefined) return undefined;
    const stored = readStateText(text, statePath);
    assertOwner(stored.state, options, statePath);
    return stored;
  };

  const writeStored = async (stored: StoredState): Promise<void> => {
    await files.makeDirectory(directory);
    await files.write(`${statePath}.tmp`, writeStateText(stored));
    await files.rename(`${statePath}.tmp`, statePath);
  };

  /** The state that the next line extends. It is on the disk before the first line is. */
  const openBase = async (): Promise<State> => {
    const stored = await readStored();
    if (stored !== undefined) return stored.state;
    await writeStored({ state: fresh, intents: [] });
    return fresh;
  };

  const readBoth = async (): Promise<{
    stored?: ReadState;
    records: readonly JournalRecord[];
  }> => {
    // The journal first: a state file read after it can only be newer, never miss its lines.
    const text = await files.read(journalPath);
    const lines = text === undefined ? [] : readJournalText(text, journalPath).lines;
    const stored = await readStored();
    const records = recordsOf(lines, stored, journalPath);
    return { ...(stored === undefined ? {} : { stored }), records };
  };

  return {
    async read() {
      const { stored, records } = await readBoth();
      const whole = replay(stored ?? { state: fresh, intents: [] }, records);
      return { ...whole, fresh: stored === undefined };
    },
    async append(records, durable, isMine) {
      base ??= await openBase();
      await journal.append(base, { records, durable, isMine });
    },
    async fold() {
      const { stored, records } = await readBoth();
      if (stored !== undefined && (records.length > 0 || stored.isOld)) {
        base = undefined;
        const { state, intents } = replay(stored, records);
        await writeStored({ state: { ...state, serial: state.serial + 1 }, intents });
      }
      await journal.drop();
    },
    forget() {
      base = undefined;
      journal.forget();
    },
  };
}

/** The records of the journal that the state file does not hold yet. */
function recordsOf(
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

function createFreshState({ random, stack, environment }: StateStoreOptions): State {
  return {
    version: 1,
    lineage: Buffer.from(random(16)).toString('hex'),
    stack,
    environment,
    serial: 0,
    providers: {},
    salt: Buffer.from(random(16)).toString('base64'),
    resources: {},
    outputs: {},
  };
}

function assertOwner(state: State, options: StateStoreOptions, path: string): void {
  if (state.stack === options.stack && state.environment === options.environment) return;
  throw new TrueupError(
    'state-corrupt',
    `the state ${path} belongs to ${state.stack}/${state.environment}, ` +
      `not to ${options.stack}/${options.environment}`,
    { hint: 'a renamed stack: change `stack` in that file too; a copied one: remove the file' },
  );
}
