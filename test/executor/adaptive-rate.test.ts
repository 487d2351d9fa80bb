import { describe, expect, it } from 'vitest';
import { createAdaptiveRate, type AdaptiveRate } from '../../src/executor/adaptive-rate.ts';
import { runRate } from '../_helpers/rate-run.ts';
import type { LimitShape, LimitTold } from '../_helpers/limited-api.ts';

const BUCKET: LimitShape = { type: 'bucket', burstSeconds: 1 };
const HOARD: LimitShape = { type: 'bucket', burstSeconds: 10 };
const SECOND: LimitShape = { type: 'fixed', seconds: 1 };
const TEN: LimitShape = { type: 'fixed', seconds: 10 };
const MINUTE: LimitShape = { type: 'fixed', seconds: 60 };
const SLIDING: LimitShape = { type: 'sliding', seconds: 10 };
const SILENT: LimitTold = {};
const EPOCH: LimitTold = { headers: { prefix: 'x-ratelimit', reset: 'epoch' } };
const DELTA: LimitTold = {
  retryAfter: 'seconds',
  headers: { prefix: 'ratelimit', reset: 'seconds' },
};

interface Target {
  readonly shape: LimitShape;
  readonly told: LimitTold;
  readonly perSecond: number;
  readonly change: number;
  readonly usedMin: number;
  readonly refusedMax: number;
  readonly countsRefused?: boolean;
}

const silent = { told: SILENT, usedMin: 0.85, refusedMax: 0.05 };
const toldAll = { usedMin: 0.85, refusedMax: 0.01 };
const targets: readonly Target[] = [
  { ...silent, shape: BUCKET, perSecond: 2, change: 2, usedMin: 0.75 },
  { ...silent, shape: SECOND, perSecond: 2, change: 1, usedMin: 0.75 },
  { ...silent, shape: BUCKET, perSecond: 10, change: 0.5 },
  { ...silent, shape: BUCKET, perSecond: 2, change: 5, countsRefused: true, usedMin: 0.75 },
  { ...silent, shape: HOARD, perSecond: 10, change: 0.2 },
  { ...silent, shape: TEN, perSecond: 10, change: 1 },
  { ...silent, shape: MINUTE, perSecond: 10, change: 2 },
  { ...silent, shape: BUCKET, perSecond: 100, change: 0.5 },
  { ...toldAll, told: EPOCH, shape: BUCKET, perSecond: 10, change: 0.5 },
  { ...toldAll, told: DELTA, shape: TEN, perSecond: 2, change: 2, usedMin: 0.75 },
  { ...toldAll, told: DELTA, shape: MINUTE, perSecond: 10, change: 0.5 },
  { ...toldAll, told: EPOCH, shape: SLIDING, perSecond: 10, change: 1 },
  { ...toldAll, told: DELTA, shape: TEN, perSecond: 100, change: 0.5 },
];

describe('adaptive rate against an API that limits requests', () => {
  it.each(targets)(
    'uses the limit: $shape, told $told, $perSecond a second × $change',
    async ({ usedMin, refusedMax, ...target }) => {
      const slowest = target.perSecond * Math.min(1, target.change);
      const fastest = target.perSecond * Math.max(1, target.change);
      const windowMs = target.shape.type === 'bucket' ? 0 : target.shape.seconds * 1_000;
      const halfMs = Math.max(fastest > 40 ? 35_000 : 80_000, 250_000 / slowest, windowMs * 5);
      const parallelism = fastest > 30 ? fastest / 2 : 10;
      const settleMs = Math.max(20_000, windowMs * 2);
      const run = await runRate({ seed: 7, ...target, halfMs, settleMs, parallelism });
      expect(run.judged).toBeGreaterThan(300);
      expect(run.usedShare).toBeGreaterThanOrEqual(usedMin);
      expect(run.refusedShare).toBeLessThan(refusedMax);
    },
  );

  it('is the same in every run of one seed', async () => {
    const options = { shape: BUCKET, told: SILENT, perSecond: 5, change: 2, halfMs: 20_000 };
    const first = await runRate({ ...options, seed: 3, settleMs: 0 });
    expect((await runRate({ ...options, seed: 3, settleMs: 0 })).api.decided).toEqual(
      first.api.decided,
    );
    expect((await runRate({ ...options, seed: 4, settleMs: 0 })).api.decided).not.toEqual(
      first.api.decided,
    );
  });

  it('takes one request in ten seconds from an API that allows no more', async () => {
    const shape: LimitShape = { type: 'bucket', burstSeconds: 10 };
    const halfMs = 600_000;
    const settleMs = 120_000;
    const run = await runRate({
      seed: 1,
      shape,
      told: SILENT,
      perSecond: 0.1,
      change: 1,
      halfMs,
      settleMs,
    });
    expect(run.usedShare).toBeGreaterThan(0.6);
    expect(run.refusedShare).toBeLessThan(0.2);
  });

  it('never exceeds the ceiling of the user, in any time', async () => {
    const { api } = await runRate({
      seed: 1,
      shape: HOARD,
      told: SILENT,
      perSecond: 100,
      change: 1,
      halfMs: 20_000,
      settleMs: 0,
      ratePerSecondMax: 7,
    });
    // Decided half of the latency after the sending: at most 250 ms apart from it.
    for (const [index, { atMs }] of api.decided.entries()) {
      const inSecond = api.decided.slice(index).filter((other) => other.atMs < atMs + 1_000);
      expect(inSecond.length).toBeLessThanOrEqual(1 + 7 * (1 + 0.25 + 0.05) + 1);
    }
    expect(api.decided.length).toBeGreaterThan(7 * 40 * 0.9);
  });
});

