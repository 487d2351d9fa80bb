import type { Event } from 'js-yaml';
import { parseEvents, YAMLException } from 'js-yaml';
import type { Reporter } from './reporter.ts';
import type { Origin } from './source-text.ts';
import { SourceText } from './source-text.ts';
import { buildDocuments } from './yaml-builder.ts';
import type { YamlNode } from './yaml-node.ts';

/** Unquoted expressions reported for one file; the rest would be noise. */
const REPAIRS_MAX = 100;
/** Characters parsed for them, all passes together: of a large file fewer are reported. */
const REPARSED_CHARS_MAX = 33_554_432;
const EXPRESSION = /\$\{[^{}\n]*\}/y;

export interface ParsedFile {
  readonly source: SourceText;
  /** One node a document; empty documents are left out. */
  readonly documents: readonly YamlNode[];
  /** False when the file could not be read to its end: entries may be missing. */
  readonly whole: boolean;
}

export interface ParseOptions {
  readonly reporter: Reporter;
  /** Names of sensitive fields: a broken line near one of them is not quoted. */
  readonly sensitiveNames?: ReadonlySet<string>;
  /** Any line may hold a secret: a broken one is never quoted. */
  readonly secretive?: boolean;
}

/** Reads a YAML file into nodes with places; mistakes go to the reporter. */
export function parseYaml(file: string, text: string, options: ParseOptions): ParsedFile {
  const source = new SourceText(file, text);
  const unquoted: Origin[] = [];
  const names = [...(options.sensitiveNames ?? [])];
  const hidesLine = (offset: number): boolean => {
    const line = source.lineText(source.lineOf(offset));
    return options.secretive === true || names.some((name) => line.includes(name));
  };
  const events = readEvents(source, unquoted, options);
  const { documents, whole } =
    events === undefined
      ? { documents: [], whole: false }
      : buildDocuments(source, events, options.reporter, hidesLine);
  for (const at of unquoted) {
    // Of a file that is read to its end the lines with secrets are known better.
    const hideLine = options.secretive === true || (!whole && hidesLine(at.start));
    reportUnquoted(at, hideLine, options.reporter);
  }
  return { source, documents, whole };
}

function reportUnquoted(at: Origin, hideLine: boolean, reporter: Reporter): void {
  const expression = at.source.text.slice(at.start, at.end);
  reporter.add({
    code: 'yaml-unquoted-expression',
    message: `the expression ${expression} must be quoted inside {} or []`,
    at,
    hint: `quote it: "${expression}"`,
    hideLine,
  });
}

/**
 * An expression without quotes inside `{}` or `[]` ends the parse. It is put into `unquoted`,
 * replaced by a plain word of the same length, and the parse repeated, so that the rest of the file
 * is checked in the same run. Offsets stay true, and scalars are decoded from the original text.
 */
function readEvents(
  source: SourceText,
  unquoted: Origin[],
  options: ParseOptions,
): readonly Event[] | undefined {
  let text = source.text;
  for (let repairs = 0; ; repairs += 1) {
    try {
      return parseEvents(text, {});
    } catch (error) {
      if (!(error instanceof YAMLException)) throw error;
      const offset = Math.min(error.mark?.position ?? 0, text.length);
      const expression = unquotedExpression(text, offset);
      if (expression === undefined) {
        reportSyntax(source, offset, error.reason, options);
        return undefined;
      }
      const start = offset - 1;
      const end = start + expression.length;
      unquoted.push({ source, start, end });
      const isLast = repairs + 1 >= REPAIRS_MAX || (repairs + 1) * text.length > REPARSED_CHARS_MAX;
      if (isLast) return undefined;
      text = `${text.slice(0, start)}$${'_'.repeat(expression.length - 1)}${text.slice(end)}`;
    }
  }
}

/** The expression whose brace the parser stumbled over, if that is what happened. */
function unquotedExpression(text: string, offset: number): string | undefined {
  EXPRESSION.lastIndex = offset - 1;
  return offset > 0 ? EXPRESSION.exec(text)?.[0] : undefined;
}

function reportSyntax(
  source: SourceText,
  offset: number,
  reason: string,
  options: ParseOptions,
): void {
  options.reporter.add({
    code: 'yaml-syntax',
    message: `not valid YAML: ${reason}`,
    at: { source, start: offset, end: offset + 1 },
    hint: syntaxHint(source, offset, reason),
    hideLine:
      options.secretive === true ||
      mayHoldSecret(source, offset, options.sensitiveNames ?? new Set()),
  });
}

/** What most often makes the parser stop there. */
function syntaxHint(source: SourceText, offset: number, reason: string): string | undefined {
  const at = source.text.charAt(offset);
  if (at !== '' && '%@`'.includes(at)) return `quote a text that starts with ${at}`;
  if (reason.startsWith('tab ')) return 'indent with spaces';
  if (reason === 'deficient indentation') return 'a quote or a bracket above may not be closed';
  if (at !== ':') return undefined;
  const line = source.lineText(source.lineOf(offset));
  const isFirst = !/:\s/.test(line.slice(0, source.positionOf(offset, offset + 1).column - 1));
  return isFirst ? 'a colon may be missing on the line above' : 'quote a text that holds ": "';
}

/** Looks at the broken line and at the lines it may continue, up to one that stands further left. */
function mayHoldSecret(source: SourceText, offset: number, names: ReadonlySet<string>): boolean {
  const first = source.lineOf(offset);
  const indent = indentOf(source.lineText(first));
  for (let line = first; line >= 1; line -= 1) {
    const text = source.lineText(line);
    if ([...names].some((name) => text.includes(name))) return true;
    if (text.trim() !== '' && indentOf(text) < indent) return false;
    if (line < first && indent === 0 && /^[^\s#]/.test(text)) return false;
  }
  return false;
}

function indentOf(text: string): number {
  return text.length - text.trimStart().length;
}
