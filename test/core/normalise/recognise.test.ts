import { describe, expect, it } from 'vitest';
import { isCidr } from '../../../src/core/normalise/cidr.ts';
import { isDurationOrTime } from '../../../src/core/normalise/duration-or-time.ts';

describe('isCidr', () => {
  it.each(['203.0.113.0/24', '10.0.0.1', ' 0.0.0.0/0 ', '2001:db8::/32', '::1'])(
    'takes %s',
    (text) => {
      expect(isCidr(text)).toBe(true);
    },
  );

  it.each(['10.0.0.0/99', '10.0.0.256', '10.0.0', 'office', '', '2001:db8::/129'])(
    'refuses %j',
    (text) => {
      expect(isCidr(text)).toBe(false);
    },
  );
});

describe('isDurationOrTime', () => {
  it.each(['3h30m', '90s', '2030-01-31', '2030-01-31T12:00:00Z', '2030-01-31T12:00:00+02:00'])(
    'takes %s',
    (text) => {
      expect(isDurationOrTime(text)).toBe(true);
    },
  );

  it.each(['tomorrow', '3 hours', '', '2030-13-01', '2030-02-30', '2030-04-31T12:00:00Z', '12:00'])(
    'refuses %j',
    (text) => {
      expect(isDurationOrTime(text)).toBe(false);
    },
  );
});
