import type { FieldAnnotation } from '../core/field-role.ts';
import type { Json, JsonObject } from '../core/json.ts';
import { isJsonObject } from '../core/json.ts';
import type { KindShape, KindTable } from '../core/kind.ts';

const KEY_PATTERN = '^[A-Za-z0-9_][A-Za-z0-9_-]*$';
const TEXT = { type: 'string' };
const EXPRESSION = { $ref: '#/definitions/expression' };
const REFERENCE = { $ref: '#/definitions/reference' };
const DURATION = {
  anyOf: [{ type: 'string', pattern: String.raw`^(?=\d)(\d+h)?(\d+m)?(\d+s)?$` }, EXPRESSION],
};

/**
 * The JSON Schema of manifests for editors (draft-07, which they all know): what a kind's schema
 * says, with expressions allowed at every leaf, the forms of references and secret sources, and
 * all settings. `required` is left out, since the manifests of a stack complete each other.
 */
export function stackSchema(kinds: KindTable): JsonObject {
  const managed = [...kinds.values()].filter((kind) => kind.managed);
  const definitions: Record<string, Json> = { ...SHARED_DEFINITIONS };
  for (const kind of managed) definitions[kind.type] = resourceSchema(kind);
  const providers = new Map<string, KindShape[]>();
  for (const kind of managed) {
    providers.set(kind.provider, [...(providers.get(kind.provider) ?? []), kind]);
  }
  const properties: Record<string, Json> = settingsSchemas([...providers.keys()]);
  for (const [provider, owned] of providers) {
    properties[provider] = {
      type: ['object', 'null'],
      description: `Resources of ${provider}, by kind.`,
      additionalProperties: false,
      properties: Object.fromEntries(owned.map((kind) => [kind.name, kindSchema(kind)])),
    };
  }
  for (const kind of managed) {
    // A word that two providers own must stand under one of them.
    if (managed.filter(({ name }) => name === kind.name).length === 1) {
      properties[kind.name] = kindSchema(kind);
    }
  }
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'trueup manifest',
    description: 'Manifests of a trueup stack: settings and resources.',
    type: ['object', 'null'],
    additionalProperties: false,
    properties,
    definitions,
  };
}

function kindSchema(kind: KindShape): JsonObject {
  return {
    type: ['object', 'null'],
    description: description(kind.schema, `${kind.name}, by key.`),
    propertyNames: { pattern: KEY_PATTERN },
    additionalProperties: { $ref: `#/definitions/${kind.type}` },
  };
}

function resourceSchema(kind: KindShape): JsonObject {
  const own = isJsonObject(kind.schema['properties']) ? kind.schema['properties'] : {};
  const fields = Object.entries(own).filter(([, field]) => annotation(field).readOnly !== true);
  return {
    type: ['object', 'null'],
    description: description(kind.schema, kind.name),
    additionalProperties: false,
    properties: {
      lifecycle: { $ref: '#/definitions/lifecycle' },
      dependsOn: { $ref: '#/definitions/dependsOn' },
      timeouts: { $ref: '#/definitions/timeouts' },
      ...Object.fromEntries(fields.map(([name, field]) => [name, fieldSchema(field)])),
    },
  };
}

/**
 * A field as a manifest may write it. `null` removes any field in an overlay, which editors cannot
 * tell from a manifest; where it is wrong, trueup says so.
 */
function fieldSchema(field: Json): Json {
  if (!isJsonObject(field)) return field;
  return { ...about(field), anyOf: [...valueSchemas(field), { type: 'null' }] };
}

/** An element of a list. */
function itemSchema(item: Json): Json {
  return isJsonObject(item) ? { ...about(item), anyOf: valueSchemas(item) } : item;
}

function about({ description: text }: JsonObject): JsonObject {
  return typeof text === 'string' ? { description: text } : {};
}

function valueSchemas(field: JsonObject): readonly Json[] {
  const roles = annotation(field);
  if (roles.verbatim === true) return [plain(field)];
  if (roles.reference !== undefined && field['type'] !== 'array') return [REFERENCE];
  if (roles.sensitive === true) {
    return [{ $ref: '#/definitions/source' }, EXPRESSION, inner(field)];
  }
  const items = roles.reference === undefined ? {} : { items: REFERENCE };
  return [{ ...inner(field), ...items }, EXPRESSION];
}

