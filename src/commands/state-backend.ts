import { join } from 'node:path';
import type { Emit } from '../core/event.ts';
import type { Redactor } from '../core/redactor.ts';
import type { Timing } from '../core/timing.ts';
import { credentialVariablesOf } from '../providers/contract.ts';
import { PROVIDERS } from '../providers/registry.ts';
import type { UnlockableBackend } from '../state/contract.ts';
import { createDigester, type Digester } from '../state/digest.ts';
import { createFileBackend } from '../state/file-backend.ts';
import { createNodeFiles } from '../state/node-files.ts';
import { readNodeHost } from '../state/node-host.ts';
import type { Signer } from '../state/trust.ts';
import type { CommandIo } from './command-io.ts';
import type { LoadedFiles } from './stack-loading.ts';

/** The digester of a state by its salt: the key is stretched once a run. */
export type Digesters = (salt: string) => Digester;

export function createDigesters(io: CommandIo): Digesters {
  const { TRUEUP_STATE_KEY: key, TRUEUP_STATE_KEY_OLD: keyBefore } = io.env;
  const create = io.machine?.createDigester ?? createDigester;
  const made = new Map<string, Digester>();
  return (salt) => {
    const digester = made.get(salt) ?? create({ key, keyBefore, salt });
    made.set(salt, digester);
    return digester;
  };
}

/** The backend that the stack's `state` asks for; below `.trueup/<environment>` on this machine. */
export async function openBackend(
  io: CommandIo,
  files: LoadedFiles,
  run: {
    readonly emit: Emit;
    readonly redactor: Redactor;
    readonly timing: Timing;
    readonly digesters: Digesters;
  },
): Promise<UnlockableBackend> {
  const { name: stack, environment, stateBackend, stateRemote } = files.stack;
  const runUrl = runUrlOf(io.env);
  const directory = join(files.directory, '.trueup', environment);
  const options = {
    files: io.machine?.files ?? createNodeFiles(),
    stack,
    environment,
    clock: io.clock,
    random: io.random,
    host: io.machine?.host ?? (await readNodeHost(runUrl === undefined ? {} : { runUrl })),
    redact: (text: string): string => run.redactor.scrub(text),
    leaseMs: run.timing.leaseMs,
    emit: run.emit,
    signer: signerOf(io, run.digesters),
  };
  if (stateBackend === 'file') return createFileBackend({ ...options, directory });
  const { createGitBackend } = await import('../state/git-backend.ts');
  const { createGitRunner } = await import('../state/git-process.ts');
  const environmentOfGit = withoutCredentials(io.env);
  return createGitBackend({
    ...options,
    directory: join(directory, 'git'),
    remote: stateRemote ?? 'origin',
    run:
      io.machine?.git?.(files.directory) ??
      createGitRunner({ directory: files.directory, environment: environmentOfGit }),
  });
}

/** `TRUEUP_STATE_KEY_OLD`: the key before, while a state that it signed is still about. */
function signerOf(io: CommandIo, digesters: Digesters): Signer | undefined {
  const { TRUEUP_STATE_KEY: key, TRUEUP_STATE_KEY_OLD: old } = io.env;
  if (key === undefined || key === '') return undefined;
  return async (salt) => {
    const before = old === undefined || old === '' ? [] : [createDigester({ key: old, salt })];
    const all = [digesters(salt), ...before];
    await Promise.all(all.map(async (digester) => digester.prepare?.()));
    return all.flatMap(({ sign }) => sign ?? []);
  };
}

/** Git and its helpers know neither the API keys nor the key of the state; proxies are theirs too. */
function withoutCredentials(env: CommandIo['env']): CommandIo['env'] {
  const own = PROVIDERS.flatMap(credentialVariablesOf);
  const kept = Object.entries(env).filter(
    ([name]) => !own.includes(name) && !name.startsWith('TRUEUP_'),
  );
  return Object.fromEntries(kept);
}

function runUrlOf(env: CommandIo['env']): string | undefined {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = env;
  if (server === undefined || repository === undefined || run === undefined) return undefined;
  return `${server}/${repository}/actions/runs/${run}`;
}
