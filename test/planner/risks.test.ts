import { describe, expect, it, test } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import type { Inventory, LiveObject } from '../../src/core/live.ts';
import { createRedactor } from '../../src/core/redactor.ts';
import { toPointer, withValueAt } from '../../src/core/resolve.ts';
import { needsApproval, type Risk, type RiskFinding } from '../../src/core/risk.ts';
import { isRisky } from '../../src/core/risk-when.ts';
import { compareUnits } from '../../src/core/schema-fields.ts';
import type { Value, ValueObject } from '../../src/core/value.ts';
import { missingApprovals } from '../../src/planner/guards.ts';
import { kindTable as tableOf, PROVIDERS } from '../../src/providers/registry.ts';
import {
  changeAt,
  entry,
  inventoriesOf,
  object,
  planOf,
  recorded,
} from '../_helpers/planner-builder.ts';

/** The table is of the provider whose changes have risks; the tests of others tell of theirs. */
const KINDS = tableOf(PROVIDERS.filter(({ name }) => name === 'singlestore'));
const MANAGED = [...KINDS.values()].filter((kind) => kind.managed);
const secret = createRedactor();

const GROUP = { name: 'subject', provider: 'AWS', regionName: 'us-east-1' };
const BASES: Readonly<Record<string, JsonObject>> = {
  workspaceGroups: GROUP,
  workspaces: { name: 'subject', workspaceGroup: 'group-id', size: 'S-1' },
  roles: { role: 'subject', resourceType: 'Cluster' },
  secrets: { name: 'subject' },
  accessControls: { object: { workspaceGroup: 'group-id' }, role: 'Reader' },
  teams: { name: 'subject' },
  projects: { name: 'subject', edition: 'STANDARD' },
};

const ME: LiveObject = object('singlestore.currentUser.me', { email: 'me@acme.example' });

/** What was read: these objects, and no look-ups that an entry could contradict. */
function inventories(...objects: readonly LiveObject[]): readonly Inventory[] {
  const known = new Set(objects.map(({ type }) => type));
  return inventoriesOf([...objects, ME], KINDS).filter(
    ({ type }) => known.has(type) || type === ME.type,
  );
}

const READER = object(
  'singlestore.roles.reader',
  { role: 'Reader', resourceType: 'Cluster' },
  {
    id: 'Cluster/Reader',
    scope: 'Cluster',
  },
);

/** The change of one field of one resource, as the planner makes it. */
function risksOf(
  kindName: string,
  field: string,
  before: Value,
  after: Value,
  more: readonly LiveObject[] = [],
): {
  readonly risk: Risk;
  readonly risks: readonly RiskFinding[];
  readonly needed: readonly Risk[];
} {
  const short = `singlestore.${kindName}.subject`;
  const path = field.split('.');
  const base: ValueObject = BASES[kindName] ?? {};
  const was = withValueAt(base, path, before);
  const kind = MANAGED.find(({ name }) => name === kindName);
  const scope = kind?.scopeOf?.(was);
  const id = kind?.idFromKey === true ? (kind.key.of(was) ?? '') : 'subject-id';
  const own = object(short, was, { id, ...(scope === undefined ? {} : { scope }) });
  const plain = JSON.parse(JSON.stringify(was)) as JsonObject;
  const result = planOf({
    entries: [entry(short, { ...withValueAt(was, path, after) })],
    state: {
      [short]: recorded(short, plain, { id, ...(scope === undefined ? {} : { scope }) }),
    },
    inventories: inventories(own, ...(kindName === 'roles' ? [READER] : []), ...more),
    input: { kinds: KINDS, redactor: secret },
  });
  const change = changeAt(result, short);
  const allowed = { allowed: [], deletesMax: undefined };
  const needed = missingApprovals(change, allowed).map((finding) => finding.risk);
  return { risk: change.risk, risks: change.risks, needed };
}

