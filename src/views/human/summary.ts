import type { Estimate, Plan, PlanCounts, UnmanagedEntry } from '../../planner/plan.ts';
import { roughly } from '../duration.ts';
import { count } from '../plural.ts';
import { quoted, text } from '../sanitize.ts';
import type { Style } from '../style.ts';

/** `Plan: 1 to import, 2 to add, 1 to change, 0 to destroy, 1 to move.` */
export function countsText(counts: PlanCounts): string {
  const parts = [
    ...optional(counts.import, 'import'),
    `${counts.add} to add`,
    `${counts.change} to change`,
    `${counts.destroy} to destroy`,
    ...optional(counts.move, 'move'),
    ...optional(counts.forget, 'forget'),
  ];
  return `Plan: ${parts.join(', ')}.`;
}

function optional(number: number, verb: string): readonly string[] {
  return number === 0 ? [] : [`${number} to ${verb}`];
}

/** `About 14 requests, 5 min.` */
export function estimateText(estimate: Estimate): string {
  return `About ${count(estimate.requests, 'request')}, ${roughly(estimate.durationMs)}.`;
}

/** Resources about which nothing could be concluded; empty where there are none. */
export function undeterminedLines(plan: Plan, style: Style): string[] {
  if (plan.undetermined.length === 0) return [];
  const resources = count(plan.undetermined.length, 'resource');
  return [
    style.bold(style.yellow(`Undetermined: ${resources} could not be planned, so left alone:`)),
    ...plan.undetermined.map(
      (entry) => `  ${style.yellow('?')} ${text(entry.address)}: ${text(entry.because)}`,
    ),
    '',
  ];
}

/** Live objects no entry stands for; `verbose` lists every one. Empty where there are none. */
export function unmanagedLines(
  unmanaged: readonly UnmanagedEntry[],
  style: Style,
  verbose: boolean,
  flag = '--verbose',
): string[] {
  if (unmanaged.length === 0) return [];
  const objects = count(unmanaged.length, 'object');
  const told = `${style.bold('Unmanaged:')} ${objects} of the account not in these manifests, left alone`;
  if (!verbose) return [`${told} (\`${flag}\` lists them).`, ''];
  return [
    `${told}:`,
    ...unmanaged.map(
      (entry) =>
        `    ${text(entry.type)} ${quoted(entry.name)} ${style.dim(`[id=${text(entry.id)}]`)}`,
    ),
    '',
  ];
}
