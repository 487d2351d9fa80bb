import type { Clock } from '../core/clock.ts';
import { TrueupError } from '../core/errors.ts';
import { onAbort } from '../core/on-abort.ts';
import type { Secret } from '../core/secret.ts';

/** Where the bearer token of each request comes from. One a credential, for reads and writes. */
export interface TokenSource {
  /** Whether a token that is refused is followed by another. */
  readonly renews: boolean;
  /**
   * The token to send now. Rejects with the TrueupError that tells why there is none, or with the
   * signal's reason.
   */
  current(signal?: AbortSignal): Promise<Secret>;
  /**
   * Tells that the API answered 401 to this token. Whether the request is worth sending once more:
   * there is a newer token already, or `current` gets one.
   */
  refused(token: Secret): boolean;
  /** Tells that the API took this token. */
  accepted(token: Secret): void;
  /** Ends an exchange that is under way. */
  close(): void;
}

/** A token that stays as it is. */
export function fixedToken(token: Secret): TokenSource {
  return {
    renews: false,
    current: () => Promise.resolve(token),
    refused: () => false,
    accepted: () => undefined,
    close: () => undefined,
  };
}

/** A token that was exchanged. */
export interface FreshToken {
  readonly token: Secret;
  /** Milliseconds, counted from before the exchange. */
  readonly lifetimeMs: number;
}

/** A token is renewed this long before it ends, … */
const EARLY_MS_MAX = 60_000;
/** … or after so much of a short life: else a token of a minute would be renewed for each request. */
const EARLY_SHARE = 0.25;

export interface TokenSourceOptions {
  readonly clock: Clock;
  /** Throws TrueupError; `credentials-refused` is final and never asked again. */
  readonly exchange: (signal: AbortSignal) => Promise<FreshToken>;
  /** After an exchange that failed nobody asks again for this long, milliseconds. */
  readonly pauseMs: number;
}
interface Held extends FreshToken {
  readonly endsAtMs: number;
  readonly renewAtMs: number;
  /** Got because the API had refused the one before. */
  readonly isSecond: boolean;
  isAccepted: boolean;
}

/**
 * A token that ends, and is exchanged anew before that: one exchange at a time, whoever waits for
 * it. While the old token lasts nobody waits. A token that the API refuses is exchanged once; when
 * it refuses the new one too, that is how it is.
 */
export function createTokenSource(options: TokenSourceOptions): TokenSource {
  const { clock, exchange, pauseMs } = options;
  const closing = new AbortController();
  let held: Held | undefined;
  let renewal: Promise<Secret> | undefined;
  let failure: { readonly error: unknown; readonly untilMs: number } | undefined;
  let isSecond = false;

  const exchangeNow = async (): Promise<Secret> => {
    const startMs = clock.now();
    try {
      const fresh = await exchange(closing.signal);
      const { token, lifetimeMs } = fresh;
      const earlyMs = Math.min(EARLY_MS_MAX, lifetimeMs * EARLY_SHARE);
      const endsAtMs = startMs + lifetimeMs;
      const renewAtMs = endsAtMs - earlyMs;
      held = { token, lifetimeMs, endsAtMs, renewAtMs, isSecond, isAccepted: false };
      isSecond = false;
      failure = undefined;
      return token;
    } catch (error) {
      const isFinal = error instanceof TrueupError && error.code === 'credentials-refused';
      const untilMs = isFinal ? Number.POSITIVE_INFINITY : clock.now() + pauseMs;
      failure = { error, untilMs };
      throw error;
    }
  };

  const renew = (): Promise<Secret> => {
    if (failure !== undefined && clock.now() < failure.untilMs) {
      // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- what the exchange threw
      return Promise.reject(failure.error);
    }
    renewal ??= exchangeNow().finally(() => {
      renewal = undefined;
    });
    return renewal;
  };

  return {
    renews: true,
    current(signal) {
      if (held === undefined) return unlessAborted(renew(), signal);
      const nowMs = clock.now();
      if (nowMs < held.renewAtMs) return Promise.resolve(held.token);
      const renewed = renew();
      if (nowMs >= held.endsAtMs) return unlessAborted(renewed, signal);
      // It still lasts: a renewal that fails is tried again, and told once nothing else is left.
      renewed.catch(() => undefined);
      return Promise.resolve(held.token);
    },
    refused(token) {
      // Whoever was sent with an older one, or comes after another who told, takes the new one.
      if (held?.token !== token) return true;
      if (held.isSecond && !held.isAccepted) return false;
      held = undefined;
      isSecond = true;
      return true;
    },
    accepted(token) {
      if (held?.token === token) held.isAccepted = true;
    },
    close: () => closing.abort(new Error('the connection is closed')),
  };
}

async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise<T>((resolve, reject) => {
    // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- the signal's own reason
    const give = (): void => reject(signal.reason);
    if (signal.aborted) {
      work.catch(() => undefined);
      give();
      return;
    }
    const forget = onAbort(signal, give);
    work.then(resolve, reject).finally(forget);
  });
}
