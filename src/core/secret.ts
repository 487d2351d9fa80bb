import { inspect } from 'node:util';

/** What stands in every output in place of a sensitive value. */
export const SENSITIVE_TEXT = '(sensitive value)';

/**
 * A sensitive text. It prints as `(sensitive value)` wherever it is turned into text or JSON; only
 * `reveal` gives the plain text, and only the HTTP serializer, digests, comparisons and the
 * generated-password file call that.
 */
export class Secret {
  readonly #plain: string;

  private constructor(plain: string) {
    this.#plain = plain;
  }

  /** Called by `Redactor.secret` only: every Secret of a run is known to the run's redactor. */
  static create(plain: string): Secret {
    return new Secret(plain);
  }

  static reveal(secret: Secret): string {
    return secret.#plain;
  }

  toString(): string {
    return SENSITIVE_TEXT;
  }

  toJSON(): string {
    return SENSITIVE_TEXT;
  }

  [inspect.custom](): string {
    return SENSITIVE_TEXT;
  }
}

/** The plain text of a Secret. */
export function reveal(secret: Secret): string {
  return Secret.reveal(secret);
}
