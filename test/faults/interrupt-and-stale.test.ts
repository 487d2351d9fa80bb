import { describe, expect, test } from 'vitest';
import {
  actionsOf,
  createWorld,
  duplicates,
  stackFromDisk,
  type StackFiles,
  type World,
} from '../_helpers/world.ts';

const acme = stackFromDisk('examples/stacks/acme');
const run = { env: 'dev' };
const approvals = { allowed: [{ risk: 'data-loss', glob: '*' } as const], deletesMax: undefined };

function small(size: string, extra = ''): StackFiles {
  return new Map([
    ['trueup.yaml', 'stack: small\n'],
    [
      'main.yaml',
      `workspaceGroups:
  main: { provider: AWS, regionName: us-east-1, firewallRanges: [203.0.113.0/24] }
workspaces:
  app: { workspaceGroup: main, size: ${size} }
${extra}`,
    ],
  ]);
}

function idOf(world: World, type: string, name: string): string {
  const found = world.emulator.control
    .snapshot()
    .find((object) => object.type === type && object.fields['name'] === name);
  return found?.id ?? 'none';
}

/** Lets the plan's reads grow old, so that every object is read again before it is written. */
async function growOld(world: World): Promise<void> {
  await world.clock.sleep(61_000);
}

describe('an interrupt behind any request', () => {
  test('starts nothing new, and the next apply converges', async () => {
    const { requests } = await createWorld().apply(acme, run);
    for (let k = 20; k < requests; k += 2) {
      const world = createWorld();
      let atStop = 0;
      const first = await world.apply(acme, {
        ...run,
        onRequest: (count, stop) => {
          if (count !== k) return;
          stop();
          atStop = world.emulator.log.length;
        },
      });
      expect(first.outcome?.interrupted).toBe(true);
      const later = world.emulator.log.slice(atStop).filter((entry) => entry.method !== 'GET');
      expect(later.length, `k=${k}`).toBeLessThanOrEqual(10);
      const second = await world.apply(acme, run);
      expect(second.outcome?.problems, `k=${k}`).toEqual([]);
      expect(actionsOf(await world.plan(acme, run)), `k=${k}`).toEqual([]);
      expect(duplicates(world.emulator), `k=${k}`).toEqual([]);
    }
  }, 60_000);
});

