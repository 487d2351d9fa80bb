import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFakeHosts } from '../_helpers/fake-host.ts';
import { createMemoryFiles } from '../_helpers/memory-files.ts';
import { environmentOf } from '../_helpers/random-stack.ts';
import { createSeededRandom } from '../_helpers/seeded-random.ts';
import { createVirtualClock } from '../_helpers/virtual-clock.ts';
import { createAccounts } from './accounts.ts';
import { keyOf, type Executed, type Sender } from './account.ts';
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
  drawProviders,
  drawWorld,
  whole,
  type Preset,
  type ProviderChoice,
} from './draw.ts';
import { keysLeft, keysShown } from './printed-plan.ts';
import { runProcess, type ProcessPlan, type ProcessResult, type Site } from './process.ts';
import { describe, keysOf, loadState, secretsOf, writeFiles } from './site.ts';
import { createVersions, type Version } from './versions.ts';
import { NO_FAULTS } from './wire.ts';

/** Reasons for which an apply on a sound API may stop short, all of which tell the user what to do. */
const REFUSALS = new Set([
  'object-exists',
  'object-ambiguous',
  'object-failed',
  'object-expired',
  'create-ambiguous',
  'guard-empty-stack',
  'guard-new-content',
  'guard-protected',
  'limit-exceeded',
  'incomplete-plan',
  'lookup-failed',
  'name-unknown',
]);

const STATE_KEY = 'state-key-of-the-simulation';
const APPROVALS = ['data-loss', 'lockout', 'recreate', 'downtime', 'restart'].flatMap((risk) => [
  '--allow',
  `${risk}=*`,
]);
const APPLY = ['apply', '--auto-approve', ...APPROVALS, '--allow-deletes', '10000'];

const DESTROY = ['destroy', '--auto-approve', ...APPROVALS, '--lock-timeout', '30m'];
const END_STREAM = 5_000_011;

const TAKES = /\(imported from "[^"]+"\)/g;
/** Longer than anything is late in the preset `beyond`. */
const BEYOND_MS = 1_200_000;

