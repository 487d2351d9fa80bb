import { describe, expect, test } from 'vitest';
import type { Fault } from '../../src/emulator/faults.ts';
import { createWorld, stackFromDisk, type StackFiles } from '../_helpers/world.ts';

const acme = stackFromDisk('examples/stacks/acme');
const run = { env: 'dev' };

/** Acme with something to do in every kind: entries removed, renamed and changed. */
function changed(): StackFiles {
  const texts = [...acme].map(([name, text]): [string, string] => [
    name,
    name.endsWith('.yaml') && !name.startsWith('environments')
      ? text.replaceAll('size: S-00', 'size: S-1').replaceAll('203.0.113', '198.51.100')
      : text,
  ]);
  const files = new Map(texts);
  const access = files.get('access.yaml') ?? '';
  files.set('access.yaml', access.replace(/\naccessControls:[\s\S]*$/, '\n'));
  return files;
}

/** The lists that a plan of acme makes, with IDs taken out. */
async function listPaths(): Promise<readonly string[]> {
  const world = createWorld();
  await world.apply(acme, run);
  const before = world.emulator.log.length;
  await world.plan(changed(), run);
  const paths = world.emulator.log.slice(before).map((entry) => entry.path);
  return [...new Set(paths)].filter((path) => !path.includes('organizations/current'));
}

const faults: readonly (readonly [string, Fault])[] = [
  ['a 403', { kind: 'status', status: 403, body: 'forbidden' }],
  ['a 500', { kind: 'status', status: 500, body: 'broken' }],
  ['a truncated body', { kind: 'truncate' }],
  ['a body that is not JSON', { kind: 'malformed' }],
];

describe.each(faults)('%s on a list', (_name, fault) => {
  test('makes no change of what is in it or depends on it, and apply writes nothing', async () => {
    const paths = await listPaths();
    expect(paths.length).toBeGreaterThan(12);
    for (const path of paths) {
      const world = createWorld();
      await world.apply(acme, run);
      const pattern = `^${path.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`;
      world.emulator.control.setFaults({ rules: [{ method: 'GET', path: pattern, fault }] });
      const first = world.emulator.log.length;
      const { planned } = await world.plan(changed(), run);
      const plan = planned?.plan;
      expect(plan?.incomplete, path).toBe(true);
      expect(
        plan?.diagnostics.map((item) => item.code),
        path,
      ).toContain('inventory-incomplete');
      const broken = planned?.live.inventories().filter((inventory) => !inventory.complete) ?? [];
      expect(broken, path).toHaveLength(1);
      const [inventory] = broken;
      const open = new Set<string>(plan?.undetermined.map((entry) => entry.address));
      expect(open.size, path).toBeGreaterThan(0);
      const active = plan?.changes.filter((change) => change.action !== 'no-op') ?? [];
      const inIt = active.filter(
        (change) => change.type === inventory?.type && change.live?.scope === inventory.scope,
      );
      expect(
        inIt.map((change) => change.address),
        path,
      ).toEqual([]);
      const onIt = active.filter(
        (change) => change.desired !== undefined && change.dependsOn.some((item) => open.has(item)),
      );
      expect(
        onIt.map((change) => change.address),
        path,
      ).toEqual([]);
      const { outcome } = await world.apply(changed(), run);
      expect(outcome, path).toBeUndefined();
      const sent = world.emulator.log.slice(first).filter((entry) => entry.method !== 'GET');
      expect(sent, path).toEqual([]);
    }
  }, 60_000);
});