describe('what changed between plan and apply', () => {
  test('is not overwritten: the change is skipped as stale', async () => {
    const world = createWorld();
    await world.apply(small('S-00'));
    const result = await world.apply(small('S-1'), {
      between: async () => {
        const id = idOf(world, 'workspace', 'app');
        world.emulator.control.mutate({
          op: 'set',
          type: 'workspace',
          id,
          fields: { size: 'S-4' },
        });
        await growOld(world);
      },
    });
    expect(result.outcome).toMatchObject({ applied: 0, skipped: 1 });
    expect(result.outcome?.problems.map((item) => item.code)).toEqual(['stale']);
  });

  test('to what the manifest wants is done already: nothing is sent', async () => {
    const world = createWorld();
    await world.apply(small('S-00'));
    const before = world.emulator.log.length;
    const result = await world.apply(small('S-1'), {
      between: async () => {
        const id = idOf(world, 'workspace', 'app');
        world.emulator.control.mutate({
          op: 'set',
          type: 'workspace',
          id,
          fields: { size: 'S-1' },
        });
        await growOld(world);
      },
    });
    expect(result.outcome).toMatchObject({ applied: 1, skipped: 0, failed: 0 });
    const sent = world.emulator.log.slice(before).filter((entry) => entry.method !== 'GET');
    expect(sent).toEqual([]);
  });

  test('an object deleted meanwhile is not written to', async () => {
    const world = createWorld();
    await world.apply(small('S-00'));
    const result = await world.apply(small('S-1'), {
      between: async () => {
        const id = idOf(world, 'workspace', 'app');
        world.emulator.control.mutate({ op: 'delete', type: 'workspace', id });
        await growOld(world);
      },
    });
    expect(result.outcome?.problems.map((item) => item.code)).toEqual(['stale']);
  });

  test('an object of the same name that appears meanwhile stops the create', async () => {
    const world = createWorld();
    await world.apply(small('S-00'));
    const result = await world.apply(
      small('S-00', '  second: { workspaceGroup: main, size: S-00 }\n'),
      {
        between: async () => {
          const workspaceGroupID = idOf(world, 'workspaceGroup', 'main');
          const fields = { workspaceGroupID, name: 'second', size: 'S-00' };
          world.emulator.control.mutate({ op: 'create', type: 'workspace', body: fields });
          await growOld(world);
        },
      },
    );
    expect(result.outcome?.problems.map((item) => item.code)).toEqual(['stale']);
    expect(duplicates(world.emulator)).toEqual([]);
  });

  test('a workspace that appears inside a group stops its delete', async () => {
    const world = createWorld();
    await world.apply(small('S-00'));
    const result = await world.apply(small('S-00'), {
      plan: { destroy: true, approvals },
      between: () => {
        const workspaceGroupID = idOf(world, 'workspaceGroup', 'main');
        const fields = { workspaceGroupID, name: 'precious', size: 'S-00' };
        world.emulator.control.mutate({ op: 'create', type: 'workspace', body: fields });
        world.emulator.control.settleNow();
      },
    });
    expect(result.outcome?.problems.map((item) => item.code)).toContain('guard-new-content');
    const group = world.emulator.control
      .snapshot()
      .find((object) => object.type === 'workspaceGroup');
    expect(group?.fields['state']).toBe('ACTIVE');
  });
});

describe("a delete whose object is inside nobody's plan", () => {
  test('foreign workspaces are listed before their group may go', async () => {
    const world = createWorld();
    await world.apply(small('S-00'));
    const workspaceGroupID = idOf(world, 'workspaceGroup', 'main');
    const fields = { workspaceGroupID, name: 'foreign', size: 'S-00' };
    world.emulator.control.mutate({ op: 'create', type: 'workspace', body: fields });
    world.emulator.control.settleNow();
    const { planned } = await world.plan(small('S-00'), { plan: { destroy: true, approvals } });
    const group = planned?.plan.changes.find((change) => change.address.endsWith('Groups.main'));
    expect(group?.cascade.map((entry) => entry.name).toSorted()).toEqual(['app', 'foreign']);
    expect(group?.risk).toBe('data-loss');
    const result = await world.apply(small('S-00'), { plan: { destroy: true, approvals } });
    expect(result.outcome?.problems).toEqual([]);
    const deletes = world.emulator.log.filter((entry) => entry.method === 'DELETE');
    expect(
      deletes.map((entry) => entry.path).filter((path) => path.includes('force=true')),
    ).toHaveLength(1);
  });
});

/** One change of each action, and what somebody else does between plan and apply. */
interface Disturbance {
  readonly before: string;
  readonly after: string;
  /** More to plan with. */
  readonly plan?: NonNullable<Parameters<World['apply']>[1]>['plan'];
  readonly act: (world: World) => void;
  readonly outcome: Readonly<Record<string, number>>;
  readonly told: readonly string[];
  /** Writes that are sent all the same, without IDs. */
  readonly writes: readonly string[];
}

const team = (name: string, description: string): string =>
  `teams: { ${name}: { description: ${description} } }\n`;
const deleteTeam = (name: string) => (world: World) => {
  world.emulator.control.mutate({ op: 'delete', type: 'team', id: idOf(world, 'team', name) });
};
const describeTeam = (name: string, description: string) => (world: World) => {
  const id = idOf(world, 'team', name);
  world.emulator.control.mutate({ op: 'set', type: 'team', id, fields: { description } });
};
const createTeam = (name: string) => (world: World) => {
  world.emulator.control.mutate({ op: 'create', type: 'team', body: { name } });
};
const both = (...acts: readonly ((world: World) => void)[]) => {
  return (world: World): void => {
    for (const act of acts) act(world);
  };
};
const stale = { applied: 0, skipped: 1, failed: 0, blocked: 0 };
const done = { applied: 1, skipped: 0, failed: 0, blocked: 0 };

