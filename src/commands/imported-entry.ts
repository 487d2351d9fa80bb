import { TrueupError } from '../core/errors.ts';
import type { StateResource } from '../core/prior.ts';
import { valueAt, withValueAt } from '../core/resolve.ts';
import type { ValueObject } from '../core/value.ts';
import { stateEntry } from '../executor/state-entry.ts';
import type { ResourceChange } from '../planner/plan.ts';
import { indexRoles, unitsOf } from '../planner/role-index.ts';
import type { ProviderKind } from '../providers/contract.ts';

/** The object as it is stands for what was sent: a difference is the manifest's. */
export function importedEntry(kind: ProviderKind, change: ResourceChange): StateResource {
  const { live, desired } = change;
  if (live === undefined || desired === undefined) throw new TrueupError('internal', 'no object');
  let taken: ValueObject = {};
  for (const unit of unitsOf(indexRoles(kind), change.after ?? {})) {
    const value = valueAt(live.fields, unit.path);
    if (value !== undefined) taken = withValueAt(taken, unit.path, value);
  }
  const entry = stateEntry({
    kind,
    desired,
    resolved: taken,
    live,
    dependsOn: change.dependsOn,
  });
  const unverified = untold(kind, live.fields);
  return unverified.length === 0 ? entry : { ...entry, unverified };
}

/** What the API does not tell, or not to everybody: it is taken on trust. */
function untold(kind: ProviderKind, live: ValueObject): readonly string[] {
  const { roles } = indexRoles(kind);
  return [...roles].flatMap(([pointer, { path, writeOnly, readOnly, sensitive }]) => {
    const isHidden = sensitive === true && readOnly !== true && valueAt(live, path) === undefined;
    return writeOnly === true || isHidden ? [pointer] : [];
  });
}
