import {
  appendFileSync,
  chmodSync,
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { isFields } from './body.ts';
import type { TimeLine } from './time-line.ts';

/** One line of the file: what one request wrote. */
export interface StoreEntry {
  /** State of the random numbers afterwards. */
  readonly random: number;
  readonly put: readonly TimeLine[];
  /** Objects that are gone altogether, as [type, id]. */
  readonly drop?: readonly (readonly [string, string])[];
  /** Everything before this line is void. */
  readonly clear?: boolean;
}

export interface StoreFile {
  /** Entries that were appended since the last call, by whomever. */
  follow(): StoreEntry[];
  /** Appends synchronously: the entry is in the file when this returns. */
  append(entry: StoreEntry): void;
  /** Replaces the whole file by one entry. */
  compact(entry: StoreEntry): void;
  /** Lines read or written since the file was opened or compacted. */
  lineCount(): number;
  close(): void;
}

/** A file that no emulator wrote, or that somebody changed. */
export class StoreFileError extends Error {
  constructor(path: string, line: number) {
    super(
      `${path} is no store of an emulator: line ${String(line)} cannot be read; without the file a new account begins`,
    );
    this.name = 'StoreFileError';
  }
}

function isTimeLine(value: unknown): boolean {
  if (!isFields(value) || !isFields(value['base']) || !isFields(value['hidden'])) return false;
  const { type, id, steps } = value;
  return typeof type === 'string' && typeof id === 'string' && Array.isArray(steps);
}

function isStoreEntry(value: unknown): value is StoreEntry {
  if (!isFields(value) || typeof value['random'] !== 'number') return false;
  const { put, drop = [] } = value;
  return Array.isArray(put) && put.every(isTimeLine) && Array.isArray(drop);
}

function parseLine(line: string): StoreEntry | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isStoreEntry(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The entries of whole lines, of which `before` stand in front of them. */
function parseLines(text: string, path: string, before: number): StoreEntry[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line, index) => {
      const entry = parseLine(line);
      if (entry === undefined) throw new StoreFileError(path, before + index + 1);
      return entry;
    });
}

/**
 * A process that was killed may leave half a line. It was never answered, so it is cut off, before
 * anything is appended behind it. Never by one that only reads: another one may be writing it.
 */
function cutHalfLine(path: string, handle: number, offset: number): void {
  const length = fstatSync(handle).size - offset;
  if (length <= 0) return;
  const bytes = Buffer.alloc(length);
  const count = readSync(handle, bytes, 0, length, offset);
  const end = bytes.subarray(0, count).lastIndexOf(10) + 1;
  if (end < count) truncateSync(path, offset + end);
}

/**
 * Opens or creates the file: mode 0600, missing directories 0700. What it holds is read by
 * `follow`, which throws StoreFileError.
 */
export function openStoreFile(path: string): StoreFile {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  let handle = openSync(path, 'a+', 0o600);
  chmodSync(path, 0o600);
  let inode = fstatSync(handle).ino;
  let offset = 0;
  let lines = 0;
  const reopen = (): void => {
    closeSync(handle);
    handle = openSync(path, 'a+', 0o600);
    inode = fstatSync(handle).ino;
    offset = 0;
    lines = 0;
  };
  return {
    follow() {
      const stat = statSync(path);
      if (stat.ino !== inode) reopen();
      if (stat.size <= offset) return [];
      const bytes = Buffer.alloc(stat.size - offset);
      const count = readSync(handle, bytes, 0, bytes.length, offset);
      const end = bytes.subarray(0, count).lastIndexOf(10) + 1;
      offset += end;
      const entries = parseLines(bytes.toString('utf8', 0, end), path, lines);
      lines += entries.length;
      return entries;
    },
    append(entry) {
      cutHalfLine(path, handle, offset);
      const line = `${JSON.stringify(entry)}\n`;
      appendFileSync(handle, line);
      offset += Buffer.byteLength(line);
      lines += 1;
    },
    compact(entry) {
      writeFileSync(`${path}.new`, `${JSON.stringify(entry)}\n`, { mode: 0o600 });
      renameSync(`${path}.new`, path);
      reopen();
      offset = fstatSync(handle).size;
      lines = 1;
    },
    lineCount: () => lines,
    close: () => {
      closeSync(handle);
    },
  };
}
