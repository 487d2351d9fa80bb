import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createCommandWorld, type CommandWorld } from '../_helpers/in-process.ts';

let world: CommandWorld;

beforeAll(async () => {
  world = await createCommandWorld();
});

afterEach(() => {
  world.reset();
});

afterAll(async () => {
  await world.close();
});

const ESCAPE = '\u001B[';
const GROUP = 'provider: AWS, regionName: us-east-1, firewallRanges: []';
const TEAMS = { 'trueup.yaml': 'stack: flagged\n', 'main.yaml': 'teams: { a: {}, b: {} }\n' };
const WITH_GROUP = {
  ...TEAMS,
  'main.yaml': `workspaceGroups: { g: { ${GROUP} } }\nteams: { a: {} }\n`,
};

describe('a flag that names what nothing is', () => {
  it.each([
    [['--adopt=teams.typo'], 'target-unmatched'],
    [['--adopt=teams.a', '--adopt=teams.typo'], 'target-unmatched'],
    [['--send', 'teams.typo.description'], 'target-unmatched'],
    [['--send', '*.adminPassword'], 'target-unmatched'],
    [['--send', 'teams.a.description'], 'usage'],
    [['--send', 'workspaceGroups.g.adminPasword'], 'usage'],
    [['--send', 'workspaceGroups.g.adminPassword'], 'usage'],
  ])('is refused: %j', async (flags, code) => {
    world.write(WITH_GROUP);
    const result = await world.run('apply', '--auto-approve', ...flags);
    expect([result.code, result.writes]).toEqual([1, []]);
    expect(result.stderr).toContain(`[${code}]`);
  });

  it('is told where it is an approval, which may have been used already', async () => {
    world.write(TEAMS);
    const { stderr } = await world.done('plan', '--allow', 'data-loss=teams.typo');
    expect(stderr).toContain('--allow data-loss=teams.typo approves nothing');
    const known = await world.done('plan', '--allow', 'lockout=teams.a', '--allow', 'lockout=*');
    expect(known.stderr).not.toContain('approves nothing');
  });

  it('all that --adopt names are taken over, however often it is given', async () => {
    world.write(TEAMS);
    await world.done('apply', '--auto-approve');
    rmSync(join(world.directory, '.trueup'), { recursive: true });
    const { stdout } = await world.done('plan', '--adopt=teams.a', '--adopt=singlestore.teams.b');
    expect(stdout).toContain('Plan: 2 to import, 0 to add, 0 to change, 0 to destroy.');
  });
});

describe('what a command line says wrongly', () => {
  it.each([
    [['apply', '.', 'other', '--auto-approve'], 'apply takes one directory'],
    [['apply', 'no.plan', '.', '--auto-approve'], 'no.plan is no such file'],
    [['plan', '--parallelism', '0.5'], '--parallelism takes a whole number'],
    [['plan', '--allow-deletes', '1.5'], '--allow-deletes takes a whole number'],
    [['plan', '--out', 'no/where'], '--out no/where cannot be written (ENOENT)'],
    [['plan', '--log-file', 'no/where'], '--log-file no/where cannot be written (ENOENT)'],
    [
      ['apply', '--auto-approve', '--generated-secrets-file', 'no/where'],
      '--generated-secrets-file no/where cannot be written (ENOENT)',
    ],
  ])('is said: %j', async (argv, message) => {
    world.write(TEAMS);
    const result = await world.run(...argv);
    expect([result.code, result.writes]).toEqual([1, []]);
    expect(result.stderr).toContain(message);
    expect(result.stderr).toContain('[usage]');
  });

  it('names the variable that holds no timing', async () => {
    world.write(TEAMS);
    world.env = { TRUEUP_TIMING: 'slow' };
    expect((await world.run('plan')).stderr).toContain("TRUEUP_TIMING: 'slow' is no timing");
  });
});

describe('the store of the embedded emulator', () => {
  it('is in the home of the user where XDG_CACHE_HOME is empty', async () => {
    world.write(TEAMS);
    const home = join(world.directory, 'home');
    world.env = { XDG_CACHE_HOME: '', HOME: home };
    const { stderr } = await world.done('plan', '--emulate');
    expect(stderr).toContain(`Emulated account in ${join(home, '.cache', 'trueup')}`);
  });
});

