import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import type { LiveObject } from '../../src/core/live.ts';
import type { Intent } from '../../src/core/prior.ts';
import { createLiveView } from '../../src/executor/live-view.ts';
import { recoverIntents } from '../../src/planner/recover.ts';
import {
  intent,
  inventoriesOf,
  KINDS,
  NOW_MS,
  object,
  planInput,
  recorded,
  type World,
} from '../_helpers/planner-builder.ts';

function recovered(intents: readonly Intent[], objects: readonly LiveObject[], world: World = {}) {
  const { prior } = planInput(world);
  const live = createLiveView(inventoriesOf(objects));
  const found = recoverIntents(prior, intents, live, KINDS, NOW_MS);
  return Object.fromEntries(
    Object.entries(found.prior.resources).map(([address, item]) => [address, item.id]),
  );
}

const thing = (fields: JsonObject): LiveObject => object('things.t', fields);

describe('an interrupted create', () => {
  const sent = { name: 't', box: 'b1' };

  it('is looked for in the place where it was sent to, and remembered there', () => {
    const scoped = intent('things.t', sent, { scope: 'b1' });
    expect(recovered([scoped], [thing(sent)])).toEqual({ 'fake.things.t': 't-id' });
    expect(recovered([{ ...scoped, scope: 'b2' }], [thing(sent)])).toEqual({});
    const { scope: _, ...anywhere } = scoped;
    expect(recovered([anywhere], [thing(sent)])).toEqual({ 'fake.things.t': 't-id' });
  });

  it('is over once the state holds its address', () => {
    const world = { state: { 'boxes.a': recorded('boxes.a', {}, { id: 'known' }) } };
    expect(recovered([intent('boxes.a')], [object('boxes.a')], world)).toEqual({
      'fake.boxes.a': 'known',
    });
  });

  it('of a kind that is no longer known is left alone', () => {
    const stray = { ...intent('boxes.a'), type: 'fake.strays' };
    expect(recovered([stray], [object('boxes.a')])).toEqual({});
  });

  it('is compared in what the API tells: a field left out says nothing', () => {
    const placed = intent('boxes.a', {}, { immutable: { place: 'here' } });
    expect(recovered([placed], [object('boxes.a')])).toEqual({ 'fake.boxes.a': 'a-id' });
    expect(recovered([placed], [object('boxes.a', { place: 'there' })])).toEqual({});
  });
});

const at = (ms: number): string => new Date(ms).toISOString();

/** What is concluded from these intents, where nothing else is in the state. */
function conclude(intents: readonly Intent[], objects: readonly LiveObject[], world: World = {}) {
  const live = createLiveView(inventoriesOf(objects));
  return recoverIntents(planInput(world).prior, intents, live, KINDS, NOW_MS);
}

describe('what an interrupted create may have made', () => {
  it('is none of what was there before it', () => {
    expect(recovered([intent('boxes.a', {}, { seen: ['a-id'] })], [object('boxes.a')])).toEqual({});
  });

  it('is not older than it, but for a little that clocks differ', () => {
    const serverTimeMs = NOW_MS - 10_000;
    const made = (createdAt: string) =>
      recovered([intent('boxes.a', {}, { serverTimeMs })], [object('boxes.a', {}, { createdAt })]);
    expect(made(at(serverTimeMs - 2_000))).toEqual({ 'fake.boxes.a': 'a-id' });
    expect(made(at(serverTimeMs - 2_001))).toEqual({});
  });

  it('is found beside everything else that the state holds', () => {
    const state = {
      'boxes.b': recorded('boxes.b'),
      'labels.l': recorded('labels.l', {}, { id: 'a-id' }),
    };
    expect(recovered([intent('boxes.a')], [object('boxes.a')], { state })).toMatchObject({
      'fake.boxes.a': 'a-id',
    });
  });

  it('may be of any of its attempts', () => {
    const attempts = ['here', 'there'].map((place, index) =>
      intent('boxes.a', {}, { immutable: { place }, sentAtMs: NOW_MS - 1_000 * index }),
    );
    for (const place of ['here', 'there']) {
      expect(recovered(attempts, [object('boxes.a', { place })])).toEqual({
        'fake.boxes.a': 'a-id',
      });
    }
  });

  it('is kept as it was sent, where it was found, for the change that finishes it', () => {
    const sent = { name: 't', box: 'b1', size: 'S' };
    const asked = intent('things.t', sent, { scope: 'b1', writeOnly: ['/secret'] });
    const found = object('things.t', { name: 't', box: 'b1' }, { attributes: { endpoint: 'e' } });
    const { prior, addresses } = conclude([asked], [found]);
    expect([...addresses]).toEqual(['fake.things.t']);
    expect(prior.resources['fake.things.t']).toEqual({
      id: 't-id',
      type: 'fake.things',
      scope: 'b1',
      name: 't',
      sent,
      read: sent,
      attributes: { endpoint: 'e' },
      digests: {},
      lifecycle: asked.lifecycle,
      dependsOn: [],
      createdAtMs: asked.sentAtMs,
      pending: { steps: ['create'], done: 1, restore: {} },
      unsent: ['/secret'],
    });
    const [box] = Object.values(conclude([intent('boxes.a')], [object('boxes.a')]).prior.resources);
    expect(box).not.toHaveProperty('scope');
  });

  it('is named where it may be any of several', () => {
    const objects = [object('boxes.a'), object('boxes.a', {}, { id: 'other-id' })];
    expect(conclude([intent('boxes.a')], objects).problems).toEqual([
      {
        code: 'create-ambiguous',
        severity: 'error',
        address: 'fake.boxes.a',
        message:
          'an interrupted create of fake.boxes.a may have made any of these objects: a-id, other-id',
        hint: 'keep one with `trueup import fake.boxes.a ID` and delete the others',
      },
    ]);
  });

  it('is waited for until the last of its attempts must have shown', () => {
    const attempts = [NOW_MS + 1_000, NOW_MS + 9_000, NOW_MS - 9_000].map((visibleByMs) =>
      intent('boxes.a', {}, { visibleByMs }),
    );
    expect([...conclude(attempts, []).waiting]).toEqual([['fake.boxes.a', NOW_MS + 9_000]]);
    const over = [intent('boxes.a', {}, { visibleByMs: NOW_MS })];
    expect(conclude(over, []).waiting.size).toBe(0);
  });
});
