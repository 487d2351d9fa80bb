import { describe, expect, it } from 'vitest';
import { APP, as, createApp, harness } from './harness.ts';
import type { Answer, Harness, Json } from './harness.ts';

const CLIENT = { grant_type: 'client_credentials', client_id: 'ci', client_secret: 's3cret' };
const TOKEN_PATH = '/api/oauth/token';

async function exchange(world: Harness, fields: Json = {}): Promise<Answer> {
  return world.call('POST', TOKEN_PATH, { ...CLIENT, ...fields }, { authorization: '' });
}

async function tokenOf(world: Harness, fields: Json = {}): Promise<string> {
  const token = (await exchange(world, fields)).json['access_token'];
  return typeof token === 'string' ? token : 'revoked';
}

function look(world: Harness, token: string): Promise<Answer> {
  return world.call('GET', '/v1/apps', undefined, as(token));
}

describe('a personal access token', () => {
  it.each([
    ['Basic b2xpdmlh', 'Invalid token format'],
    ['Bearer', 'Invalid token format'],
    ['Bearer ', 'Invalid token format'],
    ['Bearer two words', 'Invalid token format'],
    ['Bearer {curly}', 'Invalid token format'],
    ['Bearer expired', 'Token expired'],
    ['Bearer revoked', 'Token revoked'],
  ])('as in %j is refused with 401', async (authorization, error) => {
    const world = harness();
    const { status, json } = await world.call('GET', '/v1/apps', undefined, { authorization });
    expect([status, json]).toEqual([401, { error }]);
  });

  it('is asked for', async () => {
    const world = harness();
    const reply = await world.emulator.handle({ method: 'GET', path: '/v1/apps', headers: {} });
    expect(reply).toMatchObject({ status: 401, body: '{"error":"Missing Authorization header"}' });
  });

  it('is any, until some are registered', async () => {
    const world = harness();
    expect((await look(world, 'anything')).status).toBe(200);
    world.emulator.control.registerToken({ token: 'known', expiresInSeconds: 60 });
    const unknown = await look(world, 'anything');
    expect([unknown.status, unknown.json]).toEqual([401, { error: 'Invalid token' }]);
    expect((await look(world, 'known')).status).toBe(200);
    world.clock.advance(60_000);
    expect((await look(world, 'known')).json).toEqual({ error: 'Token expired' });
  });

  it('can be revoked, registered or not, without any other', async () => {
    const world = harness();
    world.emulator.control.revoke({ token: 'mine' });
    expect((await look(world, 'mine')).json).toEqual({ error: 'Token revoked' });
    expect((await look(world, 'other')).status).toBe(200);
    world.emulator.control.registerToken({ token: 'known' });
    world.emulator.control.revoke({ token: 'known' });
    expect((await look(world, 'known')).json).toEqual({ error: 'Token revoked' });
  });
});

/** As the vendor says it, in other words than the emulator's. */
function includes(scope: string, wanted: string): boolean {
  const order = ['read', 'write', 'delete'];
  const [resource, verb = ''] = scope.split(':');
  const [wantedResource, wantedVerb = ''] = wanted.split(':');
  return resource === wantedResource && order.indexOf(verb) >= order.indexOf(wantedVerb);
}

