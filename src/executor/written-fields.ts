import type { KindShape } from '../core/kind.ts';
import type { LiveObject } from '../core/live.ts';
import { TrueupError } from '../core/errors.ts';
import { normaliseField } from '../core/normalise/normalise-field.ts';
import { toPointer } from '../core/resolve.ts';
import { isValueObject, type Value, type ValueObject } from '../core/value.ts';
import { isUntold, liveUnit, sameUnit } from '../planner/diff.ts';
import type { ResourceChange } from '../planner/plan.ts';
import { indexRoles, unitsOf, type RoleIndex } from '../planner/role-index.ts';
import { fromTo } from './compare.ts';
import type { DesiredFields } from './desired-fields.ts';

/**
 * The fields of an update without those that `ignoreChanges` leaves alone: they keep the value the
 * object has, also where the API takes it only as a whole. `owed`: what an interrupted change has
 * to put back, ignored or not.
 */
export function withoutIgnored(
  kind: KindShape,
  change: ResourceChange,
  fields: DesiredFields,
  owed: ValueObject,
): DesiredFields {
  const ignored = new Set(change.desired?.lifecycle.ignoreChanges);
  if (ignored.size === 0) return fields;
  const put = Object.entries(owed).filter(([name]) => ignored.has(name));
  const kept = prune(indexRoles(kind), fields.canonical, [], ignored);
  return { ...fields, canonical: { ...kept, ...Object.fromEntries(put) } };
}

/** Looks into an object only where the planner compares its parts one by one. */
function prune(
  index: RoleIndex,
  fields: ValueObject,
  base: readonly string[],
  ignored: ReadonlySet<string>,
): ValueObject {
  const kept: Record<string, Value> = {};
  for (const [key, value] of Object.entries(fields)) {
    const path = [...base, key];
    if (ignored.has(path.join('.'))) continue;
    const pointer = toPointer(path);
    const isParent = index.parents.has(pointer) && index.roles.get(pointer)?.atomic !== true;
    kept[key] = isParent && isValueObject(value) ? prune(index, value, path, ignored) : value;
  }
  return kept;
}

/**
 * Promise 3: what was read again must be what it was before or is to be, field by managed field.
 * Throws `stale` for the first that is neither. `only`: JSON pointers of the fields to look at.
 */
export function assertUndisturbed(
  kind: KindShape,
  input: {
    readonly change: ResourceChange;
    readonly fields: DesiredFields;
    readonly before: LiveObject;
    readonly now: LiveObject;
    readonly only?: readonly string[];
  },
): void {
  const { change, fields, before, now, only } = input;
  for (const { role, path, pointer, value } of unitsOf(indexRoles(kind), fields.canonical)) {
    if (role.writeOnly === true || role.readOnly === true) continue;
    if (only !== undefined && !only.includes(pointer)) continue;
    const then = liveUnit(role, before.fields);
    const found = liveUnit(role, now.fields);
    if (
      isUntold(role, found) ||
      sameUnit(then, found) ||
      sameUnit(found, normaliseField(role, value))
    )
      continue;
    throw new TrueupError(
      'stale',
      `${change.address}: ${path.join('.')} changed since the plan was made${fromTo(role, then, found)}`,
      { hint: 'plan again to see what is there now' },
    );
  }
}
