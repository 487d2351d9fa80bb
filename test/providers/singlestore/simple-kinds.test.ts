import { describe, expect, it } from 'vitest';
import { reveal, Secret } from '../../../src/core/secret.ts';
import { currentUser } from '../../../src/providers/singlestore/current-user.ts';
import { permissions } from '../../../src/providers/singlestore/permissions.ts';
import { projects } from '../../../src/providers/singlestore/projects.ts';
import { regions } from '../../../src/providers/singlestore/regions.ts';
import { secrets } from '../../../src/providers/singlestore/secrets.ts';
import { users } from '../../../src/providers/singlestore/users.ts';
import { answer, contextOf, listOf, ORGANIZATION, redactor, step } from './world.ts';

describe('secrets', () => {
  const READ = {
    secretID: 's-1',
    name: 'DSN',
    value: 'mysql://x',
    createdAt: '2026-11-01T00:00:00Z',
  };

  it.each([
    ['array', [READ]],
    ['envelope', { secrets: [READ] }],
  ])('reads the list as %s', async (_, list) => {
    const { objects, complete } = await listOf(secrets, { '/v1/secrets': list });
    expect(complete).toBe(true);
    const value = objects[0]?.fields['value'];
    expect(value instanceof Secret ? reveal(value) : undefined).toBe('mysql://x');
    expect(JSON.stringify(objects)).not.toContain('mysql');
    expect(redactor.scrub('got mysql://x')).not.toContain('mysql');
  });

  it('tolerates a missing value and takes deletedAt for gone', async () => {
    const { value: _, ...hidden } = READ;
    const list = [
      hidden,
      { ...READ, deletedAt: '2026-11-02T00:00:00Z' },
      { ...READ, deletedAt: '0001-01-01T00:00:00Z' },
    ];
    const { objects } = await listOf(secrets, { '/v1/secrets': list });
    expect(objects.map(({ status }) => status)).toEqual(['settled', 'gone', 'settled']);
    expect(objects[0]?.fields).toEqual({ name: 'DSN' });
  });

  it('writes the value as a Secret', () => {
    const after = { name: 'DSN', value: redactor.secret('new-value') };
    expect(secrets.request(step('create', { after }))).toEqual({
      method: 'POST',
      path: '/v1/secrets',
      body: after,
    });
    expect(secrets.request(step('update', { id: 's-1', after }))).toEqual({
      method: 'PATCH',
      path: '/v1/secrets/s-1',
      body: { value: after.value },
    });
    expect(secrets.result(step('create'), answer({ secretID: 's-1' }), redactor)).toEqual({
      id: 's-1',
    });
    expect(secrets.request(step('update', { id: 's-1', after, changed: [] }))).toBeUndefined();
    expect(secrets.request(step('delete', { id: 's-1' }))?.method).toBe('DELETE');
  });
});

describe('projects', () => {
  it('reads and writes', async () => {
    const item = {
      projectID: 'p-1',
      name: 'Standard Project',
      edition: 'STANDARD',
      createdAt: 'x',
    };
    const { objects } = await listOf(projects, { '/v1/projects': [item] });
    expect(objects).toMatchObject([
      { id: 'p-1', fields: { name: 'Standard Project', edition: 'STANDARD' } },
    ]);
    const after = { name: 'a', edition: 'STANDARD' };
    expect(projects.request(step('create', { after }))?.body).toEqual(after);
    expect(projects.result(step('create'), answer({ projectID: 'p-2' }), redactor)).toEqual({
      id: 'p-2',
    });
    expect(projects.request(step('update', { id: 'p-1', after }))).toMatchObject({
      method: 'PATCH',
      body: { name: 'a' },
    });
    expect(projects.request(step('delete', { id: 'p-1' }))).toEqual({
      method: 'DELETE',
      path: '/v1/projects/p-1',
    });
  });
});

describe('what is looked up', () => {
  it('joins regions of v1 and v2 by provider and display name', async () => {
    const v1 = [
      { provider: 'AWS', region: 'US East 1', regionID: 'r-1' },
      { provider: 'GCP', region: 'US East 1', regionID: 'r-2' },
    ];
    const v2 = [
      { provider: 'AWS', region: 'US East 1', regionName: 'us-east-1' },
      { provider: 'Azure', region: 'East US 2', regionName: 'eastus2' },
    ];
    const { objects, complete } = await listOf(regions, { '/v1/regions': v1, '/v2/regions': v2 });
    expect(complete).toBe(true);
    expect(objects.map(({ id, fields }) => [id, fields['regionName']])).toEqual([
      ['r-1', 'us-east-1'],
      ['Azure/eastus2', 'eastus2'],
      ['r-2', undefined],
    ]);
  });

  it('is incomplete when one half of the regions is', async () => {
    const answers = { '/v1/regions': [], '/v2/regions': [{ provider: 'AWS' }] };
    expect(await listOf(regions, answers)).toMatchObject({ complete: false });
  });

  it('lower-cases addresses of users', async () => {
    const list = [{ userID: 'u-1', email: 'Ann@Acme.example', userKind: 'Standard' }];
    const { objects } = await listOf(users, { '/v1/users': list });
    expect(objects).toMatchObject([{ id: 'u-1', fields: { email: 'ann@acme.example' } }]);
    expect(
      await users.read(contextOf({ '/v1/users/u-1': list[0] }), 'u-1', undefined),
    ).toBeDefined();
  });

  it('knows the caller and the organization', async () => {
    const answers = { '/v1/users/current': { userID: 'u-1', email: 'Ann@Acme.example' } };
    expect(await listOf(currentUser, answers)).toMatchObject({
      complete: true,
      objects: [
        { fields: { email: 'ann@acme.example' }, attributes: { organizationID: ORGANIZATION.id } },
      ],
    });
  });

  it('lists permissions by resource type, and writes nothing', async () => {
    const list = [{ permission: 'View Audit Log', resourceType: 'Organization', description: '' }];
    const { objects } = await listOf(permissions, { '/v2/authorization/permissions': list });
    expect(objects.map(({ id }) => id)).toEqual(['Organization/View Audit Log']);
    expect(() => permissions.request(step('create'))).toThrow(
      expect.objectContaining({ code: 'kind-not-manageable' }),
    );
  });
});
