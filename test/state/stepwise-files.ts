import { join } from 'node:path';
import type { Files } from '../../src/state/files.ts';
import type { MemoryFiles } from '../_helpers/memory-files.ts';

/**
 * A poor file system: no hard links, no locks, and others see a file while it is written: first
 * empty, then half of it. Directories are emptied before they go. Only a rename is atomic.
 * `pass` is called before each of these steps and may suspend the caller there.
 */
export function createStepwiseFiles(files: MemoryFiles, pass: () => Promise<void>): Files {
  const step = async <T>(work: () => Promise<T>): Promise<T> => {
    await pass();
    return work();
  };
  return {
    read: (path) => step(() => files.read(path)),
    list: (path) => step(() => files.list(path)),
    append: (path, text) => step(() => files.append(path, text)),
    sync: (path) => step(() => files.sync(path)),
    truncate: (path, bytes) => step(() => files.truncate(path, bytes)),
    async write(path, text) {
      await step(() => files.write(path, ''));
      await step(() => files.append(path, text.slice(0, text.length / 2)));
      await step(() => files.append(path, text.slice(text.length / 2)));
    },
    rename: (from, to) => step(() => files.rename(from, to)),
    claim: (from, to) => step(() => files.claim(from, to)),
    async remove(path) {
      for (const name of await step(() => files.list(path))) {
        await step(() => files.remove(join(path, name)));
      }
      await step(() => files.remove(path));
    },
    makeDirectory: (path) => step(() => files.makeDirectory(path)),
  };
}
