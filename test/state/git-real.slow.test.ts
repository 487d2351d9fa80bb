import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSystemClock } from '../../src/http/system-clock.ts';
import { createGitRunner } from '../../src/state/git-process.ts';
import { gitRefs } from '../../src/state/git-refs.ts';
import { createFakeHosts } from '../_helpers/fake-host.ts';
import { createGitRemote, GIT_ENV, type GitRemote } from '../_helpers/git-remote.ts';
import { createMemoryFiles } from '../_helpers/memory-files.ts';
import { makeIntent, put } from './backend-suite.ts';
import { openGitState, STATE_REF } from './open-git-state.ts';

const A = 'singlestore.workspaces.a';

describe('git itself', () => {
  const hosts = createFakeHosts();
  let remote: GitRemote;
  let full: string;
  let shallow: string;

  beforeAll(() => {
    remote = createGitRemote((directory) => {
      writeFileSync(join(directory, 'trueup.yaml'), 'stack: acme\n');
    });
    full = remote.clone('full');
    shallow = remote.clone('shallow', 'shallow');
  });
  afterAll(() => {
    remote.remove();
  });

  const open = (
    directory: string,
    options: {
      readonly environment?: string;
      readonly env?: Readonly<Record<string, string>>;
      readonly networkMsMax?: number;
    } = {},
  ) => {
    const { env = {}, environment = 'prod', ...rest } = options;
    return openGitState({
      run: createGitRunner({ directory, environment: { ...GIT_ENV, ...env }, ...rest }),
      files: createMemoryFiles(),
      clock: createSystemClock(),
      host: hosts.spawn(),
      environment,
    });
  };
  /** What a user could notice in a clone. */
  const look = (directory: string) => ({
    status: remote.git(directory, '--no-optional-locks', 'status', '--porcelain'),
    head: remote.git(directory, 'rev-parse', 'HEAD'),
    refs: remote.git(directory, 'for-each-ref'),
    index: readFileSync(join(directory, '.git', 'index')),
    indexAt: statSync(join(directory, '.git', 'index')).mtimeMs,
    config: readFileSync(join(directory, '.git', 'config'), 'utf8'),
    fetched: existsSync(join(directory, '.git', 'FETCH_HEAD')),
    shallow: remote.git(directory, 'rev-parse', '--is-shallow-repository'),
    history: remote.git(directory, 'log', '--format=%H'),
  });

  it('carries the state between a full and a shallow clone, and leaves both as they were', async () => {
    const before = [look(full), look(shallow)];
    const first = open(full);
    let lock = await first.lock('apply', 0);
    await first.appendIntents([makeIntent(A, '1')]);
    await expect(open(shallow).lock('apply', 0)).rejects.toMatchObject({ code: 'state-locked' });
    const seen = await open(shallow).load();
    expect(seen.intents.map(({ attempt }) => attempt)).toEqual(['1']);
    expect(seen.lock?.operation).toBe('apply');
    await first.append([put('a')]);
    await first.fold();
    await lock.release();

    const next = open(shallow);
    lock = await next.lock('apply', 0);
    await next.append([put('b')]);
    await next.fold();
    await lock.release();
    const left = open(full);
    lock = await left.lock('apply', 0);
    await left.appendIntents([makeIntent('singlestore.workspaces.c', '2')]);
    await lock.release();
    const last = open(remote.clone('later', 'shallow'));
    lock = await last.lock('apply', 0);
    await last.append([put('c')]);
    await last.fold();
    await lock.release();

    const { state, lock: holder } = await open(full).load();
    expect([Object.keys(state.resources).length, state.serial, holder]).toEqual([3, 3, undefined]);
    expect(remote.git(remote.bare, 'log', '--format=%s', STATE_REF)).toBe(
      'apply acme/prod: serial 3\napply acme/prod: serial 2\napply acme/prod: serial 1\n',
    );
    expect([look(full), look(shallow)]).toEqual(before);
  });

  it('rejects a push when somebody else has written the state', async () => {
    const process = open(full, { environment: 'taken' });
    await process.lock('apply', 0);
    await process.appendIntents([makeIntent(A, '1')]);
    const ref = gitRefs('acme', 'taken').state;
    remote.git(remote.bare, 'update-ref', ref, 'refs/heads/main');
    await expect(process.appendIntents([makeIntent(A, '2')])).rejects.toMatchObject({
      code: 'state-lock-lost',
    });
    expect(remote.git(remote.bare, 'rev-parse', ref)).toBe(remote.git(full, 'rev-parse', 'HEAD'));
  });

  it('takes any name of an environment, and stays below its refs', async () => {
    const hostile = '../../heads/main.lock ~^:?*[\\@{-ü\n$(x)';
    const process = open(full, { environment: hostile });
    await process.lock('apply', 0);
    await process.appendIntents([makeIntent(A, '1')]);
    expect((await open(shallow, { environment: hostile }).load()).intents).toHaveLength(1);
    const names = remote.git(remote.bare, 'for-each-ref', '--format=%(refname)').trim().split('\n');
    expect(names.filter((name) => !/^refs\/trueup(-locks)?\/acme\/[^/]+$/.test(name))).toEqual([
      'refs/heads/main',
    ]);
  });

  it('runs no hook of the clone, and is not led elsewhere by the environment', async () => {
    const hooked = remote.clone('hooked');
    for (const name of ['pre-push', 'reference-transaction']) {
      const path = join(hooked, '.git', 'hooks', name);
      writeFileSync(path, '#!/bin/sh\nexit 1\n');
      chmodSync(path, 0o755);
    }
    const process = open(hooked, {
      environment: 'hooked',
      env: { GIT_DIR: '/nowhere', GIT_WORK_TREE: '/nowhere', GIT_TRACE: '1' },
    });
    await process.lock('apply', 0);
    await expect(process.appendIntents([makeIntent(A, '1')])).resolves.toBeUndefined();
  });

  it('says what is the matter', async () => {
    const refusing = createGitRemote();
    try {
      const hook = join(refusing.bare, 'hooks', 'pre-receive');
      writeFileSync(hook, '#!/bin/sh\necho "the office says no to hunter2" >&2\nexit 1\n');
      chmodSync(hook, 0o755);
      const clone = refusing.clone('clone');
      const refused = open(clone).lock('apply', 0);
      await expect(refused).rejects.toMatchObject({ code: 'state-unreachable' });
      await expect(refused).rejects.toThrow(/the office says no to \*\*\*/);

      refusing.git(clone, 'remote', 'set-url', 'origin', '/nowhere/at/all');
      await expect(open(clone).load()).rejects.toMatchObject({ code: 'state-unreachable' });
      const hanging = { env: { GIT_SSH_COMMAND: 'sleep 60 #' }, networkMsMax: 100 };
      refusing.git(clone, 'remote', 'set-url', 'origin', 'ssh://ann:hunter2@git.example/x.git');
      await expect(open(clone, hanging).load()).rejects.toThrow(/did not end in time/);
      refusing.git(clone, 'remote', 'rename', 'origin', 'upstream');
      await expect(open(clone).load()).rejects.toMatchObject({ code: 'state-git-unusable' });
      await expect(open(refusing.directory).load()).rejects.toThrow(/not a git repository/);
      const without = open(clone, { env: { PATH: '/nowhere' } }).load();
      await expect(without).rejects.toThrow('git cannot be started');
    } finally {
      refusing.remove();
    }
  });
});

describe('the refs of a state', () => {
  it('are never those of another', () => {
    expect(gitRefs('acme', 'prod')).toEqual({
      state: 'refs/trueup/acme/prod',
      lock: 'refs/trueup-locks/acme/prod',
    });
    const names = ['a', 'a.lock', 'a%2Elock', 'a/b', 'a%2Fb', '..', '.', '-x', 'A'];
    const refs = names.flatMap((name) => names.map((other) => gitRefs(name, other).state));
    expect(new Set(refs).size).toBe(refs.length);
    for (const ref of refs) expect(ref).toMatch(/^refs\/trueup\/[\w%-]+\/[\w%-]+$/);
  });
});
