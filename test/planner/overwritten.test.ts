import { describe, expect, it } from 'vitest';
import type { StateResource } from '../../src/core/prior.ts';
import { isLater, isOverwritten } from '../../src/planner/overwritten.ts';
import { kind, object, recorded } from '../_helpers/planner-builder.ts';

describe('a later mark', () => {
  it.each([
    [2, 1, true],
    [1, 2, false],
    [1, 1, false],
    [undefined, 1, false],
    [1, undefined, false],
    ['2026-01-01T00:00:01Z', '2026-01-01T00:00:00Z', true],
    ['2026-01-01T00:00:00Z', '2026-01-01T00:00:01Z', false],
    ['2026-01-01T01:00:00+01:00', '2026-01-01T00:00:00Z', false],
    ['2026-01-01T00:00:00.900Z', '2026-01-01T00:00:00Z', false],
    ['2026-01-01T00:00:01Z', '2026-01-01T00:00:00.900Z', true],
    ['2026-01-01T00:00:00.29Z', '2026-01-01T00:00:00.2Z', false],
    ['2026-01-01T00:00:00.212Z', '2026-01-01T00:00:00.211Z', true],
    ['2026-01-01T00:00:00.2129Z', '2026-01-01T00:00:00.2121Z', false],
    ['a', 'b', true],
    ['a', 'a', false],
    ['2026-01-01T00:00:00Z', 'b', true],
    ['a', '2026-01-01T00:00:00Z', true],
    [1, '2026-01-01T00:00:00Z', true],
    ['2026-01-01T00:00:00Z', 1, true],
  ])('%j after %j: %s', (now, before, later) => {
    expect(isLater(now, before)).toBe(later);
  });
});

const pending = (done: number) => ({ pending: { steps: ['a', 'b'], done, restore: {} } });

describe('an object with a later mark', () => {
  const marked = kind('papers', { changedMark: 'version' });
  const overwritten = (parts: Partial<StateResource>, shape = marked): boolean =>
    isOverwritten(
      shape,
      recorded('papers.p', {}, { attributes: { version: 1 }, ...parts }),
      object('papers.p', {}, { attributes: { version: 2 } }),
    );
  it('was written by somebody else, unless a change of ours was cut short', () => {
    expect(overwritten({})).toBe(true);
    expect(overwritten(pending(1))).toBe(false);
    expect(overwritten(pending(2))).toBe(true);
    expect(overwritten({ attributes: { version: 2 } })).toBe(false);
  });

  it('says nothing where its kind has no mark', () => {
    expect(overwritten({}, kind('papers'))).toBe(false);
  });
});
