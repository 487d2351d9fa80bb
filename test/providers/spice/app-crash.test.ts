import { describe, expect, it } from 'vitest';
import { actionsOf, createAppWorld, done, type AppWorld } from './app-world.ts';

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
