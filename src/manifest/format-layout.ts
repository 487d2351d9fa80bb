import {
  isAlias,
  isCollection,
  isMap,
  isPair,
  isScalar,
  isSeq,
  Scalar,
  visit,
  YAMLMap,
  YAMLSeq,
} from 'yaml';
import type { Document, Pair, ScalarTag, Tags } from 'yaml';
import { stringifyString } from 'yaml/util';

/** Flow collections longer than this are written out. */
const FLOW_COLUMNS_MAX = 100;

/**
 * Scalars stay as they were written, whatever they mean: no number is spelt anew, no text folded.
 * Only double quotes that do nothing that single ones would not do become single ones.
 */
export function verbatimScalars(text: string): (tags: Tags) => Tags {
  const tag: ScalarTag = {
    identify: (value) => typeof value === 'string',
    default: true,
    tag: 'tag:yaml.org,2002:str',
    resolve: (value) => value,
    stringify(item, context, onComment, onChompKeep) {
      const raw = item.range ? text.slice(item.range[0], item.range[1]) : '';
      const written = scalarText(item, raw, context.indent);
      if (written === undefined) {
        const { lineWidth: _, ...options } = context.options;
        const unfolded = { ...context, options: { ...options, lineWidth: 0 } };
        return plainQuotes(stringifyString(item, unfolded, onComment, onChompKeep));
      }
      if (isBlock(item) && item.comment) onComment?.();
      return written;
    },
  };
  return (tags) => [...tags.filter((own) => typeof own === 'string' || own.tag !== tag.tag), tag];
}

/** Undefined: it has to be written anew. */
function scalarText(item: Scalar, raw: string, indent: string): string | undefined {
  if (isBlock(item)) return indentedBlock(raw, indent);
  if (raw.includes('\n')) return undefined;
  return item.type === Scalar.QUOTE_DOUBLE ? plainQuotes(raw) : raw;
}

function plainQuotes(written: string): string {
  return /^"[^"\\'\n]*"$/.test(written) ? `'${written.slice(1, -1)}'` : written;
}

function isBlock({ type }: Scalar): boolean {
  return type === Scalar.BLOCK_LITERAL || type === Scalar.BLOCK_FOLDED;
}

/** The lines of a block text, indented as it is to be; undefined where its header says how. */
function indentedBlock(raw: string, indent: string): string | undefined {
  const [header = '', ...lines] = raw.replace(/(?:\n *)+$/, '').split('\n');
  // Spaces only: tabs, and what else is white, belong to the text.
  const first = lines.find((line) => !/^ *$/.test(line));
  if (/^[|>]\S*[+\d]/.test(header) || first === undefined || indent === '') return undefined;
  const before = first.search(/[^ ]/);
  const moved = lines.map((line) => {
    const rest = line.slice(before);
    return rest === '' ? '' : `${indent}${rest}`;
  });
  return [header.trimEnd(), ...moved].join('\n');
}

/**
 * `{ a: 1 }`, but `[1, 2]`; what is too long for a line is written out; no blank line where
 * something begins; comments beside what they are about.
 */
export function layOut(document: Document.Parsed, text: string): void {
  visit(document, {
    Map(_, map) {
      padded(map, ' ');
      unfold(map);
      tidy(map, map.items[0]?.key);
      for (const [index, pair] of map.items.entries()) {
        keepOnLine(pair, text);
        giveBack(map.items[index - 1], pair, text);
      }
    },
    Seq(_, seq) {
      padded(seq, '');
      unfold(seq);
      tidy(seq, seq.items[0]);
    },
  });
}

type Collection = YAMLMap | YAMLSeq;

function padded(collection: Collection, flowCollectionPadding: string): void {
  const { prototype } = isMap(collection) ? YAMLMap : YAMLSeq;
  collection.toString = (context, onComment, onChompKeep) =>
    prototype.toString.call(
      collection,
      context && { ...context, flowCollectionPadding },
      onComment,
      onChompKeep,
    );
}

