import { beforeAll, describe, expect, it } from 'vitest';
import { createRedactor } from '../../../src/core/redactor.ts';
import type { StepInput } from '../../../src/providers/contract.ts';
import { apps } from '../../../src/providers/spice/apps.ts';
import { allowing, openSpice, type SpiceStage } from './spice.ts';

const POD = {
  version: 'v1',
  kind: 'Spicepod',
  name: 'orders',
  datasets: [{ from: 's3://bucket/a', name: 'a', acceleration: { enabled: true } }],
};
const FULL = {
  name: 'Orders-App',
  region: 'us-west-2',
  description: 'Base',
  tags: { team: 'data' },
  spicepod: POD,
  resources: { limits: { cpu: '2', memory: '8Gi' } },
};

const stack = (entry: object) => ({ apps: { orders: { ...FULL, ...entry } } });

describe('an app', () => {
  it('is created with what every version takes; the rest follows, and then nothing differs', async () => {
    const stage = await openSpice();
    const { outcome } = await stage.apply(stack({}));
    expect(outcome).toMatchObject({ applied: 1, failed: 0 });
    const id = stage.idOf('apps.orders');
    expect(stage.writes.map(({ method, path, body }) => [method, path, Object.keys(body)])).toEqual(
      [
        ['POST', '/v1/apps', ['name', 'region', 'description', 'tags']],
        ['PUT', `/v1/apps/${id}`, ['spicepod', 'resources']],
      ],
    );
    expect(await stage.changes(stack({}))).toEqual([]);
  });

  it('with nothing but a place takes one request', async () => {
    const stage = await openSpice();
    await stage.apply({ apps: { plain: { region: 'us-east-1' } } });
    expect(stage.writes.map(({ method }) => method)).toEqual(['POST']);
    expect(await stage.changes({ apps: { plain: {} } })).toEqual([]);
  });

  it('that comes back with its old configuration is given all of the new one', async () => {
    const stage = await openSpice();
    stage.switches({ reactivate: true });
    await stage.apply(stack({ replicas: 3, description: 'Old' }));
    const id = stage.idOf('apps.orders');
    stage.other('DELETE', `/v1/apps/${id}`);
    const again = { replicas: 2, description: 'New', tags: { team: 'ops' } };
    const { outcome } = await stage.apply(stack(again));
    expect(outcome).toMatchObject({ applied: 1, failed: 0 });
    expect(await stage.changes(stack(again))).toEqual([]);
  });

  it('that comes back when it is replaced is the same one, created once', async () => {
    const stage = await openSpice();
    stage.switches({ reactivate: true });
    const entry = { region: 'us-east-1', lifecycle: { replace: 'allow' } };
    await stage.apply({ apps: { lake: entry } });
    const id = stage.idOf('apps.lake');
    const moved = { apps: { lake: { ...entry, region: 'us-west-2' } } };
    const { outcome } = await stage.apply(moved, allowing('data-loss'));
    expect(outcome?.problems).toEqual([]);
    expect(stage.writes.map(({ method }) => method)).toEqual(['DELETE', 'POST']);
    expect(stage.idOf('apps.lake')).toBe(id);
    expect(await stage.changes(moved)).toEqual([]);
  });

  it('is configured with all that reads otherwise after its create, whatever the create took', () => {
    const after = { name: 'a', description: 'New', visibility: 'private', tags: { a: '1' } };
    const fields = { description: 'Old', visibility: 'private', tags: { a: '1' } };
    const before = { type: 'spice.apps', id: '7', fields, attributes: {}, status: 'settled' };
    const step = { step: 'configure', id: '7', after, before } as unknown as StepInput;
    expect(apps.request(step)).toMatchObject({ method: 'PUT', body: { description: 'New' } });
    const same = { ...before, fields: { ...fields, description: 'New' } };
    expect(apps.request({ ...step, before: same } as StepInput)).toBeUndefined();
  });

  it('whose configuration was not applied at first is configured, and the warning is told', async () => {
    const stage = await openSpice();
    stage.switches({ createWarning: true });
    const body = { id: 7, warning: 'not configured' };
    const step = { step: 'create', after: {} } as unknown as StepInput;
    const told = apps.result(step, { status: 201, body, serverTimeMs: 0 }, createRedactor());
    expect(told).toEqual({ id: '7', warnings: ['not configured'] });
    const { outcome } = await stage.apply(stack({ replicas: 2 }));
    expect(outcome).toMatchObject({ applied: 1, failed: 0 });
    expect(await stage.changes(stack({ replicas: 2 }))).toEqual([]);
  });

  it('is not created without a place, nor where no app can be', async () => {
    const stage = await openSpice();
    stage.switches({ standalone: true });
    expect(await stage.changes(stack({ region: undefined }))).toContainEqual(
      expect.stringMatching(/^schema-missing-field: "region" is missing/),
    );
    expect(await stage.changes(stack({ region: 'us-west-3' }))).toContainEqual(
      expect.stringMatching(/^name-unknown: .*us-west-3; did you mean "us-west-2"/),
    );
    expect(await stage.changes(stack({ region: 'us-east-2' }))).toContainEqual(
      expect.stringMatching(/^name-unknown: .*us-east-2/),
    );
    await expect(stage.plan(stack({ cname: 'us-west-2' }))).rejects.toThrow(/region and cname/);
  });

  it('asks before it is deleted, naming the loss; then it is gone', async () => {
    const stage = await openSpice();
    await stage.apply(stack({}));
    const { plan } = await stage.plan({});
    expect(plan.changes[0]).toMatchObject({ action: 'delete', risk: 'data-loss' });
    await stage.apply({}, allowing('data-loss'));
    expect(stage.writes.map(({ method }) => method)).toEqual(['DELETE']);
    expect(await stage.changes({})).toEqual([]);
  });
});

