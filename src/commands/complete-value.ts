import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Argument, Command, Option } from 'commander';
import { isJsonObject } from '../core/json.ts';
import type { KindShape } from '../core/kind.ts';
import { kindTable, PROVIDERS } from '../providers/registry.ts';
import type { CommandIo } from './command-io.ts';
import type { Candidate, Completion } from './complete.ts';
import { namesInManifests, type NamesInManifests } from './manifest-names.ts';

/** What the values of options and arguments are, by the name that the help gives them. */
const BY_NAME: Readonly<Record<string, Source>> = {
  dir: () => ['directories'],
  plan: () => ['files'],
  files: () => ['files'],
  file: () => ['files'],
  address: addresses,
  from: addresses,
  to: addresses,
  glob: addresses,
  'address.field': writeOnlyFields,
  'risk=glob': approvals,
  'name=value': variables,
  kind: () => [...kindTable(PROVIDERS).values()].map(({ name }) => ({ value: name })),
  provider: () => PROVIDERS.map(({ name }) => ({ value: name })),
};

/** Where the name alone does not tell: by the attribute of the option. */
const BY_OPTION: Readonly<Record<string, Source>> = {
  env: environments,
  provider: () => PROVIDERS.map(({ name }) => ({ value: name })),
};

type Source = (
  io: CommandIo,
  completion: Completion,
) => readonly Candidate[] | Promise<readonly Candidate[]>;

/** What may stand for a value that is no choice of a few words; nothing where it is free text. */
export async function candidatesOfValue(
  io: CommandIo,
  completion: Completion,
): Promise<readonly Candidate[]> {
  const { command, wanted } = completion;
  return (await sourceOf({ command, ...wanted })?.(io, completion)) ?? [];
}

/** A value that an option or an argument of a command takes. */
export interface ValuePlace {
  readonly command: Command;
  readonly option?: Option;
  readonly argument?: Argument;
}

/** Values, by name or by attribute of the option, that nobody can list. */
const FREE: ReadonlySet<string> = new Set(['n', 'duration', 'id', 'login', 'stack']);

/** Whether something is offered for a value, or nothing can be. */
export function isCompleted(place: ValuePlace): boolean {
  const choices = place.option?.argChoices ?? place.argument?.argChoices;
  const names = [nameOf(place), place.option?.attributeName() ?? ''];
  return (
    choices !== undefined || sourceOf(place) !== undefined || names.some((name) => FREE.has(name))
  );
}

function sourceOf(place: ValuePlace): Source | undefined {
  const { command, option } = place;
  const name = nameOf(place);
  if (option === undefined && command.name() === 'output' && name === 'name') return outputs;
  const own = BY_OPTION[option?.attributeName() ?? ''] ?? BY_NAME[name];
  // `dir-or-plan`: either.
  const parts = name.split('-or-').flatMap((part) => BY_NAME[part] ?? []);
  if (own !== undefined || parts.length < 2) return own;
  return async (io, completion) => {
    const found = await Promise.all(parts.map(async (part) => part(io, completion)));
    return found.flat();
  };
}

/** `address` of `<address[.field]>` as well. */
function nameOf({ option, argument }: ValuePlace): string {
  const name = option === undefined ? (argument?.name() ?? '') : valueName(option);
  return name.replace(/\[.*$/, '');
}

/** `glob` of `--target <glob>`. */
function valueName({ flags }: Option): string {
  return /[<[]([^>\].]+(?:\.[^>\].]+)*)(?:\.\.\.)?[>\]]/.exec(flags)?.[1] ?? '';
}

/** The directory of the stack that the command line means. */
function stackDirectory(io: CommandIo, { command, given, operands }: Completion): string {
  const named = given.get('dir');
  if (named !== undefined) return resolve(io.cwd, named);
  const known = command.registeredArguments;
  const found = operands.findLast((_, index) => known[index]?.name().split('-').includes('dir'));
  const path = resolve(io.cwd, found ?? '.');
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true ? path : io.cwd;
}

function names(io: CommandIo, completion: Completion): Promise<NamesInManifests> {
  return namesInManifests(
    stackDirectory(io, completion),
    completion.given.get('env'),
    kindTable(PROVIDERS),
  );
}

function environments(io: CommandIo, completion: Completion): readonly Candidate[] {
  const folder = join(stackDirectory(io, completion), 'environments');
  const overlays = readdirSync(folder).flatMap(
    (file) => /^([^._].*)\.ya?ml$/.exec(file)?.slice(1) ?? [],
  );
  return [...overlays.map((value) => ({ value })), { value: '-', about: 'the base' }];
}

/** In full; without the provider once something is there that only this fits. */
async function addresses(io: CommandIo, completion: Completion): Promise<readonly Candidate[]> {
  const { resources } = await names(io, completion);
  const written = resources.flatMap(({ kind, key }) => addressForms(kind, key, completion.current));
  const isOfState = completion.command.parent?.name() === 'state';
  return isOfState ? [...written, ...recorded(io, completion)] : written;
}

/** What the state on this machine holds, entries or not; only the names are looked at. */
function recorded(io: CommandIo, completion: Completion): readonly Candidate[] {
  const chosen = completion.given.get('env') ?? '-';
  const environment = chosen === '-' ? 'default' : chosen;
  const path = join(stackDirectory(io, completion), '.trueup', environment, 'state.json');
  if (!existsSync(path)) return [];
  const state: unknown = JSON.parse(readFileSync(path, 'utf8'));
  const resources = isJsonObject(state) ? state['resources'] : undefined;
  return isJsonObject(resources) ? Object.keys(resources).map((value) => ({ value })) : [];
}

function addressForms(kind: KindShape, key: string, current: string): readonly Candidate[] {
  const full = { value: `${kind.type}.${key}` };
  return current === '' ? [full] : [full, { value: `${kind.name}.${key}` }];
}

async function writeOnlyFields(
  io: CommandIo,
  completion: Completion,
): Promise<readonly Candidate[]> {
  const { resources } = await names(io, completion);
  return resources.flatMap(({ kind, key }) => {
    const fields = kind.fields.filter((field) => field.writeOnly === true && !field.readOnly);
    return fields.flatMap(({ path }) =>
      addressForms(kind, `${key}.${path.join('.')}`, completion.current),
    );
  });
}

async function approvals(io: CommandIo, completion: Completion): Promise<readonly Candidate[]> {
  const risks = ['data-loss', 'lockout', 'recreate'];
  const at = completion.current.indexOf('=');
  if (at === -1) return risks.map((risk) => ({ value: `${risk}=`, open: true }));
  const risk = completion.current.slice(0, at + 1);
  const current = completion.current.slice(at + 1);
  const { resources } = await names(io, completion);
  return resources.flatMap(({ kind, key }) =>
    addressForms(kind, key, current).flatMap((candidate) =>
      typeof candidate === 'string' ? [] : [{ value: `${risk}${candidate.value}` }],
    ),
  );
}

async function variables(io: CommandIo, completion: Completion): Promise<readonly Candidate[]> {
  const found = await names(io, completion);
  return found.variables.map((name) => ({ value: `${name}=`, open: true }));
}

async function outputs(io: CommandIo, completion: Completion): Promise<readonly Candidate[]> {
  const found = await names(io, completion);
  return found.outputs.map((value) => ({ value }));
}
