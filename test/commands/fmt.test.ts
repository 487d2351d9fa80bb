import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { PROVIDERS } from '../../src/providers/registry.ts';
import { runHere, type PrintedResult } from '../_helpers/run-here.ts';

const directories: string[] = [];
afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true });
});

function stack(files: Readonly<Record<string, string>>): string {
  const directory = mkdtempSync(join(tmpdir(), 'trueup-fmt-'));
  directories.push(directory);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
  return directory;
}

function fmt(cwd: string, ...argv: readonly string[]): Promise<PrintedResult> {
  return runHere(['fmt', ...argv], { cwd, env: {} });
}

const UNTIDY = 'teams:\n    a: {description: x}\n';
const TIDY = 'teams:\n  a: { description: x }\n';

/** Packages that a source file loads, and all that it imports, at once. */
function packagesOf(file: string, seen = new Set<string>()): ReadonlySet<string> {
  const packages = new Set<string>();
  if (seen.has(file)) return packages;
  seen.add(file);
  const text = readFileSync(file, 'utf8');
  for (const [, names = '', from = ''] of text.matchAll(
    /^(?:import|export) ([^;]*?) ?from '([^']+)'/gm,
  )) {
    if (names.startsWith('type ')) continue;
    if (!from.startsWith('.')) packages.add(from);
    else for (const name of packagesOf(join(dirname(file), from), seen)) packages.add(name);
  }
  return packages;
}

function source(name: string): string {
  return join(import.meta.dirname, '../../src', name);
}

describe('the second YAML parser', () => {
  it('is loaded by fmt and import --all, and by no other command', () => {
    expect(packagesOf(source('commands/fmt.ts'))).toContain('yaml');
    expect(packagesOf(source('commands/import-all.ts'))).toContain('yaml');
    for (const name of [
      'cli',
      'commands/program',
      'commands/plan',
      'commands/apply',
      'commands/import',
    ]) {
      expect([name, ...packagesOf(source(`${name}.ts`))]).not.toContain('yaml');
    }
    expect(packagesOf(source('commands/plan.ts'))).toContain('js-yaml');
  });
});

describe('fmt', () => {
  it('writes what is not canonical, of the stack and its environments, and nothing else', async () => {
    const spicepod = 'name:   x\nkind: Spicepod\n';
    const cwd = stack({
      'trueup.yaml': 'stack: x\n',
      'main.yaml': UNTIDY,
      'environments/dev.yaml': UNTIDY,
      'apps.yaml': 'apps:\n  home:\n    spicepod: { fromFile: pod.yaml }\n',
      'pod.yaml': spicepod,
      '_draft.yaml': UNTIDY,
    });
    const checked = await fmt(cwd, '--check');
    expect(checked).toEqual({ code: 2, stdout: 'environments/dev.yaml\nmain.yaml\n', stderr: '' });
    expect(readFileSync(join(cwd, 'main.yaml'), 'utf8')).toBe(UNTIDY);
    expect(await fmt(cwd)).toEqual({ code: 0, stdout: checked.stdout, stderr: '' });
    expect(readFileSync(join(cwd, 'main.yaml'), 'utf8')).toBe(TIDY);
    expect(readFileSync(join(cwd, 'environments/dev.yaml'), 'utf8')).toBe(TIDY);
    expect(readFileSync(join(cwd, 'pod.yaml'), 'utf8')).toBe(spicepod);
    expect(readFileSync(join(cwd, '_draft.yaml'), 'utf8')).toBe(UNTIDY);
    expect(await fmt(cwd, '--check', '.')).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('takes files by name', async () => {
    const cwd = stack({ 'a.yaml': UNTIDY, 'b.yaml': UNTIDY });
    expect((await fmt(cwd, 'b.yaml')).stdout).toBe('b.yaml\n');
    expect(readFileSync(join(cwd, 'a.yaml'), 'utf8')).toBe(UNTIDY);
    expect((await fmt(cwd, 'c.yaml')).code).toBe(1);
  });

  it('reports a broken file, leaves it, and formats the others', async () => {
    const broken = 'secrets:\n  A: { value: "hunter2\n';
    const cwd = stack({ 'a.yaml': broken, 'b.yaml': UNTIDY });
    const result = await fmt(cwd);
    expect([result.code, result.stdout]).toEqual([1, 'b.yaml\n']);
    expect(result.stderr).toContain('[yaml-syntax]');
    expect(result.stderr).not.toContain('hunter2');
    expect(readFileSync(join(cwd, 'a.yaml'), 'utf8')).toBe(broken);
  });

  it('leaves a file alone that is not UTF-8', async () => {
    const cwd = stack({});
    const latin = Buffer.from('teams:\n    a: {description: caf\xe9}\n', 'latin1');
    writeFileSync(join(cwd, 'a.yaml'), latin);
    for (const target of ['.', 'a.yaml']) {
      const result = await fmt(cwd, target);
      expect(result.code).toBe(1);
      expect(result.stderr).toContain('[yaml-not-utf8]');
      expect(readFileSync(join(cwd, 'a.yaml')).equals(latin)).toBe(true);
    }
  });

  it('finds nothing to do in a stack that init wrote', async () => {
    const cwd = stack({});
    const all = PROVIDERS.flatMap(({ name }) => ['--provider', name]);
    expect((await runHere(['init', ...all], { cwd, env: {} })).code).toBe(0);
    expect(await fmt(cwd, '--check')).toEqual({ code: 0, stdout: '', stderr: '' });
  });
});
