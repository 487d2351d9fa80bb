// Makes code from the JSON Schemas in schemas/<provider>/: the schemas as data, validators compiled
// ahead of time, and TypeScript types. The result is committed; `--check` compares instead of
// writing and exits with 1 when something is out of step.
//
//   node scripts/generate.mjs [--check]           src/providers/<provider>/generated/
//   node scripts/generate.mjs --built [--check]   from the compiled program: schemas/stack.json,
//                                                 docs/reference/, the tables of docs/commands.md
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { commandsPage } from './support/docs/commands.mjs';
import { exampleFinder } from './support/docs/examples.mjs';
import { providerPage, stackPage } from './support/docs/reference.mjs';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const HEADER = '// Made by scripts/generate.mjs from schemas/. Do not edit.\n';
const FORMATTER = join(ROOT, 'node_modules', '.bin', 'oxfmt');

const check = process.argv.includes('--check');
const files = process.argv.includes('--built') ? await builtFiles() : await providerFiles();
process.exitCode = check ? compareAll(files) : writeAll(files);

function compareAll(made) {
  const stale = made.filter(({ path, text }) => {
    return !existsSync(path) || plain(path, readFileSync(path, 'utf8')) !== plain(path, text);
  });
  for (const { path } of stale) {
    process.stderr.write(`out of step: ${path.slice(ROOT.length + 1)} (run npm run generate)\n`);
  }
  return stale.length === 0 ? 0 : 1;
}

/** JSON without its layout, which is the formatter's; everything else as it is. */
function plain(path, text) {
  return path.endsWith('.json') ? JSON.stringify(JSON.parse(text)) : text;
}

function writeAll(made) {
  for (const { path, text } of made) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    if (path.endsWith('.json')) execFileSync(FORMATTER, [path]);
  }
  return 0;
}

async function providerFiles() {
  const made = [];
  for (const provider of providerNames()) {
    const schemas = readSchemas(join(ROOT, 'schemas', provider));
    const folder = join(ROOT, 'src', 'providers', provider, 'generated');
    made.push(
      { path: join(folder, 'schemas.ts'), text: schemasText(schemas) },
      { path: join(folder, 'types.ts'), text: typesText(schemas) },
      { path: join(folder, 'validators.ts'), text: await validatorsText(schemas) },
    );
  }
  return made;
}

