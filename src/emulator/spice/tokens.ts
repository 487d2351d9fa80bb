import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { isFields } from '../body.ts';
import type { Fields } from '../contract.ts';
import type { TimeLine } from '../time-line.ts';
import { Problem } from './problem.ts';
import { FIRST_ORG, OWNER_ID } from './seed-ids.ts';
import { isLive, numberOf, textOf, textsOf } from './world.ts';
import type { Principal, World } from './world.ts';

/** Key of a token in the store, which knows no token. */
export function fingerprint(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

const ISSUER = 'spice-emulator';
const HEADER = Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url');

function only(world: World, type: string): TimeLine | undefined {
  for (const line of world.store.of(type).all()) return line;
  return undefined;
}

function sign(world: World, text: string): string {
  const key = textOf(only(world, 'signingKey')?.hidden ?? {}, 'key');
  return createHmac('sha256', key).update(text).digest('base64url');
}

/** How often every token, and how often those of a client, were revoked. */
export function generationsOf(world: World, clientId: string): readonly [number, number] {
  const all = only(world, 'signingKey');
  const client = world.store.of('client').get(clientId);
  return [numberOf(all?.base ?? {}, 'generation'), numberOf(client?.base ?? {}, 'generation')];
}

export interface Grant {
  readonly clientId: string;
  readonly org: string;
  readonly scopes: readonly string[];
}

/** A token for a client, good from `now` for `tokenSeconds`. */
export function issueToken(world: World, grant: Grant, now: number): string {
  const claims = {
    iss: ISSUER,
    client_id: grant.clientId,
    org_id: grant.org,
    scopes: grant.scopes,
    jti: world.chance.uuid(),
    exp: Math.floor(now / 1_000) + world.switches.tokenSeconds,
    generations: generationsOf(world, grant.clientId),
  };
  const payload = Buffer.from(JSON.stringify(claims)).toString('base64url');
  return `${HEADER}.${payload}.${sign(world, `${HEADER}.${payload}`)}`;
}

function claimsOf(payload: string): Fields | undefined {
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    return isFields(claims) && claims['iss'] === ISSUER ? claims : undefined;
  } catch {
    return undefined;
  }
}

function sameText(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function exchanged(world: World, token: string, claims: Fields, now: number): Principal {
  const at = token.lastIndexOf('.');
  if (!sameText(token.slice(at + 1), sign(world, token.slice(0, at)))) {
    throw new Problem(401, 'Invalid token');
  }
  if (now >= numberOf(claims, 'exp') * 1_000) throw new Problem(401, 'Token expired');
  const clientId = textOf(claims, 'client_id');
  const client = world.store.of('client').get(clientId);
  const generations = JSON.stringify(generationsOf(world, clientId));
  if (JSON.stringify(claims['generations']) !== generations) {
    throw new Problem(401, 'Token revoked');
  }
  const authorized = client === undefined ? undefined : textsOf(client.base, 'scopes');
  const scopes = textsOf(claims, 'scopes').filter(
    (scope) => authorized === undefined || includesScope(new Set(authorized), scope),
  );
  const org = textOf(claims, 'org_id');
  return { key: `client ${clientId}`, org, user: undefined, scopes: new Set(scopes) };
}

function registered(line: TimeLine, now: number): Principal {
  if (line.base['revoked'] === true) throw new Problem(401, 'Token revoked');
  const expiresMs = numberOf(line.base, 'expiresMs');
  if (expiresMs > 0 && now >= expiresMs) throw new Problem(401, 'Token expired');
  return {
    key: `token ${line.id}`,
    org: textOf(line.base, 'org'),
    user: textOf(line.base, 'user'),
    scopes: new Set(textsOf(line.base, 'scopes')),
  };
}

/** Any token, as long as none is registered, is the owner's. */
function personal(world: World, token: string, now: number): Principal {
  const id = fingerprint(token);
  const line = world.store.of('token').get(id);
  if (line !== undefined) return registered(line, now);
  if (token === 'revoked') throw new Problem(401, 'Token revoked');
  if (token === 'expired') throw new Problem(401, 'Token expired');
  const closed = [...world.store.of('token').all()].some(({ base }) => base['listed'] === true);
  if (closed) throw new Problem(401, 'Invalid token');
  return { key: `token ${id}`, org: FIRST_ORG, user: OWNER_ID, scopes: new Set(['*']) };
}

const TOKEN = /^Bearer +([A-Za-z0-9._~+/=-]+) *$/i;

/** Who a request comes from; 401 otherwise. */
export function authenticate(
  world: World,
  headers: Readonly<Record<string, string>>,
  now: number,
): Principal {
  const header = headers['authorization'] ?? headers['Authorization'];
  if (header === undefined) throw new Problem(401, 'Missing Authorization header');
  const token = TOKEN.exec(header)?.[1];
  if (token === undefined) throw new Problem(401, 'Invalid token format');
  const parts = token.split('.');
  const claims = parts.length === 3 ? claimsOf(parts[1] ?? '') : undefined;
  const revoked = world.store.of('token').get(fingerprint(token))?.base['revoked'] === true;
  if (claims === undefined) return personal(world, token, now);
  if (revoked) throw new Problem(401, 'Token revoked');
  return exchanged(world, token, claims, now);
}

/** Whether scopes include one: writing includes reading, deleting both. */
export function includesScope(scopes: ReadonlySet<string>, wanted: string): boolean {
  if (scopes.has('*') || scopes.has(wanted)) return true;
  const [resource = '', verb] = wanted.split(':');
  if (verb === 'read' && scopes.has(`${resource}:write`)) return true;
  return (verb === 'read' || verb === 'write') && scopes.has(`${resource}:delete`);
}

/** The user's or client's roles in an organization; undefined: it has no business there. */
export function rolesIn(world: World, principal: Principal, org: string): readonly string[] {
  if (principal.user === undefined) {
    return principal.org === org ? [world.switches.clientRole] : [];
  }
  const member = world.store.of('member').get(`${org}/${principal.user}`);
  return member === undefined || !isLive(member) ? [] : textsOf(member.base, 'roles');
}
