import { expect, it } from 'vitest';
import { parseTiming } from '../../src/core/timing.ts';

it('takes a profile and settings over it', () => {
  expect(parseTiming('fast, pollMs=5')).toEqual({ ...parseTiming('fast'), pollMs: 5 });
});

it.each(['', 'quick', 'pollMs', 'pollMs=x', 'pollMS=5', 'toString=5', 'fast=1'])(
  'refuses %j',
  (text) => {
    expect(parseTiming(text)).toBeUndefined();
  },
);
