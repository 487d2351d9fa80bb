import type { TrueupError } from '../core/errors.ts';
import type { LiveObject } from '../core/live.ts';
import { confirm, notRead, type Planning } from './planning.ts';

/**
 * Why nothing is concluded about an object of which only a list has told a part, or undefined: it
 * is read by its ID first. Where that was tried and failed this one object is left alone; the list
 * it stands in is as whole as it was.
 */
export function partialness(
  planning: Planning,
  address: string,
  live: LiveObject,
): TrueupError | undefined {
  if (live.partial === undefined) return undefined;
  const { problem } = live.partial;
  if (problem === undefined) confirm(planning, address, live);
  const why = problem === undefined ? '' : `: ${problem.message}`;
  return notRead(`its object ${live.id} could not be read in full${why}`);
}

/** Throws `inventory-incomplete` for such an object. */
export function refusePartial(planning: Planning, address: string, live: LiveObject): void {
  const error = partialness(planning, address, live);
  if (error !== undefined) throw error;
}
