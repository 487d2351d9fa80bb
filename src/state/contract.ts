import type { JsonObject } from '../core/json.ts';

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
  /** A composite change that was begun: a later run finishes it. */
  readonly pending?: PendingSteps;
  /** JSON pointers of write-only fields that were never confirmed as sent. */
  readonly unsent?: readonly string[];
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

/** One line of the journal. */
export type JournalRecord =
  | { readonly op: 'intent'; readonly intent: Intent }
  /** The attempt is over: refused for certain, or its object was found. */
  | { readonly op: 'intent-closed'; readonly address: string; readonly attempt: string }
  /** Writes the resource and closes every intent of its address. */
  | { readonly op: 'put'; readonly address: string; readonly resource: StateResource }
  | { readonly op: 'remove'; readonly address: string }
  | { readonly op: 'move'; readonly from: string; readonly to: string }
  | { readonly op: 'provider'; readonly provider: string; readonly organization: string }
  | { readonly op: 'outputs'; readonly outputs: State['outputs'] };

export interface LoadedState {
  readonly state: State;
  /** Creates that were begun and neither finished nor refused, newest attempt last. */
  readonly intents: readonly Intent[];
  /** True when nothing had been stored yet. */
  readonly fresh: boolean;
  /** The holder of the lock, where somebody holds it: an apply is running. */
  readonly lock: LockInfo | undefined;
}

export interface LockInfo {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  /** Start time of the process as the operating system tells it, to spot a reused pid. */
  readonly processStart: string;
  /** What is running: `apply`, `destroy`, `state mv`. */
  readonly operation: string;
  readonly user: string;
  /** URL of the pipeline run, where there is one. */
  readonly runUrl?: string;
  readonly acquiredAtMs: number;
  readonly renewedAtMs: number;
  readonly leaseMs: number;
}

/** A held lock. While `isHeld()` is false no new write may be started. */
export interface HeldLock {
  readonly info: LockInfo;
  isHeld(): boolean;
  release(): Promise<void>;
}

/**
 * Where a state lives. Errors: `state-corrupt`, `state-version`, `state-write-failed`.
 * Writers hold the lock; `load` needs none.
 */
export interface StateBackend {
  load(): Promise<LoadedState>;
  /** Takes the lock, waiting up to `waitMs`; throws `state-locked` naming the holder. */
  lock(operation: string, waitMs: number): Promise<HeldLock>;
  /** Durable when it resolves: called before the first create of a batch is sent. */
  appendIntents(intents: readonly Intent[]): Promise<void>;
  /** In order; survives the death of the process, not necessarily of the machine. */
  append(records: readonly JournalRecord[]): Promise<void>;
  /** Folds the journal into the state file, atomically, and empties the journal. */
  fold(): Promise<void>;
}
