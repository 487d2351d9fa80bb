import type { Json } from '../contract.ts';
import { Refusal } from '../refusal.ts';
import { jsonReply } from '../reply.ts';
import type { Answer } from '../reply.ts';

/** Texts by field. */
export type FieldErrors = Readonly<Record<string, readonly string[]>>;

/** An error of the API: a Refusal with what its body carries besides the text. */
export class Problem extends Refusal {
  readonly code: string | undefined;
  readonly fieldErrors: FieldErrors | undefined;

  constructor(status: number, text: string, code?: string, fieldErrors?: FieldErrors) {
    super(status, text);
    this.name = 'Problem';
    this.code = code;
    this.fieldErrors = fieldErrors;
  }
}

/** An invalid body; without field errors nobody learns which field it was. */
export function invalidBody(fieldErrors?: FieldErrors): Problem {
  return new Problem(400, 'Invalid request body', undefined, fieldErrors);
}

/** The error object every failed request is answered with. */
export function problemReply(error: Refusal, withCodes: boolean, now: number): Answer {
  const problem = error instanceof Problem ? error : undefined;
  const body: Json = {
    error: error.message,
    ...(problem?.code === undefined || !withCodes ? {} : { code: problem.code }),
    ...(problem?.fieldErrors === undefined
      ? {}
      : { details: { formErrors: [], fieldErrors: problem.fieldErrors } }),
  };
  return jsonReply(body, now, error.status);
}
