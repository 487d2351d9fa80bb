import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
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

const TEAM = { 'trueup.yaml': 'stack: asked\n', 'main.yaml': 'teams: { t: {} }\n' };
const GROUP = 'provider: AWS, regionName: us-east-1, firewallRanges: []';

describe('the question before an apply', () => {
  test('is answered by yes alone, and names the organization the first time', async () => {
    world.write(TEAM);
    for (const answer of ['y', 'YES', '']) {
      world.answer = answer;
      const result = await world.run('apply');
      expect([result.code, result.writes]).toEqual([1, []]);
      expect(result.stderr).toContain('This is the first apply of this state');
      expect(result.stderr).toContain('Nothing was applied.');
    }
    world.answer = ' yes ';
    expect((await world.done('apply')).writes).toHaveLength(1);
    expect((await world.done('apply')).stderr).not.toContain('Only');
  });

  test('of a destroy is answered by the name of the stack', async () => {
    world.write(TEAM);
    await world.done('apply', '--auto-approve');
    world.answer = 'yes';
    expect((await world.run('destroy')).writes).toEqual([]);
    world.answer = 'asked';
    expect((await world.done('destroy')).writes).toHaveLength(1);
  });

  test('is refused where nobody can be asked', async () => {
    world.write(TEAM);
    const result = await world.run('apply');
    expect([result.code, result.writes]).toEqual([1, []]);
    expect(result.stderr).toContain('[confirmation-refused]');
  });

  test('of a saved plan is asked where the state is new', async () => {
    world.write(TEAM);
    await world.done('plan', '--out', 'a.plan');
    expect((await world.run('apply', 'a.plan')).writes).toEqual([]);
    world.answer = 'yes';
    expect((await world.done('apply', 'a.plan')).writes).toHaveLength(1);
  });
});

describe('an apply that is not complete', () => {
  test('does the rest only when that was asked for, and ends with 3', async () => {
    world.write({
      ...TEAM,
      'bad.yaml': 'teams: { u: { members: { users: [no@body.example] } } }\n',
    });
    const refused = await world.run('apply', '--auto-approve');
    expect([refused.code, refused.writes]).toEqual([1, []]);
    expect(refused.stderr).toContain('[incomplete-plan]');
    const rest = await world.run('apply', '--auto-approve', '--allow-incomplete');
    expect([rest.code, rest.writes.length]).toEqual([3, 1]);
  });
});

describe('a password that the API generates', () => {
  test.each([
    [[], 'generated-secret-lost'],
    [['--show-generated-secrets'], undefined],
  ])('with %j', async (flags, code) => {
    world.write({ ...TEAM, 'main.yaml': `workspaceGroups: { g: { ${GROUP} } }\n` });
    const result = await world.done('apply', '--auto-approve', ...flags);
    expect(result.stderr.includes('[generated-secret-lost]')).toBe(code !== undefined);
  });

  test.each([
    [[], 'generated-secret-lost'],
    [['--show-generated-secrets'], 'generated-secret-shown'],
  ])('in place of a refused one with %j', async (flags, code) => {
    world.env = { WEAK: 'short' };
    const group = `workspaceGroups: { g: { ${GROUP}, adminPassword: { fromEnv: WEAK } } }\n`;
    world.write({ ...TEAM, 'main.yaml': group });
    const result = await world.run('apply', '--auto-approve', ...flags);
    expect(result.code).toBe(3);
    expect(result.stderr).toContain(`[${code}]`);
    expect(result.stderr).toContain('refused the adminPassword');
    expect(result.stderr).toMatch(/adminPassword \[field-refused\]/);
    world.env = { WEAK: 'Correct-Horse-7-Battery!' };
    await world.done('apply', '--auto-approve');
    expect((await world.done('plan', '--detailed-exitcode')).code).toBe(0);
  });
});

function keyed(name: string): Readonly<Record<string, string>> {
  const group = `${GROUP}, adminPassword: { fromEnv: ${name} }`;
  return {
    'trueup.yaml': 'stack: keyed\n',
    'main.yaml': `workspaceGroups: { g: { ${group} } }\n`,
  };
}

describe('a password that changes together with the key of the state', () => {
  const passwords = { ADMIN: 'Correct-Horse-7-Battery!', SECOND: 'Quiet-Otter-9-Lantern!' };

  test.each([
    ['is set', { TRUEUP_STATE_KEY: '' }, {}],
    [
      'is changed',
      {},
      { TRUEUP_STATE_KEY: 'another key', TRUEUP_STATE_KEY_OLD: 'a state key of the tests' },
    ],
  ])('is sent, when one %s, and once', async (_, before, after) => {
    world.write(keyed('ADMIN'));
    world.env = { ...passwords, ...before };
    await world.done('apply', '--auto-approve');
    world.env = { ...passwords, ...after };
    expect((await world.done('plan', '--detailed-exitcode')).code).toBe(0);
    world.write(keyed('SECOND'));
    const { writes } = await world.done('apply', '--auto-approve');
    expect(writes.map(({ body }) => body)).toEqual([
      JSON.stringify({ adminPassword: passwords.SECOND }),
    ]);
    expect((await world.done('apply', '--auto-approve')).writes).toEqual([]);
  });

  test('is still recognised after every environment was applied once with the old key at hand', async () => {
    world.write(keyed('ADMIN'));
    world.env = passwords;
    await world.done('apply', '--auto-approve');
    const changed = { ...passwords, TRUEUP_STATE_KEY: 'another key' };
    world.env = { ...changed, TRUEUP_STATE_KEY_OLD: 'a state key of the tests' };
    await world.done('apply', '--auto-approve');
    world.env = changed;
    world.write(keyed('SECOND'));
    expect((await world.done('apply', '--auto-approve')).writes).toHaveLength(1);
  });
});
