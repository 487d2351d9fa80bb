import { BlockList } from 'node:net';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FieldRole } from '../../src/core/field-role.ts';
import { isCidr, normaliseCidr } from '../../src/core/normalise/cidr.ts';
import {
  isDurationOrTime,
  normaliseDurationOrTime,
} from '../../src/core/normalise/duration-or-time.ts';
import { normaliseField } from '../../src/core/normalise/normalise-field.ts';
import type { Value } from '../../src/core/value.ts';
import { createSingleStoreEmulator } from '../../src/emulator/singlestore/index.ts';
import { indexRoles } from '../../src/planner/role-index.ts';
import { kindTable, PROVIDERS } from '../../src/providers/registry.ts';
import { runs } from '../_helpers/property-runs.ts';
import { createVirtualClock } from '../_helpers/virtual-clock.ts';

const RUNS = runs(300);
const KINDS = kindTable(PROVIDERS);

type Fields = Readonly<Record<string, unknown>>;

/** An account of its own, asked and changed as the API's own handlers do, at once. */
function account() {
  const clock = createVirtualClock();
  const { control } = createSingleStoreEmulator({ clock, seed: 1, timing: 'none' });
  const request = (method: string, path: string, body: Fields = {}): Fields =>
    control.mutate({ op: 'request', method, path, body: body as never }) as Fields;
  const made = (path: string, body: Fields, id: string): string => {
    return `${path}/${String(request('POST', path, body)[id])}`;
  };
  return {
    request,
    group: made(
      '/v1/workspaceGroups',
      { name: 'g', provider: 'AWS', regionName: 'us-east-1', firewallRanges: [] },
      'workspaceGroupID',
    ),
    team: made('/v1/teams', { name: 't' }, 'teamID'),
    project: made('/v1/projects', { name: 'p', edition: 'STANDARD' }, 'projectID'),
    role: '/v1/roles/Cluster/r',
    makeRole: () => request('POST', '/v1/roles/Cluster', { role: 'r', permissions: [] }),
    regions: (): readonly Fields[] => request('GET', '/v1/regions') as unknown as readonly Fields[],
  };
}

function roleOf(type: string, pointer: string): FieldRole {
  const kind = KINDS.get(`singlestore.${type}`);
  const found = kind === undefined ? undefined : indexRoles(kind).roles.get(pointer);
  if (found === undefined) throw new Error(`${type} have no ${pointer}`);
  return found;
}

const accepts = (action: () => unknown): boolean => {
  try {
    action();
    return true;
  } catch {
    return false;
  }
};

const blank = fc.constantFrom('', ' ', '\t', '  ');
const octet = fc.oneof(fc.constantFrom(0, 1, 10, 128, 255, 256), fc.nat(255));
const octets = fc.tuple(octet, octet, octet, octet).map((parts) => parts.join('.'));
const bits = fc.oneof(
  fc.constant(''),
  fc.integer({ min: 0, max: 33 }).map((n) => `/${n}`),
);
const bits6 = fc.oneof(
  fc.constant(''),
  fc.integer({ min: 0, max: 129 }).map((n) => `/${n}`),
);
const ipV6 = fc.oneof(
  fc.ipV6(),
  fc.ipV6().map((ip) => ip.toUpperCase()),
  fc.constantFrom('::', '::1', '2001:db8::', '2001:0DB8:0:0::1', '::ffff:10.1.2.3'),
);
const range = fc
  .tuple(blank, fc.oneof(fc.tuple(octets, bits), fc.tuple(ipV6, bits6)), blank)
  .map(([before, [ip, prefix], after]) => `${before}${ip}${prefix}${after}`);

/** Whether a range holds an address, as Node understands ranges. */
function holds(text: string, address: string): boolean {
  const [ip = '', prefix] = text.trim().split('/');
  const family = ip.includes(':') ? 'ipv6' : 'ipv4';
  if (family !== (address.includes(':') ? 'ipv6' : 'ipv4')) return false;
  const list = new BlockList();
  list.addSubnet(ip, Number(prefix ?? (family === 'ipv6' ? 128 : 32)), family);
  return list.check(address, family);
}

