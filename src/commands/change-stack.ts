import type { Diagnostic } from '../core/diagnostic.ts';
import { durationText } from '../core/duration-text.ts';
import { TrueupError } from '../core/errors.ts';
import type { Emit, Event } from '../core/event.ts';
import type { Stack } from '../core/resource.ts';
import { VERSION } from '../core/version.ts';
import { applyPlan, type ApplyOutcome } from '../executor/apply.ts';
import { finishEarlierRuns } from '../executor/earlier-runs.ts';
import type { PlannedRun } from '../executor/make-plan.ts';
import { hasChanges, type Plan } from '../planner/plan.ts';
import type { HeldLock, LoadedState } from '../state/contract.ts';
import { renderOutputs } from '../views/human/outputs.ts';
import { renderPlan } from '../views/human/plan.ts';
import { text } from '../views/sanitize.ts';
import { isGithubRun } from './annotations.ts';
import type { CommandIo, Ending, Endings } from './command-io.ts';
import { connectForWriting, connectReadOnly, type Connected } from './connect.ts';
import type { ApplyFlags } from './flags.ts';
import { assertDeliverable, deliverGenerated } from './generated-secrets.ts';
import { lockWaitMs, parallelismOf } from './parse-flags.ts';
import { planRefusals, planRun, type PlanRequest } from './planning-run.ts';
import { unseenChanges } from './shown-plan.ts';
import { approvedPart, type SavedPlan } from './saved-plan.ts';
import {
  assertOrganization,
  connectInput,
  digesterOf,
  openSession,
  sourcesOf,
  type Session,
} from './session.ts';
import { listenForInterrupts, unlessStopped, type InterruptibleRun } from './stop-control.ts';
import type { Accounts, WritableAccounts } from '../executor/accounts.ts';

/** Events about a change that do not end it. */
const STILL_RUNNING: ReadonlySet<Event['type']> = new Set([
  'step-started',
  'change-waiting',
  'generated-secret',
]);

/** Locks, plans, shows, asks, applies. Exit conditions come back as endings. */
export async function runChanging(
  io: CommandIo,
  directory: string,
  flags: ApplyFlags,
  command: 'apply' | 'destroy',
  saved: SavedPlan | undefined,
  shown?: SavedPlan,
): Promise<Endings> {
  assertDeliverable(io, flags);
  const session = await openSession(io, directory, flags, command);
  const { reporting } = session;
  const running = new Set<string>();
  const stop = listenForInterrupts(io, () => {
    reporting.emit({ type: 'interrupted', running: running.size });
  });
  let lock: HeldLock | undefined;
  try {
    reporting.emit({ type: 'run-started', command, version: VERSION });
    const destroy = command === 'destroy' || saved?.mode === 'destroy';
    const sources = destroy || flags.skipSecrets === true ? 'skip' : 'resolve';
    const stack = await unlessStopped(stop, sourcesOf(session, sources));
    const waitMs = lockWaitMs(flags.lockTimeout);
    lock = await session.backend.lock(command, waitMs, stop.waits);
    const loaded = await unlessStopped(stop, session.backend.load());
    const emit = countingRunning(running, reporting.emit);
    return await planAndApply({
      session,
      flags,
      stack,
      loaded,
      lock,
      stop,
      destroy,
      saved,
      shown,
      emit,
    });
  } finally {
    stop.end();
    reporting.close();
    await lock?.release();
  }
}

interface Changing {
  readonly session: Session;
  readonly flags: ApplyFlags;
  readonly stack: Stack;
  readonly loaded: LoadedState;
  readonly lock: HeldLock;
  readonly stop: InterruptibleRun;
  readonly destroy: boolean;
  readonly saved: SavedPlan | undefined;
  /** What reviewers have seen: anything beyond it stops the apply. */
  readonly shown: SavedPlan | undefined;
  /** Where the events of the apply go. */
  readonly emit: Emit;
}

/** Passes events on and keeps the addresses of the changes that run at the moment. */
function countingRunning(running: Set<string>, emit: Emit): Emit {
  return (event) => {
    if (event.type === 'change-started') running.add(event.address);
    else if ('address' in event && !STILL_RUNNING.has(event.type)) running.delete(event.address);
    emit(event);
  };
}

async function planAndApply(work: Changing): Promise<Endings> {
  const { session, stack, loaded } = work;
  const { stop } = work;
  const input = connectInput(session, stack, loaded);
  // Planning holds accounts that cannot write; the writing ones are made when everything is decided.
  const reading = await connectReadOnly({ ...input, signal: stop.waits });
  let writing: Connected<WritableAccounts> | undefined;
  try {
    for (const note of reading.notes) session.reporting.note(`${note}\n`);
    const { accounts, ratePerSecond } = reading;
    const remembered = await unlessStopped(stop, rememberEarlierRuns(work, accounts));
    const request: PlanRequest = { ...remembered, accounts, ratePerSecond };
    const planned = await unlessStopped(stop, planRun(request));
    const decided = await decide(remembered, request, planned);
    if (decided.plan === undefined) return decided.endings;
    writing = await connectForWriting({ ...input, endpoints: reading.endpoints });
    const outcome = await applyPlan({
      ...applySettings(remembered, planned),
      plan: decided.plan,
      accounts: writing.accounts,
    });
    if (!work.destroy) await showOutputs(session);
    await tellGithub(session, outcome, work.destroy ? 'destroy' : 'plan');
    return endingsOf(outcome, decided.endings);
  } finally {
    await writing?.close();
    await reading.close();
  }
}

