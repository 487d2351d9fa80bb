import type { TimeLine } from './time-line.ts';

/** The objects of one type, with indexes over parent and name. */
export interface Collection {
  readonly size: number;
  /** Also finds objects that are gone but may still show in a list. */
  get(id: string): TimeLine | undefined;
  all(): Iterable<TimeLine>;
  inParent(parent: string): Iterable<TimeLine>;
  /** Not deleted objects whose newest name is this. */
  named(name: string): Iterable<TimeLine>;
  /** Adds the object or refreshes its indexes. `name` undefined: not indexed by name. */
  put(line: TimeLine, name: string | undefined): void;
  remove(id: string): void;
}

type Index = Map<string, Set<TimeLine>>;

function addTo(index: Index, key: string, line: TimeLine): void {
  const bucket = index.get(key);
  if (bucket === undefined) index.set(key, new Set([line]));
  else bucket.add(line);
}

function dropFrom(index: Index, key: string | undefined, line: TimeLine): void {
  if (key === undefined) return;
  const bucket = index.get(key);
  bucket?.delete(line);
  if (bucket?.size === 0) index.delete(key);
}

export function createCollection(): Collection {
  const lines = new Map<string, TimeLine>();
  const names = new Map<TimeLine, string>();
  const byName: Index = new Map();
  const byParent: Index = new Map();
  const forget = (line: TimeLine): void => {
    dropFrom(byName, names.get(line), line);
    names.delete(line);
    dropFrom(byParent, line.parent, line);
  };
  return {
    get size() {
      return lines.size;
    },
    get: (id) => lines.get(id),
    all: () => lines.values(),
    inParent: (parent) => byParent.get(parent) ?? [],
    named: (name) => byName.get(name) ?? [],
    put(line, name) {
      const known = lines.get(line.id);
      if (known !== undefined && known !== line) forget(known);
      if (known !== line) lines.set(line.id, line);
      if (line.parent !== undefined) addTo(byParent, line.parent, line);
      const wanted = line.deletedMs === undefined ? name : undefined;
      const current = names.get(line);
      if (current === wanted) return;
      dropFrom(byName, current, line);
      if (wanted === undefined) names.delete(line);
      else {
        names.set(line, wanted);
        addTo(byName, wanted, line);
      }
    },
    remove(id) {
      const line = lines.get(id);
      if (line === undefined) return;
      forget(line);
      lines.delete(id);
    },
  };
}
