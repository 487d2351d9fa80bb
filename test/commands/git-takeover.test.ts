import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { runApply } from '../../src/commands/apply.ts';
import { runPlan } from '../../src/commands/plan.ts';
import { runCli } from '../../src/commands/program.ts';
import { inProcessTransport } from '../../src/emulator/in-process.ts';
import { createSingleStoreEmulator } from '../../src/emulator/singlestore/index.ts';
import { createGitBackend } from '../../src/state/git-backend.ts';
import { createGitRunner } from '../../src/state/git-process.ts';
import { createFakeHosts } from '../_helpers/fake-host.ts';
import { createGitDouble } from '../_helpers/git-double.ts';
import { createMemoryFiles } from '../_helpers/memory-files.ts';
import { createSeededBytes } from '../_helpers/seeded-random.ts';
import { createVirtualClock } from '../_helpers/virtual-clock.ts';

// Loaded on demand by the program; loading takes time that the virtual clock knows nothing of.
const LOADED: readonly unknown[] = [runApply, runPlan, createGitBackend, createGitRunner];

const FILES = {
  'trueup.yaml': 'stack: acme\nstate: { backend: git }\n',
  'main.yaml': `workspaceGroups:
  main: { provider: AWS, regionName: us-east-1, firewallRanges: [203.0.113.0/24] }
workspaces:
  app: { workspaceGroup: main, size: S-00 }
  etl: { workspaceGroup: main, size: S-00 }
projects:
  lake: { edition: STANDARD }
teams:
  readers: { description: Reads, members: { users: [], teams: [] } }
`,
};
const POINTS = 8;

const directories: string[] = [];
afterEach(() => {
  for (const path of directories.splice(0)) rmSync(path, { recursive: true, force: true });
});

function createWorld() {
  const clock = createVirtualClock();
  const emulator = createSingleStoreEmulator({ clock, seed: 7, timing: 'fast' });
  const git = createGitDouble();
  const hosts = createFakeHosts();
  const random = createSeededBytes(11);
  const directory = mkdtempSync(join(tmpdir(), 'trueup-takeover-'));
  directories.push(directory);
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(directory, name), text);
  return {
    clock,
    emulator,
    git,
    /** One command on a fresh machine; from step `dieAt` on nothing of it reaches anything. */
    async run(name: string, argv: readonly string[], dieAt = Number.POSITIVE_INFINITY) {
      if (LOADED.includes(undefined)) throw new Error('the commands are not loaded');
      const clone = git.clone();
      const files = createMemoryFiles();
      const host = hosts.spawn(name);
      let [steps, printed, dead] = [0, '', false];
      const died: { tell?: (code: number) => void } = {};
      const death = new Promise<number>((tell) => (died.tell = tell));
      const pass = (): void => {
        steps += 1;
        if (steps !== dieAt) return;
        dead = true;
        clone.stop();
        files.stop();
        host.kill();
        died.tell?.(-1);
      };
      clone.setHook(() => {
        pass();
        return undefined;
      });
      const ask = inProcessTransport(emulator);
      const sink = { isTTY: false, write: (text: string) => (printed += dead ? '' : text) };
      const ended = runCli(['node', 'trueup', ...argv, '--rate', '5000'], {
        stdout: sink,
        stderr: sink,
        env: {
          SINGLESTOREDB_API_KEY: 'a-key-of-the-tests',
          SINGLESTOREDB_MANAGEMENT_BASE_URL: 'https://singlestore.example',
          TRUEUP_TIMING: 'fast',
        },
        cwd: directory,
        canAsk: false,
        ask: () => Promise.resolve(''),
        clock,
        random,
        onInterrupt: () => () => undefined,
        machine: {
          files,
          host,
          git: () => clone.run,
          openWire: () => ({
            async transport(request) {
              pass();
              if (dead) throw new Error('the process has ended');
              const answer = await ask(request);
              pass();
              if (dead) throw new Error('the process has ended');
              return answer;
            },
            close: () => Promise.resolve(),
          }),
        },
      });
      // Whatever it still does reaches nothing.
      const code = await clock.run(Promise.race([ended, death]));
      host.kill();
      return { code, printed, steps, commands: clone.commands };
    },
    names(): readonly string[] {
      const all = emulator.control.snapshot();
      return all
        .filter(({ type }) => ['workspaceGroup', 'workspace', 'project', 'team'].includes(type))
        .map(({ type, fields }) => `${type} ${JSON.stringify(fields['name'])}`)
        .toSorted();
    },
  };
}

const APPLY = ['apply', '--auto-approve', '--lock-timeout', '5m'];

describe('an apply that is killed on one host', () => {
  it('is taken over by another one after the lease: nothing lost, nothing doubled', async () => {
    const whole = createWorld();
    const { steps, printed, code } = await whole.run('ci-1', APPLY);
    expect([code, printed]).toEqual([0, expect.stringContaining('5 added') as string]);
    const wanted = whole.names();

    for (let point = 1; point <= POINTS; point += 1) {
      const dieAt = Math.round((steps * point) / (POINTS + 1));
      const world = createWorld();
      await world.run('ci-1', APPLY, dieAt);
      const next = await world.run('ci-2', APPLY);
      expect([dieAt, next.code, next.code === 0 ? '' : next.printed]).toEqual([dieAt, 0, '']);
      expect(world.names()).toEqual(wanted);
      const plan = await world.run('ci-3', ['plan', '--detailed-exitcode']);
      expect([dieAt, plan.code, plan.code === 0 ? '' : plan.printed]).toEqual([dieAt, 0, '']);
    }
  });

  it('is not taken over before its lease has run out', async () => {
    const world = createWorld();
    const { steps } = await createWorld().run('ci-1', APPLY);
    await world.run('ci-1', APPLY, Math.round(steps / 2));
    const early = await world.run('ci-2', ['apply', '--auto-approve']);
    expect([early.code, early.printed]).toEqual([6, expect.stringContaining('ci-1') as string]);
  });
});

describe('what an apply costs', () => {
  it('is a push for the lock, one for each batch of creates, and one for all that was done', async () => {
    const world = createWorld();
    const { commands } = await world.run('ci-1', APPLY);
    const pushes = commands.filter((name) => name === 'push').length;
    // The lock and its end, the first state, the creates of two generations, the fold.
    expect(pushes).toBeLessThanOrEqual(9);
    const again = await world.run('ci-1', APPLY);
    // Nothing to do: the lock and its end.
    expect(again.commands.filter((name) => name === 'push')).toHaveLength(2);
    const plan = await world.run('ci-1', ['plan']);
    expect(plan.commands).toEqual([
      'remote',
      'ls-remote',
      'cat-file',
      'rev-parse',
      'fetch',
      'ls-remote',
      'cat-file',
    ]);
  });
});
