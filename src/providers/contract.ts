import type { Json, JsonObject } from '../core/json.ts';
import type { KindShape } from '../core/kind.ts';
import type { Inventory, LiveObject, LiveView } from '../core/live.ts';
import type { Redactor } from '../core/redactor.ts';
import type { Secret } from '../core/secret.ts';
import type { ValueObject } from '../core/value.ts';
import type { ApiError } from '../http/api-error.ts';
import type {
  ApiRequest,
  ApiResponse,
  ClientCredentials,
  Explanation,
  GivenToken,
  ReadClient,
  RefusedAnswer,
} from '../http/contract.ts';

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
  /** For `stepDone` and `stepFailed`: what the answer of this step told (`StepResult.made`). */
  readonly made?: string;
  /** The `changedMark` that the answer of this step told (`StepResult.mark`). */
  readonly mark?: Json;
}

export interface StepResult {
  /** The ID of a created object. */
  readonly id?: string;
  /** What else tells the outcome of this write from that of others: the ID of a deployment. */
  readonly made?: string;
  /**
   * The kind's `changedMark` as this write left it: a later one in the read behind it is of
   * somebody else.
   */
  readonly mark?: Json;
  readonly scope?: string;
  /** Values the API generated: JSON pointer → value. */
  readonly generated?: readonly { readonly pointer: string; readonly value: Secret }[];
  /** What the API says went wrong although it answered a success; scrubbed. */
  readonly warnings?: readonly string[];
}

/** A kind with its I/O. */
export interface ProviderKind extends KindShape {
  /** Whether writes settle later than their answer: equal reads and a minimum wait apply. */
  readonly asynchronous: boolean;
  /** Whether a create provisions machines: at most `provisioningMax` are in flight. */
  readonly provisions: boolean;
  /**
   * Reads one collection. Throws ApiError when the call failed; an answer that is not whole is an
   * inventory with `complete: false`. Tombstones are included or not, as the API does. An item that
   * lacks fields which `read` tells is `partial`; those that matter are then read one by one.
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
  /**
   * Why a step has failed for good although the object is still of use: the last deployment ended
   * as failed. Asked before `stepDone`.
   */
  stepFailed?(input: StepInput, live: LiveObject): string | undefined;
  /**
   * Whether `stepDone` alone shows that a write was carried out, also where it carries what cannot
   * be read back: nothing is sent again that shows.
   */
  readonly showsWrites?: boolean;
  /** Changes of this kind that are under way at once, from their first request until they settle. */
  readonly underWayMax?: number;
  /**
   * Whether a refusal only means that something else is going on with the object: it is waited
   * for until it is not pending any more, then sent again.
   */
  isBusy?(refusal: ApiError): boolean;
  /** A DELETE that answers 404 counts as done. */
  readonly deleteOn404: 'done' | 'error';
}

/** One entry of an API's own log about one object. */
export interface HistoryEntry {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly atMs: number;
  /** Who: an e-mail address, or what else the log tells. */
  readonly by: string;
  /** The API's own word for what was done. */
  readonly action: string;
  readonly effect: 'create' | 'change' | 'delete';
  /** Names of the fields that changed, in the API's words; undefined where the log tells none. */
  readonly fields?: readonly string[];
}

export interface HistoryObject {
  readonly type: string;
  readonly id: string;
  /** Whether an entry is what is looked for: older ones add nothing. */
  explains(entry: HistoryEntry): boolean;
}

/** Who changed these objects in a stretch of time; epoch milliseconds. */
export interface HistoryQuestion {
  readonly objects: readonly HistoryObject[];
  readonly sinceMs: number;
  readonly untilMs: number;
}

/** A small working stack, for `trueup init`. */
export interface Starter {
  /** Variables that the manifest uses, as they stand under `variables:`; one line each. */
  readonly variables: Readonly<Record<string, string>>;
  readonly manifest: string;
}

/** A provider: data and its kinds. */
export interface Provider {
  readonly name: string;
  /** JSON Schema of its block under `providers:` in trueup.yaml. */
  readonly settingsSchema: JsonObject;
  readonly kinds: readonly ProviderKind[];
  /**
   * Environment variables that hold a token as it is sent, first one set wins; never passed to
   * commands.
   */
  readonly credentialVariables: readonly string[];
  /** Credentials that are exchanged for a token; used where none of the variables above is set. */
  readonly exchange?: CredentialExchange;
  readonly baseUrlVariable: string;
  readonly defaultBaseUrl: string;
  /** Requests a second to start with. */
  readonly defaultRate: number;
  /** What a new stack of this provider begins with. */
  readonly starter?: Starter;
  /**
   * Reads the organization of the credential; asserted before anything else. `settings` is the
   * provider's block of trueup.yaml.
   */
  organization(client: ReadClient, settings?: JsonObject): Promise<Organization>;
  /**
   * What the API's log says of some objects, in any order; a bounded number of requests, so it may
   * miss some. Throws ApiError: the log may well be forbidden.
   */
  readonly history?: (
    client: ReadClient,
    question: HistoryQuestion,
  ) => Promise<readonly HistoryEntry[]>;
  /** Headers of every request besides those of all providers. None may hold a secret. */
  readonly headers?: (settings: JsonObject) => Readonly<Record<string, string>>;
  /** What an answer that is no success means, in words for the user; undefined: as for any API. */
  readonly explain?: (answer: RefusedAnswer) => Explanation | undefined;
}

/**
 * How an identity and a secret become a token that expires. Only `endpoint` is ever sent the
 * secret, and only the API the token.
 */
export interface CredentialExchange {
  /** Environment variables of the pair; both are needed, neither is passed to commands. */
  readonly idVariable: string;
  readonly secretVariable: string;
  /** URL that a POST exchanges them at. */
  readonly endpointVariable: string;
  readonly defaultEndpoint: string;
  /** The JSON body of the exchange. */
  readonly request: (credentials: ClientCredentials) => ValueObject;
  /** The token of a 2xx answer; undefined where it holds none. */
  readonly token: (answer: unknown) => GivenToken | undefined;
}

/** Every environment variable that holds a credential of the provider. */
export function credentialVariablesOf(provider: Provider): readonly string[] {
  const { credentialVariables, exchange } = provider;
  if (exchange === undefined) return credentialVariables;
  return [...credentialVariables, exchange.idVariable, exchange.secretVariable];
}
