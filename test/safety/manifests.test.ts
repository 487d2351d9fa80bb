import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readStackFiles, readVariableFiles } from '../../src/manifest/read-stack-files.ts';
import { globPattern } from '../../src/manifest/glob.ts';
import { Expansion } from '../../src/manifest/scope.ts';
import { resourceOf, load, line } from '../manifest/_load.ts';

/** Words that every object has without being given them. */
const PROTOTYPE_WORDS = ['constructor', 'toString', 'hasOwnProperty', 'valueOf', 'prototype'];
const GROUP = 'groups:\n  a: { region: us }\n';

function told(result: ReturnType<typeof load>): readonly string[] {
  return result.diagnostics.map((item) => line(item));
}

function directoryWith(files: Readonly<Record<string, string | Buffer>>): string {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'trueup-safety-')));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), content);
  }
  return directory;
}

describe('YAML that attacks its reader', () => {
  const levels = Array.from(
    { length: 10 },
    (_, at) => `a${at + 1}: &a${at + 1} [${`*a${at},`.repeat(10)}]`,
  );
  const chain = Array.from(
    { length: 300 },
    (_, at) => `x${at + 1}: &x${at + 1} {<<: *x${at}, k${at}: 1}`,
  );
  it.each([
    [
      'a bomb of aliases',
      ['a0: &a0 [x]', ...levels].join('\n'),
      'yaml-alias-bomb a.yaml:7:22 the aliases of this file stand for more than 1000000 values',
    ],
    [
      'an alias inside of what it names',
      'groups: &g\n  a: *g\n',
      'yaml-alias-bomb a.yaml:2:6 *g stands inside of what it names',
    ],
    [
      'a merge of itself',
      'groups:\n  a: &a\n    <<: *a\n',
      'yaml-alias-bomb a.yaml:3:9 *a stands inside of what it names',
    ],
    [
      'a chain of merges',
      ['x0: &x0 {a: 1}', ...chain].join('\n'),
      'yaml-alias-bomb a.yaml:101:13 nested more than 100 deep',
    ],
    [
      'deep lists',
      `groups: ${'['.repeat(100_000)}`,
      'yaml-syntax a.yaml:1:108 not valid YAML: nesting exceeded maxDepth (100)',
    ],
    [
      'deep mappings',
      `groups: ${'{a: '.repeat(100_000)}${'}'.repeat(100_000)}`,
      'yaml-syntax a.yaml:1:402 not valid YAML: nesting exceeded maxDepth (100)',
    ],
    [
      'deep blocks',
      '- '.repeat(100_000),
      'yaml-syntax a.yaml:1:201 not valid YAML: nesting exceeded maxDepth (100)',
    ],
    [
      'deep keys',
      '? '.repeat(100_000),
      'yaml-syntax a.yaml:1:200 not valid YAML: nesting exceeded maxDepth (100)',
    ],
    [
      'a NUL byte',
      'groups:\n  a: { name: "x\0y" }\n',
      'yaml-syntax a.yaml:2:16 not valid YAML: null byte is not allowed in input',
    ],
    [
      'a tab as indent',
      'groups:\n\ta: {}\n',
      'yaml-syntax a.yaml:2:1 not valid YAML: tab characters must not be used in indentation',
    ],
    [
      'a tag of a program',
      'groups:\n  a: { name: !!js/function "x" }\n',
      'yaml-syntax a.yaml:2:14 the tag !!js/function is not supported here',
    ],
    ['a mapping as a key', '? {a: 1}\n: 1\n', 'yaml-syntax a.yaml:1:3 a key must be a text'],
    [
      'a BOM inside',
      'groups:\n  \uFEFFa: { region: us }\n',
      'key-invalid a.yaml:2:3 the key "\uFEFFa" is not allowed',
    ],
    [
      'an escape sequence as a key',
      'groups:\n  "a\\e[2J": { region: us }\n',
      'key-invalid a.yaml:2:4 the key "a\u001B[2J" is not allowed',
    ],
    [
      'a prototype as an aliased key',
      'groups:\n  ? __proto__\n  : { region: us }\n',
      'key-invalid a.yaml:2:5 the key "__proto__" is refused',
    ],
    [
      'a prototype in a merge',
      'groups:\n  a: { <<: { __proto__: 1, region: us } }\n',
      'key-invalid a.yaml:2:14 the key "__proto__" is refused',
    ],
    [
      'a text of too many expressions',
      `groups:\n  a: { region: us, name: "${'${var.a}'.repeat(200_000)}" }\n`,
      'expression-syntax a.yaml:2:27 the text holds more than 1000 expressions',
    ],
  ])('%s', (_, text, expected) => {
    const result = load({ 'a.yaml': text });
    expect(result.stack).toBeUndefined();
    expect(told(result)).toEqual([expected]);
  });

  it('takes large scalars and huge numbers as what they are', () => {
    const name = 'x'.repeat(10_000_000);
    const { stack, diagnostics } = load({
      'a.yaml': `groups:\n  a: { region: us, name: ${name} }\n`,
    });
    expect(diagnostics).toEqual([]);
    if (stack === undefined) throw new Error('no stack');
    expect(resourceOf(stack, 'acme.groups.a').fields['name']).toBe(name);
    const digits = '9'.repeat(400);
    const huge = load({ 'a.yaml': `outputs:\n  a: { value: ${digits} }\n  b: { value: 1e400 }\n` });
    expect(huge.stack?.outputs.map(({ value }) => value)).toEqual([digits, '1e400']);
  });

  it('tells of a million mistakes a thousand, and counts the rest', () => {
    const keys = Array.from({ length: 50_000 }, (_, at) => `k${at}: 1`).join('\n');
    const { stack, diagnostics } = load({ 'a.yaml': keys });
    expect(stack).toBeUndefined();
    expect(diagnostics).toHaveLength(1_001);
    expect(diagnostics.at(-1)).toEqual({
      code: 'stack-invalid',
      severity: 'note',
      message: '49000 more mistakes or warnings are not listed',
    });
  });

  it('does not let warnings hide a mistake', () => {
    const secrets = Array.from({ length: 1_500 }, (_, at) => `  s${at}: { value: "x" }`);
    const { stack, diagnostics } = load({ 'a.yaml': `secrets:\n${secrets.join('\n')}\nnope: 1\n` });
    expect(stack).toBeUndefined();
    expect(diagnostics.filter(({ code }) => code === 'kind-unknown')).toHaveLength(1);
  });

  it('repeats no megabytes', () => {
    const long = 'y'.repeat(1_000_000);
    const { diagnostics } = load({
      'a.yaml': `? ${long}\n: {}\ngroups:\n  a: { ${long}: 1, region: us }\n`,
    });
    expect(diagnostics).toHaveLength(2);
    for (const item of diagnostics) expect(JSON.stringify(item).length).toBeLessThan(2_000);
  });

  it('does not let variables fill the memory', () => {
    const uses = `"x${'${var.v}'.repeat(400)}"`;
    const entries = Array.from({ length: 60 }, (_, at) => `  o${at}: { value: ${uses} }`);
    const variables = `variables:\n  v: { type: string, default: "${'x'.repeat(1_000_000)}" }\n`;
    const { stack, diagnostics } = load({
      'a.yaml': `${variables}outputs:\n${entries.join('\n')}\n`,
    });
    expect(stack).toBeUndefined();
    expect(new Set(diagnostics.map(({ code }) => code))).toEqual(new Set(['expression-too-large']));
    const expansion = new Expansion();
    expect([expansion.takeValues(10_000_000), expansion.takeValues(1)]).toEqual([true, false]);
  });
});

