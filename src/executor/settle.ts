import type { Clock } from '../core/clock.ts';
import { TrueupError } from '../core/errors.ts';
import type { Emit } from '../core/event.ts';
import type { LiveObject } from '../core/live.ts';
import type { Timing } from '../core/timing.ts';
import { ApiError } from '../http/api-error.ts';
import type { ProviderKind } from '../providers/contract.ts';
import type { Poller } from './poller.ts';

/** What a read says about the thing waited for. */
export type Verdict =
  | { readonly done: true }
  | {
      readonly done: false;
      readonly waitingFor: string;
      readonly failed?: boolean;
      /** What to do about a failure; default: make the object again. */
      readonly hint?: string;
    };

export interface SettleInput {
  readonly address: string;
  readonly kind: ProviderKind;
  readonly id: string;
  readonly scope: string | undefined;
  readonly judge: (object: LiveObject | undefined) => Verdict;
  readonly deadlineMs: number;
  /** Whether this wait follows a write that settles late. */
  readonly afterWrite: boolean;
  /** After this an object at rest that shows nothing of the step ends the wait: `step-unmoved`. */
  readonly unmovedAfterMs?: number;
  /** After this without a trace an object is gone: `stale`. Undefined: it need not be there yet. */
  readonly goneAfterMs?: number;
  readonly poller: Poller;
  readonly clock: Clock;
  readonly timing: Timing;
  readonly emit: Emit;
}

/**
 * Waits until the API reports what was asked for: as many equal reads in a row as the kind needs,
 * not earlier than its minimum, nor before stale replicas have had their time, the last one by ID.
 * Errors: `not-settled` names what is missing, `settle-failed` an object that failed for good,
 * `stale` one that is not there any more.
 */
export async function settle(input: SettleInput): Promise<LiveObject | undefined> {
  const { clock, timing, kind } = input;
  const startMs = clock.now();
  const patient = kind.asynchronous && input.afterWrite;
  const readsNeeded = patient ? timing.equalReads : 1;
  let notBeforeMs = patient ? startMs + timing.settleMsMin : startMs;
  let delayMs = patient && timing.settleMsMin > 0 ? timing.pollMs : 0;
  let equalReads = 0;
  let unfinished = false;
  const absence = createAbsence(input);
  for (;;) {
    const byId = equalReads > 0 || !patient || absence.isOver(clock.now());
    const read = await readOnce(input, delayMs, byId);
    const verdict = read === undefined ? WAIT_FOR_READ : input.judge(read.object);
    const nowMs = clock.now();
    const isGone = absence.note(read, nowMs);
    if (verdict.done) {
      // The change came at some moment since the last read: replicas may be stale from now on.
      if (unfinished) notBeforeMs = Math.max(notBeforeMs, nowMs + timing.stableMs);
      unfinished = false;
      equalReads += 1;
      if (equalReads >= readsNeeded && nowMs >= notBeforeMs && read?.source === 'id') {
        return read.object;
      }
    } else {
      equalReads = 0;
      if (verdict.failed === true) throw failed(input, verdict.waitingFor, verdict.hint);
      if (isUnmoved(input, read?.object, nowMs - startMs)) throw unmoved(input);
      if (isGone) throw gone(input);
      if (nowMs - startMs >= input.deadlineMs) throw notSettled(input, verdict.waitingFor);
      unfinished = patient;
    }
    report(input, verdict, nowMs - startMs);
    delayMs = nextDelay(delayMs, nowMs, notBeforeMs, timing, verdict.done, readsNeeded);
  }
}

const WAIT_FOR_READ: Verdict = { done: false, waitingFor: 'an answer' };

type Read = Awaited<ReturnType<Poller['next']>>;

/** How long no read has shown the object. */
interface Absence {
  /** Whether it is time to ask for it by its ID: a list may lag behind, or leave it out. */
  isOver(nowMs: number): boolean;
  /** Takes note of a read; whether the object is gone for certain. */
  note(read: Read | undefined, nowMs: number): boolean;
}

function createAbsence({ goneAfterMs = Number.POSITIVE_INFINITY }: SettleInput): Absence {
  let fromMs: number | undefined;
  const isOver = (nowMs: number): boolean => fromMs !== undefined && nowMs - fromMs >= goneAfterMs;
  return {
    isOver,
    note(read, nowMs) {
      if (read === undefined) return false;
      fromMs = read.object === undefined ? (fromMs ?? nowMs) : undefined;
      return read.source === 'id' && isOver(nowMs);
    },
  };
}

async function readOnce(
  input: SettleInput,
  delayMs: number,
  byId: boolean,
): Promise<Read | undefined> {
  const { kind, id, scope } = input;
  try {
    return await input.poller.next({ kind, id, scope, delayMs, byId });
  } catch (error) {
    if (error instanceof ApiError && error.kind !== 'refused') return undefined;
    throw error;
  }
}

function nextDelay(
  delayMs: number,
  nowMs: number,
  notBeforeMs: number,
  timing: Timing,
  done: boolean,
  readsNeeded: number,
): number {
  if (done) {
    const left = notBeforeMs - nowMs;
    if (left <= 0 && readsNeeded <= 1) return 0;
    return Math.max(timing.pollMs, Math.min(left, timing.pollMsMax));
  }
  return Math.min(Math.max(timing.pollMs, delayMs * 1.5), timing.pollMsMax);
}

function isUnmoved(input: SettleInput, object: LiveObject | undefined, elapsedMs: number): boolean {
  const { unmovedAfterMs } = input;
  if (unmovedAfterMs === undefined || elapsedMs < unmovedAfterMs) return false;
  // What has failed for good rests too: a delete of it may be what is waited for.
  return object?.status === 'settled' || object?.status === 'failed';
}

function unmoved(input: SettleInput): TrueupError {
  return new TrueupError('step-unmoved', `${input.address} shows nothing of what was sent`);
}

function gone({ address, id }: SettleInput): TrueupError {
  return new TrueupError('stale', `${address} (${id}) is gone since the plan was made`, {
    hint: 'plan again to see what is to be created',
  });
}

function report(input: SettleInput, verdict: Verdict, elapsedMs: number): void {
  const waitingFor = verdict.done ? 'equal reads' : verdict.waitingFor;
  input.emit({ type: 'change-waiting', address: input.address, waitingFor, elapsedMs });
}

function notSettled(input: SettleInput, waitingFor: string): TrueupError {
  return new TrueupError(
    'not-settled',
    `${input.address} (${input.id}) has not settled in ${Math.round(input.deadlineMs / 1_000)} s: still waiting for ${waitingFor}`,
    { hint: 'run `trueup apply` again; a longer `timeouts:` may be needed' },
  );
}

function failed(input: SettleInput, text: string, hint: string | undefined): TrueupError {
  return new TrueupError('settle-failed', `${input.address} (${input.id}) ended as ${text}`, {
    hint: hint ?? `make it again with \`--replace ${input.address}\``,
  });
}
