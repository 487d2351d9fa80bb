import { createSingleStoreEmulator } from '../../src/emulator/singlestore/index.ts';
import type { SingleStoreEmulator } from '../../src/emulator/singlestore/index.ts';
import { isJsonObject } from '../../src/core/json.ts';
import { inProcessTransport } from '../../src/emulator/in-process.ts';
import { createSeededRandom } from '../_helpers/seeded-random.ts';
import type { VirtualClock } from '../_helpers/virtual-clock.ts';
import { keyOf, type Account, type Executed, type MadeObject, type Sender } from './account.ts';
import type { AccountObject } from './as-written.ts';
import { textOf, type Violation } from './checks.ts';
import type { Counts } from './counts.ts';
import type { WorldDraw } from './draw.ts';
import { createOthers } from './singlestore-others.ts';

type Snapshot = ReturnType<SingleStoreEmulator['control']['snapshot']>;

/** Types of objects that trueup makes and deletes as such; grants are part of others. */
const OWN_TYPES = new Set(['project', 'workspaceGroup', 'workspace', 'team', 'role', 'secret']);
const HOST = 'api.example';
const TOKEN = 'token-"of/the+simulation';
const COLLECTIONS = ['workspaces', 'workspaceGroups', 'teams', 'secrets', 'roles', 'projects'];

export interface SingleStoreOptions {
  readonly seed: number;
  readonly clock: VirtualClock;
  readonly world: WorldDraw;
  readonly counts: Counts;
}

export function createSingleStoreAccount(options: SingleStoreOptions): Account {
  const { seed, clock, world, counts } = options;
  const emulator = createSingleStoreEmulator({
    clock,
    seed,
    timing: world.emulated,
    switches: world.switches,
  });
  const others = createOthers(emulator, createSeededRandom(seed + 7), counts, () => clock.now());
  /** New content younger than this may be missed by the list before a delete. */
  const blindMs = world.profile === 'real' ? 1_000_000 : 1_000;
  const seeded = new Set(emulator.control.snapshot().map((object) => object.id));
  const isMade = (object: Snapshot[number]): boolean =>
    OWN_TYPES.has(object.type) && !seeded.has(object.id) && !others.created.has(object.id);

  const judgeDelete = ({ path }: Executed, sender: Sender): readonly Violation[] => {
    const target = targetOf(path);
    const object = emulator.control.snapshot().find((item) => item.id === target);
    // Gone already: the delete has no effect.
    if (object === undefined) return [];
    const key = keyOf(toMade(object));
    const found: Violation[] = [];
    if (seeded.has(target)) found.push(`delete of ${target}, which was there from the start`);
    // What an interrupted create left is in the journal, not yet in the state.
    if (!sender.owned.has(key) && !isMade(object))
      found.push(`delete of ${object.type} ${target}, not in the state`);
    if (!sender.shown.has(key) && !sender.shownInside.has(target))
      found.push(`delete of ${object.type} ${target}, not shown in the plan`);
    for (const inner of insideOf(emulator, target)) {
      const createdAtMs = others.createdAtMs.get(inner.id);
      const isFresh = createdAtMs !== undefined && clock.now() - createdAtMs < blindMs;
      const isShown = sender.shown.has(keyOf(toMade(inner))) || sender.shownInside.has(inner.id);
      if (isShown || isFresh) continue;
      found.push(
        `delete of ${target} takes ${inner.type} ${inner.id} along, not shown in the plan`,
      );
    }
    return found;
  };

  return {
    provider: 'singlestore',
    env: {
      SINGLESTOREDB_API_KEY: TOKEN,
      SINGLESTOREDB_MANAGEMENT_BASE_URL: `https://${HOST}`,
    },
    secrets: [TOKEN],
    servers: new Map([[HOST, inProcessTransport(emulator)]]),
    apiHost: HOST,
    collections: [...COLLECTIONS, 'users'].map((name) => `/v1/${name}`),
    provisions: (method, path) => method === 'POST' && /^\/v1\/workspace(Group)?s$/.test(path),
    ownFault: () => undefined,
    begin: () => undefined,
    ended: () => undefined,
    act: () => others.act(),
    actInside: () => others.actInside(),
    calm: () => undefined,
    judge: (request, sender) => ({
      before: request.method === 'DELETE' ? judgeDelete(request, sender) : [],
      after: () => [],
    }),
    made: () => emulator.control.snapshot().filter(isMade).map(toMade),
    isRenamed: (key) => [...others.renamed].some((id) => key.endsWith(` ${id}`)),
    mayRefuse: () => false,
    stored: (known) =>
      emulator.control
        .snapshot()
        .filter((object) => object.type === 'secret' && known.has(keyOf(toMade(object))))
        .map(({ id, fields, hidden }) => ({
          what: `singlestore.secrets ${id}`,
          text: textOf(hidden['value']) || textOf(fields['value']),
        })),
    objects: () => objectsOf(emulator),
    converged: () => [],
  };
}

function toMade({ type, id, fields }: Snapshot[number]): MadeObject {
  const name = textOf(fields['name']) || textOf(fields['role']);
  const place =
    type === 'workspace' ? textOf(fields['workspaceGroupID']) : textOf(fields['resourceType']);
  const naturalKey = name === '' ? undefined : `${type} ${place} ${name}`;
  return { type: `singlestore.${type}s`, id, naturalKey };
}

/** Everything there is, people by their addresses. */
function objectsOf(emulator: SingleStoreEmulator): readonly AccountObject[] {
  const snapshot = emulator.control.snapshot();
  const emails = new Map(
    snapshot.flatMap(({ type, id, fields }) =>
      type === 'user' ? [[id, textOf(fields['email'])]] : [],
    ),
  );
  return snapshot.flatMap((object) => {
    const { fields } = object;
    const members = Array.isArray(fields['memberUserIDs']) ? fields['memberUserIDs'] : [];
    const own = {
      ...object,
      key: keyOf(toMade(object)),
      fields: { ...fields, emails: members.map((id) => emails.get(textOf(id))) },
    };
    return [own, ...grantsOf(emulator, object)];
  });
}

/** Who holds which role of an object, not counting what the organization passes on. */
function grantsOf(
  { control }: SingleStoreEmulator,
  { type, id }: Snapshot[number],
): readonly AccountObject[] {
  if (!['workspaceGroup', 'team', 'secret'].includes(type)) return [];
  const path = `/v1/${type}s/${id}/accessControls`;
  const answer: unknown = control.mutate({ op: 'request', method: 'GET', path });
  const roles: readonly unknown[] = Array.isArray(answer) ? answer : [];
  return roles.flatMap((item) => {
    if (!isJsonObject(item)) return [];
    const grants = Array.isArray(item['grants']) ? item['grants'] : [];
    const users = grants.flatMap((grant) => {
      if (!isJsonObject(grant) || grant['inheritedFrom'] !== undefined) return [];
      const { identity } = grant;
      const email = isJsonObject(identity) ? textOf(identity['email']) : '';
      return email === '' ? [] : [email];
    });
    const key = `singlestore.accessControls ${type}/${id}/${textOf(item['role'])}`;
    return [{ key, fields: { users }, hidden: {} }];
  });
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
