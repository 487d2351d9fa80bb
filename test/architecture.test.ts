import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { violationsOf } from './architecture/rules.ts';
import { parseSource } from './architecture/source-file.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

const sources = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'));

function rulesBrokenBy(path: string, text: string): readonly string[] {
  return violationsOf(parseSource(path, text)).map(
    (violation) => violation.rule.split(':')[0] ?? '',
  );
}

describe('the sources', () => {
  it('keep to the layers', () => {
    expect(sources.length).toBeGreaterThan(20);
    const violations = sources.flatMap((path) =>
      violationsOf(parseSource(path, readFileSync(join(root, path), 'utf8'))),
    );
    expect(violations.map(({ rule, place }) => `${rule} — ${place}`)).toEqual([]);
  });

  // Examples in comments take the first provider; the second is named nowhere at all.
  it('do not know that there is a second provider', () => {
    const knowing = sources.filter((path) => /spice/i.test(readFileSync(join(root, path), 'utf8')));
    const outside = knowing.filter(
      (path) => !/^src\/(providers|emulator)\/(spice\/|registry\.ts$)/.test(path),
    );
    expect([knowing.length > 2, outside]).toEqual([true, []]);
  });
});

describe('the rules catch', () => {
  it.each([
    ['src/core/a.ts', "import { b } from '../http/b.ts';", 'layers'],
    ['src/core/a.ts', "import type { B } from '../manifest/b.ts';", 'layers'],
    ['src/core/a.ts', "export { b } from '../views/b.ts';", 'layers'],
    ['src/core/a.ts', "export * from '../state/b.ts';", 'layers'],
    ['src/core/a.ts', "const b = await import('../state/b.ts');", 'layers'],
    ['src/core/a.ts', "let b: import('../state/b.ts').B;", 'layers'],
    ['src/core/normalise/a.ts', "import { b } from '../../http/b.ts';", 'layers'],
    ['src/core/a.ts', "import { b } from 'node:fs/promises';", 'io'],
    ['src/manifest/a.ts', "import { b } from '../planner/b.ts';", 'layers'],
    ['src/planner/a.ts', "import { b } from '../providers/contract.ts';", 'layers'],
    ['src/planner/a.ts', "import { readFileSync } from 'node:fs';", 'io'],
    ['src/planner/a.ts', "import { randomUUID } from 'node:crypto';", 'package'],
    ['src/planner/a.ts', "import { parse } from 'yaml';", 'package'],
    ['src/planner/a.ts', "import { load } from 'js-yaml';", 'package'],
    ['src/planner/a.ts', 'export const now = Date.now();', 'clock'],
    ['src/planner/a.ts', 'export const now = new Date();', 'clock'],
    ['src/planner/a.ts', 'export const random = Math.random();', 'clock'],
    ['src/state/a.ts', "import { b } from '../http/b.ts';", 'layers'],
    ['src/state/a.ts', 'export const now = Date.now();', 'clock'],
    ['src/http/client.ts', "import { request } from 'undici';", 'owner'],
    ['src/executor/a.ts', "import PQueue from 'p-queue';", 'owner'],
    ['src/executor/a.ts', "import { b } from '../providers/singlestore/index.ts';", 'layers'],
    ['src/executor/a.ts', "import { b } from '../http/undici-transport.ts';", 'layers'],
    ['src/executor/a.ts', "import { b } from '../views/b.ts';", 'layers'],
    ['src/emulator/a.ts', "import type { Json } from '../core/json.ts';", 'layers'],
    ['src/emulator/singlestore/a.ts', "import type { J } from '../../core/json.ts';", 'layers'],
    ['src/providers/singlestore/a.ts', "import { b } from '../spice/b.ts';", 'layers'],
    ['src/providers/shared/a.ts', "import { b } from '../spice/b.ts';", 'layers'],
    ['src/providers/singlestore/a.ts', "import { b } from '../../executor/b.ts';", 'layers'],
    ['src/views/a.ts', "import { b } from 'node:fs';", 'io'],
    ['src/views/a.ts', "import { b } from '../manifest/b.ts';", 'layers'],
    ['src/views/a.ts', "process.stdout.write('x');", 'prints'],
    ['src/manifest/a.ts', "console.log('x');", 'prints'],
    ['src/manifest/a.ts', "import { plan } from '../commands/plan.ts';", 'layers'],
    ['src/commands/a.ts', "import { main } from '../cli.ts';", 'layers'],
    ['src/core/a.ts', "import { b } from '../../test/b.ts';", 'layers'],
    ['src/state/a.ts', "import yaml from 'yaml';", 'default-import'],
    ['src/commands/a.ts', "if (provider.name === 'spice') wait();", 'provider'],
    ['src/providers/shared/a.ts', 'export const SINGLESTORE = 1;', 'provider'],
    ['src/providers/contract.ts', "export const first = 'singlestore';", 'provider'],
    ['src/misplaced.ts', 'export const a = 1;', 'layers'],
    [
      'src/state/a.ts',
      Array.from({ length: 401 }, (_, n) => `const a${n} = 1;`).join('\n'),
      'length',
    ],
  ])('%s: %s', (path, text, rule) => {
    expect(rulesBrokenBy(path, text)).toContain(rule);
  });
});