const DISTURBANCES: Readonly<Record<string, Disturbance>> = {
  'create: a namesake appeared': {
    before: team('t', 'a'),
    after: 'teams: { t: { description: a }, u: {} }\n',
    act: createTeam('u'),
    outcome: stale,
    told: ['singlestore.teams.u exists since the plan was made'],
    writes: [],
  },
  'update: moved to something else': {
    before: team('t', 'a'),
    after: team('t', 'b'),
    act: describeTeam('t', 'c'),
    outcome: stale,
    told: ['description changed since the plan was made, from "a" to "c"'],
    writes: [],
  },
  'update: moved to what is wanted': {
    before: team('t', 'a'),
    after: team('t', 'b'),
    act: describeTeam('t', 'b'),
    outcome: done,
    told: [],
    writes: [],
  },
  'update: the object is gone': {
    before: team('t', 'a'),
    after: team('t', 'b'),
    act: deleteTeam('t'),
    outcome: stale,
    told: ['is gone since the plan was made'],
    writes: [],
  },
  'update: another object has taken the name': {
    before: team('t', 'a'),
    after: team('t', 'b'),
    act: both(deleteTeam('t'), createTeam('t')),
    outcome: stale,
    told: ['is gone since the plan was made'],
    writes: [],
  },
  'delete: the object is gone already': {
    before: 'teams: { t: {}, u: {} }\n',
    after: 'teams: { t: {} }\n',
    act: deleteTeam('u'),
    outcome: done,
    told: [],
    writes: [],
  },
  'delete: the object changed': {
    before: 'teams: { t: {}, u: { description: a } }\n',
    after: 'teams: { t: {} }\n',
    act: describeTeam('u', 'precious'),
    outcome: stale,
    told: ['description changed since the plan was made, from "a" to "precious"'],
    writes: [],
  },
  'replace: the object changed': {
    before: team('t', 'a'),
    after: team('t', 'a'),
    plan: { replace: ['*.t'] },
    act: describeTeam('t', 'precious'),
    outcome: stale,
    told: ['description changed since the plan was made, from "a" to "precious"'],
    writes: [],
  },
  'replace: the object is gone': {
    before: team('t', 'a'),
    after: team('t', 'a'),
    plan: { replace: ['*.t'] },
    act: deleteTeam('t'),
    outcome: done,
    told: [],
    writes: ['POST /v1/teams'],
  },
  'import: the object changed': {
    before: team('t', 'a'),
    after: 'teams: { t: { description: a }, Finance: { description: mine } }\n',
    plan: { adopt: ['*.Finance'] },
    act: describeTeam('Finance', 'theirs'),
    outcome: stale,
    told: ['singlestore.teams.Finance: description changed since the plan was made'],
    writes: [],
  },
  'import: the object is gone': {
    before: team('t', 'a'),
    after: 'teams: { t: { description: a }, Finance: { description: mine } }\n',
    plan: { adopt: ['*.Finance'] },
    act: deleteTeam('Finance'),
    outcome: stale,
    told: ['is gone since the plan was made'],
    writes: [],
  },
  'move: the object changed': {
    before: team('t', 'a'),
    after: `moved: [{ from: teams.t, to: teams.u }]\n${team('u', 'a')}`,
    act: describeTeam('t', 'theirs'),
    outcome: done,
    told: [],
    writes: [],
  },
  'a dependent of what is skipped is blocked': {
    before: team('t', 'a'),
    after: 'teams: { t: { description: b }, u: { members: { teams: [t] } } }\n',
    act: describeTeam('t', 'c'),
    outcome: { applied: 0, skipped: 1, failed: 0, blocked: 1 },
    told: ['from "a" to "c"'],
    writes: [],
  },
  'a secret: its values are told to nobody': {
    before: 'secrets: { S: { value: first-secret } }\n',
    after: 'secrets: { S: { value: second-secret } }\n',
    act: (world) => {
      const id = idOf(world, 'secret', 'S');
      const body = { value: 'third-secret' };
      world.emulator.control.mutate({
        op: 'request',
        method: 'PATCH',
        path: `/v1/secrets/${id}`,
        body,
      });
    },
    outcome: stale,
    told: ['singlestore.secrets.S: value changed since the plan was made'],
    writes: [],
  },
};

