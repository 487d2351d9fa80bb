import type { Diagnostic } from '../core/diagnostic.ts';
import type { DiagnosticCode } from '../core/diagnostic-code.ts';
import type { Origin, SourceText } from './source-text.ts';
import { positionAt } from './source-text.ts';
import type { YamlNode } from './yaml-node.ts';

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
  readonly #sensitiveLines = new Map<SourceText, Set<number>>();

  add(finding: Finding): void {
    this.#findings.push(finding);
  }

  /** Takes over what another reporter found. */
  adopt(other: Reporter): void {
    this.#findings.push(...other.#findings);
    for (const [source, lines] of other.#sensitiveLines) this.#sensitiveLines.set(source, lines);
  }

  hasErrors(): boolean {
    return this.#findings.some((finding) => (finding.severity ?? 'error') === 'error');
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
    return origin.source.lineText(line);
  }

  /** Everything found, in the order of files and lines; findings without a place come first. */
  diagnostics(): readonly Diagnostic[] {
    return this.#findings.map((finding) => this.#diagnostic(finding)).toSorted(byPosition);
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
      message: finding.message,
      ...(at === undefined ? {} : { position: positionAt(at) }),
      ...(lineText === undefined ? {} : { lineText }),
      ...(hint === undefined ? {} : { hint }),
      ...(address === undefined ? {} : { address }),
    };
  }
}

function byPosition(a: Diagnostic, b: Diagnostic): number {
  const [left, right] = [a.position, b.position];
  if (left === undefined || right === undefined) {
    return Number(left !== undefined) - Number(right !== undefined);
  }
  if (left.file !== right.file) return left.file < right.file ? -1 : 1;
  return left.line - right.line || left.column - right.column;
}
