import type { LiveObject } from '../core/live.ts';
import { ApiError } from '../http/api-error.ts';
import type { ProviderKind } from '../providers/contract.ts';
import { canonicalObject, required, timingFor, type Run } from './run.ts';
import { settle } from './settle.ts';

/** A step that is refused again and again although nothing is seen to go on has failed. */
const BUSY_TRIES_MAX = 10;

/** Where something else may be going on, and how long to wait for its end. */
export interface BusyPlace {
  readonly change: { readonly address: string };
  readonly kind: ProviderKind;
  readonly id: string;
  readonly scope: string | undefined;
  readonly deadlineMs: number;
}

/**
 * Sends something; where the object is busy with something else, its end is waited for and it is
 * sent again. `onRest` is told the object as it is then.
 */
export async function whenFree<T>(
  run: Run,
  place: BusyPlace,
  send: () => Promise<T>,
  onRest: (object: LiveObject) => void,
): Promise<T> {
  const startMs = run.clock.now();
  for (let tries = 1; ; tries += 1) {
    try {
      return await send();
    } catch (error) {
      const isBusy = error instanceof ApiError && place.kind.isBusy?.(error) === true;
      const isOver = run.clock.now() - startMs >= place.deadlineMs;
      if (!isBusy || isOver || tries >= BUSY_TRIES_MAX) throw error;
      onRest(await awaitRest(run, place, tries));
    }
  }
}

/** Waits until nothing goes on with an object any more; whatever came of it. */
async function awaitRest(run: Run, place: BusyPlace, tries: number): Promise<LiveObject> {
  const { change, kind, id, scope, deadlineMs } = place;
  run.begin();
  // The refusal may be about something that lists do not show yet.
  const timing = timingFor(run, kind);
  const delayMs = Math.min(timing.pollMs * 1.5 ** (tries - 1), timing.pollMsMax);
  await run.clock.sleep(delayMs, run.stop.waits);
  const object = await settle({
    address: change.address,
    kind,
    id,
    scope,
    judge: (read) =>
      read === undefined || read.status === 'pending'
        ? { done: false, waitingFor: `what is going on (${read?.statusText ?? 'unseen'}) to end` }
        : { done: true },
    deadlineMs,
    afterWrite: false,
    poller: run.poller,
    clock: run.clock,
    timing,
    emit: run.emit,
  });
  return canonicalObject(run, kind, required(object, `the object of ${change.address}`));
}
