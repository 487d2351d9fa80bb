import { describe, expect, it } from 'vitest';
import { readOrganization } from '../../../src/providers/spice/organization.ts';
import { clientOf } from '../singlestore/world.ts';

const acme = { id: 7, name: 'acme', role: 'owner' };
const globex = { id: 8, name: 'globex', role: 'member' };

describe('the organization', () => {
  it.each([
    ['the only one', { orgs: [acme] }, {}, { id: '7', name: 'acme' }],
    ['of a bare list', [acme], {}, { id: '7', name: 'acme' }],
    [
      'behind a list of something else',
      { warnings: [], orgs: [acme] },
      {},
      { id: '7', name: 'acme' },
    ],
    ['under another word', { organizations: [acme] }, {}, { id: '7', name: 'acme' }],
    ['that is marked', [acme, { ...globex, current: true }], {}, { id: '8', name: 'globex' }],
    [
      'that is named, in any case',
      [acme, globex],
      { organization: 'GLOBEX' },
      { id: '8', name: 'globex' },
    ],
    ['that is named by ID', [acme, globex], { organization: '8' }, { id: '8', name: 'globex' }],
    ['without an ID', [{ name: 'acme' }], {}, { id: 'acme', name: 'acme' }],
    [
      'that is named, though another is marked',
      [{ ...acme, current: true }, globex],
      { organization: 'globex' },
      { id: '8', name: 'globex' },
    ],
    [
      'that is marked, where none has the name: the guard tells',
      [{ ...acme, current: true }, globex],
      { organization: 'other' },
      { id: '7', name: 'acme' },
    ],
  ])('is the one %s', async (_, body, settings, expected) => {
    const client = clientOf({ '/v1/orgs': body });
    expect(await readOrganization(client, settings)).toEqual(expected);
  });

  it('is taken at its word where the API is too old to tell', async () => {
    const client = clientOf({});
    const told = await readOrganization(client, { organization: 'acme' });
    expect(told).toEqual({ id: 'acme', name: 'acme' });
  });

  it('must be named where several are possible', async () => {
    const reading = readOrganization(clientOf({ '/v1/orgs': [acme, globex] }));
    await expect(reading).rejects.toMatchObject({ code: 'guard-organization' });
    await expect(reading).rejects.toThrow(/acme, globex/);
  });

  it.each([
    ['nothing', {}],
    ['no list', { orgs: 1 }],
    ['an empty list', []],
  ])('is not concluded from %s', async (_, body) => {
    const reading = readOrganization(clientOf({ '/v1/orgs': body }));
    await expect(reading).rejects.toMatchObject({ code: 'api-response-invalid' });
  });
});
