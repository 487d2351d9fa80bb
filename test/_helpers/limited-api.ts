import type { Clock } from '../../src/core/clock.ts';

/** How an API decides that there were too many requests. */
export type LimitShape =
  | { readonly type: 'bucket'; readonly burstSeconds: number }
  | { readonly type: 'fixed'; readonly seconds: number }
  | { readonly type: 'sliding'; readonly seconds: number };

/** What its answers tell about it. */
export interface LimitTold {
  readonly retryAfter?: 'seconds' | 'date';
  readonly headers?: {
    readonly prefix: 'ratelimit' | 'x-ratelimit';
    readonly reset: 'seconds' | 'epoch';
  };
}

export interface LimitedApiOptions {
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly shape: LimitShape;
  /** Requests a second that are let through, as time goes by. */
  readonly rateAt: (nowMs: number) => number;
  /** Whether a refused request counts against the limit like any other. */
  readonly countsRefused: boolean;
  readonly told: LimitTold;
  readonly latencyMs: { readonly min: number; readonly max: number };
  /** How far the clock of the server is ahead. */
  readonly skewMs?: number;
}

export interface LimitedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** An API that refuses what is above its limit; it decides half of the latency after the sending. */
export interface LimitedApi {
  call(): Promise<LimitedAnswer>;
  /** When each request was decided, and how. */
  readonly decided: readonly { readonly atMs: number; readonly ok: boolean }[];
}

interface Decision {
  readonly ok: boolean;
  readonly limit: number;
  readonly remaining: number;
  /** Until one more request is let through; 0 when it would be now. */
  readonly nextMs: number;
  /** Until the whole limit is there again, or the window ends. */
  readonly resetMs: number;
}

type Decide = (nowMs: number) => Decision;

export function createLimitedApi(options: LimitedApiOptions): LimitedApi {
  const { clock, random, latencyMs, told, skewMs = 0 } = options;
  const decide = createDecider(options);
  const decided: { readonly atMs: number; readonly ok: boolean }[] = [];
  return {
    decided,
    async call() {
      const delayMs = latencyMs.min + random() * (latencyMs.max - latencyMs.min);
      await clock.sleep(delayMs / 2);
      const nowMs = clock.now();
      const decision = decide(nowMs);
      decided.push({ atMs: nowMs, ok: decision.ok });
      await clock.sleep(delayMs / 2);
      return {
        status: decision.ok ? 200 : 429,
        headers: headersOf(decision, told, nowMs + skewMs),
      };
    },
  };
}

function createDecider(options: LimitedApiOptions): Decide {
  const { shape } = options;
  if (shape.type === 'bucket') return createBucket(options, shape.burstSeconds);
  if (shape.type === 'fixed') return createFixedWindow(options, shape.seconds);
  return createSlidingWindow(options, shape.seconds);
}

function createBucket(
  { clock, rateAt, countsRefused }: LimitedApiOptions,
  burstSeconds: number,
): Decide {
  let countedMs = clock.now();
  let tokens = Math.max(1, rateAt(countedMs) * burstSeconds);
  return (nowMs) => {
    const rate = rateAt(nowMs);
    const limit = Math.max(1, rate * burstSeconds);
    tokens = Math.min(limit, tokens + ((nowMs - countedMs) * rate) / 1_000);
    countedMs = nowMs;
    const ok = tokens >= 1;
    // What counts a refused request takes what there is of a token.
    if (ok || countsRefused) tokens = Math.max(0, tokens - 1);
    return {
      ok,
      limit: Math.floor(limit),
      remaining: Math.floor(tokens),
      nextMs: Math.max(0, ((1 - tokens) * 1_000) / rate),
      resetMs: ((limit - tokens) * 1_000) / rate,
    };
  };
}

function createFixedWindow(
  { clock, random, rateAt, countsRefused }: LimitedApiOptions,
  seconds: number,
): Decide {
  const lengthMs = seconds * 1_000;
  const originMs = clock.now() - random() * lengthMs;
  let current = -1;
  let used = 0;
  return (nowMs) => {
    const index = Math.floor((nowMs - originMs) / lengthMs);
    if (index !== current) used = 0;
    current = index;
    const limit = Math.max(1, Math.round(rateAt(nowMs) * seconds));
    const ok = used < limit;
    if (ok || countsRefused) used += 1;
    const resetMs = originMs + (index + 1) * lengthMs - nowMs;
    const remaining = Math.max(0, limit - used);
    return { ok, limit, remaining, nextMs: remaining > 0 ? 0 : resetMs, resetMs };
  };
}

function createSlidingWindow(
  { rateAt, countsRefused }: LimitedApiOptions,
  seconds: number,
): Decide {
  const lengthMs = seconds * 1_000;
  const counted: number[] = [];
  let first = 0;
  return (nowMs) => {
    while ((counted[first] ?? Number.POSITIVE_INFINITY) <= nowMs - lengthMs) first += 1;
    const limit = Math.max(1, Math.round(rateAt(nowMs) * seconds));
    const ok = counted.length - first < limit;
    if (ok || countsRefused) counted.push(nowMs);
    const remaining = Math.max(0, limit - (counted.length - first));
    // The one whose leaving makes room: after a fall of the limit that is not the oldest.
    const leaving = counted[counted.length - limit] ?? nowMs;
    const nextMs = remaining > 0 ? 0 : leaving + lengthMs - nowMs;
    const oldest = counted[first] ?? nowMs;
    return { ok, limit, remaining, nextMs, resetMs: Math.max(nextMs, oldest + lengthMs - nowMs) };
  };
}

function headersOf(
  decision: Decision,
  told: LimitTold,
  serverMs: number,
): Readonly<Record<string, string>> {
  const headers: Record<string, string> = { date: new Date(serverMs).toUTCString() };
  if (told.headers !== undefined) {
    const { prefix, reset } = told.headers;
    const resetS = Math.ceil(decision.resetMs / 1_000);
    headers[`${prefix}-limit`] = String(decision.limit);
    headers[`${prefix}-remaining`] = String(decision.remaining);
    headers[`${prefix}-reset`] = String(
      reset === 'seconds' ? resetS : Math.ceil((serverMs + decision.resetMs) / 1_000),
    );
  }
  if (!decision.ok && told.retryAfter !== undefined) {
    const seconds = Math.max(1, Math.ceil(decision.nextMs / 1_000));
    headers['retry-after'] =
      told.retryAfter === 'seconds'
        ? String(seconds)
        : new Date(Math.ceil((serverMs + decision.nextMs) / 1_000) * 1_000).toUTCString();
  }
  return headers;
}
