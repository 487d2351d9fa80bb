import type { Event } from '../../src/core/event.ts';
import type { Inventory, LiveObject } from '../../src/core/live.ts';
import type { Intent, State } from '../../src/core/prior.ts';
import { createRedactor } from '../../src/core/redactor.ts';
import { isValueObject, type ValueObject } from '../../src/core/value.ts';
import type { WritableAccounts } from '../../src/executor/accounts.ts';
import { applyPlan, type ApplyInput, type ApplyOutcome } from '../../src/executor/apply.ts';
import { makePlan, type PlannedRun } from '../../src/executor/make-plan.ts';
import { ApiError } from '../../src/http/api-error.ts';
import type { ApiRequest, ApiResponse, FailureKind, WriteClient } from '../../src/http/contract.ts';
import type { ProviderKind } from '../../src/providers/contract.ts';
import type { HeldLock, JournalRecord, StateBackend } from '../../src/state/contract.ts';
import { createDigester } from '../../src/state/digest.ts';
import { replay } from '../../src/state/replay.ts';
import { boxes, labels, planInput, things, TIMING, type World } from './planner-builder.ts';
import { createVirtualClock, type VirtualClock } from './virtual-clock.ts';

/** What happens to one write: refused or lost before it is done, or lost afterwards. */
export type Fault = 'refuse' | 'lose' | 'lose-answer';

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
  state(): { readonly state: State; readonly intents: readonly Intent[] };
  plan(world: World): Promise<PlannedRun>;
  apply(world: World, planned: PlannedRun, input?: Partial<ApplyInput>): Promise<ApplyOutcome>;
}

export function fakeAccount(start: World): FakeAccount {
  const clock = createVirtualClock();
  const account = {
    clock,
    objects: new Map((start.objects ?? []).map((item) => [item.id, item])),
    events: [] as Event[],
    records: [] as JournalRecord[],
    writes: [] as string[],
    faults: [] as (Fault | undefined)[],
    broken: new Set<string>(),
  };
  const redactor = createRedactor();
  const kinds = new Map(
    [boxes, things, labels].map((shape) => [shape.type, ioKind(shape, account)]),
  );
  const accounts = connect(account, kinds, redactor);
  const prior = planInput(start).prior;
  const stored = (): { readonly state: State; readonly intents: readonly Intent[] } =>
    replay({ state: prior, intents: [] }, account.records);
  const shared = {
    accounts,
    redactor,
    clock,
    timing: { ...TIMING, settleMsMin: 0, equalReads: 1 },
    digester: createDigester({ key: 'key', salt: 'salt' }),
    emit: (event: Event) => account.events.push(event),
  };
  return {
    ...account,
    state: stored,
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

type Account = Pick<FakeAccount, 'clock' | 'objects' | 'writes' | 'faults' | 'broken'>;

function ioKind(shape: typeof boxes, account: Account): ProviderKind {
  const path = `/${shape.name}`;
  return {
    ...shape,
    asynchronous: false,
    provisions: false,
    deleteOn404: 'done',
    list: (_, scope): Promise<Inventory> => {
      if (account.broken.has(shape.type)) return Promise.reject(failure('ambiguous', 500));
      const objects = [...account.objects.values()].filter(
        (item) => item.type === shape.type && item.scope === scope,
      );
      const place = scope === undefined ? {} : { scope };
      return Promise.resolve({ type: shape.type, ...place, complete: true, objects });
    },
    read: (_, id) => Promise.resolve(account.objects.get(id)),
    request(input) {
      if (input.step === 'create') return { method: 'POST', path, body: input.after ?? {} };
      const own = `${path}/${input.id ?? ''}`;
      if (input.step === 'delete') return { method: 'DELETE', path: own };
      return { method: 'PATCH', path: own, body: input.after ?? {} };
    },
    result(input, response) {
      if (input.step !== 'create') return {};
      return {
        id: String(response.body),
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
    requestCount: () => account.writes.length,
    send: async (request, options) => {
      await options?.beforeSend?.();
      return send(account, request);
    },
  };
  return {
    kinds,
    organizations: { fake: organization },
    context: (_, live) => ({ client, redactor, organization, live }),
    client: () => client,
    requestCount: () => account.writes.length,
    writer: () => client,
  };
}

function send(account: Account, request: ApiRequest): ApiResponse {
  const [, name = '', id = ''] = request.path.split('/');
  account.writes.push(`${request.method} ${name} ${id}`.trim());
  const fault = account.faults.shift();
  if (fault === 'refuse') throw failure('refused', 400);
  if (fault === 'lose') throw failure('ambiguous', undefined);
  const body = commit(account, request, name, id);
  if (fault === 'lose-answer') throw failure('ambiguous', 500);
  return { status: 200, body, serverTimeMs: account.clock.now() };
}

function commit(account: Account, request: ApiRequest, name: string, id: string): string {
  const fields: ValueObject = isValueObject(request.body) ? request.body : {};
  const { password: _, ...shown } = fields;
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
    return made;
  }
  return id;
}

function failure(kind: FailureKind, status: number | undefined): ApiError {
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
