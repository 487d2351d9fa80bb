import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/emulator/random.ts';
import { generatePassword, isValidPassword } from '../../src/emulator/singlestore/password.ts';
import { parseExpiry } from '../../src/emulator/singlestore/time-text.ts';
import { addStep, fold, targetOf, viewAt } from '../../src/emulator/time-line.ts';
import type { TimeLine } from '../../src/emulator/time-line.ts';

const LAST_MS = 20;

const step = fc.record({
  at: fc.nat({ max: LAST_MS }),
  set: fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.option(fc.nat({ max: 9 })), { maxKeys: 2 }),
});

function lineOf(steps: readonly { readonly at: number; readonly set: object }[]): TimeLine {
  const line: TimeLine = {
    type: 'thing',
    id: '1',
    parent: undefined,
    createdMs: 0,
    deletedMs: undefined,
    base: {},
    hidden: {},
    steps: [],
  };
  for (const { at, set } of steps) addStep(line, at, { ...set });
  return line;
}

describe('time line', () => {
  it('looks the same from the horizon on, folded or not', () => {
    fc.assert(
      fc.property(fc.array(step), fc.nat({ max: LAST_MS }), (steps, horizon) => {
        const [plain, folded] = [lineOf(steps), lineOf(steps)];
        fold(folded, horizon);
        for (let at = horizon; at <= LAST_MS; at += 1) {
          expect(viewAt(folded, at)).toEqual(viewAt(plain, at));
        }
      }),
    );
  });

  it('ends with the value that was written last, whenever it takes effect', () => {
    fc.assert(
      fc.property(fc.array(step), fc.nat({ max: LAST_MS }), (steps, at) => {
        expect(targetOf(lineOf([...steps, { at, set: { a: 'last' } }]))['a']).toBe('last');
      }),
    );
  });
});

describe('passwords', () => {
  it('that are generated satisfy the rule', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => isValidPassword(generatePassword(createRandom(seed)))),
    );
  });

  it.each([
    'Short1!',
    'nouppercase1!xqmk',
    'Tr7!abcQm2#Lp9vB',
    'Tr7!xxxxQm2#Lp9vB',
    'Tr7!321Qm2#Lp9vB',
  ])('%s does not', (text) => {
    expect(isValidPassword(text)).toBe(false);
  });
});

describe('expiry', () => {
  it.each([
    ['3h30m', '2026-06-01T03:30:00Z'],
    ['1.5h', '2026-06-01T01:30:00Z'],
    ['2026-07-01', '2026-07-01T00:00:00Z'],
    ['2026-07-01T10:00:00', '2026-07-01T10:00:00Z'],
    ['2026-07-01T10:00:00+02:00', '2026-07-01T08:00:00Z'],
  ])('%s is %s', (text, moment) => {
    expect(parseExpiry(text, Date.UTC(2026, 5, 1))).toBe(Date.parse(moment));
  });

  it.each(['2026-05-01', 'soon', '3x', ''])('%s is refused', (text) => {
    expect(() => parseExpiry(text, Date.UTC(2026, 5, 1))).toThrow('expiresAt');
  });
});
