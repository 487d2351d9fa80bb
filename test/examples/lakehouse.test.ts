import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createTwoAccounts,
  TOKENS,
  type Ended,
  type TwoAccounts,
} from '../_helpers/two-accounts.ts';
import { stackFromDisk } from '../_helpers/world.ts';

const directory = join(dirname(fileURLToPath(import.meta.url)), '../../examples/stacks/lakehouse');

let world: TwoAccounts;
let applied: Ended;
beforeAll(async () => {
  world = createTwoAccounts();
  world.env = { ...TOKENS };
  world.write(Object.fromEntries(stackFromDisk(directory)));
  applied = await world.run('apply', '--auto-approve');
});
afterAll(() => {
  world.close();
});

function inSpice(type: string) {
  const [object, second] = world.spice.control.snapshot().filter((item) => item.type === type);
  expect([object !== undefined, second]).toEqual([true, undefined]);
  return object;
}

function textOf(value: unknown): string {
  if (typeof value !== 'string') throw new Error('not a text');
  return value;
}

function addresses(result: Ended): readonly string[] {
  return [...result.stdout.matchAll(/^ {2}# (\S+) (?:will|must) /gm)].map(([, name]) => name ?? '');
}

describe('the lakehouse stack', () => {
  it('is applied to both accounts, and then there is nothing to do', async () => {
    expect([applied.code, applied.stdout]).toEqual([0, expect.stringContaining('8 added')]);
    const plan = await world.run('plan', '--detailed-exitcode');
    expect([plan.code, plan.stdout]).toEqual([0, expect.stringContaining('No changes')]);
  });

  it('gives the app the endpoint of the workspace, and the secret the key of the app', () => {
    const objects = world.singlestore.control.snapshot();
    const workspace = objects.find(({ type }) => type === 'workspace');
    const endpoint = textOf(workspace?.fields['endpoint']);
    const password = readFileSync(join(directory, 'reader-password.txt'), 'utf8').trim();
    const dsn = `mysql://reader:${password}@${endpoint}:3306/orders`;
    expect(JSON.stringify(inSpice('secret')?.hidden)).toContain(dsn);
    const secret = objects.find(
      ({ type, fields }) => type === 'secret' && fields['name'] === 'LAKEHOUSE_API_KEY',
    );
    const keys = JSON.stringify(inSpice('app'));
    const value = textOf(secret?.hidden['value'] ?? secret?.fields['value']);
    expect(value.length).toBeGreaterThan(8);
    expect(keys).toContain(value);
    // Neither of them is shown, nor kept.
    expect(applied.stdout + applied.stderr).not.toContain(password);
    expect(applied.stdout + applied.stderr).not.toContain(value);
  });

  it('deploys anew what a change of the spicepod, or of the secret, makes different', async () => {
    const pod = readFileSync(join(directory, 'spicepod.yaml'), 'utf8');
    world.write({ 'spicepod.yaml': pod.replace('10m', '5m') });
    const changed = await world.run('plan');
    expect(addresses(changed)).toEqual(['spice.apps.lakehouse', 'spice.deployments.lakehouse']);
    world.write({ 'spicepod.yaml': pod.replace('# Straight', '# A comment. Straight') });
    expect((await world.run('plan', '--detailed-exitcode')).code).toBe(0);
    world.write({ 'reader-password.txt': 'Fake-N2v8-Rt5q-Ym4!' });
    const rotated = await world.run('plan');
    expect(addresses(rotated)).toEqual([
      'spice.appSecrets.ORDERS_DSN',
      'spice.deployments.lakehouse',
    ]);
    expect((await world.run('apply', '--auto-approve')).code).toBe(0);
    expect((await world.run('plan', '--detailed-exitcode')).code).toBe(0);
  });

  it('is destroyed in both accounts', async () => {
    const result = await world.run('destroy', '--auto-approve', '--allow', 'data-loss=*');
    expect([result.code, result.stderr]).toEqual([0, expect.any(String)]);
    const plan = await world.run('plan');
    expect(plan.stdout).toContain('8 to add');
  });
});
