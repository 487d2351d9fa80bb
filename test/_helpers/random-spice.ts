import { isJsonObject, type Json } from '../../src/core/json.ts';
import {
  pick,
  PEOPLE,
  some,
  textOf,
  type Entries,
  type Entry,
  type Random,
} from './random-entries.ts';

/** Kinds of Spice.ai in a random stack; an entry refers only to apps. */
export const SPICE_KINDS = ['apps', 'appSecrets', 'deployments', 'apiKeys', 'members'] as const;
export type SpiceKind = (typeof SPICE_KINDS)[number];

/** What a random stack has of Spice.ai; expressions that read the other provider as written. */
export interface SpiceModel {
  readonly kinds: Readonly<Record<SpiceKind, Entries>>;
  /** Secrets of the other provider that hold an API key of an app: key → key of `apiKeys`. */
  readonly readers: Readonly<Record<string, string>>;
  readonly moved: readonly Json[];
  readonly removed: readonly Json[];
  /** The settings name the organization. */
  readonly named: boolean;
}

/** What stands for an attribute of the other provider until there is an entry to read. */
export const OTHER_ENDPOINT = /\{endpoint (\d+)\}/g;
export const OTHER_ID = /\{id (\d+)\}/g;

export const SECRET_NAMES = ['DSN', 'TOKEN', 'password', 'S3_KEY'];
const SPICE_FILES = ['basil', 'saffron'].map((word) => `secrets/${word}.txt`);
const EMPTY: SpiceModel = {
  kinds: { apps: {}, appSecrets: {}, deployments: {}, apiKeys: {}, members: {} },
  readers: {},
  moved: [],
  removed: [],
  named: false,
};

/** A valid part of a stack, the same for the same random numbers. */
export function randomSpice(random: Random): SpiceModel {
  let model: SpiceModel = { ...EMPTY, named: random() < 0.5 };
  const counts = { apps: 3, appSecrets: 4, deployments: 3, apiKeys: 2, members: 3 };
  for (const kind of SPICE_KINDS) {
    const count = Math.floor(random() * (counts[kind] + 1)) + (kind === 'apps' ? 1 : 0);
    for (let index = 0; index < count; index += 1) model = withNew(random, model, kind);
  }
  return repaired(withReader(random, model));
}

/** The next version: entries come, go, move, and change. */
export function mutateSpice(random: Random, model: SpiceModel): SpiceModel {
  let next = model;
  const count = 1 + Math.floor(random() * 5);
  for (let index = 0; index < count; index += 1) next = repaired(mutated(random, next));
  return next;
}

/** Name of an app as it is sent: the key that it had at first, whatever it moved to. */
export function appNameOf(key: string, entry: Entry): string {
  return textOf(entry['name']) || key.replace(/m+$/, '');
}

function withNew(random: Random, model: SpiceModel, kind: SpiceKind): SpiceModel {
  const made = MAKERS[kind](random, model);
  if (made === undefined) return model;
  const address = `spice.${kind}.${made[0]}`;
  // What was once said of this address was of another entry.
  const isOther = (rule: Json): boolean => !JSON.stringify(rule).includes(`"${address}"`);
  const { moved: moves, removed } = model;
  const rules = { moved: moves.filter(isOther), removed: removed.filter(isOther) };
  return withEntry({ ...model, ...rules }, kind, ...made);
}

function withEntry(model: SpiceModel, kind: SpiceKind, key: string, entry: Entry): SpiceModel {
  return {
    ...model,
    kinds: { ...model.kinds, [kind]: { ...model.kinds[kind], [key]: entry } },
  };
}

type Maker = (random: Random, model: SpiceModel) => readonly [string, Entry] | undefined;

