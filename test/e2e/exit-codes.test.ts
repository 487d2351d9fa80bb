import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  createStack,
  SMALL,
  SMALL_ENV,
  startAccount,
  type Account,
  type CliResult,
  type TestStack,
} from '../_helpers/cli.ts';

const APPLY = ['apply', '--auto-approve'];
const isWrite = ({ method }: { readonly method: string }): boolean => method !== 'GET';

describe('exit codes', () => {
  let account: Account;
  let stack: TestStack;
  const run = (...args: string[]): Promise<CliResult> => stack.run(args, SMALL_ENV);

  beforeAll(async () => {
    account = await startAccount();
  });

  beforeEach(async () => {
    await account.control('reset');
    stack = createStack(account, SMALL, 'here');
  });

  afterEach(() => {
    stack.remove();
  });

  afterAll(async () => {
    await account.stop();
  });

  async function writes(): Promise<number> {
    return (await account.log()).filter((entry) => isWrite(entry)).length;
  }

  async function deny(path: string): Promise<void> {
    await account.control('setFaults', {
      rules: [{ method: 'GET', path, fault: { kind: 'status', status: 403, body: 'forbidden' } }],
    });
  }

  it('4: data is not lost without an approval, and 4 wins over the error of a list', async () => {
    expect((await run(...APPLY)).code).toBe(0);
    const before = await writes();
    const destroy = await run('destroy', '--auto-approve');
    expect(destroy.code).toBe(4);
    expect(destroy.stderr).toContain('--allow data-loss=singlestore.workspaceGroups.main');
    await deny('^/v1/teams');
    expect((await run('destroy', '--auto-approve')).code).toBe(4);
    await account.control('setFaults', {});
    expect(await writes()).toBe(before);
    expect((await run('destroy', '--auto-approve', '--allow', 'data-loss=*')).code).toBe(0);
    expect(await account.objects('workspaceGroup')).toEqual([]);
  });

  it('4: a protected resource is kept, and the message tells the way out', async () => {
    const main = SMALL['main.yaml'] ?? '';
    const kept = main.replace(
      'teams:\n  readers: {',
      'teams:\n  readers: { lifecycle: { protect: true },',
    );
    expect(kept).not.toBe(main);
    stack.write({ 'main.yaml': kept });
    expect((await run(...APPLY)).code).toBe(0);
    stack.write({ 'main.yaml': kept.replace(/teams:\n.*\n/, '') });
    const refused = await run(...APPLY);
    expect(refused.code).toBe(4);
    expect(refused.stderr).toContain('protect: false');
    expect(await account.named('team', 'readers')).toBeDefined();
  });

  it('1 and 3: what depends on a list that cannot be read is left alone', async () => {
    await deny('^/v1/teams');
    const plan = await run('plan');
    expect(plan.code).toBe(1);
    expect(plan.stdout).toContain('singlestore.workspaceGroups.main will be created');
    expect(plan.stdout).not.toContain('singlestore.teams.readers will be created');
    expect(plan.stderr).toContain('403');
    const apply = await run(...APPLY);
    expect(apply.code).toBe(1);
    expect(apply.stderr).toContain('--allow-incomplete');
    expect(await writes()).toBe(0);
    const rest = await run(...APPLY, '--allow-incomplete');
    expect(rest.code).toBe(3);
    expect(await account.objects('workspace')).toHaveLength(1);
    expect((await account.objects('team')).map(({ fields }) => fields['name'])).not.toContain(
      'readers',
    );
  });

  it('3: one refused create is a partial failure that blocks what needs it, and no more', async () => {
    await account.control('setFaults', {
      rules: [
        {
          method: 'POST',
          path: '^/v1/workspaces$',
          fault: { kind: 'status', status: 400, body: 'no such size' },
        },
      ],
    });
    const failed = await run(...APPLY);
    expect(failed.code).toBe(3);
    expect(failed.stderr).toContain('no such size');
    expect(failed.stdout).toMatch(
      /Apply incomplete: 2 applied, 1 failed, 1 blocked, 0 not started/,
    );
    await account.control('setFaults', {});
    expect((await run(...APPLY)).code).toBe(0);
    expect((await run('plan', '--detailed-exitcode')).code).toBe(0);
  });

  it('1: without a terminal nothing is asked and nothing is done', async () => {
    const asked = await run('apply');
    expect(asked.code).toBe(1);
    expect(asked.stderr).toContain('--auto-approve');
    expect(await writes()).toBe(0);
  });

  it('1: a mistake in a manifest, a flag, a credential or the account it belongs to', async () => {
    stack.write({ 'more.yaml': 'worksapces:\n  a: {}\n' });
    const mistake = await run('plan');
    expect(mistake.code).toBe(1);
    expect(mistake.stderr).toContain('more.yaml:1');
    stack.write({ 'more.yaml': 'secrets:\n  EMPTY: {}\n' });
    const incomplete = await run('plan');
    expect(incomplete.code).toBe(1);
    expect(incomplete.stderr).toContain('"value" is missing');
    stack.write({ 'more.yaml': '' });
    expect((await run('plan', '--allow', 'everything=*')).code).toBe(1);
    expect((await run('plan', '--formaat', 'json')).code).toBe(1);
    expect((await stack.run(['plan'], { ...SMALL_ENV, SINGLESTOREDB_API_KEY: '' })).code).toBe(1);
    const revoked = await stack.run(['plan'], { ...SMALL_ENV, SINGLESTOREDB_API_KEY: 'revoked' });
    expect(revoked.code).toBe(1);
    expect(revoked.stderr).toContain('401');
  });

  it('4: the credential of another organization changes nothing', async () => {
    stack.write({
      'trueup.yaml': `${SMALL['trueup.yaml'] ?? ''}providers:\n  singlestore: { organization: Others }\n`,
    });
    const foreign = await run(...APPLY);
    expect(foreign.code).toBe(4);
    expect(foreign.stderr).toContain('Acme Analytics');
    expect(await writes()).toBe(0);
  });

  it('4: a stack that renders to nothing is not an order to delete everything', async () => {
    expect((await run(...APPLY)).code).toBe(0);
    const before = await writes();
    stack.write({ 'main.yaml': '', 'trueup.yaml': 'stack: small\n' });
    expect((await run(...APPLY, '--allow', 'data-loss=*')).code).toBe(4);
    expect(await writes()).toBe(before);
  });
});
