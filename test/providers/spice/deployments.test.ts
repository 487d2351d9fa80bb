import { describe, expect, it } from 'vitest';
import {
  actionsOf,
  changeOf,
  countWrites,
  createAppWorld,
  done,
  onlyOf,
  type AppWorld,
  type Loss,
  type Ran,
} from './app-world.ts';

const ADDRESS = 'deployments.shop';
const VALUE = 'planted-secret-one';
const OTHER = 'planted-secret-two';

interface Wanted {
  /** Members of the app beside its placement. */
  readonly app?: string;
  readonly secret?: string | null;
  readonly deployment?: string | null;
}

function stack({ app = '', secret = VALUE, deployment = '' }: Wanted = {}): string {
  const spicepod = 'spicepod: { version: v2, kind: Spicepod, name: shop }';
  return [
    `apps: { shop: { region: us-east-1, ${spicepod}${app} } }`,
    secret === null ? '' : `appSecrets: { DSN: { app: shop, value: { fromFile: ${secret} } } }`,
    deployment === null ? '' : `deployments: { shop: { app: shop${deployment} } }`,
  ].join('\n');
}

function deploymentsOf(world: AppWorld): readonly { id: string; secrets: unknown }[] {
  return world.emulator.control
    .snapshot()
    .filter(({ type }) => type === 'deployment')
    .map(({ id, hidden }) => ({ id, secrets: hidden['secrets'] }));
}

async function deployed(main = stack(), world = createAppWorld()): Promise<AppWorld> {
  await done(world.apply(main));
  return world;
}

/** Somebody else begins to deploy the app. */
async function begin(world: AppWorld): Promise<void> {
  const path = `/v1/apps/${onlyOf(world, 'app').id}/deployments`;
  const headers = { authorization: 'Bearer somebody-else', 'content-type': 'application/json' };
  await world.emulator.handle({ method: 'POST', path, headers, body: '{}' });
}

/** Somebody else begins to deploy the app just before the run does. */
function interfere(world: AppWorld): void {
  world.emulator.control.setTiming({ runMs: 3_000 });
  let isDone = false;
  world.onRequest = async (line) => {
    if (isDone || !line.startsWith('POST') || !line.includes('/deployments')) return;
    isDone = true;
    await begin(world);
  };
}

/** An app and its deployment, both under this key. */
function keyed(key: string): string {
  const spicepod = '{ version: v1, kind: Spicepod, name: shop }';
  return `apps: { ${key}: { name: shop, region: us-east-1, spicepod: ${spicepod} } }\ndeployments: { ${key}: { app: ${key} } }`;
}

/** Somebody else deploys the app. */
async function deployOutside(world: AppWorld, body = {}): Promise<void> {
  await world.clock.advance(10_000);
  const app = onlyOf(world, 'app').id;
  world.emulator.control.mutate({ op: 'create', type: 'deployment', app, body });
  await world.clock.advance(10_000);
}

function posted(ran: Ran): number {
  return countWrites(ran, 'POST', '/deployments');
}

