import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../src/core/clock.ts';
import { isJsonObject, type JsonObject } from '../../src/core/json.ts';
import type { CommandIo } from '../../src/commands/command-io.ts';
import { runCli } from '../../src/commands/program.ts';
// Loaded on demand by the program; loading takes time that the virtual clock knows nothing of.
import { runApply } from '../../src/commands/apply.ts';
import { runDestroy } from '../../src/commands/destroy.ts';
import { runDrift } from '../../src/commands/drift.ts';
import { runPlan } from '../../src/commands/plan.ts';
import type { Transport } from '../../src/http/contract.ts';
import { createDigester, type Digester } from '../../src/state/digest.ts';
import type { createFakeHosts } from '../_helpers/fake-host.ts';
import type { FileWrite, MemoryFiles } from '../_helpers/memory-files.ts';
import { createSeededBytes, createSeededRandom } from '../_helpers/seeded-random.ts';
import type { VirtualClock } from '../_helpers/virtual-clock.ts';
import type { Executed } from './account.ts';
import type { Counts } from './counts.ts';
import { idsInside, keysShown } from './printed-plan.ts';
import { createWire, type FaultMix, type SentRequest, type WireOptions } from './wire.ts';

/** The file system of a process goes wrong at these of its writes, counted from 1. */
export interface DiskFault {
  readonly code: 'ENOSPC' | 'EACCES' | 'EROFS' | 'EIO';
  readonly from: number;
  readonly to: number;
  /** Whether the write took place all the same. */
  readonly done: boolean;
}

export interface ProcessPlan {
  /** Without program and stack directory: `['apply', '--auto-approve']`. */
  readonly argv: readonly string[];
  readonly faults: FaultMix;
  readonly dieAfter:
    | { readonly requests: number; readonly executed: boolean }
    | { readonly writes: number; readonly power: boolean; readonly torn: boolean }
    | undefined;
  readonly disk: DiskFault | undefined;
  /** Interrupts at these requests. */
  readonly interruptAt: readonly number[];
  /** Called before each request: another user of the account. */
  readonly meanwhile: ((request: number) => void) | undefined;
  readonly host: string;
  readonly skewMs: number;
  readonly seed: number;
  /** Called just before a request is executed, with what the plan showed as going. */
  readonly onExecute: (
    shown: { readonly keys: ReadonlySet<string>; readonly inside: ReadonlySet<string> },
    request: Executed,
  ) => (status: number, body: string) => void;
}

export interface ProcessResult {
  /** Undefined when the process died. */
  readonly exit: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly events: readonly JsonObject[];
  readonly sent: readonly SentRequest[];
  readonly diskFailed: boolean;
  readonly startMs: number;
  readonly endMs: number;
  readonly log: string;
}

/** What processes run in, one after another or two at once. */
export interface Site {
  readonly clock: VirtualClock;
  /** By host. */
  readonly servers: ReadonlyMap<string, Transport>;
  readonly ownFault: WireOptions['ownFault'];
  readonly hosts: ReturnType<typeof createFakeHosts>;
  readonly counts: Counts;
  readonly env: Readonly<Record<string, string>>;
  /** Of the stack, on a real disk; the state is in `files`. */
  readonly directory: string;
  readonly lateMsMax: number;
  files: MemoryFiles;
}

/** Loaded before the first life begins. */
const LOADED: readonly unknown[] = [runApply, runDestroy, runDrift, runPlan];

const digesters = new Map<string, Digester>();
/**
 * Deriving keys costs more than everything else that a short run does. Not in the thread pool: when
 * that is done depends on the machine, and a seed must say everything.
 */
const rememberingDigester: typeof createDigester = ({ key, salt }) => {
  const place = `${key ?? ''} ${salt}`;
  const known = digesters.get(place) ?? createDigester({ key, salt });
  const { sync, matchesSync } = known;
  const made: Digester = {
    sync,
    matchesSync,
    digest: (plain) => known.digest(plain),
    matches: (plain, stored) => known.matches(plain, stored),
  };
  if (digesters.size > 50) digesters.clear();
  digesters.set(place, made);
  return made;
};

let logs = 0;

