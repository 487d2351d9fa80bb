import { describe, expect, test } from 'vitest';
import type { FaultRule } from '../../src/emulator/faults.ts';
import type { ApplyOutcome } from '../../src/executor/apply.ts';
import { actionsOf, createWorld, type StackFiles, type World } from '../_helpers/world.ts';

/** Tries of one request at the pace of the tests; a step that was lost is sent three times. */
const TRIES = 6;
const approvals = { allowed: [{ risk: 'data-loss', glob: '*' } as const], deletesMax: undefined };
const destroy = { plan: { destroy: true, approvals } };

const group: StackFiles = new Map([
  ['trueup.yaml', 'stack: small\n'],
  [
    'main.yaml',
    'workspaceGroups:\n  main: { provider: AWS, regionName: us-east-1, firewallRanges: [] }\n',
  ],
]);
const team: StackFiles = new Map([
  ['trueup.yaml', 'stack: small\n'],
  ['main.yaml', 'teams: { t: {} }\n'],
]);

async function destroyed(
  stack: StackFiles,
  rule: Omit<FaultRule, 'method' | 'path'>,
  act: (world: World) => void = () => undefined,
): Promise<{ outcome: ApplyOutcome | undefined; deletes: number; left: readonly string[] }> {
  const world = createWorld();
  await world.apply(stack);
  world.emulator.control.setFaults({ rules: [{ ...rule, method: 'DELETE', path: '/v1/' }] });
  const from = world.emulator.log.length;
  const { outcome } = await world.apply(stack, {
    ...destroy,
    between: () => {
      act(world);
    },
  });
  const deletes = world.emulator.log.slice(from).filter(({ method }) => method === 'DELETE').length;
  world.emulator.control.setFaults({});
  return { outcome, deletes, left: actionsOf(await world.plan(stack, destroy)) };
}

const reset = { fault: { kind: 'reset' } } as const;
const missing = { fault: { kind: 'status', status: 404 } } as const;

describe('a delete whose answer is lost', () => {
  test('is done when the object goes', async () => {
    const result = await destroyed(group, { ...reset, phase: 'after', times: TRIES });
    expect(result).toMatchObject({ outcome: { applied: 1, problems: [] }, left: [] });
  });

  test('is sent again when the object stays', async () => {
    const result = await destroyed(group, { ...reset, phase: 'before', times: TRIES });
    expect(result).toMatchObject({ outcome: { applied: 1, problems: [] }, left: [] });
    expect(result.deletes).toBe(TRIES + 1);
  });

  test('fails after the third time, and the object is still in the state', async () => {
    const result = await destroyed(group, { ...reset, phase: 'before' });
    expect(result.outcome).toMatchObject({ applied: 0, failed: 1 });
    expect(result.deletes).toBe(3 * TRIES);
    expect(result.left).toEqual(['delete singlestore.workspaceGroups.main']);
  });

  test('counts as lost when the second try is refused: the first may be under way', async () => {
    const world = createWorld();
    await world.apply(group);
    world.emulator.control.setFaults({
      rules: [
        { ...reset, method: 'DELETE', path: '/v1/', phase: 'before', times: TRIES },
        { fault: { kind: 'status', status: 409 }, method: 'DELETE', path: '/v1/', times: 1 },
      ],
    });
    const { outcome } = await world.apply(group, destroy);
    expect(outcome).toMatchObject({ applied: 1, problems: [] });
  });
});

const gone = (world: World): void => {
  const [object] = world.emulator.control.snapshot().filter(({ type }) => {
    return type === 'workspaceGroup';
  });
  world.emulator.control.mutate({ op: 'delete', type: 'workspaceGroup', id: object?.id ?? '' });
  world.emulator.control.settleNow();
};

describe('a delete that is answered with 404', () => {
  test('is done where the object is gone', async () => {
    const result = await destroyed(group, { ...missing, times: 0 }, gone);
    expect(result).toMatchObject({ outcome: { applied: 1, problems: [] }, left: [] });
    expect(result.deletes).toBe(1);
  });

  test('is no proof: where the object stays it has failed', async () => {
    const result = await destroyed(group, missing);
    expect(result.outcome).toMatchObject({ applied: 0, failed: 1 });
    expect(result.outcome?.problems.map(({ code }) => code)).toEqual(['api-error']);
    expect(result.left).toEqual(['delete singlestore.workspaceGroups.main']);
    const one = await destroyed(team, missing);
    expect(one.outcome?.problems.map(({ code }) => code)).toEqual(['not-settled']);
    expect(one.left).toEqual(['delete singlestore.teams.t']);
  });

  test('is refused for good by anything else', async () => {
    const result = await destroyed(team, { fault: { kind: 'status', status: 403 } });
    expect(result.outcome?.problems.map(({ code }) => code)).toEqual(['api-error']);
    expect(result.deletes).toBe(1);
  });
});

const sized = (size: string): StackFiles =>
  new Map([
    ['trueup.yaml', 'stack: small\n'],
    [
      'main.yaml',
      `workspaceGroups:
  main: { provider: AWS, regionName: us-east-1, firewallRanges: [] }
workspaces:
  app: { workspaceGroup: main, size: ${size} }
`,
    ],
  ]);

describe('an object that ends while its change is waited for', () => {
  test.each(['FAILED', 'TERMINATED'])('by becoming %s has failed, and is named', async (state) => {
    const world = createWorld();
    await world.apply(sized('S-00'));
    const app = world.emulator.control.snapshot().find(({ type }) => type === 'workspace');
    const from = world.emulator.log.length;
    let isOver = false;
    const result = await world.apply(sized('S-1'), {
      onRequest: () => {
        const isSent = world.emulator.log.slice(from).some(({ method }) => method === 'PATCH');
        if (!isSent || isOver) return;
        isOver = true;
        const id = app?.id ?? '';
        world.emulator.control.mutate({ op: 'state', type: 'workspace', id, state });
        world.emulator.control.settleNow();
      },
    });
    expect(result.outcome).toMatchObject({ applied: 0, failed: 1 });
    const [problem] = result.outcome?.problems ?? [];
    expect(problem).toMatchObject({ code: 'settle-failed', address: 'singlestore.workspaces.app' });
  });
});