describe('scopes', () => {
  const ROWS: readonly (readonly [string, string, string])[] = [
    ['GET', '/v1/regions', 'apps:read'],
    ['GET', '/v1/container-images', 'apps:read'],
    ['GET', '/v1/limits', 'apps:read'],
    ['GET', '/v1/clusters', 'apps:read'],
    ['GET', '/v1/orgs', 'apps:read'],
    ['GET', '/v1/apps', 'apps:read'],
    ['POST', '/v1/apps', 'apps:write'],
    ['GET', '/v1/apps/1001', 'apps:read'],
    ['PUT', '/v1/apps/1001', 'apps:write'],
    ['DELETE', '/v1/apps/1001', 'apps:delete'],
    ['GET', '/v1/apps/1001/api-keys', 'apps:read'],
    ['POST', '/v1/apps/1001/api-keys', 'apps:write'],
    ['GET', '/v1/apps/1001/metrics', 'apps:read'],
    ['GET', '/v1/apps/1001/secrets', 'secrets:read'],
    ['POST', '/v1/apps/1001/secrets', 'secrets:write'],
    ['GET', '/v1/apps/1001/secrets/A', 'secrets:read'],
    ['DELETE', '/v1/apps/1001/secrets/A', 'secrets:write'],
    ['GET', '/v1/apps/1001/deployments', 'deployments:read'],
    ['POST', '/v1/apps/1001/deployments', 'deployments:write'],
    ['GET', '/v1/apps/1001/deployments/5001', 'deployments:read'],
    ['GET', '/v1/apps/1001/deployments/5001/logs', 'deployments:read'],
    ['GET', '/v1/members', 'members:read'],
    ['POST', '/v1/members', 'members:write'],
    ['GET', '/v1/members/101', 'members:read'],
    ['PATCH', '/v1/members/101', 'members:write'],
    ['DELETE', '/v1/members/101', 'members:delete'],
  ];
  const ALL = [...new Set(ROWS.map(([, , scope]) => scope))];

  it.each(ROWS)('%s %s needs %s, under either name', async (method, path, scope) => {
    const world = harness();
    const others = ALL.filter((other) => !includes(other, scope));
    world.emulator.control.registerToken({ token: 'without', scopes: others });
    world.emulator.control.registerToken({ token: 'with', scopes: [scope] });
    for (const shown of [path, path.replace('/apps', '/projects')]) {
      const refused = await world.call(method, shown, undefined, as('without'));
      expect([refused.status, refused.json]).toEqual([
        403,
        { error: `Insufficient scope. Required: ${scope}`, code: 'insufficient_scope' },
      ]);
      const allowed = await world.call(method, shown, undefined, as('with'));
      expect(allowed.json['code']).not.toBe('insufficient_scope');
    }
  });

  it.each([
    ['apps:write', [200, 400, 403]],
    ['apps:delete', [200, 400, 204]],
    ['apps:read', [200, 403, 403]],
    ['*', [200, 400, 204]],
    ['secrets:write', [403, 403, 403]],
  ] as const)('%s includes what the vendor says', async (scope, expected) => {
    const world = harness();
    const path = await createApp(world);
    world.emulator.control.registerToken({ token: 'scoped', scopes: [scope] });
    const statuses: number[] = [];
    for (const [method, body] of [
      ['GET', undefined],
      ['PUT', []],
      ['DELETE', undefined],
    ] as const) {
      statuses.push((await world.call(method, path, body, as('scoped'))).status);
    }
    expect(statuses).toEqual(expected);
  });

  it('come without a code in older versions', async () => {
    const world = harness({ switches: { errorCodes: false } });
    world.emulator.control.registerToken({ token: 'none', scopes: [] });
    expect((await look(world, 'none')).json).toEqual({
      error: 'Insufficient scope. Required: apps:read',
    });
  });
});

