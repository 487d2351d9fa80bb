import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createTwoAccounts,
  TOKENS,
  type Ended,
  type TwoAccounts,
} from '../_helpers/two-accounts.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const ENTRIES = [
  'workspaceGroups:',
  '  main:',
  '    { name: acme-main, provider: AWS, regionName: us-east-1, adminPassword: { fromEnv: ADMIN }, firewallRanges: [203.0.113.0/24] }',
  'workspaces:',
  '  app: { workspaceGroup: main, size: S-2 }',
  'teams:',
  '  analysts: { description: Reads reports }',
  '',
].join('\n');

const worlds: TwoAccounts[] = [];
/** Of all tests that apply nothing: each begins with what was applied. */
let shared: TwoAccounts;
beforeAll(async () => {
  shared = await applied();
});
afterAll(() => {
  for (const world of worlds) world.close();
});

function accepting(...items: readonly string[]): string {
  return ['stack: acme', 'acceptedDrift:', ...items.map((item) => `  - ${item}`), ''].join('\n');
}

/** The date of the day so many days from now; the clock stands at midnight, UTC. */
function day(accounts: TwoAccounts, days: number): string {
  return new Date(accounts.clock.now() + days * DAY_MS).toISOString().slice(0, 10);
}

function size(value: string, until: string): string {
  return `{ address: workspaces.app, field: size, value: ${value}, reason: load test, owner: ann, until: ${until} }`;
}

/** An account in which the stack was applied a moment ago. */
async function applied(): Promise<TwoAccounts> {
  const world = createTwoAccounts({ emulated: 'none' });
  worlds.push(world);
  const { SINGLESTOREDB_API_KEY } = TOKENS;
  world.env = { SINGLESTOREDB_API_KEY, ADMIN: 'Tr1cky-Adm1n-Value!' };
  world.write({ 'trueup.yaml': 'stack: acme\n', 'main.yaml': ENTRIES });
  await done(world, 'apply', '--auto-approve');
  return world;
}

/** The shared account as it was applied, at the beginning of a day, with these settings. */
async function fresh(settings: (accounts: TwoAccounts) => string): Promise<TwoAccounts> {
  shared.onRequest = () => undefined;
  resize(shared, 'S-2');
  await shared.clock.advance(DAY_MS - (shared.clock.now() % DAY_MS));
  shared.write({ 'trueup.yaml': settings(shared), 'main.yaml': ENTRIES });
  return shared;
}

const plain = (): string => 'stack: acme\n';

async function done(accounts: TwoAccounts, ...argv: string[]): Promise<Ended> {
  const ended = await accounts.run(...argv);
  if (ended.code === 0) return ended;
  throw new Error(`${argv.join(' ')}: exit ${ended.code}\n${ended.stdout}\n${ended.stderr}`);
}

function idOf({ singlestore }: TwoAccounts, type: string, name: string): string {
  const found = singlestore.control
    .snapshot()
    .find((item) => item.type === type && item.fields['name'] === name);
  if (found === undefined) throw new Error(`no ${type} ${name}`);
  return found.id;
}

function resize(accounts: TwoAccounts, to: string): void {
  const id = idOf(accounts, 'workspace', 'app');
  accounts.singlestore.control.mutate({ op: 'set', type: 'workspace', id, fields: { size: to } });
}

function live({ singlestore }: TwoAccounts): unknown {
  return singlestore.control.snapshot().find(({ type }) => type === 'workspace')?.fields;
}

async function laterDrift(accounts: TwoAccounts, afterMs = 0, ...flags: string[]): Promise<Ended> {
  await accounts.clock.advance(afterMs);
  return accounts.run('drift', ...flags);
}

