import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLimiter, type Limiter } from '../../src/executor/limiter.ts';
import { createWaitingTasks } from '../../src/executor/waiting-tasks.ts';
import { WAIT_MS_MAX, type Observation } from '../../src/http/contract.ts';
import { createVirtualClock, type VirtualClock } from '../_helpers/virtual-clock.ts';

function setup(options: { rate?: number; max?: number; parallelism?: number } = {}): {
  readonly clock: VirtualClock;
  readonly limiter: Limiter;
  readonly rates: { readonly atMs: number; readonly perSecond: number }[];
} {
  const clock = createVirtualClock(0);
  const { rate = 5, max, parallelism = 10 } = options;
  const limiter = createLimiter({
    clock,
    parallelism,
    ratePerSecond: rate,
    ...(max === undefined ? {} : { ratePerSecondMax: max }),
    emit: () => undefined,
  });
  return { clock, limiter, rates: [] };
}

interface Job {
  readonly atMs: number;
  readonly priority: number;
  readonly latencyMs: number;
  readonly cancelAfterMs: number | undefined;
  readonly answer: Omit<Observation, 'sentAtMs'> | 'broken';
}

const answers = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Job['answer']>({ status: 200 }) },
  fc.constant<Job['answer']>({ status: 503 }),
  fc.constant<Job['answer']>({ status: 429 }),
  fc.nat(5_000).map((retryAfterMs): Job['answer'] => ({ status: 429, retryAfterMs })),
  fc
    .record({ limit: fc.nat(50), remaining: fc.nat(20), resetMs: fc.nat(20_000) })
    .map((rate): Job['answer'] => ({ status: 200, rate })),
  fc.constant<Job['answer']>('broken'),
);

const jobs = fc.array(
  fc.record<Job>({
    atMs: fc.nat(3_000),
    priority: fc.integer({ min: 0, max: 3 }),
    latencyMs: fc.nat(800),
    cancelAfterMs: fc.option(fc.nat(2_000), { nil: undefined, freq: 4 }),
    answer: answers,
  }),
  { maxLength: 40 },
);

interface Seen {
  readonly starts: readonly number[];
  readonly inFlightMax: number;
  readonly ends: readonly number[];
  readonly perSecondMax: number;
}

/** Runs the jobs to their end. */
async function play(
  list: readonly Job[],
  { clock, limiter }: { readonly clock: VirtualClock; readonly limiter: Limiter },
): Promise<Seen> {
  const starts: number[] = [];
  const ends = list.map(() => 0);
  let inFlight = 0;
  let inFlightMax = 0;
  let perSecondMax = limiter.stats().ratePerSecond;
  const runOne = async (job: Job, index: number): Promise<void> => {
    await clock.sleep(job.atMs);
    const control = new AbortController();
    const send = async (): Promise<void> => {
      const sentAtMs = clock.now();
      starts.push(sentAtMs);
      inFlight += 1;
      inFlightMax = Math.max(inFlightMax, inFlight);
      await clock.sleep(job.latencyMs);
      inFlight -= 1;
      if (job.answer === 'broken') throw new Error('broken');
      limiter.observe({ ...job.answer, sentAtMs });
      perSecondMax = Math.max(perSecondMax, limiter.stats().ratePerSecond);
    };
    const { cancelAfterMs, priority } = job;
    if (cancelAfterMs !== undefined) {
      void clock.sleep(cancelAfterMs).then(() => control.abort(new Error('cancelled')));
    }
    await limiter.run(send, { priority, signal: control.signal }).catch(() => undefined);
    ends[index] = (ends[index] ?? 0) + 1;
  };
  await clock.run(Promise.all(list.map(runOne)));
  await clock.run(limiter.onIdle());
  return { starts, inFlightMax, ends, perSecondMax };
}

describe('laws of the limiter', () => {
  it('bounds what is in flight and the rate, ends each task once, leaves nothing behind', async () => {
    await fc.assert(
      fc.asyncProperty(
        jobs,
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 40 }),
        async (list, parallelism, max) => {
          const world = setup({ rate: Math.min(5, max), max, parallelism });
          const seen = await play(list, world);
          expect(seen.inFlightMax).toBeLessThanOrEqual(parallelism);
          expect(seen.ends).toEqual(list.map(() => 1));
          expect(world.limiter.stats()).toMatchObject({ waiting: 0, running: 0 });
          await world.clock.advance(3_000);
          expect(world.clock.sleeping()).toBe(0);
          // In any time: the rate times it, and the burst of the bucket.
          for (const [first, fromMs] of seen.starts.entries()) {
            for (let last = first; last < seen.starts.length; last += 1) {
              const seconds = ((seen.starts[last] ?? 0) - fromMs) / 1_000;
              const allowed = 1 + seen.perSecondMax * (seconds + 0.051);
              expect(last - first + 1).toBeLessThanOrEqual(allowed + 1e-6);
            }
          }
        },
      ),
      { numRuns: 60, seed: 20_260_101 },
    );
  });

  it('starts by priority, then by arrival, whatever leaves meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ priority: fc.nat(3), leaves: fc.boolean() }), { maxLength: 60 }),
        async (list) => {
          const { clock, limiter } = setup({ rate: 100, parallelism: 1 });
          const order: number[] = [];
          const running = list.map(({ priority, leaves }, index) => {
            const control = new AbortController();
            const started = limiter.run(() => Promise.resolve(order.push(index)), {
              priority,
              signal: control.signal,
            });
            if (leaves) control.abort(new Error('cancelled'));
            return started.catch(() => undefined);
          });
          await clock.run(Promise.all(running));
          const expected = list
            .map((item, index) => ({ ...item, index }))
            .filter(({ leaves }) => !leaves)
            .toSorted((a, b) => b.priority - a.priority || a.index - b.index);
          expect(order).toEqual(expected.map(({ index }) => index));
        },
      ),
      { numRuns: 60, seed: 20_260_101 },
    );
  });

  it('orders ten thousand waiting tasks in O(n log n) comparisons', () => {
    const total = 10_000;
    let compared = 0;
    const tasks = createWaitingTasks(
      () => undefined,
      () => void (compared += 1),
    );
    for (let index = 0; index < total; index += 1) {
      void tasks.add(() => Promise.resolve(), { priority: (index * 7_919) % 13 });
    }
    for (let index = 0; index < total; index += 1) expect(tasks.next()).toBeDefined();
    expect(tasks.next()).toBeUndefined();
    expect(compared).toBeGreaterThan(total);
    expect(compared).toBeLessThan(3 * total * Math.log2(total));
  });
});

