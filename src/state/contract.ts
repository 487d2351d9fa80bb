import type { Intent, State, StateResource } from '../core/prior.ts';

export type { Intent, State, StateResource } from '../core/prior.ts';

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
 * Where a state lives. Errors: `state-corrupt`, `state-version`, `state-untrusted`,
 * `state-write-failed`, and with a remote `state-unreachable`, `state-git-unusable`.
 * Writers hold the lock; `load` needs none.
 */
export interface StateBackend {
  load(): Promise<LoadedState>;
  /**
   * Takes the lock, waiting up to `waitMs`; throws `state-locked` naming the holder. `signal` ends
   * the wait, with its reason.
   */
  lock(operation: string, waitMs: number, signal?: AbortSignal): Promise<HeldLock>;
  /** Durable when it resolves: called before the first create of a batch is sent. */
  appendIntents(intents: readonly Intent[]): Promise<void>;
  /** In order; survives the death of the process, not necessarily of the machine. */
  append(records: readonly JournalRecord[]): Promise<void>;
  /** Folds the journal into the state file, atomically, and empties the journal. */
  fold(): Promise<void>;
}

/** A backend whose lock a user may take away. */
export interface UnlockableBackend extends StateBackend {
  /** Takes the lock away from whoever holds it, and says who that was. */
  unlock(): Promise<LockInfo | undefined>;
}
