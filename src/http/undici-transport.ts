import type { Dispatcher } from 'undici';
import { TrueupError } from '../core/errors.ts';
import { isSafeUrl } from './base-url.ts';
import type { Transport } from './contract.ts';

/** Bytes of an answer that are read. */
const BODY_BYTES_MAX = 64 * 1_024 * 1_024;
/** Connections to one origin; the limiter keeps far below. */
const CONNECTIONS_MAX = 256;
/** An idle connection is dropped before the other side is likely to. */
const KEEP_ALIVE_MS = 4_000;

export interface UndiciTransport {
  readonly transport: Transport;
  /** Closes the connections that are kept. */
  readonly close: () => Promise<void>;
}

/**
 * Requests over a pool of connections. Redirects are not followed, no proxy is used, the deadline
 * is the caller's signal. Throws `api-response-too-large`, `settings-invalid` for a URL that is
 * neither HTTPS nor loopback, and whatever the connection threw.
 */
export function createUndiciTransport(
  options: { readonly bodyBytesMax?: number } = {},
): UndiciTransport {
  const bodyBytesMax = options.bodyBytesMax ?? BODY_BYTES_MAX;
  let opening: Promise<Dispatcher> | undefined;
  return {
    async transport({ method, url, headers, body, signal }) {
      if (!isSafeUrl(new URL(url))) {
        throw new TrueupError('settings-invalid', 'only https is allowed, http for loopback only');
      }
      opening ??= openPool();
      const dispatcher = await opening;
      const { pathname, search, origin } = new URL(url);
      const answer = await dispatcher.request({
        origin,
        path: `${pathname}${search}`,
        method,
        headers,
        body: body ?? null,
        signal,
      });
      return {
        status: answer.statusCode,
        headers: flatten(answer.headers),
        body: await readBody(answer.body, bodyBytesMax),
      };
    },
    async close() {
      await (await opening)?.close();
    },
  };
}

async function openPool(): Promise<Dispatcher> {
  const { Agent } = await import('undici');
  return new Agent({
    connections: CONNECTIONS_MAX,
    pipelining: 1,
    keepAliveTimeout: KEEP_ALIVE_MS,
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}

async function readBody(body: Dispatcher.ResponseData['body'], bytesMax: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    const part = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    bytes += part.length;
    // Leaving the loop destroys the body and its connection.
    if (bytes > bytesMax) {
      throw new TrueupError(
        'api-response-too-large',
        `the answer of the API is larger than ${String(bytesMax)} bytes`,
      );
    }
    chunks.push(part);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function flatten(headers: Dispatcher.ResponseData['headers']): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]): readonly (readonly [string, string])[] =>
      value === undefined
        ? []
        : [[name.toLowerCase(), Array.isArray(value) ? value.join(', ') : value]],
    ),
  );
}
