import type { FieldRole } from '../core/field-role.ts';
import { normaliseField } from '../core/normalise/normalise-field.ts';
import type { StateResource } from '../core/prior.ts';
import { sameValue, valueAt } from '../core/resolve.ts';
import { Secret } from '../core/secret.ts';
import {
  hasNotCompared,
  hasSensitive,
  hasUnknown,
  isValueObject,
  type Value,
  type ValueObject,
} from '../core/value.ts';
import type { DigestView } from './digest-view.ts';
import type { Cause, FieldChange } from './plan.ts';
import { inSchemaOrder, unitsOf, type RoleIndex, type Unit } from './role-index.ts';

/** The three versions of one resource, canonical, and what is needed to compare them. */
export interface DiffInput {
  readonly index: RoleIndex;
  readonly desired: ValueObject;
  /** Undefined: everything desired is new. */
  readonly live: ValueObject | undefined;
  readonly prior: StateResource | undefined;
  /** `prior.sent` and `prior.read`, canonical. */
  readonly priorSent: ValueObject;
  readonly priorRead: ValueObject;
  readonly digests: DigestView;
  /** Whether a referenced attribute differs from the one recorded at the last apply. */
  readonly upstreamChanged: (pointer: string) => boolean;
  /** `lifecycle.ignoreChanges`, dotted paths. */
  readonly ignored: readonly string[];
  /** JSON pointers of write-only fields that are sent again. */
  readonly resend: ReadonlySet<string>;
  /** Whether somebody else wrote what cannot be read (the kind's `changedMark`). */
  readonly overwritten?: boolean;
}

export interface DiffResult {
  readonly fields: readonly FieldChange[];
  /** Write-only fields that could not be compared: pointers. */
  readonly unverified: readonly string[];
}

/** The fields that differ, in the order of the kind's schema. Pure. */
export function diffFields(input: DiffInput): DiffResult {
  const fields: FieldChange[] = [];
  const unverified: Unit[] = [];
  for (const unit of unitsOf(input.index, input.desired)) {
    if (isIgnored(unit, input)) continue;
    const verdict = compareUnit(unit, input);
    if (verdict === 'unverified') unverified.push(unit);
    else if (verdict !== 'same') fields.push(verdict);
  }
  const { index } = input;
  return {
    fields: inSchemaOrder(index, fields),
    unverified: inSchemaOrder(index, unverified).map(({ pointer }) => pointer),
  };
}

function isIgnored(unit: Pick<Unit, 'path'>, input: Pick<DiffInput, 'ignored'>): boolean {
  const dotted = unit.path.join('.');
  return input.ignored.some((path) => dotted === path || dotted.startsWith(`${path}.`));
}

type Verdict = FieldChange | 'same' | 'unverified';

function compareUnit(unit: Unit, input: DiffInput): Verdict {
  // What reads exactly as it is written needs no normal form; nearly every field of a no-op plan.
  if (unit.role.writeOnly !== true && sameValue(unit.value, valueAt(input.live, unit.path))) {
    return 'same';
  }
  // Its source was not read: nothing is known of it, and nothing is sent.
  if (hasNotCompared(unit.value)) return 'same';
  const after = normaliseField(unit.role, unit.value);
  if (input.live === undefined) return changeOf(unit, undefined, after, ['manifest']);
  const before = liveUnit(unit.role, input.live);
  if (isUntold(unit.role, before)) return 'same';
  if (unit.role.sensitive === true || hasSensitive(after)) {
    return compareSensitive(unit, before, after, input);
  }
  if (unit.role.writeOnly === true) return compareWriteOnly(unit, after, input);
  if (sameUnit(before, after)) return 'same';
  return changeOf(unit, before, after, causesOf(unit, before, after, input));
}

/** Equal, or none in both: an API may leave out what `null`, `[]` and `{}` say. */
export function sameUnit(a: Value | undefined, b: Value | undefined): boolean {
  return sameValue(a, b) || (isNone(a) && isNone(b));
}

function isNone(value: Value | undefined): boolean {
  if (value === undefined || value === null) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isValueObject(value) && Object.keys(value).length === 0;
}

/** The live value of a unit: normalised, or the API's default where it left the field out. */
export function liveUnit(role: FieldRole, live: ValueObject): Value | undefined {
  const value = valueAt(live, role.path) ?? role.default;
  return value === undefined ? undefined : normaliseField(role, value);
}

