import type { Event, Verb } from '../../core/event.ts';
import type { Style } from '../style.ts';
import { renderApplySummary } from './apply-summary.ts';
import { stillText } from './change-line.ts';
import { renderDiagnostic } from './diagnostic.ts';
import { eventText } from './event-text.ts';
import type { EventOf, LineOptions } from './run-line.ts';

/** A change that is still being waited for says so once per this time. */
const STILL_MS = 10_000;

export interface ApplyLogOptions extends LineOptions {
  /** Progress: whole lines, each with its line break. */
  readonly log: (text: string) => void;
  /** Of the summary, which may go elsewhere than the log; without it that of the log. */
  readonly resultStyle?: Style;
  /** The final summary: the result of the run. */
  readonly result: (text: string) => void;
  readonly command: 'apply' | 'destroy';
}

export interface ApplyLog {
  readonly event: (event: Event) => void;
}

type Failure = EventOf<'change-failed' | 'change-skipped'>;

interface Running {
  readonly verb: Verb;
  /** Ten-second periods of waiting that were told. */
  told: number;
}

/** Turns events into plain lines in Terraform's wording, and `apply-done` into the summary. */
export function createApplyLog(options: ApplyLogOptions): ApplyLog {
  const running = new Map<string, Running>();
  const failures: Failure[] = [];
  let imported = 0;

  function note(event: Event): void {
    if (event.type === 'change-started') {
      running.set(event.address, { verb: event.verb, told: 0 });
    } else if (event.type === 'change-done') {
      running.delete(event.address);
      if (event.verb === 'importing') imported += 1;
    } else if (event.type === 'change-failed' || event.type === 'change-skipped') {
      running.delete(event.address);
      failures.push(event);
    }
  }

  function waiting(event: EventOf<'change-waiting'>): string | undefined {
    const change = running.get(event.address);
    const period = Math.floor(event.elapsedMs / STILL_MS);
    if (options.live || period <= (change?.told ?? 0)) return undefined;
    if (change !== undefined) change.told = period;
    return stillText(event, change?.verb, options.style);
  }

  return {
    event(event) {
      note(event);
      const line = event.type === 'change-waiting' ? waiting(event) : eventText(event, options);
      if (line !== undefined) options.log(`${line}\n`);
      if (event.type !== 'apply-done') return;
      if (failures.length > 0) options.log(failuresText(failures, options.style));
      const { command, style, resultStyle = style } = options;
      options.result(renderApplySummary(event, { command, imported, style: resultStyle }));
    },
  };
}

/** What went wrong, in full, once more at the end where it is not scrolled away. */
function failuresText(failures: readonly Failure[], style: Style): string {
  return failures
    .map(({ diagnostic, address }) => renderDiagnostic({ address, ...diagnostic }, style))
    .map((block) => `\n${block}`)
    .join('');
}