describe('accepted drift', () => {
  it('is no news the next day, and is after `until`', async () => {
    const accounts = await fresh((now) => accepting(size('S-4', day(now, 2))));
    const until = day(accounts, 2);
    resize(accounts, 'S-4');
    for (const later of [HOUR_MS, 2 * DAY_MS]) {
      const found = await laterDrift(accounts, later);
      expect(found.code).toBe(0);
      expect(found.stdout).toContain('Accepted drift (left alone):');
      expect(found.stdout).toContain(`until ${until}, ann: load test`);
      expect(found.stdout).toContain('~ size = "S-2" -> "S-4"');
    }
    const found = await laterDrift(accounts, DAY_MS);
    expect(found.code).toBe(2);
    expect(found.stdout).toContain(`was accepted until ${until}, ann: load test`);
  });

  it('of another value of the same field is news at once', async () => {
    const accounts = await fresh((now) => accepting(size('S-4', day(now, 2))));
    resize(accounts, 'S-8');
    const found = await laterDrift(accounts, HOUR_MS);
    expect(found.code).toBe(2);
    expect(found.stdout).toContain('~ size = "S-2" -> "S-8" (accepted until ');
    expect(found.stdout).toContain(' is "S-4", ann: load test)');
  });

  it('ends with the day in UTC, or at the time that is given', async () => {
    const accounts = await fresh((now) =>
      accepting(size('S-4', `'${day(now, 1)}T06:00:00+01:00'`)),
    );
    resize(accounts, 'S-4');
    expect((await laterDrift(accounts, DAY_MS + 4 * HOUR_MS)).code).toBe(0);
    expect((await laterDrift(accounts, 2 * HOUR_MS)).code).toBe(2);
  });

  it('is left alone by an apply, also of another field, and put back by one after `until`', async () => {
    const accounts = await applied();
    const until = day(accounts, 2);
    accounts.write({ 'trueup.yaml': accepting(size('S-4', until)) });
    resize(accounts, 'S-4');
    const planned = await accounts.run('plan', '--detailed-exitcode');
    expect([planned.code, planned.stdout]).toEqual([0, expect.stringContaining('No changes')]);
    expect(planned.stderr).toContain(
      `size of singlestore.workspaces.app stays "S-4" until ${until}: accepted drift, ann: load test`,
    );
    await done(accounts, 'apply', '--auto-approve');
    accounts.write({ 'main.yaml': ENTRIES.replace('size: S-2', 'size: S-2, cacheConfig: 2') });
    await done(accounts, 'apply', '--auto-approve');
    expect(live(accounts)).toMatchObject({ size: 'S-4', cacheConfig: 2 });
    expect((await accounts.run('drift')).code).toBe(0);
    // No apply has made it its own: it is drift again when the acceptance is taken away, or over.
    accounts.write({ 'trueup.yaml': plain() });
    const without = await accounts.run('drift');
    expect([without.code, without.stdout]).toEqual([2, expect.stringContaining('"S-2" -> "S-4"')]);
    accounts.write({ 'trueup.yaml': accepting(size('S-4', until)) });
    expect((await laterDrift(accounts, 4 * DAY_MS)).code).toBe(2);
    const again = await done(accounts, 'apply', '--auto-approve');
    expect(again.stderr).toContain(`which was accepted until ${until} (ann: load test)`);
    expect(live(accounts)).toMatchObject({ size: 'S-2', cacheConfig: 2 });
  });

  it('is compared after normalisation, sets as sets', async () => {
    const ranges = '[198.51.100.7, 203.0.113.0/24]';
    const accounts = await fresh(() =>
      accepting(
        `{ address: singlestore.workspaceGroups.main, field: firewallRanges, value: ${ranges}, reason: r, owner: o, until: 2030-12-31 }`,
      ),
    );
    const id = idOf(accounts, 'workspaceGroup', 'acme-main');
    const open = (firewallRanges: readonly string[]): void => {
      const fields = { firewallRanges };
      accounts.singlestore.control.mutate({ op: 'set', type: 'workspaceGroup', id, fields });
    };
    open(['203.0.113.0/24', '198.51.100.7/32']);
    const found = await accounts.run('drift');
    open(['203.0.113.0/24']);
    expect([found.code, found.stdout]).toEqual([0, expect.stringContaining('198.51.100.7')]);
  });

  it('that matches nothing is told, and is no news', async () => {
    const accounts = await fresh((now) => accepting(size('S-4', day(now, 2))));
    const found = await accounts.run('drift');
    expect(found.code).toBe(0);
    expect(found.stdout).toContain('Accepted drift that matches nothing:');
    expect(found.stdout).toContain('(trueup.yaml:3): the field is as the manifest has it');
    const planned = await accounts.run('plan');
    expect(planned.stderr).toContain('matches nothing: the field is as the manifest has it');
  });

  it('stands in JSON and in Markdown', async () => {
    const accounts = await fresh((now) => accepting(size('S-4', day(now, 2))));
    const until = day(accounts, 2);
    resize(accounts, 'S-4');
    const { stdout } = await done(accounts, 'drift', '--format', 'json');
    expect(JSON.parse(stdout)).toMatchObject({
      mode: 'drift',
      resource_drift: [],
      accepted_drift: [
        {
          address: 'singlestore.workspaces.app',
          field: ['size'],
          verdict: 'accepted',
          change: { before: 'S-2', after: 'S-4' },
          accepted: 'S-4',
          owner: 'ann',
          reason: 'load test',
          until,
          source: { file: 'trueup.yaml', line: 3 },
        },
      ],
    });
    const markdown = await done(accounts, 'drift', '--format', 'markdown');
    expect(markdown.stdout).toContain(`until ${until}, ann: load test`);
    // So that an issue about drift is closed by it.
    expect(markdown.stdout).toContain('<!-- trueup:acme:default nothing -->');
  });
});

