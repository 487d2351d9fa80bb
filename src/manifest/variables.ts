import { isKey } from '../core/address.ts';
import { unreachable } from '../core/errors.ts';
import type { Json } from '../core/json.ts';
import type { Redactor } from '../core/redactor.ts';
import type { Secret } from '../core/secret.ts';
import { mayHoldExpression, parseText } from './expression.ts';
import type { Reporter } from './reporter.ts';
import type { Origin } from './source-text.ts';
import type { SourceTerm } from './source-term.ts';
import { readSource, holdsSource, overlayHint, SOURCE_FORMS } from './secret-source.ts';
import { didYouMean } from '../core/suggest.ts';
import { missingSpace, toldWord } from './told-word.ts';
import type { MapEntry, MappingNode, YamlNode } from './yaml-node.ts';
import { describe, toPlain } from './yaml-node.ts';
import { parseYaml } from './parse-yaml.ts';

const TYPES = ['string', 'number', 'boolean', 'list', 'map'] as const;
type VariableType = (typeof TYPES)[number];
const MEMBERS = ['type', 'default', 'sensitive', 'description'];
/** Members of a declaration, those that name a source among them. */
export const DECLARATION_MEMBERS: readonly string[] = [...MEMBERS, ...SOURCE_FORMS];

/** What `${var.NAME}` stands for. */
export type VariableValue =
  | { readonly type: 'plain'; readonly value: Json }
  | { readonly type: 'secret'; readonly value: Secret | SourceTerm }
  /** Declared, but its mistake has been reported already. */
  | { readonly type: 'broken' };

export interface VariableInput {
  readonly vars: Readonly<Record<string, string>>;
  readonly varFiles: readonly { readonly name: string; readonly text: string }[];
  readonly processEnv: Readonly<Record<string, string | undefined>>;
  readonly redactor: Redactor;
  readonly reporter: Reporter;
}

interface Declaration {
  readonly entry: MapEntry;
  readonly type: VariableType | undefined;
  readonly sensitive: boolean;
  readonly source: SourceTerm | undefined;
  readonly fallback: YamlNode | undefined;
}

/** A value given from outside the manifests: a text to be read as the type, or data. */
type Given =
  | { readonly text: string; readonly from: string }
  | { readonly node: YamlNode; readonly from: string };

/** Values of all declared variables: --var, then --var-file, TRUEUP_VAR_x, overlay, default. */
export function readVariables(
  node: MappingNode | undefined,
  input: VariableInput,
): ReadonlyMap<string, VariableValue> {
  const values = new Map<string, VariableValue>();
  const given = givenValues(input);
  for (const entry of node?.entries.values() ?? []) {
    if (!isKey(entry.name)) reportName(entry, input.reporter);
    const declaration = readDeclaration(entry, input.reporter);
    values.set(
      entry.name,
      declaration === undefined
        ? { type: 'broken' }
        : valueOf(declaration, given.get(entry.name) ?? fromEnvironment(entry.name, input), input),
    );
  }
  for (const [name, value] of given) {
    if (values.has(name)) continue;
    const message = `${value.from} sets the variable "${name}", which is not declared`;
    const hint = didYouMean(name, values.keys()) ?? `declare it under variables:`;
    input.reporter.add({ code: 'variable-undeclared', message, hint });
  }
  return values;
}

function reportName(entry: MapEntry, reporter: Reporter): void {
  const message = `no expression can name a variable "${entry.name}"`;
  const hint = 'names consist of letters, digits, _ and -, and do not start with -';
  reporter.add({ code: 'key-invalid', message, at: entry, hint });
}

function givenValues(input: VariableInput): ReadonlyMap<string, Given> {
  const given = new Map<string, Given>();
  for (const file of input.varFiles) {
    const parsed = parseYaml(file.name, file.text, {
      reporter: input.reporter,
      secretive: true,
    });
    for (const document of parsed.documents) {
      if (document.kind !== 'mapping') {
        const message = `a file of variables is a mapping, this is ${describe(document)}`;
        input.reporter.add({ code: 'yaml-not-a-mapping', message, at: document, hideLine: true });
        continue;
      }
      for (const entry of document.entries.values()) {
        // A later file wins over an earlier one. Any of its values may turn out to be a secret.
        input.reporter.markSensitive(entry.value);
        given.set(entry.name, { node: entry.value, from: file.name });
      }
    }
  }
  for (const [name, text] of Object.entries(input.vars)) given.set(name, { text, from: '--var' });
  return given;
}

