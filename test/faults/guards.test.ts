import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  createCommandWorld,
  type CommandResult,
  type CommandWorld,
} from '../_helpers/in-process.ts';

/** The same refusal, whatever asks: at once, by a saved plan, with everything else allowed. */
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

const GROUP = 'main: { provider: AWS, regionName: us-east-1, firewallRanges: [203.0.113.0/24] }';

function idOf(type: string, name: string): string {
  const found = world.emulator.control
    .snapshot()
    .find((object) => object.type === type && object.fields['name'] === name);
  return found?.id ?? 'none';
}

async function applied(main: string, settings = ''): Promise<void> {
  world.write({ 'trueup.yaml': `stack: guarded\n${settings}`, 'main.yaml': main });
  await world.done('apply', '--auto-approve');
}

const PROTECTED = `workspaceGroups:
  ${GROUP}
workspaces:
  app: { workspaceGroup: main, size: S-00, lifecycle: { protect: true } }
`;

function teamOf(users: readonly string[]): string {
  return `teams: { t: { members: { users: [${users.join(', ')}] } } }\n`;
}

function teamsOf(count: number): string {
  return `teams:\n${Array.from({ length: count }, (_, index) => `  t${index}: {}\n`).join('')}`;
}

/** What no guard is lifted by. */
const WRONG = ['--auto-approve', '--allow', 'data-loss=other.*', '--allow', 'lockout=other.*'];
const UNSET = {
  TRUEUP_ALLOW: 'data-loss=*',
  TRUEUP_ALLOW_DELETES: '100',
  TRUEUP_AUTO_APPROVE: '1',
};

interface Refused {
  /** Codes that stand in the refusal. */
  readonly code: string;
  /** The flag that the message names and that lifts it; undefined: nothing does. */
  readonly flag: readonly string[] | undefined;
  /** What the message names. */
  readonly names: readonly string[];
  /** `plan` exits 4 too. */
  readonly final?: boolean;
  /** Flags that make the plan itself. */
  readonly with?: readonly string[];
}

/** Refused before the first write by `apply` and `apply FILE`; gives the exit code with the flag. */
async function refusedBoth(wanted: Refused): Promise<number> {
  const own = wanted.with ?? [];
  const planned = await world.run('plan', '--out', 'a.plan', ...own);
  expect(planned.code).toBe(wanted.final === true ? 4 : 0);
  world.env = UNSET;
  const asked: readonly (readonly string[])[] = [
    ['apply', ...own, ...WRONG],
    ['apply', 'a.plan', ...own, ...WRONG],
    ['apply', ...own, ...WRONG, '--allow-incomplete', '--adopt'],
  ];
  for (const argv of asked) expectRefused(await world.run(...argv), wanted);
  if (wanted.flag === undefined) return 4;
  world.env = {};
  const lifted = await world.run('apply', 'a.plan', ...own, ...wanted.flag);
  return lifted.writes.length > 0 ? lifted.code : -1;
}

function expectRefused(result: CommandResult, wanted: Refused): void {
  expect([result.code, result.writes]).toEqual([4, []]);
  expect(result.stderr).toContain(`[${wanted.code}]`);
  for (const name of wanted.names) expect(result.stderr).toContain(name);
  expect(result.stderr).toContain(wanted.flag?.join(' ') ?? '');
}

