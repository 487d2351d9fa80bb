import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runHere } from './run-here.ts';

/** The checkout. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
/** The built command line program; `npm test` builds it before the tests run. */
export const cliPath = join(root, 'dist', 'src', 'cli.js');

const CLI_DEADLINE_MS = 60_000;
/** Between two looks at the log of the emulator; often enough to tell its requests apart. */
const POLL_MS = 5;

/** The environment without the caller's accounts, settings and colours. */
export function cleanEnv(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  const env: Record<string, string> = {};
  const dropped =
    /^(?:SINGLESTOREDB_|TRUEUP_|GITHUB_|NODE_OPTIONS$|FORCE_COLOR$|NO_COLOR$|CI$|VITEST)/;
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && !dropped.test(name)) env[name] = value;
  }
  return { ...env, ...extra };
}

export interface CliResult {
  /** Exit code, or the signal that ended it. */
  readonly code: number | NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCli {
  readonly child: ChildProcess;
  /** What it printed so far. */
  readonly seen: () => { readonly stdout: string; readonly stderr: string };
  readonly done: Promise<CliResult>;
}

export interface CliOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts the built CLI without a terminal. */
export function startCli(args: readonly string[], { cwd, env }: CliOptions): RunningCli {
  const child = spawn(process.execPath, [cliPath, ...args], {
    cwd,
    env: env ?? cleanEnv(),
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: CLI_DEADLINE_MS,
    killSignal: 'SIGKILL',
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const done = new Promise<CliResult>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      resolve({ code: signal ?? code, stdout, stderr });
    });
  });
  return { child, seen: () => ({ stdout, stderr }), done };
}

/** For what a test begins with: throws, with everything that was printed, unless it exits 0. */
export async function succeeded(run: Promise<CliResult>): Promise<CliResult> {
  const result = await run;
  if (result.code === 0) return result;
  throw new Error(`exit ${String(result.code)}\n${result.stdout}\n${result.stderr}`);
}

export interface LogEntry {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly committed: boolean;
}

export interface Snapshot {
  readonly type: string;
  readonly id: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly hidden: Readonly<Record<string, unknown>>;
}

/** An emulated account in a process of its own, steered over its control endpoint. */
export interface Account {
  readonly url: string;
  /** The environment in which the CLI talks to it. */
  readonly env: Record<string, string>;
  control(name: string, input?: unknown): Promise<unknown>;
  log(): Promise<readonly LogEntry[]>;
  /** Live objects of one type. */
  objects(type: string): Promise<readonly Snapshot[]>;
  /** The only live object of a type with this name. */
  named(type: string, name: string): Promise<Snapshot>;
  /** Resolves when the log holds an entry that fits. */
  logged(fits: (entry: LogEntry) => boolean, count?: number): Promise<void>;
  stop(): Promise<void>;
}

/** Starts `trueup emulate singlestore` on a free port. */
export async function startAccount(args: readonly string[] = []): Promise<Account> {
  const child = spawn(
    process.execPath,
    [cliPath, 'emulate', 'singlestore', '--port', '0', '--seed', '7', '--quiet', ...args],
    { env: cleanEnv(), stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const url = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.once('error', reject);
    child.once('exit', (code) => {
      reject(new Error(`the emulator ended with ${String(code)}`));
    });
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (text.includes('\n')) resolve((JSON.parse(text) as { url: string }).url);
    });
  });
  return accountAt(url, () => endOf(child));
}

function endOf(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) {
      resolve();
      return;
    }
    child.once('exit', () => {
      resolve();
    });
    child.kill('SIGTERM');
  });
}

