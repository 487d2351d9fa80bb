import type { Fields, Json } from '../contract.ts';
import { Refusal } from '../refusal.ts';
import { viewAt } from '../time-line.ts';
import { stamp } from './time-text.ts';
import { textOf } from './world.ts';
import type { Call, Routes } from './world.ts';

/** What a write did, for the audit log. Names of fields only, never values. */
export interface AuditNote {
  /** For example `workspaceGroup.update`. */
  readonly action: string;
  readonly id: string;
  readonly name?: string;
  readonly changed?: readonly string[];
  readonly groupId?: string;
}

const ENTRIES_MAX = 20_000;
const PAGE_DEFAULT = 100;
const PAGE_MAX = 1_000;
const KEY_ID = '00000000-0000-4000-8000-00000000a11d';

function resourceIds(note: AuditNote): Fields {
  const type = note.action.split('.')[0] ?? '';
  if (type === 'workspaceGroup') return { clusterID: note.id };
  if (type === 'team') return { teamID: note.id };
  if (type !== 'workspace') return {};
  return {
    workspaceID: note.id,
    ...(note.groupId === undefined ? {} : { clusterID: note.groupId }),
  };
}

/** Appends one entry; the oldest go when there are too many. */
export function audit(call: Call, note: AuditNote): void {
  const { store, random, organization } = call.world;
  const log = store.of('audit');
  const actor = store.of('user').get(call.actor)?.base ?? {};
  const id = random.uuid();
  store.create({
    type: 'audit',
    id,
    createdMs: call.now,
    base: {
      auditID: id,
      createdAt: stamp(call.now),
      orgID: organization.id,
      type: note.action,
      source: 'Portal',
      userType: 'Customer',
      userID: call.actor,
      userEmail: textOf(actor, 'email'),
      firstName: textOf(actor, 'firstName'),
      lastName: textOf(actor, 'lastName'),
      ...(call.withKey ? { apiKeyID: KEY_ID } : {}),
      ...resourceIds(note),
      attributes: {
        resourceType: note.action.split('.')[0] ?? '',
        resourceID: note.id,
        ...(note.name === undefined ? {} : { name: note.name }),
        ...(note.changed === undefined ? {} : { changed: note.changed }),
      },
    },
  });
  if (log.size <= ENTRIES_MAX) return;
  for (const oldest of log.all()) {
    store.purge(oldest);
    break;
  }
}

const EXACT_FILTERS: readonly (readonly [string, string])[] = [
  ['type', 'type'],
  ['source', 'source'],
  ['firstName', 'firstName'],
  ['lastName', 'lastName'],
  ['email', 'userEmail'],
  ['userID', 'userID'],
  ['apiKeyID', 'apiKeyID'],
  ['workspaceGroupID', 'clusterID'],
  ['projectID', 'projectID'],
  ['teamID', 'teamID'],
  ['workspaceID', 'workspaceID'],
];

function boundary(query: URLSearchParams, name: string, otherwise: number): number {
  const text = query.get(name);
  if (text === null) return otherwise;
  const moment = Date.parse(text);
  if (Number.isNaN(moment)) throw new Refusal(400, `${name}: invalid time ${text}`);
  return moment;
}

function pageSize(query: URLSearchParams): number {
  const limit = Number(query.get('limit') ?? PAGE_DEFAULT);
  if (!Number.isInteger(limit) || limit < 1) throw new Refusal(400, 'limit: must be positive');
  return Math.min(limit, PAGE_MAX);
}

function matching(call: Call): Fields[] {
  const { query } = call;
  const from = boundary(query, 'startDate', Number.NEGATIVE_INFINITY);
  const until = boundary(query, 'endDate', Number.POSITIVE_INFINITY);
  const wanted = EXACT_FILTERS.map(([name, field]) => [field, query.get(name)] as const);
  const found: Fields[] = [];
  for (const line of call.world.store.of('audit').all()) {
    if (line.createdMs < from || line.createdMs > until) continue;
    const entry = viewAt(line, call.now);
    if (wanted.every(([field, value]) => value === null || entry[field] === value)) {
      found.push(entry);
    }
  }
  const descending = query.get('sortByDescending');
  return descending === 'true' || descending === '1' ? found.toReversed() : found;
}

/** The token names the last entry of the page before, so that new entries shift nothing. */
function list(call: Call): Json {
  const entries = matching(call);
  const token = call.query.get('nextToken');
  const after =
    token === null ? -1 : entries.findIndex((entry) => textOf(entry, 'auditID') === token);
  if (token !== null && after < 0) throw new Refusal(400, 'nextToken: unknown');
  const page = entries.slice(after + 1, after + 1 + pageSize(call.query));
  const last = page.at(-1);
  const more = after + 1 + page.length < entries.length;
  if (!more || last === undefined) return { auditLogs: page };
  return { auditLogs: page, nextToken: textOf(last, 'auditID') };
}

export function addAuditRoutes(routes: Routes): void {
  routes.add('GET', '/v1/auditLogs', list);
}
