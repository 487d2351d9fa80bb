import type { Event } from '../../core/event.ts';
import type { Style } from '../style.ts';

type ApplyDone = Extract<Event, { readonly type: 'apply-done' }>;

export interface SummaryOptions {
  readonly style: Style;
  readonly command: 'apply' | 'destroy';
  /** Objects taken into the state, which `apply-done` does not count apart. */
  readonly imported: number;
}

/**
 * `Apply complete! Resources: 2 added, 1 changed, 0 destroyed.`, or, where anything is left,
 * `Apply incomplete: 3 applied, 1 failed, 2 blocked, 4 not started.` Ends with a line break.
 */
export function renderApplySummary(done: ApplyDone, options: SummaryOptions): string {
  const { style } = options;
  const name = options.command === 'apply' ? 'Apply' : 'Destroy';
  if (done.failed + done.blocked + done.skipped + done.notStarted > 0) {
    const skipped = done.skipped === 0 ? '' : `${done.skipped} skipped as stale, `;
    const rest = `${done.blocked} blocked, ${skipped}${done.notStarted} not started`;
    const counts = `${done.applied} applied, ${done.failed} failed, ${rest}`;
    return `\n${style.red(style.bold(`${name} incomplete: ${counts}.`))}\n`;
  }
  const imported = options.imported === 0 ? '' : `${options.imported} imported, `;
  const changed = `${done.add} added, ${done.change} changed, ${done.destroy} destroyed`;
  const counts =
    options.command === 'apply' ? `${imported}${changed}` : `${done.destroy} destroyed`;
  return `\n${style.green(style.bold(`${name} complete! Resources: ${counts}.`))}\n`;
}
