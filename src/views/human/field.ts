import type { FieldChange } from '../../planner/plan.ts';
import { SENSITIVE_TEXT } from '../../core/secret.ts';
import { isValueObject, NotCompared } from '../../core/value.ts';
import type { Value, ValueObject } from '../../core/value.ts';
import { looksEqual } from '../compare.ts';
import { count } from '../plural.ts';
import { childPointer, dottedPath } from '../pointer.ts';
import { text } from '../sanitize.ts';
import {
  assignmentLines,
  colored,
  elementLines,
  inlineValue,
  leafText,
  NOT_COMPARED_TEXT,
  padName,
  widest,
} from './value.ts';
import type { Symbol, ValueContext } from './value.ts';

interface Side {
  readonly name: string;
  readonly pointer: string;
  readonly before: Value | undefined;
  readonly after: Value | undefined;
  readonly indent: number;
  readonly tag: string;
}

/** The fields that differ, one after the other, names aligned. `tags`: say why each one changes. */
export function fieldLines(
  fields: readonly FieldChange[],
  indent: number,
  context: ValueContext,
  tags = true,
): string[] {
  const width = widest(fields.map((field) => dottedPath(field.pointer)));
  return fields.flatMap((field) => {
    const tag = tagOf(field, context, tags);
    const name = padName(dottedPath(field.pointer), width);
    const { pointer, before, after } = field;
    if (field.sensitive) return [sensitiveLine(field, name, indent, tag, context)];
    if (field.removed !== undefined || field.added !== undefined) {
      return setLines(field, name, indent, tag, context);
    }
    return sideLines({ name, pointer, before, after, indent, tag }, context);
  });
}

function sensitiveLine(
  field: FieldChange,
  name: string,
  indent: number,
  tag: string,
  context: ValueContext,
): string {
  const value = field.after instanceof NotCompared ? NOT_COMPARED_TEXT : SENSITIVE_TEXT;
  const ending = field.after === undefined && field.note === undefined ? ' -> null' : '';
  const symbol = field.note === undefined ? colored('~', context.style) : ' ';
  return `${' '.repeat(indent)}${symbol} ${name} = ${value}${ending}${tag}`;
}

/** A set: elements that go and come, the number of those that stay. */
function setLines(
  field: FieldChange,
  name: string,
  indent: number,
  tag: string,
  context: ValueContext,
): string[] {
  const element = (symbol: Symbol) => (value: Value) =>
    elementLines(symbol, value, field.pointer, field.pointer, indent + 4, context);
  const removed = field.removed ?? [];
  const size = Array.isArray(field.before) ? field.before.length : removed.length;
  const lines = [
    `${' '.repeat(indent)}${colored('~', context.style)} ${name} = [${tag}`,
    ...removed.flatMap(element('-')),
    ...(field.added ?? []).flatMap(element('+')),
  ];
  const hidden = size - removed.length;
  if (hidden > 0) lines.push(hiddenLine(hidden, 'element', indent + 6, context));
  return [...lines, `${' '.repeat(indent + 2)}]`];
}

function sideLines(side: Side, context: ValueContext): string[] {
  const { name, pointer, before, after, indent, tag } = side;
  if (before === undefined && after === undefined) return [];
  if (before === undefined && after !== undefined) {
    return assignmentLines({ symbol: '+', name, value: after, pointer, indent, tag }, context);
  }
  if (after === undefined && before !== undefined) {
    const item = { symbol: '-', name, value: before, pointer, indent, ending: ' -> null' } as const;
    return assignmentLines({ ...item, tag }, context);
  }
  if (isValueObject(before) && isValueObject(after))
    return objectLines(side, before, after, context);
  if (Array.isArray(before) && Array.isArray(after))
    return arrayLines(side, before, after, context);
  return changedLines(side, context);
}

