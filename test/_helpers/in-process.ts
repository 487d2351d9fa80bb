import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { serve } from '../../src/emulator/server.ts';
import {
  createSingleStoreEmulator,
  type SingleStoreEmulator,
} from '../../src/emulator/singlestore/index.ts';
import { createSystemClock } from '../../src/http/system-clock.ts';
import { runHere, type PrintedResult } from './run-here.ts';

/** One request as it reached the account. */
export interface Wire {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

export interface CommandResult extends PrintedResult {
  /** What this command sent. */
  readonly sent: readonly Wire[];
  /** Of that, what is no GET. */
  readonly writes: readonly Wire[];
}

/** Whole commands in this process, against an emulated account where nothing takes time. */
export interface CommandWorld {
  readonly directory: string;
  readonly emulator: SingleStoreEmulator;
  env: Record<string, string>;
  /** What is answered to questions; undefined: there is nobody to ask. */
  answer: string | undefined;
  /** Whether stderr goes to a terminal. */
  terminal: boolean;
  /** Of the commands that run at the moment, in the order in which they began: what a signal calls. */
  readonly listeners: Set<() => void>;
  /** Called with each request before it is answered. */
  onRequest: (request: Wire) => void;
  run(...argv: string[]): Promise<CommandResult>;
  /** Throws, with everything that was printed, unless it exits 0. */
  done(...argv: string[]): Promise<CommandResult>;
  write(files: Readonly<Record<string, string>>): void;
  read(name: string): string;
  /** The account as it was seeded, and an empty directory. */
  reset(): void;
  close(): Promise<void>;
}

const TIMING =
  'fast,pollMs=1,pollMsMax=2,settleMsMin=0,stableMs=0,equalReads=1,listLagMs=1,retryMs=1,retryMsMax=2';

export async function createCommandWorld(): Promise<CommandWorld> {
  const clock = createSystemClock();
  const emulator = createSingleStoreEmulator({ clock, seed: 7, timing: 'none' });
  const wire: Wire[] = [];
  const server = await serve({
    log: emulator.log,
    controlCalls: emulator.controlCalls,
    close: () => {
      emulator.close();
    },
    handle(request) {
      const { method, path, body = '' } = request;
      wire.push({ method, path, body });
      world.onRequest({ method, path, body });
      return emulator.handle(request);
    },
  });
  const parent = mkdtempSync(join(tmpdir(), 'trueup-commands-'));
  const directory = join(parent, 'stack');
  const clean = (): void => {
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(directory);
  };
  clean();
  const world: CommandWorld = {
    directory,
    emulator,
    env: {},
    answer: undefined,
    terminal: false,
    listeners: new Set(),
    onRequest: () => undefined,
    async run(...argv) {
      const from = wire.length;
      const printed = await runHere(withRate(argv), {
        cwd: directory,
        env: {
          SINGLESTOREDB_API_KEY: 'a-key-of-the-tests',
          SINGLESTOREDB_MANAGEMENT_BASE_URL: server.url,
          TRUEUP_STATE_KEY: 'a state key of the tests',
          TRUEUP_TIMING: TIMING,
          ...world.env,
        },
        answer: world.answer,
        terminal: world.terminal,
        listeners: world.listeners,
      });
      const sent = wire.slice(from);
      return { ...printed, sent, writes: sent.filter(({ method }) => method !== 'GET') };
    },
    async done(...argv) {
      const result = await world.run(...argv);
      if (result.code === 0) return result;
      throw new Error(`${argv.join(' ')}: exit ${result.code}\n${result.stdout}\n${result.stderr}`);
    },
    write(files) {
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(dirname(join(directory, name)), { recursive: true });
        writeFileSync(join(directory, name), text);
      }
    },
    read: (name) => readFileSync(join(directory, name), 'utf8'),
    reset() {
      emulator.control.reset();
      emulator.control.setTiming('none');
      world.env = {};
      world.answer = undefined;
      world.terminal = false;
      world.onRequest = () => undefined;
      clean();
    },
    async close() {
      await server.close();
      rmSync(parent, { recursive: true, force: true });
    },
  };
  return world;
}

const CONNECTED = ['plan', 'apply', 'destroy', 'drift', 'import'];

function withRate(argv: readonly string[]): readonly string[] {
  return CONNECTED.includes(argv[0] ?? '') ? [...argv, '--rate', '5000'] : argv;
}