describe('ranges of a firewall', () => {
  const role = roleOf('workspaceGroups', '/firewallRanges');

  it('are taken by the API as trueup sends them, and read back as the same', () => {
    const { request, group } = account();
    fc.assert(
      fc.property(fc.array(range.filter(isCidr), { maxLength: 4 }), (ranges) => {
        const sent = ranges.map((text) => normaliseCidr(text));
        fc.pre(!sent.includes('0.0.0.0/0'));
        request('PATCH', group, { firewallRanges: sent, allowAllTraffic: false });
        const read = (request('GET', group)['firewallRanges'] ?? []) as Value;
        expect(normaliseField(role, read)).toEqual(normaliseField(role, ranges));
      }),
      RUNS,
    );
  });

  it('that the API takes are valid in a manifest', () => {
    const { request, group } = account();
    const taken = (text: string): boolean =>
      accepts(() => request('PATCH', group, { firewallRanges: [text] }));
    fc.assert(
      fc.property(range, (text) => {
        fc.pre(taken(text));
        expect([text, isCidr(text)]).toEqual([text, true]);
      }),
      RUNS,
    );
  });

  it('are spelt alike exactly when they hold the same addresses', () => {
    const near = fc
      .tuple(octets, fc.integer({ min: 0, max: 32 }), octets)
      .map(([ip, prefix, other]) => {
        return [`${ip}/${prefix}`, `${other}/${prefix}`] as const;
      });
    const near6 = fc.tuple(fc.ipV6(), fc.integer({ min: 0, max: 128 }), fc.ipV6());
    const pairs = fc
      .oneof(
        near,
        near6.map(([ip, prefix, other]) => [`${ip}/${prefix}`, `${other}/${prefix}`] as const),
      )
      .filter((pair) => pair.every(isCidr));
    fc.assert(
      fc.property(pairs, ([one, other]) => {
        const [left, right] = [one, other].map((text) => text.split('/')[0] ?? '');
        const sameLength = one.split('/')[1] === other.split('/')[1];
        const areSame = sameLength && holds(one, right ?? '') && holds(other, left ?? '');
        fc.pre(sameLength);
        expect(normaliseCidr(one) === normaliseCidr(other)).toBe(areSame);
        expect(holds(normaliseCidr(one), left ?? '')).toBe(true);
      }),
      RUNS,
    );
  });
});

const two = (least: number, most: number): fc.Arbitrary<string> =>
  fc.integer({ min: least, max: most }).map((n) => String(n).padStart(2, '0'));
const date = fc.tuple(two(1, 12), two(1, 28)).map(([month, day]) => `2041-${month}-${day}`);
const clockTime = fc
  .tuple(two(0, 23), two(0, 59), two(0, 59), fc.constantFrom('', '.5', '.1234', '.999999'))
  .chain(([h, m, s, f]) => fc.constantFrom(`${h}:${m}`, `${h}:${m}:${s}`, `${h}:${m}:${s}${f}`));
const zone = fc.constantFrom('', 'Z', 'z', '+02:00', '-0530', ' +01:00');
const moment = fc.oneof(
  date,
  fc.tuple(date, fc.constantFrom('T', 't', ' '), clockTime, zone).map((parts) => parts.join('')),
);
const duration = fc
  .tuple(fc.nat(400), fc.nat(120), fc.nat(120), fc.boolean())
  .chain(([h, m, s, half]) =>
    fc.constantFrom(`${h + 1}h`, `${h}h${m}m${s + 1}s`, `${m + 1}m`, half ? `${h}.5h` : `${h}h1s`),
  );

