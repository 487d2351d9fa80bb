import { VERSION } from '../core/version.ts';
import { renderDrift } from '../views/human/drift.ts';
import { planJson } from '../views/json/plan-json.ts';
import { jsonText } from '../views/sanitize.ts';
import type { CommandIo, Ending, Endings } from './command-io.ts';
import { connectPartly } from './connect.ts';
import type { AccountFlags } from './flags.ts';
import { usage } from './parse-flags.ts';
import { planRun } from './planning-run.ts';
import { connectInput, openSession, sourcesOf } from './session.ts';

export interface DriftFlags extends AccountFlags {
  readonly format?: string;
}

/**
 * `trueup drift`: what changed outside of the manifests since the last apply, apart from what is
 * merely not applied yet. Needs no secret sources; sends nothing but GET.
 */
export async function runDrift(
  io: CommandIo,
  directory: string,
  flags: DriftFlags,
): Promise<Endings> {
  const format = flags.format ?? 'human';
  if (format !== 'human' && format !== 'json')
    throw usage(`--format takes human or json, not '${format}'`);
  const session = await openSession(io, directory, flags, 'plan');
  const { reporting } = session;
  try {
    reporting.emit({ type: 'run-started', command: 'drift', version: VERSION });
    const stack = await sourcesOf(session, 'skip');
    const loaded = await session.backend.load();
    const { accounts, ratePerSecond, notes, close } = await connectPartly(
      connectInput(session, stack, loaded),
    );
    try {
      for (const note of notes) reporting.note(`${note}\n`);
      const { plan } = await planRun({
        session,
        flags,
        stack,
        loaded,
        accounts,
        ratePerSecond,
        destroy: false,
      });
      reporting.close();
      if (format === 'json')
        io.stdout.write(`${jsonText(planJson(plan, { version: VERSION, mode: 'drift' }), 2)}\n`);
      else
        reporting.result(
          renderDrift(plan, { style: reporting.style, verbose: flags.verbose === true }),
        );
      const unread = plan.diagnostics.filter((item) => item.code === 'inventory-incomplete');
      reporting.diagnostics(unread);
      const endings = new Set<Ending>();
      if (unread.length > 0) endings.add('error');
      if (plan.drift.some((entry) => entry.action !== 'pending')) endings.add('changes');
      return endings;
    } finally {
      await close();
    }
  } finally {
    reporting.close();
  }
}