function fromEnvironment(name: string, input: VariableInput): Given | undefined {
  const variable = `TRUEUP_VAR_${name}`;
  const text = Object.hasOwn(input.processEnv, variable) ? input.processEnv[variable] : undefined;
  return text === undefined ? undefined : { text, from: variable };
}

function readDeclaration(entry: MapEntry, reporter: Reporter): Declaration | undefined {
  const node = entry.value;
  if (node.kind !== 'mapping') {
    const message = `the variable "${entry.name}" must be declared as a mapping`;
    const hint = `write ${entry.name}: { default: … }`;
    reporter.add({ code: 'schema-type', message, at: entry, hint });
    return undefined;
  }
  for (const member of node.entries.values()) {
    if (DECLARATION_MEMBERS.includes(member.name)) continue;
    const message = `a variable has no "${toldWord(member.name)}"`;
    const hint = missingSpace(member.name) ?? didYouMean(member.name, DECLARATION_MEMBERS);
    reporter.add({ code: 'schema-unknown-field', message, at: member, hint });
  }
  const type = readType(node, reporter);
  const sourced = holdsSource(node);
  const source = sourced ? readSource(node, reporter, MEMBERS) : undefined;
  const fallback = node.entries.get('default');
  const sensitive = sourced || readFlag(node.entries.get('sensitive'), reporter);
  if (type === 'broken' || (sourced && source === undefined)) return undefined;
  if (sourced && fallback !== undefined) {
    const message = `the variable "${entry.name}" has both a source and a default`;
    const named = [...node.entries.values()].find(({ name }) => SOURCE_FORMS.includes(name));
    const hint = named && overlayHint(named, fallback);
    reporter.add({ code: 'schema-value', message, at: fallback, hint });
  }
  if (sensitive && fallback !== undefined) reportLiteral(entry.name, fallback, reporter);
  if (sensitive && type !== undefined && type !== 'string') {
    const message = `a sensitive variable is a string, "${entry.name}" is a ${type}`;
    reporter.add({ code: 'variable-type', message, at: entry });
    return undefined;
  }
  return { entry, type, sensitive, source, fallback: fallback?.value };
}

function reportLiteral(name: string, fallback: MapEntry, reporter: Reporter): void {
  reporter.markSensitive(fallback.value);
  reporter.add({
    code: 'sensitive-literal',
    severity: 'warning',
    message: `the default of the sensitive variable "${name}" stands in the manifest`,
    at: fallback,
    hint: 'take it from a source: fromEnv, fromFile or fromCommand',
  });
}

function readType(node: MappingNode, reporter: Reporter): VariableType | 'broken' | undefined {
  const entry = node.entries.get('type');
  if (entry === undefined) return undefined;
  const value = entry.value.kind === 'scalar' ? entry.value.value : undefined;
  const type = TYPES.find((name) => name === value);
  if (type !== undefined) return type;
  const message = `the type of a variable is one of ${TYPES.join(', ')}`;
  const hint = typeof value === 'string' ? didYouMean(value, TYPES) : undefined;
  reporter.add({ code: 'schema-value', message, at: entry.value, hint });
  return 'broken';
}

function readFlag(entry: MapEntry | undefined, reporter: Reporter): boolean {
  if (entry === undefined) return false;
  if (entry.value.kind === 'scalar' && typeof entry.value.value === 'boolean') {
    return entry.value.value;
  }
  const message = `"${entry.name}" must be true or false`;
  reporter.add({ code: 'schema-type', message, at: entry.value });
  // What might have been meant as sensitive is treated so.
  return true;
}

