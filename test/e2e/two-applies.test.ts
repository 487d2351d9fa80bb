import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createStack, startAccount, type Account, type TestStack } from '../_helpers/cli.ts';

const STACK = {
  'trueup.yaml': 'stack: small\n',
  'main.yaml': `teams:
  readers: { description: Reads, members: { users: [], teams: [] } }
  writers: { description: Writes, members: { users: [], teams: [] } }
`,
};
const STATE = ['.trueup', 'default'];
const APPLY = ['apply', '--auto-approve'];
/** So long that only the test ends it. */
const PATIENT = 'fast,requestMsMax=600000';
/** A create that was sent is searched for as long as its request may have been under way. */
const HASTY = 'fast,requestMsMax=1500';
const RUN = {
  GITHUB_SERVER_URL: 'https://ci.example',
  GITHUB_REPOSITORY: 'acme/infra',
  GITHUB_RUN_ID: '42',
};

/** Stands before an account and keeps writes waiting until it is opened. */
interface Gate {
  readonly url: string;
  /** Resolves when a write waits. */
  readonly reached: Promise<void>;
  open(): void;
  close(): void;
}

async function startGate(account: Account): Promise<Gate> {
  const listeners: { reached?: () => void; open?: () => void } = {};
  const reached = new Promise<void>((resolve) => (listeners.reached = resolve));
  const opened = new Promise<void>((resolve) => (listeners.open = resolve));
  const server: Server = createServer((incoming, answer) => {
    const forward = (): void => {
      if (answer.destroyed) return;
      const { method, headers } = incoming;
      const onward = request(
        `${account.url}${incoming.url ?? ''}`,
        { method, headers },
        (reply) => {
          answer.writeHead(reply.statusCode ?? 500, reply.headers);
          reply.pipe(answer);
        },
      );
      onward.once('error', () => answer.destroy());
      incoming.pipe(onward);
    };
    if (incoming.method === 'GET') {
      forward();
      return;
    }
    listeners.reached?.();
    void opened.then(forward);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    reached,
    open: () => listeners.open?.(),
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

describe('while an apply runs', () => {
  let account: Account;
  let gate: Gate;
  let stack: TestStack;

  beforeEach(async () => {
    account = await startAccount();
    gate = await startGate(account);
    stack = createStack(account, STACK);
  });

  afterEach(async () => {
    gate.close();
    stack.remove();
    await account.stop();
  });

  /** An apply that holds the lock and waits for the answer to its first write. */
  const startHeld = async (timing: string) => {
    const env = { ...RUN, TRUEUP_TIMING: timing, SINGLESTOREDB_MANAGEMENT_BASE_URL: gate.url };
    const running = stack.start(APPLY, env);
    await Promise.race([
      gate.reached,
      running.done.then(({ stderr }) => Promise.reject(new Error(stderr))),
    ]);
    return running;
  };
  const locks = () =>
    readdirSync(join(stack.directory, ...STATE)).filter((name) => name.startsWith('lock.'));

  it('another one is refused with its name, or waits for it and then applies', async () => {
    const first = await startHeld(PATIENT);
    const refused = await stack.run(APPLY);
    expect(refused.code).toBe(6);
    const holder = `pid ${String(first.child.pid)}, https://ci.example/acme/infra/actions/runs/42`;
    const told = refused.stderr.replaceAll(/\s+/g, ' ');
    expect(told).toContain('state-locked');
    expect(told).toMatch(/the state of small\/default is locked by apply of \S+ on /);
    expect(told).toContain(`on ${hostname()} (${holder}) since 20`);
    expect(told).toContain('--lock-timeout');

    const second = stack.start([...APPLY, '--lock-timeout', '10m']);
    const waits = `Waiting for the state lock held by apply of`;
    while (!second.seen().stderr.includes(waits) && second.child.exitCode === null) {
      await once(second.child.stderr ?? process.stderr, 'data');
    }
    expect(first.child.exitCode).toBeNull();
    gate.open();
    expect(await first.done).toMatchObject({ code: 0 });
    const result = await second.done;
    expect({ code: result.code, stdout: result.stdout }).toEqual({
      code: 0,
      stdout: expect.stringContaining('No changes.'),
    });
    await account.named('team', 'readers');
    await account.named('team', 'writers');
  });

  it('a plan takes no lock and says that one is running', async () => {
    const first = await startHeld(PATIENT);
    const before = locks();
    const plan = await stack.run(['plan']);
    expect(plan.code).toBe(0);
    expect(plan.stderr).toMatch(
      new RegExp(`An apply is running \\(\\S+, pid ${String(first.child.pid)}\\)`),
    );
    expect(locks()).toEqual(before);
    gate.open();
    expect(await first.done).toMatchObject({ code: 0 });
  });

  it('and is killed, the next one takes its lock over at once and makes no twin', async () => {
    const first = await startHeld(HASTY);
    first.child.kill('SIGKILL');
    await first.done;
    const second = await stack.run(APPLY);
    expect({ code: second.code, stderr: second.stderr }).toEqual({
      code: 0,
      stderr: expect.stringContaining('Took over the state lock of apply of'),
    });
    await account.named('team', 'readers');
    await account.named('team', 'writers');
  });
});

describe('a state directory that cannot be written', () => {
  let account: Account;
  let stack: TestStack;

  beforeEach(async () => {
    account = await startAccount();
    stack = createStack(account, STACK);
    mkdirSync(join(stack.directory, '.trueup'));
  });

  afterEach(async () => {
    stack.remove();
    await account.stop();
  });

  const applyRefused = async () => {
    const result = await stack.run(APPLY);
    const told = result.stderr.replaceAll(/\s+/g, ' ');
    const writes = (await account.log()).filter(({ method }) => method !== 'GET');
    return { code: result.code, told, writes };
  };
  const refusal = {
    code: 1,
    told: expect.stringMatching(
      /cannot use the state in.*\.trueup\/default.*state-write-failed.*make room or mend the perm/,
    ),
    writes: [],
  };

  it('since a file is in its place, ends the apply before anything is sent', async () => {
    writeFileSync(join(stack.directory, ...STATE), 'not a directory');
    expect(await applyRefused()).toEqual(refusal);
  });

  // Permissions do not bind root.
  it.skipIf(process.getuid?.() === 0)('by its mode, ends the apply before that', async () => {
    mkdirSync(join(stack.directory, ...STATE));
    chmodSync(join(stack.directory, ...STATE), 0o500);
    expect(await applyRefused()).toEqual(refusal);
  });
});
