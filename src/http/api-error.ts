import { TrueupError } from '../core/errors.ts';
import type { DiagnosticCode } from '../core/diagnostic-code.ts';
import type { FailureKind, Method } from './contract.ts';

/** A request that did not succeed. The message holds the scrubbed answer of the API. */
export class ApiError extends TrueupError {
  readonly kind: FailureKind;
  readonly status: number | undefined;
  readonly method: Method;
  readonly path: string;
  /** The word by which the API says why it refused (`{ "code": … }`), where it gave one. */
  readonly reason: string | undefined;

  constructor(
    code: DiagnosticCode,
    message: string,
    details: {
      readonly kind: FailureKind;
      readonly status?: number;
      readonly method: Method;
      readonly path: string;
      readonly reason?: string;
      readonly cause?: unknown;
      readonly hint?: string;
    },
  ) {
    super(code, message, {
      ...(details.cause === undefined ? {} : { cause: details.cause }),
      ...(details.hint === undefined ? {} : { hint: details.hint }),
    });
    this.kind = details.kind;
    this.status = details.status;
    this.method = details.method;
    this.path = details.path;
    this.reason = details.reason;
  }
}
