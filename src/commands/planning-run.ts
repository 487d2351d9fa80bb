import type { Diagnostic } from '../core/diagnostic.ts';
import { makePlan, type PlannedRun } from '../executor/make-plan.ts';
import type { Accounts } from '../executor/accounts.ts';
import { emptyStackRefusal, refusalsOf } from '../planner/guards.ts';
import { countChanges, type Plan } from '../planner/plan.ts';
import type { Stack } from '../core/resource.ts';
import type { LoadedState } from '../state/contract.ts';
import { text } from '../views/sanitize.ts';
import type { Ending } from './command-io.ts';
import type { PlanFlags } from './flags.ts';
import { assertMatched } from './matched-flags.ts';
import { planOptions } from './parse-flags.ts';
import { assertOrganization, digesterOf, type Session } from './session.ts';

export interface PlanRequest {
  readonly session: Session;
  readonly flags: PlanFlags;
  readonly stack: Stack;
  readonly loaded: LoadedState;
  readonly accounts: Accounts;
  readonly ratePerSecond: number;
  readonly destroy: boolean;
}

/** Reads and plans, and tells what came of it as one event. */
export async function planRun(request: PlanRequest): Promise<PlannedRun> {
  const { session, stack, loaded, accounts } = request;
  assertOrganization(stack, loaded, accounts.organizations);
  assertMatched(request);
  const planned = await makePlan({
    stack,
    state: loaded.state,
    intents: loaded.intents,
    accounts,
    digester: digesterOf(session, loaded),
    redactor: session.redactor,
    clock: session.io.clock,
    timing: session.timing,
    options: planOptions(request.flags, request.destroy, request.ratePerSecond),
    emit: session.reporting.emit,
  });
  session.reporting.emit({
    type: 'planned',
    ...countChanges(planned.plan.changes),
    drift: planned.plan.drift.length,
    undetermined: planned.plan.undetermined.length,
  });
  return planned;
}

/** What takes no lock says that somebody else is at work. */
export function noteRunning({ reporting }: Session, { lock }: LoadedState): void {
  if (lock === undefined) return;
  const who = `${text(`${lock.user}@${lock.host}`)}, pid ${lock.pid}`;
  reporting.note(`An apply is running (${who}): what is shown may change under it.\n`);
}

/** What an apply of this plan would be refused for. */
export function planRefusals(
  request: Pick<PlanRequest, 'stack' | 'loaded' | 'flags' | 'destroy'>,
  planned: PlannedRun,
): readonly Diagnostic[] {
  const { stack, loaded, flags, destroy } = request;
  const options = planOptions(flags, destroy, 1);
  const empty = destroy
    ? undefined
    : emptyStackRefusal(
        stack.resources.length,
        Object.keys(loaded.state.resources).length,
        stack.name,
      );
  const guards = refusalsOf(planned.plan, options.approvals, stack.guards, planned.live, destroy);
  return empty === undefined ? guards : [empty, ...guards];
}

const FINAL: ReadonlySet<string> = new Set([
  'guard-protected',
  'guard-empty-stack',
  'guard-deletes',
  'guard-vanished',
]);

/** Refusals that are told with the plan already, and are no matter of a single change: exit 4. */
export function isFinalRefusal(diagnostic: Diagnostic): boolean {
  return FINAL.has(diagnostic.code);
}

/** How the reading and planning went, apart from whether there are changes. */
export function planEndings(plan: Plan, refusals: readonly Diagnostic[]): Set<Ending> {
  const endings = new Set<Ending>();
  const isProtected = plan.diagnostics.some((item) => item.code === 'guard-protected');
  if (isProtected || refusals.some(isFinalRefusal)) endings.add('refused');
  const hasErrors = plan.diagnostics.some(
    (item) => item.severity === 'error' && item.code !== 'guard-protected',
  );
  if (plan.incomplete || hasErrors) endings.add('error');
  return endings;
}
