import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
// Loaded on demand by the program; loading takes time that the virtual clock knows nothing of.
import { runFmt } from '../../src/commands/fmt.ts';
import { runImportAll } from '../../src/commands/import-all.ts';
import { importReport } from '../../src/commands/import-report.ts';
import {
  createTwoAccounts,
  TOKENS,
  type Ended,
  type TwoAccounts,
} from '../_helpers/two-accounts.ts';
import { stackFromDisk } from '../_helpers/world.ts';

const examples = join(dirname(fileURLToPath(import.meta.url)), '../../examples/stacks');
const LOADED: readonly unknown[] = [runFmt, runImportAll];

const worlds: TwoAccounts[] = [];
let acme: TwoAccounts;
let lakehouse: TwoAccounts;
beforeAll(async () => {
  acme = await applyExample('acme', '--env', 'dev');
  lakehouse = await applyExample('lakehouse');
});
afterEach(() => {
  for (const own of worlds) {
    own.env = { ...TOKENS };
    own.onRequest = () => undefined;
  }
});
afterAll(() => {
  for (const own of worlds) own.close();
});

async function applyExample(example: string, ...flags: readonly string[]): Promise<TwoAccounts> {
  if (LOADED.includes(undefined)) throw new Error('the commands are not loaded');
  const own = createTwoAccounts({ emulated: 'none' });
  worlds.push(own);
  own.env = { ...TOKENS };
  const files = [...stackFromDisk(join(examples, example))];
  own.write(Object.fromEntries(files.map(([name, text]) => [`first/${name}`, text])));
  await done(own, 'apply', '--auto-approve', 'first', ...flags);
  return own;
}

async function done(own: TwoAccounts, ...argv: readonly string[]): Promise<Ended> {
  const result = await own.run(...argv);
  if (result.code === 0) return result;
  throw new Error(`${argv.join(' ')}: exit ${result.code}\n${result.stdout}\n${result.stderr}`);
}

/** A secret's value, by its name; those of the other provider are never told. */
function valueOf(own: TwoAccounts, name: string): string {
  const found = own.singlestore.control
    .snapshot()
    .find(({ type, fields }) => type === 'secret' && fields['name'] === name);
  const value = found?.hidden['value'] ?? found?.fields['value'];
  return typeof value === 'string' ? value : 'whatever';
}

