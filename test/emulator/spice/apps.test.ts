import { describe, expect, it } from 'vitest';
import { APP, createApp, harness, SPICEPOD } from './harness.ts';
import type { Json } from './harness.ts';

describe('creating an app', () => {
  it('answers 201 with the whole app', async () => {
    const world = harness();
    const { status, json } = await world.call('POST', '/v1/apps', {
      ...APP,
      description: 'the lake',
      tags: { team: 'data' },
      replicas: 2,
      storage_size_gb: 10,
    });
    expect(status).toBe(201);
    expect(json).toMatchObject({
      name: 'lake',
      description: 'the lake',
      visibility: 'private',
      tags: { team: 'data' },
      region: 'us-east-1',
      cname: 'us-east-1-prod-aws-data',
      endpoint: 'https://us-east-1-prod-aws-data.spiceai.io',
      production_branch: null,
      warning: null,
      org: 'acme',
      created_at: '2026-06-01T00:00:00.000Z',
      config: {
        spicepod: null,
        replicas: 2,
        resources: null,
        region: 'us-east-1',
        storage_size_gb: 10,
        storage_claim_size_gb: 10,
      },
    });
    expect(Number.isInteger(json['id'])).toBe(true);
  });

  it.each<[string, unknown, number, string]>([
    ['no name', { region: 'us-east-1' }, 400, 'name'],
    ['a short name', { ...APP, name: 'abc' }, 400, 'name'],
    ['a long name', { ...APP, name: 'a'.repeat(39) }, 400, 'name'],
    ['a name with other characters', { ...APP, name: 'my_app' }, 400, 'name'],
    ['a name of another type', { ...APP, name: 7 }, 400, 'name'],
    ['no placement', { name: 'lake' }, 400, 'Region is required'],
    ['an unknown region', { ...APP, region: 'mars' }, 400, 'region'],
    ['a disabled region', { ...APP, region: 'us-east-2' }, 400, 'region'],
    ['an unknown cname', { name: 'lake', cname: 'mars' }, 400, 'cname'],
    ['an unknown cluster', { name: 'lake', cluster_name: 'mine' }, 400, 'cluster_name'],
    ['two placements', { ...APP, cluster_name: 'acme-dedicated' }, 400, 'cluster_name'],
    ['another visibility', { ...APP, visibility: 'secret' }, 400, 'visibility'],
    ['a null', { ...APP, description: null }, 400, 'description'],
    ['no replicas', { ...APP, replicas: 0 }, 400, 'replicas'],
    ['too many replicas', { ...APP, replicas: 11 }, 400, 'replicas'],
    ['half a replica', { ...APP, replicas: 1.5 }, 400, 'replicas'],
    ['fractional cores', { ...APP, resources: { limits: { cpu: '1.5' } } }, 400, 'resources'],
    ['bare memory', { ...APP, resources: { limits: { memory: '16' } } }, 400, 'resources'],
    ['resources in text', { ...APP, resources: 'big' }, 400, 'resources'],
    ['an executor of text', { ...APP, executor: { replicas: 'x' } }, 400, 'executor'],
    ['no storage', { ...APP, storage_size_gb: 0 }, 400, 'storage_size_gb'],
    ['another channel', { ...APP, update_channel: 'x' }, 400, 'update_channel'],
    ['alerts in text', { ...APP, default_alerts: 'yes' }, 400, 'default_alerts'],
    ['tags in a list', { ...APP, tags: [] }, 400, 'tags'],
    ['no object', [], 400, 'Invalid request body'],
    ['no JSON', '{', 400, 'Invalid request body'],
  ])('refuses %s', async (_case, body, status, named) => {
    const answer = await harness().call('POST', '/v1/apps', body);
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(named);
  });

  it('names every mistake by its field, in the form of the validation library', async () => {
    const { json } = await harness().call('POST', '/v1/apps', { name: 'x', visibility: 1 });
    expect(json).toEqual({
      error: 'Invalid request body',
      details: {
        formErrors: [],
        fieldErrors: {
          name: ['String must contain at least 4 character(s)'],
          visibility: ['Invalid enum value. Expected public | private'],
        },
      },
    });
  });

  it.each([{ a: 'x/y' }, { a: 'x y' }, { '1a': 'x' }, { a: 7 }])(
    'refuses the tags %j without saying why',
    async (tags) => {
      const { status, json } = await harness().call('POST', '/v1/apps', { ...APP, tags });
      expect([status, json]).toEqual([400, { error: 'Invalid request body' }]);
    },
  );

  it.each<[Json, string, string]>([
    [{ region: 'us-west-2' }, 'us-west-2', 'us-west-2-prod-aws-data'],
    [{ cname: 'us-west-2-prod-aws-data' }, 'us-west-2', 'us-west-2-prod-aws-data'],
    [{ cname: 'us-west-2' }, 'us-west-2', 'us-west-2-prod-aws-data'],
    [{ region: 'us-east-1', cname: 'mars' }, 'us-east-1', 'us-east-1-prod-aws-data'],
    [{ cluster_name: 'acme-dedicated' }, 'us-west-2', 'us-west-2-prod-aws-data'],
  ])('is placed by %j', async (placement, region, cname) => {
    const app = await harness().post('/v1/apps', { name: 'lake', ...placement });
    expect(app).toMatchObject({ region, cname, config: { region } });
  });

  it('makes a project that is attached to nothing where the switch says so', async () => {
    const app = await harness({ switches: { standalone: true } }).post('/v1/apps', APP_ALONE);
    expect(app).toMatchObject({ region: null, cname: null, cluster_id: null, endpoint: null });
  });

  it('refuses a taken name in any case, with 409', async () => {
    const world = harness();
    await createApp(world);
    const { status, json } = await world.call('POST', '/v1/projects', { ...APP, name: 'LAKE' });
    const error = 'App "LAKE" already exists in this organization';
    expect([status, json]).toEqual([409, { error }]);
    const elsewhere = { 'x-org-name': 'globex' };
    expect((await world.call('POST', '/v1/apps', APP, elsewhere)).status).toBe(201);
  });

  it('refuses more apps, replicas and resources than the plan has, with 403', async () => {
    const world = harness({ switches: { plan: 'community' } });
    const big = { resources: { limits: { cpu: '99' } } };
    expect((await world.call('POST', '/v1/apps', { ...APP, replicas: 2 })).status).toBe(403);
    expect((await world.call('POST', '/v1/apps', { ...APP, ...big })).text).toContain('add-on');
    world.emulator.control.setSwitches({ plan: 'enterprise', appsMax: 1 });
    expect((await world.call('POST', '/v1/apps', { ...APP, ...big })).text).toContain('exceed');
    const large = { executor: { resources: { requests: { memory: '1Ti' } } } };
    expect((await world.call('POST', '/v1/apps', { ...APP, ...large })).status).toBe(403);
    await createApp(world);
    const { status, json } = await world.call('POST', '/v1/apps', { ...APP, name: 'more' });
    const error = 'Organization has reached the maximum app limit';
    expect([status, json]).toEqual([403, { error }]);
  });

  it('warns of a configuration that was not applied where the switch says so', async () => {
    const world = harness({ switches: { createWarning: true } });
    const app = await world.post('/v1/apps', { ...APP, description: 'd', replicas: 3 });
    expect(app).toMatchObject({ description: 'd', config: { replicas: 1 } });
    expect(app['warning']).toContain('could not be applied');
  });

  it('answers a list item where the switch says so', async () => {
    const world = harness({ switches: { createAnswer: 'brief' } });
    expect(await world.post('/v1/apps', APP)).not.toHaveProperty('config');
  });

  it('knows the cluster a while later', async () => {
    const world = harness({ timing: { clusterIdMs: 2_000 } });
    const path = await createApp(world);
    expect((await world.get(path))['cluster_id']).toBeNull();
    world.clock.advance(2_000);
    expect((await world.get(path))['cluster_id']).toBe('cluster-us-east-1-1');
  });
});

