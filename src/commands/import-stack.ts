import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { typeOf } from '../core/address.ts';
import { TrueupError } from '../core/errors.ts';
import type { JsonObject } from '../core/json.ts';
import type { Accounts } from '../executor/accounts.ts';
import { loadStack } from '../manifest/load-stack.ts';
import { readStackFiles } from '../manifest/read-stack-files.ts';
import { resolveSources } from '../manifest/resolve-sources.ts';
import { createSourceReader } from '../manifest/source-reader.ts';
import { escaped } from '../manifest/write-entry.ts';
import { writeSettings } from '../manifest/write-files.ts';
import type { Provider } from '../providers/contract.ts';
import type { AccountFlags } from './flags.ts';
import type { Session } from './session.ts';
import { loadFiles, loadInput, type LoadFiles } from './stack-loading.ts';
import { stackName } from './stack-name.ts';

interface FileFlags extends AccountFlags {
  readonly force?: boolean;
}

/** The stack of a directory, or, where there is none, one that is about to be written. */
export const startingStack: LoadFiles = async (
  io,
  directory,
  flags,
  kinds,
  redactor,
  reporting,
) => {
  const path = resolve(io.cwd, directory);
  const { files } = await readStackFiles(path);
  if (files.size > 0) return loadFiles(io, directory, flags, kinds, redactor, reporting);
  const settings = writeSettings({ stack: stackName(path) }, kinds);
  const { stack, diagnostics } = loadStack({
    files: new Map([['trueup.yaml', settings]]),
    kinds,
    environment: undefined,
    vars: {},
    varFiles: [],
    processEnv: io.env,
    redactor,
  });
  if (stack === undefined) throw new TrueupError('internal', 'no stack', { diagnostics });
  return { directory: path, stack, diagnostics };
};

/** The stack as a plan sees it that reads no secret. */
export function withoutSources(
  { files, io, redactor }: Session,
  stack: Session['files']['stack'],
): ReturnType<typeof resolveSources> {
  const reader = createSourceReader({
    directory: files.directory,
    environment: io.env,
    credentialVariables: [],
    commandsAllowed: false,
    redactor,
  });
  return resolveSources(stack, { reader, mode: 'skip', redactor });
}

/** The files of a stack that an import adds to. */
export interface StackFiles {
  /** Providers that the stack uses already. */
  readonly providers: ReadonlySet<string>;
  /** trueup.yaml, where there is none yet. */
  readonly settings: (providers: ReadonlySet<string>) => ReadonlyMap<string, string>;
  readonly freeName: (file: string) => string;
  readonly load: (files: ReadonlyMap<string, string>) => ReturnType<typeof loadStack>;
}

export async function filesOf(
  session: Session,
  flags: FileFlags,
  providers: readonly Provider[],
  accounts: Accounts,
): Promise<StackFiles> {
  const { directory, kinds, io, redactor } = session;
  const { files: before } = await readStackFiles(directory);
  const settings: StackFiles['settings'] = (used) => {
    if (before.has('trueup.yaml')) return new Map();
    const blocks = providers.flatMap(({ name }): readonly (readonly [string, JsonObject])[] => {
      const organization = accounts.organizations[name]?.name;
      if (!used.has(name)) return [];
      return [[name, organization === undefined ? {} : { organization: escaped(organization) }]];
    });
    const stack = stackName(directory);
    const text = writeSettings({ stack, providers: Object.fromEntries(blocks) }, kinds);
    return new Map([['trueup.yaml', text]]);
  };
  const { stack } = session.files;
  const { input } = await loadInput(io, directory, flags, kinds, redactor);
  return {
    settings,
    providers: new Set([
      ...Object.keys(stack.providers),
      ...stack.resources.map(({ type }) => typeOf(type)),
    ]),
    freeName: (file) => freeName(file, directory, flags, stack.resources.length > 0),
    load: (files) => loadStack({ ...input, files: new Map([...before, ...files]) }),
  };
}

/** A stack that has entries gets more in files of their own; otherwise the name has to be free. */
function freeName(file: string, directory: string, flags: FileFlags, adds: boolean): string {
  if (!adds || flags.force === true) return file;
  let name = file;
  for (let number = 2; existsSync(join(directory, name)); number += 1) {
    name = file.replace(/\.yaml$/, `-${number}.yaml`);
  }
  return name;
}
