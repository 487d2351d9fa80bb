import type { Json } from '../core/json.ts';
import { AttributeReference, Reference, Template } from '../core/value.ts';
import { toAddress, typeOf } from '../core/address.ts';
import { unreachable } from '../core/errors.ts';
import { toPointer } from '../core/resolve.ts';
import { evaluateText } from './evaluate-text.ts';
import type { TextValue } from './evaluate-text.ts';
import { mayHoldExpression } from './expression.ts';
import type { FieldNode } from './field-tree.ts';
import { fieldAt } from './field-tree.ts';
import type { Scope } from './scope.ts';
import { holdsSource, misspeltSource, overlayHint, readSource } from './secret-source.ts';
import type { Origin } from './source-text.ts';
import type { LoadedTerm } from './source-term.ts';
import { didYouMean } from '../core/suggest.ts';
import type { MapEntry, MappingNode, ScalarNode, SequenceNode, YamlNode } from './yaml-node.ts';
import { describe, fromPlain, toPlain } from './yaml-node.ts';
import { typeWords } from './type-words.ts';
import { verbatimValue } from './verbatim.ts';

/** Path of a value below its resource, from the inside out; a text only where one is needed. */
export interface FieldPath {
  readonly above: FieldPath | undefined;
  readonly name: string;
}

/** One resource while it is evaluated. */
export interface Run {
  readonly scope: Scope;
  readonly address: string;
  /** JSON pointers of values that are not known now; the JSON holds a stand-in there. */
  readonly open: Map<string, 'reference' | 'other'>;
  /** Whether a value was wrong; it has been reported. */
  failed: boolean;
}

/** A value for the planner, and plain JSON for the check of its shape. */
export interface Evaluated {
  /** Undefined when the value is wrong; that has been reported. */
  readonly term: LoadedTerm | undefined;
  /** Undefined when there is nothing to check: none. */
  readonly json: Json | undefined;
}

interface Place {
  readonly field: FieldNode | undefined;
  readonly path: FieldPath;
  /** Whether this field or one above it is sensitive. */
  readonly sensitive: boolean;
  /** Where the key stands. */
  readonly key: Origin;
}

/** A text that satisfies what schemas ask of IDs. */
const STAND_IN = '00000000-0000-4000-8000-000000000000';

/** Evaluates one field of a resource. */
export function evaluateField(
  node: YamlNode,
  field: FieldNode | undefined,
  name: string,
  key: Origin,
  run: Run,
): Evaluated {
  const path = { above: undefined, name };
  return evaluate(node, { field, path, key, sensitive: field?.role?.sensitive === true }, run);
}

function evaluate(node: YamlNode, place: Place, run: Run): Evaluated {
  const role = place.field?.role;
  if (role?.readOnly === true) {
    const message = `"${dotted(place.path)}" is set by the API and cannot be given`;
    const hint = 'leave it out; expressions may read it';
    return broken(run, place, { code: 'schema-read-only-field', message, at: place.key, hint });
  }
  if (isNone(node)) return none(node, place, run);
  if (role?.verbatim === true) {
    const plain = verbatimValue(node, role, { ...run.scope, address: run.address });
    return plain === undefined
      ? open(run, place, undefined, 'other')
      : { term: plain, json: plain };
  }
  if (place.sensitive) return evaluateSensitive(node, place, run);
  if (role?.reference !== undefined && !role.types.includes('array')) {
    return evaluateReference(node, role.reference, place, run);
  }
  switch (node.kind) {
    case 'scalar':
      return evaluateScalar(node, place, run);
    case 'sequence':
      return evaluateSequence(node, place, run);
    case 'mapping':
      return evaluateMapping(node, place, run);
    default:
      return unreachable(node);
  }
}

function evaluateScalar(node: ScalarNode, place: Place, run: Run): Evaluated {
  const text = expressionText(node);
  if (text === undefined) return { term: node.value, json: node.value };
  const value = evaluateText(node, text, run.scope);
  switch (value.type) {
    case 'static':
      return evaluate(fromPlain(value.value, node), place, run);
    case 'broken':
      return open(run, place, undefined, 'other');
    case 'dynamic':
      if (value.sensitive) return broken(run, place, plainField(place, node));
      return ofAttribute(value.term, node, place, run);
    default:
      return unreachable(value);
  }
}

function evaluateSequence(node: SequenceNode, place: Place, run: Run): Evaluated {
  const terms: LoadedTerm[] = [];
  const jsons: Json[] = [];
  const field = place.field?.element;
  for (const [index, item] of node.items.entries()) {
    const path = { above: place.path, name: String(index) };
    const sensitive = place.sensitive || field?.role?.sensitive === true;
    const { term, json } = evaluate(item, { field, path, key: item, sensitive }, run);
    if (term !== undefined) terms.push(term);
    jsons.push(json ?? null);
  }
  return { term: terms, json: jsons };
}

