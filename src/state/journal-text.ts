import type { TrueupError } from '../core/errors.ts';
import { isJsonObject } from '../core/json.ts';
import type { JsonObject } from '../core/json.ts';
import type { JournalRecord } from './contract.ts';
import { migrateRecord, STATE_VERSION } from './migrations.ts';
import { corrupt, isIntent, isStateResource, readVersion } from './state-text.ts';

/** Which state a journal line extends. */
export interface JournalBase {
  readonly lineage: string;
  readonly serial: number;
}

export interface JournalLine extends JournalBase {
  readonly record: JournalRecord;
}

export interface ReadJournal {
  readonly lines: readonly JournalLine[];
  /** Length of what counts; a torn last line lies beyond it. */
  readonly bytes: number;
}

/** One record as a line. A line counts once its line break is there. */
export function writeJournalLine(base: JournalBase, record: JournalRecord): string {
  const { lineage, serial } = base;
  return `${JSON.stringify({ v: STATE_VERSION, lineage, serial, ...record })}\n`;
}

/**
 * Reads a journal. A last line that is torn (the process or the machine died while it was
 * written, so nobody was told that it is safe) is left out; a torn line before others, or one
 * that is whole and no record, means that something else wrote into the file: `state-corrupt`.
 * A line of a newer version: `state-version`.
 */
export function readJournalText(text: string, path: string): ReadJournal {
  const lines: JournalLine[] = [];
  let start = 0;
  for (;;) {
    const end = text.indexOf('\n', start);
    if (end === -1) break;
    const value = parseJson(text.slice(start, end));
    const isLast = text.indexOf('\n', end + 1) === -1;
    if (value === undefined && isLast) break;
    lines.push(readLine(value, path, lines.length + 1));
    start = end + 1;
  }
  return { lines, bytes: Buffer.byteLength(text.slice(0, start), 'utf8') };
}

/** Lines without a version are of version 0. */
function readLine(value: unknown, path: string, number: number): JournalLine {
  if (!isJsonObject(value)) throw damaged(path, number);
  const { v = 0, lineage, serial, mac: _mac, ...rest } = value;
  const version = readVersion(v, `line ${String(number)} of the journal ${path}`);
  if (version === undefined) throw damaged(path, number);
  const record = migrateRecord(rest, version);
  if (typeof lineage !== 'string' || typeof serial !== 'number' || !isRecord(record)) {
    throw damaged(path, number);
  }
  return { lineage, serial, record };
}

function damaged(path: string, number: number): TrueupError {
  return corrupt(
    path,
    `line ${String(number)} is damaged`,
    'restore the file from a backup, or remove that line: `trueup plan` shows what it told of, ' +
      'and `trueup import ADDRESS ID` or `--adopt` takes it back',
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: JsonObject): value is JsonObject & JournalRecord {
  const hasTexts = (...keys: readonly string[]): boolean =>
    keys.every((key) => typeof value[key] === 'string');
  const { op } = value;
  if (typeof op !== 'string') return false;
  switch (op) {
    case 'intent':
      return isIntent(value['intent']);
    case 'intent-closed':
      return hasTexts('address', 'attempt');
    case 'put':
      return hasTexts('address') && isStateResource(value['resource']);
    case 'remove':
      return hasTexts('address');
    case 'move':
      return hasTexts('from', 'to');
    case 'provider':
      return hasTexts('provider', 'organization');
    case 'outputs':
      return isJsonObject(value['outputs']);
    default:
      return false;
  }
}
