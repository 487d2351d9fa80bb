import { typeOf } from '../core/address.ts';
import { TrueupError } from '../core/errors.ts';
import { createRedactor, type Redactor } from '../core/redactor.ts';
import type { Stack } from '../core/resource.ts';
import type { Timing } from '../core/timing.ts';
import type { Provider, ProviderKind } from '../providers/contract.ts';
import { kindTable, PROVIDERS } from '../providers/registry.ts';
import type { LoadedState, UnlockableBackend } from '../state/contract.ts';
import type { Digester } from '../state/digest.ts';
import type { CommandIo } from './command-io.ts';
import type { ConnectInput } from './connect.ts';
import type { AccountFlags } from './flags.ts';
import { createReporting, type Reporting } from './reporting.ts';
import { loadFiles, resolveStack, type LoadedFiles, type LoadFiles } from './stack-loading.ts';
import { createDigesters, openBackend, type Digesters } from './state-backend.ts';
import { readTimings, type Timings } from './timings.ts';

/** What every command of a stack starts from: manifests, state, and the way it reports. */
export interface Session {
  readonly io: CommandIo;
  readonly flags: AccountFlags;
  readonly reporting: Reporting;
  readonly redactor: Redactor;
  readonly kinds: ReadonlyMap<string, ProviderKind>;
  readonly directory: string;
  readonly files: LoadedFiles;
  readonly backend: UnlockableBackend;
  readonly digesters: Digesters;
  /** Of what the providers share. */
  readonly timing: Timing;
  /** Of one provider, by its name. */
  readonly timingOf: Timings['of'];
}

export async function openSession(
  io: CommandIo,
  directory: string,
  flags: AccountFlags,
  command: 'apply' | 'destroy' | 'plan' | 'other',
  load: LoadFiles = loadFiles,
): Promise<Session> {
  const reporting = createReporting(io, flags, command, directory);
  try {
    const redactor = createRedactor();
    const kinds = kindTable(PROVIDERS);
    const files = await load(io, directory, flags, kinds, redactor, reporting);
    const isEmulated = flags.emulate !== undefined && flags.emulate !== false;
    const timings = readTimings(io.env['TRUEUP_TIMING'], isEmulated, files.stack.providers);
    const timing = timings.shared;
    const digesters = createDigesters(io);
    const { emit } = reporting;
    const backend = await openBackend(io, files, { emit, redactor, timing, digesters });
    return {
      io,
      flags,
      reporting,
      redactor,
      kinds,
      directory: files.directory,
      files,
      backend,
      digesters,
      timing,
      timingOf: timings.of,
    };
  } catch (error) {
    reporting.close();
    throw error;
  }
}

/** Providers that the stack's or the state's resources belong to. */
function usedProviders(stack: Stack, loaded: LoadedState): readonly Provider[] {
  const names = new Set<string>();
  for (const resource of stack.resources) names.add(providerOf(resource.type));
  for (const entry of Object.values(loaded.state.resources)) names.add(providerOf(entry.type));
  for (const intent of loaded.intents) names.add(providerOf(intent.type));
  for (const name of Object.keys(stack.providers)) names.add(name);
  const used = PROVIDERS.filter((provider) => names.has(provider.name));
  return used.length > 0 ? used : PROVIDERS.slice(0, 1);
}

function providerOf(type: string): string {
  return typeOf(type);
}

export function connectInput(session: Session, stack: Stack, loaded: LoadedState): ConnectInput {
  return {
    io: session.io,
    flags: session.flags,
    directory: session.directory,
    providers: usedProviders(stack, loaded),
    kinds: session.kinds,
    redactor: session.redactor,
    timingOf: session.timingOf,
    settings: stack.providers,
    emit: session.reporting.emit,
  };
}

export function sourcesOf(session: Session, mode: 'resolve' | 'skip'): Promise<Stack> {
  const { io, files, flags, redactor, reporting } = session;
  return resolveStack(io, files, flags, mode, redactor, reporting);
}

export function digesterOf(session: Session, loaded: LoadedState): Digester {
  return session.digesters(loaded.state.salt);
}

/** The organization asked for in trueup.yaml, and the one the state belongs to. */
export function assertOrganization(
  stack: Stack,
  loaded: LoadedState,
  organizations: Readonly<Record<string, { readonly id: string; readonly name: string }>>,
): void {
  for (const [provider, organization] of Object.entries(organizations)) {
    const wanted = stack.providers[provider]?.['organization'];
    const isWanted =
      wanted === undefined || wanted === organization.id || wanted === organization.name;
    if (!isWanted) {
      throw new TrueupError(
        'guard-organization',
        `the credential of ${provider} belongs to '${organization.name}' (${organization.id}), the stack to '${typeof wanted === 'string' ? wanted : ''}'`,
        {
          hint: 'use the credential of that organization, or change `organization` in trueup.yaml',
        },
      );
    }
    const recorded = loaded.state.providers[provider]?.organization;
    if (recorded === undefined || recorded === organization.id) continue;
    throw new TrueupError(
      'guard-organization',
      `the state was applied to organization ${recorded}, the credential of ${provider} belongs to ${organization.id} ('${organization.name}')`,
      { hint: 'use the credential of that organization, or another `--env`' },
    );
  }
}
