import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  createStack,
  startAccount,
  type Account,
  type CliResult,
  type TestStack,
} from '../_helpers/cli.ts';

const TRUEUP = 'stack: teams\n';
const team = (key: string, more = ''): string => `  ${key}: { description: The ${key}${more} }\n`;
const teams = (...lines: readonly string[]): string => `teams:\n${lines.join('')}`;

/** Which live object an address means, and what becomes of it: cheap with teams alone. */
describe('identity', () => {
  let account: Account;
  let stack: TestStack;
  const run = (...args: string[]): Promise<CliResult> => stack.run(args);
  const apply = (...args: string[]): Promise<CliResult> => run('apply', '--auto-approve', ...args);

  beforeAll(async () => {
    account = await startAccount();
  });

  beforeEach(async () => {
    await account.control('reset');
    stack = createStack(account, { 'trueup.yaml': TRUEUP, 'main.yaml': teams(team('a')) }, 'here');
  });

  afterEach(() => {
    stack.remove();
  });

  afterAll(async () => {
    await account.stop();
  });

  /** Somebody else's team; its ID. */
  async function foreignTeam(name: string, description: string): Promise<string> {
    const body = { name, description };
    await account.control('mutate', { op: 'create', type: 'team', body });
    return (await account.named('team', name)).id;
  }

  async function describeOf(name: string): Promise<unknown> {
    return (await account.named('team', name)).fields['description'];
  }

  async function ids(): Promise<string> {
    return (await run('state', 'list', '--ids')).stdout;
  }

  async function expectEmptyPlan(): Promise<void> {
    const plan = await run('plan', '--detailed-exitcode');
    expect({ code: plan.code, stdout: plan.code === 0 ? '' : plan.stdout }).toEqual({
      code: 0,
      stdout: '',
    });
  }

  it('refuses to take over an object of the same name unless adoption is asked for', async () => {
    const id = await foreignTeam('a', 'Somebody else made it');
    const refused = await apply();
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(id);
    expect(refused.stderr).toContain('--adopt');
    expect(await describeOf('a')).toBe('Somebody else made it');
    const adopted = await apply('--adopt=teams.a');
    expect(adopted.code).toBe(0);
    expect(adopted.stdout).toContain('1 imported');
    expect(await describeOf('a')).toBe('The a');
    expect(await ids()).toContain(id);
    await expectEmptyPlan();
  });

  it('imports by the manifest: one change with the update that follows', async () => {
    const id = await foreignTeam('a', 'Old text');
    stack.write({ 'trueup.yaml': `${TRUEUP}imports:\n  - { to: teams.a, id: ${id} }\n` });
    const plan = await run('plan', '--format', 'json');
    expect(JSON.parse(plan.stdout)).toMatchObject({
      resource_changes: [{ address: 'singlestore.teams.a', change: { importing: { id } } }],
    });
    expect((await apply()).code).toBe(0);
    expect(await describeOf('a')).toBe('The a');
    await expectEmptyPlan();
  });

  it('import ADDRESS ID changes the state alone; the next plan shows the difference', async () => {
    const id = await foreignTeam('a', 'Old text');
    const imported = await run('import', 'teams.a', id);
    expect(imported.code).toBe(0);
    expect(await describeOf('a')).toBe('Old text');
    const plan = await run('plan', '--detailed-exitcode');
    expect(plan.code).toBe(2);
    expect(plan.stdout).toContain('Plan: 0 to add, 1 to change, 0 to destroy.');
    const wrong = await run('import', 'teams.b', id);
    expect(wrong.code).toBe(1);
    expect((await run('import', 'teams.a', id)).stderr).toContain('in the state already');
  });

  it('import of an ID that does not exist changes nothing', async () => {
    const lost = await run('import', 'teams.a', '00000000-0000-4000-8000-000000000000');
    expect(lost.code).toBe(1);
    expect((await run('state', 'list')).stdout).toBe('');
  });

  it('moved keeps the object under its new address', async () => {
    expect((await apply()).code).toBe(0);
    const { id } = await account.named('team', 'a');
    const [before, after] = [
      '  b: { description: The a }\n',
      '  b: { name: b, description: The a }\n',
    ];
    stack.write({
      'trueup.yaml': `${TRUEUP}moved:\n  - { from: teams.a, to: teams.b }\n`,
      'main.yaml': teams(before),
    });
    const moved = await apply();
    expect(moved.code).toBe(0);
    expect(moved.stdout).toContain('singlestore.teams.a has moved to singlestore.teams.b');
    expect(await ids()).toMatch(new RegExp(`teams\\.b.*${id}`));
    expect((await account.named('team', 'a')).id).toBe(id);
    await expectEmptyPlan();
    stack.write({ 'main.yaml': teams(after) });
    expect((await apply()).code).toBe(0);
    expect((await account.named('team', 'b')).id).toBe(id);
  });

  it('removed with destroy: false and onRemove: forget let go of an object that stays', async () => {
    stack.write({
      'main.yaml': teams(
        team('a'),
        '  b: { description: The b, lifecycle: { onRemove: forget } }\n',
        team('c'),
      ),
    });
    expect((await apply()).code).toBe(0);
    stack.write({
      'trueup.yaml': `${TRUEUP}removed:\n  - { address: teams.a, destroy: false }\n`,
      'main.yaml': teams(team('c')),
    });
    const forgotten = await apply();
    expect(forgotten.stderr).not.toContain('Error');
    expect(forgotten.code).toBe(0);
    expect(await ids()).not.toMatch(/teams\.[ab]/);
    expect(await describeOf('a')).toBe('The a');
    expect(await describeOf('b')).toBe('The b');
    await expectEmptyPlan();
  });

  it('an entry that is gone from the manifests is deleted, and nothing else is', async () => {
    const foreign = await foreignTeam('foreign', 'Not ours');
    stack.write({ 'main.yaml': teams(team('a'), team('b')) });
    expect((await apply()).code).toBe(0);
    stack.write({ 'main.yaml': teams(team('a')) });
    expect((await apply()).code).toBe(0);
    const names = (await account.objects('team')).map(({ fields }) => fields['name']);
    expect(names).toContain('a');
    expect(names).not.toContain('b');
    expect((await account.named('team', 'foreign')).id).toBe(foreign);
  });

  it('--replace makes a new object, --target and --exclude leave the others alone', async () => {
    stack.write({ 'main.yaml': teams(team('a'), team('b')) });
    const mistyped = await run('plan', '--target', 'teams.aa');
    expect(mistyped.code).toBe(1);
    expect(mistyped.stderr).toContain('--target teams.aa: nothing has this address');
    const half = await apply('--target', 'teams.a');
    expect(half.code).toBe(0);
    expect(half.stdout + half.stderr).toMatch(/partial/i);
    expect((await run('state', 'list')).stdout).toBe('singlestore.teams.a\n');
    const { id } = await account.named('team', 'a');
    const other = await apply('--exclude', 'teams.b', '--replace', 'teams.a');
    expect(other.code).toBe(0);
    expect(other.stdout).toContain('-/+');
    expect((await account.named('team', 'a')).id).not.toBe(id);
    expect((await run('state', 'list')).stdout).toBe('singlestore.teams.a\n');
    expect((await apply()).code).toBe(0);
    await expectEmptyPlan();
  });

  it('drift tells what changed outside apart from what is merely not applied yet', async () => {
    stack.write({ 'main.yaml': teams(team('a'), team('b')) });
    expect((await apply()).code).toBe(0);
    expect((await run('drift')).code).toBe(0);
    stack.write({ 'main.yaml': teams(team('a', ' of the manifest'), team('b')) });
    const pending = await run('drift');
    expect(pending.code).toBe(0);
    const { id } = await account.named('team', 'b');
    await account.control('mutate', {
      op: 'set',
      type: 'team',
      id,
      fields: { description: 'By hand' },
      by: 'bob@acme.example',
    });
    const drift = await run('drift');
    expect(drift.code).toBe(2);
    expect(drift.stdout).toContain('By hand');
    const json = JSON.parse((await run('drift', '--format', 'json')).stdout) as {
      readonly resource_drift: readonly { readonly address: string }[];
    };
    expect(json.resource_drift.map(({ address }) => address)).toContain('singlestore.teams.b');
    await account.control('mutate', { op: 'delete', type: 'team', id });
    const deleted = await run('drift');
    expect(deleted.code).toBe(2);
    expect(deleted.stdout).toContain('singlestore.teams.b');
    expect(deleted.stdout).toMatch(/deleted|gone/);
    expect((await apply()).code).toBe(0);
    expect(await describeOf('b')).toBe('The b');
  });
});
