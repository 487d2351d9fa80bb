import { describe, expect, it } from 'vitest';
import type { StateResource } from '../../src/core/prior.ts';
import { secretText, type Entry } from '../_helpers/random-entries.ts';
import { notAsWritten } from './as-written.ts';

interface Case {
  readonly entry: Entry;
  readonly right: object;
  readonly wrong: object;
}

const PASSWORD = { fromFile: 'secrets/garnet.txt' };
const TEXT = secretText(PASSWORD.fromFile);
const CASES: Readonly<Record<string, Case>> = {
  'singlestore.workspaceGroups': {
    entry: { name: 'Group ', adminPassword: PASSWORD },
    right: { name: 'Group', adminPassword: TEXT },
    wrong: { name: 'Group', adminPassword: 'other' },
  },
  'singlestore.workspaces': {
    entry: { size: 'S-1', cacheConfig: 1, suspended: true },
    right: { size: 'S-1', state: 'SUSPENDED' },
    wrong: { size: 'S-1', state: 'ACTIVE' },
  },
  'singlestore.teams': {
    entry: { members: { users: ['Ann@acme.example'] } },
    right: { emails: ['ann@acme.example'] },
    wrong: { emails: [] },
  },
  'singlestore.roles': {
    entry: { permissions: ['View', 'Edit'] },
    right: { permissions: ['Edit', 'View'] },
    wrong: { permissions: ['View'] },
  },
  'singlestore.secrets': {
    entry: { value: PASSWORD },
    right: { value: TEXT },
    wrong: { value: 'x' },
  },
  'singlestore.accessControls': {
    entry: { users: ['ann@acme.example'] },
    right: { users: ['ann@acme.example'] },
    wrong: { users: ['ann@acme.example', 'bob@acme.example'] },
  },
  'spice.apps': {
    entry: { version: '2.x', resources: { limits: { cpu: '2' } } },
    right: { version: '2.x', resources: { limits: { cpu: '2' }, requests: {} } },
    wrong: { resources: { limits: { cpu: '2' } } },
  },
  'spice.appSecrets': { entry: { value: PASSWORD }, right: { value: TEXT }, wrong: { value: 'x' } },
  'spice.members': {
    entry: { roles: ['viewer'] },
    right: { roles: ['viewer'] },
    wrong: { roles: [] },
  },
};

function found(type: string, entry: Entry, has: object, known: object = {}): readonly string[] {
  const [provider = '', kind = ''] = type.split('.');
  const resource = { type, id: 'team/1/Owner', ...known } as StateResource;
  return notAsWritten({
    provider,
    entries: { [kind]: { a: entry } },
    resources: { [`${type}.a`]: resource },
    objects: [{ key: `${type} ${resource.id}`, fields: { ...has }, hidden: { ...has } }],
  });
}

describe('the look at the account itself', () => {
  it.each(Object.entries(CASES))(
    'sees what is not as written: %s',
    (type, { entry, right, wrong }) => {
      expect(found(type, entry, right)).toEqual([]);
      expect(found(type, entry, wrong)).toHaveLength(1);
    },
  );

  it('misses an object that only the state has', () => {
    expect(
      notAsWritten({
        provider: 'spice',
        entries: { apps: { a: {} } },
        resources: { 'spice.apps.a': { type: 'spice.apps', id: '1' } as StateResource },
        objects: [],
      }),
    ).toEqual(['spice.apps.a (1) is in the state, but nowhere']);
  });

  it('says nothing of what an expression makes, is ignored, or was taken on trust', () => {
    const type = 'singlestore.secrets';
    expect(found(type, { value: '${teams.t.id}' }, { value: 'x' })).toEqual([]);
    const ignored = { value: 'y', lifecycle: { ignoreChanges: ['value'] } };
    expect(found(type, ignored, { value: 'x' })).toEqual([]);
    expect(found(type, { value: 'y' }, { value: 'x' }, { unverified: ['/value'] })).toEqual([]);
  });
});
