import type { KindShape } from '../core/kind.ts';
import { valueAt } from '../core/resolve.ts';
import { hasNotCompared, type ValueObject } from '../core/value.ts';
import { indexRoles, unitsOf } from '../planner/role-index.ts';

/**
 * Pointers of the managed fields that `live` cannot tell: write-only ones, and sensitive ones that
 * the API keeps to itself. Whether they are in place is known only by having sent them. Those that
 * cannot change are left out: only the create can have sent them, so they came with the object.
 */
export function hiddenFields(
  kind: KindShape,
  desired: ValueObject,
  live: ValueObject,
): readonly string[] {
  return unitsOf(indexRoles(kind), desired)
    .filter(({ role, path, value }) => {
      if (hasNotCompared(value) || role.immutable === true) return false;
      if (role.writeOnly === true) return true;
      return role.sensitive === true && valueAt(live, path) === undefined;
    })
    .map((unit) => unit.pointer);
}