describe('the rules allow', () => {
  it.each([
    ['src/planner/a.ts', "import type { Json } from '../core/json.ts'; // Date.now() in a comment"],
    ['src/http/undici-transport.ts', "import { Pool } from 'undici';"],
    ['src/executor/limiter.ts', "import PQueue from 'p-queue';"],
    ['src/executor/a.ts', "import type { Provider } from '../providers/contract.ts';"],
    ['src/executor/a.ts', "import { ApiError } from '../http/api-error.ts';"],
    ['src/http/system-clock.ts', 'export const now = (): number => Date.now();'],
    ['src/planner/a.ts', 'export const at = (ms: number): string => new Date(ms).toISOString();'],
    ['src/planner/a.ts', "import jsonPatch from 'fast-json-patch';"],
    ['src/providers/spice/a.ts', "import { b } from '../shared/b.ts';"],
    ['src/providers/registry.ts', "import { spice } from './spice/index.ts';"],
    ['src/providers/spice/a.ts', "export const NAME = 'Spice.ai';"],
    ['src/core/a.ts', '/** `singlestore.workspaces.app` */ export const a = 1;'],
    ['src/cli.ts', "console.log('x');"],
  ])('%s: %s', (path, text) => {
    expect(rulesBrokenBy(path, text)).toEqual([]);
  });
});

describe('the lint rules', () => {
  const directory = mkdtempSync(join(tmpdir(), 'trueup-lint-'));
  afterAll(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  it('catch forbidden imports: a mistyped pattern would be silent', () => {
    writeFileSync(
      join(directory, '.oxlintrc.json'),
      readFileSync(join(root, '.oxlintrc.json'), 'utf8'),
    );
    const bad: Readonly<Record<string, string>> = {
      'src/core/a.ts': "import { b } from '../http/b.ts';",
      'src/core/deep/a.ts': "import { b } from '../../http/b.ts';",
      'src/core/io.ts': "import { b } from 'node:fs/promises';",
      'src/manifest/a.ts': "import { b } from '../state/b.ts';",
      'src/planner/a.ts': "import { b } from '../executor/b.ts';",
      'src/planner/io.ts': "import { b } from 'yaml';",
      'src/state/a.ts': "import { b } from '../planner/b.ts';",
      'src/http/a.ts': "import { b } from '../providers/b.ts';",
      'src/http/owner.ts': "import { b } from 'undici';",
      'src/emulator/a.ts': "import { b } from '../core/b.ts';",
      'src/providers/a.ts': "import { b } from '../planner/b.ts';",
      'src/executor/a.ts': "import { b } from '../views/b.ts';",
      'src/executor/concrete.ts': "import { b } from '../providers/registry.ts';",
      'src/executor/owner.ts': "import { b } from 'p-queue';",
      'src/views/a.ts': "import { b } from '../commands/b.ts';",
      'src/views/io.ts': "import { b } from 'node:fs';",
      'src/commands/a.ts': "import { b } from '../cli.ts';",
    };
    for (const [path, text] of Object.entries(bad)) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), `${text}\nexport const c = b;\n`);
    }
    const result = spawnSync(
      process.execPath,
      [join(root, 'node_modules', 'oxlint', 'bin', 'oxlint'), '--format=json'],
      { cwd: directory, encoding: 'utf8' },
    );
    const report = JSON.parse(result.stdout) as {
      readonly diagnostics: readonly { readonly code: string; readonly filename: string }[];
    };
    const caught = report.diagnostics
      .filter(({ code }) => code.includes('no-restricted-imports'))
      .map(({ filename }) => filename.split(sep).join('/'));
    expect(caught.toSorted()).toEqual(Object.keys(bad).toSorted());
  });
});