/** The field's own keywords, with the same done to what is inside. */
function inner(field: JsonObject): JsonObject {
  const result: Record<string, Json> = {};
  for (const [keyword, value] of Object.entries(field)) {
    if (keyword === 'x-trueup' || keyword === 'description' || keyword === 'required') continue;
    if (keyword === 'properties' && isJsonObject(value)) {
      const fields = Object.entries(value).filter(([, item]) => annotation(item).readOnly !== true);
      result[keyword] = Object.fromEntries(fields.map(([name, item]) => [name, fieldSchema(item)]));
    } else result[keyword] = keyword === 'items' ? itemSchema(value) : value;
  }
  return result;
}

function plain(field: JsonObject): JsonObject {
  const { 'x-trueup': _, description: __, ...rest } = field;
  return rest;
}

function annotation(field: Json | undefined): FieldAnnotation {
  const roles = isJsonObject(field) ? field['x-trueup'] : undefined;
  return isJsonObject(roles) ? roles : {};
}

function description(schema: JsonObject, otherwise: string): string {
  return typeof schema['description'] === 'string' ? schema['description'] : otherwise;
}

function object(
  meaning: string,
  properties: JsonObject,
  required: readonly string[] = [],
): JsonObject {
  const needed = required.length === 0 ? {} : { required };
  return {
    type: 'object',
    description: meaning,
    additionalProperties: false,
    properties,
    ...needed,
  };
}

const SHARED_DEFINITIONS: JsonObject = {
  expression: {
    type: 'string',
    pattern: String.raw`\$\{.+\}`,
    description: 'A text that holds an expression: ${var.NAME} or ${kind.KEY.field}.',
  },
  reference: {
    description: 'Another resource: its key in this stack, or a live object by ID or name.',
    anyOf: [
      { type: 'string', description: 'The key of a resource of this stack, or an expression.' },
      object('A live object that this stack does not manage, by its ID.', { id: TEXT }, ['id']),
      object('A live object that this stack does not manage, by its name.', { name: TEXT }, [
        'name',
      ]),
    ],
  },
  source: {
    description: 'Where the secret comes from.',
    anyOf: [
      object('An environment variable of the process that runs trueup.', { fromEnv: TEXT }, [
        'fromEnv',
      ]),
      object('A file, relative to the stack.', { fromFile: TEXT }, ['fromFile']),
      object(
        'The output of a command, run without a shell and only with --commands.',
        { fromCommand: { type: 'array', minItems: 1, items: TEXT } },
        ['fromCommand'],
      ),
    ],
  },
  lifecycle: object('How changes of this resource are treated.', {
    protect: {
      description: 'Refuse every plan that would delete or replace this resource.',
      anyOf: [{ type: 'boolean' }, EXPRESSION],
    },
    onRemove: {
      anyOf: [{ enum: ['delete', 'forget'] }, EXPRESSION],
      description: 'What happens when the entry is removed: delete the object, or only forget it.',
    },
    ignoreChanges: {
      type: 'array',
      items: TEXT,
      description: 'Fields whose differences are never acted on: firewallRanges, members.users.',
    },
    replace: {
      anyOf: [{ enum: ['forbid', 'allow'] }, EXPRESSION],
      description: 'Whether a change that needs a replacement may be planned.',
    },
  }),
  dependsOn: {
    type: 'array',
    items: TEXT,
    description: 'Addresses that must be in place first, where no reference says so.',
  },
  timeouts: object('How long an operation may take, such as 30m.', {
    create: DURATION,
    update: DURATION,
    delete: DURATION,
  }),
};

