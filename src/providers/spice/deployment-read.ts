import { isJsonObject, type Json, type JsonObject } from '../../core/json.ts';
import type { LiveObject, LiveStatus } from '../../core/live.ts';
import { defined, idOf, isJsonArray, nonEmptyOf, numberOf, timeOf } from '../shared/item.ts';

/** An unknown status is on its way. */
const STATUSES: ReadonlyMap<string, LiveStatus> = new Map([
  ['succeeded', 'settled'],
  // Another one can be made: the object is not broken for good.
  ['failed', 'settled'],
  ['created', 'settled'],
]);

/**
 * The newest deployment of a list, whatever its order. `created` is what the API calls one that a
 * newer one has superseded, or one that is being made: it counts only where there is no other.
 */
export function readNewest(body: unknown, app: string): LiveObject | 'malformed' | undefined {
  const items: unknown = isJsonObject(body) ? body['deployments'] : undefined;
  if (!isJsonArray(items)) return 'malformed';
  const known = items.map((item) => (isJsonObject(item) ? readDeployment(item, app) : undefined));
  if (!known.every((item) => item !== undefined)) return 'malformed';
  const newestFirst = known.toSorted((a, b) => rank(b) - rank(a));
  const current = newestFirst.find(({ attributes }) => attributes['status'] !== 'created');
  return current ?? newestFirst[0];
}

function rank({ createdAt }: LiveObject): number {
  return createdAt === undefined ? 0 : Date.parse(createdAt);
}

/** `null` means none, as absence does; who made it may be a number or a text. */
function readDeployment(item: JsonObject, app: string): LiveObject | undefined {
  const id = idOf(item, 'id');
  const status = nonEmptyOf(item, 'status');
  if (id === undefined || status === undefined) return undefined;
  const createdAt = timeOf(item, 'created_at');
  const message = nonEmptyOf(item, 'error_message') ?? nonEmptyOf(item, 'error');
  return {
    type: 'spice.deployments',
    id: app,
    scope: app,
    fields: defined<Json>({
      app,
      image_tag: nonEmptyOf(item, 'image_tag'),
      replicas: numberOf(item, 'replicas'),
      branch: nonEmptyOf(item, 'branch'),
      commit_sha: nonEmptyOf(item, 'commit_sha'),
      commit_message: nonEmptyOf(item, 'commit_message'),
      status,
    }),
    attributes: defined<Json>({
      status,
      deployment_id: id,
      created_at: createdAt,
      started_at: timeOf(item, 'started_at'),
      updated_at: timeOf(item, 'updated_at'),
      error_code: nonEmptyOf(item, 'error_code'),
      error_message: message,
      creation_source: nonEmptyOf(item, 'creation_source'),
      created_by: idOf(item, 'created_by'),
    }),
    status: STATUSES.get(status) ?? 'pending',
    statusText: status,
    ...(createdAt === undefined ? {} : { createdAt }),
  };
}
