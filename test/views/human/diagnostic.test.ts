import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../../src/core/diagnostic.ts';
import { renderDiagnostic, renderDiagnostics } from '../../../src/views/human/diagnostic.ts';
import { createStyle } from '../../../src/views/style.ts';

const style = createStyle({ color: false });
const base = { code: 'schema-unknown-field', severity: 'error' } as const;

const DIAGNOSTICS: readonly Diagnostic[] = [
  {
    ...base,
    message: 'unknown field "sise"',
    position: { file: 'prod.yaml', line: 14, column: 5, length: 4 },
    lineText: '    sise: S-2',
    hint: 'Did you mean "size"?',
    address: 'singlestore.workspaces.app',
  },
  {
    ...base,
    severity: 'warning',
    code: 'sensitive-literal',
    message: 'a literal',
    position: { file: 'prod.yaml', line: 2, column: 1 },
  },
  { ...base, severity: 'note', message: 'no place at all' },
  {
    ...base,
    message: 'tab and escape',
    position: { file: 'a\u001B.yaml', line: 1, column: 4, length: 1 },
    lineText: '\t\u0007 x',
  },
  {
    ...base,
    message: 'a very long line',
    position: { file: 'long.yaml', line: 7, column: 501, length: 3 },
    lineText: `${'a'.repeat(500)}bad${'c'.repeat(500)}`,
  },
];

describe('renderDiagnostic', () => {
  it('prints them as in the golden file', async () => {
    await expect(renderDiagnostics(DIAGNOSTICS, style)).toMatchFileSnapshot(
      '../../golden/views/diagnostics.txt',
    );
  });

  it('puts the caret under the mark, whatever stands before it', () => {
    const lineText = '\t名前\u001B: bad';
    const column = lineText.indexOf('bad') + 1;
    const position = { file: 'a.yaml', line: 1, column, length: 3 };
    const shown = renderDiagnostic({ ...base, message: 'm', position, lineText }, style).split(
      '\n',
    );
    const line = shown.at(-3) ?? '';
    const carets = shown.at(-2) ?? '';
    // The two ideographs are two columns wide each.
    expect(carets.indexOf('^^^')).toBe(line.indexOf('bad') + 2);
  });
});
