import type { Dispatcher } from 'undici';
import type { IncomingHttpHeaders } from 'node:http';
import type { SecureContext } from 'node:tls';
import { TrueupError } from '../core/errors.ts';
import { onAbort } from '../core/on-abort.ts';
import { reveal, type Secret } from '../core/secret.ts';
import { isSafeUrl } from './base-url.ts';
import type { Transport } from './contract.ts';
import { BrokenConnectionError, classifyConnection, ProxyError } from './failure.ts';

/** Bytes of an answer that are read. */
const BODY_BYTES_MAX = 64 * 1_024 * 1_024;
/** Connections to one origin; the limiter keeps far below. */
const CONNECTIONS_MAX = 256;
/** Path and query that hold nothing to normalise. */
const PLAIN_TARGET = /^(?:\/[\w-]+)+(?:\?[\w=&-]*)?$/;
/** An idle connection is dropped before the other side is likely to. */
const KEEP_ALIVE_MS = 4_000;

/** A proxy as the transport needs it. */
export interface TransportProxy {
  /** Scheme, host and port. */
  readonly origin: string;
  /** `Proxy-Authorization`, sent to the proxy only; undefined without user and password. */
  readonly authorization: Secret | undefined;
}

export interface TransportOptions {
  readonly bodyBytesMax?: number;
  /** Requests to HTTPS origins go through it, by CONNECT: it sees none of their headers. */
  readonly proxy?: TransportProxy;
  /** Certificates in PEM that are trusted besides Node's own; asked for at the first request. */
  readonly authorities?: () => readonly string[];
}

export interface UndiciTransport {
  readonly transport: Transport;
  /** Closes the connections that are kept. */
  readonly close: () => Promise<void>;
}

/**
 * Requests over a pool of connections. Redirects are not followed, certificates are always
 * checked, no environment variable is read; the deadline is the caller's signal. Throws
 * `api-response-too-large`, `settings-invalid` for a URL that is neither HTTPS nor loopback,
 * `ProxyError`, `BrokenConnectionError`, and whatever else the connection threw.
 */
export function createUndiciTransport(settings: TransportOptions = {}): UndiciTransport {
  const bodyBytesMax = settings.bodyBytesMax ?? BODY_BYTES_MAX;
  let opening: Promise<Dispatcher> | undefined;
  let known: string | undefined;
  return {
    async transport({ method, url, headers, body, signal }) {
      // Requests go to one origin, which need not be taken apart each time.
      if (known === undefined || !url.startsWith(`${known}/`)) known = safeOrigin(url);
      const origin = known;
      opening ??= openPool(settings, origin.startsWith('https:'));
      const dispatcher = await opening;
      const path = pathIn(url, origin);
      const options = { origin, path, method, headers, body: body ?? null };
      const answer = exchange(dispatcher, options, signal, bodyBytesMax);
      return settings.proxy === undefined ? answer : answer.catch(atProxy(settings.proxy.origin));
    },
    async close() {
      const dispatcher = await opening?.catch(() => undefined);
      // A tunnel that is still being dug would be waited for.
      await (settings.proxy === undefined ? dispatcher?.close() : dispatcher?.destroy());
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
async function openPool(settings: TransportOptions, secure: boolean): Promise<Dispatcher> {
  const { proxy } = settings;
  const tls = secure ? await tlsOptions(settings.authorities?.() ?? []) : {};
  const pool = {
    connections: CONNECTIONS_MAX,
    pipelining: 1,
    keepAliveTimeout: KEEP_ALIVE_MS,
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  if (proxy === undefined || !secure) {
    const { default: Agent } = await import('undici/lib/dispatcher/agent.js');
    return new Agent({ ...pool, connect: tls });
  }
  // Not its file alone: the method that asks a proxy comes with the package.
  const { ProxyAgent } = await import('undici');
  const { authorization } = proxy;
  return new ProxyAgent({
    ...pool,
    uri: proxy.origin,
    proxyTls: tls,
    requestTls: tls,
    ...(authorization === undefined ? {} : { token: reveal(authorization) }),
  });
}

interface TlsOptions {
  readonly rejectUnauthorized: boolean;
  readonly secureContext?: SecureContext;
}

/** `NODE_TLS_REJECT_UNAUTHORIZED=0` has no say; one context for all connections. */
async function tlsOptions(authorities: readonly string[]): Promise<TlsOptions> {
  if (authorities.length === 0) return { rejectUnauthorized: true };
  const { createSecureContext, rootCertificates } = await import('node:tls');
  const ca = [...rootCertificates, ...authorities];
  return { rejectUnauthorized: true, secureContext: createSecureContext({ ca }) };
}

/** Says that it was the proxy, and what it answered; passes on what happened behind it. */
function atProxy(origin: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof Error)) throw error;
    const status = /^Proxy response \((\d+)\)/.exec(error.message)?.[1];
    if (status !== undefined) {
      const why = status === '407' ? ': it wants another user and password than it was given' : '';
      // 4xx is a decision, 5xx may pass.
      const final = status.startsWith('4');
      const message = `the proxy ${origin} answered ${status} instead of connecting${why}`;
      throw new ProxyError(message, { final, cause: error });
    }
    if (classifyConnection(error) !== 'not-sent') throw error;
    const message = `the proxy ${origin} cannot be reached: ${error.message}`;
    throw new ProxyError(message, { final: false, cause: error });
  };
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
        const isBroken = abort !== undefined && classifyConnection(error) !== 'unknown';
        reject(isBroken ? new BrokenConnectionError(error) : error);
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
