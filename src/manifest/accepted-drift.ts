import type { Address } from '../core/address.ts';
import { typeOf } from '../core/address.ts';
import { parseMoment } from '../core/moment.ts';
import type { KindShape } from '../core/kind.ts';
import type { AcceptedDrift } from '../core/resource.ts';
import { didYouMean, nearestWord } from '../core/suggest.ts';
import { toPointer } from '../core/resolve.ts';
import { isTermObject, type Term } from '../core/value.ts';
import { evaluateField, type Run } from './evaluate-fields.ts';
import { fieldAt, holdsSensitive, wholeAbove, type FieldNode } from './field-tree.ts';
import type { Scope } from './scope.ts';
import { readAddress } from './settings-address.ts';
import { reportShape } from './shape-problems.ts';
import { positionAt, type Origin } from './source-text.ts';
import { isLoadedObject, SourceTemplate, SourceTerm, type LoadedTerm } from './source-term.ts';
import { staticValue } from './static-value.ts';
import type { MapEntry, MappingNode, YamlNode } from './yaml-node.ts';
import { describe } from './yaml-node.ts';

const CODE = 'accepted-drift-invalid';
const MEMBERS = ['address', 'field', 'value', 'reason', 'owner', 'until'] as const;
const SHAPE = `{ ${MEMBERS.join(', ')} }`;

/** The elements of `acceptedDrift`; what is wrong with one is reported, and it is left out. */
export function readAcceptedDrift(root: MappingNode, scope: Scope): readonly AcceptedDrift[] {
  const node = root.entries.get('acceptedDrift')?.value;
  if (node?.kind !== 'sequence') return [];
  const accepted: AcceptedDrift[] = [];
  const seen = new Set<string>();
  for (const item of node.items) {
    const read = readItem(item, scope);
    if (read === undefined) continue;
    const key = `${read.address} ${read.path.join('.')}`;
    if (seen.has(key)) {
      const message = `the drift of ${read.path.join('.')} of ${read.address} is accepted twice`;
      scope.reporter.add({ code: CODE, message, at: item });
    } else accepted.push(read);
    seen.add(key);
  }
  return accepted;
}

function readItem(item: YamlNode, scope: Scope): AcceptedDrift | undefined {
  const members = readMembers(item, scope);
  if (members === undefined) return undefined;
  const entry = (name: (typeof MEMBERS)[number]): MapEntry => {
    const found = members.get(name);
    // `readMembers` has made sure of it; the item stands in for the type's sake.
    return found ?? { ...item, name, value: item };
  };
  const address = readAddress(entry('address').value, scope, { code: CODE, mustExist: true });
  const reason = textOf(entry('reason'), scope);
  const owner = textOf(entry('owner'), scope);
  const until = readUntil(entry('until'), scope);
  const field = textOf(entry('field'), scope);
  if (address === undefined || field === undefined) return undefined;
  const kind = scope.kinds.table.get(typeOf(address));
  if (kind !== undefined) hideSecret(field, kind, entry('value').value, scope);
  const path = kind && readField(field, kind, entry('field').value, scope);
  if (kind === undefined || path === undefined) return undefined;
  const value = readValue(address, kind, path, entry('value'), scope);
  if (value === undefined || reason === undefined || owner === undefined) return undefined;
  if (until === undefined) return undefined;
  return { address, path, value, reason, owner, ...until, position: positionAt(item) };
}

function readMembers(item: YamlNode, scope: Scope): ReadonlyMap<string, MapEntry> | undefined {
  if (item.kind !== 'mapping') {
    const message = `each element is ${SHAPE}, not ${describe(item)}`;
    scope.reporter.add({ code: CODE, message, at: item });
    return undefined;
  }
  for (const member of item.entries.values()) {
    if (MEMBERS.some((name) => name === member.name)) continue;
    const message = `"${member.name}" is not a part of ${SHAPE}`;
    const hint = didYouMean(member.name, MEMBERS);
    scope.reporter.add({ code: CODE, message, at: member, hint });
  }
  const missing = MEMBERS.filter((name) => !item.entries.has(name));
  if (missing.length === 0) return item.entries;
  const message = `"${missing.join('", "')}" is missing`;
  scope.reporter.add({ code: CODE, message, at: item });
  return undefined;
}

function textOf(entry: MapEntry, scope: Scope): string | undefined {
  const value = staticValue(entry.value, scope);
  if (typeof value === 'string' && value.trim() !== '') return value;
  if (value === undefined) return undefined;
  const message = `"${entry.name}" must be a text`;
  scope.reporter.add({ code: CODE, message, at: entry.value });
  return undefined;
}

function readUntil(
  entry: MapEntry,
  scope: Scope,
): Pick<AcceptedDrift, 'until' | 'untilMs'> | undefined {
  const text = textOf(entry, scope);
  if (text === undefined) return undefined;
  const untilMs = parseMoment(text);
  if (untilMs !== undefined) return { until: text, untilMs };
  const message = `"until" is a date (2026-12-31) or a time (2026-12-31T18:00:00Z), not "${text}"`;
  scope.reporter.add({ code: CODE, message, at: entry.value });
  return undefined;
}

