import type { Diagnostic } from '../../core/diagnostic.ts';
import { newsOf } from '../../planner/drift-report.ts';
import { countChanges, hasChanges, type Plan, type ResourceChange } from '../../planner/plan.ts';
import { changeLines } from '../human/change.ts';
import { renderDrift } from '../human/drift.ts';
import { changedOutputs, outputChangeLines } from '../human/output-changes.ts';
import { countsText, estimateText, undeterminedLines } from '../human/summary.ts';
import { actionSymbol } from '../human/wording.ts';
import { renderDiagnostic } from '../human/diagnostic.ts';
import { count } from '../plural.ts';
import { dottedPath } from '../pointer.ts';
import { text } from '../sanitize.ts';
import { createStyle } from '../style.ts';
import { diffLine } from './diff-line.ts';
import { foldSections, type Folded, type Row, type Section } from './fold.ts';
import { markerLine } from './marker.ts';
import { riskSection } from './risk.ts';
import { bytesOf, codeSpan, cut, diffBlock, htmlCode } from './text.ts';

export interface MarkdownOptions {
  /** UTF-8 bytes of the whole; what does not fit is cut, and said so. */
  readonly bytesMax?: number;
  /** What the plan was made of, where that is not the live account. */
  readonly basis?: string;
}

/** What a comment of GitHub takes: 65 536, less what `trueup comment` puts around it. */
export const COMMENT_BYTES = 65_000;
/** Less than this shows nothing of use. */
export const BYTES_MIN = 2_000;
/** What is told of errors above the fold. */
const ERROR_BYTES_MAX = 4_000;
const LINE_CHARS_MAX = 2_000;
/** Room for the lines that tell what was cut. */
const CLOSING_BYTES = 400;

const style = createStyle({ color: false });

/**
 * The plan for a comment or a step summary: totals, what needs a second look, and the rest folded
 * by kind. Every name and value stands in a code span or a fenced block, so none of them is
 * Markdown, HTML, a mention or a reference. Never longer than `bytesMax`.
 */
export function renderMarkdownPlan(
  plan: Plan,
  mode: 'plan' | 'destroy' | 'drift',
  options: MarkdownOptions = {},
): string {
  const bytesMax = Math.max(BYTES_MIN, options.bytesMax ?? COMMENT_BYTES);
  const head = headOf(plan, mode, options.basis);
  const sections = mode === 'drift' ? driftSections(plan) : planSections(plan);
  const acting = mode === 'drift' ? [] : plan.changes.filter(isActing);
  const errors = errorsText(errorsIn(plan, mode), Math.min(ERROR_BYTES_MAX, bytesMax / 4));
  // Never cut for what is folded: it takes all the room there is.
  const room = bytesMax - bytesOf(head) - CLOSING_BYTES;
  const risks = riskSection(acting, room - bytesOf(errors));
  const folded = foldSections(sections, room - bytesOf(errors) - bytesOf(risks));
  const body = folded.map((section) => section.markdown).join('');
  return `${head}${risks}${errors}${body}${closingOf(folded, bytesMax)}`;
}

function headOf(plan: Plan, mode: 'plan' | 'destroy' | 'drift', basis: string | undefined): string {
  const nothing = isNothing(plan, mode);
  const marker = markerLine({ stack: plan.stack, environment: plan.environment, nothing });
  const name = mode === 'drift' ? 'drift' : mode === 'destroy' ? 'plan to destroy' : 'plan';
  const environment = plan.environment === 'default' ? '' : ` / ${codeSpan(plan.environment)}`;
  const notes = [
    ...(basis === undefined ? [] : [basis]),
    ...(plan.partial && mode !== 'drift'
      ? ['This plan is partial: some resources were left out.']
      : []),
    ...(plan.unmanaged.length > 0 && mode === 'plan'
      ? [
          `${count(plan.unmanaged.length, 'object')} of the account not in these manifests, left alone.`,
        ]
      : []),
  ];
  return [
    marker,
    `### trueup ${name}: ${codeSpan(plan.stack)}${environment}`,
    '',
    `**${totalsOf(plan, mode)}**${estimateOf(plan, mode)}`,
    '',
    ...notes.flatMap((note) => [note, '']),
    '',
  ].join('\n');
}

/** Notes and warnings alone are nothing to bother anybody with. */
function isNothing(plan: Plan, mode: 'plan' | 'destroy' | 'drift'): boolean {
  if (plan.incomplete || errorsIn(plan, mode).length > 0) return false;
  if (mode === 'drift') return newsOf(plan).length === 0;
  return plan.undetermined.length === 0 && !hasChanges(plan) && !plan.changes.some(isActing);
}

/** Of what cannot be planned, `drift` tells only what could not be read. */
function errorsIn(
  { diagnostics }: Plan,
  mode: 'plan' | 'destroy' | 'drift',
): readonly Diagnostic[] {
  const errors = diagnostics.filter((item) => item.severity === 'error');
  return mode === 'drift' ? errors.filter((item) => item.code === 'inventory-incomplete') : errors;
}

