import { describe, expect, it } from 'vitest';
import { inProcessTransport } from '../../src/emulator/in-process.ts';
import type { FaultPlan } from '../../src/emulator/singlestore/index.ts';
import { harness } from './singlestore/harness.ts';
import type { Harness } from './singlestore/harness.ts';

function transport(world: Harness) {
  const send = inProcessTransport(world.emulator);
  return async (method: string, path: string, body?: unknown, signal?: AbortSignal) =>
    send({
      method,
      url: `https://api.example${path}`,
      headers: { Authorization: 'Bearer limited' },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal,
    });
}

const TEAM = { name: 'analysts' };

async function teamCount(world: Harness): Promise<number> {
  world.emulator.control.setFaults({});
  return (await world.list('/v1/teams?name=analysts')).length;
}

describe('faults', () => {
  it.each([
    ['before', 0],
    ['after', 1],
  ] as const)('a reset %s the commit leaves %i teams', async (phase, count) => {
    const rules = [{ method: 'POST', phase, fault: { kind: 'reset' } }] as const;
    const world = harness({ faults: { rules } });
    await expect(transport(world)('POST', '/v1/teams', TEAM)).rejects.toMatchObject({
      code: 'ECONNRESET',
    });
    expect(world.emulator.log.at(-1)).toMatchObject({ status: 0, committed: count === 1 });
    expect(await teamCount(world)).toBe(count);
  });

  it('a truncated answer is committed and rejects like a broken socket', async () => {
    const world = harness({ faults: { rules: [{ fault: { kind: 'truncate' } }] } });
    await expect(transport(world)('POST', '/v1/teams', TEAM)).rejects.toMatchObject({
      code: 'UND_ERR_SOCKET',
    });
    expect(await teamCount(world)).toBe(1);
  });

  it('a hanging request ends with the reason of its signal', async () => {
    const world = harness({ faults: { rules: [{ fault: { kind: 'hang' } }] } });
    const controller = new AbortController();
    const pending = transport(world)('GET', '/v1/teams', undefined, controller.signal);
    controller.abort(new Error('deadline'));
    await expect(pending).rejects.toThrow('deadline');
  });

  it('a malformed body is no JSON', async () => {
    const world = harness({ faults: { rules: [{ fault: { kind: 'malformed' } }] } });
    const { status, body } = await transport(world)('GET', '/v1/teams');
    expect(status).toBe(200);
    expect(() => JSON.parse(body) as unknown).toThrow(SyntaxError);
  });

  it('an echo repeats the request body in a 500, after the commit where asked', async () => {
    const rules = [{ phase: 'after', fault: { kind: 'echo' } }] as const;
    const world = harness({ faults: { rules } });
    const answer = await transport(world)('POST', '/v1/teams', { name: 'analysts' });
    expect([answer.status, answer.body.includes('analysts')]).toEqual([500, true]);
    expect(await teamCount(world)).toBe(1);
  });

  it('a 429 tells when to come back, in seconds or as a date', async () => {
    const fault = { kind: 'status', status: 429, retryAfter: 30 } as const;
    const world = harness({ faults: { rules: [{ times: 1, fault }] } });
    expect((await transport(world)('GET', '/v1/teams')).headers['retry-after']).toBe('30');
    world.emulator.control.setFaults({ rules: [{ fault: { ...fault, retryAfterForm: 'date' } }] });
    const { headers } = await transport(world)('GET', '/v1/teams');
    expect(Date.parse(headers['retry-after'] ?? '')).toBe(world.clock.now() + 30_000);
  });

  it('match by key, path and nth match', async () => {
    const fault = { kind: 'status', status: 403 } as const;
    const world = harness({
      faults: { rules: [{ token: 'limited', path: '^/v1/teams', nth: 2, fault }] },
    });
    const statuses = [];
    for (const path of ['/v1/teams', '/v1/projects', '/v1/teams', '/v1/teams']) {
      expect((await world.call('GET', path)).status).toBe(200);
      statuses.push((await transport(world)('GET', path)).status);
    }
    expect(statuses).toEqual([200, 200, 403, 200]);
  });

  it('come by chance the same for the same seed, and at about their share', async () => {
    const faults: FaultPlan = {
      rules: [{ probability: 0.3, fault: { kind: 'status', status: 429 } }],
    };
    const run = async (seed: number): Promise<number[]> => {
      const world = harness({ seed, faults });
      const statuses = [];
      for (let n = 0; n < 300; n += 1) statuses.push((await world.call('GET', '/v1/teams')).status);
      return statuses;
    };
    const first = await run(1);
    expect(await run(1)).toEqual(first);
    expect(await run(2)).not.toEqual(first);
    const share = first.filter((status) => status === 429).length / first.length;
    expect(Math.abs(share - 0.3)).toBeLessThan(0.1);
  });

  it('latency adds up and passes on the clock', async () => {
    const fault = { kind: 'latency', ms: 700 } as const;
    const world = harness({ faults: { rules: [{ fault }, { fault }] } });
    const before = world.clock.now();
    await world.call('GET', '/v1/teams');
    expect(world.clock.now() - before).toBe(1_400);
  });

  it('the world stops after request k was committed', async () => {
    const world = harness({ faults: { stopAfter: 2 } });
    const signal = AbortSignal.abort(new Error('dead'));
    await transport(world)('GET', '/v1/teams');
    for (const name of ['second', 'third']) {
      const reply = await world.emulator.handle({
        method: 'POST',
        path: '/v1/teams',
        headers: { authorization: 'Bearer key' },
        body: JSON.stringify({ name }),
      });
      expect(reply.kind).toBe('hang');
    }
    await expect(transport(world)('GET', '/v1/teams', undefined, signal)).rejects.toThrow('dead');
    expect(world.emulator.log.map(({ committed }) => committed)).toEqual([true, true, false]);
    world.emulator.control.setFaults({});
    const names = (await world.list('/v1/teams?name=second|third')).map((team) => team['name']);
    expect(names).toEqual(['second']);
  });
});

describe('log', () => {
  it('has method, path, status and whether it was committed, and nothing of the key or body', async () => {
    const world = harness();
    await world.call('POST', '/v1/secrets', { name: 'A', value: 'planted' }, 'secret-key');
    await world.call('GET', '/v1/secrets?name=A');
    await world.call('GET', '/v1/secrets/x');
    const at = world.clock.now();
    expect(world.emulator.log).toEqual([
      { at, method: 'POST', path: '/v1/secrets', status: 200, committed: true },
      { at, method: 'GET', path: '/v1/secrets?name=A', status: 200, committed: true },
      { at, method: 'GET', path: '/v1/secrets/x', status: 400, committed: false },
    ]);
  });
});
