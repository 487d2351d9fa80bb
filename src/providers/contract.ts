import type { JsonObject } from '../core/json.ts';
import type { KindShape } from '../core/kind.ts';
import type { Inventory, LiveObject, LiveView } from '../core/live.ts';
import type { Redactor } from '../core/redactor.ts';
import type { Secret } from '../core/secret.ts';
import type { ValueObject } from '../core/value.ts';
import type { ApiRequest, ApiResponse, ReadClient } from '../http/contract.ts';

/** What the functions of a kind may use besides their arguments. */
export interface ReadContext {
  readonly client: ReadClient;
  /** Makes the Secrets of live values. */
  readonly redactor: Redactor;
  /** Organization the credential belongs to. */
  readonly organization: Organization;
  /** Inventories read before this one. */
  readonly live: LiveView;
}

export interface Organization {
  readonly id: string;
  readonly name: string;
}

/** One write of a change. */
export interface StepInput {
  /** `create`, `update`, `delete`, or a step that `compose` named. */
  readonly step: string;
  /** Undefined for the first step of a create. */
  readonly id: string | undefined;
  readonly scope: string | undefined;
  /** The live object, canonical, as last read; undefined when it does not exist yet. */
  readonly before: LiveObject | undefined;
  /** Managed fields as they are to be, canonical, everything known; undefined for a delete. */
  readonly after: ValueObject | undefined;
  /** JSON pointers of the fields to change; for a create all that are managed. */
  readonly changed: readonly string[];
  /** Fields that only the state knows (grants to revoke when the entry is gone). */
  readonly recorded: ValueObject | undefined;
  /** True when deleting what lives inside was approved. */
  readonly force: boolean;
  readonly live: LiveView;
  readonly nowMs: number;
}

export interface StepResult {
  /** The ID of a created object. */
  readonly id?: string;
  readonly scope?: string;
  /** Values the API generated: JSON pointer → value. */
  readonly generated?: readonly { readonly pointer: string; readonly value: Secret }[];
}

/** A kind with its I/O. */
export interface ProviderKind extends KindShape {
  /** Whether writes settle later than their answer: equal reads and a minimum wait apply. */
  readonly asynchronous: boolean;
  /** Whether a create provisions machines: at most `provisioningMax` are in flight. */
  readonly provisions: boolean;
  /**
   * Reads one collection. Throws ApiError when the call failed; an answer that is not whole is an
   * inventory with `complete: false`. Tombstones are included or not, as the API does.
   */
  list(context: ReadContext, scope: string | undefined): Promise<Inventory>;
  /** Reads one object; undefined when the API answers 404. A tombstone has status `gone`. */
  read(
    context: ReadContext,
    id: string,
    scope: string | undefined,
  ): Promise<LiveObject | undefined>;
  /** The request of a step, or undefined when there is nothing to send. */
  request(input: StepInput): ApiRequest | undefined;
  /** What the answer of a step says; throws `api-response-invalid` for one that says nothing. */
  result(input: StepInput, response: ApiResponse, redactor: Redactor): StepResult;
  /**
   * Whether a live object shows that the step is done. Default: status `settled`, and for the
   * last step every managed field equal to `after`.
   */
  stepDone?(input: StepInput, live: LiveObject): boolean;
  /** A DELETE that answers 404 counts as done. */
  readonly deleteOn404: 'done' | 'error';
}

/** A provider: data and its kinds. */
export interface Provider {
  readonly name: string;
  /** JSON Schema of its block under `providers:` in trueup.yaml. */
  readonly settingsSchema: JsonObject;
  readonly kinds: readonly ProviderKind[];
  /** Environment variables that hold credentials, first one set wins; never passed to commands. */
  readonly credentialVariables: readonly string[];
  readonly baseUrlVariable: string;
  readonly defaultBaseUrl: string;
  /** Requests a second to start with. */
  readonly defaultRate: number;
  /** Reads the organization of the credential; asserted before anything else. */
  organization(client: ReadClient): Promise<Organization>;
}
