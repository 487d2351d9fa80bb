import type { Clock } from '../core/clock.ts';
import { TrueupError } from '../core/errors.ts';
import type { Emit, Event } from '../core/event.ts';
import type { Redactor } from '../core/redactor.ts';
import { reveal, Secret } from '../core/secret.ts';
import type { Timing } from '../core/timing.ts';
import { ApiError } from './api-error.ts';
import { parseBaseUrl } from './base-url.ts';
import type {
  ApiRequest,
  ApiResponse,
  Explanation,
  ReadClient,
  RefusedAnswer,
  Throttle,
  Transport,
  WriteClient,
} from './contract.ts';
import { createDeadlines } from './deadlines.ts';
import { exchange } from './exchange.ts';
import type { ExchangeOptions, Try } from './exchange.ts';
import { judge } from './judge.ts';
import { toReadOnly } from './read-only.ts';
import { createRetryBudget } from './retry.ts';
import { fixedToken, type TokenSource } from './token-source.ts';

export interface ClientOptions {
  /** HTTPS, or HTTP on loopback; a path is kept. */
  readonly baseUrl: string;
  /** Sent as bearer token, to the origin of the base URL only. */
  readonly token: Secret | TokenSource;
  readonly transport: Transport;
  /** Shared by all clients of one credential. */
  readonly throttle: Throttle;
  readonly clock: Clock;
  readonly timing: Timing;
  readonly redactor: Redactor;
  readonly userAgent: string;
  readonly emit: Emit;
  /** In [0, 1), for jitter. */
  readonly random: () => number;
  /** Of every request, besides those that each has. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What an answer that is no success means, where the API has its own way of saying it. */
  readonly explain?: (answer: RefusedAnswer) => Explanation | undefined;
}

interface Control {
  readonly priority?: number;
  readonly signal?: AbortSignal;
  readonly beforeSend?: () => Promise<void>;
}

/**
 * The client of `plan`, `drift` and every other command that does not change anything: it has no
 * method but GET, and what is below it refuses any other. Throws `settings-invalid` for the base
 * URL and `credentials-missing` for a token that cannot be sent.
 */
export function createReadClient(options: ClientOptions): ReadClient {
  const client = connect({ ...options, transport: toReadOnly(options.transport) });
  return {
    get: (path, control) => client.get(path, control),
    lastServerTimeMs: () => client.lastServerTimeMs(),
    requestCount: () => client.requestCount(),
  };
}

/** The client of `apply` and `destroy`. Throws like `createReadClient`. */
export function createClient(options: ClientOptions): WriteClient {
  return connect(options);
}

function connect(options: ClientOptions): WriteClient {
  let requests = 0;
  let serverTimeMs = 0;
  const tokens = options.token instanceof Secret ? fixedToken(options.token) : options.token;
  const wire: ExchangeOptions = {
    ...options,
    tokens,
    headers: options.headers ?? {},
    baseUrl: parseBaseUrl(options.baseUrl),
    deadlines: createDeadlines(options.clock, options.timing.requestMsMax),
    transport: (request) => {
      requests += 1;
      return options.transport(request);
    },
  };
  if (options.token instanceof Secret) assertToken(options.token);

  const send = async (request: ApiRequest, control: Control = {}): Promise<ApiResponse> => {
    const budget = createRetryBudget(options.timing, options.random);
    const { priority = 0, signal, beforeSend } = control;
    let ambiguousBefore = false;
    let invalidBefore = false;
    let renewed = false;
    for (let count = 1; ; count += 1) {
      const result = await whileWanted(signal, request, ambiguousBefore, () =>
        exchange(wire, request, { priority, signal, beforeSend }),
      );
      if (result.type === 'answer' && result.serverTimeMs > 0) serverTimeMs = result.serverTimeMs;
      noteAccepted(tokens, result);
      if (!renewed && isWorthRenewing(tokens, result)) {
        renewed = true;
        options.emit(retried(request, count, 0, 401));
        continue;
      }
      const verdict = judge(request, result, {
        renewed: tokens.renews,
        explain: options.explain,
        scrub: (text) => options.redactor.scrub(text),
        ambiguousBefore,
        invalidBefore,
        aborted: signal?.aborted === true,
      });
      if (verdict.type === 'success') return verdict.response;
      ambiguousBefore ||= verdict.error.kind === 'ambiguous';
      invalidBefore ||= verdict.error.kind === 'invalid';
      const delayMs = verdict.retry === undefined ? undefined : budget.next(verdict.retry);
      if (delayMs === undefined) throw verdict.error;
      options.emit(retried(request, count, delayMs, verdict.error.status));
      await whileWanted(signal, request, ambiguousBefore, () =>
        options.clock.sleep(delayMs, signal),
      );
    }
  };

  return {
    send,
    get: (path, { query, ...control } = {}) =>
      send({ method: 'GET', path, ...(query === undefined ? {} : { query }) }, control),
    lastServerTimeMs: () => serverTimeMs,
    requestCount: () => requests,
  };
}

/** A wait that the signal ended becomes `interrupted`; bugs pass. */
async function whileWanted<T>(
  signal: AbortSignal | undefined,
  request: ApiRequest,
  ambiguousBefore: boolean,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (signal?.aborted !== true || error !== signal.reason) throw error;
    throw interrupted(request, ambiguousBefore);
  }
}

/** 401 was not executed, whatever it was: with another token it may be sent again. */
function isWorthRenewing(tokens: TokenSource, result: Try): boolean {
  if (result.type !== 'answer' || result.token === undefined) return false;
  return result.status === 401 && tokens.refused(result.token);
}

/** Of each answer, also of what was sent again: a token that worked may be renewed when it ends. */
function noteAccepted(tokens: TokenSource, result: Try): void {
  if (result.type !== 'answer' || result.token === undefined) return;
  if (result.status < 300) tokens.accepted(result.token);
}

function interrupted(request: ApiRequest, ambiguousBefore: boolean): ApiError {
  const { method, path } = request;
  const kind = ambiguousBefore ? 'ambiguous' : 'refused';
  return new ApiError('interrupted', `${method} ${path}: interrupted`, { kind, method, path });
}

function retried(
  request: ApiRequest,
  count: number,
  delayMs: number,
  status: number | undefined,
): Event {
  return {
    type: 'request-retried',
    method: request.method,
    path: request.path,
    try: count,
    delayMs,
    ...(status === undefined ? {} : { status }),
  };
}

/** A header takes visible ASCII only; a line break in a key is a copying mistake. */
function assertToken(token: Secret): void {
  if (/^[\u0021-\u007e]+$/.test(reveal(token))) return;
  throw new TrueupError(
    'credentials-missing',
    'the API key is empty or holds characters no key has',
    {
      hint: 'check it for blanks and line breaks',
    },
  );
}
