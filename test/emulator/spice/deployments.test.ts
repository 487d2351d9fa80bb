import { describe, expect, it } from 'vitest';
import { createApp, deployable, harness, SPICEPOD } from './harness.ts';
import type { Harness, Json } from './harness.ts';

const SLOW = { queuedMs: 1_000, runMs: 2_000, jitter: 0, deploymentListLagMs: 0 };

async function listed(world: Harness, path: string, query = ''): Promise<readonly Json[]> {
  return (await world.get(`${path}/deployments${query}`))['deployments'] as Json[];
}

describe('a deployment', () => {
  it('is queued, then in progress, then succeeded', async () => {
    const world = harness({ timing: SLOW });
    const path = await deployable(world, { replicas: 2 });
    const { status, json } = await world.call('POST', `${path}/deployments`);
    expect(status).toBe(202);
    expect(json).toEqual({
      id: 5_001,
      status: 'queued',
      created_at: '2026-06-01T00:00:00.000Z',
      started_at: null,
      updated_at: null,
      image_tag: '2.1.0',
      replicas: 2,
      branch: null,
      commit_sha: null,
      commit_message: null,
      error_message: null,
      creation_source: 'api',
      created_by: 'olivia@acme.example',
    });
    const read = `${path}/deployments/5001`;
    world.clock.advance(999);
    expect((await world.get(read))['status']).toBe('queued');
    world.clock.advance(1);
    expect(await world.get(read)).toMatchObject({
      status: 'in_progress',
      started_at: '2026-06-01T00:00:01.000Z',
      updated_at: null,
    });
    world.clock.advance(2_000);
    expect(await world.get(read)).toMatchObject({
      status: 'succeeded',
      updated_at: '2026-06-01T00:00:03.000Z',
    });
    const { logs } = await world.get(`${read}/logs`);
    expect((logs as Json[]).map(({ message }) => message)).toEqual([
      'deployment queued',
      'deployment started',
      'deployment succeeded',
    ]);
    const later = await world.get(`${read}/logs?since=2026-06-01T00:00:01.000Z&limit=1`);
    expect(later['logs']).toMatchObject([{ message: 'deployment started', source: 'deployment' }]);
  });

  it('takes overrides for itself and echoes what the API echoes', async () => {
    const world = harness();
    const path = await deployable(world);
    const deployment = await world.post(`${path}/deployments`, {
      image_tag: '2.0.1',
      replicas: 3,
      branch: 'main',
      commit_sha: 'abc',
      commit_message: 'why',
      channel: 'stable',
      debug: true,
      image: 'i',
    });
    expect(deployment).toMatchObject({ image_tag: '2.0.1', replicas: 3, commit_message: 'why' });
    for (const name of ['channel', 'debug', 'image']) expect(deployment).not.toHaveProperty(name);
    expect((await world.get(path))['config']).toMatchObject({ image_tag: null, replicas: 1 });
  });

  it('runs what app and secrets were when it was made', async () => {
    const world = harness({ timing: SLOW });
    const path = await deployable(world);
    await world.post(`${path}/secrets`, { name: 'A', value: 'old' });
    await world.post(`${path}/deployments`);
    await world.put(path, { spicepod: { ...SPICEPOD, name: 'new' }, replicas: 5 });
    await world.post(`${path}/secrets`, { name: 'A', value: 'new' });
    world.clock.advance(10_000);
    const [deployment] = world.emulator.control
      .snapshot()
      .filter(({ type }) => type === 'deployment');
    expect(deployment?.hidden).toMatchObject({
      config: { spicepod: { name: 'lake' }, replicas: 1 },
      secrets: { A: 'old' },
    });
    expect((await world.get(`${path}/deployments/5001`))['replicas']).toBe(1);
  });

  it('fails as often as control says, with a code, of one app or of any', async () => {
    const world = harness();
    const [one, other] = [await deployable(world), await deployable(world, { name: 'other' })];
    const app = one.slice('/v1/apps/'.length);
    world.emulator.control.failDeployments({ app, errorCode: 'insufficient_cpu', times: 2 });
    const outcomes: unknown[] = [];
    for (const path of [one, other, one, one]) {
      const { id } = await world.post(`${path}/deployments`);
      const { status, error_code: code } = await world.get(`${path}/deployments/${String(id)}`);
      outcomes.push([status, code]);
    }
    const failed = ['failed', 'insufficient_cpu'];
    const fine = ['succeeded', undefined];
    expect(outcomes).toEqual([failed, fine, failed, fine]);
    world.emulator.control.failDeployments({ errorMessage: 'boom' });
    await world.post(`${other}/deployments`);
    expect((await listed(world, other))[0]).toMatchObject({
      status: 'failed',
      error_code: 'unable_to_start',
      error_message: 'boom',
    });
  });

  it('fails for want of a secret where the switch says so', async () => {
    const world = harness({ switches: { missingSecretFails: true } });
    const path = await createApp(world);
    await world.put(path, { spicepod: { ...SPICEPOD, key: '${ secrets:KEY }' } });
    await world.post(`${path}/deployments`);
    expect((await listed(world, path))[0]).toMatchObject({
      status: 'failed',
      error_message: 'Secret KEY not found',
    });
    await world.post(`${path}/secrets`, { name: 'KEY', value: 'v' });
    await world.post(`${path}/deployments`);
    expect((await listed(world, path))[0]?.['status']).toBe('succeeded');
  });

  it('takes branch and commit from the repository', async () => {
    const world = harness();
    const path = await deployable(world);
    const app = path.slice('/v1/apps/'.length);
    world.emulator.control.mutate({ op: 'github', app, branch: 'trunk', commitSha: 'f00' });
    const deployment = await world.post(`${path}/deployments`, { branch: 'mine' });
    expect(deployment).toMatchObject({ branch: 'trunk', commit_sha: 'f00' });
  });

  it.each([
    ['email', 'olivia@acme.example'],
    ['id', 101],
    ['none', null],
  ] as const)('names who made it as %s', async (createdBy, expected) => {
    const world = harness({ switches: { createdBy } });
    const path = await deployable(world);
    expect((await world.post(`${path}/deployments`))['created_by']).toBe(expected);
  });
});

