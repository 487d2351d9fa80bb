import type { SingleStoreEmulator } from '../../src/emulator/singlestore/index.ts';
import type { Counts } from './counts.ts';
import { chance, oneOf, whole, type Random } from './draw.ts';

type Snapshot = ReturnType<SingleStoreEmulator['control']['snapshot']>;
type SnapshotObject = Snapshot[number];

/** Everybody else who uses the account. */
export interface Others {
  /** Does one thing that a user could do in the portal; false where it was refused. */
  act(): boolean;
  /** Puts something into an object; the path under which it can be read, undefined if it did not work. */
  actInside(): string | undefined;
  /** IDs of what they created. */
  readonly created: ReadonlySet<string>;
  /** When they created it, the world's time. */
  readonly createdAtMs: ReadonlyMap<string, number>;
  /** IDs of what they gave another name: nothing that was sent for it tells of it any more. */
  readonly renamed: ReadonlySet<string>;
}

const PEOPLE = ['ann@acme.example', 'bob@acme.example', 'carol@acme.example', 'dave@acme.example'];

export function createOthers(
  emulator: SingleStoreEmulator,
  random: Random,
  counts: Counts,
  now: () => number,
): Others {
  const created = new Set<string>();
  const createdAtMs = new Map<string, number>();
  const renamed = new Set<string>();
  const { control } = emulator;

  const create = (
    type: 'workspaceGroup' | 'workspace' | 'team' | 'secret' | 'project',
    body: object,
  ): void => {
    const before = new Set(control.snapshot().map((object) => object.id));
    control.mutate({ op: 'create', type, body: { ...body } });
    for (const object of control.snapshot()) {
      if (before.has(object.id)) continue;
      created.add(object.id);
      createdAtMs.set(object.id, now());
    }
  };

  // The account's own furniture stays where it is.
  const seeded = new Set(control.snapshot().map((object) => object.id));
  const isTheirs = ({ id, type }: SnapshotObject): boolean => type === 'user' || !seeded.has(id);
  const acts: Readonly<Record<string, (objects: Snapshot) => void>> = {
    'other user resizes': (objects) => {
      const workspace = of(objects, 'workspace', random);
      if (workspace === undefined) return;
      control.mutate({
        op: 'set',
        type: 'workspace',
        id: workspace.id,
        fields: { size: oneOf(random, ['S-00', 'S-0', 'S-1', 'S-2', 'S-4']) },
      });
    },
    'other user suspends or resumes': (objects) => {
      const workspace = of(objects, 'workspace', random);
      if (workspace === undefined) return;
      const state = workspace.fields['state'] === 'SUSPENDED' ? 'ACTIVE' : 'SUSPENDED';
      control.mutate({ op: 'state', type: 'workspace', id: workspace.id, state });
    },
    'object fails': (objects) => {
      const object = of(objects, oneOf(random, ['workspace', 'workspaceGroup']), random);
      if (object === undefined) return;
      const type = object.type === 'workspace' ? 'workspace' : 'workspaceGroup';
      control.mutate({ op: 'state', type, id: object.id, state: 'FAILED' });
    },
    'other user opens the firewall': (objects) => {
      const group = of(objects, 'workspaceGroup', random);
      if (group === undefined) return;
      control.mutate({
        op: 'request',
        method: 'PATCH',
        path: `/v1/workspaceGroups/${group.id}`,
        body: { firewallRanges: [`198.51.100.${String(whole(random, 1, 250))}/32`] },
      });
    },
    'other user changes a team': (objects) => {
      const team = of(objects, 'team', random);
      if (team === undefined) return;
      const name = chance(random, 0.5) ? 'addMemberUserEmails' : 'removeMemberUserEmails';
      control.mutate({
        op: 'request',
        method: 'PATCH',
        path: `/v1/teams/${team.id}`,
        body: { [name]: [oneOf(random, PEOPLE)] },
      });
    },
    'other user changes a secret': (objects) => {
      const secret = of(objects, 'secret', random);
      if (secret === undefined) return;
      control.mutate({
        op: 'request',
        method: 'PATCH',
        path: `/v1/secrets/${secret.id}`,
        body: { value: `changed-${String(whole(random, 1, 99))}` },
      });
    },
    'other user renames': (objects) => {
      const object = of(objects, oneOf(random, ['workspaceGroup', 'team', 'project']), random);
      if (object === undefined) return;
      const type =
        object.type === 'team' ? 'team' : object.type === 'project' ? 'project' : 'workspaceGroup';
      const name = `renamed-${String(whole(random, 1, 999))}`;
      renamed.add(object.id);
      control.mutate({ op: 'set', type, id: object.id, fields: { name } });
    },
    'other user deletes': (objects) => {
      const type = oneOf(random, [
        'workspace',
        'workspaceGroup',
        'team',
        'secret',
        'role',
      ] as const);
      const object = of(objects, type, random);
      if (object === undefined) return;
      control.mutate({ op: 'delete', type, id: object.id });
    },
    'other user grants': (objects) => {
      const group = of(objects, 'workspaceGroup', random);
      if (group === undefined) return;
      control.mutate({
        op: chance(random, 0.7) ? 'grant' : 'revoke',
        type: 'workspaceGroup',
        id: group.id,
        role: oneOf(random, ['Reader', 'Writer', 'Operator']),
        users: [userId(objects, oneOf(random, PEOPLE))],
      });
    },
    'other user creates a namesake': (objects) => {
      const like = of(
        objects,
        oneOf(random, ['workspaceGroup', 'team', 'secret', 'workspace']),
        random,
      );
      if (like !== undefined) createLike(like, text(like.fields['name']));
    },
    'other user creates inside': (objects) => {
      const group = of(objects, 'workspaceGroup', random);
      if (group === undefined) return;
      const name = `guest-${String(whole(random, 1, 999))}`;
      create('workspace', { name, workspaceGroupID: group.id, size: 'S-00' });
    },
  };
  const createLike = (like: SnapshotObject, name: string): void => {
    if (like.type === 'team') create('team', { name });
    else if (like.type === 'secret') create('secret', { name, value: 'theirs' });
    else if (like.type === 'workspace') {
      create('workspace', {
        name,
        workspaceGroupID: text(like.fields['workspaceGroupID']),
        size: 'S-00',
      });
    } else {
      create('workspaceGroup', {
        name,
        provider: 'AWS',
        regionName: 'us-east-1',
        firewallRanges: [],
      });
    }
  };
  const perform = (name: string): boolean => {
    try {
      acts[name]?.(control.snapshot().filter(isTheirs));
      counts.add(name);
      return true;
    } catch {
      // Refused, as it would be in the portal: a unique name, a group that is not empty.
      return false;
    }
  };
  return {
    created,
    createdAtMs,
    renamed,
    act: () => perform(oneOf(random, Object.keys(acts))),
    actInside() {
      const before = created.size;
      perform('other user creates inside');
      return created.size > before ? '/v1/workspaces' : undefined;
    },
  };
}

function of(objects: Snapshot, type: string, random: Random): SnapshotObject | undefined {
  const found = objects.filter((object) => object.type === type);
  return found.length === 0 ? undefined : oneOf(random, found);
}

function userId(objects: Snapshot, email: string): string {
  return (
    objects.find((object) => object.type === 'user' && object.fields['email'] === email)?.id ?? ''
  );
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
