import { TrueupError } from '../core/errors.ts';
import { referencesOf } from '../core/resolve.ts';
import type { DesiredResource } from '../core/resource.ts';
import { Reference } from '../core/value.ts';
import { confirmationKey } from './input.ts';
import { isLetGo } from './plan-removed.ts';
import type { Planning } from './planning.ts';

/**
 * Refuses an entry that refers, by ID or name, to an object of the state whose entry is gone and
 * which is therefore deleted: it would go with it, or be left without it.
 */
export function refuseLeaving(planning: Planning, { fields }: DesiredResource): void {
  for (const reference of referencesOf(fields)) {
    if (!(reference instanceof Reference) || reference.by === 'address') continue;
    const { type, by, value, id } = reference;
    const owner = id === undefined ? undefined : planning.claimed.get(confirmationKey(type, id));
    const isLeaving =
      owner !== undefined && !planning.dependencies.has(owner) && !isLetGo(planning, owner);
    if (!isLeaving) continue;
    throw new TrueupError(
      'lookup-failed',
      `{ ${by}: ${value} } is ${owner}, which has no entry any more and is to be deleted`,
      {
        hint: `put its entry back, or let go of it without a delete: \`removed: [{ address: ${owner}, destroy: false }]\``,
      },
    );
  }
}
