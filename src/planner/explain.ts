import type { SourcePosition } from '../core/diagnostic.ts';
import type { FieldRole } from '../core/field-role.ts';
import type { KindShape } from '../core/kind.ts';
import type { LiveView } from '../core/live.ts';
import { normaliseField } from '../core/normalise/normalise-field.ts';
import type { StateResource } from '../core/prior.ts';
import { sameValue, valueAt } from '../core/resolve.ts';
import {
  hasNotCompared,
  hasSensitive,
  hasUnknown,
  isTermObject,
  type Term,
  type TermObject,
  type Value,
  type ValueObject,
} from '../core/value.ts';
import { canonicalPrior } from './canonical-prior.ts';
import { isUntold, liveUnit } from './diff.ts';
import type { AcceptedEntry, Cause, FieldChange, ResourceChange } from './plan.ts';
import { indexRoles, inSchemaOrder, unitsOf, type RoleIndex, type Unit } from './role-index.ts';

/**
 * What decided about a field, the decisive one last: first what its values were made of, then how
 * they were compared, then what was done about it.
 */
export type Rule =
  | 'derived'
  | 'canonical'
  | 'expiry'
  | 'set'
  | 'atomic'
  | 'normalised'
  | 'default'
  | 'plain'
  | 'write-only'
  | 'digest'
  | 'secret'
  | 'unknown'
  | 'unverified'
  | 'untold'
  | 'not-compared'
  | 'ignored'
  | 'accepted'
  | 'new'
  | 'no-longer-managed'
  | 'elsewhere'
  | 'not-managed';

export type FieldVerdict =
  | 'same'
  | 'differs'
  | 'left-alone'
  | 'unsure'
  | 'elsewhere'
  | 'not-managed';

/** One field in its three versions, and why it differs or does not. */
export interface FieldExplanation {
  readonly pointer: string;
  readonly role: FieldRole;
  readonly sensitive: boolean;
  readonly verdict: FieldVerdict;
  readonly rules: readonly Rule[];
  readonly causes: readonly Cause[];
  /** Canonical; undefined where the manifest does not have it. */
  readonly desired: Value | undefined;
  readonly live: Value | undefined;
  /** What the last apply sent and what it read afterwards, canonical. */
  readonly sent: Value | undefined;
  readonly read: Value | undefined;
  /** Whether a digest of what was applied is recorded. */
  readonly hasDigest: boolean;
  /** The forms that were compared. */
  readonly compared: { readonly desired: Value | undefined; readonly live: Value | undefined };
  /** Where the manifest has it. */
  readonly position: SourcePosition | undefined;
  readonly change: FieldChange | undefined;
  /** What `acceptedDrift` says of it, where that is about this difference. */
  readonly accepted: AcceptedEntry | undefined;
}

export interface ExplainInput {
  readonly change: ResourceChange;
  readonly kind: KindShape;
  readonly prior: StateResource | undefined;
  readonly live: LiveView;
  readonly accepted: readonly AcceptedEntry[];
  /** Pointers that the entry derives from other resources. */
  readonly derived: readonly string[];
}

/** Every field that the entry manages or once managed, in the order of the schema. */
export function explainFields(input: ExplainInput): readonly FieldExplanation[] {
  const { change, kind, prior } = input;
  const index = indexRoles(kind);
  const before = canonicalPrior(kind, prior, input.live);
  const managed = unitsOf(index, change.after ?? {});
  const known = new Set(managed.map((unit) => unit.pointer));
  const dropped = unitsOf(index, before.sent)
    .filter(({ pointer }) => !known.has(pointer))
    .map(({ pointer, path, role }) => ({ pointer, path, role, value: undefined }));
  const explained = [...managed, ...dropped].map((unit) => explainUnit(unit, before, input));
  return inSchemaOrder(index, explained);
}

/** A field that the entry does not have, and never had. */
export function explainUnmanaged(role: FieldRole, input: ExplainInput): FieldExplanation {
  const pointer = `/${role.path.join('/')}`;
  const none = { sent: {}, read: {} };
  return explainUnit({ pointer, path: role.path, role, value: undefined }, none, input);
}

/** The unit that a path stands for or is inside of: `autoSuspend.suspendType` → `autoSuspend`. */
export function rolesAt({ roles }: RoleIndex, path: readonly string[]): readonly FieldRole[] {
  return [...roles.values()].filter(
    (role) =>
      !role.path.includes('*') && (startsWith(role.path, path) || startsWith(path, role.path)),
  );
}

function startsWith(long: readonly string[], short: readonly string[]): boolean {
  return short.every((name, place) => long[place] === name);
}

type Asked = Omit<Unit, 'value'> & { readonly value: Value | undefined };

interface Recorded {
  readonly sent: ValueObject;
  readonly read: ValueObject;
}

