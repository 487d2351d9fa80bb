import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { roles as kind } from '../../../src/providers/singlestore/roles.ts';
import {
  answer,
  body,
  check,
  codesOf,
  contextOf,
  inventory,
  listOf,
  liveOf,
  NOTHING,
  redactor,
  resource,
  step,
  viewOf,
} from './world.ts';

const CUSTOM = {
  role: 'night operator',
  resourceType: 'Cluster',
  description: 'x',
  permissions: ['Operate'],
  inherits: [{ resourceType: 'Cluster', role: 'Reader', extra: 1 }],
  isCustom: true,
};
const READER = {
  role: 'Reader',
  resourceType: 'Cluster',
  permissions: null,
  inherits: null,
  isCustom: false,
};
const permission = (name: string): ReturnType<typeof liveOf> =>
  liveOf('singlestore.permissions', `Cluster/${name}`, {
    permission: name,
    resourceType: 'Cluster',
  });
const PERMISSIONS = inventory('singlestore.permissions', [
  permission('Operate'),
  permission('Use'),
]);

describe('reading roles', () => {
  it('lists built-in and custom ones of a resource type', async () => {
    const result = await listOf(kind, { '/v1/roles/Cluster': [CUSTOM, READER] }, 'Cluster');
    expect(result).toMatchObject({ complete: true, scope: 'Cluster' });
    expect(result.objects).toMatchObject([
      {
        id: 'Cluster/night operator',
        scope: 'Cluster',
        status: 'settled',
        facts: { isCustom: true },
        fields: {
          role: 'night operator',
          resourceType: 'Cluster',
          permissions: ['Operate'],
          inherits: [{ resourceType: 'Cluster', role: 'Reader' }],
        },
      },
      {
        id: 'Cluster/Reader',
        facts: { isCustom: false },
        fields: { permissions: [], inherits: [] },
      },
    ]);
    expect(result.objects.map(({ facts }) => facts?.['builtIn'])).toEqual([false, true]);
  });

  it('reads one by its encoded name', async () => {
    const context = contextOf({ '/v1/roles/Cluster/night%20operator': CUSTOM });
    expect(await kind.read(context, 'Cluster/night operator', 'Cluster')).toMatchObject({
      id: 'Cluster/night operator',
    });
    expect(await kind.read(context, 'Cluster/other', 'Cluster')).toBeUndefined();
  });
});

describe('writing roles', () => {
  it('creates with both lists, also where the manifest has none', () => {
    const after = { role: 'a/b', resourceType: 'cluster' };
    const input = step('create', { after: kind.canonical?.(after, NOTHING) ?? after });
    expect(kind.request(input)).toEqual({
      method: 'POST',
      path: '/v1/roles/Cluster',
      body: { role: 'a/b', description: '', permissions: [], inherits: [] },
    });
    expect(kind.result(input, answer({}), redactor)).toEqual({
      id: 'Cluster/a/b',
      scope: 'Cluster',
    });
  });

  it('puts everything, what is not managed as it was read', async () => {
    const { objects } = await listOf(kind, { '/v1/roles/Cluster': [CUSTOM] }, 'Cluster');
    const input = step('update', {
      id: 'Cluster/night operator',
      before: objects[0],
      after: { permissions: ['Use'] },
    });
    expect(kind.request(input)).toEqual({
      method: 'PUT',
      path: '/v1/roles/Cluster/night%20operator',
      body: {
        description: 'x',
        permissions: ['Use'],
        inherits: [{ resourceType: 'Cluster', role: 'Reader' }],
      },
    });
  });

  it('deletes by encoded name', () => {
    expect(kind.request(step('delete', { id: 'Cluster/a/b c' }))).toEqual({
      method: 'DELETE',
      path: '/v1/roles/Cluster/a%2Fb%20c',
    });
    expect(body(kind, step('delete', { id: 'Cluster/a' }))).toBeUndefined();
  });
});

describe('roles that depend on roles', () => {
  const fields = {
    role: 'lead',
    resourceType: 'organization',
    inherits: [{ resourceType: 'cluster', role: 'Reader' }],
  };

  it('names them by natural key, and the collections it needs', () => {
    expect(kind.namedDependencies?.(fields)).toEqual([
      { type: kind.type, naturalKey: 'Cluster/Reader' },
    ]);
    expect(kind.neededScopes?.(fields)).toEqual([{ type: kind.type, scope: 'Cluster' }]);
    expect(kind.scopeOf?.(fields)).toBe('Organization');
  });

  it('canonical is idempotent and spells resource types as the API does', () => {
    const type = fc.constantFrom('cluster', 'TEAM', 'Secret', 'other');
    const role = fc.record({ resourceType: type, role: fc.string() });
    const arbitrary = fc.record({ resourceType: type, inherits: fc.array(role) });
    fc.assert(
      fc.property(arbitrary, (given) => {
        const once = kind.canonical?.(given, NOTHING) ?? {};
        expect(kind.canonical?.(once, NOTHING)).toEqual(once);
      }),
    );
    expect(kind.canonical?.(fields, NOTHING)).toMatchObject({
      resourceType: 'Organization',
      inherits: [{ resourceType: 'Cluster', role: 'Reader' }],
    });
  });
});

describe('checks of roles', () => {
  const live = viewOf(
    PERMISSIONS,
    inventory(
      kind.type,
      [
        {
          ...liveOf(kind.type, 'Cluster/Reader', {
            role: 'Reader',
            resourceType: 'Cluster',
            permissions: ['Read Of Old'],
          }),
          facts: { isCustom: false },
        },
      ],
      'Cluster',
    ),
  );
  const problems = (
    fields: Parameters<typeof resource>[2],
    ...others: Parameters<typeof resource>[2][]
  ): readonly { message: string; code: string }[] => {
    const own = resource(kind.type, 'own', { resourceType: 'Cluster', role: 'own', ...fields });
    const stack = [own, ...others.map((other, index) => resource(kind.type, `o${index}`, other))];
    return kind.check?.(check(own, live, stack)) ?? [];
  };

  it('finds a permission that does not exist for the resource type', () => {
    const found = problems({ permissions: ['operate', 'Use'] });
    expect(codesOf(found)).toEqual(['name-unknown']);
    expect(found[0]?.message).toContain('did you mean "Operate"?');
  });

  it('takes a permission that only a role knows', () => {
    expect(problems({ permissions: ['Read Of Old'] })).toEqual([]);
  });

  it('finds a resource type that does not exist', () => {
    expect(problems({ resourceType: 'Clutser' })[0]?.message).toContain('did you mean "Cluster"?');
  });

  it('finds an inherited role that exists neither live nor in the stack', () => {
    const inherits = [{ resourceType: 'Cluster', role: 'Raeder' }];
    expect(problems({ inherits })[0]?.message).toContain('did you mean "Reader"?');
    expect(problems({ inherits }, { resourceType: 'cluster', role: 'Raeder' })).toEqual([]);
    expect(problems({ inherits: [{ resourceType: 'Cluster', role: 'Reader' }] })).toEqual([]);
  });

  it.each(['.', '..'])('refuses the name %s, which no path can hold', (role) => {
    expect(kind.checkFields?.({ ...CUSTOM, role })).toMatchObject([{ path: ['role'] }]);
    expect(kind.checkFields?.({ ...CUSTOM, role: `${role}.x/y` })).toEqual([]);
  });

  it('refuses to manage a built-in role', () => {
    expect(codesOf(problems({ role: 'Reader' }))).toEqual(['schema-value']);
  });
});
