import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Diagnostic } from '../../src/core/diagnostic.ts';
import type { Event } from '../../src/core/event.ts';
import { createRedactor, type Redactor } from '../../src/core/redactor.ts';
import type { Stack } from '../../src/core/resource.ts';
import { parseTiming } from '../../src/core/timing.ts';
import { inProcessTransport } from '../../src/emulator/in-process.ts';
import {
  createSingleStoreEmulator,
  type EmulatorOptions,
  type SingleStoreEmulator,
} from '../../src/emulator/singlestore/index.ts';
import type { WritableAccounts } from '../../src/executor/accounts.ts';
import { applyPlan, type ApplyOutcome } from '../../src/executor/apply.ts';
import { createLimiter } from '../../src/executor/limiter.ts';
import { makePlan, type PlannedRun } from '../../src/executor/make-plan.ts';
import { createClient, createReadClient } from '../../src/http/client.ts';
import type { Transport } from '../../src/http/contract.ts';
import { loadStack } from '../../src/manifest/load-stack.ts';
import { resolveSources } from '../../src/manifest/resolve-sources.ts';
import { noApprovals } from '../../src/planner/approvals.ts';
import type { PlanOptions } from '../../src/planner/input.ts';
import { kindTable, PROVIDERS } from '../../src/providers/registry.ts';
import { createDigester, type Digester } from '../../src/state/digest.ts';
import { stateOfTests } from './state-of-tests.ts';
import { createFakeHosts } from './fake-host.ts';
import { createMemoryFiles, WorldStopped, type MemoryFiles } from './memory-files.ts';
import { createSeededBytes, createSeededRandom } from './seeded-random.ts';
import { createVirtualClock, type VirtualClock } from './virtual-clock.ts';

export interface WorldOptions {
  readonly seed?: number;
  /** Emulator's; default `fast`. */
  readonly emulated?: EmulatorOptions['timing'];
  readonly switches?: EmulatorOptions['switches'];
  /** trueup's; default `fast`. */
  readonly timing?: string;
  readonly ratePerSecond?: number;
}

export type StackFiles = ReadonlyMap<string, string>;

export interface RunOptions {
  readonly env?: string;
  readonly vars?: Readonly<Record<string, string>>;
  readonly plan?: Partial<PlanOptions>;
  /** Ends the process at this moment: after its k-th request or its k-th state write. */
  readonly dieAfter?: { readonly requests: number } | { readonly writes: number };
  /** Runs between plan and apply: somebody else changes things. */
  readonly between?: (world: World) => void | Promise<void>;
  /** Applies even an incomplete plan (`--allow-incomplete`). */
  readonly allowIncomplete?: boolean;
  /** Called before each request; may interrupt. */
  readonly onRequest?: (count: number, stop: () => void) => void;
  readonly secrets?: 'resolve' | 'skip';
}

export interface RunResult {
  readonly died: boolean;
  readonly planned: PlannedRun | undefined;
  readonly outcome: ApplyOutcome | undefined;
  readonly events: readonly Event[];
  readonly requests: number;
  readonly writes: number;
}

/** One account, one state directory, one clock; any number of trueup processes, one after another. */
export interface World {
  readonly clock: VirtualClock;
  readonly emulator: SingleStoreEmulator;
  files(): MemoryFiles;
  load(stack: StackFiles, options?: RunOptions): Promise<Stack>;
  plan(stack: StackFiles, options?: RunOptions): Promise<RunResult>;
  apply(stack: StackFiles, options?: RunOptions): Promise<RunResult>;
}

const STATE_KEY = 'a key of the tests';
/** One a salt for all worlds: stretching the key costs more than everything else a run does. */
const digesters = new Map<string, Digester>();

