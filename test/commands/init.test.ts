import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PROVIDERS } from '../../src/providers/registry.ts';
import { createTwoAccounts, TOKENS, type TwoAccounts } from '../_helpers/two-accounts.ts';

let world: TwoAccounts;
beforeEach(() => {
  world = createTwoAccounts();
  world.env = { ...TOKENS };
});
afterEach(() => {
  world.close();
});

function read(file: string): string {
  return readFileSync(join(world.directory, file), 'utf8');
}

describe('init', () => {
  it('writes a stack of the first provider, which init.ts knows nothing of', async () => {
    const { code, stdout } = await world.run('init', 'shop');
    expect([code, stdout]).toEqual([
      0,
      expect.stringContaining('Wrote trueup.yaml, main.yaml, .trueup-schema.json, .gitignore.'),
    ]);
    expect(read('shop/trueup.yaml')).toBe(`# yaml-language-server: $schema=./.trueup-schema.json
stack: shop

variables:
  region: { type: string, default: us-east-1 }
`);
    expect(read('shop/main.yaml')).toContain('\nworkspaceGroups:\n  main:\n');
    expect(read('shop/.gitignore')).toBe('.trueup/\n');
  });

  it.each([...PROVIDERS.map(({ name }) => [name]), PROVIDERS.map(({ name }) => name)])(
    'writes what is valid, applied, and then without a change: %s %s',
    async (...names) => {
      const flags = names.filter(Boolean).flatMap((name) => ['--provider', name]);
      expect((await world.run('init', '.', ...flags)).code).toBe(0);
      expect(await world.run('validate')).toMatchObject({ code: 0, stderr: '' });
      const applied = await world.run('apply', '--auto-approve', '--show-generated-secrets');
      expect([applied.code, applied.stdout]).toEqual([0, expect.stringContaining(' added')]);
      expect((await world.run('plan', '--detailed-exitcode')).code).toBe(0);
      expect(new Set(applied.sent.map(({ host }) => host)).size).toBe(names.filter(Boolean).length);
    },
  );

  it.each(['2026', 'true', 'null', '1e3', 'a B-'])(
    'writes what is valid in a directory called %s',
    async (name) => {
      expect((await world.run('init', name)).code).toBe(0);
      expect(await world.run('validate', name)).toMatchObject({ code: 0, stderr: '' });
    },
  );

  it('says that a file is no directory', async () => {
    writeFileSync(join(world.directory, 'file'), '');
    const { code, stderr } = await world.run('init', 'file');
    expect([code, stderr]).toEqual([1, expect.stringContaining('file is a file; init takes')]);
  });

  it('writes one file for each provider where there are several', async () => {
    await world.run('init', '.', '--provider', 'spice', '--provider', 'singlestore');
    const files = readdirSync(world.directory).filter((name) => !name.startsWith('.'));
    expect(files.toSorted()).toEqual(['singlestore.yaml', 'spice.yaml', 'trueup.yaml']);
  });

  it('overwrites nothing', async () => {
    mkdirSync(join(world.directory, 'a'));
    writeFileSync(join(world.directory, 'a/main.yaml'), 'teams: {}\n');
    writeFileSync(join(world.directory, 'a/.gitignore'), 'x');
    expect((await world.run('init', 'a')).code).toBe(0);
    expect([read('a/main.yaml'), read('a/.gitignore')]).toEqual(['teams: {}\n', 'x\n.trueup/\n']);
    const again = await world.run('init', 'a');
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('already')]);
  });

  it('names the providers there are to who asks for another', async () => {
    const { code, stderr } = await world.run('init', '.', '--provider', 'spicy');
    expect([code, stderr]).toEqual([1, expect.stringContaining('there are singlestore, spice')]);
    expect(readdirSync(world.directory)).toEqual([]);
  });
});
