import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  createStack,
  SMALL,
  SMALL_ENV,
  startAccount,
  succeeded,
  type Account,
  type CliResult,
  type TestStack,
} from '../_helpers/cli.ts';

describe('a saved plan', () => {
  let account: Account;
  let stack: TestStack;
  const run = (...args: string[]): Promise<CliResult> => stack.run(args, SMALL_ENV);
  const path = (): string => join(stack.directory, 'a.plan');
  const apply = (...args: string[]): Promise<CliResult> =>
    run('apply', 'a.plan', '--auto-approve', ...args);

  beforeAll(async () => {
    account = await startAccount();
  });

  beforeEach(async () => {
    await account.control('reset');
    stack = createStack(account, SMALL, 'here');
    await succeeded(run('plan', '--out', 'a.plan'));
  });

  afterEach(() => {
    stack.remove();
  });

  afterAll(async () => {
    await account.stop();
  });

  it('is for its owner alone and is applied as it was shown', async () => {
    expect(statSync(path()).mode & 0o777).toBe(0o600);
    expect((await apply()).code).toBe(0);
    expect((await run('plan', '--detailed-exitcode')).code).toBe(0);
  });

  it('does not bring what came into the manifests later', async () => {
    stack.write({ 'later.yaml': 'teams:\n  late: { description: Came later }\n' });
    const applied = await apply();
    expect(applied.code).toBe(5);
    expect(applied.stderr).toContain('singlestore.teams.late is skipped');
    const names = (await account.objects('team')).map(({ fields }) => fields['name']);
    expect(names).toContain('readers');
    expect(names).not.toContain('late');
  });

  it('skips and names what is no longer as it was, and what depends on it', async () => {
    const main = SMALL['main.yaml'] ?? '';
    stack.write({ 'main.yaml': main.replace('203.0.113.0/24', '198.51.100.0/24') });
    const applied = await apply();
    expect(applied.code).toBe(5);
    expect(applied.stderr).toContain('singlestore.workspaceGroups.main is skipped');
    expect(applied.stderr).toContain('singlestore.workspaces.app is skipped');
    expect(await account.objects('workspaceGroup')).toEqual([]);
    expect((await account.named('team', 'readers')).fields['description']).toBe('Reads');
  });

  it('sends nothing of an edited file', async () => {
    const text = readFileSync(path(), 'utf8');
    const edited = text.replaceAll('203.0.113.0/24', '0.0.0.0/0');
    expect(edited).not.toBe(text);
    stack.write({ 'a.plan': edited });
    const applied = await apply();
    expect(applied.code).toBe(5);
    expect(await account.objects('workspaceGroup')).toEqual([]);
  });

  it('is refused for another stack, another environment, or when it is no plan', async () => {
    stack.write({ 'trueup.yaml': (SMALL['trueup.yaml'] ?? '').replace('small', 'other') });
    const foreign = await apply();
    expect(foreign.code).toBe(1);
    expect(foreign.stderr).toContain('plan-file-invalid');
    stack.write({ 'trueup.yaml': SMALL['trueup.yaml'] ?? '', 'a.plan': '{"plan": {}}' });
    expect((await apply()).code).toBe(1);
    stack.write({ 'a.plan': 'not json' });
    expect((await apply()).code).toBe(1);
    const sent = (await account.log()).filter(({ method }) => method !== 'GET');
    expect(sent).toEqual([]);
  });

  it('is stale as a whole once it was applied', async () => {
    expect((await apply()).code).toBe(0);
    const again = await apply();
    expect(again.stdout).toContain('No changes');
    const created = (await account.log()).filter(({ method }) => method === 'POST');
    expect(created).toHaveLength(4);
  });

  it('carries no approval: a risk is approved again on the command line', async () => {
    expect((await apply()).code).toBe(0);
    const planned = await run('plan', '--destroy', '--out', 'a.plan', '--allow', 'data-loss=*');
    expect(planned.code).toBe(0);
    expect((await apply('--allow', 'data-loss=*')).code).toBe(1);
    expect((await apply('--destroy')).code).toBe(4);
    expect(await account.objects('workspace')).toHaveLength(1);
    expect((await apply('--destroy', '--allow', 'data-loss=*')).code).toBe(0);
    expect(await account.objects('workspace')).toEqual([]);
  });
});
