import type { StateResource } from '../core/prior.ts';
import type { ChangedBy, DriftEntry, Plan, ResourceChange } from './plan.ts';

/**
 * A plan with all that `drift` tells: also what was deleted outside although the manifests have it
 * no longer. What trueup itself was deleting is not that.
 */
export function asDrift(plan: Plan, prior: Readonly<Record<string, StateResource>>): Plan {
  const forgotten = plan.changes.filter((change) => isDeletedOutside(change, prior));
  if (forgotten.length === 0) return plan;
  const gone = forgotten.map(({ address, type, id }): DriftEntry => ({
    address,
    type,
    id: id ?? '',
    action: 'gone',
    fields: [],
  }));
  const drift = [...plan.drift, ...gone].toSorted((a, b) => (a.address < b.address ? -1 : 1));
  return { ...plan, drift };
}

function isDeletedOutside(
  change: ResourceChange,
  prior: Readonly<Record<string, StateResource>>,
): boolean {
  if (change.action !== 'forget' || change.reason !== 'gone') return false;
  return prior[change.previousAddress ?? change.address]?.deletingSinceMs === undefined;
}

/** The drift that nobody agreed to, of what is not still changing: what `drift` exits 2 for. */
export function newsOf({ drift }: Pick<Plan, 'drift'>): readonly DriftEntry[] {
  return drift.filter((entry) => entry.action !== 'pending');
}

/** The plan with who it was, by address. */
export function withChangedBy(plan: Plan, who: ReadonlyMap<string, ChangedBy>): Plan {
  if (who.size === 0) return plan;
  const drift = plan.drift.map((entry) => {
    const changedBy = who.get(entry.address);
    return changedBy === undefined ? entry : { ...entry, changedBy };
  });
  return { ...plan, drift };
}