function accountAt(url: string, stop: () => Promise<void>): Account {
  const get = async (name: string): Promise<unknown> =>
    (await fetch(`${url}/__control/${name}`)).json();
  const account: Account = {
    url,
    env: cleanEnv({
      SINGLESTOREDB_MANAGEMENT_BASE_URL: url,
      SINGLESTOREDB_API_KEY: 'e2e-key-0123456789',
      TRUEUP_TIMING: 'fast',
    }),
    async control(name, input = {}) {
      const body = JSON.stringify(input);
      const response = await fetch(`${url}/__control/${name}`, { method: 'POST', body });
      const text = await response.text();
      if (!response.ok) throw new Error(`control ${name}: ${response.status} ${text}`);
      return JSON.parse(text);
    },
    log: async () => (await get('log')) as readonly LogEntry[],
    async objects(type) {
      const all = (await get('state')) as readonly Snapshot[];
      return all.filter((object) => object.type === type);
    },
    async named(type, name) {
      const found = (await account.objects(type)).filter(({ fields }) => fields['name'] === name);
      const [only] = found;
      if (only === undefined || found.length > 1)
        throw new Error(`${found.length} objects of type ${type} have the name ${name}`);
      return only;
    },
    async logged(fits, count = 1) {
      for (;;) {
        if ((await account.log()).filter((entry) => fits(entry)).length >= count) return;
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
    },
    stop,
  };
  return account;
}

/** A temporary stack directory, with the CLI to run in it. */
export interface TestStack {
  readonly directory: string;
  write(files: Readonly<Record<string, string>>): void;
  start(args: readonly string[], extra?: Readonly<Record<string, string>>): RunningCli;
  /** Runs to the end. */
  run(args: readonly string[], extra?: Readonly<Record<string, string>>): Promise<CliResult>;
  remove(): void;
}

/** Commands that talk to an account get `--rate`, so that tests do not wait for a slow start. */
const CONNECTED = new Set(['plan', 'apply', 'destroy', 'drift', 'import']);

function withRate(args: readonly string[]): readonly string[] {
  const rate = CONNECTED.has(args[0] ?? '') && !args.includes('--rate');
  return rate ? [...args, '--rate', '500'] : args;
}

/** `here`: `run` is a command of this process. For tests of which the process is no part. */
export function createStack(
  account: Account,
  files: Readonly<Record<string, string>>,
  where: 'process' | 'here' = 'process',
): TestStack {
  const directory = mkdtempSync(join(tmpdir(), 'trueup-e2e-'));
  const stack: TestStack = {
    directory,
    write(more) {
      for (const [name, text] of Object.entries(more)) {
        mkdirSync(dirname(join(directory, name)), { recursive: true });
        writeFileSync(join(directory, name), text);
      }
    },
    start(args, extra = {}) {
      return startCli(withRate(args), { cwd: directory, env: { ...account.env, ...extra } });
    },
    run(args, extra = {}) {
      if (where === 'process') return stack.start(args, extra).done;
      return runHere(withRate(args), { cwd: directory, env: { ...account.env, ...extra } });
    },
    remove: () => {
      rmSync(directory, { recursive: true, force: true });
    },
  };
  stack.write(files);
  return stack;
}

/** A copy of an example stack, without the state of whoever tried it. */
export function copyExample(account: Account, name: string): TestStack {
  const stack = createStack(account, {});
  cpSync(join(root, 'examples', 'stacks', name), stack.directory, {
    recursive: true,
    filter: (source) => !source.endsWith('.trueup'),
  });
  return stack;
}

/** The smallest stack that has a create, a reference, a set and a secret. */
export const SMALL: Readonly<Record<string, string>> = {
  'trueup.yaml': `stack: small
variables:
  password: { type: string, sensitive: true, fromEnv: SMALL_PASSWORD }
outputs:
  endpoint: { value: "\${workspaces.app.endpoint}" }
`,
  'main.yaml': `workspaceGroups:
  main:
    provider: AWS
    regionName: us-east-1
    firewallRanges: [203.0.113.0/24]
    adminPassword: { fromEnv: SMALL_ADMIN_PASSWORD }
workspaces:
  app: { workspaceGroup: main, size: S-00 }
teams:
  readers: { description: Reads, members: { users: [ann@acme.example], teams: [] } }
secrets:
  DSN: { value: "mysql://app:\${var.password}@\${workspaces.app.endpoint}/db" }
`,
};

export const SMALL_ENV: Readonly<Record<string, string>> = {
  SMALL_PASSWORD: 'app-pa55-for-tests',
  SMALL_ADMIN_PASSWORD: 'Tr1cky-Adm1n-Value!',
};
