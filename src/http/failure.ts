import type { FailureKind, Method } from './contract.ts';

/** Errors of connections that were never made: the request did not leave this machine. */
const NOT_SENT_CODES: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Errors of TLS: the request was not sent, and another try changes nothing. */
const TLS_CODE = /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|EPROTO$)/;

/**
 * A proxy that was not reached, or did not open the way: nothing was sent through it. `final`:
 * another try changes nothing.
 */
export class ProxyError extends Error {
  readonly final: boolean;

  constructor(message: string, options: { readonly final: boolean; readonly cause?: unknown }) {
    super(message, { cause: options.cause });
    this.name = 'ProxyError';
    this.final = options.final;
  }
}

/**
 * A connection that failed behind the start of its request, under whatever code: a route that
 * breaks then, or a record of TLS that is torn, says nothing about what the server has done.
 */
export class BrokenConnectionError extends Error {
  constructor(cause: Error) {
    super(cause.message, { cause });
    this.name = 'BrokenConnectionError';
  }
}

/** What became of one try that got no usable answer. */
export type ConnectionFailure = 'not-sent' | 'not-sent-for-good' | 'unknown';

/** Looks through the causes of a transport error, up to a connection that broke later. */
export function classifyConnection(error: unknown): ConnectionFailure {
  if (error instanceof ProxyError) return error.final ? 'not-sent-for-good' : 'not-sent';
  for (const code of codesOf(error)) {
    if (NOT_SENT_CODES.has(code)) return 'not-sent';
    if (TLS_CODE.test(code)) return 'not-sent-for-good';
  }
  return 'unknown';
}

/** What to do about a certificate that was refused, or a server that speaks no TLS. */
export function tlsHint(error: unknown): string | undefined {
  const code = codesOf(error).find((item) => TLS_CODE.test(item));
  if (code === undefined) return undefined;
  if (/EXPIRED|NOT_YET_VALID/.test(code)) {
    return 'the certificate is out of date: check the clock of this machine, else tell who runs the server';
  }
  if (code.includes('ALTNAME')) {
    return 'the certificate is of another host: check the base URL, and what stands between';
  }
  if (/SELF_SIGNED|DEPTH_ZERO|^UNABLE_TO_|^CERT_/.test(code)) {
    return (
      'no authority that this machine trusts has signed the certificate; where your own network ' +
      'signs it, name the file of its authority in SSL_CERT_FILE or NODE_EXTRA_CA_CERTS'
    );
  }
  return 'what answers there does not speak TLS as expected: check the base URL and its port';
}

/** Whether a try that was answered with this status may be repeated. */
export function isRetriedStatus(method: Method, status: number): boolean {
  if (status === 429) return true;
  if (method === 'POST') return false;
  if (status === 500) return method === 'GET';
  return status === 502 || status === 503 || status === 504;
}

/** What an answer that is not a success says about the request. 408 may come from a proxy. */
export function kindOfStatus(status: number): FailureKind {
  return status >= 500 || status === 408 ? 'ambiguous' : 'refused';
}

function codesOf(error: unknown): readonly string[] {
  const codes: string[] = [];
  const queue: unknown[] = [error];
  for (let step = 0; step < 20 && queue.length > 0; step += 1) {
    const item = queue.shift();
    if (!(item instanceof Error) || item instanceof BrokenConnectionError) continue;
    if ('code' in item && typeof item.code === 'string') codes.push(item.code);
    queue.push(item.cause);
    if (item instanceof AggregateError) queue.push(...(item.errors as readonly unknown[]));
  }
  return codes;
}
