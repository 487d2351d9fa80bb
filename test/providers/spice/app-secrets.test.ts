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
} from './app-world.ts';
import { openSpice } from './spice.ts';

const FIRST = 'first-planted-secret-1';
const SECOND = 'second-planted-secret-2';
const FOREIGN = 'foreign-planted-secret-3';
const ADDRESS = 'appSecrets.DSN';

function stack(value: string | null = FIRST, more = ''): string {
  const secret =
    value === null ? '{}' : `{ DSN: { app: shop, value: { fromFile: ${value} }${more} } }`;
  return `apps: { shop: { region: us-east-1 } }\nappSecrets: ${secret}\n`;
}

function valueOf(world: AppWorld): unknown {
  return (onlyOf(world, 'secret').hidden as { value?: unknown }).value;
}

/** Somebody else writes the secret. */
async function overwrite(world: AppWorld, value: string, name = 'DSN'): Promise<void> {
  await world.clock.advance(5_000);
  const app = onlyOf(world, 'app').id;
  world.emulator.control.mutate({ op: 'create', type: 'secret', app, body: { name, value } });
}

describe('a secret of an app', () => {
  it('is made, changed, left alone and deleted, and shown by nobody', async () => {
    const world = createAppWorld();
    const made = await done(world.apply(stack()));
    expect(valueOf(world)).toBe(FIRST);
    const still = await done(world.apply(stack()));
    expect([actionsOf(still), still.writes]).toEqual([[], []]);
    const changed = await done(world.apply(stack(SECOND)));
    expect(actionsOf(changed)).toEqual([`update ${ADDRESS}`]);
    expect(valueOf(world)).toBe(SECOND);
    const empty = await world.plan(stack(SECOND));
    expect(actionsOf(empty)).toEqual([]);
    const gone = await done(world.apply(stack(null)));
    expect(actionsOf(gone)).toEqual([`delete ${ADDRESS}`]);
    expect(countWrites(gone, 'DELETE', '/secrets/DSN')).toBe(1);
    for (const { shown } of [made, still, changed, empty, gone]) {
      expect(shown).not.toMatch(/planted-secret/);
    }
  });

  it('that is there already is refused, and adopted without sending a value', async () => {
    const world = createAppWorld();
    await done(world.apply('apps: { shop: { region: us-east-1 } }'));
    await overwrite(world, FOREIGN);
    const refused = await world.apply(stack());
    expect(refused.plan.diagnostics.map(({ code }) => code)).toContain('object-exists');
    expect([refused.writes, valueOf(world)]).toEqual([[], FOREIGN]);
    const adopted = await done(world.apply(stack(), { adopt: ['*'] }));
    expect(actionsOf(adopted)).toEqual([`import ${ADDRESS}`]);
    expect(changeOf(adopted, ADDRESS).notes).toEqual(['value: (not verified)']);
    expect([adopted.writes, valueOf(world)]).toEqual([[], FOREIGN]);
    await done(world.apply(stack(), { send: [`spice.${ADDRESS}.value`] }));
    expect(valueOf(world)).toBe(FIRST);
  });

  it('of another case is another secret', async () => {
    const world = createAppWorld();
    await done(world.apply('apps: { shop: { region: us-east-1 } }'));
    await overwrite(world, FOREIGN, 'dsn');
    expect(actionsOf(await done(world.apply(stack())))).toEqual([`create ${ADDRESS}`]);
    expect(world.emulator.control.snapshot().filter(({ type }) => type === 'secret')).toHaveLength(
      2,
    );
  });

  it('that comes back with an app of the same name is not overwritten unseen', async () => {
    const world = createAppWorld({ reactivate: true });
    await done(world.apply('apps: { shop: { region: us-east-1 } }'));
    await overwrite(world, FOREIGN);
    const app = onlyOf(world, 'app').id;
    world.emulator.control.mutate({ op: 'request', method: 'DELETE', path: `/v1/apps/${app}` });
    const fresh = await world.apply(stack());
    expect(fresh.outcome?.problems.map(({ code }) => code)).toEqual(['object-exists']);
    expect(valueOf(world)).toBe(FOREIGN);
  });
});

