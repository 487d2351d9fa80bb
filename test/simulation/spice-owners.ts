import { keyOf, type MadeObject, type Sender } from './account.ts';
import { textOf, type Violation } from './checks.ts';
import type { SpiceSnapshot } from './spice-account.ts';

/** Who made what there is, and what is wrong with a write because of that. */
export interface Owners {
  /** Looks at what came and went since the last time, and was made by trueup unless said. */
  sync(by?: 'others'): void;
  judgeDelete(path: string, sender: Sender): readonly Violation[];
  judgeSecret(id: string, sender: Sender): readonly Violation[];
  made(): readonly MadeObject[];
}

export interface OwnersOptions {
  readonly snapshot: () => SpiceSnapshot;
  readonly now: () => number;
  /** New content younger than this may be missed by the list before a delete. */
  readonly blindMs: number;
}

type SnapshotObject = SpiceSnapshot[number];

interface Owned {
  readonly by: 'trueup' | 'others';
  readonly sinceMs: number;
}

export function createOwners(options: OwnersOptions): Owners {
  const { snapshot, now, blindMs } = options;
  const seeded = new Set(snapshot().map((object) => nameOf(object)));
  const owners = new Map<string, Owned>();
  /** Secrets that went with their app: with it they may come back. */
  const buried = new Map<string, Owned>();

  const sync = (by: Owned['by']): void => {
    const there = new Map(snapshot().map((object) => [nameOf(object), object]));
    for (const [name, owned] of owners) {
      if (there.has(name)) continue;
      owners.delete(name);
      if (name.startsWith('secret ') && !there.has(appOf(name))) {
        buried.set(name, { ...owned, by: 'others' });
      }
    }
    for (const name of there.keys()) {
      if (owners.has(name) || seeded.has(name)) continue;
      owners.set(name, buried.get(name) ?? { by, sinceMs: now() });
      buried.delete(name);
    }
  };
  const isTheirs = (name: string): boolean => owners.get(name)?.by !== 'trueup';

  return {
    sync: (by) => {
      sync(by ?? 'trueup');
    },
    judgeDelete(path, sender) {
      const object = snapshot().find((one) => pathOf(one) === decodeURIComponent(path));
      if (object === undefined) return [];
      const name = nameOf(object);
      const key = keyOf(toMade(object));
      const id = toMade(object).id;
      const found: Violation[] = [];
      if (seeded.has(name)) found.push(`delete of ${key}, which was there from the start`);
      // What an interrupted create left is in the journal, not yet in the state.
      if (!sender.owned.has(key) && isTheirs(name))
        found.push(`delete of ${key}, not in the state`);
      if (!sender.shown.has(key) && !sender.shownInside.has(id)) {
        found.push(`delete of ${key}, not shown in the plan`);
      }
      if (object.type !== 'app') return found;
      for (const inner of snapshot()) {
        if (inner.type !== 'secret' || !inner.id.startsWith(`${object.id}/`)) continue;
        const isFresh = now() - (owners.get(nameOf(inner))?.sinceMs ?? 0) < blindMs;
        const isShown = sender.shown.has(keyOf(toMade(inner))) || sender.shownInside.has(inner.id);
        if (!isShown && !(isFresh && isTheirs(nameOf(inner)))) {
          found.push(`delete of ${key} takes the secret ${inner.id} along, not shown in the plan`);
        }
      }
      return found;
    },
    judgeSecret(id, sender) {
      const name = `secret ${id}`;
      const owned = owners.get(name);
      const key = `spice.appSecrets ${id}`;
      if (owned?.by !== 'others' || sender.owned.has(key) || sender.intended.has(key)) return [];
      // What appears while a run is under way may be missed by it.
      if (owned.sinceMs >= sender.startMs) return [];
      return [`overwrites the secret ${id}, which somebody else made`];
    },
    made: () =>
      snapshot()
        .filter((object) => object.type !== 'deployment' && !seeded.has(nameOf(object)))
        .filter((object) => !isTheirs(nameOf(object)))
        .map(toMade),
  };
}

/** The same in every snapshot. */
function nameOf({ type, id }: SnapshotObject): string {
  return `${type} ${id}`;
}

/** `secret 1001/DSN` → `app 1001`. */
function appOf(name: string): string {
  return name.replace('secret ', 'app ').replace(/\/.*$/, '');
}

const TYPES: Readonly<Record<string, string>> = {
  app: 'spice.apps',
  secret: 'spice.appSecrets',
  deployment: 'spice.deployments',
  member: 'spice.members',
};

/** In trueup's words. */
export function toMade(object: SnapshotObject): MadeObject {
  const { type, fields } = object;
  // The ID of a member in the snapshot names the organization, too.
  const id = type === 'member' ? object.id.replace(/^.*\//, '') : object.id;
  const name = type === 'app' ? textOf(fields['name']).toLowerCase() : id;
  return { type: TYPES[type] ?? type, id, naturalKey: `${type} ${name}` };
}

function pathOf({ type, id }: SnapshotObject): string {
  if (type === 'app') return `/v1/apps/${id}`;
  if (type === 'secret') return `/v1/apps/${id.replace('/', '/secrets/')}`;
  return `/v1/members/${id.replace(/^.*\//, '')}`;
}
