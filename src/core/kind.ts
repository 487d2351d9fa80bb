import type { FieldRole } from './field-role.ts';
import type { LiveObject, LiveView, ResolvedResource } from './live.ts';
import type { JsonObject } from './json.ts';
import type { Risk, RiskFinding } from './risk.ts';
import type { Value, ValueObject } from './value.ts';

/** A shape error of a manifest entry, before it has a position. */
export interface ShapeProblem {
  readonly path: readonly string[];
  /** JSON Schema keyword that failed: `additionalProperties`, `required`, `enum`, `type`, … */
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message: string;
}

/** Checks plain JSON against a kind's schema. Expressions are left out before it is called. */
export type ShapeCheck = (data: unknown) => readonly ShapeProblem[];

/** A mistake that only live data can show; becomes an error of that resource at plan time. */
export interface PlanProblem {
  readonly code:
    | 'name-unknown'
    | 'limit-exceeded'
    | 'schema-value'
    | 'schema-missing-field'
    | 'lookup-failed';
  readonly message: string;
  /** The field it is about, for the position. */
  readonly path?: readonly string[];
  readonly hint?: string;
}

/** What happens to a resource, in its kind's own view. */
export type Operation = 'create' | 'update' | 'delete';

export interface CheckInput {
  readonly resource: ResolvedResource;
  /** Every resource of the stack that is to exist after the apply, this one included. */
  readonly stack: readonly ResolvedResource[];
  /** IDs of live objects this plan deletes. */
  readonly deletedIds: ReadonlySet<string>;
  readonly live: LiveView;
}

export interface ChangeInput {
  readonly operation: Operation;
  /** Live fields, canonical; undefined for a create. */
  readonly before: LiveObject | undefined;
  /** Fields as they are to be, canonical; undefined for a delete. Only managed fields. */
  readonly after: ValueObject | undefined;
  /** JSON pointers of the fields that change (`/size`, `/members/users`). */
  readonly changed: readonly string[];
  /** For a delete: the fields as the last apply sent them, where it takes back only those. */
  readonly recorded?: ValueObject | undefined;
  readonly live: LiveView;
  /** Settings of `guards:` in trueup.yaml. */
  readonly guards: JsonObject;
}

/** The steps of one change, in order. A plain change has one step named as its operation. */
export interface Composition {
  readonly steps: readonly string[];
  /** Fields to put back when a later run has to finish this change: `{ suspended: true }`. */
  readonly restore?: JsonObject;
  /** Attributes that may differ afterwards, so unknown until then: `endpoint` after a resume. */
  readonly unsettles?: readonly string[];
  /** Sentences for the plan: "runs meanwhile". */
  readonly notes?: readonly string[];
}

/** How the natural key of a kind compares, and where it stands. */
export interface NaturalKey {
  /** Field that names the object: `name`; its default is the manifest key. */
  readonly nameField: string | undefined;
  /** Canonical natural key of resolved fields; undefined while a part of it is unknown. */
  of(fields: ValueObject): string | undefined;
  /** Whether the API refuses a second object with the same key. */
  readonly unique: boolean;
}

/** Names a resource of another kind by its natural key (a role by name): a dependency if managed. */
export interface NamedDependency {
  readonly type: string;
  readonly naturalKey: string;
}

/** Objects that live inside this one and go with it: workspaces of a group. */
export interface Containment {
  readonly type: string;
  /** Word for messages, plural: `workspaces`. */
  readonly label: string;
}

/** Objects of another kind, in one collection, that name this one for good and may go with it. */
export interface HeldBy {
  readonly type: string;
  /** Their field that has the ID of this one. */
  readonly field: string;
  /** Word for messages, plural: `workspace groups`. */
  readonly label: string;
}

/** A resource of the stack, as far as a derivation asks about it. */
export interface DerivationSource {
  readonly address: string;
  readonly type: string;
  /** A reference that is not known yet is an Unknown of its address. */
  readonly fields: ValueObject;
  /** Names of the fields that are to be written over other values, one's own or somebody else's. */
  readonly changing?: readonly string[];
  /**
   * Where its kind has a `changedMark`: the one of its last write, unknown as long as it is to be
   * written. With it the fields change whenever the source was written, be it with the same values.
   */
  readonly mark?: Value;
}