/** Each folder of schemas is a provider. */
function providerNames() {
  const entries = readdirSync(join(ROOT, 'schemas'), { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

function readSchemas(folder) {
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return names.toSorted().map((name) => ({
    kind: name.slice(0, -'.json'.length).replaceAll(/-([a-z])/g, (_, c) => c.toUpperCase()),
    schema: JSON.parse(readFileSync(join(folder, name), 'utf8')),
  }));
}

function schemasText(schemas) {
  const entries = schemas.map(({ kind, schema }) => `  ${kind}: ${JSON.stringify(schema)},\n`);
  return [
    HEADER,
    "import type { JsonObject } from '../../../core/json.ts';\n\n",
    '/** Kinds that have a schema. */\n',
    `export type KindName =\n${schemas.map(({ kind }) => `  | '${kind}'`).join('\n')};\n\n`,
    '/** The JSON Schema of each kind, as published in schemas/. */\n',
    'export const SCHEMAS: Readonly<Record<KindName, JsonObject>> = {\n',
    ...entries,
    '};\n',
  ].join('');
}

async function validatorsText(schemas) {
  const { Ajv } = await import('ajv');
  const { default: standalone } = await import('ajv/dist/standalone/index.js');
  const ajv = new Ajv({
    allErrors: true,
    unicodeRegExp: false,
    allowUnionTypes: true,
    code: { esm: true, source: true, lines: true },
  });
  ajv.addVocabulary(['x-trueup']);
  for (const { kind, schema } of schemas) ajv.addSchema(schema, kind);
  const names = Object.fromEntries(schemas.map(({ kind }) => [kind, kind]));
  const code = standalone.default(ajv, names);
  if (/\brequire\(|^import /m.test(code)) throw new Error('a validator needs a run-time import');
  return [
    '// @ts-nocheck -- compiled by ajv\n',
    HEADER,
    "import type { KindName } from './schemas.ts';\n\n",
    code.replace(/^"use strict";/, '').trimEnd(),
    '\n\n/** One compiled validator: `errors` holds what the last call found. */\n',
    'export interface ShapeValidator {\n',
    '  (data: unknown): boolean;\n',
    '  errors?: readonly ShapeError[] | null;\n',
    '}\n\n',
    'export interface ShapeError {\n',
    '  readonly instancePath: string;\n',
    '  readonly keyword: string;\n',
    '  readonly params: Readonly<Record<string, unknown>>;\n',
    '  readonly message?: string;\n',
    '}\n\n',
    '/** The validator of each kind. */\n',
    'export const VALIDATORS: Readonly<Record<KindName, ShapeValidator>> = {\n',
    ...schemas.map(({ kind }) => `  ${kind},\n`),
    '};\n',
  ].join('');
}

function typesText(schemas) {
  return HEADER + schemas.map(({ kind, schema }) => interfaceText(kind, schema)).join('');
}

function interfaceText(kind, schema) {
  const name = `${kind[0].toUpperCase()}${kind.slice(1)}Fields`;
  return `\n/** ${schema.description} */\nexport interface ${name} ${objectType(schema, '')}\n`;
}

function objectType(schema, indent) {
  const inner = `${indent}  `;
  const lines = Object.entries(schema.properties ?? {}).map(([key, property]) => {
    const optional = (schema.required ?? []).includes(key) ? '' : '?';
    const type = typeOf(property, inner);
    const name = /^\w+$/.test(key) ? key : literal(key);
    return `${inner}/** ${property.description} */\n${inner}readonly ${name}${optional}: ${type};\n`;
  });
  return `{\n${lines.join('')}${indent}}`;
}

function typeOf(schema, indent) {
  if (schema.enum !== undefined) {
    return schema.enum.map((value) => literal(value)).join(' | ');
  }
  const types = Array.isArray(schema.type) ? schema.type : [schema.type];
  return types.map((type) => plainType(type, schema, indent)).join(' | ');
}

function literal(value) {
  return typeof value === 'string' ? `'${value}'` : JSON.stringify(value);
}

function plainType(type, schema, indent) {
  if (type === 'array') {
    const items = typeOf(schema.items, indent);
    return items.includes(' | ') ? `readonly (${items})[]` : `readonly ${items}[]`;
  }
  if (type === 'object') {
    return schema.properties === undefined ? mapType(schema, indent) : objectType(schema, indent);
  }
  return type === 'integer' ? 'number' : type;
}

/** An object whose members have any name. */
function mapType({ additionalProperties: value }, indent) {
  const members = typeof value === 'object' ? typeOf(value, indent) : 'unknown';
  return `Readonly<Record<string, ${members}>>`;
}

async function builtFiles() {
  const load = (path) => import(pathToFileURL(join(ROOT, 'dist', 'src', path)).href);
  const { stackSchema } = await load('manifest/stack-schema.js');
  const { kindTable, PROVIDERS: registered } = await load('providers/registry.js');
  const { programTree } = await load('commands/program.js');
  const schema = stackSchema(kindTable(registered));
  const exampleOf = exampleFinder(join(ROOT, 'examples', 'stacks'));
  const names = registered.map(({ name }) => name);
  const commands = readFileSync(join(ROOT, 'docs', 'commands.md'), 'utf8');
  return [
    { path: join(ROOT, 'schemas', 'stack.json'), text: `${JSON.stringify(schema, null, 2)}\n` },
    page('reference/stack.md', stackPage(schema, names)),
    ...registered.map((provider) => {
      return page(`reference/${provider.name}.md`, providerPage(provider, exampleOf));
    }),
    page('commands.md', commandsPage(commands, programTree())),
  ];
}

/** A page of docs/, laid out as the formatter does. */
function page(name, text) {
  const path = join(ROOT, 'docs', name);
  const input = { input: text, encoding: 'utf8', cwd: ROOT };
  return { path, text: execFileSync(FORMATTER, ['--stdin-filepath', path], input) };
}
