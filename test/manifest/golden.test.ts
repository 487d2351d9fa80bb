import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Diagnostic } from '../../src/core/diagnostic.ts';
import { createRedactor } from '../../src/core/redactor.ts';
import { loadStack } from '../../src/manifest/load-stack.ts';
import { readStackFiles } from '../../src/manifest/read-stack-files.ts';
import { FAKE_KINDS } from './_fake-kinds.ts';

const ROOT = join(import.meta.dirname, '../golden/manifest');

/** Everything a view may show of a diagnostic. */
function text({ severity, code, message, position, lineText, hint }: Diagnostic): string {
  const place = position ? `${position.file}:${position.line}:${position.column}` : 'stack';
  const lines = [`${severity} ${code} ${place}`, `  ${message}`];
  if (position && lineText !== undefined) {
    lines.push(`  | ${lineText}`);
    lines.push(`  | ${' '.repeat(position.column - 1)}${'^'.repeat(position.length ?? 1)}`);
  }
  if (hint !== undefined) lines.push(`  hint: ${hint}`);
  return `${lines.join('\n')}\n`;
}

// Run with UPDATE_GOLDEN=1 to write the expected texts anew; read them before they are kept.
it.each(readdirSync(ROOT))('broken manifest: %s', async (name) => {
  const directory = join(ROOT, name);
  const { files, diagnostics } = await readStackFiles(directory);
  const result = loadStack({
    files,
    kinds: FAKE_KINDS,
    environment: existsSync(join(directory, 'environments')) ? 'prod' : undefined,
    vars: {},
    varFiles: [],
    processEnv: {},
    redactor: createRedactor(),
  });
  const found = [...diagnostics, ...result.diagnostics].map(text).join('\n');
  const expected = join(directory, 'expected.txt');
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(expected, found);
  expect(found).toBe(readFileSync(expected, 'utf8'));
  expect(result.stack).toBeUndefined();
  expect(found).not.toContain('planted');
});
