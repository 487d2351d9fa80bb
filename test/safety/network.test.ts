import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createRedactor } from '../../src/core/redactor.ts';
import { parseTiming, type Timing } from '../../src/core/timing.ts';
import { ApiError } from '../../src/http/api-error.ts';
import { createReadClient } from '../../src/http/client.ts';
import { createSystemClock } from '../../src/http/system-clock.ts';
import { createUndiciTransport, type TransportOptions } from '../../src/http/undici-transport.ts';
import { createStack, SMALL, SMALL_ENV, startAccount, type Account } from '../_helpers/cli.ts';
import { createAuthority, type Issued } from './_certificates.ts';
import { createServers, forwardTo } from './_servers.ts';

const servers = createServers();
const authority = createAuthority();
const TOKEN = 'planted-api-token-123';
/** No waiting, one try. */
const TIMING = parseTiming('fast,triesMax=1,retryMs=1') as Timing;
const DAY_MS = 86_400_000;

afterAll(() => {
  servers.close();
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const redactor = createRedactor();

function authorities(): readonly string[] {
  return [authority.certificate];
}

/** The port of a TLS server with this certificate. */
function answering(issued: Issued): Promise<number> {
  return servers.https(issued, (_, answer) => void answer.end('{"ok":true}'));
}

function nested(depth: number): string {
  return `${'{"a":['.repeat(depth)}1${']}'.repeat(depth)}`;
}

function caFile(): string {
  const path = join(mkdtempSync(join(tmpdir(), 'trueup-ca-')), 'ca.pem');
  writeFileSync(path, authority.certificate);
  return path;
}

/** One GET with the token; the answer, or the error it ended with. */
async function get(baseUrl: string, options: TransportOptions = {}): Promise<unknown> {
  const { transport, close } = createUndiciTransport(options);
  const client = createReadClient({
    baseUrl,
    token: redactor.secret(TOKEN),
    transport,
    throttle: { run: (send) => send(), observe: () => undefined },
    clock: createSystemClock(),
    timing: TIMING,
    redactor,
    userAgent: 'trueup/test',
    emit: () => undefined,
    random: () => 0,
  });
  try {
    return (await client.get('/v1/things')).body;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { code: error.code, kind: error.kind, message: error.message, hint: error.hint };
  } finally {
    await close();
  }
}

describe('redirects', () => {
  it.each([301, 302, 303, 307, 308])(
    '%i is not followed, and named without its query',
    async (status) => {
      let reached = 0;
      const other = await servers.http((_, answer) => {
        reached += 1;
        answer.end('{}');
      });
      for (const location of [
        `${other.replace('://', '://user:pw@')}/x?token=abc#y`,
        '/same?token=abc',
      ]) {
        let asked = 0;
        const url = await servers.http((_, answer) => {
          asked += 1;
          answer.writeHead(status, { location }).end('<a href="?token=abc">moved</a>');
        });
        const shown = location.startsWith('/') ? '/same' : `${other}/x`;
        expect(await get(url)).toEqual({
          code: 'api-error',
          kind: 'refused',
          message: `GET /v1/things: answered ${String(status)}: redirect to ${shown}`,
          hint: 'redirects are not followed: check the base URL',
        });
        expect(asked).toBe(1);
      }
      expect(reached).toBe(0);
    },
  );
});

describe('answers', () => {
  it('are not unpacked: what was packed unasked is refused', async () => {
    const url = await servers.http((incoming, answer) => {
      expect(incoming.headers['accept-encoding']).toBeUndefined();
      answer.writeHead(200, { 'content-encoding': 'gzip', 'content-type': 'application/json' });
      answer.end(gzipSync('{}'));
    });
    expect(await get(url)).toMatchObject({
      code: 'api-response-invalid',
      message:
        'GET /v1/things: answered 200 with a body in the encoding gzip, which was not asked for',
    });
  });

  it.each([200, 400, 500])('with status %i are bounded in size', async (status) => {
    const url = await servers.http((_, answer) => {
      answer.writeHead(status).end('x'.repeat(10_000));
    });
    expect(await get(url, { bodyBytesMax: 9_999 })).toMatchObject({
      code: 'api-response-too-large',
      kind: 'invalid',
    });
  });

  it('have bounded headers', async () => {
    const url = await servers.http((_, answer) => {
      answer.writeHead(200, { 'x-long': 'x'.repeat(100_000) }).end('{}');
    });
    expect(await get(url)).toMatchObject({ code: 'api-unreachable' });
  });

  it('that drip are given up with their request', async () => {
    const url = await servers.http((_, answer) => {
      answer.writeHead(200);
      answer.write('[');
      const drip = (): void => void answer.write(' ', () => setImmediate(drip));
      answer.on('error', () => undefined);
      drip();
    });
    const { transport, close } = createUndiciTransport();
    const control = new AbortController();
    const request = {
      method: 'GET',
      url,
      headers: {},
      body: undefined,
      signal: control.signal,
    } as const;
    const running = transport(request);
    setTimeout(() => {
      control.abort(new Error('the deadline'));
    }, 20);
    await expect(running).rejects.toThrow('the deadline');
    await close();
  });

  it('lose their prototype members, however these are spelt, and nothing else', async () => {
    const body = String.raw`{"__proto__":{"x":1},"\u005f_pr\u006fto__":2,"a":{"__proto__":3,"b":"\u003c__proto__"}}`;
    const url = await servers.http((_, answer) => void answer.end(body));
    expect(await get(url)).toEqual({ a: { b: '<__proto__' } });
    const deep = await servers.http((_, answer) => void answer.end(nested(101)));
    expect(await get(deep)).toMatchObject({
      code: 'api-response-invalid',
      message: 'GET /v1/things: answered 200 with JSON that nests more than 200 deep',
    });
    const brackets = JSON.stringify([nested(100), '[{"'.repeat(500), '\\'.repeat(99), '"']);
    const quoted = await servers.http((_, answer) => void answer.end(brackets));
    expect(JSON.stringify(await get(quoted))).toBe(brackets);
  });
});

describe('TLS', () => {
  it('takes a certificate of an authority that was named, and no other', async () => {
    const url = `https://localhost:${await answering(authority.issue({ host: 'localhost' }))}`;
    expect(await get(url, { authorities })).toEqual({ ok: true });
    expect(await get(url)).toMatchObject({
      code: 'api-unreachable',
      kind: 'refused',
      message: expect.stringMatching(/unable to verify|unable to get/) as unknown,
      hint: expect.stringContaining('SSL_CERT_FILE') as unknown,
    });
    expect(await get(url, { authorities: () => [createAuthority().certificate] })).toMatchObject({
      code: 'api-unreachable',
    });
  });

  it.each([
    ['self-signed', authority as Issued, /self-signed certificate/, 'no authority'],
    [
      'expired',
      authority.issue({
        host: 'localhost',
        fromMs: Date.now() - 2 * DAY_MS,
        toMs: Date.now() - DAY_MS,
      }),
      /expired/,
      'clock of this machine',
    ],
    [
      'not yet valid',
      authority.issue({
        host: 'localhost',
        fromMs: Date.now() + DAY_MS,
        toMs: Date.now() + 2 * DAY_MS,
      }),
      /not yet valid/,
      'clock of this machine',
    ],
    ['of another host', authority.issue({ host: 'other.example' }), /altnames/, 'of another host'],
  ])(
    'refuses a certificate that is %s, whatever the environment says',
    async (name, issued, message, hint) => {
      vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
      const url = `https://localhost:${await answering(issued)}`;
      const trusted = name === 'self-signed' ? {} : { authorities };
      expect(await get(url, trusted)).toMatchObject({
        code: 'api-unreachable',
        kind: 'refused',
        message: expect.stringMatching(message) as unknown,
        hint: expect.stringContaining(hint) as unknown,
      });
    },
  );

  it('says what answers in plain text', async () => {
    const url = await servers.http((_, answer) => void answer.end('{}'));
    expect(
      await get(url.replace('http:', 'https:').replace('127.0.0.1', 'localhost')),
    ).toMatchObject({
      code: 'api-unreachable',
      hint: expect.stringContaining('does not speak TLS') as unknown,
    });
  });
});

describe('a proxy', () => {
  const API = 'https://api.trueup.test';
  let port: number;
  let tokens: (string | undefined)[];
  const proxyHeaders: (string | undefined)[] = [];
  beforeAll(async () => {
    port = await servers.https(authority.issue({ host: 'api.trueup.test' }), (incoming, answer) => {
      tokens.push(incoming.headers.authorization);
      proxyHeaders.push(incoming.headers['proxy-authorization']);
      answer.end('{"ok":true}');
    });
  });

  it('gets its own credentials and nothing of the requests', async () => {
    tokens = [];
    const proxy = await servers.proxy({ type: 'connect', port });
    const authorization = redactor.secret('Basic dXNlcjpwdw==');
    const through = { origin: `http://127.0.0.1:${proxy.port}`, authorization };
    expect(await get(API, { authorities, proxy: through })).toEqual({ ok: true });
    expect([tokens, proxyHeaders]).toEqual([[`Bearer ${TOKEN}`], [undefined]]);
    expect(proxy.asked).toEqual(['CONNECT api.trueup.test:443']);
    expect(proxy.authorizations).toEqual(['Basic dXNlcjpwdw==']);
    expect(proxy.seen()).not.toContain(TOKEN);
    expect(proxy.seen()).not.toContain('/v1/things');
  });

  it('is not asked for plain HTTP', async () => {
    const proxy = await servers.proxy({ type: 'status', status: 500 });
    const url = await servers.http((_, answer) => void answer.end('{"direct":true}'));
    const through = { origin: `http://127.0.0.1:${proxy.port}`, authorization: undefined };
    expect(await get(url, { proxy: through })).toEqual({ direct: true });
    expect(proxy.asked).toEqual([]);
  });

  it.each([
    [407, 'it wants another user and password than it was given'],
    [403, ''],
    [502, ''],
  ])('that answers %i is named', async (status, why) => {
    const proxy = await servers.proxy({ type: 'status', status });
    const origin = `http://127.0.0.1:${proxy.port}`;
    const through = { origin, authorization: redactor.secret('Basic planted') };
    const said = `the proxy ${origin} answered ${String(status)} instead of connecting`;
    expect(await get(API, { authorities, proxy: through })).toMatchObject({
      code: 'api-unreachable',
      kind: 'refused',
      message: `GET /v1/things: no answer: ${said}${why === '' ? '' : `: ${why}`}`,
    });
    expect(proxy.seen()).not.toContain(TOKEN);
  });

  it('that is not there is named', async () => {
    const proxy = { origin: 'http://127.0.0.1:1', authorization: undefined };
    expect(await get(API, { proxy })).toMatchObject({
      code: 'api-unreachable',
      kind: 'refused',
      message: expect.stringMatching(
        /the proxy http:\/\/127\.0\.0\.1:1 cannot be reached/,
      ) as unknown,
    });
  });

  it('that is silent is given up with the request', async () => {
    const proxy = await servers.proxy({ type: 'silence' });
    const origin = `http://127.0.0.1:${proxy.port}`;
    const { transport, close } = createUndiciTransport({
      proxy: { origin, authorization: undefined },
    });
    const control = new AbortController();
    const running = transport({
      method: 'GET',
      url: API,
      headers: {},
      body: undefined,
      signal: control.signal,
    });
    setTimeout(() => {
      control.abort(new Error('the deadline'));
    }, 20);
    await expect(running).rejects.toThrow('the deadline');
    await close();
  });

  it('does not excuse a certificate', async () => {
    const wrong = await servers.https(
      authority.issue({ host: 'other.example' }),
      (_, answer) => void answer.end(),
    );
    const proxy = await servers.proxy({ type: 'connect', port: wrong });
    const through = { origin: `http://127.0.0.1:${proxy.port}`, authorization: undefined };
    expect(await get(API, { authorities, proxy: through })).toMatchObject({
      code: 'api-unreachable',
      kind: 'refused',
      hint: expect.stringContaining('of another host') as unknown,
    });
  });
});

describe('the built program', () => {
  let account: Account;
  beforeAll(async () => {
    account = await startAccount();
  });
  afterAll(() => account.stop());

  it('plans through a proxy that knows neither the token nor the paths', async () => {
    const port = await servers.https(
      authority.issue({ host: 'api.trueup.test' }),
      forwardTo(account.url),
    );
    const proxy = await servers.proxy({ type: 'connect', port });
    const stack = createStack(account, SMALL);
    const result = await stack.run(['plan', '--log-level', 'trace', '--log-file', 'log'], {
      ...SMALL_ENV,
      SINGLESTOREDB_MANAGEMENT_BASE_URL: 'https://api.trueup.test',
      SSL_CERT_FILE: caFile(),
      https_proxy: `http://us%65r:planted-pr0xy-word@127.0.0.1:${proxy.port}`,
      no_proxy: 'other.example',
    });
    expect(result).toMatchObject({
      code: 0,
      stderr: expect.not.stringContaining('Error') as unknown,
    });
    expect(new Set(proxy.asked)).toEqual(new Set(['CONNECT api.trueup.test:443']));
    expect(new Set(proxy.authorizations)).toEqual(
      new Set([`Basic ${Buffer.from('user:planted-pr0xy-word').toString('base64')}`]),
    );
    expect(proxy.seen()).not.toMatch(/e2e-key|\/v1\//);
    expect(result.stdout + result.stderr).not.toContain('planted-pr0xy-word');
    stack.remove();
  });

  it('trusts what NODE_EXTRA_CA_CERTS names, and warns of a check that cannot be turned off', async () => {
    const port = await servers.https(
      authority.issue({ host: 'localhost' }),
      forwardTo(account.url),
    );
    const stack = createStack(account, SMALL);
    const url = { SINGLESTOREDB_MANAGEMENT_BASE_URL: `https://localhost:${port}` };
    const trusting = { ...SMALL_ENV, ...url, NODE_EXTRA_CA_CERTS: caFile() };
    expect(await stack.run(['plan'], trusting)).toMatchObject({ code: 0 });
    const careless = { ...SMALL_ENV, ...url, NODE_TLS_REJECT_UNAUTHORIZED: '0' };
    const refused = await stack.run(['plan', '--json'], {
      ...careless,
      TRUEUP_TIMING: 'fast,triesMax=1',
    });
    expect(refused.code).toBe(1);
    expect(refused.stdout).toContain('NODE_TLS_REJECT_UNAUTHORIZED=0 has no effect');
    expect(refused.stdout).toContain('api-unreachable');
    stack.remove();
  });
});