describe('a change of an app', () => {
  let stage: SpiceStage;
  beforeAll(async () => {
    stage = await openSpice();
    await stage.apply(stack({}));
  });

  it('of one quantity sends the whole object, for the API may replace it', async () => {
    await stage.apply(stack({ resources: { limits: { memory: '4Gi' } } }));
    expect(stage.writes[0]?.body).toEqual({ resources: { limits: { cpu: '2', memory: '4Gi' } } });
    await stage.apply(stack({}));
  });

  it('of one quantity sends no null that an answer has, and takes texts for numbers', async () => {
    const id = stage.idOf('apps.orders');
    stage.emulator.controlCalls.get('mutate')?.({
      op: 'set',
      type: 'app',
      id,
      fields: {
        replicas: '2',
        storage_size_gb: '5',
        executor: { replicas: '1', resources: null, storage_size_gb: '7' },
        resources: {
          limits: { cpu: '2', memory: '8Gi', 'ephemeral-storage': null },
          requests: null,
        },
      },
    });
    const same = { replicas: 2, storage_size_gb: 5, executor: { replicas: 1 } };
    expect(await stage.changes(stack(same))).toEqual([]);
    const { outcome } = await stage.apply(
      stack({ executor: { replicas: 2 }, resources: { limits: { cpu: '4' } } }),
    );
    expect(outcome?.problems).toEqual([]);
    const body = {
      executor: { replicas: 2, storage_size_gb: 7 },
      resources: { limits: { cpu: '4', memory: '8Gi' } },
    };
    expect(stage.writes).toEqual([{ method: 'PUT', path: `/v1/apps/${id}`, body }]);
    await stage.apply(stack({}));
  });

  it('of the image tag can be taken back with null; nothing else can be cleared', async () => {
    await stage.apply(stack({ image_tag: '2.0.1' }));
    expect(stage.writes.map(({ body }) => body)).toEqual([{ image_tag: '2.0.1' }]);
    await stage.apply(stack({ image_tag: null }));
    expect(stage.writes.map(({ body }) => body)).toEqual([{ image_tag: null }]);
    expect(await stage.changes(stack({ image_tag: null }))).toEqual([]);
    for (const name of ['description', 'tags', 'spicepod', 'replicas', 'production_branch']) {
      await expect(stage.plan(stack({ [name]: null }))).rejects.toThrow(`cannot clear "${name}"`);
    }
  });

  it('is none where name, place or spicepod are only spelt otherwise', async () => {
    const { version, kind, name, datasets } = POD;
    const same = [
      { name: 'orders-APP' },
      { region: 'US-West-2' },
      { region: undefined, cname: 'us-west-2-prod-aws-data' },
      { region: undefined, cname: 'us-west-2' },
      { region: undefined },
      { spicepod: { datasets, name, kind, version } },
    ];
    for (const entry of same) expect(await stage.changes(stack(entry))).toEqual([]);
  });

  it('is refused where the API cannot make it', async () => {
    for (const [field, entry] of [
      ['name', { name: 'Other-App' }],
      ['region', { region: 'us-east-1' }],
      ['region', { region: undefined, cname: 'us-east-1-prod-aws-data' }],
      ['cluster_name', { region: undefined, cluster_name: 'acme-dedicated' }],
    ] as const) {
      expect(await stage.changes(stack(entry)), field).toContainEqual(
        expect.stringMatching(new RegExp(`^immutable-field: ${field} of`)),
      );
    }
  });

  it('by somebody else is drift', async () => {
    stage.other('PUT', `/v1/apps/${stage.idOf('apps.orders')}`, { description: 'Elsewhere' });
    expect(await stage.changes(stack({}))).toEqual(['update /description']);
    await stage.apply(stack({}));
  });
});

