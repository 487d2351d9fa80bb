import { isDeepStrictEqual } from 'node:util';
import { isCollection, isMap, isScalar, Lexer, parseAllDocuments, Scalar, visit } from 'yaml';
import type { Document, YAMLMap } from 'yaml';
import type { Diagnostic } from '../core/diagnostic.ts';
import { unreachable } from '../core/errors.ts';
import type { KindTable } from '../core/kind.ts';
import { layOut, verbatimScalars } from './format-layout.ts';
import { kindBlocks, orderDocument } from './format-order.ts';
import { KindIndex } from './kind-index.ts';
import { parseYaml } from './parse-yaml.ts';
import { Reporter } from './reporter.ts';
import { usedProviders } from './used-providers.ts';
import type { YamlNode } from './yaml-node.ts';

export type Formatted =
  | { readonly type: 'formatted'; readonly text: string }
  /** It is no YAML; nothing was done. */
  | { readonly type: 'invalid'; readonly diagnostics: readonly Diagnostic[] }
  /** It would mean something else, or lose a comment: it is left as it is. */
  | { readonly type: 'unsafe' };

/** What is asked besides layout: kinds and fields in order. */
type Format = (text: string, kinds: KindIndex) => string;

/**
 * A manifest in canonical form: two spaces, kinds and fields in order, a blank line between
 * entries, comments where they were. Idempotent. The result is checked: it means the same, and has
 * every comment.
 */
export function formatManifest(name: string, text: string, kinds: KindTable): Formatted {
  const plain = text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
  const reporter = new Reporter();
  const before = parseYaml(name, plain, { reporter, secretive: true });
  if (!before.whole || reporter.hasErrors()) {
    return { type: 'invalid', diagnostics: reporter.diagnostics() };
  }
  if (before.documents.length === 0) {
    const comments = plain.trim();
    return { type: 'formatted', text: comments === '' ? '' : `${comments}\n` };
  }
  const index = new KindIndex(kinds, usedProviders(before.documents, kinds));
  const meaning = before.documents.map(meaningOf);
  const remarks = commentsOf(plain);
  for (const format of [ordered, laidOut] satisfies readonly Format[]) {
    const made = format(plain, index);
    if (isSame(name, made, meaning, remarks) && format(made, index) === made) {
      return { type: 'formatted', text: made };
    }
  }
  return { type: 'unsafe' };
}

function isSame(
  name: string,
  text: string,
  meaning: readonly unknown[],
  comments: readonly string[],
): boolean {
  const reporter = new Reporter();
  const { documents, whole } = parseYaml(name, text, { reporter });
  return (
    whole &&
    !reporter.hasErrors() &&
    isDeepStrictEqual(documents.map(meaningOf), meaning) &&
    isDeepStrictEqual(commentsOf(text), comments)
  );
}

/** The values of a node; the order of keys does not count. */
function meaningOf(node: YamlNode): unknown {
  switch (node.kind) {
    case 'scalar':
      return node.none === true ? Symbol.for('none') : node.value;
    case 'sequence':
      return node.items.map(meaningOf);
    case 'mapping':
      return Object.fromEntries(
        [...node.entries].map(([name, { value }]) => [name, meaningOf(value)]),
      );
    default:
      return unreachable(node);
  }
}

/** Every comment of a text, sorted: comments may move with what they belong to. */
function commentsOf(text: string): readonly string[] {
  const found: string[] = [];
  let isScalarNext = false;
  for (const token of new Lexer().lex(text)) {
    if (token.startsWith('#') && !isScalarNext) found.push(token.trimEnd());
    isScalarNext = token === SCALAR_FOLLOWS;
  }
  return found.toSorted();
}

/** What the lexer puts in front of the text of a scalar. */
const SCALAR_FOLLOWS = '\u001f';

function ordered(text: string, kinds: KindIndex): string {
  return written(text, (root, document) => {
    // An anchor has to stay in front of its aliases.
    if (!hasAlias(document)) orderDocument(root, kinds);
    spaceOut(root, kinds);
  });
}

function laidOut(text: string, kinds: KindIndex): string {
  return written(text, (root) => {
    spaceOut(root, kinds);
  });
}

type Change = (root: YAMLMap, document: Document.Parsed) => void;

function written(text: string, change: Change): string {
  const documents = parseAllDocuments(text, {
    schema: 'failsafe',
    customTags: verbatimScalars(text),
    uniqueKeys: false,
    logLevel: 'silent',
  });
  if (!Array.isArray(documents)) return text;
  return documents.map((document) => documentText(document, text, change)).join('');
}

function documentText(document: Document.Parsed, text: string, change: Change): string {
  const { contents } = document;
  layOut(document, text);
  if (isMap(contents) && contents.flow !== true) change(contents, document);
  return document
    .toString({ lineWidth: 0, indent: 2 })
    .replaceAll(/^( *(?:[\w-]+:|-) ![\w!]*) +$/gm, '$1');
}

function hasAlias(document: Document.Parsed): boolean {
  let found = false;
  visit(document, {
    Alias() {
      found = true;
      return visit.BREAK;
    },
  });
  return found;
}

/** A blank line between kinds, and between entries where one takes several lines. */
function spaceOut(root: YAMLMap, kinds: KindIndex): void {
  separate(root);
  for (const { entries, block } of kindBlocks(root, kinds)) {
    if (block !== undefined) separate(block);
    separate(entries);
  }
}

function separate({ items, flow }: YAMLMap): void {
  if (flow === true) return;
  for (const [index, { key, value }] of items.entries()) {
    const above = items[index - 1];
    if (above === undefined || !isScalar(key)) continue;
    if (isTall(above.value) || isTall(value)) key.spaceBefore = true;
  }
}

function isTall(value: unknown): boolean {
  if (isCollection(value)) return value.flow !== true && value.items.length > 0;
  return (
    isScalar(value) && (value.type === Scalar.BLOCK_LITERAL || value.type === Scalar.BLOCK_FOLDED)
  );
}
