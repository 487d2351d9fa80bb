import { readStack } from '../_helpers/random-stack-files.ts';
import { mutateStack, randomStack } from '../_helpers/random-stack.ts';
import { withSpice } from '../_helpers/random-spice-files.ts';
import { mutateSpice, randomSpice } from '../_helpers/random-spice.ts';
import { createSeededRandom } from '../_helpers/seeded-random.ts';
import type { StackFiles } from '../_helpers/world.ts';
import type { ManifestEntries } from './account.ts';
import { chance, type ProviderChoice, type Random } from './draw.ts';

/** A stack as it is at one time of a life. */
export interface Version {
  readonly files: StackFiles;
  readonly entries: ManifestEntries;
}

/** A stack and what becomes of it. */
export interface Versions {
  readonly first: Version;
  next(): Version;
}

const STREAM = 2_000_003;

/** Draws from `random` what a stack of SingleStore alone would draw, whatever providers it uses. */
export function createVersions(seed: number, random: Random, choice: ProviderChoice): Versions {
  const own = createSeededRandom(seed + STREAM);
  let base = randomStack(random, { entriesMax: 3 });
  let spice = choice === 'singlestore' ? undefined : randomSpice(own);
  const version = (): Version => {
    if (spice === undefined) return { files: base, entries: readStack(base).manifest };
    const files = withSpice(base, spice, choice === 'spice');
    return { files, entries: { ...readStack(base).manifest, ...spice.kinds } };
  };
  return {
    first: version(),
    next() {
      base = mutateStack(random, base);
      if (spice !== undefined && chance(own, 0.8)) spice = mutateSpice(own, spice);
      return version();
    },
  };
}
