import { expect, it } from 'vitest';
import { elapsed, roughly } from '../../src/views/duration.ts';

it('writes elapsed times', () => {
  const times = [0, 999, 59_999, 60_000, 65_000, 3_600_000, 7_380_000];
  expect(times.map(elapsed)).toEqual(['0s', '0s', '59s', '1m00s', '1m05s', '1h00m', '2h03m']);
});

it('writes expected times, rounded', () => {
  const times = [0, 20_000, 300_000, 3_599_000, 3_600_000, 7_800_000];
  expect(times.map(roughly)).toEqual(['1 s', '20 s', '5 min', '1 h', '1 h', '2 h 10 min']);
});
