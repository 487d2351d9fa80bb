import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createStack,
  SMALL,
  SMALL_ENV,
  startAccount,
  succeeded,
  type Account,
  type TestStack,
} from '../_helpers/cli.ts';

describe('commands that are not apply or destroy', () => {
  let account: Account;
  let stack: TestStack;

  beforeAll(async () => {
    account = await startAccount();
    stack = createStack(account, SMALL);
    await succeeded(stack.run(['apply', '--auto-approve'], SMALL_ENV));
    const group = await account.named('workspaceGroup', 'main');
    await account.control('mutate', {
      op: 'set',
      type: 'workspaceGroup',
      id: group.id,
      fields: { name: 'renamed' },
    });
    // There is everything to do: a create, an update, a delete and drift.
    const main = readFileSync(join(stack.directory, 'main.yaml'), 'utf8');
    stack.write({
      'main.yaml': main
        .replace('description: Reads,', 'description: Reads a lot,')
        .replace(
          /secrets:[^]*/,
          'roles:\n  night: { resourceType: Cluster, permissions: [Operate], inherits: [] }\n',
        ),
    });
  });

  afterAll(async () => {
    stack.remove();
    await account.stop();
  });

  it.each([
    { args: ['validate'], code: 0 },
    { args: ['plan', '--detailed-exitcode'], code: 2 },
    { args: ['plan', '--format', 'json', '--out', 'saved.plan'], code: 0 },
    { args: ['plan', '--format', 'markdown', '--adopt', '--replace', 'workspaces.app'], code: 0 },
    { args: ['plan', '--json'], code: 0 },
    { args: ['plan', '--destroy'], code: 0 },
    { args: ['drift'], code: 2 },
    { args: ['show'], code: 0 },
    { args: ['output', 'endpoint'], code: 0 },
    { args: ['state', 'list'], code: 0 },
    { args: ['state', 'show', 'workspaces.app'], code: 0 },
    { args: ['state', 'mv', 'teams.readers', 'teams.others'], code: 0 },
    { args: ['state', 'mv', 'teams.others', 'teams.readers'], code: 0 },
    { args: ['state', 'unlock'], code: 1 },
    { args: ['schema'], code: 0 },
    { args: ['init', 'fresh'], code: 0 },
  ])('$args sends nothing but GET', async ({ args, code }) => {
    const before = (await account.log()).length;
    const result = await stack.run(args, SMALL_ENV);
    expect({ code: result.code, stderr: result.code === code ? '' : result.stderr }).toEqual({
      code,
      stderr: '',
    });
    const sent = (await account.log()).slice(before);
    expect(sent.filter((entry) => entry.method !== 'GET')).toEqual([]);
    const reads = ['plan', 'drift'].includes(args[0] ?? '');
    expect(sent.length > 3).toBe(reads);
  });

  it('import and state rm send nothing but GET, and the state follows them', async () => {
    const before = (await account.log()).length;
    const team = await account.named('team', 'readers');
    const removed = await stack.run(['state', 'rm', 'teams.readers']);
    expect(removed.stderr).toBe('');
    expect((await stack.run(['state', 'list'])).stdout).not.toContain('teams.readers');
    const imported = await stack.run(['import', 'teams.readers', team.id]);
    expect(imported.stderr).toBe('');
    expect(imported.code).toBe(0);
    expect((await stack.run(['state', 'list', '--ids'])).stdout).toContain(team.id);
    const sent = (await account.log()).slice(before);
    expect(sent.map((entry) => entry.method)).toContain('GET');
    expect(sent.filter((entry) => entry.method !== 'GET')).toEqual([]);
  });
});
