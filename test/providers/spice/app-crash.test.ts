import { describe, expect, it } from 'vitest';
import { actionsOf, createAppWorld, done, onlyOf, type AppWorld } from './app-world.ts';

const REFERENCE = '${spice.apiKeys.main.primary}';

function stack(secret: string, rotate: string): string {
  return [
    'apps: { shop: { region: us-east-1, spicepod: { version: v2, kind: Spicepod, name: shop } } }',
    `apiKeys: { main: { app: shop, rotate: '${rotate}' } }`,
    `appSecrets: { DSN: { app: shop, value: { fromFile: ${secret} } }, KEY: { app: shop, value: '${REFERENCE}' } }`,
    'deployments: { shop: { app: shop } }',
  ].join('\n');
}

/** What the account ends up with: the running secrets, and the key they are to hold. */
function ended(world: AppWorld): { deployments: number; running: unknown; key: unknown } {
  const objects = world.emulator.control.snapshot();
  const deployments = objects.filter(({ type }) => type === 'deployment');
  const app = objects.find(({ type }) => type === 'app');
  return {
    deployments: deployments.length,
    running: deployments.at(-1)?.hidden['secrets'],
    key: app?.hidden['api_key'],
  };
}

/** Enough for every request of the longest of these applies. */
const REQUESTS_MAX = 40;

describe('an apply that dies behind any of its requests', () => {
  it('is finished by the next one: everything new', async () => {
    for (let count = 1; count < REQUESTS_MAX; count += 1) {
      const world = createAppWorld({}, 'none');
      const main = stack('one', '1');
      const isOver = (await world.applyUntil(main, count)) < count;
      await done(world.apply(main));
      const { deployments, running, key } = ended(world);
      expect([count, running]).toEqual([count, { DSN: 'one', KEY: key }]);
      // A deployment that nobody recorded cannot be told from one of another configuration.
      expect(deployments).toBeLessThanOrEqual(2);
      expect([count, actionsOf(await world.plan(main))]).toEqual([count, []]);
      if (isOver) return;
    }
    expect.unreachable();
  });

  it('is finished by the next one: an app in a place that the API does not tell', async () => {
    const main = 'apps: { shop: { cluster_name: acme-dedicated } }';
    for (let count = 1; count < REQUESTS_MAX; count += 1) {
      const world = createAppWorld({}, 'none');
      const isOver = (await world.applyUntil(main, count)) < count;
      await done(world.apply(main));
      expect([count, actionsOf(await world.plan(main))]).toEqual([count, []]);
      if (isOver) return;
    }
    expect.unreachable();
  });

  it('is finished by the next one: a setting that cannot be read and goes with the second step', async () => {
    const main = 'apps: { shop: { region: us-east-1, version: 2.x, replicas: 2 } }';
    for (let count = 1; count < REQUESTS_MAX; count += 1) {
      const world = createAppWorld({}, 'none');
      const isOver = (await world.applyUntil(main, count)) < count;
      await done(world.apply(main));
      const { fields = {} } =
        world.emulator.control.snapshot().find(({ type }) => type === 'app') ?? {};
      const { version, replicas } = fields as Readonly<Record<string, unknown>>;
      expect({ count, version, replicas }).toEqual({ count, version: '2.x', replicas: 2 });
      expect([count, actionsOf(await world.plan(main))]).toEqual([count, []]);
      if (isOver) return;
    }
    expect.unreachable();
  });

  it('is finished by the next one: a secret and a key that change', async () => {
    for (let count = 1; count < REQUESTS_MAX; count += 1) {
      const world = createAppWorld({}, 'none');
      await done(world.apply(stack('one', '1')));
      const main = stack('two', '2');
      const before = ended(world);
      const isOver = (await world.applyUntil(main, count)) < count;
      await done(world.apply(main));
      const { deployments, running, key } = ended(world);
      expect([count, running]).toEqual([count, { DSN: 'two', KEY: key }]);
      expect(key).not.toBe(before.key);
      expect(deployments).toBeLessThanOrEqual(3);
      expect([count, actionsOf(await world.plan(main))]).toEqual([count, []]);
      if (isOver) return;
    }
    expect.unreachable();
  });
});

const POD = (version: string): string =>
  `apps: { shop: { region: us-east-1, replicas: 2, spicepod: { version: ${version}, kind: Spicepod, name: shop } } }`;

/** An app of that name was deleted before; whether the state still knows it. */
async function lost(isKnown: boolean): Promise<AppWorld> {
  const world = createAppWorld({ reactivate: true });
  await done(world.apply(POD('v2')));
  if (!isKnown) await done(world.apply('removed: [{ address: apps.shop, destroy: false }]'));
  const { id } = onlyOf(world, 'app');
  world.emulator.control.mutate({ op: 'request', method: 'DELETE', path: `/v1/apps/${id}` });
  await world.clock.advance(3_600_000);
  world.losses.push({ path: /^POST .v1.apps /, loss: 'after' });
  const ran = await world.apply(POD('v2'));
  // It is older than what was sent, so it is not taken for it.
  const code = isKnown ? 'object-exists' : 'stale';
  expect(ran.outcome?.problems).toMatchObject([{ code }]);
  return world;
}

describe('a create whose answer is lost, and that brought an old app back to life', () => {
  it('ends well where the state still has it', async () => {
    const world = await lost(true);
    await done(world.apply(POD('v2')));
    expect(actionsOf(await world.plan(POD('v2')))).toEqual([]);
  });

  it('is refused by name until it is adopted, where the state has forgotten it', async () => {
    const world = await lost(false);
    const { plan } = await world.plan(POD('v2'));
    expect(plan.diagnostics.find(({ code }) => code === 'object-exists')?.hint).toContain(
      '--adopt',
    );
    await done(world.apply(POD('v2'), { adopt: ['*'] }));
    expect(actionsOf(await world.plan(POD('v2')))).toEqual([]);
  });
});

describe('a spicepod that the API brings up to date', () => {
  it('is refused by name each time, and in place once it is written so', async () => {
    const world = createAppWorld({ spicepodMigrates: true });
    for (const attempt of [1, 2]) {
      const { outcome } = await world.apply(POD('v1'));
      expect([attempt, outcome?.problems]).toMatchObject([attempt, [{ code: 'field-refused' }]]);
      expect(outcome?.problems[0]?.message).toContain('version is "v2" in place of "v1"');
    }
    await done(world.apply(POD('v2')));
    expect(actionsOf(await world.plan(POD('v2')))).toEqual([]);
  });

  it('can be left alone', async () => {
    const world = createAppWorld({ spicepodMigrates: true });
    await world.apply(POD('v1'));
    const main = POD('v1').replace('replicas: 2', 'lifecycle: { ignoreChanges: [spicepod] }');
    await done(world.apply(main));
    expect(actionsOf(await world.plan(main))).toEqual([]);
  });
});