function evaluateMapping(node: MappingNode, place: Place, run: Run): Evaluated {
  if (holdsSource(node) && place.field?.children.size === 0) {
    return broken(run, place, plainField(place, node));
  }
  const terms: Record<string, LoadedTerm> = {};
  const json: Record<string, Json> = {};
  for (const entry of node.entries.values()) {
    const field = place.field?.children.get(entry.name);
    const path = { above: place.path, name: entry.name };
    const sensitive = place.sensitive || field?.role?.sensitive === true;
    const inner = evaluate(entry.value, { field, path, key: entry, sensitive }, run);
    if (inner.term !== undefined) terms[entry.name] = inner.term;
    if (inner.json !== undefined) json[entry.name] = inner.json;
  }
  return { term: terms, json };
}

/** A value that is known after an apply; of one attribute alone it has that attribute's type. */
function ofAttribute(term: LoadedTerm, node: Origin, place: Place, run: Run): Evaluated {
  const [part] = term instanceof Template && term.whole ? term.parts : [];
  if (!(part instanceof AttributeReference)) return open(run, place, term, 'other');
  const { address, path } = part;
  const given = fieldAt(run.scope.fieldsOf(typeOf(address)), path)?.role?.types ?? [];
  const wanted = place.field?.role?.types ?? [];
  const fits = given.some((type) => wanted.some((own) => isType(type, own)));
  if (fits || given.length === 0 || wanted.length === 0) return open(run, place, term, 'other');
  const message = `"${dotted(place.path)}" must be ${typeWords(wanted)}, and "${path.join('.')}" of ${address} is ${typeWords(given)}`;
  return broken(run, place, { code: 'schema-type', message, at: node });
}

function isType(type: string, wanted: string): boolean {
  return type === wanted || (wanted === 'number' && type === 'integer');
}

/** A sensitive field: a source, an expression, or (with a warning) a literal. */
function evaluateSensitive(node: YamlNode, place: Place, run: Run): Evaluated {
  const { scope } = run;
  if (node.kind === 'mapping' && holdsSource(node)) {
    return open(run, place, readSource(node, scope.reporter), 'other');
  }
  if (node.kind === 'mapping') {
    scope.reporter.markSensitive(node);
    const problem = misspeltSource(node);
    return problem === undefined ? evaluateMapping(node, place, run) : broken(run, place, problem);
  }
  if (node.kind === 'sequence') return evaluateSequence(node, place, run);
  const text = expressionText(node);
  if (text === undefined) return sensitiveLiteral(node, place, run);
  const value = evaluateText(node, text, scope);
  if (value.type === 'broken') return open(run, place, undefined, 'other');
  if (value.type === 'dynamic') return ofAttribute(concealed(value.term), node, place, run);
  return evaluateSensitive(fromPlain(value.value, node), place, run);
}

/** Attributes that are no secret make one here: it is sent and read back as one. */
function concealed(term: LoadedTerm): LoadedTerm {
  return term instanceof Template ? new Template(term.parts, term.whole, true) : term;
}

function sensitiveLiteral(node: ScalarNode, place: Place, run: Run): Evaluated {
  const { reporter, redactor } = run.scope;
  reporter.markSensitive(node);
  // A number or a boolean is a mistake of type; the check of the shape says so.
  if (typeof node.value !== 'string') return { term: undefined, json: node.value };
  if (node.literal !== true) {
    reporter.add({
      code: 'sensitive-literal',
      severity: 'warning',
      message: `the value of the sensitive field "${dotted(place.path)}" stands in the manifest`,
      at: place.key,
      hint: 'take it from a source: fromEnv, fromFile or fromCommand',
      address: run.address,
    });
  }
  return { term: redactor.secret(node.value), json: node.value };
}

/** A reference: the key of an entry, `{ id }`, `{ name }`, or an expression. */
function evaluateReference(node: YamlNode, type: string, place: Place, run: Run): Evaluated {
  if (node.kind === 'mapping') return evaluateLiveReference(node, type, place, run);
  if (node.kind !== 'scalar' || typeof node.value !== 'string') {
    const message = `"${dotted(place.path)}" is a key of ${type}, { id: … } or { name: … }, not ${describe(node)}`;
    return broken(run, place, { code: 'schema-type', message, at: node });
  }
  const value = stringValue(node, run.scope);
  if (value.type === 'broken') return open(run, place, undefined, 'other');
  if (value.type === 'static') return byKey(value.value, node, type, place, run);
  if (value.sensitive) return broken(run, place, plainField(place, node));
  const target =
    value.term instanceof Template && value.term.whole ? value.term.parts[0] : undefined;
  const named =
    target instanceof AttributeReference && target.path.join('.') === 'id' ? target.address : '';
  // The ID of an entry of the right kind is what its key means.
  if (named.startsWith(`${type}.`)) {
    return open(run, place, new Reference(type, 'address', named), 'reference');
  }
  return open(run, place, value.term, 'reference');
}

function byKey(key: Json, node: Origin, type: string, place: Place, run: Run): Evaluated {
  const { entries, whole } = run.scope;
  const text = typeof key === 'string' ? key : JSON.stringify(key);
  const address = toAddress(type, text);
  if (typeof key === 'string' && entries.has(address)) {
    return open(run, place, new Reference(type, 'address', address), 'reference');
  }
  if (!whole) return open(run, place, undefined, 'other');
  const message = `the stack has no ${type} "${text}"`;
  const hint =
    didYouMean(text, entries.keysOf(type)) ??
    'an object that this stack does not manage is written { name: … } or { id: … }';
  return broken(run, place, { code: 'reference-unknown', message, at: node, hint });
}

