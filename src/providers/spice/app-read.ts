import { isJsonObject, type Json, type JsonObject } from '../../core/json.ts';
import type { LiveObject } from '../../core/live.ts';
import { defined, idOf, nonEmptyOf, numberOf, objectOf, timeOf } from '../shared/item.ts';

/** Settings that stand in `config` of an answer, and flat in a request. */
const CONFIG = ['spicepod', 'registry', 'image', 'image_tag', 'update_channel', 'node_group'];
const NUMBERS = new Set(['replicas', 'storage_size_gb']);
const TOP = ['description', 'visibility', 'production_branch', 'tags'];

/** An app of the list: without its configuration it is partial. */
export function readListedApp(item: JsonObject): LiveObject | undefined {
  const app = readApp(item);
  if (app === undefined || objectOf(item, 'config') !== undefined) return app;
  return { ...app, partial: {} };
}

/** An app of an answer that holds it as a whole. `null` means none, as absence does. */
export function readApp(item: JsonObject): LiveObject | undefined {
  const id = idOf(item, 'id');
  const name = nonEmptyOf(item, 'name');
  if (id === undefined || name === undefined) return undefined;
  const config = objectOf(item, 'config') ?? {};
  const createdAt = timeOf(item, 'created_at');
  return {
    type: 'spice.apps',
    id,
    fields: defined<Json>({
      name,
      region: nonEmptyOf(item, 'region') ?? nonEmptyOf(config, 'region'),
      cname: nonEmptyOf(item, 'cname'),
      ...members(item, TOP),
      ...members(config, CONFIG),
      replicas: numberOf(config, 'replicas'),
      resources: quantities(config['resources']),
      executor: quantities(config['executor']),
      storage_size_gb:
        numberOf(config, 'storage_size_gb') ?? numberOf(config, 'storage_claim_size_gb'),
    }),
    attributes: defined<Json>({
      created_at: createdAt,
      cluster_id: idOf(item, 'cluster_id'),
      endpoint: nonEmptyOf(item, 'endpoint'),
    }),
    status: 'settled',
    ...(createdAt === undefined ? {} : { createdAt }),
  };
}

/**
 * `resources` and `executor`, which go back as a whole with what changes: without the nulls that
 * stand for none, since no request takes them, and numbers as numbers.
 */
function quantities(value: Json | undefined): JsonObject | undefined {
  if (!isJsonObject(value)) return undefined;
  return defined<Json>(
    Object.fromEntries(
      Object.entries(value).map(([name, inner]) => {
        if (isJsonObject(inner)) return [name, quantities(inner)];
        return [name, NUMBERS.has(name) ? numberOf(value, name) : present(inner)];
      }),
    ),
  );
}

function members(item: JsonObject, names: readonly string[]): Record<string, Json | undefined> {
  return Object.fromEntries(names.map((name) => [name, present(item[name])]));
}

function present(value: Json | undefined): Json | undefined {
  return value === null ? undefined : value;
}
