import { describe, expect, it } from 'vitest';
import { TrueupError } from '../../src/core/errors.ts';
import type { Event } from '../../src/core/event.ts';
import { createRedactor } from '../../src/core/redactor.ts';
import { parseTiming } from '../../src/core/timing.ts';
import type { Timing } from '../../src/core/timing.ts';
import { ApiError } from '../../src/http/api-error.ts';
import { createClient, createReadClient } from '../../src/http/client.ts';
import type { ApiRequest, Method, Throttle, Transport } from '../../src/http/contract.ts';
import { createSeededRandom } from '../_helpers/seeded-random.ts';
import { createVirtualClock } from '../_helpers/virtual-clock.ts';

const TIMING = parseTiming('real') as Timing;
const TOKEN = 'key-0123456789abcdef';

type Answer = Error | 'hang' | { status: number; body?: string; headers?: Record<string, string> };

const OK: Answer = { status: 200, body: '{"id":"1"}' };

function setup(answers: readonly Answer[], options: { baseUrl?: string } = {}) {
  const clock = createVirtualClock();
  const redactor = createRedactor();
  const events: Event[] = [];
  const sent: Parameters<Transport>[0][] = [];
  const observed: { status: number; retryAfterMs?: number }[] = [];
  const transport: Transport = (request) => {
    const answer = answers[Math.min(sent.length, answers.length - 1)] ?? OK;
    sent.push(request);
    if (answer === 'hang') return new Promise(() => {});
    if (answer instanceof Error) return Promise.reject(answer);
    const headers = { 'content-type': 'application/json', ...answer.headers };
    return Promise.resolve({ status: answer.status, headers, body: answer.body ?? '' });
  };
  const throttle: Throttle = {
    run: (send) => send(),
    observe: (answer) => void observed.push(answer),
  };
  const settings = {
    baseUrl: options.baseUrl ?? 'https://api.example.com',
    token: redactor.secret(TOKEN),
    transport,
    throttle,
    clock,
    timing: TIMING,
    redactor,
    userAgent: 'trueup/test',
    emit: (event: Event) => void events.push(event),
    random: createSeededRandom(1),
  };
  return { clock, redactor, events, sent, observed, settings, client: createClient(settings) };
}

function withCode(code: string): Error {
  return new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) });
}

async function failure(promise: Promise<unknown>): Promise<ApiError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ApiError);
  return error as ApiError;
}