describe('what drift tells apart', () => {
  it('changes of the manifest and unmanaged objects are no news', async () => {
    const accounts = await fresh(plain);
    accounts.write({ 'main.yaml': ENTRIES.replace('Reads reports', 'Reads all') });
    const found = await accounts.run('drift');
    expect(found.code).toBe(0);
    expect(found.stdout).toContain('Not applied yet');
    expect(found.stdout).toContain('`--unmanaged` lists them');
    expect(found.sent.filter(({ path }) => path === '/v1/auditLogs')).toEqual([]);
    const listed = await accounts.run('drift', '--unmanaged');
    expect(listed.stdout).toContain('Organization Owners');
  });
});

describe('what drift cannot tell', () => {
  it('is an error, not the absence of drift', async () => {
    const world = await fresh(plain);
    const lost = ENTRIES.replace(
      '{ name: acme-main,',
      '{ name: acme-main, project: { name: Gone },',
    );
    world.write({ 'main.yaml': lost });
    const { code, stdout, stderr } = await world.run('drift');
    expect(code).toBe(1);
    expect(stdout).toContain('No drift in what could be read; the rest is undetermined.');
    expect(stderr).toContain(
      'Error: whether singlestore.workspaceGroups.main has drifted cannot be told',
    );
  });

  it('is no error of what was never applied', async () => {
    const world = await fresh(plain);
    const unknown = ENTRIES.replace(
      'teams:',
      'teams:\n  more: { members: { users: [no@body.example] } }',
    );
    world.write({ 'main.yaml': unknown });
    expect((await world.run('drift')).code).toBe(0);
  });
});

describe('who changed it, and when', () => {
  it('is left out with a warning where the log is forbidden', async () => {
    const accounts = await fresh(plain);
    resize(accounts, 'S-4');
    accounts.onRequest = ({ path }) =>
      path === '/v1/auditLogs' ? { status: 403, body: 'missing permission' } : undefined;
    const found = await accounts.run('drift');
    expect(found.code).toBe(2);
    expect(found.stdout).toContain('~ size = "S-2" -> "S-4"');
    expect(found.stdout).not.toContain('# by ');
    expect(found.stderr).toContain('history-unread');
  });

  it('comes from the audit log by ID; what was deleted is drift, its entry there or not', async () => {
    const accounts = await fresh(plain);
    resize(accounts, 'S-4');
    const path = `/v1/teams/${idOf(accounts, 'team', 'analysts')}`;
    accounts.singlestore.control.mutate({ op: 'request', method: 'DELETE', path });
    const found = await laterDrift(accounts, 2 * HOUR_MS + 60_000);
    expect(found.code).toBe(2);
    expect(found.stdout).toMatch(
      /# singlestore\.workspaces\.app has changed outside of trueup\n {2}# by \S+@\S+, 2 h ago \(workspace\.update, 2026-01-\d\dT/,
    );
    expect(found.stdout).toMatch(
      /# singlestore\.teams\.analysts was deleted outside of trueup\n {2}# by \S+@\S+, 2 h ago \(team\.delete/,
    );
    const json: unknown = JSON.parse((await accounts.run('drift', '--format', 'json')).stdout);
    const changedBy = { by: expect.stringContaining('@') as string, action: 'workspace.update' };
    expect(json).toMatchObject({
      resource_drift: [
        { address: 'singlestore.teams.analysts' },
        { address: 'singlestore.workspaces.app', changed_by: changedBy },
      ],
    });
    accounts.write({ 'main.yaml': ENTRIES.replace(/teams:[^]*/, '') });
    const markdown = await accounts.run('drift', '--format', 'markdown');
    expect(markdown.code).toBe(2);
    expect(markdown.stdout).toMatch(/# by \S+@\S+, 2 h ago/);
    expect(markdown.stdout).toContain('singlestore.teams.analysts was deleted outside of trueup');
    expect(markdown.stdout).not.toContain('Not applied yet');
  });
});
