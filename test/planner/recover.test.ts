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
