import { createCounts } from './counts.ts';
import { live } from './life.ts';
import type { Preset, ProviderChoice } from './draw.ts';

/** Asked of a worker: one life. */
export interface LifeRequest {
  readonly seed: number;
  readonly preset: Preset;
  /** Instead of what the seed says. */
  readonly providers?: ProviderChoice;
  readonly verbose: boolean;
}

export interface LifeReport {
  readonly seed: number;
  readonly violations: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
  /** Fault → check → number of runs or lives. */
  readonly checks: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

const tell = (text: string): void => void process.stderr.write(text);

/** Lives one life; what it throws is a violation too. */
export async function report(request: LifeRequest): Promise<LifeReport> {
  const counts = createCounts();
  const { seed, preset, providers, verbose } = request;
  let violations: readonly string[];
  let checks: LifeReport['checks'] = {};
  try {
    ({ violations, checks } = await live(seed, {
      counts,
      preset,
      ...(providers === undefined ? {} : { providers }),
      ...(verbose ? { tell } : {}),
    }));
  } catch (error) {
    violations = [
      `threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    ];
  }
  return { seed, violations, counts: Object.fromEntries(counts.entries), checks };
}

async function answer(request: LifeRequest): Promise<void> {
  const done = await report(request);
  process.send?.(done);
}

/** The process that `scripts/simulate.mjs` forks: one request a message, one report back. */
process.on('message', (request: LifeRequest) => {
  void answer(request);
});
