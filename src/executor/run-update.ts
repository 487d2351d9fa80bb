import { TrueupError } from '../core/errors.ts';
import type { LiveObject } from '../core/live.ts';
import type { PendingSteps } from '../core/prior.ts';
import { valueAt, fromPointer } from '../core/resolve.ts';
import type { ResourceChange } from '../planner/plan.ts';
import type { ProviderKind, StepInput } from '../providers/contract.ts';
import { differingFields } from './compare.ts';
import { desiredFields, type DesiredFields } from './desired-fields.ts';
import { endedIds, withoutEnded } from './ended-objects.ts';
import { finishChange, recordAdopted, type RecordInput } from './finish.ts';
import {
  canonicalObject,
  isPlanFresh,
  lostForMs,
  readObject,
  required,
  timingFor,
  type Run,
} from './run.ts';
import { settle } from './settle.ts';
import { finishStep, runStep, sendTold, type SentStep } from './run-step.ts';
import { gated, sendStep } from './step.ts';
import { whenFree } from './when-free.ts';
import { assertUndisturbed, withoutIgnored } from './written-fields.ts';

/** Updates a resource; false when there was nothing left to send. */
export async function runUpdate(
  run: Run,
  change: ResourceChange,
  kind: ProviderKind,
  weight: number,
): Promise<boolean> {
  const planned = required(change.live, `the object of ${change.address}`);
  const pendingBefore = run.resources.get(change.address)?.pending;
  const owed = pendingBefore?.restore ?? {};
  const fields = withoutIgnored(kind, change, desiredFields(run, change, kind), owed);
  const mustWait = planned.status === 'pending' || pendingBefore !== undefined;
  if (mustWait) run.begin();
  let awaited = mustWait
    ? await awaitSettled(run, change, kind, fields, planned, pendingBefore)
    : undefined;
  const isBegun = Object.keys(owed).length > 0;
  if (change.fields.length === 0 && !isBegun) {
    await finishChange(run, { change, kind, fields, live: awaited ?? planned });
    return false;
  }
  const start = async (): Promise<Started> => {
    const ended = endedIds(run, change);
    const live = awaited ?? (await currentObject(run, change, kind, planned, ended));
    const restored = Object.keys(owed).map((key) => `/${key}`);
    const changed = stillChanged(kind, change, fields, live, restored);
    if (changed.length === 0) return { live, changed, steps: [], sent: NOTHING_SENT };
    // What an interrupted run has begun moves by itself: its reads are no measure of others' doings.
    const isVague = planned.status === 'pending' || planned.unclear === true;
    const isPlanned = live === planned || isVague;
    if (pendingBefore === undefined && !isPlanned) {
      assertUndisturbed(kind, { change, fields, before: withoutEnded(planned, ended), now: live });
    }
    const composed = kind.compose?.({
      operation: 'update',
      before: live,
      after: fields.canonical,
      changed,
      live: run.live,
      guards: { members: { ...run.stack.guards.members } },
    }) ?? { steps: ['update'] };
    const pending: PendingSteps | undefined =
      composed.restore === undefined
        ? undefined
        : { steps: composed.steps, done: 0, restore: composed.restore };
    if (pending !== undefined) await recordPending(run, { change, kind, fields, live, pending });
    const input = stepInput(run, change, fields, composed.steps[0] ?? 'update', live, changed);
    const sent = await sendTold(() => sendStep(run, change, kind, input, weight));
    return { live, changed, steps: composed.steps, sent };
  };
  const { id, scope } = planned;
  const deadlineMs = change.desired?.timeouts.updateMs ?? timingFor(run, kind).settleMsMax;
  const started = await whenFree(
    run,
    { change, kind, id, scope, deadlineMs },
    () => gated(run, { provisions: false, weight }, start),
    (object) => {
      awaited = object;
    },
  );
  const last = await settleSteps(run, { change, kind, fields, weight }, started);
  await finishChange(run, { change, kind, fields, live: last });
  return started.changed.length > 0;
}

interface Work {
  readonly change: ResourceChange;
  readonly kind: ProviderKind;
  readonly fields: DesiredFields;
  readonly weight: number;
}

interface Started {
  readonly live: LiveObject;
  readonly changed: readonly string[];
  readonly steps: readonly string[];
  readonly sent: SentStep;
}

const NOTHING_SENT: SentStep = { sent: 'answered' };

/** Settles the first step, then sends and settles the others. */
async function settleSteps(run: Run, work: Work, started: Started): Promise<LiveObject> {
  const { change, kind, fields, weight } = work;
  let live = started.live;
  for (const [index, step] of started.steps.entries()) {
    const input = stepInput(run, change, fields, step, live, started.changed);
    run.emit({
      type: 'step-started',
      address: change.address,
      step,
      index,
      steps: started.steps.length,
    });
    const settling = {
      change,
      kind,
      input,
      id: live.id,
      scope: live.scope,
      isLast: index === started.steps.length - 1,
      deadlineMs: change.desired?.timeouts.updateMs ?? timingFor(run, kind).settleMsMax,
    };
    if (index === 0) live = await finishStep(run, settling, weight, started.sent);
    else {
      const { changed } = started;
      assertUndisturbed(kind, { change, fields, before: started.live, now: live, only: changed });
      live = await runStep(run, settling, weight);
    }
  }
  return live;
}

