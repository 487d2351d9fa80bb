import type { Diagnostic } from '../core/diagnostic.ts';
import { VERSION } from '../core/version.ts';
import { asDrift, newsOf, withChangedBy } from '../planner/drift-report.ts';
import type { Plan } from '../planner/plan.ts';
import { PROVIDERS } from '../providers/registry.ts';
import { renderDrift } from '../views/human/drift.ts';
import { planJson } from '../views/json/plan-json.ts';
import { renderMarkdownPlan } from '../views/markdown/plan.ts';
import { jsonText } from '../views/sanitize.ts';
import type { CommandIo, Ending, Endings } from './command-io.ts';
import { connectPartly } from './connect.ts';
import { readHistory } from './drift-history.ts';
import type { AccountFlags } from './flags.ts';
import { tellPlan } from './github-actions.ts';
import { usage } from './parse-flags.ts';
import { noteRunning, planRun } from './planning-run.ts';
import { connectInput, openSession, sourcesOf, type Session } from './session.ts';

export interface DriftFlags extends AccountFlags {
  readonly format?: string;
  readonly unmanaged?: boolean;
}

/**
 * `trueup drift`: what changed outside of the manifests since the last apply, apart from what was
 * agreed to and from what is merely not applied yet. Ends with `changes` for drift that nobody
 * agreed to, and for nothing else. Needs no secret sources; sends nothing but GET.
 */
export async function runDrift(
  io: CommandIo,
  directory: string,
  flags: DriftFlags,
): Promise<Endings> {
  const format = flags.format ?? 'human';
  if (!['human', 'json', 'markdown'].includes(format)) {
    throw usage(`--format takes human, json or markdown, not '${format}'`);
  }
  const session = await openSession(io, directory, flags, 'plan');
  try {
    const { plan, hidden } = await readDrift(session, flags);
    session.reporting.close();
    show(session, plan, format, flags);
    tellPlan(io, plan, 'drift');
    return endingsOf(session, plan, hidden);
  } finally {
    session.reporting.close();
  }
}

interface Drift {
  readonly plan: Plan;
  /** Resources of the state about which nothing could be concluded. */
  readonly hidden: Plan['undetermined'];
}

async function readDrift(session: Session, flags: DriftFlags): Promise<Drift> {
  const { reporting } = session;
  reporting.emit({ type: 'run-started', command: 'drift', version: VERSION });
  const stack = await sourcesOf(session, 'skip');
  const loaded = await session.backend.load();
  const { accounts, ratePerSecond, notes, close } = await connectPartly(
    connectInput(session, stack, loaded),
  );
  try {
    for (const note of notes) reporting.note(`${note}\n`);
    noteRunning(session, loaded);
    const request = { session, flags, stack, loaded, accounts, ratePerSecond, destroy: false };
    const planned = await planRun(request);
    const { resources } = loaded.state;
    const plan = asDrift(planned.plan, resources);
    const { who, warnings } = await readHistory(plan, accounts, PROVIDERS, resources);
    reporting.diagnostics(warnings);
    const hidden = plan.undetermined.filter(({ address }) => Object.hasOwn(resources, address));
    return { plan: withChangedBy(plan, who), hidden };
  } finally {
    await close();
  }
}

function show({ io, reporting }: Session, plan: Plan, format: string, flags: DriftFlags): void {
  if (format === 'json') {
    io.stdout.write(`${jsonText(planJson(plan, { version: VERSION, mode: 'drift' }), 2)}\n`);
  } else if (format === 'markdown') {
    io.stdout.write(renderMarkdownPlan(plan, 'drift'));
  } else {
    const verbose = flags.unmanaged === true || flags.verbose === true;
    reporting.result(renderDrift(plan, { style: reporting.style, verbose }));
  }
}

function endingsOf({ reporting }: Session, plan: Plan, hidden: Drift['hidden']): Endings {
  const unread = plan.diagnostics.filter((item) => item.code === 'inventory-incomplete');
  reporting.diagnostics(unread);
  // A list that was not whole says why already.
  if (unread.length === 0) reporting.diagnostics(hidden.map(untold));
  const endings = new Set<Ending>();
  // Not being able to look is not being clean.
  if (unread.length + hidden.length > 0) endings.add('error');
  if (newsOf(plan).length > 0) endings.add('changes');
  return endings;
}

function untold({ address, because }: Plan['undetermined'][number]): Diagnostic {
  const message = `whether ${address} has drifted cannot be told: ${because}`;
  return { code: 'dependency-incomplete', severity: 'error', address, message };
}