describe('the deployment of an app', () => {
  it('comes after the app and its secrets, and is waited for', async () => {
    const world = createAppWorld();
    const ran = await done(world.apply(stack()));
    const order = ran.writes.map((line) => line.split('/').at(-1)?.split(' ')[0]);
    expect(order.at(-1)).toBe('deployments');
    expect(deploymentsOf(world)).toMatchObject([{ secrets: { DSN: VALUE } }]);
    const after = (await world.state())[`spice.${ADDRESS}`];
    expect(after?.attributes).toMatchObject({ status: 'succeeded' });
    expect(after?.dependsOn).toEqual(['spice.appSecrets.DSN', 'spice.apps.shop']);
    const again = await world.plan(stack());
    expect(actionsOf(again)).toEqual([]);
    for (const { shown } of [ran, again]) expect(shown).not.toMatch(/planted-secret/);
  });

  it.each([
    ['a setting of the app', { app: ', replicas: 2' }, 'spice.apps.shop'],
    ['a secret', { secret: OTHER }, 'spice.appSecrets.DSN'],
  ])('is made again for %s, after it', async (_name, wanted, source) => {
    const world = await deployed();
    const planned = await world.plan(stack(wanted));
    expect(actionsOf(planned)).toContain(`update ${ADDRESS}`);
    const change = changeOf(planned, ADDRESS);
    expect(change.notes).toContain(`configuration of the app changed: ${source}`);
    expect(change.fields).toMatchObject([{ pointer: '/configuration', causes: ['upstream'] }]);
    const ran = await done(world.apply(stack(wanted)));
    expect(posted(ran)).toBe(1);
    expect(ran.writes.at(-1)).toContain('/deployments');
    expect(actionsOf(await world.plan(stack(wanted)))).toEqual([]);
    for (const { shown } of [planned, ran]) expect(shown).not.toMatch(/planted-secret/);
  });

  it('is left alone by what it does not run with', async () => {
    const world = await deployed();
    const ran = await done(world.apply(stack({ app: ', description: a shop, tags: { a: b }' })));
    expect(actionsOf(ran)).toEqual(['update apps.shop']);
  });

  it('is made once more for a setting that comes under management with its live value', async () => {
    const world = await deployed();
    const app = onlyOf(world, 'app').id;
    // Set in the portal and not deployed: what runs does not have it.
    world.emulator.control.mutate({
      op: 'request',
      method: 'PUT',
      path: `/v1/apps/${app}`,
      body: { replicas: 2 },
    });
    const wanted = stack({ app: ', replicas: 2' });
    const planned = await world.plan(wanted);
    expect(actionsOf(planned)).toEqual([`update ${ADDRESS}`]);
    expect(changeOf(planned, ADDRESS).notes).toContain(
      'configuration of the app changed since it was last applied',
    );
    expect(posted(await done(world.apply(wanted)))).toBe(1);
    expect(actionsOf(await world.plan(wanted))).toEqual([]);
    const [, newest] = world.emulator.control
      .snapshot()
      .filter(({ type }) => type === 'deployment')
      .map(({ hidden }) => hidden['config']);
    expect(newest).toMatchObject({ replicas: 2 });
  });

  it('is made once more when a setting of somebody else is put right', async () => {
    const world = await deployed(stack({ app: ', replicas: 2' }));
    const change = (body: object): void => {
      const path = `/v1/apps/${onlyOf(world, 'app').id}`;
      world.emulator.control.mutate({ op: 'request', method: 'PUT', path, body: { ...body } });
    };
    // It may have been set just before the last deployment, which then runs with it.
    change({ replicas: 3 });
    const ran = await done(world.apply(stack({ app: ', replicas: 2' })));
    expect([posted(ran), actionsOf(await world.plan(stack({ app: ', replicas: 2' })))]).toEqual([
      1,
      [],
    ]);
    change({ description: 'theirs' });
    const main = stack({ app: ', replicas: 2, description: ours' });
    expect(posted(await done(world.apply(main)))).toBe(0);
  });

  it('follows a secret that goes, after its delete', async () => {
    const world = await deployed();
    const ran = await done(world.apply(stack({ secret: null })));
    expect(ran.writes.map((line) => line.split(' ')[0])).toEqual(['DELETE', 'POST']);
    expect(deploymentsOf(world).at(-1)).toMatchObject({ secrets: {} });
  });

  it('is made again for its own settings', async () => {
    const world = await deployed(stack({ deployment: ', replicas: 1, channel: stable' }));
    for (const settings of [', replicas: 2, channel: stable', ', replicas: 2, channel: nightly']) {
      const ran = await done(world.apply(stack({ deployment: settings })));
      expect([actionsOf(ran), posted(ran)]).toEqual([[`update ${ADDRESS}`], 1]);
      expect(actionsOf(await world.plan(stack({ deployment: settings })))).toEqual([]);
    }
    const last = await done(world.apply(stack({ deployment: '' })));
    expect(actionsOf(last)).toEqual([]);
  });

  it('is not compared without the sources of its secrets', async () => {
    const world = await deployed();
    const planned = await world.plan(stack({ secret: OTHER }), {}, true);
    expect(actionsOf(planned)).toEqual([]);
    expect(planned.plan.drift).toEqual([]);
  });

  it.each(['name', 'id'])('follows an app of the stack that it has by its %s', async (by) => {
    const world = createAppWorld();
    await done(world.apply(stack({ secret: null, deployment: null })));
    const app = by === 'name' ? '{ name: SHOP }' : `{ id: '${onlyOf(world, 'app').id}' }`;
    const main = (replicas: number, secret: string, own = app): string =>
      [
        `apps: { shop: { region: us-east-1, spicepod: { version: v2, kind: Spicepod, name: shop }, replicas: ${replicas} } }`,
        `appSecrets: { DSN: { app: ${own}, value: { fromFile: ${secret} } } }`,
        `deployments: { shop: { app: ${app} } }`,
      ].join('\n');
    await done(world.apply(main(1, VALUE)));
    expect(actionsOf(await world.plan(main(1, VALUE, 'shop')))).toEqual([]);
    expect(posted(await done(world.apply(main(2, VALUE))))).toBe(1);
    expect(posted(await done(world.apply(main(2, OTHER, 'shop'))))).toBe(1);
    expect(deploymentsOf(world).at(-1)).toMatchObject({ secrets: { DSN: OTHER } });
  });

  it('is made at once with an app that it has by name', async () => {
    const world = createAppWorld();
    const main = stack({ secret: null, deployment: null });
    await done(world.apply(`${main}\ndeployments: { shop: { app: { name: shop } } }`));
    expect(deploymentsOf(world)).toHaveLength(1);
  });

  it('of an app that the stack does not manage follows the secrets of the stack', async () => {
    const world = createAppWorld();
    await done(world.apply(stack({ secret: null, deployment: null })));
    const app = '{ name: shop }';
    const main = (value: string): string =>
      [
        `appSecrets: { DSN: { app: ${app}, value: { fromFile: ${value} } } }`,
        `deployments: { shop: { app: ${app} } }`,
        'removed: [{ address: apps.shop, destroy: false }]',
      ].join('\n');
    expect(posted(await done(world.apply(main(VALUE))))).toBe(1);
    expect(actionsOf(await world.plan(main(VALUE)))).toEqual([]);
    const ran = await done(world.apply(main(OTHER)));
    expect(actionsOf(ran)).toEqual(['update appSecrets.DSN', `update ${ADDRESS}`]);
    expect(deploymentsOf(world).at(-1)).toMatchObject({ secrets: { DSN: OTHER } });
  });

  it('is only forgotten with its entry', async () => {
    const world = await deployed();
    const ran = await done(world.apply(stack({ deployment: null })));
    expect(actionsOf(ran)).toEqual([`forget ${ADDRESS}`]);
    expect(changeOf(ran, ADDRESS).notes.join()).toContain('keeps running');
    expect(ran.writes).toEqual([]);
    const { plan } = await world.plan(stack(), { destroy: true });
    expect(plan.changes.find(({ type }) => type === 'spice.apps')?.risks).toMatchObject([
      { risk: 'data-loss', message: expect.stringContaining('the app "shop", its configuration') },
    ]);
  });

  it('is forgotten by a destroy because of that, not of the manifest', async () => {
    const world = await deployed();
    const planned = await world.plan(stack(), { destroy: true });
    expect(changeOf(planned, ADDRESS)).toMatchObject({ action: 'forget', reason: 'destroy' });
    expect(planned.shown).not.toContain('no longer in the manifest');
  });

  it('of an app without a spicepod says what is missing', async () => {
    const world = createAppWorld();
    const main = 'apps: { shop: { region: us-east-1 } }\ndeployments: { shop: { app: shop } }';
    const ran = await world.apply(main);
    expect(ran.outcome?.problems[0]).toMatchObject({ hint: expect.stringContaining('spicepod') });
  });

  it('is not made again when older ones fill more than a page', async () => {
    const world = await deployed();
    const app = onlyOf(world, 'app').id;
    world.emulator.control.setTiming('none');
    for (let count = 0; count < 30; count += 1) {
      await world.clock.advance(1_000);
      world.emulator.control.mutate({ op: 'create', type: 'deployment', app, body: {} });
    }
    await done(world.apply(stack()));
    expect(actionsOf(await world.plan(stack()))).toEqual([]);
  });

  it('whose older ones turn into history stays', async () => {
    const world = await deployed(stack(), createAppWorld({ supersededStatus: 'created' }));
    await done(world.apply(stack({ secret: OTHER })));
    expect(actionsOf(await world.plan(stack({ secret: OTHER })))).toEqual([]);
  });
});