/** Loaded where a runner of GitHub takes what is told: nobody else waits for it. */
async function tellGithub(
  { io }: Session,
  told: Plan | ApplyOutcome,
  mode: 'plan' | 'destroy',
): Promise<void> {
  if (!isGithubRun(io)) return;
  const { tellOutcome, tellPlan } = await import('./github-actions.ts');
  if ('changes' in told) tellPlan(io, told, mode);
  else tellOutcome(io, told);
}

/** The work with what is known of interrupted runs, once their creates and deletes have ended. */
async function rememberEarlierRuns(work: Changing, accounts: Accounts): Promise<Changing> {
  const { session, stack, loaded, stop, destroy } = work;
  assertOrganization(stack, loaded, accounts.organizations);
  const { io, timing, reporting } = session;
  const { state, intents } = await finishEarlierRuns({
    stack,
    state: loaded.state,
    intents: loaded.intents,
    accounts,
    backend: session.backend,
    clock: io.clock,
    timing,
    stop,
    destroy,
    emit: reporting.emit,
    onWait: (addresses, msMax) => {
      const what = addresses.map((address) => text(address)).join(', ');
      reporting.note(
        `Waiting for what an interrupted run has begun, at most ${durationText(msMax)}: ${what}\n`,
      );
    },
  });
  return { ...work, loaded: { ...loaded, state, intents } };
}

/** The outputs as this apply left them, as Terraform ends. */
async function showOutputs(session: Session): Promise<void> {
  const { state } = await session.backend.load();
  if (Object.keys(state.outputs).length === 0) return;
  const { reporting } = session;
  reporting.result(`\nOutputs:\n\n${renderOutputs(state.outputs, reporting.style)}`);
}

function applySettings(
  work: Changing,
  planned: PlannedRun,
): Omit<Parameters<typeof applyPlan>[0], 'plan' | 'accounts'> {
  const { session, loaded, flags } = work;
  const { io, timing, redactor, reporting } = session;
  return {
    stack: work.stack,
    live: planned.live,
    readAtMs: planned.readAtMs,
    state: session.backend,
    lock: work.lock,
    prior: loaded.state,
    intents: loaded.intents,
    clock: io.clock,
    timing,
    parallelism: parallelismOf(flags.parallelism),
    attemptName: () => Buffer.from(io.random(9)).toString('base64url'),
    digester: digesterOf(session, loaded),
    redactor,
    emit: work.emit,
    stop: work.stop,
    deliverSecret: deliverGenerated(io, flags, reporting),
  };
}

interface Decision {
  /** What to apply; undefined when nothing is. */
  readonly plan: Plan | undefined;
  readonly endings: Set<Ending>;
}

/** Shows the plan and decides whether it is applied. */
async function decide(
  work: Changing,
  request: PlanRequest,
  planned: PlannedRun,
): Promise<Decision> {
  const { session, saved, destroy } = work;
  const { reporting } = session;
  const endings = new Set<Ending>();
  let { plan } = planned;
  if (saved !== undefined) {
    const part = matchSaved(work, request, planned, saved);
    plan = part.plan;
    if (part.skipped.length > 0) endings.add('stale');
    reporting.diagnostics(part.skipped.map(staleDiagnostic));
  }
  const mode = destroy ? 'destroy' : 'apply';
  reporting.result(
    renderPlan(plan, { style: reporting.style, mode, verbose: work.flags.verbose === true }),
  );
  await tellGithub(session, plan, destroy ? 'destroy' : 'plan');
  const refusals = planRefusals(request, { ...planned, plan });
  reporting.diagnostics([...plan.diagnostics, ...refusals]);
  const unseen = work.shown === undefined ? [] : unseenIn(work, request, plan, work.shown);
  reporting.diagnostics(unseen);
  if (unseen.length > 0) endings.add('stale');
  const stopped = stopBefore(work, plan, refusals, endings);
  if (stopped || unseen.length > 0) return { plan: undefined, endings };
  // With nothing to send the state may still have to learn what the manifest now says.
  if (!hasChanges(plan)) return { plan, endings };
  if (!(await isConfirmed(work, plan, request))) {
    endings.add('error');
    return { plan: undefined, endings };
  }
  return { plan, endings };
}

