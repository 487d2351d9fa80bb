import type { Json } from '../core/json.ts';
import { Secret } from '../core/secret.ts';
import { AttributeReference, Template } from '../core/value.ts';
import type { ExpressionPart } from './expression.ts';
import { parseText } from './expression.ts';
import { fieldAt, holdsSensitive } from './field-tree.ts';
import { ambiguousMessage } from './kind-index.ts';
import type { Scope } from './scope.ts';
import type { Origin } from './source-text.ts';
import type { SourcePart } from './source-term.ts';
import { SourceTemplate, SourceTerm } from './source-term.ts';
import { didYouMean } from '../core/suggest.ts';
import type { ScalarNode } from './yaml-node.ts';

/** Expressions in one text. */
const EXPRESSIONS_MAX = 1_000;

/** A text after its expressions were looked up. */
export type TextValue =
  | { readonly type: 'static'; readonly value: Json; readonly whole: boolean }
  | {
      readonly type: 'dynamic';
      readonly term: Template | SourceTerm | SourceTemplate | Secret;
      readonly sensitive: boolean;
    }
  /** A mistake that has been reported. */
  | { readonly type: 'broken' };

type Expression = Exclude<ExpressionPart, { type: 'text' }>;
type Part = { readonly plain: Json } | { readonly term: Exclude<SourcePart, string> } | 'broken';

/** Evaluates a text that holds expressions, or the escape of one. */
export function evaluateText(node: ScalarNode, text: string, scope: Scope): TextValue {
  const { parts, problems } = parseText(text);
  if (parts.length + problems.length > 2 * EXPRESSIONS_MAX) {
    const message = `the text holds more than ${EXPRESSIONS_MAX} expressions`;
    scope.reporter.add({ code: 'expression-syntax', message, at: node });
    return { type: 'broken' };
  }
  for (const problem of problems) {
    const at = within(node, text, problem);
    scope.reporter.add({ code: 'expression-syntax', message: problem.message, at });
  }
  const [first] = parts;
  const whole = parts.length === 1 && first !== undefined && first.type !== 'text';
  const resolved = parts.map((part): Part =>
    part.type === 'text' ? { plain: part.text } : resolve(part, within(node, text, part), scope),
  );
  if (problems.length > 0 || resolved.includes('broken')) return { type: 'broken' };
  if (!fitsExpansion(resolved, node, scope)) return { type: 'broken' };
  return whole ? wholeValue(resolved[0]) : joined(resolved, parts, node, text, scope);
}

/** Counts what the variables of a text stand for. */
function fitsExpansion(parts: readonly Part[], node: ScalarNode, scope: Scope): boolean {
  let [values, characters] = [0, 0];
  for (const part of parts) {
    if (part === 'broken' || !('plain' in part)) continue;
    if (typeof part.plain === 'string') characters += part.plain.length;
    else values += countValues(part.plain);
  }
  const fits = [scope.expansion.takeValues(values), scope.expansion.takeCharacters(characters)];
  if (!fits.includes(false)) return true;
  const message = 'the variables of this stack stand for more than 10 million values or 256 MiB';
  scope.reporter.add({ code: 'expression-too-large', message, at: node });
  return false;
}

function countValues(value: Json): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce<number>((sum, item: Json) => sum + countValues(item), 1);
}

function wholeValue(part: Part | undefined): TextValue {
  if (part === undefined || part === 'broken') return { type: 'broken' };
  if ('plain' in part) return { type: 'static', value: part.plain, whole: true };
  const { term } = part;
  if (term instanceof AttributeReference) {
    return { type: 'dynamic', term: new Template([term], true), sensitive: term.sensitive };
  }
  return { type: 'dynamic', term, sensitive: true };
}

function joined(
  resolved: readonly Part[],
  parts: readonly ExpressionPart[],
  node: ScalarNode,
  text: string,
  scope: Scope,
): TextValue {
  const terms: SourcePart[] = [];
  for (const [index, part] of resolved.entries()) {
    if (part === 'broken') return { type: 'broken' };
    if ('term' in part) terms.push(part.term);
    else if (part.plain === null || typeof part.plain === 'object') {
      const expression = parts[index];
      const at =
        expression === undefined || expression.type === 'text'
          ? node
          : within(node, text, expression);
      const message = 'a list, a map or nothing cannot become a part of a text';
      scope.reporter.add({ code: 'expression-type', message, at });
      return { type: 'broken' };
    } else terms.push(String(part.plain));
  }
  return combine(terms, scope);
}

/** The shortest honest form: a text, a Secret, or a template of what is still open. */
function combine(terms: readonly SourcePart[], scope: Scope): TextValue {
  const texts = terms.filter((term) => typeof term === 'string');
  if (texts.length === terms.length) return { type: 'static', value: texts.join(''), whole: false };
  const settled = terms.filter((term) => isSettled(term));
  const sensitive = terms.some((term) =>
    !(term instanceof AttributeReference) ? typeof term !== 'string' : term.sensitive,
  );
  if (settled.length < terms.length) {
    return { type: 'dynamic', term: new SourceTemplate(terms), sensitive };
  }
  if (settled.some((term) => term instanceof AttributeReference)) {
    return { type: 'dynamic', term: new Template(settled, false), sensitive };
  }
  const plain = settled.map((term) => {
    if (term instanceof Secret) return Secret.reveal(term);
    return typeof term === 'string' ? term : '';
  });
  return { type: 'dynamic', term: scope.redactor.secret(plain.join('')), sensitive };
}