function stackOf(main: string): StackFiles {
  return new Map([
    ['trueup.yaml', 'stack: small\n'],
    ['main.yaml', main],
  ]);
}

describe('between plan and apply, for each action', () => {
  test.each(Object.entries(DISTURBANCES))('%s', async (_name, item) => {
    const world = createWorld();
    createTeam('Finance')(world);
    world.emulator.control.settleNow();
    await world.apply(stackOf(item.before));
    let from = 0;
    const result = await world.apply(stackOf(item.after), {
      ...(item.plan === undefined ? {} : { plan: item.plan }),
      between: async () => {
        item.act(world);
        world.emulator.control.settleNow();
        await growOld(world);
        from = world.emulator.log.length;
      },
    });
    expect(result.outcome).toMatchObject(item.outcome);
    const messages = result.outcome?.problems.map((problem) => problem.message) ?? [];
    expect(messages).toEqual(item.told.map((text) => expect.stringContaining(text)));
    expect(JSON.stringify(result.outcome)).not.toContain('-secret');
    const sent = world.emulator.log.slice(from).filter(({ method }) => method !== 'GET');
    expect(sent.map(({ method, path }) => `${method} ${path}`)).toEqual(item.writes);
  });
});

const teams = (inner: string, more = ''): StackFiles =>
  new Map([
    ['trueup.yaml', 'stack: small\n'],
    [
      'main.yaml',
      `${more}teams:\n  ${inner}: { name: inner }\n  outer: { members: { teams: [${inner}] } }\n`,
    ],
  ]);

describe('what refers to an object that this run makes again', () => {
  test.each([
    ['where it was', 'inner', ''],
    ['under a new address', 'core', 'moved: [{ from: teams.inner, to: teams.core }]\n'],
  ])('follows it %s', async (_name, key, moved) => {
    const world = createWorld();
    await world.apply(teams('inner'));
    const old = idOf(world, 'team', 'inner');
    const result = await world.apply(teams(key, moved), { plan: { replace: [`*.${key}`] } });
    expect(result.outcome?.problems).toEqual([]);
    const bodies = actionsOf(await world.plan(teams(key, moved)));
    expect(bodies).toEqual([]);
    expect(idOf(world, 'team', 'inner')).not.toBe(old);
  });

  test('is still there when it is only forgotten', async () => {
    const world = createWorld();
    await world.apply(teams('inner'));
    const removed = 'removed: [{ address: teams.inner, destroy: false }]\n';
    const alone = new Map([
      ['trueup.yaml', 'stack: small\n'],
      ['main.yaml', `${removed}teams: { outer: { members: { teams: [] } } }\n`],
    ]);
    const result = await world.apply(alone);
    expect(result.outcome).toMatchObject({ applied: 2, skipped: 0, problems: [] });
    expect(idOf(world, 'team', 'inner')).not.toBe('none');
  });
});

