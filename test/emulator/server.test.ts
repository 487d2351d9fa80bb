import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serve } from '../../src/emulator/server.ts';
import type { EmulatorServer } from '../../src/emulator/server.ts';
import { harness } from './singlestore/harness.ts';
import type { Harness } from './singlestore/harness.ts';

describe('server', () => {
  let world: Harness;
  let server: EmulatorServer;
  beforeEach(async () => {
    world = harness();
    server = await serve(world.emulator);
  });
  afterEach(async () => {
    await server.close();
  });
  const request = async (method: string, path: string, body?: unknown): Promise<Response> =>
    fetch(`${server.url}${path}`, {
      method,
      headers: { authorization: 'Bearer key' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });

  it('answers over loopback HTTP', async () => {
    const created = await request('POST', '/v1/teams', { name: 'analysts' });
    expect(created.status).toBe(200);
    expect(created.headers.get('content-type')).toBe('application/json');
    expect(await (await request('GET', '/v1/teams?name=analysts')).json()).toHaveLength(1);
    expect((await request('GET', '/v1/teams/x')).status).toBe(400);
  });

  it('resets and breaks off real connections', async () => {
    const rules = [{ nth: 1, fault: { kind: 'reset' } }, { fault: { kind: 'truncate' } }];
    expect((await request('POST', '/__control/setFaults', { rules })).status).toBe(200);
    await expect(request('GET', '/v1/teams')).rejects.toThrow('fetch failed');
    const truncated = await request('GET', '/v1/teams');
    expect(truncated.status).toBe(200);
    await expect(truncated.text()).rejects.toThrow('terminated');
  });

  it('never answers a hanging request, and closes all the same', async () => {
    world.emulator.control.setFaults({ rules: [{ fault: { kind: 'hang' } }] });
    const pending = request('GET', '/v1/teams').then(
      () => 'answered',
      (error: unknown) => (error instanceof Error ? error.message : 'failed'),
    );
    while (world.emulator.log.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await server.close();
    expect(await pending).toBe('fetch failed');
    server = await serve(world.emulator);
  });

  it('offers the control calls, the log and the state', async () => {
    const filled = await request('POST', '/__control/fill', { groups: 10 });
    expect(await filled.json()).toEqual({ made: 82 });
    const added = await request('POST', '/__control/addUser', { email: 'zoe@acme.example' });
    expect(await added.json()).toEqual({ userID: expect.any(String) });
    const state = (await (await request('GET', '/__control/state')).json()) as { type: string }[];
    expect(state.filter(({ type }) => type === 'workspace')).toHaveLength(50);
    await request('GET', '/v1/projects');
    expect(await (await request('GET', '/__control/log')).json()).toMatchObject([
      { method: 'GET', path: '/v1/projects', status: 200, committed: true },
    ]);
  });

  it.each([
    ['POST', 'nonsense', {}, 404],
    ['GET', 'reset', undefined, 405],
    ['POST', 'setFaults', { rules: [{ fault: { kind: 'meteor' } }] }, 400],
    ['POST', 'setTiming', { flapMs: 'long' }, 400],
    ['POST', 'setSwitches', { nonsense: true }, 400],
    ['POST', 'fill', { groups: -1 }, 400],
    ['POST', 'mutate', { op: 'set', type: 'team' }, 400],
  ])('refuses %s %s with %j by %s', async (method, name, body, status) => {
    expect((await request(method, `/__control/${name}`, body)).status).toBe(status);
  });

  it('lets no web page steer it', async () => {
    const answer = await fetch(`${server.url}/__control/reset`, {
      method: 'POST',
      headers: { origin: 'https://evil.example' },
    });
    expect(answer.status).toBe(403);
  });
});
