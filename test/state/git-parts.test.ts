import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { parseBatch } from '../../src/state/git-batch.ts';
import { createGitCalls } from '../../src/state/git-calls.ts';
import type { GitResult } from '../../src/state/git-command.ts';
import { createGitLock, readHolder } from '../../src/state/git-lock.ts';
import { commitMessage } from '../../src/state/git-message.ts';
import { createGitRunner } from '../../src/state/git-process.ts';
import { createGitRepository } from '../../src/state/git-repository.ts';
import {
  areLinesSealed,
  lastSeal,
  sealLines,
  sealState,
  signatureOf,
} from '../../src/state/seal.ts';
import { createTrust } from '../../src/state/trust.ts';
import { createMemoryFiles } from '../_helpers/memory-files.ts';
import { createVirtualClock } from '../_helpers/virtual-clock.ts';

const OID = 'a'.repeat(40);
const REF = 'refs/trueup/shop/default';
const LOCK = 'refs/trueup-locks/shop/default';
const ok = (stdout = ''): GitResult => ({ status: 0, stdout: Buffer.from(stdout), stderr: '' });
const bad = (more: Partial<GitResult> = {}): GitResult => ({
  status: 128,
  stdout: Buffer.alloc(0),
  stderr: 'fatal: https://ann:hidden@git.example/shop is gone\n',
  ...more,
});
const HOLDER = {
  id: 'one',
  host: 'here',
  pid: 1,
  processStart: '1',
  operation: 'apply',
  user: 'ann',
  acquiredAtMs: 0,
  renewedAtMs: 0,
  leaseMs: 60_000,
};

/** A repository whose git answers by the first word of its arguments. */
function parts(answers: Readonly<Record<string, GitResult>>) {
  const asked: string[] = [];
  const options = {
    run: (command: { readonly args: readonly string[] }): Promise<GitResult> => {
      asked.push(command.args.join(' '));
      return Promise.resolve(answers[command.args[0] ?? ''] ?? ok());
    },
    remote: 'origin',
    clock: createVirtualClock(0),
    redact: (text: string) => text.replaceAll('hidden', '***'),
  };
  return { options, asked };
}

describe('calls of git', () => {
  it.each([
    ['is not installed', { remote: bad({ missing: true }) }, 'install git 2.29'],
    ['has no such remote', { remote: bad() }, "the remote 'origin' cannot be used here"],
  ])('say that it %s', async (_, answers, text) => {
    const error: unknown = await createGitCalls(parts(answers).options)
      .run({ args: ['mktree'] })
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'state-git-unusable' });
    expect(JSON.stringify([String(error), (error as { hint: string }).hint])).toContain(text);
    expect(String(error)).not.toContain('ann:');
  });

  it('that fail on this machine and those that fail on the remote have other names', async () => {
    const { options } = parts({
      mktree: bad({ failure: 'gave too much output' }),
      'ls-remote': bad(),
    });
    const calls = createGitCalls(options);
    await expect(calls.local({ args: ['mktree'] })).rejects.toMatchObject({
      code: 'state-write-failed',
      message: expect.stringContaining('git mktree failed: gave too much output: fatal') as string,
    });
    await expect(calls.listRemote([REF])).rejects.toMatchObject({ code: 'state-unreachable' });
  });

  it('take no ref for another one', async () => {
    const { options } = parts({ 'ls-remote': ok(`${OID}\t${REF}\n${OID}\t${REF}-2\n\n`) });
    expect([...(await createGitCalls(options).listRemote([REF]))]).toEqual([[REF, OID]]);
  });

  it('without a program to start end by saying so', async () => {
    const run = createGitRunner({ directory: tmpdir(), environment: { PATH: '/nowhere' } });
    const result = await run({ args: ['version'] });
    expect(result).toMatchObject({
      status: undefined,
      missing: true,
      failure: 'cannot be started',
    });
  });
});

describe('a ref that is read', () => {
  it('and moves each time is given up after some looks', async () => {
    const { options, asked } = parts({
      'ls-remote': ok(`${OID}\t${REF}\n`),
      'cat-file': ok(`${OID} missing\n`),
      'rev-parse': ok('true\n'),
    });
    const reading = createGitRepository(options).read({ [REF]: ['state.json'] });
    await expect(reading).rejects.toMatchObject({
      code: 'state-unreachable',
      message: expect.stringContaining('moves') as string,
    });
    const fetched = asked.filter((text) => text.startsWith('fetch'));
    expect(fetched).toHaveLength(4);
    expect(fetched[0]).toContain('--depth=2');
  });

  it('fails when the remote does not give what it named', async () => {
    const { options } = parts({
      'ls-remote': ok(`${OID}\t${REF}\n`),
      'cat-file': ok(`${OID} missing\n`),
      'rev-parse': ok('false\n'),
      fetch: bad(),
    });
    await expect(createGitRepository(options).read({ [REF]: [] })).rejects.toMatchObject({
      code: 'state-unreachable',
    });
  });

  it('is taken apart as far as it came', () => {
    expect(parseBatch(Buffer.from(`${OID} blob 2\nhi\nwhat\n${OID} bl`))).toEqual([
      { isThere: true, oid: OID, type: 'blob', text: 'hi' },
      { isThere: false },
    ]);
  });
});

