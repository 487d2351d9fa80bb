import { TrueupError } from '../core/errors.ts';
import type { DiagnosticCode } from '../core/diagnostic-code.ts';
import { durationText } from '../core/duration-text.ts';
import { isJsonObject } from '../core/json.ts';
import { ApiError } from './api-error.ts';
import { cleanBodyText } from './body-text.ts';
import {
  WAIT_MS_MAX,
  type ApiRequest,
  type ApiResponse,
  type Explanation,
  type FailureKind,
  type RefusedAnswer,
} from './contract.ts';
import type { Try } from './exchange.ts';
import { classifyConnection, isRetriedStatus, kindOfStatus, tlsHint } from './failure.ts';
import { parseAnswer } from './parse-answer.ts';

type Answer = Extract<Try, { readonly type: 'answer' }>;

const LATER = 'run it again later; trueup waits for an API for 10 minutes at most';

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
  /** Whether the request was sent with a new token, since the one before had been refused. */
  readonly renewed?: boolean;
  /** Whether sending it twice does no harm, though it is a POST. */
  readonly repeatable?: boolean;
  readonly explain?: ((answer: RefusedAnswer) => Explanation | undefined) | undefined;
}

/** Decides what one try means for its request. */
export function judge(request: ApiRequest, result: Try, context: JudgeContext): Verdict {
  if (result.type === 'error') return judgeError(request, result, context);
  if (result.type === 'closed') return judgeClosed(request, result.reason, context);
  if (result.type === 'no-token') return judgeNoToken(request, result.error, context);
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
  const isSafe = request.method !== 'POST' || context.repeatable === true;
  const again = connection === 'not-sent' || (sent && isSafe);
  const hint = tlsHint(error);
  return fail(
    request,
    'api-unreachable',
    seconds,
    { kind, cause: new Error(why), ...(hint === undefined ? {} : { hint }) },
    again ? { refused: false, retryAfterMs: undefined } : undefined,
  );
}

function judgeClosed(request: ApiRequest, reason: string, context: JudgeContext): Verdict {
  const kind = context.ambiguousBefore ? 'ambiguous' : 'refused';
  return fail(request, 'api-error', `not sent, since ${reason}`, { kind, hint: LATER });
}

function judgeNoToken(request: ApiRequest, error: TrueupError, context: JudgeContext): Verdict {
  const kind = context.ambiguousBefore ? 'ambiguous' : 'refused';
  return fail(request, error.code, `not sent, since there is no token: ${error.message}`, {
    kind,
    cause: error,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  });
}

function judgeStatus(request: ApiRequest, answer: Answer, context: JudgeContext): Verdict {
  const { status, retryAfterMs } = answer;
  const redirect = status >= 300 && status <= 399;
  const explained = redirect ? undefined : explanationOf(request, answer, context);
  const said = redirect ? targetOf(answer.location) : (explained?.text ?? answer.body);
  const text = cleanBodyText(said, context.scrub);
  // 404 says that the object is not there, whatever an earlier try did.
  const ambiguous = context.ambiguousBefore && status !== 404 && request.method !== 'GET';
  const tooLong = retryAfterMs !== undefined && retryAfterMs > WAIT_MS_MAX;
  const known = explained?.hint === undefined ? undefined : context.scrub(explained.hint);
  const hint = tooLong ? LATER : (known ?? hintOf(status, context.renewed === true));
  const method = context.repeatable === true ? 'GET' : request.method;
  const reason = reasonOf(answer);
  return fail(
    request,
    status === 401 ? 'api-unauthorized' : 'api-error',
    `answered ${String(status)}${tooLong ? `, to be asked again in ${durationText(retryAfterMs)}` : ''}${text === '' ? '' : `: ${text}`}`,
    {
      kind: ambiguous ? 'ambiguous' : kindOfStatus(status),
      status,
      ...(reason === undefined ? {} : { reason }),
      ...(hint === undefined ? {} : { hint }),
    },
    !tooLong && isRetriedStatus(method, status)
      ? { refused: status === 429, retryAfterMs }
      : undefined,
  );
}

/** The machine-readable `code` of a refusal; a word, whatever the API sends. */
function reasonOf({ status, body }: Answer): string | undefined {
  if (status < 400 || status > 499) return undefined;
  const { value } = parseAnswer(body);
  const code = isJsonObject(value) ? value['code'] : undefined;
  return typeof code === 'string' && /^[A-Za-z0-9_.-]{1,64}$/.test(code) ? code : undefined;
}

function explanationOf(
  { method, path }: ApiRequest,
  answer: Answer,
  context: JudgeContext,
): Explanation | undefined {
  if (context.explain === undefined) return undefined;
  const body = parseAnswer(answer.body).value;
  return context.explain({ method, path, status: answer.status, body });
}

function judgeBody(request: ApiRequest, answer: Answer, context: JudgeContext): Verdict {
  const { status, serverTimeMs } = answer;
  const parsed = parseAnswer(answer.body);
  const mustBeJson = request.method === 'GET' || answer.contentType.includes('json');
  const usable = parsed.ok || (request.method !== 'GET' && answer.body.trim() === '');
  if (usable || !mustBeJson) {
    return { type: 'success', response: { status, body: parsed.value, serverTimeMs } };
  }
  const isRead = request.method === 'GET';
  return fail(
    request,
    'api-response-invalid',
    `answered ${String(status)} with ${describeBody(answer, parsed.problem)}`,
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
    readonly reason?: string;
    readonly cause?: unknown;
    readonly hint?: string;
  },
  retry?: { readonly refused: boolean; readonly retryAfterMs: number | undefined },
): Verdict {
  const { method, path } = request;
  const error = new ApiError(code, `${method} ${path}: ${text}`, { method, path, ...details });
  return { type: 'failure', error, retry };
}

function hintOf(status: number, renewed: boolean): string | undefined {
  if (status === 401 && renewed) {
    return 'a new token was refused as well: what it is made from may have been revoked';
  }
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

/** Where a redirect leads, without a query: it may hold what is nobody's business. */
function targetOf(location: string): string {
  if (location === '') return '';
  if (!URL.canParse(location)) return `redirect to ${location.split(/[?#]/, 1)[0] ?? ''}`;
  const { protocol, host, pathname } = new URL(location);
  return `redirect to ${protocol}//${host}${pathname}`;
}

function describeBody(answer: Answer, problem: string): string {
  const { encoding } = answer;
  // No encoding was asked for, so that no answer grows when it is unpacked.
  if (encoding === '' || encoding === 'identity') return problem;
  return `a body in the encoding ${encoding.slice(0, 40)}, which was not asked for`;
}
