import { TrueupError } from '../core/errors.ts';
import type { DiagnosticCode } from '../core/diagnostic-code.ts';
import { ApiError } from './api-error.ts';
import { cleanBodyText } from './body-text.ts';
import type { ApiRequest, ApiResponse, FailureKind } from './contract.ts';
import type { Try } from './exchange.ts';
import { classifyConnection, isRetriedStatus, kindOfStatus } from './failure.ts';

type Answer = Extract<Try, { readonly type: 'answer' }>;

/** What is to be done about a try. */
export type Verdict =
  | { readonly type: 'success'; readonly response: ApiResponse }
  | {
      readonly type: 'failure';
      readonly error: ApiError;
      /** Undefined: another try is not allowed or would be no use. */
      readonly retry:
        | { readonly refused: boolean; readonly retryAfterMs: number | undefined }
        | undefined;
    };

export interface JudgeContext {
  readonly scrub: (text: string) => string;
  /** Whether an earlier try of this request may have been executed. */
  readonly ambiguousBefore: boolean;
  /** Whether an earlier try was answered with something unusable. */
  readonly invalidBefore: boolean;
  /** Whether the caller has given the request up. */
  readonly aborted: boolean;
}

/** Decides what one try means for its request. */
export function judge(request: ApiRequest, result: Try, context: JudgeContext): Verdict {
  if (result.type === 'error') return judgeError(request, result, context);
  if (result.status < 200 || result.status > 299) return judgeStatus(request, result, context);
  return judgeBody(request, result, context);
}

function judgeError(
  request: ApiRequest,
  { error, timedOut }: Extract<Try, { readonly type: 'error' }>,
  context: JudgeContext,
): Verdict {
  const connection = classifyConnection(error);
  const sent = connection === 'unknown';
  const kind = sent || context.ambiguousBefore ? 'ambiguous' : 'refused';
  const why = context.scrub(error instanceof Error ? error.message : String(error));
  if (error instanceof TrueupError) {
    const tooLarge = error.code === 'api-response-too-large';
    const known = tooLarge && request.method !== 'POST' ? 'invalid' : kind;
    return fail(request, error.code, why, { kind: known });
  }
  if (context.aborted) return fail(request, 'interrupted', 'interrupted', { kind });
  const seconds = timedOut ? 'no answer before the deadline' : `no answer: ${why}`;
  const again = connection === 'not-sent' || (sent && request.method !== 'POST');
  return fail(
    request,
    'api-unreachable',
    seconds,
    { kind, cause: new Error(why) },
    again ? { refused: false, retryAfterMs: undefined } : undefined,
  );
}

function judgeStatus(request: ApiRequest, answer: Answer, context: JudgeContext): Verdict {
  const { status, retryAfterMs } = answer;
  const text = cleanBodyText(answer.body, context.scrub);
  // 404 says that the object is not there, whatever an earlier try did.
  const ambiguous = context.ambiguousBefore && status !== 404 && request.method !== 'GET';
  const hint = hintOf(status);
  return fail(
    request,
    status === 401 ? 'api-unauthorized' : 'api-error',
    `answered ${String(status)}${text === '' ? '' : `: ${text}`}`,
    {
      kind: ambiguous ? 'ambiguous' : kindOfStatus(status),
      status,
      ...(hint === undefined ? {} : { hint }),
    },
    isRetriedStatus(request.method, status) ? { refused: status === 429, retryAfterMs } : undefined,
  );
}

function judgeBody(request: ApiRequest, answer: Answer, context: JudgeContext): Verdict {
  const { status, serverTimeMs } = answer;
  const parsed = parseJson(answer.body);
  const mustBeJson = request.method === 'GET' || answer.contentType.includes('json');
  const usable = parsed.ok || (request.method !== 'GET' && answer.body.trim() === '');
  if (usable || !mustBeJson) {
    return { type: 'success', response: { status, body: parsed.value, serverTimeMs } };
  }
  const isRead = request.method === 'GET';
  return fail(
    request,
    'api-response-invalid',
    `answered ${String(status)} with a body that is not JSON`,
    { kind: request.method === 'POST' ? 'ambiguous' : 'invalid', status },
    isRead && !context.invalidBefore ? { refused: false, retryAfterMs: undefined } : undefined,
  );
}

function fail(
  request: ApiRequest,
  code: DiagnosticCode,
  text: string,
  details: {
    readonly kind: FailureKind;
    readonly status?: number;
    readonly cause?: unknown;
    readonly hint?: string;
  },
  retry?: { readonly refused: boolean; readonly retryAfterMs: number | undefined },
): Verdict {
  const { method, path } = request;
  const error = new ApiError(code, `${method} ${path}: ${text}`, { method, path, ...details });
  return { type: 'failure', error, retry };
}

function hintOf(status: number): string | undefined {
  if (status === 401) return 'the API key is wrong, expired or revoked: make a new one';
  if (status === 403) {
    return (
      'the user of the API key may lack the permission, the address of this machine may not be ' +
      'on the allowlist of the organization, or its credits may be used up'
    );
  }
  if (status >= 300 && status <= 399) return 'redirects are not followed: check the base URL';
  return undefined;
}

function parseJson(text: string): { readonly ok: boolean; readonly value: unknown } {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return { ok: false, value: undefined };
  }
}
