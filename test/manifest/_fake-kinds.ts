import type { FieldRole } from '../../src/core/field-role.ts';
import type { JsonObject } from '../../src/core/json.ts';
import { isJsonObject } from '../../src/core/json.ts';
import type { KindShape, KindTable, ShapeProblem } from '../../src/core/kind.ts';
import type { ValueObject } from '../../src/core/value.ts';

type Property = JsonObject & { readonly 'x-trueup'?: Omit<FieldRole, 'path' | 'types'> };

/** The few keywords the fakes need; path and params as ajv gives them. */
function check(schema: JsonObject, data: unknown, path: readonly string[]): ShapeProblem[] {
  const found: ShapeProblem[] = [];
  const type = schema['type'];
  const problem = (keyword: string, params: Record<string, unknown>, message: string) =>
    found.push({ path, keyword, params, message });
  if (typeof type === 'string' && !isType(data, type)) {
    problem('type', { type }, `must be ${type}`);
    return found;
  }
  const allowed = schema['enum'];
  if (Array.isArray(allowed) && !allowed.some((item) => item === data)) {
    problem('enum', { allowedValues: allowed }, 'must be equal to one of the allowed values');
  }
  if (typeof schema['pattern'] === 'string' && typeof data === 'string') {
    if (!new RegExp(schema['pattern']).test(data)) {
      problem('pattern', { pattern: schema['pattern'] }, `must match ${schema['pattern']}`);
    }
  }
  if (typeof schema['maxProperties'] === 'number' && isJsonObject(data)) {
    if (Object.keys(data).length > schema['maxProperties']) {
      problem('oneOf', { passingSchemas: null }, 'must match exactly one schema in oneOf');
    }
  }
  const properties = isJsonObject(schema['properties']) ? schema['properties'] : undefined;
  if (isJsonObject(data) && properties !== undefined) {
    for (const name of Array.isArray(schema['required']) ? (schema['required'] as string[]) : []) {
      if (!Object.hasOwn(data, name)) problem('required', { missingProperty: name }, 'is missing');
    }
    for (const [name, item] of Object.entries(data)) {
      const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
      if (!isJsonObject(property)) {
        problem('additionalProperties', { additionalProperty: name }, 'unknown');
      } else found.push(...check(property, item, [...path, name]));
    }
  }
  const items = schema['items'];
  if (Array.isArray(data) && isJsonObject(items)) {
    for (const [index, item] of data.entries()) {
      found.push(...check(items, item, [...path, String(index)]));
    }
  }
  return found;
}

function isType(data: unknown, type: string): boolean {
  if (type === 'array') return Array.isArray(data);
  if (type === 'object') return isJsonObject(data);
  if (type === 'integer') return Number.isInteger(data);
  return typeof data === type;
}

function roles(schema: JsonObject, path: readonly string[] = []): FieldRole[] {
  const properties = isJsonObject(schema['properties']) ? schema['properties'] : {};
  return Object.entries(properties).flatMap(([name, property]) => {
    const at = [...path, name];
    const own = property as Property;
    const role: FieldRole = {
      path: at,
      description: '',
      types: [typeof own['type'] === 'string' ? own['type'] : 'string'],
      ...own['x-trueup'],
    };
    const items = isJsonObject(own['items']) ? roles(own['items'], [...at, '*']) : [];
    return [role, ...roles(own, at), ...items];
  });
}

function kind(
  name: string,
  schema: JsonObject,
  extra: Partial<KindShape> & Pick<KindShape, 'key'>,
): KindShape {
  const provider = extra.provider ?? 'acme';
  return {
    provider,
    name,
    type: `${provider}.${name}`,
    managed: true,
    schema,
    fields: roles(schema),
    checkShape: (data) => check(schema, data, []),
    replace: 'allow',
    deleteRisk: 'none',
    needs: [],
    contains: [],
    scoped: false,
    ...extra,
  };
}

const byName = (field: string) => ({
  nameField: field,
  unique: true,
  of: (fields: ValueObject) => {
    const name = fields[field];
    return typeof name === 'string' ? name.trim().toLowerCase() : undefined;
  },
});

const text = { type: 'string' } as const;

