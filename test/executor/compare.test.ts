import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../src/core/redactor.ts';
import { NotCompared } from '../../src/core/value.ts';
import { allFields, differingFields, fromTo, writeOnlyFields } from '../../src/executor/compare.ts';
import { boxes, things } from '../_helpers/planner-builder.ts';

const secret = createRedactor().secret('a-secret-of-the-tests');

describe('the fields that live does not show as they were asked for', () => {
  it('are told by pointer, without those that are ignored or cannot be read', () => {
    const desired = { note: 'b', limits: { low: 1, high: 2 }, password: secret };
    const live = { note: 'a', limits: { low: 3, high: 3 } };
    expect(differingFields(boxes, desired, live)).toEqual(['/note', '/limits/low', '/limits/high']);
    expect(differingFields(boxes, desired, live, ['limits', 'note'])).toEqual([]);
    expect(differingFields(boxes, desired, live, ['limits.low'])).toEqual([
      '/note',
      '/limits/high',
    ]);
  });

  it('leave out a secret that the API does not tell, and one whose source was not read', () => {
    expect(differingFields(things, { secret }, {})).toEqual([]);
    expect(differingFields(things, { secret }, { secret: 'another' })).toEqual(['/secret']);
    expect(differingFields(things, { secret: new NotCompared() }, { secret: 'x' })).toEqual([]);
  });

  it('can be sent unless their source was not read', () => {
    const fields = { note: 'a', password: new NotCompared() };
    expect(writeOnlyFields(boxes, fields)).toEqual([]);
    expect(writeOnlyFields(boxes, { password: secret })).toEqual(['/password']);
    expect(allFields(boxes, fields)).toEqual(['/note']);
  });
});

describe('what a message says of a change', () => {
  it('is both values, cut short', () => {
    expect(fromTo({}, 'S-1', ['a', 2])).toBe(', from "S-1" to ["a",2]');
    expect(fromTo({}, undefined, null)).toBe(', from nothing to null');
    expect(fromTo({}, 'x'.repeat(1000), 'y').length).toBeLessThan(200);
  });

  it('is nothing where one of them is a secret', () => {
    expect(fromTo({ sensitive: true }, 'x', 'y')).toBe('');
    expect(fromTo({}, 'x', secret)).toBe('');
    expect(fromTo({}, { inside: [secret] }, 'y')).toBe('');
  });
});
