import { isJsonObject, type JsonObject } from '../../core/json.ts';
import type { ReadClient } from '../../http/contract.ts';
import type { HistoryEntry, HistoryObject, HistoryQuestion } from '../contract.ts';
import { invalidAnswer } from '../shared/api.ts';
import { arrayOf, nonEmptyOf, textsOf } from '../shared/item.ts';

const PATH = '/v1/auditLogs';
/** Entries asked for at once, pages read of the log of the organization, and of one object. */
const PAGE_ENTRIES = 100;
const PAGES_MAX = 20;
const OBJECT_PAGES_MAX = 2;
/** Up to so many objects are asked for one by one, where the log can be asked for one. */
const ASKED_MAX = 10;

/** Filters of the log, by the type of the object. */
const FILTERS: ReadonlyMap<string, string> = new Map([
  ['singlestore.workspaceGroups', 'workspaceGroupID'],
  ['singlestore.workspaces', 'workspaceID'],
  ['singlestore.teams', 'teamID'],
]);

/**
 * Who changed some objects, from `GET /v1/auditLogs`: newest entries first, until each object has
 * one that explains it or the pages allowed are read. The log tells IDs in members of their own
 * (`workspaceID`, `clusterID` for a group, `teamID`); other objects only where `attributes` names
 * them, which is not documented.
 */
export async function readHistory(
  client: ReadClient,
  question: HistoryQuestion,
): Promise<readonly HistoryEntry[]> {
  const { objects } = question;
  const asked =
    objects.length > ASKED_MAX ? [] : objects.filter((object) => FILTERS.has(object.type));
  const others = objects.filter((object) => !asked.includes(object));
  const found: HistoryEntry[] = [];
  for (const object of asked) {
    const filter = { [FILTERS.get(object.type) ?? '']: object.id };
    found.push(...(await scan(client, question, [object], filter, OBJECT_PAGES_MAX)));
  }
  if (others.length > 0) found.push(...(await scan(client, question, others, {}, PAGES_MAX)));
  return found;
}

async function scan(
  client: ReadClient,
  { sinceMs, untilMs }: HistoryQuestion,
  objects: readonly HistoryObject[],
  filter: Readonly<Record<string, string>>,
  pagesMax: number,
): Promise<readonly HistoryEntry[]> {
  const wanted = new Map(objects.map((object) => [object.id, object]));
  const open = new Set(wanted.keys());
  const found: HistoryEntry[] = [];
  let token: string | undefined;
  for (let page = 0; page < pagesMax; page += 1) {
    const query = {
      startDate: new Date(sinceMs).toISOString(),
      endDate: new Date(untilMs).toISOString(),
      sortByDescending: 'true',
      limit: String(PAGE_ENTRIES),
      ...filter,
      ...(token === undefined ? {} : { nextToken: token }),
    };
    const { body } = await client.get(PATH, { query });
    if (!isJsonObject(body)) throw invalidAnswer('GET', PATH);
    const items = arrayOf(body, 'auditLogs') ?? [];
    for (const item of items) {
      const entry = isJsonObject(item) ? toEntry(item) : undefined;
      const object = entry && wanted.get(entry.id);
      if (entry === undefined || object === undefined) continue;
      found.push(entry);
      if (object.explains(entry)) open.delete(entry.id);
    }
    token = nonEmptyOf(body, 'nextToken');
    if (token === undefined || open.size === 0 || items.length === 0) break;
  }
  return found;
}

function effectOf(action: string): HistoryEntry['effect'] {
  if (/delete|terminate/i.test(action)) return 'delete';
  return /create/i.test(action) ? 'create' : 'change';
}

function toEntry(item: JsonObject): HistoryEntry | undefined {
  const attributes = item['attributes'];
  const told = isJsonObject(attributes) ? attributes : {};
  const id =
    nonEmptyOf(told, 'resourceID') ??
    nonEmptyOf(item, 'workspaceID') ??
    nonEmptyOf(item, 'teamID') ??
    nonEmptyOf(item, 'clusterID');
  const atMs = Date.parse(nonEmptyOf(item, 'createdAt') ?? '');
  const action = nonEmptyOf(item, 'type');
  if (id === undefined || action === undefined || Number.isNaN(atMs)) return undefined;
  const fields = told['changed'] === undefined ? undefined : textsOf(told, 'changed');
  return {
    id,
    atMs,
    action,
    effect: effectOf(action),
    by: actorOf(item),
    ...(fields === undefined ? {} : { fields }),
  };
}

function actorOf(item: JsonObject): string {
  const names = [nonEmptyOf(item, 'firstName'), nonEmptyOf(item, 'lastName')];
  const name = names.filter((part) => part !== undefined).join(' ');
  const who =
    nonEmptyOf(item, 'userEmail') ??
    (name === '' ? undefined : name) ??
    nonEmptyOf(item, 'userID') ??
    nonEmptyOf(item, 'userType') ??
    'somebody';
  return nonEmptyOf(item, 'apiKeyID') === undefined ? who : `${who} (API key)`;
}
