import { TrueupError } from '../core/errors.ts';
import type { LiveObject } from '../core/live.ts';
import { ApiError } from '../http/api-error.ts';
import type { ResourceChange } from '../planner/plan.ts';
import type { ProviderKind, StepInput } from '../providers/contract.ts';
import { canonicalObject, isPlanFresh, kindOf, readObject, type Run } from './run.ts';
import { readCollection } from './refresh.ts';
import { settle } from './settle.ts';
import { gated, sendStep } from './step.ts';

/** Deletes a resource and waits until it is gone. */
export async function runDelete(
  run: Run,
  change: ResourceChange,
  kind: ProviderKind,
  weight: number,
): Promise<void> {
  const planned = change.live;
  if (planned !== undefined) {
    const sent = await gated(run, { provisions: false, weight }, () =>
      sendDelete(run, change, kind, planned, weight),
    );
    if (sent !== undefined) await awaitGone(run, change, kind, sent);
  }
  await run.state.append([{ op: 'remove', address: change.address }]);
  run.resources.delete(change.address);
}

async function sendDelete(
  run: Run,
  change: ResourceChange,
  kind: ProviderKind,
  planned: LiveObject,
  weight: number,
): Promise<StepInput | undefined> {
  const live = isPlanFresh(run) ? planned : await readObject(run, kind, planned.id, planned.scope);
  if (live === undefined) return undefined;
  const inside = await listContents(run, change, kind);
  const input: StepInput = {
    step: 'delete',
    id: live.id,
    scope: live.scope,
    before: live,
    after: undefined,
    changed: [],
    recorded: run.resources.get(change.address)?.sent,
    force: inside > 0,
    live: run.live,
    nowMs: run.clock.now(),
  };
  if (kind.request(input) === undefined) return undefined;
  try {
    await sendStep(run, change, kind, input, weight);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 404 || kind.deleteOn404 !== 'done') {
      throw error;
    }
  }
  return input;
}

/**
 * What lives inside, listed once more just before the delete: anything the plan did not list is
 * refused (promise 7). Gives the number of objects that go with it.
 */
async function listContents(run: Run, change: ResourceChange, kind: ProviderKind): Promise<number> {
  let count = 0;
  for (const contained of kind.contains) {
    const insideKind = kindOf(run, contained.type);
    const inventory = await readCollection(run.accounts, insideKind, change.id, run.live);
    if (!inventory.complete) {
      throw new TrueupError(
        'guard-new-content',
        `what is inside ${change.address} could not be listed`,
      );
    }
    const objects = inventory.objects.filter((object) => object.status !== 'gone');
    const known = new Set(change.cascade.map((entry) => entry.id));
    const surprise = objects.find((object) => !known.has(object.id));
    if (surprise !== undefined) {
      throw new TrueupError(
        'guard-new-content',
        `${change.address} was not deleted: since the plan ${contained.label} appeared inside it (${surprise.id})`,
        { hint: 'plan again and look at what would go with it' },
      );
    }
    count += objects.length;
  }
  return count;
}

async function awaitGone(
  run: Run,
  change: ResourceChange,
  kind: ProviderKind,
  input: StepInput,
): Promise<void> {
  const isGone = (read: LiveObject): boolean =>
    read.status === 'gone' || (kind.stepDone?.(input, canonicalObject(run, kind, read)) ?? false);
  await settle({
    address: change.address,
    kind,
    id: input.id ?? '',
    scope: input.scope,
    judge: (read) =>
      read === undefined || isGone(read)
        ? { done: true }
        : { done: false, waitingFor: `it to be gone (${read.statusText ?? read.status})` },
    deadlineMs: run.resources.get(change.address)?.lifecycle.deleteMs ?? run.timing.settleMsMax,
    afterWrite: false,
    poller: run.poller,
    clock: run.clock,
    timing: run.timing,
    emit: run.emit,
  });
}
