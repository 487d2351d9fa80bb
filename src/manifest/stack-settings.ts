import type { Address } from '../core/address.ts';
import { typeOf } from '../core/address.ts';
import { canonicalId } from '../core/canonical-id.ts';
import { readAcceptedDrift } from './accepted-drift.ts';
import type { Json, JsonObject } from '../core/json.ts';
import { isJsonObject } from '../core/json.ts';
import type { GuardSettings, Stack } from '../core/resource.ts';
import type { Scope } from './scope.ts';
import { readAddress } from './settings-address.ts';
import type { Origin } from './source-text.ts';
import { staticValue } from './static-value.ts';
import { didYouMean } from '../core/suggest.ts';
import type { MapEntry, MappingNode, YamlNode } from './yaml-node.ts';
import { describe } from './yaml-node.ts';

const NAME = /^[a-z0-9][a-z0-9-]*$/;

/** Guards of a stack that sets none. */
export const DEFAULT_GUARDS: GuardSettings = {
  deletes: { maxShare: 0.3, minExisting: 10 },
  members: { maxRemoved: 5 },
  vanished: { maxShare: 0.3, minExisting: 10 },
};

/** Settings that stand beside the resources. */
export type StackSettings = Pick<
  Stack,
  | 'name'
  | 'moved'
  | 'removed'
  | 'imports'
  | 'acceptedDrift'
  | 'guards'
  | 'providers'
  | 'stateBackend'
  | 'stateRemote'
>;

export function readSettings(root: MappingNode, place: Origin, scope: Scope): StackSettings {
  return {
    name: readName(root.entries.get('stack'), place, scope),
    providers: readProviders(root.entries.get('providers'), scope),
    ...readState(root.entries.get('state'), scope),
    guards: readGuards(root.entries.get('guards'), scope),
    moved: readMoved(items(root, 'moved'), scope),
    removed: readRemoved(items(root, 'removed'), scope),
    imports: readImports(items(root, 'imports'), scope),
    acceptedDrift: readAcceptedDrift(root, scope),
  };
}

function readName(entry: MapEntry | undefined, place: Origin, scope: Scope): string {
  if (entry === undefined) {
    const message = 'the stack has no name';
    const hint = 'write "stack: NAME" into trueup.yaml';
    scope.reporter.add({ code: 'schema-missing-field', message, at: place, hint });
    return '';
  }
  const value = entry.value.kind === 'scalar' ? entry.value.value : undefined;
  if (typeof value === 'string' && NAME.test(value)) return value;
  const message = 'the name of a stack consists of lower-case letters, digits and -';
  scope.reporter.add({ code: 'schema-value', message, at: entry.value });
  return '';
}

function readProviders(
  entry: MapEntry | undefined,
  scope: Scope,
): Readonly<Record<string, JsonObject>> {
  const providers: Record<string, JsonObject> = {};
  for (const member of members(entry)) {
    if (!scope.kinds.providers.has(member.name)) {
      const message = `there is no provider "${member.name}"`;
      const hint = didYouMean(member.name, scope.kinds.providers);
      scope.reporter.add({ code: 'schema-unknown-field', message, at: member, hint });
      continue;
    }
    const value = staticValue(member.value, scope);
    if (isJsonObject(value)) {
      checkProvider(member, value, scope);
      providers[member.name] = value;
    } else if (value === null) providers[member.name] = {};
    else if (value !== undefined) wrongType(member, 'a mapping', scope);
  }
  return providers;
}

/** A setting that is misspelt would be one that is not there: the organization not asserted. */
function checkProvider(provider: MapEntry, settings: JsonObject, scope: Scope): void {
  const schema = scope.providerSettings.get(provider.name);
  const properties = schema?.['properties'];
  if (!isJsonObject(properties)) return;
  for (const member of members(provider)) {
    const property = Object.hasOwn(properties, member.name) ? properties[member.name] : undefined;
    if (!isJsonObject(property)) {
      unknownMember(member, `providers.${provider.name}`, Object.keys(properties), scope);
      continue;
    }
    const value = settings[member.name];
    if (property['type'] !== 'string') continue;
    if (typeof value !== 'string') wrongType(member, 'a text', scope);
    else checkPattern(member, value, property['pattern'], scope);
  }
}

function checkPattern(entry: MapEntry, value: string, pattern: unknown, scope: Scope): void {
  if (typeof pattern !== 'string' || new RegExp(pattern, 'u').test(value)) return;
  const message = `"${entry.name}" must match ${pattern}`;
  scope.reporter.add({ code: 'schema-value', message, at: entry.value });
}

