import type { JsonPrimitive } from '../core/json.ts';
import type { KindShape, ShapeProblem } from '../core/kind.ts';
import { fromPointer, toPointer } from '../core/resolve.ts';
import { mayHoldExpression } from './expression.ts';
import type { FieldNode } from './field-tree.ts';
import { fieldAt } from './field-tree.ts';
import type { Reporter } from './reporter.ts';
import { didYouMean } from '../core/suggest.ts';
import { SOURCE_FORMS } from './secret-source.ts';
import { missingSpace, toldWord } from './told-word.ts';
import { typeWords } from './type-words.ts';
import type { MapEntry, YamlNode } from './yaml-node.ts';
import { describe, nearest } from './yaml-node.ts';

/** Keywords that judge an object as a whole, so that a stand-in inside may fail them. */
const COMBINERS = new Set([
  'oneOf',
  'anyOf',
  'allOf',
  'not',
  'if',
  'contains',
  'dependentRequired',
  'dependencies',
]);

export interface ShapeInput {
  readonly kind: KindShape;
  readonly fields: FieldNode;
  readonly entry: MapEntry;
  readonly address: string;
  /** Values that are not known now, by JSON pointer; see `Run.open`. */
  readonly open: ReadonlyMap<string, 'reference' | 'other'>;
  readonly reporter: Reporter;
}

/** Reports what a kind's schema says of an entry, at the place of each mistake. */
export function reportShape(problems: readonly ShapeProblem[], input: ShapeInput): void {
  const seen = new Set<string>();
  const relevant = problems.filter((problem) => concerns(problem, input.open));
  const combined = new Set(
    relevant
      .filter((problem) => problem.keyword === 'oneOf' || problem.keyword === 'anyOf')
      .map((problem) => toPointer(problem.path)),
  );
  for (const problem of relevant) {
    const at = toPointer(problem.path);
    // What each branch of a oneOf lacks says less than the oneOf itself.
    const branch = ['required', 'type', 'const', 'enum'].includes(problem.keyword);
    const extra = textParam(problem, 'additionalProperty') ?? textParam(problem, 'missingProperty');
    const key = `${at} ${problem.keyword} ${extra ?? ''}`;
    if ((branch && combined.has(at)) || seen.has(key)) continue;
    seen.add(key);
    report(problem, input);
  }
}

/** Whether a problem is about what was written and not about a stand-in. */
function concerns(problem: ShapeProblem, open: ShapeInput['open']): boolean {
  if (problem.keyword === 'if') return false;
  if (open.size === 0) return true;
  const at = toPointer(problem.path);
  for (const [pointer, why] of open) {
    if (at === pointer || at.startsWith(`${pointer}/`)) return false;
    const inside = pointer.startsWith(`${at}/`);
    if (inside && why === 'other' && COMBINERS.has(problem.keyword)) return false;
    if (inside && why === 'other' && isMissing(problem, pointer)) return false;
  }
  return true;
}

/** A required field whose value was wrong in another way is there all the same. */
function isMissing(problem: ShapeProblem, pointer: string): boolean {
  const missing = textParam(problem, 'missingProperty');
  return missing !== undefined && pointer === toPointer([...problem.path, missing]);
}

function report(problem: ShapeProblem, input: ShapeInput): void {
  switch (problem.keyword) {
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return unknownField(problem, input);
    case 'required':
      return missingField(problem, input);
    default:
      return wrongValue(problem, input);
  }
}

function unknownField(problem: ShapeProblem, input: ShapeInput): void {
  const { kind, fields, entry, reporter, address } = input;
  const name =
    textParam(problem, 'additionalProperty') ?? textParam(problem, 'unevaluatedProperty');
  if (name === undefined) return wrongValue(problem, input);
  const parent = fieldAt(fields, problem.path) ?? fields;
  const reserved = problem.path.length === 0 ? ['lifecycle', 'dependsOn', 'timeouts'] : [];
  const writable = [...parent.children].filter(([, child]) => child.role?.readOnly !== true);
  const words = [...writable.map(([word]) => word), ...reserved];
  const at = nearest(entry.value, [...problem.path, name], entry);
  const where = problem.path.length === 0 ? kind.name : `"${problem.path.join('.')}"`;
  reporter.add({
    code: 'schema-unknown-field',
    message: `${where} ${problem.path.length === 0 ? 'have' : 'has'} no field "${toldWord(name)}"`,
    at,
    hint: missingSpace(name) ?? misplacedSource(name, writable) ?? didYouMean(name, words),
    address,
  });
}

/** A source beside the fields, in place of in one. */
function misplacedSource(
  name: string,
  fields: readonly (readonly [string, FieldNode])[],
): string | undefined {
  const field = fields.find(([, { role }]) => role?.sensitive === true)?.[0];
  if (field === undefined || !SOURCE_FORMS.includes(name)) return undefined;
  return `write it into the field: ${field}: { ${name}: … }`;
}

