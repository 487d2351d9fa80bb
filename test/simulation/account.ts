import type { Transport } from '../../src/http/contract.ts';
import type { Entries } from '../_helpers/random-entries.ts';
import type { AccountObject } from './as-written.ts';
import type { Violation } from './checks.ts';
import type { WireFault } from './wire.ts';

/** A live object in trueup's words. */
export interface MadeObject {
  /** `<provider>.<kind>`. */
  readonly type: string;
  readonly id: string;
  /** Objects that have it in common are twins; undefined: it has no natural key. */
  readonly naturalKey: string | undefined;
}

/** How an object is told from all others of the life. */
export function keyOf({ type, id }: { readonly type: string; readonly id: string }): string {
  return `${type} ${id}`;
}

/** A request that reached the API. */
export interface Executed {
  readonly host: string;
  readonly method: string;
  readonly path: string;
  readonly body: string | undefined;
}

/** What the process that sent a request knew; sets hold keys of objects. */
export interface Sender {
  /** What its plan showed as going. */
  readonly shown: ReadonlySet<string>;
  /** IDs of what its plan showed as going with something else. */
  readonly shownInside: ReadonlySet<string>;
  /** What its state held when it began. */
  readonly owned: ReadonlySet<string>;
  /** What earlier runs were about to create: by its natural key where that is its ID. */
  readonly intended: ReadonlySet<string>;
  readonly startMs: number;
  readonly entries: ManifestEntries;
}

/** Kind → key → entry, of the stack a process was given. */
export type ManifestEntries = Readonly<Record<string, Entries>>;

/** What is found wrong with a request, before and after it was executed. */
export interface Judgement {
  readonly before: readonly Violation[];
  after(status: number, body: string): readonly Violation[];
}

/** A secret as the account keeps it. */
export interface StoredSecret {
  readonly what: string;
  readonly text: string;
}

/** An account of one provider, with everybody else who uses it: what a life knows of providers. */
export interface Account {
  readonly provider: string;
  /** Credentials and addresses. */
  readonly env: Readonly<Record<string, string>>;
  /** Texts that no output may hold. */
  readonly secrets: readonly string[];
  /** By host. */
  readonly servers: ReadonlyMap<string, Transport>;
  /** The host whose requests are limited and counted; others only give tokens. */
  readonly apiHost: string;
  /** Begins of paths whose reads may be broken for a whole run. */
  readonly collections: readonly string[];
  /** Whether a request provisions a machine. */
  provisions(method: string, path: string): boolean;
  /** A fault that only this API knows; undefined: none. Asked in disturbed runs only. */
  ownFault(host: string): { readonly name: string; readonly fault: WireFault } | undefined;
  /** A run begins with this stack. */
  begin(entries: ManifestEntries): void;
  /** The run that began then ended; `done`: it said that all was done, and so it is recorded. */
  ended(startMs: number, done: boolean): void;
  /** Does one thing that another user could do; false where it was refused. */
  act(): boolean;
  /**
   * Another user puts something into an object that goes with it; the begin of the paths under
   * which it can be read, undefined where there was nothing to put it into.
   */
  actInside(): string | undefined;
  /** What goes wrong with the API stops: the last round begins. */
  calm(): void;
  /** To be called before each request is executed. */
  judge(request: Executed, sender: Sender): Judgement;
  /** Live objects that exist because of trueup. */
  made(): readonly MadeObject[];
  /** Another user gave it another name: nothing that was sent for it tells of it any more. */
  isRenamed(key: string): boolean;
  /** Whether the last apply may end with what this text tells, for a reason of this life. */
  mayRefuse(stderr: string): boolean;
  /** The secrets among these objects, as they are kept. */
  stored(known: ReadonlySet<string>): readonly StoredSecret[];
  /** All live objects, for a look at what they have. */
  objects(): readonly AccountObject[];
  /** What is wrong although trueup says that everything is in place. */
  converged(known: ReadonlySet<string>, stored: readonly StoredSecret[]): readonly Violation[];
}
