import { describe, expect, it } from 'vitest';
import { actionsOf, changeOf, createAppWorld, done, onlyOf, type AppWorld } from './app-world.ts';

const ADDRESS = 'deployments.shop';

function stack(replicas: number): string {
  return [
    'apps:',
    '  shop:',
    '    region: us-east-1',
    '    spicepod: { version: v2, kind: Spicepod, name: shop }',
    `    replicas: ${replicas}`,
    'deployments: { shop: { app: shop } }',
  ].join('\n');
}

async function deployed(): Promise<AppWorld> {
  const world = createAppWorld();
  await done(world.apply(stack(1)));
  await world.clock.advance(10_000);
  return world;
}

function deployments(world: AppWorld): readonly { readonly id: string }[] {
  return world.emulator.control.snapshot().filter(({ type }) => type === 'deployment');
}

/** The newest deployment has a status that this version of trueup does not know. */
function become(world: AppWorld, status: string): void {
  const { id = '' } = deployments(world).at(-1) ?? {};
  world.emulator.control.mutate({ op: 'set', type: 'deployment', id, fields: { status } });
}

describe('a deployment whose status is neither success nor failure', () => {
  it.each(['optimising', 'created'])(
    '(%s) is no reason for another, and is told',
    async (status) => {
      const world = await deployed();
      become(world, status);
      const planned = await world.plan(stack(1));
      expect(actionsOf(planned)).toEqual([]);
      expect(planned.plan.drift).toEqual([]);
      const notes = planned.plan.diagnostics.filter(({ code }) => code === 'status-unclear');
      expect(notes).toMatchObject([{ severity: 'note', address: `spice.${ADDRESS}` }]);
      expect(notes[0]?.message).toContain(`'${status}'`);
      await done(world.apply(stack(1)));
      expect(deployments(world)).toHaveLength(1);
    },
  );

  it('is none either when somebody else made it', async () => {
    const world = await deployed();
    const { id: app } = onlyOf(world, 'app');
    world.emulator.control.mutate({ op: 'create', type: 'deployment', app, body: { replicas: 5 } });
    become(world, 'optimising');
    expect(actionsOf(await world.plan(stack(1)))).toEqual([]);
    become(world, 'succeeded');
    expect(actionsOf(await world.plan(stack(1)))).toEqual([`update ${ADDRESS}`]);
  });

  it('is waited for by a change, to the deadline, and named then', async () => {
    const world = await deployed();
    become(world, 'optimising');
    expect(actionsOf(await world.plan(stack(2)))).toEqual([
      'update apps.shop',
      `update ${ADDRESS}`,
    ]);
    const ran = await world.apply(stack(2));
    expect(ran.outcome?.problems).toMatchObject([{ code: 'not-settled' }]);
    expect(ran.outcome?.problems[0]?.message).toContain('optimising');
    expect(deployments(world)).toHaveLength(1);
    become(world, 'succeeded');
    await done(world.apply(stack(2)));
    expect(deployments(world)).toHaveLength(2);
    expect(actionsOf(await world.plan(stack(2)))).toEqual([]);
  });

  it('holds up no other one where the API only calls it made', async () => {
    const world = await deployed();
    become(world, 'created');
    await done(world.apply(stack(2)));
    expect(deployments(world)).toHaveLength(2);
    expect(actionsOf(await world.plan(stack(2)))).toEqual([]);
  });
});

describe('a deployment of trueup that failed', () => {
  it.each(['the first', 'a later one'])('(%s) is not yet applied, and no drift', async (which) => {
    const world = which === 'the first' ? createAppWorld() : await deployed();
    world.emulator.control.failDeployments({ errorMessage: 'no CPU is left' });
    await world.apply(stack(2));
    const planned = await world.plan(stack(2));
    expect(planned.plan.drift).toEqual([]);
    const change = changeOf(planned, ADDRESS);
    expect(change.action).toBe('update');
    for (const { causes } of change.fields) expect(causes).not.toContain('drift');
    expect(change.notes.join()).toContain('no CPU is left');
  });

  it.each(['the first', 'a later one'])(
    '(%s) is followed by ours, although somebody else deployed in between',
    async (which) => {
      const world = which === 'the first' ? createAppWorld() : await deployed();
      world.emulator.control.failDeployments({});
      await world.apply(stack(1));
      if (which !== 'the first') {
        const { id: app } = onlyOf(world, 'app');
        world.emulator.control.mutate({ op: 'create', type: 'deployment', app, body: {} });
        await world.clock.advance(10_000);
        world.emulator.control.failDeployments({});
        await world.apply(stack(1));
      }
      const { id: app } = onlyOf(world, 'app');
      world.emulator.control.failDeployments({ times: 0 });
      await world.clock.advance(10_000);
      world.emulator.control.mutate({ op: 'create', type: 'deployment', app, body: {} });
      await world.clock.advance(10_000);
      const before = deployments(world).length;
      await done(world.apply(stack(1)));
      expect(deployments(world)).toHaveLength(before + 1);
      expect(actionsOf(await world.plan(stack(1)))).toEqual([]);
    },
  );

  it('is drift once somebody else has deployed after it', async () => {
    const world = await deployed();
    const { id: app } = onlyOf(world, 'app');
    world.emulator.control.failDeployments({});
    await world.apply(stack(2));
    await world.clock.advance(10_000);
    world.emulator.control.mutate({ op: 'create', type: 'deployment', app, body: {} });
    await world.clock.advance(10_000);
    expect((await world.plan(stack(2))).plan.drift).toHaveLength(1);
  });
});
