import { unreachable } from '../../core/errors.ts';
import { SENSITIVE_TEXT } from '../../core/secret.ts';
import type { CascadeEntry, ResourceChange } from '../../planner/plan.ts';
import { count } from '../plural.ts';
import { dottedPath, pointerPath } from '../pointer.ts';
import { quoted, text } from '../sanitize.ts';
import type { Style } from '../style.ts';
import { fieldLines, hiddenLine } from './field.ts';
import { actionSymbol, headline, reasonText } from './wording.ts';
import { memberLines, NO_LABELS } from './value.ts';
import type { ValueContext } from './value.ts';

const FIELD_INDENT = 6;
const NONE: ReadonlySet<string> = new Set();

/** One change of the plan: headline, comments, and what differs. */
export function changeLines(change: ResourceChange, style: Style): string[] {
  const context = contextOf(change, style);
  const comments = [...commentTexts(change), ...cascadeTexts(change.cascade)];
  const lines = [
    `  ${style.bold(`# ${headline(change)}`)}${sourceText(change, style)}`,
    ...comments.map((comment) => `  ${style.dim(`# ${comment}`)}`),
  ];
  if (change.action === 'move' || change.action === 'no-op') return lines;
  const body = bodyLines(change, context);
  const head = `${actionSymbol(change.action, style)} ${text(change.address)}`;
  const id = change.id === undefined ? '' : ` ${style.dim(`[id=${text(change.id)}]`)}`;
  return body.length === 0
    ? [...lines, `${head}${id}`]
    : [...lines, `${head}${id} {`, ...body, '    }'];
}

function contextOf(change: ResourceChange, style: Style): ValueContext {
  const sensitive = change.fields.filter((field) => field.sensitive).map((field) => field.pointer);
  return {
    style,
    labels: Object.keys(change.labels).length === 0 ? NO_LABELS : change.labels,
    sensitive: sensitive.length === 0 ? NONE : new Set(sensitive),
  };
}

function bodyLines(change: ResourceChange, context: ValueContext): string[] {
  switch (change.action) {
    case 'create':
      return change.after === undefined
        ? []
        : memberLines('+', change.after, '', FIELD_INDENT, context);
    case 'delete':
      return change.before === undefined
        ? []
        : memberLines('-', change.before, '', FIELD_INDENT, { ...context, labels: NO_LABELS });
    case 'update':
    case 'replace':
    case 'import':
      return differenceLines(change, context);
    case 'move':
    case 'forget':
    case 'no-op':
      return [];
    default:
      return unreachable(change.action);
  }
}

function differenceLines(change: ResourceChange, context: ValueContext): string[] {
  const lines = fieldLines(change.fields, FIELD_INDENT, context);
  const shown = new Set(change.fields.map((field) => field.pointer));
  for (const pointer of change.writeOnly) {
    if (shown.has(pointer)) continue;
    const name = text(dottedPath(pointer));
    const tag = context.style.dim('# sent again; the API never shows it');
    lines.push(
      `${' '.repeat(FIELD_INDENT)}${context.style.yellow('~')} ${name} = ${SENSITIVE_TEXT} ${tag}`,
    );
  }
  const hidden = unchangedCount(change);
  if (hidden > 0) lines.push(hiddenLine(hidden, 'field', FIELD_INDENT + 2, context));
  return lines;
}

/** Managed fields on the first level that the change does not touch. */
function unchangedCount(change: ResourceChange): number {
  const touched = new Set(
    [...change.fields.map((field) => field.pointer), ...change.writeOnly].map(
      (pointer) => pointerPath(pointer)[0],
    ),
  );
  return Object.keys(change.after ?? {}).filter((name) => !touched.has(name)).length;
}

function sourceText(change: ResourceChange, style: Style): string {
  const { position } = change;
  return position === undefined ? '' : ` ${style.dim(`(${text(position.file)}:${position.line})`)}`;
}

function commentTexts(change: ResourceChange): string[] {
  const comments: string[] = [];
  const reason = reasonText(change);
  if (reason !== undefined) comments.push(`(${reason})`);
  if (change.importing !== undefined)
    comments.push(`(imported from ${quoted(change.importing.id)})`);
  if (change.previousAddress !== undefined && change.action !== 'move') {
    comments.push(`(moved from ${text(change.previousAddress)})`);
  }
  if (change.steps.length > 1) comments.push(`steps: ${change.steps.map(text).join(', then ')}`);
  for (const note of change.notes) comments.push(text(note));
  return comments;
}

function cascadeTexts(cascade: readonly CascadeEntry[]): string[] {
  if (cascade.length === 0) return [];
  return [
    `${count(cascade.length, 'object')} inside it ${cascade.length === 1 ? 'goes' : 'go'} with it:`,
    ...cascade.map((entry) => `  - ${cascadeText(entry)}`),
  ];
}

/** `singlestore.workspaces.app [id=…]`, or type and name of what no entry stands for. */
function cascadeText(entry: CascadeEntry): string {
  const id = `[id=${text(entry.id)}]`;
  return entry.address === undefined
    ? `${text(entry.type)} ${quoted(entry.name)} ${id} (not managed by this stack)`
    : `${text(entry.address)} ${id}`;
}
