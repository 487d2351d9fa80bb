import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonText, quoted, text } from '../../src/views/sanitize.ts';

// oxlint-disable-next-line no-control-regex -- what must not come through
const OBEYED = /[\u0000-\u001F\u007F-\u009F\u200E\u200F\u2028-\u202E\u2066-\u2069]/;

/** Texts rich in what a terminal obeys. */
const hostile = fc.string({
  unit: fc.oneof(
    fc.constantFrom('\u001B', '[2J', '\n', '\u009B', '\u202E', '\u2028', '\u0007', '"', '\\', 'a'),
    fc.string({ unit: 'binary', maxLength: 2 }),
  ),
});

describe('text', () => {
  it('leaves ordinary words alone, in any script', () => {
    for (const plain of ['acme-main', 'größer', '名前', 'naïve 🚀', ''])
      expect(text(plain)).toBe(plain);
  });

  it('shows an escape sequence instead of passing it on', () => {
    expect(text('a\u001B[31mred\u001B]0;t\u0007')).toBe('a\\u001b[31mred\\u001b]0;t\\u0007');
    expect(text('one\ntwo\tthree\r')).toBe('one\\ntwo\\tthree\\r');
    expect(text('\uD800')).toBe('\\ud800');
    expect(text('\u{E0041}')).toBe('\\udb40\\udc41');
  });

  it('lets nothing through that a terminal would obey', () => {
    fc.assert(
      fc.property(hostile, (untrusted) => {
        expect(text(untrusted)).not.toMatch(OBEYED);
        expect(quoted(untrusted)).not.toMatch(OBEYED);
      }),
    );
  });
});

describe('jsonText', () => {
  it('keeps the data and lets nothing through that a terminal would obey', () => {
    fc.assert(
      fc.property(hostile, (untrusted) => {
        const data = { [untrusted]: [untrusted] };
        const json = jsonText(data);
        expect(json).not.toMatch(OBEYED);
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(data)));
        expect(JSON.parse(jsonText(data, 2))).toEqual(JSON.parse(json));
      }),
    );
  });
});
