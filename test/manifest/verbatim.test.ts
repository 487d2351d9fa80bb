import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createNamedFile } from '../../src/manifest/named-file.ts';
import { kindTable, PROVIDERS } from '../../src/providers/registry.ts';
import { line, load, resourceOf } from './_load.ts';

const KINDS = kindTable(PROVIDERS);
const app = (spicepod: string) => `apps:\n  orders: { region: us-west-2, spicepod: ${spicepod} }\n`;

function pod(files: Record<string, string>, namedFile?: (path: string) => string): unknown {
  const given = { kinds: KINDS, ...(namedFile === undefined ? {} : { namedFile }) };
  const { stack, diagnostics } = load(files, given);
  if (stack === undefined) return diagnostics.map(line);
  return resourceOf(stack, 'spice.apps.orders').fields['spicepod'];
}

describe('a verbatim object', () => {
  it('stands in the manifest, expressions left alone', () => {
    expect(pod({ 'a.yaml': app('{ name: orders, params: { key: "${secrets:KEY}" } }') })).toEqual({
      name: 'orders',
      params: { key: '${secrets:KEY}' },
    });
  });

  it('is read from a file that the manifest names, which is no manifest itself', () => {
    const files = {
      'a.yaml': app('{ fromFile: ./pod.yaml }'),
      'pod.yaml': '# a comment\nname: orders\nparams:\n  key: ${ secrets:KEY }\n',
    };
    expect(pod(files)).toEqual({ name: 'orders', params: { key: '${ secrets:KEY }' } });
  });

  it('tells the mistakes of that file at their places', () => {
    const main = { 'a.yaml': app('{ fromFile: pod.yaml }') };
    expect(pod({ ...main, 'pod.yaml': 'name: a\nname: b\n' })).toEqual([
      expect.stringMatching(/^yaml-duplicate-key pod\.yaml:2/),
    ]);
    expect(pod({ ...main, 'pod.yaml': 'name: [a\n' })).toEqual([
      expect.stringMatching(/^yaml-syntax pod\.yaml:/),
    ]);
    expect(pod({ ...main, 'pod.yaml': 'name: a\n---\nname: b\n' })).toEqual([
      expect.stringMatching(/^schema-value a\.yaml:2/),
    ]);
    expect(pod({ ...main, 'pod.yaml': '- a\n' })).toEqual([
      expect.stringMatching(/^schema-type a\.yaml:2/),
    ]);
    expect(pod(main)).toEqual([expect.stringMatching(/^source-missing a\.yaml:2/)]);
  });

  it('cannot be none', () => {
    for (const none of ['null', '{}', '{ fromFile: 7 }']) {
      expect(pod({ 'a.yaml': app(none) })).not.toEqual({});
    }
    expect(pod({ 'a.yaml': app('{}') })).toEqual([
      expect.stringMatching(/^schema-not-clearable a\.yaml:2/),
    ]);
  });
});

describe('a file that manifests name', () => {
  const parent = mkdtempSync(join(tmpdir(), 'trueup-named-'));
  const stack = join(parent, 'stack');
  mkdirSync(join(stack, 'pods'), { recursive: true });
  writeFileSync(join(stack, 'pods', 'a.yaml'), 'name: orders\n');
  writeFileSync(join(stack, 'latin.yaml'), Buffer.from([0xe9]));
  writeFileSync(join(parent, 'outside.yaml'), 'name: outside\n');
  symlinkSync(join(parent, 'outside.yaml'), join(stack, 'link.yaml'));
  const named = createNamedFile(stack);
  afterAll(() => {
    rmSync(parent, { recursive: true, force: true });
  });

  it('may lie in a folder of the stack', () => {
    expect(pod({ 'a.yaml': app('{ fromFile: pods/a.yaml }') }, named)).toEqual({ name: 'orders' });
  });

  it.each([
    ['../outside.yaml', 'source-outside-stack'],
    ['link.yaml', 'source-outside-stack'],
    ['none.yaml', 'source-missing'],
    ['pods', 'source-failed'],
    ['latin.yaml', 'source-failed'],
  ])('is refused: %s, %s', (path, code) => {
    expect(pod({ 'a.yaml': app(`{ fromFile: ${path} }`) }, named)).toEqual([
      expect.stringMatching(new RegExp(`^${code} a\\.yaml:2`)),
    ]);
  });
});