/** Answers about apps that say nothing of where they are. */
function silent(path: string, body: unknown): unknown {
  if (!path.startsWith('/v1/apps')) return body;
  return JSON.parse(JSON.stringify(body), (key, value: unknown) =>
    key === 'region' || key === 'cname' ? undefined : value,
  );
}

describe('what an answer leaves out', () => {
  it.each([
    ['the cname', { cnameShown: false }],
    ['the region, outside of the config', { regionOnlyInConfig: true, cnameShown: false }],
    ['everything but the item of a list, after a create', { createAnswer: 'brief' as const }],
  ])('of the place is no change: %s', async (_, switches) => {
    const stage = await openSpice();
    stage.switches(switches);
    const { outcome } = await stage.apply(stack({}));
    expect(outcome).toMatchObject({ applied: 1, failed: 0 });
    expect(await stage.changes(stack({}))).toEqual([]);
    expect(await stage.changes(stack({ region: 'us-east-1' }))).toContainEqual(
      expect.stringMatching(/^immutable-field: region/),
    );
  });

  it('of the place altogether is no change either, and is told again without one', async () => {
    const stage = await openSpice();
    await stage.apply(stack({}));
    stage.alteration = silent;
    expect(await stage.changes(stack({}))).toEqual([]);
    expect(await stage.changes(stack({ description: 'Changed' }))).toEqual(['update /description']);
    const { outcome } = await stage.apply(stack({ description: 'Changed' }));
    expect(outcome).toMatchObject({ applied: 1, failed: 0 });
    stage.alteration = undefined;
    expect(await stage.changes(stack({ description: 'Changed' }))).toEqual([]);
  });
});

describe('details that the list does not tell', () => {
  const two = {
    apps: { first: { region: 'us-east-1', replicas: 2 }, second: { region: 'us-east-1' } },
  };

  async function withMany(): Promise<SpiceStage> {
    const stage = await openSpice();
    for (let n = 0; n < 20; n += 1) {
      stage.other('POST', '/v1/apps', { name: `foreign-${n}`, region: 'us-east-1' });
    }
    await stage.apply(two);
    stage.gets();
    return stage;
  }

  it('are read of the apps that the stack or the state names, and of no others', async () => {
    const stage = await withMany();
    await stage.plan(two);
    const own = [stage.idOf('apps.first'), stage.idOf('apps.second')];
    const read = stage.gets().filter((path) => /^\/v1\/apps\/\d+$/.test(path));
    expect(read.toSorted()).toEqual(own.map((id) => `/v1/apps/${id}`).toSorted());
    await stage.plan({ apps: { ...two.apps, adopted: { name: 'Foreign-7' } } }, { adopt: ['*'] });
    const adopting = new Set(stage.gets().filter((path) => /^\/v1\/apps\/\d+$/.test(path)));
    expect(adopting.size).toBe(3);
  });

  it('that cannot be read leave that app alone, and only that one', async () => {
    const stage = await withMany();
    const id = stage.idOf('apps.first');
    stage.faults([
      { method: 'GET', path: `^/v1/apps/${id}$`, fault: { kind: 'status', status: 403 } },
    ]);
    const changed = {
      apps: {
        first: { region: 'us-east-1', replicas: 3 },
        second: { region: 'us-east-1', replicas: 4 },
      },
    };
    const { plan } = await stage.plan(changed);
    expect(plan.incomplete).toBe(true);
    expect(plan.undetermined.map(({ address }) => address)).toEqual(['spice.apps.first']);
    expect(plan.changes.map(({ address, action }) => [address, action])).toEqual([
      ['spice.apps.second', 'update'],
    ]);
    expect(plan.diagnostics).toContainEqual(
      expect.objectContaining({ severity: 'error', address: 'spice.apps.first' }),
    );
    const removed = await stage.plan({ apps: { second: two.apps.second } });
    expect(removed.plan.changes.map(({ action }) => action)).toEqual(['no-op']);
    expect(removed.plan.undetermined.map(({ address }) => address)).toEqual(['spice.apps.first']);
  });

  it('are read before an app is adopted, and only what differs is sent', async () => {
    const stage = await openSpice();
    stage.other('POST', '/v1/apps', { name: 'orders-app', region: 'us-west-2', replicas: 2 });
    expect(await stage.changes(stack({}))).toContainEqual(expect.stringMatching(/^object-exists/));
    await stage.apply(stack({ replicas: 2 }), { adopt: ['*'] });
    expect(stage.writes.map(({ method }) => method)).toEqual(['PUT']);
    expect(stage.writes[0]?.body).not.toHaveProperty('replicas');
    expect(await stage.changes(stack({ replicas: 2 }))).toEqual([]);
  });

  it.each([
    ['alone', { name: 'orders-app', version: '2.x' }],
    ['with a change', { name: 'orders-app', version: '2.x', replicas: 3 }],
  ])('do not tell the version: it is taken on trust when an app is adopted %s', async (_, app) => {
    const stage = await openSpice();
    stage.other('POST', '/v1/apps', { name: 'orders-app', region: 'us-west-2', replicas: 2 });
    await stage.apply({ apps: { orders: app } }, { adopt: ['*'] });
    expect(stage.writes.flatMap(({ body }) => Object.keys(body))).not.toContain('version');
    expect(await stage.changes({ apps: { orders: app } })).toEqual([]);
    const changed = { apps: { orders: { ...app, version: '3.x' } } };
    expect(await stage.changes(changed, { send: ['apps.orders.version'] })).toEqual([
      'update /version',
    ]);
  });

  it('of an app that is gone meanwhile are asked for once more', async () => {
    const stage = await withMany();
    stage.other('DELETE', `/v1/apps/${stage.idOf('apps.second')}`);
    expect(await stage.changes(two)).toEqual(['create /name,/region']);
  });
});

