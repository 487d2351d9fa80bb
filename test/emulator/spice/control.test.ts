import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { EMULATORS } from '../../../src/emulator/registry.ts';
import { serve } from '../../../src/emulator/server.ts';
import type { Fault, FaultPlan } from '../../../src/emulator/faults.ts';
import { DEFAULT_SWITCHES } from '../../../src/emulator/spice/switches.ts';
import { resolveTiming } from '../../../src/emulator/spice/timing.ts';
import type { SpiceTiming } from '../../../src/emulator/spice/timing.ts';
import { testClock } from '../singlestore/harness.ts';
import { as, createApp, deployable, harness, SPICEPOD } from './harness.ts';
import type { Json } from './harness.ts';

const directory = mkdtempSync(join(tmpdir(), 'trueup-spice-'));
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

describe('control', () => {
  it('makes many apps at once, seen by every list', async () => {
    const world = harness({ timing: 'real' });
    const spec = { apps: 12, configFields: { spicepod: SPICEPOD }, deploy: true };
    const fill = world.emulator.controlCalls.get('fill');
    expect(fill?.(spec)).toEqual({ made: 12 * 4 });
    expect(world.emulator.log).toEqual([]);
    expect((await world.get('/v1/apps'))['apps']).toHaveLength(12);
    expect((await world.get('/v1/apps/1012'))['name']).toBe('app-00012');
    const { secrets } = await world.get('/v1/apps/1012/secrets');
    expect((secrets as Json[]).map(({ name }) => name)).toEqual(['SECRET_1', 'SECRET_2']);
    const { deployments } = await world.get('/v1/apps/1012/deployments');
    expect(deployments).toMatchObject([{ status: 'succeeded' }]);
  });

  it('changes things behind the client, in no log', async () => {
    const world = harness();
    const { control, log } = world.emulator;
    const path = await deployable(world);
    const app = path.slice('/v1/apps/'.length);
    const logged = log.length;
    control.mutate({ op: 'set', type: 'app', id: app, fields: { replicas: 4, description: 'd' } });
    const secret = { name: 'A', value: 'one' };
    control.mutate({ op: 'create', type: 'secret', app, body: secret });
    control.mutate({ op: 'create', type: 'deployment', app, body: {} });
    control.mutate({ op: 'create', type: 'member', body: { username: 'ann' } });
    const failed = { status: 'failed', error_code: 'internal_error' };
    control.mutate({ op: 'set', type: 'deployment', id: '5001', fields: failed });
    control.mutate({ op: 'set', type: 'member', id: '1/102', fields: { roles: ['viewer'] } });
    const request = {
      method: 'POST',
      path: '/v1/apps',
      body: { name: 'mine', region: 'us-east-1' },
    };
    control.mutate({ op: 'request', ...request });
    expect(log).toHaveLength(logged);
    expect(await world.get(path)).toMatchObject({ description: 'd', config: { replicas: 4 } });
    expect(await world.get(`${path}/deployments/5001`)).toMatchObject(failed);
    expect((await world.get('/v1/members/102'))['roles']).toEqual(['viewer']);
    expect((await world.get('/v1/apps'))['apps']).toHaveLength(2);

    const before = await world.get(`${path}/secrets/A`);
    world.clock.advance(1_000);
    control.mutate({ op: 'set', type: 'secret', id: `${app}/A`, fields: { value: 'two' } });
    const after = await world.get(`${path}/secrets/A`);
    expect(after['updated_at']).not.toBe(before['updated_at']);
    const values = control.snapshot().filter(({ type }) => type === 'secret');
    expect(values).toMatchObject([{ id: `${app}/A`, hidden: { value: 'two' } }]);

    control.mutate({ op: 'delete', type: 'secret', id: `${app}/A` });
    control.mutate({ op: 'delete', type: 'deployment', id: '5001' });
    control.mutate({ op: 'delete', type: 'member', id: '1/101' });
    control.mutate({ op: 'delete', type: 'app', id: '1002' });
    expect(control.snapshot().map(({ type, id }) => `${type} ${id}`)).toEqual([
      `app ${app}`,
      'member 2/101',
      'member 1/102',
    ]);
  });

  it('lets everything that is under way happen', async () => {
    const world = harness({ timing: 'real' });
    const path = await deployable(world);
    await world.post(`${path}/deployments`);
    expect(await world.get(`${path}/deployments`)).toEqual({ deployments: [] });
    world.emulator.control.settleNow();
    expect((await world.get(`${path}/deployments`))['deployments']).toMatchObject([
      { status: 'succeeded' },
    ]);
    expect((await world.get(path))['cluster_id']).toBe('cluster-us-east-1-1');
  });

  it('goes back to what was seeded, without faults, credentials and counts', async () => {
    const world = harness();
    const { control, log } = world.emulator;
    const before = control.snapshot();
    await createApp(world);
    await world.post('/v1/members', { username: 'ann' });
    control.registerToken({ token: 'known' });
    control.failDeployments({});
    control.setFaults({ rules: [{ fault: { kind: 'status', status: 503 } }] });
    control.reset();
    expect(control.snapshot()).toEqual(before);
    expect(log).toEqual([]);
    expect((await world.call('GET', '/v1/apps')).json).toEqual({ apps: [] });
    expect(control.counts()).toEqual({ requests: 1, exchanges: 0, refusedExchanges: 0 });
    const path = await deployable(world);
    await world.post(`${path}/deployments`);
    expect((await world.get(`${path}/deployments/5001`))['status']).toBe('succeeded');
  });

  it('does as JSON what it does as a method', async () => {
    const world = harness({ timing: 'none' });
    const control = (name: string, input: unknown): unknown =>
      world.emulator.controlCalls.get(name)?.(input);
    control('setFaults', { rules: [{ times: 1, fault: { kind: 'status', status: 503 } }] });
    expect((await world.call('GET', '/v1/apps')).status).toBe(503);
    control('setSwitches', { standalone: true });
    await world.post('/v1/apps', { name: 'lake' });
    control('setTiming', { queuedMs: 5 });
    control('mutate', { op: 'set', type: 'app', id: '1001', fields: { spicepod: SPICEPOD } });
    await world.post('/v1/apps/1001/deployments');
    expect((await world.get('/v1/apps/1001/deployments/5001'))['status']).toBe('queued');
    control('settleNow', {});
    expect((await world.get('/v1/apps/1001/deployments/5001'))['status']).toBe('succeeded');
    expect(control('addUser', { username: 'ann' })).toEqual({ user_id: 102 });
    expect(control('counts', {})).toMatchObject({ requests: 5 });
    control('registerToken', { token: 'known', scopes: ['apps:read'] });
    expect((await world.call('GET', '/v1/apps', undefined, as('known'))).status).toBe(200);
    control('revoke', { token: 'known' });
    expect((await world.call('GET', '/v1/apps', undefined, as('known'))).status).toBe(401);
  });

  it('is offered over HTTP, under the names of the page', async () => {
    const world = harness();
    const server = await serve(world.emulator);
    const control = async (name: string, input?: unknown): Promise<Answered> => {
      const answer = await fetch(`${server.url}/__control/${name}`, {
        method: input === undefined ? 'GET' : 'POST',
        ...(input === undefined ? {} : { body: JSON.stringify(input) }),
      });
      const text = await answer.text();
      return { status: answer.status, text };
    };
    try {
      const accepted: readonly (readonly [string, unknown])[] = [
        ['setTiming', 'none'],
        ['setTiming', { profile: 'none' }],
        ['setTiming', { queuedMs: 5 }],
        ['setSwitches', { plan: 'pro', appsMax: 0 }],
        ['setFaults', { rules: [] }],
        ['fill', { apps: 1, secretsPerApp: 1 }],
        ['mutate', { op: 'set', type: 'app', id: '1001', fields: { description: 'd' } }],
        ['mutate', { op: 'github', app: '1001' }],
        ['mutate', { op: 'request', method: 'GET', path: '/v1/apps' }],
        ['addUser', { username: 'eve', email: 'eve@acme.example' }],
        ['registerToken', { token: 't', scopes: ['*'], user: 'eve', expiresInSeconds: 9 }],
        ['registerClient', { clientId: 'c', clientSecret: 's', org: 'globex' }],
        ['revoke', { token: 't' }],
        ['revoke', { clientId: 'c', client: true }],
        ['failDeployments', { app: '1001', errorCode: 'x', errorMessage: 'y', times: 2 }],
        ['counts', {}],
        ['settleNow', {}],
      ];
      for (const [name, input] of accepted) {
        expect([name, (await control(name, input)).status]).toEqual([name, 200]);
      }
      expect((await control('state')).text).toContain('"description":"d"');
      expect((await control('log')).text).toBe('[]');
      const refused: readonly (readonly [string, unknown])[] = [
        ['setTiming', { soon: 1 }],
        ['setSwitches', { plan: 1 }],
        ['setFaults', { rules: [{}] }],
        ['fill', { groups: 1 }],
        ['fill', { apps: -1 }],
        ['mutate', { op: 'explode' }],
        ['mutate', { op: 'set', type: 'workspace', id: '1', fields: {} }],
        ['mutate', { op: 'set', type: 'app', id: '1001' }],
        ['mutate', { op: 'create', type: 'app' }],
        ['mutate', { op: 'pause' }],
        ['registerToken', {}],
        ['registerToken', { token: 't', org: 'nowhere' }],
        ['registerToken', { token: 't', user: 'nobody' }],
        ['registerClient', { clientId: 'c' }],
        ['addUser', {}],
      ];
      for (const [name, input] of refused) {
        expect([name, input, (await control(name, input)).status]).toEqual([name, input, 400]);
      }
      expect((await control('reset', {})).status).toBe(200);
      expect((await control('state')).text).not.toContain('"app"');
    } finally {
      await server.close();
    }
  });
});

