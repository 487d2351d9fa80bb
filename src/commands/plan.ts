import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { VERSION } from '../core/version.ts';
import type { Diagnostic } from '../core/diagnostic.ts';
import { hasChanges, type Plan } from '../planner/plan.ts';
import type { Organization } from '../providers/contract.ts';
import type { LoadedState } from '../state/contract.ts';
import { renderPlan } from '../views/human/plan.ts';
import { planJson } from '../views/json/plan-json.ts';
import { BYTES_MIN, COMMENT_BYTES, renderMarkdownPlan } from '../views/markdown/plan.ts';
import { jsonText, text } from '../views/sanitize.ts';
import type { CommandIo, Endings } from './command-io.ts';
import { connectPartly } from './connect.ts';
import type { PlanFlags } from './flags.ts';
import { tellPlan } from './github-actions.ts';
import { assertMatched } from './matched-flags.ts';
import { usage } from './parse-flags.ts';
import { isFinalRefusal, noteRunning, planEndings, planRefusals, planRun } from './planning-run.ts';
import { savedPlan } from './saved-plan.ts';
import { connectInput, openSession, sourcesOf, type Session } from './session.ts';
import { unwritable } from './unwritable.ts';

export interface PlanCommandFlags extends PlanFlags {
  readonly out?: string;
  readonly format?: string;
  readonly destroy?: boolean;
  readonly detailedExitcode?: boolean;
  /** Size of the Markdown. */
  readonly maxBytes?: string;
  /** Against the state alone, without any request. */
  readonly offline?: boolean;
}

/** `trueup plan`: shows what an apply would do. Sends nothing but GET, takes no lock. */
export async function runPlan(
  io: CommandIo,
  directory: string,
  flags: PlanCommandFlags,
): Promise<Endings> {
  const format = flags.format ?? 'human';
  if (!['human', 'json', 'markdown'].includes(format)) {
    throw usage(`--format takes human, json or markdown, not '${format}'`);
  }
  markdownBytesOf(flags.maxBytes);
  const session = await openSession(io, directory, flags, 'plan');
  try {
    return await planAndShow(session, flags, format);
  } finally {
    session.reporting.close();
  }
}

async function planAndShow(
  session: Session,
  flags: PlanCommandFlags,
  format: string,
): Promise<Endings> {
  const { reporting, io } = session;
  reporting.emit({ type: 'run-started', command: 'plan', version: VERSION });
  const planned = await planWanted(session, flags);
  const { plan, basis } = planned;
  const options = basis === undefined ? {} : { basis };
  reporting.close();
  const mode = flags.destroy === true ? 'destroy' : 'plan';
  if (format === 'json')
    io.stdout.write(`${jsonText(planJson(plan, { version: VERSION, mode }), 2)}\n`);
  else if (format === 'markdown') {
    const bytesMax = markdownBytesOf(flags.maxBytes);
    io.stdout.write(renderMarkdownPlan(plan, mode, { ...options, bytesMax }));
  } else
    reporting.result(
      renderPlan(plan, {
        style: reporting.style,
        mode,
        verbose: flags.verbose === true,
        offline: basis !== undefined,
      }),
    );
  tellPlan(io, plan, mode, options);
  reporting.diagnostics([...plan.diagnostics, ...planned.refusals.filter(isFinalRefusal)]);
  if (basis !== undefined) reporting.note(`${basis}\n`);
  if (flags.out !== undefined) save(session, flags.out, planned, mode);
  const endings = planEndings(plan, planned.refusals);
  if (flags.detailedExitcode === true && hasChanges(plan)) endings.add('changes');
  return endings;
}

interface Planned {
  readonly plan: Plan;
  readonly refusals: readonly Diagnostic[];
  readonly loaded: LoadedState;
  readonly organizations: Readonly<Record<string, Organization>>;
  /** What an offline plan was made of. */
  readonly basis?: string;
}

async function planWanted(session: Session, flags: PlanCommandFlags): Promise<Planned> {
  const { reporting } = session;
  const destroy = flags.destroy === true;
  const skipped = flags.skipSecrets === true || flags.offline === true || destroy;
  const stack = await sourcesOf(session, skipped ? 'skip' : 'resolve');
  const loaded = await session.backend.load();
  if (flags.offline === true) {
    const request = { session, flags, stack, loaded, destroy };
    assertMatched(request);
    // Loaded where it is asked for.
    const { planOffline } = await import('./offline-plan.ts');
    const planned = await planOffline(request);
    const { plan, basis } = planned;
    const organizations = recordedOrganizations(loaded);
    return { plan, basis, refusals: planRefusals(request, planned), loaded, organizations };
  }
  const { accounts, ratePerSecond, notes, close } = await connectPartly(
    connectInput(session, stack, loaded),
  );
  try {
    for (const note of notes) reporting.note(`${note}\n`);
    noteRunning(session, loaded);
    const request = { session, flags, stack, loaded, accounts, ratePerSecond, destroy };
    const planned = await planRun(request);
    const refusals = planRefusals(request, planned);
    return { plan: planned.plan, refusals, loaded, organizations: accounts.organizations };
  } finally {
    await close();
  }
}

function recordedOrganizations({ state }: LoadedState): Readonly<Record<string, Organization>> {
  return Object.fromEntries(
    Object.entries(state.providers).map(([provider, { organization }]) => [
      provider,
      { id: organization, name: organization },
    ]),
  );
}

function save(session: Session, out: string, planned: Planned, mode: 'plan' | 'destroy'): void {
  const { plan, loaded, organizations, basis } = planned;
  const isOffline = basis !== undefined;
  const content = savedPlan(plan, loaded, organizations, mode, isOffline);
  try {
    writeFileSync(resolve(session.io.cwd, out), content, { mode: 0o600 });
  } catch (error) {
    throw unwritable('--out', out, error);
  }
  const use = isOffline
    ? `Apply nothing but what it shows with: trueup apply --shown ${text(out)}`
    : `Apply exactly this with: trueup apply ${text(out)}`;
  session.reporting.note(`Saved to ${text(out)}. ${use}\n`);
}

function markdownBytesOf(bytes: string | undefined): number {
  if (bytes === undefined) return COMMENT_BYTES;
  const value = Number(bytes);
  if (Number.isSafeInteger(value) && value >= BYTES_MIN) return value;
  throw usage(`--max-bytes takes a number from ${BYTES_MIN} on, not '${bytes}'`);
}
