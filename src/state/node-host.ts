import { readFile, readlink } from 'node:fs/promises';
import { hostname, userInfo } from 'node:os';
import type { LockInfo } from './contract.ts';
import { hasCode } from './files.ts';
import type { HostInfo } from './host.ts';

/** Field of /proc/<pid>/stat that holds the start time, counted after the name's `)`. */
const START_TIME_FIELD = 19;

/** What the system answers for a process that has ended: before the file is opened, and after. */
const ENDED = ['ENOENT', 'ESRCH'];

/** This process, as the operating system knows it. `runUrl` comes from the pipeline. */
export async function readNodeHost(options: { readonly runUrl?: string } = {}): Promise<HostInfo> {
  const host = hostname();
  const world = await readWorld();
  const processStart = await readStart(world, process.pid).catch(() => undefined);
  return {
    host,
    pid: process.pid,
    processStart: processStart ?? '',
    user: readUser(),
    ...(options.runUrl === undefined ? {} : { runUrl: options.runUrl }),
    liveness: (holder) => judge(holder, host, world),
  };
}

async function judge(
  holder: LockInfo,
  host: string,
  world: string | undefined,
): Promise<'alive' | 'dead' | 'unknown'> {
  if (holder.host !== host) return 'unknown';
  if (world === undefined || !holder.processStart.startsWith(`${world}/`)) {
    return isKnownDead(holder, world) ? 'dead' : 'unknown';
  }
  try {
    const start = await readStart(world, holder.pid);
    return start === holder.processStart ? 'alive' : 'dead';
  } catch {
    return 'unknown';
  }
}

/** Without start times: a pid that nobody has is dead, one that somebody has proves nothing. */
function isKnownDead(holder: LockInfo, world: string | undefined): boolean {
  if (world !== undefined || holder.processStart !== '') return false;
  try {
    process.kill(holder.pid, 0);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}

/**
 * Boot and pid namespace: two containers on one machine may have the same host name, and a pid
 * means nothing in the other one. Undefined where the system has no /proc.
 */
async function readWorld(): Promise<string | undefined> {
  try {
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
    return `${boot.trim()}/${await readlink('/proc/self/ns/pid')}`;
  } catch {
    return undefined;
  }
}

/** Undefined where no process has this pid. Rejects where that cannot be told. */
async function readStart(world: string | undefined, pid: number): Promise<string | undefined> {
  if (world === undefined) return undefined;
  try {
    const stat = await readFile(`/proc/${String(pid)}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const isZombie = fields[0] === 'Z';
    return isZombie ? undefined : `${world}/${fields[START_TIME_FIELD] ?? ''}`;
  } catch (error) {
    if (ENDED.some((code) => hasCode(error, code))) return undefined;
    throw error;
  }
}

function readUser(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}
