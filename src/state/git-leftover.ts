import { join } from 'node:path';
import type { Emit } from '../core/event.ts';
import type { JournalRecord } from './contract.ts';
import type { Files } from './files.ts';
import type { RemoteState } from './git-state.ts';
import { readJournalText, type JournalLine } from './journal-text.ts';
import { replay } from './replay.ts';

/** Addresses that a message lists. */
const TOLD_MAX = 20;

/**
 * What this run, or one before it here, has written down and may not have been able to push:
 * a copy of the run's journal on the disk.
 */
export interface LocalJournal {
  append(text: string): Promise<void>;
  drop(): Promise<void>;
  /** The journal to go on with: the remote's, or where that is a beginning of ours, ours. */
  merge(
    remote: RemoteState | undefined,
    emit: Emit,
    isSealed: (journal: string) => boolean,
  ): Promise<string>;
  readonly path: string;
}

export function createLocalJournal(files: Files, directory: string): LocalJournal {
  const path = join(directory, 'journal.jsonl');
  let isOpen = false;
  const append = async (text: string): Promise<void> => {
    if (!isOpen) await files.makeDirectory(directory);
    isOpen = true;
    await files.append(path, text);
  };
  return {
    path,
    append,
    drop: () => files.remove(path),
    async merge(remote, emit, isSealed) {
      const known = remote?.journal ?? '';
      const own = wholeLines((await files.read(path)) ?? '');
      if (own.length > known.length && isContinuation(own, remote) && isSealed(own)) {
        await files.truncate(path, Buffer.byteLength(own));
        const count = own.slice(known.length).split('\n').length - 1;
        const noun = count === 1 ? 'entry' : 'entries';
        const message = `merged into the state what an earlier run here could not push (${String(count)} ${noun})`;
        emit({ type: 'log', level: 'warn', message });
        return own;
      }
      if (own !== '' && !known.startsWith(own)) await tell(own, remote, emit);
      await files.remove(path);
      // The copy on the disk is whole before the run adds to it.
      if (known !== '') await append(known);
      return known;
    },
  };

  /** What the state does not know of is told, and kept. */
  async function tell(own: string, remote: RemoteState | undefined, emit: Emit): Promise<void> {
    const missing = unknownTo(remote, readJournalText(own, path).lines);
    if (missing.length === 0) return;
    const kept = await freeName();
    await files.rename(path, kept);
    const listed = missing.slice(0, TOLD_MAX).join(', ');
    const more = missing.length > TOLD_MAX ? ` and ${String(missing.length - TOLD_MAX)} more` : '';
    emit({
      type: 'diagnostic',
      diagnostic: {
        code: 'state-left-over',
        severity: 'warning',
        message: `an earlier run here could not record what it did, and others have written the state since; the state does not know of ${listed}${more}`,
        hint: `trueup plan shows what is there, \`trueup import ADDRESS ID\` takes it over; all of it is in ${kept}`,
      },
    });
  }

  async function freeName(): Promise<string> {
    const taken = new Set(await files.list(directory));
    let number = 1;
    while (taken.has(leftOver(number))) number += 1;
    return join(directory, leftOver(number));
  }
}

function leftOver(number: number): string {
  return `left-over-${String(number)}.jsonl`;
}

/** Without a torn last line. */
function wholeLines(text: string): string {
  return text.slice(0, text.lastIndexOf('\n') + 1);
}

function isContinuation(own: string, remote: RemoteState | undefined): boolean {
  if (remote === undefined || !own.startsWith(remote.journal)) return false;
  const { lineage, serial } = remote.stored.state;
  const { lines } = readJournalText(own, 'journal.jsonl');
  return lines.every((line) => line.lineage === lineage && line.serial === serial);
}

/** `address (ID)` of what these lines leave behind and the state lacks. */
function unknownTo(
  remote: RemoteState | undefined,
  lines: readonly JournalLine[],
): readonly string[] {
  const records = lines.map(({ record }): JournalRecord => record);
  const known =
    remote === undefined ? undefined : replay(remote.stored, remote.records).state.resources;
  const ids = new Set(Object.values(known ?? {}).map(({ type, id }) => `${type} ${id}`));
  const left = replay({ state: NOTHING, intents: [] }, records);
  return [
    ...Object.entries(left.state.resources)
      .filter(([, { type, id }]) => !ids.has(`${type} ${id}`))
      .map(([address, { id }]) => `${address} (${id})`),
    ...left.intents
      .filter(({ address }) => known?.[address] === undefined)
      .map(({ address }) => `${address} (a create that was not answered)`),
  ];
}

const NOTHING = {
  version: 1,
  lineage: '',
  stack: '',
  environment: '',
  serial: 0,
  providers: {},
  salt: '',
  resources: {},
  outputs: {},
} as const;
