import type { Address } from '../core/address.ts';
import type { Diagnostic, SourcePosition } from '../core/diagnostic.ts';
import type { JsonObject } from '../core/json.ts';
import type { LiveObject } from '../core/live.ts';
import type { AcceptedDrift, DesiredResource } from '../core/resource.ts';
import type { Risk, RiskFinding } from '../core/risk.ts';
import type { Value, ValueObject } from '../core/value.ts';

export type Action =
  | 'create'
  | 'update'
  | 'replace'
  | 'delete'
  | 'import'
  | 'move'
  | 'forget'
  | 'no-op';

/** Why a planned action was chosen. */
export type ActionReason =
  | 'not-in-state'
  | 'gone'
  | 'expired'
  | 'fields-differ'
  | 'immutable-field'
  | 'parent-replaced'
  | 'replace-requested'
  | 'removed-from-manifest'
  | 'destroy'
  | 'adopted'
  | 'recovered-create'
  | 'finish-steps'
  | 'resend-write-only'
  | 'moved'
  | 'unchanged';

/** Whose change it is: the manifest's, the world's, or that of something referred to. */
export type Cause = 'manifest' | 'drift' | 'upstream';

/** One RFC 6902 operation; unknown and sensitive values never stand in it. */
export interface PatchOperation {
  readonly op: 'add' | 'remove' | 'replace';
  readonly path: string;
  readonly value?: JsonObject[string];
}

/** One field that differs. */
export interface FieldChange {
  /** JSON pointer below the resource. */
  readonly pointer: string;
  readonly before: Value | undefined;
  readonly after: Value | undefined;
  readonly causes: readonly Cause[];
  readonly sensitive: boolean;
  /** Whether the field cannot change in place. */
  readonly immutable: boolean;
  /** Sets only: elements that go and come. */
  readonly removed?: readonly Value[];
  readonly added?: readonly Value[];
  /** `(not verified)`: a write-only field of an adopted object. */
  readonly note?: string;
}

/** Something that goes with a deleted object although no entry of the stack names it. */
export interface CascadeEntry {
  readonly type: string;
  readonly id: string;
  readonly name: string;
  /** The address, where the stack manages it. */
  readonly address?: string;
}

export interface ResourceChange {
  readonly address: Address;
  readonly type: string;
  readonly action: Action;
  readonly reason: ActionReason;
  readonly causes: readonly Cause[];
  /** The live object, where there is one: its ID and canonical fields. */
  readonly id: string | undefined;
  readonly live: LiveObject | undefined;
  /** Managed fields before (live, canonical) and after (desired, canonical). */
  readonly before: ValueObject | undefined;
  readonly after: ValueObject | undefined;
  readonly fields: readonly FieldChange[];
  readonly patch: readonly PatchOperation[];
  readonly risks: readonly RiskFinding[];
  readonly risk: Risk;
  readonly steps: readonly string[];
  readonly restore: JsonObject;
  readonly notes: readonly string[];
  /** What this change waits for (for a delete: what must be gone first). */
  readonly dependsOn: readonly Address[];
  readonly cascade: readonly CascadeEntry[];
  /** The object that is taken into the state, with no-op or update. */
  readonly importing: { readonly id: string } | undefined;
  readonly previousAddress: Address | undefined;
  /** The manifest entry; undefined for deletes and forgets. */
  readonly desired: DesiredResource | undefined;
  readonly position: SourcePosition | undefined;
  /** Labels for references, by JSON pointer: the key or name a human knows. */
  readonly labels: Readonly<Record<string, string>>;
  /** Resources whose fields this one's derived fields follow from. */
  readonly derivedFrom?: readonly Address[];
  /** What they followed from before: its delete comes first. */
  readonly freedFrom?: readonly string[];
  /** What the object depended on at the last apply, from the state. */
  readonly previousDependsOn?: readonly string[];
  /** Canonical natural key, where it is known. */
  readonly naturalKey?: string;
  /** The one that the live object bears, where this change gives it up. */
  readonly freedKey?: string;
  /** Whose live object bears the natural key that a create is to get. */
  readonly keyFrom?: Address;
  /** Write-only fields sent by this change although live cannot tell: JSON pointers. */
  readonly writeOnly: readonly string[];
  /** JSON pointers of fields whose live value is accepted for now: nothing is done to them. */
  readonly accepted?: readonly string[];
}

