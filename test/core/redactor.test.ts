import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../src/core/redactor.ts';

const PLAIN = 'p&ss<w>/ö"d\' (x)*~+\u2028\\1';

const utf16 = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
const percent = (unit: string): string => `%${unit.charCodeAt(0).toString(16).toUpperCase()}`;
const json = JSON.stringify(PLAIN);
const go = json.replaceAll(/[<>&\u2028\u2029]/g, utf16);
const uri = encodeURIComponent(PLAIN);
const form = new URLSearchParams({ a: PLAIN }).toString();

/** The secret as encoders of other languages write it, where ours writes it otherwise. */
const WRITTEN: Readonly<Record<string, string>> = {
  plain: PLAIN,
  JSON: json,
  'JSON in JSON': JSON.stringify(json),
  'JSON of Go': go,
  'JSON of Go in JSON': JSON.stringify(go),
  'JSON of Python': json.replaceAll(/[^\0-\u007f]/g, utf16),
  'JSON of PHP': json.replaceAll('/', '\\/').replaceAll(/[^\0-\u007f]/g, utf16),
  URL: uri,
  'URL in lower case': uri.replaceAll(/%../g, (code) => code.toLowerCase()),
  'URL of Python': uri.replaceAll(/[!'()*]/g, percent),
  'query of Go': uri.replaceAll(/[!'()*]/g, percent).replaceAll('%20', '+'),
  'a form': form,
  base64: Buffer.from(PLAIN).toString('base64'),
  'base64 of URLs': Buffer.from(PLAIN).toString('base64url'),
};

describe('scrub', () => {
  it.each(Object.keys(WRITTEN))('finds a secret as it is in %s', (name) => {
    const redactor = createRedactor();
    redactor.secret(PLAIN);
    const scrubbed = redactor.scrub(`before ${WRITTEN[name] ?? ''} after`);
    expect(scrubbed).toMatch(
      /^before (?:"|\\"|"\\"|a=)?\(sensitive value\)(?:"|\\"|\\""|)? after$/,
    );
  });

  it('leaves other texts as they are', () => {
    const redactor = createRedactor();
    redactor.secret('abc');
    redactor.secret(PLAIN);
    expect(redactor.scrub('abc & <w>/ö')).toBe('abc & <w>/ö');
  });
});
