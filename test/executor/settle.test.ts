import { describe, expect, it } from 'vitest';
import type { LiveObject } from '../../src/core/live.ts';
import type { Timing } from '../../src/core/timing.ts';
import type { Poller } from '../../src/executor/poller.ts';
import { settle } from '../../src/executor/settle.ts';
import { ApiError } from '../../src/http/api-error.ts';
import type { FailureKind } from '../../src/http/contract.ts';
import type { ProviderKind } from '../../src/providers/contract.ts';
import { boxes, object, TIMING } from '../_helpers/planner-builder.ts';
import { createVirtualClock } from '../_helpers/virtual-clock.ts';

const timing: Timing = {
  ...TIMING,
  pollMs: 1_000,
  pollMsMax: 4_000,
  settleMsMin: 10_000,
  stableMs: 0,
  equalReads: 2,
};

type Read = 'up' | 'down' | 'failed' | 'none' | FailureKind;

interface Waited {
  readonly elapsedMs: number;
  readonly reads: number;
  readonly byId: boolean;
  readonly object: LiveObject | undefined;
}

/** Reads come as given, the last one for ever; lists answer unless a read by ID is wanted. */
async function wait(
  reads: readonly Read[],
  parts: {
    readonly asynchronous?: boolean;
    readonly afterWrite?: boolean;
    readonly stableMs?: number;
    readonly goneAfterMs?: number;
  } = {},
): Promise<Waited> {
  const clock = createVirtualClock();
  const startMs = clock.now();
  let count = 0;
  let byId = false;
  const poller: Poller = {
    async next(wanted) {
      await clock.sleep(wanted.delayMs);
      const read = reads[Math.min(count, reads.length - 1)] ?? 'up';
      count += 1;
      byId = wanted.byId;
      if (read === 'refused' || read === 'ambiguous' || read === 'invalid') {
        throw new ApiError('api-error', 'no', { kind: read, method: 'GET', path: '/' });
      }
      const source = wanted.byId ? 'id' : 'list';
      if (read === 'none') return { object: undefined, source };
      const status = read === 'up' ? 'settled' : read === 'failed' ? 'failed' : 'pending';
      return { object: object('boxes.a', {}, { status }), source };
    },
  };
  const kind = { ...boxes, asynchronous: parts.asynchronous ?? true } as unknown as ProviderKind;
  const found = await clock.run(
    settle({
      address: 'fake.boxes.a',
      kind,
      id: 'a-id',
      scope: undefined,
      judge: (read) =>
        read?.status === 'settled'
          ? { done: true }
          : { done: false, waitingFor: 'ACTIVE', failed: read?.status === 'failed' },
      deadlineMs: 60_000,
      ...(parts.goneAfterMs === undefined ? {} : { goneAfterMs: parts.goneAfterMs }),
      afterWrite: parts.afterWrite ?? true,
      poller,
      clock,
      timing: { ...timing, stableMs: parts.stableMs ?? timing.stableMs },
      emit: () => undefined,
    }),
  );
  return { elapsedMs: clock.now() - startMs, reads: count, byId, object: found };
}

describe('settle', () => {
  it('believes an asynchronous object only after its minimum, by a read by ID', async () => {
    const waited = await wait(['up']);
    expect(waited.elapsedMs).toBeGreaterThanOrEqual(timing.settleMsMin);
    expect(waited).toMatchObject({ byId: true, object: { id: 'a-id' } });
  });

  it('starts counting again when a read falls back', async () => {
    const steady = await wait(['up']);
    const flapping = await wait(['up', 'up', 'up', 'down', 'up']);
    expect(flapping.reads).toBeGreaterThan(steady.reads);
  });

  it('gives stale replicas their time from the first read that shows the change', async () => {
    // Unfinished at 1 s and 2.5 s; the change may have come as late as the read at 4.75 s.
    const waited = await wait(['down', 'down', 'up'], { stableMs: 20_000 });
    expect(waited.elapsedMs).toBeGreaterThanOrEqual(4_750 + 20_000);
  });

  it('takes one read of an object that does not change late', async () => {
    expect(await wait(['up'], { asynchronous: false })).toMatchObject({ elapsedMs: 0, reads: 1 });
    expect(await wait(['up'], { afterWrite: false })).toMatchObject({ elapsedMs: 0, reads: 1 });
  });

  it('goes on after reads that failed for a while', async () => {
    const waited = await wait(['ambiguous', 'invalid', 'up'], { asynchronous: false });
    expect(waited.reads).toBe(3);
  });

  it('ends with a read that was refused', async () => {
    await expect(wait(['refused'])).rejects.toMatchObject({ code: 'api-error' });
  });

  it('ends with an object that failed for good', async () => {
    await expect(wait(['down', 'failed'])).rejects.toMatchObject({ code: 'settle-failed' });
  });

  it('names what it was waiting for when the deadline is over', async () => {
    await expect(wait(['down'])).rejects.toMatchObject({
      code: 'not-settled',
      message: expect.stringContaining('ACTIVE'),
    });
  });

  it('takes an object for gone that no read has shown for long enough, the last one by its ID', async () => {
    const lists = wait(['none'], { goneAfterMs: 20_000 });
    await expect(lists).rejects.toMatchObject({ code: 'stale' });
    const seen = ['none', 'none', 'none', 'none', 'up', 'none', 'none', 'up'] as const;
    expect(await wait(seen, { goneAfterMs: 12_000 })).toMatchObject({ reads: 9, byId: true });
  });

  it('polls ever more slowly up to a bound', async () => {
    const waited = await wait([...Array.from({ length: 9 }, () => 'down' as const), 'up'], {
      asynchronous: false,
    });
    expect(waited.elapsedMs).toBe(0 + 1_000 + 1_500 + 2_250 + 3_375 + 5 * 4_000);
  });
});
