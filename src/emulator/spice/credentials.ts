import {
  isFields,
  optionalNumber,
  optionalString,
  optionalStrings,
  requiredString,
} from '../body.ts';
import type { Fields } from '../contract.ts';
import { Refusal } from '../refusal.ts';
import type { TimeLine } from '../time-line.ts';
import { FIRST_ORG, OWNER_ID } from './seed-ids.ts';
import { fingerprint, generationsOf } from './tokens.ts';
import { textOf } from './world.ts';
import type { World } from './world.ts';

/** A personal access token. */
export interface TokenSpec {
  readonly token: string;
  /** Default `*`. */
  readonly scopes?: readonly string[];
  /** Name of an organization; default the first. */
  readonly org?: string;
  /** Name of a user; default the owner. */
  readonly user?: string;
  /** Default: never. */
  readonly expiresInSeconds?: number;
}

/** An OAuth client. */
export interface ClientSpec {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scopes?: readonly string[];
  readonly org?: string;
}

/** What is revoked: a token, a client's tokens, the client itself too, or every issued token. */
export interface Revocation {
  readonly token?: string;
  readonly clientId?: string;
  readonly client?: boolean;
}

function orgIdOf(world: World, name: string | undefined): string {
  if (name === undefined) return FIRST_ORG;
  const org = [...world.store.of('org').all()].find(({ base }) => base['name'] === name);
  if (org === undefined) throw new Refusal(400, `no organization ${name}`);
  return org.id;
}

function userIdOf(world: World, name: string | undefined): string {
  if (name === undefined) return OWNER_ID;
  for (const { id } of world.store.of('user').named(name.toLowerCase())) return id;
  throw new Refusal(400, `no user ${name}`);
}

function put(world: World, type: string, id: string, base: Fields, hidden: Fields = {}): void {
  const line = world.store.of(type).get(id);
  if (line === undefined) {
    world.store.create({ type, id, createdMs: 0, base, hidden });
    return;
  }
  line.base = base;
  line.hidden = hidden;
  world.store.save(line);
}

export function registerToken(world: World, spec: TokenSpec): void {
  const { expiresInSeconds: seconds } = spec;
  put(world, 'token', fingerprint(spec.token), {
    listed: true,
    org: orgIdOf(world, spec.org),
    user: userIdOf(world, spec.user),
    scopes: spec.scopes ?? ['*'],
    ...(seconds === undefined ? {} : { expiresMs: world.clock.now() + seconds * 1_000 }),
  });
}

export function registerClient(world: World, spec: ClientSpec): void {
  const [, generation] = generationsOf(world, spec.clientId);
  put(
    world,
    'client',
    spec.clientId,
    {
      listed: true,
      active: true,
      generation,
      org: orgIdOf(world, spec.org),
      scopes: spec.scopes ?? ['*'],
    },
    { secret: fingerprint(spec.clientSecret) },
  );
}

function revokeClient(world: World, clientId: string, itself: boolean): void {
  const line: TimeLine | undefined = world.store.of('client').get(clientId);
  const [, generation] = generationsOf(world, clientId);
  const before = line?.base ?? { active: true, org: FIRST_ORG, scopes: ['*'] };
  const active = before['active'] === true && !itself;
  const base = { ...before, active, generation: generation + 1 };
  put(world, 'client', clientId, base, line?.hidden);
}

export function revoke(world: World, { token, clientId, client = false }: Revocation): void {
  if (token !== undefined) {
    const id = fingerprint(token);
    const base = world.store.of('token').get(id)?.base ?? {};
    put(world, 'token', id, { ...base, revoked: true });
  }
  if (clientId !== undefined) revokeClient(world, clientId, client);
  if (token !== undefined || clientId !== undefined) return;
  const [generation] = generationsOf(world, '');
  for (const line of world.store.of('signingKey').all()) {
    line.base = { generation: generation + 1 };
    world.store.save(line);
  }
}

function fieldsOf(input: unknown): Fields {
  if (!isFields(input)) throw new Refusal(400, 'must be an object');
  return input;
}

type Shared = { readonly scopes?: readonly string[]; readonly org?: string };

function sharedOf(fields: Fields): Shared {
  const [scopes, org] = [optionalStrings(fields, 'scopes'), optionalString(fields, 'org')];
  return { ...(scopes === undefined ? {} : { scopes }), ...(org === undefined ? {} : { org }) };
}

export function parseTokenSpec(input: unknown): TokenSpec {
  const fields = fieldsOf(input);
  const user = optionalString(fields, 'user');
  const expiresInSeconds = optionalNumber(fields, 'expiresInSeconds');
  return {
    token: requiredString(fields, 'token'),
    ...sharedOf(fields),
    ...(user === undefined ? {} : { user }),
    ...(expiresInSeconds === undefined ? {} : { expiresInSeconds }),
  };
}

export function parseClientSpec(input: unknown): ClientSpec {
  const fields = fieldsOf(input);
  return {
    clientId: requiredString(fields, 'clientId'),
    clientSecret: requiredString(fields, 'clientSecret'),
    ...sharedOf(fields),
  };
}

export function parseRevocation(input: unknown): Revocation {
  const fields = fieldsOf(input);
  const [token, clientId] = [textOf(fields, 'token'), textOf(fields, 'clientId')];
  return {
    ...(token === '' ? {} : { token }),
    ...(clientId === '' ? {} : { clientId }),
    client: fields['client'] === true,
  };
}
