import type { Address } from '../core/address.ts';
import type { Json } from '../core/json.ts';
import type { KindShape } from '../core/kind.ts';
import type { Lifecycle, Timeouts } from '../core/resource.ts';
import { fieldAt, wholeAbove } from './field-tree.ts';
import type { Scope } from './scope.ts';
import { readAddress } from './settings-address.ts';
import { staticValue } from './static-value.ts';
import { didYouMean } from '../core/suggest.ts';
import type { MapEntry } from './yaml-node.ts';
import { describe } from './yaml-node.ts';

/** Members of an entry that are trueup's own, not fields of the kind. */
export const RESOURCE_SETTINGS = ['lifecycle', 'dependsOn', 'timeouts'] as const;

const LIFECYCLE_MEMBERS = ['protect', 'onRemove', 'ignoreChanges', 'replace'];
const TIMEOUT_MEMBERS = ['create', 'update', 'delete'];
const DURATION = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/;

const DEFAULT_LIFECYCLE: Lifecycle = {
  protect: false,
  onRemove: 'delete',
  ignoreChanges: [],
  replace: undefined,
};

export function readLifecycle(
  entry: MapEntry | undefined,
  kind: KindShape,
  scope: Scope,
): Lifecycle {
  if (entry === undefined) return DEFAULT_LIFECYCLE;
  const members = readMembers(entry, LIFECYCLE_MEMBERS, scope);
  const { protect, onRemove, replace, ignoreChanges } = DEFAULT_LIFECYCLE;
  return {
    protect: oneOf(members.get('protect'), [true, false], scope) ?? protect,
    onRemove: oneOf(members.get('onRemove'), ['delete', 'forget'], scope) ?? onRemove,
    replace: oneOf(members.get('replace'), ['forbid', 'allow'], scope) ?? replace,
    ignoreChanges: readIgnored(members.get('ignoreChanges'), kind, scope) ?? ignoreChanges,
  };
}

export function readTimeouts(entry: MapEntry | undefined, scope: Scope): Timeouts {
  if (entry === undefined) return {};
  const members = readMembers(entry, TIMEOUT_MEMBERS, scope);
  const createMs = readDuration(members.get('create'), scope);
  const updateMs = readDuration(members.get('update'), scope);
  const deleteMs = readDuration(members.get('delete'), scope);
  return {
    ...(createMs === undefined ? {} : { createMs }),
    ...(updateMs === undefined ? {} : { updateMs }),
    ...(deleteMs === undefined ? {} : { deleteMs }),
  };
}

export function readDependsOn(entry: MapEntry | undefined, scope: Scope): readonly Address[] {
  if (entry === undefined) return [];
  if (entry.value.kind !== 'sequence') {
    const message = `"dependsOn" must be a list of addresses, not ${describe(entry.value)}`;
    scope.reporter.add({ code: 'schema-type', message, at: entry });
    return [];
  }
  const addresses = entry.value.items.map((item) =>
    readAddress(item, scope, { code: 'depends-on-unknown', mustExist: true }),
  );
  return addresses.filter((address) => address !== undefined);
}

function readMembers(
  entry: MapEntry,
  known: readonly string[],
  scope: Scope,
): ReadonlyMap<string, MapEntry> {
  const node = entry.value;
  if (node.kind !== 'mapping') {
    const message = `"${entry.name}" must be a mapping, not ${describe(node)}`;
    scope.reporter.add({ code: 'schema-type', message, at: entry });
    return new Map();
  }
  for (const member of node.entries.values()) {
    if (known.includes(member.name)) continue;
    const message = `"${entry.name}" has no "${member.name}"`;
    const hint = didYouMean(member.name, known);
    scope.reporter.add({ code: 'schema-unknown-field', message, at: member, hint });
  }
  return node.entries;
}

function oneOf<Choice extends Json>(
  entry: MapEntry | undefined,
  choices: readonly Choice[],
  scope: Scope,
): Choice | undefined {
  if (entry === undefined) return undefined;
  const value = staticValue(entry.value, scope);
  const found = choices.find((choice) => choice === value);
  if (found === undefined && value !== undefined) {
    const message = `"${entry.name}" must be ${choices.map(String).join(' or ')}`;
    const hint = typeof value === 'string' ? didYouMean(value, choices.map(String)) : undefined;
    scope.reporter.add({ code: 'schema-value', message, at: entry.value, hint });
  }
  return found;
}

function readIgnored(
  entry: MapEntry | undefined,
  kind: KindShape,
  scope: Scope,
): readonly string[] | undefined {
  if (entry === undefined) return undefined;
  if (entry.value.kind !== 'sequence') {
    const message = `"ignoreChanges" must be a list of fields, not ${describe(entry.value)}`;
    scope.reporter.add({ code: 'schema-type', message, at: entry });
    return undefined;
  }
  const fields = scope.fieldsOf(kind.type);
  const paths: string[] = [];
  for (const item of entry.value.items) {
    const path = item.kind === 'scalar' ? String(item.value) : '';
    const whole = wholeAbove(fields, path.split('.'));
    if (whole !== undefined && fieldAt(fields, path.split('.')) !== undefined) {
      const name = whole.path.join('.');
      const message = `"${name}" is compared as a whole: "${path}" cannot be ignored by itself`;
      const hint = `ignore "${name}"`;
      scope.reporter.add({ code: 'schema-value', message, at: item, hint });
    } else if (fieldAt(fields, path.split('.')) === undefined) {
      const message = `${kind.name} have no field "${path}"`;
      const hint = didYouMean(path, fields.children.keys());
      scope.reporter.add({ code: 'schema-unknown-field', message, at: item, hint });
    } else paths.push(path);
  }
  return paths;
}

function readDuration(entry: MapEntry | undefined, scope: Scope): number | undefined {
  if (entry === undefined) return undefined;
  const value = staticValue(entry.value, scope);
  if (value === undefined) return undefined;
  const ms = parseDuration(value);
  if (ms === undefined) {
    const message = `"${entry.name}" must be a duration such as 30m or 1h30m`;
    scope.reporter.add({ code: 'schema-value', message, at: entry.value });
  }
  return ms;
}

/** Milliseconds of `1h30m10s`; undefined for anything else, and for nothing at all. */
export function parseDuration(value: Json): number | undefined {
  const match = typeof value === 'string' ? DURATION.exec(value) : null;
  if (match === null) return undefined;
  const [hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0));
  const total = (hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0);
  return total > 0 ? total * 1000 : undefined;
}