describe('a deployment is refused', () => {
  it('without a spicepod, with 400', async () => {
    const world = harness();
    const { status, json } = await world.call('POST', `${await createApp(world)}/deployments`);
    expect([status, json]).toEqual([400, { error: 'Project has no spicepod' }]);
  });

  it('without an API key, with 400', async () => {
    const world = harness();
    const path = await deployable(world);
    const id = path.slice('/v1/apps/'.length);
    world.emulator.control.mutate({ op: 'set', type: 'app', id, fields: { api_key: null } });
    expect((await world.get(`${path}/api-keys`))['api_key']).toBeNull();
    const { status, json } = await world.call('POST', `${path}/deployments`);
    expect([status, json]).toEqual([400, { error: 'Project has no API key' }]);
  });

  it('while one is running, with 409, and not afterwards, even if it failed', async () => {
    const world = harness({ timing: SLOW });
    const path = await deployable(world);
    world.emulator.control.failDeployments({});
    await world.post(`${path}/deployments`);
    for (const passedMs of [0, 1_000, 1_999]) {
      world.clock.advance(passedMs);
      const { status, json } = await world.call('POST', `${path}/deployments`);
      expect([status, json]).toEqual([409, { error: 'A deployment is already in progress' }]);
    }
    world.clock.advance(1);
    expect((await world.call('POST', `${path}/deployments`)).status).toBe(202);
  });

  it('while the app is paused, with 400', async () => {
    const world = harness();
    const path = await deployable(world);
    const app = path.slice('/v1/apps/'.length);
    world.emulator.control.mutate({ op: 'pause', app });
    const { status, json } = await world.call('POST', `${path}/deployments`);
    expect([status, json['code']]).toEqual([400, 'spicepod_paused']);
    world.emulator.control.mutate({ op: 'resume', app });
    expect((await world.call('POST', `${path}/deployments`)).status).toBe(202);
  });

  it.each<[string, Json, number, string | undefined]>([
    ['a tag that was not published', { image_tag: '0.0.1' }, 400, 'invalid_stable_image_tag'],
    ['another channel', { channel: 'x' }, 400, undefined],
    ['replicas in text', { replicas: '2' }, 400, undefined],
    ['too many replicas', { replicas: 11 }, 400, undefined],
    ['a debug flag in text', { debug: 'yes' }, 400, undefined],
  ])('for %s', async (_case, body, status, code) => {
    const world = harness();
    const path = await deployable(world);
    const answer = await world.call('POST', `${path}/deployments`, body);
    expect([answer.status, answer.json['code']]).toEqual([status, code]);
    expect(await listed(world, path)).toEqual([]);
  });

  it('for what the plan does not have, with 403', async () => {
    const world = harness({ switches: { plan: 'developer' } });
    const path = await deployable(world);
    const tag = await world.call('POST', `${path}/deployments`, { image_tag: '2.1.0' });
    expect([tag.status, tag.json['code']]).toEqual([403, 'image_tag_requires_enterprise']);
    expect((await world.call('POST', `${path}/deployments`, { replicas: 9 })).status).toBe(403);
  });

  it('beyond ten at once in the organization, with 429', async () => {
    const world = harness({ timing: SLOW });
    const paths: string[] = [];
    for (let n = 10; n <= 20; n += 1) paths.push(await deployable(world, { name: `app-${n}` }));
    const statuses: number[] = [];
    for (const path of paths) {
      statuses.push((await world.call('POST', `${path}/deployments`)).status);
    }
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 202), 429]);
    await world.call('DELETE', paths[0] ?? '');
    expect((await world.call('POST', `${paths[10] ?? ''}/deployments`)).status).toBe(202);
    const more = await deployable(world, { name: 'more' });
    expect((await world.call('POST', `${more}/deployments`)).status).toBe(429);
    world.clock.advance(3_000);
    expect((await world.call('POST', `${more}/deployments`)).status).toBe(202);
  });

  it('for an unknown app, with 404', async () => {
    expect((await harness().call('POST', '/v1/apps/7/deployments')).status).toBe(404);
  });
});

