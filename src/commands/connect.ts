import type { Emit, Event } from '../core/event.ts';
import { TrueupError } from '../core/errors.ts';
import type { LiveView } from '../core/live.ts';
import type { Redactor } from '../core/redactor.ts';
import type { JsonObject } from '../core/json.ts';
import { reveal, type Secret } from '../core/secret.ts';
import type { Timing } from '../core/timing.ts';
import type { WritableAccounts, Accounts } from '../executor/accounts.ts';
import { createLimiter } from '../executor/limiter.ts';
import { readAuthorities } from '../http/authorities.ts';
import { createClient, createReadClient, type ClientOptions } from '../http/client.ts';
import type { ApiError } from '../http/api-error.ts';
import type { ReadClient, Throttle, WriteClient } from '../http/contract.ts';
import { proxyFor, type Proxy } from '../http/proxy.ts';
import { createTokenExchange } from '../http/token-exchange.ts';
import { createTokenSource, type TokenSource } from '../http/token-source.ts';
import {
  createUndiciTransport,
  type TransportProxy,
  type UndiciTransport,
} from '../http/undici-transport.ts';
import type { Organization, Provider, ProviderKind } from '../providers/contract.ts';
import { VERSION } from '../core/version.ts';
import type { CommandIo } from './command-io.ts';
import { credentialOf, urlOf, type Credential } from './credentials.ts';
import type { EmbeddedEmulator } from './embedded-emulator.ts';
import type { AccountFlags } from './flags.ts';
import { lossOf, lostClient } from './lost-provider.ts';
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
  /** The timing of a provider, by its name. */
  readonly timingOf: (provider: string) => Timing;
  /** The providers' blocks of trueup.yaml. */
  readonly settings: Readonly<Record<string, JsonObject>>;
  readonly emit: Emit;
  /** Ends reads that are under way, and the waits between them. */
  readonly signal?: AbortSignal;
  /** Where the providers are, when an earlier connection of this run found out. */
  readonly endpoints?: ReadonlyMap<string, Endpoint>;
}

/** Where a provider is, with what credential, and how fast to begin. */
export interface Endpoint {
  readonly baseUrl: string;
  /** Fixed, or renewed as it ends; then it lasts as long as the connection that it was made for. */
  readonly token: Secret | TokenSource;
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
  const { signal } = input;
  return connect(input, (options) => {
    const reader = createReadClient(options);
    return { reader: signal === undefined ? reader : endedBy(signal, reader) };
  });
}

function endedBy(signal: AbortSignal, reader: ReadClient): ReadClient {
  return { ...reader, get: (path, options) => reader.get(path, { signal, ...options }) };
}

/**
 * The same for showing what can be shown: a provider that does not answer has nothing but
 * collections that could not be read, as long as another one does.
 */