/** The name of a remote that the repository has; an address would decide where credentials go. */
const REMOTE = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

function readState(
  entry: MapEntry | undefined,
  scope: Scope,
): Pick<Stack, 'stateBackend' | 'stateRemote'> {
  const texts = new Map<string, string>();
  for (const member of members(entry)) {
    if (!['backend', 'remote'].includes(member.name)) {
      unknownMember(member, 'state', ['backend', 'remote'], scope);
      continue;
    }
    const text = textOf(member, scope);
    if (text === undefined) continue;
    if (member.name === 'backend' && text !== 'file' && text !== 'git') {
      const message = 'the backend is "file" or "git"';
      scope.reporter.add({ code: 'schema-value', message, at: member.value });
    } else if (member.name === 'remote' && !REMOTE.test(text)) {
      const message = 'the remote is the name of one that the repository has, such as "origin"';
      scope.reporter.add({ code: 'schema-value', message, at: member.value });
    } else texts.set(member.name, text);
  }
  const stateBackend = texts.get('backend') === 'git' ? 'git' : 'file';
  const stateRemote = texts.get('remote');
  if (stateBackend === 'file' && stateRemote !== undefined && entry !== undefined) {
    const message = '"remote" belongs to "backend: git"';
    scope.reporter.add({ code: 'schema-value', message, at: entry.value });
  }
  return { stateBackend, ...(stateRemote === undefined ? {} : { stateRemote }) };
}

const GUARDS = ['deletes', 'members', 'vanished'];

function readGuards(entry: MapEntry | undefined, scope: Scope): GuardSettings {
  const { deletes, members: removed, vanished } = DEFAULT_GUARDS;
  const groups = new Map(members(entry).map((member) => [member.name, member]));
  for (const member of groups.values()) {
    if (!GUARDS.includes(member.name)) {
      unknownMember(member, 'guards', GUARDS, scope);
    } else if (member.value.kind !== 'mapping') wrongType(member, 'a mapping', scope);
  }
  const inDeletes = numbers(groups.get('deletes'), ['maxShare', 'minExisting'], scope);
  const inVanished = numbers(groups.get('vanished'), ['maxShare', 'minExisting'], scope);
  const inMembers = numbers(groups.get('members'), ['maxRemoved'], scope);
  return {
    deletes: {
      maxShare: inDeletes.get('maxShare') ?? deletes.maxShare,
      minExisting: inDeletes.get('minExisting') ?? deletes.minExisting,
    },
    members: { maxRemoved: inMembers.get('maxRemoved') ?? removed.maxRemoved },
    vanished: {
      maxShare: inVanished.get('maxShare') ?? vanished.maxShare,
      minExisting: inVanished.get('minExisting') ?? vanished.minExisting,
    },
  };
}

function numbers(
  entry: MapEntry | undefined,
  known: readonly string[],
  scope: Scope,
): ReadonlyMap<string, number> {
  const values = new Map<string, number>();
  for (const member of members(entry)) {
    if (!known.includes(member.name)) {
      unknownMember(member, entry?.name ?? '', known, scope);
      continue;
    }
    const value = staticValue(member.value, scope);
    const most = member.name === 'maxShare' ? 1 : Number.MAX_SAFE_INTEGER;
    if (typeof value === 'number' && value >= 0 && value <= most) values.set(member.name, value);
    else if (value !== undefined) {
      const message = `"${member.name}" must be a number ${most === 1 ? 'from 0 to 1' : 'of 0 or more'}`;
      scope.reporter.add({ code: 'schema-value', message, at: member.value });
    }
  }
  return values;
}

function readMoved(list: readonly YamlNode[], scope: Scope): Stack['moved'] {
  const moved: { from: Address; to: Address }[] = [];
  const sources = new Set<Address>();
  for (const item of list) {
    const fields = readMembers(item, ['from', 'to'], ['from', 'to'], 'moved-invalid', scope);
    const from = addressOf(fields?.get('from'), 'moved-invalid', false, scope);
    const to = addressOf(fields?.get('to'), 'moved-invalid', false, scope);
    if (from === undefined || to === undefined) continue;
    const problem = moveProblem(from, to, sources, scope);
    if (problem !== undefined) {
      scope.reporter.add({ code: 'moved-invalid', message: problem, at: item });
      continue;
    }
    sources.add(from);
    moved.push({ from, to });
  }
  return moved;
}

