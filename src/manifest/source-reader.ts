import { spawn } from 'node:child_process';
import { open, realpath } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { TrueupError } from '../core/errors.ts';
import type { Redactor } from '../core/redactor.ts';
import type { SourceReader } from './resolve-sources.ts';

const BYTES_MAX = 1024 * 1024;
const COMMAND_MS_MAX = 30_000;
const STDERR_CHARS_MAX = 2_000;

export interface SourceReaderOptions {
  /** The stack's directory: relative paths start here, commands run here. */
  readonly directory: string;
  /** Further directories that `fromFile` may read: mounted secrets. */
  readonly fileDirectories?: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Environment variables that hold credentials; no command gets them. */
  readonly credentialVariables: readonly string[];
  /** Whether commands were allowed, by `--commands` or by an answer. */
  readonly commandsAllowed: boolean;
  readonly redactor: Redactor;
  /** Deadline of a command, milliseconds; 30 s unless told. */
  readonly commandMsMax?: number;
}

/** Reads sources from this process's environment, the file system and commands. */
export function createSourceReader(options: SourceReaderOptions): SourceReader {
  return {
    env: (name) =>
      Object.hasOwn(options.environment, name) ? options.environment[name] : undefined,
    file: (path) => readFileSource(path, options),
    command: (argv) => runCommand(argv, options),
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
      hint: 'a secret file stands in the stack directory, or in a directory that was allowed',
    });
  }
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

async function runCommand(argv: readonly string[], options: SourceReaderOptions): Promise<string> {
  const [program, ...args] = argv;
  if (program === undefined) throw new TrueupError('source-failed', 'the command is empty');
  if (!options.commandsAllowed) {
    throw new TrueupError('source-command-refused', `command ${program} may not run`, {
      hint: 'allow the commands of this stack with --commands',
    });
  }
  const environment = { ...options.environment };
  for (const name of options.credentialVariables) delete environment[name];
  return new Promise((done, fail) => {
    const child = spawn(program, args, {
      cwd: options.directory,
      env: environment,
      shell: false,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: options.commandMsMax ?? COMMAND_MS_MAX,
      killSignal: 'SIGKILL',
    });
    const output: Buffer[] = [];
    let size = 0;
    let errors = '';
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > BYTES_MAX) child.kill('SIGKILL');
      else output.push(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      if (errors.length < STDERR_CHARS_MAX) errors += chunk.toString('utf8');
    });
    child.on('error', (cause) => {
      const message = `command ${program} cannot be started (${errorCode(cause)})`;
      fail(new TrueupError('source-failed', message, { cause }));
    });
    child.on('close', (status, signal) => {
      if (status === 0 && size <= BYTES_MAX) {
        try {
          done(decode(Buffer.concat(output), `command ${program}`));
        } catch (error) {
          fail(error instanceof Error ? error : new TrueupError('source-failed', String(error)));
        }
        return;
      }
      const why = failureOf(status, signal, size);
      const said = options.redactor.scrub(errors.trim().slice(0, STDERR_CHARS_MAX));
      const message = `command ${program} ${why}${said === '' ? '' : `: ${said}`}`;
      fail(new TrueupError('source-failed', message));
    });
  });
}

function failureOf(status: number | null, signal: string | null, size: number): string {
  if (size > BYTES_MAX) return 'gave more than 1 MiB';
  if (status !== null) return `ended with ${status}`;
  return signal === 'SIGKILL' ? 'did not end in time' : `was ended by ${signal ?? 'a signal'}`;
}

function errorCode(error: unknown): string {
  if (error instanceof Error && 'code' in error) return String(error.code);
  return 'unknown';
}