describe('client', () => {
  it('sends the token, the query and the body, and gives status, body and server time', async () => {
    const { client, clock, redactor, sent, observed } = setup([
      {
        status: 200,
        body: '{"id":"1"}',
        headers: { date: 'Thu, 01 Jan 2026 00:00:10 GMT' },
      },
    ]);
    const answer = await clock.run(
      client.send({
        method: 'POST',
        path: '/v1/secrets',
        query: { fields: 'a b' },
        body: { name: 'A', value: redactor.secret('pass "word"') },
      }),
    );
    expect(answer).toEqual({
      status: 200,
      body: { id: '1' },
      serverTimeMs: Date.parse('2026-01-01T00:00:10Z'),
    });
    expect(client.lastServerTimeMs()).toBe(answer.serverTimeMs);
    expect(sent[0]).toMatchObject({
      method: 'POST',
      url: 'https://api.example.com/v1/secrets?fields=a+b',
      body: '{"name":"A","value":"pass \\"word\\""}',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    });
    expect(observed).toMatchObject([{ status: 200 }]);
    expect(client.requestCount()).toBe(1);
  });

  it.each<{ method: Method; answer: Answer; tries: number }>([
    { method: 'GET', answer: { status: 500 }, tries: 2 },
    { method: 'GET', answer: { status: 503 }, tries: 2 },
    { method: 'GET', answer: withCode('ECONNRESET'), tries: 2 },
    { method: 'PUT', answer: { status: 502 }, tries: 2 },
    { method: 'PATCH', answer: { status: 504 }, tries: 2 },
    { method: 'DELETE', answer: withCode('ECONNRESET'), tries: 2 },
    { method: 'PATCH', answer: { status: 500 }, tries: 1 },
    { method: 'GET', answer: { status: 404 }, tries: 1 },
    { method: 'POST', answer: { status: 429 }, tries: 2 },
    { method: 'POST', answer: withCode('ECONNREFUSED'), tries: 2 },
    { method: 'POST', answer: withCode('ENOTFOUND'), tries: 2 },
    { method: 'POST', answer: { status: 500 }, tries: 1 },
    { method: 'POST', answer: { status: 502 }, tries: 1 },
    { method: 'POST', answer: { status: 503 }, tries: 1 },
    { method: 'POST', answer: withCode('ECONNRESET'), tries: 1 },
    { method: 'GET', answer: withCode('CERT_HAS_EXPIRED'), tries: 1 },
  ])('tries $method $tries times when the first answer is $answer', async (example) => {
    const { client, clock, sent } = setup([example.answer, OK]);
    const request: ApiRequest = { method: example.method, path: '/v1/things' };
    await clock.run(client.send(request).catch(() => undefined));
    expect(sent).toHaveLength(example.tries);
  });

  it('gives up after the bound, with back-off, and says what the API said last', async () => {
    const { client, clock, sent, events } = setup([{ status: 503, body: 'busy' }]);
    const startMs = clock.now();
    const error = await clock.run(failure(client.get('/v1/things')));
    expect(sent).toHaveLength(TIMING.triesMax);
    expect(error).toMatchObject({ code: 'api-error', status: 503, kind: 'ambiguous' });
    expect(error.message).toBe('GET /v1/things: answered 503: busy');
    expect(events.filter((event) => event.type === 'request-retried')).toHaveLength(5);
    expect(clock.now() - startMs).toBeGreaterThan((500 * 31) / 2);
    expect(clock.now() - startMs).toBeLessThanOrEqual(500 * 31 + 5);
  });

  it('waits as long as Retry-After says', async () => {
    const { client, clock, observed } = setup([
      { status: 429, headers: { 'retry-after': '45' } },
      OK,
    ]);
    const startMs = clock.now();
    await clock.run(client.send({ method: 'POST', path: '/v1/things', body: {} }));
    expect(clock.now() - startMs).toBe(45_000);
    expect(observed[0]).toMatchObject({ status: 429, retryAfterMs: 45_000 });
  });

  it('does not wait longer than ten minutes, and says what the API asked for', async () => {
    const { client, clock, sent } = setup([
      { status: 429, headers: { 'retry-after': '31536000' }, body: 'slow down' },
    ]);
    const startMs = clock.now();
    const error = await clock.run(failure(client.get('/v1/things')));
    expect(error).toMatchObject({ code: 'api-error', status: 429, kind: 'refused' });
    expect(error.message).toBe(
      'GET /v1/things: answered 429, to be asked again in 365 days: slow down',
    );
    expect(error.hint).toContain('10 minutes');
    expect(sent).toHaveLength(1);
    expect(clock.now()).toBe(startMs);
  });

  it('does not wait longer than ten minutes for an API that is down, however often it is put off', async () => {
    const { client, clock, sent } = setup([{ status: 503, headers: { 'retry-after': '400' } }]);
    const startMs = clock.now();
    const error = await clock.run(failure(client.get('/v1/things')));
    expect(error).toMatchObject({ code: 'api-error', status: 503 });
    expect(sent).toHaveLength(2);
    expect(clock.now() - startMs).toBe(400_000);
  });

  it('sends nothing, and writes no intent, once the throttle is closed', async () => {
    const { settings, clock, sent } = setup([OK]);
    const reason = 'the API asked to wait 2 hours (429)';
    const throttle: Throttle = { ...settings.throttle, closed: () => reason };
    const client = createClient({ ...settings, throttle });
    let intents = 0;
    const beforeSend = () => {
      intents += 1;
      return Promise.resolve();
    };
    const request: ApiRequest = { method: 'POST', path: '/v1/things', body: {} };
    const error = await clock.run(failure(client.send(request, { beforeSend })));
    expect(error).toMatchObject({ code: 'api-error', kind: 'refused' });
    expect(error.message).toBe(`POST /v1/things: not sent, since ${reason}`);
    expect([sent.length, intents]).toEqual([0, 0]);
  });

  it('outlasts many refusals in a row, since a refused request was not executed', async () => {
    const refusals = Array.from({ length: 15 }, (): Answer => ({ status: 429 }));
    const { client, clock } = setup([...refusals, OK]);
    const answer = await clock.run(client.send({ method: 'POST', path: '/v1/things', body: {} }));
    expect(answer.status).toBe(200);
  });

  it.each<{ method: Method; answer: Answer; kind: string; code: string }>([
    { method: 'POST', answer: { status: 400 }, kind: 'refused', code: 'api-error' },
    { method: 'POST', answer: { status: 401 }, kind: 'refused', code: 'api-unauthorized' },
    { method: 'POST', answer: { status: 500 }, kind: 'ambiguous', code: 'api-error' },
    { method: 'POST', answer: { status: 302 }, kind: 'refused', code: 'api-error' },
    { method: 'POST', answer: withCode('ECONNRESET'), kind: 'ambiguous', code: 'api-unreachable' },
    { method: 'POST', answer: withCode('ECONNREFUSED'), kind: 'refused', code: 'api-unreachable' },
    { method: 'POST', answer: 'hang', kind: 'ambiguous', code: 'api-unreachable' },
    { method: 'GET', answer: 'hang', kind: 'ambiguous', code: 'api-unreachable' },
    {
      method: 'POST',
      answer: { status: 200, body: '{"id":' },
      kind: 'ambiguous',
      code: 'api-response-invalid',
    },
    {
      method: 'PATCH',
      answer: { status: 200, body: '{"id":' },
      kind: 'invalid',
      code: 'api-response-invalid',
    },
    {
      method: 'GET',
      answer: { status: 200, body: '' },
      kind: 'invalid',
      code: 'api-response-invalid',
    },
  ])('calls $method answered by $answer $kind ($code)', async ({ method, answer, kind, code }) => {
    const { client, clock } = setup([answer]);
    const body = method === 'GET' ? {} : { body: { a: 1 } };
    const error = await clock.run(failure(client.send({ method, path: '/v1/things', ...body })));
    expect(error).toMatchObject({ kind, code, method, path: '/v1/things' });
  });

  it('does not call a write refused when an earlier try may have been executed', async () => {
    const { client, clock } = setup([{ status: 502 }, { status: 400 }]);
    const error = await clock.run(failure(client.send({ method: 'PUT', path: '/v1/a', body: {} })));
    expect(error).toMatchObject({ status: 400, kind: 'ambiguous' });
    const gone = setup([{ status: 502 }, { status: 404 }]);
    const answer = gone.client.send({ method: 'DELETE', path: '/v1/a' });
    expect(await gone.clock.run(failure(answer))).toMatchObject({ status: 404, kind: 'refused' });
  });

  it('reads a body that is not JSON once more', async () => {
    const { client, clock, sent } = setup([{ status: 200, body: '<html>' }, OK]);
    expect((await clock.run(client.get('/v1/things'))).body).toEqual({ id: '1' });
    expect(sent).toHaveLength(2);
    const twice = setup([{ status: 200, body: '<html>' }]);
    await twice.clock.run(failure(twice.client.get('/v1/things')));
    expect(twice.sent).toHaveLength(2);
  });

  it('takes an empty answer of a write, and one that is no JSON and does not say so', async () => {
    const { client, clock } = setup([
      { status: 200 },
      { status: 200, body: 'done', headers: { 'content-type': 'text/plain' } },
    ]);
    const request: ApiRequest = { method: 'PATCH', path: '/v1/a', body: {} };
    expect((await clock.run(client.send(request))).body).toBeUndefined();
    expect((await clock.run(client.send(request))).body).toBeUndefined();
  });

  it('shows what the API said without secrets, control characters and more than 4096 bytes', async () => {
    const planted = 'p\u00e4ss-W0rd!"x';
    const { client, clock, redactor, events } = setup([
      {
        status: 400,
        body: `\u001b[31mbad ${planted} ${JSON.stringify(planted)} ${TOKEN} ${'x'.repeat(9_000)}`,
      },
    ]);
    const value = redactor.secret(planted);
    const error = await clock.run(
      failure(client.send({ method: 'POST', path: '/v1/a', body: { value } })),
    );
    expect(error.message).toContain(
      '[31mbad (sensitive value) "(sensitive value)" (sensitive value) xxx',
    );
    expect(Buffer.byteLength(error.message)).toBeLessThan(4_200);
    expect(error.message).not.toContain('\u001b');
    const told = JSON.stringify([events, error, String(error.cause), error.stack]);
    expect(told).not.toContain(planted);
    expect(told).not.toContain(TOKEN);
    expect(told).toContain('POST /v1/a 400 0 ms');
  });

  it('ends a request at its deadline, and at the caller’s signal', async () => {
    const { client, clock, sent } = setup(['hang']);
    const startMs = clock.now();
    await clock.run(failure(client.send({ method: 'POST', path: '/v1/a', body: {} })));
    expect(clock.now() - startMs).toBe(TIMING.requestMsMax);
    const controller = new AbortController();
    const running = failure(client.get('/v1/a', { signal: controller.signal }));
    await clock.advance(10);
    controller.abort(new Error('enough'));
    expect(await clock.run(running)).toMatchObject({ code: 'interrupted' });
    expect(sent).toHaveLength(2);
    expect(clock.sleeping()).toBe(0);
  });

  it('stops retrying when the caller gives up', async () => {
    const { client, clock, sent } = setup([{ status: 503 }]);
    const controller = new AbortController();
    const running = failure(client.get('/v1/a', { signal: controller.signal }));
    await clock.advance(100);
    controller.abort(new TrueupError('interrupted', 'interrupted'));
    expect(await clock.run(running)).toMatchObject({ code: 'interrupted', kind: 'ambiguous' });
    expect(sent).toHaveLength(1);
  });

  it.each(['/../v2/a', '/v1/..', '/v1/%2e%2e/a', 'v1/a', '/v1/a b', '/v1/a?x=1', '/v1/a#b'])(
    'sends nothing to a path that leads elsewhere: %s',
    async (path) => {
      const { client, sent } = setup([OK]);
      await expect(client.send({ method: 'DELETE', path })).rejects.toMatchObject({
        code: 'internal',
      });
      expect(sent).toHaveLength(0);
    },
  );

  it.each([
    'http://api.example.com',
    'ftp://x',
    'api',
    'https://u:p@api.example.com',
    'http://127.0.0.1.example.com',
  ])('refuses the base URL %s', (baseUrl) => {
    expect(() => setup([OK], { baseUrl })).toThrowError(
      expect.objectContaining({ code: 'settings-invalid' }) as Error,
    );
  });

  it.each(['http://127.0.0.1:8080', 'http://localhost/', 'http://[::1]:1/base/'])(
    'takes the base URL %s',
    async (baseUrl) => {
      const { client, clock, sent } = setup([OK], { baseUrl });
      await clock.run(client.get('/v1/a'));
      expect(sent[0]?.url).toBe(`${baseUrl.replace(/\/$/, '')}/v1/a`);
    },
  );

  it('refuses a token with a line break', () => {
    const { settings, redactor } = setup([OK]);
    expect(() => createClient({ ...settings, token: redactor.secret('abcd\n') })).toThrowError(
      expect.objectContaining({ code: 'credentials-missing' }) as Error,
    );
  });
});

