// The pages of docs/reference/: what a manifest may say, made from the schemas and the kinds. The
// examples are entries of the example stacks, which are applied by `scripts/examples.mjs`.
import { code, paragraph, table } from './markdown.mjs';

const HEADER = '<!-- Made by scripts/generate.mjs from schemas/. Do not edit. -->\n\n';

const NORMALISERS = {
  trim: 'compared without blanks around it',
  lowercase: 'compared in lower case',
  email: 'compared in lower case',
  cidr: 'ranges compared by the addresses they hold',
  uuid: 'compared in any case',
  'duration-or-time': 'a time, or a duration from when it is sent',
  'case-insensitive': 'compared in any case',
};

const RISK_WHEN = {
  true: ' when it becomes true',
  false: ' when it becomes false',
  fewer: ' when something is taken out',
  narrower: ' when something is shut out',
  earlier: ' when it is set, or comes earlier',
};

/** One provider's page. `exampleOf` gives the text of an entry of a kind. */
export function providerPage(provider, exampleOf) {
  const managed = provider.kinds.filter((kind) => kind.managed);
  const lookedUp = provider.kinds.filter((kind) => !kind.managed);
  const list = managed.map(({ name }) => `[${name}](#${name.toLowerCase()})`).join(', ');
  return [
    HEADER,
    `# Kinds of ${provider.name}\n\n`,
    `${list}. What every entry may have besides its fields (\`lifecycle\`, \`dependsOn\`, \`timeouts\`), how references and secrets are written, and the settings of a stack: [stack.md](stack.md).\n\n`,
    '## Settings\n\n',
    `Below \`providers: { ${provider.name}: … }\` in \`trueup.yaml\`.\n\n`,
    settingsTable(provider.settingsSchema),
    ...managed.map((kind) => `\n${kindSection(kind, exampleOf(kind))}`),
    lookedUp.length === 0 ? '' : `\n## Looked up only\n\nNo manifest has entries of these.\n\n`,
    table(
      ['kind', 'what it is'],
      lookedUp.map(({ name, schema }) => [code(name), schema.description]),
    ),
  ].join('');
}

/** The page of what all stacks have: settings, and what any entry may say. */
export function stackPage(schema, providers) {
  const own = Object.entries(schema.properties).filter(
    ([name, property]) => !isOfProvider(name, property, providers),
  );
  const pages = providers.map((name) => `[${name}](${name}.md)`).join(' and ');
  const { reference, source, lifecycle, dependsOn, timeouts } = schema.definitions;
  return [
    HEADER,
    '# Stacks\n\n',
    `What stands in \`trueup.yaml\` and beside the kinds of ${pages}.\n\n`,
    '## Settings\n\n',
    ...own.map(([name, property]) => settingSection(name, property)),
    '## Every entry\n\n',
    paragraph('Any entry of any kind may have these besides its fields.'),
    table(
      ['member', 'type', 'meaning'],
      [
        ...rowsBelow(lifecycle, ['lifecycle']),
        ['`dependsOn`', typeText(dependsOn), dependsOn.description],
        ...rowsBelow(timeouts, ['timeouts'], timeouts.description),
      ],
    ),
    '\n## References\n\n',
    paragraph(
      `${reference.description} Expressions such as \`\${workspaces.app.endpoint}\` read an attribute of another resource, \`\${var.NAME}\` a variable.`,
    ),
    forms(reference),
    '\n## Secrets\n\n',
    paragraph('Sensitive fields and variables take one of these in place of a value.'),
    forms(source),
  ].join('');
}

function isOfProvider(name, property, providers) {
  return providers.includes(name) || property.additionalProperties?.$ref !== undefined;
}

/** The ways to write something, of which a schema knows one each. */
function forms({ anyOf }) {
  return table(
    ['form', 'meaning'],
    anyOf.map((form) => [code(formText(form)), form.description]),
  );
}

function formText({ type, properties, pattern }) {
  if (type === 'object') {
    const members = Object.entries(properties).map(([name, value]) => {
      return `${name}: ${value.type === 'array' ? '[…]' : '…'}`;
    });
    return `{ ${members.join(', ')} }`;
  }
  return pattern === undefined ? 'KEY' : '${…}';
}

function settingSection(name, property) {
  const rows = [...rowsBelow(property, [name])];
  const what = rows.length === 0 ? ` (${typeText(property)})` : '';
  return [
    `### ${name}\n\n`,
    paragraph(`${property.description ?? ''}${what}`),
    table(['setting', 'type', 'meaning'], rows),
    '\n',
  ].join('');
}

/** Members of an object, of the elements of a list, or of the values of a map. */
function rowsBelow(schema, path, about = '') {
  const { properties, items, additionalProperties: values } = schema;
  if (properties !== undefined) {
    return Object.entries(properties).flatMap(([name, property]) => {
      const place = [...path, name];
      const below = rowsBelow(property, place);
      const meaning = property.description ?? about;
      return below.length > 0 ? below : [[code(place.join('.')), typeText(property), meaning]];
    });
  }
  if (items?.properties !== undefined)
    return rowsBelow(items, [...path.slice(0, -1), `${path.at(-1)}[]`]);
  if (values?.properties !== undefined) return rowsBelow(values, [...path, 'NAME']);
  return [];
}

