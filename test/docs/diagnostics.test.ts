import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { DIAGNOSTIC_CODES } from '../../src/core/diagnostic-code.ts';
import { root } from '../_helpers/cli.ts';

it('docs/diagnostics.md has one entry for every code, and none for another', () => {
  const page = readFileSync(join(root, 'docs', 'diagnostics.md'), 'utf8');
  const entries = [...page.matchAll(/^\| `([a-z0-9-]+)` +\|/gm)].map(([, code = '']) => code);
  expect(entries.toSorted()).toEqual([...DIAGNOSTIC_CODES].toSorted());
});
