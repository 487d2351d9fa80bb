import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
// Loaded on demand by the program; loading takes time that the virtual clock knows nothing of.
import { runImportAll } from '../../src/commands/import-all.ts';
import type { Mutation } from '../../src/emulator/singlestore/mutation.ts';
import { createSeededRandom } from '../_helpers/seeded-random.ts';
import {
  createTwoAccounts,
  TOKENS,
  type Ended,
  type TwoAccounts,
} from '../_helpers/two-accounts.ts';

/** Names that YAML, an expression, a key or a program could take for something else. */
const NAMES = [
  'null',
  '123',
  '0x1F',
  'yes',
  '2026-01-01',
  '~',
  '${var.x}',
  '$${y} ${',
  '- a',
  'a: b # c',
  "it's",
  '"quoted"',
  'Über-Team',
  'uber team',
  '東京',
  '大阪',
  '__proto__',
  'constructor',
  '-',
  '*alias',
  '&anchor',
  '!tag',
  '%directive',
  '@at',
  '{ flow }',
  '[x, y]',
  'trailing:',
  `long ${'x'.repeat(120)} a`,
  `long ${'x'.repeat(120)} b`,
];
const TEXTS = [
  ...NAMES,
  'two\nlines',
  'ends with a break\n',
  ' leads with a space',
  'ends with a space ',
  'a\ttab',
  '  \n  odd\n\n',
  'bell\u0007',
  '---\nnot a document',
];

const worlds: TwoAccounts[] = [];
afterAll(() => {
  for (const world of worlds) world.close();
});

test.each([1, 2])('an account with odd names is imported as it is (seed %i)', async (seed) => {
  const world = await account(seed);
  const layout = seed % 2 === 0 ? 'group' : 'kind';
  const { stdout } = await done(world, 'import', '--all', '--layout', layout, 'a');
  expect(stdout).toMatch(/singlestore\.teams twin: has the name of another one/);
  const files = texts(world, 'a');
  for (const [, name = ''] of (files['.env.example'] ?? '').matchAll(/^(\w+)=$/gm)) {
    world.env[name] = 'the value';
  }
  const plan = await world.run('plan', '--detailed-exitcode', 'a');
  expect([plan.code, plan.stdout]).toEqual([0, expect.stringContaining('No changes.')]);
  expect((await world.run('fmt', '--check', 'a')).stdout).toBe('');
  await done(world, 'import', '--all', '--layout', layout, 'b/a');
  expect(texts(world, 'b/a')).toEqual(files);
});

async function account(seed: number): Promise<TwoAccounts> {
  if (typeof runImportAll !== 'function') throw new Error('the commands are not loaded');
  const world = createTwoAccounts({ emulated: 'none' });
  worlds.push(world);
  world.env = { ...TOKENS };
  const random = createSeededRandom(seed);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const { control } = world.singlestore;
  const mutate = (what: Mutation) => control.mutate(what);
  control.setSwitches({ duplicateTeamStatus: 0, secretValuesInList: seed === 1 });
  for (const name of ['twin', ...NAMES, 'twin']) {
    mutate({ op: 'create', type: 'team', body: { name, description: pick(TEXTS) } });
    if (name === 'twin') continue;
    const role = { role: name, resourceType: pick(['Cluster', 'Team']), permissions: [] };
    mutate({ op: 'create', type: 'role', body: { ...role, description: pick(TEXTS) } });
  }
  const place = { provider: 'AWS', regionName: 'us-east-1', firewallRanges: ['0.0.0.0/0'] };
  for (const name of NAMES.filter(() => random() < 0.3)) {
    mutate({ op: 'create', type: 'workspaceGroup', body: { ...place, name } });
  }
  await world.clock.advance(1_000);
  const objects = control.snapshot();
  const teams = objects.filter(({ type }) => type === 'team');
  for (const { id } of objects.filter(({ type }) => type === 'workspaceGroup')) {
    const workspace = {
      name: pick(['app', 'null', '123', 'b']),
      workspaceGroupID: id,
      size: 'S-00',
    };
    mutate({ op: 'create', type: 'workspace', body: workspace });
    const grant = { op: 'grant', type: 'workspaceGroup', id, role: 'Reader' } as const;
    mutate({ ...grant, teams: [pick(teams).id] });
  }
  for (const name of ['app_1', 'yes', '123', 'null', 'PATH']) {
    mutate({ op: 'create', type: 'secret', body: { name, value: 'the value' } });
  }
  for (const name of ['null', '1234', 'true-app']) {
    const body = { name, region: 'us-east-1', description: pick(TEXTS).trim() };
    world.spice.control.mutate({ op: 'create', type: 'app', body });
    const app = world.spice.control.snapshot().findLast(({ type }) => type === 'app')?.id ?? '';
    const spicepod = { version: 'v1', '${key}': pick(TEXTS), list: [1, '1', null, pick(NAMES)] };
    world.spice.control.mutate({ op: 'set', type: 'app', id: app, fields: { spicepod } });
    const secret = { name: 'SAME', value: 'the value' };
    world.spice.control.mutate({ op: 'create', type: 'secret', app, body: secret });
  }
  await world.clock.advance(1_000);
  return world;
}

function texts(world: TwoAccounts, directory: string): Readonly<Record<string, string>> {
  const path = join(world.directory, directory);
  const names = readdirSync(path, { withFileTypes: true }).filter((file) => file.isFile());
  return Object.fromEntries(
    names.map(({ name }) => [name, readFileSync(join(path, name), 'utf8')]),
  );
}

async function done(world: TwoAccounts, ...argv: readonly string[]): Promise<Ended> {
  const result = await world.run(...argv);
  if (result.code === 0) return result;
  throw new Error(`${argv.join(' ')}: exit ${result.code}\n${result.stdout}\n${result.stderr}`);
}