describe('an interrupted create of an app', () => {
  it('whose answer is lost is found by its name and configured, not sent again', async () => {
    const stage = await openSpice();
    stage.faults([{ method: 'POST', times: 1, phase: 'after', fault: { kind: 'reset' } }]);
    const { outcome } = await stage.apply(stack({ replicas: 2 }));
    expect(outcome).toMatchObject({ applied: 1, failed: 0 });
    expect(stage.writes.map(({ method }) => method)).toEqual(['POST', 'PUT']);
    expect(await stage.changes(stack({ replicas: 2 }))).toEqual([]);
  });

  it('that could not be configured is in the state, and the next apply goes on with it', async () => {
    const stage = await openSpice();
    stage.faults([{ method: 'PUT', times: 1, fault: { kind: 'status', status: 403 } }]);
    const { outcome } = await stage.apply(stack({ replicas: 2 }));
    expect(outcome).toMatchObject({ applied: 0, failed: 1 });
    const id = stage.idOf('apps.orders');
    await stage.apply(stack({ replicas: 2 }));
    expect(stage.writes.map(({ method }) => method)).toEqual(['PUT']);
    expect(stage.idOf('apps.orders')).toBe(id);
    expect(await stage.changes(stack({ replicas: 2 }))).toEqual([]);
  });

  it('that the API refuses leaves nothing behind', async () => {
    const stage = await openSpice();
    stage.faults([{ method: 'POST', times: 1, fault: { kind: 'status', status: 409 } }]);
    const { outcome } = await stage.apply(stack({}));
    expect(outcome).toMatchObject({ applied: 0, failed: 1 });
    expect(stage.writes.map(({ method }) => method)).toEqual(['POST']);
    expect(stage.idOf('apps.orders')).toBe('none');
  });
});

describe('an app in another place', () => {
  it('is not adopted by an entry that would have to move it', async () => {
    const stage = await openSpice();
    stage.other('POST', '/v1/apps', { name: 'orders-app', region: 'us-east-1' });
    expect(await stage.changes(stack({}), { adopt: ['*'] })).toContainEqual(
      expect.stringMatching(/^immutable-field: region/),
    );
  });
});

describe('a name that only another resource knows', () => {
  it('is matched by the planner, which then asks for the details', async () => {
    const stage = await openSpice();
    stage.other('POST', '/v1/apps', { name: 'orders-app', region: 'us-west-2', replicas: 2 });
    const manifest = {
      members: { ann: {} },
      apps: { orders: { name: '${members.ann.username}s-app', replicas: 2 } },
    };
    stage.other('POST', '/v1/apps', { name: 'anns-app', region: 'us-west-2', replicas: 2 });
    await stage.apply({ members: { ann: {} } });
    await stage.apply(manifest, { adopt: ['*'] });
    expect(stage.writes).toEqual([]);
    expect(await stage.changes(manifest)).toEqual([]);
  });
});
