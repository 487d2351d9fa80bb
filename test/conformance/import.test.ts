import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
// Loaded on demand by the program; loading takes time that the virtual clock knows nothing of.
import { runImportAll } from '../../src/commands/import-all.ts';
import type { Subject } from '../_helpers/conformance/assertions.ts';
import type { Manifest, ProviderCases } from '../_helpers/conformance/case.ts';
import { withEntries } from '../_helpers/conformance/stage.ts';
import { managedSubjects } from '../_helpers/conformance/subjects.ts';
import { createTwoAccounts, TOKENS, type TwoAccounts } from '../_helpers/two-accounts.ts';

/** What every secret of these accounts is, so that every variable can hold the live value. */
const VALUE = 'Correct-Horse-7-Battery';

const worlds: TwoAccounts[] = [];
afterAll(() => {
  for (const world of worlds) world.close();
});

const subjects = managedSubjects();
const providers = [...new Set(subjects.map(({ provider }) => provider))];

/** An account with a full entry of every kind, and the bystanders. */
describe.each(providers)('an import of every kind of $provider', (provider) => {
  test('writes what a plan finds in place, and the same the next time', async () => {
    const own = subjects.filter((subject) => subject.provider === provider);
    const world = account(provider, own);
    await done(world, 'apply', '--auto-approve', 'first');
    // What comes along gets an entry where it is asked for.
    const flags = ['--all', ...own.flatMap(({ kind }) => ['--kind', kind.type])];
    await done(world, 'import', ...flags, 'second');
    const files = texts(world, 'second');
    const state = await world.run('state', 'list', '--ids', '--dir', 'second');
    const before = await world.run('state', 'list', '--ids', '--dir', 'first');
    expect(ids(state.stdout)).toEqual(expect.arrayContaining([...ids(before.stdout)]));
    setVariables(world, files['.env.example'] ?? '');
    const plan = await world.run('plan', '--detailed-exitcode', 'second');
    expect([plan.code, plan.stdout]).toEqual([0, expect.stringContaining('No changes.')]);
    expect((await world.run('fmt', '--check', 'second')).stdout).toBe('');
    await done(world, 'import', ...flags, 'third/second');
    expect(texts(world, 'third/second')).toEqual(files);
  });
});

/** `<kind> <ID>` of each line. */
function ids(listed: string): readonly string[] {
  return [...listed.matchAll(/^(\w+\.\w+)\.\S+\s+(.+)$/gm)]
    .map(([, type = '', id = '']) => `${type} ${id.trim()}`)
    .toSorted();
}

function account(provider: ProviderCases, subjects: readonly Subject[]): TwoAccounts {
  if (typeof runImportAll !== 'function') throw new Error('the commands are not loaded');
  const world = createTwoAccounts({ emulated: 'none' });
  worlds.push(world);
  world.env = { ...TOKENS };
  const manifest = withOneSecret(
    subjects.reduce(
      (made, { own }) => withEntries(made, { [own.kind]: { subject: own.full } }),
      provider.bystanders,
    ),
  );
  const settings = { stack: 'first', providers: { [provider.provider]: provider.settings ?? {} } };
  world.write({
    'first/trueup.yaml': JSON.stringify(settings),
    'first/main.yaml': JSON.stringify(manifest),
    'first/value.txt': VALUE,
  });
  return world;
}

function withOneSecret(manifest: Manifest): unknown {
  const text = JSON.stringify(manifest);
  return JSON.parse(text.replaceAll(/"fromFile":"[^"]*"/g, '"fromFile":"value.txt"')) as unknown;
}

function setVariables(world: TwoAccounts, example: string): void {
  for (const [, name = ''] of example.matchAll(/^(\w+)=$/gm)) world.env[name] = VALUE;
}

function texts(world: TwoAccounts, directory: string): Readonly<Record<string, string>> {
  const path = join(world.directory, directory);
  const names = readdirSync(path, { withFileTypes: true }).filter((file) => file.isFile());
  return Object.fromEntries(
    names.map(({ name }) => [name, readFileSync(join(path, name), 'utf8')]),
  );
}

async function done(world: TwoAccounts, ...argv: readonly string[]) {
  const result = await world.run(...argv);
  if (result.code === 0) return result;
  throw new Error(`${argv.join(' ')}: exit ${result.code}\n${result.stdout}\n${result.stderr}`);
}