/** Runs one command line of trueup from start to end, or to its death. */
export async function runProcess(site: Site, plan: ProcessPlan): Promise<ProcessResult> {
  if (LOADED.includes(undefined)) throw new Error('the commands are not loaded');
  const { files } = site;
  const host = site.hosts.spawn(plan.host);
  const text = { stdout: '', stderr: '' };
  const startMs = site.clock.now();
  const firstWrite = files.writes();
  const sleeps = new AbortController();
  let dead = false;
  let diskFailed = false;
  let die = nothing;
  const died = new Promise<'died'>((resolve) => {
    die = () => {
      dead = true;
      sleeps.abort();
      files.stop();
      resolve('died');
    };
  });
  const interrupts: (() => void)[] = [];
  const wire = createWire({
    servers: site.servers,
    ownFault: site.ownFault,
    clock: site.clock,
    random: createSeededRandom(plan.seed),
    faults: plan.faults,
    counts: site.counts,
    lateMsMax: site.lateMsMax,
    onRequest: (number) => {
      plan.meanwhile?.(number);
      if (!plan.interruptAt.includes(number)) return;
      site.counts.add('interrupt');
      for (const interrupt of interrupts) interrupt();
    },
    onExecute: (request) => {
      const shown = { keys: keysShown(text.stdout), inside: idsInside(text.stdout) };
      return plan.onExecute(shown, request);
    },
    dieAfter:
      plan.dieAfter !== undefined && 'requests' in plan.dieAfter ? plan.dieAfter : undefined,
    isDead: () => dead,
    die: () => {
      die();
    },
  });
  const onWrite = (write: FileWrite, phase: 'before' | 'after'): void => {
    const number = write.index - firstWrite;
    const { disk, dieAfter } = plan;
    if (disk !== undefined && number >= disk.from && number < disk.to) {
      if (phase === (disk.done ? 'after' : 'before')) {
        diskFailed = true;
        site.counts.add(`disk ${disk.code}`);
        throw Object.assign(new Error(`${disk.code}: ${write.op}`), { code: disk.code });
      }
    }
    if (dieAfter === undefined || !('writes' in dieAfter)) return;
    if (phase === 'after' && number >= dieAfter.writes) die();
  };
  const hooked =
    plan.disk !== undefined || (plan.dieAfter !== undefined && 'writes' in plan.dieAfter);
  if (hooked) files.setHook(onWrite);
  const logFile = join(site.directory, `.events-${String((logs += 1))}.jsonl`);
  const io: CommandIo = {
    stdout: sink((part) => (text.stdout += part)),
    stderr: sink((part) => (text.stderr += part)),
    env: site.env,
    cwd: site.directory,
    canAsk: false,
    ask: () => Promise.reject(new Error('nobody is there')),
    clock: processClock(site.clock, plan.skewMs, sleeps.signal),
    random: createSeededBytes(plan.seed + 1),
    onInterrupt(callback) {
      interrupts.push(callback);
      return () => void interrupts.splice(interrupts.indexOf(callback), 1);
    },
    machine: {
      files,
      host,
      openWire: () => ({ transport: wire.transport, close: () => Promise.resolve() }),
      createDigester: rememberingDigester,
    },
  };
  const argv = ['node', 'trueup', ...plan.argv, '--log-file', logFile];
  const ended = await Promise.race([runCli(argv, io), died]);
  if (hooked) files.setHook(undefined);
  host.kill();
  const exit = ended === 'died' ? undefined : ended;
  if (exit === undefined) {
    site.files = afterDeath(files, plan, site.counts);
  }
  const log = readLog(logFile);
  return {
    exit,
    ...text,
    events: log.split('\n').flatMap(parseEvent),
    sent: wire.sent,
    diskFailed,
    startMs,
    endMs: site.clock.now(),
    log,
  };
}

/** A clock that is wrong by a constant, and that does not go on for the dead. */
function processClock(clock: VirtualClock, skewMs: number, death: AbortSignal): Clock {
  return {
    now: () => clock.now() + skewMs,
    sleep: async (delayMs, signal, mode) => {
      if (death.aborted) return new Promise(nothing);
      const either = signal === undefined ? death : AbortSignal.any([signal, death]);
      try {
        await clock.sleep(delayMs, either, mode);
      } catch (error) {
        if (!death.aborted) throw error;
      }
      return death.aborted ? new Promise(nothing) : undefined;
    },
  };
}

/** What is found on the disk after a process ended at once, with or without the whole machine. */
function afterDeath(
  files: MemoryFiles,
  { dieAfter, seed }: ProcessPlan,
  counts: Counts,
): MemoryFiles {
  if (dieAfter === undefined || !('writes' in dieAfter)) {
    counts.add('death at a request');
    return files.copy();
  }
  counts.add('death at a write');
  if (!dieAfter.power) return files.copy();
  counts.add('power lost');
  const found = files.copy({ power: 'lost' });
  if (!dieAfter.torn) return found;
  const random = createSeededRandom(seed + 2);
  for (const path of files.paths()) {
    if (!path.endsWith('journal.jsonl')) continue;
    const durable = found.text(path) ?? '';
    const written = files.text(path) ?? '';
    if (written.length <= durable.length || !written.startsWith(durable)) continue;
    counts.add('torn journal');
    const kept = Math.floor(random() * (written.length - durable.length));
    found.put(path, written.slice(0, durable.length + kept));
  }
  return found;
}

function readLog(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  } finally {
    rmSync(path, { force: true });
  }
}

function parseEvent(line: string): readonly JsonObject[] {
  if (line === '') return [];
  const value: unknown = JSON.parse(line);
  return isJsonObject(value) ? [value] : [];
}

function sink(take: (part: string) => void): CommandIo['stdout'] {
  return { isTTY: false, write: take };
}

function nothing(): void {}
