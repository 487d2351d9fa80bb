import { mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { readStackFiles } from '../../src/manifest/read-stack-files.ts';

async function directoryWith(files: Record<string, string | Buffer>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'trueup-'));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), text);
  }
  return directory;
}

it('takes the manifests of the directory, its environments and what is included', async () => {
  const directory = await directoryWith({
    'trueup.yaml': 'stack: a\ninclude: [teams/**/*.yaml, "./more/?.yml"]\n',
    'b.yml': '',
    'a.yaml': '',
    '.hidden.yaml': '',
    '_draft.yaml': '',
    'notes.txt': '',
    'other/c.yaml': '',
    'environments/prod.yaml': '',
    'teams/x.yaml': '',
    'teams/deep/er/y.yaml': '',
    'teams/_not.yaml': '',
    'more/z.yml': '',
    'more/zz.yml': '',
  });
  const { files, diagnostics } = await readStackFiles(directory);
  expect([...files.keys()]).toEqual([
    'a.yaml',
    'b.yml',
    'environments/prod.yaml',
    'more/z.yml',
    'teams/deep/er/y.yaml',
    'teams/x.yaml',
    'trueup.yaml',
  ]);
  expect(diagnostics).toEqual([]);
});

it('reports what it cannot take, and takes the rest', async () => {
  const outside = await directoryWith({ 'x.yaml': 'secret: 1\n' });
  const directory = await directoryWith({
    'trueup.yaml': '\uFEFFstack: a\n',
    'latin.yaml': Buffer.from([0x61, 0x3a, 0x20, 0xe4]),
    'big.yaml': Buffer.alloc(10 * 1024 * 1024 + 1, 0x20),
  });
  await symlink(join(outside, 'x.yaml'), join(directory, 'link.yaml'));
  await symlink(join(directory, 'nowhere'), join(directory, 'gone.yaml'));
  await symlink(join(directory, 'trueup.yaml'), join(directory, 'same.yaml'));
  const { files, diagnostics } = await readStackFiles(directory);
  expect(Object.fromEntries(files)).toEqual({
    'same.yaml': 'stack: a\n',
    'trueup.yaml': 'stack: a\n',
  });
  expect(diagnostics.map(({ code, position }) => `${code} ${position?.file ?? ''}`)).toEqual([
    'yaml-too-large big.yaml',
    'file-unreadable gone.yaml',
    'yaml-not-utf8 latin.yaml',
    'file-outside-stack link.yaml',
  ]);
});

it('gives no files for a directory that is not there', async () => {
  expect((await readStackFiles('/nowhere/at/all')).files.size).toBe(0);
});
