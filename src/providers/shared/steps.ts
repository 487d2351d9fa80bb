import { TrueupError } from '../../core/errors.ts';
import type { FieldRole } from '../../core/field-role.ts';
import { normaliseField } from '../../core/normalise/normalise-field.ts';
import { sameValue, valueAt } from '../../core/resolve.ts';
import { compareUnits } from '../../core/schema-fields.ts';
import type { ValueObject } from '../../core/value.ts';
import type { StepInput } from '../contract.ts';

/** The ID of the object a step writes to. Throws `internal` where the engine gave none. */
export function requiredId(input: StepInput): string {
  if (input.id !== undefined) return input.id;
  throw new TrueupError('internal', `step ${input.step} needs the ID of its object`);
}

/** The fields a step sends. Throws `internal` where the engine gave none. */
export function requiredAfter(input: StepInput): ValueObject {
  if (input.after !== undefined) return input.after;
  throw new TrueupError('internal', `step ${input.step} needs the fields to send`);
}

/**
 * Whether live shows every field of `after` apart from the ones left out. Fields that cannot be
 * read back count as shown, so does a sensitive one that the API keeps to itself.
 */
export function showsFields(
  roles: readonly FieldRole[],
  live: ValueObject,
  after: ValueObject,
  leftOut: readonly string[],
): boolean {
  return compareUnits(roles).every((role) => {
    const [name = ''] = role.path;
    if (role.writeOnly === true || leftOut.includes(name)) return true;
    const wanted = valueAt(after, role.path);
    if (wanted === undefined) return true;
    const found = valueAt(live, role.path) ?? role.default;
    if (found === undefined) return role.sensitive === true || role.mayBeUntold === true;
    return sameValue(normaliseField(role, found), normaliseField(role, wanted));
  });
}