describe('a secret that somebody else touches between the plan and our deployment', () => {
  const NAMED = 'planted-secret-three';

  /** They do so when our own request arrives, and before it is answered. */
  function meddle(world: AppWorld, at: RegExp, how: 'writes' | 'deletes'): void {
    const secrets = `/v1/apps/${onlyOf(world, 'app').id}/secrets`;
    let isDone = false;
    world.onRequest = async (line) => {
      if (isDone || !at.test(line)) return;
      isDone = true;
      await world.clock.sleep(5);
      world.emulator.control.mutate(
        how === 'writes'
          ? { op: 'request', method: 'POST', path: secrets, body: { name: 'DSN', value: NAMED } }
          : { op: 'request', method: 'DELETE', path: `${secrets}/DSN` },
      );
      await world.clock.sleep(5);
    };
  }

  /** Deployed with the other value, or none. */
  async function mixed(how: 'writes' | 'deletes', value: string): Promise<AppWorld> {
    const world = await deployed();
    meddle(world, /^POST .*\/deployments/, how);
    await done(world.apply(stack({ secret: value, deployment: ', replicas: 2' })));
    const theirs = how === 'writes' ? { DSN: NAMED } : {};
    expect(deploymentsOf(world).at(-1)?.secrets).toEqual(theirs);
    return world;
  }

  it.each([
    ['writes', VALUE, 'update'],
    ['writes', OTHER, 'update'],
    ['deletes', OTHER, 'create'],
  ] as const)('(%s, %s) is put back, and deployed', async (how, value, action) => {
    const world = await mixed(how, value);
    const main = stack({ secret: value, deployment: ', replicas: 2' });
    const planned = await world.plan(main);
    expect(actionsOf(planned)).toEqual([`${action} appSecrets.DSN`, `update ${ADDRESS}`]);
    expect(changeOf(planned, ADDRESS)).toMatchObject({
      fields: [{ pointer: '/configuration', causes: ['upstream'] }],
      notes: expect.arrayContaining(['configuration of the app changed: spice.appSecrets.DSN']),
    });
    expect(posted(await done(world.apply(main)))).toBe(1);
    expect(deploymentsOf(world).at(-1)).toMatchObject({ secrets: { DSN: value } });
    expect(actionsOf(await world.plan(main))).toEqual([]);
  });

  it('is deployed by a later apply where the next one dies behind its write', async () => {
    const main = stack({ deployment: ', replicas: 2' });
    const whole = await mixed('writes', VALUE);
    const lines: string[] = [];
    whole.onRequest = (line) => void lines.push(line);
    await done(whole.apply(main));
    const write = lines.findIndex((line) => /^POST .*\/secrets/.test(line)) + 1;
    expect(write).toBeGreaterThan(0);
    for (const count of [write, write + 1, write + 2]) {
      const world = await mixed('writes', VALUE);
      expect(await world.applyUntil(main, count)).toBe(count);
      await done(world.apply(main));
      expect([count, deploymentsOf(world).at(-1)?.secrets]).toEqual([count, { DSN: VALUE }]);
      expect(actionsOf(await world.plan(main))).toEqual([]);
    }
  });

  it('of which the value is not managed leads to one deployment, and to no more', async () => {
    const world = await deployed();
    await world.clock.advance(1_000);
    meddle(world, /^GET/, 'writes');
    const main = stack().replace(
      'planted-secret-one }',
      '$&, lifecycle: { ignoreChanges: [value] }',
    );
    expect(posted(await done(world.apply(main)))).toBe(1);
    expect(deploymentsOf(world).at(-1)).toMatchObject({ secrets: { DSN: NAMED } });
    expect(actionsOf(await world.plan(main))).toEqual([]);
  });
});