const MAKERS: Readonly<Record<SpiceKind, Maker>> = {
  apps(random, { kinds }) {
    const key = freshKey(random, kinds.apps, 'app');
    const name = random() < 0.4 ? { name: `${random() < 0.5 ? 'App' : 'SHOP'}-${key}` } : {};
    const entry = { ...name, ...pick(random, PLACES), ...settingsOf(random) };
    return [key, { ...entry, ...lifecycleOf(random) }];
  },
  appSecrets(random, { kinds }) {
    const app = keyOf(random, kinds.apps);
    if (app === undefined) return undefined;
    const name = pick(random, SECRET_NAMES);
    const isTaken = Object.values(kinds.appSecrets).some(
      (other) => other['app'] === app && other['name'] === name,
    );
    if (isTaken) return undefined;
    return [
      freshKey(random, kinds.appSecrets, 'S'),
      { app, name, value: valueOf(random, app, kinds.apiKeys) },
    ];
  },
  deployments(random, { kinds }) {
    const app = keyOf(random, kinds.apps);
    if (app === undefined || refersTo(kinds.deployments, app)) return undefined;
    return [freshKey(random, kinds.deployments, 'd'), { app, ...deploymentOf(random) }];
  },
  apiKeys(random, { kinds }) {
    const app = keyOf(random, kinds.apps);
    if (app === undefined || refersTo(kinds.apiKeys, app)) return undefined;
    return [freshKey(random, kinds.apiKeys, 'k'), { app, ...markersOf(random) }];
  },
  members(random, { kinds }) {
    const [name = ''] = pick(random, PEOPLE).split('@');
    if (kinds.members[name] !== undefined) return undefined;
    const username = random() < 0.3 ? { username: name.toUpperCase() } : {};
    return [name, { ...username, ...rolesOf(random) }];
  },
};

const PLACES: readonly Entry[] = [
  { region: 'us-east-1' },
  { region: 'US-West-2' },
  { cname: 'us-west-2-prod-aws-data' },
  { cluster_name: 'acme-dedicated' },
];

type Part = (random: Random) => Entry;

/** Settings of apps that can change in place. */
const SETTINGS: readonly (readonly [number, Part])[] = [
  [0.5, (random) => ({ description: pick(random, ['', 'Orders', 'größer als 5 €', 'of {id 1}']) })],
  [0.3, (random) => ({ visibility: pick(random, ['private', 'public']) })],
  [0.4, (random) => ({ tags: pick(random, [{ team: 'data' }, { team: 'ops', cost: '7_a' }]) })],
  [0.8, (random) => ({ spicepod: spicepodOf(random) })],
  [0.3, (random) => ({ replicas: 1 + Math.floor(random() * 3) })],
  [0.2, (random) => ({ update_channel: pick(random, ['stable', 'preview']) })],
  [0.2, (random) => ({ version: pick(random, ['2.x', '1.x']) })],
  [0.2, (random) => ({ image_tag: pick(random, ['2.0.1', '2.1.0']) })],
  [0.2, (random) => ({ resources: { limits: { cpu: pick(random, ['2', '4']), memory: '4Gi' } } })],
  [0.2, (random) => ({ executor: { replicas: Math.floor(random() * 3) } })],
  [0.1, (random) => ({ storage_size_gb: pick(random, [10, 20]) })],
];

function settingsOf(random: Random): Entry {
  let entry: Entry = {};
  for (const [share, part] of SETTINGS) if (random() < share) entry = { ...entry, ...part(random) };
  return entry;
}

function spicepodOf(random: Random): Entry {
  const name = `pod-${Math.floor(random() * 100)}`;
  const params =
    random() < 0.5 ? { params: { dsn: `\${secrets:${pick(random, SECRET_NAMES)}}` } } : {};
  return {
    version: 'v1',
    kind: 'Spicepod',
    name,
    datasets: [{ from: 'mysql:orders', name: 'orders', ...params }],
  };
}

function deploymentOf(random: Random): Entry {
  return {
    ...(random() < 0.2 ? { replicas: 1 + Math.floor(random() * 3) } : {}),
    ...(random() < 0.2 ? { commit_message: `release ${Math.floor(random() * 9)}` } : {}),
    ...(random() < 0.2 ? { branch: pick(random, ['main', 'next']) } : {}),
    ...(random() < 0.1 ? { channel: pick(random, ['preview', 'nightly']) } : {}),
  };
}

function markersOf(random: Random): Entry {
  return {
    ...(random() < 0.7 ? { rotate: `2026-${Math.floor(random() * 99)}` } : {}),
    ...(random() < 0.5 ? { key: pick(random, ['primary', 'secondary', 'both']) } : {}),
  };
}