describe('a secret that somebody else has written', () => {
  it('is drift, sent again once, and then in place', async () => {
    const world = createAppWorld();
    await done(world.apply(stack()));
    await overwrite(world, FOREIGN);
    const tampered = await world.plan(stack());
    expect(tampered.plan.drift).toMatchObject([
      { action: 'update', fields: [{ pointer: '/value', causes: ['drift'], sensitive: true }] },
    ]);
    expect(changeOf(tampered, ADDRESS).fields).toMatchObject([{ causes: ['drift'] }]);
    expect(tampered.shown).toContain('changed outside of trueup');
    await done(world.apply(stack()));
    expect(valueOf(world)).toBe(FIRST);
    expect(actionsOf(await world.plan(stack()))).toEqual([]);
  });

  it('is drift without its source, and stays it after an apply of something else', async () => {
    const world = createAppWorld();
    await done(world.apply(stack()));
    await overwrite(world, FOREIGN);
    expect((await world.plan(stack(), {}, true)).plan.drift).toHaveLength(1);
    const other = `${stack(FIRST, ', lifecycle: { ignoreChanges: [value] }')}members: { ann: {} }\n`;
    await done(world.apply(other));
    expect(actionsOf(await world.plan(stack()))).toContain(`update ${ADDRESS}`);
  });

  it.each(['create', 'update'])('behind our own %s, before we read it, is drift', async (step) => {
    const world = createAppWorld();
    await done(world.apply(step === 'create' ? 'apps: { shop: { region: us-east-1 } }' : stack()));
    const main = stack(SECOND);
    let isWritten = false;
    world.onRequest = async (line) => {
      isWritten ||= line.startsWith('POST') && line.includes('/secrets');
      if (!isWritten || !line.startsWith('GET')) return;
      world.onRequest = () => undefined;
      await world.clock.sleep(5);
      const path = `/v1/apps/${onlyOf(world, 'app').id}/secrets`;
      const body = { name: 'DSN', value: FOREIGN };
      world.emulator.control.mutate({ op: 'request', method: 'POST', path, body });
    };
    expect(actionsOf(await done(world.apply(main)))).toEqual([`${step} ${ADDRESS}`]);
    expect(valueOf(world)).toBe(FOREIGN);
    const planned = await world.plan(main);
    expect(changeOf(planned, ADDRESS).fields).toMatchObject([{ causes: ['drift'] }]);
    expect(planned.plan.drift).toHaveLength(1);
    await done(world.apply(main));
    expect(valueOf(world)).toBe(SECOND);
    expect(actionsOf(await world.plan(main))).toEqual([]);
  });

  it('after an apply that made it and died before it read it, is written again', async () => {
    const world = createAppWorld({}, 'none');
    await done(world.apply('apps: { shop: { region: us-east-1 } }'));
    const lines: string[] = [];
    world.onRequest = (line) => void lines.push(line);
    await world.applyUntil(stack(), 99);
    const write = lines.findIndex((line) => line.startsWith('POST')) + 1;
    await done(world.apply(stack(null)));
    // The read behind the write is never answered.
    await world.applyUntil(stack(), write + 1);
    expect((await world.state())[`spice.${ADDRESS}`]?.pending).toBeDefined();
    await overwrite(world, FOREIGN);
    expect(actionsOf(await done(world.apply(stack())))).toEqual([`update ${ADDRESS}`]);
    expect(valueOf(world)).toBe(FIRST);
    expect(actionsOf(await world.plan(stack()))).toEqual([]);
  });

  it('at the moment when the manifest changes it too, has both causes', async () => {
    const world = createAppWorld();
    await done(world.apply(stack()));
    await overwrite(world, FOREIGN);
    const [field] = changeOf(await world.plan(stack(SECOND)), ADDRESS).fields;
    expect(field?.causes).toEqual(['manifest', 'drift']);
  });
});

describe('a secret whose write is told to the second, and to the millisecond by reads', () => {
  const MANIFEST = {
    apps: { shop: { region: 'us-east-1' } },
    appSecrets: { DSN: { app: 'shop', value: { fromFile: FIRST } } },
  };

  it('was written by nobody else, until it was', async () => {
    const stage = await openSpice();
    await stage.clock.advance(137);
    stage.alteration = (path, body) => {
      const told = body as { updated_at?: unknown };
      const isWrite = path.endsWith('/secrets') && typeof told.updated_at === 'string';
      return isWrite ? { ...told, updated_at: String(told.updated_at).replace(/\.\d+/, '') } : body;
    };
    await stage.apply(MANIFEST);
    expect(await stage.changes(MANIFEST)).toEqual([]);
    await stage.clock.advance(1_000);
    const path = `/v1/apps/${stage.idOf('apps.shop')}/secrets`;
    stage.other('POST', path, { name: 'DSN', value: FOREIGN });
    expect(await stage.changes(MANIFEST)).toEqual(['update /value']);
  });
});

describe('a secret whose answer is lost', () => {
  it.each<Loss>(['before', 'after'])('is made, %s the commit', async (loss) => {
    const world = createAppWorld();
    world.losses.push({ path: /\/secrets /, loss });
    await done(world.apply(stack()));
    expect(valueOf(world)).toBe(FIRST);
    expect(actionsOf(await world.plan(stack()))).toEqual([]);
  });

  it.each<Loss>(['before', 'after'])('is changed, %s the commit', async (loss) => {
    const world = createAppWorld();
    await done(world.apply(stack()));
    world.losses.push({ path: /\/secrets /, loss });
    await done(world.apply(stack(SECOND)));
    expect(valueOf(world)).toBe(SECOND);
    expect(actionsOf(await world.plan(stack(SECOND)))).toEqual([]);
  });
});
