import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createTwoAccounts,
  TOKENS,
  type Ended,
  type TwoAccounts,
} from '../_helpers/two-accounts.ts';

const PASSWORD = 'Tr1cky-Adm1n-Value!';

const FILES = {
  'trueup.yaml': [
    'stack: acme',
    'variables: { size: { type: string, default: S-2 } }',
    'acceptedDrift:',
    '  - { address: workspaces.batch, field: size, value: S-4, reason: load test, owner: ann, until: 2026-12-31 }',
    '  - { address: workspaces.app, field: size, value: S-4, reason: trial, owner: bob, until: 2025-12-31 }',
    '',
  ].join('\n'),
  'main.yaml': [
    'workspaceGroups:',
    '  main:',
    '    name: acme-main',
    '    provider: AWS',
    '    regionName: us-east-1',
    '    adminPassword: { fromEnv: ADMIN }',
    '    firewallRanges: [203.0.113.0/24, 198.51.100.7]',
    'workspaces:',
    '  app: { workspaceGroup: main, size: "${var.size}", autoSuspend: { suspendType: IDLE, suspendAfterSeconds: 1800 } }',
    '  batch: { workspaceGroup: main, size: S-2 }',
    'teams:',
    '  analysts: { description: Reads reports, lifecycle: { ignoreChanges: [description] } }',
    '',
  ].join('\n'),
};

let world: TwoAccounts;
beforeAll(async () => {
  world = createTwoAccounts({ emulated: 'none' });
  world.env = { SINGLESTOREDB_API_KEY: TOKENS.SINGLESTOREDB_API_KEY, ADMIN: PASSWORD };
  world.write(FILES);
  const applied = await world.run('apply', '--auto-approve');
  if (applied.code !== 0) throw new Error(applied.stdout + applied.stderr);
  set('workspace', 'app', { size: 'S-8' });
  set('workspace', 'batch', { size: 'S-4' });
  set('team', 'analysts', { description: 'Reads nothing' });
});
afterAll(() => {
  world.close();
});

function set(
  type: 'workspace' | 'team',
  name: string,
  fields: Readonly<Record<string, string>>,
): void {
  const { control } = world.singlestore;
  const found = control.snapshot().find((o) => o.type === type && o.fields['name'] === name);
  control.mutate({ op: 'set', type, id: found?.id ?? '', fields });
}

async function explain(target: string, ...flags: string[]): Promise<Ended> {
  const ended = await world.run('explain', target, ...flags);
  expect(ended.sent.filter(({ method }) => method !== 'GET')).toEqual([]);
  expect(`${ended.stdout}${ended.stderr}`).not.toContain(PASSWORD);
  return ended;
}

describe('explain', () => {
  it('tells of a field its versions, its expression, how it is compared, and the cause', async () => {
    const { code, stdout } = await explain('workspaces.app.size');
    expect(code).toBe(0);
    expect(stdout).toBe(
      [
        'singlestore.workspaces.app.size: differs',
        '  manifest    "S-2"  (main.yaml:9, from ${var.size})',
        '  last apply  "S-2"',
        '  live        "S-8"',
        '  compared    "S-2" ≠ "S-8"',
        '  rule        compared as it is',
        '  accepted    until 2025-12-31, bob: trial (trueup.yaml:5): but of another value',
        '  cause       the live value is not what the last apply left: changed outside of trueup',
        '  plan        update in place',
        '',
      ].join('\n'),
    );
  });

  it('tells of a resource every managed field, in a line each', async () => {
    const { stdout } = await explain('singlestore.workspaces.app');
    const group = world.singlestore.control.snapshot().find((o) => o.type === 'workspaceGroup');
    expect(stdout.split('\n').slice(1)).toEqual([
      '  = name            "app": as the manifest has it (main.yaml:9, from the key of the entry)',
      `  = workspaceGroup  "${group?.id ?? ''}": as the manifest has it (main.yaml:9)`,
      '  ~ size            "S-2", live "S-8": the live value is not what the last apply left: changed outside of trueup (main.yaml:9, from ${var.size})',
      '  = autoSuspend     { suspendType: "IDLE", suspendAfterSeconds: 1800 }: as the manifest has it (main.yaml:9)',
      '',
    ]);
  });

  it('names what leaves a field alone', async () => {
    const accepted = (await explain('workspaces.batch.size')).stdout;
    expect(accepted).toContain('workspaces.batch.size: left alone');
    expect(accepted).toContain('"S-2" ≠ "S-4"');
    expect(accepted).toContain(
      'accepted drift until 2026-12-31, ann: load test (trueup.yaml:4): it is left alone',
    );
    const ignored = (await explain('teams.analysts.description')).stdout;
    expect(ignored).toContain('description: left alone');
    expect(ignored).toContain('`lifecycle.ignoreChanges` leaves it alone');
  });

  it('shows the normalised forms, and names the normaliser', async () => {
    const { stdout } = await explain('workspaceGroups.main.firewallRanges');
    expect(stdout).toContain('manifest    ["203.0.113.0/24", "198.51.100.7"]');
    expect(stdout).toContain(
      'compared    ["198.51.100.7/32", "203.0.113.0/24"] = ["198.51.100.7/32", "203.0.113.0/24"]',
    );
    expect(stdout).toContain('compared in the form that "cidr" gives both');
    expect(stdout).toContain('compared as a set');
  });

  it('never shows a sensitive value, and says where it comes from', async () => {
    const { stdout } = await explain('workspaceGroups.main.adminPassword');
    expect(stdout).toContain('(sensitive value)  (main.yaml:6, from environment variable ADMIN)');
    expect(stdout).toContain('compared with the digest of what was applied');
    const skipped = await explain('workspaceGroups.main.adminPassword', '--skip-secrets');
    expect(skipped.stdout).toContain('adminPassword: cannot be told');
    expect(skipped.stdout).toContain('its source was not read');
  });

  it('explains the whole that a part is compared with, and what is not managed', async () => {
    const part = (await explain('workspaces.app.autoSuspend.suspendType')).stdout;
    expect(part).toContain('workspaces.app.autoSuspend: as the manifest has it');
    expect(part).toContain('compared and sent as one value');
    const absent = (await explain('workspaces.app.cacheConfig')).stdout;
    expect(absent).toContain('workspaces.app.cacheConfig: not managed');
  });

  it('suggests what was meant by an unknown address or field', async () => {
    const field = await explain('workspaces.app.siez');
    expect([field.code, field.stderr]).toEqual([1, expect.stringContaining('"size"')]);
    expect((await explain('workspaces.nope')).code).toBe(1);
  });

  it('prints JSON with the same facts', async () => {
    const { stdout } = await explain('workspaces.app.size', '--format', 'json');
    expect(JSON.parse(stdout)).toMatchObject({
      address: 'singlestore.workspaces.app',
      action: 'update',
      fields: [
        {
          field: ['size'],
          verdict: 'differs',
          manifest: 'S-2',
          sent: 'S-2',
          live: 'S-8',
          rules: ['plain'],
          cause: ['drift'],
          source: { file: 'main.yaml', line: 9 },
          from: '${var.size}',
        },
      ],
    });
    const secret = await explain('workspaceGroups.main.adminPassword', '--format', 'json');
    expect(JSON.parse(secret.stdout)).toMatchObject({ fields: [{ sensitive: true }] });
    expect(secret.stdout).not.toContain('"manifest"');
  });
});