describe('the exchange of client credentials', () => {
  it.each([
    ['JSON', JSON.stringify(CLIENT)],
    ['a form', new URLSearchParams(CLIENT).toString()],
  ])('takes %s', async (_case, body) => {
    const world = harness();
    const { status, json } = await world.call('POST', TOKEN_PATH, body);
    expect(status).toBe(200);
    expect(json).toMatchObject({ token_type: 'Bearer', expires_in: 3_600, scope: '*' });
    expect((await look(world, String(json['access_token']))).status).toBe(200);
  });

  it.each<[string, Json, number, string]>([
    ['another grant', { grant_type: 'password' }, 400, 'unsupported_grant_type'],
    ['no client', { client_id: '' }, 400, 'invalid_request'],
    ['no secret', { client_secret: undefined }, 400, 'invalid_request'],
    ['a foreign scope', { scope: 'apps:delete' }, 400, 'invalid_scope'],
    ['a wrong secret', { client_secret: 'wrong' }, 401, 'invalid_client'],
    ['an unknown client', { client_id: 'other' }, 401, 'invalid_client'],
  ])('refuses %s', async (_case, fields, status, error) => {
    const world = harness();
    const scopes = ['apps:write', 'secrets:write'];
    world.emulator.control.registerClient({ clientId: 'ci', clientSecret: 's3cret', scopes });
    const answer = await exchange(world, fields);
    expect([answer.status, answer.json['error']]).toEqual([status, error]);
    expect(answer.text).not.toContain('s3cret');
  });

  it('refuses a body that is neither, and other methods', async () => {
    const world = harness();
    expect((await world.call('POST', TOKEN_PATH, '{"grant_type":')).status).toBe(400);
    expect((await world.call('GET', TOKEN_PATH)).status).toBe(405);
  });

  it('gives what was asked for, or all that the client has', async () => {
    const world = harness();
    const scopes = ['apps:write', 'secrets:write'];
    world.emulator.control.registerClient({ clientId: 'ci', clientSecret: 's3cret', scopes });
    expect((await exchange(world)).json['scope']).toBe('apps:write secrets:write');
    const narrow = await tokenOf(world, { scope: 'apps:read' });
    expect((await look(world, narrow)).status).toBe(200);
    expect((await world.call('POST', '/v1/apps', APP, as(narrow))).status).toBe(403);
  });

  it('gives tokens that expire on the clock', async () => {
    const world = harness({ switches: { tokenSeconds: 60, expiresInShown: false } });
    const { json } = await exchange(world);
    expect(json).not.toHaveProperty('expires_in');
    const token = String(json['access_token']);
    world.clock.advance(59_999);
    expect((await look(world, token)).status).toBe(200);
    world.clock.advance(1);
    const { status, json: expired } = await look(world, token);
    expect([status, expired]).toEqual([401, { error: 'Token expired' }]);
  });

  it('gives another token each time, and none that anyone could have made up', async () => {
    const world = harness();
    const [one, other] = [await tokenOf(world), await tokenOf(world)];
    expect(one).not.toBe(other);
    const [header = '', payload = '', signature = ''] = one.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Json;
    expect(claims).toMatchObject({ client_id: 'ci', org_id: '1', scopes: ['*'] });
    const forged = Buffer.from(JSON.stringify({ ...claims, exp: 9e9 })).toString('base64url');
    const { status, json } = await look(world, [header, forged, signature].join('.'));
    expect([status, json]).toEqual([401, { error: 'Invalid token' }]);
  });

  it.each([
    ['every token', {}, 200],
    ["the client's tokens", { clientId: 'ci' }, 200],
    ['the client', { clientId: 'ci', client: true }, 401],
  ] as const)('can be undone: %s', async (_case, revocation, again) => {
    const world = harness();
    const token = await tokenOf(world);
    const foreign = await tokenOf(world, { client_id: 'other' });
    world.emulator.control.revoke(revocation);
    const { status, json } = await look(world, token);
    expect([status, json]).toEqual([401, { error: 'Token revoked' }]);
    const spared = 'clientId' in revocation ? 200 : 401;
    expect((await look(world, foreign)).status).toBe(spared);
    expect((await exchange(world)).status).toBe(again);
    expect((await look(world, await tokenOf(world))).status).toBe(again);
  });

  it('can be undone for one token alone', async () => {
    const world = harness();
    const [one, other] = [await tokenOf(world), await tokenOf(world)];
    world.emulator.control.revoke({ token: one });
    expect((await look(world, one)).status).toBe(401);
    expect((await look(world, other)).status).toBe(200);
  });

  it('loses scopes that the client loses', async () => {
    const world = harness();
    const { control } = world.emulator;
    const client = { clientId: 'ci', clientSecret: 's3cret' };
    control.registerClient({ ...client, scopes: ['apps:write'] });
    const token = await tokenOf(world);
    expect((await world.call('POST', '/v1/apps', APP, as(token))).status).toBe(201);
    control.registerClient({ ...client, scopes: ['apps:read'] });
    expect((await world.call('PUT', '/v1/apps/1001', {}, as(token))).status).toBe(403);
  });

  it('is counted, and nothing of it is kept', async () => {
    const world = harness();
    const token = await tokenOf(world);
    await exchange(world, { grant_type: 'x' });
    await look(world, token);
    const { control, log } = world.emulator;
    expect(control.counts()).toEqual({ requests: 3, exchanges: 1, refusedExchanges: 1 });
    const kept = JSON.stringify([log, control.snapshot()]);
    expect(kept).not.toContain('s3cret');
    expect(kept).not.toContain(token);
  });

  it.each([
    ['viewer', 403],
    ['member', 201],
  ] as const)('makes a client a %s of its organization', async (clientRole, status) => {
    const world = harness({ switches: { clientRole } });
    const token = await tokenOf(world);
    expect((await world.call('POST', '/v1/apps', APP, as(token))).status).toBe(status);
    const { json } = await world.call('GET', '/v1/orgs', undefined, as(token));
    expect(json['orgs']).toEqual([{ id: 1, name: 'acme', role: clientRole, current: true }]);
  });
});