function missingField(problem: ShapeProblem, input: ShapeInput): void {
  const { entry, reporter, address } = input;
  const missing = textParam(problem, 'missingProperty') ?? '';
  const path = [...problem.path, missing].join('.');
  const at = nearest(entry.value, problem.path, entry);
  reporter.add({ code: 'schema-missing-field', message: `"${path}" is missing`, at, address });
}

function wrongValue(problem: ShapeProblem, input: ShapeInput): void {
  const { entry, fields, reporter, address } = input;
  const path = problem.path.join('.');
  const key = nearest(entry.value, problem.path, entry);
  const written = nodeAt(entry.value, problem.path);
  const at = written?.kind === 'scalar' ? written : key;
  const what = path === '' ? 'the entry' : `"${path}"`;
  const code = problem.keyword === 'type' ? 'schema-type' : 'schema-value';
  reporter.add({
    code,
    message: `${what} ${sentence(problem, written)}`,
    at,
    hint: problem.keyword === 'pattern' ? inWords(problem, fields) : hint(problem, written),
    address,
  });
}

/** What a form that stands as a regular expression means: the description of the field. */
function inWords({ path, params }: ShapeProblem, fields: FieldNode): string | undefined {
  if (params['pattern'] === NOT_EMPTY) return undefined;
  for (let length = path.length; length > 0; length -= 1) {
    const description = fieldAt(fields, path.slice(0, length))?.role?.description;
    if (description !== undefined && description !== '') return description;
  }
  return undefined;
}

const NOT_EMPTY = String.raw`\S`;

function sentence(problem: ShapeProblem, written: YamlNode | undefined): string {
  const { params } = problem;
  const allowed = params['allowedValues'];
  switch (problem.keyword) {
    case 'type': {
      const types = Array.isArray(params['type']) ? params['type'] : [params['type']];
      // What an expression stands for is another thing than the text that it is.
      const found =
        written === undefined || isExpression(written) ? '' : `, not ${describe(written)}`;
      return `must be ${typeWords(types.map(String))}${found}`;
    }
    case 'enum':
      return `must be one of ${Array.isArray(allowed) ? allowed.map(String).join(', ') : 'a fixed list'}`;
    case 'const':
      return `must be ${JSON.stringify(params['allowedValue'])}`;
    case 'minimum':
      return `must be at least ${String(params['limit'])}`;
    case 'maximum':
      return `must be at most ${String(params['limit'])}`;
    case 'maxProperties':
      return `must have at most ${String(params['limit'])} of its fields`;
    case 'minProperties':
      return `must have at least ${String(params['limit'])} of its fields`;
    case 'pattern':
      return params['pattern'] === NOT_EMPTY
        ? 'must not be empty'
        : `must have the form ${String(params['pattern'])}`;
    case 'oneOf':
      return 'must have exactly one of its forms';
    case 'anyOf':
      return 'must have one of its forms';
    default:
      return problem.message;
  }
}

function isExpression(node: YamlNode): boolean {
  return node.kind === 'scalar' && typeof node.value === 'string' && mayHoldExpression(node.value);
}

function hint(problem: ShapeProblem, written: YamlNode | undefined): string | undefined {
  const value = written?.kind === 'scalar' ? written.value : undefined;
  const allowed = problem.params['allowedValues'];
  if (problem.keyword === 'enum' && typeof value === 'string' && Array.isArray(allowed)) {
    return didYouMean(value, allowed.map(String));
  }
  if (problem.keyword !== 'type') return undefined;
  return written !== undefined && isExpression(written)
    ? 'the expression stands for a value of another type'
    : quoteHint(problem.params['type'], value);
}

/** Words for truth of YAML 1.1, which are texts in 1.2. */
const TRUTHS: ReadonlyMap<string, string> = new Map([
  ['yes', 'true'],
  ['on', 'true'],
  ['true', 'true'],
  ['no', 'false'],
  ['off', 'false'],
  ['false', 'false'],
]);

function quoteHint(type: unknown, value: JsonPrimitive | undefined): string | undefined {
  if (type === 'string') {
    return typeof value === 'number' || typeof value === 'boolean' ? 'quote it' : undefined;
  }
  if (typeof value !== 'string') return undefined;
  if (type === 'boolean') {
    const word = TRUTHS.get(value.toLowerCase());
    return word === undefined ? undefined : `write ${word}, without quotes`;
  }
  const isNumber = (type === 'integer' || type === 'number') && /^-?\d+(?:\.\d+)?$/.test(value);
  return isNumber ? `write ${value}, without quotes` : undefined;
}

function nodeAt(node: YamlNode, path: readonly string[]): YamlNode | undefined {
  let at: YamlNode | undefined = node;
  for (const name of path) {
    if (at?.kind === 'mapping') at = at.entries.get(name)?.value;
    else if (at?.kind === 'sequence') at = at.items[Number(name)];
    else return undefined;
  }
  return at;
}

function textParam(problem: ShapeProblem, name: string): string | undefined {
  const value = problem.params[name];
  return typeof value === 'string' ? value : undefined;
}

/** The place of a field of an entry, by JSON pointer. */
export function placeOfField(entry: MapEntry, pointer: string): ReturnType<typeof nearest> {
  return nearest(entry.value, fromPointer(pointer), entry);
}
