import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NORMALISERS, type FieldRole, type NormaliserName } from '../../../src/core/field-role.ts';
import { normaliseCidr } from '../../../src/core/normalise/cidr.ts';
import { normaliseDurationOrTime } from '../../../src/core/normalise/duration-or-time.ts';
import { normaliseField } from '../../../src/core/normalise/normalise-field.ts';
import { createRedactor } from '../../../src/core/redactor.ts';
import { NotCompared, Unknown, type Value } from '../../../src/core/value.ts';

const role = (annotation: Partial<FieldRole>): FieldRole => ({
  path: ['field'],
  description: '',
  types: [],
  ...annotation,
});

const octets = fc.array(fc.integer({ min: 0, max: 299 }), { minLength: 4, maxLength: 4 });
const texts: Readonly<Record<NormaliserName, fc.Arbitrary<string>>> = {
  trim: fc.string({ unit: 'binary' }),
  lowercase: fc.string({ unit: 'binary' }),
  email: fc.oneof(fc.emailAddress(), fc.string({ unit: 'binary' })),
  cidr: fc.oneof(
    fc
      .tuple(octets, fc.integer({ min: 0, max: 40 }))
      .map(([ip, bits]) => `${ip.join('.')}/${bits}`),
    fc.tuple(fc.ipV6(), fc.integer({ min: 0, max: 140 })).map(([ip, bits]) => `${ip}/${bits}`),
    fc.ipV4(),
    fc.ipV6(),
    fc.string(),
  ),
  uuid: fc.oneof(fc.uuid(), fc.string()),
  'duration-or-time': fc.oneof(
    fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    fc.tuple(fc.nat(9999), fc.nat(99), fc.nat(99)).map(([h, m, s]) => `${h}h${m}m${s}.5s`),
    fc.date({ noInvalidDate: true }).map((date) => date.toISOString().slice(0, 10)),
    fc.string(),
  ),
  'case-insensitive': fc.string({ unit: 'binary' }),
};

describe('normaliseField', () => {
  it.each(NORMALISERS)('%s is idempotent', (normaliser) => {
    fc.assert(
      fc.property(texts[normaliser], (text) => {
        const once = normaliseField(role({ normaliser }), text);
        expect(normaliseField(role({ normaliser }), once)).toEqual(once);
      }),
    );
  });

  it('makes sets equal whatever their order and repetitions', () => {
    const set = role({ set: true });
    const item = fc.oneof(fc.string(), fc.record({ a: fc.string(), b: fc.nat(3) }));
    fc.assert(
      fc.property(fc.array(item), fc.func(fc.nat()), (items, weight) => {
        const shuffled = [...items, ...items].toSorted((a, b) => weight(a) - weight(b));
        expect(normaliseField(set, shuffled)).toEqual(normaliseField(set, items));
        expect(normaliseField(set, normaliseField(set, items))).toEqual(normaliseField(set, items));
      }),
    );
  });

  it('compares objects of a set whatever the order of their members', () => {
    const once = normaliseField(role({ set: true }), [
      { a: 1, b: 2 },
      { b: 2, a: 1 },
    ]);
    expect(once).toEqual([{ a: 1, b: 2 }]);
  });

  it('keeps lists and none as elements of a set', () => {
    expect(normaliseField(role({ set: true }), [null, ['b', 'a'], 'c', null])).toEqual([
      'c',
      ['b', 'a'],
      null,
    ]);
  });

  it('normalises the elements before they are compared', () => {
    const emails = role({ set: true, normaliser: 'email' });
    expect(normaliseField(emails, ['B@x', 'a@x', ' b@x'])).toEqual(['a@x', 'b@x']);
  });

  it('leaves lists that are no sets in their order', () => {
    expect(normaliseField(role({}), ['b', 'a', 'b'])).toEqual(['b', 'a', 'b']);
  });

  it('passes through what has no plain text', () => {
    const opaque: readonly Value[] = [
      createRedactor().secret(' X '),
      new Unknown('a.b.c'),
      new NotCompared(),
      null,
      3,
      true,
    ];
    for (const value of opaque)
      expect(normaliseField(role({ normaliser: 'trim' }), value)).toBe(value);
    const unknown = new Unknown('a.b.c');
    expect(normaliseField(role({ set: true }), [unknown, 'a'])).toEqual(['a', unknown]);
  });
});

describe('normalisers', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7/32'],
    [' 10.1.2.3/8 ', '10.0.0.0/8'],
    ['10.1.2.3/0', '0.0.0.0/0'],
    ['10.1.255.3/20', '10.1.240.0/20'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1/128'],
    ['2001:db8:1:2::3/40', '2001:db8::/40'],
    ['2001:db8:ff00::/33', '2001:db8:8000::/33'],
    ['::1/0', '::/0'],
    ['::ffff:10.1.2.3/112', '::ffff:a01:0/112'],
    ['2001:db8::/129', '2001:db8::/129'],
    ['1:2:3', '1:2:3'],
    ['300.1.1.1/8', '300.1.1.1/8'],
    ['Anything', 'anything'],
  ])('cidr %s → %s', (text, normal) => {
    expect(normaliseCidr(text)).toBe(normal);
  });

  it.each([
    ['3h30m', '3h30m0s'],
    ['210m', '3h30m0s'],
    ['1.5h', '1h30m0s'],
    ['2030-01-31', '2030-01-31T00:00:00.000Z'],
    ['2030-01-31T13:00:00+01:00', '2030-01-31T12:00:00.000Z'],
    ['2030-01-31T12:00:00.1234Z', '2030-01-31T12:00:00.123Z'],
    ['2030-01-31 12:00', '2030-01-31T12:00:00.000Z'],
    ['never', 'never'],
    ['', ''],
  ])('duration-or-time %s → %s', (text, normal) => {
    expect(normaliseDurationOrTime(text)).toBe(normal);
  });
});
