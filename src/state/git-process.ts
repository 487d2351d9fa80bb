import { spawn, type ChildProcess } from 'node:child_process';
import { hasCode } from './files.ts';
import type { GitCommand, GitResult, GitRunner } from './git-command.ts';

/** Deadline of a call that stays on this machine, milliseconds. */
const LOCAL_MS_MAX = 60_000;
/** Deadline of a call that talks to the remote, milliseconds. */
const NETWORK_MS_MAX = 60_000;
/** Bytes of stdout: a state of 100 000 resources has some 100 MB. */
const BYTES_MAX = 400 * 1024 * 1024;
const STDERR_BYTES_MAX = 65_536;

type Environment = Readonly<Record<string, string | undefined>>;

/** They would lead git to another repository, index or set of objects, or fill its output. */
const REDIRECTING =
  /^GIT_(DIR|WORK_TREE|INDEX_FILE|INDEX_VERSION|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|COMMON_DIR|NAMESPACE|PREFIX|QUARANTINE_PATH|CEILING_DIRECTORIES|SHALLOW_FILE|GRAFT_FILE|REPLACE_REF_BASE|LITERAL_PATHSPECS|(AUTHOR|COMMITTER)_.*|TRACE.*|CURL_VERBOSE|REDIRECT_.*|EDITOR|SEQUENCE_EDITOR|PAGER|PUSH_OPTION.*)$/;

/** Nothing of what a repository may have configured runs beside, and nothing waits for a user. */
const SETTINGS = [
  ['core.hooksPath', '/dev/null'],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  ['push.recurseSubmodules', 'no'],
  ['push.gpgSign', 'false'],
  ['fetch.recurseSubmodules', 'no'],
  ['color.ui', 'false'],
  ['i18n.commitEncoding', 'UTF-8'],
].flatMap(([name = '', value = '']) => ['-c', `${name}=${value}`]);

/**
 * The system's git in a directory. `environment` is what it may know: the caller has taken trueup's
 * credentials out. It runs in a session of its own, without a terminal and without stdin of ours,
 * so that neither it nor ssh can ask anybody; a call ends after its deadline, with all it started.
 */
export function createGitRunner(options: {
  readonly directory: string;
  readonly environment: Environment;
  readonly networkMsMax?: number;
}): GitRunner {
  const kept = Object.entries(options.environment).filter(([name]) => !REDIRECTING.test(name));
  const environment = {
    ...Object.fromEntries(kept),
    GIT_TERMINAL_PROMPT: '0',
    SSH_ASKPASS_REQUIRE: 'never',
    GCM_INTERACTIVE: 'never',
    GIT_OPTIONAL_LOCKS: '0',
    LC_ALL: 'C',
    LANGUAGE: '',
  };
  return (command) => {
    const msMax =
      command.network === true ? (options.networkMsMax ?? NETWORK_MS_MAX) : LOCAL_MS_MAX;
    const variables = { ...environment, ...command.variables };
    return run(command, msMax, options.directory, variables);
  };
}

function run(
  command: GitCommand,
  msMax: number,
  directory: string,
  env: Environment,
): Promise<GitResult> {
  return new Promise((done) => {
    const child = spawn('git', [...SETTINGS, ...command.args], {
      cwd: directory,
      env,
      shell: false,
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    });
    const output: Buffer[] = [];
    const errors: Buffer[] = [];
    let [size, errorSize] = [0, 0];
    let failure: string | undefined;
    const end = (why: string): void => {
      failure ??= why;
      killGroup(child);
    };
    const timer = setTimeout(() => end('did not end in time'), msMax);
    const kill = (): void => killGroup(child);
    process.once('exit', kill);
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > BYTES_MAX) end('gave too much output');
      else output.push(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      errorSize += chunk.length;
      if (errorSize <= STDERR_BYTES_MAX) errors.push(chunk);
    });
    const finish = (result: Pick<GitResult, 'status' | 'failure' | 'missing'>): void => {
      clearTimeout(timer);
      process.off('exit', kill);
      const stderr = Buffer.concat(errors).toString('utf8').trim();
      done({ ...result, stdout: Buffer.concat(output), stderr });
    };
    child.on('error', (error) => {
      const missing = hasCode(error, 'ENOENT');
      finish({ status: undefined, failure: 'cannot be started', missing });
    });
    child.on('close', (status, signal) => {
      if (failure === undefined && status !== null) finish({ status });
      else finish({ status: undefined, failure: failure ?? `was ended by ${String(signal)}` });
    });
    // A git that ends before it has read everything is judged by its status.
    child.stdin.on('error', () => undefined);
    child.stdin.end(command.input ?? '');
  });
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}