interface Answered {
  readonly status: number;
  readonly text: string;
}

/** A fault of one write to apps. */
function rule(fault: Fault, phase: 'before' | 'after' = 'before', method = 'POST'): FaultPlan {
  return { rules: [{ method, path: '/v1/apps', times: 1, fault, phase }] };
}

describe('faults', () => {
  it.each<[string, Fault, string, string]>([
    ['a status', { kind: 'status', status: 503 }, 'application/json', '{"error":"status 503"}'],
    [
      'a status with JSON',
      { kind: 'status', status: 500, body: '{"error":"x"}' },
      'application/json',
      '{"error":"x"}',
    ],
    [
      'a status with a page',
      { kind: 'status', status: 502, body: '<html>' },
      'text/plain; charset=utf-8',
      '<html>',
    ],
  ])('%s comes with the body of this API', async (_case, fault, type, body) => {
    const world = harness({ faults: rule(fault) });
    const answer = await world.call('POST', '/v1/apps', { name: 'lake', region: 'us-east-1' });
    expect([answer.headers['content-type'], answer.text]).toEqual([type, body]);
    expect((await world.get('/v1/apps'))['apps']).toEqual([]);
  });

  it('strike after the commit too', async () => {
    const world = harness({ faults: rule({ kind: 'status', status: 500 }, 'after') });
    const body = { name: 'lake', region: 'us-east-1' };
    expect((await world.call('POST', '/v1/apps', body)).status).toBe(500);
    expect((await world.get('/v1/apps'))['apps']).toHaveLength(1);
    await world.call('GET', '/v1/apps/7');
    expect(world.emulator.log.map(({ committed }) => committed)).toEqual([true, true, false]);
  });

  it('do to a 204 what can be done to it', async () => {
    const world = harness();
    const path = await createApp(world);
    world.emulator.control.setFaults(rule({ kind: 'malformed' }, 'after', 'DELETE'));
    expect(await world.call('DELETE', path)).toMatchObject({ status: 200, text: '<' });
    const other = await createApp(world);
    world.emulator.control.setFaults(rule({ kind: 'truncate' }, 'after', 'DELETE'));
    await expect(world.call('DELETE', other)).rejects.toThrow('reset');
    expect((await world.call('GET', other)).status).toBe(404);
  });

  it('spare the token endpoint unless they name it', async () => {
    const world = harness();
    world.emulator.control.setFaults({
      rules: [{ path: '^/api/oauth', fault: { kind: 'status', status: 503 } }],
    });
    expect((await world.call('POST', '/api/oauth/token', {})).status).toBe(503);
    expect((await world.call('GET', '/v1/apps')).status).toBe(200);
  });
});

