import { createHash } from 'node:crypto';
import type { State } from '../../../src/core/prior.ts';
import type { Stack } from '../../../src/core/resource.ts';
import { applyPlan, type ApplyOutcome } from '../../../src/executor/apply.ts';
import { makePlan, type PlannedRun } from '../../../src/executor/make-plan.ts';
import { loadStack } from '../../../src/manifest/load-stack.ts';
import { resolveSources } from '../../../src/manifest/resolve-sources.ts';
import { noApprovals } from '../../../src/planner/approvals.ts';
import type { PlanOptions } from '../../../src/planner/input.ts';
import type { Digester } from '../../../src/state/digest.ts';
import { stateOfTests } from '../state-of-tests.ts';
import { createFakeHosts, type FakeHosts } from '../fake-host.ts';
import { createMemoryFiles, type MemoryFiles } from '../memory-files.ts';
import { createSeededBytes } from '../seeded-random.ts';
import type { Account } from './account.ts';
import type { Entry, Manifest } from './case.ts';

export interface RunOptions extends Partial<PlanOptions> {
  /** `skip` plans as if no source of a secret were at hand. */
  readonly secrets?: 'resolve' | 'skip';
  /** More of trueup.yaml: `imports`, `removed`. */
  readonly settings?: Entry;
}

export interface Ended extends PlannedRun {
  /** Undefined where nothing was applied. */
  readonly outcome: ApplyOutcome | undefined;
}

/** The processes of one stack, one after another, on one state. */
export interface Processes {
  run(purpose: 'plan' | 'apply', manifest: Manifest, options?: RunOptions): Promise<Ended>;
  readonly load: (manifest: Manifest) => Promise<Stack>;
  /** The resources of the state. */
  resources(): State['resources'];
}

/** Stretching a key costs more than everything else that a run does here. */
const DIGESTER: Digester = {
  sync: digest,
  matchesSync: (plain, stored) => digest(plain) === stored,
  digest: (plain) => Promise.resolve(digest(plain)),
  matches: (plain, stored) => Promise.resolve(digest(plain) === stored),
};

const OPTIONS: PlanOptions = {
  destroy: false,
  adopt: [],
  replace: [],
  target: [],
  exclude: [],
  send: [],
  approvals: noApprovals,
  ratePerSecond: 5,
};

interface Place {
  readonly account: Account;
  readonly settings: Entry;
  readonly files: MemoryFiles;
  readonly hosts: FakeHosts;
  readonly bytes: (count: number) => Uint8Array;
}

/** `settings`: the provider's block of trueup.yaml. */
export function createProcesses(account: Account, settings: Entry): Processes {
  const files = createMemoryFiles();
  const place = { account, settings, files, hosts: createFakeHosts(), bytes: createSeededBytes(1) };
  return {
    async run(purpose, manifest, options = {}) {
      const stack = await load(place, manifest, options);
      return account.clock.run(execute(place, purpose, stack, options));
    },
    load: (manifest) => load(place, manifest, {}),
    resources() {
      const text = files.text('/state/state.json');
      if (text === undefined) return {};
      const state = JSON.parse(text) as State;
      return state.resources;
    },
  };
}

async function execute(
  { account, files, hosts, bytes }: Place,
  purpose: 'plan' | 'apply',
  stack: Stack,
  options: RunOptions,
): Promise<Ended> {
  const { accounts, clock, timing, redactor } = account;
  const host = hosts.spawn();
  const backend = stateOfTests({ files, clock, random: bytes, host, timing, redactor }, stack);
  const lock = purpose === 'apply' ? await backend.lock('apply', 0) : undefined;
  try {
    const { state, intents } = await backend.load();
    const shared = { stack, intents, accounts, digester: DIGESTER, redactor, clock, timing, emit };
    const planned = await makePlan({ ...shared, state, options: { ...OPTIONS, ...options } });
    if (lock === undefined || planned.plan.incomplete) return { ...planned, outcome: undefined };
    const never = new AbortController().signal;
    const outcome = await applyPlan({
      ...shared,
      ...planned,
      state: backend,
      lock,
      prior: state,
      parallelism: 10,
      attemptName: () => Buffer.from(bytes(9)).toString('base64url'),
      stop: { isStopped: () => false, waits: never, requests: never },
      deliverSecret: () => Promise.resolve('lost'),
    });
    return { ...planned, outcome };
  } finally {
    await lock?.release();
    host.kill();
  }
}

/** JSON is YAML, and leaves out what is undefined. */
async function load(place: Place, manifest: Manifest, options: RunOptions): Promise<Stack> {
  const { redactor, accounts, provider } = place.account;
  const { secrets: mode = 'resolve', settings = {} } = options;
  const providers = { [provider.name]: place.settings };
  const files = new Map([
    ['trueup.yaml', JSON.stringify({ stack: 'conformance', providers, ...settings })],
    ['main.yaml', JSON.stringify(manifest, undefined, 1)],
  ]);
  const { kinds } = accounts;
  const given = { files, kinds, environment: undefined, vars: {}, varFiles: [], processEnv: {} };
  const { stack, diagnostics } = loadStack({ ...given, redactor });
  if (stack === undefined) throw new Error(diagnostics.map((item) => item.message).join('\n'));
  const reader = {
    env: () => undefined,
    file: (path: string) => Promise.resolve(path),
    command: () => Promise.resolve('x'),
  };
  return (await resolveSources(stack, { reader, mode, redactor })).stack;
}

function emit(): void {}

function digest(plain: string): string {
  const hash = createHash('sha256').update(plain, 'utf8').digest('base64url');
  return `hmac-sha256:test:${hash}`;
}
