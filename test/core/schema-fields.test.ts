import { describe, expect, it } from 'vitest';
import { compareUnits, readFields } from '../../src/core/schema-fields.ts';

const SCHEMA = {
  type: 'object',
  properties: {
    name: {
      type: 'string',
      description: 'Name.',
      'x-trueup': { immutable: true, normaliser: 'trim' },
    },
    window: {
      type: ['object', 'null'],
      properties: { day: { type: 'integer' } },
      'x-trueup': { atomic: true, default: { day: 0 } },
    },
    members: {
      type: 'object',
      properties: {
        users: { type: 'array', items: { type: 'string' }, 'x-trueup': { set: true, default: [] } },
        roles: {
          type: 'array',
          items: { type: 'object', properties: { role: { type: 'string' } } },
        },
      },
    },
    state: { type: 'string', 'x-trueup': { readOnly: true, risk: 'nonsense' } },
  },
};

const paths = (fields: ReturnType<typeof readFields>): readonly string[] =>
  fields.map(({ path }) => path.join('.'));

describe('readFields', () => {
  it('gives nested fields and elements, parents first', () => {
    expect(paths(readFields(SCHEMA))).toEqual([
      'name',
      'window',
      'window.day',
      'members',
      'members.users',
      'members.users.*',
      'members.roles',
      'members.roles.*',
      'members.roles.*.role',
      'state',
    ]);
  });

  it('reads annotation, description and types, and ignores what it does not know', () => {
    const [name, window] = readFields(SCHEMA);
    expect(name).toEqual({
      path: ['name'],
      description: 'Name.',
      types: ['string'],
      immutable: true,
      normaliser: 'trim',
    });
    expect(window).toMatchObject({ types: ['object', 'null'], default: { day: 0 } });
    expect(readFields(SCHEMA).at(-1)).not.toHaveProperty('risk');
  });

  it('reads a falsy default', () => {
    const schema = { properties: { on: { type: 'boolean', 'x-trueup': { default: false } } } };
    expect(readFields(schema)[0]?.default).toBe(false);
  });
});

describe('compareUnits', () => {
  it('goes leaf by leaf, but for atomic objects and arrays; attributes are left out', () => {
    expect(paths(compareUnits(readFields(SCHEMA)))).toEqual([
      'name',
      'window',
      'members.users',
      'members.roles',
    ]);
  });
});
