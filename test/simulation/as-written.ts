import { isDeepStrictEqual } from 'node:util';
import { isJsonObject, type Json } from '../../src/core/json.ts';
import type { StateResource } from '../../src/core/prior.ts';
import { secretText, type Entry } from '../_helpers/random-entries.ts';
import type { ManifestEntries } from './account.ts';
import type { Violation } from './checks.ts';

/** A live object in the words of its API, with what the API keeps to itself. */
export interface AccountObject {
  /** `<provider>.<kind>`, and the ID that the state has for it. */
  readonly key: string;
  readonly fields: Fields;
  readonly hidden: Fields;
}

type Fields = Readonly<Record<string, unknown>>;

export interface AsWrittenInput {
  readonly provider: string;
  readonly entries: ManifestEntries;
  /** Of the state, by address. */
  readonly resources: Readonly<Record<string, StateResource>>;
  readonly objects: readonly AccountObject[];
}

/** What an object is to have, found in the object; undefined: nothing can be said. */
type Reader = (object: AccountObject, wanted: Json, entry: Entry) => unknown;

/**
 * Fields of the stack that the account does not have as they are written, whatever trueup's own
 * comparison says: plain values and secrets from files, read where the emulator keeps them.
 */
export function notAsWritten(input: AsWrittenInput): readonly Violation[] {
  const { provider, entries, resources, objects } = input;
  const byKey = new Map(objects.map((object) => [object.key, object]));
  return Object.entries(entries).flatMap(([kind, ofKind]) => {
    const readers = READERS[`${provider}.${kind}`];
    if (readers === undefined) return [];
    return Object.entries(ofKind).flatMap(([name, entry]) => {
      const address = `${provider}.${kind}.${name}`;
      const resource = resources[address];
      // Grants on the organization are not looked at.
      if (resource === undefined || resource.id.startsWith('organization/')) return [];
      const object = byKey.get(`${resource.type} ${resource.id}`);
      if (object === undefined) return [`${address} (${resource.id}) is in the state, but nowhere`];
      return unlike(entry, object, readers, resource.unverified ?? []).map(
        ({ field, wanted, now }) =>
          `${address} (${resource.id}) is to have ${field} ${JSON.stringify(wanted)} and has ${JSON.stringify(now)}`,
      );
    });
  });
}

interface Difference {
  readonly field: string;
  readonly wanted: Json;
  readonly now: unknown;
}

function unlike(
  entry: Entry,
  object: AccountObject,
  readers: Readonly<Record<string, Reader>>,
  onTrust: readonly string[],
): readonly Difference[] {
  const { lifecycle } = entry;
  const ignored = isJsonObject(lifecycle) ? JSON.stringify(lifecycle['ignoreChanges'] ?? []) : '';
  return Object.entries(readers).flatMap(([field, read]): readonly Difference[] => {
    const written = entry[field];
    if (written === undefined || ignored.includes(field) || onTrust.includes(`/${field}`))
      return [];
    const wanted = plain(written);
    if (wanted === undefined) return [];
    const now = read(object, wanted, entry);
    return now === undefined || isDeepStrictEqual(now, wanted) ? [] : [{ field, wanted, now }];
  });
}

/** An expression, or what a stack with both providers has in its place. */
const EXPRESSION = /\$\{|\{(?:id|endpoint) \d+\}/;

/** A value as it is to be; undefined where an expression or a variable makes it. */
function plain(written: Json): Json | undefined {
  if (EXPRESSION.test(JSON.stringify(written))) return undefined;
  if (!isJsonObject(written)) return written;
  const { fromFile } = written;
  return typeof fromFile === 'string' ? secretText(fromFile) : written;
}

/** `none`: what an object has that tells nothing; else `null`, which is no silence of the reader. */
const asItIs =
  (name: string, none: Json = null): Reader =>
  ({ fields }) =>
    fields[name] ?? none;

const hidden =
  (name: string): Reader =>
  ({ hidden: kept }) =>
    kept[name] ?? null;

/** Only the members that are written: the API fills the others. */
const within =
  (name: string): Reader =>
  ({ fields }, wanted) => {
    const now = fields[name];
    if (!isJsonObject(now) || !isJsonObject(wanted)) return now ?? null;
    return Object.fromEntries(Object.keys(wanted).map((key) => [key, now[key] ?? null]));
  };

/** Texts in any order. */
const inAnyOrder =
  (name: string): Reader =>
  ({ fields }, wanted) => {
    const now = fields[name];
    if (!Array.isArray(now) || !Array.isArray(wanted)) return now ?? null;
    const isSame = isDeepStrictEqual(sorted(now), sorted(wanted));
    return isSame ? wanted : now;
  };

function sorted(items: readonly unknown[]): readonly string[] {
  return items.map((item) => JSON.stringify(item)).toSorted();
}

function asPeople(emails: unknown): readonly string[] {
  const texts = Array.isArray(emails) ? emails.filter((item) => typeof item === 'string') : [];
  return [...new Set(texts.map((email) => email.toLowerCase()))].toSorted();
}

const READERS: Readonly<Record<string, Readonly<Record<string, Reader>>>> = {
  'singlestore.workspaceGroups': {
    name: ({ fields }, wanted) =>
      typeof wanted === 'string' && fields['name'] === wanted.trim() ? wanted : fields['name'],
    adminPassword: hidden('adminPassword'),
    updateWindow: within('updateWindow'),
    deploymentType: asItIs('deploymentType'),
    allowAllTraffic: asItIs('allowAllTraffic'),
  },
  'singlestore.workspaces': {
    size: asItIs('size'),
    scaleFactor: asItIs('scaleFactor'),
    cacheConfig: asItIs('cacheConfig', 1),
    deploymentType: asItIs('deploymentType'),
    suspended: ({ fields }) => fields['state'] === 'SUSPENDED',
  },
  'singlestore.teams': {
    description: asItIs('description', ''),
    members: (object, wanted) => {
      const { users } = isJsonObject(wanted) ? wanted : {};
      if (!Array.isArray(users)) return undefined;
      const now = asPeople(object.fields['emails']);
      return isDeepStrictEqual(now, asPeople(users)) ? wanted : { users: now };
    },
  },
  'singlestore.accessControls': {
    users: ({ fields }, wanted) =>
      isDeepStrictEqual(asPeople(fields['users']), asPeople(wanted)) ? wanted : fields['users'],
  },
  'singlestore.roles': {
    description: asItIs('description', ''),
    permissions: inAnyOrder('permissions'),
    inherits: inAnyOrder('inherits'),
  },
  'singlestore.secrets': { value: ({ fields, hidden: kept }) => kept['value'] ?? fields['value'] },
  'spice.apps': {
    description: asItIs('description', ''),
    visibility: asItIs('visibility'),
    tags: asItIs('tags'),
    spicepod: asItIs('spicepod'),
    update_channel: asItIs('update_channel'),
    version: asItIs('version'),
    replicas: asItIs('replicas'),
    resources: within('resources'),
    executor: within('executor'),
    storage_size_gb: asItIs('storage_size_gb'),
  },
  'spice.appSecrets': { value: hidden('value') },
  'spice.members': { roles: inAnyOrder('roles') },
};