/** A managed field that the world changed since the last apply. */
export interface DriftEntry {
  readonly address: Address;
  readonly type: string;
  readonly id: string;
  /** `gone`: the object itself. */
  readonly action: 'update' | 'gone' | 'pending';
  readonly fields: readonly FieldChange[];
  /** Who it was, where the API keeps a log; looked up by `drift` alone. */
  readonly changedBy?: ChangedBy;
}

/** The newest entry of an API's log that explains a difference. */
export interface ChangedBy {
  /** E-mail address or name, as the API tells it. */
  readonly by: string;
  readonly atMs: number;
  /** The API's own word for what was done. */
  readonly action: string;
}

/**
 * What came of an acceptance. `other-value`: the field has drifted to a value that nobody accepted;
 * `unmatched`: there is no such difference.
 */
export type AcceptedVerdict = 'accepted' | 'expired' | 'other-value' | 'unmatched';

/** An element of `acceptedDrift`, judged. */
export interface AcceptedEntry {
  readonly address: Address;
  readonly type: string;
  readonly id: string | undefined;
  readonly acceptance: AcceptedDrift;
  readonly verdict: AcceptedVerdict;
  /** What is accepted, in the form in which it is compared. */
  readonly value: Value;
  /** From what the manifest has to what is there; undefined where nothing matches. */
  readonly field: FieldChange | undefined;
  /** Why nothing matches, or why what is accepted does not stay. */
  readonly because?: string;
}

/** A live object of a kind the stack manages that no entry of the stack stands for. */
export interface UnmanagedEntry {
  readonly type: string;
  readonly id: string;
  readonly name: string;
}

export interface OutputChange {
  readonly name: string;
  readonly sensitive: boolean;
  readonly before: Value | undefined;
  readonly after: Value;
}

export interface Estimate {
  /** Requests of the apply: writes, settle reads, and one list per collection of a create. */
  readonly requests: number;
  /** Longest chain of changes. */
  readonly criticalPath: number;
  readonly durationMs: number;
}

export interface Plan {
  readonly stack: string;
  readonly environment: string;
  readonly createdAtMs: number;
  /** Every resource of the stack and the state, no-ops included, in address order. */
  readonly changes: readonly ResourceChange[];
  readonly drift: readonly DriftEntry[];
  /** What of the drift was agreed to, and what of that no longer holds. */
  readonly acceptedDrift?: readonly AcceptedEntry[];
  readonly unmanaged: readonly UnmanagedEntry[];
  readonly outputs: readonly OutputChange[];
  /** Resources left out because something they need could not be read, and other problems. */
  readonly diagnostics: readonly Diagnostic[];
  /** Resources about which nothing could be concluded: an incomplete read, a failed look-up. */
  readonly undetermined: readonly { readonly address: Address; readonly because: string }[];
  /** True when a `--target` or `--exclude` left something out. */
  readonly partial: boolean;
  /** Live objects of the state by type, those of resources that were left out included. */
  readonly managed?: Readonly<Record<string, number>>;
  /** Resources of the state that live no longer has, those of resources left out included. */
  readonly vanished?: readonly Address[];
  /** True when an inventory the stack needs is incomplete: `plan` exits 1. */
  readonly incomplete: boolean;
  readonly estimate: Estimate;
}

export interface PlanCounts {
  readonly add: number;
  readonly change: number;
  readonly destroy: number;
  readonly import: number;
  readonly move: number;
  readonly forget: number;
}

/** Terraform's counting: a replacement is one to add and one to destroy. */
export function countChanges(changes: readonly ResourceChange[]): PlanCounts {
  const counts = { add: 0, change: 0, destroy: 0, import: 0, move: 0, forget: 0 };
  for (const change of changes) {
    if (change.importing !== undefined) counts.import += 1;
    if (change.previousAddress !== undefined) counts.move += 1;
    switch (change.action) {
      case 'create':
        counts.add += 1;
        break;
      case 'update':
        counts.change += 1;
        break;
      case 'replace':
        counts.add += 1;
        counts.destroy += 1;
        break;
      case 'delete':
        counts.destroy += 1;
        break;
      case 'forget':
        counts.forget += 1;
        break;
      case 'import':
      case 'move':
      case 'no-op':
        break;
    }
  }
  return counts;
}

/** Whether applying the plan would do anything, to the API or to the state. */
export function hasChanges(plan: Plan): boolean {
  return (
    plan.changes.some((change) => change.action !== 'no-op') ||
    plan.outputs.some((output) => output.before !== output.after)
  );
}
