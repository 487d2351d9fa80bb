import { isJsonObject, type Json } from '../../src/core/json.ts';

/** Numbers in [0, 1). */
export type Random = () => number;

/** The kinds of a random stack; an entry refers only to entries of earlier kinds and its own. */
export const KIND_NAMES = [
  'projects',
  'workspaceGroups',
  'workspaces',
  'teams',
  'roles',
  'secrets',
  'accessControls',
] as const;
export type KindName = (typeof KIND_NAMES)[number];

export type Entry = Readonly<Record<string, Json>>;
export type Entries = Readonly<Record<string, Entry>>;
/** What an environment manages: kind → key → entry, expressions and sources as written. */
export type Manifest = Readonly<Record<KindName, Entries>>;

/** Where a part of an entry is made. */
export interface Place {
  readonly random: Random;
  readonly manifest: Manifest;
  readonly key: string;
  /** The entry so far. */
  readonly entry: Entry;
  /** The object does not exist yet. */
  readonly isNew: boolean;
}

/** Fields of a kind that are drawn together. */
export interface Part {
  readonly fields: readonly string[];
  /** How often an entry has it; 1: always. */
  readonly share: number;
  /** Another value means replacement. */
  readonly immutable?: boolean;
  make(place: Place): Entry;
}

/** A value that is a text; anything else is none. */
export function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

export const PEOPLE = ['ann', 'bob', 'carol', 'dave'].map((name) => `${name}@acme.example`);

export function pick<T>(random: Random, items: readonly T[]): T {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
}

/** Each item with this probability, in their order. */
export function some<T>(random: Random, items: readonly T[], share = 0.4): readonly T[] {
  return items.filter(() => random() < share);
}

const RANGES = [
  '203.0.113.0/24',
  '198.51.100.7/24',
  '192.0.2.1',
  ' 10.0.0.0/8 ',
  '2001:DB8:0:0::/64',
  '2001:db8::1',
];
const SECRET_FILES = ['garnet', 'pebble', 'willow'].map((word) => `secrets/${word}.txt`);

/** What stands in a file that a stack takes a secret from: a valid password. */
export function secretText(path: string): string {
  const word = path.replace(/^.*\/|\.txt$/g, '');
  return `Correct-Horse-7-${word}`;
}

/** A text that may read another resource; entries of later kinds are left alone. */
function note(place: Place, before: KindName): string {
  const { random, manifest } = place;
  const words = pick(random, [
    '',
    'Reads reports',
    'costs $${money}',
    'größer als 5 €',
    'a: b # c',
  ]);
  if (random() < 0.6) return words;
  const expression = attribute(place, before);
  return expression === undefined || Object.keys(manifest).length === 0
    ? words
    : `${words} ${expression}`;
}

/** An expression that reads an attribute which every state of its object has. */
function attribute({ random, manifest, key }: Place, before: KindName): string | undefined {
  const kinds = KIND_NAMES.slice(0, KIND_NAMES.indexOf(before));
  const kind = pick(random, kinds.length === 0 ? [before] : kinds);
  const target = Object.keys(manifest[kind]).find((other) => other !== key && random() < 0.5);
  if (target === undefined) return undefined;
  const fields = kind === 'workspaces' ? ['id', 'endpoint', 'name'] : ['id', nameField(kind)];
  const provider = random() < 0.3 ? 'singlestore.' : '';
  return `\${${provider}${kind}.${target}.${pick(random, fields)}}`;
}

export function nameField(kind: KindName): string {
  return kind === 'roles' ? 'role' : 'name';
}

function keyIn(place: Place, kind: KindName): string | undefined {
  const keys = Object.keys(place.manifest[kind]).filter((key) => key !== place.key);
  return keys.length === 0 ? undefined : pick(place.random, keys);
}

const part = (
  field: string,
  share: number,
  make: (place: Place) => Json | undefined,
  immutable = false,
): Part => ({
  fields: [field],
  share,
  immutable,
  make: (place) => {
    const value = make(place);
    return value === undefined ? {} : { [field]: value };
  },
});

const number = (random: Random): number => Math.floor(random() * 100);

/** Part of a name that no other object bears. */
const unique = ({ key, random }: Place): string => `${key}-${number(random)}`;

const REGIONS = [
  { provider: 'AWS', regionName: '${var.region}' },
  { provider: 'aws', regionName: 'US-West-2' },
  { provider: 'GCP', regionName: 'us-east1' },
  { provider: 'Azure', regionName: 'westeurope' },
];