const APP_ALONE = { name: 'lake' };

describe('reading apps', () => {
  it('lists items without configuration under either name', async () => {
    const world = harness();
    const path = await createApp(world, { tags: {} });
    const { apps } = await world.get('/v1/apps');
    const { projects } = await world.get('/v1/projects');
    expect(projects).toEqual(apps);
    expect(Object.keys((apps as Json[])[0] ?? {}).toSorted()).toEqual([
      'cluster_id',
      'cname',
      'created_at',
      'description',
      'id',
      'name',
      'tags',
      'visibility',
    ]);
    expect(await world.get(path.replace('apps', 'projects'))).toEqual(await world.get(path));
  });

  it('lists all of them in order of creation, whatever limit and offset say', async () => {
    const world = harness();
    for (let app = 1; app <= 120; app += 1) await createApp(world, { name: `app-${String(app)}` });
    await world.put('/v1/apps/1001', { description: 'changed' });
    const { apps } = await world.get('/v1/apps?limit=5&offset=3');
    const ids = (apps as Json[]).map(({ id }) => id);
    expect(ids).toEqual(Array.from({ length: 120 }, (_, index) => 1_001 + index));
  });

  it('lists a new app late only when asked to', async () => {
    const world = harness({ timing: { appListLagMs: 500 } });
    const path = await createApp(world);
    expect(await world.get('/v1/apps')).toEqual({ apps: [] });
    expect((await world.get(path))['name']).toBe('lake');
    world.clock.advance(500);
    expect((await world.get('/v1/apps'))['apps']).toHaveLength(1);
  });

  it.each(['x', '1.5', '-1', '0x10', '1e3'])('refuses the ID %s with 400', async (id) => {
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const { status, json } = await harness().call(method, `/v1/apps/${id}`);
      expect([status, json]).toEqual([400, { error: 'Invalid app ID' }]);
    }
  });

  it('answers 404 for an unknown app, in the words of either time', async () => {
    const world = harness();
    expect((await world.call('GET', '/v1/apps/7')).json).toEqual({ error: 'Project not found' });
    world.emulator.control.setSwitches({ notFoundText: 'app' });
    const { status, json } = await world.call('GET', '/v1/apps/7');
    expect([status, json]).toEqual([404, { error: 'App with ID 7 not found' }]);
  });

  it('can look as it did in older versions', async () => {
    const switches = { apiKeyInApp: false, cnameShown: false, regionOnlyInConfig: true };
    const world = harness({ switches });
    const app = await world.get(await createApp(world));
    for (const name of ['api_key', 'cname', 'region']) expect(app).not.toHaveProperty(name);
    expect(app['config']).toMatchObject({ region: 'us-east-1' });
  });
});

