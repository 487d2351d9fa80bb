import { TrueupError } from '../core/errors.ts';
import type { LiveObject } from '../core/live.ts';
import { ApiError } from '../http/api-error.ts';
import type { ProviderKind, StepInput, StepResult } from '../providers/contract.ts';
import type { ResourceChange } from '../planner/plan.ts';
import { differingFields } from './compare.ts';
import { inside } from './gate.ts';
import { recordFailure } from './record-failure.ts';
import {
  assertMayWrite,
  canonicalObject,
  lostForMs,
  readObject,
  timingFor,
  type Run,
} from './run.ts';
import { settle, type Verdict } from './settle.ts';

/** Lets `job` send: provisioning creates within their own bound, everything inside the gate. */
export async function gated<T>(
  run: Run,
  options: {
    /** The kind whose create provisions machines, if this is one. */
    readonly provisions: ProviderKind | false;
    readonly weight: number;
  },
  job: () => Promise<T>,
): Promise<T> {
  const send = (): Promise<T> =>
    inside(run.gate, options.weight, () => {
      assertMayWrite(run);
      run.begin();
      return job();
    });
  const { provisions, weight } = options;
  return provisions === false ? send() : inside(run.provisioning(provisions), weight, send);
}

/** Sends the request of a step; undefined when there is nothing to send. Called inside the gate. */
export async function sendStep(
  run: Run,
  change: ResourceChange,
  kind: ProviderKind,
  input: StepInput,
  weight: number,
  beforeSend?: () => Promise<void>,
): Promise<StepResult | undefined> {
  assertMayWrite(run);
  const request = kind.request(input);
  if (request === undefined) return undefined;
  const signal = run.stop.requests;
  // A request may stand in line for minutes, and so may each further try of it.
  const beforeTry = async (): Promise<void> => {
    assertMayWrite(run);
    await beforeSend?.();
  };
  const options = { priority: weight, signal, beforeSend: beforeTry };
  const response = await run.accounts
    .writer(kind)
    .send(request, options)
    .catch((error: unknown) => rethrow(run, change, kind, input, error));
  const result = kind.result(input, response, run.redactor);
  for (const message of result.warnings ?? []) warn(run, change.address, message);
  await deliverGenerated(run, change, input, result);
  return result;
}

/**
 * 404 for an object that was there a moment ago: somebody else has deleted it. That is no failure
 * of the change; the next plan shows it. A delete has its own view of 404.
 */
async function rethrow(
  run: Run,
  { address }: ResourceChange,
  kind: ProviderKind,
  { id, scope, step }: StepInput,
  error: unknown,
): Promise<never> {
  const isGone = error instanceof ApiError && error.status === 404 && id !== undefined;
  if (!isGone || step === 'delete') throw error;
  if ((await readObject(run, kind, id, scope)) !== undefined) throw error;
  throw new TrueupError('stale', `${address} (${id}) is gone since the plan was made`, {
    cause: error,
    hint: 'plan again to see what is to be created',
  });
}

function warn(run: Run, address: ResourceChange['address'], message: string): void {
  const text = `the API warns: ${message}`;
  run.emit({
    type: 'diagnostic',
    diagnostic: { code: 'api-warning', severity: 'warning', address, message: text },
  });
}

async function deliverGenerated(
  run: Run,
  change: ResourceChange,
  input: StepInput,
  result: StepResult,
): Promise<void> {
  const { address } = change;
  for (const { pointer, value } of result.generated ?? []) {
    const field = pointer.slice(1);
    const delivered = await run.deliverSecret(address, field, value);
    run.emit({ type: 'generated-secret', address, field, delivered });
    const isReplaced = input.after?.[field] !== undefined;
    if (delivered !== 'lost' && !isReplaced) continue;
    const lost = delivered === 'lost' ? ', which is lost' : '';
    run.emit({
      type: 'diagnostic',
      diagnostic: {
        code: delivered === 'lost' ? 'generated-secret-lost' : 'generated-secret-shown',
        severity: 'warning',
        address,
        ...(isReplaced
          ? {
              message: `the API refused the ${field} of the manifest and generated another one${lost}`,
              hint: 'change it to one that the API accepts; the next apply sends it',
            }
          : {
              message: `the API generated ${field}${lost}`,
              hint: 'set one in the manifest, or use `--show-generated-secrets` or `--generated-secrets-file FILE` next time',
            }),
      },
    });
  }
}

