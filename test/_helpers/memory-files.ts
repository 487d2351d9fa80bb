import { dirname } from 'node:path';
import type { Files } from '../../src/state/files.ts';

/** An operation that changes something. */
export interface FileWrite {
  readonly op: 'append' | 'sync' | 'truncate' | 'write' | 'rename' | 'claim' | 'remove' | 'mkdir';
  readonly path: string;
  /** Counts all writes of these files from 1. */
  readonly index: number;
}

/** May throw: before, nothing was done; after, all of it was. */
export type FileHook = (write: FileWrite, phase: 'before' | 'after') => void;

/** Thrown by every operation once the world has stopped. */
export class WorldStopped extends Error {
  override readonly name = 'WorldStopped';
}

export interface MemoryFiles extends Files {
  setHook(hook: FileHook | undefined): void;
  /** Writes done so far. */
  writes(): number;
  /** From now on every operation of these files fails; `copy` still works. */
  stop(): void;
  /**
   * What another process finds afterwards. `power: 'lost'` keeps only what was made durable;
   * `tear` cuts that many characters off the end of the named file.
   */
  copy(options?: { power?: 'lost'; tear?: { path: string; characters: number } }): MemoryFiles;
  text(path: string): string | undefined;
  /** Puts a text there as if somebody else had written it. */
  put(path: string, text: string): void;
  paths(): readonly string[];
}

interface Entry {
  text: string;
  durable: string | undefined;
}

/** Files in memory, with a place to interfere before and after each write. */
export function createMemoryFiles(
  initial: ReadonlyMap<string, string> = new Map(),
  initialDirectories: ReadonlySet<string> = new Set(),
): MemoryFiles {
  const entries = new Map<string, Entry>();
  const directories = new Set(initialDirectories);
  const addDirectory = (path: string): void => {
    for (let at = path; at !== '/' && at !== '.'; at = dirname(at)) directories.add(at);
  };
  const addEntry = (path: string, entry: Entry): void => {
    addDirectory(dirname(path));
    entries.set(path, entry);
  };
  for (const [path, text] of initial) addEntry(path, { text, durable: text });
  let hook: FileHook | undefined;
  let writes = 0;
  let stopped = false;

  const turn = async (): Promise<void> => {
    await Promise.resolve();
    if (stopped) throw new WorldStopped('the world has stopped');
  };
  const change = async <T>(op: FileWrite['op'], path: string, work: () => T): Promise<T> => {
    await turn();
    writes += 1;
    const write = { op, path, index: writes };
    hook?.(write, 'before');
    if (stopped) throw new WorldStopped('the world has stopped');
    const result = work();
    hook?.(write, 'after');
    if (stopped) throw new WorldStopped('the world has stopped');
    return result;
  };
  const need = (path: string): Entry => {
    const entry = entries.get(path);
    if (entry === undefined) throw systemError('ENOENT', path);
    return entry;
  };
  const needDirectory = (path: string): void => {
    if (!directories.has(path)) throw systemError('ENOENT', path);
  };
  const below = (path: string): readonly string[] =>
    [...entries.keys(), ...directories].filter((name) => name.startsWith(`${path}/`));
  const removeAll = (path: string): void => {
    for (const name of [path, ...below(path)]) {
      entries.delete(name);
      directories.delete(name);
    }
  };

  return {
    async read(path) {
      await turn();
      return entries.get(path)?.text;
    },
    append: (path, text) =>
      change('append', path, () => {
        needDirectory(dirname(path));
        const entry = entries.get(path) ?? { text: '', durable: undefined };
        entry.text += text;
        entries.set(path, entry);
      }),
    sync: (path) =>
      change('sync', path, () => {
        const entry = need(path);
        entry.durable = entry.text;
      }),
    truncate: (path, bytes) =>
      change('truncate', path, () => {
        const entry = need(path);
        entry.text = Buffer.from(entry.text).subarray(0, bytes).toString();
      }),
    write: (path, text) =>
      change('write', path, () => {
        needDirectory(dirname(path));
        entries.set(path, { text, durable: text });
      }),
    rename: (from, to) =>
      change('rename', to, () => {
        const entry = need(from);
        needDirectory(dirname(to));
        entries.delete(from);
        entries.set(to, entry);
      }),
    claim: (from, to) =>
      change('claim', to, () => {
        needDirectory(from);
        needDirectory(dirname(to));
        // An empty directory is replaced, as POSIX has it.
        if (entries.has(to) || below(to).length > 0) return false;
        const moved = below(from).flatMap((path): [string, Entry][] => {
          const entry = entries.get(path);
          return entry === undefined ? [] : [[`${to}${path.slice(from.length)}`, entry]];
        });
        removeAll(from);
        addDirectory(to);
        for (const [path, entry] of moved) addEntry(path, entry);
        return true;
      }),
    remove: (path) =>
      change('remove', path, () => {
        removeAll(path);
      }),
    makeDirectory: (path) =>
      change('mkdir', path, () => {
        addDirectory(path);
      }),
    async list(path) {
      await turn();
      return [
        ...new Set(below(path).map((name) => name.slice(path.length + 1).split('/')[0] ?? '')),
      ];
    },
    setHook(next) {
      hook = next;
    },
    writes: () => writes,
    stop() {
      stopped = true;
    },
    copy(options = {}) {
      const texts = new Map<string, string>();
      for (const [path, entry] of entries) {
        const text = options.power === 'lost' ? entry.durable : entry.text;
        const cut = options.tear?.path === path ? options.tear.characters : 0;
        if (text !== undefined) texts.set(path, text.slice(0, Math.max(0, text.length - cut)));
      }
      return createMemoryFiles(texts, directories);
    },
    text: (path) => entries.get(path)?.text,
    put: (path, text) => {
      addEntry(path, { text, durable: text });
    },
    paths: () => [...entries.keys()].toSorted(),
  };
}

/** As Node has it: `ENOSPC: /state/journal.jsonl`. */
export function systemError(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}