describe('a deployment that is there already', () => {
  it('is adopted as it is, not verified, unless asked to be made again', async () => {
    const world = createAppWorld();
    await done(world.apply(stack({ deployment: null })));
    await deployOutside(world);
    const refused = await world.apply(stack());
    const found = refused.plan.diagnostics.find(({ code }) => code === 'object-exists');
    expect(found?.hint).toBe(`take it over with \`--adopt=spice.${ADDRESS}\``);
    const adopted = await done(world.apply(stack(), { adopt: ['*'] }));
    expect(actionsOf(adopted)).toEqual([`import ${ADDRESS}`]);
    expect(changeOf(adopted, ADDRESS).notes).toEqual(['configuration: (not verified)']);
    expect(adopted.writes).toEqual([]);
    expect(actionsOf(await world.plan(stack()))).toEqual([]);
    const send = [`spice.${ADDRESS}.configuration`];
    expect(posted(await done(world.apply(stack(), { send })))).toBe(1);
  });

  it('is not made again because secrets and apps are adopted with it', async () => {
    const world = createAppWorld();
    await done(world.apply(stack({ secret: null, deployment: null })));
    const app = onlyOf(world, 'app').id;
    const body = { name: 'DSN', value: OTHER };
    world.emulator.control.mutate({ op: 'create', type: 'secret', app, body });
    await deployOutside(world);
    const adopted = await done(world.apply(stack(), { adopt: ['*'] }));
    expect(actionsOf(adopted)).toEqual(['import appSecrets.DSN', `import ${ADDRESS}`]);
    expect([adopted.writes, actionsOf(await world.plan(stack()))]).toEqual([[], []]);
    const sent = { send: ['spice.appSecrets.DSN.value'] };
    expect(posted(await done(world.apply(stack(), sent)))).toBe(1);
    expect(actionsOf(await world.plan(stack()))).toEqual([]);
  });

  it('is imported by the ID of its app, or by its own below that', async () => {
    for (const below of ['', '/5001']) {
      const world = createAppWorld();
      await done(world.apply(stack({ deployment: null })));
      await deployOutside(world);
      const app = onlyOf(world, 'app').id;
      const main = `${stack()}\nimports: [{ to: deployments.shop, id: '${app}${below}' }]`;
      expect(actionsOf(await done(world.apply(main)))).toEqual([`import ${ADDRESS}`]);
      expect((await world.state())[`spice.${ADDRESS}`]?.id).toBe(app);
      expect(actionsOf(await world.plan(main))).toEqual([]);
    }
  });

  it('is made again where the same plan changes what it runs with', async () => {
    const world = createAppWorld();
    await done(world.apply(stack({ deployment: null })));
    await deployOutside(world);
    const ran = await done(world.apply(stack({ secret: OTHER }), { adopt: ['*'] }));
    expect(posted(ran)).toBe(1);
  });

  it('is history to an app that comes back under its name', async () => {
    const world = await deployed(stack(), createAppWorld({ reactivate: true }));
    const path = `/v1/apps/${onlyOf(world, 'app').id}`;
    await world.apply(stack({ secret: null }));
    world.emulator.control.mutate({ op: 'request', method: 'DELETE', path });
    const ran = await done(world.apply(stack({ secret: null })));
    expect([actionsOf(ran), posted(ran)]).toEqual([['create apps.shop', `create ${ADDRESS}`], 1]);
    expect(actionsOf(await world.plan(stack({ secret: null })))).toEqual([]);
  });

  it('of an app that comes back under another key is made once', async () => {
    const world = createAppWorld({ reactivate: true });
    await done(world.apply(keyed('first')));
    const approvals = { allowed: [{ risk: 'data-loss' as const, glob: '*' }], deletesMax: 9 };
    const ran = await done(world.apply(keyed('second'), { approvals }));
    expect(actionsOf(ran)).toContain('create deployments.second');
    expect(posted(ran)).toBe(1);
    expect(actionsOf(await world.plan(keyed('second')))).toEqual([]);
  });

  it('and was followed by one of somebody else is made again, as drift', async () => {
    const world = await deployed();
    await deployOutside(world);
    const planned = await world.plan(stack());
    expect(changeOf(planned, ADDRESS)).toMatchObject({
      fields: [{ causes: ['drift'] }],
      notes: ['makes a new deployment'],
    });
    expect(planned.plan.drift).toHaveLength(1);
    expect(posted(await done(world.apply(stack())))).toBe(1);
    expect(actionsOf(await world.plan(stack()))).toEqual([]);
  });
});