/** Whether an answer left out what the API does not always tell: nothing is known of it. */
export function isUntold(role: FieldRole, value: Value | undefined): boolean {
  return role.mayBeUntold === true && value === undefined;
}

function causesOf(
  unit: Unit,
  before: Value | undefined,
  after: Value,
  input: DiffInput,
): readonly Cause[] {
  if (input.prior === undefined || input.prior.pending !== undefined) return ['manifest'];
  const sent = liveUnit(unit.role, input.priorSent);
  const read = liveUnit(unit.role, input.priorRead);
  const wasManaged = valueAt(input.priorSent, unit.path) !== undefined;
  const causes: Cause[] = [];
  if (!wasManaged || !sameUnit(sent, after)) {
    causes.push(input.upstreamChanged(unit.pointer) ? 'upstream' : 'manifest');
  }
  if (wasManaged && !sameUnit(read, before)) causes.push('drift');
  // Nothing has changed since the last apply, which did not bring it about.
  return causes.length === 0 ? ['manifest'] : causes;
}

function compareSensitive(
  unit: Unit,
  before: Value | undefined,
  after: Value,
  input: DiffInput,
): Verdict {
  const stored = input.prior?.digests[unit.pointer];
  if (hasUnknown(after)) return changeOf(unit, before, after, ['upstream']);
  if (before !== undefined && hasSensitive(before)) {
    if (sameValue(before, after)) return 'same';
    return changeOf(unit, before, after, sensitiveCauses(unit, before, after, input));
  }
  if (input.resend.has(unit.pointer)) return changeOf(unit, undefined, after, ['manifest']);
  if (!(after instanceof Secret)) return 'unverified';
  if (stored === undefined) return compareNeverSent(unit, after, input);
  const matches = input.digests.matches(after, stored);
  if (matches === 'unknown') return 'unverified';
  // What a list leaves out counts as well; a read by ID then tells what it is.
  const overwritten: readonly Cause[] = input.overwritten === true ? ['drift'] : [];
  if (matches === true) {
    return overwritten.length === 0 ? 'same' : changeOf(unit, undefined, after, overwritten);
  }
  const cause: Cause = input.upstreamChanged(unit.pointer) ? 'upstream' : 'manifest';
  return changeOf(unit, undefined, after, [cause, ...overwritten]);
}

function sensitiveCauses(
  unit: Unit,
  before: Value | undefined,
  after: Value,
  input: DiffInput,
): readonly Cause[] {
  const stored = input.prior?.digests[unit.pointer];
  if (stored === undefined || input.prior?.pending !== undefined) return ['manifest'];
  const causes: Cause[] = [];
  if (after instanceof Secret && input.digests.matches(after, stored) !== true) {
    causes.push(input.upstreamChanged(unit.pointer) ? 'upstream' : 'manifest');
  }
  if (before instanceof Secret && input.digests.matches(before, stored) !== true) {
    causes.push('drift');
  }
  return causes;
}

function compareWriteOnly(unit: Unit, after: Value, input: DiffInput): Verdict {
  if (input.resend.has(unit.pointer)) return changeOf(unit, undefined, after, ['manifest']);
  const sent = valueAt(input.priorSent, unit.path);
  if (sent === undefined) {
    const verdict = compareNeverSent(unit, after, input);
    // A marker of what was taken over says nothing about the object.
    return verdict === 'unverified' && unit.role.marker === true ? 'same' : verdict;
  }
  if (sameValue(normaliseField(unit.role, sent), after)) return 'same';
  return changeOf(unit, sent, after, ['manifest']);
}

/** New in the manifest, unless the object was taken over as it is. */
function compareNeverSent(unit: Unit, after: Value, { prior }: DiffInput): Verdict {
  const onTrust = prior === undefined || prior.unverified?.includes(unit.pointer) === true;
  return onTrust ? 'unverified' : changeOf(unit, undefined, after, ['manifest']);
}

function changeOf(
  unit: Unit,
  before: Value | undefined,
  after: Value | undefined,
  causes: readonly Cause[],
): FieldChange {
  const sensitive = unit.role.sensitive === true || hasSensitive(after ?? null);
  return {
    pointer: unit.pointer,
    before,
    after,
    causes,
    sensitive,
    immutable: unit.role.immutable === true,
    ...(unit.role.set === true ? setDifference(before, after) : {}),
  };
}

