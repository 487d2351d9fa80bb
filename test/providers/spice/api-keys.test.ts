import { describe, expect, it } from 'vitest';
import {
  actionsOf,
  changeOf,
  countWrites,
  createAppWorld,
  done,
  type AppWorld,
  type Loss,
  type Ran,
} from './app-world.ts';

const ADDRESS = 'apiKeys.main';

/** An app whose key is a secret of another app. */
function stack(keys: string | null = ''): string {
  const reference = '${spice.apiKeys.main.primary}';
  return [
    'apps: { shop: { region: us-east-1 }, reader: { region: us-east-1 } }',
    keys === null ? '' : `apiKeys: { main: { app: shop${keys} } }`,
    keys === null
      ? ''
      : `appSecrets: { SHOP_KEY: { app: reader, value: '${reference}' }, BOTH: { app: reader, value: 'a-${reference}' } }`,
  ].join('\n');
}

interface Keys {
  readonly primary: string;
  readonly secondary: string;
}

function keysOf(world: AppWorld): Keys {
  const app = world.emulator.control
    .snapshot()
    .find(({ type, fields }) => type === 'app' && fields['name'] === 'shop');
  const { api_key: primary, api_key_2: secondary } = app?.hidden ?? {};
  if (typeof primary !== 'string' || typeof secondary !== 'string') throw new Error('no keys');
  return { primary, secondary };
}

function secretsOf(world: AppWorld): readonly string[] {
  return world.emulator.control
    .snapshot()
    .filter(({ type }) => type === 'secret')
    .flatMap(({ hidden }) => (typeof hidden['value'] === 'string' ? [hidden['value']] : []))
    .toSorted();
}

function rotations(ran: Ran): number {
  return countWrites(ran, 'POST', '/api-keys');
}

async function applied(keys: string): Promise<AppWorld> {
  const world = createAppWorld();
  await done(world.apply(stack(keys)));
  return world;
}

describe('the API keys of an app', () => {
  it('come with a new app, are not made anew, and are shown by nobody', async () => {
    const world = createAppWorld();
    const ran = await done(world.apply(stack(", rotate: '1'")));
    const { primary, secondary } = keysOf(world);
    expect(rotations(ran)).toBe(0);
    expect(secretsOf(world)).toEqual([primary, `a-${primary}`].toSorted());
    const again = await done(world.apply(stack(", rotate: '1'")));
    expect([actionsOf(again), again.writes]).toEqual([[], []]);
    for (const { shown } of [ran, again]) {
      expect(shown).not.toContain(primary);
      expect(shown).not.toContain(secondary);
    }
  });

  it('of an app that is there are taken over without being asked, as they are', async () => {
    const world = createAppWorld();
    await done(world.apply(stack(null)));
    const before = keysOf(world);
    const ran = await done(world.apply(stack(", rotate: '1', key: both")));
    expect(actionsOf(ran)).toContain(`import ${ADDRESS}`);
    expect(changeOf(ran, ADDRESS).notes).toEqual([
      'rotate: (only recorded)',
      'key: (only recorded)',
    ]);
    expect([rotations(ran), keysOf(world)]).toEqual([0, before]);
    expect(actionsOf(await world.plan(stack(", rotate: '1', key: both")))).toEqual([]);
  });

  it.each([
    ['', 1, ['primary']],
    [', key: primary', 1, ['primary']],
    [', key: secondary', 2, ['secondary']],
    [', key: both', 0, ['primary', 'secondary']],
  ])('are made anew for another marker (%s), once', async (key, number, changed) => {
    const world = await applied(`, rotate: '1'${key}`);
    const before = keysOf(world);
    const planned = await world.plan(stack(`, rotate: '2'${key}`));
    expect(changeOf(planned, ADDRESS)).toMatchObject({ action: 'update', risk: 'downtime' });
    expect(changeOf(planned, ADDRESS).risks).toMatchObject([
      { risk: 'downtime', message: expect.stringContaining('working at once') },
    ]);
    const ran = await done(world.apply(stack(`, rotate: '2'${key}`)));
    expect(ran.writes[0]).toContain(`/api-keys {"key_number":${String(number)}}`);
    const now = keysOf(world);
    const differing = (['primary', 'secondary'] as const).filter((one) => now[one] !== before[one]);
    expect(differing).toEqual(changed);
    expect(secretsOf(world)).toEqual([now.primary, `a-${now.primary}`].toSorted());
    expect(actionsOf(await world.plan(stack(`, rotate: '2'${key}`)))).toEqual([]);
    for (const text of [...Object.values(before), ...Object.values(now)]) {
      expect(planned.shown + ran.shown).not.toContain(text);
    }
  });

  it('are made anew where the first marker comes to an entry that was applied', async () => {
    const world = await applied('');
    expect(rotations(await done(world.apply(stack(", rotate: '1'"))))).toBe(1);
  });

  it('stay when the marker goes, or another key is chosen', async () => {
    const world = await applied(", rotate: '1'");
    expect(rotations(await done(world.apply(stack(", rotate: '1', key: both"))))).toBe(0);
    expect(actionsOf(await world.plan(stack(", rotate: '1', key: both")))).toEqual([]);
    expect(rotations(await done(world.apply(stack())))).toBe(0);
  });

  it('that somebody else made anew reach what refers to them', async () => {
    const world = await applied('');
    const app = (await world.state())[`spice.${ADDRESS}`]?.id ?? '';
    const path = `/v1/apps/${app}/api-keys`;
    world.emulator.control.mutate({ op: 'request', method: 'POST', path, body: { key_number: 1 } });
    await done(world.apply(stack()));
    expect(secretsOf(world)).toContain(keysOf(world).primary);
  });

  it('are only forgotten with their entry', async () => {
    const world = await applied('');
    const before = keysOf(world);
    const ran = await done(world.apply(stack(null)));
    expect(actionsOf(ran)).toContain(`forget ${ADDRESS}`);
    expect([rotations(ran), keysOf(world)]).toEqual([0, before]);
  });
});

describe('keys whose answer is lost', () => {
  it.each<Loss>(['before', 'after'])('are made anew once, %s the commit', async (loss) => {
    const world = await applied(", rotate: '1', key: both");
    const seen = new Set([keysOf(world).primary]);
    world.onRequest = () => void seen.add(keysOf(world).primary);
    world.losses.push({ path: /\/api-keys /, loss });
    const ran = await done(world.apply(stack(", rotate: '2', key: both")));
    seen.add(keysOf(world).primary);
    expect([...seen]).toHaveLength(2);
    expect(rotations(ran)).toBe(loss === 'before' ? 2 : 1);
    expect(secretsOf(world)).toContain(keysOf(world).primary);
    expect(actionsOf(await world.plan(stack(", rotate: '2', key: both")))).toEqual([]);
  });
});

describe('an entry that moves to another app', () => {
  it('takes over the keys of that one', async () => {
    const world = await applied('');
    const moved = stack('').replace('app: shop', 'app: reader');
    const ran = await done(world.apply(moved));
    expect(rotations(ran)).toBe(0);
    expect(secretsOf(world)).not.toContain(keysOf(world).primary);
    expect(actionsOf(await world.plan(moved))).toEqual([]);
  });
});
