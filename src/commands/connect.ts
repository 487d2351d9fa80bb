import type { Emit, Event } from '../core/event.ts';
import { TrueupError } from '../core/errors.ts';
import type { LiveView } from '../core/live.ts';
import type { Redactor } from '../core/redactor.ts';
import { reveal } from '../core/secret.ts';
import type { Timing } from '../core/timing.ts';
import type { WritableAccounts, Accounts } from '../executor/accounts.ts';
import { createLimiter } from '../executor/limiter.ts';
import { readAuthorities } from '../http/authorities.ts';
import { parseBaseUrl } from '../http/base-url.ts';
import { createClient, createReadClient, type ClientOptions } from '../http/client.ts';
import type { ReadClient, Throttle, WriteClient } from '../http/contract.ts';
import { proxyFor, type Proxy } from '../http/proxy.ts';
import {
  createUndiciTransport,
  type TransportProxy,
  type UndiciTransport,
} from '../http/undici-transport.ts';
import type { Organization, Provider, ProviderKind } from '../providers/contract.ts';
import { VERSION } from '../core/version.ts';
import type { CommandIo } from './command-io.ts';
import type { EmbeddedEmulator } from './embedded-emulator.ts';
import type { AccountFlags } from './flags.ts';
import { parallelismOf, rateOf } from './parse-flags.ts';

/** The emulator refuses nothing, so nothing is gained by starting slowly. */
const EMULATED_RATE = 500;

export interface ConnectInput {
  readonly io: CommandIo;
  readonly flags: AccountFlags;
  readonly directory: string;
  /** Providers that the stack or its state uses. */
  readonly providers: readonly Provider[];
  readonly kinds: ReadonlyMap<string, ProviderKind>;
  readonly redactor: Redactor;
  readonly timing: Timing;
  readonly emit: Emit;
  /** Where the providers are, when an earlier connection of this run found out. */
  readonly endpoints?: ReadonlyMap<string, Endpoint>;
}

/** Where a provider is, with what credential, and how fast to begin. */
export interface Endpoint {
  readonly baseUrl: string;
  readonly token: string;
  readonly rate: number;
  /** One a credential: reads and writes share it. */
  readonly throttle: Throttle;
}

export interface Connected<A extends Accounts> {
  readonly accounts: A;
  /** Requests a second to start with, for the estimate. */
  readonly ratePerSecond: number;
  readonly notes: readonly string[];
  readonly endpoints: ReadonlyMap<string, Endpoint>;
  readonly close: () => Promise<void>;
}

/** Connects for reading: whatever these accounts are asked, they send nothing but GET. */
export async function connectReadOnly(input: ConnectInput): Promise<Connected<Accounts>> {
  return connect(input, (options) => ({ reader: createReadClient(options) }));
}

/** Connects for `apply` and `destroy`. */
export async function connectForWriting(input: ConnectInput): Promise<Connected<WritableAccounts>> {
  const writers = new Map<string, WriteClient>();
  const connected = await connect(input, (options, provider) => {
    const writer = createClient(options);
    writers.set(provider.name, writer);
    return { reader: writer };
  });
  const writer = (kind: ProviderKind): WriteClient => {
    const found = writers.get(kind.provider);
    if (found === undefined) throw new TrueupError('internal', `${kind.provider} is not connected`);
    return found;
  };
  return { ...connected, accounts: { ...connected.accounts, writer } };
}

type MakeClient = (options: ClientOptions, provider: Provider) => { readonly reader: ReadClient };

async function connect(input: ConnectInput, make: MakeClient): Promise<Connected<Accounts>> {
  const clients = new Map<string, ReadClient>();
  const organizations: Record<string, Organization> = {};
  const emulators: EmbeddedEmulator[] = [];
  const endpoints = new Map<string, Endpoint>();
  const wires: UndiciTransport[] = [];
  const close = async (): Promise<void> => {
    for (const wire of wires) await wire.close();
    for (const emulator of emulators) await emulator.close();
  };
  let ratePerSecond = Number.POSITIVE_INFINITY;
  try {
    for (const provider of input.providers) {
      const endpoint =
        input.endpoints?.get(provider.name) ?? (await endpointOf(input, provider, emulators));
      endpoints.set(provider.name, endpoint);
      ratePerSecond = Math.min(ratePerSecond, endpoint.rate);
      const wire = openWire(input, endpoint);
      wires.push(wire);
      const options = clientOptions(input, endpoint, provider, wire);
      clients.set(provider.name, make(options, provider).reader);
    }
    await Promise.all(
      input.providers.map(async (provider) => {
        const client = clients.get(provider.name);
        if (client !== undefined)
          organizations[provider.name] = await provider.organization(client);
      }),
    );
  } catch (error) {
    await close();
    throw error;
  }
  return {
    accounts: accountsOf(input, clients, organizations),
    ratePerSecond: Number.isFinite(ratePerSecond) ? ratePerSecond : 1,
    endpoints,
    notes: emulators.map((emulator) => `Emulated account in ${emulator.storeFile}`),
    close,
  };
}

