import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { typeOf } from '../core/address.ts';
import { TrueupError } from '../core/errors.ts';
import { didYouMean } from '../core/suggest.ts';
import type { Accounts } from '../executor/accounts.ts';
import { readAccount } from '../executor/read-account.ts';
import type { Layout } from '../manifest/write-files.ts';
import { noDigests } from '../planner/digest-view.ts';
import { planStack } from '../planner/plan-stack.ts';
import { credentialVariablesOf, type Provider, type ProviderKind } from '../providers/contract.ts';
import { PROVIDERS } from '../providers/registry.ts';
import type { JournalRecord, LoadedState } from '../state/contract.ts';
import type { CommandIo, Ending, Endings } from './command-io.ts';
import { connectReadOnly } from './connect.ts';
import type { AccountFlags } from './flags.ts';
import { addVariables, ENV_EXAMPLE, ignore, writeManifests } from './import-files.ts';
import { planImport, type ImportPlan, type ImportRequest } from './import-plan.ts';
import { importReport, unread } from './import-report.ts';
import { filesOf, startingStack, withoutSources } from './import-stack.ts';
import { lockWaitMs, planOptions, usage } from './parse-flags.ts';
import { assertOrganization, connectInput, openSession, type Session } from './session.ts';

export interface ImportFlags extends AccountFlags {
  readonly all?: boolean;
  readonly kind?: readonly string[];
  readonly match?: readonly string[];
  readonly layout?: string;
  readonly force?: boolean;
}

/**
 * `trueup import --all [DIR]`: writes manifests of what is in the account, and the state that goes
 * with them. Changes nothing in the account; a plan right after it is empty.
 */
export async function runImportAll(
  io: CommandIo,
  directory: string,
  flags: ImportFlags,
): Promise<Endings> {
  const session = await openSession(io, directory, flags, 'other', startingStack);
  try {
    if (session.files.stack.environment !== 'default' || flags.env === '-') {
      throw usage(
        'a stack with environments takes no import of many: it would be in all of them; import into a directory of its own',
      );
    }
    const named = namedTypes(session, flags.kind ?? []);
    const lock = await session.backend.lock('import', lockWaitMs(flags.lockTimeout));
    try {
      return await importMany(session, flags, named, await session.backend.load());
    } finally {
      await lock.release();
    }
  } finally {
    session.reporting.close();
  }
}

async function importMany(
  session: Session,
  flags: ImportFlags,
  named: ReadonlySet<string>,
  loaded: LoadedState,
): Promise<Endings> {
  const { reporting } = session;
  if (loaded.intents.length > 0) {
    throw new TrueupError('import-invalid', 'an interrupted apply has left creates open', {
      hint: 'finish it first, with `trueup apply`',
    });
  }
  const providers = providersOf(session, flags, named);
  const { stack } = await withoutSources(session, session.files.stack);
  const input = { ...connectInput(session, stack, loaded), providers };
  const { accounts, notes, close } = await connectReadOnly(input);
  try {
    for (const note of notes) reporting.note(`${note}\n`);
    assertOrganization(stack, loaded, accounts.organizations);
    const kinds = providers
      .flatMap((provider) => provider.kinds)
      .filter(({ managed, type }) => managed && (flags.all === true || named.has(type)));
    const request = await requestOf(session, flags, loaded, { accounts, providers, kinds, named });
    const plan = await planImport(request);
    const written = await writeAll(session, flags, plan, accounts);
    const missed = unread(request.live, request.types);
    reporting.diagnostics(missed);
    const verbose = flags.verbose === true;
    const where = relative(session.io.cwd, session.directory);
    reporting.result(
      importReport({ plan, written, organizations: accounts.organizations, where, verbose }),
    );
    return new Set<Ending>(missed.length === 0 ? [] : ['incomplete']);
  } finally {
    await close();
  }
}

/** What was asked for, by kinds. */
interface Wanted {
  readonly accounts: Accounts;
  readonly providers: readonly Provider[];
  readonly kinds: readonly ProviderKind[];
  readonly named: ReadonlySet<string>;
}

