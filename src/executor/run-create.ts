import { TrueupError } from '../core/errors.ts';
import type { LiveObject } from '../core/live.ts';
import type { ResourceChange } from '../planner/plan.ts';
import type { ProviderKind, StepInput } from '../providers/contract.ts';
import { allFields, differingFields } from './compare.ts';
import { createObject } from './create-object.ts';
import { desiredFields, type DesiredFields } from './desired-fields.ts';
import { bareObject, finishChange, recordResource } from './finish.ts';
import { hiddenFields } from './hidden-fields.ts';
import { canonicalObject, required, timingFor, type Run } from './run.ts';
import { runStep } from './run-step.ts';
import { findStanding } from './standing-object.ts';
import { settleStep, withOwnMark } from './step.ts';
import { whenFree } from './when-free.ts';

/** Creates a resource, then does what its creation could not carry: members, suspension. */
export async function runCreate(
  run: Run,
  change: ResourceChange,
  kind: ProviderKind,
  weight: number,
): Promise<string> {
  const fields = desiredFields(run, change, kind);
  const steps = change.steps.filter((step) => step !== 'delete');
  const first = stepInput(run, kind, fields, steps[0] ?? 'create');
  const standing = await findStanding(run, { change, kind, fields });
  if (standing !== undefined) return finishFound(run, { change, kind, fields, weight }, standing);
  let made: LiveObject | undefined;
  const deadlineMs = change.desired?.timeouts.createMs ?? timingFor(run, kind).settleMsMax;
  const id = kind.key.of(fields.canonical) ?? '';
  const created = await whenFree(
    run,
    { change, kind, id, scope: first.scope, deadlineMs },
    async () =>
      made === undefined
        ? createObject(run, { change, kind, fields, step: first, weight })
        : undefined,
    (object) => {
      made = object;
    },
  );
  if (created === undefined || made !== undefined) {
    return writeOver(run, { change, kind, fields, weight }, required(made, 'the object'));
  }
  if (created.how === 'found') {
    const object = canonicalObject(run, kind, created.object);
    return finishFound(run, { change, kind, fields, weight }, object);
  }
  const unread = bareObject(kind, created.id, created.scope);
  const bare = withOwnMark(kind, unread, created.told.mark);
  const createdAtMs = run.clock.now();
  const pending = { steps, done: 1, restore: {} };
  // What the API did not take is not in place: the next plan shows it.
  const unsent = created.refused;
  // What cannot be read and may go with a later step is sent again where that step is never reached.
  const later = steps.length > 1 ? hiddenFields(kind, fields.canonical, {}) : [];
  const notYet = [...new Set([...unsent, ...later])];
  const object = { change, kind, fields, live: bare };
  await recordResource(run, { ...object, createdAtMs, pending, unsent: notYet });
  const work = { change, kind, fields, weight };
  const live = await runSteps(run, work, steps, bare, { ...first, ...created.told });
  await finishChange(run, { change, kind, fields, live, unsent });
  if (unsent.length > 0) throw fieldsRefused(change, created.id, unsent);
  return created.id;
}

/** The object is there and in the state, but not all of what was asked for: that is no success. */
function fieldsRefused(
  { address }: ResourceChange,
  id: string,
  refused: readonly string[],
): TrueupError {
  const names = refused.map((pointer) => pointer.slice(1)).join(', ');
  return new TrueupError(
    'field-refused',
    `${address} (${id}) was created, but the API did not take its ${names}`,
    { hint: `change ${names} to what the API accepts and apply again: only that is sent then` },
  );
}

/**
 * Somebody else made the object while the create was refused as busy. Its fields are written as
 * they are to be, all of them.
 */
async function writeOver(run: Run, work: Work, object: LiveObject): Promise<string> {
  const { change, kind, fields } = work;
  const unsent = hiddenFields(kind, fields.canonical, object.fields);
  const pending = { steps: ['create'], done: 1, restore: {} };
  await recordResource(run, { change, kind, fields, live: object, unsent, pending });
  const live = await runSteps(run, work, ['update'], object, undefined);
  await finishChange(run, { change, kind, fields, live });
  return object.id;
}

interface Work {
  readonly change: ResourceChange;
  readonly kind: ProviderKind;
  readonly fields: DesiredFields;
  readonly weight: number;
}

/** An object found after a lost answer: what it does not tell of itself is sent again. */
async function finishFound(run: Run, work: Work, object: LiveObject): Promise<string> {
  const { change, kind, fields } = work;
  const unsent =
    kind.showsWrites === true ? [] : hiddenFields(kind, fields.canonical, object.fields);
  const createdAtMs = run.clock.now();
  const pending = { steps: ['create'], done: 1, restore: {} };
  await recordResource(run, { change, kind, fields, live: object, createdAtMs, unsent, pending });
  const settled = await settleStep(run, {
    change,
    kind,
    input: { ...stepInput(run, kind, fields, 'create'), id: object.id, after: {} },
    id: object.id,
    scope: object.scope,
    isLast: false,
    deadlineMs: change.desired?.timeouts.createMs ?? timingFor(run, kind).settleMsMax,
  });
  const changed = [...unsent, ...differingFields(kind, fields.canonical, settled.fields)];
  const input = { operation: 'update' as const, before: settled, after: fields.canonical, changed };
  const composed = kind.compose?.({ ...input, live: run.live, guards: {} });
  const steps = changed.length === 0 ? [] : (composed?.steps ?? ['update']);
  const live = await runSteps(run, work, steps, settled, undefined, changed);
  await finishChange(run, { change, kind, fields, live });
  return object.id;
}

/** Runs the steps after the first; each is settled before the next one is sent. */
async function runSteps(
  run: Run,
  work: Work,
  steps: readonly string[],
  object: LiveObject,
  sentFirst: StepInput | undefined,
  changed?: readonly string[],
): Promise<LiveObject> {
  const { change, kind, fields, weight } = work;
  let before = object;
  for (const [index, step] of steps.entries()) {
    const isFirst = index === 0 && sentFirst !== undefined;
    const input: StepInput = isFirst
      ? { ...sentFirst, id: object.id }
      : {
          ...stepInput(run, kind, fields, step),
          id: object.id,
          before,
          changed: changed ?? allFields(kind, fields.canonical),
        };
    run.emit({ type: 'step-started', address: change.address, step, index, steps: steps.length });
    const settling = {
      change,
      kind,
      input,
      id: object.id,
      scope: object.scope,
      isLast: index === steps.length - 1,
      deadlineMs: change.desired?.timeouts.createMs ?? timingFor(run, kind).settleMsMax,
    };
    before = isFirst ? await settleStep(run, settling) : await runStep(run, settling, weight);
  }
  return before;
}

function stepInput(run: Run, kind: ProviderKind, fields: DesiredFields, step: string): StepInput {
  return {
    step,
    id: undefined,
    scope: kind.scopeOf?.(fields.canonical),
    before: undefined,
    after: fields.canonical,
    changed: allFields(kind, fields.canonical),
    recorded: undefined,
    force: false,
    live: run.live,
    nowMs: run.clock.now(),
  };
}