export function createWorld(options: WorldOptions = {}): World {
  const clock = createVirtualClock();
  const seed = options.seed ?? 1;
  const emulator = createSingleStoreEmulator({
    clock,
    seed,
    timing: options.emulated ?? 'fast',
    ...(options.switches === undefined ? {} : { switches: options.switches }),
  });
  const hosts = createFakeHosts();
  const bytes = createSeededBytes(seed);
  let files = createMemoryFiles();
  const timing = parseTiming(options.timing ?? 'fast');
  if (timing === undefined) throw new Error('no such timing');
  const kinds = kindTable(PROVIDERS);

  const load = async (
    stackFiles: StackFiles,
    run: RunOptions = {},
    redactor: Redactor = createRedactor(),
  ): Promise<Stack> => {
    const loaded = loadStack({
      files: onlyManifests(stackFiles),
      kinds,
      environment: run.env,
      vars: run.vars ?? {},
      varFiles: [],
      processEnv: {},
      redactor,
    });
    const problems: Diagnostic[] = loaded.diagnostics.filter((item) => item.severity === 'error');
    if (loaded.stack === undefined) {
      throw new Error(problems.map((item) => `${item.code}: ${item.message}`).join('\n'));
    }
    const reader = {
      env: () => undefined,
      file: (path: string) => Promise.resolve(stackFiles.get(path) ?? path),
      command: () => Promise.resolve('x'),
    };
    const mode = run.secrets ?? 'resolve';
    return (await resolveSources(loaded.stack, { reader, mode, redactor })).stack;
  };

  const execute = async (
    stackFiles: StackFiles,
    run: RunOptions,
    writes: boolean,
  ): Promise<RunResult> => {
    const redactor = createRedactor();
    const stack = await load(stackFiles, run, redactor);
    const host = hosts.spawn();
    const events: Event[] = [];
    const random = createSeededRandom(seed);
    const mine = files;
    const firstWrite = mine.writes();
    let requests = 0;
    let die = nothing;
    const died = new Promise<'died'>((resolve) => {
      die = () => {
        mine.stop();
        resolve('died');
      };
    });
    const stop = new AbortController();
    const raw = inProcessTransport(emulator);
    let dead = false;
    const limit = run.dieAfter;
    const transport: Transport = async (request) => {
      if (dead) return new Promise(() => undefined);
      requests += 1;
      const number = requests;
      run.onRequest?.(number, () => {
        stop.abort(new Error('interrupted'));
      });
      const answer = raw(request);
      if (limit !== undefined && 'requests' in limit && number >= limit.requests) {
        dead = true;
        await answer.catch(() => undefined);
        die();
        return new Promise(() => undefined);
      }
      return answer;
    };
    if (limit !== undefined && 'writes' in limit) {
      mine.setHook((write, phase) => {
        if (phase === 'after' && write.index - firstWrite >= limit.writes) {
          dead = true;
          die();
        }
      });
    }
    const throttle = createLimiter({
      clock,
      parallelism: 10,
      ratePerSecond: options.ratePerSecond ?? 200,
      pauseMs: timing.retryMs,
      emit: (event) => void events.push(event),
    });
    const provider = PROVIDERS[0];
    if (provider === undefined) throw new Error('no provider');
    const clientOptions = {
      baseUrl: 'https://api.example',
      token: redactor.secret('a-token-of-the-tests'),
      transport,
      throttle,
      clock,
      timing,
      redactor,
      userAgent: 'trueup-test',
      emit: (event: Event) => void events.push(event),
      random,
    };
    const writer = writes ? createClient(clientOptions) : undefined;
    const client = writer ?? createReadClient(clientOptions);
    const backend = stateOfTests(
      { files: mine, clock, random: bytes, host, timing, redactor },
      stack,
    );
    let planned: PlannedRun | undefined;
    const work = async (): Promise<ApplyOutcome | undefined> => {
      const lock = writes ? await backend.lock('apply', 0) : undefined;
      try {
        const loaded = await backend.load();
        const organization = await provider.organization(client);
        const accounts: WritableAccounts = {
          kinds,
          organizations: { singlestore: organization },
          client: () => client,
          writer: () => {
            if (writer === undefined) throw new Error('a read client does not write');
            return writer;
          },
          context: (_kind, live) => ({ client, redactor, organization, live }),
          requestCount: () => client.requestCount(),
        };
        const { salt } = loaded.state;
        const digester = digesters.get(salt) ?? createDigester({ key: STATE_KEY, salt });
        digesters.set(salt, digester);
        planned = await makePlan({
          stack,
          state: loaded.state,
          intents: loaded.intents,
          accounts,
          digester,
          redactor,
          clock,
          timing,
          options: {
            destroy: false,
            adopt: [],
            replace: [],
            target: [],
            exclude: [],
            send: [],
            approvals: noApprovals,
            ratePerSecond: 5,
            ...run.plan,
          },
          emit: (event) => void events.push(event),
        });
        if (lock === undefined) return undefined;
        if (planned.plan.incomplete && run.allowIncomplete !== true) return undefined;
        await run.between?.(world);
        return await applyPlan({
          plan: planned.plan,
          stack,
          accounts,
          live: planned.live,
          readAtMs: planned.readAtMs,
          state: backend,
          lock,
          prior: loaded.state,
          intents: loaded.intents,
          clock,
          timing,
          parallelism: 10,
          attemptName: () => Buffer.from(bytes(9)).toString('base64url'),
          digester,
          redactor,
          emit: (event) => void events.push(event),
          stop: {
            isStopped: () => stop.signal.aborted,
            waits: stop.signal,
            requests: new AbortController().signal,
          },
          deliverSecret: () => Promise.resolve('lost'),
        });
      } finally {
        await lock?.release();
      }
    };
    const working = work().catch((error: unknown): 'died' => {
      if (error instanceof WorldStopped) return 'died';
      throw error;
    });
    working.catch(() => undefined);
    const ended = await clock.run(Promise.race([working, died]));
    mine.setHook(undefined);
    const result = { planned, events, requests, writes: mine.writes() - firstWrite };
    host.kill();
    if (ended !== 'died') return { ...result, died: false, outcome: ended };
    files = mine.copy();
    return { ...result, died: true, outcome: undefined };
  };

  const world: World = {
    clock,
    emulator,
    files: () => files,
    load,
    plan: (stack, run = {}) => execute(stack, run, false),
    apply: (stack, run = {}) => execute(stack, run, true),
  };
  return world;
}