/** Sets every variable of `.env.example` to what the account has. */
function setVariables(own: TwoAccounts, directory: string): void {
  const text = readFileSync(join(own.directory, directory, '.env.example'), 'utf8');
  for (const [, key = '', name = ''] of text.matchAll(/^# \w+\.\w+\.(.+)\.value\n(\w+)=$/gm)) {
    own.env = { ...own.env, [name]: valueOf(own, key) };
  }
}

function texts(own: TwoAccounts, directory: string): Readonly<Record<string, string>> {
  const path = join(own.directory, directory);
  const names = readdirSync(path, { withFileTypes: true }).filter((file) => file.isFile());
  return Object.fromEntries(
    names.map(({ name }) => [name, readFileSync(join(path, name), 'utf8')]),
  );
}

async function expectNoChanges(own: TwoAccounts, directory: string): Promise<void> {
  const plan = await own.run('plan', '--detailed-exitcode', directory);
  expect(plan.stdout + plan.stderr).toContain('No changes.');
  expect(plan.code).toBe(0);
}

describe('import --all', () => {
  it.each(['acme', 'lakehouse'])('of %s is followed by an empty plan', async (example) => {
    const own = example === 'acme' ? acme : lakehouse;
    const result = await done(own, 'import', '--all', 'second');
    expect(result.sent.filter(({ method }) => method !== 'GET')).toEqual([]);
    setVariables(own, 'second');
    await expectNoChanges(own, 'second');
    expect(await own.run('fmt', '--check', 'second')).toMatchObject({ code: 0, stdout: '' });
    expect((await own.run('validate', 'second')).stderr).toBe('');

    const written = JSON.stringify(texts(own, 'second'));
    for (const name of ['dev_APP_DSN', 'dev_ETL_TOKEN', 'LAKEHOUSE_API_KEY']) {
      expect(written).not.toContain(valueOf(own, name) === 'whatever' ? '\0' : valueOf(own, name));
    }
    // The same again: the same texts.
    await done(own, 'import', '--all', 'third');
    const third = { ...texts(own, 'third') };
    third['trueup.yaml'] = third['trueup.yaml']?.replace('third', 'second') ?? '';
    expect(third).toEqual(texts(own, 'second'));
  });

  it('writes one file for each group and app with what is in it', async () => {
    const own = acme;
    await done(own, 'import', '--all', '--layout', 'group', 'dira');
    const files = texts(own, 'dira');
    expect(Object.keys(files).toSorted()).toEqual([
      '.env.example',
      '.gitignore',
      'access-controls.yaml',
      'acme-dev-analytics.yaml',
      'acme-dev-main.yaml',
      'projects.yaml',
      'roles.yaml',
      'secrets.yaml',
      'teams.yaml',
      'trueup.yaml',
    ]);
    expect(files['acme-dev-main.yaml'])
      .toBe(`# Left out, since the API does not tell: adminPassword.
workspaceGroups:
  acme-dev-main:
    provider: AWS
    regionName: us-east-1
    project: standard-project
    firewallRanges: [203.0.113.0/24]
    updateWindow: { day: 0, hour: 3 }

# Left out, since it holds for the moment only: suspended.
workspaces:
  app:
    workspaceGroup: acme-dev-main
    size: S-00

  reporting:
    workspaceGroup: acme-dev-main
    size: S-00
    autoSuspend: { suspendType: IDLE, suspendAfterSeconds: 1800 }

accessControls:
  acme-dev-main-reader:
    object: { workspaceGroup: acme-dev-main }
    role: Reader
    teams: [dev-analysts]
`);
    setVariables(own, 'dira');
    await expectNoChanges(own, 'dira');
    expect((await own.run('fmt', '--check', 'dira')).code).toBe(0);
  });

  it('takes a part, refers to the rest by name, and adds the rest later', async () => {
    const own = acme;
    const flags = ['--match', 'a*', '--match', 'dev-e*'] as const;
    await done(own, 'import', '--kind', 'workspaces', '--kind', 'teams', ...flags, 'dirb');
    const files = texts(own, 'dirb');
    expect(files['workspaces.yaml']).toContain(
      '  app:\n    workspaceGroup: { name: acme-dev-main }',
    );
    expect(files['workspaces.yaml']).not.toContain('etl');
    await expectNoChanges(own, 'dirb');

    const more = await done(own, 'import', '--all', 'dirb');
    expect(more.stdout).toContain('singlestore.workspaces app, archive: in the state already');
    const now = texts(own, 'dirb');
    const { '.gitignore': _, ...kept } = files;
    expect(now).toMatchObject(kept);
    // What is managed is known by its key, also where another one has the same name.
    expect(now['roles.yaml']).toContain('permissions: [Manage Members, View]');
    expect(now['teams-2.yaml']).toContain('teams: [dev-analysts, dev-engineers]');
    setVariables(own, 'dirb');
    await expectNoChanges(own, 'dirb');
    expect((await done(own, 'import', '--all', 'dirb')).stdout).toContain('Nothing to import');
    expect(texts(own, 'dirb')).toEqual(now);
  });

  it('overwrites nothing unless asked to, and writes no state either', async () => {
    const own = acme;
    own.write({ 'dirc/trueup.yaml': 'stack: mine\n', 'dirc/roles.yaml': '# mine\n' });
    const before = texts(own, 'dirc');
    const refused = await own.run('import', '--all', 'dirc');
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('roles.yaml')]);
    expect(texts(own, 'dirc')).toEqual(before);
    expect((await own.run('state', 'list', '--dir', 'dirc')).stdout).toBe('');
    await done(own, 'import', '--all', '--force', 'dirc');
    expect(texts(own, 'dirc')['trueup.yaml']).toBe('stack: mine\n');
    setVariables(own, 'dirc');
    await expectNoChanges(own, 'dirc');
    // Half of what a file holds is in the state, and the other half would be written over it.
    await done(own, 'import', '--kind', 'teams', '--match', 'dev*', 'half');
    const half = texts(own, 'half');
    const lost = await own.run('import', '--kind', 'teams', '--force', 'half');
    expect([lost.code, lost.stderr]).toEqual([1, expect.stringContaining('teams.dev-data')]);
    expect(texts(own, 'half')).toEqual(half);
  });

  it('holds the lock: of two at once, one does nothing', async () => {
    const both = await Promise.all([
      acme.run('import', '--kind', 'roles', 'race'),
      acme.run('import', '--kind', 'roles', 'race'),
    ]);
    expect(both.map(({ code }) => code).toSorted((a, b) => a - b)).toEqual([0, 6]);
    await expectNoChanges(acme, 'race');
  });

  it('is refused in a stack with environments and for kinds that nobody knows', async () => {
    const own = acme;
    expect((await own.run('import', '--all', 'first', '--env', 'dev')).code).toBe(1);
    const misspelt = await own.run('import', '--kind', 'workspace', 'dird');
    expect([misspelt.code, misspelt.stderr]).toEqual([1, expect.stringContaining('workspaces')]);
    expect(existsSync(join(own.directory, 'dird'))).toBe(false);
  });

  it('takes what it can read, and tells what it cannot', async () => {
    const own = acme;
    own.onRequest = ({ path }) =>
      path === '/v1/teams' ? { status: 403, body: 'not allowed' } : undefined;
    const result = await own.run('import', '--all', 'dire');
    expect(result.code).toBe(3);
    expect(result.stderr).toContain('singlestore.teams could not be read in full');
    const files = texts(own, 'dire');
    expect(Object.keys(files)).not.toContain('teams.yaml');
    // What cannot be planned without them is left out too.
    expect(result.stdout).toContain('singlestore.accessControls');
    own.onRequest = () => undefined;
    setVariables(own, 'dire');
    const plan = await own.run('plan', 'dire');
    expect(plan.stdout).toContain('No changes.');
  });

  it('takes on trust the secrets whose values the credential may not see', async () => {
    const own = acme;
    const secrets = own.singlestore.control
      .snapshot()
      .filter(({ type }) => type === 'secret')
      .map(({ id, fields }) => ({ secretID: id, name: fields['name'] }));
    own.onRequest = ({ path }) => {
      const one = secrets.find(({ secretID }) => path === `/v1/secrets/${secretID}`);
      if (path !== '/v1/secrets' && one === undefined) return undefined;
      return { status: 200, body: JSON.stringify(one ?? { secrets }) };
    };
    await done(own, 'import', '--kind', 'secrets', 'masked');
    setVariables(own, 'masked');
    expect(texts(own, 'masked')['secrets.yaml']).toContain('fromEnv: SECRETS_DEV_APP_DSN');
    await expectNoChanges(own, 'masked');
  });

  it('leaves out what a plan would change, and says so', async () => {
    const own = lakehouse;
    const { control } = own.spice;
    control.mutate({ op: 'create', type: 'app', body: { name: 'broken', region: 'us-east-1' } });
    const app = control.snapshot().find(({ fields }) => fields['name'] === 'broken')?.id ?? '';
    control.mutate({ op: 'set', type: 'app', id: app, fields: { spicepod: { version: 'v1' } } });
    control.mutate({ op: 'create', type: 'deployment', app, body: {} });
    const made = control.snapshot().findLast(({ type }) => type === 'deployment')?.id ?? '';
    control.mutate({ op: 'set', type: 'deployment', id: made, fields: { status: 'failed' } });
    const result = await done(own, 'import', '--kind', 'apps', '--kind', 'deployments', 'broken');
    expect(result.stdout).toContain(
      `spice.deployments ${app}: a plan would change it: update status`,
    );
    expect(texts(own, 'broken')['deployments.yaml']).not.toContain('broken');
    expect(texts(own, 'broken')['apps.yaml']).toContain('  broken:\n');
    await expectNoChanges(own, 'broken');
  });
});

function report(leftOut: number): string {
  return importReport({
    plan: {
      files: new Map(),
      variables: new Map(),
      resources: new Map([['fake.boxes.a', {} as never]]),
      leftOut: Array.from({ length: leftOut }, (_, index) => ({
        type: 'fake.boxes',
        id: `i${index}`,
        name: `n${index}`,
        reason: 'in the state already',
      })),
    },
    written: ['boxes.yaml'],
    organizations: { fake: { id: 'o', name: 'Org' } },
    where: 'stacks/acme',
    verbose: false,
  });
}

describe('the report of an import', () => {
  it('groups however many were left out', () => {
    expect(report(100_000)).toContain(
      '  fake.boxes n0, n1, n2 and 99997 more: in the state already\n',
    );
  });

  it('names the directory to plan', () => {
    expect(report(0)).toContain('See that nothing differs with: trueup plan stacks/acme\n');
  });
});
