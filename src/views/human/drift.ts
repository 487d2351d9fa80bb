import { countChanges } from '../../planner/plan.ts';
import { newsOf } from '../../planner/drift-report.ts';
import type { AcceptedEntry, DriftEntry, Plan, ResourceChange } from '../../planner/plan.ts';
import { count } from '../plural.ts';
import { text } from '../sanitize.ts';
import type { Style } from '../style.ts';
import { ago } from './ago.ts';
import { fieldLines } from './field.ts';
import { countsText, undeterminedLines, unmanagedLines } from './summary.ts';
import type { ValueContext } from './value.ts';
import { actionSymbol } from './wording.ts';

export interface DriftViewOptions {
  readonly style: Style;
  /** Lists every unmanaged object; else they are counted. */
  readonly verbose?: boolean;
}

/**
 * What the world changed since the last apply (recorded value → live value), apart from what was
 * agreed to, and from what the manifests ask for and no apply has done yet. Ends with a line break.
 */
export function renderDrift(plan: Plan, options: DriftViewOptions): string {
  const { style } = options;
  const drifted = newsOf(plan);
  const pending = plan.drift.filter((entry) => entry.action === 'pending');
  const labels = new Map(plan.changes.map((change) => [change.address, change.labels]));
  const lines = [
    ...drifted.flatMap((entry) => [
      ...entryLines(entry, labels.get(entry.address), plan.createdAtMs, style),
      '',
    ]),
    ...pendingLines(pending),
    ...acceptedLines(plan.acceptedDrift ?? [], labels, style),
    ...notAppliedLines(plan, style),
    ...undeterminedLines(plan, style),
    ...unmanagedLines(plan.unmanaged, style, options.verbose === true, '--unmanaged'),
    closingLine(plan, drifted.length, style),
  ];
  return `${lines.join('\n')}\n`;
}

function entryLines(
  entry: DriftEntry,
  labels: ResourceChange['labels'] | undefined,
  nowMs: number,
  style: Style,
): string[] {
  const who = whoLines(entry, nowMs, style);
  const address = text(entry.address);
  const head = `${address} ${style.dim(`[id=${text(entry.id)}]`)}`;
  if (entry.action === 'gone') {
    return [
      `  ${style.bold(`# ${address} was deleted outside of trueup`)}`,
      ...who,
      `${actionSymbol('delete', style)} ${head}`,
    ];
  }
  const sensitive = entry.fields.filter((field) => field.sensitive).map((field) => field.pointer);
  const context: ValueContext = { style, labels: labels ?? {}, sensitive: new Set(sensitive) };
  return [
    `  ${style.bold(`# ${address} has changed outside of trueup`)}`,
    ...who,
    `${actionSymbol('update', style)} ${head} {`,
    ...fieldLines(entry.fields, 6, context, false),
    '    }',
  ];
}

function whoLines({ changedBy }: DriftEntry, nowMs: number, style: Style): string[] {
  if (changedBy === undefined) return [];
  const { by, atMs, action } = changedBy;
  const what = style.dim(`(${text(action)}, ${new Date(atMs).toISOString()})`);
  return [`  # by ${text(by)}, ${ago(nowMs - atMs)} ${what}`];
}

/** What was agreed to, with who answers for it and how long, and what of that is of no use. */
function acceptedLines(
  entries: readonly AcceptedEntry[],
  labels: ReadonlyMap<string, ResourceChange['labels']>,
  style: Style,
): string[] {
  const held = entries.filter((entry) => entry.verdict === 'accepted');
  const idle = entries.filter((entry) => entry.verdict === 'unmatched');
  return [
    ...(held.length === 0 ? [] : [`${style.bold('Accepted drift')} (left alone):`]),
    ...held.flatMap((entry) => acceptedEntryLines(entry, labels.get(entry.address), style)),
    ...(held.length === 0 ? [] : ['']),
    ...(idle.length === 0 ? [] : [`${style.bold('Accepted drift that matches nothing')}:`]),
    ...idle.map(({ address, acceptance, because = '' }) => {
      const { file, line } = acceptance.position;
      const field = `${text(address)}.${text(acceptance.path.join('.'))}`;
      return `    ${field} (${text(file)}:${line}): ${text(because)}`;
    }),
    ...(idle.length === 0 ? [] : ['']),
  ];
}

function acceptedEntryLines(
  { address, acceptance, field }: AcceptedEntry,
  labels: ResourceChange['labels'] | undefined,
  style: Style,
): string[] {
  const { until, owner, reason } = acceptance;
  const terms = `until ${text(until)}, ${text(owner)}: ${text(reason)}`;
  if (field === undefined) return [];
  const sensitive = new Set(field.sensitive ? [field.pointer] : []);
  const context: ValueContext = { style, labels: labels ?? {}, sensitive };
  return [`    ${text(address)} ${style.dim(terms)}`, ...fieldLines([field], 6, context, false)];
}

function pendingLines(pending: readonly DriftEntry[]): string[] {
  if (pending.length === 0) return [];
  return [
    'Still changing, so not compared:',
    ...pending.map((entry) => `  ${text(entry.address)} [id=${text(entry.id)}]`),
    '',
  ];
}

/** Changes that have another cause than drift: the manifests are ahead of the account. */
function notAppliedLines(plan: Plan, style: Style): string[] {
  const drifted = new Set<string>(plan.drift.map((entry) => entry.address));
  const waiting = plan.changes.filter((change) => isNotApplied(change, drifted));
  if (waiting.length === 0) return [];
  return [
    `${style.bold('Not applied yet')} (not drift; \`trueup plan\` shows the values):`,
    ...waiting.map((change) => `${actionSymbol(change.action, style)} ${text(change.address)}`),
    countsText(countChanges(waiting)),
    '',
  ];
}

function isNotApplied(change: ResourceChange, drifted: ReadonlySet<string>): boolean {
  if (change.action === 'no-op') return false;
  // It is told as drift; nothing of it is left to apply.
  if (change.reason === 'gone' && change.action === 'forget') return !drifted.has(change.address);
  if (change.causes.includes('manifest')) return true;
  // An action without a differing field (a create, a delete) has no cause of its own.
  return change.causes.length === 0 && !drifted.has(change.address);
}

function closingLine(plan: Plan, drifted: number, style: Style): string {
  if (drifted > 0) {
    const verb = drifted === 1 ? 'has' : 'have';
    const objects = count(drifted, 'object');
    return style.bold(`Drift: ${objects} ${verb} changed outside of trueup since the last apply.`);
  }
  if (plan.incomplete || plan.undetermined.length > 0) {
    return style.yellow(style.bold('No drift in what could be read; the rest is undetermined.'));
  }
  const isAccepted = plan.acceptedDrift?.some((entry) => entry.verdict === 'accepted') === true;
  const rest = isAccepted
    ? 'Nothing but what was accepted has changed outside of trueup.'
    : 'Nothing has changed outside of trueup.';
  return style.green(style.bold(`No drift. ${rest}`));
}