function evaluateLiveReference(node: MappingNode, type: string, place: Place, run: Run): Evaluated {
  const [entry, second] = node.entries.values();
  const by = entry?.name;
  if (entry === undefined || second !== undefined || (by !== 'id' && by !== 'name')) {
    if (holdsSource(node)) return broken(run, place, plainField(place, node));
    const message = `"${dotted(place.path)}" takes a key, { id: … } or { name: … }`;
    const hint = entry && second && overlayHint(entry, second);
    const at = second ?? entry ?? node;
    return broken(run, place, { code: 'schema-value', message, at, hint });
  }
  if (entry.value.kind !== 'scalar') {
    const message = `"${by}" must be a text, not ${describe(entry.value)}`;
    return broken(run, place, { code: 'schema-type', message, at: entry.value });
  }
  const value = stringValue(entry.value, run.scope);
  if (value.type === 'broken') return open(run, place, undefined, 'other');
  if (value.type === 'dynamic') {
    if (value.sensitive) return broken(run, place, plainField(place, entry.value));
    if (by === 'id') return open(run, place, value.term, 'reference');
    const message = 'a name to look up must be known before the apply';
    return broken(run, place, { code: 'expression-type', message, at: entry.value });
  }
  if (value.value === null || typeof value.value === 'object' || value.value === '') {
    const message = `"${by}" must be a text`;
    return broken(run, place, { code: 'schema-type', message, at: entry.value });
  }
  return open(run, place, new Reference(type, by, String(value.value)), 'reference');
}

function stringValue(node: ScalarNode, scope: Scope): TextValue {
  const text = expressionText(node);
  if (text === undefined) return { type: 'static', value: node.value, whole: false };
  return evaluateText(node, text, scope);
}

/** The text of a scalar that has to be evaluated. */
function expressionText(node: ScalarNode): string | undefined {
  if (typeof node.value !== 'string' || node.literal === true) return undefined;
  return mayHoldExpression(node.value) ? node.value : undefined;
}

function isNone(node: YamlNode): boolean {
  if (node.kind === 'scalar') return node.value === null;
  return node.kind === 'sequence' ? node.items.length === 0 : node.entries.size === 0;
}

/** `null`, `[]`, `{}` and `!none`: a set becomes empty, anything else null. */
function none(node: YamlNode, place: Place, run: Run): Evaluated {
  const role = place.field?.role;
  if (role === undefined) {
    const plain = toPlain(node);
    return { term: plain, json: plain };
  }
  const array = role.types.includes('array');
  if (role.clearable ?? role.set === true) {
    return { term: array ? [] : null, json: array ? [] : undefined };
  }
  const message = `the API cannot clear "${dotted(place.path)}"`;
  const hint = 'leave the field out to keep its live value; in an overlay, null removes it';
  return broken(run, place, { code: 'schema-not-clearable', message, at: place.key, hint });
}

function plainField(place: Place, at: Origin): Finding {
  const name = dotted(place.path);
  const message = `a sensitive value cannot stand in "${name}", which is not sensitive`;
  return { code: 'sensitive-in-plain-field', message, at };
}

type Finding = Parameters<Scope['reporter']['add']>[0];

function broken(run: Run, place: Place, finding: Finding): Evaluated {
  run.scope.reporter.add({ ...finding, address: run.address });
  return open(run, place, undefined, 'other');
}

function open(
  run: Run,
  place: Place,
  term: LoadedTerm | undefined,
  why: 'reference' | 'other',
): Evaluated {
  run.open.set(pointer(place.path), why);
  if (term === undefined) run.failed = true;
  return { term, json: standIn(place.field?.role?.types[0]) };
}

function standIn(type: string | undefined): Json {
  switch (type) {
    case 'number':
    case 'integer':
      return 1;
    case 'boolean':
      return true;
    case 'array':
      return [];
    case 'object':
      return {};
    case undefined:
    default:
      return STAND_IN;
  }
}

function names(path: FieldPath): readonly string[] {
  return path.above === undefined ? [path.name] : [...names(path.above), path.name];
}

function dotted(path: FieldPath): string {
  return names(path).join('.');
}

function pointer(path: FieldPath): string {
  return toPointer(names(path));
}

/** Evaluates the value of an output: no roles, and a sensitive value is welcome. */
export function evaluateOutput(entry: MapEntry, run: Run): Evaluated {
  const path = { above: undefined, name: 'value' };
  const place = { field: undefined, path, key: entry, sensitive: false };
  const node = entry.value;
  if (node.kind !== 'scalar') return evaluate(node, place, run);
  const value = stringValue(node, run.scope);
  if (value.type === 'broken') return open(run, place, undefined, 'other');
  if (value.type === 'dynamic') return open(run, place, value.term, 'other');
  return { term: value.value, json: value.value };
}