describe('a lock in git', () => {
  it.each([
    ['nothing', undefined, 0, false],
    ['no text', '', 0, true],
    ['a list', '[]', 0, true],
    ['no number', '{"holder":null}', 0, true],
    ['nobody', '{"number":3,"holder":null}', 3, false],
    ['somebody unreadable', '{"number":3,"holder":{}}', 3, true],
  ])('that says %s is read', (_, text, number, isHeld) => {
    const stored = readHolder(text);
    expect([stored.number, stored.info !== undefined]).toEqual([number, isHeld]);
  });

  it('is not taken, kept or given back by whom it does not belong to', async () => {
    const { options, asked } = parts({ 'ls-remote': ok('') });
    const lock = createGitLock(createGitRepository(options), LOCK);
    await lock.current();
    expect(await lock.create(7, HOLDER, 'one')).toBe(false);
    expect(await lock.renew(7, HOLDER)).toBe(false);
    await lock.release(7);
    expect(asked.filter((text) => text.startsWith('push'))).toEqual([]);
    expect(lock.oid()).toBeUndefined();
  });
});

describe('a commit of the state', () => {
  const state = {
    version: 1,
    lineage: 'l',
    stack: 'shop',
    environment: 'default',
    serial: 4,
    salt: '',
    providers: {},
    resources: {},
  };
  const stored = { state, intents: [] } as unknown as Parameters<typeof commitMessage>[1];

  it('names the run, its page, and whether it goes on, in one line each', () => {
    const info = { ...HOLDER, user: 'ann\nSigned-off-by: eve', runUrl: 'https://ci.example/1' };
    const text = commitMessage(info, stored, [], false);
    expect(text).toContain('serial 4, running');
    expect(text).toContain('Run-Url: https://ci.example/1\n');
    expect(text).not.toMatch(/^Signed-off-by/m);
    expect(commitMessage(HOLDER, stored, [], true)).not.toContain('Run-Url');
  });
});

const sign = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('a seal', () => {
  it('is absent without a key, and of one line on the next', () => {
    expect(sealState('{\n}', undefined)).toBe('{\n}');
    expect(sealLines('{"a":1}\n', '', undefined)).toBe('{"a":1}\n');
    expect(signatureOf('{}')).toBeUndefined();
    expect(lastSeal('', 'before')).toBe('before');
    expect(lastSeal('{"a":1}\n', 'before')).toBe('before');
    const lines = sealLines('{"a":1}\n{"b":2}\n', '', sign);
    expect(areLinesSealed(lines, undefined, [sign])).toBe(true);
    expect(lastSeal(lines, '')).toBe(/"mac":"([^"]*)"\}\n$/.exec(lines)?.[1]);
  });

  it('breaks by a line without one behind one that has it, and by another key', () => {
    const lines = sealLines('{"a":1}\n', '', sign);
    expect(areLinesSealed(`{"x":0}\n${lines}`, undefined, [sign])).toBe(true);
    expect(areLinesSealed(`${lines}{"x":0}\n`, undefined, [sign])).toBe(false);
    expect(areLinesSealed('{"x":0}\n', 'signed', [sign])).toBe(false);
    expect(areLinesSealed(lines, undefined, [(text) => sign(`${text}!`)])).toBe(false);
  });
});

const place = (files: ReturnType<typeof createMemoryFiles>) => ({
  files,
  directory: '/stack/.trueup/default',
  signer: () => Promise.resolve([sign]),
});

describe('a state that was signed and seen here', () => {
  it('is missed when it is gone, and forgotten when its memory is', async () => {
    const files = createMemoryFiles();
    const before = createTrust(place(files));
    expect(await before.check(undefined, 'of the shop')).toEqual([]);
    await before.saw({ lineage: 'l', serial: 3 });
    const after = createTrust(place(files));
    await after.prepare();
    await expect(after.check(undefined, 'of the shop')).rejects.toMatchObject({
      code: 'state-untrusted',
      message: 'the state of the shop is gone, and was there before',
    });
    expect(await createTrust(place(createMemoryFiles())).check(undefined, 'x')).toEqual([]);
  });

  it('is read without a key as it is', async () => {
    const trust = createTrust({ ...place(createMemoryFiles()), signer: undefined });
    await trust.prepare();
    await trust.saw({ lineage: 'l', serial: 3 });
    expect(await trust.check(undefined, 'x')).toEqual([]);
    expect(await trust.signerOf('salt')).toBeUndefined();
  });
});
