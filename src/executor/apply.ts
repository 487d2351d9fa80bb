import type { Clock } from '../core/clock.ts';
import type { Diagnostic } from '../core/diagnostic.ts';
import type { Emit } from '../core/event.ts';
import type { LiveView, Inventory } from '../core/live.ts';
import type { Intent, State } from '../core/prior.ts';
import type { Redactor } from '../core/redactor.ts';
import type { Stack } from '../core/resource.ts';
import type { Timing } from '../core/timing.ts';
import { executionGraph, type ChangeNode } from '../planner/graph.ts';
import type { Plan } from '../planner/plan.ts';
import type { HeldLock, StateBackend } from '../state/contract.ts';
import type { Digester } from '../state/digest.ts';
import type { WritableAccounts } from './accounts.ts';
import { createGate, type Gate } from './gate.ts';
import { scopeKey } from './live-view.ts';
import { createPoller } from './poller.ts';
import { finishState, prepareState } from './record-state.ts';
import { readCollection } from './refresh.ts';
import { timingFor, type DeliverSecret, type Run, type StopControl } from './run.ts';
import { runNode } from './run-node.ts';
import { schedule, type NodeEnd } from './schedule.ts';

export interface ApplyInput {
  readonly plan: Plan;
  readonly stack: Stack;
  readonly accounts: WritableAccounts;
  readonly live: LiveView;
  readonly readAtMs: number;
  readonly state: StateBackend;
  readonly lock: HeldLock;
  /** The state the plan was made from. */
  readonly prior: State;
  readonly intents: readonly Intent[];
  readonly clock: Clock;
  readonly timing: Timing;
  readonly parallelism: number;
  readonly attemptName: () => string;
  readonly digester: Digester;
  readonly redactor: Redactor;
  readonly emit: Emit;
  readonly stop: StopControl;
  readonly deliverSecret: DeliverSecret;
}

/** How an apply ended; never exit 0 unless everything was applied. */
export interface ApplyOutcome {
  readonly applied: number;
  readonly failed: number;
  readonly blocked: number;
  readonly skipped: number;
  readonly notStarted: number;
  readonly interrupted: boolean;
  readonly problems: readonly Diagnostic[];
}

/** Applies a plan in dependency order. Every step is journalled before the next one begins. */
export async function applyPlan(input: ApplyInput): Promise<ApplyOutcome> {
  const run = createRun(input);
  const nodes = executionGraph(input.plan.changes);
  const startMs = run.clock.now();
  const before = run.accounts.requestCount();
  run.emit({
    type: 'apply-started',
    changes: new Set(nodes.map((node) => node.change.address)).size,
  });
  const ends = new Map<string, NodeEnd | 'blocked' | 'not-started'>();
  let fatal = false;
  await prepareState(run);
  await schedule({
    nodes,
    run: async (node) => {
      const report = await runNode(run, node);
      fatal ||= report.fatal;
      ends.set(node.id, report.end);
      return report.end;
    },
    onBlocked: (node, by) => {
      ends.set(node.id, 'blocked');
      run.emit({ type: 'change-blocked', address: node.change.address, by });
    },
    onNotStarted: (node) => {
      ends.set(node.id, 'not-started');
      run.emit({ type: 'change-not-started', address: node.change.address });
    },
    isStopped: () => fatal || run.stop.isStopped(),
  });
  const outcome = tally(run, nodes, ends);
  const left = outcome.failed + outcome.blocked + outcome.skipped + outcome.notStarted;
  if (!fatal) await finishState(run, left + run.plan.undetermined.length === 0);
  const requests = run.accounts.requestCount() - before;
  run.emit({
    type: 'apply-done',
    ...countDone(nodes, ends),
    applied: outcome.applied,
    failed: outcome.failed,
    blocked: outcome.blocked,
    skipped: outcome.skipped,
    notStarted: outcome.notStarted,
    elapsedMs: run.clock.now() - startMs,
    requests,
  });
  return outcome;
}

function createRun(input: ApplyInput): Run {
  const { accounts, clock, live, timing, stop } = input;
  const listed = new Map<string, Promise<Inventory>>();
  const intents = new Map<string, readonly Intent[]>();
  for (const intent of input.intents) {
    const address = addressNow(intent.address, input.stack);
    intents.set(address, [...(intents.get(address) ?? []), intent]);
  }
  return {
    ...input,
    intents,
    resources: new Map(Object.entries(input.prior.resources)),
    outcomes: new Map(),
    problems: [],
    madeIds: new Set(),
    begin: () => undefined,
    poller: createPoller({ accounts, clock, live, tickMs: timing.pollMs, signal: stop.waits }),
    gate: createGate(input.parallelism),
    provisioning: createProvisioningGates(input),
    underWay: createUnderWayGates(),
    listOnce: (kind, scope) => {
      const key = scopeKey(kind.type, scope);
      const known = listed.get(key);
      if (known !== undefined) return known;
      const reading = readCollection(accounts, kind, scope, live);
      listed.set(key, reading);
      return reading;
    },
  };
}

/** What one provider provisions does not hold up another. */
function createProvisioningGates(input: ApplyInput): Run['provisioning'] {
  const gates = new Map<string, Gate>();
  return (kind) => {
    const gate = gates.get(kind.provider) ?? createGate(timingFor(input, kind).provisioningMax);
    gates.set(kind.provider, gate);
    return gate;
  };
}

/** What the API lets go on at once of a kind is a bound on changes, their waits included. */
function createUnderWayGates(): Run['underWay'] {
  const gates = new Map<string, Gate>();
  return ({ type, underWayMax }) => {
    if (underWayMax === undefined) return undefined;
    const gate = gates.get(type) ?? createGate(underWayMax);
    gates.set(type, gate);
    return gate;
  };
}

/** Where an entry stands that a `moved` block has renamed since its create was begun. */
function addressNow(address: string, stack: Stack): string {
  return stack.moved.reduce((now, move) => (move.from === now ? move.to : now), address);
}

type Ends = ReadonlyMap<string, NodeEnd | 'blocked' | 'not-started'>;

/** One verdict a change: a replacement is applied when both of its parts are. */
function tally(run: Run, nodes: readonly ChangeNode[], ends: Ends): ApplyOutcome {
  const byAddress = new Map<string, (NodeEnd | 'blocked' | 'not-started' | undefined)[]>();
  for (const node of nodes) {
    const known = byAddress.get(node.change.address) ?? [];
    byAddress.set(node.change.address, [...known, ends.get(node.id)]);
  }
  const counts = { applied: 0, failed: 0, blocked: 0, skipped: 0, notStarted: 0 };
  for (const parts of byAddress.values()) {
    if (parts.includes('failed')) counts.failed += 1;
    else if (parts.includes('skipped')) counts.skipped += 1;
    else if (parts.includes('interrupted') || parts.includes('not-started')) counts.notStarted += 1;
    else if (parts.includes('blocked')) counts.blocked += 1;
    else counts.applied += 1;
  }
  return { ...counts, interrupted: run.stop.isStopped(), problems: run.problems };
}

function countDone(
  nodes: readonly ChangeNode[],
  ends: Ends,
): { readonly add: number; readonly change: number; readonly destroy: number } {
  const counts = { add: 0, change: 0, destroy: 0 };
  for (const node of nodes) {
    if (ends.get(node.id) !== 'done') continue;
    const { action } = node.change;
    if (node.part === 'delete') counts.destroy += 1;
    else if (action === 'create' || action === 'replace') counts.add += 1;
    else if (action === 'update') counts.change += 1;
  }
  return counts;
}
