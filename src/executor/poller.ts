import type { Clock } from '../core/clock.ts';
import type { Inventory, LiveObject, LiveView } from '../core/live.ts';
import { memoise } from '../core/memoise.ts';
import type { ProviderKind } from '../providers/contract.ts';
import type { Accounts } from './accounts.ts';
import { scopeKey } from './live-view.ts';
import { readCollection } from './refresh.ts';

/**
 * Reads objects that are being waited for. Those of one collection that are due at the same time
 * are read by one list call; a single one is read by its ID. Waiting holds no slot.
 */
export interface Poller {
  /** Sleeps `delayMs`, then reads. `source` tells whether a list (which may lag) answered. */
  next(wanted: {
    readonly kind: ProviderKind;
    readonly id: string;
    readonly scope: string | undefined;
    readonly delayMs: number;
    /** Read by ID whatever the others do. */
    readonly byId: boolean;
  }): Promise<{ readonly object: LiveObject | undefined; readonly source: 'id' | 'list' }>;
}

export function createPoller(options: {
  readonly accounts: Accounts;
  readonly clock: Clock;
  readonly live: LiveView;
  readonly tickMs: number;
  /** Aborted on interrupt: ends sleeps, not requests. */
  readonly signal: AbortSignal;
}): Poller {
  const { accounts, clock, live, tickMs, signal } = options;
  const batches = new Map<string, Batch>();
  return {
    async next({ kind, id, scope, delayMs, byId }) {
      await clock.sleep(delayMs <= 0 ? 0 : toNextTick(clock.now(), delayMs, tickMs), signal);
      const readOne = async (): Promise<{ object: LiveObject | undefined; source: 'id' }> => ({
        object: await kind.read(accounts.context(kind, live), id, scope),
        source: 'id',
      });
      if (byId) return readOne();
      const batch = joinBatch(batches, scopeKey(kind.type, scope), clock);
      const inventory = await batch.join(() => readCollection(accounts, kind, scope, live));
      if (inventory === undefined || !inventory.complete) return readOne();
      const object = objectsById(inventory).get(id);
      return object?.partial === undefined ? { object, source: 'list' } : readOne();
    },
  };
}

/** Thousands may wait for objects of one list. */
const objectsById = memoise(
  (inventory: Inventory): ReadonlyMap<string, LiveObject> =>
    new Map(inventory.objects.map((object) => [object.id, object])),
);

/** Everybody wakes on the same ticks, so that those of one collection meet. */
function toNextTick(nowMs: number, delayMs: number, tickMs: number): number {
  const due = nowMs + delayMs;
  return Math.ceil(due / tickMs) * tickMs - nowMs;
}

interface Batch {
  /** The list, once everybody has come, or undefined when nobody else did. */
  join(list: () => Promise<Inventory>): Promise<Inventory | undefined>;
}

function joinBatch(batches: Map<string, Batch>, key: string, clock: Clock): Batch {
  const open = batches.get(key);
  if (open !== undefined) return open;
  let members = 0;
  let answer: Promise<Inventory | undefined> | undefined;
  const batch: Batch = {
    join(list) {
      members += 1;
      answer ??= clock.sleep(0).then(() => {
        batches.delete(key);
        return members > 1 ? list() : undefined;
      });
      return answer;
    },
  };
  batches.set(key, batch);
  return batch;
}
