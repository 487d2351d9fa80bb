import type { EmulatorReply, EmulatorRequest, Json } from './contract.ts';
import type { FaultDecision } from './faults.ts';

/** An answer that arrives whole. */
export type Answer = Extract<EmulatorReply, { kind: 'response' }>;

function reply(status: number, contentType: string, body: string, now: number): Answer {
  const date = new Date(now).toUTCString();
  return { kind: 'response', status, headers: { 'content-type': contentType, date }, body };
}

export function jsonReply(value: Json, now: number): Answer {
  return reply(200, 'application/json', JSON.stringify(value), now);
}

/** Errors are one line of plain text. */
export function textReply(status: number, text: string, now: number): Answer {
  return reply(status, 'text/plain; charset=utf-8', text, now);
}

interface Circumstances {
  readonly request: EmulatorRequest;
  readonly now: number;
  /** Present when the request was executed. */
  readonly answer?: Answer;
}

type ActualFault = NonNullable<FaultDecision['fault']>;

function statusReply(fault: Extract<ActualFault, { kind: 'status' }>, now: number): Answer {
  const answer = textReply(fault.status, fault.body ?? `status ${String(fault.status)}`, now);
  if (fault.retryAfter === undefined) return answer;
  const retryAfter =
    fault.retryAfterForm === 'date'
      ? new Date(now + fault.retryAfter * 1_000).toUTCString()
      : String(fault.retryAfter);
  return { ...answer, headers: { ...answer.headers, 'retry-after': retryAfter } };
}

/** What a fault makes of a request. */
export function faultReply(fault: ActualFault, circumstances: Circumstances): EmulatorReply {
  const { request, now, answer = jsonReply({}, now) } = circumstances;
  switch (fault.kind) {
    case 'reset':
    case 'hang':
      return { kind: fault.kind };
    case 'status':
      return statusReply(fault, now);
    case 'echo':
      return textReply(500, `error processing request: ${request.body ?? request.path}`, now);
    case 'malformed':
      return { ...answer, body: `${answer.body.slice(0, answer.body.length / 2)}<` };
    case 'truncate': {
      const bytes = Buffer.from(answer.body);
      const { status, headers } = answer;
      const body = bytes.toString('utf8', 0, Math.floor(bytes.length / 2));
      return { kind: 'truncated', status, headers, body, length: bytes.length };
    }
    default:
      return fault satisfies never;
  }
}