describe('organizations', () => {
  it('are listed with the role, and which one is spoken for', async () => {
    const world = harness();
    const orgs = [
      { id: 1, name: 'acme', role: 'owner', current: true },
      { id: 2, name: 'globex', role: 'member', current: false },
    ];
    expect(await world.get('/v1/orgs')).toEqual({ orgs });
    world.emulator.control.setSwitches({ orgsShape: 'array' });
    expect(await world.get('/v1/orgs')).toEqual(orgs);
  });

  it.each([
    ['', 400, undefined],
    ['  ', 400, undefined],
    ['a b', 400, undefined],
    ['x'.repeat(256), 400, undefined],
    ['initech', 403, 'org_forbidden'],
    ['unknown', 403, 'org_forbidden'],
    ['globex', 200, undefined],
    ['ACME', 200, undefined],
  ])('X-Org-Name %j answers %i %s', async (name, status, code) => {
    const world = harness();
    const answer = await world.call('GET', '/v1/apps', undefined, { 'x-org-name': name });
    expect([answer.status, answer.json['code']]).toEqual([status, code]);
  });

  it('are not for a client to choose', async () => {
    const world = harness();
    const headers = { ...as(await tokenOf(world)), 'x-org-name': 'globex' };
    const { status, json } = await world.call('GET', '/v1/apps', undefined, headers);
    expect([status, json['code']]).toEqual([403, 'org_assertion_mismatch']);
    const own = { ...headers, 'x-org-name': 'acme' };
    expect((await world.call('GET', '/v1/apps', undefined, own)).status).toBe(200);
  });

  it("do not see each other's apps: 404", async () => {
    const world = harness();
    const path = await createApp(world);
    const elsewhere = { 'x-org-name': 'globex' };
    for (const [method, below] of [
      ['GET', ''],
      ['PUT', ''],
      ['DELETE', ''],
      ['GET', '/secrets'],
      ['POST', '/deployments'],
      ['GET', '/api-keys'],
    ] as const) {
      const { status } = await world.call(method, `${path}${below}`, undefined, elsewhere);
      expect([method, below, status]).toEqual([method, below, 404]);
    }
    expect((await world.call('GET', '/v1/apps', undefined, elsewhere)).json).toEqual({ apps: [] });
  });

  it('are bound to registered credentials', async () => {
    const world = harness();
    const { control } = world.emulator;
    control.registerToken({ token: 'there', org: 'globex' });
    control.registerClient({ clientId: 'ci', clientSecret: 's3cret', org: 'initech' });
    const current = async (token: string): Promise<unknown> => {
      const { json } = await world.call('GET', '/v1/orgs', undefined, as(token));
      return (json['orgs'] as Json[]).find((org) => org['current'] === true)?.['name'];
    };
    expect(await current('there')).toBe('globex');
    expect(await current(await tokenOf(world))).toBe('initech');
  });
});
