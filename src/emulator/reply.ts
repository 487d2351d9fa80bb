import { isFields } from './body.ts';
import type { EmulatorReply, EmulatorRequest, Json } from './contract.ts';
import type { FaultDecision } from './faults.ts';

/** An answer that arrives whole. */
export type Answer = Extract<EmulatorReply, { kind: 'response' }>;

function reply(status: number, contentType: string, body: string, now: number): Answer {
  const date = new Date(now).toUTCString();
  return { kind: 'response', status, headers: { 'content-type': contentType, date }, body };
}

export function jsonReply(value: Json, now: number, status = 200): Answer {
  return reply(status, 'application/json', JSON.stringify(value), now);
}

/** An answer without a body. */
export function emptyReply(status: number, now: number): Answer {
  const date = new Date(now).toUTCString();
  return { kind: 'response', status, headers: { date }, body: '' };
}

/** How an API words an error that is known by status and text only. */
export type ErrorReply = (status: number, text: string, now: number) => Answer;

/** Errors are one line of plain text. */
export function textReply(status: number, text: string, now: number): Answer {
  return reply(status, 'text/plain; charset=utf-8', text, now);
}

interface Circumstances {
  readonly request: EmulatorRequest;
  readonly now: number;
  /** Present when the request was executed. */
  readonly answer?: Answer;
  /** Default: one line of plain text. */
  readonly errorReply?: ErrorReply;
}

type ActualFault = NonNullable<FaultDecision['fault']>;

function isJsonObject(text: string): boolean {
  try {
    return isFields(JSON.parse(text));
  } catch {
    return false;
  }
}

/** A body that was asked for is sent as it is. */
function statusAnswer(
  fault: Extract<ActualFault, { kind: 'status' }>,
  now: number,
  errorReply: ErrorReply,
): Answer {
  const { status, body } = fault;
  if (body === undefined) return errorReply(status, `status ${String(status)}`, now);
  return isJsonObject(body)
    ? reply(status, 'application/json', body, now)
    : textReply(status, body, now);
}

function statusReply(
  fault: Extract<ActualFault, { kind: 'status' }>,
  now: number,
  errorReply: ErrorReply,
): Answer {
  const answer = statusAnswer(fault, now, errorReply);
  if (fault.retryAfter === undefined) return answer;
  const retryAfter =
    fault.retryAfterForm === 'date'
      ? new Date(now + fault.retryAfter * 1_000).toUTCString()
      : String(fault.retryAfter);
  return { ...answer, headers: { ...answer.headers, 'retry-after': retryAfter } };
}

/** An answer without a body gets one: a 204 cannot be malformed. */
function malformed(answer: Answer): Answer {
  const status = answer.body === '' ? 200 : answer.status;
  return { ...answer, status, body: `${answer.body.slice(0, answer.body.length / 2)}<` };
}

/** What a fault makes of a request. */
export function faultReply(fault: ActualFault, circumstances: Circumstances): EmulatorReply {
  const { request, now, answer = jsonReply({}, now), errorReply = textReply } = circumstances;
  switch (fault.kind) {
    case 'reset':
    case 'hang':
      return { kind: fault.kind };
    case 'status':
      return statusReply(fault, now, errorReply);
    case 'echo':
      return errorReply(500, `error processing request: ${request.body ?? request.path}`, now);
    case 'malformed':
      return malformed(answer);
    case 'truncate': {
      if (answer.body === '') return { kind: 'reset' };
      const bytes = Buffer.from(answer.body);
      const { status, headers } = answer;
      const body = bytes.toString('utf8', 0, Math.floor(bytes.length / 2));
      return { kind: 'truncated', status, headers, body, length: bytes.length };
    }
    default:
      return fault satisfies never;
  }
}