const one = (text: string): Value => secret.secret(text);
const idle = (seconds: number): Value => ({ suspendType: 'IDLE', suspendAfterSeconds: seconds });
const never: Value = { suspendType: 'DISABLED' };
const reader: Value = { resourceType: 'Cluster', role: 'Reader' };

type Row = readonly [kind: string, field: string, before: Value, after: Value, risk: Risk];

/** Every field that can change in place, in each direction that matters. */
const TABLE: readonly Row[] = [
  ['workspaceGroups', 'name', 'a', 'b', 'none'],
  ['workspaceGroups', 'firewallRanges', ['10.0.0.0/8'], ['10.0.0.0/8', '11.0.0.0/8'], 'none'],
  ['workspaceGroups', 'firewallRanges', ['10.1.0.0/16', '10.2.0.0/16'], ['10.0.0.0/8'], 'none'],
  ['workspaceGroups', 'firewallRanges', ['10.0.0.0/8'], ['0.0.0.0/0'], 'none'],
  ['workspaceGroups', 'firewallRanges', ['10.0.0.0/8'], ['10.1.0.0/16'], 'downtime'],
  ['workspaceGroups', 'firewallRanges', ['0.0.0.0/0'], ['10.0.0.0/8'], 'downtime'],
  ['workspaceGroups', 'firewallRanges', ['10.0.0.0/8', '11.0.0.0/8'], ['11.0.0.0/8'], 'downtime'],
  ['workspaceGroups', 'firewallRanges', ['10.0.0.0/8'], [], 'lockout'],
  ['workspaceGroups', 'firewallRanges', [], ['10.0.0.0/8'], 'none'],
  ['workspaceGroups', 'allowAllTraffic', false, true, 'none'],
  ['workspaceGroups', 'expiresAt', '2030-01-01T00:00:00Z', '2031-01-01T00:00:00Z', 'none'],
  ['workspaceGroups', 'expiresAt', '2031-01-01T00:00:00Z', '2030-01-01T00:00:00Z', 'data-loss'],
  ['workspaceGroups', 'expiresAt', '2031-01-01T00:00:00Z', '30h', 'data-loss'],
  ['workspaceGroups', 'updateWindow', { day: 0, hour: 3 }, { day: 6, hour: 4 }, 'none'],
  ['workspaceGroups', 'deploymentType', 'PRODUCTION', 'NON-PRODUCTION', 'restart'],
  ['workspaceGroups', 'deploymentType', 'NON-PRODUCTION', 'PRODUCTION', 'restart'],
  ['workspaces', 'size', 'S-1', 'S-2', 'restart'],
  ['workspaces', 'size', 'S-2', 'S-1', 'restart'],
  ['workspaces', 'scaleFactor', 1, 2, 'restart'],
  ['workspaces', 'scaleFactor', 2, 1, 'restart'],
  ['workspaces', 'cacheConfig', 1, 4, 'restart'],
  ['workspaces', 'cacheConfig', 4, 1, 'restart'],
  ['workspaces', 'autoSuspend', never, idle(600), 'downtime'],
  ['workspaces', 'autoSuspend', idle(600), idle(300), 'downtime'],
  ['workspaces', 'autoSuspend', idle(300), idle(600), 'none'],
  ['workspaces', 'autoSuspend', idle(300), never, 'none'],
  [
    'workspaces',
    'autoSuspend',
    idle(300),
    { suspendType: 'SCHEDULED', suspendAfterSeconds: 900 },
    'downtime',
  ],
  ['workspaces', 'autoScale', { maxScaleFactor: 1 }, { maxScaleFactor: 4 }, 'none'],
  ['workspaces', 'enableKai', false, true, 'restart'],
  ['workspaces', 'enableKai', true, false, 'downtime'],
  ['workspaces', 'deploymentType', 'PRODUCTION', 'NON-PRODUCTION', 'restart'],
  ['workspaces', 'suspended', false, true, 'downtime'],
  ['workspaces', 'suspended', true, false, 'none'],
  ['roles', 'description', 'a', 'b', 'none'],
  ['roles', 'permissions', ['Operate'], ['Operate', 'Read'], 'none'],
  ['roles', 'permissions', ['Operate', 'Read'], ['Read'], 'downtime'],
  ['roles', 'permissions', ['Operate'], ['Read'], 'downtime'],
  ['roles', 'inherits', [], [reader], 'none'],
  ['roles', 'inherits', [reader], [], 'downtime'],
  ['secrets', 'value', one('an old value'), one('a new value'), 'none'],
  ['teams', 'name', 'a', 'b', 'none'],
  ['teams', 'description', 'a', 'b', 'none'],
  ['teams', 'members.users', ['a@x.example'], ['a@x.example', 'me@acme.example'], 'none'],
  ['teams', 'members.users', ['a@x.example', 'b@x.example'], ['a@x.example'], 'none'],
  ['teams', 'members.users', ['a@x.example', 'me@acme.example'], ['a@x.example'], 'lockout'],
  ['teams', 'members.teams', ['t1', 't2'], ['t1'], 'none'],
  ['teams', 'members.teams', ['1', '2', '3', '4', '5'], [], 'none'],
  ['teams', 'members.teams', ['1', '2', '3', '4', '5', '6'], [], 'lockout'],
  ['accessControls', 'users', ['a@x.example', 'b@x.example'], ['a@x.example'], 'none'],
  ['accessControls', 'users', ['a@x.example', 'me@acme.example'], ['a@x.example'], 'lockout'],
  ['accessControls', 'teams', ['t1', 't2'], ['t1'], 'none'],
  ['projects', 'name', 'a', 'b', 'none'],
];