describe('refused with exit 4 before the first write, lifted by the flag that is named', () => {
  test('the loss of data by a delete, also of `destroy`', async () => {
    await applied(`workspaceGroups:\n  ${GROUP}\nteams: { t: {} }\n`);
    const flag = ['--allow', 'data-loss=singlestore.workspaceGroups.main'];
    const names = ['singlestore.workspaceGroups.main', 'all data in them'];
    expectRefused(await world.run('destroy', ...WRONG), { code: 'guard-approval', flag, names });
    world.write({ 'main.yaml': 'teams: { t: {} }\n' });
    expect(await refusedBoth({ code: 'guard-approval', flag, names })).toBe(0);
  });

  test('the loss of data by a replacement, which `lifecycle.replace: allow` only plans', async () => {
    await applied(`workspaceGroups:\n  ${GROUP}\n`);
    const moved = GROUP.replace('us-east-1', 'us-west-2').replace(
      ' }',
      ', lifecycle: { replace: allow } }',
    );
    world.write({ 'main.yaml': `workspaceGroups:\n  ${moved}\n` });
    const flag = ['--allow', 'data-loss=singlestore.workspaceGroups.main'];
    expect(
      await refusedBoth({ code: 'guard-approval', flag, names: ['workspaceGroups.main'] }),
    ).toBe(0);
  });

  test('an expiry, for the data is lost at that time', async () => {
    await applied(`workspaceGroups:\n  ${GROUP}\n`);
    const over = GROUP.replace(' }', ', expiresAt: "2040-01-01T00:00:00Z" }');
    world.write({ 'main.yaml': `workspaceGroups:\n  ${over}\n` });
    const flag = ['--allow', 'data-loss=singlestore.workspaceGroups.main'];
    expect(await refusedBoth({ code: 'guard-approval', flag, names: ['expiresAt'] })).toBe(0);
  });

  test('a firewall that lets nobody in', async () => {
    await applied(`workspaceGroups:\n  ${GROUP}\n`);
    const shut = GROUP.replace('[203.0.113.0/24]', '[]');
    world.write({ 'main.yaml': `workspaceGroups:\n  ${shut}\n` });
    const flag = ['--allow', 'lockout=singlestore.workspaceGroups.main'];
    expect(
      await refusedBoth({ code: 'guard-approval', flag, names: ['lets nobody connect'] }),
    ).toBe(0);
  });

  test('more members gone than guards.members.maxRemoved', async () => {
    const all = world.emulator.control
      .snapshot()
      .filter(({ type }) => type === 'user')
      .flatMap(({ fields }) => (typeof fields['email'] === 'string' ? [fields['email']] : []));
    const [one = '', two = ''] = all.slice(1);
    await applied(teamOf([one, two]), 'guards: { members: { maxRemoved: 1 } }\n');
    world.write({ 'main.yaml': teamOf([]) });
    const flag = ['--allow', 'lockout=singlestore.teams.t'];
    expect(await refusedBoth({ code: 'guard-approval', flag, names: ['removes 2 members'] })).toBe(
      0,
    );
  });

  test('more deletes than guards.deletes.maxShare, with a number that is not enough', async () => {
    await applied(teamsOf(10));
    world.write({ 'main.yaml': teamsOf(6) });
    const less = await world.run('apply', '--auto-approve', '--allow-deletes=3');
    expect([less.code, less.writes]).toEqual([4, []]);
    const flag = ['--allow-deletes=4'];
    expect(
      await refusedBoth({ code: 'guard-deletes', flag, names: ['4 of 10 managed'], final: true }),
    ).toBe(0);
    expect((await world.done('destroy', '--auto-approve')).writes).toHaveLength(6);
  });

  test('everything of the state gone at once', async () => {
    const main = 'teams: { a: {}, b: {}, c: {} }\n';
    await applied(main);
    for (const name of ['a', 'b', 'c']) {
      world.emulator.control.mutate({ op: 'delete', type: 'team', id: idOf('team', name) });
    }
    const flag = ['--allow', 'recreate=singlestore.teams.*'];
    const names = ['none of the 3 resources', 'singlestore.teams.a', 'organization'];
    expect(await refusedBoth({ code: 'guard-vanished', flag, names, final: true })).toBe(0);
    expect((await world.run('plan', '--detailed-exitcode')).code).toBe(0);
  });
});

