import { text } from '../sanitize.ts';
import { readMarker, type Marker } from './marker.ts';
import { bytesOf, codeSpan, cut, diffBlock, htmlCode } from './text.ts';

/** What is made of a Markdown file that anybody may have written. */
export interface ForeignMarkdown {
  /** What its first line says of itself: a claim. */
  readonly marker: Marker | undefined;
  readonly markdown: string;
}

interface Block {
  readonly markdown: string;
  /** Folds open at the end of it. */
  readonly depth: number;
}

const LINE_CHARS_MAX = 5_000;
const FENCE = /^(`{3,})(?:diff)?$/;
const SUMMARY = /^<details><summary>(.*)<\/summary>(.*)$/;
const HEADING = /^(#{3,4}) (.*)$/;
/** Running text in which nothing is markup, a mention, a reference or a link. */
const PLAIN = /^[\p{L}\p{N} ,.:;()/%'?…-]*$/u;
const REFERENCE = /www\.|:\/\/|\bgh-\d|\b[0-9a-f]{7,40}\b/i;

/**
 * Markdown as `plan --format markdown` writes it, made anew of what a file holds: headings, bold
 * text, code spans, `diff` blocks and folds. Everything else in it is shown as code. No line of the
 * file reaches the result as it was, hidden lines are dropped, and what is longer than `bytesMax` is
 * cut after a block.
 */
export function readForeignMarkdown(foreign: string, bytesMax: number): ForeignMarkdown {
  const lines = foreign.replaceAll('\r\n', '\n').split('\n');
  const marker = readMarker(lines[0] ?? '');
  const blocks = blocksOf(marker === undefined ? lines : lines.slice(1));
  return { marker, markdown: joined(blocks, bytesMax) };
}

function joined(blocks: readonly Block[], bytesMax: number): string {
  const closing = '**Cut:** the rest does not fit here.\n';
  const kept: string[] = [];
  let left = bytesMax - bytesOf(closing);
  let depth = 0;
  for (const block of blocks) {
    left -= bytesOf(block.markdown);
    if (left < bytesOf(END) * block.depth) {
      return `${kept.join('')}${END.repeat(depth)}${closing}`;
    }
    kept.push(block.markdown);
    ({ depth } = block);
  }
  return `${kept.join('')}${END.repeat(depth)}`;
}

const END = '</details>\n\n';

function blocksOf(lines: readonly string[]): Block[] {
  const blocks: Block[] = [];
  let depth = 0;
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    const fence = FENCE.exec(line)?.[1];
    const summary = SUMMARY.exec(line);
    if (fence !== undefined) {
      const inside = fencedLines(lines, index + 1, fence.length);
      blocks.push({ markdown: `${diffBlock(inside.map(safeLine))}\n`, depth });
      index += inside.length + 1;
    } else if (summary !== null) {
      const [, title = '', rest = ''] = summary;
      const isClosed = rest === '</details>';
      if (!isClosed) depth += 1;
      const fold = `<details><summary>${summaryText(title)}</summary>`;
      blocks.push({ markdown: `${fold}${isClosed ? '</details>' : ''}\n\n`, depth });
    } else if (line === '</details>') {
      if (depth > 0) blocks.push({ markdown: END, depth: (depth -= 1) });
    } else if (line.trim() !== '' && !/^<!--.*-->$/.test(line)) {
      blocks.push({ markdown: `${headingOrText(line)}\n\n`, depth });
    }
  }
  return blocks;
}

/** Up to a line of at least as many backticks, or the end. */
function fencedLines(lines: readonly string[], from: number, length: number): readonly string[] {
  const isEnd = (line: string): boolean => /^`+$/.test(line) && line.length >= length;
  let end = from;
  for (let line = lines[end]; line !== undefined && !isEnd(line); line = lines[end]) end += 1;
  return lines.slice(from, end);
}

function safeLine(line: string): string {
  return cut(text(line), LINE_CHARS_MAX);
}

/** `<code>name</code>: text`, with nothing else of HTML in it. */
function summaryText(title: string): string {
  const [, name, rest = ''] = /^<code>([^<]*)<\/code>(.*)$/.exec(title) ?? [];
  const decoded = name?.replaceAll(/&#(\d{1,4});/g, (_, code: string) =>
    String.fromCharCode(Number(code)),
  );
  const after = decoded === undefined ? title : rest;
  const shown = isPlain(after) ? after : htmlCode(after);
  return decoded === undefined ? shown : `${htmlCode(decoded)}${shown}`;
}

function headingOrText(line: string): string {
  const [, level, rest] = HEADING.exec(line) ?? [];
  return level === undefined || rest === undefined
    ? runningText(line)
    : `${level} ${runningText(rest)}`;
}

/** Bold text, code spans and plain words; a line with anything else becomes one code span. */
function runningText(line: string): string {
  const whole = codeSpan(line);
  if (line.length > LINE_CHARS_MAX || /^[\s:-]/.test(line)) return whole;
  const parts: string[] = [];
  let isBold = false;
  for (let rest = line; rest !== '';) {
    const part = nextPart(rest);
    if (part === undefined) return whole;
    if (part.shown === '**') isBold = !isBold;
    parts.push(part.shown);
    rest = rest.slice(part.length);
  }
  return isBold ? whole : parts.join('');
}

/** What a line begins with, made anew, and how much of the line it was. */
function nextPart(line: string): { readonly shown: string; readonly length: number } | undefined {
  if (line.startsWith('**')) return { shown: '**', length: 2 };
  if (line.startsWith('`')) {
    const fence = /^`+/.exec(line)?.[0] ?? '';
    const from = fence.length;
    const runs = [...line.slice(from).matchAll(/`+/g)];
    const end = runs.find((run) => run[0].length === from);
    if (end === undefined) return undefined;
    const inside = line.slice(from, from + end.index).replace(/^ (.*) $/, '$1');
    return { shown: codeSpan(inside), length: from + end.index + from };
  }
  const words = /^(?:[^`*]|\*(?!\*))+/.exec(line)?.[0] ?? '';
  return words !== '' && isPlain(words) ? { shown: words, length: words.length } : undefined;
}

function isPlain(words: string): boolean {
  return PLAIN.test(words) && !REFERENCE.test(words);
}