/** The files of a stack on disk, the ones it names as sources too. */
export function stackFromDisk(directory: string): StackFiles {
  const files = new Map<string, string>();
  const walk = (folder: string): void => {
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      if (name.startsWith('.')) continue;
      if (statSync(path).isDirectory()) walk(path);
      else files.set(relative(directory, path), readFileSync(path, 'utf8').trimEnd());
    }
  };
  walk(directory);
  return files;
}

/** Only the manifests of a stack: what `loadStack` is given. */
export function onlyManifests(files: StackFiles): StackFiles {
  return new Map([...files].filter(([name]) => /\.ya?ml$/.test(name)));
}

/** Actions other than no-op, as `action address`. */
export function actionsOf(result: RunResult): readonly string[] {
  return (result.planned?.plan.changes ?? [])
    .filter((change) => change.action !== 'no-op')
    .map((change) => `${change.action} ${change.address}`);
}

/** Natural keys that more than one live object bears; there must be none. */
export function duplicates(emulator: SingleStoreEmulator): readonly string[] {
  const seen = new Map<string, number>();
  for (const object of emulator.control.snapshot()) {
    const { fields, type } = object;
    if (fields['state'] === 'TERMINATED' || fields['deletedAt'] !== undefined) continue;
    const name = textOf(fields['name'] ?? fields['role']);
    if (name === '') continue;
    const group = type === 'workspace' ? textOf(fields['workspaceGroupID']) : '';
    const place = `${type} ${group} ${textOf(fields['resourceType'])} ${name}`;
    seen.set(place, (seen.get(place) ?? 0) + 1);
  }
  return [...seen].filter(([, count]) => count > 1).map(([place]) => place);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function nothing(): void {}