function totalsOf(plan: Plan, mode: 'plan' | 'destroy' | 'drift'): string {
  if (mode === 'drift') {
    const drifted = newsOf(plan).length;
    return drifted === 0
      ? 'No drift.'
      : `Drift: ${count(drifted, 'object')} changed outside of trueup.`;
  }
  const acting = plan.changes.some(isActing) || changedOutputs(plan.outputs).length > 0;
  if (acting) return countsText(countChanges(plan.changes));
  return plan.incomplete || plan.undetermined.length > 0
    ? 'No changes in what could be read; the rest is undetermined.'
    : 'No changes.';
}

function estimateOf({ estimate }: Plan, mode: 'plan' | 'destroy' | 'drift'): string {
  return mode === 'drift' || estimate.requests === 0 ? '' : ` ${estimateText(estimate)}`;
}

function isActing(change: ResourceChange): boolean {
  return change.action !== 'no-op' || change.importing !== undefined;
}

/** Errors of the plan, above the fold. */
function errorsText(errors: readonly Diagnostic[], bytesMax: number): string {
  if (errors.length === 0) return '';
  const lines: string[] = [];
  let [left, shown] = [bytesMax, 0];
  for (const error of errors) {
    const own = renderDiagnostic(error, style).trimEnd().split('\n').map(cutLine);
    const marked = own.map((line, index) => (index === 0 ? `- ${line}` : `  ${line}`));
    left -= marked.reduce((sum, line) => sum + bytesOf(line) + 1, 0);
    if (left < 0) break;
    for (const line of marked) lines.push(line);
    shown += 1;
  }
  if (shown < errors.length) lines.push(`! … and ${errors.length - shown} more`);
  return `**${count(errors.length, 'error')}:** not everything could be read or planned.\n\n${diffBlock(lines)}\n`;
}

function planSections(plan: Plan): Section[] {
  const quiet = plan.changes.filter((change) => !isActing(change) && change.notes.length > 0);
  return [
    ...kindSections(plan.changes.filter(isActing)),
    ...listSection('Outputs', outputChangeLines(plan.outputs, style).slice(1)),
    ...rowSection(`Unchanged, with a note: ${quiet.length}`, quiet.map(changeRow)),
    ...listSection(
      'Changed outside of trueup since the last apply',
      plan.drift
        .filter((entry) => entry.action !== 'pending')
        .map((entry) => {
          const fields = entry.fields.map((field) => text(dottedPath(field.pointer))).join(', ');
          return `~ ${text(entry.address)}: ${entry.action === 'gone' ? 'deleted' : fields}`;
        }),
    ),
    ...listSection('Undetermined, left alone', undeterminedLines(plan, style).slice(1)),
  ];
}

function driftSections(plan: Plan): Section[] {
  const lines = renderDrift(plan, { style }).trimEnd().split('\n');
  return listSection('What changed', lines);
}

/** The changes of each type, in the order of the plan. */
function kindSections(changes: readonly ResourceChange[]): Section[] {
  const byType = new Map<string, ResourceChange[]>();
  for (const change of changes) {
    const known = byType.get(change.type);
    if (known === undefined) byType.set(change.type, [change]);
    else known.push(change);
  }
  return [...byType].map(([type, own]) => ({
    title: `${htmlCode(type)}: ${partsText(own)}`,
    rows: own.map(changeRow),
  }));
}

/** `2 to add, 1 to destroy`. */
function partsText(changes: readonly ResourceChange[]): string {
  const parts = Object.entries(countChanges(changes)).filter(([, number]) => number > 0);
  return parts.map(([name, number]) => `${number} to ${name}`).join(', ');
}

function changeRow(change: ResourceChange): Row {
  const { position } = change;
  const place = position === undefined ? '' : ` (${text(position.file)}:${position.line})`;
  return {
    full: () => [...changeLines(change, style), ''].map((line) => diffLine(cutLine(line))),
    brief: diffLine(
      cutLine(`${actionSymbol(change.action, style)} ${text(change.address)}${place}`),
    ),
  };
}

function listSection(title: string, lines: readonly string[]): Section[] {
  const kept = lines.filter((line) => line !== '').map((line) => diffLine(cutLine(line)));
  return rowSection(
    title,
    kept.map((line) => ({ full: () => [line], brief: line })),
  );
}

function rowSection(title: string, rows: readonly Row[]): Section[] {
  return rows.length === 0 ? [] : [{ title, rows }];
}

function cutLine(line: string): string {
  return cut(line, LINE_CHARS_MAX);
}

function closingOf(folded: readonly Folded[], bytesMax: number): string {
  const shortened = folded.reduce((sum, section) => sum + section.shortened, 0);
  const omitted = folded.reduce((sum, section) => sum + section.omitted, 0);
  if (shortened + omitted === 0) return '';
  const parts = [
    ...(shortened === 0 ? [] : [`${shortened} in one line each`]),
    ...(omitted === 0 ? [] : [`${omitted} left out`]),
  ];
  return `**Cut to ${bytesMax} bytes:** of what is folded, ${parts.join(' and ')}. The log of the run, or \`trueup plan\`, shows all of it.\n`;
}
