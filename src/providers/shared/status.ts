import type { LiveStatus } from '../../core/live.ts';

/**
 * What a state of the API means, compared in any case. A state that is not known is on its way,
 * never the end; a time of termination is the end whatever the state says.
 */
export function statusIn(
  statuses: ReadonlyMap<string, LiveStatus>,
  state: string | undefined,
  terminatedAt: string | undefined,
): LiveStatus {
  if (terminatedAt !== undefined) return 'gone';
  return statuses.get((state ?? '').toUpperCase()) ?? 'pending';
}