async function requestOf(
  session: Session,
  flags: ImportFlags,
  loaded: LoadedState,
  { accounts, providers, kinds, named }: Wanted,
): Promise<ImportRequest> {
  const { files, redactor, timing, io, reporting } = session;
  const live = await readAccount(accounts, kinds, reporting.emit);
  return {
    ...(await filesOf(session, flags, providers, accounts)),
    live,
    kinds: session.kinds,
    types: new Set(kinds.map(({ type }) => type)),
    named,
    match: flags.match ?? [],
    layout: layoutOf(flags.layout),
    state: loaded.state,
    taken: new Set(files.stack.resources.map(({ address }) => String(address))),
    plan: async (written, imports) => {
      const { stack } = await withoutSources(session, written);
      return planStack({
        stack: { ...stack, imports },
        prior: loaded.state,
        intents: [],
        live,
        kinds: session.kinds,
        confirmed: new Map(),
        digests: noDigests,
        redactor,
        nowMs: io.clock.now(),
        timing,
        options: planOptions({}, false, 1),
      }).plan;
    },
  };
}

function layoutOf(text: string | undefined): Layout {
  return text === 'group' ? 'group' : 'kind';
}

/** A kind by its name, or by its type: with the provider in front. */
function namedTypes({ kinds }: Session, words: readonly string[]): ReadonlySet<string> {
  const managed = [...kinds.values()].filter((kind) => kind.managed);
  return new Set(
    words.flatMap((word) => {
      const found = managed.filter(({ name, type }) => type === word || name === word);
      if (found.length > 0) return found.map(({ type }) => type);
      const hint = didYouMean(
        word,
        managed.map(({ name }) => name),
      );
      const message = `there is no kind '${word}' that can be managed`;
      throw new TrueupError('usage', message, hint === undefined ? {} : { hint });
    }),
  );
}

/** Those that the stack names, else those whose credentials are at hand. */
function providersOf(
  { files, io }: Session,
  flags: ImportFlags,
  named: ReadonlySet<string>,
): readonly Provider[] {
  const { stack } = files;
  const used = new Set([
    ...Object.keys(stack.providers),
    ...stack.resources.map(({ type }) => typeOf(type)),
  ]);
  const isEmulated = flags.emulate !== undefined && flags.emulate !== false;
  const isAtHand = (provider: Provider): boolean =>
    isEmulated || credentialVariablesOf(provider).some((name) => (io.env[name] ?? '') !== '');
  const wanted = PROVIDERS.filter(
    ({ name, kinds }) =>
      (flags.all === true && (used.size === 0 || used.has(name))) ||
      kinds.some(({ type }) => named.has(type)),
  );
  const ready = wanted.filter((provider) => used.has(provider.name) || isAtHand(provider));
  if (ready.length > 0) return ready;
  // Connecting to it says which variables it takes.
  return wanted.slice(0, 1);
}

/** Files first: a state without its entries would be a plan to delete everything. */
async function writeAll(
  session: Session,
  flags: ImportFlags,
  plan: ImportPlan,
  accounts: Accounts,
): Promise<readonly string[]> {
  const { directory, backend } = session;
  if (plan.resources.size === 0) return [];
  const { files } = plan;
  const force = flags.force === true;
  const there = [...files.keys()].filter((name) => existsSync(join(directory, name)));
  if (there.length > 0 && !force) {
    throw new TrueupError('import-invalid', `nothing is overwritten: ${there.join(', ')}`, {
      hint: 'import into another directory, or overwrite them with --force',
    });
  }
  writeManifests(directory, files, force);
  const hasVariables = addVariables(directory, plan.variables);
  const isIgnored = ignore(directory, ['.trueup/', ...(hasVariables ? ['.env'] : [])]);
  const records: JournalRecord[] = [...plan.resources].map(([address, resource]) => ({
    op: 'put',
    address,
    resource,
  }));
  const used = new Set([...plan.resources.keys()].map((address) => typeOf(typeOf(address))));
  for (const [provider, { id }] of Object.entries(accounts.organizations)) {
    if (used.has(provider)) records.unshift({ op: 'provider', provider, organization: id });
  }
  await backend.append(records);
  await backend.fold();
  return [
    ...[...files.keys()].toSorted(),
    ...(hasVariables ? [ENV_EXAMPLE] : []),
    ...(isIgnored ? ['.gitignore'] : []),
  ];
}