describe('a deployment that somebody else follows up before it was read', () => {
  it('is made again by the next apply, as drift', async () => {
    const world = createAppWorld();
    let isSent = false;
    world.onRequest = async (line) => {
      if (line.startsWith('POST') && line.includes('/deployments')) isSent = true;
      else if (isSent && line.startsWith('GET') && line.includes('/deployments')) {
        isSent = false;
        await world.clock.sleep(100);
        const app = onlyOf(world, 'app').id;
        world.emulator.control.mutate({ op: 'create', type: 'deployment', app, body: {} });
      }
    };
    await done(world.apply(stack()));
    expect(changeOf(await world.plan(stack()), ADDRESS)).toMatchObject({
      fields: [{ causes: ['drift'] }],
    });
    world.onRequest = () => undefined;
    expect(posted(await done(world.apply(stack())))).toBe(1);
    expect(actionsOf(await world.plan(stack()))).toEqual([]);
  });
});

describe('a deployment that fails', () => {
  const failure = { errorCode: 'insufficient_cpu', errorMessage: 'no CPU is left' };

  it.each(['the first', 'a later one'])(
    '(%s) fails its change, and is tried again',
    async (which) => {
      const world = which === 'the first' ? createAppWorld() : await deployed();
      world.emulator.control.failDeployments({ ...failure, times: 2 });
      for (const count of [1, 2]) {
        const ran = await world.apply(stack({ secret: OTHER }));
        expect(ran.outcome).toMatchObject({ failed: 1 });
        expect(ran.outcome?.problems).toMatchObject([{ code: 'settle-failed' }]);
        expect(ran.outcome?.problems[0]?.message).toContain('insufficient_cpu: no CPU is left');
        expect([posted(ran), count]).toEqual([1, count]);
      }
      const planned = await world.plan(stack({ secret: OTHER }));
      expect(changeOf(planned, ADDRESS).notes.join()).toContain('the last deployment failed');
      expect(posted(await done(world.apply(stack({ secret: OTHER }))))).toBe(1);
      expect(actionsOf(await world.plan(stack({ secret: OTHER })))).toEqual([]);
    },
  );
});

