import type * as FsPromises from 'node:fs/promises';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createNodeFiles } from '../../src/state/node-files.ts';
import { systemError } from '../_helpers/memory-files.ts';

/** Errors to throw by the next calls of these functions, once each. */
const { errors, failing } = vi.hoisted(() => {
  const next = new Map<string, Error>();
  return {
    errors: next,
    failing:
      <A extends unknown[], R>(name: string, work: (...input: A) => Promise<R>) =>
      (...input: A): Promise<R> => {
        const error = next.get(name);
        if (error === undefined || (name === 'open' && input[1] !== 'r')) return work(...input);
        next.delete(name);
        return Promise.reject(error);
      },
  };
});

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof FsPromises>();
  return {
    ...real,
    rename: failing('rename', real.rename),
    open: failing('open', real.open),
    readFile: failing('readFile', real.readFile as never),
  };
});

describe('the files of this machine', () => {
  const files = createNodeFiles();
  let root: string;
  const at = (name: string): string => join(root, name);

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'trueup-files-'));
  });

  afterEach(async () => {
    errors.clear();
    await rm(root, { recursive: true, force: true });
  });

  const prepare = async (name: string): Promise<void> => {
    await files.makeDirectory(at(name));
    await files.write(at(`${name}/holder`), name);
  };

  it('read, append, cut and replace', async () => {
    expect(await files.read(at('a'))).toBeUndefined();
    await files.append(at('a'), 'one\n');
    await files.append(at('a'), 'two\n');
    await files.sync(at('a'));
    await files.sync(at('a'));
    expect(await files.read(at('a'))).toBe('one\ntwo\n');
    await files.truncate(at('a'), 4);
    expect(await files.read(at('a'))).toBe('one\n');
    await files.write(at('b'), 'new');
    await files.rename(at('b'), at('a'));
    expect(await files.read(at('a'))).toBe('new');
    expect(await files.list(root)).toEqual(['a']);
    await files.remove(at('a'));
    await files.remove(at('a'));
    expect(await files.list(root)).toEqual([]);
    expect(await files.list(at('nowhere'))).toEqual([]);
  });

  it('pass on what the system says', async () => {
    await writeFile(at('file'), '');
    await expect(files.list(at('file'))).rejects.toMatchObject({ code: 'ENOTDIR' });
    await expect(files.makeDirectory(at('file'))).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(files.write(at('no/file'), 'x')).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(files.sync(at('none'))).rejects.toMatchObject({ code: 'ENOENT' });
    errors.set('readFile', systemError('EIO', 'file'));
    await expect(files.read(at('file'))).rejects.toMatchObject({ code: 'EIO' });
  });

  it('give a name to exactly one of several directories, with its content', async () => {
    await Promise.all(['a', 'b', 'c'].map((name) => prepare(name)));
    const claims = await Promise.all(
      ['a', 'b', 'c'].map((name) => files.claim(at(name), at('lock'))),
    );
    expect(claims.filter((isMine) => isMine)).toHaveLength(1);
    const winner = ['a', 'b', 'c'][claims.indexOf(true)];
    expect(await readFile(at('lock/holder'), 'utf8')).toBe(winner);
    expect(await readdir(root)).toHaveLength(3);
  });

  it('claim no name that a file has', async () => {
    await prepare('a');
    await writeFile(at('lock'), 'x');
    expect(await files.claim(at('a'), at('lock'))).toBe(false);
    await expect(files.claim(at('none'), at('other'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('tell a taken name from a refusal where the system has one code for both', async () => {
    await prepare('a');
    errors.set('rename', systemError('EPERM', 'lock'));
    await expect(files.claim(at('a'), at('lock'))).rejects.toMatchObject({ code: 'EPERM' });
    await mkdir(at('lock'));
    errors.set('rename', systemError('EPERM', 'lock'));
    expect(await files.claim(at('a'), at('lock'))).toBe(false);
  });

  it('do without the sync of a directory where the system has none', async () => {
    await files.write(at('a'), 'x');
    errors.set('open', systemError('EISDIR', root));
    await files.rename(at('a'), at('b'));
    expect(await files.read(at('b'))).toBe('x');
    errors.set('open', systemError('EIO', root));
    await expect(files.rename(at('b'), at('a'))).rejects.toMatchObject({ code: 'EIO' });
  });

  it.skipIf(process.getuid?.() === 0)('refuse to write into a read-only directory', async () => {
    await chmod(root, 0o500);
    await expect(files.write(at('a'), 'x')).rejects.toMatchObject({ code: 'EACCES' });
    await chmod(root, 0o700);
  });
});
