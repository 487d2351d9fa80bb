import { createRedactor, type Redactor } from '../../../src/core/redactor.ts';
import { parseTiming, type Timing } from '../../../src/core/timing.ts';
import type { Emulator } from '../../../src/emulator/contract.ts';
import { inProcessTransport } from '../../../src/emulator/in-process.ts';
import { EMULATORS } from '../../../src/emulator/registry.ts';
import type { WritableAccounts } from '../../../src/executor/accounts.ts';
import { createLimiter } from '../../../src/executor/limiter.ts';
import { createClient } from '../../../src/http/client.ts';
import type { Transport, WriteClient } from '../../../src/http/contract.ts';
import type { Provider } from '../../../src/providers/contract.ts';
import { kindTable, PROVIDERS } from '../../../src/providers/registry.ts';
import { createSeededRandom } from '../seeded-random.ts';
import { createVirtualClock, type VirtualClock } from '../virtual-clock.ts';
import type { Alteration } from './alter-answers.ts';
import type { ProviderCases } from './case.ts';

/** How long things take in the account; trueup waits accordingly. */
export type Pace = 'none' | 'fast' | 'real';

/** One write as it left trueup. */
export interface Write {
  readonly method: string;
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** An emulated account of one provider, with a client whose answers can be altered on the way. */
export interface Account {
  readonly provider: Provider;
  readonly clock: VirtualClock;
  readonly timing: Timing;
  readonly redactor: Redactor;
  readonly emulator: Emulator;
  readonly accounts: WritableAccounts;
  /** Writes since it was last emptied. */
  readonly writes: Write[];
  alteration: Alteration | undefined;
}

/** Throws where the registries lack the provider or its emulator. */
export async function openAccount(own: ProviderCases, pace: Pace): Promise<Account> {
  const provider = PROVIDERS.find(({ name }) => name === own.provider);
  const start = EMULATORS[own.provider];
  const timing = parseTiming(pace === 'real' ? 'real' : 'fast');
  if (provider === undefined || start === undefined) throw new Error(`no ${own.provider}`);
  if (timing === undefined) throw new Error('no such timing');
  const clock = createVirtualClock();
  const redactor = createRedactor();
  const account: Omit<Account, 'accounts'> = {
    provider,
    clock,
    timing,
    redactor,
    emulator: start({ clock, seed: 1, timing: pace }),
    writes: [],
    alteration: undefined,
  };
  const settings = own.settings ?? {};
  const client = clientOf(account, own);
  const organization = await clock.run(provider.organization(client, settings));
  return Object.assign(account, {
    accounts: {
      kinds: kindTable(PROVIDERS),
      organizations: { [own.provider]: organization },
      client: () => client,
      writer: () => client,
      context: (_kind, live) => ({ client, redactor, organization, live }),
      requestCount: () => client.requestCount(),
    } satisfies WritableAccounts,
  });
}

function clientOf(account: Omit<Account, 'accounts'>, own: ProviderCases): WriteClient {
  const { clock, provider, timing, redactor } = account;
  const throttle = createLimiter({
    clock,
    parallelism: 10,
    ratePerSecond: 200,
    pauseMs: timing.retryMs,
    emit: () => undefined,
  });
  const headers = provider.headers?.(own.settings ?? {}) ?? {};
  return createClient({
    baseUrl: 'https://api.example',
    token: redactor.secret(own.token),
    transport: transportOf(account),
    throttle,
    clock,
    timing,
    redactor,
    userAgent: 'trueup-test',
    emit: () => undefined,
    random: createSeededRandom(1),
    headers,
    explain: (answer) => provider.explain?.(answer),
  });
}

function transportOf(account: Omit<Account, 'accounts'>): Transport {
  const send = inProcessTransport(account.emulator);
  return async (request) => {
    const { pathname, search } = new URL(request.url);
    if (request.method !== 'GET') {
      const body = JSON.parse(request.body ?? '{}') as Write['body'];
      account.writes.push({ method: request.method, path: pathname + search, body });
    }
    const answer = await send(request);
    if (account.alteration === undefined || answer.status > 299) return answer;
    const body = parsed(answer.body);
    if (body === undefined) return answer;
    return { ...answer, body: JSON.stringify(account.alteration(pathname + search, body)) };
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
