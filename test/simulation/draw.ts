import type {
  EmulatorSwitches,
  EmulatorTiming,
  TimingProfile,
} from '../../src/emulator/singlestore/index.ts';
import { createSeededRandom } from '../_helpers/seeded-random.ts';
import { NO_FAULTS, WIRE_FAULTS, type FaultMix, type WireFault } from './wire.ts';
import type { DiskFault, ProcessPlan } from './process.ts';

export type Random = () => number;

/** `within`: what the API does late is over within trueup's visibility windows. */
export type Preset = 'within' | 'beyond';

/** What holds for a whole life. */
export interface WorldDraw {
  readonly preset: Preset;
  readonly profile: 'fast' | 'real';
  readonly emulated: TimingProfile | Partial<EmulatorTiming>;
  readonly switches: Partial<EmulatorSwitches>;
  readonly timing: string;
  readonly parallelism: number;
  readonly rate: number;
  /** Longest time after which a request that was given up may still be executed. */
  readonly lateMsMax: number;
}

/** Which providers a stack uses. */
export type ProviderChoice = 'singlestore' | 'spice' | 'both';

/** Random numbers for choosing providers come from a stream of their own. */
const CHOICE_STREAM = 1_000_003;

export function drawProviders(seed: number): ProviderChoice {
  const random = createSeededRandom(seed + CHOICE_STREAM);
  const dice = random();
  if (dice < 0.5) return 'singlestore';
  return dice < 0.7 ? 'spice' : 'both';
}

export function chance(random: Random, share: number): boolean {
  return random() < share;
}

export function whole(random: Random, from: number, to: number): number {
  return from + Math.floor(random() * (to - from + 1));
}

export function oneOf<T>(random: Random, items: readonly T[]): T {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error('nothing to choose from');
  return item;
}

export function drawWorld(random: Random, preset: Preset): WorldDraw {
  const profile = chance(random, 0.5) ? 'real' : 'fast';
  const unit = profile === 'real' ? 1_000 : 1;
  const lags: Partial<EmulatorTiming> = {
    ...(chance(random, 0.3) ? { notFoundMs: unit * whole(random, 1, 30) } : {}),
    ...(chance(random, 0.3) ? { otherListLagMs: unit * whole(random, 1, 40) } : {}),
    ...(chance(random, 0.3) ? { flapShare: random() } : {}),
    ...(preset === 'beyond' ? { listLagMs: unit * 900, otherListLagMs: unit * 900 } : {}),
  };
  return {
    preset,
    profile,
    emulated: profile === 'real' ? { ...REAL_DELAYS, ...lags } : lags,
    switches: drawSwitches(random),
    timing: profile,
    parallelism: oneOf(random, [1, 2, 3, 10]),
    rate: oneOf(random, [5, 20, 100]),
    lateMsMax: profile === 'real' ? 100_000 : 4_000,
  };
}

/** The `real` profile of the emulator, so that single delays can be set over it. */
const REAL_DELAYS: Partial<EmulatorTiming> = {
  listLagMs: 60_000,
  groupCreateMs: 100_000,
  workspaceCreateMs: 240_000,
  jitter: 1,
  firewallMs: 20_000,
  groupPatchMs: 20_000,
  patchStaleMs: 10_000,
  workspacePatchMs: 180_000,
  suspendMs: 60_000,
  resumeMs: 120_000,
  terminateMs: 30_000,
  flapMs: 20_000,
  flapShare: 0.3,
  listLatencyMs: 2_000,
  groupPostLatencyMs: 13_000,
  latencyMs: 200,
};

function drawSwitches(random: Random): Partial<EmulatorSwitches> {
  return {
    ...(chance(random, 0.3) ? { secretsListShape: 'array' as const } : {}),
    ...(chance(random, 0.2) ? { secretValuesInList: false } : {}),
    ...(chance(random, 0.2) ? { secretTombstones: true } : {}),
    ...(chance(random, 0.2) ? { creatorOwns: true } : {}),
    ...(chance(random, 0.2) ? { assignUpdateWindow: false } : {}),
    ...(chance(random, 0.2) ? { endpointChangesOnResume: false } : {}),
    ...(chance(random, 0.1) ? { echoAdminPassword: true } : {}),
    ...(chance(random, 0.1) ? { conflictStatus: 400 } : {}),
  };
}

const BREAKAGES: readonly WireFault[] = ['forbidden', '5xx before', 'not JSON', 'wrong shape'];

/** Faults of one process: often none, seldom many; a few kinds at once. */
export function drawFaults(random: Random, collections: readonly string[]): FaultMix {
  if (chance(random, 0.2)) return NO_FAULTS;
  const kinds: WireFault[] = WIRE_FAULTS.filter(() => chance(random, 0.35));
  const share = oneOf(random, [0.02, 0.05, 0.1, 0.25]);
  const from = whole(random, 1, 60);
  const outage = chance(random, 0.1) ? { from, to: from + whole(random, 3, 40) } : undefined;
  const broken = chance(random, 0.15)
    ? { prefix: oneOf(random, collections), fault: oneOf(random, BREAKAGES) }
    : undefined;
  return { kinds, share, outage, broken };
}

/** What ends a process early, or makes its disk fail. */
export function drawAccidents(
  random: Random,
): Pick<ProcessPlan, 'dieAfter' | 'disk' | 'interruptAt'> {
  const dice = random();
  const accident: Pick<ProcessPlan, 'dieAfter' | 'disk' | 'interruptAt'> = {
    dieAfter: undefined,
    disk: undefined,
    interruptAt: [],
  };
  if (dice < 0.3) {
    const requests = whole(random, 1, 90);
    return { ...accident, dieAfter: { requests, executed: chance(random, 0.7) } };
  }
  if (dice < 0.5) {
    const power = chance(random, 0.5);
    const torn = chance(random, 0.5);
    return { ...accident, dieAfter: { writes: whole(random, 1, 80), power, torn } };
  }
  if (dice < 0.6) return { ...accident, disk: drawDiskFault(random) };
  if (dice < 0.7) {
    const first = whole(random, 8, 70);
    const second = chance(random, 0.3) ? [first + whole(random, 0, 3)] : [];
    return { ...accident, interruptAt: [first, ...second] };
  }
  return accident;
}

function drawDiskFault(random: Random): DiskFault {
  const from = whole(random, 1, 60);
  return {
    code: oneOf(random, ['ENOSPC', 'EACCES', 'EROFS', 'EIO'] as const),
    from,
    to: chance(random, 0.5) ? from + whole(random, 1, 3) : Number.POSITIVE_INFINITY,
    done: chance(random, 0.2),
  };
}
