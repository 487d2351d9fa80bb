import { TrueupError } from '../core/errors.ts';
import type { LiveObject } from '../core/live.ts';
import { ApiError } from '../http/api-error.ts';
import type { StepInput, StepResult } from '../providers/contract.ts';
import { hiddenFields } from './hidden-fields.ts';
import { lostForMs, type Run } from './run.ts';
import { gated, sendStep, settleStep, type SettleStep } from './step.ts';
import { whenFree } from './when-free.ts';

/** A step whose answer was lost is sent again at most twice. */
const ATTEMPTS_MAX = 3;

/** Whether the API answered a step, or why it is not known whether it did it. */
export type Sent = 'answered' | ApiError;

/** What the answer of a step told of what it made. */
export type Told = Pick<StepInput, 'made' | 'mark'>;

/** How a step was sent, and what its answer told. */
export interface SentStep {
  readonly sent: Sent;
  readonly told?: Told;
}

/** Sends a step inside the gate; an ambiguous failure is an answer too. Throws when refused. */
export async function sendLossy(
  send: () => Promise<unknown>,
  isRepeat: boolean = false,
): Promise<Sent> {
  const { sent } = await sendTold(async () => void (await send()), isRepeat);
  return sent;
}

/** The same for a step whose answer tells something. */
export async function sendTold(
  send: () => Promise<StepResult | undefined | void>,
  isRepeat: boolean = false,
): Promise<SentStep> {
  try {
    const result = await send();
    return { sent: 'answered', told: toldBy(result ?? {}) };
  } catch (error) {
    // A step that is refused the second time may have been done by the first.
    const isLost = error instanceof ApiError && (error.kind !== 'refused' || isRepeat);
    if (isLost) return { sent: error };
    throw error;
  }
}

export function toldBy({ made, mark }: StepResult): Told {
  return { ...(made === undefined ? {} : { made }), ...(mark === undefined ? {} : { mark }) };
}

/** Sends a step and waits until it has taken effect. */
export async function runStep(run: Run, step: SettleStep, weight: number): Promise<LiveObject> {
  let begun = step;
  const send = (): Promise<SentStep> => sendStepLossy(run, begun, weight, false);
  const sent = await whenFree(run, step, send, (before) => {
    begun = { ...step, input: { ...step.input, before } };
  });
  return finishStep(run, begun, weight, sent);
}

/**
 * Waits until a step that was sent has taken effect. When its answer was lost and the object has
 * not moved within the time a lost request can still take, it is sent again.
 */
export async function finishStep(
  run: Run,
  step: SettleStep,
  weight: number,
  first: SentStep,
): Promise<LiveObject> {
  let { sent, told } = first;
  const again = async (): Promise<void> => {
    ({ sent, told } = await sendStepLossy(run, step, weight, true));
  };
  for (let attempt = 1; ; attempt += 1) {
    try {
      const unmovedAfterMs =
        sent === 'answered' ? {} : { unmovedAfterMs: lostForMs(run, step.kind) };
      const input = { ...step.input, ...told };
      const object = await settleStep(run, { ...step, input, ...unmovedAfterMs });
      if (sent === 'answered' || !isBlind(step, object)) return object;
      if (attempt >= ATTEMPTS_MAX) throw sent;
      await again();
    } catch (error) {
      const isUnmoved = error instanceof TrueupError && error.code === 'step-unmoved';
      if (!isUnmoved || sent === 'answered') throw error;
      if (attempt >= ATTEMPTS_MAX) throw sent;
      await again();
    }
  }
}

/** Whether no read can tell if the step was done: it carries a field that is not read back. */
function isBlind({ kind, input }: SettleStep, object: LiveObject): boolean {
  if (kind.showsWrites === true) return false;
  const hidden = hiddenFields(kind, input.after ?? {}, object.fields);
  return input.changed.some((pointer) => hidden.includes(pointer));
}

function sendStepLossy(
  run: Run,
  step: SettleStep,
  weight: number,
  isRepeat: boolean,
): Promise<SentStep> {
  const { change, kind, input } = step;
  return sendTold(
    () =>
      gated(run, { provisions: false, weight }, () => sendStep(run, change, kind, input, weight)),
    isRepeat,
  );
}
