import { join } from 'node:path';
import { isJsonObject } from '../core/json.ts';
import type { LockInfo } from './contract.ts';
import type { Files } from './files.ts';

/**
 * The lock of a state as files `lock.<n>.json`: the one with the highest number counts. Whoever
 * takes the lock creates number n + 1, which the file system grants to exactly one; nobody ever
 * writes into or removes the highest file of somebody else, so a taker or holder that was
 * suspended half-way can do no harm when it wakes up. An empty file is a lock that was released.
 */
export interface LockFiles {
  current(): Promise<StoredLock>;
  /** Creates the lock of that number; false when somebody was faster. Empty text: released. */
  create(number: number, info: LockInfo | undefined, id: string): Promise<boolean>;
  /** Writes the own lock anew; false when it is no longer the highest. */
  renew(number: number, info: LockInfo): Promise<boolean>;
  /** Needs no space on the disk. */
  release(number: number): Promise<void>;
}

export interface StoredLock {
  /** 0 when there has never been a lock. */
  readonly number: number;
  /** Undefined when nobody holds it. */
  readonly info: LockInfo | undefined;
}

const LOCK_FILE = /^lock\.(\d{1,15})\.json$/;
const SPARE_FILE = /^lock\..*\.tmp$/;

export function createLockFiles(files: Files, directory: string): LockFiles {
  const path = (number: number): string => join(directory, `lock.${String(number)}.json`);
  const spare = (id: string): string => join(directory, `lock.${id}.tmp`);
  const numbers = async (): Promise<readonly number[]> =>
    (await files.list(directory)).flatMap((name) => numberOf(name));
  const highest = async (): Promise<number> => Math.max(0, ...(await numbers()));
  return {
    async current() {
      const number = await highest();
      if (number === 0) return { number, info: undefined };
      return { number, info: readLock(await files.read(path(number))) };
    },
    async create(number, info, id) {
      await files.write(spare(id), info === undefined ? '' : writeLock(info));
      const linked = await files.link(spare(id), path(number));
      await files.remove(spare(id));
      if (!linked) return false;
      if ((await highest()) !== number) {
        await files.remove(path(number));
        return false;
      }
      await sweep(files, directory, number);
      return true;
    },
    async renew(number, info) {
      if ((await highest()) !== number) return false;
      await files.write(spare(info.id), writeLock(info));
      await files.rename(spare(info.id), path(number));
      return (await highest()) === number;
    },
    release: (number) => files.truncate(path(number), 0),
  };
}

/** Removes what earlier holders left. Done by the holder only. */
async function sweep(files: Files, directory: string, number: number): Promise<void> {
  for (const name of await files.list(directory)) {
    const isOlder = numberOf(name).some((other) => other < number);
    // oxlint-disable-next-line no-await-in-loop -- one or two files
    if (isOlder || SPARE_FILE.test(name)) await files.remove(join(directory, name));
  }
}

function numberOf(name: string): readonly number[] {
  const digits = LOCK_FILE.exec(name)?.[1];
  return digits === undefined ? [] : [Number(digits)];
}

function writeLock(info: LockInfo): string {
  return `${JSON.stringify(info, undefined, 2)}\n`;
}

/** A lock that cannot be read was never finished: nobody holds it. */
function readLock(text: string | undefined): LockInfo | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isLockInfo(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isLockInfo(value: unknown): value is LockInfo {
  if (!isJsonObject(value)) return false;
  return (
    ['id', 'host', 'processStart', 'operation', 'user'].every(
      (key) => typeof value[key] === 'string',
    ) &&
    ['pid', 'acquiredAtMs', 'renewedAtMs', 'leaseMs'].every((key) => typeof value[key] === 'number')
  );
}
