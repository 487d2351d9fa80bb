import { describe, expect, it } from 'vitest';
import { readTimings } from '../../src/commands/timings.ts';
import { parseTiming } from '../../src/core/timing.ts';

const SETTINGS = {
  one: { timing: 'real,leaseMs=90000,planFreshMs=50000,pollMs=3000,settleMsMin=7' },
  other: { timing: 'fast,planFreshMs=20000' },
  silent: {},
};

describe('the timing of a run', () => {
  it('is each provider’s own, `real` where there is none', () => {
    const { of } = readTimings(undefined, false, SETTINGS);
    expect(of('one').settleMsMin).toBe(7);
    expect(of('other')).toEqual(parseTiming('fast,planFreshMs=20000'));
    expect(of('silent')).toEqual(parseTiming('real'));
    expect(of('not in the stack')).toEqual(parseTiming('real'));
  });

  it('is the strictest of them for what they share', () => {
    const { shared } = readTimings(undefined, false, SETTINGS);
    expect(shared).toMatchObject({ leaseMs: 90_000, planFreshMs: 20_000, pollMs: 20 });
  });

  it.each([
    ['fast,pollMs=5', false, 'fast,pollMs=5'],
    ['real', true, 'real'],
    [undefined, true, 'fast'],
    ['', true, 'fast'],
  ])('is one for all with %j, emulated: %j', (environment, emulated, expected) => {
    const { shared, of } = readTimings(environment, emulated, SETTINGS);
    expect([shared, of('one')]).toEqual([parseTiming(expected), parseTiming(expected)]);
  });

  it('lets at least one create at once provision', () => {
    expect(() => readTimings('fast,provisioningMax=0', false, {})).toThrow('is no timing');
  });

  it('that is none is told', () => {
    const settings = { one: { timing: 'soon' } };
    expect(() => readTimings(undefined, false, settings)).toThrow(
      "timing of one: 'soon' is no timing",
    );
    expect(() => readTimings('soon', true, {})).toThrow("TRUEUP_TIMING: 'soon' is no timing");
  });
});
