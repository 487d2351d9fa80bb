import { text } from '../sanitize.ts';

/** Characters of a name in running text; a longer one is cut. */
const SPAN_CHARS_MAX = 200;
const SHORTEST_FENCE = 3;

/** Size of a text as GitHub counts it at worst: UTF-8. */
export function bytesOf(markdown: string): number {
  return Buffer.byteLength(markdown, 'utf8');
}

/**
 * A name or value in running text: a code span, in which nothing is markup, a mention or a link.
 * Its fence is longer than any run of backticks inside.
 */
export function codeSpan(untrusted: string): string {
  const shown = cut(text(untrusted), SPAN_CHARS_MAX);
  if (shown.trim() === '') return '`(blank)`';
  const fence = '`'.repeat(longestRun(shown) + 1);
  const pad = fence.length > 1 || /^ .* $/.test(shown) ? ' ' : '';
  return `${fence}${pad}${shown}${pad}${fence}`;
}

/** A name inside an HTML block, where Markdown is not read. */
export function htmlCode(untrusted: string): string {
  const shown = cut(text(untrusted), SPAN_CHARS_MAX);
  return `<code>${shown.replaceAll(/[&<>"'`]/g, (found) => `&#${found.charCodeAt(0)};`)}</code>`;
}

/** Lines as a `diff` block that no line can end; each line is safe to print already. */
export function diffBlock(lines: readonly string[]): string {
  const fence = fenceFor(lines);
  return `${fence}diff\n${lines.map((line) => `${line}\n`).join('')}${fence}\n`;
}

/** What a block costs besides its lines. */
export function blockBytes(lines: readonly string[]): number {
  return 2 * fenceFor(lines).length + 'diff\n\n'.length;
}

function fenceFor(lines: readonly string[]): string {
  const longest = lines.reduce((most, line) => Math.max(most, longestRun(line)), 0);
  return '`'.repeat(Math.max(SHORTEST_FENCE, longest + 1));
}

function longestRun(line: string): number {
  if (!line.includes('`')) return 0;
  return (line.match(/`+/g) ?? []).reduce((most, run) => Math.max(most, run.length), 0);
}

/** At most so many characters, an ellipsis in place of the rest; never half a character. */
export function cut(shown: string, charsMax: number): string {
  if (shown.length <= charsMax) return shown;
  return `${shown.slice(0, charsMax - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