export interface SettleStep {
  readonly change: ResourceChange;
  readonly kind: ProviderKind;
  readonly input: StepInput;
  readonly id: string;
  readonly scope: string | undefined;
  /** After the last step every managed field must read as it was asked for. */
  readonly isLast: boolean;
  readonly deadlineMs: number;
  /** Set when the answer of the step was lost. */
  readonly unmovedAfterMs?: number;
}

/** Waits until a step has taken effect; the object as then read, canonical. */
export async function settleStep(run: Run, step: SettleStep): Promise<LiveObject> {
  const { change, kind, input, id, scope } = step;
  let last: LiveObject | undefined;
  const object = await settle({
    address: change.address,
    kind,
    id,
    scope,
    judge(read) {
      last = read;
      return judgeStep(run, step, read);
    },
    deadlineMs: step.deadlineMs,
    ...(step.unmovedAfterMs === undefined ? {} : { unmovedAfterMs: step.unmovedAfterMs }),
    // What was only just made may be shown late.
    ...(input.before === undefined ? {} : { goneAfterMs: lostForMs(run, kind) }),
    afterWrite: true,
    poller: run.poller,
    clock: run.clock,
    timing: timingFor(run, kind),
    emit: run.emit,
  }).catch(async (error: unknown) => {
    const isFailure = error instanceof TrueupError && error.code === 'settle-failed';
    if (isFailure && last?.status === 'settled') await recordFailure(run, change, kind, last);
    throw error;
  });
  if (object === undefined) {
    throw new TrueupError('not-settled', `${change.address} disappeared after ${input.step}`);
  }
  return withOwnMark(kind, canonicalObject(run, kind, object), input.mark);
}

/** What this step has written is as its own answer says, whoever has written since. */
export function withOwnMark(
  kind: ProviderKind,
  object: LiveObject,
  mark: StepInput['mark'],
): LiveObject {
  const { changedMark: name } = kind;
  if (name === undefined || mark === undefined) return object;
  return { ...object, attributes: { ...object.attributes, [name]: mark } };
}

const AGAIN = 'the next apply tries again';

function judgeStep(run: Run, step: SettleStep, read: LiveObject | undefined): Verdict {
  if (read === undefined) return { done: false, waitingFor: 'it to appear' };
  const status = read.statusText ?? read.status;
  if (read.status === 'failed') return { done: false, waitingFor: status, failed: true };
  if (read.status === 'gone') return { done: false, waitingFor: status, failed: true };
  const object = canonicalObject(run, step.kind, read);
  const why = step.kind.stepFailed?.(step.input, object);
  if (why !== undefined) return { done: false, waitingFor: why, failed: true, hint: AGAIN };
  const isDone = step.kind.stepDone?.(step.input, object) ?? object.status === 'settled';
  if (!isDone) return { done: false, waitingFor: `${step.input.step} to take effect (${status})` };
  if (!step.isLast) return { done: true };
  if (object.status !== 'settled') return { done: false, waitingFor: `it to leave ${status}` };
  const ignored = step.change.desired?.lifecycle.ignoreChanges ?? [];
  const differing = differingFields(step.kind, step.input.after ?? {}, object.fields, ignored);
  if (differing.length === 0) return { done: true };
  return { done: false, waitingFor: differing.map((pointer) => pointer.slice(1)).join(', ') };
}