function measure(isBusy: boolean): number {
  const rate = createAdaptiveRate({ initial: 10, min: 1, max: 100 });
  rate.refused(0);
  const climbed = rate.perSecond;
  for (let atMs = 0; atMs < 30_000; atMs += 1_000) {
    rate.accepted(atMs, { limited: false, busy: isBusy });
  }
  rate.refused(30_000);
  return rate.perSecond / climbed;
}

describe('adaptive rate', () => {
  const busy = { limited: true, busy: true };

  /** Accepts `perSecond` requests each second up to `untilMs`. */
  function acceptUntil(rate: AdaptiveRate, fromMs: number, untilMs: number, perSecond = 10): void {
    for (let atMs = fromMs; atMs < untilMs; atMs += 1_000 / perSecond) rate.accepted(atMs, busy);
  }

  function after(refusals: number): number {
    const rate = createAdaptiveRate({ initial: 10, min: 1, max: 1_000 });
    rate.refused(0);
    acceptUntil(rate, 0, 6_000);
    rate.refused(6_000);
    for (let count = 0; count < refusals; count += 1) rate.pay(30, 0);
    acceptUntil(rate, 6_000, 22_000);
    return rate.perSecond;
  }

  it('starts slowly, doubling, up to the ceiling', () => {
    const rate = createAdaptiveRate({ initial: 5, min: 1, max: 12 });
    for (let count = 0; count < 5; count += 1) rate.accepted(count, busy);
    expect(rate.perSecond).toBe(10);
    acceptUntil(rate, 10, 2_000);
    expect(rate.perSecond).toBe(12);
  });

  it('does not grow from requests that it did not hold back', () => {
    const rate = createAdaptiveRate({ initial: 5, min: 1, max: 100 });
    for (let count = 0; count < 50; count += 1) {
      rate.accepted(count, { limited: false, busy: true });
    }
    expect(rate.perSecond).toBe(5);
    rate.refused(60);
    const dropped = rate.perSecond;
    for (let atMs = 100; atMs < 60_000; atMs += 100) {
      rate.accepted(atMs, { limited: false, busy: false });
    }
    expect(rate.perSecond).toBe(dropped);
  });

  it('measures nothing while there is little to do', () => {
    // One a second was accepted: with demand that is the limit, without it says nothing.
    expect(measure(true)).toBeLessThan(0.4);
    expect(measure(false)).toBe(0.6);
  });

  it('drops below the limit, comes back to it, and goes beyond', () => {
    const rate = createAdaptiveRate({ initial: 10, min: 1, max: 1_000 });
    rate.refused(0);
    expect(rate.perSecond).toBe(6);
    acceptUntil(rate, 0, 5_950);
    expect(rate.perSecond).toBeLessThanOrEqual(10);
    expect(rate.perSecond).toBeGreaterThan(9.9);
    acceptUntil(rate, 6_000, 10_000);
    expect(rate.perSecond).toBeGreaterThan(15);
  });

  it('waits the longer before it goes beyond the limit, the more was refused', () => {
    expect(after(10)).toBeLessThanOrEqual(10.5);
    expect(after(1)).toBeGreaterThan(20);
  });

  it('follows a limit that the API tells, and keeps to its bounds', () => {
    const rate = createAdaptiveRate({ initial: 10, min: 4, max: 30 });
    rate.scale(2);
    expect(rate.perSecond).toBe(20);
    rate.refused(0);
    rate.scale(0.1);
    expect(rate.perSecond).toBe(4);
    rate.scale(100);
    expect(rate.perSecond).toBe(30);
    rate.pay(30, 100);
    acceptUntil(rate, 0, 60_000);
    expect(rate.perSecond).toBe(30);
  });

  it('has nothing to pay before the first refusal', () => {
    const rate = createAdaptiveRate({ initial: 10, min: 4, max: 30 });
    rate.pay(30, 1_000);
    expect(rate.perSecond).toBe(10);
  });
});
