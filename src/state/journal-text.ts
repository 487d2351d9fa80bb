import { isJsonObject } from '../core/json.ts';
import type { JournalRecord } from './contract.ts';
import { corrupt, isIntent, isStateResource } from './state-text.ts';

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
  return `${JSON.stringify({ lineage: base.lineage, serial: base.serial, ...record })}\n`;
}

/**
 * Reads a journal. A last line that is torn (the process or the machine died while it was
 * written, so nobody was told that it is safe) is left out; a torn line before others means that
 * something else wrote into the file: `state-corrupt`.
 */
export function readJournalText(text: string, path: string): ReadJournal {
  const lines: JournalLine[] = [];
  let start = 0;
  for (;;) {
    const end = text.indexOf('\n', start);
    if (end === -1) break;
    const line = readLine(text.slice(start, end));
    if (line === undefined) {
      if (text.indexOf('\n', end + 1) === -1) break;
      throw corrupt(path, `line ${String(lines.length + 1)} of the journal is damaged`);
    }
    lines.push(line);
    start = end + 1;
  }
  return { lines, bytes: Buffer.byteLength(text.slice(0, start), 'utf8') };
}

function readLine(text: string): JournalLine | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isJsonObject(value)) return undefined;
  const { lineage, serial, ...record } = value;
  if (typeof lineage !== 'string' || typeof serial !== 'number' || !isRecord(record)) {
    return undefined;
  }
  return { lineage, serial, record };
}

/** An operation of a newer trueup is not known here; its version of the state file says so first. */
function isRecord(value: unknown): value is JournalRecord {
  if (!isJsonObject(value)) return false;
  const hasTexts = (...keys: readonly string[]): boolean =>
    keys.every((key) => typeof value[key] === 'string');
  const checks: Readonly<Record<string, () => boolean>> = {
    intent: () => isIntent(value['intent']),
    'intent-closed': () => hasTexts('address', 'attempt'),
    put: () => hasTexts('address') && isStateResource(value['resource']),
    remove: () => hasTexts('address'),
    move: () => hasTexts('from', 'to'),
    provider: () => hasTexts('provider', 'organization'),
    outputs: () => isJsonObject(value['outputs']),
  };
  const op = value['op'];
  return typeof op === 'string' && Object.hasOwn(checks, op) && checks[op]?.() === true;
}