describe('a deployment while another one runs', () => {
  it.each([true, false])(
    'waits for its end, and is made then (codes told: %s)',
    async (errorCodes) => {
      const world = await deployed(stack(), createAppWorld({ errorCodes }));
      interfere(world);
      const ran = await done(world.apply(stack({ secret: OTHER })));
      expect(posted(ran)).toBe(2);
      expect(deploymentsOf(world)).toHaveLength(3);
      expect(deploymentsOf(world).at(-1)).toMatchObject({ secrets: { DSN: OTHER } });
      expect(actionsOf(await world.plan(stack({ secret: OTHER })))).toEqual([]);
    },
  );

  it('of an app that had none is made after that one', async () => {
    const world = createAppWorld();
    interfere(world);
    expect(posted(await done(world.apply(stack())))).toBe(2);
    expect(deploymentsOf(world)).toHaveLength(2);
    expect(actionsOf(await world.plan(stack()))).toEqual([]);
  });

  it('that is seen by the plan is waited for first', async () => {
    const world = await deployed();
    world.emulator.control.setTiming({ runMs: 3_000 });
    await begin(world);
    await world.clock.advance(1_000);
    expect(posted(await done(world.apply(stack({ secret: OTHER }))))).toBe(1);
    expect(actionsOf(await world.plan(stack({ secret: OTHER })))).toEqual([]);
  });

  it('is not taken for its own by one whose own is late in the list', async () => {
    const world = await deployed();
    world.emulator.control.setTiming({ deploymentListLagMs: 2_000, runMs: 5_000 });
    const ran = await done(world.apply(stack({ secret: OTHER })));
    expect([posted(ran), deploymentsOf(world).length]).toEqual([1, 2]);
  });

  it('and whose own request is lost then is sent again', async () => {
    const world = await deployed();
    interfere(world);
    const { onRequest } = world;
    let posts = 0;
    world.onRequest = async (line) => {
      const isPost = line.startsWith('POST') && line.includes('/deployments');
      posts += isPost ? 1 : 0;
      if (isPost && posts === 2) world.losses.push({ path: /\/deployments /, loss: 'before' });
      await onRequest(line);
    };
    const ran = await done(world.apply(stack({ secret: OTHER })));
    expect([posted(ran), deploymentsOf(world).length]).toEqual([3, 3]);
  });

  it('is told from one of somebody else that the list shows first', async () => {
    const world = await deployed();
    interfere(world);
    world.emulator.control.setTiming({ deploymentListLagMs: 400, queuedMs: 0, runMs: 50 });
    await done(world.apply(stack({ secret: OTHER })));
    const { attributes } = (await world.state())[`spice.${ADDRESS}`] ?? {};
    expect(attributes?.['deployment_id']).toBe(deploymentsOf(world).at(-1)?.id);
    expect(deploymentsOf(world)).toHaveLength(3);
  });

  it.each(['project_paused', 'github_connected'])('but not for %s', async (code) => {
    const world = await deployed();
    const body = JSON.stringify({ error: 'Not now', code });
    const fault = { kind: 'status', status: 409, body } as const;
    world.emulator.control.setFaults({ rules: [{ method: 'POST', path: '/deployments', fault }] });
    const ran = await world.apply(stack({ secret: OTHER }));
    expect(posted(ran)).toBe(1);
    expect(ran.outcome?.problems).toMatchObject([{ code: 'api-error' }]);
    expect(ran.outcome?.problems[0]?.message).toContain(code);
  });
});