function settingsSchemas(providers: readonly string[]): Record<string, Json> {
  const byProvider = providers.map((name) => [
    name,
    {
      type: ['object', 'null'],
      description: `Settings of ${name}; credentials and base URLs come from the environment only.`,
    },
  ]);
  return {
    stack: {
      type: 'string',
      pattern: '^[a-z0-9][a-z0-9-]*$',
      description: 'The name of the stack. Its state is kept under it.',
    },
    providers: object('Settings of each provider.', Object.fromEntries(byProvider)),
    state: object('Where the state is kept.', {
      backend: {
        enum: ['file', 'git'],
        description:
          'file: .trueup/<environment>/state.json; git: the ref refs/trueup/<stack>/<environment> of a remote of this repository',
      },
      remote: {
        type: 'string',
        pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$',
        description: 'git: the name of the remote, origin unless told.',
      },
    }),
    variables: VARIABLES,
    guards: object('Limits beyond which a plan is refused.', {
      deletes: object('Deletes and replacements of one kind.', {
        maxShare: {
          anyOf: [{ type: 'number', minimum: 0, maximum: 1 }, EXPRESSION],
          description: 'Largest share of the live objects of a kind.',
        },
        minExisting: {
          anyOf: [{ type: 'number', minimum: 0 }, EXPRESSION],
          description: 'Objects below which no share counts.',
        },
      }),
      members: object('Members taken out of a team.', {
        maxRemoved: {
          anyOf: [{ type: 'number', minimum: 0 }, EXPRESSION],
          description: 'Most members in one change.',
        },
      }),
      vanished: object('Resources of one kind that are gone, and would be created anew.', {
        maxShare: {
          anyOf: [{ type: 'number', minimum: 0, maximum: 1 }, EXPRESSION],
          description: 'Largest share of the resources of a kind in the state.',
        },
        minExisting: {
          anyOf: [{ type: 'number', minimum: 0 }, EXPRESSION],
          description: 'Resources below which no share counts.',
        },
      }),
    }),
    ...LISTS,
  };
}

const VARIABLES: JsonObject = {
  type: 'object',
  description: 'Variables, used as ${var.NAME}.',
  propertyNames: { pattern: KEY_PATTERN },
  additionalProperties: object('A variable.', {
    type: {
      enum: ['string', 'number', 'boolean', 'list', 'map'],
      description: 'What values it takes.',
    },
    default: { description: 'The value where nothing else gives one.' },
    sensitive: { type: 'boolean', description: 'Whether its value is never shown.' },
    description: TEXT,
    fromEnv: { type: 'string', description: 'Environment variable that holds the secret.' },
    fromFile: { type: 'string', description: 'File that holds the secret.' },
    fromCommand: { type: 'array', items: TEXT, description: 'Command that prints the secret.' },
  }),
};

const LISTS: JsonObject = {
  include: {
    type: 'array',
    items: TEXT,
    description: 'Globs of further manifests, relative to the stack. Read in trueup.yaml only.',
  },
  moved: {
    type: 'array',
    description: 'Resources whose address changed.',
    items: object('A renamed resource.', { from: TEXT, to: TEXT }, ['from', 'to']),
  },
  removed: {
    type: 'array',
    description: 'Resources that left the stack.',
    items: object(
      'A resource that left the stack.',
      {
        address: TEXT,
        destroy: {
          anyOf: [{ type: 'boolean' }, EXPRESSION],
          description: 'Whether the object is deleted; otherwise it is only forgotten.',
        },
      },
      ['address'],
    ),
  },
  imports: {
    type: 'array',
    description: 'Live objects to take over.',
    items: object('A live object to take over.', { to: TEXT, id: TEXT }, ['to', 'id']),
  },
  acceptedDrift: {
    type: 'array',
    description: 'Differences that are agreed to for a time: neither reported nor put back.',
    items: object(
      'One field of one resource that may have another value than its entry.',
      {
        address: { type: 'string', description: 'The resource: workspaces.app.' },
        field: { type: 'string', description: 'The field, as in ignoreChanges: members.users.' },
        value: { description: 'The live value that is accepted, as an entry would write it.' },
        reason: { type: 'string', minLength: 1, description: 'Why it is accepted.' },
        owner: { type: 'string', minLength: 1, description: 'Who answers for it.' },
        until: {
          anyOf: [
            {
              type: 'string',
              pattern: String.raw`^\d{4}-\d{2}-\d{2}([Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2}))?$`,
            },
            EXPRESSION,
          ],
          description: 'A date, to its end in UTC, or a time (RFC 3339).',
        },
      },
      ['address', 'field', 'value', 'reason', 'owner', 'until'],
    ),
  },
  outputs: {
    type: 'object',
    description: 'Values to read with trueup output.',
    propertyNames: { pattern: KEY_PATTERN },
    additionalProperties: object(
      'An output.',
      {
        value: { description: 'The value, usually an expression.' },
        description: TEXT,
        sensitive: { type: 'boolean' },
      },
      ['value'],
    ),
  },
};