function changedLines(side: Side, context: ValueContext): string[] {
  const { name, pointer, before, after, indent, tag } = side;
  const head = `${' '.repeat(indent)}${colored('~', context.style)} ${name} = `;
  // A label names what is wanted: the old value of a reference keeps its ID.
  const old = leafText(before, pointer, { ...context, labels: labelsBelow(context, pointer) });
  if (after !== undefined && inlineValue(after, pointer, context) === undefined) {
    const item = { symbol: '+', name, value: after, pointer, indent, tag } as const;
    return [`${head}${old} -> null`, ...assignmentLines(item, context)];
  }
  return [`${head}${old} -> ${leafText(after, pointer, context)}${tag}`];
}

function labelsBelow(context: ValueContext, pointer: string): Readonly<Record<string, string>> {
  if (!(pointer in context.labels)) return context.labels;
  return Object.fromEntries(Object.entries(context.labels).filter(([key]) => key !== pointer));
}

function objectLines(
  side: Side,
  before: ValueObject,
  after: ValueObject,
  context: ValueContext,
): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
  const changed = names.filter((name) => !looksEqual(before[name], after[name]));
  const width = widest(changed);
  const members = changed.flatMap((name) =>
    sideLines(
      {
        name: padName(name, width),
        pointer: childPointer(side.pointer, name),
        before: before[name],
        after: after[name],
        indent: side.indent + 4,
        tag: '',
      },
      context,
    ),
  );
  const hidden = names.length - changed.length;
  if (hidden > 0) members.push(hiddenLine(hidden, 'field', side.indent + 6, context));
  return [
    `${' '.repeat(side.indent)}${colored('~', context.style)} ${side.name} = {${side.tag}`,
    ...members,
    `${' '.repeat(side.indent + 2)}}`,
  ];
}

function arrayLines(
  side: Side,
  before: readonly Value[],
  after: readonly Value[],
  context: ValueContext,
): string[] {
  const removed = before.filter((item) => !after.some((other) => looksEqual(item, other)));
  const added = after.filter((item) => !before.some((other) => looksEqual(item, other)));
  // Only the order differs, or an element is there twice: both lists are shown whole.
  const whole = removed.length + added.length === 0;
  const element = (symbol: Symbol) => (value: Value) =>
    elementLines(symbol, value, side.pointer, side.pointer, side.indent + 4, context);
  const lines = [
    `${' '.repeat(side.indent)}${colored('~', context.style)} ${side.name} = [${side.tag}`,
    ...(whole ? before : removed).flatMap(element('-')),
    ...(whole ? after : added).flatMap(element('+')),
  ];
  const hidden = whole ? 0 : before.length - removed.length;
  if (hidden > 0) lines.push(hiddenLine(hidden, 'element', side.indent + 6, context));
  return [...lines, `${' '.repeat(side.indent + 2)}]`];
}

/** `# (3 unchanged fields hidden)`. */
export function hiddenLine(
  hidden: number,
  noun: string,
  indent: number,
  context: ValueContext,
): string {
  return `${' '.repeat(indent)}${context.style.dim(`# (${count(hidden, `unchanged ${noun}`)} hidden)`)}`;
}

function tagOf(field: FieldChange, context: ValueContext, tags: boolean): string {
  const { style } = context;
  const note = field.note === undefined ? '' : ` (${text(field.note.replace(/^\((.*)\)$/, '$1'))})`;
  if (!tags) return note;
  const forces = field.immutable ? ` ${style.red('# forces replacement')}` : '';
  return `${note}${forces}${causeTag(field, style.dim)}`;
}

function causeTag(field: FieldChange, dim: (text: string) => string): string {
  const drift = field.causes.includes('drift');
  if (drift && field.causes.includes('manifest')) {
    return ` ${dim('# changed outside of trueup, and in the manifest')}`;
  }
  if (drift) return ` ${dim('# changed outside of trueup')}`;
  return field.causes.includes('upstream') ? ` ${dim('# follows another resource')}` : '';
}
