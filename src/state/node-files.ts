import {
  appendFile,
  mkdir,
  open,
  readFile,
  readdir,
  rename,
  rm,
  stat,
  truncate,
} from 'node:fs/promises';
import { dirname } from 'node:path';
import { hasCode } from './files.ts';
import type { Files } from './files.ts';

/** Nobody else reads a state: it names everything an organization has. */
const FILE_MODE = 0o600;
const DIRECTORY_MODE = 0o700;

/** The file system of this machine. */
export function createNodeFiles(): Files {
  /** Files whose names were made durable in their directories. */
  const named = new Set<string>();
  return {
    read: (path) => orUndefined(readFile(path, 'utf8'), 'ENOENT'),
    append: (path, text) => appendFile(path, text, { mode: FILE_MODE }),
    async sync(path) {
      await syncPath(path);
      if (named.has(path)) return;
      await syncDirectory(dirname(path));
      named.add(path);
    },
    truncate,
    async write(path, text) {
      const file = await open(path, 'w', FILE_MODE);
      try {
        await file.writeFile(text);
        await file.sync();
      } finally {
        await file.close();
      }
    },
    async rename(from, to) {
      await rename(from, to);
      named.delete(to);
      await syncDirectory(dirname(to));
    },
    claim,
    async remove(path) {
      named.delete(path);
      await rm(path, { force: true, recursive: true });
    },
    async makeDirectory(path) {
      await mkdir(path, { recursive: true, mode: DIRECTORY_MODE });
    },
    list: async (path) => (await orUndefined(readdir(path), 'ENOENT')) ?? [],
  };
}

/**
 * What systems answer where the other name is taken. The last three have other meanings too, so
 * there it is looked at.
 */
const TAKEN = ['ENOTEMPTY', 'EEXIST', 'ENOTDIR'];
const MAYBE_TAKEN = ['EPERM', 'EACCES', 'EBUSY'];

async function claim(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (TAKEN.some((code) => hasCode(error, code))) return false;
    if (!MAYBE_TAKEN.some((code) => hasCode(error, code))) throw error;
    if ((await orUndefined(stat(to), 'ENOENT')) === undefined) throw error;
    return false;
  }
}

async function syncPath(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Some systems cannot open or sync a directory; there the rename alone has to do. */
async function syncDirectory(path: string): Promise<void> {
  try {
    const directory = await open(path, 'r');
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
  } catch (error) {
    if (!['EISDIR', 'EPERM', 'EINVAL', 'EACCES'].some((code) => hasCode(error, code))) throw error;
  }
}

async function orUndefined<T>(job: Promise<T>, code: string): Promise<T | undefined> {
  try {
    return await job;
  } catch (error) {
    if (hasCode(error, code)) return undefined;
    throw error;
  }
}
