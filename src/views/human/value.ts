import { SENSITIVE_TEXT } from '../../core/secret.ts';
import { isValueObject, NotCompared, Unknown } from '../../core/value.ts';
import type { Value } from '../../core/value.ts';
import { isSensitive } from '../compare.ts';
import { childPointer } from '../pointer.ts';
import { quoted, text } from '../sanitize.ts';
import type { Style } from '../style.ts';

/** What printing a value needs besides the value. Pointers start at the resource. */
export interface ValueContext {
  readonly style: Style;
  /** Labels of references by pointer, or by pointer and ID for the elements of a set. */
  readonly labels: Readonly<Record<string, string>>;
  /** Pointers whose values are sensitive whatever their type. */
  readonly sensitive: ReadonlySet<string>;
}

/** The labels of a resource without references: elements are not looked up in it. */
export const NO_LABELS: Readonly<Record<string, string>> = {};

/** What stands in front of a line. */
export type Symbol = '+' | '-' | '~' | ' ';

export const UNKNOWN_TEXT = '(known after apply)';
export const NOT_COMPARED_TEXT = '(sensitive value, not compared)';

/** The value on one line, or undefined where it has members to list. */
export function inlineValue(
  value: Value,
  pointer: string,
  context: ValueContext,
): string | undefined {
  if (value instanceof NotCompared) return NOT_COMPARED_TEXT;
  if (isSensitive(value) || context.sensitive.has(pointer)) return SENSITIVE_TEXT;
  const label = context.labels[pointer] ?? elementLabel(value, pointer, context);
  if (label !== undefined && !Array.isArray(value) && !isValueObject(value)) return text(label);
  if (value instanceof Unknown) return UNKNOWN_TEXT;
  if (typeof value === 'string') return quoted(value);
  if (Array.isArray(value)) return value.length === 0 ? '[]' : undefined;
  if (isValueObject(value)) return Object.keys(value).length === 0 ? '{}' : undefined;
  return JSON.stringify(value);
}

function elementLabel(value: Value, pointer: string, context: ValueContext): string | undefined {
  if (typeof value !== 'string' || context.labels === NO_LABELS) return undefined;
  return context.labels[childPointer(pointer, value)];
}

/** The value on one line in any case: `null` for none, `[…]` or `{…}` for what has members. */
export function leafText(value: Value | undefined, pointer: string, context: ValueContext): string {
  if (value === undefined) return 'null';
  return inlineValue(value, pointer, context) ?? (Array.isArray(value) ? '[…]' : '{…}');
}

const PAINTS = { '+': 'green', '-': 'red', '~': 'yellow' } as const;

export function colored(symbol: Symbol, style: Style): string {
  return symbol === ' ' ? symbol : style[PAINTS[symbol]](symbol);
}

export interface Assignment {
  readonly symbol: Symbol;
  /** Padded already. */
  readonly name: string;
  readonly value: Value;
  readonly pointer: string;
  readonly indent: number;
  /** Put at the end of a leaf's line: ` -> null`. */
  readonly ending?: string;
  /** Put at the end of the first line: `# forces replacement`. */
  readonly tag?: string;
}

/** `+ name = value`, over several lines where the value has members. */
export function assignmentLines(item: Assignment, context: ValueContext): string[] {
  const head = `${' '.repeat(item.indent)}${colored(item.symbol, context.style)} ${item.name} = `;
  const tag = item.tag ?? '';
  const leaf = inlineValue(item.value, item.pointer, context);
  if (leaf !== undefined) return [`${head}${leaf}${item.ending ?? ''}${tag}`];
  const [open, close] = Array.isArray(item.value) ? ['[', ']'] : ['{', '}'];
  return [
    `${head}${open}${tag}`,
    ...memberLines(item.symbol, item.value, item.pointer, item.indent + 4, context),
    `${' '.repeat(item.indent + 2)}${close}${item.ending ?? ''}`,
  ];
}

/** The members of an object, sorted, or the elements of an array, in order. */
export function memberLines(
  symbol: Symbol,
  value: Value,
  pointer: string,
  indent: number,
  context: ValueContext,
): string[] {
  if (Array.isArray(value)) {
    return value.flatMap((item: Value, index) =>
      elementLines(symbol, item, childPointer(pointer, index), pointer, indent, context),
    );
  }
  if (!isValueObject(value)) return [];
  const names = Object.keys(value).toSorted();
  const width = widest(names);
  const lines: string[] = [];
  for (const name of names) {
    const member = value[name];
    if (member === undefined) continue;
    const below = childPointer(pointer, name);
    const item = { symbol, name: padName(name, width), value: member, indent, pointer: below };
    for (const line of assignmentLines(item, context)) lines.push(line);
  }
  return lines;
}

/** One element of an array; `parent` is the array's pointer, under which set labels stand. */
export function elementLines(
  symbol: Symbol,
  value: Value,
  pointer: string,
  parent: string,
  indent: number,
  context: ValueContext,
): string[] {
  const head = `${' '.repeat(indent)}${colored(symbol, context.style)} `;
  const label = elementLabel(value, parent, context);
  const leaf =
    context.sensitive.has(parent) || label === undefined
      ? inlineValue(value, context.sensitive.has(parent) ? parent : pointer, context)
      : text(label);
  if (leaf !== undefined) return [head + leaf];
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  return [
    head + open,
    ...memberLines(symbol, value, pointer, indent + 4, context),
    `${' '.repeat(indent + 2)}${close}`,
  ];
}

export function padName(name: string, width: number): string {
  return nameText(name).padEnd(width);
}

export function widest(names: readonly string[]): number {
  return names.reduce((width, name) => Math.max(width, nameText(name).length), 0);
}

/** Names that no field of a manifest has stand in quotes: what they begin with begins no line. */
function nameText(name: string): string {
  return /^[\w$*.-][\w$*./ -]*$/.test(name) ? name : quoted(name);
}