function explainUnit(unit: Asked, recorded: Recorded, input: ExplainInput): FieldExplanation {
  const { change, prior } = input;
  const { pointer, path, role, value } = unit;
  const live = valueAt(change.live?.fields, path);
  const expiry = value !== undefined && value === prior?.expiry?.text ? prior.expiry.time : value;
  const difference = change.fields.find((field) => field.pointer === pointer);
  const accepted = input.accepted.find(
    (entry) => `/${entry.acceptance.path.join('/')}` === pointer && entry.verdict !== 'unmatched',
  );
  const rules = rulesOf(unit, expiry, input);
  return {
    pointer,
    role,
    sensitive: role.sensitive === true || [value, live].some((item) => hasSensitive(item ?? null)),
    verdict: verdictOf(rules, difference),
    rules,
    causes: difference?.causes ?? [],
    desired: value,
    live,
    sent: valueAt(recorded.sent, path),
    read: valueAt(recorded.read, path),
    hasDigest: prior?.digests[pointer] !== undefined,
    compared: {
      desired: expiry === undefined ? undefined : normaliseField(role, expiry),
      live: change.live === undefined ? undefined : liveUnit(role, change.live.fields),
    },
    position: value === undefined ? undefined : change.desired?.positionOf(pointer),
    change: difference,
    accepted,
  };
}

/** Rules that decide the verdict where nothing differs; after the others it is the same. */
const VERDICTS: Readonly<Partial<Record<Rule, FieldVerdict>>> = {
  ignored: 'left-alone',
  accepted: 'left-alone',
  'not-compared': 'unsure',
  unverified: 'unsure',
  untold: 'unsure',
  elsewhere: 'elsewhere',
  'not-managed': 'not-managed',
  'no-longer-managed': 'not-managed',
};

function verdictOf(rules: readonly Rule[], difference: FieldChange | undefined): FieldVerdict {
  const last = rules.at(-1);
  if (difference !== undefined || last === undefined) return 'differs';
  return VERDICTS[last] ?? 'same';
}

function rulesOf(unit: Asked, comparable: Value | undefined, input: ExplainInput): readonly Rule[] {
  const { change, prior, derived } = input;
  const { pointer, path, role, value } = unit;
  const isWritten = hasTerm(change.desired?.fields, path);
  if (value === undefined && isWritten) return ['elsewhere'];
  if (value === undefined) {
    const wasManaged = prior !== undefined && valueAt(prior.sent, path) !== undefined;
    return [wasManaged ? 'no-longer-managed' : 'not-managed'];
  }
  const made: Rule[] = [
    ...(derived.includes(pointer) ? (['derived'] as const) : []),
    ...(!isWritten && !derived.includes(pointer) ? (['canonical'] as const) : []),
    ...(comparable === value ? [] : (['expiry'] as const)),
  ];
  if (change.live === undefined) return [...made, 'new'];
  const { fields } = change.live;
  const last = lastRule(unit, input);
  return [...made, ...comparisonRules(role, value, fields), ...(last === undefined ? [] : [last])];
}

function hasTerm(fields: TermObject | undefined, path: readonly string[]): boolean {
  let at: Term | undefined = fields;
  for (const name of path) at = isTermObject(at) ? at[name] : undefined;
  return at !== undefined;
}

function comparisonRules(role: FieldRole, value: Value, live: ValueObject): readonly Rule[] {
  if (hasUnknown(value)) return ['unknown'];
  if (role.writeOnly === true) return [role.sensitive === true ? 'digest' : 'write-only'];
  if (role.sensitive === true || hasSensitive(value)) {
    return [valueAt(live, role.path) === undefined ? 'digest' : 'secret'];
  }
  const told = valueAt(live, role.path);
  const rules: Rule[] = [
    ...(role.set === true ? (['set'] as const) : []),
    ...(role.atomic === true ? (['atomic'] as const) : []),
    ...(role.normaliser === undefined ? [] : (['normalised'] as const)),
    ...(told === undefined && role.default !== undefined ? (['default'] as const) : []),
  ];
  return rules.length === 0 ? ['plain'] : rules;
}

/** What takes a field out of the comparison, or decides it whatever the values are. */
function lastRule({ pointer, path, role, value }: Asked, input: ExplainInput): Rule | undefined {
  const { change } = input;
  if (change.accepted?.includes(pointer) === true) return 'accepted';
  const dotted = path.join('.');
  const ignored = change.desired?.lifecycle.ignoreChanges ?? [];
  if (ignored.some((name) => dotted === name || dotted.startsWith(`${name}.`))) return 'ignored';
  const live = change.live?.fields ?? {};
  if (value === undefined || change.fields.some((field) => field.pointer === pointer)) {
    return undefined;
  }
  if (role.writeOnly !== true && sameValue(value, valueAt(live, path))) return undefined;
  if (hasNotCompared(value)) return 'not-compared';
  if (isUntold(role, liveUnit(role, live))) return 'untold';
  const name = `${pointer.slice(1)}: (not verified)`;
  return change.notes.includes(name) ? 'unverified' : undefined;
}