function setDifference(
  before: Value | undefined,
  after: Value | undefined,
): { removed: readonly Value[]; added: readonly Value[] } {
  const old: readonly Value[] = Array.isArray(before) ? before : [];
  const next: readonly Value[] = Array.isArray(after) ? after : [];
  return {
    removed: old.filter((item) => !next.some((other) => sameValue(item, other))),
    added: next.filter((item) => !old.some((other) => sameValue(item, other))),
  };
}

/** What the world changed since the last apply, whatever the manifest says now. */
export function driftOf(
  input: Pick<DiffInput, 'index' | 'prior' | 'priorSent' | 'priorRead' | 'digests' | 'ignored'> & {
    readonly live: ValueObject;
    /** Secrets equal to these are in place: their digests are not needed. */
    readonly desired: ValueObject;
    readonly overwritten?: boolean;
  },
): readonly FieldChange[] {
  const { prior } = input;
  // A change that was cut short explains every difference by itself.
  if (prior === undefined || prior.pending !== undefined) return [];
  const fields = readsAsBefore(prior.read, input.live) ? [] : driftedFields(input);
  const secrets = driftedSecrets(input, prior);
  const overwritten = input.overwritten === true ? overwrittenSecrets(input, prior) : [];
  return inSchemaOrder(input.index, [...fields, ...secrets, ...overwritten]);
}

/** What was applied and cannot be read, of an object that somebody else has written since. */
function overwrittenSecrets(
  input: Pick<DiffInput, 'index' | 'ignored'> & { readonly live: ValueObject },
  prior: StateResource,
): readonly FieldChange[] {
  return Object.keys(prior.digests).flatMap((pointer): readonly FieldChange[] => {
    const role = input.index.roles.get(pointer);
    if (role === undefined || isIgnored(role, input)) return [];
    if (valueAt(input.live, role.path) !== undefined) return [];
    return [
      {
        pointer,
        before: undefined,
        after: undefined,
        causes: ['drift'],
        sensitive: true,
        immutable: role.immutable === true,
        note: '(may have been overwritten)',
      },
    ];
  });
}

/** Whether an object reads as at the last apply, Secrets apart: whatever is managed stayed too. */
function readsAsBefore(read: ValueObject, live: ValueObject): boolean {
  let compared = 0;
  for (const key of Object.keys(live)) {
    const value = live[key];
    if (value instanceof Secret) continue;
    if (!sameValue(read[key], value)) return false;
    compared += 1;
  }
  return compared === Object.keys(read).length;
}

function driftedFields(
  input: Pick<DiffInput, 'index' | 'priorSent' | 'priorRead' | 'ignored'> & {
    readonly live: ValueObject;
  },
): readonly FieldChange[] {
  const drifted: FieldChange[] = [];
  for (const unit of unitsOf(input.index, input.priorSent)) {
    if (unit.role.writeOnly === true || unit.role.sensitive === true) continue;
    if (isIgnored(unit, input)) continue;
    const before = liveUnit(unit.role, input.priorRead);
    const now = liveUnit(unit.role, input.live);
    if (isUntold(unit.role, before) || isUntold(unit.role, now)) continue;
    if (!sameUnit(before, now)) drifted.push(changeOf(unit, before, now, ['drift']));
  }
  return drifted;
}

function driftedSecrets(
  input: Pick<DiffInput, 'index' | 'digests' | 'desired' | 'ignored'> & {
    readonly live: ValueObject;
  },
  prior: StateResource,
): readonly FieldChange[] {
  const drifted: FieldChange[] = [];
  for (const [pointer, stored] of Object.entries(prior.digests)) {
    const role = input.index.roles.get(pointer);
    const now = role === undefined ? undefined : valueAt(input.live, role.path);
    if (role === undefined || !(now instanceof Secret) || isIgnored(role, input)) continue;
    if (sameValue(valueAt(input.desired, role.path), now)) continue;
    if (input.digests.matches(now, stored) === false) {
      drifted.push({
        pointer,
        before: undefined,
        after: now,
        causes: ['drift'],
        sensitive: true,
        immutable: false,
      });
    }
  }
  return drifted;
}
