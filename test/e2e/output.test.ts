import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  cleanEnv,
  cliPath,
  createStack,
  root,
  SMALL,
  SMALL_ENV,
  startAccount,
  type Account,
  type CliResult,
  type TestStack,
} from '../_helpers/cli.ts';

const ESCAPE = '\u001B[';

describe('what goes where', () => {
  let account: Account;
  let stack: TestStack;
  const schema = JSON.parse(readFileSync(join(root, 'schemas', 'events.json'), 'utf8')) as object;
  const isEvent = new Ajv2020({ strict: false }).compile(schema);
  const run = (args: readonly string[], extra = {}): Promise<CliResult> =>
    stack.run(args, { ...SMALL_ENV, ...extra });

  beforeAll(async () => {
    account = await startAccount();
    stack = createStack(account, SMALL);
  });

  afterAll(async () => {
    stack.remove();
    await account.stop();
  });

  function eventsOf(stdout: string): readonly string[] {
    expect(stdout.endsWith('\n')).toBe(true);
    return stdout
      .trimEnd()
      .split('\n')
      .map((line) => {
        const event = JSON.parse(line) as { readonly type: string };
        expect({ line, valid: isEvent(event), errors: isEvent.errors }).toMatchObject({
          valid: true,
        });
        return event.type;
      });
  }

  it('colours only where it is asked for, or there is a terminal', async () => {
    expect((await run(['plan'])).stdout).not.toContain(ESCAPE);
    expect((await run(['plan'], { FORCE_COLOR: '1' })).stdout).toContain(ESCAPE);
    const both = await run(['plan'], { FORCE_COLOR: '1', NO_COLOR: '1' });
    expect(both.stdout).not.toContain(ESCAPE);
    expect((await run(['plan', '--no-color'], { FORCE_COLOR: '1' })).stdout).not.toContain(ESCAPE);
  });

  it('--json: each line of stdout is a valid event and stderr is empty', async () => {
    const plan = await run(['plan', '--json']);
    expect(eventsOf(plan.stdout)).toContain('planned');
    const asked = await run(['apply', '--json']);
    expect(asked.code).toBe(1);
    expect(eventsOf(asked.stdout)).toContain('diagnostic');
    await account.control('setFaults', {
      rules: [
        { method: 'POST', path: 'workspaces$', times: 1, fault: { kind: 'status', status: 400 } },
      ],
    });
    const failed = await run(['apply', '--auto-approve', '--json', '--log-level', 'trace']);
    expect(failed.code).toBe(3);
    expect(eventsOf(failed.stdout)).toEqual(
      expect.arrayContaining([
        'change-done',
        'change-failed',
        'change-blocked',
        'apply-done',
        'log',
      ]),
    );
    const applied = await run(['apply', '--auto-approve', '--json']);
    expect(applied.code).toBe(0);
    expect(eventsOf(applied.stdout)[0]).toBe('run-started');
    const drift = await run(['drift', '--json']);
    expect(eventsOf(drift.stdout)).toContain('planned');
    const revoked = await run(['plan', '--json'], { SINGLESTOREDB_API_KEY: 'revoked' });
    expect(eventsOf(revoked.stdout)).toContain('diagnostic');
    for (const result of [plan, asked, failed, applied, drift, revoked])
      expect(result.stderr).toBe('');
  });

  it('--json reports each mistake of a manifest as one event', async () => {
    stack.write({ 'broken.yaml': 'teams:\n  a: { descripton: x }\n  b: { nmae: y }\n' });
    const broken = await run(['validate', '--json']);
    expect(broken.code).toBe(1);
    const events = eventsOf(broken.stdout);
    expect(events.filter((type) => type === 'diagnostic').length).toBeGreaterThanOrEqual(2);
    stack.write({ 'broken.yaml': '' });
  });

  it('results stand on stdout, progress and mistakes on stderr', async () => {
    stack.write({ 'more.yaml': 'teams:\n  more: { description: More }\n' });
    const applied = await run(['apply', '--auto-approve']);
    expect(applied.stdout).toContain('Apply complete! Resources: 1 added, 0 changed, 0 destroyed.');
    expect(applied.stdout).not.toContain('Creating...');
    expect(applied.stderr).toContain('singlestore.teams.more: Creating...');
    const output = await run(['output', 'endpoint']);
    expect(output.stdout).toMatch(/^\S+\n$/);
    expect(output.stderr).toBe('');
  });

  it('a reader that stops early is no error, and nothing is left undone', async () => {
    const { directory: cwd } = stack;
    const child = spawn(process.execPath, [cliPath, 'schema'], { cwd, env: cleanEnv() });
    child.stdout.destroy();
    let told = '';
    child.stderr.on('data', (part: Buffer) => (told += part.toString()));
    const [code] = (await once(child, 'close')) as [number];
    expect([code, told]).toEqual([0, '']);
  });

  it('the log file gets every event, whatever is printed', async () => {
    await run(['plan', '--log-file', 'run.log']);
    expect(eventsOf(readFileSync(join(stack.directory, 'run.log'), 'utf8'))).toEqual(
      expect.arrayContaining(['run-started', 'collection-read', 'planned']),
    );
  });
});
