import { TrueupError } from '../core/errors.ts';
import type { LiveObject } from '../core/live.ts';
import { ApiError } from '../http/api-error.ts';
import { hiddenFields } from './hidden-fields.ts';
import type { Run } from './run.ts';
import { gated, sendStep, settleStep, type SettleStep } from './step.ts';

/** A step whose answer was lost is sent again at most twice. */
const ATTEMPTS_MAX = 3;

/** Whether the API answered a step, or why it is not known whether it did it. */
export type Sent = 'answered' | ApiError;

/** Sends a step inside the gate; an ambiguous failure is an answer too. Throws when refused. */
export async function sendLossy(
  send: () => Promise<unknown>,
  isRepeat: boolean = false,
): Promise<Sent> {
  try {
    await send();
    return 'answered';
  } catch (error) {
    // A step that is refused the second time may have been done by the first.
    const isLost = error instanceof ApiError && (error.kind !== 'refused' || isRepeat);
    if (isLost) return error;
    throw error;
  }
}

/** Sends a step and waits until it has taken effect. */
export async function runStep(run: Run, step: SettleStep, weight: number): Promise<LiveObject> {
  return finishStep(run, step, weight, await sendStepLossy(run, step, weight, false));
}

/**
 * Waits until a step that was sent has taken effect. When its answer was lost and the object has
 * not moved within the time a lost request can still take, it is sent again.
 */
export async function finishStep(
  run: Run,
  step: SettleStep,
  weight: number,
  first: Sent,
): Promise<LiveObject> {
  let sent = first;
  for (let attempt = 1; ; attempt += 1) {
    try {
      const unmovedAfterMs = sent === 'answered' ? {} : { unmovedAfterMs: lostForMs(run) };
      const object = await settleStep(run, { ...step, ...unmovedAfterMs });
      if (sent === 'answered' || !isBlind(step, object)) return object;
      if (attempt >= ATTEMPTS_MAX) throw sent;
      sent = await sendStepLossy(run, step, weight, true);
    } catch (error) {
      const isUnmoved = error instanceof TrueupError && error.code === 'step-unmoved';
      if (!isUnmoved || sent === 'answered') throw error;
      if (attempt >= ATTEMPTS_MAX) throw sent;
      sent = await sendStepLossy(run, step, weight, true);
    }
  }
}

/** Whether no read can tell if the step was done: it carries a field that is not read back. */
function isBlind({ kind, input }: SettleStep, object: LiveObject): boolean {
  const hidden = hiddenFields(kind, input.after ?? {}, object.fields);
  return input.changed.some((pointer) => hidden.includes(pointer));
}

function lostForMs(run: Run): number {
  return run.timing.requestMsMax + run.timing.listLagMs;
}

function sendStepLossy(
  run: Run,
  step: SettleStep,
  weight: number,
  isRepeat: boolean,
): Promise<Sent> {
  const { change, kind, input } = step;
  return sendLossy(
    () =>
      gated(run, { provisions: false, weight }, () => sendStep(run, change, kind, input, weight)),
    isRepeat,
  );
}