function valueOf(
  declaration: Declaration,
  given: Given | undefined,
  input: VariableInput,
): VariableValue {
  const { entry, fallback, source } = declaration;
  if (given !== undefined) return fromGiven(declaration, given, input);
  if (fallback !== undefined) return fromDefault(declaration, fallback, input);
  if (source !== undefined) return { type: 'secret', value: source };
  input.reporter.add({
    code: 'variable-missing',
    message: `the variable "${entry.name}" has no value`,
    at: entry,
    hint: `give it a default, or set --var ${entry.name}=… or TRUEUP_VAR_${entry.name}`,
  });
  return { type: 'broken' };
}

function fromGiven(declaration: Declaration, given: Given, input: VariableInput): VariableValue {
  const read = 'text' in given ? readGivenText(declaration.type, given.text) : toPlain(given.node);
  if (read === undefined || !fits(read, declaration)) {
    const wanted = declaration.sensitive ? 'string' : (declaration.type ?? 'string');
    input.reporter.add({
      code: 'variable-type',
      message: `the variable "${declaration.entry.name}" is a ${wanted}, ${given.from} gives something else`,
      at: declaration.entry,
    });
    return { type: 'broken' };
  }
  return finished(read, declaration, input);
}

function readGivenText(type: VariableType | undefined, text: string): Json | undefined {
  if (type === undefined || type === 'string') return text;
  // JSON is what people write on a command line for lists and maps; numbers and booleans are it.
  try {
    let refused = false;
    const value: unknown = JSON.parse(text, (name, item: unknown) => {
      // As in a manifest: as a member of an object it would be no plain member.
      refused ||= name === '__proto__';
      return item;
    });
    return isJson(value) && !refused ? value : undefined;
  } catch {
    return undefined;
  }
}

function isJson(value: unknown): value is Json {
  return value !== undefined;
}

function fromDefault(
  declaration: Declaration,
  node: YamlNode,
  input: VariableInput,
): VariableValue {
  const expression = firstExpression(node);
  if (expression !== undefined) {
    const message = 'the default of a variable cannot hold an expression';
    input.reporter.add({ code: 'expression-type', message, at: expression });
    return { type: 'broken' };
  }
  const value = unescape(toPlain(node));
  if (fits(value, declaration)) return finished(value, declaration, input);
  const wanted = declaration.sensitive ? 'string' : (declaration.type ?? 'string');
  const message = `the variable "${declaration.entry.name}" is a ${wanted}, its default is ${describe(node)}`;
  const hint =
    wanted === 'string' && node.kind === 'scalar' && value !== null ? 'quote it' : undefined;
  input.reporter.add({ code: 'variable-type', message, at: node, hint });
  return { type: 'broken' };
}

function finished(value: Json, declaration: Declaration, input: VariableInput): VariableValue {
  if (!declaration.sensitive || typeof value !== 'string') return { type: 'plain', value };
  return { type: 'secret', value: input.redactor.secret(value) };
}

function fits(value: Json, declaration: Declaration): boolean {
  const type = declaration.sensitive ? 'string' : declaration.type;
  switch (type) {
    case undefined:
      return true;
    case 'list':
      return Array.isArray(value);
    case 'map':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'string':
    case 'number':
    case 'boolean':
      return typeof value === type;
    default:
      return unreachable(type);
  }
}

function firstExpression(node: YamlNode): Origin | undefined {
  if (node.kind === 'scalar') {
    if (typeof node.value !== 'string' || !mayHoldExpression(node.value)) return undefined;
    const { parts, problems } = parseText(node.value);
    return problems.length > 0 || parts.some((part) => part.type !== 'text') ? node : undefined;
  }
  const children =
    node.kind === 'sequence' ? node.items : [...node.entries.values()].map((entry) => entry.value);
  for (const child of children) {
    const found = firstExpression(child);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** `$${` in a default is a literal, as everywhere else. */
function unescape(value: Json): Json {
  if (typeof value === 'string') return value.replaceAll('$${', '${');
  if (Array.isArray(value)) return value.map((item: Json) => unescape(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, unescape(item)]));
}
