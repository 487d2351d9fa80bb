import {
  appendFileSync,
  chmodSync,
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
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

function isStoreEntry(value: unknown): value is StoreEntry {
  return typeof value === 'object' && value !== null && 'random' in value && 'put' in value;
}

function parseLines(text: string): StoreEntry[] {
  const entries: StoreEntry[] = [];
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const value: unknown = JSON.parse(line);
    if (isStoreEntry(value)) entries.push(value);
  }
  return entries;
}

/**
 * A process that was killed may leave half a line. It was never answered, so it is cut off,
 * before anything is appended behind it.
 */
function repair(path: string): void {
  const bytes = readFileSync(path);
  const end = bytes.lastIndexOf(10) + 1;
  if (end < bytes.length) truncateSync(path, end);
}

/** Opens or creates the file: mode 0600, missing directories 0700. */
export function openStoreFile(path: string): StoreFile {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  if (existsSync(path)) repair(path);
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
      const entries = parseLines(bytes.toString('utf8', 0, end));
      lines += entries.length;
      return entries;
    },
    append(entry) {
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
