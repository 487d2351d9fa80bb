import { createHash } from 'node:crypto';
import type { Event } from '../../src/core/event.ts';
import type { Inventory, LiveObject } from '../../src/core/live.ts';
import type { Intent, State } from '../../src/core/prior.ts';
import { createRedactor } from '../../src/core/redactor.ts';
import type { Timing } from '../../src/core/timing.ts';
import { isValueObject, type ValueObject } from '../../src/core/value.ts';
import type { WritableAccounts } from '../../src/executor/accounts.ts';
import { applyPlan, type ApplyInput, type ApplyOutcome } from '../../src/executor/apply.ts';
import {
  finishEarlierRuns,
  type EarlierInput,
  type Remembered,
} from '../../src/executor/earlier-runs.ts';
import { makePlan, type PlannedRun } from '../../src/executor/make-plan.ts';
import { ApiError } from '../../src/http/api-error.ts';
import type { ApiRequest, ApiResponse, FailureKind, WriteClient } from '../../src/http/contract.ts';
import type { ProviderKind } from '../../src/providers/contract.ts';
import type { HeldLock, JournalRecord, StateBackend } from '../../src/state/contract.ts';
import type { Digester } from '../../src/state/digest.ts';
import { replay } from '../../src/state/replay.ts';
import { boxes, labels, planInput, things, TIMING, type World } from './planner-builder.ts';
import { createVirtualClock, type VirtualClock } from './virtual-clock.ts';

/**
 * What happens to one write. Not done: `put-off` (429, and tried again after a minute), `refuse`, `conflict` (409), `missing` (404), `lose`, `pretend` (answered as
 * if it were done). Done: `lose-answer` (500), `garble` (unreadable), `no-id`, and `other-id`, the
 * ID of an object that was there before.
 */
export type Fault =
  | 'put-off'
  | 'refuse'
  | 'conflict'
  | 'missing'
  | 'lose'
  | 'pretend'
  | 'lose-answer'
  | 'garble'
  | 'no-id'
  | 'other-id';

export interface FakeOptions {
  /** Short name of a kind → what is different about it. */
  readonly kinds?: Readonly<Record<string, Partial<ProviderKind>>>;
  readonly timing?: Partial<Timing>;
  readonly stateKey?: string | undefined;
}

/** An account of boxes, things and labels in memory, and what was asked of it. */
export interface FakeAccount {
  readonly clock: VirtualClock;
  readonly objects: Map<string, LiveObject>;
  readonly events: Event[];
  readonly records: JournalRecord[];
  /** `POST boxes`, `PATCH boxes a-id`, … */
  readonly writes: string[];
  /** Faults of the next writes, in order; `undefined` lets one pass. */
  readonly faults: (Fault | undefined)[];
  /** Types whose lists are broken from now on. */
  readonly broken: Set<string>;
  /** `LIST boxes`, `LIST things a-id`, `GET boxes a-id`, … */
  readonly reads: string[];
  /** Bodies of the writes, in order. */
  readonly bodies: unknown[];
  /** How long a new object stays out of lists, a write takes, and stands in line before that. */
  readonly lag: { listMs: number; sendMs: number; lineMs: number };
  /** Writes on their way. */
  readonly sending: { now: number; max: number };
  /** Type → what its lists show whatever there is: a replica that lags behind. */
  readonly lists: Map<string, readonly LiveObject[]>;
  /** Fields that no read shows. */
  readonly hidden: Set<string>;
  /** ID → what reading it by ID fails with. */
  readonly readErrors: Map<string, Error>;
  /** Number of a write, from 1 → what somebody else does right behind it. */
  readonly meanwhile: Map<number, () => void>;
  readonly lock: HeldLock;
  state(): { readonly state: State; readonly intents: readonly Intent[] };
  /** What a run that may write does before it plans. */
  finishEarlier(world: World, input?: Partial<EarlierInput>): Promise<Remembered>;
  plan(world: World): Promise<PlannedRun>;
  apply(world: World, planned: PlannedRun, input?: Partial<ApplyInput>): Promise<ApplyOutcome>;
}

