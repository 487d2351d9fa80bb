import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createSingleStoreEmulator } from '../../src/emulator/singlestore/index.ts';
import { createFileBackend } from '../../src/state/file-backend.ts';
import type { LoadedState } from '../../src/state/contract.ts';
import { createFakeHosts } from '../_helpers/fake-host.ts';
import { createMemoryFiles } from '../_helpers/memory-files.ts';
import { environmentOf, mutateStack, randomStack } from '../_helpers/random-stack.ts';
import { createSeededBytes, createSeededRandom } from '../_helpers/seeded-random.ts';
import { createVirtualClock } from '../_helpers/virtual-clock.ts';
import type { StackFiles } from '../_helpers/world.ts';
import { createAccount } from './account.ts';
import {
  codesOf,
  codesOfText,
  eventViolations,
  exitViolations,
  idleViolations,
  leaks,
  twins,
  wireViolations,
  type Violation,
} from './checks.ts';
import { createCheckCounts, type CheckCounts, type Counts } from './counts.ts';
import {
  chance,
  drawAccidents,
  drawFaults,
  drawWorld,
  whole,
  type Preset,
  type WorldDraw,
} from './draw.ts';
import { createOthers } from './others.ts';
import {
  idsLeft,
  idsShown,
  runProcess,
  type ProcessPlan,
  type ProcessResult,
  type Site,
} from './process.ts';
import { NO_FAULTS } from './wire.ts';

/** Reasons for which an apply on a sound API may stop short, all of which tell the user what to do. */
const REFUSALS = new Set([
  'object-exists',
  'object-ambiguous',
  'object-failed',
  'object-expired',
  'create-ambiguous',
  'guard-new-content',
  'guard-protected',
  'limit-exceeded',
  'incomplete-plan',
  'lookup-failed',
  'name-unknown',
]);

const TOKEN = 'token-"of/the+simulation';
const STATE_KEY = 'state-key-of-the-simulation';
const APPROVALS = ['data-loss', 'lockout', 'recreate', 'downtime', 'restart'].flatMap((risk) => [
  '--allow',
  `${risk}=*`,
]);
const APPLY = ['apply', '--auto-approve', ...APPROVALS, '--allow-deletes', '10000'];

const TAKES = /\(imported from "[^"]+"\)/g;
/** Longer than anything is late in the preset `beyond`. */
const BEYOND_MS = 1_200_000;

export interface LifeOptions {
  readonly preset?: Preset;
  readonly counts: Counts;
  /** Told what happens, for a replay. */
  readonly tell?: (text: string) => void;
}

export interface Life {
  readonly violations: readonly Violation[];
  /** Everything that was printed and logged, to compare two runs of one seed. */
  readonly trace: string;
  readonly checks: ReturnType<CheckCounts['table']>;
}

