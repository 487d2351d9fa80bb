import type { Clock } from '../core/clock.ts';
import { TrueupError } from '../core/errors.ts';
import type { GitCommand, GitResult, GitRunner } from './git-command.ts';

export interface GitRepositoryOptions {
  readonly run: GitRunner;
  /** Name of a remote that the repository has configured. */
  readonly remote: string;
  readonly clock: Clock;
  readonly redact: (text: string) => string;
}

/** Calls of git whose failures have names. */
export interface GitCalls {
  /** Gives whatever git answers. */
  run(command: GitCommand): Promise<GitResult>;
  /** Gives stdout of a call that stays on this machine. Throws `state-write-failed`. */
  local(command: GitCommand): Promise<Buffer>;
  /** Where these refs of the remote stand now. Throws `state-unreachable`. */
  listRemote(refs: readonly string[]): Promise<ReadonlyMap<string, string>>;
  unreachable(result: GitResult): TrueupError;
}

export function createGitCalls({ run, remote, redact }: GitRepositoryOptions): GitCalls {
  let opened: Promise<void> | undefined;

  /** A name that is no remote would be taken for a path or an address. */
  const open = async (): Promise<void> => {
    const result = await run({ args: ['remote', 'get-url', '--', remote] });
    if (result.status !== 0) throw unusable(result, remote, redact);
  };
  const calls: GitCalls = {
    async run(command) {
      opened ??= open();
      await opened;
      return run(command);
    },
    async local(command) {
      const result = await calls.run(command);
      if (result.status === 0) return result.stdout;
      throw failed(result, `git ${command.args[0] ?? ''}`, redact);
    },
    async listRemote(refs) {
      const result = await calls.run({ args: ['ls-remote', remote, ...refs], network: true });
      if (result.status !== 0) throw calls.unreachable(result);
      const lines = result.stdout.toString('utf8').split('\n');
      const found = lines.flatMap((text): [string, string][] => {
        const [oid = '', ref = ''] = text.split('\t');
        return refs.includes(ref) ? [[ref, oid]] : [];
      });
      return new Map(found);
    },
    unreachable: (result) => unreachable(result, remote, redact),
  };
  return calls;
}

const SAID_CHARS_MAX = 600;

/** Remotes are also written with a user and a password. */
function said(result: GitResult, redact: (text: string) => string): string {
  const text = result.stderr.replaceAll(/(:\/\/)[^/\s@]*@/g, '$1***@');
  const lines = redact(text)
    .split(/\s*[\r\n]+\s*/)
    .join('; ');
  const why = [result.failure, lines.slice(0, SAID_CHARS_MAX)];
  return why.filter((part) => part !== undefined && part !== '').join(': ');
}

function failed(result: GitResult, what: string, redact: (text: string) => string): TrueupError {
  return new TrueupError('state-write-failed', `${what} failed: ${said(result, redact)}`, {
    hint: 'make room or mend the permissions of the repository and run it again',
  });
}

function unusable(
  result: GitResult,
  remote: string,
  redact: (text: string) => string,
): TrueupError {
  if (result.missing === true) {
    return new TrueupError('state-git-unusable', 'git cannot be started', {
      hint: 'install git 2.29 or later, or keep the state in files: `state: { backend: file }`',
    });
  }
  return new TrueupError(
    'state-git-unusable',
    `the state is kept in git, and the remote '${remote}' cannot be used here: ${said(result, redact)}`,
    { hint: 'run it in a clone that has this remote, or set `state: { remote: NAME }`' },
  );
}

function unreachable(
  result: GitResult,
  remote: string,
  redact: (text: string) => string,
): TrueupError {
  return new TrueupError(
    'state-unreachable',
    `the state could not be exchanged with the remote '${remote}': ${said(result, redact)}`,
    {
      hint: 'check the network and that git may push there: `git push` must work without a prompt',
    },
  );
}
