import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createCommandWorld, type CommandWorld } from '../_helpers/in-process.ts';

let world: CommandWorld;
beforeAll(async () => {
  world = await createCommandWorld();
});
beforeEach(() => {
  world.reset();
  world.write(STACK);
  world.env = { ADMIN: 'Adm1n-Value-Of-The-Tests', DSN: 'a dsn' };
});
afterAll(async () => {
  await world.close();
});

const MAIN = `workspaceGroups:
  main:
    provider: AWS
    regionName: us-east-1
    project: { name: Standard Project }
    firewallRanges: [203.0.113.0/24]
    adminPassword: { fromEnv: ADMIN }
    updateWindow: { day: 0, hour: 3 }
workspaces:
  app: { workspaceGroup: main, size: S-00 }
teams:
  readers: { description: Reads, members: { users: [ann@acme.example], teams: [] } }
secrets:
  DSN: { value: { fromEnv: DSN } }
`;
const STACK = { 'trueup.yaml': 'stack: acme\n', 'main.yaml': MAIN };
const edit = (from: string, to: string): void => {
  world.write({ 'main.yaml': MAIN.replace(from, to) });
};

describe('plan --offline', () => {
  it('asks nobody, needs no credential and no secret, and is empty after an apply', async () => {
    await world.done('apply', '--auto-approve');
    world.env = { SINGLESTOREDB_API_KEY: '' };
    const { stdout, stderr, sent } = await world.done('plan', '--offline', '--detailed-exitcode');
    expect(sent).toEqual([]);
    expect(stdout).toBe('No changes. The state matches the manifests.\n');
    expect(stderr).toContain('Planned offline against the state of the last apply (serial ');
    expect(stderr).toContain('1 name to look up was not compared.');
  });

  it('shows what the manifests change, and says so in every form', async () => {
    const fresh = await world.done('plan', '--offline');
    expect(fresh.stdout).toContain('Plan: 4 to add, 0 to change, 0 to destroy.');
    expect(fresh.stderr).toContain('Planned offline without a state yet');
    await world.done('apply', '--auto-approve');
    edit('size: S-00', 'size: S-2');
    const shown = await world.run('plan', '--offline', '--detailed-exitcode');
    expect([shown.code, shown.sent]).toEqual([2, []]);
    expect(shown.stdout).toContain('~ size = "S-00" -> "S-2"');
    expect(shown.stdout).toContain('Plan: 0 to add, 1 to change, 0 to destroy.');
    const markdown = await world.done('plan', '--offline', '--format', 'markdown');
    expect(markdown.stdout).toContain('\nPlanned offline against the state');
  });

  it('names the dangers of a delete', async () => {
    await world.done('apply', '--auto-approve');
    world.write({ 'main.yaml': 'teams: { other: {} }\n' });
    const { stdout } = await world.run('plan', '--offline', '--allow-deletes=9');
    expect(stdout).toContain('data-loss: singlestore.workspaceGroups.main (destroy)');
  });
});

async function preview(): Promise<void> {
  await world.done('plan', '--offline', '--out', 'shown.json');
}

describe('apply --shown', () => {
  const apply = ['apply', '--shown', 'shown.json', '--auto-approve'] as const;

  it('applies what was shown, with what could not be known then', async () => {
    await preview();
    await world.done(...apply);
    edit('size: S-00', 'size: S-2');
    await preview();
    world.env['DSN'] = 'a rotated dsn';
    await world.done(...apply);
    const again = await world.done('plan');
    expect(again.stdout).toContain('No changes.');
  });

  it('stops before the first write at what is new, and names it', async () => {
    await world.done('apply', '--auto-approve');
    edit('size: S-00', 'size: S-2');
    await preview();
    const cases: readonly (readonly [string, string, string])[] = [
      ['Reads,', 'Writes,', 'teams.readers is new: no change was shown, update is planned'],
      ['size: S-00', 'size: S-4', 'workspaces.app is new: size is not what was shown (after)'],
    ];
    for (const [from, to, told] of cases) {
      world.write({ 'main.yaml': MAIN.replace('size: S-00', 'size: S-2').replace(from, to) });
      if (from.startsWith('size')) edit(from, to);
      const stopped = await world.run(...apply);
      expect([stopped.code, stopped.writes]).toEqual([5, []]);
      expect(stopped.stderr).toContain(told);
    }
    world.write({
      'main.yaml': `${MAIN.replace('S-00', 'S-2')}  OTHER: { value: { fromEnv: DSN } }\n`,
    });
    const more = await world.run(...apply);
    expect(more.stderr).toContain(
      'secrets.OTHER is new: the plan that was shown has no such change',
    );
    edit('size: S-00', 'size: S-2');
    const [team] = world.emulator.control
      .snapshot()
      .filter(({ type, fields }) => type === 'team' && fields['name'] === 'readers');
    const fields = { description: 'Changed by hand' };
    world.emulator.control.mutate({ op: 'set', type: 'team', id: team?.id ?? '', fields });
    const drifted = await world.run(...apply);
    expect([drifted.code, drifted.writes]).toEqual([5, []]);
    expect(drifted.stderr).toContain('teams.readers is new');
  });

  it('approves no data loss: that is said on the command line', async () => {
    await world.done('apply', '--auto-approve');
    world.write({ 'main.yaml': 'teams: { readers: { description: Reads } }\n' });
    await world.run('plan', '--offline', '--out', 'shown.json', '--allow-deletes=9');
    const refused = await world.run(...apply, '--allow-deletes=9');
    expect([refused.code, refused.writes]).toEqual([4, []]);
  });

  it('takes no file of another kind, and `apply FILE` none of an offline plan', async () => {
    await preview();
    const applied = await world.run('apply', 'shown.json', '--auto-approve');
    expect([applied.code, applied.stderr]).toEqual([
      1,
      expect.stringContaining('made with `plan --offline`'),
    ]);
    const missing = await world.run('apply', '--shown', 'none.json', '--auto-approve');
    expect([missing.code, missing.stderr]).toEqual([1, expect.stringContaining('no such file')]);
    writeFileSync(join(world.directory, 'other.json'), '{}');
    const other = await world.run('apply', '--shown', 'other.json', '--auto-approve');
    expect([other.code, other.stderr]).toEqual([1, expect.stringContaining('plan-file-invalid')]);
  });
});
