import { TrueupError } from '../core/errors.ts';
import { isJsonObject } from '../core/json.ts';
import type { Json, JsonObject } from '../core/json.ts';
import type { Intent, State, StateResource } from './contract.ts';
import { migrateState, STATE_VERSION } from './migrations.ts';

/** What a state file holds: the state, and the creates that were open when it was written. */
export interface StoredState {
  readonly state: State;
  readonly intents: readonly Intent[];
}

/** A state file as read: an older one is migrated here, and on disk with the next fold. */
export interface ReadState extends StoredState {
  readonly isOld: boolean;
}

/**
 * The text of a state file: JSON with keys in a stable order and one line per resource, so that
 * two versions can be compared with the usual tools.
 */
export function writeStateText({ state, intents }: StoredState): string {
  const { resources, ...head } = state;
  const lines = Object.entries({ ...head, intents })
    .toSorted(byKey)
    .map(([key, value]) => `  ${JSON.stringify(key)}: ${stableJson(value)},`);
  const entries = Object.entries(resources)
    .toSorted(byKey)
    .map(([address, resource]) => `    ${JSON.stringify(address)}: ${stableJson(resource)}`);
  const body = entries.length === 0 ? '{}' : `{\n${entries.join(',\n')}\n  }`;
  return `{\n${lines.join('\n')}\n  "resources": ${body}\n}\n`;
}

/**
 * Reads a state file of this or an older version. Throws `state-version` when a newer trueup wrote
 * it, `state-corrupt` when it is not a state file.
 */
export function readStateText(text: string, path: string): ReadState {
  if (text.trim() === '') throw corrupt(path, 'it is empty');
  const value = parseJson(text);
  if (value === undefined) throw corrupt(path, 'it is not JSON, or only a part of it');
  if (!isJsonObject(value)) throw corrupt(path, 'it is not a state file of trueup');
  const version = readVersion(value['version'], `the state ${path}`);
  if (version === undefined) throw corrupt(path, 'it has no version');
  const { signature: _signature, ...content } = value;
  const stored = migrateState(content, version);
  if (!isStored(stored)) throw corrupt(path, 'it is not a state file of trueup');
  const { intents, ...state } = stored;
  return { state, intents, isOld: version < STATE_VERSION };
}

/** A version that this trueup reads; undefined when it is none. Throws `state-version`. */
export function readVersion(version: Json | undefined, what: string): number | undefined {
  if (typeof version !== 'number' || !Number.isSafeInteger(version) || version < 0) {
    return undefined;
  }
  if (version <= STATE_VERSION) return version;
  throw new TrueupError(
    'state-version',
    `${what} has version ${String(version)}, this trueup reads up to ${String(STATE_VERSION)}`,
    { hint: 'update trueup: a newer one wrote it; nothing was changed' },
  );
}

/** JSON with the keys of every object in order; undefined members are left out. */
export function stableJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => (isJsonObject(item) ? sorted(item) : item));
}

function sorted(object: JsonObject): JsonObject {
  let before = '';
  const isSorted = Object.keys(object).every((key) => {
    const isNext = before <= key;
    before = key;
    return isNext;
  });
  return isSorted ? object : Object.fromEntries(Object.entries(object).toSorted(byKey));
}

/** By code units: the same on every machine and in every language. Keys differ from each other. */
function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

function isStored(value: JsonObject): value is JsonObject & State & { intents: readonly Intent[] } {
  const { resources, intents } = value;
  return (
    value['version'] === STATE_VERSION &&
    ['lineage', 'stack', 'environment', 'salt'].every((key) => typeof value[key] === 'string') &&
    Number.isSafeInteger(value['serial']) &&
    isJsonObject(value['providers']) &&
    Object.values(value['providers']).every(
      (provider) => isJsonObject(provider) && typeof provider['organization'] === 'string',
    ) &&
    isJsonObject(value['outputs']) &&
    Object.values(value['outputs']).every(
      (output) => isJsonObject(output) && typeof output['sensitive'] === 'boolean',
    ) &&
    Array.isArray(intents) &&
    intents.every((intent) => isIntent(intent)) &&
    isJsonObject(resources) &&
    Object.values(resources).every((resource) => isStateResource(resource))
  );
}

export function isIntent(value: unknown): value is Intent {
  if (!isJsonObject(value)) return false;
  return (
    ['address', 'type', 'attempt', 'naturalKey'].every((key) => typeof value[key] === 'string') &&
    ['immutable', 'sent', 'lifecycle'].every((key) => isJsonObject(value[key])) &&
    ['seen', 'writeOnly', 'dependsOn'].every((key) => Array.isArray(value[key])) &&
    ['sentAtMs', 'serverTimeMs', 'visibleByMs'].every((key) => typeof value[key] === 'number')
  );
}

export function isStateResource(value: unknown): value is StateResource {
  if (!isJsonObject(value)) return false;
  return (
    ['id', 'type', 'name'].every((key) => typeof value[key] === 'string') &&
    ['sent', 'read', 'attributes', 'digests', 'lifecycle'].every((key) =>
      isJsonObject(value[key]),
    ) &&
    Array.isArray(value['dependsOn'])
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const RESTORE = 'restore it from a backup; what runs in the account is not touched by this';

export function corrupt(path: string, why: string, hint: string = RESTORE): TrueupError {
  return new TrueupError('state-corrupt', `the state ${path} cannot be used: ${why}`, { hint });
}
