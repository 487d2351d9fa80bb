import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runCli } from '../../src/commands/program.ts';
// Loaded on demand by the program; loading takes time that the virtual clock knows nothing of.
import { runApply } from '../../src/commands/apply.ts';
import { runDestroy } from '../../src/commands/destroy.ts';
import { runDrift } from '../../src/commands/drift.ts';
import { runExplain } from '../../src/commands/explain.ts';
import { runPlan } from '../../src/commands/plan.ts';
import { runStateList } from '../../src/commands/show.ts';
import { runValidate } from '../../src/commands/validate.ts';
import { inProcessTransport } from '../../src/emulator/in-process.ts';
import {
  createSingleStoreEmulator,
  type SingleStoreEmulator,
} from '../../src/emulator/singlestore/index.ts';
import { createSpiceEmulator, type SpiceEmulator } from '../../src/emulator/spice/index.ts';
import type { Transport } from '../../src/http/contract.ts';
import { createDigester, type Digester } from '../../src/state/digest.ts';
import { createFakeHosts } from './fake-host.ts';
import { createMemoryFiles } from './memory-files.ts';
import { createSeededBytes } from './seeded-random.ts';
import { createVirtualClock, type VirtualClock } from './virtual-clock.ts';

/** One request as it went over the wire. */
export interface Sent {
  readonly host: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Once it was answered. */
  status: number | undefined;
}

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly sent: readonly Sent[];
}

/** Whole commands in this process against an account of each provider, on a virtual clock. */
export interface TwoAccounts {
  readonly clock: VirtualClock;
  readonly singlestore: SingleStoreEmulator;
  readonly spice: SpiceEmulator;
  readonly directory: string;
  env: Record<string, string>;
  /** Called with each request before it is answered; may answer it itself. */
  onRequest: (request: Sent) => { readonly status: number; readonly body?: string } | undefined;
  run(...argv: string[]): Promise<Ended>;
  write(files: Readonly<Record<string, string>>): void;
  close(): void;
}

const LOADED: readonly unknown[] = [
  runApply,
  runDestroy,
  runDrift,
  runExplain,
  runPlan,
  runStateList,
  runValidate,
];

/** Hosts of the two APIs, and of the exchange of credentials. */
export const SINGLESTORE_HOST = 'singlestore.example';
export const SPICE_HOST = 'spice.example';
export const LOGIN_HOST = 'login.example';

export const TOKENS = {
  SINGLESTOREDB_API_KEY: 'singlestore-key-of-the-tests',
  SPICEAI_TOKEN: 'spice-token-of-the-tests',
};
export const CLIENT = {
  SPICEAI_CLIENT_ID: 'client-of-the-tests',
  SPICEAI_CLIENT_SECRET: 'client-secret-of-the-tests',
};

/** Stretches the key once a state, and not in the thread pool, which the clock knows nothing of. */
function createSharedDigesters(): typeof createDigester {
  const known = new Map<string, Digester>();
  return ({ key, salt }) => {
    const made = known.get(salt) ?? createDigester({ key, salt });
    known.set(salt, made);
    return {
      sync: made.sync,
      matchesSync: made.matchesSync,
      digest: (plain) => made.digest(plain),
      matches: (plain, stored) => made.matches(plain, stored),
    };
  };
}

export function createTwoAccounts(
  options: {
    readonly emulated?: 'none' | 'fast';
    readonly spice?: 'none' | 'fast' | 'real';
  } = {},
): TwoAccounts {
  const clock = createVirtualClock();
  const emulated = options.emulated ?? 'fast';
  const singlestore = createSingleStoreEmulator({ clock, seed: 7, timing: emulated });
  const spice = createSpiceEmulator({ clock, seed: 7, timing: options.spice ?? emulated });
  const files = createMemoryFiles();
  const hosts = createFakeHosts();
  const digesters = createSharedDigesters();
  const random = createSeededBytes(7);
  const directory = mkdtempSync(join(tmpdir(), 'trueup-two-'));
  const wire: Sent[] = [];
  const transports = new Map<string, Transport>([
    [SINGLESTORE_HOST, inProcessTransport(singlestore)],
    [SPICE_HOST, inProcessTransport(spice)],
    [LOGIN_HOST, inProcessTransport(spice)],
  ]);
  const transport: Transport = async (request) => {
    const url = new URL(request.url);
    const sent: Sent = {
      host: url.host,
      method: request.method,
      path: url.pathname,
      headers: request.headers,
      body: request.body ?? '',
      status: undefined,
    };
    wire.push(sent);
    const own = world.onRequest(sent);
    const ask = transports.get(url.host);
    if (ask === undefined) throw new Error(`nobody is at ${url.host}`);
    const answer = own === undefined ? await ask(request) : { headers: {}, body: '', ...own };
    sent.status = answer.status;
    return answer;
  };
  const world: TwoAccounts = {
    clock,
    singlestore,
    spice,
    directory,
    env: {},
    onRequest: () => undefined,
    async run(...argv) {
      if (LOADED.includes(undefined)) throw new Error('the commands are not loaded');
      const from = wire.length;
      const out = { stdout: '', stderr: '' };
      const sink = (name: 'stdout' | 'stderr') => ({
        isTTY: false,
        write: (text: string) => {
          out[name] += text;
        },
      });
      const host = hosts.spawn();
      const ended = runCli(['node', 'trueup', ...argv], {
        stdout: sink('stdout'),
        stderr: sink('stderr'),
        env: {
          SINGLESTOREDB_MANAGEMENT_BASE_URL: `https://${SINGLESTORE_HOST}`,
          SPICEAI_API_ENDPOINT: `https://${SPICE_HOST}`,
          SPICEAI_OAUTH_ENDPOINT: `https://${LOGIN_HOST}/api/oauth/token`,
          TRUEUP_STATE_KEY: 'a state key of the tests',
          TRUEUP_TIMING: 'fast',
          ...world.env,
        },
        cwd: directory,
        canAsk: false,
        ask: () => Promise.resolve(''),
        clock,
        random,
        onInterrupt: () => () => undefined,
        machine: {
          files,
          host,
          createDigester: digesters,
          openWire: () => ({ transport, close: () => Promise.resolve() }),
        },
      });
      const code = await clock.run(ended);
      host.kill();
      return { code, ...out, sent: wire.slice(from) };
    },
    write(named) {
      for (const [name, text] of Object.entries(named)) {
        mkdirSync(dirname(join(directory, name)), { recursive: true });
        writeFileSync(join(directory, name), text);
      }
    },
    close() {
      singlestore.close();
      spice.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
  return world;
}