export interface LifeOptions {
  readonly preset?: Preset;
  /** Instead of what the seed says. */
  readonly providers?: ProviderChoice;
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
  const choice = options.providers ?? drawProviders(seed);
  const accounts = createAccounts(choice, { seed, clock, world, counts, tell });
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
    servers: accounts.servers,
    ownFault: (host) => accounts.ownFault(host),
    counts,
    directory,
    hosts: createFakeHosts(),
    env: {
      ...accounts.env,
      TRUEUP_STATE_KEY: STATE_KEY,
      TRUEUP_TIMING: world.timing,
    },
    lateMsMax: world.lateMsMax,
    files: createMemoryFiles(),
  };

  const judge = (request: Executed, sender: Sender): ((status: number, body: string) => void) => {
    const judgement = accounts.judge(request, sender);
    violations.push(...judgement.before);
    return (status, body) => void violations.push(...judgement.after(status, body));
  };

  const start = async (
    stack: Version,
    argv: readonly string[],
    plan: Partial<ProcessPlan>,
  ): Promise<ProcessResult> => {
    const environment = environmentOf(stack.files);
    const before = await loadState(site, stack.files);
    accounts.begin(stack.entries);
    const about = {
      owned: new Set(keysOf(before)),
      intended: new Set(before.intents.map(({ type, naturalKey }) => `${type} ${naturalKey}`)),
      startMs: clock.now(),
      entries: stack.entries,
    };
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
      onExecute: (shown, request) =>
        judge(request, { ...about, shown: shown.keys, shownInside: shown.inside }),
    });
    accounts.ended(about.startMs, result.exit === 0);
    counts.add('runs');
    counts.add('requests', result.sent.length);
    tell?.(describe(full, result));
    traces.push(result.stdout, result.stderr, result.log);
    for (const key of keysLeft(result.stdout)) forgotten.add(key);
    for (const key of keysOf(await loadState(site, stack.files))) everKnown.add(key);
    const { found, checked } = await check(result, argv[0] ?? '', stack, plan.skewMs ?? 0);
    runChecks.checked(checked);
    violations.push(...found.map((text) => `run ${String(number)}: ${text}`));
    return result;
  };

  /** Its create was not answered, and before it was found somebody gave it another name. */
  const isBeyondRecognition = (key: string): boolean =>
    accounts.isRenamed(key) && !everKnown.has(key);

  const step = (
    stack: Version,
    argv: readonly string[],
    plan: Partial<ProcessPlan> = {},
  ): Promise<ProcessResult> => {
    writeFiles(directory, stack.files);
    return clock.run(start(stack, argv, plan));
  };

  /** Two applies at once: one of them has to wait, or to end. */
  const race = async (stack: Version): Promise<void> => {
    writeFiles(directory, stack.files);
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
    stack: Version,
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
      ...exitViolations(result, command, accounts.apiHosts),
      ...accounts.each.flatMap((account) => wireViolations(result.sent, account, limits, writes)),
    ];
    const checked = ['rate', 'events', 'secrets', writes ? 'deletes' : 'no write'];
    if (result.exit !== undefined) checked.push('exit');
    const isQuiet = skewMs === 0 && result.sent.every(({ fault }) => fault === undefined);
    if (result.exit === 0 && writes && isQuiet && world.profile === 'real') {
      const { state } = await loadState(site, stack.files);
      const needs = new Map(
        Object.entries(state.resources).map(([address, entry]) => [address, entry.dependsOn]),
      );
      found.push(...idleViolations(result, needs, 1_500));
      checked.push('idle');
    }
    const secrets = [...accounts.secrets, STATE_KEY, ...secretsOf(stack.files)];
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
      faults: drawFaults(random, accounts.collections),
      host: chance(random, 0.2) ? 'there' : 'here',
      skewMs: chance(random, 0.15) ? whole(random, -600_000, 600_000) : 0,
      meanwhile:
        acts.length === 0
          ? undefined
          : (request) => {
              for (const at of acts) if (at === request) accounts.act();
            },
    };
  };

  const run = async (): Promise<Life> => {
    tell?.(`${JSON.stringify(world, undefined, 1)}\n`);
    const versions = createVersions(seed, random, choice);
    let stack = versions.first;
    counts.add(`lives of ${choice}`);
    const rounds = whole(random, 1, 4);
    for (let round = 0; round < rounds; round += 1) {
      if (round > 0 && chance(random, 0.6)) stack = versions.next();
      if (chance(random, 0.2)) accounts.act();
      await disturbedRound(stack);
    }
    // What others did a moment ago may be missing in lists; what trueup did, it has to know.
    const shortMs = accounts.acted() > 0 ? 70_000 : whole(random, 0, 5) * 1_000;
    const restMs = world.preset === 'beyond' ? BEYOND_MS : shortMs;
    await clock.run(clock.sleep(restMs));
    await finalRound(stack);
    return { violations, trace: traces.join('\n'), checks: checks.table() };
  };

  const disturbedRound = async (stack: Version): Promise<void> => {
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
        faults: drawFaults(random, accounts.collections),
      });
      if (planned.exit === undefined || !planned.stderr.includes('Saved to')) return;
      if (chance(random, 0.4)) accounts.act();
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

  const finalRound = async (stack: Version): Promise<void> => {
    counts.add('final applies');
    accounts.calm();
    const last = await step(stack, [...APPLY, '--lock-timeout', '30m']);
    const codes = [...codesOf(last.events), ...codesOfText(last.stderr)];
    const errors = codes.filter((code) => code.startsWith('error ')).map((code) => code.slice(6));
    const loaded = await loadState(site, stack.files);
    const stopped = last.exit !== 0;
    if (stopped) {
      counts.add('final applies that refuse');
      const foreign = errors.filter((code) => !REFUSALS.has(code) && code !== 'blocked');
      if (!accounts.mayRefuse(last.stderr) && (errors.length === 0 || foreign.length > 0)) {
        violations.push(
          `the last apply ended with ${String(last.exit)}: ${[...new Set(foreign)].join(', ')}\n${last.stderr.slice(-1_500)}`,
        );
      }
    }
    const known = new Set(keysOf(loaded));
    const beyond = world.preset === 'beyond';
    const check = await step(stack, ['plan', '--detailed-exitcode', '--verbose']);
    if (!stopped && check.exit !== 0) {
      violations.push(
        `the plan after the last apply is not empty:\n${check.stdout}${check.stderr}`,
      );
    }
    if (!stopped && check.exit === 0) {
      violations.push(...accounts.converged(known, stack.entries, loaded.state.resources));
    }
    const taken = check.stdout.match(TAKES) ?? [];
    const reported = [last.stderr, check.stderr, ...taken, ...keysShown(check.stdout)].join('\n');
    const made = accounts.made();
    const alike = new Set([...twins(made).values()].flat());
    for (const object of made) {
      const key = keyOf(object);
      if (known.has(key) || forgotten.has(key) || isBeyondRecognition(key)) continue;
      // Told by name: a possible duplicate, or one of several that stopped a create.
      // Beyond the windows what is no duplicate is at least listed as unmanaged.
      const isListed = beyond && !alike.has(key) && check.stdout.includes(object.id);
      if (isListed || ((beyond || stopped) && reported.includes(object.id))) {
        if (beyond) counts.add('twins reported');
        unmanaged.add(key);
        continue;
      }
      violations.push(`${key} exists because of trueup and is not in the state`);
    }
    for (const [name, keys] of twins(made)) {
      if (keys.every((key) => known.has(key) || (beyond && unmanaged.has(key)))) continue;
      violations.push(`twins: ${name}: ${keys.join(', ')}`);
    }
    const ending = stopped ? ['refuses'] : ['converges', 'as written'];
    checks.ofLife(['nothing unknown', 'no twins', ...ending]);
    if (chance(random, 0.3) && !stopped) await theEnd(stack);
  };

  /** A destroy that cannot know what it would take along: somebody has just put something there. */
  const blindEnd = async (stack: Version): Promise<void> => {
    const own = createSeededRandom(seed + END_STREAM);
    const prefix = chance(own, 0.6) ? accounts.actInside(own) : undefined;
    if (prefix === undefined) return;
    counts.add('contents that cannot be read');
    const broken = { prefix, fault: 'forbidden' as const };
    await step(stack, DESTROY, { faults: { ...NO_FAULTS, broken } });
  };

  const theEnd = async (stack: Version): Promise<void> => {
    await blindEnd(stack);
    const last = await step(stack, DESTROY);
    if (last.exit !== 0) return;
    counts.add('destroyed');
    checks.ofLife(['leaves nothing']);
    for (const object of accounts.made()) {
      const key = keyOf(object);
      const isLeft = forgotten.has(key) || (world.preset === 'beyond' && unmanaged.has(key));
      if (isLeft || isBeyondRecognition(key)) continue;
      violations.push(`${key} outlived a destroy that ended with 0`);
    }
  };

  return { run };
}