describe('the risk of a change in place', () => {
  test.each(TABLE)('%s.%s from %j to %j: %s', (kind, field, before, after, risk) => {
    const found = risksOf(kind, field, before, after);
    expect(found.risk).toBe(risk);
    expect(found.needed.length > 0).toBe(needsApproval(risk));
  });

  it('of a password that cannot be read is told whatever it was', () => {
    const short = 'singlestore.workspaceGroups.subject';
    const result = planOf({
      entries: [entry(short, { ...GROUP, adminPassword: one('Another-Horse-8!') })],
      state: { [short]: recorded(short, GROUP) },
      inventories: inventories(object(short, GROUP)),
      input: { kinds: KINDS, redactor: secret },
    });
    expect(changeAt(result, short)).toMatchObject({ action: 'update', risk: 'downtime' });
  });

  it('of a first expiry is the loss of the data at that time', () => {
    const short = 'singlestore.workspaceGroups.subject';
    const result = planOf({
      entries: [entry(short, { ...GROUP, expiresAt: '2030-01-01T00:00:00Z' })],
      state: { [short]: recorded(short, GROUP) },
      inventories: inventories(object(short, GROUP)),
      input: { kinds: KINDS, redactor: secret },
    });
    expect(changeAt(result, short).risk).toBe('data-loss');
  });

  it('of closing an open group to everybody is a lockout, to some addresses a downtime', () => {
    const open = { firewallRanges: ['0.0.0.0/0'], allowAllTraffic: true };
    const plan = (wanted: ValueObject): Risk => {
      const short = 'singlestore.workspaceGroups.subject';
      const result = planOf({
        entries: [entry(short, { ...GROUP, ...wanted })],
        state: { [short]: recorded(short, { ...GROUP, ...open }) },
        inventories: inventories(object(short, { ...GROUP, ...open })),
        input: { kinds: KINDS, redactor: secret },
      });
      return changeAt(result, short).risk;
    };
    expect(plan({ allowAllTraffic: false })).toBe('lockout');
    expect(plan({ allowAllTraffic: false, firewallRanges: ['10.0.0.0/8'] })).toBe('downtime');
  });

  it('is in the table for every field that can change in place', () => {
    const known = new Set(TABLE.map(([kind, field]) => `${kind} ${field}`));
    const missing = MANAGED.flatMap((kind) =>
      compareUnits(kind.fields)
        .filter((role) => role.immutable !== true && !role.path.includes('*'))
        .map((role) => `${kind.name} ${role.path.join('.')}`)
        .filter((name) => !known.has(name) && name !== 'workspaceGroups adminPassword'),
    );
    expect(missing).toEqual([]);
  });

  it('is never stated for a field that only a replacement can change', () => {
    const stated = MANAGED.flatMap((kind) =>
      kind.fields
        .filter((role) => role.immutable === true && (role.risk ?? 'none') !== 'none')
        .map((role) => `${kind.name} ${toPointer(role.path)}`),
    );
    expect(stated).toEqual([]);
  });
});