function moveProblem(
  from: Address,
  to: Address,
  sources: ReadonlySet<Address>,
  scope: Scope,
): string | undefined {
  if (from === to) return `${from} is moved to itself`;
  if (typeOf(from) !== typeOf(to)) return `${from} cannot become a resource of another kind`;
  if (scope.entries.has(from)) return `${from} is moved, but the stack still has it`;
  return sources.has(from) ? `${from} is moved twice` : undefined;
}

function readRemoved(list: readonly YamlNode[], scope: Scope): Stack['removed'] {
  const removed: { address: Address; destroy: boolean }[] = [];
  for (const item of list) {
    const fields = readMembers(item, ['address', 'destroy'], ['address'], 'removed-invalid', scope);
    const address = addressOf(fields?.get('address'), 'removed-invalid', false, scope);
    const destroy = booleanOf(fields?.get('destroy'), scope);
    if (address === undefined) continue;
    if (scope.entries.has(address)) {
      const message = `${address} is removed, but the stack still has it`;
      scope.reporter.add({ code: 'removed-invalid', message, at: item });
    } else removed.push({ address, destroy });
  }
  return removed;
}

function readImports(list: readonly YamlNode[], scope: Scope): Stack['imports'] {
  const imports: { to: Address; id: string }[] = [];
  const targets = new Set<Address>();
  for (const item of list) {
    const fields = readMembers(item, ['to', 'id'], ['to', 'id'], 'import-invalid', scope);
    const to = addressOf(fields?.get('to'), 'import-invalid', true, scope);
    const id = textOf(fields?.get('id'), scope);
    if (to === undefined || id === undefined) continue;
    if (targets.has(to)) {
      const message = `${to} is imported twice`;
      scope.reporter.add({ code: 'import-invalid', message, at: item });
    } else imports.push({ to, id: canonicalId(id) });
    targets.add(to);
  }
  return imports;
}

function readMembers(
  item: YamlNode,
  known: readonly string[],
  needed: readonly string[],
  code: 'moved-invalid' | 'removed-invalid' | 'import-invalid',
  scope: Scope,
): ReadonlyMap<string, MapEntry> | undefined {
  const shape = `{ ${known.join(', ')} }`;
  if (item.kind !== 'mapping') {
    const message = `each element is ${shape}, not ${describe(item)}`;
    scope.reporter.add({ code, message, at: item });
    return undefined;
  }
  for (const member of item.entries.values()) {
    if (known.includes(member.name)) continue;
    const hint = didYouMean(member.name, known);
    const message = `"${member.name}" is not a part of ${shape}`;
    scope.reporter.add({ code, message, at: member, hint });
  }
  const missing = needed.filter((name) => !item.entries.has(name));
  if (missing.length === 0) return item.entries;
  scope.reporter.add({ code, message: `"${missing.join('", "')}" is missing`, at: item });
  return undefined;
}

function addressOf(
  entry: MapEntry | undefined,
  code: 'moved-invalid' | 'removed-invalid' | 'import-invalid',
  mustExist: boolean,
  scope: Scope,
): Address | undefined {
  return entry === undefined ? undefined : readAddress(entry.value, scope, { code, mustExist });
}

function booleanOf(entry: MapEntry | undefined, scope: Scope): boolean {
  const value: Json | undefined = entry === undefined ? false : staticValue(entry.value, scope);
  if (typeof value === 'boolean') return value;
  if (entry !== undefined && value !== undefined) wrongType(entry, 'true or false', scope);
  return false;
}

function textOf(entry: MapEntry | undefined, scope: Scope): string | undefined {
  const value = entry === undefined ? undefined : staticValue(entry.value, scope);
  if (typeof value === 'string' && value !== '') return value;
  if (entry !== undefined && value !== undefined) wrongType(entry, 'a text', scope);
  return undefined;
}

function members(entry: MapEntry | undefined): readonly MapEntry[] {
  return entry?.value.kind === 'mapping' ? [...entry.value.entries.values()] : [];
}

function items(root: MappingNode, name: string): readonly YamlNode[] {
  const node = root.entries.get(name)?.value;
  return node?.kind === 'sequence' ? node.items : [];
}

function unknownMember(
  member: MapEntry,
  where: string,
  known: readonly string[],
  scope: Scope,
): void {
  const message = `"${where}" has no "${member.name}"`;
  const hint = didYouMean(member.name, known);
  scope.reporter.add({ code: 'schema-unknown-field', message, at: member, hint });
}

function wrongType(entry: MapEntry, wanted: string, scope: Scope): void {
  const message = `"${entry.name}" must be ${wanted}, not ${describe(entry.value)}`;
  scope.reporter.add({ code: 'schema-type', message, at: entry.value });
}