async function many(world: Harness, count: number): Promise<string> {
  const path = await deployable(world);
  for (let n = 0; n < count; n += 1) await world.post(`${path}/deployments`);
  return path;
}

function ids(deployments: readonly Json[]): readonly unknown[] {
  return deployments.map(({ id }) => Number(id) - 5_000);
}

describe('the list of deployments', () => {
  it('is newest first, twenty at a time, at most a hundred', async () => {
    const world = harness();
    const path = await many(world, 105);
    expect(ids(await listed(world, path))).toEqual(Array.from({ length: 20 }, (_, n) => 105 - n));
    expect(await listed(world, path, '?limit=100')).toHaveLength(100);
    expect(ids(await listed(world, path, '?limit=10&offset=100'))).toEqual([5, 4, 3, 2, 1]);
    expect(await listed(world, path, '?offset=105')).toEqual([]);
  });

  it.each(['limit=101', 'limit=0', 'limit=x', 'limit=-1', 'offset=x', 'status=done'])(
    'refuses %s with 400',
    async (query) => {
      const world = harness();
      const path = await createApp(world);
      expect((await world.call('GET', `${path}/deployments?${query}`)).status).toBe(400);
    },
  );

  it('clamps the limit and ignores the offset where switches say so', async () => {
    const world = harness({ switches: { limitOverMax: 'clamp', offsets: 'ignore' } });
    const path = await many(world, 101);
    expect(await listed(world, path, '?limit=500&offset=7')).toHaveLength(100);
    expect(ids(await listed(world, path, '?limit=1&offset=7'))).toEqual([101]);
  });

  it('filters by status', async () => {
    const world = harness();
    const path = await many(world, 2);
    world.emulator.control.failDeployments({});
    await world.post(`${path}/deployments`);
    expect(ids(await listed(world, path, '?status=succeeded&limit=1'))).toEqual([2]);
    expect(ids(await listed(world, path, '?status=failed'))).toEqual([3]);
    expect(ids(await listed(world, path, '?status=queued'))).toEqual([]);
  });

  it('misses a new one for a while, which reading by ID does not', async () => {
    const world = harness({ timing: { ...SLOW, deploymentListLagMs: 500 } });
    const path = await many(world, 1);
    expect(await listed(world, path)).toEqual([]);
    expect((await world.get(`${path}/deployments/5001`))['id']).toBe(5_001);
    world.clock.advance(500);
    expect(await listed(world, path)).toHaveLength(1);
  });

  it('shows superseded ones as created where the switch says so', async () => {
    const world = harness({ timing: SLOW, switches: { supersededStatus: 'created' } });
    const path = await many(world, 1);
    world.clock.advance(3_000);
    world.emulator.control.failDeployments({});
    await world.post(`${path}/deployments`);
    world.clock.advance(3_000);
    await world.post(`${path}/deployments`);
    const statuses = async (): Promise<unknown> =>
      (await listed(world, path)).map(({ status }) => status);
    expect(await statuses()).toEqual(['queued', 'failed', 'succeeded']);
    world.clock.advance(3_000);
    expect(await statuses()).toEqual(['succeeded', 'failed', 'created']);
  });
});

describe('reading a deployment', () => {
  it('answers 404 for one that is not there or of another app, 400 for no ID', async () => {
    const world = harness();
    const [one, other] = [await deployable(world), await deployable(world, { name: 'other' })];
    await world.post(`${one}/deployments`);
    expect((await world.call('GET', `${other}/deployments/5001`)).status).toBe(404);
    expect((await world.call('GET', `${one}/deployments/5002`)).status).toBe(404);
    expect((await world.call('GET', `${one}/deployments/5002/logs`)).status).toBe(404);
    const { status, json } = await world.call('GET', `${one}/deployments/x`);
    expect([status, json]).toEqual([400, { error: 'Invalid deployment ID' }]);
  });

  it('is not offered by older versions', async () => {
    const world = harness({ switches: { deploymentById: false } });
    const path = await deployable(world);
    await world.post(`${path}/deployments`);
    expect((await world.call('GET', `${path}/deployments/5001`)).json).toEqual({
      error: 'Not found',
    });
    expect(await listed(world, path)).toHaveLength(1);
  });
});
