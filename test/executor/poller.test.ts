import { describe, expect, it } from 'vitest';
import type { Inventory, LiveObject } from '../../src/core/live.ts';
import type { Accounts } from '../../src/executor/accounts.ts';
import { createLiveView } from '../../src/executor/live-view.ts';
import { createPoller, type Poller } from '../../src/executor/poller.ts';
import type { ProviderKind } from '../../src/providers/contract.ts';
import { object, things } from '../_helpers/planner-builder.ts';
import { createVirtualClock, type VirtualClock } from '../_helpers/virtual-clock.ts';

interface Watched {
  readonly clock: VirtualClock;
  readonly poller: Poller;
  readonly kind: ProviderKind;
  readonly calls: string[];
}

function watch(complete = true, signal = new AbortController().signal): Watched {
  const clock = createVirtualClock();
  const calls: string[] = [];
  const kind = {
    ...things,
    list: (_: unknown, scope: string): Promise<Inventory> => {
      calls.push(`list ${scope}`);
      const objects = [object('things.a', { box: scope }), object('things.b', { box: scope })];
      return Promise.resolve({ type: things.type, scope, complete, objects });
    },
    read: (_: unknown, id: string): Promise<LiveObject> => {
      calls.push(`read ${id}`);
      return Promise.resolve(object('things.a', { box: 'x' }, { id }));
    },
  } as unknown as ProviderKind;
  const accounts = { context: () => ({}) } as unknown as Accounts;
  const live = createLiveView([]);
  const poller = createPoller({ accounts, clock, live, tickMs: 1_000, signal });
  return { clock, poller, kind, calls };
}

const next = (
  { poller, kind }: Watched,
  id: string,
  parts: { readonly scope?: string; readonly delayMs?: number; readonly byId?: boolean } = {},
): ReturnType<Poller['next']> =>
  poller.next({ kind, id, scope: 'x', delayMs: 700, byId: false, ...parts });

describe('the poller', () => {
  it('reads a single object by its ID', async () => {
    const watched = watch();
    await expect(watched.clock.run(next(watched, 'a-id'))).resolves.toMatchObject({ source: 'id' });
    expect(watched.calls).toEqual(['read a-id']);
  });

  it('reads those of one collection that are due together by one list call', async () => {
    const watched = watch();
    const [a, b, none] = await watched.clock.run(
      Promise.all([
        next(watched, 'a-id', { delayMs: 300 }),
        next(watched, 'b-id', { delayMs: 900 }),
        next(watched, 'gone'),
      ]),
    );
    expect(watched.calls).toEqual(['list x']);
    expect([a?.object?.id, b?.object?.id, none?.object]).toEqual(['a-id', 'b-id', undefined]);
    expect(a?.source).toBe('list');
  });

  it('keeps collections apart, and those that must be read by ID', async () => {
    const watched = watch();
    const waiting = [
      next(watched, 'a-id'),
      next(watched, 'b-id', { scope: 'y' }),
      next(watched, 'c-id', { byId: true }),
    ];
    await watched.clock.run(Promise.all(waiting));
    expect(watched.calls.toSorted()).toEqual(['read a-id', 'read b-id', 'read c-id']);
  });

  it('concludes nothing from a list that is not whole', async () => {
    const watched = watch(false);
    const both = await watched.clock.run(
      Promise.all([next(watched, 'a-id'), next(watched, 'b-id')]),
    );
    expect(both.map((read) => read.source)).toEqual(['id', 'id']);
  });

  it('stops waiting when the run is interrupted', async () => {
    const stop = new AbortController();
    const watched = watch(true, stop.signal);
    const waiting = next(watched, 'a-id');
    stop.abort(new Error('interrupted'));
    await expect(waiting).rejects.toThrow('interrupted');
    expect(watched.calls).toEqual([]);
  });
});
