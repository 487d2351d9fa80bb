import type { HostInfo } from '../../src/state/host.ts';

/** Processes of made-up machines: `kill` ends one, also for the locks that it holds. */
export interface FakeHosts {
  /** A new process on that machine. */
  spawn(host?: string): HostInfo & { readonly kill: () => void };
}

export function createFakeHosts(): FakeHosts {
  const alive = new Set<string>();
  let pids = 100;
  return {
    spawn(host = 'here') {
      const pid = (pids += 1);
      const processStart = `start-${String(pid)}`;
      alive.add(processStart);
      return {
        host,
        pid,
        processStart,
        user: 'ann',
        liveness: (holder) => {
          if (holder.host !== host) return Promise.resolve('unknown');
          return Promise.resolve(alive.has(holder.processStart) ? 'alive' : 'dead');
        },
        kill: () => void alive.delete(processStart),
      };
    },
  };
}
