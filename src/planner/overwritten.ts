import type { Json } from '../core/json.ts';
import type { KindShape } from '../core/kind.ts';
import type { LiveObject } from '../core/live.ts';
import type { StateResource } from '../core/prior.ts';

/**
 * Whether somebody else wrote an object since the last apply, so that what cannot be read of it
 * may be another one. A change that was cut short explains a later mark by itself, unless all of
 * it had been sent and the answer told the mark.
 */
export function isOverwritten(
  kind: KindShape,
  prior: StateResource | undefined,
  live: LiveObject,
): boolean {
  const mark = kind.changedMark;
  if (mark === undefined || prior === undefined) return false;
  const { pending } = prior;
  if (pending !== undefined && pending.done < pending.steps.length) return false;
  return isLater(live.attributes[mark], prior.attributes[mark]);
}

/**
 * An earlier mark is what a list shows that lags behind. Times count as far as both are told: one
 * answer may leave out the fraction of the second that another one has.
 */
export function isLater(now: Json | undefined, before: Json | undefined): boolean {
  if (now === undefined || before === undefined || now === before) return false;
  if (typeof now === 'number' && typeof before === 'number') return now > before;
  const unitMs = 10 ** (3 - Math.min(decimalsOf(now), decimalsOf(before)));
  const [nowMs, beforeMs] = [timeOf(now), timeOf(before)];
  const isUnknown = Number.isNaN(nowMs) || Number.isNaN(beforeMs);
  return isUnknown || Math.floor(nowMs / unitMs) > Math.floor(beforeMs / unitMs);
}

function timeOf(mark: Json): number {
  return typeof mark === 'string' ? Date.parse(mark) : Number.NaN;
}

/** How many digits of the second's fraction a time has, up to milliseconds. */
function decimalsOf(mark: Json): number {
  const fraction = typeof mark === 'string' ? /\.(\d{1,3})/.exec(mark) : null;
  return fraction?.[1]?.length ?? 0;
}
