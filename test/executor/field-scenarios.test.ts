import { describe, expect, test } from 'vitest';
import { missingApprovals } from '../../src/planner/guards.ts';
import type { Plan, ResourceChange } from '../../src/planner/plan.ts';
import type { Manifest } from '../_helpers/conformance/case.ts';
import { withEntries } from '../_helpers/conformance/stage.ts';
import { createFieldWorld, type FieldWorld } from '../_helpers/field-world.ts';

const GROUP = { provider: 'AWS', regionName: 'us-east-1', firewallRanges: ['10.0.0.0/8'] };
const HOME: Manifest = { workspaceGroups: { home: GROUP } };

function changed(plan: Plan): readonly string[] {
  return plan.changes
    .filter((change) => change.action !== 'no-op')
    .map((change) => `${change.action} ${change.address.replace('singlestore.', '')}`);
}

function errors(plan: Plan): readonly string[] {
  return plan.diagnostics
    .filter((item) => item.severity === 'error')
    .map((item) => `${item.code} ${(item.address ?? '').replace('singlestore.', '')}`);
}

function changeOf(plan: Plan, address: string): ResourceChange | undefined {
  return plan.changes.find((change) => change.address === `singlestore.${address}`);
}

function ownProject(edition: string): Manifest {
  return {
    projects: { own: { edition, lifecycle: { replace: 'allow' } } },
    workspaceGroups: { within: { ...GROUP, project: 'own' } },
  };
}

function inProject(project: unknown): Manifest {
  return {
    projects: { own: { name: 'Own Project', edition: 'STANDARD' } },
    workspaceGroups: { home: { ...GROUP, project } },
  };
}

function protectedIn(regionName: string): Manifest {
  const lifecycle = { protect: true, replace: 'allow' };
  return { workspaceGroups: { home: { ...GROUP, regionName, lifecycle } } };
}

function expiring(expiresAt: string): Manifest {
  return { workspaceGroups: { home: { ...GROUP, expiresAt } } };
}

function ownedBy(users: readonly string[]): Manifest {
  return withEntries(HOME, {
    teams: { readers: {} },
    accessControls: {
      owners: { object: { workspaceGroup: 'home' }, role: 'Owner', users },
      readers: { object: { workspaceGroup: 'home' }, role: 'Reader', teams: ['readers'] },
    },
  });
}

function ownersOf(world: FieldWorld): number {
  return world.world.emulator.control
    .snapshot()
    .filter(({ type, fields }) => type === 'grant' && fields['role'] === 'Owner')
    .filter(({ fields }) => fields['resourceID'] === world.id('workspaceGroups.home')).length;
}

describe('suspension', () => {
  const app = { workspaceGroup: 'home', size: 'S-0' };
  const stack = (entry: object): Manifest =>
    withEntries(HOME, { workspaces: { app: { ...app, ...entry } } });

  test('left out, both states are settled and a change puts the state back that it found', async () => {
    const fields = createFieldWorld();
    await fields.apply(stack({}));
    await fields.mutate({
      op: 'state',
      type: 'workspace',
      id: fields.id('workspaces.app'),
      state: 'SUSPENDED',
    });
    const idle = await fields.plan(stack({}));
    expect([changed(idle), idle.drift, idle.diagnostics]).toEqual([[], [], []]);
    const result = await fields.apply(stack({ size: 'S-1' }));
    expect(changeOf(result.plan, 'workspaces.app')).toMatchObject({
      action: 'update',
      steps: ['resume', 'update', 'suspend'],
      restore: { suspended: true },
      notes: [expect.stringContaining('runs meanwhile')],
    });
    expect(result.outcome?.problems).toEqual([]);
    const path = '/v1/workspaces/{workspaces.app}';
    expect(result.writes).toEqual([
      `POST ${path}/resume`,
      `PATCH ${path} size`,
      `POST ${path}/suspend`,
    ]);
    expect(changed(await fields.plan(stack({ size: 'S-1' })))).toEqual([]);
    const [workspace] = fields.world.emulator.control
      .snapshot()
      .filter(({ type }) => type === 'workspace');
    expect(workspace?.fields).toMatchObject({ state: 'SUSPENDED', size: 'S-1' });
  });

  test('true keeps it suspended through a change; false resumes it', async () => {
    const fields = createFieldWorld();
    const made = await fields.apply(stack({ suspended: true, deploymentType: 'NON-PRODUCTION' }));
    expect(made.outcome?.problems).toEqual([]);
    const path = '/v1/workspaces/{workspaces.app}';
    expect(made.writes.slice(1)).toEqual([
      'POST /v1/workspaces name,size,workspaceGroupID',
      `PATCH ${path} deploymentType`,
      `POST ${path}/suspend`,
    ]);
    const kai = await fields.apply(stack({ suspended: true, enableKai: true }));
    expect(kai.writes).toEqual([
      `POST ${path}/resume`,
      `PATCH ${path} enableKai`,
      `POST ${path}/suspend`,
    ]);
    const both = await fields.apply(stack({ suspended: false, enableKai: false }));
    expect(both.writes).toEqual([`POST ${path}/resume`, `PATCH ${path} enableKai`]);
    const down = await fields.apply(stack({ suspended: true, enableKai: true }));
    expect(down.writes).toEqual([`PATCH ${path} enableKai`, `POST ${path}/suspend`]);
    expect(changed(await fields.plan(stack({ suspended: true, enableKai: true })))).toEqual([]);
  });
});

