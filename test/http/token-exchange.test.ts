import { describe, expect, it } from 'vitest';
import type { Event } from '../../src/core/event.ts';
import { createRedactor } from '../../src/core/redactor.ts';
import { reveal } from '../../src/core/secret.ts';
import { parseTiming, type Timing } from '../../src/core/timing.ts';
import { createClient, createReadClient } from '../../src/http/client.ts';
import type { Throttle, Transport } from '../../src/http/contract.ts';
import { createTokenExchange } from '../../src/http/token-exchange.ts';
import { createTokenSource, type TokenSource } from '../../src/http/token-source.ts';
import { clientCredentials } from '../../src/providers/spice/credentials.ts';
import { createSeededRandom } from '../_helpers/seeded-random.ts';
import { createVirtualClock } from '../_helpers/virtual-clock.ts';

const TIMING = parseTiming('real') as Timing;
const ENDPOINT = 'https://auth.example.com/api/oauth/token';
const CLIENT_SECRET = 'client-secret-0123456789';

type Answer = Error | 'hang' | { status: number; body?: string; headers?: Record<string, string> };
type Sent = Parameters<Transport>[0];

function wireOf(answers: readonly Answer[]): { transport: Transport; sent: Sent[] } {
  const sent: Sent[] = [];
  const transport: Transport = (request) => {
    const answer = answers[Math.min(sent.length, answers.length - 1)];
    sent.push(request);
    if (answer === undefined) return Promise.reject(new Error('nothing was to be asked'));
    if (answer === 'hang') return new Promise(() => undefined);
    if (answer instanceof Error) return Promise.reject(answer);
    const headers = { 'content-type': 'application/json', ...answer.headers };
    return Promise.resolve({ status: answer.status, headers, body: answer.body ?? '' });
  };
  return { transport, sent };
}

function granted(token: string, seconds: number | null = 3_600): Answer {
  const body = { access_token: token, token_type: 'Bearer', expires_in: seconds };
  return { status: 200, body: JSON.stringify(body) };
}

function setup(auth: readonly Answer[], api: readonly Answer[] = [{ status: 200, body: '{}' }]) {
  const clock = createVirtualClock();
  const redactor = createRedactor();
  const events: Event[] = [];
  const tokens = wireOf(auth);
  const calls = wireOf(api);
  const shared = {
    clock,
    timing: TIMING,
    redactor,
    userAgent: 'trueup/test',
    emit: (event: Event) => void events.push(event),
    random: createSeededRandom(1),
  };
  const credentials = { id: 'client-1', secret: redactor.secret(CLIENT_SECRET) };
  const exchange = createTokenExchange({
    ...shared,
    endpoint: ENDPOINT,
    body: clientCredentials.request(credentials),
    read: clientCredentials.token,
    transport: tokens.transport,
    hints: { refused: 'check THE_ID and THE_SECRET', unreachable: 'the URL is THE_URL' },
  });
  const throttle: Throttle = { run: (send) => send(), observe: () => undefined };
  const source = createTokenSource({ clock, exchange, pauseMs: TIMING.retryMsMax });
  const options = {
    ...shared,
    baseUrl: 'https://api.example.com',
    token: source,
    transport: calls.transport,
    throttle,
  };
  return {
    clock,
    redactor,
    events,
    exchange: () => clock.run(exchange(new AbortController().signal)),
    client: createClient(options),
    clientWith: (other: TokenSource) => createClient({ ...options, token: other }),
    reader: createReadClient(options),
    asked: tokens.sent,
    sent: calls.sent,
  };
}

async function failure(promise: Promise<unknown>): Promise<Error & { code: string; hint: string }> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Error);
  return error as Error & { code: string; hint: string };
}