describe('prototype words', () => {
  it.each(PROTOTYPE_WORDS)('%s is a word like any other', (word) => {
    const cases: readonly (readonly [Record<string, string>, string])[] = [
      [
        { 'a.yaml': `${word}: { a: {} }\n` },
        `kind-unknown a.yaml:1:1 "${word}" is neither a kind nor a setting`,
      ],
      [
        { 'a.yaml': `acme:\n  ${word}: { a: {} }\n` },
        `kind-unknown a.yaml:2:3 "${word}" is neither a kind nor a setting`,
      ],
      [
        { 'a.yaml': `groups:\n  a: { region: us, ${word}: x }\n` },
        `schema-unknown-field a.yaml:2:20 groups have no field "${word}"`,
      ],
      [
        { 'a.yaml': `groups:\n  a: { region: "\${var.${word}}" }\n` },
        `variable-undeclared a.yaml:2:17 the variable "${word}" is not declared`,
      ],
      [
        { 'a.yaml': `${GROUP}  b: { region: "\${groups.a.${word}}" }\n` },
        `expression-unknown a.yaml:3:17 acme.groups have no field "${word}"`,
      ],
      [
        { 'a.yaml': `groups:\n  b: { region: "\${${word}.a.id}" }\n` },
        `expression-unknown a.yaml:2:17 "${word}" is not a kind`,
      ],
      [
        { 'a.yaml': `guards: { ${word}: {} }\n` },
        `schema-unknown-field a.yaml:1:11 "guards" has no "${word}"`,
      ],
      [
        { 'a.yaml': `providers: { ${word}: {} }\n` },
        `schema-unknown-field a.yaml:1:14 there is no provider "${word}"`,
      ],
    ];
    for (const [files, expected] of cases) expect(told(load(files))).toContain(expected);
    const { stack, diagnostics } = load(
      {
        'a.yaml': `groups:\n  ${word}: { region: "\${var.${word}}" }\nvariables:\n  ${word}: { default: d }\noutputs:\n  ${word}: { value: "\${groups.${word}.id}" }\n`,
        'environments/e.yaml': `groups:\n  ${word}: { name: over }\n`,
      },
      { environment: 'e' },
    );
    expect(diagnostics).toEqual([]);
    expect(stack?.resources[0]).toMatchObject({
      address: `acme.groups.${word}`,
      fields: { region: 'd', name: 'over' },
    });
    expect(stack?.outputs[0]?.name).toBe(word);
  });

  it('__proto__ is refused wherever a key can stand', () => {
    const places = [
      '__proto__: 1',
      'groups: { __proto__: {} }',
      'groups: { a: { region: us, __proto__: 1 } }',
      'outputs: { __proto__: {} }',
      'variables: { m: { type: map, default: { __proto__: 1 } } }',
    ];
    for (const text of places) {
      expect(load({ 'a.yaml': text }).diagnostics.map(({ code }) => code)).toContain('key-invalid');
    }
    const overlay = load(
      { 'environments/e.yaml': 'groups: { __proto__: {} }' },
      { environment: 'e' },
    );
    expect(told(overlay)).toEqual([
      'key-invalid environments/e.yaml:1:11 the key "__proto__" is refused',
    ]);
    const varFile = load({}, { varFiles: [{ name: 'v.yaml', text: '__proto__: 1' }] });
    expect(told(varFile)).toEqual(['key-invalid v.yaml:1:1 the key "__proto__" is refused']);
    const declared = { 'a.yaml': 'variables: { m: { type: map } }\n' };
    const given = load(declared, { vars: { m: '{"a":{"__proto__":{"x":1}}}' } });
    expect(told(given)).toEqual([
      'variable-type a.yaml:1:14 the variable "m" is a map, --var gives something else',
    ]);
    expect(load(declared, { vars: { m: '{"a":{"constructor":{"x":1}}}' } }).diagnostics).toEqual(
      [],
    );
    expect(Object.prototype).not.toHaveProperty('x');
  });

  it('names of variables do not reach into the environment', () => {
    const text =
      'variables: { constructor: { default: d } }\ngroups: { a: { region: "${var.constructor}" } }\n';
    expect(load({ 'a.yaml': text }, { processEnv: {} }).stack?.resources[0]?.fields['region']).toBe(
      'd',
    );
  });
});

