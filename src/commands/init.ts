import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { TrueupError } from '../core/errors.ts';
import { stackSchema } from '../manifest/stack-schema.ts';
import { resolvePlain } from '../manifest/yaml-scalar.ts';
import type { Starter } from '../providers/contract.ts';
import { kindTable, PROVIDERS } from '../providers/registry.ts';
import { DONE, type CommandIo, type Endings } from './command-io.ts';
import { stackName } from './stack-name.ts';

const SCHEMA_LINE = '# yaml-language-server: $schema=./.trueup-schema.json\n';

/**
 * `trueup init`: writes a small working stack of the named providers, `.gitignore`, and the schema
 * for the editor. What each provider begins with is its own (`Provider.starter`).
 */
export function runInit(
  io: CommandIo,
  directory: string,
  providers: readonly string[] = [],
): Promise<Endings> {
  const chosen = chooseProviders(providers);
  const path = resolve(io.cwd, directory);
  if (existsSync(join(path, 'trueup.yaml'))) {
    throw new TrueupError('usage', `there is a stack in ${directory} already`);
  }
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === false) {
    throw new TrueupError('usage', `${directory} is a file; init takes a directory`);
  }
  mkdirSync(path, { recursive: true });
  const written: string[] = [];
  const write = (name: string, text: string): void => {
    writeFileSync(join(path, name), text);
    written.push(name);
  };
  write('trueup.yaml', settings(stackName(path), chosen));
  for (const { name, starter } of chosen) {
    const file = chosen.length === 1 ? 'main.yaml' : `${name}.yaml`;
    if (!existsSync(join(path, file))) write(file, `${SCHEMA_LINE}${starter.manifest}`);
  }
  write('.trueup-schema.json', `${JSON.stringify(stackSchema(kindTable(PROVIDERS)), null, 2)}\n`);
  const ignored = ignoreState(join(path, '.gitignore'));
  if (ignored) written.push('.gitignore');
  const where = directory === '.' ? '' : ` ${directory}`;
  io.stdout.write(
    `Wrote ${written.join(', ')}.\nTry it without an account:  trueup plan --emulate${where}\n`,
  );
  return Promise.resolve(DONE);
}

interface Chosen {
  readonly name: string;
  readonly starter: Starter;
}

/** Without a name: the first provider. */
function chooseProviders(names: readonly string[]): readonly Chosen[] {
  const known = PROVIDERS.flatMap(({ name, starter }) =>
    starter === undefined ? [] : [{ name, starter }],
  );
  const lost = names.find((name) => !known.some((provider) => provider.name === name));
  if (lost !== undefined) {
    const all = known.map(({ name }) => name).join(', ');
    throw new TrueupError('usage', `there is no provider '${lost}'; there are ${all}`);
  }
  return names.length === 0 ? known.slice(0, 1) : known.filter(({ name }) => names.includes(name));
}

function settings(stack: string, chosen: readonly Chosen[]): string {
  const variables = new Map(chosen.flatMap(({ starter }) => Object.entries(starter.variables)));
  const lines = [...variables].map(([name, value]) => `  ${name}: ${value}\n`).join('');
  // A directory may be called 2026, or true.
  const name = resolvePlain(stack) === stack ? stack : `'${stack}'`;
  return `${SCHEMA_LINE}stack: ${name}\n${lines === '' ? '' : `\nvariables:\n${lines}`}`;
}

/** Keeps the state out of Git; true when the file was changed. */
function ignoreState(path: string): boolean {
  const before = existsSync(path) ? readFileSync(path, 'utf8') : '';
  if (before.split('\n').some((line) => line.trim() === '.trueup/')) return false;
  const gap = before === '' || before.endsWith('\n') ? '' : '\n';
  writeFileSync(path, `${before}${gap}.trueup/\n`);
  return true;
}
