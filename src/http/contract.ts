import type { Secret } from '../core/secret.ts';
import type { Value } from '../core/value.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One call of an API, relative to its base URL. */
export interface ApiRequest {
  readonly method: Method;
  /** Starts with `/`; segments are already percent-encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** JSON body; Secrets in it are revealed by the serializer and nowhere else. */
  readonly body?: Value;
}

export interface ApiResponse {
  readonly status: number;
  /** Parsed JSON, or undefined for an empty or non-JSON body. */
  readonly body: unknown;
  /** Date header, epoch milliseconds; 0 where absent. */
  readonly serverTimeMs: number;
}

/**
 * How a request that did not succeed ended, and what is known of it:
 * - `refused`: the API answered 4xx, or the request never left: it was not executed.
 * - `ambiguous`: it may have been executed (5xx, reset, deadline).
 * - `invalid`: executed and answered, but the answer cannot be used.
 */
export type FailureKind = 'refused' | 'ambiguous' | 'invalid';

/** Sends requests while planning: no method but GET exists. */
export interface ReadClient {
  /** Retries what is safe. Throws `ApiError`. */
  get(
    path: string,
    options?: {
      readonly query?: Readonly<Record<string, string>>;
      readonly priority?: number;
      readonly signal?: AbortSignal;
    },
  ): Promise<ApiResponse>;
  /** Date of the last answer, epoch milliseconds; 0 before the first. */
  lastServerTimeMs(): number;
  /** Requests sent so far, tries included. */
  requestCount(): number;
}

/** The client of `apply` and `destroy`. */
export interface WriteClient extends ReadClient {
  /**
   * Sends a write. GET, PUT, PATCH and DELETE are retried on 429, 502, 503, 504 and connection
   * errors; POST only when it was certainly not executed (429, connection refused).
   */
  send(
    request: ApiRequest,
    options?: {
      readonly priority?: number;
      readonly signal?: AbortSignal;
      /** Awaited before every try, when nothing but sending is left: intents are written here. */
      readonly beforeSend?: () => Promise<void>;
    },
  ): Promise<ApiResponse>;
}

/** Raw exchange under the client: undici in production, the emulator's handler in tests. */
export type Transport = (request: {
  readonly method: Method;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly signal: AbortSignal;
}) => Promise<{
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}>;

/** Milliseconds. A longer wait for an API is not made: its requests fail instead. */
export const WAIT_MS_MAX = 600_000;

/** What rate headers of an answer say about the API's limit; nothing of it is checked yet. */
export interface RateHeaders {
  /** Requests that are allowed in a window. */
  readonly limit?: number;
  /** Requests that are left of them. */
  readonly remaining?: number;
  /** Milliseconds until all of them are there again. */
  readonly resetMs?: number;
}

/** One answer of an API, as far as it says something about its rate. */
export interface Observation {
  readonly status: number;
  readonly retryAfterMs?: number;
  /** When the request was sent; now, where absent. */
  readonly sentAtMs?: number;
  readonly rate?: RateHeaders;
}

/** Admits requests: rate and concurrency. Passed to the client; shared by reads and writes. */
export interface Throttle {
  /** Runs `send` when a slot and a token are there. Higher priority first. */
  run<T>(send: () => Promise<T>, options: { priority: number; signal?: AbortSignal }): Promise<T>;
  /** What the API said: adapts the rate. */
  observe(answer: Observation): void;
  /** Why nothing is to be sent any more, as the end of a sentence; undefined while it may be. */
  closed?(): string | undefined;
}

/** What is exchanged for a token. */
export interface ClientCredentials {
  readonly id: string;
  readonly secret: Secret;
}

/** What the exchange gave. */
export interface GivenToken {
  readonly token: string;
  /** Seconds; undefined where the answer does not tell. */
  readonly expiresInSeconds: number | undefined;
}

/** An answer that is no success, for whoever knows how its API says why. */
export interface RefusedAnswer {
  readonly method: Method;
  readonly path: string;
  readonly status: number;
  /** Parsed JSON, or undefined for an empty or non-JSON body. */
  readonly body: unknown;
}

/** What an answer means; what is left out is said as for any API. Scrubbed before it is shown. */
export interface Explanation {
  /** In place of the body, after `answered 403: `. */
  readonly text?: string;
  readonly hint?: string;
}
