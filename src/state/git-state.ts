import type { JournalRecord } from './contract.ts';
import { assertOwner, type StateOwner } from './fresh-state.ts';
import type { GitTip } from './git-repository.ts';
import { readJournalText } from './journal-text.ts';
import { recordsOf } from './state-store.ts';
import { corrupt, readStateText, type ReadState } from './state-text.ts';

export const STATE_FILE = 'state.json';
export const JOURNAL_FILE = 'journal.jsonl';

/** What the ref of a state holds: the last fold, and above it the journal of a run. */
export interface RemoteState {
  /** Where the ref stands. */
  readonly oid: string;
  /** The commit of the last fold; undefined before the first. */
  readonly folded: string | undefined;
  readonly stored: ReadState;
  readonly text: string;
  /** The blob of the state file. */
  readonly blob: string;
  readonly journal: string;
  readonly records: readonly JournalRecord[];
}

/**
 * Each fold is a commit on the one before. The journal of a run is one commit above the last fold,
 * replaced by the next and at last by the fold, so that the history has one commit a run.
 */
export function readRemoteState(tip: GitTip, where: string, owner: StateOwner): RemoteState {
  const file = tip.files.get(STATE_FILE);
  if (file === undefined) throw corrupt(where, 'its commit has no state.json');
  const stored = readStateText(file.text, where);
  assertOwner(stored.state, owner, where);
  const journal = tip.files.get(JOURNAL_FILE)?.text;
  const { lines } = readJournalText(journal ?? '', where);
  return {
    oid: tip.oid,
    folded: journal === undefined ? tip.oid : tip.parent,
    stored,
    text: file.text,
    blob: file.oid,
    journal: journal ?? '',
    records: recordsOf(lines, stored, where),
  };
}
