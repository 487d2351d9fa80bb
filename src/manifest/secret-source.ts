import { posix } from 'node:path';
import { isOverlay } from './environment.ts';
import { mayHoldExpression } from './expression.ts';
import type { Finding, Reporter } from './reporter.ts';
import type { Origin } from './source-text.ts';
import { positionAt } from './source-text.ts';
import type { SecretSource, SourcePlace } from './source-term.ts';
import { SourceTerm } from './source-term.ts';
import { didYouMean } from '../core/suggest.ts';
import type { MapEntry, MappingNode, YamlNode } from './yaml-node.ts';

/** The members of a mapping that name a source. */
export const SOURCE_FORMS: readonly string[] = ['fromEnv', 'fromFile', 'fromCommand'];

/** Whether a mapping is meant as a secret source. */
export function holdsSource(node: MappingNode): boolean {
  return SOURCE_FORMS.some((form) => node.entries.has(form));
}

/** The source a mapping names, or undefined when it is wrong; then it has been reported. */
export function readSource(
  node: MappingNode,
  reporter: Reporter,
  otherMembers: readonly string[] = [],
): SourceTerm | undefined {
  const forms = [...node.entries.values()].filter((entry) => SOURCE_FORMS.includes(entry.name));
  const [entry, second] = forms;
  if (entry === undefined) return undefined;
  if (second !== undefined) {
    const message = `a secret has one source, not both ${entry.name} and ${second.name}`;
    reporter.add({ code: 'schema-value', message, at: second, hint: overlayHint(entry, second) });
    return undefined;
  }
  for (const member of node.entries.values()) {
    if (member === entry || otherMembers.includes(member.name)) continue;
    const message = `a secret source has no "${member.name}"`;
    const hint = didYouMean(member.name, SOURCE_FORMS);
    reporter.add({ code: 'schema-unknown-field', message, at: member, hint });
    return undefined;
  }
  const source = sourceOf(entry, reporter);
  return source === undefined ? undefined : new SourceTerm(source, () => place(reporter, entry));
}

/** What is wrong with a mapping whose only member is a misspelt form of a source. */
export function misspeltSource(node: MappingNode): Finding | undefined {
  const [member, second] = node.entries.values();
  if (member === undefined || second !== undefined) return undefined;
  const hint = didYouMean(member.name, SOURCE_FORMS);
  if (hint === undefined) return undefined;
  const message = `a secret source has no "${member.name}"`;
  return { code: 'schema-unknown-field', message, at: member, hint };
}

/**
 * What to do about two members that exclude each other when one comes from an overlay: it is laid
 * over the entry member by member, so the other one has to be removed.
 */
export function overlayHint(one: MapEntry, other: MapEntry): string | undefined {
  const [below, above] = isOverlay(one.source.file) ? [other, one] : [one, other];
  if (!isOverlay(above.source.file) || isOverlay(below.source.file)) return undefined;
  return `the overlay adds to what the entry has: write "${below.name}: null" beside it`;
}

/** Paths that `fromFile` names anywhere in a document: those files are no manifests. */
export function namedFiles(node: YamlNode, into: Set<string>): void {
  if (node.kind === 'sequence') for (const item of node.items) namedFiles(item, into);
  if (node.kind !== 'mapping') return;
  for (const entry of node.entries.values()) {
    if (entry.name === 'fromFile' && entry.value.kind === 'scalar') {
      into.add(posix.normalize(String(entry.value.value)));
    } else namedFiles(entry.value, into);
  }
}

function sourceOf(entry: MapEntry, reporter: Reporter): SecretSource | undefined {
  const { name, value } = entry;
  if (name === 'fromCommand') {
    const argv = value.kind === 'sequence' ? value.items.map((item) => text(item)) : [];
    const words = argv.filter((word) => word !== undefined);
    if (words.length > 0 && words.length === argv.length) return { type: 'command', argv: words };
    const message =
      'fromCommand is a list of texts: the program and its arguments, without a shell';
    reporter.add({ code: 'schema-type', message, at: entry.value });
    return undefined;
  }
  const word = text(value);
  if (word === undefined) {
    const what = name === 'fromEnv' ? 'the name of an environment variable' : 'the path of a file';
    reporter.add({ code: 'schema-type', message: `${name} is ${what}, a text`, at: entry.value });
    return undefined;
  }
  if (mayHoldExpression(word)) {
    const message = `${name} cannot hold an expression`;
    reporter.add({ code: 'expression-type', message, at: entry.value });
    return undefined;
  }
  return name === 'fromEnv' ? { type: 'env', name: word } : { type: 'file', path: word };
}

function text(node: YamlNode): string | undefined {
  if (node.kind !== 'scalar' || typeof node.value !== 'string' || node.value === '') {
    return undefined;
  }
  return node.value;
}

function place(reporter: Reporter, at: Origin): SourcePlace {
  const lineText = reporter.lineText(at);
  return { position: positionAt(at), ...(lineText === undefined ? {} : { lineText }) };
}
