import type { Event } from '../../../src/core/event.ts';
import { createRedactor } from '../../../src/core/redactor.ts';
import type { StateResource } from '../../../src/core/prior.ts';
import { parseTiming } from '../../../src/core/timing.ts';
import { inProcessTransport } from '../../../src/emulator/in-process.ts';
import {
  createSpiceEmulator,
  type SpiceEmulator,
  type SpiceSwitches,
} from '../../../src/emulator/spice/index.ts';
import type { WritableAccounts } from '../../../src/executor/accounts.ts';
import { applyPlan, type ApplyOutcome } from '../../../src/executor/apply.ts';
import { createLimiter } from '../../../src/executor/limiter.ts';
import { makePlan } from '../../../src/executor/make-plan.ts';
import { createClient } from '../../../src/http/client.ts';
import type { Transport } from '../../../src/http/contract.ts';
import { loadStack } from '../../../src/manifest/load-stack.ts';
import { resolveSources } from '../../../src/manifest/resolve-sources.ts';
import { noApprovals } from '../../../src/planner/approvals.ts';
import type { PlanOptions } from '../../../src/planner/input.ts';
import type { Plan, ResourceChange } from '../../../src/planner/plan.ts';
import { kindTable } from '../../../src/providers/registry.ts';
import { spice } from '../../../src/providers/spice/index.ts';
import { createDigester, type Digester } from '../../../src/state/digest.ts';
import { stateOfTests } from '../../_helpers/state-of-tests.ts';
import { renderPlan } from '../../../src/views/human/plan.ts';
import { planJson } from '../../../src/views/json/plan-json.ts';
import { createStyle } from '../../../src/views/style.ts';
import { createFakeHosts } from '../../_helpers/fake-host.ts';
import { createMemoryFiles, WorldStopped } from '../../_helpers/memory-files.ts';
import { createSeededBytes, createSeededRandom } from '../../_helpers/seeded-random.ts';
import { createVirtualClock, type VirtualClock } from '../../_helpers/virtual-clock.ts';

/** What becomes of a request that is not simply answered. */
export type Loss = 'before' | 'after';

export interface Ran {
  readonly plan: Plan;
  readonly outcome: ApplyOutcome | undefined;
  readonly events: readonly Event[];
  /** `METHOD path body`, writes only. */
  readonly writes: readonly string[];
  /** Everything a user or the state could see of this run. */
  readonly shown: string;
}

export interface AppWorld {
  readonly clock: VirtualClock;
  readonly emulator: SpiceEmulator;
  /** What the next writes to matching paths become: `POST …/secrets`, in order. */
  readonly losses: { readonly path: RegExp; readonly loss: Loss }[];
  /** Called before a request is answered. */
  onRequest: (line: string) => void | Promise<void>;
  readonly state: () => Promise<Readonly<Record<string, StateResource>>>;
  readonly plan: (main: string, options?: Partial<PlanOptions>, skip?: boolean) => Promise<Ran>;
  readonly apply: (main: string, options?: Partial<PlanOptions>) => Promise<Ran>;
  /** An apply that dies once so many requests are answered; how many there were. */
  readonly applyUntil: (main: string, requests: number) => Promise<number>;
}

const KINDS = kindTable([spice]);
const STATE_KEY = 'a key of the tests';
const digesters = new Map<string, Digester>();