describe('the demand', () => {
  it('is what teaches the limiter: few requests teach it nothing', async () => {
    const { clock, limiter } = setup({ rate: 5 });
    for (let count = 0; count < 60; count += 1) {
      const send = async (): Promise<void> => {
        const sentAtMs = clock.now();
        await clock.sleep(100);
        // A failure of the server, now and then.
        limiter.observe({ status: count % 9 === 0 ? 500 : 200, sentAtMs });
      };
      await clock.run(limiter.run(send, { priority: 0 }));
      await clock.advance(300);
    }
    expect(limiter.stats().ratePerSecond).toBe(5);
  });

  it('may be cancelled while it waits for a token, which is then for another', async () => {
    const { clock, limiter } = setup({ rate: 1 });
    const control = new AbortController();
    const run = (signal?: AbortSignal) =>
      limiter.run(() => Promise.resolve(clock.now()), {
        priority: 0,
        ...(signal === undefined ? {} : { signal }),
      });
    const firstMs = await clock.run(run());
    const cancelled = run(control.signal).catch(() => 'cancelled');
    const next = run();
    control.abort(new Error('enough'));
    expect(await cancelled).toBe('cancelled');
    expect((await clock.run(next)) - firstMs).toBe(1_000);
  });
});

describe('a pause of the limiter', () => {
  it('is followed by one request, and by the others when that was taken', async () => {
    const { clock, limiter } = setup({ rate: 100 });
    const starts: number[] = [];
    const run = (status: number) =>
      limiter.run(
        async () => {
          const sentAtMs = clock.now();
          starts.push(sentAtMs);
          await clock.sleep(300);
          limiter.observe({ status, sentAtMs });
        },
        { priority: 0 },
      );
    limiter.observe({ status: 429, retryAfterMs: 5_000 });
    await clock.run(Promise.all(Array.from({ length: 8 }, () => run(200))));
    expect(starts[0]).toBe(5_000);
    expect(starts[1]).toBeGreaterThanOrEqual(5_300);
    const gaps = starts.slice(2).map((atMs, index) => atMs - (starts[index + 1] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(13);
  });

  it('does not hang on a probe that is not answered', async () => {
    const { clock, limiter } = setup({ rate: 100 });
    const starts: number[] = [];
    limiter.observe({ status: 429 });
    const run = () =>
      limiter.run(
        async () => {
          starts.push(clock.now());
          await clock.sleep(60_000);
        },
        { priority: 0 },
      );
    await clock.run(Promise.all([run(), run()]));
    expect((starts[1] ?? 0) - (starts[0] ?? 0)).toBe(2_000);
  });

  it('grows with each refusal in a row, to half a minute', async () => {
    const { clock, limiter } = setup({ rate: 10 });
    const starts: number[] = [];
    for (let count = 0; count < 14; count += 1) {
      await clock.run(
        limiter.run(
          async () => {
            starts.push(clock.now());
            limiter.observe({ status: 429, sentAtMs: clock.now() });
          },
          { priority: 0 },
        ),
      );
    }
    const gaps = starts.slice(1).map((atMs, index) => atMs - (starts[index] ?? 0));
    for (const [index, gap] of gaps.slice(1).entries()) {
      expect(gap).toBeCloseTo(Math.min(30_000, (gaps[index] ?? 0) * 2), -3);
    }
    expect(gaps.at(-1)).toBe(30_000);
  });

  it('ends in a refusal to send when the API asks for too long a wait', async () => {
    const { clock, limiter } = setup();
    expect(limiter.closed?.()).toBeUndefined();
    limiter.observe({ status: 429, retryAfterMs: WAIT_MS_MAX });
    expect(limiter.closed?.()).toBeUndefined();
    limiter.observe({ status: 429, retryAfterMs: 365 * 86_400_000 });
    expect(limiter.closed?.()).toBe('the API asked to wait 365 days (429)');
    // What waits gets its turn at once, to find that out.
    const startMs = clock.now();
    const waiting = Array.from({ length: 50 }, () =>
      limiter.run(() => Promise.resolve(), { priority: 0 }),
    );
    await clock.run(Promise.all(waiting));
    expect(clock.now()).toBe(startMs);
  });

  it('ends in a refusal to send when nothing was taken for ten minutes', async () => {
    const { clock, limiter } = setup();
    const startMs = clock.now();
    while (limiter.closed?.() === undefined) {
      await clock.run(
        limiter.run(
          async () => {
            await clock.sleep(100);
            limiter.observe({ status: 429, sentAtMs: clock.now() - 100 });
          },
          { priority: 0 },
        ),
      );
    }
    expect(clock.now() - startMs).toBeLessThan(WAIT_MS_MAX + 31_000);
    expect(limiter.closed()).toBe('the API has refused everything for 11 minutes (429)');
    expect(limiter.stats().refused).toBeLessThan(40);
  });
});
