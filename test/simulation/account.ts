import type { SingleStoreEmulator } from '../../src/emulator/singlestore/index.ts';
import type { Violation } from './checks.ts';
import { textOf } from './checks.ts';
import type { Others } from './others.ts';

type Snapshot = ReturnType<SingleStoreEmulator['control']['snapshot']>;

/** Types of objects that trueup makes and deletes as such; grants are part of others. */
const OWN_TYPES = new Set(['project', 'workspaceGroup', 'workspace', 'team', 'role', 'secret']);

/** What the simulation knows of the account and trueup does not. */
export interface Account {
  /** Live objects that exist because of trueup. */
  made(): Snapshot;
  /** To be called before each request is executed: what is wrong with it, if it is a delete. */
  judge(
    shown: ReadonlySet<string>,
    owned: ReadonlySet<string>,
    method: string,
    path: string,
  ): readonly Violation[];
}

export function createAccount(
  emulator: SingleStoreEmulator,
  others: Others,
  now: () => number,
  /** New content younger than this may be missed by the list before a delete. */
  blindMs: number,
): Account {
  const seeded = new Set(emulator.control.snapshot().map((object) => object.id));
  const isMade = (object: Snapshot[number]): boolean =>
    OWN_TYPES.has(object.type) && !seeded.has(object.id) && !others.created.has(object.id);
  const made = (): Snapshot => emulator.control.snapshot().filter(isMade);
  return {
    made,
    judge(shown, owned, method, path) {
      if (method !== 'DELETE') return [];
      const target = targetOf(path);
      const object = emulator.control.snapshot().find((item) => item.id === target);
      // Gone already: the delete has no effect.
      if (object === undefined) return [];
      const found: Violation[] = [];
      if (seeded.has(target)) found.push(`delete of ${target}, which was there from the start`);
      // What an interrupted create left is in the journal, not yet in the state.
      if (!owned.has(target) && !isMade(object))
        found.push(`delete of ${object.type} ${target}, not in the state`);
      if (!shown.has(target))
        found.push(`delete of ${object.type} ${target}, not shown in the plan`);
      for (const inner of insideOf(emulator, target)) {
        const createdAtMs = others.createdAtMs.get(inner.id);
        const isFresh = createdAtMs !== undefined && now() - createdAtMs < blindMs;
        if (shown.has(inner.id) || isFresh) continue;
        found.push(
          `delete of ${target} takes ${inner.type} ${inner.id} along, not shown in the plan`,
        );
      }
      return found;
    },
  };
}

function insideOf(emulator: SingleStoreEmulator, groupId: string): Snapshot {
  return emulator.control
    .snapshot()
    .filter(
      ({ type, fields }) => type === 'workspace' && textOf(fields['workspaceGroupID']) === groupId,
    );
}

/** `/v1/roles/Cluster/night%20owl` → `Cluster/night owl`; else the last segment. */
function targetOf(path: string): string {
  const [, , collection = '', ...rest] = path.split('/').map((part) => decodeURIComponent(part));
  return collection === 'roles' ? rest.join('/') : (rest.at(-1) ?? '');
}