describe('updating an app', () => {
  it('merges flat keys and answers the nested configuration', async () => {
    const world = harness();
    const path = await createApp(world, { description: 'one', replicas: 2 });
    const changed = await world.put(path, {
      visibility: 'public',
      production_branch: 'main',
      version: '2.x',
      image_tag: '2.1.0',
      registry: 'r',
      image: 'i',
      node_group: 'n',
      update_channel: 'stable',
      storage_claim_size_gb: 20,
      executor: { replicas: 1, storage_size_gb: 5 },
      resources: { limits: { cpu: '-', memory: '16Gi', 'ephemeral-storage': '8Gi' } },
    });
    expect(changed).toMatchObject({
      description: 'one',
      visibility: 'public',
      production_branch: 'main',
      config: {
        version: '2.x',
        image_tag: '2.1.0',
        registry: 'r',
        image: 'i',
        node_group: 'n',
        replicas: 2,
        storage_size_gb: 20,
        storage_claim_size_gb: 20,
        executor: { replicas: 1, storage_size_gb: 5 },
        resources: { limits: { cpu: '-', memory: '16Gi', 'ephemeral-storage': '8Gi' } },
      },
    });
    expect(await world.get(path)).toEqual(changed);
    expect(await world.put(path, {})).toEqual(changed);
  });

  it('replaces the map of tags', async () => {
    const world = harness();
    const path = await createApp(world, { tags: { a: '1', b: '2' } });
    expect((await world.put(path, { tags: { b: '3' } }))['tags']).toEqual({ b: '3' });
    expect((await world.put(path, { tags: {} }))['tags']).toEqual({});
    expect((await world.call('PUT', path, { tags: { b: '/' } })).status).toBe(400);
  });

  it('replaces resources, or merges them where the switch says so', async () => {
    const world = harness();
    const limits = { cpu: '2', memory: '4Gi' };
    const path = await createApp(world, { resources: { limits } });
    const sent = { resources: { requests: { cpu: '1' } } };
    expect((await world.put(path, sent))['config']).toMatchObject({
      resources: { requests: { cpu: '1' } },
    });
    await world.put(path, { resources: { limits } });
    world.emulator.control.setSwitches({ nestedMerge: true });
    const { config } = await world.put(path, { resources: { limits: { cpu: '3' } } });
    expect((config as Json)['resources']).toEqual({ limits: { cpu: '3', memory: '4Gi' } });
  });

  it.each([
    ['refuse', 400, 'text'],
    ['ignore', 200, 'text'],
    ['clear', 200, null],
  ] as const)('a null description: %s', async (nulls, status, after) => {
    const world = harness({ switches: { nulls } });
    const path = await createApp(world, { description: 'text' });
    await world.put(path, { image_tag: '2.1.0' });
    expect((await world.call('PUT', path, { description: null })).status).toBe(status);
    const app = await world.put(path, { image_tag: null });
    expect(app).toMatchObject({ description: after, config: { image_tag: null } });
  });

  it.each(['refuse', 'ignore', 'clear'] as const)(
    'needs a name, null or not: %s',
    async (nulls) => {
      const world = harness({ switches: { nulls } });
      expect((await world.call('POST', '/v1/apps', { ...APP, name: null })).status).toBe(400);
    },
  );

  it.each([
    ['ignore', 200],
    ['refuse', 400],
  ] as const)('a new name or cname: %s', async (immutableFields, status) => {
    const world = harness({ switches: { immutableFields } });
    const path = await createApp(world);
    expect((await world.call('PUT', path, { name: 'other' })).status).toBe(status);
    expect((await world.call('PUT', path, { cname: 'us-west-2' })).status).toBe(status);
    expect(await world.get(path)).toMatchObject({ name: 'lake', region: 'us-east-1' });
  });

  it.each([
    [
      'YAML',
      '# comment\nkind: Spicepod\nname: lake\nversion: v2\nz: [1, {y: 2, x: &a 3}]\na: *a\n',
    ],
    ['an object', { ...SPICEPOD, z: [1, { y: 2, x: 3 }], a: 3 }],
  ])('takes a spicepod as %s and reads it as an object', async (_case, spicepod) => {
    const world = harness();
    const path = await createApp(world);
    await world.put(path, { spicepod });
    const { config } = await world.get(path);
    expect(JSON.stringify((config as Json)['spicepod'])).toBe(
      '{"a":3,"kind":"Spicepod","name":"lake","version":"v2","z":[1,{"x":3,"y":2}]}',
    );
  });

  it.each<[string, unknown]>([
    ['a list', [SPICEPOD]],
    ['a number', 7],
    ['broken YAML', 'a: [1'],
    ['no mapping', 'just text'],
    ['nothing', ''],
    ['another kind', { ...SPICEPOD, kind: 'Pod' }],
    ['an unknown version', { ...SPICEPOD, version: 'v9' }],
    ['a name that is no text', { ...SPICEPOD, name: 7 }],
  ])('refuses a spicepod that is %s', async (_case, spicepod) => {
    const world = harness();
    const path = await createApp(world);
    expect((await world.call('PUT', path, { spicepod })).status).toBe(400);
    expect((await world.get(path))['config']).toMatchObject({ spicepod: null });
  });

  it('migrates old spicepods where the switch says so', async () => {
    const world = harness({ switches: { spicepodMigrates: true } });
    const path = await createApp(world);
    const { config } = await world.put(path, { spicepod: { ...SPICEPOD, version: 'v1beta1' } });
    expect(config).toMatchObject({ spicepod: { version: 'v2' } });
  });

  it('keeps image tags to the Enterprise plan and to published versions', async () => {
    const world = harness({ switches: { plan: 'pro' } });
    const path = await createApp(world);
    const refused = await world.call('PUT', path, { image_tag: '2.1.0' });
    expect([refused.status, refused.json['code']]).toEqual([403, 'image_tag_requires_enterprise']);
    expect((await world.call('PUT', path, { image_tag: null })).status).toBe(200);
    world.emulator.control.setSwitches({ plan: 'enterprise' });
    const unknown = await world.call('PUT', path, { image_tag: '0.0.1' });
    expect([unknown.status, unknown.json['code']]).toEqual([400, 'invalid_stable_image_tag']);
    const sent = { image_tag: '0.0.1', update_channel: 'nightly' };
    expect((await world.call('PUT', path, sent)).status).toBe(200);
  });

  it('refuses more replicas than the plan has, with 403', async () => {
    const world = harness({ switches: { plan: 'developer' } });
    const path = await createApp(world);
    expect((await world.call('PUT', path, { replicas: 3 })).status).toBe(403);
    expect((await world.call('PUT', path, { replicas: 2 })).status).toBe(200);
  });

  it('scales to zero where the switch says so', async () => {
    const world = harness({ switches: { replicasMin: 0 } });
    const path = await createApp(world);
    expect((await world.put(path, { replicas: 0 }))['config']).toMatchObject({ replicas: 0 });
  });

  it('moves to another region or cluster', async () => {
    const world = harness();
    const path = await createApp(world);
    expect(await world.put(path, { region: 'us-west-2' })).toMatchObject({
      region: 'us-west-2',
      cname: 'us-west-2-prod-aws-data',
      cluster_id: 'cluster-us-west-2-1',
    });
    const moved = await world.put(path, { cluster_name: 'acme-dedicated' });
    expect(moved['cluster_id']).toBe('cluster-acme-dedicated');
  });

  it('refuses another spicepod than that of the repository, with 409', async () => {
    const world = harness();
    const path = await createApp(world);
    const app = path.slice('/v1/apps/'.length);
    world.emulator.control.mutate({ op: 'github', app, spicepod: SPICEPOD, branch: 'trunk' });
    const spicepod = { ...SPICEPOD, name: 'other' };
    const { status, json } = await world.call('PUT', path, { spicepod });
    expect([status, json['code']]).toEqual([409, 'github_connected']);
    expect((await world.put(path, { spicepod: SPICEPOD }))['production_branch']).toBe('trunk');
  });
});