/** What is begun, and what to put back at its end, is known before the first of several steps. */
async function recordPending(
  run: Run,
  input: RecordInput & { readonly pending: PendingSteps },
): Promise<void> {
  const { change, pending } = input;
  const before = run.resources.get(change.address);
  if (before === undefined) {
    await recordAdopted(run, input);
    return;
  }
  const resource = { ...before, pending };
  await run.state.append([{ op: 'put', address: change.address, resource }]);
  run.resources.set(change.address, resource);
}

/**
 * The object as it is now: the plan's own read while it is young and nothing this run did has
 * changed it, else read by ID.
 */
async function currentObject(
  run: Run,
  change: ResourceChange,
  kind: ProviderKind,
  planned: LiveObject,
  ended: ReadonlySet<string>,
): Promise<LiveObject> {
  // Where a write is told by what differs from before, before has to be just before.
  const isYoung = isPlanFresh(run) && kind.showsWrites !== true;
  if (isYoung && ended.size === 0) return planned;
  const object = await readObject(run, kind, planned.id, planned.scope);
  if (object !== undefined) return object;
  // Grants that all went with their grantees are still the grants of that pair.
  if (ended.size > 0 && kind.idFromKey === true) return withoutEnded(planned, ended);
  throw new TrueupError(
    'stale',
    `${change.address} (${planned.id}) is gone since the plan was made`,
  );
}

/** Waits for an object that is on its way, by itself or after an interrupted change. */
async function awaitSettled(
  run: Run,
  change: ResourceChange,
  kind: ProviderKind,
  fields: DesiredFields,
  planned: LiveObject,
  pending: PendingSteps | undefined,
): Promise<LiveObject> {
  const begun = pending?.steps[0] === 'create' ? pending.steps : [];
  // The entry may have changed since: only whether the object is up counts, not what it is like.
  const isBehind = (step: string, read: LiveObject): boolean => {
    const input = { ...stepInput(run, change, fields, step, planned, []), after: {} };
    return kind.stepDone?.(input, canonicalObject(run, kind, read)) ?? true;
  };
  const isReady = (read: LiveObject): boolean =>
    read.status === 'settled' && (begun.length === 0 || begun.some((step) => isBehind(step, read)));
  const object = await settle({
    address: change.address,
    kind,
    id: planned.id,
    scope: planned.scope,
    judge: (read) =>
      read !== undefined && isReady(read)
        ? { done: true }
        : {
            done: false,
            waitingFor: `it to leave ${read?.statusText ?? 'an unknown state'}`,
            failed: read?.status === 'failed' || read?.status === 'gone',
          },
    deadlineMs: change.desired?.timeouts.updateMs ?? timingFor(run, kind).settleMsMax,
    goneAfterMs: lostForMs(run, kind),
    // What an interrupted run has begun may still be on its way, whatever one read says.
    afterWrite: pending !== undefined,
    poller: run.poller,
    clock: run.clock,
    timing: timingFor(run, kind),
    emit: run.emit,
  });
  return canonicalObject(run, kind, required(object, `the object of ${change.address}`));
}

/**
 * The planned fields, and those that an interrupted change still has to put back, that differ now:
 * some may have been unknown, or settled by themselves.
 */
function stillChanged(
  kind: ProviderKind,
  change: ResourceChange,
  fields: DesiredFields,
  live: LiveObject,
  restored: readonly string[],
): readonly string[] {
  const planned = new Set([...change.fields.map((field) => field.pointer), ...restored]);
  const differing = differingFields(kind, fields.canonical, live.fields).filter((pointer) =>
    planned.has(pointer),
  );
  const blind = change.fields
    .filter((field) => isBlind(kind, field.pointer, live))
    .map((field) => field.pointer);
  return [...new Set([...differing, ...blind])];
}

/** Whether the live object cannot tell the field: it is sent because the plan says so. */
function isBlind(kind: ProviderKind, pointer: string, live: LiveObject): boolean {
  const path = fromPointer(pointer);
  const role = kind.fields.find((field) => field.path.join('/') === path.join('/'));
  if (role?.writeOnly === true) return true;
  return role?.sensitive === true && valueAt(live.fields, path) === undefined;
}

function stepInput(
  run: Run,
  change: ResourceChange,
  fields: DesiredFields,
  step: string,
  before: LiveObject,
  changed: readonly string[],
): StepInput {
  return {
    step,
    id: before.id,
    scope: before.scope,
    before,
    after: fields.canonical,
    changed,
    recorded: run.resources.get(change.address)?.sent,
    force: false,
    live: run.live,
    nowMs: run.clock.now(),
  };
}
