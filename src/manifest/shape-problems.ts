import type { KindShape, ShapeProblem } from '../core/kind.ts';
import { fromPointer, toPointer } from './evaluate-fields.ts';
import type { FieldNode } from './field-tree.ts';
import { fieldAt, holdsSensitive } from './field-tree.ts';
import type { Reporter } from './reporter.ts';
import { didYouMean, nearestWord } from '../core/suggest.ts';
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
  const found = nearestWord(name, words);
  const at = nearest(entry.value, [...problem.path, name], entry);
  const suggested = found === undefined ? undefined : parent.children.get(found);
  const written = nodeAt(entry.value, [...problem.path, name]);
  // A misspelt sensitive field holds a secret all the same.
  if (written !== undefined && suggested !== undefined && holdsSensitive(suggested)) {
    reporter.markSensitive(written);
  }
  const where = problem.path.length === 0 ? kind.name : `"${problem.path.join('.')}"`;
  reporter.add({
    code: 'schema-unknown-field',
    message: `${where} ${problem.path.length === 0 ? 'have' : 'has'} no field "${name}"`,
    at,
    hint: didYouMean(name, words),
    address,
  });
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
      const type = Array.isArray(params['type']) ? params['type'].join(' or ') : params['type'];
      const found = written === undefined ? '' : `, not ${describe(written)}`;
      return `must be ${TYPE_WORDS[String(type)] ?? String(type)}${found}`;
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

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
};

function hint(problem: ShapeProblem, written: YamlNode | undefined): string | undefined {
  const value = written?.kind === 'scalar' ? written.value : undefined;
  const allowed = problem.params['allowedValues'];
  if (problem.keyword === 'enum' && typeof value === 'string' && Array.isArray(allowed)) {
    return didYouMean(value, allowed.map(String));
  }
  if (problem.keyword === 'type' && problem.params['type'] === 'string') {
    if (typeof value === 'number' || typeof value === 'boolean') return 'quote it';
  }
  return undefined;
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
