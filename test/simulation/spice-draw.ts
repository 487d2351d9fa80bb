import type { SpiceSwitches, SpiceTiming } from '../../src/emulator/spice/index.ts';
import { chance, oneOf, whole, type Random, type WorldDraw } from './draw.ts';

/** What holds for the Spice.ai account of a whole life. */
export interface SpiceDraw {
  readonly timing: Partial<SpiceTiming>;
  readonly switches: Partial<SpiceSwitches>;
  /** Client credentials instead of a personal access token. */
  readonly exchanges: boolean;
}

export function drawSpice(random: Random, world: WorldDraw): SpiceDraw {
  const { profile, preset } = world;
  const unit = profile === 'real' ? 1_000 : 1;
  const lags: Partial<SpiceTiming> = {
    ...(chance(random, 0.4) ? { deploymentListLagMs: unit * whole(random, 1, 40) } : {}),
    ...(chance(random, 0.15) ? { appListLagMs: unit * whole(random, 1, 40) } : {}),
    ...(preset === 'beyond' ? { deploymentListLagMs: unit * 900, appListLagMs: unit * 900 } : {}),
  };
  const rates = { requestsPerMinute: oneOf(random, [0, 300, 1_000, 1_000]) };
  return {
    timing: { ...(profile === 'real' ? { ...REAL_DELAYS, ...rates } : {}), ...lags },
    switches: drawSwitches(random),
    exchanges: chance(random, 0.5),
  };
}

/** The `real` profile of the emulator, so that single delays can be set over it. */
const REAL_DELAYS: Partial<SpiceTiming> = {
  queuedMs: 5_000,
  runMs: 30_000,
  jitter: 1,
  deploymentListLagMs: 3_000,
  clusterIdMs: 2_000,
  latencyMs: 200,
  requestsPerHour: 10_000,
};

function drawSwitches(random: Random): Partial<SpiceSwitches> {
  return {
    ...(chance(random, 0.3) ? { reactivate: true } : {}),
    ...(chance(random, 0.3) ? { supersededStatus: 'created' as const } : {}),
    ...(chance(random, 0.3) ? { missingSecretFails: true } : {}),
    ...(chance(random, 0.2) ? { regionOnlyInConfig: true } : {}),
    ...(chance(random, 0.2) ? { deploymentById: false } : {}),
    ...(chance(random, 0.2) ? { createWarning: true } : {}),
    ...(chance(random, 0.2) ? { createAnswer: 'brief' as const } : {}),
    ...(chance(random, 0.2) ? { apiKeyInApp: false } : {}),
    ...(chance(random, 0.2) ? { cnameShown: false } : {}),
    ...(chance(random, 0.2) ? { nestedMerge: true } : {}),
    ...(chance(random, 0.2) ? { immutableFields: 'refuse' as const } : {}),
    ...(chance(random, 0.2) ? { standalone: true } : {}),
    ...(chance(random, 0.2) ? { errorCodes: false } : {}),
    ...(chance(random, 0.2) ? { notFoundText: 'app' as const } : {}),
    ...(chance(random, 0.2) ? { orgsShape: 'array' as const } : {}),
    ...(chance(random, 0.2) ? { limitOverMax: 'clamp' as const } : {}),
    ...(chance(random, 0.2) ? { secretMask: '' } : {}),
    ...(chance(random, 0.1) ? { concurrentDeploymentsMax: 2 } : {}),
    ...(chance(random, 0.05) ? { appsMax: 2 } : {}),
    retryAfter: oneOf(random, ['none', 'seconds', 'date']),
    createdBy: oneOf(random, ['email', 'id', 'none']),
    tokenSeconds: oneOf(random, [3_600, 600, 60]),
    expiresInShown: !chance(random, 0.2),
  };
}
