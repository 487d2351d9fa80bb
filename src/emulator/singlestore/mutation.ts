import { isFields, optionalObject, optionalString, requiredString } from '../body.ts';
import type { Fields, Json } from '../contract.ts';
import { Refusal } from '../refusal.ts';
import { targetOf } from '../time-line.ts';
import { audit } from './audit.ts';
import { userByEmail } from './identity.ts';
import { change, notFound, textOf } from './world.ts';
import type { Call } from './world.ts';

/** Types that can be changed behind a client's back. A role's ID is `resourceType/role`. */
export type ObjectType =
  | 'workspaceGroup'
  | 'workspace'
  | 'project'
  | 'team'
  | 'role'
  | 'secret'
  | 'user'
  | 'invitation';

/** A change behind the client's back; `by` is the e-mail of who made it, else the administrator. */
export type Mutation = { readonly by?: string } & (
  | {
      /** Fields as they are read; null removes. Members of a team: by 'request'. */
      readonly op: 'set';
      readonly type: ObjectType;
      readonly id: string;
      readonly fields: Fields;
    }
  | {
      readonly op: 'state';
      readonly type: 'workspaceGroup' | 'workspace';
      readonly id: string;
      readonly state: string;
    }
  | {
      /** Any request of the API, executed at once, in no log. */
      readonly op: 'request';
      readonly method: string;
      readonly path: string;
      readonly body?: Fields;
    }
  | { readonly op: 'create'; readonly type: ObjectType; readonly body: Fields }
  | { readonly op: 'delete'; readonly type: ObjectType; readonly id: string }
  | {
      readonly op: 'grant' | 'revoke';
      readonly type: 'organization' | 'workspaceGroup' | 'team' | 'secret';
      readonly id: string;
      readonly role: string;
      readonly users?: readonly string[];
      readonly teams?: readonly string[];
    }
);

/** One request of the API as the mutation's author, and a call to change objects with. */
export interface MutationTools {
  readonly perform: (method: string, path: string, body: Fields) => Json;
  readonly call: Call;
}

const COLLECTIONS: Readonly<Record<string, string>> = {
  organization: '/v1/organizations',
  workspaceGroup: '/v1/workspaceGroups',
  workspace: '/v1/workspaces',
  project: '/v1/projects',
  team: '/v1/teams',
  secret: '/v1/secrets',
  user: '/v1/users',
  invitation: '/v1/invitations',
};

function pathOf(type: string, id?: string): string {
  if (type === 'role') {
    const [resourceType = '', ...role] = (id ?? '').split('/');
    return `/v1/roles/${resourceType}/${encodeURIComponent(role.join('/'))}`;
  }
  const collection = Object.hasOwn(COLLECTIONS, type) ? COLLECTIONS[type] : undefined;
  if (collection === undefined) throw new Refusal(400, `unknown type ${type}`);
  return id === undefined ? collection : `${collection}/${id}`;
}

function setFields(call: Call, type: string, id: string, fields: Fields): Json {
  pathOf(type, id);
  const line = call.world.store.of(type).get(id);
  if (line === undefined || line.deletedMs !== undefined) throw notFound(type);
  const name = textOf(targetOf(line), 'name');
  change(call, line, call.now, fields);
  call.world.nextExpiryMs = 0;
  audit(call, { action: `${type}.update`, id, name, changed: Object.keys(fields) });
  return { id };
}

function setState(call: Call, type: string, id: string, state: string): Json {
  const endpoint = call.world.store.of(type).get(id)?.hidden['endpoint'];
  const shown = state === 'ACTIVE' && endpoint !== undefined ? endpoint : null;
  return setFields(call, type, id, {
    state,
    ...(type === 'workspace' ? { endpoint: shown, scalingProgress: null } : {}),
  });
}

/** Carries a mutation out; answers what the API's handler answers, or the ID. */
export function mutate(mutation: Mutation, tools: MutationTools): Json {
  const { call, perform } = tools;
  switch (mutation.op) {
    case 'set':
      return setFields(call, mutation.type, mutation.id, mutation.fields);
    case 'state':
      return setState(call, mutation.type, mutation.id, mutation.state);
    case 'request':
      return perform(mutation.method, mutation.path, mutation.body ?? {});
    case 'create': {
      const { type, body } = mutation;
      const roles = `/v1/roles/${textOf(body, 'resourceType')}`;
      return perform('POST', type === 'role' ? roles : pathOf(type), body);
    }
    case 'delete': {
      const force = mutation.type === 'workspaceGroup' ? '?force=true' : '';
      return perform('DELETE', `${pathOf(mutation.type, mutation.id)}${force}`, {});
    }
    case 'grant':
    case 'revoke': {
      const { role, users = [], teams = [] } = mutation;
      const path = `${pathOf(mutation.type, mutation.id)}/accessControls`;
      return perform('PATCH', path, { [`${mutation.op}s`]: [{ role, users, teams }] });
    }
    default:
      return mutation satisfies never;
  }
}

/** The user who makes the change. */
export function authorOf(call: Call, by: string | undefined): string {
  if (by === undefined) return call.world.organization.adminId;
  const id = userByEmail(call, by);
  if (id === undefined) throw new Refusal(400, `user ${by} not found`);
  return id;
}

const OPS = ['set', 'state', 'request', 'create', 'delete', 'grant', 'revoke'];
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  set: ['type', 'id'],
  state: ['type', 'id', 'state'],
  request: ['method', 'path'],
  create: ['type'],
  delete: ['type', 'id'],
  grant: ['type', 'id', 'role'],
  revoke: ['type', 'id', 'role'],
};

/** Whether JSON is a mutation; a Refusal that names what is missing. */
export function isMutation(input: unknown): input is Mutation {
  if (!isFields(input)) throw new Refusal(400, 'mutate: must be an object');
  const op = requiredString(input, 'op');
  if (!OPS.includes(op)) throw new Refusal(400, `mutate: unknown op ${op}`);
  for (const name of NEEDED[op] ?? []) requiredString(input, name);
  optionalString(input, 'by');
  if (op === 'set' && optionalObject(input, 'fields') === undefined) {
    throw new Refusal(400, 'fields is required');
  }
  if (op === 'create' && optionalObject(input, 'body') === undefined) {
    throw new Refusal(400, 'body is required');
  }
  return true;
}
