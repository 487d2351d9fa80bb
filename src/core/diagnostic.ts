import type { DiagnosticCode } from './diagnostic-code.ts';

/** A place in a manifest; line and column count from 1. */
export interface SourcePosition {
  /** Path relative to the stack directory. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Length of the marked text on that line, for the caret line. */
  readonly length?: number;
}

/** One mistake, warning or note, as shown to the user. Tests assert codes, not prose. */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: 'error' | 'warning' | 'note';
  /** One sentence, no trailing line break. */
  readonly message: string;
  readonly position?: SourcePosition;
  /** The text of the marked line, for the caret line. Secrets never stand here. */
  readonly lineText?: string;
  /** What to do about it. */
  readonly hint?: string;
  /** The resource it is about. */
  readonly address?: string;
}
