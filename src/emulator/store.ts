import { createCollection } from './collection.ts';
import type { Collection } from './collection.ts';
import type { Fields } from './contract.ts';
import type { Random } from './random.ts';
import { openStoreFile } from './store-file.ts';
import type { StoreEntry, StoreFile } from './store-file.ts';
import { targetOf } from './time-line.ts';
import type { TimeLine } from './time-line.ts';

export interface NewObject {
  readonly type: string;
  readonly id: string;
  readonly parent?: string;
  readonly createdMs: number;
  readonly base: Fields;
  readonly hidden?: Fields;
}

/** All objects of an emulator, and the file that keeps them. */
export interface Store {
  of(type: string): Collection;
  create(object: NewObject): TimeLine;
  /** To be called after an object was changed. */
  save(line: TimeLine): void;
  /** Gone for good at moment `now`; lists that lag still show it. */
  erase(line: TimeLine, now: number): void;
  /** Takes the object out of memory and file. */
  purge(line: TimeLine): void;
  /** Writes what changed since the last flush; nothing when nothing changed. */
  flush(): void;
  /** Takes over what another process wrote; true when there was something. */
  follow(): boolean;
  /** Empties the store, in the file too with the next flush. */
  clear(): void;
  isEmpty(): boolean;
  close(): void;
}

/** A file with more lines than this is rewritten as one line by a process's first write. */
const LINES_MAX = 500;

/** The name an object is indexed by; undefined: none. */
export type NameOf = (fields: Fields, line: TimeLine) => string | undefined;

function nameOrEmail(fields: Fields): string | undefined {
  const name = fields['name'] ?? fields['role'] ?? fields['email'];
  return typeof name === 'string' ? name : undefined;
}

interface Contents {
  readonly collections: Map<string, Collection>;
  readonly collection: (type: string) => Collection;
  readonly index: (line: TimeLine) => void;
  readonly apply: (entry: StoreEntry) => void;
  readonly everything: () => TimeLine[];
}

function createContents(random: Random, nameOf: NameOf): Contents {
  const collections = new Map<string, Collection>();
  const collection = (type: string): Collection => {
    const known = collections.get(type);
    if (known !== undefined) return known;
    const made = createCollection();
    collections.set(type, made);
    return made;
  };
  const index = (line: TimeLine): void => {
    collection(line.type).put(line, nameOf(targetOf(line), line));
  };
  return {
    collections,
    collection,
    index,
    apply(entry) {
      random.restore(entry.random);
      if (entry.clear === true) collections.clear();
      // Dropped first: one request may replace an object by another of the same key.
      for (const [type, id] of entry.drop ?? []) collection(type).remove(id);
      for (const line of entry.put) index(line);
    },
    everything: () => [...collections.values()].flatMap((one) => [...one.all()]),
  };
}

/**
 * Reads the file, if any. Only a process that writes compacts it, once, so that one that merely
 * reads never disturbs another.
 */
export function createStore(
  random: Random,
  path: string | undefined,
  nameOf: NameOf = nameOrEmail,
): Store {
  const contents = createContents(random, nameOf);
  const dirty = new Set<TimeLine>();
  const dropped = new Map<string, readonly [string, string]>();
  let cleared = false;
  const file: StoreFile | undefined = path === undefined ? undefined : openStoreFile(path);
  const follow = (): boolean => {
    const entries = file?.follow() ?? [];
    for (const entry of entries) contents.apply(entry);
    return entries.length > 0;
  };
  const touch = (line: TimeLine): void => {
    contents.index(line);
    if (file !== undefined) dirty.add(line);
  };
  follow();
  let compactable = true;
  return {
    of: contents.collection,
    create(object) {
      const { hidden = {}, parent, ...rest } = object;
      const line: TimeLine = { ...rest, parent, hidden, deletedMs: undefined, steps: [] };
      touch(line);
      return line;
    },
    save: touch,
    erase(line, now) {
      line.deletedMs = now;
      touch(line);
    },
    purge(line) {
      if (contents.collection(line.type).get(line.id) !== line) return;
      contents.collection(line.type).remove(line.id);
      dirty.delete(line);
      if (file !== undefined) dropped.set(`${line.type}/${line.id}`, [line.type, line.id]);
    },
    flush() {
      if (file === undefined || (dirty.size === 0 && dropped.size === 0 && !cleared)) return;
      if (compactable && file.lineCount() > LINES_MAX) {
        file.compact({ random: random.state(), clear: true, put: contents.everything() });
      } else {
        file.append({
          random: random.state(),
          put: [...dirty],
          drop: [...dropped.values()],
          ...(cleared ? { clear: true } : {}),
        });
      }
      compactable = false;
      dirty.clear();
      dropped.clear();
      cleared = false;
    },
    follow,
    clear() {
      contents.collections.clear();
      dirty.clear();
      dropped.clear();
      cleared = true;
    },
    isEmpty: () => contents.collections.size === 0,
    close: () => {
      file?.close();
    },
  };
}
