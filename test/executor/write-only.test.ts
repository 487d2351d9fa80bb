import { describe, expect, test } from 'vitest';
import { actionsOf, createWorld, type StackFiles, type World } from '../_helpers/world.ts';

function stack(password?: string): StackFiles {
  const field = password === undefined ? '' : `, adminPassword: ${password}`;
  return new Map([
    ['trueup.yaml', 'stack: small\n'],
    [
      'main.yaml',
      `workspaceGroups:\n  main: { provider: AWS, regionName: us-east-1, firewallRanges: []${field} }\n`,
    ],
  ]);
}

function passwordOf(world: World): unknown {
  const group = world.emulator.control
    .snapshot()
    .find((object) => object.type === 'workspaceGroup');
  return group?.hidden?.['adminPassword'];
}

const first = 'Correct-Horse-7-Battery!';
const second = 'Another-Staple-8-Battery!';

describe('a write-only field', () => {
  test('that is new in the manifest of a managed resource is sent once', async () => {
    const world = createWorld();
    await world.apply(stack());
    expect(actionsOf(await world.plan(stack(first)))).toEqual([
      'update singlestore.workspaceGroups.main',
    ]);
    expect((await world.apply(stack(first))).outcome?.problems).toEqual([]);
    expect(passwordOf(world)).toBe(first);
    expect(actionsOf(await world.plan(stack(first)))).toEqual([]);
  });

  test('is sent when its value changes, and not when it stays', async () => {
    const world = createWorld();
    await world.apply(stack(first));
    expect(actionsOf(await world.plan(stack(first)))).toEqual([]);
    await world.apply(stack(second));
    expect(passwordOf(world)).toBe(second);
  });

  test('of an adopted object is not sent by itself, but when it is asked for', async () => {
    const other = createWorld();
    const body = { name: 'main', provider: 'AWS', regionName: 'us-east-1', firewallRanges: [] };
    other.emulator.control.mutate({ op: 'create', type: 'workspaceGroup', body });
    other.emulator.control.settleNow();
    const before = passwordOf(other);
    await other.apply(stack(first), { plan: { adopt: ['*'] } });
    expect(passwordOf(other)).toBe(before);
    const send = ['singlestore.workspaceGroups.main.adminPassword'];
    await other.apply(stack(first), { plan: { send } });
    expect(passwordOf(other)).toBe(first);
  });
});
