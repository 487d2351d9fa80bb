import type { Event } from 'js-yaml';
import { parseEvents, YAMLException } from 'js-yaml';
import type { Reporter } from './reporter.ts';
import { SourceText } from './source-text.ts';
import { buildDocuments } from './yaml-builder.ts';
import type { YamlNode } from './yaml-node.ts';

/** Unquoted expressions reported for one file; the rest would be noise. */
const REPAIRS_MAX = 100;
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
  const events = readEvents(source, options);
  if (events === undefined) return { source, documents: [], whole: false };
  const { documents, whole } = buildDocuments(source, events, options.reporter);
  return { source, documents, whole };
}

/**
 * An expression without quotes inside `{}` or `[]` ends the parse. It is reported, replaced by a
 * plain word of the same length, and the parse repeated, so that the rest of the file is checked
 * in the same run. Offsets stay true, and scalars are decoded from the original text.
 */
function readEvents(source: SourceText, options: ParseOptions): readonly Event[] | undefined {
  let text = source.text;
  for (let repairs = 0; ; repairs += 1) {
    try {
      return parseEvents(text, {});
    } catch (error) {
      if (!(error instanceof YAMLException)) throw error;
      const offset = Math.min(error.mark?.position ?? 0, text.length);
      const expression = repairs < REPAIRS_MAX ? unquotedExpression(text, offset) : undefined;
      if (expression === undefined) {
        reportSyntax(source, offset, error.reason, options);
        return undefined;
      }
      const start = offset - 1;
      const end = start + expression.length;
      options.reporter.add({
        code: 'yaml-unquoted-expression',
        message: `the expression ${expression} must be quoted inside {} or []`,
        at: { source, start, end },
        hint: `quote it: "${expression}"`,
        hideLine: options.secretive === true,
      });
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
    hideLine:
      options.secretive === true ||
      mayHoldSecret(source, offset, options.sensitiveNames ?? new Set()),
  });
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
