import type { Emulator } from './contract.ts';

export interface TransportRequest {
  readonly method: string;
  /** Absolute; only path and query count. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface TransportResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A connection that failed, with the code a network client would give. */
class ConnectionError extends Error {
  readonly code: string;

  constructor(code: string, text: string) {
    super(text);
    this.name = 'ConnectionError';
    this.code = code;
  }
}

function reasonOf(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  return reason instanceof Error ? reason : new ConnectionError('ABORT_ERR', 'aborted');
}

/** The promise, or the signal's reason once it is aborted; leaves no listener behind. */
async function unlessAborted<Value>(
  promise: Promise<Value>,
  signal: AbortSignal | undefined,
): Promise<Value> {
  if (signal === undefined) return promise;
  return new Promise<Value>((resolve, reject) => {
    const abort = (): void => {
      reject(reasonOf(signal));
    };
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', abort);
    });
  });
}

function silence(): Promise<never> {
  return new Promise<never>(() => undefined);
}

/**
 * Talks to an emulator without a network. A reset rejects with code ECONNRESET, a truncated body
 * with UND_ERR_SOCKET, silence and an aborted signal with the signal's reason.
 */
export function inProcessTransport(
  emulator: Emulator,
): (request: TransportRequest) => Promise<TransportResponse> {
  return async ({ method, url, headers, body, signal }) => {
    if (signal?.aborted === true) throw reasonOf(signal);
    const { pathname, search } = new URL(url);
    const lowered = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
    );
    const request = { method, path: pathname + search, headers: lowered };
    const handled = emulator.handle(body === undefined ? request : { ...request, body });
    const reply = await unlessAborted(handled, signal);
    switch (reply.kind) {
      case 'response':
        return { status: reply.status, headers: reply.headers, body: reply.body };
      case 'reset':
        throw new ConnectionError('ECONNRESET', 'connection reset');
      case 'truncated':
        throw new ConnectionError('UND_ERR_SOCKET', 'other side closed');
      case 'hang':
        return unlessAborted(silence(), signal);
      default:
        return reply satisfies never;
    }
  };
}
