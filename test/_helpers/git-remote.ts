import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A bare repository with one commit on `main`, and clones of it. */
export interface GitRemote {
  readonly directory: string;
  readonly bare: string;
  /** A clone; `shallow` as pipelines make them. */
  clone(name: string, depth?: 'shallow'): string;
  git(cwd: string, ...args: readonly string[]): string;
  remove(): void;
}

/** The environment without whatever the caller has configured for git. */
export const GIT_ENV: Readonly<Record<string, string>> = {
  PATH: process.env['PATH'] ?? '',
  HOME: tmpdir(),
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
};

function git(cwd: string, ...args: readonly string[]): string {
  return execFileSync(
    'git',
    ['-c', 'user.name=ann', '-c', 'user.email=ann@acme.example', ...args],
    {
      cwd,
      env: GIT_ENV,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
}

export function createGitRemote(files: (directory: string) => void = () => undefined): GitRemote {
  const directory = mkdtempSync(join(tmpdir(), 'trueup-git-'));
  const bare = join(directory, 'remote.git');
  const first = join(directory, 'first');
  git(directory, 'init', '-q', '--bare', '-b', 'main', bare);
  git(directory, 'init', '-q', '-b', 'main', first);
  files(first);
  git(first, 'add', '-A');
  git(first, 'commit', '-q', '--allow-empty', '-m', 'one');
  git(first, 'commit', '-q', '--allow-empty', '-m', 'two');
  git(first, 'push', '-q', bare, 'main');
  return {
    directory,
    bare,
    git,
    clone(name, depth) {
      const path = join(directory, name);
      const limit = depth === 'shallow' ? ['--depth=1'] : [];
      git(directory, 'clone', '-q', ...limit, pathToFileURL(bare).href, path);
      return path;
    },
    remove: () => {
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
