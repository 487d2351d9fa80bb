import { open, realpath, stat } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { TrueupError } from '../core/errors.ts';
import type { Redactor } from '../core/redactor.ts';
import type { SourceReader } from './resolve-sources.ts';
import { commandEnvironment, createCommandRunner } from './source-command.ts';

const BYTES_MAX = 1024 * 1024;

export interface SourceReaderOptions {
  /** The stack's directory: relative paths start here, commands run here. */
  readonly directory: string;
  /** Further directories that `fromFile` may read: mounted secrets. */
  readonly fileDirectories?: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Environment variables that hold credentials; no command gets them, nor any `TRUEUP_…`. */
  readonly credentialVariables: readonly string[];
  /** Whether commands were allowed, by `--commands` or by an answer. */
  readonly commandsAllowed: boolean;
  readonly redactor: Redactor;
  /** Deadline of a command, milliseconds; 30 s unless told. */
  readonly commandMsMax?: number;
}

/** Reads sources from this process's environment, the file system and commands. */
export function createSourceReader(options: SourceReaderOptions): SourceReader {
  const command = createCommandRunner({
    ...options,
    environment: commandEnvironment(options.environment, options.credentialVariables),
  });
  return {
    env: (name) =>
      Object.hasOwn(options.environment, name) ? options.environment[name] : undefined,
    file: (path) => readFileSource(path, options),
    command: async (argv) => decode(await command(argv), `command ${argv[0] ?? ''}`),
  };
}

async function readFileSource(path: string, options: SourceReaderOptions): Promise<string> {
  const bytes = await readBounded(path, options).catch((error: unknown) => {
    if (error instanceof TrueupError) throw error;
    const code = errorCode(error);
    const missing = code === 'ENOENT';
    const message = missing
      ? `file ${path} does not exist`
      : `file ${path} cannot be read (${code})`;
    throw new TrueupError(missing ? 'source-missing' : 'source-failed', message, { cause: error });
  });
  return decode(bytes, `file ${path}`);
}

async function readBounded(path: string, options: SourceReaderOptions): Promise<Buffer> {
  const file = await realpath(resolve(options.directory, path));
  const allowed = [options.directory, ...(options.fileDirectories ?? [])];
  const roots = await Promise.all(allowed.map((directory) => realpath(directory)));
  if (!roots.some((root) => isInside(root, file))) {
    throw new TrueupError('source-outside-stack', `file ${path} is outside of the stack`, {
      hint: 'put it into the directory of the stack, or allow its directory with --secret-dir DIR',
    });
  }
  // Opening a pipe could wait forever.
  if (!(await stat(file)).isFile())
    throw new TrueupError('source-failed', `file ${path} is not a file`);
  const handle = await open(file, 'r');
  try {
    const buffer = Buffer.alloc(BYTES_MAX + 1);
    let length = 0;
    for (;;) {
      const { bytesRead } = await handle.read(buffer, length, buffer.length - length, null);
      length += bytesRead;
      if (bytesRead === 0 || length === buffer.length) break;
    }
    if (length > BYTES_MAX) throw new TrueupError('source-failed', `file ${path} is over 1 MiB`);
    return buffer.subarray(0, length);
  } finally {
    await handle.close();
  }
}

/** Whether a real path is the directory or lies below it. */
export function isInside(directory: string, path: string): boolean {
  const rest = relative(directory, path);
  return rest !== '..' && !rest.startsWith(`..${sep}`) && !isAbsolute(rest);
}

function decode(bytes: Uint8Array, what: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new TrueupError('source-failed', `${what} does not give UTF-8 text`, { cause });
  }
}

function errorCode(error: unknown): string {
  if (error instanceof Error && 'code' in error) return String(error.code);
  return 'unknown';
}