/** What is meant for a sensitive field is refused, and must not be quoted while that is said. */
function hideSecret(text: string, kind: KindShape, value: YamlNode, scope: Scope): void {
  const tree = scope.fieldsOf(kind.type);
  const names = kind.fields.map((role) => role.path.join('.'));
  const meant = fieldAt(tree, (nearestWord(text, names) ?? text).split('.'));
  if (meant === undefined || !holdsSensitive(meant)) return;
  scope.reporter.markSensitive(value);
  if (value.kind === 'scalar' && typeof value.value === 'string' && value.value !== '') {
    scope.redactor.secret(value.value);
  }
}

/** The path of a field that is compared by itself, and whose value may stand in a manifest. */
function readField(
  text: string,
  kind: KindShape,
  at: Origin,
  scope: Scope,
): readonly string[] | undefined {
  const path = text.split('.');
  const problem = fieldProblem(text, path, kind, scope.fieldsOf(kind.type));
  if (problem === undefined) return path;
  scope.reporter.add({ code: CODE, at, ...problem });
  return undefined;
}

interface Problem {
  readonly message: string;
  readonly hint?: string | undefined;
}

function fieldProblem(
  text: string,
  path: readonly string[],
  kind: KindShape,
  tree: FieldNode,
): Problem | undefined {
  const field = path.some((name) => name === '*') ? undefined : fieldAt(tree, path);
  if (field?.role === undefined) {
    const names = kind.fields.filter((role) => !role.path.includes('*'));
    const hint = didYouMean(
      text,
      names.map((role) => role.path.join('.')),
    );
    return { message: `${kind.name} have no field "${text}"`, hint };
  }
  const above = path.map((_, end) => fieldAt(tree, path.slice(0, end))?.role);
  const whole = wholeAbove(tree, path);
  if (whole !== undefined) {
    const message = `"${whole.path.join('.')}" is compared as a whole`;
    return { message, hint: `accept "${whole.path.join('.')}" with its whole value` };
  }
  if (field.children.size > 0 && field.role.atomic !== true) {
    const parts = [...field.children.keys()].map((name) => `${text}.${name}`);
    const message = `the parts of "${text}" are compared one by one`;
    return { message, hint: `accept ${parts.join(', ')}` };
  }
  if (holdsSensitive(field) || above.some((role) => role?.sensitive === true)) {
    const message = `"${text}" is sensitive: its value cannot stand here`;
    return { message, hint: 'leave the field alone with `lifecycle: { ignoreChanges }` instead' };
  }
  if (field.role.writeOnly === true) {
    return { message: `"${text}" is never read back, so it does not drift` };
  }
  if (field.role.readOnly === true) {
    return { message: `"${text}" is set by the API and not managed, so it does not drift` };
  }
  return undefined;
}

/** The value as an entry would write it; undefined when it is wrong and reported. */
function readValue(
  address: Address,
  kind: KindShape,
  path: readonly string[],
  entry: MapEntry,
  scope: Scope,
): Term | undefined {
  // None is always a value here: an object may have lost what the manifest gives it.
  if (entry.value.kind === 'scalar' && entry.value.value === null) return null;
  const [first = '', ...rest] = path;
  const tree = scope.fieldsOf(kind.type);
  const inner = nested(entry, rest);
  const run: Run = { scope, address, open: new Map(), failed: false };
  const { term, json } = evaluateField(inner, tree.children.get(first), first, entry, run);
  if (run.failed || term === undefined) return undefined;
  if (json !== undefined) {
    const before = scope.reporter.hasErrors();
    const problems = kind
      .checkShape({ [first]: json })
      .filter((problem) => path.every((name, index) => problem.path[index] === name));
    const around = nested({ ...entry, value: inner }, [first]);
    const wrapped: MapEntry = { ...entry, value: around };
    const { reporter } = scope;
    const shape = { kind, fields: tree, entry: wrapped, address, open: run.open, reporter };
    reportShape(problems, shape);
    if (!before && scope.reporter.hasErrors()) return undefined;
  }
  const value = partOf(term, rest);
  if (isTerm(value)) return value;
  const message = `"${toPointer(path).slice(1)}" is no secret: its value stands here as it is`;
  scope.reporter.add({ code: CODE, message, at: entry });
  return undefined;
}

/** A value in mappings of one key each, which all stand where the value does. */
function nested(entry: MapEntry, path: readonly string[]): YamlNode {
  const { source, start, end } = entry.value;
  return path.reduceRight<YamlNode>((value, name) => {
    const member: MapEntry = { source, start, end, name, value };
    return { kind: 'mapping', source, start, end, entries: new Map([[name, member]]) };
  }, entry.value);
}

function partOf(term: LoadedTerm, path: readonly string[]): LoadedTerm | undefined {
  let part: LoadedTerm | undefined = term;
  for (const name of path) part = isLoadedObject(part) ? part[name] : undefined;
  return part;
}

function isTerm(term: LoadedTerm | undefined): term is Term {
  if (term === undefined || term instanceof SourceTerm || term instanceof SourceTemplate) {
    return false;
  }
  if (Array.isArray(term)) return term.every((item: LoadedTerm) => isTerm(item));
  return isTermObject(term) ? Object.values(term).every((item) => isTerm(item)) : true;
}