async function endpointOf(
  input: ConnectInput,
  provider: Provider,
  emulators: EmbeddedEmulator[],
): Promise<Endpoint> {
  const { io, flags, directory } = input;
  if (flags.emulate !== undefined && flags.emulate !== false) {
    const store = typeof flags.emulate === 'string' ? flags.emulate : undefined;
    // Loaded where it is asked for: nobody with an account waits for it.
    const { startEmbeddedEmulator } = await import('./embedded-emulator.ts');
    const emulator = await startEmbeddedEmulator(io, provider.name, directory, store);
    emulators.push(emulator);
    return endpointAt(input, emulator.url, 'emulated', EMULATED_RATE);
  }
  const token = provider.credentialVariables
    .map((name) => io.env[name]?.trim())
    .find((value) => value !== undefined && value !== '');
  if (token === undefined) {
    throw new TrueupError(
      'credentials-missing',
      `no API key: set ${provider.credentialVariables.join(' or ')}`,
      { hint: 'or try the stack on the embedded emulator with `--emulate`' },
    );
  }
  return endpointAt(input, baseUrlOf(input, provider), token, provider.defaultRate);
}

/** From the environment only: a manifest must not send the credential anywhere. */
function baseUrlOf({ io, emit }: ConnectInput, provider: Provider): string {
  const variable = provider.baseUrlVariable;
  const text = io.env[variable]?.trim();
  if (io.env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0') emit(verificationStays());
  if (text === undefined || text === '') return provider.defaultBaseUrl;
  try {
    return parseBaseUrl(text);
  } catch (cause) {
    if (!(cause instanceof TrueupError)) throw cause;
    const hint = `it comes from the environment variable ${variable}`;
    throw new TrueupError(cause.code, cause.message, { cause, hint });
  }
}

function verificationStays(): Event {
  const message = 'NODE_TLS_REJECT_UNAUTHORIZED=0 has no effect: certificates are always checked';
  const hint = 'to trust another authority, name the file of its certificate in SSL_CERT_FILE';
  const severity = 'warning';
  return { type: 'diagnostic', diagnostic: { code: 'settings-invalid', severity, message, hint } };
}

/** Proxies and authorities come from the environment only, too. */
function openWire({ io, redactor }: ConnectInput, endpoint: Endpoint): UndiciTransport {
  const given = io.machine?.openWire?.();
  if (given !== undefined) return given;
  const proxy = proxyFor(endpoint.baseUrl, io.env);
  return createUndiciTransport({
    authorities: () => readAuthorities(io.env),
    ...(proxy === undefined ? {} : { proxy: transportProxy(proxy, redactor) }),
  });
}

function transportProxy(proxy: Proxy, redactor: Redactor): TransportProxy {
  const { origin, user, password } = proxy;
  if (user === '' && password === '') return { origin, authorization: undefined };
  redactor.secret(password);
  const pair = redactor.secret(`${user}:${password}`);
  const basic = `Basic ${Buffer.from(reveal(pair), 'utf8').toString('base64')}`;
  return { origin, authorization: redactor.secret(basic) };
}

function endpointAt(
  input: ConnectInput,
  baseUrl: string,
  token: string,
  defaultRate: number,
): Endpoint {
  const ceiling = rateOf(input.flags.rate);
  const rate = ceiling ?? defaultRate;
  const throttle = createLimiter({
    clock: input.io.clock,
    parallelism: parallelismOf(input.flags.parallelism),
    ratePerSecond: rate,
    ...(ceiling === undefined ? {} : { ratePerSecondMax: ceiling }),
    pauseMs: input.timing.retryMs,
    emit: input.emit,
  });
  return { baseUrl, token, rate, throttle };
}

function clientOptions(
  input: ConnectInput,
  endpoint: Endpoint,
  provider: Provider,
  wire: UndiciTransport,
): ClientOptions {
  const { io, timing, emit, redactor } = input;
  return {
    baseUrl: endpoint.baseUrl,
    token: redactor.secret(endpoint.token),
    transport: wire.transport,
    throttle: endpoint.throttle,
    clock: io.clock,
    timing,
    redactor,
    userAgent: `trueup/${VERSION} (${provider.name})`,
    emit,
    random: () => Buffer.from(io.random(4)).readUInt32LE() / 2 ** 32,
  };
}

function accountsOf(
  input: ConnectInput,
  clients: ReadonlyMap<string, ReadClient>,
  organizations: Readonly<Record<string, Organization>>,
): Accounts {
  const client = (kind: ProviderKind): ReadClient => {
    const found = clients.get(kind.provider);
    if (found === undefined) throw new TrueupError('internal', `${kind.provider} is not connected`);
    return found;
  };
  return {
    kinds: input.kinds,
    organizations,
    client,
    context(kind: ProviderKind, live: LiveView) {
      const organization = organizations[kind.provider];
      if (organization === undefined) throw new TrueupError('internal', 'no organization');
      return { client: client(kind), redactor: input.redactor, organization, live };
    },
    requestCount: () => [...clients.values()].reduce((sum, item) => sum + item.requestCount(), 0),
  };
}