function stopBefore(
  work: Changing,
  plan: Plan,
  refusals: readonly Diagnostic[],
  endings: Set<Ending>,
): boolean {
  const isProtected = plan.diagnostics.some((item) => item.code === 'guard-protected');
  if (isProtected || refusals.length > 0) endings.add('refused');
  const hasErrors = plan.diagnostics.some(
    (item) => item.severity === 'error' && item.code !== 'guard-protected',
  );
  if (plan.incomplete || hasErrors) {
    endings.add(work.flags.allowIncomplete === true ? 'incomplete' : 'error');
    if (work.flags.allowIncomplete !== true) {
      work.session.reporting.diagnostics([
        {
          code: 'incomplete-plan',
          severity: 'error',
          message: 'nothing was applied: the plan is not complete',
          hint: 'mend the errors above, or apply the rest with `--allow-incomplete`',
        },
      ]);
    }
  }
  return endings.has('refused') || endings.has('error');
}

function matchSaved(
  work: Changing,
  request: PlanRequest,
  planned: PlannedRun,
  saved: SavedPlan,
): ReturnType<typeof approvedPart> {
  assertSameStack(work, request, saved);
  return approvedPart(planned.plan, saved);
}

/** One error for each change that goes beyond what was shown. */
function unseenIn(
  work: Changing,
  request: PlanRequest,
  plan: Plan,
  shown: SavedPlan,
): readonly Diagnostic[] {
  assertSameStack(work, request, shown);
  return unseenChanges(plan, shown).map(({ address, why }) => ({
    code: 'plan-file-stale',
    severity: 'error',
    address,
    message: `${address} is new: ${why}`,
    hint: 'nothing was applied; plan again and show it, or apply without --shown',
  }));
}

function assertSameStack(work: Changing, request: PlanRequest, saved: SavedPlan): void {
  const { stack, loaded } = work;
  const isSame =
    saved.stack === stack.name &&
    saved.environment === stack.environment &&
    (saved.lineage === null || saved.lineage === loaded.state.lineage);
  if (!isSame) {
    throw new TrueupError(
      'plan-file-invalid',
      `the plan file is of stack '${saved.stack}', environment '${saved.environment}', not of this one`,
    );
  }
  for (const [provider, { id, name }] of Object.entries(request.accounts.organizations)) {
    const shown = saved.organizations.get(provider);
    // A plan of a state that has not been applied yet knows of no organization.
    if (shown === id || (saved.offline && shown === undefined)) continue;
    throw new TrueupError(
      'plan-file-invalid',
      `the plan file is of another organization than '${name}' (${id})`,
      { hint: 'use the credential that the plan was made with, or make a new plan' },
    );
  }
}

function staleDiagnostic(item: { readonly address: string; readonly why: string }): Diagnostic {
  return {
    code: 'plan-file-stale',
    severity: 'warning',
    address: item.address,
    message: `${item.address} is skipped: ${item.why}`,
    hint: 'plan again to approve it as it is now',
  };
}

async function isConfirmed(work: Changing, plan: Plan, request: PlanRequest): Promise<boolean> {
  const { session, flags, destroy, loaded, saved } = work;
  const { io, reporting } = session;
  const first = loaded.fresh
    ? `This is the first apply of this state, to the ${named(request.accounts.organizations)}.\n`
    : '';
  if (flags.autoApprove === true || (saved !== undefined && !loaded.fresh)) {
    if (first !== '') reporting.note(first);
    return true;
  }
  reporting.pause();
  if (!io.canAsk || reporting.json) {
    reporting.diagnostics([
      {
        code: 'confirmation-refused',
        severity: 'error',
        message: reporting.json
          ? '--json shows no plan to be asked about; nothing was applied'
          : 'there is no terminal to ask on; nothing was applied',
        hint: 'pass `--auto-approve`, or apply a saved plan',
      },
    ]);
    return false;
  }
  const wanted = destroy ? plan.stack : 'yes';
  const question = destroy
    ? `Destroy all of the above? Type the name of the stack, '${wanted}', to go on: `
    : `${first}Apply these changes? Only 'yes' is accepted: `;
  const answer = await io.ask(`\n${question}`);
  if (answer.trim() === wanted) return true;
  io.stderr.write('Nothing was applied.\n');
  return false;
}

/** `organization 'A'`, or with their providers where there are several. */
function named(organizations: Accounts['organizations']): string {
  const all = Object.entries(organizations);
  if (all.length === 1) return `organization '${all.map(([, { name }]) => text(name)).join('')}'`;
  const list = all.map(([provider, { name }]) => `'${text(name)}' (${provider})`);
  return `organizations ${list.join(' and ')}`;
}

function endingsOf(outcome: ApplyOutcome, before: ReadonlySet<Ending>): Endings {
  const endings = new Set<Ending>(before);
  if (outcome.interrupted) endings.add('interrupted');
  if (outcome.failed + outcome.blocked + outcome.notStarted > 0) endings.add('incomplete');
  if (outcome.skipped > 0) endings.add('stale');
  if (outcome.problems.some((item) => item.code === 'guard-new-content')) endings.add('refused');
  return endings;
}
