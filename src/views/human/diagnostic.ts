import { unreachable } from '../../core/errors.ts';
import type { Diagnostic, SourcePosition } from '../../core/diagnostic.ts';
import { text } from '../sanitize.ts';
import type { Style } from '../style.ts';
import { textWidth } from '../text-width.ts';

/** Characters of a marked line that are shown; a longer one is cut around the mark. */
const LINE_MAX = 120;

/** One mistake, warning or note: message, code, `file:line:col`, caret line, hint; no empty line. */
export function renderDiagnostic(diagnostic: Diagnostic, style: Style): string {
  const title = severityText(diagnostic.severity, style);
  const { position } = diagnostic;
  const lines = [
    `${title} ${style.bold(text(diagnostic.message))} ${style.dim(`[${diagnostic.code}]`)}`,
    ...placeLines(diagnostic),
    ...(position === undefined || diagnostic.lineText === undefined
      ? []
      : caretLines(position, diagnostic.lineText, style)),
    ...(diagnostic.hint === undefined ? [] : [`  ${text(diagnostic.hint)}`]),
  ];
  return `${lines.join('\n')}\n`;
}

/** All of them, an empty line between two. */
export function renderDiagnostics(diagnostics: readonly Diagnostic[], style: Style): string {
  return diagnostics.map((diagnostic) => renderDiagnostic(diagnostic, style)).join('\n');
}

function severityText(severity: Diagnostic['severity'], style: Style): string {
  switch (severity) {
    case 'error':
      return style.red(style.bold('Error:'));
    case 'warning':
      return style.yellow(style.bold('Warning:'));
    case 'note':
      return style.cyan(style.bold('Note:'));
    default:
      return unreachable(severity);
  }
}

function placeLines(diagnostic: Diagnostic): readonly string[] {
  const { position, address } = diagnostic;
  const parts = [
    ...(position === undefined
      ? []
      : [`at ${text(position.file)}:${position.line}:${position.column}`]),
    ...(address === undefined ? [] : [`in ${text(address)}`]),
  ];
  return parts.length === 0 ? [] : [`  ${parts.join(', ')}`];
}

function caretLines(position: SourcePosition, lineText: string, style: Style): readonly string[] {
  const start = Math.max(0, position.column - 1);
  const from = start > LINE_MAX / 2 ? start - LINE_MAX / 2 : 0;
  const shown = lineText.slice(from, from + LINE_MAX);
  const before = plain(lineText.slice(from, start));
  const marked = plain(
    lineText.slice(start, Math.min(from + LINE_MAX, start + markLength(position))),
  );
  const left = from > 0 ? '…' : '';
  const right = from + LINE_MAX < lineText.length ? '…' : '';
  const number = String(position.line);
  const gutter = ' '.repeat(number.length);
  const offset = ' '.repeat(textWidth(left) + textWidth(before));
  const carets = style.red('^'.repeat(Math.max(1, textWidth(marked))));
  return [
    `  ${style.dim(`${number} |`)} ${left}${plain(shown)}${right}`,
    `  ${gutter} ${style.dim('|')} ${offset}${carets}`,
  ];
}

function markLength(position: SourcePosition): number {
  return Math.max(1, position.length ?? 1);
}

/** Tabs would move the caret, so they become one blank; columns count characters. */
function plain(part: string): string {
  return text(part.replaceAll('\t', ' '));
}
