import { describe, expect, it } from 'vitest';
import { ApiError } from '../../../src/http/api-error.ts';
import type { ReadClient } from '../../../src/http/contract.ts';
import type { HistoryObject } from '../../../src/providers/contract.ts';
import { readHistory } from '../../../src/providers/singlestore/history.ts';

type Query = Readonly<Record<string, string>>;

/** A log of these pages; what was asked is kept. */
function clientOf(answer: (query: Query, page: number) => unknown): {
  readonly client: ReadClient;
  readonly asked: Query[];
} {
  const asked: Query[] = [];
  const client: ReadClient = {
    get(path, options) {
      expect(path).toBe('/v1/auditLogs');
      asked.push(options?.query ?? {});
      const body = answer(options?.query ?? {}, asked.length);
      return Promise.resolve({ status: 200, body, serverTimeMs: 0 });
    },
    lastServerTimeMs: () => 0,
    requestCount: () => asked.length,
  };
  return { client, asked };
}

function object(type: string, id: string): HistoryObject {
  return { type: `singlestore.${type}`, id, explains: ({ effect }) => effect === 'change' };
}

function question(...objects: readonly HistoryObject[]) {
  return { objects, sinceMs: Date.UTC(2026, 0, 1), untilMs: Date.UTC(2026, 0, 2) };
}

const AT = '2026-01-01T10:00:00Z';

describe('the history of objects', () => {
  it('is asked for one by one where the log has a filter, newest first, within the window', async () => {
    const { client, asked } = clientOf(({ workspaceID }) => ({
      auditLogs: [
        { type: 'workspace.update', workspaceID, clusterID: 'g', createdAt: AT, userEmail: 'a@b' },
      ],
    }));
    const found = await readHistory(client, question(object('workspaces', 'w')));
    expect(found).toEqual([
      { id: 'w', atMs: Date.parse(AT), action: 'workspace.update', effect: 'change', by: 'a@b' },
    ]);
    expect(asked).toEqual([
      {
        startDate: '2026-01-01T00:00:00.000Z',
        endDate: '2026-01-02T00:00:00.000Z',
        sortByDescending: 'true',
        limit: '100',
        workspaceID: 'w',
      },
    ]);
  });

  it('of other kinds, and of many objects, is one scan of the whole log', async () => {
    const { client, asked } = clientOf(() => ({ auditLogs: [] }));
    const groups = Array.from({ length: 40 }, (_, index) => object('workspaceGroups', `g${index}`));
    await readHistory(client, question(...groups, object('projects', 'p')));
    expect(asked).toHaveLength(1);
    expect(asked[0]).not.toHaveProperty('workspaceGroupID');
  });

  it('turns pages until each object is explained, and no further', async () => {
    const { client, asked } = clientOf((_, page) => ({
      auditLogs: [
        { type: 'x.create', attributes: { resourceID: 'p' }, createdAt: AT },
        ...(page === 3
          ? [{ type: 'x.update', attributes: { resourceID: 'p' }, createdAt: AT }]
          : []),
      ],
      nextToken: `after-${page}`,
    }));
    await readHistory(client, question(object('projects', 'p')));
    expect(asked.map((query) => query['nextToken'])).toEqual([undefined, 'after-1', 'after-2']);
  });

  it('ends after a bounded number of pages, whatever the API answers', async () => {
    const { client, asked } = clientOf(() => ({ auditLogs: [{ id: 1 }, null], nextToken: 'same' }));
    expect(await readHistory(client, question(object('projects', 'p')))).toEqual([]);
    expect(asked).toHaveLength(20);
  });

  it.each([
    [{ userEmail: 'ann@acme.example', firstName: 'Ann' }, 'ann@acme.example'],
    [{ firstName: 'Ann', lastName: 'Lee' }, 'Ann Lee'],
    [{ userID: 'u-1' }, 'u-1'],
    [{ userType: 'System' }, 'System'],
    [{}, 'somebody'],
    [{ userEmail: 'ci@acme.example', apiKeyID: 'k' }, 'ci@acme.example (API key)'],
  ])('names who it was: %j', async (who, by) => {
    const { client } = clientOf(() => ({
      auditLogs: [{ type: 'team.update', teamID: 't', createdAt: AT, ...who }],
    }));
    expect(await readHistory(client, question(object('teams', 't')))).toMatchObject([{ by }]);
  });

  it('is an error where the answer is no log', async () => {
    const { client } = clientOf(() => 'nonsense');
    await expect(readHistory(client, question(object('teams', 't')))).rejects.toThrow(ApiError);
  });
});
