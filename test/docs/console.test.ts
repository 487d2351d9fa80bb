import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { root } from '../_helpers/cli.ts';
import { carryOut, matches, settled, type Shown } from './_console.ts';
import type { Page } from './_pages.ts';

const directory = mkdtempSync(join(tmpdir(), 'trueup-pages-'));
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

function page(name: string): Page {
  return { name, text: readFileSync(join(root, name), 'utf8') };
}

/** Where a page says something else than was printed: what it should say. */
function differences(shown: readonly Shown[]): readonly object[] {
  return shown
    .filter(({ expected, printed }) => expected.length > 0 && !matches(expected, printed))
    .map(({ command, expected, printed }) => ({
      command,
      expected: expected.map(settled),
      printed: printed.map(settled),
    }));
}

it('a difference would be seen', () => {
  expect(matches(['a', '...', 'c'], ['a', 'b', 'b', 'c'])).toBe(true);
  expect(matches(['...', 'c'], ['a', 'd'])).toBe(false);
  expect(matches(['a after 1s'], ['a after 20s'])).toBe(true);
  expect(matches(['a'], ['a', 'b'])).toBe(false);
});

it('docs/getting-started.md shows what happens', async () => {
  const shown = await carryOut(page('docs/getting-started.md'), join(directory, 'start'));
  expect(shown.length).toBeGreaterThan(8);
  expect(differences(shown)).toEqual([]);
});

it('README.md shows what happens', async () => {
  const shown = await carryOut(page('README.md'), join(directory, 'readme'), {
    2: [{ file: 'main.yaml', from: 'suspendAfterSeconds: 1800', to: 'suspendAfterSeconds: 3600' }],
    3: [
      {
        file: 'main.yaml',
        from: '[203.0.113.0/24]\n',
        to: '[203.0.113.0/24]\n    adminPasword: x\n',
      },
      { file: 'main.yaml', from: 'workspaceGroup: main', to: 'workspaceGroup: mian' },
    ],
    4: [
      { file: 'main.yaml', from: '    adminPasword: x\n', to: '' },
      { file: 'main.yaml', from: 'workspaceGroup: mian', to: 'workspaceGroup: main' },
    ],
  });
  expect(shown.length).toBeGreaterThan(6);
  expect(differences(shown)).toEqual([]);
});
