import { describe, expect, test } from 'vitest';
import { createWorld, type World } from '../_helpers/world.ts';

interface Shape {
  readonly groups: number;
  readonly workspacesPerGroup: number;
  readonly size?: string;
}

const SECRETS = 4;

function numbers(length: number): readonly number[] {
  return Array.from({ length }, (_, at) => at);
}

function manifests({ groups, workspacesPerGroup, size = 'S-00' }: Shape): Map<string, string> {
  const lines = [
    'workspaceGroups:',
    ...numbers(groups).map(
      (group) =>
        `  group-${group}: { provider: AWS, regionName: us-east-1, firewallRanges: [203.0.113.0/24] }`,
    ),
    'workspaces:',
    ...numbers(groups).flatMap((group) =>
      numbers(workspacesPerGroup).map(
        (at) => `  workspace-${group}-${at}: { workspaceGroup: group-${group}, size: ${size} }`,
      ),
    ),
    'secrets:',
    ...numbers(SECRETS).map((at) => `  SECRET_${at}: { value: "\${var.token}-${at}" }`),
    'teams:',
    '  readers: { description: Readers, members: { users: [], teams: [] } }',
    'roles:',
    '  watcher: { resourceType: Cluster, permissions: [], inherits: [{ resourceType: Cluster, role: Reader }] }',
  ];
  const settings = [
    'stack: counted',
    'variables:',
    '  token: { type: string, sensitive: true, fromFile: token.txt }',
  ];
  return new Map([
    ['trueup.yaml', `${settings.join('\n')}\n`],
    ['all.yaml', `${lines.join('\n')}\n`],
    ['token.txt', 'made-up-token\n'],
  ]);
}

/** An API that is settled at once, and a trueup that believes the first read. */
function createPlainWorld(): World {
  const timing = 'fast,equalReads=1,settleMsMin=0';
  return createWorld({ emulated: 'none', timing, ratePerSecond: 10_000 });
}

async function readsOfPlan(world: World, shape: Shape): Promise<number> {
  const { requests, planned } = await world.plan(manifests(shape));
  expect(planned?.plan.changes.every((change) => change.action === 'no-op')).toBe(true);
  return requests;
}

async function applied(world: World, shape: Shape): Promise<{ applied: number; requests: number }> {
  const { outcome, requests } = await world.apply(manifests(shape));
  expect(outcome).toMatchObject({ failed: 0, blocked: 0, skipped: 0, notStarted: 0 });
  return { applied: outcome?.applied ?? 0, requests };
}

describe('the number of requests', () => {
  test('of a no-op plan grows with the groups, not with what is in them', async () => {
    const few = { groups: 3, workspacesPerGroup: 1 };
    const many = { groups: 3, workspacesPerGroup: 5 };
    const world = createPlainWorld();
    await applied(world, few);
    const readsOfFew = await readsOfPlan(world, few);
    await applied(world, many);
    const readsOfMany = await readsOfPlan(world, many);
    expect(readsOfMany).toBe(readsOfFew);
    // Groups, one resource type of roles, and a constant.
    expect(readsOfMany).toBeLessThanOrEqual(many.groups + 1 + 12);
    expect(readsOfMany).toBeGreaterThan(many.groups);
  });

  test('of an apply is one write and one read a change, and one refresh', async () => {
    const shape = { groups: 12, workspacesPerGroup: 5 };
    const changes = shape.groups * (1 + shape.workspacesPerGroup) + SECRETS + 2;
    const world = createPlainWorld();
    const refresh = (await world.plan(manifests(shape))).requests;
    const done = await applied(world, shape);
    expect(done.applied).toBe(changes);
    const needed = changes + changes + refresh;
    expect(done.requests).toBeGreaterThanOrEqual(needed);
    // What is waited for together is looked for in one list before the read that decides.
    expect(done.requests).toBeLessThanOrEqual(1.15 * needed);
  });

  test('of an apply does not grow with what stays as it is', async () => {
    const small = { groups: 2, workspacesPerGroup: 1 };
    const world = createPlainWorld();
    await applied(world, small);
    const before = await readsOfPlan(world, small);
    const larger = { groups: 2, workspacesPerGroup: 2 };
    const { applied: changes, requests } = await applied(world, larger);
    expect(changes).toBe(2);
    expect(requests - before).toBeLessThanOrEqual(2 * changes);
  });

  test('of waiting grows with the collections, not with the objects waited for', async () => {
    const shape = { groups: 2, workspacesPerGroup: 5 };
    const patient = { jitter: 0, groupCreateMs: 0, workspaceCreateMs: 2_000 };
    const world = createWorld({
      emulated: 'none',
      timing: 'fast,equalReads=1,settleMsMin=0,pollMs=100,pollMsMax=100',
      ratePerSecond: 10_000,
    });
    world.emulator.control.setTiming(patient);
    const refresh = (await world.plan(manifests(shape))).requests;
    const { applied: changes, requests } = await applied(world, shape);
    const needed = changes + changes + refresh;
    const ticks = patient.workspaceCreateMs / 100;
    expect(requests - needed).toBeLessThanOrEqual(shape.groups * (ticks + 3));
    expect(requests - needed).toBeGreaterThan(ticks);
  });
});
