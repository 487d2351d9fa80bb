import { isFields } from '../body.ts';
import type { EmulatorRequest, Fields } from '../contract.ts';
import { Refusal } from '../refusal.ts';
import { jsonReply } from '../reply.ts';
import type { Answer } from '../reply.ts';
import { FIRST_ORG } from './seed-ids.ts';
import { fingerprint, includesScope, issueToken } from './tokens.ts';
import { textOf, textsOf } from './world.ts';
import type { World } from './world.ts';

export const TOKEN_PATH = '/api/oauth/token';

/** A refused exchange, worded after RFC 6749. */
class ExchangeError extends Refusal {
  readonly code: string;

  constructor(status: number, code: string, text: string) {
    super(status, text);
    this.name = 'ExchangeError';
    this.code = code;
  }
}

/** The fields of a JSON object or of a form, whatever the request calls it. */
function fieldsOf(request: EmulatorRequest): Fields {
  const body = request.body ?? '';
  if (!body.trimStart().startsWith('{')) return Object.fromEntries(new URLSearchParams(body));
  try {
    const value: unknown = JSON.parse(body);
    if (isFields(value)) return value;
  } catch {
    // Answered below: a body is either of the two or none.
  }
  throw new ExchangeError(400, 'invalid_request', 'The body is neither JSON nor a form');
}

interface Client {
  readonly org: string;
  readonly scopes: readonly string[];
}

/** The client these credentials belong to: any, as long as none is registered. */
function clientOf(world: World, id: string, secret: string): Client {
  const refused = new ExchangeError(401, 'invalid_client', 'Client authentication failed');
  const clients = world.store.of('client');
  const line = clients.get(id);
  const closed = [...clients.all()].some(({ base }) => base['listed'] === true);
  if (line === undefined && closed) throw refused;
  if (line === undefined) return { org: FIRST_ORG, scopes: ['*'] };
  if (line.base['active'] !== true) throw refused;
  if (line.base['listed'] === true && line.hidden['secret'] !== fingerprint(secret)) throw refused;
  return { org: textOf(line.base, 'org'), scopes: textsOf(line.base, 'scopes') };
}

function exchange(world: World, fields: Fields, now: number): Answer {
  if (textOf(fields, 'grant_type') !== 'client_credentials') {
    throw new ExchangeError(400, 'unsupported_grant_type', 'grant_type must be client_credentials');
  }
  const [id, secret] = [textOf(fields, 'client_id'), textOf(fields, 'client_secret')];
  if (id === '' || secret === '') {
    throw new ExchangeError(400, 'invalid_request', 'client_id and client_secret are required');
  }
  const client = clientOf(world, id, secret);
  const asked = textOf(fields, 'scope').split(' ').filter(Boolean);
  const scopes = asked.length > 0 ? asked : client.scopes;
  const had = new Set(client.scopes);
  const foreign = scopes.find((scope) => !includesScope(had, scope));
  if (foreign !== undefined) {
    throw new ExchangeError(400, 'invalid_scope', `The client may not ask for ${foreign}`);
  }
  const { expiresInShown, tokenSeconds } = world.switches;
  return jsonReply(
    {
      access_token: issueToken(world, { clientId: id, org: client.org, scopes }, now),
      token_type: 'Bearer',
      ...(expiresInShown ? { expires_in: tokenSeconds } : {}),
      scope: scopes.join(' '),
    },
    now,
  );
}

/** Client credentials against a token. Neither is kept anywhere. */
export function answerExchange(world: World, request: EmulatorRequest, now: number): Answer {
  try {
    if (request.method !== 'POST') {
      throw new ExchangeError(405, 'invalid_request', 'Method not allowed');
    }
    const answer = exchange(world, fieldsOf(request), now);
    world.exchanges += 1;
    return answer;
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
    world.refusedExchanges += 1;
    return jsonReply({ error: error.code, error_description: error.message }, now, error.status);
  }
}