describe('the exchange of credentials', () => {
  it('sends them as JSON to its URL, without any token, and knows the token as a secret', async () => {
    const { exchange, asked, redactor } = setup([granted('jwt.of.mine', 120)]);
    const { token, lifetimeMs } = await exchange();
    expect(reveal(token)).toBe('jwt.of.mine');
    expect(lifetimeMs).toBe(120_000);
    expect(asked[0]).toMatchObject({ method: 'POST', url: ENDPOINT });
    expect(JSON.parse(asked[0]?.body ?? '')).toEqual({
      grant_type: 'client_credentials',
      client_id: 'client-1',
      client_secret: CLIENT_SECRET,
    });
    expect(asked[0]?.headers).toEqual({
      accept: 'application/json',
      'content-type': 'application/json',
      'user-agent': 'trueup/test',
    });
    expect(redactor.scrub('the token jwt.of.mine')).toBe('the token (sensitive value)');
  });

  it.each([[null], [0], [-5]])('takes expires_in %j for an hour', async (seconds) => {
    const { exchange } = setup([granted('t-1234', seconds)]);
    expect((await exchange()).lifetimeMs).toBe(3_600_000);
  });

  it.each<[string, Answer]>([
    ['500', { status: 500 }],
    ['503', { status: 503 }],
    ['429', { status: 429 }],
    ['a lost answer', Object.assign(new Error('reset'), { code: 'ECONNRESET' })],
    ['no connection', Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })],
  ])('is tried again after %s', async (_, answer) => {
    const { exchange, asked } = setup([answer, granted('t-1234')]);
    await exchange();
    expect(asked).toHaveLength(2);
  });

  it.each<[number, string]>([
    [401, 'check THE_ID and THE_SECRET'],
    [400, 'check THE_ID and THE_SECRET'],
    [404, 'the URL is THE_URL'],
    [302, 'the URL is THE_URL'],
  ])('is over at once after %i, and says what to check', async (status, hint) => {
    const body = JSON.stringify({ error: 'no', echo: CLIENT_SECRET });
    const { exchange, asked } = setup([
      { status, body, headers: { location: 'https://e.example/' } },
    ]);
    const error = await failure(exchange());
    expect(error).toMatchObject({ code: 'credentials-refused', hint });
    expect(error.message).toContain(`POST ${ENDPOINT}: answered ${String(status)}`);
    expect(error.message).not.toContain(CLIENT_SECRET);
    expect(asked).toHaveLength(1);
  });

  it('gives up within bounds on a server that is down: nothing is wrong with the credentials', async () => {
    const { exchange, asked } = setup([{ status: 503, body: 'maintenance' }]);
    const error = await failure(exchange());
    expect(error).toMatchObject({ code: 'api-error', hint: 'the URL is THE_URL' });
    expect(asked).toHaveLength(TIMING.triesMax);
  });

  it.each([429, 503])('gives up within ten minutes on a server that answers %i', async (status) => {
    const { exchange, clock, asked } = setup([{ status, headers: { 'retry-after': '400' } }]);
    const startMs = clock.now();
    expect(await failure(exchange())).toMatchObject({ code: 'api-error' });
    expect(asked).toHaveLength(2);
    expect(clock.now() - startMs).toBe(400_000);
  });

  it('waits for an answer for half a minute at most', async () => {
    const { clock, exchange } = setup(['hang', granted('t-1234')]);
    const startMs = clock.now();
    await exchange();
    expect(clock.now() - startMs).toBeLessThan(31_000);
  });

  it.each([['{}'], ['{"access_token":""}'], ['{"access_token":"a b"}'], ['<html>'], ['null']])(
    'refuses the answer %s',
    async (body) => {
      const { exchange } = setup([{ status: 200, body }]);
      expect(await failure(exchange())).toMatchObject({ code: 'api-response-invalid' });
    },
  );
});

