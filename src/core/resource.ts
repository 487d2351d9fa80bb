import type { Address } from './address.ts';
import type { SourcePosition } from './diagnostic.ts';
import type { JsonObject } from './json.ts';
import type { Term, TermObject } from './value.ts';

export interface Lifecycle {
  readonly protect: boolean;
  readonly onRemove: 'delete' | 'forget';
  /** Paths below the resource that are never changed: `firewallRanges`, `members.users`. */
  readonly ignoreChanges: readonly string[];
  /** Undefined = the kind's default. */
  readonly replace: 'forbid' | 'allow' | undefined;
}

export interface Timeouts {
  readonly createMs?: number;
  readonly updateMs?: number;
  readonly deleteMs?: number;
}

/** One manifest entry, evaluated as far as the stack alone allows. */
export interface DesiredResource {
  readonly address: Address;
  /** `<provider>.<kind>`. */
  readonly type: string;
  readonly key: string;
  /** Fields in the manifest's names; the name field is always there. Absent = not managed. */
  readonly fields: TermObject;
  /** The entry has no name of its own: the name field holds the key. */
  readonly namedByKey?: boolean;
  readonly lifecycle: Lifecycle;
  readonly timeouts: Timeouts;
  readonly dependsOn: readonly Address[];
  readonly position: SourcePosition;
  /** Position of a field, by its JSON pointer; the entry's own where the field has none. */
  positionOf(pointer: string): SourcePosition;
}

export interface DesiredOutput {
  readonly name: string;
  readonly value: Term;
  readonly sensitive: boolean;
}

export interface GuardSettings {
  readonly deletes: { readonly maxShare: number; readonly minExisting: number };
  readonly members: { readonly maxRemoved: number };
  /** How much of a kind may be gone at once and is created anew without being asked for. */
  readonly vanished: { readonly maxShare: number; readonly minExisting: number };
}

/** A difference of one field that somebody has agreed to for a time. */
export interface AcceptedDrift {
  readonly address: Address;
  /** Path of the field below the resource. */
  readonly path: readonly string[];
  /** What the live object may have there, as an entry would write it. */
  readonly value: Term;
  readonly reason: string;
  readonly owner: string;
  /** As written: a date or a time. */
  readonly until: string;
  /** When it ends, epoch milliseconds. */
  readonly untilMs: number;
  readonly position: SourcePosition;
}

/** A loaded stack: what `loadStack` gives and the planner takes. */
export interface Stack {
  readonly name: string;
  /** `default` where the stack has no environments, or with `--env -`. */
  readonly environment: string;
  readonly resources: readonly DesiredResource[];
  readonly outputs: readonly DesiredOutput[];
  readonly moved: readonly { readonly from: Address; readonly to: Address }[];
  readonly removed: readonly { readonly address: Address; readonly destroy: boolean }[];
  readonly imports: readonly { readonly to: Address; readonly id: string }[];
  readonly acceptedDrift?: readonly AcceptedDrift[];
  readonly guards: GuardSettings;
  /** Settings of each provider block, as written: `{ singlestore: { organization } }`. */
  readonly providers: Readonly<Record<string, JsonObject>>;
  readonly stateBackend: 'file' | 'git';
  /** Name of the git remote that has the state; `origin` unless told. */
  readonly stateRemote?: string;
}
