import { describe, expect, it } from 'vitest';
import type { Event } from '../../src/core/event.ts';
import { createLimiter } from '../../src/executor/limiter.ts';
import type { Limiter } from '../../src/executor/limiter.ts';
import { createVirtualClock } from '../_helpers/virtual-clock.ts';
import type { VirtualClock } from '../_helpers/virtual-clock.ts';

const LATENCY_MS = 100;

interface Setup {
  readonly rate?: number;
  readonly max?: number;
  readonly parallelism?: number;
}

function setup({ rate = 5, max, parallelism = 10 }: Setup = {}) {
  const clock = createVirtualClock(0);
  const events: Event[] = [];
  const limiter = createLimiter({
    clock,
    parallelism,
    ratePerSecond: rate,
    ...(max === undefined ? {} : { ratePerSecondMax: max }),
    emit: (event) => void events.push(event),
  });
  return { clock, limiter, events };
}

/** An API that lets `perSecond` through (a bucket of one second) and refuses the rest. */
function createApi(clock: VirtualClock, perSecond: number) {
  let tokens = perSecond;
  let countedMs = clock.now();
  const starts: number[] = [];
  let refused = 0;
  let inFlight = 0;
  let inFlightMax = 0;
  return {
    starts,
    refused: () => refused,
    inFlightMax: () => inFlightMax,
    async call(latencyMs = LATENCY_MS): Promise<number> {
      starts.push(clock.now());
      tokens = Math.min(perSecond, tokens + ((clock.now() - countedMs) * perSecond) / 1_000);
      countedMs = clock.now();
      const ok = tokens >= 1;
      if (ok) tokens -= 1;
      else refused += 1;
      inFlight += 1;
      inFlightMax = Math.max(inFlightMax, inFlight);
      await clock.sleep(latencyMs);
      inFlight -= 1;
      return ok ? 200 : 429;
    },
  };
}

/** Does one piece of work, however often it is refused. */
async function work(
  clock: VirtualClock,
  limiter: Limiter,
  call: () => Promise<number>,
): Promise<void> {
  for (;;) {
    const status = await limiter.run(
      async () => {
        const sentAtMs = clock.now();
        const answer = await call();
        limiter.observe({ status: answer, sentAtMs });
        return answer;
      },
      { priority: 0 },
    );
    if (status === 200) return;
  }
}

async function startsOfOneRun(): Promise<readonly number[]> {
  const { clock, limiter } = setup();
  const api = createApi(clock, 8);
  const jobs = Array.from({ length: 300 }, () => work(clock, limiter, () => api.call()));
  await clock.run(Promise.all(jobs));
  return api.starts;
}