describe('mistakes that only the account can show', () => {
  test('a sixth workspace is refused, the five others are made', async () => {
    const fields = createFieldWorld();
    const keys = ['a', 'b', 'c', 'd', 'e', 'f'];
    const workspaces = Object.fromEntries(keys.map((key) => [key, { workspaceGroup: 'home' }]));
    const plan = await fields.plan(withEntries(HOME, { workspaces }));
    expect(errors(plan)).toEqual(['limit-exceeded workspaces.f']);
    expect(changed(plan)).toHaveLength(6);
  });

  test.each([
    ['name-unknown', { workspaceGroups: { bad: { ...GROUP, regionName: 'us-east-9' } } }],
    ['name-unknown', { roles: { bad: { resourceType: 'Cluster', permissions: ['Veiw'] } } }],
    [
      'name-unknown',
      {
        roles: {
          bad: { resourceType: 'Cluster', inherits: [{ resourceType: 'Cluster', role: 'Raeder' }] },
        },
      },
    ],
    ['name-unknown', { teams: { bad: { members: { users: ['nobody@acme.example'] } } } }],
    [
      'name-unknown',
      {
        accessControls: {
          bad: { object: { workspaceGroup: 'home' }, role: 'Raeder', users: ['ann@acme.example'] },
        },
      },
    ],
    [
      'name-unknown',
      {
        accessControls: {
          bad: { object: { workspaceGroup: 'home' }, role: 'Reader', users: ['no@acme.example'] },
        },
      },
    ],
    ['lookup-failed', { workspaceGroups: { bad: { ...GROUP, project: { name: 'No Project' } } } }],
  ] as readonly (readonly [string, Manifest])[])(
    '%s concerns one resource only: %j',
    async (code, bad) => {
      const fields = createFieldWorld();
      const good: Manifest = {
        teams: { good: { members: { users: ['ann@acme.example'] } } },
        roles: { good: { resourceType: 'Cluster', permissions: ['View'] } },
      };
      const plan = await fields.plan(withEntries(withEntries(HOME, good), bad));
      const [kind = ''] = Object.keys(bad);
      expect(errors(plan)).toEqual([`${code} ${kind}.bad`]);
      expect(changed(plan)).toEqual([
        'create roles.good',
        'create teams.good',
        'create workspaceGroups.home',
      ]);
      expect(plan.undetermined.map((item) => item.address)).toEqual([`singlestore.${kind}.bad`]);
    },
  );
});

