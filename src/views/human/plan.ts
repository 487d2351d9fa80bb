import { countChanges } from '../../planner/plan.ts';
import type { DriftEntry, Plan, ResourceChange } from '../../planner/plan.ts';
import { count } from '../plural.ts';
import { dottedPath } from '../pointer.ts';
import { text } from '../sanitize.ts';
import type { Style } from '../style.ts';
import { changeLines } from './change.ts';
import { renderDrift } from './drift.ts';
import { changedOutputs, outputChangeLines } from './output-changes.ts';
import { riskLines } from './risk.ts';
import { countsText, estimateText, undeterminedLines, unmanagedLines } from './summary.ts';
import { legendLines } from './wording.ts';

export interface PlanViewOptions {
  readonly style: Style;
  readonly mode: 'plan' | 'apply' | 'destroy' | 'drift';
  /** Lists every unmanaged object. */
  readonly verbose?: boolean;
  /** The plan was made of the state alone. */
  readonly offline?: boolean;
}

/**
 * The plan for a human, in Terraform's symbols and sentences, ending with a line break. Left to
 * the caller, who prints them to stderr: `plan.diagnostics`.
 */
export function renderPlan(plan: Plan, options: PlanViewOptions): string {
  if (options.mode === 'drift') return renderDrift(plan, options);
  const { style } = options;
  const acting = plan.changes.filter(isActing);
  const lines: string[] = [];
  const add = (more: readonly string[]): void => {
    // No spread into push: a plan of 100 000 creates overflows the stack that way.
    for (const line of more) lines.push(line);
  };
  add(riskLines(acting, style));
  add(actionLines(acting, style));
  add(unchangedLines(plan.changes, style));
  add(driftNoteLines(plan.drift, style));
  add(outputChangeLines(plan.outputs, style));
  add(undeterminedLines(plan, style));
  if (options.mode !== 'destroy') {
    add(unmanagedLines(plan.unmanaged, style, options.verbose === true));
  }
  add(closingLines(plan, options));
  return `${lines.join('\n')}\n`;
}

/** Whether applying the change does something, to the API or to the state. */
function isActing(change: ResourceChange): boolean {
  return change.action !== 'no-op' || change.importing !== undefined;
}

/** Resources that stay as they are and have something to say about it. */
function unchangedLines(changes: readonly ResourceChange[], style: Style): string[] {
  return changes
    .filter((change) => !isActing(change) && change.notes.length > 0)
    .flatMap((change) => [...changeLines(change, style), '']);
}

function actionLines(changes: readonly ResourceChange[], style: Style): string[] {
  if (changes.length === 0) return [];
  const legend = legendLines(new Set(changes.map((change) => change.action)), style);
  const lines: string[] = [];
  if (legend.length > 0) {
    lines.push('Actions are indicated with the following symbols:', ...legend, '');
    lines.push('trueup will perform the following actions:', '');
  }
  for (const change of changes) {
    // One entry a change: a plan of 100 000 creates has a million lines.
    lines.push(`${changeLines(change, style).join('\n')}\n`);
  }
  return lines;
}

/** One line an object; `drift` shows the values. */
function driftNoteLines(drift: readonly DriftEntry[], style: Style): string[] {
  const drifted = drift.filter((entry) => entry.action !== 'pending');
  if (drifted.length === 0) return [];
  const objects = count(drifted.length, 'object');
  const verb = drifted.length === 1 ? 'has' : 'have';
  return [
    `${style.bold(style.cyan('Note:'))} ${objects} ${verb} changed outside of trueup since the last apply:`,
    ...drifted.map((entry) => `  ${text(entry.address)}: ${driftText(entry)}`),
    '',
  ];
}

function driftText(entry: DriftEntry): string {
  if (entry.action === 'gone') return 'deleted';
  return entry.fields.map((field) => text(dottedPath(field.pointer))).join(', ');
}

function closingLines(plan: Plan, options: PlanViewOptions): string[] {
  const { style } = options;
  const partial = plan.partial ? ['This plan is partial: some resources were left out.'] : [];
  const acting = plan.changes.some(isActing);
  if (!acting && changedOutputs(plan.outputs).length === 0) {
    return [noChangesText(plan, options), ...partial];
  }
  const counts = style.bold(countsText(countChanges(plan.changes)));
  return [counts, ...(plan.estimate.requests > 0 ? [estimateText(plan.estimate)] : []), ...partial];
}

function noChangesText(plan: Plan, options: PlanViewOptions): string {
  const { style } = options;
  if (plan.incomplete || plan.undetermined.length > 0) {
    return style.yellow(style.bold('No changes in what could be read; the rest is undetermined.'));
  }
  if (options.mode === 'destroy') {
    return style.green(style.bold('No changes. There is nothing to destroy.'));
  }
  if (plan.partial) {
    return style.green(style.bold('No changes. What was planned matches the manifests.'));
  }
  if (options.offline === true) {
    return style.green(style.bold('No changes. The state matches the manifests.'));
  }
  return style.green(style.bold('No changes. Your account matches the manifests.'));
}
