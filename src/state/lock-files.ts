import { join } from 'node:path';
import { isJsonObject } from '../core/json.ts';
import type { LockInfo } from './contract.ts';
import { hasCode } from './files.ts';
import type { Files } from './files.ts';

/**
 * The lock of a state as directories `lock.<n>` with one file, `holder.json`: the highest number
 * counts. Whoever takes the lock prepares a directory under another name and renames it to
 * number n + 1. Nobody ever writes into or removes the highest directory of somebody else, so a
 * taker or holder that was suspended half-way can do no harm when it wakes up. An empty holder
 * file is a lock that was released.
 *
 * Renaming a directory onto one that is not empty fails on every file system, and the new name
 * shows all of the content or does not exist. Neither hard links nor the locks of the file system
 * are used: some have none (FAT, many network shares), and on them an exclusive copy would let
 * others read a lock half-way, as if nobody held it. What has to hold is that a rename is atomic,
 * which the state file needs as well.
 */
export interface LockFiles {
  current(): Promise<StoredLock>;
  /** Creates the lock of that number; false when somebody was faster. Without info: released. */
  create(number: number, info: LockInfo | undefined, id: string): Promise<boolean>;
  /** Writes the own lock anew; false when it is no longer the highest. */
  renew(number: number, info: LockInfo): Promise<boolean>;
  /** Needs no space on the disk. Nothing happens where a later holder removed the lock already. */
  release(number: number): Promise<void>;
}

export interface StoredLock {
  /** 0 when there has never been a lock. */
  readonly number: number;
  /** Undefined when nobody holds it, `DAMAGED` when that cannot be told. */
  readonly info: LockInfo | undefined;
}

/**
 * Stands for a lock that is there and cannot be read. trueup writes a lock whole or not at all, so
 * something else did this, or a newer trueup: it counts as held until it is taken away.
 */
export const DAMAGED: LockInfo = {
  id: '',
  host: 'unknown',
  pid: 0,
  processStart: '',
  operation: 'unknown',
  user: 'unknown',
  acquiredAtMs: 0,
  renewedAtMs: 0,
  leaseMs: Number.MAX_SAFE_INTEGER,
};

const LOCK = /^lock\.(\d{1,15})$/;
const SPARE = /^lock\.(\d{1,15})\..*\.tmp$/;
const HOLDER = 'holder.json';
/** Looks at a directory whose highest lock goes away between listing and reading. */
const LOOKS_MAX = 10;

export function createLockFiles(files: Files, directory: string): LockFiles {
  const lock = (number: number): string => join(directory, `lock.${String(number)}`);
  const holder = (number: number): string => join(lock(number), HOLDER);
  const spare = (number: number, id: string): string =>
    join(directory, `lock.${String(number)}.${id}.tmp`);
  const highest = async (): Promise<number> =>
    Math.max(0, ...(await files.list(directory)).flatMap((name) => numberIn(LOCK, name)));

  /** Undefined when a later holder swept the prepared directory away: somebody was faster. */
  const claim = async (number: number, text: string, id: string): Promise<boolean> => {
    const prepared = spare(number, id);
    try {
      await files.makeDirectory(prepared);
      await files.write(join(prepared, HOLDER), text);
      return await files.claim(prepared, lock(number));
    } catch (error) {
      if (hasCode(error, 'ENOENT') && (await highest()) >= number) return false;
      throw error;
    } finally {
      await files.remove(prepared).catch(() => undefined);
    }
  };

  /** A network file system may refuse a rename that it has done: the answer was lost on the way. */
  const isOwn = async (number: number, info: LockInfo | undefined): Promise<boolean> =>
    info !== undefined && readLock(await files.read(holder(number)))?.id === info.id;

  return {
    async current() {
      for (let look = 1; ; look += 1) {
        const number = await highest();
        const text = number === 0 ? undefined : await files.read(holder(number));
        // A lock without its file was replaced a moment ago, or a crash of the machine left it.
        if (text !== undefined || number === 0 || look === LOOKS_MAX) {
          return { number, info: readLock(text) };
        }
      }
    },
    async create(number, info, id) {
      const isClaimed = (await claim(number, writeLock(info), id)) || (await isOwn(number, info));
      if (!isClaimed) return false;
      if ((await highest()) !== number) {
        await files.remove(lock(number)).catch(() => undefined);
        return false;
      }
      await sweep(files, directory, number);
      return true;
    },
    async renew(number, info) {
      if ((await highest()) !== number) return false;
      const next = spare(number, `${info.id}.next`);
      try {
        await files.write(next, writeLock(info));
        await files.rename(next, holder(number));
      } catch (error) {
        if ((await highest()) !== number) return false;
        throw error;
      }
      return (await highest()) === number;
    },
    async release(number) {
      try {
        await files.truncate(holder(number), 0);
      } catch (error) {
        if (!hasCode(error, 'ENOENT')) throw error;
      }
    },
  };
}

/**
 * Removes what earlier holders and takers left; done by the holder only. What others prepare at
 * this moment has the same number and stays. What cannot be removed is left to the next holder.
 */
async function sweep(files: Files, directory: string, number: number): Promise<void> {
  for (const name of await files.list(directory).catch(() => [])) {
    const isOlder = [LOCK, SPARE].some((shape) =>
      numberIn(shape, name).some((other) => other < number),
    );
    // oxlint-disable-next-line no-await-in-loop -- one or two files
    if (isOlder) await files.remove(join(directory, name)).catch(() => undefined);
  }
}

function numberIn(shape: RegExp, name: string): readonly number[] {
  const digits = shape.exec(name)?.[1];
  return digits === undefined ? [] : [Number(digits)];
}

function writeLock(info: LockInfo | undefined): string {
  return info === undefined ? '' : `${JSON.stringify(info, undefined, 2)}\n`;
}

function readLock(text: string | undefined): LockInfo | undefined {
  if (text === undefined || text === '') return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isLockInfo(value) ? value : DAMAGED;
  } catch {
    return DAMAGED;
  }
}

export function isLockInfo(value: unknown): value is LockInfo {
  if (!isJsonObject(value)) return false;
  return (
    ['id', 'host', 'processStart', 'operation', 'user'].every(
      (key) => typeof value[key] === 'string',
    ) &&
    ['pid', 'acquiredAtMs', 'renewedAtMs', 'leaseMs'].every((key) => typeof value[key] === 'number')
  );
}