function isSettled(term: SourcePart): term is Exclude<SourcePart, SourceTerm> {
  return !(term instanceof SourceTerm);
}

function resolve(part: Expression, at: Origin, scope: Scope): Part {
  return part.type === 'variable'
    ? resolveVariable(part.name, at, scope)
    : resolveAttribute(part.segments, at, scope);
}

function resolveVariable(name: string, at: Origin, scope: Scope): Part {
  const variable = scope.variables.get(name);
  if (variable === undefined) {
    if (scope.whole) {
      scope.reporter.add({
        code: 'variable-undeclared',
        message: `the variable "${name}" is not declared`,
        at,
        hint: didYouMean(name, scope.variables.keys()) ?? 'declare it under variables:',
      });
    }
    return 'broken';
  }
  if (variable.type === 'broken') return 'broken';
  return variable.type === 'plain' ? { plain: variable.value } : { term: variable.value };
}

function resolveAttribute(segments: readonly string[], at: Origin, scope: Scope): Part {
  const { reporter, kinds, entries } = scope;
  const lookup = kinds.address(segments);
  if (lookup.type === 'malformed') {
    const message = 'an expression names a resource and its field: ${kind.KEY.field}';
    reporter.add({ code: 'expression-syntax', message, at, hint: notAnAddress(segments, scope) });
    return 'broken';
  }
  if (lookup.type === 'unknown-kind') {
    const message = `"${lookup.word}" is not a kind`;
    const hint =
      didYouMean(lookup.word, ['var', ...kinds.names()]) ?? notAnAddress(segments, scope);
    reporter.add({ code: 'expression-unknown', message, at, hint });
    return 'broken';
  }
  if (lookup.type === 'ambiguous') {
    const message = ambiguousMessage(segments[0] ?? '', lookup.kinds);
    const hint = 'put the name of the provider before it';
    reporter.add({ code: 'kind-ambiguous', message, at, hint });
    return 'broken';
  }
  const { address, kind, rest } = lookup;
  if (!entries.has(address)) {
    if (scope.whole) {
      const message = `the stack has no resource ${address}`;
      const hint = didYouMean(address.slice(kind.type.length + 1), entries.keysOf(kind.type));
      reporter.add({ code: 'expression-unknown', message, at, hint });
    }
    return 'broken';
  }
  return attribute(address, kind.type, rest, at, scope);
}

/** What was meant by an expression that names no resource. */
function notAnAddress(segments: readonly string[], { variables }: Scope): string {
  const name = segments.at(-1) ?? '';
  if (variables.has(name)) return `did you mean "\${var.${name}}"?`;
  return 'a variable is written ${var.NAME}, and a text that holds ${ has $${ there';
}

function attribute(
  address: string,
  type: string,
  path: readonly string[],
  at: Origin,
  scope: Scope,
): Part {
  const { reporter } = scope;
  if (path.length === 0) {
    const message = `the expression names ${address} but no field of it`;
    reporter.add({ code: 'expression-syntax', message, at, hint: 'its ID is .id' });
    return 'broken';
  }
  if (path.length === 1 && path[0] === 'id') {
    return { term: new AttributeReference(address, path, false) };
  }
  const root = scope.fieldsOf(type);
  const field = fieldAt(root, path);
  if (field === undefined) {
    const message = `${type} have no field "${path.join('.')}"`;
    const hint = didYouMean(path[0] ?? '', ['id', ...root.children.keys()]);
    reporter.add({ code: 'expression-unknown', message, at, hint });
    return 'broken';
  }
  const above = path.map((_, index) => fieldAt(root, path.slice(0, index + 1))?.role);
  if (above.some((role) => role?.writeOnly === true)) {
    const message = `"${path.join('.')}" is never read back, so no expression can name it`;
    const hint = 'put the value into a variable and use it in both places';
    reporter.add({ code: 'expression-unknown', message, at, hint });
    return 'broken';
  }
  const sensitive = holdsSensitive(field) || above.some((role) => role?.sensitive === true);
  return { term: new AttributeReference(address, path, sensitive) };
}

/** The place of a stretch of a scalar's text; the whole scalar where escapes move the offsets. */
function within(
  node: ScalarNode,
  text: string,
  part: { readonly start: number; readonly end: number },
): Origin {
  const { source, start, end } = node;
  const written = source.text.slice(start, end);
  const expression = text.slice(part.start, part.end);
  const offset = written === text ? part.start : written.indexOf(expression);
  if (offset === -1 || node.literal === true) return { source, start, end };
  return { source, start: start + offset, end: start + offset + expression.length };
}
