import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Diagnostic } from '../core/diagnostic.ts';
import { TrueupError } from '../core/errors.ts';
import type { Redactor } from '../core/redactor.ts';
import type { Stack } from '../core/resource.ts';
import { loadStack, type LoadInput } from '../manifest/load-stack.ts';
import { createNamedFile } from '../manifest/named-file.ts';
import { readStackFiles, readVariableFiles } from '../manifest/read-stack-files.ts';
import { commandsOf, resolveSources } from '../manifest/resolve-sources.ts';
import { createSourceReader } from '../manifest/source-reader.ts';
import type { LoadedStack } from '../manifest/source-term.ts';
import { credentialVariablesOf, type ProviderKind } from '../providers/contract.ts';
import { PROVIDERS } from '../providers/registry.ts';
import { text } from '../views/sanitize.ts';
import type { CommandIo } from './command-io.ts';
import type { AccountFlags, StackFlags } from './flags.ts';
import { usage, varsOf } from './parse-flags.ts';
import type { Reporting } from './reporting.ts';

export interface LoadedFiles {
  /** Absolute. */
  readonly directory: string;
  readonly stack: LoadedStack;
  readonly diagnostics: readonly Diagnostic[];
}

export type LoadFiles = typeof loadFiles;

/** What a stack is loaded with besides its files; `directory` is absolute. */
export async function loadInput(
  io: CommandIo,
  directory: string,
  flags: Pick<StackFlags, 'env' | 'var' | 'varFile'>,
  kinds: LoadInput['kinds'],
  redactor: Redactor,
): Promise<{
  readonly input: Omit<LoadInput, 'files'>;
  readonly diagnostics: readonly Diagnostic[];
}> {
  const variables = await readVariableFiles(
    (flags.varFile ?? []).map((file) => resolve(io.cwd, file)),
  );
  const input = {
    kinds,
    namedFile: createNamedFile(directory),
    providerSettings: new Map(PROVIDERS.map((item) => [item.name, item.settingsSchema])),
    environment: flags.env,
    vars: varsOf(flags.var ?? []),
    varFiles: variables.files,
    processEnv: io.env,
    redactor,
  };
  return { input, diagnostics: variables.diagnostics };
}

/** Reads and checks a stack. Every mistake is reported before it throws `stack-missing` or the like. */
export async function loadFiles(
  io: CommandIo,
  directory: string,
  flags: StackFlags,
  kinds: ReadonlyMap<string, ProviderKind>,
  redactor: Redactor,
  reporting: Reporting,
): Promise<LoadedFiles> {
  const path = resolve(io.cwd, directory);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new TrueupError('stack-missing', `there is no directory '${directory}'`);
  }
  const read = await readStackFiles(path);
  const variables = await loadInput(io, path, flags, kinds, redactor);
  const loaded = loadStack({ ...variables.input, files: read.files });
  const diagnostics = [...read.diagnostics, ...variables.diagnostics, ...loaded.diagnostics];
  reporting.diagnostics(diagnostics);
  const errors = diagnostics.filter((item) => item.severity === 'error').length;
  if (loaded.stack === undefined || errors > 0) throw mistakes(errors);
  return { directory: path, stack: loaded.stack, diagnostics };
}

/** Reads the secret sources of a stack, or leaves them out. */
export async function resolveStack(
  io: CommandIo,
  files: LoadedFiles,
  flags: AccountFlags,
  mode: 'resolve' | 'skip',
  redactor: Redactor,
  reporting: Reporting,
): Promise<Stack> {
  const reader = createSourceReader({
    directory: files.directory,
    fileDirectories: secretDirectories(io, flags),
    environment: io.env,
    credentialVariables: PROVIDERS.flatMap(credentialVariablesOf),
    commandsAllowed: mode === 'resolve' && (await areCommandsAllowed(io, files.stack, flags)),
    redactor,
  });
  const { stack, diagnostics } = await resolveSources(files.stack, { reader, mode, redactor });
  reporting.diagnostics(diagnostics);
  const errors = diagnostics.filter((item) => item.severity === 'error').length;
  if (errors > 0) throw mistakes(errors);
  return stack;
}

/** `--secret-dir`: mounted secrets. There is no other form: a manifest must not name them. */
function secretDirectories(io: CommandIo, flags: AccountFlags): readonly string[] {
  return (flags.secretDir ?? []).map((name) => {
    const path = resolve(io.cwd, name);
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return path;
    throw usage(`--secret-dir ${name}: there is no such directory`);
  });
}

/** `--commands`, or a yes on a terminal after seeing what would be run. */
async function areCommandsAllowed(
  io: CommandIo,
  stack: LoadedStack,
  flags: AccountFlags,
): Promise<boolean> {
  if (flags.commands === true) return true;
  const commands = commandsOf(stack);
  if (commands.length === 0 || !io.canAsk) return false;
  const listed = commands.map((argv) => `  ${text(argv.join(' '))}`).join('\n');
  const answer = await io.ask(
    `The stack takes secrets from these commands:\n${listed}\nRun them? Only 'yes' is accepted: `,
  );
  return answer.trim() === 'yes';
}

/** Thrown when the mistakes themselves have been told already. */
function mistakes(count: number): TrueupError {
  const noun = count === 1 ? 'mistake' : 'mistakes';
  return new TrueupError('stack-invalid', `the stack has ${count} ${noun}; nothing was done`);
}
