import { isKey } from '../core/address.ts';
import type { KindShape } from '../core/kind.ts';
import { nearestWord } from '../core/suggest.ts';
import { mayHoldExpression, parseText } from './expression.ts';
import type { FieldNode } from './field-tree.ts';
import { holdsSensitive } from './field-tree.ts';
import type { KindIndex } from './kind-index.ts';
import { settingNames } from './merge-documents.ts';
import type { Reporter } from './reporter.ts';
import { RESOURCE_SETTINGS } from './resource-settings.ts';
import { holdsSource } from './secret-source.ts';
import { DECLARATION_MEMBERS } from './variables.ts';
import type { MapEntry, MappingNode, YamlNode } from './yaml-node.ts';

/**
 * Marks the lines of whatever may be a literal secret, whether it stands at its right place or
 * not, so that no message about such a line quotes it: a mistake beside a secret is as common as
 * one in it.
 */
export function markSecrets(
  documents: readonly YamlNode[],
  kinds: KindIndex,
  fieldsOf: (type: string) => FieldNode,
  reporter: Reporter,
): void {
  const marking: Marking = { kinds, fieldsOf, reporter };
  const entries = documents.flatMap((document) => membersOf(document));
  const variables = entries.filter(({ name }) => name === 'variables');
  markVariables(
    variables.flatMap(({ value }) => membersOf(value)),
    reporter,
  );
  for (const entry of entries) {
    if (entry.name === 'acceptedDrift') markAccepted(entry.value, marking);
    else if (entry.name === 'providers') markCredentials(entry.value, reporter);
    else if (entry.name === 'state') markCredentials(entry.value, reporter);
    else if (settingNames().includes(entry.name)) continue;
    else if (kinds.providers.has(entry.name)) markProvider(entry, marking);
    else markKind(entry, kindsNamed(entry.name, kinds), marking);
  }
}

interface Marking {
  readonly kinds: KindIndex;
  readonly fieldsOf: (type: string) => FieldNode;
  readonly reporter: Reporter;
}

/** Declarations of all documents: an overlay may change one that is sensitive elsewhere. */
function markVariables(declarations: readonly MapEntry[], reporter: Reporter): void {
  const sensitive = new Set(declarations.filter(isSensitive).map(({ name }) => name));
  for (const { name, value } of declarations) {
    if (value.kind !== 'mapping') reporter.markSensitive(value);
    else if (sensitive.has(name)) {
      const members = membersOf(value).filter((member) => !TOLD_MEMBERS.includes(member.name));
      for (const member of members) reporter.markSensitive(member.value);
    }
  }
}

/** Members of a declaration that hold no secret. */
const TOLD_MEMBERS = DECLARATION_MEMBERS.filter((name) => name !== 'default');

/** Whether a variable is, or may be meant as, sensitive: what is misspelt may be that word. */
function isSensitive({ value }: MapEntry): boolean {
  if (value.kind !== 'mapping') return false;
  const flag = value.entries.get('sensitive')?.value;
  const isPlain = flag === undefined || (flag.kind === 'scalar' && flag.value === false);
  const isKnown = membersOf(value).every(({ name }) => DECLARATION_MEMBERS.includes(name));
  return !isPlain || !isKnown || holdsSource(value);
}

/** The field of a secret is refused there; its address may be wrong before that is seen. */
function markAccepted(node: YamlNode, { kinds, reporter }: Marking): void {
  const names = new Set(
    [...kinds.table.values()].flatMap(({ fields }) =>
      fields.filter(({ sensitive }) => sensitive === true).map(({ path }) => path.join('.')),
    ),
  );
  for (const item of node.kind === 'sequence' ? node.items : []) {
    const members = item.kind === 'mapping' ? item.entries : new Map<string, MapEntry>();
    const field = members.get('field')?.value;
    const value = members.get('value')?.value;
    const name = field?.kind === 'scalar' ? String(field.value) : '';
    if (value !== undefined && names.has(name)) reporter.markSensitive(value);
  }
}

/** Words of settings that other programs have, and that take a credential there. */
const CREDENTIAL = /key|token|secret|passw|credential/i;

/** No setting takes a credential; that it is refused must not tell it. */
function markCredentials(node: YamlNode, reporter: Reporter): void {
  for (const { name, value } of membersOf(node)) {
    if (CREDENTIAL.test(name)) reporter.markSensitive(value);
    else markCredentials(value, reporter);
  }
}

function markProvider(provider: MapEntry, marking: Marking): void {
  for (const entry of membersOf(provider.value)) {
    const kind = marking.kinds.of(provider.name, entry.name);
    markKind(entry, kind === undefined ? [] : [kind], marking);
  }
}

function kindsNamed(name: string, kinds: KindIndex): readonly KindShape[] {
  const found = kinds.byName(name);
  if (found.type === 'kind') return [found.kind];
  return found.type === 'ambiguous' ? found.kinds : [];
}

/** The entries of the kinds that a word may mean; of none, it may be a misspelt one. */
function markKind(entry: MapEntry, kinds: readonly KindShape[], marking: Marking): void {
  const { reporter, fieldsOf } = marking;
  if (kinds.length === 0 && entry.value.kind !== 'scalar') reporter.markSensitive(entry.value);
  for (const kind of kinds) {
    const fields = fieldsOf(kind.type);
    if (!holdsSensitive(fields)) continue;
    if (entry.value.kind !== 'mapping') reporter.markSensitive(entry.value);
    for (const { name, value } of membersOf(entry.value)) {
      // No space behind the colon: the key holds the value.
      if (!isKey(name)) reporter.markSensitive(value);
      markFields(value, fields, reporter);
    }
  }
}

function markFields(node: YamlNode, fields: FieldNode, reporter: Reporter): void {
  if (node.kind !== 'mapping') {
    if (node.kind !== 'scalar' || node.value !== null) reporter.markSensitive(node);
    return;
  }
  for (const { name, value } of node.entries.values()) {
    const field = fields.children.get(name);
    if (field === undefined) {
      if (mayMeanSecret(name, node, fields)) reporter.markSensitive(value);
    } else if (field.role?.sensitive === true) {
      if (!isReplaced(value)) reporter.markSensitive(value);
    } else if (field.children.size > 0 && holdsSensitive(field)) {
      markFields(value, field, reporter);
    }
  }
}

/** Whether an unknown word may be meant as a sensitive field; if it is near to none, as a missing one. */
function mayMeanSecret(name: string, node: MappingNode, fields: FieldNode): boolean {
  if (RESOURCE_SETTINGS.some((setting) => setting === name)) return false;
  const writable = [...fields.children].filter(([, { role }]) => role?.readOnly !== true);
  const sensitive = writable.filter(([, child]) => holdsSensitive(child)).map(([field]) => field);
  const meant = nearestWord(name, [...writable.map(([field]) => field), ...RESOURCE_SETTINGS]);
  if (meant !== undefined) return sensitive.includes(meant);
  return sensitive.some((field) => !node.entries.has(field));
}

/** Whether the secret itself stands elsewhere: a source, or expressions and nothing else. */
function isReplaced(node: YamlNode): boolean {
  if (node.kind === 'mapping') return holdsSource(node);
  if (node.kind !== 'scalar' || typeof node.value !== 'string') return false;
  if (!mayHoldExpression(node.value)) return false;
  const { parts, problems } = parseText(node.value);
  return problems.length === 0 && parts.every(({ type }) => type !== 'text');
}

function membersOf(node: YamlNode): readonly MapEntry[] {
  return node.kind === 'mapping' ? [...node.entries.values()] : [];
}
