import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { LockInfo } from '../../src/state/contract.ts';
import { readNodeHost } from '../../src/state/node-host.ts';

const LOCK = {
  id: 'x',
  operation: 'apply',
  user: 'ann',
  acquiredAtMs: 0,
  renewedAtMs: 0,
  leaseMs: 1,
};

async function asHolder(): Promise<LockInfo> {
  const { host, pid, processStart } = await readNodeHost();
  return { ...LOCK, host, pid, processStart };
}

describe('the host of this process', () => {
  it('knows that this process lives', async () => {
    const host = await readNodeHost({ runUrl: 'https://ci.example/1' });
    expect(host).toMatchObject({ pid: process.pid, runUrl: 'https://ci.example/1' });
    // Where the system does not tell start times, the lease has to decide.
    const expected = host.processStart === '' ? 'unknown' : 'alive';
    expect(await host.liveness(await asHolder())).toBe(expected);
  });

  it('knows a process that has ended', async () => {
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    const holder = await asHolder();
    const host = await readNodeHost();
    expect(await host.liveness({ ...holder, pid: child.pid ?? 0 })).toBe('dead');
  });

  it.skipIf(process.platform !== 'linux')('knows a pid that was used again', async () => {
    const holder = await asHolder();
    const host = await readNodeHost();
    const earlier = { ...holder, processStart: `${holder.processStart}0` };
    expect(await host.liveness(earlier)).toBe('dead');
  });

  it('knows nothing of other machines and containers', async () => {
    const holder = await asHolder();
    const host = await readNodeHost();
    expect(await host.liveness({ ...holder, host: 'elsewhere' })).toBe('unknown');
    const container = { ...holder, processStart: 'boot/pid:[1]/5' };
    expect(await host.liveness(container)).toBe('unknown');
  });
});
