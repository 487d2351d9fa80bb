import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { LoadedState } from '../../src/state/contract.ts';
import { createFileBackend } from '../../src/state/file-backend.ts';
import { environmentOf } from '../_helpers/random-stack.ts';
import { createSeededBytes } from '../_helpers/seeded-random.ts';
import type { StackFiles } from '../_helpers/world.ts';
import { keyOf } from './account.ts';
import type { ProcessResult, Site } from './process.ts';

/** What one process was asked, sent, and printed. */
export function describe(argv: readonly string[], result: ProcessResult): string {
  const exit = result.exit === undefined ? 'died' : `exit ${String(result.exit)}`;
  const wire = result.sent.map(({ host, method, path, fault, startMs }) =>
    [
      `  ${new Date(startMs).toISOString()} ${method} ${host}${path}`,
      ...(fault === undefined ? [] : [`← ${fault}`]),
    ].join(' '),
  );
  return [`$ trueup ${argv.join(' ')}`, ...wire, result.stdout, result.stderr, exit, ''].join('\n');
}

/** The files of a stack in place of those of its last version. */
export function writeFiles(directory: string, stack: StackFiles): void {
  rmSync(join(directory, 'environments'), { recursive: true, force: true });
  for (const name of ['main.yaml', 'people.yml', 'more.yaml', 'trueup.yaml', 'spice.yaml']) {
    rmSync(join(directory, name), { force: true });
  }
  for (const [name, text] of stack) {
    const path = join(directory, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

export function secretsOf(stack: StackFiles): readonly string[] {
  return [...stack].filter(([name]) => name.startsWith('secrets/')).map(([, text]) => text);
}

/** The state as the next process will find it. */
export function loadState(site: Site, stack: StackFiles): Promise<LoadedState> {
  const environment = environmentOf(stack) ?? 'default';
  const found = site.files
    .paths()
    .find((path) => path.endsWith('state.json') || path.endsWith('journal.jsonl'));
  const directory =
    found === undefined ? join(site.directory, '.trueup', environment) : dirname(found);
  return createFileBackend({
    files: site.files.copy(),
    directory,
    stack: 'random',
    environment: directory.slice(directory.lastIndexOf('/') + 1),
    clock: site.clock,
    random: createSeededBytes(1),
    host: site.hosts.spawn('elsewhere'),
    redact: (text) => text,
    leaseMs: 60_000,
  }).load();
}

/** Keys of what a state holds. */
export function keysOf(loaded: LoadedState): readonly string[] {
  return Object.values(loaded.state.resources).map((entry) => keyOf(entry));
}
