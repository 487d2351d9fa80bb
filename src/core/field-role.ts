import type { Json } from './json.ts';
import type { Risk } from './risk.ts';
import type { RiskCondition } from './risk-when.ts';

/** The closed list of field normalisers; their code is in `core/normalise/`. */
export const NORMALISERS = [
  'trim',
  'lowercase',
  'email',
  'cidr',
  'uuid',
  'duration-or-time',
  'case-insensitive',
] as const;
export type NormaliserName = (typeof NORMALISERS)[number];

/**
 * What a schema says of one field beyond its shape: the annotation `x-trueup` of its property.
 * A field without the annotation is a plain, mutable, readable field.
 */
export interface FieldAnnotation {
  /** Cannot change in place: another value means replacement. */
  readonly immutable?: boolean;
  /** Never read back: compared through the digest in the state. */
  readonly writeOnly?: boolean;
  /** Computed by the API: an attribute for expressions, refused in a manifest. */
  readonly readOnly?: boolean;
  /** Its value is a Secret from source to wire. */
  readonly sensitive?: boolean;
  /** Holds another resource: `<provider>.<kind>`. On an array: each element does. */
  readonly reference?: string;
  /** An array compared as a set. */
  readonly set?: boolean;
  /** An object compared and sent as one value. */
  readonly atomic?: boolean;
  /** Not evaluated: `${…}` stays as it is. */
  readonly verbatim?: boolean;
  /** What an absent value of the live object means. */
  readonly default?: Json;
  /** Whether `null`, `[]` or `{}` can be sent; absent means no for scalars, yes for sets. */
  readonly clearable?: boolean;
  /** The API leaves it out of some answers: what is absent there is unknown, never a difference. */
  readonly mayBeUntold?: boolean;
  /**
   * Holds for the moment, or for one write, and changes by itself: `import` writes no manifest that
   * pins it.
   */
  readonly transient?: boolean;
  /** Names of fields of the same object that together say the same: `import` writes those. */
  readonly impliedBy?: readonly string[];
  /** Must be given when the resource is created. */
  readonly requiredOnCreate?: boolean;
  /**
   * Write-only, and asks for an action whenever it is another one than at the last apply. What a
   * new entry has is only recorded.
   */
  readonly marker?: boolean;
  readonly normaliser?: NormaliserName;
  /** What changing this field does to its users; absent: nothing. */
  readonly risk?: Risk;
  /** The direction in which a change has that risk; absent: both. */
  readonly riskWhen?: RiskCondition;
}

/** A field of a kind: where it stands and what its schema says of it. */
export interface FieldRole extends FieldAnnotation {
  /** Path from the resource; `*` stands for the elements of an array. */
  readonly path: readonly string[];
  readonly description: string;
  /** JSON Schema types accepted, for messages and docs. */
  readonly types: readonly string[];
}
