import type { Diagnostic } from './diagnostic.ts';
import type { DiagnosticCode } from './diagnostic-code.ts';

/** The one error class that trueup throws: a code, a sentence, and the cause where there is one. */
export class TrueupError extends Error {
  readonly code: DiagnosticCode;
  /** Mistakes collected before giving up; empty where the message says it all. */
  readonly diagnostics: readonly Diagnostic[];
  readonly hint: string | undefined;

  constructor(
    code: DiagnosticCode,
    message: string,
    options: {
      readonly cause?: unknown;
      readonly diagnostics?: readonly Diagnostic[];
      readonly hint?: string;
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'TrueupError';
    this.code = code;
    this.diagnostics = options.diagnostics ?? [];
    this.hint = options.hint;
  }
}

/** A bug in trueup: thrown where a closed union was left open. */
export function unreachable(value: never): never {
  throw new TrueupError('internal', `unexpected value ${JSON.stringify(value)}`);
}

/** The error as a diagnostic, whatever was thrown. */
export function toDiagnostic(error: unknown, address?: string): Diagnostic {
  const place = address === undefined ? {} : { address };
  if (error instanceof TrueupError) {
    const hint = error.hint === undefined ? {} : { hint: error.hint };
    return { code: error.code, severity: 'error', message: error.message, ...hint, ...place };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'internal', severity: 'error', message, ...place };
}
