import type { Clock } from '../core/clock.ts';
import { TrueupError } from '../core/errors.ts';
import type { Emit } from '../core/event.ts';
import { onAbort } from '../core/on-abort.ts';
import { reveal } from '../core/secret.ts';
import type { Secret } from '../core/secret.ts';
import { buildUrl } from './base-url.ts';
import type { ApiRequest, Throttle, Transport } from './contract.ts';
import type { Deadlines } from './deadlines.ts';
import { toObservation } from './observation.ts';
import { serializeBody } from './serialize.ts';
import type { TokenSource } from './token-source.ts';

/** How one try ended: an answer, no answer, or not sent since the throttle is closed or no token is to be had. */
export type Try =
  | {
      readonly type: 'answer';
      readonly status: number;
      readonly contentType: string;
      /** Content-Encoding; empty where there is none. */
      readonly encoding: string;
      /** Target of a redirect; empty where there is none. */
      readonly location: string;
      readonly body: string;
      readonly serverTimeMs: number;
      readonly retryAfterMs: number | undefined;
      /** What it was sent with. */
      readonly token?: Secret;
    }
  | { readonly type: 'error'; readonly error: unknown; readonly timedOut: boolean }
  | { readonly type: 'closed'; readonly reason: string }
  | { readonly type: 'no-token'; readonly error: TrueupError };

/** What one request on the wire needs. */
export interface SendOptions {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  readonly emit: Emit;
  /** Told of each answer. */
  readonly throttle: Pick<Throttle, 'observe'>;
}

export interface ExchangeOptions extends SendOptions {
  /** As `parseBaseUrl` gave it: the token is sent nowhere else. */
  readonly baseUrl: string;
  readonly tokens: TokenSource;
  readonly throttle: Throttle;
  readonly userAgent: string;
  /** Besides those that every request has, which win. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Sends one try of a request: waits for the throttle, then for the answer up to the deadline.
 * Rejects only when the signal ended the wait for the throttle, with what `beforeSend` threw, or
 * with a bug.
 */
export function exchange(
  options: ExchangeOptions,
  request: ApiRequest,
  control: {
    readonly priority: number;
    readonly signal: AbortSignal | undefined;
    readonly beforeSend: (() => Promise<void>) | undefined;
  },
): Promise<Try> {
  const { throttle } = options;
  const url = buildUrl(options.baseUrl, request);
  const body = request.body === undefined ? undefined : serializeBody(request.body);
  const send = async (): Promise<Try> => {
    const reason = throttle.closed?.();
    if (reason !== undefined) return { type: 'closed', reason };
    const token = await tokenFor(options.tokens, control.signal);
    if (token instanceof TrueupError) return { type: 'no-token', error: token };
    await control.beforeSend?.();
    const headers = headersOf(options, token, body);
    const { method, path } = request;
    const result = await sendOnce(options, { method, path, url, headers, body }, control.signal);
    return result.type === 'answer' ? { ...result, token } : result;
  };
  const { priority, signal } = control;
  return throttle.run(send, { priority, ...(signal === undefined ? {} : { signal }) });
}

async function tokenFor(
  tokens: TokenSource,
  signal: AbortSignal | undefined,
): Promise<Secret | TrueupError> {
  try {
    return await tokens.current(signal);
  } catch (error) {
    if (error instanceof TrueupError && error.code !== 'internal') return error;
    throw error;
  }
}

/** Sends one request and waits for its answer up to the deadline. Rejects with bugs only. */
export async function sendOnce(
  options: SendOptions,
  request: {
    /** The method is sent; the path is for the log only. */
    readonly method: ApiRequest['method'];
    readonly path: string;
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string | undefined;
  },
  signal: AbortSignal | undefined,
): Promise<Try> {
  const { clock, emit } = options;
  const startMs = clock.now();
  const attempt = createAttempt();
  let timedOut = false;
  const giveUp = (): void => attempt.giveUp(signal?.reason);
  const met = options.deadlines.start(() => {
    timedOut = true;
    attempt.giveUp(new Error('the deadline of the request is over'));
  });
  if (signal?.aborted === true) giveUp();
  const forget = onAbort(signal, giveUp);
  const log = (outcome: string): void =>
    emit({
      type: 'log',
      level: 'trace',
      message: `${request.method} ${request.path} ${outcome} ${String(clock.now() - startMs)} ms`,
    });
  try {
    const answer = await attempt.run(() =>
      options.transport({
        method: request.method,
        url: request.url,
        headers: request.headers,
        body: request.body,
        signal: attempt.signal,
      }),
    );
    log(String(answer.status));
    const observation = toObservation(answer, { sentAtMs: startMs, nowMs: clock.now() });
    options.throttle.observe(observation);
    return toTry(answer, observation.retryAfterMs);
  } catch (error) {
    if (error instanceof TrueupError && error.code === 'read-only-violation') throw error;
    log('no answer');
    return { type: 'error', error, timedOut };
  } finally {
    met();
    forget();
  }
}

interface Attempt {
  /** For the transport. */
  readonly signal: AbortSignal;
  giveUp(reason: unknown): void;
  /** Ends when it is given up, even where the transport does not heed the signal. */
  run<T>(work: () => Promise<T>): Promise<T>;
}

function createAttempt(): Attempt {
  const control = new AbortController();
  const { signal } = control;
  let end: ((reason: unknown) => void) | undefined;
  return {
    signal,
    giveUp(reason) {
      control.abort(reason);
      end?.(signal.reason);
    },
    run: (work) =>
      new Promise((resolve, reject) => {
        end = reject;
        // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- the signal's own reason
        if (signal.aborted) reject(signal.reason);
        else work().then(resolve, reject);
      }),
  };
}

function headersOf(
  options: ExchangeOptions,
  token: Secret,
  body: string | undefined,
): Readonly<Record<string, string>> {
  return {
    ...options.headers,
    accept: 'application/json',
    authorization: `Bearer ${reveal(token)}`,
    'user-agent': options.userAgent,
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
}

function toTry(answer: Awaited<ReturnType<Transport>>, retryAfterMs: number | undefined): Try {
  const dateMs = Date.parse(answer.headers['date'] ?? '');
  const serverTimeMs = Number.isNaN(dateMs) ? 0 : dateMs;
  return {
    type: 'answer',
    status: answer.status,
    contentType: answer.headers['content-type'] ?? '',
    encoding: answer.headers['content-encoding'] ?? '',
    location: answer.headers['location'] ?? '',
    body: answer.body,
    serverTimeMs,
    retryAfterMs,
  };
}
