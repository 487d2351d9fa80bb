import type { StateResource } from '../../src/core/prior.ts';
import { createSeededRandom } from '../_helpers/seeded-random.ts';
import type { VirtualClock } from '../_helpers/virtual-clock.ts';
import type { Account, Executed, Judgement, ManifestEntries, Sender } from './account.ts';
import { notAsWritten } from './as-written.ts';
import type { Violation } from './checks.ts';
import type { Counts } from './counts.ts';
import { oneOf, type ProviderChoice, type Random, type WorldDraw } from './draw.ts';
import { createSingleStoreAccount } from './singlestore-account.ts';
import { createSpiceAccount } from './spice-account.ts';

export interface AccountsOptions {
  readonly seed: number;
  readonly clock: VirtualClock;
  readonly world: WorldDraw;
  readonly counts: Counts;
  readonly tell: ((text: string) => void) | undefined;
}

/** All accounts of a life as one. */
export interface Accounts extends Pick<
  Account,
  'env' | 'secrets' | 'servers' | 'collections' | 'ownFault' | 'begin' | 'ended' | 'calm' | 'judge'
> {
  readonly each: readonly Account[];
  readonly apiHosts: ReadonlySet<string>;
  act(): void;
  actInside(random: Random): string | undefined;
  /** How often others did something. */
  acted(): number;
  made(): ReturnType<Account['made']>;
  isRenamed(key: string): boolean;
  mayRefuse(stderr: string): boolean;
  /** `known`: keys of what the state holds. */
  converged(
    known: ReadonlySet<string>,
    entries: ManifestEntries,
    resources: Readonly<Record<string, StateResource>>,
  ): readonly Violation[];
}

const STREAM = 4_000_037;
const UNJUDGED: Judgement = { before: [], after: () => [] };

export function createAccounts(choice: ProviderChoice, options: AccountsOptions): Accounts {
  const random = createSeededRandom(options.seed + STREAM);
  const each = [
    ...(choice === 'spice' ? [] : [createSingleStoreAccount(options)]),
    ...(choice === 'singlestore' ? [] : [createSpiceAccount(options)]),
  ];
  const at = (host: string): Account | undefined => each.find(({ servers }) => servers.has(host));
  let acted = 0;
  return {
    each,
    apiHosts: new Set(each.map(({ apiHost }) => apiHost)),
    env: Object.assign({}, ...each.map(({ env }) => env)) as Readonly<Record<string, string>>,
    secrets: each.flatMap(({ secrets }) => secrets),
    servers: new Map(each.flatMap(({ servers }) => [...servers])),
    collections: each.flatMap(({ collections }) => collections),
    ownFault: (host) => at(host)?.ownFault(host),
    begin(entries) {
      for (const account of each) account.begin(entries);
    },
    ended(startMs, done) {
      for (const account of each) account.ended(startMs, done);
    },
    act() {
      if (oneOf(random, each).act()) acted += 1;
    },
    acted: () => acted,
    actInside: (own) => oneOf(own, each).actInside(),
    calm() {
      for (const account of each) account.calm();
    },
    judge: (request: Executed, sender: Sender) =>
      at(request.host)?.judge(request, sender) ?? UNJUDGED,
    made: () => each.flatMap((account) => account.made()),
    isRenamed: (key) => each.some((account) => account.isRenamed(key)),
    mayRefuse: (stderr) => each.some((account) => account.mayRefuse(stderr)),
    converged(known, entries, resources) {
      const stored = each.flatMap((account) => account.stored(known));
      return each.flatMap((account) => [
        ...account.converged(known, stored),
        ...notAsWritten({
          provider: account.provider,
          entries,
          resources,
          objects: account.objects(),
        }),
      ]);
    },
  };
}