export function fakeAccount(start: World, options: FakeOptions = {}): FakeAccount {
  const clock = createVirtualClock();
  const account = {
    clock,
    objects: new Map((start.objects ?? []).map((item) => [item.id, item])),
    events: [] as Event[],
    records: [] as JournalRecord[],
    writes: [] as string[],
    faults: [] as (Fault | undefined)[],
    broken: new Set<string>(),
    reads: [] as string[],
    bodies: [] as unknown[],
    lag: { listMs: 0, sendMs: 0, lineMs: 0 },
    sending: { now: 0, max: 0 },
    lists: new Map<string, readonly LiveObject[]>(),
    hidden: new Set(['password']),
    readErrors: new Map<string, Error>(),
    meanwhile: new Map<number, () => void>(),
    listedFromMs: new Map<string, number>(),
  };
  const redactor = createRedactor();
  const kinds = new Map(
    [boxes, things, labels].map((shape) => [
      shape.type,
      { ...ioKind(shape, account), ...options.kinds?.[shape.name] },
    ]),
  );
  const accounts = connect(account, kinds, redactor);
  const prior = planInput(start).prior;
  const stored = (): { readonly state: State; readonly intents: readonly Intent[] } =>
    replay({ state: prior, intents: [] }, account.records);
  const shared = {
    accounts,
    redactor,
    clock,
    timing: { ...TIMING, settleMsMin: 0, equalReads: 1, ...options.timing },
    digester: digesterOf('stateKey' in options ? options.stateKey : 'key'),
    emit: (event: Event) => account.events.push(event),
  };
  return {
    ...account,
    lock: heldLock,
    state: stored,
    finishEarlier: (world, input = {}) =>
      clock.run(
        finishEarlierRuns({
          ...shared,
          ...stored(),
          stack: planInput(world).stack,
          backend: backend(account.records),
          stop: { waits: new AbortController().signal },
          destroy: false,
          onWait: () => undefined,
          ...input,
        }),
      ),
    plan: (world) => {
      const { stack, options } = planInput(world);
      return clock.run(makePlan({ ...shared, ...stored(), stack, options }));
    },
    apply: (world, planned, input = {}) => {
      const never = new AbortController().signal;
      const { state, intents } = stored();
      let attempts = 0;
      return clock.run(
        applyPlan({
          ...shared,
          ...planned,
          stack: planInput(world).stack,
          state: backend(account.records),
          lock: heldLock,
          prior: state,
          intents,
          parallelism: 10,
          attemptName: () => `attempt ${(attempts += 1)}`,
          stop: { isStopped: () => false, waits: never, requests: never },
          deliverSecret: () => Promise.resolve('lost'),
          ...input,
        }),
      );
    },
  };
}

type Account = Omit<
  FakeAccount,
  'events' | 'records' | 'lock' | 'state' | 'finishEarlier' | 'plan' | 'apply'
> & {
  readonly listedFromMs: Map<string, number>;
};

function ioKind(shape: typeof boxes, account: Account): ProviderKind {
  const path = `/${shape.name}`;
  return {
    ...shape,
    asynchronous: false,
    provisions: false,
    deleteOn404: 'done',
    list: (_, scope): Promise<Inventory> => {
      account.reads.push(`LIST ${shape.name} ${scope ?? ''}`.trim());
      if (account.broken.has(shape.type)) return Promise.reject(failure('ambiguous', 500));
      const nowMs = account.clock.now();
      const there = account.lists.get(shape.type) ?? [...account.objects.values()];
      const objects = there.filter(
        (item) =>
          item.type === shape.type &&
          item.scope === scope &&
          (account.listedFromMs.get(item.id) ?? 0) <= nowMs,
      );
      const place = scope === undefined ? {} : { scope };
      return Promise.resolve({ type: shape.type, ...place, complete: true, objects });
    },
    read(_, id) {
      account.reads.push(`GET ${shape.name} ${id}`);
      const error = account.readErrors.get(id);
      return error === undefined ? Promise.resolve(account.objects.get(id)) : Promise.reject(error);
    },
    request(input) {
      if (input.step === 'create') return { method: 'POST', path, body: input.after ?? {} };
      const own = `${path}/${input.id ?? ''}`;
      if (input.step === 'delete') return { method: 'DELETE', path: own };
      return { method: 'PATCH', path: own, body: input.after ?? {} };
    },
    result(input, response) {
      if (input.step !== 'create' || typeof response.body !== 'string') return {};
      return {
        id: response.body,
        ...(input.scope === undefined ? {} : { scope: input.scope }),
      };
    },
  };
}

