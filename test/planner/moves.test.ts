import { describe, expect, it } from 'vitest';
import { applyMoves } from '../../src/planner/moves.ts';
import {
  actionsOf,
  address,
  changeAt,
  entry,
  object,
  planOf,
  recorded,
} from '../_helpers/planner-builder.ts';

describe('moves', () => {
  const moved = [{ from: address('boxes.old'), to: address('boxes.new') }];
  const state = { 'boxes.old': recorded('boxes.old') };
  const objects = [object('boxes.old')];

  it('keep the object and say where it was', () => {
    const entries = [entry('boxes.new', { name: 'old' })];
    const result = planOf({ entries, state, objects, stack: { moved } });
    expect(changeAt(result, 'boxes.new')).toMatchObject({
      action: 'move',
      previousAddress: 'fake.boxes.old',
      id: 'old-id',
    });
  });

  it('go along with another change', () => {
    const entries = [entry('boxes.new', { name: 'old', note: 'x' })];
    const result = planOf({ entries, state, objects, stack: { moved } });
    expect(changeAt(result, 'boxes.new')).toMatchObject({
      action: 'update',
      previousAddress: 'fake.boxes.old',
    });
  });

  it('go along with a delete, so that nothing stays under the old address', () => {
    const result = planOf({ state, objects, stack: { moved } });
    expect(changeAt(result, 'boxes.new')).toMatchObject({
      action: 'delete',
      previousAddress: 'fake.boxes.old',
    });
  });

  it('between two addresses of the state are refused, and neither is deleted', () => {
    const result = planOf({
      entries: [entry('boxes.new')],
      state: { ...state, 'boxes.new': recorded('boxes.new') },
      objects: [...objects, object('boxes.new')],
      stack: { moved },
    });
    const told = result.plan.diagnostics.find(({ code }) => code === 'moved-invalid');
    expect(told?.hint).toContain('trueup state rm');
    expect(actionsOf(result)).toEqual({});
    const because = 'fake.boxes.old cannot be moved to fake.boxes.new: both are in the state';
    expect(result.plan.undetermined).toEqual([
      { address: 'fake.boxes.new', because },
      { address: 'fake.boxes.old', because },
    ]);
  });

  it('across kinds are refused, and nothing is deleted', () => {
    const across = [{ from: address('boxes.old'), to: address('labels.new') }];
    const result = planOf({ entries: [], state, objects, stack: { moved: across } });
    expect(result.plan.diagnostics[0]).toMatchObject({
      code: 'moved-invalid',
      severity: 'error',
      message: 'fake.boxes.old cannot be moved to fake.labels.new: they are of different kinds',
      hint: 'take it out of `moved`',
    });
    expect(actionsOf(result)).toEqual({});
    expect(result.plan.undetermined).toEqual([
      {
        address: 'fake.boxes.old',
        because: 'fake.boxes.old cannot be moved to fake.labels.new: they are of different kinds',
      },
    ]);
  });

  it('are silent when they are done', () => {
    expect(applyMoves({}, moved)).toMatchObject({ problems: [], resources: {} });
  });

  it('keep the order of deletes of what referred to the old address', () => {
    const result = planOf({
      state: {
        ...state,
        'labels.l': recorded('labels.l'),
        'things.t': recorded(
          'things.t',
          { box: 'old-id' },
          { dependsOn: [address('boxes.old'), address('labels.l')] },
        ),
      },
      objects: [...objects, object('labels.l'), object('things.t', { box: 'old-id' })],
      stack: { moved },
      options: { destroy: true },
    });
    expect(changeAt(result, 'things.t').dependsOn).toEqual(['fake.boxes.new', 'fake.labels.l']);
  });
});
