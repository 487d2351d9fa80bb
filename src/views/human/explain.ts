import type { SourcePosition } from '../../core/diagnostic.ts';
import { sameValue } from '../../core/resolve.ts';
import { SENSITIVE_TEXT } from '../../core/secret.ts';
import {
  hasSensitive,
  hasUnknown,
  isValueObject,
  NotCompared,
  type Value,
} from '../../core/value.ts';
import type { FieldExplanation } from '../../planner/explain.ts';
import { labelsOf } from '../../planner/labels.ts';
import type { ResourceChange } from '../../planner/plan.ts';
import { dottedPath } from '../pointer.ts';
import { quoted, text } from '../sanitize.ts';
import type { Style } from '../style.ts';
import { causeText, endedText, ruleText, VERDICT_SYMBOLS, VERDICTS } from './explain-wording.ts';
import { NOT_COMPARED_TEXT, UNKNOWN_TEXT } from './value.ts';
import { actionTitle } from './wording.ts';

/** What the source files say of a field beyond its place: the expression it was written as. */
export type Origins = ReadonlyMap<string, string>;

export interface ExplainView {
  readonly change: ResourceChange;
  readonly fields: readonly FieldExplanation[];
  readonly origins: Origins;
  readonly style: Style;
}

/** All managed fields, a line each. Ends with a line break. */
export function renderFields({ change, fields, origins, style }: ExplainView): string {
  const names = fields.map((field) => text(dottedPath(field.pointer)));
  const width = names.reduce((most, name) => Math.max(most, name.length), 0);
  const lines = fields.map((field, index) => {
    const head = `  ${VERDICT_SYMBOLS[field.verdict]} ${(names[index] ?? '').padEnd(width)} `;
    const place = placeText(field, origins);
    return `${head} ${briefValues(field)}: ${briefReason(field)}${place === '' ? '' : style.dim(` (${place})`)}`;
  });
  return `${[headOf(change, style), ...lines].join('\n')}\n`;
}

/** One or a few fields with everything that is known of them. Ends with a line break. */
export function renderField({ change, fields, origins, style }: ExplainView): string {
  const blocks = fields.map((field) => {
    const title = `${text(change.address)}.${text(dottedPath(field.pointer))}`;
    const rows = rowsOf(field, change, origins);
    const width = rows.reduce((most, [name]) => Math.max(most, name.length), 0);
    return [
      style.bold(`${title}: ${VERDICTS[field.verdict]}`),
      ...rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`),
    ].join('\n');
  });
  return `${blocks.join('\n\n')}\n`;
}

function headOf(change: ResourceChange, style: Style): string {
  const id = change.id === undefined ? '' : style.dim(` [id=${text(change.id)}]`);
  return `${style.bold(text(change.address))}${id}: ${actionTitle(change.action)}`;
}

function briefValues(field: FieldExplanation): string {
  const live = shown(field.live, field);
  if (field.verdict === 'not-managed') return live;
  const desired = shown(field.desired, field);
  const isSame = field.verdict === 'same' || desired === live;
  return isSame || field.live === undefined ? desired : `${desired}, live ${live}`;
}

function briefReason(field: FieldExplanation): string {
  if (field.verdict === 'same') {
    return field.rules.includes('derived') ? ruleText('derived', field) : VERDICTS.same;
  }
  if (field.verdict === 'differs') return differenceText(field);
  const last = field.rules.at(-1);
  return last === undefined ? VERDICTS[field.verdict] : text(ruleText(last, field));
}

function differenceText({ causes, rules }: FieldExplanation): string {
  if (causes.length > 0 && !rules.includes('new')) return causes.map(causeText).join('; ');
  return rules.includes('new') ? 'new' : VERDICTS.differs;
}

type Row = readonly [name: string, value: string];

function rowsOf(field: FieldExplanation, change: ResourceChange, origins: Origins): readonly Row[] {
  const place = placeText(field, origins);
  const label = labelsOf(change.desired?.fields ?? {})[field.pointer];
  const named = label === undefined ? '' : ` (${text(label)})`;
  const manifest = `${shown(field.desired, field)}${named}`;
  const compared: readonly Row[] =
    field.change === undefined && field.verdict !== 'same' && field.verdict !== 'left-alone'
      ? []
      : [['compared', comparedText(field)]];
  return [
    ['manifest', place === '' ? manifest : `${manifest}  (${place})`],
    ...recordedRows(field),
    ['live', liveText(field, change)],
    ...(field.sensitive || field.rules.includes('new') ? [] : compared),
    ...field.rules.map((rule): Row => ['rule', text(ruleText(rule, field))]),
    ...acceptedRows(field),
    ...field.causes.map((cause): Row => ['cause', causeText(cause)]),
    ['plan', planText(field, change)],
  ];
}

function acceptedRows({ accepted, verdict }: FieldExplanation): readonly Row[] {
  if (accepted === undefined || verdict !== 'differs') return [];
  return [['accepted', text(endedText(accepted))]];
}

function comparedText(field: FieldExplanation): string {
  const { desired, live } = field.compared;
  const equal = field.change === undefined && field.verdict === 'same';
  return `${shown(desired, field)} ${equal ? '=' : '≠'} ${shown(live, field)}`;
}

function recordedRows(field: FieldExplanation): readonly Row[] {
  const { sent, read, hasDigest } = field;
  if (field.sensitive) {
    return [['last apply', hasDigest ? 'a digest of it is recorded' : 'nothing is recorded']];
  }
  if (sent === undefined) return [['last apply', 'sent nothing']];
  const was = shown(sent, field);
  const isPlain = sameValue(sent, read) || field.role.writeOnly === true;
  return [['last apply', isPlain ? was : `sent ${was}, then read ${shown(read, field)}`]];
}

function liveText(field: FieldExplanation, change: ResourceChange): string {
  if (change.live === undefined) return '(no object)';
  if (field.role.writeOnly === true) return '(never told by the API)';
  return field.live === undefined ? '(not told by the API)' : shown(field.live, field);
}

function planText({ change: difference, role }: FieldExplanation, change: ResourceChange): string {
  if (change.action === 'create') return 'create';
  if (difference === undefined) return 'nothing is done to it';
  const forced = role.immutable === true ? ': the field cannot change in place' : '';
  return `${actionTitle(change.action)}${forced}`;
}

function placeText(field: FieldExplanation, origins: Origins): string {
  const { position, pointer } = field;
  if (position === undefined) return '';
  const origin = origins.get(pointer);
  return `${fileLine(position)}${origin === undefined ? '' : `, from ${text(origin)}`}`;
}

function fileLine({ file, line }: SourcePosition): string {
  return `${text(file)}:${line}`;
}

/** On one line; never a sensitive value. */
function shown(value: Value | undefined, { sensitive }: FieldExplanation): string {
  if (value === undefined) return '(absent)';
  if (value instanceof NotCompared) return NOT_COMPARED_TEXT;
  if (sensitive || hasSensitive(value)) return SENSITIVE_TEXT;
  return hasUnknown(value) ? UNKNOWN_TEXT : inline(value);
}

function inline(value: Value): string {
  if (typeof value === 'string') return quoted(value);
  if (Array.isArray(value)) return `[${value.map((item: Value) => inline(item)).join(', ')}]`;
  if (!isValueObject(value)) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, item]) => `${text(name)}: ${inline(item)}`);
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}
