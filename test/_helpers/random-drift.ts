import type { Fields } from '../../src/emulator/contract.ts';
import type { Mutation } from '../../src/emulator/singlestore/mutation.ts';
import { isJsonObject, type Json } from '../../src/core/json.ts';
import {
  KIND_NAMES,
  PEOPLE,
  pick,
  type Entry,
  type KindName,
  type Random,
} from './random-entries.ts';
import { readStack } from './random-stack-files.ts';
import type { StackFiles, World } from './world.ts';

/** A change that somebody makes behind trueup's back. */
export interface Drift {
  readonly address: string;
  /** `<address> <pointer>`, or undefined where the entry does not manage the field. */
  readonly shows: string | undefined;
  readonly mutation: Mutation;
}

interface Subject {
  readonly random: Random;
  readonly id: string;
  readonly entry: Entry;
  /** As the emulator has it. */
  readonly now: Fields;
}

interface Made {
  readonly pointer: string;
  readonly mutation: Mutation;
}

const patch = (path: string, body: Fields): Mutation => ({
  op: 'request',
  method: 'PATCH',
  path,
  body,
});

/** A value other than the present one. */
function other<T extends Json>(random: Random, now: unknown, values: readonly T[]): T {
  const text = JSON.stringify(now);
  return pick(
    random,
    values.filter((value) => JSON.stringify(value) !== text),
  );
}

const COUNTED = ['size', 'cacheConfig', 'scaleFactor'] as const;

const MAKERS: Readonly<Record<KindName, (subject: Subject) => Made>> = {
  projects: ({ random, id }) => ({
    pointer: '/name',
    mutation: patch(`/v1/projects/${id}`, { name: `elsewhere ${random()}` }),
  }),
  workspaceGroups({ random, id, entry, now }) {
    const field = pick(random, ['name', 'firewallRanges', 'updateWindow', 'expiresAt'] as const);
    const values = {
      name: `elsewhere ${random()}`,
      firewallRanges: other(random, now['firewallRanges'], [['192.0.2.128/25'], ['192.0.2.0/25']]),
      updateWindow: other(random, now['updateWindow'], [
        { day: 0, hour: 1 },
        { day: 0, hour: 2 },
      ]),
      expiresAt: `2040-01-01T00:00:${10 + Math.floor(random() * 50)}Z`,
    };
    const body = { [field]: values[field] };
    const opens = field === 'firewallRanges' ? { allowAllTraffic: false } : {};
    // Open to everybody, a group has no ranges of its own.
    const isFlag = field === 'firewallRanges' && 'allowAllTraffic' in entry;
    return {
      pointer: isFlag ? '/allowAllTraffic' : `/${field}`,
      mutation: patch(`/v1/workspaceGroups/${id}`, { ...body, ...opens }),
    };
  },
  workspaces({ random, id, now }) {
    const path = `/v1/workspaces/${id}`;
    if (random() < 0.3) {
      const verb = now['state'] === 'SUSPENDED' ? 'resume' : 'suspend';
      const mutation = { op: 'request', method: 'POST', path: `${path}/${verb}` } as const;
      return { pointer: '/suspended', mutation };
    }
    const field = pick(random, COUNTED);
    const value =
      field === 'size'
        ? other(random, now['size'], ['S-4', 'S-8'])
        : other(random, now[field] ?? 1, [1, 2, 4]);
    return { pointer: `/${field}`, mutation: patch(path, { [field]: value }) };
  },
  teams({ random, id, entry, now }) {
    const path = `/v1/teams/${id}`;
    if (random() < 0.5) {
      const description = `elsewhere ${random()}`;
      return { pointer: '/description', mutation: patch(path, { description }) };
    }
    const { members } = entry;
    const users = isJsonObject(members) ? JSON.stringify(members['users'] ?? []).toLowerCase() : '';
    const mail = pick(random, PEOPLE);
    const isIn = now['memberUserIDs'] !== undefined && users.includes(mail);
    const verb = isIn ? 'removeMemberUserEmails' : 'addMemberUserEmails';
    return { pointer: '/members/users', mutation: patch(path, { [verb]: [mail] }) };
  },
  roles({ random, id, now }) {
    const { permissions, inherits, description } = now;
    const body =
      random() < 0.5
        ? { permissions, inherits, description: `elsewhere ${random()}` }
        : { description, inherits, permissions: other(random, permissions, [['View'], []]) };
    const pointer = body.permissions === permissions ? '/description' : '/permissions';
    const [type = '', ...role] = id.split('/');
    const path = `/v1/roles/${type}/${encodeURIComponent(role.join('/'))}`;
    return { pointer, mutation: { op: 'request', method: 'PUT', path, body } };
  },
  secrets: ({ random, id }) => ({
    pointer: '/value',
    mutation: patch(`/v1/secrets/${id}`, { value: `elsewhere ${random()}` }),
  }),
  accessControls({ random, id, entry }) {
    const [field = '', object = '', ...role] = id.split('/');
    const listed = JSON.stringify(entry['users'] ?? []).toLowerCase();
    const mail = pick(random, PEOPLE);
    const path = `/v1/${field}s/${object}/accessControls`;
    const users = [`{${mail}}`];
    const verb = listed.includes(mail) ? 'revokes' : 'grants';
    const body = { [verb]: [{ role: role.join('/'), users }] };
    return { pointer: '/users', mutation: patch(path, body) };
  },
};

