import type { Clock } from '../core/clock.ts';
import type { Diagnostic } from '../core/diagnostic.ts';
import { TrueupError } from '../core/errors.ts';
import type { Emit } from '../core/event.ts';
import type { Inventory, LiveObject, LiveView } from '../core/live.ts';
import type { Intent, State, StateResource } from '../core/prior.ts';
import type { Redactor } from '../core/redactor.ts';
import type { Stack } from '../core/resource.ts';
import type { Secret } from '../core/secret.ts';
import type { Timing } from '../core/timing.ts';
import type { Outcome } from '../planner/environment.ts';
import type { Plan } from '../planner/plan.ts';
import type { ProviderKind } from '../providers/contract.ts';
import type { HeldLock, StateBackend } from '../state/contract.ts';
import type { Digester } from '../state/digest.ts';
import type { Accounts, WritableAccounts } from './accounts.ts';
import type { Gate } from './gate.ts';
import type { Poller } from './poller.ts';

/** Ends a run early: the first request lets what runs end, the second stops at once. */
export interface StopControl {
  isStopped(): boolean;
  /** Aborted by the first request: ends waits, not requests. */
  readonly waits: AbortSignal;
  /** Aborted by the second request: ends requests too. */
  readonly requests: AbortSignal;
}

/** Hands out a value that the API generated; `lost` when nobody asked to see it. */
export type DeliverSecret = (
  address: string,
  field: string,
  value: Secret,
) => Promise<'stdout' | 'file' | 'lost'>;

/** Everything one apply works with. `resources`, `intents`, `outcomes`, `problems`, `madeIds` change
 * as it goes. */
export interface Run {
  readonly plan: Plan;
  readonly stack: Stack;
  readonly accounts: WritableAccounts;
  readonly live: LiveView;
  /** When the plan's reads began; older than `timing.planFreshMs` they are made again. */
  readonly readAtMs: number;
  readonly state: StateBackend;
  readonly lock: HeldLock;
  readonly prior: State;
  /** Open creates of earlier runs, by address. */
  readonly intents: Map<string, readonly Intent[]>;
  readonly resources: Map<string, StateResource>;
  readonly outcomes: Map<string, Outcome>;
  readonly problems: Diagnostic[];
  /** `<type> <id>` of what this run has created: no second create may be given the same ID. */
  readonly madeIds: Set<string>;
  readonly clock: Clock;
  /** Of what all providers share; `timingFor` gives that of a kind. */
  readonly timing: Timing;
  /** A random name for one attempt. */
  readonly attemptName: () => string;
  readonly digester: Digester;
  readonly redactor: Redactor;
  readonly emit: Emit;
  readonly poller: Poller;
  readonly gate: Gate;
  /** One for each provider. */
  readonly provisioning: (kind: ProviderKind) => Gate;
  /** Bounds how many changes of a kind are under way at once; undefined: any number. */
  readonly underWay: (kind: ProviderKind) => Gate | undefined;
  readonly stop: StopControl;
  /** Tells that the change at hand has begun; called when it may send or has to wait. */
  readonly begin: () => void;
  /** Lists a collection again, once a run: before the first create in it. */
  readonly listOnce: (kind: ProviderKind, scope: string | undefined) => Promise<Inventory>;
  readonly deliverSecret: DeliverSecret;
}

/** Refuses to start a write after an interrupt or without the lock. */
export function assertMayWrite(run: Run): void {
  if (run.stop.isStopped()) throw new TrueupError('interrupted', 'the run was interrupted');
  if (!run.lock.isHeld()) {
    throw new TrueupError(
      'state-lock-lost',
      'the lock of the state was lost; nothing more is written',
    );
  }
}

/** Whether the plan's reads are young enough to write by. */
export function isPlanFresh(run: Run): boolean {
  return run.clock.now() - run.readAtMs < run.timing.planFreshMs;
}

/** How long things take at the provider of a kind. */
export function timingFor(
  run: { readonly accounts: Accounts; readonly timing: Timing },
  kind: ProviderKind,
): Timing {
  return run.accounts.timing?.(kind) ?? run.timing;
}

/**
 * After this a request whose answer was lost has either been executed or never will be, and what it
 * made shows.
 */
export function lostForMs(run: Run, kind: ProviderKind): number {
  const { requestMsMax, listLagMs } = timingFor(run, kind);
  return requestMsMax + listLagMs;
}

export function kindOf({ accounts }: { readonly accounts: Accounts }, type: string): ProviderKind {
  const kind = accounts.kinds.get(type);
  if (kind === undefined) throw new TrueupError('kind-unknown', `no kind ${type}`);
  return kind;
}

/** What a plan always has at this point; throws `internal` where it lacks it. */
export function required<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new TrueupError('internal', `${what} is missing`);
  return value;
}

export function canonicalObject(run: Run, kind: ProviderKind, object: LiveObject): LiveObject {
  if (kind.canonical === undefined) return object;
  return { ...object, fields: kind.canonical(object.fields, run.live) };
}

/** Reads one object by ID, canonical; undefined when it is gone. */
export async function readObject(
  run: Run,
  kind: ProviderKind,
  id: string,
  scope: string | undefined,
): Promise<LiveObject | undefined> {
  const object = await kind.read(run.accounts.context(kind, run.live), id, scope);
  return object === undefined || object.status === 'gone'
    ? undefined
    : canonicalObject(run, kind, object);
}
