import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import type { Json, JsonObject } from '../../src/core/json.ts';
import { load } from '../manifest/_load.ts';
import { runs } from '../_helpers/property-runs.ts';
import { applyMergePatch, mergePatchOf } from '../_helpers/random-stack-files.ts';

const RUNS = runs(200);
const ODD = [
  '${',
  '$${',
  '}',
  '${var.v}',
  '$',
  'null',
  '~',
  'yes',
  '0x1F',
  '1e3',
  '!tag',
  '&a',
  '*a',
  '# no comment',
  'a: b',
  '- x',
  '|',
  '>',
  '"',
  "'",
  ' ',
  '\n',
  '\t',
  '\\',
  '---',
  '...',
  '🚀',
  '\u{85}',
  '\u{2028}',
];
const text = fc
  .array(fc.oneof(fc.constantFrom(...ODD), fc.string({ maxLength: 4 })), {
    maxLength: 4,
  })
  .map((parts) => parts.join(''));
const key = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,5}$/);

/** Any JSON value; without null, which an overlay reads as "remove". */
const tree = (leaves: fc.Arbitrary<Json>): fc.Arbitrary<Json> =>
  fc.letrec<{ value: Json; list: readonly Json[]; map: JsonObject }>((tie) => ({
    value: fc.oneof({ depthSize: 'small', withCrossShrink: true }, leaves, tie('list'), tie('map')),
    list: fc.array(tie('value'), { maxLength: 3 }),
    map: fc.dictionary(key, tie('value'), { maxKeys: 3, noNullPrototype: true }),
  })).value;

const number = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }));
const scalar: fc.Arbitrary<Json> = fc.oneof(text, number, fc.boolean());
const notNull = tree(scalar);
const anything = tree(fc.oneof(scalar, fc.constant(null)));
const map = fc.dictionary(key, notNull, { maxKeys: 4, noNullPrototype: true });

/** As people write it: block style, flow style or JSON. */
const style = fc.constantFrom<(value: Json) => string>(
  (value) => stringify(value, { lineWidth: 0 }),
  (value) => stringify(value, { collectionStyle: 'flow', lineWidth: 0 }),
  (value) => stringify(value, { defaultStringType: 'QUOTE_DOUBLE' }),
  (value) => stringify(value, { blockQuote: 'literal' }),
  (value) => JSON.stringify(value, undefined, 2),
);

function escapedText(value: string): string {
  return value.replaceAll('${', () => '$${');
}

/** `${` as a manifest writes it where no expression is meant. */
function escaped(value: Json): Json {
  if (typeof value === 'string') return escapedText(value);
  if (Array.isArray(value)) return value.map((item: Json) => escaped(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, escaped(item)]));
}

/** -0 is no JSON. */
function plain(value: Json): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}

function outputsOf(files: Record<string, string>, environment?: string): JsonObject {
  const { stack, diagnostics } = load(files, { environment });
  if (stack === undefined) throw new Error(diagnostics.map((item) => item.message).join('\n'));
  return Object.fromEntries(stack.outputs.map((output) => [output.name, output.value as Json]));
}

const output = (value: Json): JsonObject => ({ outputs: { o: { value } } });

describe('any value in a manifest', () => {
  it('is loaded as it was written, in every style of YAML', () => {
    fc.assert(
      fc.property(anything, style, (value, write) => {
        const files = { 'main.yaml': write(plain(output(escaped(value)))) };
        expect(outputsOf(files)['o']).toEqual(plain(value));
      }),
      RUNS,
    );
  });

  it('keeps its type and content through a variable', () => {
    fc.assert(
      fc.property(anything, style, (value, write) => {
        const variables = { v: { default: escaped(value) } };
        const files = { 'main.yaml': write(plain({ variables, ...output('${var.v}') })) };
        expect(outputsOf(files)['o']).toEqual(plain(value));
      }),
      RUNS,
    );
  });

  it('becomes a part of a text by its own text', () => {
    fc.assert(
      fc.property(
        fc.oneof(text, fc.integer(), fc.boolean()),
        text,
        text,
        style,
        (value, before, after, write) => {
          const variables = { v: { default: escaped(value) } };
          const whole = `${escapedText(before)}.\${var.v}.${escapedText(after)}`;
          const files = { 'main.yaml': write(plain({ variables, ...output(whole) })) };
          expect(outputsOf(files)['o']).toBe(`${before}.${value}.${after}`);
        },
      ),
      RUNS,
    );
  });
});

describe('the overlay of an environment', () => {
  it('that is the merge patch from one stack to another gives the other', () => {
    const names = fc.constantFrom('a', 'b', 'c');
    const outputs = fc
      .dictionary(names, notNull, { noNullPrototype: true })
      .map((values) =>
        Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }])),
      );
    fc.assert(
      fc.property(outputs, outputs, style, (one, other, write) => {
        const [from, to] = [plain(escaped(one)), plain(escaped(other))] as JsonObject[];
        const files = {
          'main.yaml': write({ outputs: from ?? {} }),
          'environments/prod.yaml': write({ outputs: mergePatchOf(from ?? {}, to ?? {}) }),
        };
        const expected = Object.entries(other).map(([name, { value }]) => [name, plain(value)]);
        expect(outputsOf(files, 'prod')).toEqual(Object.fromEntries(expected));
      }),
      RUNS,
    );
  });

  it('merges as RFC 7386 says: what the tests call a patch is one', () => {
    fc.assert(
      fc.property(map, map, (from, to) => {
        expect(applyMergePatch(from, mergePatchOf(from, to))).toEqual(to);
        expect(mergePatchOf(to, to)).toEqual({});
      }),
      RUNS,
    );
  });
});
