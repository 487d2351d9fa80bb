import { describe, expect, it } from 'vitest';
import { as, createApp, harness } from './harness.ts';
import type { Json } from './harness.ts';

const UNLIMITED = { requestsPerMinute: 0, requestsPerHour: 0 };

describe('look-ups', () => {
  it('lists regions in their own spelling', async () => {
    const world = harness();
    const { regions, default: chosen } = await world.get('/v1/regions');
    expect(chosen).toBe('us-east-1');
    expect((regions as Json[]).map(({ region, disabled }) => [region, disabled])).toEqual([
      ['us-east-1', false],
      ['us-east-2', true],
      ['us-west-2', false],
    ]);
    expect((regions as Json[])[0]).toEqual({
      name: 'US East (N. Virginia)',
      region: 'us-east-1',
      provider: 'aws',
      providerName: 'AWS',
      isDefault: true,
      disabled: false,
      cname: 'us-east-1-prod-aws-data',
    });
    const dev = await world.get('/v1/regions?env=dev');
    expect(dev['regions']).toMatchObject([{ cname: 'us-west-2-dev-aws-data' }]);
    expect((await world.call('GET', '/v1/regions?env=moon')).status).toBe(400);
  });

  it('lists container images of a channel', async () => {
    const world = harness();
    const { images, default: chosen } = await world.get('/v1/container-images');
    expect((images as Json[])[0]).toEqual({
      name: 'spiceai/spiceai:2.1.0',
      tag: '2.1.0',
      channel: 'stable',
    });
    expect(chosen).toBe('2.1.0');
    const enterprise = await world.get('/v1/container-images?channel=enterprise');
    expect(enterprise['default']).toBe('2.1.0-enterprise');
    expect((await world.call('GET', '/v1/container-images?channel=nightly')).status).toBe(400);
  });

  it('tells the limits of the plan', async () => {
    const world = harness({ switches: { plan: 'community' } });
    expect(await world.get('/v1/limits')).toEqual({
      apps: 3,
      replicas: 1,
      spicepods: 1,
      users: 3,
      api_rps: 100,
      request_timeout_secs: 90,
      sql_query_timeout_secs: 90,
      sql_concurrent_queries: 16,
      resources: null,
    });
    world.emulator.control.setSwitches({ plan: 'enterprise', appsMax: 5 });
    expect(await world.get('/v1/limits')).toMatchObject({
      apps: 5,
      users: -1,
      resources: { max_cpu: 64, max_memory_gi: 256 },
    });
  });

  it('lists clusters and measures nothing', async () => {
    const world = harness();
    expect((await world.get('/v1/clusters'))['clusters']).toMatchObject([
      { cluster_name: 'acme-dedicated' },
    ]);
    const metrics = await world.get(`${await createApp(world)}/metrics?window=5m`);
    expect(Object.keys(metrics)).toEqual(['metrics', 'ingestion', 'cluster']);
    expect((await world.call('GET', '/v1/apps/x/metrics')).status).toBe(400);
  });

  it('tells health and docs to anyone', async () => {
    const world = harness();
    const nobody = { authorization: 'Basic x' };
    const health = await world.call('GET', '/v1/health', undefined, nobody);
    expect(health.json).toEqual({ status: 'ok', timestamp: '2026-06-01T00:00:00.000Z' });
    for (const path of ['/v1/docs', '/v1/docs/openapi.json', '/openapi.json']) {
      const { status, json } = await world.call('GET', path, undefined, nobody);
      expect(status).toBe(200);
      expect(Object.keys(json['paths'] as Json)).toContain('/v1/projects/{app}/secrets/{name}');
    }
  });
});

describe('requests that fit nothing', () => {
  it.each<[string, string, number, string]>([
    ['GET', '/v1/nothing', 404, 'Not found'],
    ['GET', '/v1/apps/', 404, 'Not found'],
    ['GET', '/v2/apps', 404, 'Not found'],
    ['GET', '/v1/apps/1001/forks', 404, 'Not found'],
    ['PATCH', '/v1/apps', 405, 'Method not allowed'],
    ['DELETE', '/v1/apps/1001/deployments/5001', 405, 'Method not allowed'],
    ['PUT', '/v1/apps/1001/secrets/A', 405, 'Method not allowed'],
  ])('%s %s: %i', async (method, path, status, error) => {
    const answer = await harness().call(method, path, {});
    expect([answer.status, answer.json]).toEqual([status, { error }]);
  });

  it('are refused when they are too large', async () => {
    const body = JSON.stringify({ name: 'x'.repeat(5 * 1024 * 1024) });
    expect((await harness().call('POST', '/v1/apps', body)).status).toBe(413);
  });

  it('may carry keys that nobody knows', async () => {
    const world = harness();
    const path = await createApp(world, { surprise: { of: 'any kind' } });
    expect(await world.get(path)).not.toHaveProperty('surprise');
  });
});

describe('the rate limit', () => {
  const limited = { timing: { ...UNLIMITED, requestsPerMinute: 2 } };

  it('is told in headers, per credential and minute', async () => {
    const world = harness(limited);
    const remaining = async (token: string): Promise<unknown> => {
      const { headers } = await world.call('GET', '/v1/apps', undefined, as(token));
      return [headers['x-ratelimit-limit'], headers['x-ratelimit-remaining']];
    };
    expect(await remaining('one')).toEqual(['2', '1']);
    expect(await remaining('one')).toEqual(['2', '0']);
    expect(await remaining('other')).toEqual(['2', '1']);
    const { headers } = await world.call('GET', '/v1/apps', undefined, as('one'));
    expect(headers['x-ratelimit-reset']).toBe(String(Date.UTC(2026, 5, 1, 0, 1) / 1_000));
    world.clock.advance(60_000);
    expect(await remaining('one')).toEqual(['2', '1']);
  });

  it('is not told where nobody is asked for a token, nor without a limit', async () => {
    const world = harness(limited);
    const open = await world.call('GET', '/v1/health');
    expect(open.headers).not.toHaveProperty('x-ratelimit-limit');
    world.emulator.control.setTiming('none');
    const free = await world.call('GET', '/v1/apps');
    expect(free.headers).not.toHaveProperty('x-ratelimit-limit');
  });

  it.each([
    ['none', undefined],
    ['seconds', '41'],
    ['date', 'Mon, 01 Jun 2026 00:01:00 GMT'],
  ] as const)('refuses with 429, Retry-After: %s', async (retryAfter, expected) => {
    const world = harness({ ...limited, switches: { retryAfter } });
    world.clock.advance(19_500);
    for (let n = 0; n < 2; n += 1) await world.get('/v1/apps');
    const body = { name: 'lake', region: 'us-east-1' };
    const { status, json, headers } = await world.call('POST', '/v1/apps', body);
    expect([status, json]).toEqual([429, { error: 'Too many requests' }]);
    expect(headers['retry-after']).toBe(expected);
    expect(headers['x-ratelimit-remaining']).toBe('0');
    expect(world.emulator.control.snapshot().filter(({ type }) => type === 'app')).toEqual([]);
  });

  it('counts by the hour too', async () => {
    const world = harness({ timing: { ...UNLIMITED, requestsPerHour: 3 } });
    const statuses: number[] = [];
    for (let n = 0; n < 5; n += 1) {
      statuses.push((await world.call('GET', '/v1/apps')).status);
      world.clock.advance(15 * 60_000);
    }
    expect(statuses).toEqual([200, 200, 200, 429, 200]);
  });
});
