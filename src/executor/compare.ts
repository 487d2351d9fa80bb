import type { KindShape } from '../core/kind.ts';
import { normaliseField } from '../core/normalise/normalise-field.ts';
import { hasNotCompared, hasSensitive, type ValueObject } from '../core/value.ts';
import { liveUnit, sameUnit } from '../planner/diff.ts';
import { indexRoles, unitsOf, type Unit } from '../planner/role-index.ts';

/** The managed units of `desired` that `live` does not show; both canonical. Pointers. */
export function differingFields(
  kind: KindShape,
  desired: ValueObject,
  live: ValueObject,
  ignored: readonly string[] = [],
): readonly string[] {
  return readableUnits(kind, desired, ignored)
    .filter((unit) => {
      const now = liveUnit(unit.role, live);
      if (hasSensitive(unit.value) && now === undefined) return false;
      return !sameUnit(now, normaliseField(unit.role, unit.value));
    })
    .map((unit) => unit.pointer);
}

function readableUnits(
  kind: KindShape,
  desired: ValueObject,
  ignored: readonly string[],
): readonly Unit[] {
  return unitsOf(indexRoles(kind), desired).filter((unit) => {
    const dotted = unit.path.join('.');
    return (
      unit.role.writeOnly !== true &&
      !hasNotCompared(unit.value) &&
      !ignored.some((path) => dotted === path || dotted.startsWith(`${path}.`))
    );
  });
}

/** Pointers of the write-only fields that are managed. */
export function writeOnlyFields(kind: KindShape, desired: ValueObject): readonly string[] {
  return unitsOf(indexRoles(kind), desired)
    .filter((unit) => unit.role.writeOnly === true && !hasNotCompared(unit.value))
    .map((unit) => unit.pointer);
}

/** Pointers of all managed fields that can be sent. */
export function allFields(kind: KindShape, desired: ValueObject): readonly string[] {
  return unitsOf(indexRoles(kind), desired)
    .filter((unit) => !hasNotCompared(unit.value))
    .map((unit) => unit.pointer);
}
