import { isFields, optionalObject, requiredString } from '../body.ts';
import type { Fields, Json } from '../contract.ts';
import { Refusal } from '../refusal.ts';
import { addStep, fold } from '../time-line.ts';
import type { TimeLine } from '../time-line.ts';
import { isLive, stamp } from './world.ts';
import type { Result, World } from './world.ts';

/** Types that can be changed behind a client's back. */
export type SpiceObjectType = 'app' | 'secret' | 'deployment' | 'member';

/**
 * A change behind the client's back. `app` is an app's ID; `id` that of the snapshot: an integer
 * for apps and deployments, `app/name` for secrets, `organization/user` for members.
 */
export type SpiceMutation =
  | {
      /** Any request of the API as the first organization's owner, at once, in no log. */
      readonly op: 'request';
      readonly method: string;
      readonly path: string;
      readonly body?: Fields;
    }
  | {
      readonly op: 'create';
      readonly type: SpiceObjectType;
      /** Of secrets and deployments. */
      readonly app?: string;
      readonly body: Fields;
    }
  | {
      /** Fields as they are stored; null removes. Also a secret's value, an app's API keys. */
      readonly op: 'set';
      readonly type: SpiceObjectType;
      readonly id: string;
      readonly fields: Fields;
    }
  | { readonly op: 'delete'; readonly type: SpiceObjectType; readonly id: string }
  | {
      /** Deploys from a repository from now on. */
      readonly op: 'github';
      readonly app: string;
      readonly spicepod?: Fields;
      readonly branch?: string;
      readonly commitSha?: string;
    }
  | { readonly op: 'pause' | 'resume'; readonly app: string };

export interface MutationTools {
  readonly world: World;
  readonly perform: (method: string, path: string, body: Fields) => Result;
}

function collectionPath(type: SpiceObjectType, app: string): string {
  if (type === 'app') return '/v1/apps';
  if (type === 'member') return '/v1/members';
  return `/v1/apps/${app}/${type}s`;
}

function lineOf(world: World, type: string, id: string): TimeLine {
  const line = world.store.of(type).get(id);
  if (line === undefined || !isLive(line)) throw new Refusal(404, `no ${type} ${id}`);
  return line;
}

/** Fields that are kept apart from what is read. */
const CONCEALED = new Set(['secret value', 'app api_key', 'app api_key_2']);

function setFields(world: World, type: SpiceObjectType, id: string, fields: Fields): Json {
  const line = lineOf(world, type, id);
  const now = world.clock.now();
  const concealed = Object.entries(fields).filter(([name]) => CONCEALED.has(`${type} ${name}`));
  const shown = Object.entries(fields).filter(([name]) => !CONCEALED.has(`${type} ${name}`));
  for (const [name, value] of concealed) {
    line.hidden = { ...line.hidden, [name]: value ?? undefined };
  }
  const changed = type === 'secret' ? { updated_at: stamp(now) } : {};
  addStep(line, now, { ...changed, ...Object.fromEntries(shown) });
  fold(line, now);
  world.store.save(line);
  return { id };
}

function setHidden(world: World, app: string, hidden: Fields, fields: Fields = {}): Json {
  const line = lineOf(world, 'app', app);
  line.hidden = { ...line.hidden, ...hidden };
  setFields(world, 'app', app, fields);
  return { id: app };
}

function remove(tools: MutationTools, type: SpiceObjectType, id: string): Json {
  const [parent = '', name = ''] = id.split('/');
  if (type === 'app') tools.perform('DELETE', `/v1/apps/${id}`, {});
  else if (type === 'secret') tools.perform('DELETE', `/v1/apps/${parent}/secrets/${name}`, {});
  else tools.world.store.purge(lineOf(tools.world, type, id));
  return { id };
}

/** Carries a mutation out; answers what the API's handler answers, or the ID. */
export function mutate(mutation: SpiceMutation, tools: MutationTools): Json {
  const { world, perform } = tools;
  switch (mutation.op) {
    case 'request':
      return perform(mutation.method, mutation.path, mutation.body ?? {}).body ?? {};
    case 'create': {
      const path = collectionPath(mutation.type, mutation.app ?? '');
      return perform('POST', path, mutation.body).body ?? {};
    }
    case 'set':
      return setFields(world, mutation.type, mutation.id, mutation.fields);
    case 'delete':
      return remove(tools, mutation.type, mutation.id);
    case 'github': {
      const { spicepod, branch = 'main', commitSha = 'c0ffee0' } = mutation;
      const fields = { production_branch: branch, ...(spicepod === undefined ? {} : { spicepod }) };
      return setHidden(world, mutation.app, { github: true, branch, commitSha }, fields);
    }
    case 'pause':
    case 'resume':
      return setHidden(world, mutation.app, { paused: mutation.op === 'pause' });
    default:
      return mutation satisfies never;
  }
}

const TYPES = ['app', 'secret', 'deployment', 'member'];
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  request: ['method', 'path'],
  create: ['type'],
  set: ['type', 'id'],
  delete: ['type', 'id'],
  github: ['app'],
  pause: ['app'],
  resume: ['app'],
};

/** Whether JSON is a mutation; a Refusal that names what is missing. */
export function isMutation(input: unknown): input is SpiceMutation {
  if (!isFields(input)) throw new Refusal(400, 'mutate: must be an object');
  const op = requiredString(input, 'op');
  const needed = Object.hasOwn(NEEDED, op) ? NEEDED[op] : undefined;
  if (needed === undefined) throw new Refusal(400, `mutate: unknown op ${op}`);
  for (const name of needed) requiredString(input, name);
  if (needed.includes('type') && !TYPES.includes(requiredString(input, 'type'))) {
    throw new Refusal(400, `mutate: unknown type ${requiredString(input, 'type')}`);
  }
  for (const [name, of] of [
    ['body', 'create'],
    ['fields', 'set'],
  ] as const) {
    if (op === of && optionalObject(input, name) === undefined) {
      throw new Refusal(400, `${name} is required`);
    }
  }
  return true;
}