describe('replacement', () => {
  test('a team that is made again comes back wherever it stood', async () => {
    const fields = createFieldWorld();
    const stack = withEntries(HOME, {
      teams: {
        inner: { members: { users: ['ann@acme.example'] } },
        outer: { members: { teams: ['inner'] } },
      },
      accessControls: {
        for: { object: { workspaceGroup: 'home' }, role: 'Reader', teams: ['inner'] },
        on: { object: { team: 'inner' }, role: 'Owner', users: ['bob@acme.example'] },
      },
    });
    await fields.apply(stack);
    const result = await fields.apply(stack, { replace: ['teams.inner'] });
    expect(errors(result.plan)).toEqual([]);
    expect(changed(result.plan)).toEqual([
      'update accessControls.for',
      'replace accessControls.on',
      'replace teams.inner',
      'update teams.outer',
    ]);
    expect(result.outcome?.problems).toEqual([]);
    expect(changed(await fields.plan(stack))).toEqual([]);
  });

  test('a project that takes groups along is data loss, approved once, at the project', async () => {
    const fields = createFieldWorld();
    await fields.apply(ownProject('STANDARD'));
    const plan = await fields.plan(ownProject('ENTERPRISE'));
    expect(changed(plan)).toEqual(['replace projects.own', 'replace workspaceGroups.within']);
    const missing = plan.changes.flatMap((change) =>
      missingApprovals(change, { allowed: [], deletesMax: undefined }).map(({ risk }) => [
        change.address,
        risk,
      ]),
    );
    expect(missing).toEqual([['singlestore.projects.own', 'data-loss']]);
  });

  test('what is protected is not made again either', async () => {
    const fields = createFieldWorld();
    await fields.apply(protectedIn('us-east-1'));
    const plan = await fields.plan(protectedIn('us-west-2'));
    expect(errors(plan)).toEqual(['guard-protected workspaceGroups.home']);
  });
});

describe('the project of a group', () => {
  test('is given by key, name or ID, and none of the spellings is a change', async () => {
    const fields = createFieldWorld();
    const made = await fields.apply(inProject('own'));
    expect(made.outcome?.problems).toEqual([]);
    for (const project of [{ name: 'own project' }, { id: fields.id('projects.own') }, 'own']) {
      const result = await fields.apply(inProject(project));
      expect([changed(result.plan), result.plan.drift, result.writes]).toEqual([[], [], []]);
    }
  });
});

describe('an expiry given as a duration', () => {
  test('counts from when it was sent, and the same text says nothing new later', async () => {
    const fields = createFieldWorld({ emulated: 'none' });
    await fields.apply(expiring('48h'));
    await fields.world.clock.advance(24 * 3_600_000);
    const later = await fields.apply(expiring('48h'));
    expect([changed(later.plan), later.plan.drift, later.writes]).toEqual([[], [], []]);
    const other = await fields.plan(expiring('47h'));
    expect(changed(other)).toEqual(['update workspaceGroups.home']);
    expect(changeOf(other, 'workspaceGroups.home')?.causes).toEqual(['manifest']);
    await fields.world.clock.advance(25 * 3_600_000);
    const over = await fields.plan(expiring('48h'));
    expect(errors(over)).toEqual(['object-expired workspaceGroups.home']);
    const allowed = [{ risk: 'recreate', glob: '*' }] as const;
    const again = await fields.plan(expiring('48h'), {
      approvals: { allowed, deletesMax: undefined },
    });
    expect(changed(again)).toEqual(['create workspaceGroups.home']);
  });
});

describe('where the creator of an object becomes its Owner', () => {
  test('an entry that does not list the creator fails and takes nothing away', async () => {
    const fields = createFieldWorld({ switches: { creatorOwns: true } });
    const result = await fields.apply(ownedBy(['ann@acme.example']));
    expect(result.outcome).toMatchObject({ failed: 1, blocked: 0 });
    expect(result.outcome?.problems.map(({ code, address }) => [code, address])).toEqual([
      ['object-exists', 'singlestore.accessControls.owners'],
    ]);
    expect(result.outcome?.problems[0]?.message).toContain('admin@acme.example');
    expect(ownersOf(fields)).toBe(1);
    const next = await fields.plan(ownedBy(['ann@acme.example']));
    expect(errors(next)).toEqual(['object-exists accessControls.owners']);
    const adopting = await fields.plan(ownedBy(['ann@acme.example']), { adopt: ['*.owners'] });
    expect(changeOf(adopting, 'accessControls.owners')?.fields).toEqual([
      expect.objectContaining({ removed: ['admin@acme.example'], added: ['ann@acme.example'] }),
    ]);
  });

  test('an entry that lists the creator too only adds', async () => {
    const fields = createFieldWorld({ switches: { creatorOwns: true } });
    const both = ownedBy(['admin@acme.example', 'ann@acme.example']);
    const result = await fields.apply(both);
    expect(result.outcome?.problems).toEqual([]);
    expect(ownersOf(fields)).toBe(2);
    const next = await fields.plan(both);
    expect([changed(next), next.drift, next.diagnostics]).toEqual([[], [], []]);
  });
});
