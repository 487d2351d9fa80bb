import type { Diagnostic } from '../core/diagnostic.ts';
import type { DiagnosticCode } from '../core/diagnostic-code.ts';
import type { Origin, SourceText } from './source-text.ts';
import { positionAt } from './source-text.ts';
import type { YamlNode } from './yaml-node.ts';

/** Mistakes that are told of one run, and as many warnings; nobody reads more. */
const FINDINGS_MAX = 1_000;
/** Characters of a message: a key of a megabyte is not repeated. */
const MESSAGE_CHARS_MAX = 1_000;
/** Characters of a line that is quoted at all. */
const LINE_CHARS_MAX = 100_000;

export interface Finding {
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly severity?: 'error' | 'warning' | 'note';
  readonly at?: Origin;
  readonly hint?: string | undefined;
  readonly address?: string | undefined;
  /** The line is never shown: it may hold a secret that could not be told apart. */
  readonly hideLine?: boolean;
}

/**
 * Collects the mistakes of a run. Lines that hold a literal secret are marked while the manifests
 * are read; a marked line is never quoted, whatever was found on it and in whatever order.
 */
export class Reporter {
  readonly #findings: Finding[] = [];
  readonly #counts = { errors: 0, others: 0, unlisted: 0 };
  readonly #sensitiveLines = new Map<SourceText, Set<number>>();

  add(finding: Finding): void {
    const group = (finding.severity ?? 'error') === 'error' ? 'errors' : 'others';
    this.#counts[group] += 1;
    if (this.#counts[group] <= FINDINGS_MAX) this.#findings.push(finding);
    else this.#counts.unlisted += 1;
  }

  /** Takes over what another reporter found. */
  adopt(other: Reporter): void {
    for (const finding of other.#findings) this.add(finding);
    this.#counts.unlisted += other.#counts.unlisted;
    for (const [source, lines] of other.#sensitiveLines) this.#sensitiveLines.set(source, lines);
  }

  hasErrors(): boolean {
    return this.#counts.errors > 0;
  }

  /** Whether a further mistake would only be counted: nothing need be made of it. */
  isFull(): boolean {
    return this.#counts.errors >= FINDINGS_MAX;
  }

  /** Marks every line of a node as holding a secret. */
  markSensitive(node: YamlNode): void {
    if (node.kind === 'mapping') {
      for (const entry of node.entries.values()) this.markSensitive(entry.value);
    } else if (node.kind === 'sequence') {
      for (const item of node.items) this.markSensitive(item);
    } else this.#markLines(node);
  }

  /** The text of an origin's line, or undefined where it holds a secret. */
  lineText(origin: Origin): string | undefined {
    const line = origin.source.lineOf(origin.start);
    if (this.#sensitiveLines.get(origin.source)?.has(line) === true) return undefined;
    const text = origin.source.lineText(line);
    return text.length > LINE_CHARS_MAX ? undefined : text;
  }

  /**
   * Everything found, in the order of files and lines; findings without a place come first. Of
   * more than 1000 the rest is counted by a note at the end.
   */
  diagnostics(): readonly Diagnostic[] {
    const listed = this.#findings.map((finding) => this.#diagnostic(finding)).toSorted(byPosition);
    const { unlisted } = this.#counts;
    if (unlisted === 0) return listed;
    const message = `${unlisted} more mistakes or warnings are not listed`;
    return [...listed, { code: 'stack-invalid', severity: 'note', message }];
  }

  #markLines(origin: Origin): void {
    const lines = this.#sensitiveLines.get(origin.source) ?? new Set<number>();
    const last = origin.source.lineOf(Math.max(origin.start, origin.end - 1));
    for (let line = origin.source.lineOf(origin.start); line <= last; line += 1) lines.add(line);
    this.#sensitiveLines.set(origin.source, lines);
  }

  #diagnostic(finding: Finding): Diagnostic {
    const { at, hint, address } = finding;
    const lineText = at === undefined || finding.hideLine === true ? undefined : this.lineText(at);
    return {
      code: finding.code,
      severity: finding.severity ?? 'error',
      message: shortened(finding.message),
      ...(at === undefined ? {} : { position: positionAt(at) }),
      ...(lineText === undefined ? {} : { lineText }),
      ...(hint === undefined ? {} : { hint: shortened(hint) }),
      ...(address === undefined ? {} : { address }),
    };
  }
}

/** The middle is left out: the beginning and the end tell what it is about. */
function shortened(text: string): string {
  if (text.length <= MESSAGE_CHARS_MAX) return text;
  const half = MESSAGE_CHARS_MAX / 2;
  return `${text.slice(0, half)}…${text.slice(-half)}`;
}

function byPosition(a: Diagnostic, b: Diagnostic): number {
  const [left, right] = [a.position, b.position];
  if (left === undefined || right === undefined) {
    return Number(left !== undefined) - Number(right !== undefined);
  }
  if (left.file !== right.file) return left.file < right.file ? -1 : 1;
  return left.line - right.line || left.column - right.column;
}