function rolesOf(random: Random): Entry {
  const roles = some(random, ['admin', 'member', 'viewer']);
  return roles.length === 0 ? {} : { roles };
}

function lifecycleOf(random: Random): Entry {
  if (random() < 0.5) return { lifecycle: { replace: 'allow' } };
  return random() < 0.1 ? { lifecycle: { onRemove: 'forget' } } : {};
}

function valueOf(random: Random, app: string, apiKeys: Entries): Json {
  const dice = random();
  if (dice < 0.3) return { fromFile: pick(random, SPICE_FILES) };
  if (dice < 0.6) return `mysql://app@{endpoint ${Math.floor(random() * 9)}}/orders`;
  // Its own app's key would do as well; another app's is the more usual.
  const keys = Object.keys(apiKeys);
  if (dice < 0.8 && keys.length > 0)
    return `key of ${app}: \${spice.apiKeys.${pick(random, keys)}.primary}`;
  return `plain-${Math.floor(random() * 100)}`;
}

function withReader(random: Random, model: SpiceModel): SpiceModel {
  const keys = Object.keys(model.kinds.apiKeys);
  if (keys.length === 0 || random() < 0.3) return model;
  const name = `SPICE_${Object.keys(model.readers).length}`;
  return { ...model, readers: { ...model.readers, [name]: pick(random, keys) } };
}

function mutated(random: Random, model: SpiceModel): SpiceModel {
  const kind = pick(random, [...SPICE_KINDS, 'apps', 'apiKeys'] as const);
  const key = Object.keys(model.kinds[kind]).find(() => random() < 0.5);
  const entry = key === undefined ? undefined : model.kinds[kind][key];
  if (key === undefined || entry === undefined || random() < 0.2) {
    return withReader(random, withNew(random, model, kind));
  }
  const dice = random();
  if (dice < 0.15) return without(random, model, kind, key);
  if (dice < 0.22 && kind !== 'members') return moved(model, kind, key);
  return withEntry(model, kind, key, changed(random, model, kind, key, entry));
}

function changed(
  random: Random,
  { kinds }: SpiceModel,
  kind: SpiceKind,
  key: string,
  entry: Entry,
): Entry {
  switch (kind) {
    case 'apps': {
      const { lifecycle } = entry;
      const mayReplace = isJsonObject(lifecycle) && lifecycle['replace'] === 'allow';
      if (mayReplace && random() < 0.2) {
        const { region: _, cname: __, cluster_name: ___, ...rest } = entry;
        return { ...rest, ...pick(random, PLACES) };
      }
      const [, part] = pick(random, SETTINGS);
      return { ...entry, ...part(random) };
    }
    case 'appSecrets':
      return { ...entry, value: valueOf(random, textOf(entry['app']), kinds.apiKeys) };
    case 'deployments':
      return { app: entry['app'] ?? key, ...deploymentOf(random) };
    case 'apiKeys':
      return { app: entry['app'] ?? key, ...markersOf(random) };
    case 'members': {
      const { roles: _, ...rest } = entry;
      return { ...rest, ...rolesOf(random) };
    }
    default:
      return kind satisfies never;
  }
}

function without(random: Random, model: SpiceModel, kind: SpiceKind, key: string): SpiceModel {
  const left = Object.fromEntries(
    Object.entries(model.kinds[kind]).filter(([other]) => other !== key),
  );
  const rule = { address: `spice.${kind}.${key}`, destroy: false };
  const removed =
    kind === 'appSecrets' && random() < 0.2 ? [...model.removed, rule] : model.removed;
  return { ...model, removed, kinds: { ...model.kinds, [kind]: left } };
}

