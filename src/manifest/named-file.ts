import { readFileSync, realpathSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { TrueupError } from '../core/errors.ts';
import { isInside } from './source-reader.ts';
import type { NamedFile } from './verbatim.ts';

/** As for manifests. */
const BYTES_MAX = 10 * 1024 * 1024;

/**
 * Reads the files that manifests name for what is no secret: they are a part of the stack, so they
 * lie in its directory, symbolic links followed. Throws `source-missing`, `source-outside-stack`,
 * `source-failed`.
 */
export function createNamedFile(directory: string): NamedFile {
  return (path) => {
    const file = existing(resolve(directory, path));
    if (file === undefined) throw new TrueupError('source-missing', `file ${path} does not exist`);
    if (!isInside(realpathSync(directory), file)) {
      throw new TrueupError('source-outside-stack', `file ${path} is outside of the stack`, {
        hint: 'put it into the directory of the stack',
      });
    }
    const stats = statSync(file);
    // Reading a pipe could wait forever.
    if (!stats.isFile()) throw new TrueupError('source-failed', `file ${path} is not a file`);
    if (stats.size > BYTES_MAX)
      throw new TrueupError('source-failed', `file ${path} is over 10 MiB`);
    return decode(path, file);
  };
}

function existing(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function decode(path: string, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
  } catch (cause) {
    throw new TrueupError('source-failed', `file ${path} cannot be read as UTF-8 text`, { cause });
  }
}
