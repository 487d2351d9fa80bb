import { spawn, type ChildProcess } from 'node:child_process';
import { TrueupError } from '../core/errors.ts';
import type { Redactor } from '../core/redactor.ts';

/** Bytes of stdout. */
const BYTES_MAX = 1024 * 1024;
const COMMAND_MS_MAX = 30_000;
/** Commands that run at the same time. */
const RUNNING_MAX = 8;
/** Bytes of stderr that are read, and characters of it that are shown. */
const STDERR_BYTES_MAX = 65_536;
const STDERR_CHARS_MAX = 2_000;

type Environment = Readonly<Record<string, string | undefined>>;

export interface CommandOptions {
  /** Where commands run. */
  readonly directory: string;
  /** As `commandEnvironment` made it. */
  readonly environment: Environment;
  readonly commandsAllowed: boolean;
  readonly redactor: Redactor;
  /** Deadline of a command, milliseconds; 30 s unless told. */
  readonly commandMsMax?: number;
}

/**
 * The environment without what trueup knows to be a credential: API keys, its own variables (the
 * key of the digests, values of variables), and the users and passwords of proxies.
 */
export function commandEnvironment(
  environment: Environment,
  credentialVariables: readonly string[],
): Environment {
  const kept = Object.entries(environment).filter(
    ([name]) => !credentialVariables.includes(name) && !name.startsWith('TRUEUP_'),
  );
  return Object.fromEntries(
    kept.map(([name, value]) => [name, /(?<!^no)_proxy$/i.test(name) ? withoutUser(value) : value]),
  );
}

/** Proxies are also written without a scheme. */
function withoutUser(proxy: string | undefined): string | undefined {
  return proxy?.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/i, '$1');
}

/**
 * Runs commands without a shell and without stdin, each in a process group of its own, which is
 * killed when the time is over, the output too long, or this process ends. Gives stdout. Rejects
 * with `source-command-refused` or `source-failed`.
 */
export function createCommandRunner(
  options: CommandOptions,
): (argv: readonly string[]) => Promise<Uint8Array> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (argv) => {
    const [program, ...args] = argv;
    if (program === undefined) throw new TrueupError('source-failed', 'the command is empty');
    if (!options.commandsAllowed) {
      throw new TrueupError('source-command-refused', `command ${program} may not run`, {
        hint: 'allow the commands of this stack with --commands',
      });
    }
    if (running >= RUNNING_MAX) await new Promise<void>((next) => waiting.push(next));
    running += 1;
    try {
      return await run(program, args, options);
    } finally {
      running -= 1;
      waiting.shift()?.();
    }
  };
}

function run(program: string, args: readonly string[], options: CommandOptions): Promise<Buffer> {
  return new Promise((done, fail) => {
    const child = start(program, args, options);
    const output: Buffer[] = [];
    const errors: Buffer[] = [];
    let [size, errorSize] = [0, 0];
    let ended: string | undefined;
    const end = (why: string): void => {
      ended ??= why;
      killGroup(child);
    };
    const timer = setTimeout(
      () => end('did not end in time'),
      options.commandMsMax ?? COMMAND_MS_MAX,
    );
    const forget = onExit(() => end('was interrupted'));
    child.stdout?.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > BYTES_MAX) end('gave more than 1 MiB');
      else output.push(chunk);
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      errorSize += chunk.length;
      if (errorSize <= STDERR_BYTES_MAX) errors.push(chunk);
    });
    child.on('error', (cause) => fail(notStarted(program, cause)));
    child.on('close', (status, signal) => {
      clearTimeout(timer);
      forget();
      // What it left running in the background goes with it.
      killGroup(child);
      if (ended === undefined && status === 0) {
        done(Buffer.concat(output));
        return;
      }
      const why =
        ended ??
        (status === null ? `was ended by ${signal ?? 'a signal'}` : `ended with ${status}`);
      // Secrets go first, so that no cut leaves a part of one.
      const text = options.redactor.scrub(Buffer.concat(errors).toString('utf8').trim());
      const said = text.slice(0, STDERR_CHARS_MAX);
      fail(
        new TrueupError(
          'source-failed',
          `command ${program} ${why}${said === '' ? '' : `: ${said}`}`,
        ),
      );
    });
  });
}

function start(program: string, args: readonly string[], options: CommandOptions): ChildProcess {
  try {
    return spawn(program, args, {
      cwd: options.directory,
      env: options.environment,
      shell: false,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
  } catch (cause) {
    throw notStarted(program, cause);
  }
}

function notStarted(program: string, cause: unknown): TrueupError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
  return new TrueupError('source-failed', `command ${program} cannot be started (${code})`, {
    cause,
  });
}

/** The command and whatever it started. A group that is gone is none of our business. */
function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    child.kill('SIGKILL');
  }
}

/**
 * A group of its own gets no Ctrl-C from the terminal: it is ended here. A signal that nobody else
 * listens to ends this process as it would have without the listener.
 */
function onExit(end: () => void): () => void {
  const onSignal = (signal: NodeJS.Signals): void => {
    end();
    forget();
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };
  const forget = (): void => {
    process.off('exit', end);
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  };
  process.on('exit', end);
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return forget;
}