describe('a client with an exchanged token', () => {
  it('sends the token to the API alone, and the secret never', async () => {
    const { clock, client, sent, asked } = setup([granted('jwt-1')]);
    await clock.run(client.get('/v1/apps'));
    expect(sent.map(({ url }) => new URL(url).host)).toEqual(['api.example.com']);
    expect(sent[0]?.headers['authorization']).toBe('Bearer jwt-1');
    expect(JSON.stringify(sent)).not.toContain(CLIENT_SECRET);
    expect(asked.map(({ url }) => url)).toEqual([ENDPOINT]);
    expect(JSON.stringify(asked)).not.toContain('jwt-1');
  });

  it('plans: the exchange is the one POST that a reading client brings about', async () => {
    const { clock, reader, asked, sent } = setup([granted('jwt-1')]);
    await clock.run(reader.get('/v1/apps'));
    expect([asked.length, sent.map(({ method }) => method)]).toEqual([1, ['GET']]);
  });

  it('is exchanged each time that it ends unannounced, when it had worked in between', async () => {
    const unauthorized = { status: 401, body: 'Token expired' };
    const { clock, client, asked } = setup(
      [granted('jwt-1', null), granted('jwt-2', null), granted('jwt-3', null)],
      [unauthorized, { status: 200, body: '{}' }, unauthorized, { status: 200, body: '{}' }],
    );
    expect((await clock.run(client.get('/v1/apps'))).status).toBe(200);
    expect((await clock.run(client.get('/v1/apps'))).status).toBe(200);
    expect(asked).toHaveLength(3);
  });

  it('sends also a POST again, once, after 401: it was not executed', async () => {
    const { clock, client, sent, asked } = setup(
      [granted('jwt-1'), granted('jwt-2')],
      [{ status: 401 }, { status: 201, body: '{"id":1}' }],
    );
    let intents = 0;
    const beforeSend = (): Promise<void> => {
      intents += 1;
      return Promise.resolve();
    };
    const request = { method: 'POST' as const, path: '/v1/apps', body: { name: 'a' } };
    const answer = await clock.run(client.send(request, { beforeSend }));
    expect(answer.status).toBe(201);
    expect(sent.map(({ headers }) => headers['authorization'])).toEqual([
      'Bearer jwt-1',
      'Bearer jwt-2',
    ]);
    expect([asked.length, intents]).toEqual([2, 2]);
  });

  it('tells that a new token was refused as well, after one exchange', async () => {
    const { clock, client, sent, asked } = setup(
      [granted('jwt-1'), granted('jwt-2'), granted('jwt-3')],
      [{ status: 401, body: 'Token revoked' }],
    );
    const error = await clock.run(failure(client.get('/v1/apps')));
    expect(error).toMatchObject({ code: 'api-unauthorized', kind: 'refused', status: 401 });
    expect(error.hint).toContain('a new token was refused as well');
    await clock.run(failure(client.get('/v1/members')));
    expect([asked.length, sent.length]).toEqual([2, 3]);
  });

  it('sends a request twice at most, whatever becomes of the token meanwhile', async () => {
    const { clock, redactor, clientWith, sent } = setup([granted('jwt-1')], [{ status: 401 }]);
    const client = clientWith({
      renews: true,
      current: () => Promise.resolve(redactor.secret('jwt-of-others')),
      refused: () => sent.length < 20,
      accepted: () => undefined,
      close: () => undefined,
    });
    await clock.run(failure(client.get('/v1/apps')));
    expect(sent).toHaveLength(2);
  });

  it('sends nothing, and writes no intent, without a token; a second request asks no more', async () => {
    const { clock, client, sent, asked } = setup([{ status: 401, body: 'invalid_client' }]);
    let intents = 0;
    const beforeSend = (): Promise<void> => {
      intents += 1;
      return Promise.resolve();
    };
    const request = { method: 'POST' as const, path: '/v1/apps', body: { name: 'a' } };
    const error = await clock.run(failure(client.send(request, { beforeSend })));
    expect(error).toMatchObject({ code: 'credentials-refused', kind: 'refused' });
    expect(error.message).toBe(
      `POST /v1/apps: not sent, since there is no token: POST ${ENDPOINT}: answered 401: invalid_client`,
    );
    await clock.run(failure(client.get('/v1/apps')));
    expect([asked.length, sent.length, intents]).toEqual([1, 0, 0]);
  });

  it('costs one exchange for all that are refused at the same time', async () => {
    const { clock, client, asked, sent } = setup(
      [granted('jwt-1'), granted('jwt-2')],
      [
        { status: 200, body: '{}' },
        ...Array.from({ length: 10 }, () => ({ status: 401 })),
        { status: 200, body: '{}' },
      ],
    );
    await clock.run(client.get('/v1/apps'));
    const paths = Array.from({ length: 10 }, (_, n) => `/v1/apps/${String(n)}`);
    await clock.run(Promise.all(paths.map((path) => client.get(path))));
    expect([asked.length, sent.length]).toEqual([2, 21]);
  });
});