describe('state mv', () => {
  it.each(['teams.c d', 'singlestore.teams.c.d', 'teams.'])('takes no %j', async (to) => {
    world.write(TEAMS);
    await world.done('apply', '--auto-approve');
    const { code, stderr } = await world.run('state', 'mv', 'teams.a', to);
    expect([code, stderr]).toEqual([1, expect.stringContaining('[moved-invalid]')]);
  });
});

describe('a part of a plan', () => {
  it('without changes is not the whole account, nor the work of a flag that was not given', async () => {
    world.write(TEAMS);
    await world.done('apply', '--auto-approve');
    await world.done('plan', '--out', 'a.plan');
    world.write({ 'main.yaml': 'teams: { a: {}, b: { description: later } }\n' });
    const { code, stdout } = await world.run('apply', 'a.plan');
    expect(code).toBe(5);
    expect(stdout).toContain(
      'No changes. What was planned matches the manifests.\nThis plan is partial: some resources',
    );
  });
});

describe('a kind that two providers have', () => {
  it('is named by both', async () => {
    const { code, stdout, stderr } = await world.run('schema', 'regions');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain("'regions' may be singlestore.regions or spice.regions");
    expect((await world.done('schema', 'spice.regions')).stdout).toContain('"title"');
  });
});

/** A directory that is gone from the first write to the account on. */
function loseOut(): void {
  mkdirSync(join(world.directory, 'out'));
  world.onRequest = ({ method }) => {
    if (method === 'POST') rmSync(join(world.directory, 'out'), { recursive: true, force: true });
  };
}

describe('a file that cannot be written any more', () => {
  it('is told once and does not end the run, where it is the log', async () => {
    world.write(TEAMS);
    loseOut();
    const { stdout, stderr } = await world.done('apply', '--auto-approve', '--log-file', 'out/log');
    expect(stdout).toContain('Apply complete! Resources: 2 added');
    expect(stderr.match(/cannot be written \(ENOENT\); the run goes on/g)).toHaveLength(1);
    expect((await world.done('plan')).stdout).toContain('No changes.');
  });

  it('loses a generated password, and nothing of what was created', async () => {
    world.write(WITH_GROUP);
    loseOut();
    const flag = ['--generated-secrets-file', 'out/passwords'];
    const { stderr } = await world.done('apply', '--auto-approve', ...flag);
    expect(stderr).toContain('cannot be written (ENOENT)');
    expect(stderr).toContain('the API generated adminPassword, which is lost');
    expect((await world.done('plan')).stdout).toContain('No changes.');
  });
});

describe('the log of a run', () => {
  it('ends with the error that ended the run', async () => {
    world.write(TEAMS);
    world.env = { SINGLESTOREDB_API_KEY: '' };
    expect((await world.run('plan', '--log-file', 'a.log')).code).toBe(1);
    const last = world.read('a.log').trimEnd().split('\n').at(-1) ?? '';
    expect(JSON.parse(last)).toMatchObject({
      type: 'diagnostic',
      diagnostic: { code: 'credentials-missing' },
    });
  });
});

describe('on a terminal', () => {
  it('what goes to a file has no colours', async () => {
    world.write(TEAMS);
    world.terminal = true;
    const { stdout, stderr } = await world.done('apply', '--auto-approve');
    expect(stdout).toContain('Apply complete! Resources: 2 added');
    expect(stdout).not.toContain(ESCAPE);
    expect(stderr).toContain(ESCAPE);
  });

  it('an apply shows what it waits for behind the question as well', async () => {
    world.write(TEAMS);
    world.terminal = true;
    world.answer = 'yes';
    world.emulator.control.setFaults({
      rules: [{ method: 'POST', fault: { kind: 'latency', ms: 250 } }],
    });
    const { stderr } = await world.done('apply');
    expect(stderr.split('accepted: ')[1]).toMatch(/Applying: \d of 2, .*singlestore\.teams\.a/s);
  });

  it('nobody is asked about a plan that is not shown', async () => {
    world.write(TEAMS);
    world.answer = 'yes';
    const result = await world.run('apply', '--json');
    expect([result.code, result.writes, result.stderr]).toEqual([1, [], '']);
    expect(result.stdout).toContain('"confirmation-refused"');
  });
});