describe('a deployment whose answer is lost', () => {
  it.each<Loss>(['before', 'after'])('is made once, %s the commit', async (loss) => {
    const world = createAppWorld();
    world.losses.push({ path: /\/deployments /, loss });
    await done(world.apply(stack()));
    expect(deploymentsOf(world)).toHaveLength(1);
    expect(actionsOf(await world.plan(stack()))).toEqual([]);
  });

  it.each<Loss>(['before', 'after'])('is made again once, %s the commit', async (loss) => {
    const world = await deployed();
    world.losses.push({ path: /\/deployments /, loss });
    await done(world.apply(stack({ secret: OTHER })));
    expect(deploymentsOf(world)).toHaveLength(2);
    expect(actionsOf(await world.plan(stack({ secret: OTHER })))).toEqual([]);
  });
});

describe('a deployment whose request never arrives', () => {
  it('is not taken for one that somebody else made since the plan', async () => {
    const world = await deployed();
    world.emulator.control.setTiming('none');
    world.onRequest = async (line) => {
      if (line.startsWith('POST') && line.includes('/secrets')) await begin(world);
    };
    world.losses.push({ path: /\/deployments /, loss: 'before' });
    await world.clock.advance(1_000);
    const ran = await done(world.apply(stack({ secret: OTHER })));
    expect([posted(ran), deploymentsOf(world).length]).toEqual([2, 3]);
    expect(deploymentsOf(world).at(-1)).toMatchObject({ secrets: { DSN: OTHER } });
  });
});

describe('many deployments', () => {
  it('are never more than ten at a time', async () => {
    const world = createAppWorld();
    const apps = Array.from({ length: 14 }, (_, index) => `shop-${String(index)}`);
    const pod = 'spicepod: { version: v2, kind: Spicepod, name: shop }';
    const main = [
      `apps: { ${apps.map((app) => `${app}: { region: us-east-1, ${pod} }`).join(', ')} }`,
      `deployments: { ${apps.map((app) => `${app}: { app: ${app} }`).join(', ')} }`,
    ].join('\n');
    const ran = await done(world.apply(main));
    expect(deploymentsOf(world)).toHaveLength(14);
    // The account refuses an eleventh with 429.
    expect(posted(ran)).toBe(14);
  });
});
