import type { KindTable } from '../core/kind.ts';
import type { LiveObject, LiveView } from '../core/live.ts';
import type { Intent, State } from '../core/prior.ts';
import type { Redactor } from '../core/redactor.ts';
import type { Stack } from '../core/resource.ts';
import type { Timing } from '../core/timing.ts';
import type { Approvals } from './approvals.ts';
import type { DigestView } from './digest-view.ts';
import type { Plan } from './plan.ts';

/** What the command line asks of one plan. Globs match addresses, with or without the provider. */
export interface PlanOptions {
  /** Everything of the state goes: the plan of `destroy`. */
  readonly destroy: boolean;
  readonly adopt: readonly string[];
  readonly replace: readonly string[];
  readonly target: readonly string[];
  readonly exclude: readonly string[];
  /** `ADDRESS.FIELD` of write-only fields to send again. */
  readonly send: readonly string[];
  readonly approvals: Approvals;
  /** Requests a second, for the estimate. */
  readonly ratePerSecond: number;
}

/** Everything a plan is made from. `planStack` reads nothing else. */
export interface PlanInput {
  readonly stack: Stack;
  readonly prior: State;
  readonly intents: readonly Intent[];
  readonly live: LiveView;
  readonly kinds: KindTable;
  /** `<type> <id>` → the object as read by its ID after the lists; undefined = the API has none. */
  readonly confirmed: ReadonlyMap<string, LiveObject | undefined>;
  readonly digests: DigestView;
  readonly redactor: Redactor;
  readonly nowMs: number;
  readonly timing: Timing;
  readonly options: PlanOptions;
}

/** A resource to read by its ID before its difference or absence is believed. */
export interface Confirmation {
  readonly address: string;
  readonly type: string;
  readonly id: string;
  readonly scope: string | undefined;
  /** When trueup created the object, if it did: a 404 is not believed within the list lag. */
  readonly createdAtMs: number | undefined;
}

export function confirmationKey(type: string, id: string): string {
  return `${type} ${id}`;
}

export interface PlanResult {
  readonly plan: Plan;
  /** Empty, or what to read before planning once more. */
  readonly toConfirm: readonly Confirmation[];
}
