import { TrueupError } from '../../src/core/errors.ts';
import type { Clock } from '../../src/core/clock.ts';
import type { Transport } from '../../src/http/contract.ts';
import type { Executed } from './account.ts';
import type { Counts } from './counts.ts';

/** What can go wrong with one request. `after`: it was executed, only its answer is spoilt. */
export const WIRE_FAULTS = [
  'latency',
  '429 seconds',
  '429 date',
  '429 bare',
  '5xx before',
  '5xx after',
  'reset before',
  'reset after',
  'hang before',
  'hang after',
  'late commit',
  'truncated',
  'malformed',
  'oversized',
  'not JSON',
  'wrong shape',
  'echo',
  'forbidden',
] as const;
export type WireFault = (typeof WIRE_FAULTS)[number];

export interface FaultMix {
  readonly kinds: readonly WireFault[];
  /** Share of requests that get one of them. */
  readonly share: number;
  /** Requests of this process, from 1, that all are refused with 503: an outage. */
  readonly outage: { readonly from: number; readonly to: number } | undefined;
  /** Reads of these paths never work: a permission that is missing, a service that is down. */
  readonly broken: { readonly prefix: string; readonly fault: WireFault } | undefined;
}

export const NO_FAULTS: FaultMix = { kinds: [], share: 0, outage: undefined, broken: undefined };

/** A request as the monitor keeps it; times are the world's. */
export interface SentRequest {
  readonly host: string;
  readonly method: string;
  readonly path: string;
  readonly startMs: number;
  endMs: number | undefined;
  readonly fault: WireFault | undefined;
}

export interface WireOptions {
  /** By host. */
  readonly servers: ReadonlyMap<string, Transport>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly faults: FaultMix;
  readonly counts: Counts;
  /** Longest time after which a request that was given up may still be executed. */
  readonly lateMsMax: number;
  readonly onRequest: (number: number) => void;
  /** Called just before a request is executed; what it gives, with the answer as it was made. */
  readonly onExecute: (request: Executed) => (status: number, body: string) => void;
  /** A fault that only the API behind this host knows. */
  readonly ownFault: (
    host: string,
  ) => { readonly name: string; readonly fault: WireFault } | undefined;
  /** After which request the process dies. */
  readonly dieAfter: { readonly requests: number; readonly executed: boolean } | undefined;
  readonly isDead: () => boolean;
  readonly die: () => void;
}

export interface Wire {
  readonly transport: Transport;
  readonly sent: readonly SentRequest[];
}

type Request = Parameters<Transport>[0];
type Answer = Awaited<ReturnType<Transport>>;

/** A request as an API quotes it that tells too much: with its credentials. */
function echoOf({ body, url, headers }: Request): string {
  return `${body ?? url} (authorization: ${headers['authorization'] ?? 'none'})`;
}

