import { expect, it } from 'vitest';
import { entry, object, planOf, recorded } from '../_helpers/planner-builder.ts';

it('an unmanaged object with the name of a managed one may be a duplicate', () => {
  const { plan } = planOf({
    entries: [entry('boxes.a'), entry('boxes.b')],
    state: { 'boxes.a': recorded('boxes.a'), 'boxes.b': recorded('boxes.b') },
    objects: [
      object('boxes.a', {}, { id: 'late' }),
      object('boxes.a'),
      object('boxes.b'),
      object('boxes.other'),
      object('boxes.other', {}, { id: 'second' }),
      object('labels.a'),
    ],
  });
  expect(plan.unmanaged).toHaveLength(4);
  expect(plan.diagnostics).toEqual([
    {
      code: 'possible-duplicate',
      severity: 'warning',
      address: 'fake.boxes.a',
      message: "fake.boxes late has the same name as fake.boxes.a ('a') and is not managed",
      hint: expect.stringContaining('delete the one that is not wanted'),
    },
  ]);
});