describe('globs of include', () => {
  it('take time by their length, not by what they hold', () => {
    const name = `${'a'.repeat(3_000)}.yaml`;
    expect(globPattern(`${'*a'.repeat(1_000)}b`)?.test(name)).toBe(false);
    expect(globPattern(`${'**/'.repeat(500)}x.yaml`)?.test('a/'.repeat(500))).toBe(false);
  });

  it.each([
    ['**/*.yaml', ['a.yaml', 'b/c.yaml', 'b/c/d.yaml'], ['a.yml', 'a.yaml/b']],
    ['a/**', ['a/b', 'a/b/c'], ['a', 'b/a/c']],
    ['a/**/b', ['a/b', 'a/x/b', 'a/x/y/b'], ['a/b/c', 'ab']],
    ['*', ['a', 'a.b'], ['a/b']],
    ['?.[x]', ['a.[x]'], ['ab.[x]', 'a.x', '/.[x]']],
    ['a*b*c', ['abc', 'a1b2c', 'abbcc'], ['ab', 'acb']],
    ['./a', ['a'], ['./a']],
    ['**', ['a', 'a/b'], []],
  ])('%s', (glob, fitting, others) => {
    const pattern = globPattern(glob);
    expect(fitting.filter((path) => pattern?.test(path) !== true)).toEqual([]);
    expect(others.filter((path) => pattern?.test(path) !== false)).toEqual([]);
  });

  it('do not leave the stack', () => {
    for (const glob of ['/etc/*', '../*', 'a/../../b', '', 'a//b', '..']) {
      expect(globPattern(glob)).toBeUndefined();
    }
  });
});

