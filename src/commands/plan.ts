import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { VERSION } from '../core/version.ts';
import { hasChanges } from '../planner/plan.ts';
import { renderPlan } from '../views/human/plan.ts';
import { planJson } from '../views/json/plan-json.ts';
import { renderMarkdownPlan } from '../views/markdown/plan.ts';
import { jsonText, text } from '../views/sanitize.ts';
import type { CommandIo, Endings } from './command-io.ts';
import { connectPartly } from './connect.ts';
import type { PlanFlags } from './flags.ts';
import { usage } from './parse-flags.ts';
import { isFinalRefusal, planEndings, planRefusals, planRun } from './planning-run.ts';
import { savedPlan } from './saved-plan.ts';
import { connectInput, openSession, sourcesOf, type Session } from './session.ts';

export interface PlanCommandFlags extends PlanFlags {
  readonly out?: string;
  readonly format?: string;
  readonly destroy?: boolean;
  readonly detailedExitcode?: boolean;
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
  const destroy = flags.destroy === true;
  const stack = await sourcesOf(
    session,
    flags.skipSecrets === true || destroy ? 'skip' : 'resolve',
  );
  const loaded = await session.backend.load();
  const { accounts, ratePerSecond, notes, close } = await connectPartly(
    connectInput(session, stack, loaded),
  );
  try {
    for (const note of notes) reporting.note(`${note}\n`);
    if (loaded.lock !== undefined) {
      reporting.note(
        `An apply is running (${text(`${loaded.lock.user}@${loaded.lock.host}`)}, pid ${loaded.lock.pid}): this plan may change under it.\n`,
      );
    }
    const request = { session, flags, stack, loaded, accounts, ratePerSecond, destroy };
    const planned = await planRun(request);
    const refusals = planRefusals(request, planned);
    const { plan } = planned;
    reporting.close();
    const mode = destroy ? 'destroy' : 'plan';
    if (format === 'json')
      io.stdout.write(`${jsonText(planJson(plan, { version: VERSION, mode }), 2)}\n`);
    else if (format === 'markdown') io.stdout.write(renderMarkdownPlan(plan, mode));
    else
      reporting.result(
        renderPlan(plan, { style: reporting.style, mode, verbose: flags.verbose === true }),
      );
    reporting.diagnostics([...plan.diagnostics, ...refusals.filter(isFinalRefusal)]);
    if (flags.out !== undefined) {
      const path = resolve(io.cwd, flags.out);
      writeFileSync(path, savedPlan(plan, loaded, accounts.organizations, mode), { mode: 0o600 });
      reporting.note(
        `Saved to ${text(flags.out)}. Apply exactly this with: trueup apply ${text(flags.out)}\n`,
      );
    }
    const endings = planEndings(plan, refusals);
    if (flags.detailedExitcode === true && hasChanges(plan)) endings.add('changes');
    return endings;
  } finally {
    await close();
  }
}
