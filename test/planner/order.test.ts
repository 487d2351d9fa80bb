import { describe, expect, it } from 'vitest';
import { Reference } from '../../src/core/value.ts';
import { orderResources } from '../../src/planner/order.ts';
import {
  attribute,
  changeAt,
  entry,
  kind,
  kindTable,
  KINDS,
  planOf,
  ref,
  role,
  text,
} from '../_helpers/planner-builder.ts';

describe('the order of planning', () => {
  it('follows references, expressions and dependsOn', () => {
    const entries = [
      entry('labels.a', { of: ref('boxes.z') }),
      entry('labels.b', { text: attribute('labels.c', 'text') }),
      entry('labels.c', {}, { dependsOn: ['labels.a'] }),
      entry('boxes.z'),
    ];
    const { order } = orderResources(entries, KINDS);
    expect(order.map((item) => item.key)).toEqual(['z', 'a', 'c', 'b']);
  });

  it('follows the names of resources that the stack makes', () => {
    const roles = kind('roles', {
      fields: [role('name'), role('inherits')],
      namedDependencies: (fields) => {
        const naturalKey = text(fields['inherits']);
        return naturalKey === undefined ? [] : [{ type: 'fake.roles', naturalKey }];
      },
    });
    const result = planOf({
      entries: [entry('roles.a', { inherits: 'base' }), entry('roles.z', { name: 'base' })],
      input: { kinds: kindTable(roles) },
    });
    expect(changeAt(result, 'roles.a').dependsOn).toEqual(['fake.roles.z']);
  });

  it('follows those names beside resources of other kinds, be they known or not', () => {
    const roles = kind('roles', {
      namedDependencies: ({ inherits }) =>
        typeof inherits === 'string' ? [{ type: 'fake.roles', naturalKey: inherits }] : [],
    });
    const { dependencies } = orderResources(
      [entry('boxes.b'), entry('odd.o'), entry('roles.a', { inherits: 'z' }), entry('roles.z')],
      kindTable(roles, ...KINDS.values()),
    );
    expect(dependencies.get('fake.roles.a')).toEqual(['fake.roles.z']);
  });

  it('takes no name for an address, and nothing outside of the stack for a dependency', () => {
    const of = new Reference('fake.boxes', 'name', 'fake.boxes.b');
    const entries = [
      entry('boxes.b'),
      entry('labels.l', { of }, { dependsOn: ['labels.outside'] }),
    ];
    expect(orderResources(entries, KINDS).dependencies.get('fake.labels.l')).toEqual([]);
  });

  it('tells dependencies and fields in one order, whatever the order they are written in', () => {
    const written = [
      ['of', ref('boxes.b')],
      ['text', attribute('boxes.a', 'note')],
      ['also', [ref('labels.z')]],
      ['extra', 1],
      ['beyond', 2],
    ] as const;
    const others = [entry('boxes.a'), entry('boxes.b'), entry('labels.z')];
    const of = (parts: typeof written | readonly (typeof written)[number][]) => {
      const entries = [entry('labels.l', Object.fromEntries(parts)), ...others];
      const { dependsOn, fields } = changeAt(planOf({ entries }), 'labels.l');
      return { dependsOn, pointers: fields.map((field) => field.pointer) };
    };
    expect(of(written.toReversed())).toEqual(of(written));
    expect(of(written)).toEqual({
      dependsOn: ['fake.boxes.a', 'fake.boxes.b', 'fake.labels.z'],
      pointers: ['/name', '/of', '/text', '/also', '/beyond', '/extra'],
    });
  });

  it('names the whole circle, and nothing that only leads to it', () => {
    const entries = [
      entry('boxes.in', { note: attribute('labels.a', 'text') }),
      entry('labels.a', { also: [ref('labels.b')] }),
      entry('labels.b', { also: [ref('labels.c')] }),
      entry('labels.c', { also: [ref('labels.a')] }),
    ];
    expect(() => orderResources(entries, KINDS)).toThrow(
      expect.objectContaining({
        code: 'reference-cycle',
        message:
          'these resources refer to each other: fake.labels.a → fake.labels.b → fake.labels.c → fake.labels.a',
      }),
    );
  });
});
