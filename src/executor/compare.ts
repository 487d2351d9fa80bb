import type { FieldRole } from '../core/field-role.ts';
import type { KindShape } from '../core/kind.ts';
import { normaliseField } from '../core/normalise/normalise-field.ts';
import {
  hasNotCompared,
  hasSensitive,
  toJson,
  type Value,
  type ValueObject,
} from '../core/value.ts';
import { isUntold, liveUnit, sameUnit } from '../planner/diff.ts';
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
      if (isUntold(unit.role, now)) return false;
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

/** A message quotes no more than this of a value. */
const QUOTED_MAX = 120;

/** `, from "S-1" to "S-4"` for a message; nothing of a sensitive field. */
export function fromTo(
  role: Pick<FieldRole, 'sensitive'>,
  before: Value | undefined,
  now: Value | undefined,
): string {
  if (role.sensitive === true || [before, now].some((value) => hasSensitive(value ?? null))) {
    return '';
  }
  return `, from ${quoted(before)} to ${quoted(now)}`;
}

function quoted(value: Value | undefined): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(toJson(value) ?? null);
  return text.length > QUOTED_MAX ? `${text.slice(0, QUOTED_MAX)}…` : text;
}