describe('expiries', () => {
  const role = roleOf('workspaceGroups', '/expiresAt');

  it('that are times read back as the same, whatever their spelling', () => {
    const { request, group } = account();
    fc.assert(
      fc.property(moment, (text) => {
        const isTaken = accepts(() => request('PATCH', group, { expiresAt: text }));
        expect([text, isDurationOrTime(text)]).toEqual([text, isTaken]);
        if (!isTaken) return;
        const read = request('GET', group)['expiresAt'] as Value;
        expect(normaliseField(role, read)).toEqual(normaliseField(role, text));
      }),
      RUNS,
    );
  });

  it('that are durations are alike exactly when the API makes the same time of them', () => {
    const { request, group } = account();
    const timeOf = (text: string): unknown => {
      request('PATCH', group, { expiresAt: text });
      return request('GET', group)['expiresAt'];
    };
    fc.assert(
      fc.property(duration, duration, (one, other) => {
        const alike = normaliseField(role, one) === normaliseField(role, other);
        expect(timeOf(one) === timeOf(other)).toBe(alike);
        expect(timeOf(normaliseDurationOrTime(one))).toBe(timeOf(one));
      }),
      RUNS,
    );
  });
});

function spelled(role: FieldRole, sent: Value, read: unknown): void {
  expect(normaliseField(role, read as Value)).toEqual(normaliseField(role, sent));
}

describe('names, addresses and sets', () => {
  const name = fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => text.trim() !== '');

  it('read back as they were sent, and other names as others', () => {
    const { request, group, team, project } = account();
    fc.assert(
      fc.property(blank, name, name, (space, one, other) => {
        for (const [path, type] of [
          [group, 'workspaceGroups'],
          [team, 'teams'],
          [project, 'projects'],
        ] as const) {
          const role = roleOf(type, '/name');
          const read = [`${space}${one}`, one, other].map((text) => {
            request('PATCH', path, { name: text });
            spelled(role, text, request('GET', path)['name']);
            return normaliseField(role, request('GET', path)['name'] as Value);
          });
          expect(read[0]).toEqual(read[1]);
          expect(read[0] === read[2]).toBe(one.trim() === other.trim());
        }
      }),
      runs(100),
    );
  });

  it('are members of a team in any order and case', () => {
    const { request, team } = account();
    const people = ['ann', 'bob', 'carol', 'dave'].map((user) => `${user}@acme.example`);
    const role = roleOf('teams', '/members/users');
    const spelling = fc.constantFrom<(text: string) => string>(
      (text) => text,
      (text) => text.toUpperCase(),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(...people), spelling)), (drawn) => {
        const users = drawn.map(([mail, spell]) => spell(mail));
        request('PATCH', team, { removeMemberUserEmails: people });
        request('PATCH', team, { addMemberUserEmails: users });
        const read = request('GET', team)['memberUsers'] as readonly { email: string }[];
        const mails = read.map(({ email }) => email);
        spelled(role, users, mails);
        expect(normaliseField(role, mails)).toHaveLength(new Set(drawn.map(([mail]) => mail)).size);
      }),
      runs(100),
    );
  });

  it('are permissions and inherited roles in any order', () => {
    const { request, role: path, makeRole } = account();
    makeRole();
    const permission = fc.constantFrom('Monitor', 'Operate', 'View', 'Use');
    const inherited = fc
      .constantFrom('Reader', 'Writer', 'Owner')
      .map((role) => ({ resourceType: 'Cluster', role }));
    fc.assert(
      fc.property(fc.array(permission), fc.array(inherited), (permissions, inherits) => {
        request('PUT', path, { permissions, inherits });
        const read = request('GET', path);
        spelled(roleOf('roles', '/permissions'), permissions, read['permissions']);
        spelled(roleOf('roles', '/inherits'), inherits, read['inherits']);
      }),
      runs(100),
    );
  });

  it('are regions in any case', () => {
    const { regions, group, request } = account();
    const role = roleOf('workspaceGroups', '/regionID');
    const id = String(request('GET', group)['regionID']);
    spelled(role, id.toUpperCase(), id);
    const ids = regions().map((region) => normaliseField(role, String(region['regionID'])));
    expect(new Set(ids).size).toBe(regions().length);
  });
});
