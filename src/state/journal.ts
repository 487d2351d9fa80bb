import type { JournalRecord } from './contract.ts';
import type { Files } from './files.ts';
import { readJournalText, writeJournalLine } from './journal-text.ts';
import type { JournalBase } from './journal-text.ts';
import { lastSeal, sealLines, type Sign } from './seal.ts';

/** The journal as a file that only grows. Not for concurrent use: the backend puts calls in line. */
export interface Journal {
  /**
   * Appends the records of a batch with one write and, where asked, one fsync. When that fails
   * nothing of the batch is left behind, as far as the file system lets itself be told.
   */
  append(base: SealedBase, batch: JournalBatch): Promise<void>;
  /** Forgets everything: it was folded. */
  drop(): Promise<void>;
  /** Looks at the file again before the next write. */
  forget(): void;
}

/** What the lines extend, and what they are sealed with. */
export interface SealedBase extends JournalBase {
  readonly sign: Sign | undefined;
  /** Signature of the state file. */
  readonly signature: string | undefined;
}

export interface JournalBatch {
  readonly records: readonly JournalRecord[];
  readonly durable: boolean;
  /** Whether the journal is still the own one; somebody else's is not cut back. */
  readonly isMine: () => Promise<boolean>;
}

export function createJournal(files: Files, path: string): Journal {
  /** Length of the file and the seal of its last line; undefined: it has to be looked at again. */
  let end: { readonly bytes: number; readonly seal: string } | undefined;

  /** Cuts off a torn last line, so that no line is ever appended to it. */
  const open = async (serial: number): Promise<NonNullable<typeof end>> => {
    const text = await files.read(path);
    if (text === undefined) return { bytes: 0, seal: '' };
    const { bytes, lines } = readJournalText(text, path);
    const all = Buffer.from(text, 'utf8');
    if (bytes < all.length) await files.truncate(path, bytes);
    // Lines that were folded already are no part of what is sealed.
    const isFolded = lines.at(-1)?.serial !== serial;
    return { bytes, seal: isFolded ? '' : lastSeal(all.toString('utf8', 0, bytes), '') };
  };

  const cutBack = async (to: number, isMine: () => Promise<boolean>): Promise<void> => {
    if (await isMine()) await files.truncate(path, to);
  };

  return {
    async append(base, { records, durable, isMine }) {
      const before = end ?? (await open(base.serial));
      const seal = before.seal === '' ? (base.signature ?? '') : before.seal;
      const lines = records.map((record) => writeJournalLine(base, record)).join('');
      const text = sealLines(lines, seal, base.sign);
      end = undefined;
      try {
        await files.append(path, text);
        if (durable) await files.sync(path);
      } catch (error) {
        await cutBack(before.bytes, isMine).catch(() => undefined);
        throw error;
      }
      end = { bytes: before.bytes + Buffer.byteLength(text, 'utf8'), seal: lastSeal(text, '') };
    },
    async drop() {
      end = undefined;
      await files.remove(path);
      end = { bytes: 0, seal: '' };
    },
    forget() {
      end = undefined;
    },
  };
}
