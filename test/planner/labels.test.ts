import { expect, it } from 'vitest';
import { Reference } from '../../src/core/value.ts';
import { labelsOf } from '../../src/planner/labels.ts';
import { attribute, ref } from '../_helpers/planner-builder.ts';

it('labels are the keys, names and IDs by which fields refer to others, wherever they do', () => {
  const labels = labelsOf({
    name: 'a',
    of: ref('boxes.b'),
    also: [ref('labels.c'), 'd', new Reference('fake.labels', 'name', 'some.name')],
    inside: { of: new Reference('fake.boxes', 'id', 'some-id') },
    text: attribute('boxes.b', 'endpoint'),
    none: null,
  });
  expect(labels).toEqual({
    '/of': 'b',
    '/also/0': 'c',
    '/also/2': 'some.name',
    '/inside/of': 'some-id',
  });
});