/** Another key; whatever refers to the entry says so too. */
function moved(model: SpiceModel, kind: SpiceKind, key: string): SpiceModel {
  const to = `${key}m`;
  const entries = model.kinds[kind];
  if (entries[to] !== undefined) return model;
  const own = Object.fromEntries(
    Object.entries(entries).map(([other, entry]) => [other === key ? to : other, entry]),
  );
  const isRead = kind === 'apiKeys';
  const follow = (entry: Entry): Entry => {
    const { app, value } = entry;
    return {
      ...entry,
      ...(kind === 'apps' && app === key ? { app: to } : {}),
      ...(isRead && typeof value === 'string'
        ? { value: value.replace(`.${key}.primary}`, `.${to}.primary}`) }
        : {}),
    };
  };
  const all = { ...model.kinds, [kind]: own };
  const rule = { from: `spice.${kind}.${key}`, to: `spice.${kind}.${to}` };
  return {
    ...model,
    kinds: mapped(all, follow),
    readers: Object.fromEntries(
      Object.entries(model.readers).map(([name, of]) => [name, isRead && of === key ? to : of]),
    ),
    moved: [...model.moved, rule],
  };
}

function mapped(kinds: SpiceModel['kinds'], change: (entry: Entry) => Entry): SpiceModel['kinds'] {
  const each = (entries: Entries): Entries =>
    Object.fromEntries(Object.entries(entries).map(([key, entry]) => [key, change(entry)]));
  return {
    apps: each(kinds.apps),
    appSecrets: each(kinds.appSecrets),
    deployments: each(kinds.deployments),
    apiKeys: each(kinds.apiKeys),
    members: each(kinds.members),
  };
}

/** Leaves out what refers to nothing. */
function repaired(model: SpiceModel): SpiceModel {
  const { kinds } = model;
  const hasApp = (entry: Entry): boolean => kinds.apps[textOf(entry['app'])] !== undefined;
  const kept = (entries: Entries, fits = hasApp): Entries =>
    Object.fromEntries(Object.entries(entries).filter(([, entry]) => fits(entry)));
  const apiKeys = kept(kinds.apiKeys);
  const secrets = kept(kinds.appSecrets);
  // Without a spicepod there is nothing to deploy.
  const isDeployable = (entry: Entry): boolean =>
    kinds.apps[textOf(entry['app'])]?.['spicepod'] !== undefined;
  const withReads = (entry: Entry): Entry => {
    const { value } = entry;
    const read = typeof value === 'string' ? /apiKeys\.(\w+)\./.exec(value)?.[1] : undefined;
    return read === undefined || apiKeys[read] !== undefined ? entry : { ...entry, value: 'none' };
  };
  return {
    ...model,
    kinds: {
      apps: Object.fromEntries(
        Object.entries(kinds.apps).map(([key, app]) => [key, withKnownSecrets(key, app, secrets)]),
      ),
      appSecrets: Object.fromEntries(
        Object.entries(secrets).map(([key, entry]) => [key, withReads(entry)]),
      ),
      deployments: kept(kinds.deployments, isDeployable),
      apiKeys,
      members: kinds.members,
    },
    readers: Object.fromEntries(
      Object.entries(model.readers).filter(([, of]) => apiKeys[of] !== undefined),
    ),
  };
}

/** A spicepod names only secrets that the stack has for its app: others fail its deployments. */
function withKnownSecrets(key: string, app: Entry, secrets: Entries): Entry {
  const names = Object.values(secrets)
    .filter((secret) => secret['app'] === key)
    .map((secret) => textOf(secret['name']));
  const { spicepod } = app;
  if (spicepod === undefined) return app;
  const text = JSON.stringify(spicepod).replaceAll(
    /\$\{secrets:(\w+)\}/g,
    (all: string, name: string) => (names.includes(name) ? all : 'none'),
  );
  return { ...app, spicepod: JSON.parse(text) as Json };
}

function keyOf(random: Random, entries: Entries): string | undefined {
  const keys = Object.keys(entries);
  return keys.length === 0 ? undefined : pick(random, keys);
}

function refersTo(entries: Entries, app: string): boolean {
  return Object.values(entries).some((entry) => entry['app'] === app);
}

/** Numbers grow; a key of an app is a name as well, of four characters at least. */
function freshKey(random: Random, entries: Entries, prefix: string): string {
  const numbers = Object.keys(entries).map((key) => Number.parseInt(key.replace(/^\D+/, ''), 10));
  return `${prefix}${Math.max(100, ...numbers) + 1 + Math.floor(random() * 20)}`;
}