describe('read client', () => {
  it('has no way to send a write, and refuses one below as well', async () => {
    const { settings, clock, sent } = setup([OK]);
    const client = createReadClient(settings);
    expect(Object.keys(client).toSorted()).toEqual(['get', 'lastServerTimeMs', 'requestCount']);
    expect((await clock.run(client.get('/v1/a'))).status).toBe(200);
    expect(client.requestCount()).toBe(1);
    const { toReadOnly } = await import('../../src/http/read-only.ts');
    const transport = toReadOnly(settings.transport);
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'] as const) {
      const request = {
        method,
        url: 'https://x',
        headers: {},
        body: undefined,
        signal: AbortSignal.abort(),
      };
      await expect(transport(request)).rejects.toMatchObject({ code: 'read-only-violation' });
    }
    expect(sent).toHaveLength(1);
  });
});

describe('what is to be done before a request leaves', () => {
  it('is done before every try, after the throttle let it through', async () => {
    const order: string[] = [];
    const { client, clock, settings, sent } = setup([{ status: 429, body: '' }, OK]);
    const throttle: Throttle = {
      run: (send) => {
        order.push('slot');
        return send();
      },
      observe: () => undefined,
    };
    const own = createClient({ ...settings, throttle });
    const beforeSend = (): Promise<void> => {
      order.push(`before ${sent.length}`);
      return Promise.resolve();
    };
    await clock.run(own.send({ method: 'POST', path: '/x', body: {} }, { beforeSend }));
    expect(order).toEqual(['slot', 'before 0', 'slot', 'before 1']);
    expect(client.requestCount()).toBe(0);
  });

  it('keeps the request back when it fails, and tells the failure as it is', async () => {
    const { client, clock, sent } = setup([OK]);
    const failure = new TrueupError('state-write-failed', 'the disk is full');
    const sending = client.send(
      { method: 'POST', path: '/x', body: {} },
      { beforeSend: () => Promise.reject(failure) },
    );
    await expect(clock.run(sending)).rejects.toBe(failure);
    expect(sent).toEqual([]);
  });
});
