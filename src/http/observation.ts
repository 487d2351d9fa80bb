import type { Observation } from './contract.ts';
import { parseRateHeaders } from './rate-headers.ts';
import { parseRetryAfter } from './retry-after.ts';

/** What an answer says to the throttle. */
export function toObservation(
  answer: { readonly status: number; readonly headers: Readonly<Record<string, string>> },
  times: { readonly sentAtMs: number; readonly nowMs: number },
): Observation {
  const dateMs = Date.parse(answer.headers['date'] ?? '');
  const clock = { serverTimeMs: Number.isNaN(dateMs) ? 0 : dateMs, nowMs: times.nowMs };
  const retryAfterMs = parseRetryAfter(answer.headers['retry-after'], clock);
  const rate = parseRateHeaders(answer.headers, clock);
  return {
    status: answer.status,
    sentAtMs: times.sentAtMs,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(rate === undefined ? {} : { rate }),
  };
}
