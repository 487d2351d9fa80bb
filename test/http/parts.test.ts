import { afterEach, describe, expect, it, vi } from 'vitest';
import { createRedactor } from '../../src/core/redactor.ts';
import { NotCompared, Unknown } from '../../src/core/value.ts';
import { parseRetryAfter } from '../../src/http/retry-after.ts';
import { serializeBody } from '../../src/http/serialize.ts';
import { createSystemClock } from '../../src/http/system-clock.ts';

afterEach(() => void vi.restoreAllMocks());

describe('Retry-After', () => {
  const clock = { serverTimeMs: 0, nowMs: Date.parse('2026-01-01T00:00:00Z') };
  it.each([
    ['0', 0],
    ['7', 7_000],
    ['1.5', 1_500],
    ['99999999', 99_999_999_000],
    ['Thu, 01 Jan 2026 00:00:30 GMT', 30_000],
    ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
    ['soon', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%s means %s ms', (header, expected) => {
    expect(parseRetryAfter(header, clock)).toBe(expected);
  });

  it('counts a date from the clock of the server', () => {
    const serverTimeMs = Date.parse('2026-01-01T01:00:00Z');
    const header = 'Thu, 01 Jan 2026 01:00:05 GMT';
    expect(parseRetryAfter(header, { ...clock, serverTimeMs })).toBe(5_000);
  });
});

describe('serializer', () => {
  it('reveals secrets wherever they stand', () => {
    const secret = createRedactor().secret('s3cret');
    expect(serializeBody({ a: [secret, { b: secret, c: null }], d: 1 })).toBe(
      '{"a":["s3cret",{"b":"s3cret","c":null}],"d":1}',
    );
  });

  it('refuses what is not known', () => {
    expect(() => serializeBody({ a: new Unknown() })).toThrowError(/not known/);
    expect(() => serializeBody([new NotCompared()])).toThrowError(/not known/);
  });
});

describe('system clock', () => {
  it('wakes a sleep and ends one that is aborted', async () => {
    const clock = createSystemClock();
    await clock.sleep(0);
    const controller = new AbortController();
    const sleeping = clock.sleep(3_600_000, controller.signal);
    controller.abort(new Error('enough'));
    await expect(sleeping).rejects.toThrow('enough');
    await expect(clock.sleep(5, controller.signal)).rejects.toThrow('enough');
    expect(clock.now()).toBeGreaterThan(1_700_000_000_000);
  });

  it('goes on where the clock of the machine is put back', () => {
    const wall = vi.spyOn(Date, 'now').mockReturnValue(10_000_000);
    const clock = createSystemClock();
    wall.mockReturnValue(10_001_000);
    expect(clock.now()).toBe(10_001_000);
    wall.mockReturnValue(6_401_000);
    expect(clock.now()).toBe(10_001_000);
    wall.mockReturnValue(6_403_000);
    expect(clock.now()).toBe(10_003_000);
  });
});