describe('deleting an app', () => {
  it('answers 204 without a body, and then 404 everywhere', async () => {
    const world = harness();
    const path = await createApp(world);
    await world.post(`${path}/secrets`, { name: 'A', value: 'v' });
    const { status, text } = await world.call('DELETE', path);
    expect([status, text]).toEqual([204, '']);
    for (const below of ['', '/secrets', '/secrets/A', '/deployments', '/api-keys', '/metrics']) {
      expect((await world.call('GET', `${path}${below}`)).status).toBe(404);
    }
    expect((await world.call('DELETE', path)).status).toBe(404);
    expect((await world.call('PUT', path, {})).status).toBe(404);
    expect(await world.get('/v1/apps')).toEqual({ apps: [] });
    expect(world.emulator.control.snapshot().map(({ type }) => type)).not.toContain('secret');
  });

  it('frees the name for a new app', async () => {
    const world = harness();
    const path = await createApp(world, { description: 'old' });
    await world.call('DELETE', path);
    const app = await world.post('/v1/apps', { ...APP, name: 'Lake' });
    expect(app).toMatchObject({ name: 'Lake', description: null });
    expect(path).not.toContain(String(app['id']));
  });

  it('brings the old one back where the switch says so', async () => {
    const world = harness({ switches: { reactivate: true } });
    const path = await createApp(world, { description: 'old', tags: { a: 'b' } });
    await world.post(`${path}/secrets`, { name: 'A', value: 'v' });
    const keys = await world.get(`${path}/api-keys`);
    await world.call('DELETE', path);
    world.clock.advance(60_000);
    const app = await world.post('/v1/apps', { ...APP, tags: {} });
    expect(app).toMatchObject({
      id: Number(path.slice('/v1/apps/'.length)),
      description: 'old',
      tags: {},
      created_at: '2026-06-01T00:00:00.000Z',
    });
    expect((await world.get(`${path}/secrets`))['secrets']).toHaveLength(1);
    expect(await world.get(`${path}/api-keys`)).toEqual(keys);
    expect((await world.call('POST', '/v1/apps', APP)).status).toBe(409);
  });
});