describe('the delete of a group', () => {
  test('is stopped by what lists show too late, with more than the words of the API', async () => {
    const world = createWorld({ emulated: { listLagMs: 60_000 } });
    await world.apply(small('S-00'));
    await world.clock.advance(61_000);
    const { control } = world.emulator;
    const workspaceGroupID = idOf(world, 'workspaceGroup', 'main');
    control.mutate({
      op: 'create',
      type: 'workspace',
      body: { workspaceGroupID, name: 'precious', size: 'S-00' },
    });
    const result = await world.apply(small('S-00'), { plan: { destroy: true, approvals } });
    const [problem] = result.outcome?.problems ?? [];
    expect(problem).toMatchObject({ code: 'guard-new-content' });
    expect(problem?.hint).toContain('plan again');
    expect(idOf(world, 'workspaceGroup', 'main')).toBe(workspaceGroupID);
  });
});

const project: StackFiles = new Map([
  ['trueup.yaml', 'stack: small\n'],
  ['main.yaml', 'projects: { shop: { edition: STANDARD } }\n'],
]);
/** Somebody makes a group in it. */
const fill = (world: World): void => {
  const projectID = idOf(world, 'project', 'shop');
  const group = { name: 'theirs', provider: 'AWS', regionName: 'us-east-1', projectID };
  const body = { ...group, firewallRanges: [] };
  world.emulator.control.mutate({ op: 'create', type: 'workspaceGroup', body });
  world.emulator.control.settleNow();
};

describe('the delete of a project', () => {
  test('is not planned while a group is in it', async () => {
    const world = createWorld();
    await world.apply(project);
    fill(world);
    const { planned } = await world.plan(project, { plan: { destroy: true, approvals } });
    expect(planned?.plan.changes).toEqual([]);
    expect(planned?.plan.diagnostics).toMatchObject([{ code: 'object-in-use' }]);
  });

  test('is not sent when a group came into it since the plan, whatever the API would do', async () => {
    const world = createWorld();
    await world.apply(project);
    const before = world.emulator.log.length;
    const between = (): void => {
      fill(world);
    };
    const run = { plan: { destroy: true, approvals }, between };
    const { outcome } = await world.apply(project, run);
    expect(outcome?.problems.map(({ code }) => code)).toEqual(['guard-new-content']);
    const deletes = world.emulator.log.slice(before).filter(({ method }) => method === 'DELETE');
    expect(deletes).toEqual([]);
  });

  test('comes after the groups of the stack that are in it', async () => {
    const world = createWorld();
    const both: StackFiles = new Map([
      ...project,
      [
        'group.yaml',
        'workspaceGroups: { main: { project: shop, provider: AWS, regionName: us-east-1, firewallRanges: [] } }\n',
      ],
    ]);
    await world.apply(both);
    const { outcome } = await world.apply(both, { plan: { destroy: true, approvals } });
    expect(outcome).toMatchObject({ applied: 2, failed: 0, problems: [] });
  });
});

function onlyMain(main: string): StackFiles {
  return new Map([
    ['trueup.yaml', 'stack: small\n'],
    ['main.yaml', main],
  ]);
}

describe('the delete of an access control', () => {
  test('shows the grants that go, and leaves those of others', async () => {
    const team = 'teams: { t: {} }\n';
    const grant =
      'accessControls: { own: { object: { team: t }, role: Owner, users: [ann@acme.example] } }\n';
    const world = createWorld();
    await world.apply(onlyMain(team + grant));
    const { control } = world.emulator;
    const bob = control.snapshot().find(({ fields }) => fields['email'] === 'bob@acme.example');
    const id = idOf(world, 'team', 't');
    control.mutate({ op: 'grant', type: 'team', id, role: 'Owner', users: [bob?.id ?? ''] });
    const { planned, outcome } = await world.apply(onlyMain(team));
    expect(planned?.plan.changes.find(({ action }) => action === 'delete')).toMatchObject({
      before: { users: ['ann@acme.example'], teams: [] },
    });
    expect(outcome).toMatchObject({ applied: 1, failed: 0 });
    const left: unknown = control.mutate({
      op: 'request',
      method: 'GET',
      path: `/v1/teams/${id}/accessControls`,
    });
    expect(JSON.stringify(left)).toContain('bob@acme.example');
    expect(JSON.stringify(left)).not.toContain('"ann@acme.example"');
  });
});
