import { describe, expect, it } from 'vitest';
import type { Event } from '../../src/core/event.ts';
import type { Inventory, LiveObject } from '../../src/core/live.ts';
import type { Accounts } from '../../src/executor/accounts.ts';
import { createLiveView } from '../../src/executor/live-view.ts';
import { createPoller } from '../../src/executor/poller.ts';
import type { Run } from '../../src/executor/run.ts';
import { sendStep } from '../../src/executor/step.ts';
import type { ResourceChange } from '../../src/planner/plan.ts';
import type { ProviderKind, StepInput } from '../../src/providers/contract.ts';
import { object, things } from '../_helpers/planner-builder.ts';
import { createVirtualClock } from '../_helpers/virtual-clock.ts';

describe('an object of which the list tells only a part', () => {
  it('is read by its ID by whoever waits for it, though others are read together', async () => {
    const clock = createVirtualClock();
    const calls: string[] = [];
    const kind = {
      ...things,
      list: (): Promise<Inventory> => {
        calls.push('list');
        const objects = [{ ...object('things.a'), partial: {} }, object('things.b')];
        return Promise.resolve({ type: things.type, complete: true, objects });
      },
      read: (_: unknown, id: string): Promise<LiveObject> => {
        calls.push(`read ${id}`);
        return Promise.resolve(object('things.a', {}, { id }));
      },
    } as unknown as ProviderKind;
    const poller = createPoller({
      accounts: { context: () => ({}) } as unknown as Accounts,
      clock,
      live: createLiveView([]),
      tickMs: 1_000,
      signal: new AbortController().signal,
    });
    const next = (id: string): ReturnType<typeof poller.next> =>
      poller.next({ kind, id, scope: undefined, delayMs: 700, byId: false });
    const [a, b] = await clock.run(Promise.all([next('a-id'), next('b-id')]));
    expect([a?.source, b?.source]).toEqual(['id', 'list']);
    expect(calls).toEqual(['list', 'read a-id']);
  });
});

describe('a success that the API warns about', () => {
  it('is told', async () => {
    const events: Event[] = [];
    const kind = {
      ...things,
      request: () => ({ method: 'POST', path: '/things' }),
      result: () => ({ id: 'a-id', warnings: ['not configured'] }),
    } as unknown as ProviderKind;
    const run = {
      stop: { isStopped: () => false, requests: new AbortController().signal },
      lock: { isHeld: () => true },
      accounts: { writer: () => ({ send: () => Promise.resolve({ status: 201 }) }) },
      emit: (event: Event) => events.push(event),
    } as unknown as Run;
    const change = { address: 'fake.things.a' } as ResourceChange;
    const input = { step: 'create' } as StepInput;
    expect(await sendStep(run, change, kind, input, 1)).toMatchObject({ id: 'a-id' });
    expect(events).toEqual([
      {
        type: 'diagnostic',
        diagnostic: {
          code: 'api-warning',
          severity: 'warning',
          address: 'fake.things.a',
          message: 'the API warns: not configured',
        },
      },
    ]);
  });
});
