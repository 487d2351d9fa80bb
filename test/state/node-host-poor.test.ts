import type * as FsPromises from 'node:fs/promises';
import type * as Os from 'node:os';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { LockInfo } from '../../src/state/contract.ts';
import { readNodeHost } from '../../src/state/node-host.ts';

/** What this machine lacks, and what it tells of a process instead of the truth. */
const machine = vi.hoisted(() => ({
  proc: false,
  users: false,
  stat: undefined as string | Error | undefined,
}));

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof FsPromises>();
  return {
    ...real,
    readFile: (path: string, encoding: 'utf8') => {
      if (!machine.proc) return Promise.reject(new Error('no /proc'));
      if (path.endsWith('/stat') && machine.stat !== undefined) {
        return machine.stat instanceof Error
          ? Promise.reject(machine.stat)
          : Promise.resolve(machine.stat);
      }
      return path.startsWith('/proc/sys')
        ? Promise.resolve('boot\n')
        : real.readFile(path, encoding);
    },
    readlink: () => Promise.resolve('pid:[1]'),
  };
});

vi.mock('node:os', async (original) => {
  const real = await original<typeof Os>();
  return {
    ...real,
    userInfo: () => {
      if (!machine.users) throw new Error('no user has this ID');
      return real.userInfo();
    },
  };
});

afterEach(() => {
  Object.assign(machine, { proc: false, users: false, stat: undefined });
});

async function holder(pid: number): Promise<LockInfo> {
  const { host, processStart } = await readNodeHost();
  const times = { acquiredAtMs: 0, renewedAtMs: 0, leaseMs: 1 };
  return { id: 'x', operation: 'apply', user: 'ann', host, pid, processStart, ...times };
}

describe('a host that tells no start times', () => {
  it('knows who is dead, and cannot be sure of anybody who lives', async () => {
    const host = await readNodeHost();
    expect(host.processStart).toBe('');
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    expect(await host.liveness(await holder(child.pid ?? 0))).toBe('dead');
    expect(await host.liveness(await holder(process.pid))).toBe('unknown');
  });

  it('knows nothing of a holder that had one', async () => {
    const host = await readNodeHost();
    const other = { ...(await holder(process.pid)), processStart: 'boot/pid:[1]/5' };
    expect(await host.liveness(other)).toBe('unknown');
  });

  it('calls a user without a name by number', async () => {
    const { user } = await readNodeHost();
    expect(user).toBe(String(process.getuid?.()));
  });
});

function stat(state: string, start: string): string {
  return `7 (a) name) ${state} ${'0 '.repeat(18)}${start} 0 0\n`;
}

describe('a host with start times', () => {
  it('tells a pid that was used again by its start', async () => {
    machine.proc = true;
    machine.stat = stat('S', '111');
    const host = await readNodeHost();
    const first = await holder(7);
    expect(first.processStart).toBe('boot/pid:[1]/111');
    expect(await host.liveness(first)).toBe('alive');
    machine.stat = stat('S', '222');
    expect(await host.liveness(first)).toBe('dead');
  });

  it('counts a process that has ended and was not waited for as dead', async () => {
    machine.proc = true;
    machine.stat = stat('S', '111');
    const host = await readNodeHost();
    const first = await holder(7);
    machine.stat = stat('Z', '111');
    expect(await host.liveness(first)).toBe('dead');
  });

  it.each([
    ['ENOENT', 'dead'],
    ['ESRCH', 'dead'],
    ['EMFILE', 'unknown'],
    ['EACCES', 'unknown'],
  ])('calls a holder of whom it is told %s %s', async (code, liveness) => {
    machine.proc = true;
    machine.stat = stat('S', '111');
    const host = await readNodeHost();
    const first = await holder(7);
    machine.stat = Object.assign(new Error(code), { code });
    expect(await host.liveness(first)).toBe(liveness);
    expect((await readNodeHost()).processStart).toBe('');
  });

  it('leaves a holder of another boot to its lease', async () => {
    machine.proc = true;
    machine.stat = stat('S', '111');
    const host = await readNodeHost();
    const other = { ...(await holder(7)), processStart: 'earlier/pid:[1]/111' };
    expect(await host.liveness(other)).toBe('unknown');
  });
});