/** One account from its first apply to its end, drawn from a seed. */
export async function live(seed: number, options: LifeOptions): Promise<Life> {
  const directory = mkdtempSync(join(tmpdir(), 'trueup-life-'));
  try {
    return await createLife(seed, directory, options).run();
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function createLife(seed: number, directory: string, options: LifeOptions) {
  const { counts, tell } = options;
  const random = createSeededRandom(seed);
  const world = drawWorld(random, options.preset ?? 'within');
  const clock = createVirtualClock();
  const emulator = createSingleStoreEmulator({
    clock,
    seed,
    timing: world.emulated,
    switches: world.switches,
  });
  const others = createOthers(emulator, createSeededRandom(seed + 7), counts, () => clock.now());
  const account = createAccount(emulator, others, () => clock.now(), blindMsOf(world));
  const violations: Violation[] = [];
  const checks = createCheckCounts(counts);
  const traces: string[] = [];
  /** What trueup was told to leave alone: `onRemove: forget`, `removed: destroy: false`. */
  const forgotten = new Set<string>();
  /** Whatever a state has ever held. */
  const everKnown = new Set<string>();
  /** Twins that came after every window and were reported. */
  const unmanaged = new Set<string>();
  let processes = 0;
  const site: Site = {
    clock,
    emulator,
    counts,
    directory,
    hosts: createFakeHosts(),
    env: {
      SINGLESTOREDB_API_KEY: TOKEN,
      SINGLESTOREDB_MANAGEMENT_BASE_URL: 'https://api.example',
      TRUEUP_STATE_KEY: STATE_KEY,
      TRUEUP_TIMING: world.timing,
    },
    lateMsMax: world.lateMsMax,
    files: createMemoryFiles(),
  };

  const start = async (
    stack: StackFiles,
    argv: readonly string[],
    plan: Partial<ProcessPlan>,
  ): Promise<ProcessResult> => {
    const environment = environmentOf(stack);
    const before = await loadState(site, stack);
    const owned = new Set(idsOf(before));
    processes += 1;
    const number = processes;
    const runChecks = checks.begin();
    const full = [
      ...argv,
      ...(environment === undefined ? [] : ['--env', environment]),
      '--parallelism',
      String(world.parallelism),
      '--rate',
      String(world.rate),
    ];
    const result = await runProcess(site, {
      faults: NO_FAULTS,
      dieAfter: undefined,
      disk: undefined,
      interruptAt: [],
      meanwhile: undefined,
      host: 'here',
      skewMs: 0,
      seed: seed * 1_000 + number,
      ...plan,
      argv: full,
      onExecute: (shown, method, path) => {
        violations.push(...account.judge(shown, owned, method, path));
      },
    });
    counts.add('runs');
    counts.add('requests', result.sent.length);
    tell?.(describe(full, result));
    traces.push(result.stdout, result.stderr, result.log);
    for (const id of idsLeft(result.stdout)) forgotten.add(id);
    for (const id of idsOf(await loadState(site, stack))) everKnown.add(id);
    const { found, checked } = await check(result, argv[0] ?? '', stack, plan.skewMs ?? 0);
    runChecks.checked(checked);
    violations.push(...found.map((text) => `run ${String(number)}: ${text}`));
    return result;
  };

  /** Its create was not answered, and before it was found somebody gave it another name. */
  const isBeyondRecognition = (id: string): boolean => others.renamed.has(id) && !everKnown.has(id);

  const step = (
    stack: StackFiles,
    argv: readonly string[],
    plan: Partial<ProcessPlan> = {},
  ): Promise<ProcessResult> => {
    writeFiles(directory, stack);
    return clock.run(start(stack, argv, plan));
  };

  /** Two applies at once: one of them has to wait, or to end. */
  const race = async (stack: StackFiles): Promise<void> => {
    writeFiles(directory, stack);
    const hosts = chance(random, 0.5) ? ['here', 'here'] : ['here', 'there'];
    const runs = hosts.map(async (host, index) => {
      const patient = chance(random, 0.5) ? ['--lock-timeout', '3h'] : [];
      const { dieAfter: _, disk: __, ...rest } = disturb();
      // Not at the same moment: which disk read ends first, no seed can say.
      if (index > 0) await clock.sleep(whole(random, 1, 5_000));
      return start(stack, [...APPLY, ...patient], { ...rest, host });
    });
    // When the first one has begun, so that it counts as happening to it.
    const both = async (): Promise<void> => {
      await clock.sleep(1);
      counts.add('two applies at once');
    };
    await clock.run(Promise.all([...runs, both()]));
  };

  const check = async (
    result: ProcessResult,
    command: string,
    stack: StackFiles,
    skewMs: number,
  ): Promise<{ readonly found: readonly Violation[]; readonly checked: readonly string[] }> => {
    const writes = command === 'apply' || command === 'destroy';
    const limits = {
      parallelism: world.parallelism,
      ratePerSecond: world.rate,
      provisioningMax: 2,
    };
    const found = [
      ...eventViolations(result),
      ...exitViolations(result, command),
      ...wireViolations(result.sent, limits, writes),
    ];
    const checked = ['rate', 'events', 'secrets', writes ? 'deletes' : 'no write'];
    if (result.exit !== undefined) checked.push('exit');
    const isQuiet = skewMs === 0 && result.sent.every(({ fault }) => fault === undefined);
    if (result.exit === 0 && writes && isQuiet && world.profile === 'real') {
      const { state } = await loadState(site, stack);
      const needs = new Map(
        Object.entries(state.resources).map(([address, entry]) => [address, entry.dependsOn]),
      );
      found.push(...idleViolations(result, needs, 1_500));
      checked.push('idle');
    }
    const secrets = [TOKEN, STATE_KEY, ...secretsOf(stack)];
    const files = site.files.paths().map((path) => site.files.text(path) ?? '');
    const told = [result.stdout, result.stderr, result.log, ...files];
    found.push(
      ...leaks(told, secrets).map((secret) => `secret: '${secret}' in the output of ${command}`),
    );
    return { found, checked };
  };

  const disturb = (): Partial<ProcessPlan> => {
    const accidents = drawAccidents(random);
    const acts = chance(random, 0.35)
      ? Array.from({ length: whole(random, 1, 3) }, () => whole(random, 1, 70))
      : [];
    return {
      ...accidents,
      faults: drawFaults(random),
      host: chance(random, 0.2) ? 'there' : 'here',
      skewMs: chance(random, 0.15) ? whole(random, -600_000, 600_000) : 0,
      meanwhile:
        acts.length === 0
          ? undefined
          : (request) => {
              for (const at of acts) if (at === request) others.act();
            },
    };
  };

  const run = async (): Promise<Life> => {
    tell?.(`${JSON.stringify(world, undefined, 1)}\n`);
    let stack = randomStack(random, { entriesMax: 3 });
    const rounds = whole(random, 1, 4);
    for (let round = 0; round < rounds; round += 1) {
      if (round > 0 && chance(random, 0.6)) stack = mutateStack(random, stack);
      if (chance(random, 0.2)) others.act();
      await disturbedRound(stack);
    }
    // What others did a moment ago may be missing in lists; what trueup did, it has to know.
    const shortMs = others.acted() > 0 ? 70_000 : whole(random, 0, 5) * 1_000;
    const restMs = world.preset === 'beyond' ? BEYOND_MS : shortMs;
    await clock.run(clock.sleep(restMs));
    await finalRound(stack);
    return { violations, trace: traces.join('\n'), checks: checks.table() };
  };

  const disturbedRound = async (stack: StackFiles): Promise<void> => {
    if (chance(random, 0.1)) {
      await race(stack);
      return;
    }
    const dice = random();
    if (dice < 0.12) {
      await step(stack, ['plan', '--detailed-exitcode'], { ...disturb(), interruptAt: [] });
    } else if (dice < 0.2) {
      await step(stack, ['drift'], { ...disturb(), interruptAt: [] });
    } else if (dice < 0.28) {
      const end = ['destroy', '--auto-approve', ...APPROVALS];
      await step(stack, end, disturb());
    } else if (dice < 0.45) {
      const planned = await step(stack, ['plan', '--out', 'saved.plan'], {
        faults: drawFaults(random),
      });
      if (planned.exit === undefined || !planned.stderr.includes('Saved to')) return;
      if (chance(random, 0.4)) others.act();
      await step(
        stack,
        ['apply', 'saved.plan', ...APPROVALS, '--auto-approve', '--allow-deletes', '10000'],
        disturb(),
      );
    } else {
      const partly = chance(random, 0.3) ? ['--allow-incomplete'] : [];
      const patient = chance(random, 0.7) ? ['--lock-timeout', '30m'] : [];
      await step(stack, [...APPLY, ...partly, ...patient], disturb());
    }
  };

  const finalRound = async (stack: StackFiles): Promise<void> => {
    counts.add('final applies');
    const last = await step(stack, [...APPLY, '--lock-timeout', '30m']);
    const codes = [...codesOf(last.events), ...codesOfText(last.stderr)];
    const errors = codes.filter((code) => code.startsWith('error ')).map((code) => code.slice(6));
    const loaded = await loadState(site, stack);
    const stopped = last.exit !== 0;
    if (stopped) {
      counts.add('final applies that refuse');
      const foreign = errors.filter((code) => !REFUSALS.has(code) && code !== 'blocked');
      if (errors.length === 0 || foreign.length > 0) {
        violations.push(
          `the last apply ended with ${String(last.exit)}: ${[...new Set(foreign)].join(', ')}\n${last.stderr.slice(-1_500)}`,
        );
      }
    }
    const known = new Set(idsOf(loaded));
    const beyond = world.preset === 'beyond';
    const check = await step(stack, ['plan', '--detailed-exitcode', '--verbose']);
    if (!stopped && check.exit !== 0) {
      violations.push(
        `the plan after the last apply is not empty:\n${check.stdout}${check.stderr}`,
      );
    }
    const taken = check.stdout.match(TAKES) ?? [];
    const reported = [last.stderr, check.stderr, ...taken, ...idsShown(check.stdout)].join('\n');
    const alike = new Set([...twins(account.made()).values()].flat());
    for (const { id, type } of account.made()) {
      if (known.has(id) || forgotten.has(id) || isBeyondRecognition(id)) continue;
      // Told by name: a possible duplicate, or one of several that stopped a create.
      // Beyond the windows what is no duplicate is at least listed as unmanaged.
      const isListed = beyond && !alike.has(id) && check.stdout.includes(id);
      if (isListed || ((beyond || stopped) && reported.includes(id))) {
        if (beyond) counts.add('twins reported');
        unmanaged.add(id);
        continue;
      }
      violations.push(`${type} ${id} exists because of trueup and is not in the state`);
    }
    for (const [key, ids] of twins(account.made())) {
      if (ids.every((id) => known.has(id) || (beyond && unmanaged.has(id)))) continue;
      violations.push(`twins: ${key}: ${ids.join(', ')}`);
    }
    checks.ofLife(['nothing unknown', 'no twins', stopped ? 'refuses' : 'converges']);
    if (chance(random, 0.3) && !stopped) await theEnd(stack);
  };

  const theEnd = async (stack: StackFiles): Promise<void> => {
    const last = await step(stack, [
      'destroy',
      '--auto-approve',
      ...APPROVALS,
      '--lock-timeout',
      '30m',
    ]);
    if (last.exit !== 0) return;
    counts.add('destroyed');
    checks.ofLife(['leaves nothing']);
    for (const { id, type } of account.made()) {
      if (
        forgotten.has(id) ||
        isBeyondRecognition(id) ||
        (world.preset === 'beyond' && unmanaged.has(id))
      )
        continue;
      violations.push(`${type} ${id} outlived a destroy that ended with 0`);
    }
  };

  return { run };
}

function describe(argv: readonly string[], result: ProcessResult): string {
  const exit = result.exit === undefined ? 'died' : `exit ${String(result.exit)}`;
  const wire = result.sent.map(({ method, path, fault, startMs }) =>
    [
      `  ${new Date(startMs).toISOString()} ${method} ${path}`,
      ...(fault === undefined ? [] : [`← ${fault}`]),
    ].join(' '),
  );
  return [`$ trueup ${argv.join(' ')}`, ...wire, result.stdout, result.stderr, exit, ''].join('\n');
}

/** A list may lag that long behind what others create. */
function blindMsOf(world: WorldDraw): number {
  return world.profile === 'real' ? 1_000_000 : 1_000;
}

function writeFiles(directory: string, stack: StackFiles): void {
  rmSync(join(directory, 'environments'), { recursive: true, force: true });
  for (const name of ['main.yaml', 'people.yml', 'more.yaml', 'trueup.yaml']) {
    rmSync(join(directory, name), { force: true });
  }
  for (const [name, text] of stack) {
    const path = join(directory, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

function secretsOf(stack: StackFiles): readonly string[] {
  return [...stack].filter(([name]) => name.startsWith('secrets/')).map(([, text]) => text);
}

function loadState(site: Site, stack: StackFiles): Promise<LoadedState> {
  const environment = environmentOf(stack) ?? 'default';
  const found = site.files
    .paths()
    .find((path) => path.endsWith('state.json') || path.endsWith('journal.jsonl'));
  const directory =
    found === undefined ? join(site.directory, '.trueup', environment) : dirname(found);
  return createFileBackend({
    files: site.files.copy(),
    directory,
    stack: 'random',
    environment: directory.slice(directory.lastIndexOf('/') + 1),
    clock: site.clock,
    random: createSeededBytes(1),
    host: site.hosts.spawn('elsewhere'),
    redact: (text) => text,
    leaseMs: 60_000,
  }).load();
}

function idsOf(loaded: LoadedState): readonly string[] {
  return Object.values(loaded.state.resources).map((entry) => entry.id);
}