function unfold(collection: Collection): void {
  if (collection.flow !== true || columnsOf(collection) <= FLOW_COLUMNS_MAX) return;
  collection.flow = false;
  if (!isMap(collection)) return;
  for (const pair of collection.items) pair.value ??= new Scalar('');
}

/** About how long a value is on one line, wherever it stands. */
function columnsOf(node: unknown): number {
  if (isMap(node)) {
    const members = node.items.map(({ key, value }) => columnsOf(key) + 4 + columnsOf(value));
    return members.reduce((sum, columns) => sum + columns, 4);
  }
  if (isSeq(node)) return node.items.reduce<number>((sum, item) => sum + 2 + columnsOf(item), 2);
  if (isScalar(node) && node.range) return node.range[1] - node.range[0];
  return isAlias(node) ? node.source.length + 1 : 0;
}

function tidy(collection: Collection, head: unknown): void {
  collection.spaceBefore = false;
  if (isScalar(head) || isCollection(head)) head.spaceBefore = false;
  if (collection.comment) collection.comment = collection.comment.replace(/\n+$/, '');
}

/** A comment behind `key:` stays there; the parser counts it to what follows. */
function keepOnLine({ key, value }: Pair, text: string): void {
  if (!isScalar(key) || !isCollection(value) || value.flow === true) return;
  if (!value.commentBefore || key.comment) return;
  const [, end] = key.range ?? [0, 0];
  const isBehind = /^[ \t]*:[ \t]+#/.test(text.slice(end, text.indexOf('#', end) + 1));
  if (!isBehind) return;
  const [first = '', ...rest] = value.commentBefore.split('\n');
  key.comment = first;
  const below = rest.join('\n').replace(/^\n+/, '');
  value.commentBefore = below === '' ? null : below;
}

/**
 * Comments right above a key, and no further to the right, are about it; behind one that is
 * further to the right, the parser counts them to what stands above.
 */
function giveBack(above: Pair | undefined, { key }: Pair, text: string): void {
  if (above === undefined || !isScalar(key) || !key.range) return;
  const owner = endingWithComment(above.value);
  if (owner?.comment === undefined || owner.comment === null) return;
  const own = commentsAbove(text, key.range[0]);
  const missing = own.length - linesOf(key.commentBefore).length;
  const all = owner.comment.split('\n');
  let at = all.length;
  for (let left = missing; left > 0 && at > 0;) {
    at -= 1;
    if (all[at] !== '') left -= 1;
  }
  if (missing <= 0) return;
  const moved = all.slice(at).join('\n');
  key.commentBefore = key.commentBefore ? `${moved}\n${key.commentBefore}` : moved;
  key.spaceBefore = true;
  const kept = all.slice(0, at).join('\n').replace(/\n+$/, '');
  owner.comment = kept === '' ? null : kept;
}

function linesOf(comment: string | null | undefined): readonly string[] {
  return comment ? comment.split('\n').filter((line) => line !== '') : [];
}

/** The collection, the last thing of a value, that a comment below the value was counted to. */
function endingWithComment(value: unknown): Collection | undefined {
  if (!isCollection(value) || value.flow === true || !(isMap(value) || isSeq(value))) {
    return undefined;
  }
  const last: unknown = value.items.at(-1);
  const inner = endingWithComment(isPair(last) ? last.value : last);
  if (value.comment) return value;
  return inner;
}

/** The comments on lines of their own right above an offset, no further to the right than it. */
function commentsAbove(text: string, offset: number): readonly string[] {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const column = offset - start;
  const found: string[] = [];
  for (const line of text.slice(0, start).split('\n').slice(0, -1).toReversed()) {
    const trimmed = line.trimStart();
    if (trimmed === '') continue;
    if (!trimmed.startsWith('#') || line.length - trimmed.length > column) break;
    found.push(trimmed);
  }
  return found;
}
