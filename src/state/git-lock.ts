import { isJsonObject } from '../core/json.ts';
import type { LockInfo } from './contract.ts';
import type { GitRepository } from './git-repository.ts';
import { DAMAGED, isLockInfo } from './lock-files.ts';
import type { LockFiles, StoredLock } from './lock-files.ts';

export const HOLDER_FILE = 'holder.json';

export interface GitLock extends LockFiles {
  readonly ref: string;
  /** The commit by which this process holds the lock, or has given it back. */
  oid(): string | undefined;
}

/**
 * The lock of a state as a ref of its own: a commit without parents whose `holder.json` names the
 * holder; the number grows with each of them, and null stands for a lock that was given back.
 * Every change is a compare and swap on the commit that was read before.
 */
export function createGitLock(repository: GitRepository, ref: string): GitLock {
  let seen: { readonly number: number; readonly oid: string | undefined } | undefined;
  let own: string | undefined;

  const current = async (): Promise<StoredLock> => {
    const tip = (await repository.read({ [ref]: [HOLDER_FILE] })).get(ref);
    const stored = readHolder(tip && (tip.files.get(HOLDER_FILE)?.text ?? ''));
    seen = { number: stored.number, oid: tip?.oid };
    return stored;
  };
  const replace = async (
    number: number,
    info: LockInfo | undefined,
    id: string,
  ): Promise<boolean> => {
    const from = seen?.oid;
    const text = `${JSON.stringify({ number, id, holder: info ?? null }, undefined, 2)}\n`;
    const message =
      info === undefined ? 'the state is not locked\n' : `${info.operation} holds the state\n`;
    const to = await repository.commit({
      files: { [HOLDER_FILE]: text },
      parent: undefined,
      message,
    });
    if ((await repository.push([{ ref, from, to }])) === 'rejected') return false;
    seen = { number, oid: to };
    own = to;
    return true;
  };

  return {
    ref,
    current,
    oid: () => own,
    async create(number, info, id) {
      if (seen?.number !== number - 1) return false;
      return replace(number, info, id);
    },
    async renew(number, info) {
      if (seen?.number !== number) return false;
      return replace(number, info, info.id);
    },
    async release(number) {
      if (seen?.number === number) await replace(number, undefined, '');
    },
  };
}

const NEVER: StoredLock = { number: 0, info: undefined };

/** Without a text there has never been a lock. */
export function readHolder(text: string | undefined): StoredLock {
  if (text === undefined) return NEVER;
  try {
    const value: unknown = JSON.parse(text);
    if (isJsonObject(value) && typeof value['number'] === 'number') {
      const { number, holder } = value;
      if (holder === null) return { number, info: undefined };
      return { number, info: isLockInfo(holder) ? holder : DAMAGED };
    }
  } catch {
    // Not JSON: somebody else's.
  }
  return { number: 0, info: DAMAGED };
}
