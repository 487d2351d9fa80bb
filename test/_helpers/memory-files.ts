import type { Files } from '../../src/state/files.ts';

/** An operation that changes something. */
export interface FileWrite {
  readonly op: 'append' | 'sync' | 'truncate' | 'write' | 'rename' | 'link' | 'remove' | 'mkdir';
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
export function createMemoryFiles(initial: ReadonlyMap<string, string> = new Map()): MemoryFiles {
  const entries = new Map<string, Entry>();
  for (const [path, text] of initial) entries.set(path, { text, durable: text });
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
    if (entry === undefined) throw Object.assign(new Error(`ENOENT ${path}`), { code: 'ENOENT' });
    return entry;
  };

  return {
    async read(path) {
      await turn();
      return entries.get(path)?.text;
    },
    append: (path, text) =>
      change('append', path, () => {
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
      change('write', path, () => void entries.set(path, { text, durable: text })),
    rename: (from, to) =>
      change('rename', to, () => {
        const entry = need(from);
        entries.delete(from);
        entries.set(to, entry);
      }),
    link: (from, to) =>
      change('link', to, () => {
        const source = entries.get(from);
        if (source === undefined || entries.has(to)) return false;
        entries.set(to, { ...source });
        return true;
      }),
    remove: (path) => change('remove', path, () => void entries.delete(path)),
    makeDirectory: (path) => change('mkdir', path, () => undefined),
    async list(path) {
      await turn();
      const prefix = `${path}/`;
      return [...entries.keys()]
        .filter((name) => name.startsWith(prefix))
        .map((name) => name.slice(prefix.length));
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
      return createMemoryFiles(texts);
    },
    text: (path) => entries.get(path)?.text,
    put: (path, text) => void entries.set(path, { text, durable: text }),
    paths: () => [...entries.keys()].toSorted(),
  };
}
