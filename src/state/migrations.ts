import { isJsonObject } from '../core/json.ts';
import type { Json, JsonObject } from '../core/json.ts';

/** One step from a version of the format to the next: pure, and blind to what is not as expected. */
export interface Migration {
  /** A whole state file; its `version` is set by the caller. */
  readonly state: (state: JsonObject) => JsonObject;
  /** One record of the journal. */
  readonly record: (record: JsonObject) => JsonObject;
}

/**
 * Version 0 had neither outputs nor the organizations, told of a resource only whether it was
 * protected, and knew neither digests nor dependencies.
 */
const fromVersion0: Migration = {
  state: (state) => ({
    providers: {},
    outputs: {},
    ...state,
    ...mapped(state, 'resources', (all) => mapValues(all, completeResource)),
    intents: Array.isArray(state['intents']) ? state['intents'].map(completeIntent) : [],
  }),
  record: (record) => ({
    ...record,
    ...mapped(record, 'resource', completeResource),
    ...mapped(record, 'intent', completeIntent),
  }),
};

/** Entry n leads from version n to n + 1. A change of the format appends one, and never edits one. */
const MIGRATIONS: readonly Migration[] = [fromVersion0];

/** The version that this trueup writes, and the newest that it reads. */
export const STATE_VERSION = MIGRATIONS.length;

/** A state file of an older version as the newest would have it. */
export function migrateState(
  state: JsonObject,
  version: number,
  migrations: readonly Migration[] = MIGRATIONS,
): JsonObject {
  const migrated = migrations.slice(version).reduce((now, step) => step.state(now), state);
  return { ...migrated, version: migrations.length };
}

/** A journal record of an older version as the newest would have it. */
export function migrateRecord(
  record: JsonObject,
  version: number,
  migrations: readonly Migration[] = MIGRATIONS,
): JsonObject {
  return migrations.slice(version).reduce((now, step) => step.record(now), record);
}

function completeResource(resource: Json): Json {
  if (!isJsonObject(resource)) return resource;
  const { protect, ...rest } = resource;
  const lifecycle = { protect: protect === true, onRemove: 'delete' };
  return { lifecycle, digests: {}, dependsOn: [], ...rest };
}

function completeIntent(intent: Json): Json {
  if (!isJsonObject(intent)) return intent;
  const lifecycle = { protect: false, onRemove: 'delete' };
  return { lifecycle, writeOnly: [], dependsOn: [], ...intent };
}

function mapped(object: JsonObject, key: string, change: (value: Json) => Json): JsonObject {
  const value = object[key];
  return value === undefined ? {} : { [key]: change(value) };
}

function mapValues(value: Json, change: (item: Json) => Json): Json {
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, change(item)]));
}