describe('refused whatever is passed', () => {
  const allowing = ['--allow', 'data-loss=*', '--allow', 'lockout=*', '--allow-deletes=100'];

  test('a protected resource, without its entry, its file, its kind, or under another name', async () => {
    const team = 't: { description: d, lifecycle: { protect: true } }';
    await applied(`teams: { other: {} }\n`);
    world.write({ 'kept.yaml': `teams: { ${team} }\n` });
    await world.done('apply', '--auto-approve');
    const wanted = {
      code: 'guard-protected',
      flag: undefined,
      names: ['singlestore.teams.t is protected', 'protect: false', 'apply, then remove the entry'],
    };
    const without: readonly (readonly [string, string])[] = [
      ['teams: { x: {} }\n', 'teams: { other: {} }\n'],
      ['# nothing\n', 'teams: { other: {} }\n'],
      ['# nothing\n', 'secrets: { S: { value: abc } }\n'],
      ['teams: { renamed: { name: t } }\n', 'teams: { other: {} }\n'],
      ['removed: [{ address: teams.t, destroy: true }]\n', 'teams: { other: {} }\n'],
    ];
    for (const [kept, main] of without) {
      world.write({ 'kept.yaml': kept, 'main.yaml': main });
      expectRefused(await world.run('apply', ...WRONG, ...allowing), wanted);
    }
    expectRefused(await world.run('destroy', ...WRONG, ...allowing), wanted);
    world.write({ 'kept.yaml': `teams: { ${team} }\n`, 'main.yaml': 'teams: { other: {} }\n' });
    const again = ['--replace', 'teams.t', ...WRONG, ...allowing];
    expectRefused(await world.run('apply', ...again), {
      ...wanted,
      names: ['singlestore.teams.t is protected and would be deleted and created again'],
    });
    expect(idOf('team', 't')).not.toBe('none');
  });

  test('a protected resource that moved, until its protection was taken away and applied', async () => {
    await applied('teams: { a: { lifecycle: { protect: true } }, other: {} }\n');
    const moved = 'moved: [{ from: teams.a, to: teams.b }]\n';
    world.write({ 'main.yaml': `${moved}teams: { other: {} }\n` });
    expect((await world.run('apply', '--auto-approve', ...allowing)).code).toBe(4);
    world.write({
      'main.yaml': `${moved}teams: { b: { lifecycle: { protect: false } }, other: {} }\n`,
    });
    expect((await world.done('apply', '--auto-approve')).writes).toEqual([]);
    world.write({ 'main.yaml': 'teams: { other: {} }\n' });
    expect((await world.done('apply', '--auto-approve')).writes).toHaveLength(1);
  });

  test('a protected resource of one environment that another overlay leaves out', async () => {
    world.write({
      'trueup.yaml': 'stack: guarded\n',
      'main.yaml': 'teams: { t: { lifecycle: { protect: true } }, other: {} }\n',
      'environments/prod.yaml': '{}\n',
    });
    await world.done('apply', '--env', 'prod', '--auto-approve');
    world.write({ 'environments/prod.yaml': 'teams: { t: null }\n' });
    const result = await world.run('apply', '--env', 'prod', '--auto-approve', ...allowing);
    expectRefused(result, { code: 'guard-protected', flag: undefined, names: ['teams.t'] });
    expect(idOf('team', 't')).not.toBe('none');
  });

  test('a protected workspace inside a group that is deleted, targeted or not', async () => {
    await applied(PROTECTED);
    const wanted = { code: 'guard-protected', flag: undefined, names: ['workspaces.app'] };
    const target = ['--target', 'workspaceGroups.main', ...WRONG, ...allowing];
    expectRefused(await world.run('destroy', ...target), wanted);
    expectRefused(await world.run('destroy', ...WRONG, ...allowing), wanted);
    expect(idOf('workspace', 'app')).not.toBe('none');
  });

  test('a stack that renders to nothing', async () => {
    await applied('teams: { t: {} }\n');
    world.write({ 'main.yaml': '# nothing\n' });
    const wanted = {
      code: 'guard-empty-stack',
      flag: undefined,
      names: ["'guarded' renders to nothing", 'trueup destroy'],
      final: true,
    };
    expect(await refusedBoth(wanted)).toBe(4);
    expectRefused(await world.run('apply', ...WRONG, ...allowing), wanted);
    expect((await world.done('destroy', '--auto-approve')).writes).toHaveLength(1);
  });

  test('another organization than the settings or the state name, before anything is read', async () => {
    // Not signed, so that the state can be written by hand.
    world.env = { ...world.env, TRUEUP_STATE_KEY: '' };
    await applied('teams: { t: {} }\n');
    world.write({
      'trueup.yaml': 'stack: guarded\nproviders: { singlestore: { organization: X } }\n',
    });
    for (const argv of [['plan'], ['drift'], ['apply', ...WRONG], ['destroy', ...WRONG]]) {
      const result = await world.run(...argv);
      const wanted = { code: 'guard-organization', flag: undefined, names: ["the stack to 'X'"] };
      expectRefused(result, wanted);
      expect(result.sent.map(({ path }) => path)).toEqual(['/v1/organizations/current']);
    }
    world.write({ 'trueup.yaml': 'stack: guarded\n' });
    const path = '.trueup/default/state.json';
    const state = JSON.parse(world.read(path)) as { providers: { singlestore: object } };
    const other = { ...state, providers: { singlestore: { organization: 'another-one' } } };
    world.write({ [path]: JSON.stringify(other) });
    for (const argv of [['plan'], ['drift'], ['apply', ...WRONG], ['destroy', ...WRONG]]) {
      const result = await world.run(...argv);
      const names = ['the state was applied to organization another-one'];
      expectRefused(result, { code: 'guard-organization', flag: undefined, names });
      expect(result.sent.map(({ path: sent }) => sent)).toEqual(['/v1/organizations/current']);
    }
  });
});