describe('files', () => {
  it('are taken from the stack only, wherever a link leads', async () => {
    const outside = directoryWith({
      'x.yaml': 'planted: 1',
      'deep/y.yaml': 'planted: 2',
      'environments/e.yaml': 'planted: 3',
    });
    const directory = directoryWith({
      'trueup.yaml': 'stack: a\ninclude: ["**/*.yaml", "linked/*.yaml", "loop/*"]\n',
      'sub/here.yaml': '',
    });
    symlinkSync(join(outside, 'x.yaml'), join(directory, 'file.yaml'));
    symlinkSync('../../../../../../etc/passwd', join(directory, 'relative.yaml'));
    symlinkSync(join(outside, 'x.yaml'), join(directory, 'sub', 'file.yaml'));
    symlinkSync(join(outside, 'deep'), join(directory, 'linked'));
    symlinkSync(join(outside, 'environments'), join(directory, 'environments'));
    symlinkSync(directory, join(directory, 'sub', 'up'));
    symlinkSync('loop.yaml', join(directory, 'loop.yaml'));
    symlinkSync('sub', join(directory, 'folder.yaml'));
    const { files, diagnostics } = await readStackFiles(directory);
    expect([...files.keys()]).toEqual(['sub/here.yaml', 'trueup.yaml']);
    expect(diagnostics.map(line)).toEqual([
      'file-outside-stack environments/e.yaml:1:1 e.yaml leads out of the stack through a symbolic link',
      'file-outside-stack file.yaml:1:1 file.yaml leads out of the stack through a symbolic link',
      'file-unreadable folder.yaml:1:1 folder.yaml is not a file',
      'file-unreadable loop.yaml:1:1 loop.yaml cannot be read (ELOOP)',
      expect.stringMatching(/^file-(outside-stack|unreadable) relative.yaml/) as unknown,
      'file-outside-stack sub/file.yaml:1:1 file.yaml leads out of the stack through a symbolic link',
    ]);
  });

  it('that are pipes are not waited for', async () => {
    const directory = directoryWith({ 'trueup.yaml': 'stack: a\n' });
    execFileSync('mkfifo', [join(directory, 'pipe.yaml')]);
    const { diagnostics } = await readStackFiles(directory);
    expect(diagnostics.map(line)).toEqual([
      'file-unreadable pipe.yaml:1:1 pipe.yaml is not a file',
    ]);
  });

  it('lose their BOM, and are refused when they are no UTF-8', async () => {
    const directory = directoryWith({
      'bom.yaml': '\uFEFFgroups: {}\n',
      'latin.yaml': Buffer.from([0x61, 0x3a, 0x20, 0xe4, 0x0a]),
      'surrogate.yaml': Buffer.from([0x61, 0x3a, 0x20, 0xed, 0xa0, 0x80]),
      'utf16.yaml': Buffer.from('groups: {}', 'utf16le'),
    });
    const { files, diagnostics } = await readStackFiles(directory);
    expect(files.get('bom.yaml')).toBe('groups: {}\n');
    expect(diagnostics.map(({ code }) => code)).toEqual(['yaml-not-utf8', 'yaml-not-utf8']);
    expect(load({ 'utf16.yaml': files.get('utf16.yaml') ?? '' }).stack).toBeUndefined();
    const variables = await readVariableFiles([
      join(directory, 'latin.yaml'),
      join(directory, 'none.yaml'),
    ]);
    expect(variables.diagnostics.map(({ code }) => code)).toEqual([
      'yaml-not-utf8',
      'file-unreadable',
    ]);
  });
});
