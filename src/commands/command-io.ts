import type { Clock } from '../core/clock.ts';
import type { UndiciTransport } from '../http/undici-transport.ts';
import type { createDigester } from '../state/digest.ts';
import type { Files } from '../state/files.ts';
import type { GitRunner } from '../state/git-command.ts';
import type { HostInfo } from '../state/host.ts';

/** What a command may use of the outside world; the CLI gives the process's own, tests give fakes. */
export interface CommandIo {
  /** Results go here. */
  readonly stdout: OutputStream;
  /** Everything else goes here. */
  readonly stderr: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Whether questions can be asked. */
  readonly canAsk: boolean;
  /** Asks on the terminal; the answer without its line break. */
  readonly ask: (question: string) => Promise<string>;
  readonly clock: Clock;
  readonly random: (bytes: number) => Uint8Array;
  /** Calls back on each SIGINT or SIGTERM; gives the function that ends it. */
  readonly onInterrupt: (callback: () => void) => () => void;
  /** Takes the place of the machine's own, part by part: a simulated world. */
  readonly machine?: Partial<Machine>;
}

/** What of the machine a command reaches besides its streams and its manifests. */
export interface Machine {
  /** Where the state is kept. */
  readonly files: Files;
  /** The git of a directory, for a state that is kept there. */
  readonly git: (directory: string) => GitRunner;
  /** Who holds its lock. */
  readonly host: HostInfo;
  /** The way to one server, by its URL. */
  readonly openWire: (url: string) => UndiciTransport;
  readonly createDigester: typeof createDigester;
}

export interface OutputStream {
  readonly isTTY: boolean;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
  write(text: string): unknown;
}

/** How a command ended; `cli.ts` turns the worst into the exit code. */
export type Ending =
  | 'changes'
  | 'stale'
  | 'incomplete'
  | 'error'
  | 'refused'
  | 'locked'
  | 'interrupted';
export type Endings = ReadonlySet<Ending>;

export const DONE: Endings = new Set();
