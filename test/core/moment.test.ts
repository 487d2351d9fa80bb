import { describe, expect, it } from 'vitest';
import { parseMoment } from '../../src/core/moment.ts';

function iso(text: string): string | undefined {
  const moment = parseMoment(text);
  return moment === undefined ? undefined : new Date(moment).toISOString();
}

describe('parseMoment', () => {
  it.each([
    ['2026-12-31', '2027-01-01T00:00:00.000Z'],
    ['2028-02-29', '2028-03-01T00:00:00.000Z'],
    ['2026-12-31T18:00:00Z', '2026-12-31T18:00:00.000Z'],
    ['2026-12-31T18:00:00.5+02:00', '2026-12-31T16:00:00.500Z'],
    ['2026-12-31t18:00:00z', '2026-12-31T18:00:00.000Z'],
  ])('%s holds until %s', (text, moment) => {
    expect(iso(text)).toBe(moment);
  });

  it.each([
    '2026-02-30',
    '2027-02-29',
    '2026-13-01',
    '2026-12-31T25:00:00Z',
    '2026-12-31T18:00:00',
    '2026-12-31 18:00:00Z',
    '31.12.2026',
    'tomorrow',
    '',
  ])('"%s" is no moment', (text) => {
    expect(parseMoment(text)).toBeUndefined();
  });
});