function settingsTable(schema) {
  const rows = Object.entries(schema.properties ?? {}).map(([name, property]) => [
    code(name),
    typeText(property),
    property.description,
  ]);
  return table(['setting', 'type', 'meaning'], rows);
}

function kindSection(kind, example) {
  const fields = fieldRows(kind.schema, [], kind);
  const given = fields.filter(({ readOnly }) => !readOnly);
  const computed = fields.filter(({ readOnly }) => readOnly);
  return [
    `## ${kind.name}\n\n`,
    paragraph(kind.schema.description),
    ...aboutKind(kind).map((line) => `- ${line}\n`),
    example === undefined ? '' : `\n\`\`\`yaml\n${example.trim()}\n\`\`\`\n`,
    `\n${table(['field', 'type', 'rules', 'meaning'], given.map(rowOf))}`,
    computed.length === 0
      ? ''
      : '\nAttributes for expressions, set by the API; `id` is one of every kind:\n\n',
    table(
      ['attribute', 'type', 'meaning'],
      computed.map(({ name, type, meaning }) => [code(name), type, meaning]),
    ),
  ].join('');
}

function rowOf({ name, type, roles, meaning }) {
  return [code(name), type, roles.join('; '), meaning];
}

function aboutKind(kind) {
  const { nameField, unique } = kind.key;
  const named =
    nameField === undefined
      ? 'It has no name of its own; the fields that cannot change say which object is meant.'
      : `Named by \`${nameField}\`, by default the key${unique ? '; the API refuses a second object of that name' : ''}.`;
  const replaced =
    kind.replace === 'forbid'
      ? 'A change that needs a replacement is refused without `lifecycle: { replace: allow }`.'
      : 'A change of a field that cannot change in place replaces the object.';
  return [named, replaced, ...aboutDeleting(kind)];
}

/** A risk that depends on the case is the plan's to tell; `none` would promise too much. */
function aboutDeleting({ forgets, deleteRisk, contains }) {
  if (forgets !== undefined)
    return ['The API deletes none; without its entry the state forgets it.'];
  const inside = contains.map(({ label }) => label).join(' and ');
  const risk = deleteRisk === 'none' ? '' : `Deleting one has the risk ${code(deleteRisk)}.`;
  const gone = inside === '' ? '' : `Its ${inside} go with it.`;
  return [risk, gone].filter((text) => text !== '');
}

/** Fields as they are written, those inside of objects with their path. */
function fieldRows(schema, path, kind) {
  return Object.entries(schema.properties ?? {}).flatMap(([key, property]) => {
    const roles = property['x-trueup'] ?? {};
    const place = [...path, key];
    const isNeeded = schema.required?.includes(key) === true || roles.requiredOnCreate === true;
    const own = {
      name: place.join('.'),
      type: roles.reference === undefined ? typeText(property) : referenceText(property),
      roles: rolesText(roles, isNeeded, kind),
      meaning: property.description ?? '',
      readOnly: roles.readOnly === true,
    };
    const below = fieldRows(property, place, kind);
    const inside = fieldRows(property.items ?? {}, [...path, `${key}[]`], kind);
    return [own, ...below, ...inside];
  });
}

function rolesText(roles, isNeeded, kind) {
  const { risk, riskWhen, reference, normaliser } = roles;
  return [
    isNeeded && 'required',
    roles.immutable && 'cannot change in place',
    roles.writeOnly && 'write-only',
    roles.sensitive && 'sensitive',
    reference !== undefined && `to ${link(reference, kind)}`,
    roles.set && 'a set',
    roles.atomic && 'changed as a whole',
    roles.verbatim && 'not evaluated',
    roles.default !== undefined && `default ${code(roles.default)}`,
    roles.clearable === true && 'can be cleared',
    roles.clearable === false && 'cannot be cleared',
    normaliser !== undefined && NORMALISERS[normaliser],
    risk !== undefined && risk !== 'none' && `risk ${code(risk)}${RISK_WHEN[riskWhen] ?? ''}`,
  ].filter((text) => typeof text === 'string');
}

function link(type, { provider }) {
  const [owner, name] = type.split('.');
  const page = owner === provider ? '' : `${owner}.md`;
  return `[${name}](${page}#${name.toLowerCase()})`;
}

function referenceText({ type }) {
  return type === 'array' ? 'list of references' : 'reference';
}

function typeText(schema) {
  if (schema.$ref !== undefined) return 'any';
  if (schema.enum !== undefined) return schema.enum.map(code).join(', ');
  if (schema.anyOf !== undefined)
    return [...new Set(schema.anyOf.map(typeText))].filter((text) => text !== 'any').join(', ');
  const types = [schema.type ?? 'any'].flat().filter((type) => type !== 'null');
  return types.map((type) => plainType(type, schema)).join(' or ');
}

function plainType(type, schema) {
  if (type === 'array') return `list of ${plural(typeText(schema.items ?? {}))}`;
  if (type === 'object') return schema.properties === undefined ? 'map' : 'object';
  const { minimum, maximum } = schema;
  const range = [
    minimum !== undefined && `from ${minimum}`,
    maximum !== undefined && `up to ${maximum}`,
  ].filter((text) => typeof text === 'string');
  return [type === 'string' ? 'text' : type, ...range].join(' ');
}

function plural(type) {
  return /^(text|integer|number|object|list)$/.test(type) ? `${type}s` : type;
}