/** One emulated organization, one state, one clock. Sources: `{ fromFile: TEXT }` is the text. */
export function createAppWorld(
  switches: Partial<SpiceSwitches> = {},
  timed: 'fast' | 'none' | 'real' = 'fast',
): AppWorld {
  const clock = createVirtualClock();
  const emulator = createSpiceEmulator({ clock, seed: 3, timing: timed, switches });
  const hosts = createFakeHosts();
  const bytes = createSeededBytes(3);
  let files = createMemoryFiles();
  let requests = 0;
  let diesAt = Number.POSITIVE_INFINITY;
  let die = nothing;
  const timing = parseTiming(timed === 'real' ? 'real' : 'fast');
  if (timing === undefined) throw new Error('no such timing');

  const run = async (
    main: string,
    options: Partial<PlanOptions>,
    mode: 'plan' | 'apply',
    skip: boolean,
  ): Promise<Ran> => {
    const redactor = createRedactor();
    const events: Event[] = [];
    const emit = (event: Event): void => void events.push(event);
    const loaded = loadStack({
      files: new Map([
        ['trueup.yaml', 'stack: small\n'],
        ['main.yaml', main],
      ]),
      kinds: KINDS,
      environment: undefined,
      vars: {},
      varFiles: [],
      processEnv: {},
      redactor,
    });
    if (loaded.stack === undefined) {
      throw new Error(loaded.diagnostics.map(({ message }) => message).join('\n'));
    }
    const reader = {
      env: () => undefined,
      file: (path: string) => Promise.resolve(path),
      command: () => Promise.resolve('x'),
    };
    const resolved = { reader, mode: skip ? ('skip' as const) : ('resolve' as const), redactor };
    const { stack } = await resolveSources(loaded.stack, resolved);
    const raw = inProcessTransport(emulator);
    const writes: string[] = [];
    const transport: Transport = async (request) => {
      const line = `${request.method} ${new URL(request.url).pathname} ${request.body ?? ''}`;
      if (requests >= diesAt) return new Promise(() => undefined);
      requests += 1;
      if (requests === diesAt) {
        await raw(request);
        die();
        return new Promise(() => undefined);
      }
      await world.onRequest(line.trim());
      if (request.method === 'GET') return raw(request);
      writes.push(line.trim());
      const [next] = world.losses;
      if (next?.path.test(line) !== true) return raw(request);
      world.losses.shift();
      if (next.loss === 'after') await raw(request);
      throw Object.assign(new Error('connection reset'), { code: 'ECONNRESET' });
    };
    const pauseMs = timing.retryMs;
    const limits = { clock, parallelism: 10, ratePerSecond: 500, pauseMs, emit };
    const client = createClient({
      baseUrl: 'https://api.example',
      token: redactor.secret('a-token-of-the-tests'),
      transport,
      throttle: createLimiter(limits),
      clock,
      timing,
      redactor,
      userAgent: 'trueup-test',
      emit,
      random: createSeededRandom(3),
      ...(spice.explain === undefined ? {} : { explain: spice.explain }),
    });
    const host = hosts.spawn();
    const mine = files;
    const died = new Promise<Ran>((_, reject) => {
      die = () => {
        mine.stop();
        reject(new WorldStopped());
      };
    });
    died.catch(() => undefined);
    const backend = stateOfTests({ files, clock, random: bytes, host, timing, redactor }, stack);
    const work = async (): Promise<Ran> => {
      const lock = await backend.lock('apply', 0);
      try {
        const { state, intents } = await backend.load();
        const organization = await spice.organization(client);
        const accounts: WritableAccounts = {
          kinds: KINDS,
          organizations: { spice: organization },
          client: () => client,
          writer: () => client,
          context: (_kind, live) => ({ client, redactor, organization, live }),
          requestCount: () => client.requestCount(),
        };
        const { salt } = state;
        const digester = digesters.get(salt) ?? createDigester({ key: STATE_KEY, salt });
        digesters.set(salt, digester);
        const common = { stack, accounts, digester, redactor, clock, timing, emit, intents };
        const planned = await makePlan({
          ...common,
          state,
          options: {
            destroy: false,
            adopt: [],
            replace: [],
            target: [],
            exclude: [],
            send: [],
            approvals: noApprovals,
            ratePerSecond: 5,
            ...options,
          },
        });
        const { plan, live, readAtMs } = planned;
        const outcome =
          mode === 'plan' || plan.incomplete
            ? undefined
            : await applyPlan({
                ...common,
                plan,
                live,
                readAtMs,
                state: backend,
                lock,
                prior: state,
                parallelism: 10,
                attemptName: () => Buffer.from(bytes(9)).toString('base64url'),
                stop: {
                  isStopped: () => false,
                  waits: new AbortController().signal,
                  requests: new AbortController().signal,
                },
                deliverSecret: () => Promise.resolve('lost'),
              });
        const after = await backend.load();
        const shown = [
          renderPlan(plan, { style: createStyle({ color: false }), mode: 'plan' }),
          renderPlan(plan, { style: createStyle({ color: false }), mode: 'drift' }),
          JSON.stringify(planJson(plan, { version: '0' })),
          JSON.stringify(events),
          JSON.stringify(after),
          JSON.stringify(outcome),
        ].join('\n');
        return { plan, outcome, events, writes, shown };
      } finally {
        await lock.release();
      }
    };
    const working = work();
    working.catch(() => undefined);
    try {
      return await clock.run(Promise.race([working, died]));
    } catch (error) {
      if (!(error instanceof WorldStopped)) throw error;
      files = mine.copy();
      throw error;
    } finally {
      host.kill();
    }
  };

  const world: AppWorld = {
    clock,
    emulator,
    losses: [],
    onRequest: () => undefined,
    async state() {
      const backend = stateOfTests(
        { files, clock, random: bytes, host: hosts.spawn(), timing },
        { name: 'small', environment: 'default' },
      );
      return (await clock.run(backend.load())).state.resources;
    },
    plan: (main, options = {}, skip = false) => run(main, options, 'plan', skip),
    apply: (main, options = {}) => run(main, options, 'apply', false),
    async applyUntil(main, count) {
      requests = 0;
      diesAt = count;
      await run(main, {}, 'apply', false).catch((error: unknown) => {
        if (!(error instanceof WorldStopped)) throw error;
      });
      diesAt = Number.POSITIVE_INFINITY;
      return requests;
    },
  };
  return world;
}

function nothing(): void {}

/** Actions other than no-op, as `action key-path`. */
export function actionsOf({ plan }: Ran): readonly string[] {
  return plan.changes
    .filter(({ action }) => action !== 'no-op')
    .map(({ action, address }) => `${action} ${address.slice('spice.'.length)}`);
}

export function changeOf({ plan }: Ran, address: string): ResourceChange {
  const change = plan.changes.find((item) => item.address === `spice.${address}`);
  if (change === undefined) throw new Error(`no ${address}`);
  return change;
}

/** Throws, with what was told, unless everything was applied. */
export async function done(running: Promise<Ran>): Promise<Ran> {
  const ran = await running;
  const told = ran.plan.diagnostics.filter((item) => item.severity === 'error');
  const problems = [...told, ...(ran.outcome?.problems ?? [])];
  if (ran.outcome !== undefined && problems.length === 0) return ran;
  throw new Error(problems.map(({ code, message }) => `${code}: ${message}`).join('\n'));
}

/** The first live object of a type, as the account has it. */
export function onlyOf(world: AppWorld, type: string): { id: string; hidden: unknown } {
  const found = world.emulator.control.snapshot().filter((object) => object.type === type);
  const [only] = found;
  if (only === undefined || found.length > 1) throw new Error(`${found.length} of ${type}`);
  return only;
}

/** Requests of one method to paths that end in a word. */
export function countWrites({ writes }: Ran, method: string, end: string): number {
  return writes.filter((line) => {
    const [own, path = ''] = line.split(' ');
    return own === method && path.endsWith(end);
  }).length;
}
