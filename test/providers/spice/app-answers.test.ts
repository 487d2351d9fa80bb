import { describe, expect, it } from 'vitest';
import { reveal, Secret } from '../../../src/core/secret.ts';
import { ApiError } from '../../../src/http/api-error.ts';
import { apiKeys } from '../../../src/providers/spice/api-keys.ts';
import { appSecrets } from '../../../src/providers/spice/app-secrets.ts';
import { deployments } from '../../../src/providers/spice/deployments.ts';
import { answer, contextOf, redactor, step } from '../singlestore/world.ts';

const KEYS = '/v1/apps/7/api-keys';

function read(body: unknown): ReturnType<typeof apiKeys.list> {
  return apiKeys.list(contextOf({ [KEYS]: body }), '7');
}

describe('API keys', () => {
  it('that an app has none of are no values', async () => {
    const { objects, complete } = await read({ api_key: null, api_key_2: null });
    expect([complete, objects[0]?.fields]).toEqual([true, { app: '7' }]);
    const [both] = (await read({ api_key: 'one-key', api_key_2: 'two-key' })).objects;
    const primary = both?.fields['primary'];
    expect(primary instanceof Secret && reveal(primary)).toBe('one-key');
    expect(both?.attributes).toEqual({});
    // Where one is none, it may be left out.
    const [second] = (await read({ api_key_2: 'two-key' })).objects;
    expect(Object.keys(second?.fields ?? {})).toEqual(['app', 'secondary']);
  });

  it.each([{}, [], 'text', { key: 'x' }])('are not made out of %j', async (body) => {
    await expect(read(body)).rejects.toThrow(ApiError);
  });

  it('are asked for once more only by their own step', () => {
    const after = { app: '7', rotate: '2' };
    expect(apiKeys.request(step('create', { after }))).toBeUndefined();
    expect(apiKeys.request(step('delete', { id: '7' }))).toBeUndefined();
    expect(apiKeys.request(step('update', { id: '7', after, changed: ['/key'] }))).toBeUndefined();
  });
});

describe('secrets of an app', () => {
  it('are read whatever the API says in place of the value', async () => {
    for (const value of ['********', '**********', '', null]) {
      const secret = { id: 1, name: 'DSN', value, updated_at: '2026-09-17T15:13:40.251Z' };
      const context = contextOf({ '/v1/apps/7/secrets': { secrets: [secret] } });
      const { objects } = await appSecrets.list(context, '7');
      expect(objects).toMatchObject([
        { id: '7/DSN', scope: '7', attributes: { updated_at: secret.updated_at } },
      ]);
      expect(objects[0]?.fields).toEqual({ app: '7', name: 'DSN' });
    }
  });

  it('are not gone where a success tells an error', async () => {
    const context = contextOf({ '/v1/apps/7/secrets': { error: 'Timed out', secrets: [] } });
    const { complete, problem } = await appSecrets.list(context, '7');
    expect([complete, problem?.message]).toEqual([
      false,
      'GET /v1/apps/7/secrets: answered with an error: Timed out',
    ]);
  });

  it('are missing in no answer that is not understood', async () => {
    const context = contextOf({ '/v1/apps/7/secrets': { secrets: [{ id: 1 }] } });
    expect((await appSecrets.list(context, '7')).complete).toBe(false);
  });

  it('whose create is answered with nothing of use were perhaps made', () => {
    const input = step('create', { after: { app: '7', name: 'DSN', value: redactor.secret('x') } });
    expect(() => appSecrets.result(input, answer({}), redactor)).toThrow(ApiError);
    expect(appSecrets.result(input, answer({ name: 'DSN' }), redactor).id).toBe('7/DSN');
  });
});

describe('deployments', () => {
  it('whose answer has no ID were perhaps made', () => {
    const input = step('update', { after: { app: '7' } });
    expect(() => deployments.result(input, answer({}, 202), redactor)).toThrow(ApiError);
    const { made } = deployments.result(input, answer({ id: 5 }, 202), redactor);
    expect(made).toBe('5');
  });

  it('that are not told as an array are no empty list', async () => {
    for (const body of [{}, { error: 'Timed out', deployments: [] }]) {
      const context = contextOf({ '/v1/apps/7/deployments?limit=20': body });
      await expect(deployments.list(context, '7')).rejects.toThrow(ApiError);
    }
  });

  it('that run with other settings than were sent have failed', () => {
    const input = step('update', { after: { app: '7', branch: 'main' }, made: '5' });
    const live = {
      type: deployments.type,
      id: '7',
      fields: { app: '7', branch: 'other' },
      attributes: { deployment_id: '5', status: 'succeeded' },
      status: 'settled' as const,
    };
    expect(deployments.stepFailed?.(input, live)).toContain('another branch');
    const early = { ...live, attributes: { deployment_id: '4', status: 'failed' } };
    expect(deployments.stepFailed?.(input, early)).toBeUndefined();
    const later = { ...live, attributes: { deployment_id: '10', status: 'succeeded' } };
    expect(deployments.stepDone?.(input, later)).toBe(true);
  });
});