describe('time', () => {
  it('is taken by every answer of the real profile', async () => {
    const world = harness({ timing: 'real' });
    const before = world.clock.now();
    await world.get('/v1/apps');
    expect(world.clock.now() - before).toBe(200);
  });

  it('brings a fast deployment to its end within 150 ms, at moments of the seed', async () => {
    const moments = new Set<unknown>();
    for (let seed = 1; seed <= 20; seed += 1) {
      const world = harness({ timing: 'fast', seed });
      const path = await deployable(world);
      await world.post(`${path}/deployments`);
      world.clock.advance(150);
      const { deployments } = await world.get(`${path}/deployments`);
      const [deployment = {}] = deployments as Json[];
      expect(deployment['status']).toBe('succeeded');
      moments.add(deployment['updated_at']);
    }
    expect(moments.size).toBeGreaterThan(5);
  });
});

describe('the page that says how it behaves', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/emulator-spice.md'), 'utf8');

  it.each([
    ['switch', Object.keys(DEFAULT_SWITCHES)],
    ['duration', Object.keys(resolveTiming('none'))],
    ['control call', [...harness().emulator.controlCalls.keys()]],
  ])('names every %s', (_case, names) => {
    expect(names.filter((name) => !new RegExp(`[\`/]${name}[\`:]`).test(page))).toEqual([]);
  });

  it('has the durations and the defaults of the profiles', () => {
    for (const name of Object.keys(resolveTiming('none')) as (keyof SpiceTiming)[]) {
      const row = page.split('\n').find((line) => line.startsWith(`| \`${name}\``)) ?? '';
      const numbers = row.split('|').slice(2, 5);
      expect([name, ...numbers.map((text) => Number(text.replaceAll(' ', '')))]).toEqual([
        name,
        ...(['none', 'fast', 'real'] as const).map((profile) => resolveTiming(profile)[name]),
      ]);
    }
  });
});