function connect(
  account: Account,
  kinds: ReadonlyMap<string, ProviderKind>,
  redactor: ReturnType<typeof createRedactor>,
): WritableAccounts {
  const organization = { id: 'org', name: 'Acme' };
  const client: WriteClient = {
    get: () => Promise.reject(new Error('the fakes read without a client')),
    lastServerTimeMs: () => account.clock.now(),
    requestCount: () => account.writes.length + account.reads.length,
    send: async (request, options) => {
      const { sending, lag } = account;
      if (lag.lineMs > 0) await account.clock.sleep(lag.lineMs);
      await options?.beforeSend?.();
      if (account.faults[0] === 'put-off') {
        account.faults.shift();
        await account.clock.sleep(60_000);
        await options?.beforeSend?.();
      }
      sending.now += 1;
      sending.max = Math.max(sending.max, sending.now);
      try {
        if (lag.sendMs > 0) await account.clock.sleep(lag.sendMs);
        return send(account, request);
      } finally {
        sending.now -= 1;
      }
    },
  };
  return {
    kinds,
    organizations: { fake: organization },
    context: (_, live) => ({ client, redactor, organization, live }),
    client: () => client,
    requestCount: () => account.writes.length + account.reads.length,
    writer: () => client,
  };
}

function send(account: Account, request: ApiRequest): ApiResponse {
  const [, name = '', id = ''] = request.path.split('/');
  account.writes.push(`${request.method} ${name} ${id}`.trim());
  account.bodies.push(request.body);
  const behind = account.meanwhile.get(account.writes.length);
  const fault = account.faults.shift();
  if (fault === 'refuse') throw failure('refused', 400);
  if (fault === 'conflict' || fault === 'missing') {
    behind?.();
    throw failure('refused', fault === 'conflict' ? 409 : 404);
  }
  const isDone = fault !== 'lose' && fault !== 'pretend';
  const others = [...account.objects.values()].filter((item) => item.type === `fake.${name}`);
  const body = isDone ? commit(account, request, name, id) : `made-${account.writes.length}`;
  behind?.();
  if (fault === 'lose') throw failure('ambiguous', undefined);
  if (fault === 'lose-answer') throw failure('ambiguous', 500);
  if (fault === 'garble') throw failure('invalid', 200);
  const told = { 'no-id': undefined, 'other-id': others[0]?.id };
  const isTold = fault === 'no-id' || fault === 'other-id';
  return { status: 200, body: isTold ? told[fault] : body, serverTimeMs: account.clock.now() };
}

function commit(account: Account, request: ApiRequest, name: string, id: string): string {
  const fields: ValueObject = isValueObject(request.body) ? request.body : {};
  const shown = Object.fromEntries(
    Object.entries(fields).filter(([field]) => !account.hidden.has(field)),
  );
  const known = account.objects.get(id);
  if (request.method === 'DELETE') account.objects.delete(id);
  else if (known !== undefined) {
    account.objects.set(id, { ...known, fields: { ...known.fields, ...shown } });
  } else {
    const made = `made-${account.writes.length}`;
    const { box } = fields;
    account.objects.set(made, {
      type: `fake.${name}`,
      id: made,
      ...(typeof box === 'string' ? { scope: box } : {}),
      fields: shown,
      attributes: { endpoint: `${made}.example` },
      status: 'settled',
      createdAt: new Date(account.clock.now()).toISOString(),
    });
    account.listedFromMs.set(made, account.clock.now() + account.lag.listMs);
    return made;
  }
  return id;
}

/** Like the real ones, with a key and without, but at no cost: a virtual clock sees no thread pool. */
function digesterOf(key: string | undefined): Digester {
  const prefix = key === undefined ? 'slow:' : `${key}:`;
  const make = (plain: string): string => prefix + createHash('sha256').update(plain).digest('hex');
  const matches = (plain: string, stored: string): boolean | undefined =>
    stored.startsWith(prefix) ? make(plain) === stored : undefined;
  return {
    sync: key === undefined ? undefined : make,
    matchesSync: key === undefined ? undefined : matches,
    digest: (plain) => Promise.resolve(make(plain)),
    matches: (plain, stored) => Promise.resolve(matches(plain, stored)),
  };
}

export function failure(kind: FailureKind, status: number | undefined): ApiError {
  return new ApiError('api-error', `${kind} by the fake`, {
    kind,
    method: 'POST',
    path: '/',
    ...(status === undefined ? {} : { status }),
  });
}

const heldLock: HeldLock = {
  info: {
    id: 'lock',
    host: 'host',
    pid: 1,
    processStart: '',
    operation: 'apply',
    user: 'user',
    acquiredAtMs: 0,
    renewedAtMs: 0,
    leaseMs: 1,
  },
  isHeld: () => true,
  release: () => Promise.resolve(),
};

function backend(records: JournalRecord[]): StateBackend {
  return {
    load: () => Promise.reject(new Error('not in these tests')),
    lock: () => Promise.resolve(heldLock),
    appendIntents: (intents) => {
      records.push(...intents.map((intent) => ({ op: 'intent', intent }) as const));
      return Promise.resolve();
    },
    append: (more) => {
      records.push(...more);
      return Promise.resolve();
    },
    fold: () => Promise.resolve(),
  };
}
