import type { JsonObject } from './json.ts';

/** What the last apply knew of one resource. No secret stands here, only digests. */
export interface StateResource {
  readonly id: string;
  /** `<provider>.<kind>`. */
  readonly type: string;
  /** Collection it lives in, where its kind has one. */
  readonly scope?: string;
  /** Canonical name, for moves and messages. */
  readonly name: string;
  /** Managed fields as they were sent, sensitive ones left out, references as IDs. */
  readonly sent: JsonObject;
  /** The managed fields as they were read afterwards, not normalised, sensitive ones left out. */
  readonly read: JsonObject;
  /** Computed attributes at the last read. */
  readonly attributes: JsonObject;
  /** JSON pointer of a sensitive field → digest of the value that was applied. */
  readonly digests: Readonly<Record<string, string>>;
  readonly lifecycle: {
    readonly protect: boolean;
    readonly onRemove: 'delete' | 'forget';
    readonly deleteMs?: number;
  };
  /** Addresses this resource referred to; deletes run in their reverse order. */
  readonly dependsOn: readonly string[];
  /** When trueup created it, epoch milliseconds: a 404 within the list lag is not believed. */
  readonly createdAtMs?: number;
  /** When a delete of it was sent, epoch milliseconds: lists may show it although it is gone. */
  readonly deletingSinceMs?: number;
  /** A composite change that was begun: a later run finishes it. */
  readonly pending?: PendingSteps;
  /** JSON pointers of write-only fields that were never confirmed as sent. */
  readonly unsent?: readonly string[];
  /** JSON pointers of write-only fields that `import` took on trust: not sent unless asked for. */
  readonly unverified?: readonly string[];
  /** `expiresAt` durations: the text that was written and the time that was sent. */
  readonly expiry?: { readonly text: string; readonly time: string };
}

export interface PendingSteps {
  readonly steps: readonly string[];
  /** Steps finished so far. */
  readonly done: number;
  /** Fields to put back at the end: `{ suspended: true }`. */
  readonly restore: JsonObject;
}

/** A create that is about to be sent, or may have been. */
export interface Intent {
  readonly address: string;
  readonly type: string;
  /** Unique per attempt. */
  readonly attempt: string;
  /** Canonical natural key within its scope. */
  readonly naturalKey: string;
  readonly scope?: string;
  /** IDs of objects with that natural key that were there before. */
  readonly seen: readonly string[];
  /** The managed immutable fields that are sent, sensitive ones left out. */
  readonly immutable: JsonObject;
  /** Whole managed fields sent, sensitive ones left out: becomes `sent` when the object is found. */
  readonly sent: JsonObject;
  /** JSON pointers of the write-only and sensitive fields that go with it. */
  readonly writeOnly: readonly string[];
  readonly lifecycle: StateResource['lifecycle'];
  readonly dependsOn: readonly string[];
  /** Epoch milliseconds, this machine's clock. */
  readonly sentAtMs: number;
  /** Last time the API told (its Date header), epoch milliseconds; 0 where it told none. */
  readonly serverTimeMs: number;
  /** Until then "not there" is not believed; epoch milliseconds. */
  readonly visibleByMs: number;
  /** How much later than `sentAtMs` it may have left, where recording it takes time; milliseconds. */
  readonly lateMs?: number;
}

export interface State {
  readonly version: 1;
  /** Random, made with the state; two states with the same one are versions of each other. */
  readonly lineage: string;
  readonly stack: string;
  readonly environment: string;
  /** Grows by one with every fold. */
  readonly serial: number;
  /** Provider → the organization it was applied to. */
  readonly providers: Readonly<Record<string, { readonly organization: string }>>;
  /** Salt of the digests, base64. */
  readonly salt: string;
  readonly resources: Readonly<Record<string, StateResource>>;
  /** Evaluated outputs of the last apply; a sensitive one is `{ sensitive: true }`. */
  readonly outputs: Readonly<
    Record<string, { readonly sensitive: boolean; readonly value?: JsonObject[string] }>
  >;
}
