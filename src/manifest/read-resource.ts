import type { Address } from '../core/address.ts';
import type { Json } from '../core/json.ts';
import type { KindShape } from '../core/kind.ts';
import { evaluateField } from './evaluate-fields.ts';
import type { Run } from './evaluate-fields.ts';
import { mayHoldExpression } from './expression.ts';
import {
  RESOURCE_SETTINGS,
  readDependsOn,
  readLifecycle,
  readTimeouts,
} from './resource-settings.ts';
import type { Scope } from './scope.ts';
import { placeOfField, reportShape } from './shape-problems.ts';
import { positionAt } from './source-text.ts';
import type { LoadedResource, LoadedTerm } from './source-term.ts';
import type { MapEntry } from './yaml-node.ts';
import { describe, isNull } from './yaml-node.ts';

/** An evaluated entry with what the checks over the whole stack need. */
export interface ReadResource {
  readonly resource: LoadedResource;
  readonly kind: KindShape;
  readonly entry: MapEntry;
  /** Whether its fields are free of mistakes, so that checks across fields make sense. */
  readonly sound: boolean;
}

/** Evaluates an entry and checks its shape; undefined when it is no mapping. */
export function readResource(
  address: Address,
  kind: KindShape,
  entry: MapEntry,
  scope: Scope,
): ReadResource | undefined {
  const node = entry.value;
  if (node.kind !== 'mapping' && !isNull(node)) {
    const message = `"${entry.name}" must be a mapping of fields, not ${describe(node)}`;
    scope.reporter.add({ code: 'schema-type', message, at: entry, address });
    return undefined;
  }
  const members = node.kind === 'mapping' ? node.entries : new Map<string, MapEntry>();
  const run: Run = { scope, address, open: new Map(), failed: false };
  const { fields, json } = readFields(kind, entry.name, members, run);
  const problems = kind.checkShape(json);
  if (problems.length > 0) {
    const tree = scope.fieldsOf(kind.type);
    const { reporter } = scope;
    reportShape(problems, { kind, fields: tree, entry, address, open: run.open, reporter });
  }
  const resource: LoadedResource = {
    address,
    type: kind.type,
    key: entry.name,
    fields,
    ...(isNamedByKey(kind, members) ? { namedByKey: true } : {}),
    lifecycle: readLifecycle(setting('lifecycle', kind, members, scope), kind, scope),
    timeouts: readTimeouts(setting('timeouts', kind, members, scope), scope),
    dependsOn: readDependsOn(setting('dependsOn', kind, members, scope), scope),
    position: positionAt(entry),
    positionOf: (pointer) => positionAt(placeOfField(entry, pointer)),
  };
  return { resource, kind, entry, sound: !run.failed && problems.length === 0 };
}

function readFields(
  kind: KindShape,
  key: string,
  members: ReadonlyMap<string, MapEntry>,
  run: Run,
): {
  readonly fields: Record<string, LoadedTerm>;
  readonly json: Record<string, Json>;
} {
  const tree = run.scope.fieldsOf(kind.type);
  const fields: Record<string, LoadedTerm> = {};
  const json: Record<string, Json> = {};
  for (const member of members.values()) {
    const field = tree.children.get(member.name);
    if (field === undefined && isSetting(member.name)) continue;
    if (mayHoldExpression(member.name)) {
      const message = 'a key cannot hold an expression';
      run.scope.reporter.add({
        code: 'expression-type',
        message,
        at: member,
        address: run.address,
      });
    }
    const value = evaluateField(member.value, field, member.name, member, run);
    if (value.term !== undefined) fields[member.name] = value.term;
    if (value.json !== undefined) json[member.name] = value.json;
  }
  const { nameField } = kind.key;
  if (nameField !== undefined && isNamedByKey(kind, members)) {
    fields[nameField] = key;
    json[nameField] = key;
  }
  return { fields, json };
}

function isNamedByKey(kind: KindShape, members: ReadonlyMap<string, MapEntry>): boolean {
  const { nameField } = kind.key;
  return nameField !== undefined && !members.has(nameField);
}

function isSetting(name: string): boolean {
  return RESOURCE_SETTINGS.some((setting) => setting === name);
}

/** A setting of the entry; a kind's own field of that name goes first. */
function setting(
  name: (typeof RESOURCE_SETTINGS)[number],
  kind: KindShape,
  members: ReadonlyMap<string, MapEntry>,
  scope: Scope,
): MapEntry | undefined {
  return scope.fieldsOf(kind.type).children.has(name) ? undefined : members.get(name);
}
