import { isJsonObject, type Json, type JsonObject } from '../../core/json.ts';
import type { LiveObject, LiveStatus } from '../../core/live.ts';
import { defined, idOf, isJsonArray, nonEmptyOf, numberOf, timeOf } from '../shared/item.ts';

const STATUSES: ReadonlyMap<string, LiveStatus> = new Map([
  ['queued', 'pending'],
  ['in_progress', 'pending'],
  ['succeeded', 'settled'],
  // Another one can be made: the object is not broken for good.
  ['failed', 'settled'],
]);

/**
 * One that is being made, or that a newer one has superseded which the list does not show yet:
 * neither a success nor a failure.
 */
const CREATED = 'created';

/** The newest deployment of a list, whatever its order. */
export function readNewest(body: unknown, app: string): LiveObject | 'malformed' | undefined {
  const items: unknown = isJsonObject(body) ? body['deployments'] : undefined;
  if (!isJsonArray(items)) return 'malformed';
  const known = items.map((item) => (isJsonObject(item) ? readDeployment(item, app) : undefined));
  if (!known.every((item) => item !== undefined)) return 'malformed';
  return known.toSorted((a, b) => rank(b) - rank(a))[0];
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
  const known = STATUSES.get(status);
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
      status: known === undefined ? undefined : status,
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
    // What nobody knows may be on its way: it is waited for, and not for ever.
    status: known ?? (status === CREATED ? 'settled' : 'pending'),
    statusText: status,
    ...(known === undefined ? { unclear: true } : {}),
    ...(createdAt === undefined ? {} : { createdAt }),
  };
}
