import type { JournalRecord } from './contract.ts';
import type { Files } from './files.ts';
import { readJournalText, writeJournalLine } from './journal-text.ts';
import type { JournalBase } from './journal-text.ts';

/** The journal as a file that only grows. Not for concurrent use: the backend puts calls in line. */
export interface Journal {
  /**
   * Appends the records of a batch with one write and, where asked, one fsync. When that fails
   * nothing of the batch is left behind, as far as the file system lets itself be told.
   */
  append(base: JournalBase, batch: JournalBatch): Promise<void>;
  /** Forgets everything: it was folded. */
  drop(): Promise<void>;
  /** Looks at the file again before the next write. */
  forget(): void;
}

export interface JournalBatch {
  readonly records: readonly JournalRecord[];
  readonly durable: boolean;
  /** Whether the journal is still the own one; somebody else's is not cut back. */
  readonly isMine: () => Promise<boolean>;
}

export function createJournal(files: Files, path: string): Journal {
  /** Length of the file; undefined when it has to be looked at again. */
  let bytes: number | undefined;

  /** Cuts off a torn last line, so that no line is ever appended to it. */
  const open = async (): Promise<number> => {
    const text = await files.read(path);
    if (text === undefined) return 0;
    const journal = readJournalText(text, path);
    if (journal.bytes < Buffer.byteLength(text, 'utf8')) await files.truncate(path, journal.bytes);
    return journal.bytes;
  };

  const cutBack = async (to: number, isMine: () => Promise<boolean>): Promise<void> => {
    if (await isMine()) await files.truncate(path, to);
  };

  return {
    async append(base, { records, durable, isMine }) {
      const before = bytes ?? (await open());
      const text = records.map((record) => writeJournalLine(base, record)).join('');
      bytes = undefined;
      try {
        await files.append(path, text);
        if (durable) await files.sync(path);
      } catch (error) {
        await cutBack(before, isMine).catch(() => undefined);
        throw error;
      }
      bytes = before + Buffer.byteLength(text, 'utf8');
    },
    async drop() {
      bytes = undefined;
      await files.remove(path);
      bytes = 0;
    },
    forget() {
      bytes = undefined;
    },
  };
}