/** The way from one process to the API, on which everything can happen that happens on networks. */
export function createWire(options: WireOptions): Wire {
  const { clock, random } = options;
  const sent: SentRequest[] = [];

  const execute = async (request: Request, patient = false): Promise<Answer> => {
    const { host, pathname } = new URL(request.url);
    const raw = options.servers.get(host);
    if (raw === undefined) throw new Error(`nobody is at ${host}`);
    const { method, body } = request;
    const told = options.onExecute({ host, method, path: pathname, body });
    // Its own signal where nobody waits any more: the API does not know of that.
    const signal = patient ? new AbortController().signal : request.signal;
    const answer = await raw({ ...request, signal });
    told(answer.status, answer.body);
    return answer;
  };
  const draw = (number: number, method: string, path: string): WireFault | undefined => {
    const { outage, kinds, share, broken } = options.faults;
    if (broken !== undefined && method === 'GET' && path.startsWith(broken.prefix)) {
      return broken.fault;
    }
    if (outage !== undefined && number >= outage.from && number < outage.to) return '5xx before';
    if (kinds.length === 0 || random() >= share) return undefined;
    return kinds[Math.floor(random() * kinds.length)];
  };
  const transport: Transport = async (request) => {
    if (options.isDead()) return silence();
    const number = sent.length + 1;
    const { host, pathname } = new URL(request.url);
    const own = isFaulty(options.faults) ? options.ownFault(host) : undefined;
    const fault = own?.fault ?? draw(number, request.method, pathname);
    if (fault !== undefined) options.counts.add(own?.name ?? fault);
    const record: SentRequest = {
      host,
      method: request.method,
      path: pathname,
      startMs: clock.now(),
      endMs: undefined,
      fault,
    };
    sent.push(record);
    options.onRequest(number);
    const { dieAfter } = options;
    if (dieAfter !== undefined && number >= dieAfter.requests) {
      if (dieAfter.executed) await execute(request, true).catch(() => undefined);
      options.die();
      return silence();
    }
    try {
      return await suffer(fault, request);
    } finally {
      record.endMs = clock.now();
    }
  };

  const suffer = async (fault: WireFault | undefined, request: Request): Promise<Answer> => {
    switch (fault) {
      case undefined:
        return execute(request);
      case 'latency':
        await clock.sleep(random() * 3_000, request.signal);
        return execute(request);
      case '429 seconds':
        return refusal(429, 'slow down', { 'retry-after': String(1 + Math.floor(random() * 3)) });
      case '429 date':
        return refusal(429, 'slow down', {
          'retry-after': new Date(clock.now() + 1_000 + random() * 3_000).toUTCString(),
        });
      case '429 bare':
        return refusal(429, 'slow down');
      case '5xx before':
        return refusal(pick([500, 502, 503, 504], random), 'try again');
      case '5xx after':
        await execute(request);
        return refusal(pick([500, 502, 503, 504], random), 'upstream failed');
      case 'reset before':
        throw connectionReset();
      case 'reset after':
        await execute(request);
        throw connectionReset();
      case 'hang before':
        return untilAborted(request.signal);
      case 'hang after':
        await execute(request);
        return untilAborted(request.signal);
      case 'late commit':
        void executeLater(request);
        return untilAborted(request.signal);
      case 'truncated':
        await execute(request);
        throw Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' });
      case 'malformed': {
        const answer = await execute(request);
        return { ...answer, body: `${answer.body.slice(0, answer.body.length / 2)}<` };
      }
      case 'oversized':
        await execute(request);
        throw new TrueupError('api-response-too-large', 'the answer of the API is too large');
      case 'not JSON': {
        const answer = await execute(request);
        const headers = { ...answer.headers, 'content-type': 'text/html' };
        return { ...answer, headers, body: '<html><h1>It works</h1></html>' };
      }
      case 'wrong shape': {
        const answer = await execute(request);
        return answer.status === 200 && request.method === 'GET'
          ? { ...answer, body: pick(['null', '{}', '[{}]', '"ok"', '[null]', '7'], random) }
          : answer;
      }
      case 'echo':
        // A refusal is told at once; a 5xx may be overcome by looking whether it was done.
        if (random() < 0.5) return refusal(400, `invalid input: ${echoOf(request)}`);
        await execute(request);
        return refusal(500, `error processing request: ${echoOf(request)}`);
      case 'forbidden':
        return refusal(403, 'access denied');
      default:
        return fault satisfies never;
    }
  };
  /** A request that stood in a queue of the API and is executed after its client gave up. */
  const executeLater = async (request: Request): Promise<void> => {
    await clock.sleep(random() * options.lateMsMax, undefined, 'background');
    await execute(request, true).catch(() => undefined);
  };
  const refusal = (status: number, body: string, headers: Record<string, string> = {}): Answer => ({
    status,
    headers: {
      'content-type': 'text/plain',
      date: new Date(clock.now()).toUTCString(),
      ...headers,
    },
    body,
  });
  return { transport, sent };
}

function isFaulty({ kinds }: FaultMix): boolean {
  return kinds.length > 0;
}

function connectionReset(): Error {
  return Object.assign(new Error('connection reset'), { code: 'ECONNRESET' });
}

function pick<T>(items: readonly [T, ...T[]], random: () => number): T {
  return items[Math.floor(random() * items.length)] ?? items[0];
}

function silence(): Promise<never> {
  return new Promise(() => undefined);
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const give = (): void => {
      // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- the signal's own reason
      reject(signal.reason);
    };
    if (signal.aborted) give();
    else signal.addEventListener('abort', give, { once: true });
  });
}