/**
 * Fields of a kind that follow from other resources of the stack: what a deployment runs follows
 * from its app and the secrets. Those are planned and applied first, and deleted first.
 */
export interface Derivation {
  /** Types of the resources they follow from. */
  readonly from: readonly string[];
  /** What they stand for, for the plan: `configuration of the app`. */
  readonly label: string;
  /** What a resource has in common with those it follows from; undefined: it follows from none. */
  groupOf(resource: DerivationSource): string | undefined;
  /**
   * The fields; `x-trueup: readOnly` in the schema, so that no manifest has them. Of the sources
   * in the order of their addresses, each with canonical and normalised fields, whose leaves may
   * be unknown or not compared.
   */
  fields(sources: readonly DerivationSource[]): ValueObject;
}

/**
 * A kind without its I/O: what manifest and planner see. One plain value, data first.
 * Everything about a single field stands in `fields`, which is read from the schema.
 */
export interface KindShape {
  readonly provider: string;
  /** Plural camelCase: `workspaceGroups`. */
  readonly name: string;
  /** `<provider>.<name>`. */
  readonly type: string;
  /** False for kinds that are looked up only: regions, users. */
  readonly managed: boolean;
  /** The kind's JSON Schema, as published. */
  readonly schema: JsonObject;
  readonly fields: readonly FieldRole[];
  readonly checkShape: ShapeCheck;
  readonly key: NaturalKey;
  /** Replacement default of `lifecycle.replace`. */
  readonly replace: 'forbid' | 'allow';
  /** What deleting one does. */
  readonly deleteRisk: Risk;
  /** Fields of other kinds' inventories needed to plan this one (regions, users): types. */
  readonly needs: readonly string[];
  readonly contains: readonly Containment[];
  /** It is not deleted while one of these is there: groups in a project. */
  readonly heldBy?: HeldBy;
  /** True when the natural key is the identity, so an existing object needs no ID: role grants. */
  readonly idFromKey?: boolean;
  /** Collection that holds a resource (a workspace's group ID); undefined = not known yet. */
  scopeOf?(fields: ValueObject): string | undefined;
  /** Whether the kind has one collection per scope. */
  readonly scoped: boolean;
  /** Scopes of other types that planning these fields needs: roles of a resource type. */
  neededScopes?(fields: ValueObject): readonly { readonly type: string; readonly scope: string }[];
  /** One form for all equivalent spellings across fields. Idempotent. */
  canonical?(fields: ValueObject, live: LiveView): ValueObject;
  namedDependencies?(fields: ValueObject): readonly NamedDependency[];
  /** Static check across fields, offline: DISABLED with suspendAfterSeconds. */
  checkFields?(fields: ValueObject): readonly PlanProblem[];
  check?(input: CheckInput): readonly PlanProblem[];
  assess?(input: ChangeInput): readonly RiskFinding[];
  compose?(input: ChangeInput): Composition;
  /** Fields that follow from other resources of the stack. */
  readonly derived?: Derivation;
  /**
   * Attribute that grows with every write of the object (a time, a number): one later than what
   * the last apply recorded says that somebody else wrote what cannot be read.
   */
  readonly changedMark?: string;
  /** An object comes with what it lives in and is nobody's: an entry takes it over unasked. */
  readonly comesAlong?: boolean;
  /** What of a live object goes with a delete, where others keep their part; else all of it. */
  takes?(live: ValueObject, recorded: ValueObject): ValueObject;
  /**
   * The API deletes no such object: the state forgets it, whatever `lifecycle` says. The text
   * tells the plan's reader what goes on.
   */
  readonly forgets?: string;
  /**
   * Scopes that an account has besides those that the references of an entry stand for: the
   * resource types of roles. Of what was read before.
   */
  scopes?(live: LiveView): readonly string[];
  /** Why the API would refuse to delete this object, as the end of a sentence: "it is an owner". */
  undeletable?(live: LiveObject): string | undefined;
  /** A group past its expiry: not created again without being asked for. */
  expiredAt?(live: LiveObject | undefined, recorded: JsonObject): string | undefined;
}

/** Kinds by type, in the order of the registry. */
export type KindTable = ReadonlyMap<string, KindShape>;
