import type { RateHeaders } from './contract.ts';

/** The spellings in use, most specific first. */
const PREFIXES = ['ratelimit', 'x-ratelimit', 'x-rate-limit'];
/** Larger numbers of seconds are times since 1970: nobody asks to wait for thirty years. */
const EPOCH_SECONDS_MIN = 1e9;
/** Still larger ones are milliseconds since 1970. */
const EPOCH_MS_MIN = 1e12;

/**
 * Reads `RateLimit-Limit`, `-Remaining`, `-Reset` and their `X-` spellings, and the one field
 * `RateLimit` of the later IETF drafts (`limit=9, remaining=3, reset=7` or `"name";r=3;t=7`).
 * Where a field lists several limits the first counts. A reset is seconds from now, or a time in
 * seconds or milliseconds since 1970 on the server's own clock (`Date` header) where it tells,
 * else on ours. What is not a number is left out; whether a value is believed is not judged here.
 * Undefined where there is no such header.
 */
export function parseRateHeaders(
  headers: Readonly<Record<string, string>>,
  clock: { readonly serverTimeMs: number; readonly nowMs: number },
): RateHeaders | undefined {
  for (const prefix of PREFIXES) {
    const found = toRateHeaders(
      headers[`${prefix}-limit`],
      headers[`${prefix}-remaining`],
      headers[`${prefix}-reset`],
      clock,
    );
    if (found !== undefined) return found;
  }
  const combined = headers['ratelimit'];
  if (combined === undefined) return undefined;
  return toRateHeaders(
    parameterOf(combined, 'limit|q'),
    parameterOf(combined, 'remaining|r'),
    parameterOf(combined, 'reset|t'),
    clock,
  );
}

function toRateHeaders(
  limitText: string | undefined,
  remainingText: string | undefined,
  resetText: string | undefined,
  clock: { readonly serverTimeMs: number; readonly nowMs: number },
): RateHeaders | undefined {
  const limit = leadingNumber(limitText);
  const remaining = leadingNumber(remainingText);
  const reset = leadingNumber(resetText);
  if (limit === undefined && remaining === undefined && reset === undefined) return undefined;
  return {
    ...(limit === undefined ? {} : { limit }),
    ...(remaining === undefined ? {} : { remaining }),
    ...(reset === undefined ? {} : { resetMs: toResetMs(reset, clock) }),
  };
}

function toResetMs(
  reset: number,
  { serverTimeMs, nowMs }: { readonly serverTimeMs: number; readonly nowMs: number },
): number {
  if (reset < EPOCH_SECONDS_MIN) return reset * 1_000;
  const atMs = reset < EPOCH_MS_MIN ? reset * 1_000 : reset;
  return Math.max(0, atMs - (serverTimeMs > 0 ? serverTimeMs : nowMs));
}

/** `100`, and the 100 of `100, 10;w=1`; not `-1`, which some send for "no limit". */
function leadingNumber(text: string | undefined): number | undefined {
  const digits = /^\s*(\d{1,15}(?:\.\d{1,6})?)\s*(?:$|[,;])/.exec(text ?? '')?.[1];
  return digits === undefined ? undefined : Number(digits);
}

function parameterOf(text: string, names: string): string | undefined {
  return new RegExp(`(?:^|[,;\\s])(?:${names})=(\\d+)`, 'i').exec(text)?.[1];
}
