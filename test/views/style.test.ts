import { describe, expect, it } from 'vitest';
import { createStyle, shouldColor } from '../../src/views/style.ts';

describe('shouldColor', () => {
  it.each([
    ['a terminal', { isTTY: true, env: {} }, true],
    ['no terminal', { isTTY: false, env: {} }, false],
    ['a dumb terminal', { isTTY: true, env: { TERM: 'dumb' } }, false],
    ['NO_COLOR', { isTTY: true, env: { NO_COLOR: '1' } }, false],
    ['an empty NO_COLOR', { isTTY: true, env: { NO_COLOR: '' } }, true],
    ['FORCE_COLOR', { isTTY: false, env: { FORCE_COLOR: '1' } }, true],
    ['FORCE_COLOR=0', { isTTY: true, env: { FORCE_COLOR: '0' } }, false],
    [
      'NO_COLOR before FORCE_COLOR',
      { isTTY: true, env: { NO_COLOR: '1', FORCE_COLOR: '1' } },
      false,
    ],
    ['--no-color first of all', { isTTY: true, env: { FORCE_COLOR: '1' }, noColor: true }, false],
  ])('%s', (_, choice, expected) => {
    expect(shouldColor(choice)).toBe(expected);
  });
});

describe('createStyle', () => {
  it('closes what it opens, and does nothing without colour', () => {
    expect(createStyle({ color: true }).red('x')).toBe('\u001B[31mx\u001B[39m');
    expect(createStyle({ color: false }).red('x')).toBe('x');
  });
});
