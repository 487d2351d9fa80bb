import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';
import { parseYaml } from '../../src/manifest/parse-yaml.ts';
import { Reporter } from '../../src/manifest/reporter.ts';
import { nearest, toPlain } from '../../src/manifest/yaml-node.ts';
import { positionAt } from '../../src/manifest/source-text.ts';

function parse(text: string) {
  const reporter = new Reporter();
  const { documents } = parseYaml('a.yaml', text, { reporter });
  return { documents, codes: reporter.diagnostics().map(({ code }) => code) };
}

/** The same text by the reference implementation. */
function reference(text: string): unknown[] {
  return [...parseAllDocuments(text, { merge: true })].map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS() as unknown;
  });
}

const key = fc
  .stringMatching(/^[a-zA-Z_][a-zA-Z0-9_ -]{0,8}$/)
  .filter((name) => name !== '__proto__' && name.trim() === name);
const scalar = fc.oneof(
  fc.string(),
  fc.stringMatching(/^[-+]?(0x[0-9a-f]+|0o[0-7]+|[0-9]+(\.[0-9]*)?(e[-+]?[0-9])?)$/),
  fc.constantFrom(
    'null',
    '~',
    'yes',
    'no',
    'True',
    'FALSE',
    '1.',
    '.5',
    '1e3',
    '007',
    '2026-01-01',
  ),
  fc.integer(),
  fc
    .double({ noNaN: true, noDefaultInfinity: true })
    .map((value) => (Object.is(value, -0) ? 0 : value)),
  fc.boolean(),
  fc.constant(null),
);
const tree = fc.letrec((tie) => ({
  node: fc.oneof(
    { maxDepth: 4 },
    scalar,
    fc.array(tie('node'), { maxLength: 4 }),
    fc.dictionary(key, tie('node'), { maxKeys: 5 }),
  ),
})).node;

describe('parseYaml', () => {
  it('gives the values that the reference implementation gives', () => {
    fc.assert(
      fc.property(
        fc.dictionary(key, tree, { minKeys: 1, maxKeys: 5 }),
        fc.constantFrom('BLOCK_LITERAL', 'PLAIN', 'QUOTE_DOUBLE', 'QUOTE_SINGLE'),
        fc.constantFrom(20, 80),
        (value, defaultStringType, lineWidth) => {
          const text = stringify(value, { defaultStringType, defaultKeyType: 'PLAIN', lineWidth });
          expect(parse(text).documents.map((node) => toPlain(node))).toEqual(reference(text));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('reads unquoted scalars as the reference implementation does', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[-+.0-9a-fxoeENTnulrs~]{1,7}$/), (word) => {
        // Numbers that JSON does not have stay text here.
        fc.pre(
          !/^[-+]?\.(inf|nan)$/i.test(word) && !word.startsWith('---') && !/^[-.]+$/.test(word),
        );
        const text = `a: ${word}\n`;
        expect(parse(text).documents.map((node) => toPlain(node))).toEqual(reference(text));
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    'a: &x { b: 1, c: 2 }\nd: { <<: *x, c: 3 }\n',
    'a: &x { b: 1 }\ny: &y { b: 2, z: 1 }\nd: { <<: [*x, *y], e: 1 }\n',
    'a: &x [1, 2]\nb: *x\nc: &s text\nd: [*s, *s]\n',
    'a: |\n  x\n   y\n\nb: >-\n  folded\n  text\n',
    "a: \"x\\n\\u00e4\"\nb: 'it''s'\n",
    'a: !!str 1\nb: !!int "3"\nc: !!null\n',
    'a: 1\n---\nb: 2\n...\n---\nc:\n',
    '"<<": { a: 1 }\n',
  ])('agrees on %j', (text) => {
    expect(parse(text).documents.map((node) => toPlain(node))).toEqual(reference(text));
  });

  it('keeps whole numbers that a number cannot hold as they are written', () => {
    const words = [
      '9007199254740993',
      '-12345678901234567890',
      '+12345678901234567891',
      '0x20000000000001',
    ];
    const kept = [9_007_199_254_740_991, 9_007_199_254_740_992, 1e20, -0x40000000000000];
    const text = [...words, ...kept].map((word) => `- ${word}\n`).join('');
    expect(parse(text).documents.map((node) => toPlain(node))).toEqual([[...words, ...kept]]);
  });

  it('gives up at the last unquoted expression that it looks for', () => {
    const { codes } = parse(Array.from({ length: 101 }, () => '- { a: ${x} }\n').join(''));
    expect(codes).toEqual(Array.from({ length: 100 }, () => 'yaml-unquoted-expression'));
    const large = `# ${'x'.repeat(17_000_000)}\n`;
    expect(parse(`${large}- { a: \${x} }\n- { a: \${x} }\n- { a: \${x} }\n`).codes).toHaveLength(2);
  });

  it.each([
    ['a: 1\na: 2\n', 'yaml-duplicate-key'],
    ['a: &x [*x]\n', 'yaml-alias-bomb'],
    ['a: *x\n', 'yaml-syntax'],
    ['? [a]\n: b\n', 'yaml-syntax'],
    ['a: !custom x\n', 'yaml-syntax'],
    ['__proto__: { a: 1 }\n', 'key-invalid'],
    ['a: { b: ${var.x} }\n', 'yaml-unquoted-expression'],
  ])('reports %j as %s', (text, code) => {
    expect(parse(text).codes).toEqual([code]);
  });

  it('bounds what aliases stand for before it is built', () => {
    const words = 'abcdefghijkl';
    let text = 'a: &a [1,2,3,4,5,6,7,8,9,10]\n';
    for (let index = 1; index < words.length; index += 1) {
      const before = `*${words[index - 1] ?? ''}`;
      const name = words[index] ?? '';
      text += `${name}: &${name} [${Array.from({ length: 10 }, () => before).join(', ')}]\n`;
    }
    expect(parse(text).codes).toEqual(['yaml-alias-bomb']);
  });

  it('bounds the depth of aliases', () => {
    let text = 'a0: &a0 [x]\n';
    for (let index = 1; index < 200; index += 1) text += `a${index}: &a${index} [*a${index - 1}]\n`;
    expect(parse(text).codes).toEqual(['yaml-alias-bomb']);
  });

  it('finds duplicates among many keys in linear time', () => {
    const lines = Array.from({ length: 50_000 }, (_, index) => `k${index}: ${index}`);
    expect(parse(`${lines.join('\n')}\nk7: again\n`).codes).toEqual(['yaml-duplicate-key']);
  });

  it('knows the place of every key', () => {
    const [root] = parse('a:\n  - b: 1\n    "c": {d: x}\n').documents;
    if (root === undefined) throw new Error('no document');
    const at = (...path: string[]) => positionAt(nearest(root, path, root));
    expect(at('a', '0', 'c', 'd')).toEqual({ file: 'a.yaml', line: 3, column: 11, length: 1 });
    expect(at('a', '0', 'nothing', 'x')).toMatchObject({ line: 2, column: 5 });
  });
});