export async function connectPartly(input: ConnectInput): Promise<Connected<Accounts>> {
  return connect(input, (options) => ({ reader: createReadClient(options) }), true);
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

async function connect(
  input: ConnectInput,
  make: MakeClient,
  partly: boolean = false,
): Promise<Connected<Accounts>> {
  const clients = new Map<string, ReadClient>();
  const organizations: Record<string, Organization> = {};
  const endpoints = new Map<string, Endpoint>();
  const opened: Opened = { wires: [], emulators: [], sources: [], notes: [] };
  const close = (): Promise<void> => closeAll(opened);
  let ratePerSecond = Number.POSITIVE_INFINITY;
  try {
    for (const provider of input.providers) {
      const endpoint =
        input.endpoints?.get(provider.name) ?? (await endpointOf(input, provider, opened));
      endpoints.set(provider.name, endpoint);
      ratePerSecond = Math.min(ratePerSecond, endpoint.rate);
      const wire = openWire(input, endpoint.baseUrl);
      opened.wires.push(wire);
      const options = clientOptions(input, endpoint, provider, wire);
      clients.set(provider.name, make(options, provider).reader);
    }
    const lost: ApiError[] = [];
    await Promise.all(
      input.providers.map(async (provider) => {
        const client = clients.get(provider.name);
        if (client === undefined) return;
        const settings = input.settings[provider.name] ?? {};
        try {
          organizations[provider.name] = await provider.organization(client, settings);
        } catch (error) {
          const loss = partly ? lossOf(error) : undefined;
          if (loss === undefined) throw error;
          lost.push(loss);
          clients.set(provider.name, lostClient(client, loss));
        }
      }),
    );
    const [loss] = lost;
    if (loss !== undefined && Object.keys(organizations).length === 0) throw loss;
  } catch (error) {
    await close();
    throw error;
  }
  return {
    accounts: accountsOf(input, clients, organizations),
    ratePerSecond: Number.isFinite(ratePerSecond) ? ratePerSecond : 1,
    endpoints,
    notes: opened.notes,
    close,
  };
}

/** What a connection has to close, and what there is to tell of it. */
interface Opened {
  readonly wires: UndiciTransport[];
  readonly emulators: EmbeddedEmulator[];
  readonly sources: TokenSource[];
  readonly notes: string[];
}

async function closeAll({ sources, wires, emulators }: Opened): Promise<void> {
  for (const source of sources) source.close();
  for (const wire of wires) await wire.close();
  for (const emulator of emulators) await emulator.close();
}

async function endpointOf(
  input: ConnectInput,
  provider: Provider,
  opened: Opened,
): Promise<Endpoint> {
  const { io, flags, directory, redactor } = input;
  if (flags.emulate !== undefined && flags.emulate !== false) {
    const store = typeof flags.emulate === 'string' ? flags.emulate : undefined;
    // Loaded where it is asked for: nobody with an account waits for it.
    const { startEmbeddedEmulator } = await import('./embedded-emulator.ts');
    const emulator = await startEmbeddedEmulator(io, provider.name, directory, store);
    opened.emulators.push(emulator);
    opened.notes.push(`Emulated account in ${emulator.storeFile}`);
    return endpointAt(input, provider, emulator.url, redactor.secret('emulated'), EMULATED_RATE);
  }
  const credential = credentialOf(provider, io.env, redactor);
  if (io.env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0') input.emit(verificationStays());
  const baseUrl = urlOf(io.env, provider.baseUrlVariable, provider.defaultBaseUrl);
  const token = tokenOf(input, provider, credential, opened);
  return endpointAt(input, provider, baseUrl, token, provider.defaultRate);
}

/** The token itself, or where it comes from: then over a wire of its own, to another server. */
function tokenOf(
  input: ConnectInput,
  provider: Provider,
  credential: Credential,
  opened: Opened,
): Secret | TokenSource {
  if (credential.type === 'token') {
    if (credential.note !== undefined) opened.notes.push(credential.note);
    return credential.token;
  }
  const { endpoint, exchange, credentials } = credential;
  const { io, redactor, emit } = input;
  const timing = input.timingOf(provider.name);
  const wire = openWire(input, endpoint);
  opened.wires.push(wire);
  const source = createTokenSource({
    clock: io.clock,
    pauseMs: timing.retryMsMax,
    exchange: createTokenExchange({
      endpoint,
      body: exchange.request(credentials),
      read: exchange.token,
      transport: wire.transport,
      clock: io.clock,
      timing,
      redactor,
      userAgent: userAgentOf(provider),
      emit,
      random: () => drawn(io),
      hints: {
        refused: `check ${exchange.idVariable} and ${exchange.secretVariable}: wrong, or revoked`,
        unreachable: `the URL comes from ${exchange.endpointVariable}, else it is ${exchange.defaultEndpoint}`,
      },
    }),
  });
  opened.sources.push(source);
  return source;
}

function verificationStays(): Event {
  const message = 'NODE_TLS_REJECT_UNAUTHORIZED=0 has no effect: certificates are always checked';
  const hint = 'to trust another authority, name the file of its certificate in SSL_CERT_FILE';
  const severity = 'warning';
  return { type: 'diagnostic', diagnostic: { code: 'settings-invalid', severity, message, hint } };
}

/** Proxies and authorities come from the environment only, too. */
export function openWire(
  { io, redactor }: Pick<ConnectInput, 'io' | 'redactor'>,
  url: string,
): UndiciTransport {
  const given = io.machine?.openWire?.(url);
  if (given !== undefined) return given;
  const proxy = proxyFor(url, io.env);
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
  provider: Provider,
  baseUrl: string,
  token: Secret | TokenSource,
  defaultRate: number,
): Endpoint {
  const ceiling = rateOf(input.flags.rate);
  const rate = ceiling ?? defaultRate;
  const throttle = createLimiter({
    clock: input.io.clock,
    parallelism: parallelismOf(input.flags.parallelism),
    ratePerSecond: rate,
    ...(ceiling === undefined ? {} : { ratePerSecondMax: ceiling }),
    pauseMs: input.timingOf(provider.name).retryMs,
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
  const { io, emit, redactor } = input;
  const { explain } = provider;
  return {
    baseUrl: endpoint.baseUrl,
    token: endpoint.token,
    transport: wire.transport,
    throttle: endpoint.throttle,
    clock: io.clock,
    timing: input.timingOf(provider.name),
    redactor,
    userAgent: userAgentOf(provider),
    emit,
    random: () => drawn(io),
    headers: provider.headers?.(input.settings[provider.name] ?? {}) ?? {},
    ...(explain === undefined ? {} : { explain }),
  };
}

function userAgentOf(provider: Provider): string {
  return `trueup/${VERSION} (${provider.name})`;
}

/** In [0, 1). */
function drawn(io: CommandIo): number {
  return Buffer.from(io.random(4)).readUInt32LE() / 2 ** 32;
}

const UNTOLD: Organization = { id: 'unknown', name: 'unknown' };

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
      // A provider that did not tell it is not asked anything either.
      const organization = organizations[kind.provider] ?? UNTOLD;
      return { client: client(kind), redactor: input.redactor, organization, live };
    },
    timing: (kind) => input.timingOf(kind.provider),
    requestCount: () => [...clients.values()].reduce((sum, item) => sum + item.requestCount(), 0),
  };
}