const groupParts: readonly Part[] = [
  {
    fields: ['provider', 'regionName'],
    share: 1,
    immutable: true,
    make: ({ random }) => pick(random, REGIONS),
  },
  {
    fields: ['firewallRanges', 'allowAllTraffic'],
    share: 1,
    make: ({ random }): Entry => {
      if (random() < 0.2) return { allowAllTraffic: true };
      if (random() < 0.2) return { firewallRanges: '${var.office}' };
      if (random() < 0.1) return { firewallRanges: ['10.0.0.0/8', '0.0.0.0/0'] };
      return { firewallRanges: some(random, RANGES) };
    },
  },
  part('name', 0.6, (place) => `Group ${unique(place)} `),
  part(
    'project',
    0.5,
    (place) =>
      (place.random() < 0.7 ? keyIn(place, 'projects') : undefined) ?? {
        name: pick(place.random, ['Standard Project', 'enterprise project']),
      },
    true,
  ),
  part('adminPassword', 0.5, ({ random }) => ({ fromFile: pick(random, SECRET_FILES) })),
  part('expiresAt', 0.3, ({ random }) =>
    pick(random, ['2031-01-31T12:00:00Z', '2032-06-01', '9000h', '2033-01-01T00:00:00+02:00']),
  ),
  part('updateWindow', 0.4, ({ random }) =>
    random() < 0.3
      ? '${var.window}'
      : { day: Math.floor(random() * 7), hour: Math.floor(random() * 24) },
  ),
  {
    fields: ['deploymentType'],
    share: 0.4,
    make: ({ random, entry, isNew }): Entry => {
      const binds = entry['optInPreviewFeature'] === true;
      if (isNew && random() < 0.2) {
        return { deploymentType: 'NON-PRODUCTION', optInPreviewFeature: true };
      }
      const types = binds ? ['NON-PRODUCTION'] : ['PRODUCTION', 'NON-PRODUCTION'];
      return { deploymentType: pick(random, types) };
    },
  },
  part('highAvailabilityTwoZones', 0.2, ({ random }) => random() < 0.5, true),
];

const workspaceParts: readonly Part[] = [
  part('workspaceGroup', 1, (place) => keyIn(place, 'workspaceGroups'), true),
  part('name', 0.3, (place) => `ws-${unique(place)}`.slice(0, 32), true),
  part('size', 0.7, ({ random }) => pick(random, ['${var.size}', 'S-00', 'S-0', 'S-1', 'S-2'])),
  part('scaleFactor', 0.3, ({ random }) => pick(random, [1, 2, 4])),
  part('cacheConfig', 0.3, ({ random }) => pick(random, [1, 2, 4])),
  part('autoSuspend', 0.4, ({ random }) =>
    random() < 0.4
      ? { suspendType: 'DISABLED' }
      : {
          suspendType: pick(random, ['IDLE', 'SCHEDULED']),
          suspendAfterSeconds: pick(random, [600, 1800, '${var.seconds}']),
        },
  ),
  part('autoScale', 0.4, ({ random }) =>
    random() < 0.4
      ? { maxScaleFactor: 1 }
      : {
          maxScaleFactor: pick(random, [2, 4]),
          ...(random() < 0.5 ? { sensitivity: pick(random, ['LOW', 'NORMAL', 'HIGH']) } : {}),
        },
  ),
  part('enableKai', 0.3, ({ random }) => (random() < 0.4 ? '${var.kai}' : random() < 0.5)),
  part('deploymentType', 0.2, ({ random }) => pick(random, ['PRODUCTION', 'NON-PRODUCTION'])),
  part('suspended', 0.3, ({ random }) => random() < 0.5),
];

const teamParts: readonly Part[] = [
  part('name', 0.5, (place) => ` Team ${unique(place)}`),
  part('description', 0.6, (place) => note(place, 'teams')),
  part('members', 0.8, (place) => {
    const { random, manifest, key } = place;
    const users = some(random, PEOPLE).map((mail) => (random() < 0.2 ? mail.toUpperCase() : mail));
    const teams = some(
      random,
      Object.keys(manifest.teams).filter((other) => other < key),
    );
    const foreign = random() < 0.1 ? [{ name: 'Organization Readers' }] : [];
    const half = random();
    return {
      ...(half < 0.8 ? { users } : {}),
      ...(half > 0.2 ? { teams: [...teams, ...foreign] } : {}),
    };
  }),
];

const PERMISSIONS: Readonly<Record<string, readonly string[]>> = {
  Organization: ['Monitor', 'View', 'View Audit Log'],
  Cluster: ['Monitor', 'Operate', 'View', 'View Storage DR'],
  Team: ['View', 'Manage Members', 'Edit'],
  Secret: ['View', 'Operate'],
};

export const BUILT_IN: Readonly<Record<string, readonly string[]>> = {
  Organization: [],
  Cluster: ['Reader', 'Operator', 'Writer', 'Owner'],
  Team: ['Owner'],
  Secret: ['Owner', 'Reader'],
};

