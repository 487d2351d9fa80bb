import { needsApproval, RISKS, type Risk } from '../../core/risk.ts';
import type { ResourceChange } from '../../planner/plan.ts';
import { approvals } from '../human/risk.ts';
import { actionTitle } from '../human/wording.ts';
import { count } from '../plural.ts';
import { text } from '../sanitize.ts';
import { lineBytes } from './fold.ts';
import { blockBytes, bytesOf, cut, diffBlock } from './text.ts';

const SHOWN_FROM = RISKS.indexOf('downtime');
const LINE_CHARS_MAX = 500;
/** Contents of a deleted object that are named above the fold. */
const CASCADE_MAX = 10;
const WRAP_CHARS = 100;

/**
 * What needs a second look, above every fold: all changes of risk downtime or worse, worst first.
 * Where they do not fit each becomes one line; where even that is too long the rest is counted by
 * risk, with what shows it. Empty where there is none.
 */
export function riskSection(changes: readonly ResourceChange[], bytesMax: number): string {
  const risky = changes
    .filter((change) => RISKS.indexOf(change.risk) >= SHOWN_FROM)
    .toSorted((one, other) => RISKS.indexOf(other.risk) - RISKS.indexOf(one.risk));
  if (risky.length === 0) return '';
  const verb = risky.length === 1 ? 'needs' : 'need';
  const head = `**${count(risky.length, 'change')} ${verb} a second look:** ${countsOf(risky)}\n\n`;
  const room = bytesMax - bytesOf(head) - 1;
  for (const { form, share } of FORMS) {
    const lines = form(risky);
    if (sizeOf(lines) <= room * share) return `${head}${diffBlock(lines)}\n`;
  }
  return `${head}${diffBlock(firstLines(risky, room))}\n`;
}

/** From the longest on; the long ones leave something for the rest of the plan. */
const FORMS = [
  { form: fullLines, share: 0.5 },
  { form: rowLines, share: 0.75 },
  { form: keyLines, share: 1 },
] as const;

function countsOf(changes: readonly ResourceChange[]): string {
  return RISKS.toReversed()
    .map((risk) => [risk, changes.filter((change) => change.risk === risk).length] as const)
    .filter(([, number]) => number > 0)
    .map(([risk, number]) => `${number} ${risk}`)
    .join(', ');
}

function fullLines(changes: readonly ResourceChange[]): string[] {
  return changes.flatMap((change) => [
    rowLine(change),
    ...change.risks
      .filter((finding) => RISKS.indexOf(finding.risk) >= SHOWN_FROM)
      .map((finding) => `      ${cut(text(finding.message), LINE_CHARS_MAX)}`),
    ...cascadeLines(change),
    ...approvals(change).map((flag) => `      needs ${flag}`),
  ]);
}

function cascadeLines({ cascade }: ResourceChange): string[] {
  if (cascade.length === 0) return [];
  const shown = cascade.slice(0, CASCADE_MAX).map((entry) => {
    const name = entry.address ?? `${entry.type} "${entry.name}" (not managed by this stack)`;
    return `-       ${cut(text(name), LINE_CHARS_MAX)}`;
  });
  const rest = cascade.length - shown.length;
  return [
    `      ${count(cascade.length, 'object')} inside it ${cascade.length === 1 ? 'goes' : 'go'} with it:`,
    ...shown,
    ...(rest > 0 ? [`        … and ${rest} more, listed below`] : []),
  ];
}

function rowLines(changes: readonly ResourceChange[]): string[] {
  return changes.map((change) => rowLine(change));
}

/** `- data-loss: singlestore.workspaceGroups.main (destroy), prod.yaml:2` */
function rowLine(change: ResourceChange): string {
  const { position } = change;
  const place = position === undefined ? '' : `, ${text(position.file)}:${position.line}`;
  const what = `${text(change.address)} (${actionTitle(change.action)})${place}`;
  return `${symbolOf(change.risk)} ${change.risk}: ${cut(what, LINE_CHARS_MAX)}`;
}

/** Below one line for each risk, action and type, the keys alone. */
function keyLines(changes: readonly ResourceChange[]): string[] {
  const groups = new Map<string, { readonly risk: Risk; readonly keys: string[] }>();
  for (const change of changes) {
    const name = `${change.risk}: ${actionTitle(change.action)} ${text(change.type)}`;
    const group = groups.get(name) ?? { risk: change.risk, keys: [] };
    group.keys.push(text(change.address.slice(change.type.length + 1)));
    groups.set(name, group);
  }
  return [...groups].flatMap(([name, { risk, keys }]) => [
    `${symbolOf(risk)} ${name}, ${keys.length}:`,
    ...wrapped(keys),
  ]);
}

function wrapped(words: readonly string[]): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of words) {
    if (line !== '' && line.length + word.length > WRAP_CHARS) {
      lines.push(line);
      line = '';
    }
    line += line === '' ? `  ${word}` : ` ${word}`;
  }
  return line === '' ? lines : [...lines, line];
}

/** As many rows as fit, the worst first, and how many of which risk there are besides. */
function firstLines(changes: readonly ResourceChange[], room: number): string[] {
  const rest = (from: number): string =>
    `! and besides these ${countsOf(changes.slice(from))}: run \`trueup plan\` to see them`;
  const lines: string[] = [];
  let left = room - blockBytes(rowLines(changes)) - bytesOf(rest(0)) - SHORT_COUNTS;
  for (const change of changes) {
    const line = rowLine(change);
    left -= lineBytes(line);
    if (left < 0) break;
    lines.push(line);
  }
  return [...lines, rest(lines.length)];
}

/** The counts of what is left may be a little longer or shorter than those of everything. */
const SHORT_COUNTS = 40;

function symbolOf(risk: Risk): string {
  return needsApproval(risk) ? '-' : '!';
}

function sizeOf(lines: readonly string[]): number {
  return blockBytes(lines) + lines.reduce((sum, line) => sum + lineBytes(line), 0);
}
