import { describe, expect, test } from 'vitest';
import type { FaultRule } from '../../src/emulator/faults.ts';
import { actionsOf, createWorld, type StackFiles, type World } from '../_helpers/world.ts';

function files(text: string): StackFiles {
  return new Map([
    ['trueup.yaml', 'stack: small\n'],
    ['main.yaml', text],
  ]);
}

/** Fields of the one object of a type and name that is not deleted. */
function live(world: World, type: string, name: string): Readonly<Record<string, unknown>> {
  const found = world.emulator.control
    .snapshot()
    .find(
      ({ fields, ...item }) =>
        item.type === type && [fields['name'], fields['role']].includes(name),
    );
  return found?.fields ?? {};
}

const role = (permissions: string): StackFiles =>
  files(`roles:
  watcher:
    resourceType: Cluster
    description: Ours
    permissions: [${permissions}]
    lifecycle: { ignoreChanges: [description] }
`);

describe('a role, which the API takes only as a whole', () => {
  test('keeps a field that is left alone as somebody else has set it', async () => {
    const world = createWorld({ emulated: 'none' });
    await world.apply(role(''));
    const { id } = world.emulator.control.snapshot().find((item) => item.type === 'role') ?? {
      id: '',
    };
    world.emulator.control.mutate({
      op: 'set',
      type: 'role',
      id,
      fields: { description: 'Theirs' },
    });
    expect(actionsOf(await world.plan(role('')))).toEqual([]);
    const result = await world.apply(role('Operate'));
    expect(result.outcome).toMatchObject({ applied: 1, failed: 0 });
    expect(live(world, 'role', 'watcher')).toMatchObject({
      description: 'Theirs',
      permissions: ['Operate'],
    });
    expect(actionsOf(await world.plan(role('Operate')))).toEqual([]);
  });
});

describe('a resource type that does not exist', () => {
  test.each([
    ['of a role', 'resourceType: Clusterr'],
    [
      'of an inherited role',
      'resourceType: Cluster, inherits: [{ resourceType: Clusterr, role: Reader }]',
    ],
  ])('%s is named at its place when planning', async (_name, fields) => {
    const world = createWorld({ emulated: 'none' });
    const result = await world.plan(
      files(`roles:\n  watcher: { ${fields} }\n  other: { resourceType: Team }\n`),
    );
    const { diagnostics = [] } = result.planned?.plan ?? {};
    const told = diagnostics.filter((item) => item.severity === 'error');
    expect(told).toMatchObject([
      {
        code: 'name-unknown',
        address: 'singlestore.roles.watcher',
        position: { file: 'main.yaml', line: 2 },
      },
    ]);
    expect(told[0]?.message).toMatch(/no resource type Clusterr.*Cluster/);
    expect(actionsOf(result)).toEqual(['create singlestore.roles.other']);
  });

  test('is not concluded while the catalogue of permissions cannot be read', async () => {
    const world = createWorld({ emulated: 'none' });
    const fault = { kind: 'status', status: 403 } as const;
    world.emulator.control.setFaults({ rules: [{ path: 'permissions', fault }] });
    const { planned } = await world.plan(files('roles:\n  watcher: { resourceType: Clusterr }\n'));
    const codes = planned?.plan.diagnostics.map((item) => item.code);
    expect(codes).toContain('inventory-incomplete');
    expect(codes).not.toContain('name-unknown');
  });
});

const group = (password: string): StackFiles =>
  files(`workspaceGroups:
  main: { provider: AWS, regionName: us-east-1, firewallRanges: [], adminPassword: ${password} }
`);

describe('a password that the API does not take', () => {
  test('is a failure that names it, and shows in every plan until another one is applied', async () => {
    const world = createWorld();
    const first = await world.apply(group('weak'));
    expect(first.outcome).toMatchObject({ applied: 0, failed: 1 });
    expect(first.outcome?.problems).toMatchObject([
      { code: 'field-refused', message: expect.stringContaining('adminPassword') as string },
    ]);
    const warned = first.events.flatMap((event) =>
      event.type === 'diagnostic' ? [event.diagnostic.code] : [],
    );
    expect(warned).toContain('generated-secret-lost');
    const change = ['update singlestore.workspaceGroups.main'];
    expect(actionsOf(await world.plan(group('weak')))).toEqual(change);
    const again = await world.apply(group('weak'));
    expect(again.outcome?.problems[0]?.message).toContain('adminPassword');
    expect(actionsOf(await world.plan(group('weak')))).toEqual(change);
    await world.apply(group('Correct-Horse-7-Battery!'));
    expect(actionsOf(await world.plan(group('Correct-Horse-7-Battery!')))).toEqual([]);
  });
});

const sized = (size: string): StackFiles =>
  files(`workspaceGroups:
  main: { provider: AWS, regionName: us-east-1, firewallRanges: [] }
workspaces:
  night: { workspaceGroup: main, size: ${size} }
`);

async function suspended(): Promise<World> {
  const world = createWorld();
  await world.apply(sized('S-00'));
  const { control } = world.emulator;
  const id = control.snapshot().find((item) => item.type === 'workspace')?.id ?? '';
  control.mutate({ op: 'state', type: 'workspace', id, state: 'SUSPENDED' });
  control.settleNow();
  await world.apply(sized('S-00'));
  return world;
}

describe('the resize of a suspended workspace', () => {
  const steps = [
    ['POST', '/resume'],
    ['PATCH', '/workspaces/'],
    ['POST', '/suspend'],
  ] as const;
  const ways: readonly (readonly [string, Omit<FaultRule, 'method' | 'path'>])[] = [
    ['reset before it is done', { phase: 'before', fault: { kind: 'reset' } }],
    ['reset when it is done', { phase: 'after', fault: { kind: 'reset' } }],
    ['a 500 when it is done', { phase: 'after', fault: { kind: 'status', status: 500 } }],
    ['no answer before its deadline', { phase: 'after', fault: { kind: 'hang' } }],
    ['an answer that is cut off', { fault: { kind: 'truncate' } }],
  ];
  const cases = steps.flatMap(([method, path]) =>
    ways.map(([name, rule]) => [`${method} ${path}`, name, { ...rule, method, path }] as const),
  );

  test.each(cases)('ends well when its %s meets %s', async (_step, _name, rule) => {
    const world = await suspended();
    world.emulator.control.setFaults({ rules: [{ ...rule, times: 1 }] });
    const { outcome } = await world.apply(sized('S-1'));
    expect(outcome?.problems).toEqual([]);
    expect(live(world, 'workspace', 'night')).toMatchObject({ state: 'SUSPENDED', size: 'S-1' });
    expect(actionsOf(await world.plan(sized('S-1')))).toEqual([]);
  });
});
