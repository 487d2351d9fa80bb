import type { Clock } from '../core/clock.ts';
import { TrueupError } from '../core/errors.ts';
import type { Emit } from '../core/event.ts';
import type { Redactor } from '../core/redactor.ts';
import type { Timing } from '../core/timing.ts';
import type { Value } from '../core/value.ts';
import type { ApiError } from './api-error.ts';
import { parseBaseUrl } from './base-url.ts';
import {
  WAIT_MS_MAX,
  type ApiRequest,
  type ApiResponse,
  type GivenToken,
  type Transport,
} from './contract.ts';
import { createDeadlines } from './deadlines.ts';
import { sendOnce, type SendOptions } from './exchange.ts';
import { judge } from './judge.ts';
import { createRetryBudget } from './retry.ts';
import { serializeBody } from './serialize.ts';
import type { FreshToken } from './token-source.ts';

export interface TokenExchangeOptions {
  /** HTTPS, or HTTP on loopback. The only URL that is ever asked. */
  readonly endpoint: string;
  /** JSON body of the exchange. */
  readonly body: Value;
  /** The token of a 2xx answer; undefined where it holds none. */
  readonly read: (answer: unknown) => GivenToken | undefined;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly timing: Timing;
  readonly redactor: Redactor;
  readonly userAgent: string;
  readonly emit: Emit;
  /** In [0, 1), for jitter. */
  readonly random: () => number;
  /** What to check when the server refuses, and when it cannot be asked. */
  readonly hints: { readonly refused: string; readonly unreachable: string };
}

/** Every request waits for it, and it takes a moment: no reason for the patience of other calls. */
const REQUEST_MS_MAX = 30_000;
/** Where the answer does not tell, as most servers have it. */
const LIFETIME_SECONDS = 3_600;
/** No visible ASCII, no header. */
const TOKEN = /^[\u0021-\u007e]+$/;

/**
 * Asks a server for a token: a client of its own, which reaches one URL by POST, carries no token
 * and is there while planning too. An exchange may be sent again, so more is tried again than of
 * other POSTs. Throws `settings-invalid` for the URL. What it gives throws `credentials-refused`
 * for an answer that will stay as it is (4xx, a redirect), else like a request of the API.
 */
export function createTokenExchange(
  options: TokenExchangeOptions,
): (signal: AbortSignal) => Promise<FreshToken> {
  const { timing } = options;
  const endpoint = parseBaseUrl(options.endpoint);
  const wire: SendOptions = {
    transport: options.transport,
    clock: options.clock,
    deadlines: createDeadlines(options.clock, Math.min(REQUEST_MS_MAX, timing.requestMsMax)),
    emit: options.emit,
    throttle: { observe: () => undefined },
  };
  const request: ApiRequest = { method: 'POST', path: endpoint, body: options.body };

  const ask = async (signal: AbortSignal): Promise<ApiResponse> => {
    const budget = createRetryBudget(timing, options.random);
    // No limiter stands behind it that would give up.
    const endMs = options.clock.now() + WAIT_MS_MAX;
    for (;;) {
      const result = await sendOnce(wire, wireRequest(options, endpoint), signal);
      const verdict = judge(request, result, {
        scrub: (text) => options.redactor.scrub(text),
        ambiguousBefore: false,
        invalidBefore: false,
        aborted: signal.aborted,
        repeatable: true,
      });
      if (verdict.type === 'success') return verdict.response;
      const delayMs = verdict.retry === undefined ? undefined : budget.next(verdict.retry);
      if (delayMs === undefined || options.clock.now() + delayMs > endMs) {
        throw toFailure(verdict.error, options.hints);
      }
      await options.clock.sleep(delayMs, signal);
    }
  };

  return async (signal) => {
    const { body, status } = await ask(signal);
    const given = options.read(body);
    if (given === undefined || !TOKEN.test(given.token)) {
      const message = `POST ${endpoint}: answered ${String(status)} without a token`;
      throw new TrueupError('api-response-invalid', message, { hint: options.hints.unreachable });
    }
    return { token: options.redactor.secret(given.token), lifetimeMs: lifetimeMsOf(given) };
  };
}

function wireRequest(
  { body, userAgent }: TokenExchangeOptions,
  endpoint: string,
): Parameters<typeof sendOnce>[1] {
  return {
    method: 'POST',
    path: endpoint,
    url: endpoint,
    headers: {
      accept: 'application/json',
      'content-type': 'application/json',
      'user-agent': userAgent,
    },
    body: serializeBody(body),
  };
}

function toFailure(
  error: ApiError,
  hints: { readonly refused: string; readonly unreachable: string },
): TrueupError {
  const { status } = error;
  if (status === undefined) {
    const hint =
      error.hint === undefined ? hints.unreachable : `${error.hint}; ${hints.unreachable}`;
    return new TrueupError(error.code, error.message, { cause: error, hint });
  }
  // A server that is down, or has too much to do, says nothing about the credentials.
  const isFinal = error.kind === 'refused' && status !== 429;
  const code = isFinal ? 'credentials-refused' : error.code;
  const isOfCredentials = status === 400 || status === 401 || status === 403;
  const hint = isOfCredentials ? hints.refused : hints.unreachable;
  return new TrueupError(code, error.message, { cause: error, hint });
}

function lifetimeMsOf({ expiresInSeconds }: GivenToken): number {
  const isTold = expiresInSeconds !== undefined && expiresInSeconds > 0;
  return (isTold ? expiresInSeconds : LIFETIME_SECONDS) * 1_000;
}