const team = (name: string, users: readonly string[], teams: readonly string[]): LiveObject =>
  object(`singlestore.teams.${name}`, { members: { users: [...users], teams: [...teams] } });
const grants = (role: string, users: readonly string[], teams: readonly string[]): LiveObject => {
  const scope = 'workspaceGroup/group-id';
  const fields = {
    object: { workspaceGroup: 'group-id' },
    role,
    users: [...users],
    teams: [...teams],
  };
  return object('singlestore.accessControls.owners', fields, { id: `${scope}/${role}`, scope });
};

describe('a lockout', () => {
  it('is seen through nested teams', () => {
    const inner = team('inner', ['me@acme.example'], []);
    const found = risksOf('teams', 'members.teams', ['inner-id', 'x'], ['x'], [inner]);
    expect(found.risks[0]?.message).toContain('removes you (me@acme.example)');
    expect(found.needed).toEqual(['lockout']);
  });

  it('is none where another way into the team is left', () => {
    const inner = team('inner', ['me@acme.example'], []);
    const more = [inner, team('other', [], ['inner-id'])];
    expect(
      risksOf('teams', 'members.teams', ['inner-id', 'other-id'], ['other-id'], more).risk,
    ).toBe('none');
  });

  it('is the loss of the last Owner, also by emptying the team that is it', () => {
    const owner = grants('Owner', [], ['subject-id']);
    const emptied = risksOf('teams', 'members.users', ['a@x.example'], [], [owner]);
    expect(emptied.risks.map(({ message }) => message)).toEqual([
      'leaves workspaceGroup/group-id without an Owner',
    ]);
    const shared = grants('Owner', ['b@x.example'], ['subject-id']);
    expect(risksOf('teams', 'members.users', ['a@x.example'], [], [shared]).risk).toBe('none');
  });

  it('is a permission less in a role that the caller holds', () => {
    const mine = grants('subject', ['me@acme.example'], []);
    const less = risksOf('roles', 'permissions', ['Operate', 'Read'], ['Read'], [mine]);
    expect(less.needed).toEqual(['lockout']);
    const theirs = grants('subject', ['a@x.example'], []);
    expect(risksOf('roles', 'permissions', ['Operate', 'Read'], ['Read'], [theirs]).risk).toBe(
      'downtime',
    );
    expect(risksOf('roles', 'permissions', ['Read'], ['Operate', 'Read'], [mine]).risk).toBe(
      'none',
    );
  });
});

describe('the direction of a change', () => {
  it('counts as the risky one where it cannot be told', () => {
    expect(isRisky('true', undefined, undefined)).toBe(true);
    expect(isRisky('false', undefined, undefined)).toBe(true);
    expect(isRisky('fewer', ['a'], undefined)).toBe(true);
    expect(isRisky('narrower', ['fe80::/10'], ['::/0'])).toBe(true);
    expect(isRisky('narrower', ['fe80::/10'], ['FE80::/10', '10.0.0.0/8'])).toBe(false);
    expect(isRisky('earlier', undefined, '2030-01-01')).toBe(true);
    expect(isRisky('earlier', '2030-01-01', 'some day')).toBe(true);
  });
});