/** Runs something when the last read before the delete of the group is about to be answered. */
function beforeTheList(act: () => void): void {
  let deleted = 0;
  world.onRequest = ({ method, path }) => {
    if (method === 'DELETE' && path.startsWith('/v1/workspaces/')) deleted += 1;
    if (deleted !== 1 || !path.startsWith('/v1/workspaces?')) return;
    deleted += 1;
    act();
  };
}

function expectRefusedContent(result: CommandResult, told: string): void {
  expect([result.code, result.stderr]).toEqual([4, expect.stringContaining(told)]);
  expect(result.stderr).toContain('[guard-new-content]');
  expect(idOf('workspaceGroup', 'main')).not.toBe('none');
  expect(result.writes.some(({ path }) => path.startsWith('/v1/workspaceGroups/'))).toBe(false);
}

describe('what is inside a deleted object, listed once more just before', () => {
  const main = `workspaceGroups:\n  ${GROUP}\nworkspaces:\n  app: { workspaceGroup: main, size: S-00 }\n`;
  const all = ['--auto-approve', '--allow', 'data-loss=*'];

  test('something new is named and nothing of the group is deleted: exit 4', async () => {
    await applied(main);
    beforeTheList(() => {
      const body = { workspaceGroupID: idOf('workspaceGroup', 'main'), name: 'late', size: 'S-00' };
      world.emulator.control.mutate({ op: 'create', type: 'workspace', body });
    });
    const result = await world.run('destroy', ...all);
    expectRefusedContent(result, 'appeared inside it');
    expect(result.stderr).toContain(idOf('workspace', 'late'));
    world.onRequest = () => undefined;
    const shown = await world.run('plan', '--destroy');
    expect(shown.stdout).toContain('late');
    expect((await world.done('destroy', ...all)).writes.at(-1)?.path).toContain('force=true');
  });

  test('nothing is deleted when it cannot be listed', async () => {
    await applied(main);
    beforeTheList(() => {
      world.emulator.control.setFaults({
        rules: [{ method: 'GET', path: '/v1/workspaces', fault: { kind: 'status', status: 403 } }],
      });
    });
    const result = await world.run('destroy', ...all);
    expectRefusedContent(result, 'could not be listed');
    expect(idOf('workspace', 'app')).toBe('none');
  });
});
