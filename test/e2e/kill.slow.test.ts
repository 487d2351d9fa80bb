import { beforeAll, describe, expect, it } from 'vitest';
import {
  copyExample,
  startAccount,
  succeeded,
  type Account,
  type Snapshot,
} from '../_helpers/cli.ts';

const APPLY = ['apply', '--env', 'dev', '--auto-approve'];
/** Points of an apply of the acme stack at which it is killed, as shares of its requests. */
const POINTS = 12;

/** What must be unique: a second one of it would be a duplicate that a crash left behind. */
function naturalKey({ type, id, fields }: Snapshot): string {
  const field = (name: string): string => JSON.stringify(fields[name]);
  if (type === 'workspace') return `${type} ${field('workspaceGroupID')} ${field('name')}`;
  if (type === 'role') return `${type} ${field('resourceType')} ${field('role')}`;
  if (type === 'user' || type === 'invitation') return `${type} ${field('email')}`;
  if (type === 'grant') return `${type} ${id}`;
  return `${type} ${field('name')}`;
}

async function liveKeys(account: Account): Promise<readonly string[]> {
  const types = ['project', 'workspaceGroup', 'workspace', 'team', 'role', 'secret', 'grant'];
  const lists = await Promise.all(types.map((type) => account.objects(type)));
  return lists.flat().map((object) => naturalKey(object));
}

describe('an apply that is killed', () => {
  let requests = 0;
  let keys: readonly string[] = [];

  beforeAll(async () => {
    const account = await startAccount();
    const stack = copyExample(account, 'acme');
    await succeeded(stack.run(APPLY));
    requests = (await account.log()).length;
    keys = (await liveKeys(account)).toSorted();
    stack.remove();
    await account.stop();
  });

  it.concurrent.each(Array.from({ length: POINTS }, (_, index) => index + 1))(
    'at point %i of 12 is finished by the next one, without a duplicate',
    async (point) => {
      const account = await startAccount();
      const k = Math.max(1, Math.round((requests * point) / (POINTS + 1)));
      const stack = copyExample(account, 'acme');
      const running = stack.start(APPLY, { TRUEUP_TIMING: 'fast,requestMsMax=1000' });
      await account.logged(() => true, k);
      running.child.kill('SIGKILL');
      expect((await running.done).code).toBe('SIGKILL');

      const again = await stack.run(APPLY, { TRUEUP_TIMING: 'fast,requestMsMax=1000' });
      expect({ code: again.code, stderr: again.code === 0 ? '' : again.stderr }).toEqual({
        code: 0,
        stderr: '',
      });
      const plan = await stack.run(['plan', '--env', 'dev', '--detailed-exitcode']);
      expect({ code: plan.code, stdout: plan.code === 0 ? '' : plan.stdout }).toEqual({
        code: 0,
        stdout: '',
      });
      const found = await liveKeys(account);
      expect(found.filter((key, index) => found.indexOf(key) !== index)).toEqual([]);
      expect(found).toHaveLength(keys.length);
      stack.remove();
      await account.stop();
    },
  );
});
