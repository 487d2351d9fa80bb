import { describe, expect, it } from 'vitest';
import { toObservation } from '../../src/http/observation.ts';
import { parseRateHeaders } from '../../src/http/rate-headers.ts';

const nowMs = Date.parse('2026-01-01T00:00:00Z');
const clock = { serverTimeMs: 0, nowMs };

describe('rate headers', () => {
  it.each([
    ['ratelimit', '30', 30_000],
    ['x-ratelimit', '30', 30_000],
    ['x-rate-limit', '0', 0],
    ['x-ratelimit', '1.5', 1_500],
    ['x-ratelimit', String(nowMs / 1_000 + 7), 7_000],
    ['x-ratelimit', String(nowMs + 2_500), 2_500],
    ['x-ratelimit', String(nowMs / 1_000 - 7), 0],
  ])('reads %s-… with a reset of %s', (prefix, reset, resetMs) => {
    const headers = {
      [`${prefix}-limit`]: '100',
      [`${prefix}-remaining`]: '3',
      [`${prefix}-reset`]: reset,
    };
    expect(parseRateHeaders(headers, clock)).toEqual({ limit: 100, remaining: 3, resetMs });
  });

  it('counts a time from the clock of the server', () => {
    const headers = { 'x-ratelimit-reset': String(nowMs / 1_000 + 100) };
    const serverTimeMs = nowMs + 90_000;
    expect(parseRateHeaders(headers, { serverTimeMs, nowMs })).toEqual({ resetMs: 10_000 });
  });

  it.each([
    ['limit=100, remaining=50, reset=5', { limit: 100, remaining: 50, resetMs: 5_000 }],
    ['"default";r=50;t=30', { remaining: 50, resetMs: 30_000 }],
    ['"burst";q=9;r=0;t=1, "day";q=1000;r=3;t=900', { limit: 9, remaining: 0, resetMs: 1_000 }],
    ['"default"', undefined],
  ])('reads the one field %s', (ratelimit, expected) => {
    expect(parseRateHeaders({ ratelimit }, clock)).toEqual(expected);
  });

  it.each([
    ['100, 10;w=1', { limit: 100 }],
    ['100;w=60', { limit: 100 }],
    ['-1', undefined],
    ['unlimited', undefined],
    ['1e9', undefined],
    ['9'.repeat(400), undefined],
    ['', undefined],
  ])('reads the limit %s', (text, expected) => {
    expect(parseRateHeaders({ 'ratelimit-limit': text }, clock)).toEqual(expected);
  });

  it('reach the throttle with the status, the wait and the time of sending', () => {
    const headers = {
      date: 'Thu, 01 Jan 2026 00:01:00 GMT',
      'retry-after': 'Thu, 01 Jan 2026 00:01:05 GMT',
      'ratelimit-remaining': '0',
    };
    expect(toObservation({ status: 429, headers }, { sentAtMs: 1, nowMs })).toEqual({
      status: 429,
      sentAtMs: 1,
      retryAfterMs: 5_000,
      rate: { remaining: 0 },
    });
    const plain = toObservation({ status: 200, headers: {} }, { sentAtMs: 1, nowMs });
    expect(plain).toEqual({ status: 200, sentAtMs: 1 });
  });
});