/** Draws a change of some object that the state holds; undefined where the state holds none. */
export function drawDrift(random: Random, world: World, files: StackFiles): Drift | undefined {
  const { manifest } = readStack(files);
  const ids = stateIds(world);
  const kind = pick(random, KIND_NAMES);
  const key = Object.keys(manifest[kind]).find(() => random() < 0.5);
  const address = `singlestore.${kind}.${key ?? ''}`;
  const entry = key === undefined ? undefined : manifest[kind][key];
  const id = ids.get(address);
  if (entry === undefined || id === undefined || id.startsWith('organization/')) return undefined;
  const snapshot = world.emulator.control.snapshot();
  const now = snapshot.find((item) => item.id === id)?.fields ?? {};
  const made = MAKERS[kind]({ random, id, entry, now });
  const isManaged = manages(entry, made.pointer);
  return {
    address,
    shows: isManaged ? `${address} ${made.pointer}` : undefined,
    mutation: withUserIds(made.mutation, snapshot),
  };
}

/** Address → ID, of what the state holds. */
export function stateIds(world: World): ReadonlyMap<string, string> {
  const text = world.files().text('/state/state.json') ?? '{"resources":{}}';
  const state = JSON.parse(text) as { resources: Readonly<Record<string, { id: string }>> };
  return new Map(Object.entries(state.resources).map(([address, { id }]) => [address, id]));
}

function manages(entry: Entry, pointer: string): boolean {
  const path = pointer.slice(1).split('/');
  const { lifecycle } = entry;
  const ignored = isJsonObject(lifecycle) ? JSON.stringify(lifecycle['ignoreChanges'] ?? []) : '';
  if (ignored.includes(`"${path.join('.')}"`)) return false;
  if (pointer === '/name') return true;
  let value: Json | undefined = entry;
  for (const part of path) value = isJsonObject(value) ? value[part] : undefined;
  return value !== undefined;
}

/** Puts IDs in place of `{mail}`: grants know no addresses. */
function withUserIds(
  mutation: Mutation,
  snapshot: readonly { readonly id: string; readonly fields: Fields }[],
): Mutation {
  const text = JSON.stringify(mutation).replaceAll(/\{([a-z]+@acme\.example)\}/g, (_, mail) => {
    return snapshot.find(({ fields }) => fields['email'] === mail)?.id ?? 'nobody';
  });
  return JSON.parse(text) as Mutation;
}
