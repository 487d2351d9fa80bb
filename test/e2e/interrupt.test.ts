import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { copyExample, startAccount, type Account, type TestStack } from '../_helpers/cli.ts';

const APPLY = ['apply', '--env', 'dev', '--auto-approve'];
const isPost = ({ method }: { readonly method: string }): boolean => method === 'POST';

describe('an interrupted apply', () => {
  let account: Account;
  let stack: TestStack;

  beforeEach(async () => {
    account = await startAccount();
    stack = copyExample(account, 'acme');
  });

  afterEach(async () => {
    stack.remove();
    await account.stop();
  });

  it('ends with the running requests, says what is left, and the next one converges', async () => {
    await account.control('setFaults', {
      rules: [{ method: 'POST', fault: { kind: 'latency', ms: 300 } }],
    });
    const running = stack.start(APPLY);
    await account.logged(isPost, 3);
    running.child.kill('SIGINT');
    const result = await running.done;
    expect(result.code).toBe(130);
    expect(result.stdout).toMatch(
      /Apply incomplete: \d+ applied, 0 failed, .*[1-9]\d* not started\./,
    );
    expect(result.stderr).toMatch(/Interrupted: .* Waiting for [1-9]\d* running change/);
    const sent = await account.log();
    expect(sent.filter((entry) => isPost(entry) && !entry.committed)).toEqual([]);

    await account.control('setFaults', {});
    const again = await stack.run(APPLY);
    expect({ code: again.code, stderr: again.code === 0 ? '' : again.stderr }).toEqual({
      code: 0,
      stderr: '',
    });
    const plan = await stack.run(['plan', '--env', 'dev', '--detailed-exitcode']);
    expect(plan.stdout).toContain('No changes.');
    expect(plan.code).toBe(0);
    expect(await account.objects('workspace')).toHaveLength(4);
  });

  it('gives up the running requests at the second interrupt', async () => {
    await account.control('setFaults', { rules: [{ method: 'POST', fault: { kind: 'hang' } }] });
    // Requests that are never answered: only the second interrupt can end this in time.
    const running = stack.start(APPLY, { TRUEUP_TIMING: 'fast,requestMsMax=600000' });
    await account.logged(isPost);
    running.child.kill('SIGINT');
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (/[Ii]nterrupt/.test(running.seen().stderr)) resolve();
        else setImmediate(look);
      };
      look();
    });
    expect(running.child.exitCode).toBeNull();
    running.child.kill('SIGINT');
    const result = await running.done;
    expect(result.code).toBe(130);
    expect(result.stdout).toMatch(
      /Apply incomplete: 0 applied, 0 failed, 0 blocked, 21 not started\./,
    );
    expect(result.stderr).not.toContain('sending the create again');
  });
});
