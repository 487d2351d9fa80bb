import { TrueupError } from '../core/errors.ts';
import type { LiveObject } from '../core/live.ts';
import { ApiError } from '../http/api-error.ts';
import { isUntold, liveUnit, sameUnit } from '../planner/diff.ts';
import type { CascadeEntry, ResourceChange } from '../planner/plan.ts';
import { indexRoles, unitsOf } from '../planner/role-index.ts';
import type { ProviderKind, StepInput } from '../providers/contract.ts';
import { fromTo } from './compare.ts';
import { hasEnded, plannedChange } from './ended-objects.ts';
import {
  canonicalObject,
  isPlanFresh,
  kindOf,
  lostForMs,
  readObject,
  timingFor,
  type Run,
} from './run.ts';
import { readCollection } from './refresh.ts';
import { settle } from './settle.ts';
import { sendLossy, type Sent } from './run-step.ts';
import { gated, sendStep } from './step.ts';

/** A delete whose answer was lost is sent again at most twice. */
const ATTEMPTS_MAX = 3;

/** Deletes a resource and waits until it is gone. */
export async function runDelete(
  run: Run,
  change: ResourceChange,
  kind: ProviderKind,
  weight: number,
): Promise<void> {
  const planned = change.live;
  if (planned !== undefined) {
    await deleteSurely(run, change, kind, planned, weight);
  }
  await run.state.append([{ op: 'remove', address: change.address }]);
  run.resources.delete(change.address);
}

/** A delete whose answer was lost is waited for, and sent again when nothing came of it. */
async function deleteSurely(
  run: Run,
  change: ResourceChange,
  kind: ProviderKind,
  planned: LiveObject,
  weight: number,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    let input: StepInput | undefined;
    const sent = await sendLossy(
      () =>
        gated(run, { provisions: false, weight }, () =>
          sendDelete(run, change, kind, planned, weight, (made) => {
            input = made;
          }),
        ),
      attempt > 1,
    ).catch((error: unknown) => {
      if (input === undefined || !isMissing(error)) throw error;
      return error;
    });
    if (input === undefined) {
      // Nothing was sent: it was gone already, or what had to be read before could not be.
      if (sent !== 'answered') throw sent;
      return;
    }
    try {
      await awaitGone(run, change, kind, input, sent);
      return;
    } catch (error) {
      const isUnmoved = error instanceof TrueupError && error.code === 'step-unmoved';
      if (!isUnmoved || sent === 'answered') throw error;
      if (attempt >= ATTEMPTS_MAX || isMissing(sent)) throw sent;
    }
  }
}

/**
 * 404 alone proves nothing where the API keeps tombstones. The delete of an interrupted run may be
 * under way while lists still show the object, so it is waited for as if the answer were lost.
 */
function isMissing(error: unknown): error is ApiError {
  return error instanceof ApiError && error.status === 404;
}

async function sendDelete(
  run: Run,
  change: ResourceChange,
  kind: ProviderKind,
  planned: LiveObject,
  weight: number,
  onSend: (input: StepInput) => void,
): Promise<void> {
  const live = isPlanFresh(run) ? planned : await readObject(run, kind, planned.id, planned.scope);
  if (live === undefined) return;
  if (live !== planned) assertAsShown(run, change, kind, planned, live);
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
  if (kind.request(input) === undefined) return;
  await recordDeleting(run, change.address, live.id);
  onSend(input);
  try {
    await sendStep(run, change, kind, input, weight);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 409 && inside === 0 && kind.contains.length > 0) {
      throw notEmpty(change, error);
    }
    if (error.status !== 404) throw error;
    // Where 404 alone is no proof, a read by ID is: lists show what an earlier run deleted late.
    if (kind.deleteOn404 === 'done') return;
    if ((await readObject(run, kind, live.id, live.scope)) !== undefined) throw error;
  }
}

/** Nothing was listed inside, and so nothing was to go with it: what is there may show up late. */
function notEmpty({ address }: ResourceChange, error: ApiError): ApiError {
  const { kind, status, method, path, reason } = error;
  return new ApiError('guard-new-content', `${address} was not deleted: ${error.message}`, {
    kind,
    method,
    path,
    cause: error,
    ...(status === undefined ? {} : { status }),
    ...(reason === undefined ? {} : { reason }),
    hint: 'lists may show what is inside it late: plan again and look at what would go with it',
  });
}

/** Lists show a deleted object for a while; a run after a crash has to know not to believe them. */
async function recordDeleting(run: Run, address: string, id: string): Promise<void> {
  const before = run.resources.get(address);
  if (before?.id !== id || before.deletingSinceMs !== undefined) return;
  const resource = { ...before, deletingSinceMs: run.clock.now() };
  await run.state.append([{ op: 'put', address, resource }]);
  run.resources.set(address, resource);
}

/** Promise 3: what was managed must still read as the plan showed it. */
function assertAsShown(
  run: Run,
  change: ResourceChange,
  kind: ProviderKind,
  planned: LiveObject,
  live: LiveObject,
): void {
  const managed = run.resources.get(change.address)?.sent ?? {};
  const shown = canonicalObject(run, kind, planned).fields;
  for (const { path, role } of unitsOf(indexRoles(kind), managed)) {
    if (role.writeOnly === true) continue;
    const [before, now] = [liveUnit(role, shown), liveUnit(role, live.fields)];
    if (isUntold(role, now) || sameUnit(before, now)) continue;
    throw new TrueupError(
      'stale',
      `${change.address}: ${path.join('.')} changed since the plan was made${fromTo(role, before, now)}`,
      { hint: 'plan again to see what would be deleted' },
    );
  }
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
    const ended = new Set(
      change.cascade.filter((entry) => isEnded(run, entry)).map(({ id }) => id),
    );
    count += objects.filter((object) => !ended.has(object.id)).length;
  }
  await assertUnheld(run, change, kind);
  return count;
}

/** What came into it since the plan, in another collection. */
async function assertUnheld(run: Run, change: ResourceChange, kind: ProviderKind): Promise<void> {
  const { heldBy } = kind;
  if (heldBy === undefined) return;
  const inventory = await readCollection(
    run.accounts,
    kindOf(run, heldBy.type),
    undefined,
    run.live,
  );
  const holder = inventory.objects.find(
    ({ type, id, fields, status }) =>
      status !== 'gone' && fields[heldBy.field] === change.id && !hasEnded(run, type, id),
  );
  if (inventory.complete && holder === undefined) return;
  const why =
    holder === undefined
      ? `the ${heldBy.label} that may be in it could not be listed`
      : `since the plan ${heldBy.label} appeared in it (${holder.id})`;
  throw new TrueupError('guard-new-content', `${change.address} was not deleted: ${why}`, {
    hint: 'plan again and look at what is in it',
  });
}

/** Whether this run has deleted it already: lists show it for a while longer. */
function isEnded(run: Run, entry: CascadeEntry): boolean {
  const { address } = entry;
  if (address === undefined || run.resources.get(address)?.id === entry.id) return false;
  const own = plannedChange(run, address);
  return own?.action === 'delete' || own?.action === 'replace';
}

async function awaitGone(
  run: Run,
  change: ResourceChange,
  kind: ProviderKind,
  input: StepInput,
  sent: Sent,
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
    deadlineMs:
      run.resources.get(change.address)?.lifecycle.deleteMs ?? timingFor(run, kind).settleMsMax,
    afterWrite: false,
    ...(sent === 'answered' ? {} : { unmovedAfterMs: lostForMs(run, kind) }),
    poller: run.poller,
    clock: run.clock,
    timing: timingFor(run, kind),
    emit: run.emit,
  });
}
