import { TrueupError } from '../core/errors.ts';
import type { JsonObject } from '../core/json.ts';
import { parseTiming, type Timing } from '../core/timing.ts';

/** How long things take, provider by provider. */
export interface Timings {
  /** Of what the providers share: the lock, the age of a plan, the ticks of polls. */
  readonly shared: Timing;
  readonly of: (provider: string) => Timing;
}

/**
 * `TRUEUP_TIMING` for everything, else the emulator's, else each provider's own setting, else
 * `real`. Throws `settings-invalid`.
 */
export function readTimings(
  fromEnvironment: string | undefined,
  emulated: boolean,
  settings: Readonly<Record<string, JsonObject>>,
): Timings {
  const isSet = fromEnvironment !== undefined && fromEnvironment !== '';
  if (isSet || emulated) {
    const timing = isSet ? readTiming(fromEnvironment, 'TRUEUP_TIMING') : readTiming('fast', '');
    return { shared: timing, of: () => timing };
  }
  const real = readTiming('real', '');
  const own = new Map(
    Object.entries(settings).map(([provider, block]) => {
      const setting = block['timing'];
      return [
        provider,
        typeof setting === 'string' ? readTiming(setting, `timing of ${provider}`) : real,
      ] as const;
    }),
  );
  const [first = real, ...others] = own.values();
  return { shared: others.reduce(strictest, first), of: (provider) => own.get(provider) ?? real };
}

/** The longer lease, the shorter trust in what was read, the finer ticks. */
function strictest(a: Timing, b: Timing): Timing {
  return {
    ...a,
    leaseMs: Math.max(a.leaseMs, b.leaseMs),
    planFreshMs: Math.min(a.planFreshMs, b.planFreshMs),
    pollMs: Math.min(a.pollMs, b.pollMs),
  };
}

function readTiming(text: string, where: string): Timing {
  const timing = parseTiming(text);
  if (timing !== undefined) return timing;
  throw new TrueupError('settings-invalid', `${where}: '${text}' is no timing`, {
    hint: 'use `real`, `fast`, or settings such as `real,pollMs=5000`',
  });
}