describe('the store', () => {
  it('keeps everything in a file that another process follows', async () => {
    const storeFile = join(directory, 'deep', 'spice.jsonl');
    const one = harness({ storeFile });
    const path = await deployable(one);
    await one.post(`${path}/secrets`, { name: 'A', value: 'v' });
    await one.post(`${path}/deployments`);
    await one.post('/v1/members', { username: 'ann' });
    const exchanged = await one.post('/api/oauth/token', {
      grant_type: 'client_credentials',
      client_id: 'ci',
      client_secret: 's3cret',
    });
    const two = harness({ storeFile, seed: 8 });
    expect(two.emulator.control.snapshot()).toEqual(one.emulator.control.snapshot());
    const token = as(String(exchanged['access_token']));
    expect((await two.call('GET', path, undefined, token)).status).toBe(200);
    await two.call('DELETE', `${path}/secrets/A`);
    await two.call('DELETE', '/v1/members/102');
    expect(await one.get(`${path}/secrets`)).toEqual({ secrets: [] });
    expect((await one.get('/v1/members'))['members']).toHaveLength(1);
    await one.post('/v1/apps', { name: 'second', region: 'us-east-1' });
    const taken = await two.call('POST', '/v1/apps', { name: 'SECOND', region: 'us-east-1' });
    expect(taken.status).toBe(409);
    two.emulator.control.revoke({});
    expect((await one.call('GET', path, undefined, token)).status).toBe(401);
    expect(statSync(storeFile).mode & 0o777).toBe(0o600);
    const text = readFileSync(storeFile, 'utf8');
    expect(text).not.toContain('s3cret');
    expect(text).not.toContain(String(exchanged['access_token']));
    one.emulator.close();
    two.emulator.close();
  });

  it('is opened by the registry under the name of the provider', async () => {
    const create = EMULATORS['spice'];
    const emulator = create?.({ clock: testClock(), seed: 1, timing: 'none' });
    const request = { method: 'GET', path: '/v1/health', headers: {} };
    expect(await emulator?.handle(request)).toMatchObject({ status: 200 });
    emulator?.close();
  });

  it('answers alike for the same seed and requests', async () => {
    expect(await run()).toEqual(await run());
  });
});

async function run(): Promise<unknown> {
  const world = harness({ timing: 'fast', seed: 3 });
  const path = await deployable(world);
  await world.post(`${path}/deployments`);
  world.clock.advance(1_000);
  return [
    await world.get(path),
    await world.get(`${path}/deployments`),
    await world.get(`${path}/api-keys`),
  ];
}
