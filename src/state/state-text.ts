import { TrueupError } from '../core/errors.ts';
import { isJsonObject } from '../core/json.ts';
import type { Json, JsonObject } from '../core/json.ts';
import type { Intent, State, StateResource } from './contract.ts';

/** What a state file holds: the state, and the creates that were open when it was written. */
export interface StoredState {
  readonly state: State;
  readonly intents: readonly Intent[];
}

/** The newest version of the state file that this trueup reads and writes. */
const VERSION = 1;

/**
 * The text of a state file: JSON with keys in a stable order and one line per resource, so that
 * two versions can be compared with the usual tools.
 */
export function writeStateText({ state, intents }: StoredState): string {
  const { resources, ...head } = state;
  const lines = Object.entries({ ...head, intents })
    .toSorted(([a], [b]) => order(a, b))
    .map(([key, value]) => `  ${JSON.stringify(key)}: ${stableJson(value)},`);
  const entries = Object.entries(resources)
    .toSorted(([a], [b]) => order(a, b))
    .map(([address, resource]) => `    ${JSON.stringify(address)}: ${stableJson(resource)}`);
  const body = entries.length === 0 ? '{}' : `{\n${entries.join(',\n')}\n  }`;
  return `{\n${lines.join('\n')}\n  "resources": ${body}\n}\n`;
}

/**
 * Reads a state file. Throws `state-version` when a newer trueup wrote it, `state-corrupt` when
 * it is not a state file.
 */
export function readStateText(text: string, path: string): StoredState {
  const value = parseJson(text);
  if (value === undefined || !isJsonObject(value)) throw corrupt(path, 'it is not JSON');
  const version = value['version'];
  if (typeof version === 'number' && version > VERSION) {
    throw new TrueupError(
      'state-version',
      `the state ${path} has version ${String(version)}, this trueup reads up to ${String(VERSION)}`,
      { hint: 'use the newer trueup that wrote it' },
    );
  }
  if (!isStored(value)) throw corrupt(path, 'it is not a state file of trueup');
  const { intents, ...state } = value;
  return { state, intents };
}

/** JSON with the keys of every object in order; undefined members are left out. */
export function stableJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => (isJsonObject(item) ? sorted(item) : item));
}

function sorted(object: JsonObject): JsonObject {
  const keys = Object.keys(object);
  if (keys.every((key, index) => index === 0 || order(keys[index - 1] ?? '', key) < 0)) {
    return object;
  }
  return Object.fromEntries(
    keys.toSorted(order).map((key): [string, Json] => [key, object[key] ?? null]),
  );
}

/** By code units: the same on every machine and in every language. */
function order(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function isStored(value: JsonObject): value is JsonObject & State & { intents: readonly Intent[] } {
  const { resources, intents } = value;
  return (
    value['version'] === VERSION &&
    ['lineage', 'stack', 'environment', 'salt'].every((key) => typeof value[key] === 'string') &&
    Number.isSafeInteger(value['serial']) &&
    isJsonObject(value['providers']) &&
    isJsonObject(value['outputs']) &&
    Array.isArray(intents) &&
    intents.every((intent) => isIntent(intent)) &&
    isJsonObject(resources) &&
    Object.values(resources).every((resource) => isStateResource(resource))
  );
}

export function isIntent(value: unknown): value is Intent {
  if (!isJsonObject(value)) return false;
  return ['address', 'type', 'attempt', 'naturalKey'].every(
    (key) => typeof value[key] === 'string',
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

export function corrupt(path: string, why: string): TrueupError {
  return new TrueupError('state-corrupt', `the state ${path} cannot be used: ${why}`, {
    hint: 'restore it from a backup; what runs in the account is not touched by this',
  });
}