const groups = kind(
  'groups',
  {
    type: 'object',
    additionalProperties: false,
    required: ['name', 'region'],
    properties: {
      name: { ...text, pattern: '^\\S' },
      region: { ...text, 'x-trueup': { immutable: true } },
      provider: { type: 'string', enum: ['AWS', 'GCP', 'Azure'] },
      firewallRanges: { type: 'array', items: text, 'x-trueup': { set: true } },
      adminPassword: {
        ...text,
        pattern: '^.{8,}$',
        'x-trueup': { sensitive: true, writeOnly: true },
      },
      updateWindow: {
        type: 'object',
        additionalProperties: false,
        required: ['day', 'hour'],
        'x-trueup': { atomic: true },
        properties: { day: { type: 'number' }, hour: { type: 'number' } },
      },
      expiresAt: { ...text, 'x-trueup': { clearable: true } },
      notes: { ...text, 'x-trueup': { verbatim: true } },
      endpoint: { ...text, 'x-trueup': { readOnly: true } },
      token: { ...text, 'x-trueup': { readOnly: true, sensitive: true } },
    },
  },
  {
    key: byName('name'),
    checkFields: (fields) =>
      fields['provider'] === 'GCP' && fields['region'] === 'us-east-1'
        ? [{ code: 'schema-value', message: 'GCP has no us-east-1', path: ['region'] }]
        : [],
  },
);

const apps = kind(
  'apps',
  {
    type: 'object',
    additionalProperties: false,
    required: ['group', 'size'],
    properties: {
      name: text,
      group: { ...text, 'x-trueup': { reference: 'acme.groups', immutable: true } },
      size: { type: 'string', enum: ['S-1', 'S-2', 'S-4'] },
      replicas: { type: 'number' },
      suspended: { type: 'boolean' },
      endpoint: { ...text, 'x-trueup': { readOnly: true } },
      settings: {
        type: 'object',
        additionalProperties: false,
        properties: { limit: { type: 'number' }, label: text },
      },
    },
  },
  {
    key: {
      nameField: 'name',
      unique: false,
      of: ({ group, name }) =>
        typeof group === 'string' && typeof name === 'string' ? `${group} ${name}` : undefined,
    },
  },
);

const teams = kind(
  'teams',
  {
    type: 'object',
    additionalProperties: false,
    properties: {
      name: text,
      description: text,
      members: {
        type: 'object',
        additionalProperties: false,
        properties: {
          users: { type: 'array', items: text, 'x-trueup': { set: true } },
          teams: {
            type: 'array',
            items: text,
            'x-trueup': { set: true, reference: 'acme.teams' },
          },
        },
      },
    },
  },
  { key: byName('name') },
);

const secrets = kind(
  'secrets',
  {
    type: 'object',
    additionalProperties: false,
    required: ['value'],
    properties: { name: text, value: { ...text, 'x-trueup': { sensitive: true } } },
  },
  { key: byName('name') },
);

const grants = kind(
  'grants',
  {
    type: 'object',
    additionalProperties: false,
    required: ['object', 'role'],
    properties: {
      object: {
        type: 'object',
        additionalProperties: false,
        maxProperties: 1,
        'x-trueup': { immutable: true },
        properties: {
          group: { ...text, 'x-trueup': { reference: 'acme.groups' } },
          team: { ...text, 'x-trueup': { reference: 'acme.teams' } },
        },
      },
      role: text,
      teams: { type: 'array', items: text, 'x-trueup': { set: true, reference: 'acme.teams' } },
    },
  },
  {
    key: {
      nameField: undefined,
      unique: true,
      of: ({ object, role }) =>
        typeof role === 'string' ? `${JSON.stringify(object)} ${role}` : undefined,
    },
    namedDependencies: ({ role }) =>
      typeof role === 'string' ? [{ type: 'acme.roles', naturalKey: role }] : [],
  },
);

const rolesKind = kind(
  'roles',
  {
    type: 'object',
    additionalProperties: false,
    properties: { role: text, inherits: { type: 'array', items: text, 'x-trueup': { set: true } } },
  },
  {
    key: {
      nameField: 'role',
      unique: true,
      of: ({ role }) => (typeof role === 'string' ? role : undefined),
    },
    namedDependencies: ({ inherits }) =>
      Array.isArray(inherits)
        ? (inherits as string[]).map((naturalKey) => ({ type: 'acme.roles', naturalKey }))
        : [],
  },
);

const regions = kind(
  'regions',
  { type: 'object', properties: {} },
  { managed: false, key: byName('name') },
);

const otherTeams = kind(
  'teams',
  { type: 'object', properties: { name: text } },
  { provider: 'other', key: byName('name') },
);

function table(...kinds: readonly KindShape[]): KindTable {
  return new Map(kinds.map((item) => [item.type, item]));
}

/** One provider, `acme`. */
export const FAKE_KINDS = table(groups, apps, teams, secrets, grants, rolesKind, regions);
/** A second provider that owns the word `teams` too. */
export const TWO_PROVIDERS = table(groups, teams, otherTeams);