/** Name of a role of the stack, as the API will have it. */
export function roleNameOf(key: string, entry: Entry): string {
  const { role } = entry;
  return typeof role === 'string' ? role : key;
}

function customRoles(manifest: Manifest, resourceType: Json | undefined): readonly string[] {
  return Object.entries(manifest.roles)
    .filter(([, entry]) => entry['resourceType'] === resourceType)
    .map(([key, entry]) => roleNameOf(key, entry));
}

const roleParts: readonly Part[] = [
  part('resourceType', 1, ({ random }) => pick(random, Object.keys(PERMISSIONS)), true),
  part('role', 0.4, (place) => `Role ${unique(place)}`, true),
  part('description', 0.5, (place) => note(place, 'roles')),
  part('permissions', 0.9, ({ random, entry }) =>
    some(random, PERMISSIONS[textOf(entry['resourceType'])] ?? []),
  ),
  part('inherits', 0.5, ({ random, manifest, entry, key }) => {
    const resourceType = textOf(entry['resourceType']);
    const earlier = Object.entries(manifest.roles)
      .filter(([other, role]) => other < key && role['resourceType'] === resourceType)
      .map(([other, role]) => roleNameOf(other, role));
    return some(random, [...(BUILT_IN[resourceType] ?? []), ...earlier]).map((role) => ({
      resourceType,
      role,
    }));
  }),
];

const secretParts: readonly Part[] = [
  part('name', 0.3, (place) => unique(place).replaceAll('-', '_'), true),
  part('value', 1, (place) => {
    const { random } = place;
    if (random() < 0.4) return { fromFile: pick(random, SECRET_FILES) };
    const target = attribute(place, 'teams') ?? 'localhost';
    const password = random() < 0.5 ? ':${var.appPassword}' : '';
    return `mysql://app${password}@${target}/orders`;
  }),
];

const OBJECTS = {
  workspaceGroup: ['workspaceGroups', 'Cluster'],
  team: ['teams', 'Team'],
  secret: ['secrets', 'Secret'],
} as const;

const accessParts: readonly Part[] = [
  {
    fields: ['object', 'role'],
    share: 1,
    immutable: true,
    make(place) {
      const { random, manifest } = place;
      const field = pick(random, ['workspaceGroup', 'team', 'secret'] as const);
      const [kind, resourceType] = OBJECTS[field];
      const key = keyIn(place, kind);
      const ofOrganization = customRoles(manifest, 'Organization');
      if (key === undefined || (random() < 0.2 && ofOrganization.length > 0)) {
        if (ofOrganization.length === 0) return {};
        return { object: { organization: true }, role: pick(random, ofOrganization) };
      }
      const roles = [...(BUILT_IN[resourceType] ?? []), ...customRoles(manifest, resourceType)];
      return { object: { [field]: key }, role: pick(random, roles) };
    },
  },
  {
    fields: ['users', 'teams'],
    share: 1,
    make(place) {
      const { random, manifest } = place;
      const teams = some(random, Object.keys(manifest.teams), 0.3);
      const users = some(random, PEOPLE);
      const mail = users.length === 0 && teams.length === 0 ? [pick(random, PEOPLE)] : users;
      if (teams.length > 0 && random() < 0.3) return { teams };
      return random() < 0.2 && mail.length > 0 ? { users: mail } : { users: mail, teams };
    },
  },
];

const projectParts: readonly Part[] = [
  part('edition', 1, ({ random }) => pick(random, ['STANDARD', 'ENTERPRISE']), true),
  part('name', 0.5, (place) => `Project ${unique(place)}`),
];

export const PARTS: Readonly<Record<KindName, readonly Part[]>> = {
  projects: projectParts,
  workspaceGroups: groupParts,
  workspaces: workspaceParts,
  teams: teamParts,
  roles: roleParts,
  secrets: secretParts,
  accessControls: accessParts,
};

/** How an object of an `accessControls` entry is named: the field and the kind it refers to. */
export function objectOf(entry: Entry): readonly [KindName | undefined, string] {
  const { object } = entry;
  if (!isJsonObject(object)) return [undefined, ''];
  for (const [field, [kind]] of Object.entries(OBJECTS)) {
    const key = object[field];
    if (typeof key === 'string') return [kind, key];
  }
  return [undefined, ''];
}

/** The resource type that the roles of an `accessControls` entry are of. */
export function resourceTypeOf(entry: Entry): string {
  const [kind] = objectOf(entry);
  const found = Object.values(OBJECTS).find(([name]) => name === kind);
  return found?.[1] ?? 'Organization';
}