describe('limiter', () => {
  it('never has more in flight than it may, and does all the work', async () => {
    const { clock, limiter } = setup({ rate: 1_000, parallelism: 4 });
    const api = createApi(clock, 100_000);
    const jobs = Array.from({ length: 200 }, () => work(clock, limiter, () => api.call(50)));
    await clock.run(Promise.all(jobs));
    expect(api.inFlightMax()).toBe(4);
    expect(api.starts).toHaveLength(200);
    expect(clock.now()).toBeLessThan((200 * 50) / 4 + 100);
  });

  it('stays below the rate it was given in every second', async () => {
    for (const rate of [2, 7, 50, 300]) {
      const { clock, limiter } = setup({ rate, max: rate, parallelism: 100 });
      const api = createApi(clock, 100_000);
      const jobs = Array.from({ length: rate * 10 }, () => work(clock, limiter, () => api.call()));
      await clock.run(Promise.all(jobs));
      const busiest = Math.max(
        ...api.starts.map(
          (startMs, index) =>
            api.starts.slice(index).filter((other) => other < startMs + 1_000).length,
        ),
      );
      expect(busiest).toBeLessThanOrEqual(Math.ceil(rate * 1.05) + 1);
      // And most of the rate is used.
      expect(api.starts).toHaveLength(rate * 10);
      expect(clock.now()).toBeLessThan(10_000 * 1.06 + LATENCY_MS);
    }
  });

  it.each([
    { allowed: 2, jobs: 240, refusedMax: 20, usedMin: 0.8 },
    { allowed: 10, jobs: 1_200, refusedMax: 30, usedMin: 0.85 },
    { allowed: 100, jobs: 12_000, refusedMax: 150, usedMin: 0.85 },
  ])(
    'finds out that an API takes $allowed a second',
    async ({ allowed, jobs, refusedMax, usedMin }) => {
      const { clock, limiter } = setup({ parallelism: 50 });
      const api = createApi(clock, allowed);
      const all = Array.from({ length: jobs }, () => work(clock, limiter, () => api.call()));
      await clock.run(Promise.all(all));
      expect(api.starts).toHaveLength(jobs + api.refused());
      expect(api.refused()).toBeGreaterThan(0);
      expect(api.refused()).toBeLessThanOrEqual(refusedMax);
      const possibleMs = (jobs / allowed) * 1_000;
      expect(possibleMs / clock.now()).toBeGreaterThan(usedMin);
    },
  );

  it('does the same thing each time', async () => {
    expect(await startsOfOneRun()).toEqual(await startsOfOneRun());
  });

  it('grows while nothing is refused, up to the ceiling', async () => {
    const { clock, limiter, events } = setup({ max: 40, parallelism: 100 });
    const api = createApi(clock, 100_000);
    const jobs = Array.from({ length: 600 }, () => work(clock, limiter, () => api.call()));
    await clock.run(Promise.all(jobs));
    expect(limiter.stats().ratePerSecond).toBe(40);
    expect(events.map((event) => event.type === 'rate-changed' && event.reason)).toEqual([
      'nothing was refused',
      'nothing was refused',
      'nothing was refused',
    ]);
  });

  it('does not grow while the demand is smaller than the rate', async () => {
    const { clock, limiter } = setup();
    const api = createApi(clock, 100_000);
    for (let count = 0; count < 100; count += 1) {
      await clock.run(work(clock, limiter, () => api.call(300)));
    }
    expect(limiter.stats().ratePerSecond).toBe(5);
  });

  it('starts nothing before the time that the API asked for', async () => {
    const { clock, limiter, events } = setup({ rate: 100 });
    const starts: number[] = [];
    const run = () =>
      limiter.run(
        async () => {
          starts.push(clock.now());
          await clock.sleep(1);
        },
        { priority: 0 },
      );
    await clock.run(run());
    const refusedMs = clock.now();
    limiter.observe({ status: 429, retryAfterMs: 7_000 });
    await clock.run(Promise.all([run(), run()]));
    expect(starts[1]).toBe(refusedMs + 7_000);
    expect(events).toContainEqual(expect.objectContaining({ type: 'rate-changed', perSecond: 60 }));
  });

  it('runs what is urgent first, and what is equal in the order it came', async () => {
    const { clock, limiter } = setup({ rate: 10, parallelism: 1 });
    const order: string[] = [];
    const run = (name: string, priority: number) =>
      limiter.run(() => Promise.resolve(order.push(name)), { priority });
    await clock.run(
      Promise.all([run('first', 0), run('a', 0), run('b', 0), run('urgent', 5), run('c', 0)]),
    );
    expect(order).toEqual(['urgent', 'first', 'a', 'b', 'c']);
  });

  it('rejects a waiting task when its signal is aborted and leaves no timer behind', async () => {
    const { clock, limiter } = setup({ rate: 1, parallelism: 1 });
    const controller = new AbortController();
    await clock.run(limiter.run(() => Promise.resolve(), { priority: 0 }));
    let ran = false;
    const waiting = limiter.run(() => Promise.resolve((ran = true)), {
      priority: 0,
      signal: controller.signal,
    });
    const reason = new Error('enough');
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    expect(limiter.stats().waiting).toBe(0);
    await clock.advance(5_000);
    expect(clock.sleeping()).toBe(0);
    expect(ran).toBe(false);
    await expect(
      limiter.run(() => Promise.resolve(), { priority: 0, signal: controller.signal }),
    ).rejects.toBe(reason);
  });

  it('lets many tasks wait with one signal, without a warning of Node', async () => {
    const { clock, limiter } = setup();
    const warnings: Error[] = [];
    const warn = (warning: Error) => void warnings.push(warning);
    process.on('warning', warn);
    const { signal } = new AbortController();
    const jobs = Array.from({ length: 30 }, () =>
      limiter.run(() => clock.sleep(10, signal), { priority: 0, signal }),
    );
    await clock.run(Promise.all(jobs));
    process.off('warning', warn);
    expect(warnings).toEqual([]);
    expect(limiter.stats().started).toBe(30);
  });

  it('passes on what a task rejects with and goes on', async () => {
    const { clock, limiter } = setup();
    const failing = limiter.run(() => Promise.reject(new Error('broken')), { priority: 0 });
    await expect(clock.run(failing)).rejects.toThrow('broken');
    expect(await clock.run(limiter.run(() => Promise.resolve(3), { priority: 0 }))).toBe(3);
    await clock.run(limiter.onIdle());
    expect(limiter.stats()).toMatchObject({ waiting: 0, running: 0, started: 2 });
  });

  it('takes a backlog of a hundred thousand without growing slow', async () => {
    const { clock, limiter } = setup({ rate: 10_000, parallelism: 100 });
    let done = 0;
    const jobs = Array.from({ length: 100_000 }, (_, index) =>
      limiter.run(() => Promise.resolve((done += 1)), { priority: index % 7 }),
    );
    await clock.run(Promise.all(jobs));
    expect(done).toBe(100_000);
    expect(clock.now()).toBeLessThan(10_500);
  });
});
