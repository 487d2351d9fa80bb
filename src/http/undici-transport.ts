import type { Dispatcher } from 'undici';
import type { IncomingHttpHeaders } from 'node:http';
import { TrueupError } from '../core/errors.ts';
import { onAbort } from '../core/on-abort.ts';
import { isSafeUrl } from './base-url.ts';
import type { Transport } from './contract.ts';

/** Bytes of an answer that are read. */
const BODY_BYTES_MAX = 64 * 1_024 * 1_024;
/** Connections to one origin; the limiter keeps far below. */
const CONNECTIONS_MAX = 256;
/** Path and query that hold nothing to normalise. */
const PLAIN_TARGET = /^(?:\/[\w-]+)+(?:\?[\w=&-]*)?$/;
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
  let known: string | undefined;
  return {
    async transport({ method, url, headers, body, signal }) {
      // Requests go to one origin, which need not be taken apart each time.
      if (known === undefined || !url.startsWith(`${known}/`)) known = safeOrigin(url);
      const origin = known;
      opening ??= openPool();
      const dispatcher = await opening;
      const path = pathIn(url, origin);
      const options = { origin, path, method, headers, body: body ?? null };
      return exchange(dispatcher, options, signal, bodyBytesMax);
    },
    async close() {
      await (await opening)?.close();
    },
  };
}

function safeOrigin(url: string): string {
  const target = new URL(url);
  if (isSafeUrl(target)) return target.origin;
  throw new TrueupError('settings-invalid', 'only https is allowed, http for loopback only');
}

/** What follows the origin, as it is where a URL leaves it as it is. */
function pathIn(url: string, origin: string): string {
  const rest = url.startsWith(`${origin}/`) ? url.slice(origin.length) : '';
  if (PLAIN_TARGET.test(rest)) return rest;
  const { pathname, search } = new URL(url);
  return `${pathname}${search}`;
}

/** Agent alone: the whole package also loads fetch, caches and web sockets, some 40 ms of a start. */
async function openPool(): Promise<Dispatcher> {
  const { default: Agent } = await import('undici/lib/dispatcher/agent.js');
  return new Agent({
    connections: CONNECTIONS_MAX,
    pipelining: 1,
    keepAliveTimeout: KEEP_ALIVE_MS,
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}

/** One request below undici's streams, which cost as much again as the request. */
function exchange(
  dispatcher: Dispatcher,
  options: Dispatcher.DispatchOptions,
  signal: AbortSignal,
  bytesMax: number,
): ReturnType<Transport> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let [status, bytes] = [0, 0];
    let headers: Readonly<Record<string, string>> = {};
    // Set at the start of the request: one that was given up before is never written.
    let abort: (() => void) | undefined;
    const forget = onAbort(signal, () => {
      abort?.();
      // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- the signal's own reason
      reject(signal.reason);
    });
    dispatcher.dispatch(options, {
      onRequestStart(controller) {
        abort = () => controller.abort(reasonOf(signal));
        if (signal.aborted) abort();
      },
      onResponseStart(_, code, received) {
        [status, headers] = [code, flatten(received)];
      },
      onResponseData(controller, chunk) {
        bytes += chunk.length;
        if (bytes > bytesMax) controller.abort(tooLarge(bytesMax));
        else chunks.push(chunk);
      },
      onResponseEnd() {
        forget();
        resolve({ status, headers, body: Buffer.concat(chunks).toString('utf8') });
      },
      onResponseError(_, error) {
        forget();
        reject(error);
      },
    });
  });
}

function reasonOf(signal: AbortSignal): Error {
  const { reason }: { readonly reason: unknown } = signal;
  return reason instanceof Error ? reason : new Error('the request was given up');
}

function tooLarge(bytesMax: number): TrueupError {
  return new TrueupError(
    'api-response-too-large',
    `the answer of the API is larger than ${String(bytesMax)} bytes`,
  );
}

function flatten(headers: IncomingHttpHeaders): Readonly<Record<string, string>> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined)
      flat[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flat;
}
