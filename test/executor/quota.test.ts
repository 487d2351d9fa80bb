import { describe, expect, it } from 'vitest';
import { createQuota, type Quota } from '../../src/executor/quota.ts';
import { createToldLimits } from '../../src/executor/told-limits.ts';
import { WAIT_MS_MAX } from '../../src/http/contract.ts';

/** An answer of a window of a minute, sent and answered at `atMs`. */
function tell(
  quota: Quota,
  atMs: number,
  remaining: number,
  parts: { limit?: number; resetMs?: number; sentAtMs?: number; accepted?: boolean } = {},
): void {
  const { limit = 100, resetMs = 30_000, sentAtMs = atMs, accepted = true } = parts;
  quota.observe({ limit, remaining, resetMs }, { nowMs: atMs, sentAtMs, accepted });
}

function waits(limit: number): number {
  const quota = createQuota();
  let count = 0;
  for (let atMs = 0; count < 20; count += 1) {
    tell(quota, atMs, 0, { limit, resetMs: 50_000 });
    const waitMs = quota.waitMs(atMs, 0);
    if (waitMs === 0) break;
    atMs += waitMs;
    quota.waitMs(atMs, 0);
    quota.spent(atMs);
  }
  return count;
}

describe('the quota that an API tells', () => {
  it('lets everything through while nothing is told', () => {
    const quota = createQuota();
    quota.observe({ limit: 5 }, { nowMs: 0, sentAtMs: 0, accepted: true });
    quota.spent(0);
    expect([quota.waitMs(0, 1_000), quota.isSpent]).toEqual([0, false]);
  });

  it('is never overspent: what is in flight counts as spent', () => {
    const quota = createQuota();
    tell(quota, 0, 60);
    expect(quota.waitMs(0, 59)).toBe(0);
    expect(quota.waitMs(0, 60)).toBe(30_000);
    expect(quota.isSpent).toBe(false);
    tell(quota, 10, 0);
    expect([quota.waitMs(10, 0), quota.isSpent]).toEqual([30_000, true]);
  });

  it('is asked for with one request after the reset, and with another when that is lost', () => {
    const quota = createQuota();
    tell(quota, 0, 0);
    expect(quota.waitMs(30_000, 0)).toBe(0);
    expect(quota.waitMs(30_000, 1)).toBe(2_000);
    expect(quota.waitMs(32_000, 1)).toBe(0);
    tell(quota, 33_000, 99);
    expect(quota.waitMs(33_000, 10)).toBe(0);
  });

  it('is spread over the time that is left once half of it is spent', () => {
    const quota = createQuota();
    tell(quota, 0, 51);
    quota.spent(0);
    expect(quota.waitMs(0, 0)).toBe(0);
    tell(quota, 10, 30, { resetMs: 30_000 });
    quota.spent(10);
    expect(quota.waitMs(10, 0)).toBe(1_000);
    expect(quota.waitMs(1_010, 0)).toBe(0);
  });

  it('believes the answer to the request sent last, and what is less of the same window', () => {
    const quota = createQuota();
    tell(quota, 100, 40, { sentAtMs: 50 });
    tell(quota, 110, 60, { sentAtMs: 40 });
    expect(quota.waitMs(110, 40)).toBeGreaterThan(0);
    tell(quota, 120, 10, { sentAtMs: 40 });
    expect(quota.waitMs(120, 10)).toBeGreaterThan(0);
    // A late answer of the window before.
    tell(quota, 130, 0, { sentAtMs: 30, resetMs: 100 });
    expect(quota.isSpent).toBe(false);
  });

  it('does not wait for windows of a second or two, which are told too coarsely', () => {
    const quota = createQuota();
    tell(quota, 0, 0, { limit: 10, resetMs: 1_000 });
    expect([quota.waitMs(0, 5), quota.isSpent]).toEqual([0, false]);
  });

  it.each([
    { limit: 10, remaining: 11, resetMs: 1_000 },
    { limit: 0, remaining: 0, resetMs: 10_000 },
    { remaining: 0, resetMs: WAIT_MS_MAX + 1 },
    { remaining: 0 },
    { resetMs: 10_000 },
  ])('does not believe %o', (told) => {
    const quota = createQuota();
    quota.observe(told, { nowMs: 0, sentAtMs: 0, accepted: true });
    expect(quota.waitMs(0, 0)).toBe(0);
  });

  it('is doubted after a minute, and no longer believed when a request is taken then', () => {
    const quota = createQuota();
    tell(quota, 0, 0, { resetMs: WAIT_MS_MAX });
    expect(quota.waitMs(0, 0)).toBe(60_000);
    expect(quota.waitMs(60_000, 0)).toBe(0);
    tell(quota, 60_100, 0, { sentAtMs: 60_000, resetMs: WAIT_MS_MAX, accepted: true });
    tell(quota, 60_200, 0, { resetMs: WAIT_MS_MAX });
    expect([quota.waitMs(60_200, 0), quota.isSpent]).toEqual([0, false]);
  });

  it('is believed on when the request after a minute is refused', () => {
    const quota = createQuota();
    tell(quota, 0, 0, { resetMs: 120_000 });
    expect(quota.waitMs(0, 0)).toBe(60_000);
    expect(quota.waitMs(60_000, 0)).toBe(0);
    tell(quota, 60_100, 0, { sentAtMs: 60_000, resetMs: 60_000, accepted: false });
    expect(quota.isSpent).toBe(true);
  });

  it('is not believed when every window takes one request and says it was the last', () => {
    expect(waits(100)).toBeLessThanOrEqual(4);
    // One request in a window is what this API allows.
    expect(waits(1)).toBe(20);
  });
});

describe('a limit that the API tells', () => {
  it('has changed when three answers say so', () => {
    const limits = createToldLimits();
    const told = [10, 10, 10, 10, 20, 20, 20, 20, 5, 20, 5, 5, 5, undefined, 0, 500, 500, 500];
    expect(told.map((limit) => limits.factor(limit))).toEqual([
      1, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1, 1, 0.25, 1, 1, 1, 1,
      // A hundredfold one is found out by asking.
      1,
    ]);
  });
});
