import type { Clock } from '../core/clock.ts';
import type { GitCalls } from './git-calls.ts';
import type { GitResult } from './git-command.ts';

/** A ref that must stand at `from` (undefined: must not exist) and shall stand at `to`. */
export interface RefUpdate {
  readonly ref: string;
  readonly from: string | undefined;
  readonly to: string;
}

/** Pushes are in line: what one before it may move is told by a function, asked when its turn comes. */
export type PushRefs = (
  updates: readonly RefUpdate[] | (() => readonly RefUpdate[]),
) => Promise<'done' | 'rejected'>;

/** Tries of a push, the first included, and the pause before the second; it doubles. */
const TRIES_MAX = 3;
const RETRY_MS = 500;

/**
 * Compare and swap of refs on the remote, all or none where it can do that. What became of a push
 * that failed, or whose answer was lost, is read off the remote; pushes of a process are in line.
 */
export function createPushRefs(calls: GitCalls, remote: string, clock: Clock): PushRefs {
  /** Where refs may stand by a push of this process whose answer was lost. */
  const sent = new Map<string, Set<string>>();
  let isAtomic = true;
  let line: Promise<unknown> = Promise.resolve();

  const pushOnce = async (updates: readonly RefUpdate[]): Promise<GitResult> => {
    const leases = updates.map(({ ref, from }) => `--force-with-lease=${ref}:${from ?? ''}`);
    const specs = updates.map(({ ref, to }) => `${to}:${ref}`);
    const fixed = ['--porcelain', '--quiet', '--no-verify', '--no-follow-tags'];
    const atomic = isAtomic && updates.length > 1 ? ['--atomic'] : [];
    const args = ['push', ...fixed, ...atomic, ...leases, remote, ...specs];
    const result = await calls.run({ args, network: true });
    if (atomic.length === 0 || !/support .*--atomic/.test(result.stderr)) return result;
    isAtomic = false;
    return pushOnce(updates);
  };
  const isOwn = ({ ref, from, to }: RefUpdate, now: string | undefined): boolean =>
    now === from || now === to || (now !== undefined && sent.get(ref)?.has(now) === true);

  const pushInLine = async (updates: readonly RefUpdate[]): Promise<'done' | 'rejected'> => {
    let wanted = updates;
    for (let tries = 1; ; tries += 1) {
      const result = await pushOnce(wanted);
      if (result.status === 0) return 'done';
      for (const { ref, to } of updates) sent.set(ref, (sent.get(ref) ?? new Set()).add(to));
      const now = await calls.listRemote(updates.map(({ ref }) => ref)).catch((error: unknown) => {
        if (tries >= TRIES_MAX) throw error;
      });
      if (now !== undefined) {
        if (updates.every(({ ref, to }) => now.get(ref) === to)) return 'done';
        if (!updates.every((update) => isOwn(update, now.get(update.ref)))) return 'rejected';
        wanted = updates.map((update) => ({ ...update, from: now.get(update.ref) }));
      }
      if (tries >= TRIES_MAX) throw calls.unreachable(result);
      await clock.sleep(RETRY_MS * 2 ** (tries - 1));
    }
  };
  return (updates) => {
    const result = line.then(() => pushInLine(typeof updates === 'function' ? updates() : updates));
    line = result.catch(() => undefined);
    return result;
  };
}
