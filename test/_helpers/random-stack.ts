import { isJsonObject, type Json, type JsonObject } from '../../src/core/json.ts';
import {
  KIND_NAMES,
  PARTS,
  pick,
  type Entries,
  type Entry,
  type KindName,
  type Manifest,
  type Part,
  type Place,
  type Random,
} from './random-entries.ts';
import { EMPTY, listOf, repair, withEntry } from './random-stack-repair.ts';
import { readStack, writeStack, type StackModel } from './random-stack-files.ts';
import type { StackFiles } from './world.ts';

export { environmentOf } from './random-stack-files.ts';

export interface RandomStackOptions {
  /** Most entries a kind; default 4. */
  readonly entriesMax?: number;
  /** Most changes of one `mutateStack`; default 8. */
  readonly mutationsMax?: number;
}

/**
 * A valid stack for an account as the emulator seeds it, the same for the same random numbers:
 * every kind, references, expressions, variables, sources, lifecycles, often an overlay. Run it
 * with `--env` of `environmentOf`. Some of its changes need approvals: `--allow <risk>=*`.
 */
export function randomStack(random: Random, options: RandomStackOptions = {}): StackFiles {
  const most = options.entriesMax ?? 4;
  let manifest = EMPTY;
  for (const kind of KIND_NAMES) {
    const count = Math.floor(random() * (most + 1));
    for (let index = 0; index < count; index += 1) manifest = withNewEntry(random, manifest, kind);
  }
  const kept = repair(manifest);
  return writeStack(random, {
    settings: { ...settingsOf(random), outputs: outputsOf(random, kept) },
    manifest: kept,
    environment: random() < 0.5 ? 'dev' : undefined,
  });
}

/**
 * The next version of a random stack, which an account where the former was applied can be
 * brought to: entries come, go, move, and change, by replacement where their lifecycle allows it.
 */
export function mutateStack(
  random: Random,
  files: StackFiles,
  options: RandomStackOptions = {},
): StackFiles {
  let model = readStack(files);
  const count = 1 + Math.floor(random() * (options.mutationsMax ?? 8));
  for (let index = 0; index < count; index += 1) {
    const next = mutated(random, model);
    model = { ...next, manifest: repair(next.manifest) };
  }
  const settings = { ...model.settings, outputs: outputsOf(random, model.manifest) };
  return writeStack(random, { ...model, settings });
}

/** The same stack in other files, documents and orders. */
export function rewriteStack(random: Random, files: StackFiles): StackFiles {
  const model = readStack(files);
  const { manifest } = model;
  const turned = Object.fromEntries(
    KIND_NAMES.toReversed().map((kind) => [kind, turnedKeys(random, manifest[kind])]),
  ) as unknown as Manifest;
  return writeStack(random, { ...model, manifest: turned });
}

function turnedKeys<T extends JsonObject>(random: Random, object: T): T {
  const entries = Object.entries(object).map(
    ([key, value]) => [key, isJsonObject(value) ? turnedKeys(random, value) : value] as const,
  );
  return Object.fromEntries(random() < 0.7 ? entries.toReversed() : entries) as T;
}

function settingsOf(random: Random): JsonObject {
  return {
    stack: 'random',
    variables: {
      region: { type: 'string', default: pick(random, ['us-east-1', 'eu-west-1']) },
      office: { type: 'list', default: pick(random, OFFICES) },
      size: { type: 'string', default: pick(random, ['S-00', 'S-0']) },
      seconds: { type: 'number', default: pick(random, [900, 3600]) },
      kai: { type: 'boolean', default: random() < 0.5 },
      window: { type: 'map', default: { day: 1, hour: Math.floor(random() * 24) } },
      appPassword: { type: 'string', sensitive: true, fromFile: 'secrets/app.txt' },
    },
    moved: [],
    removed: [],
  };
}

const OFFICES: readonly Json[] = [['203.0.113.0/24'], ['198.51.100.0/24', '203.0.113.9'], []];

function outputsOf(random: Random, manifest: Manifest): JsonObject {
  const outputs: Record<string, Json> = { region: { value: '${var.region}' } };
  for (const key of Object.keys(manifest.workspaceGroups)) {
    if (random() < 0.3) outputs[`id-${key}`] = { value: `id \${workspaceGroups.${key}.id}` };
  }
  return outputs;
}

function withNewEntry(random: Random, manifest: Manifest, kind: KindName): Manifest {
  const key = newKey(random, manifest, kind);
  let entry: Entry = {};
  for (const part of PARTS[kind]) {
    if (random() >= part.share) continue;
    entry = { ...entry, ...part.make({ random, manifest, key, entry, isNew: true }) };
  }
  entry = { ...entry, ...resourceSettings(random, manifest, kind) };
  return withEntry(manifest, kind, key, entry);
}

/** Keys grow, so that an entry refers to smaller ones of its own kind only. */
function newKey(random: Random, manifest: Manifest, kind: KindName): string {
  const numbers = Object.keys(manifest[kind]).map((key) => Number.parseInt(key.slice(1), 10));
  const next = Math.max(100, ...numbers) + 1 + Math.floor(random() * 20);
  const short = kind === 'secrets' ? `S${next}_X` : `${kind.charAt(0)}${next}`;
  return random() < 0.5 || kind === 'secrets' ? short : `${short}-${pick(random, ['main', 'b'])}`;
}

function resourceSettings(random: Random, manifest: Manifest, kind: KindName): Entry {
  const lifecycle: Record<string, Json> = {};
  const forbids = kind === 'workspaceGroups' || kind === 'workspaces';
  if (forbids && random() < 0.5) lifecycle['replace'] = 'allow';
  if (kind === 'teams' && random() < 0.15) lifecycle['protect'] = true;
  if ((kind === 'teams' || kind === 'secrets') && random() < 0.15) lifecycle['onRemove'] = 'forget';
  if (kind === 'teams' && random() < 0.1) lifecycle['ignoreChanges'] = ['members.users'];
  if (kind === 'workspaceGroups' && random() < 0.1) lifecycle['ignoreChanges'] = ['updateWindow'];
  const earlier = KIND_NAMES.slice(0, KIND_NAMES.indexOf(kind)).flatMap((name) =>
    Object.keys(manifest[name]).map((key) => `singlestore.${name}.${key}`),
  );
  const dependsOn = earlier.length > 0 && random() < 0.15 ? [pick(random, earlier)] : [];
  return {
    ...(Object.keys(lifecycle).length > 0 ? { lifecycle } : {}),
    ...(dependsOn.length > 0 ? { dependsOn } : {}),
    ...(random() < 0.1 ? { timeouts: { create: '2h' } } : {}),
  };
}

function mutated(random: Random, model: StackModel): StackModel {
  const { manifest } = model;
  const kind = pick(random, KIND_NAMES);
  const key = Object.keys(manifest[kind]).find(() => random() < 0.5);
  const entry = key === undefined ? undefined : manifest[kind][key];
  if (key === undefined || entry === undefined || random() < 0.25) {
    return { ...model, manifest: withNewEntry(random, manifest, kind) };
  }
  const dice = random();
  if (dice < 0.2) return isProtected(entry) ? model : removed(random, model, kind, key);
  if (dice < 0.3) return moved(model, kind, key);
  if (dice < 0.4) return { ...model, settings: withOtherVariable(random, model.settings) };
  const place = { random, manifest, key, entry, isNew: false };
  return { ...model, manifest: withEntry(manifest, kind, key, changed(place, kind)) };
}

function changed(place: Place, kind: KindName): Entry {
  const { random, entry } = place;
  const part = pick(random, PARTS[kind]);
  if (part.immutable === true && !mayReplace(place, kind)) return entry;
  if (part.share < 1 && random() < 0.25) return without(entry, part);
  return { ...without(entry, part), ...part.make(place) };
}

/** A replacement takes everything inside and everything that refers to it by an immutable field. */
function mayReplace({ entry, manifest, key }: Place, kind: KindName): boolean {
  if (kind === 'secrets' || kind === 'accessControls') return true;
  // The API refuses to delete a role in use, and a replacement begins with the delete.
  if (kind === 'projects' || kind === 'teams' || kind === 'roles') return false;
  if (!isReplaceable(entry)) return false;
  const inside = kind === 'workspaceGroups' ? Object.values(manifest.workspaces) : [];
  return inside.every((other) => other['workspaceGroup'] !== key || isReplaceable(other));
}

function isReplaceable(entry: Entry): boolean {
  const { lifecycle } = entry;
  return isJsonObject(lifecycle) && lifecycle['replace'] === 'allow';
}

function isProtected(entry: Entry): boolean {
  const { lifecycle } = entry;
  return isJsonObject(lifecycle) && lifecycle['protect'] === true;
}

function without(entry: Entry, part: Part): Entry {
  return Object.fromEntries(Object.entries(entry).filter(([name]) => !part.fields.includes(name)));
}

function removed(random: Random, model: StackModel, kind: KindName, key: string): StackModel {
  const { manifest, settings } = model;
  // A group would have to change its project, which it cannot.
  const groups = Object.values(manifest.workspaceGroups);
  if (kind === 'projects' && groups.some((group) => group['project'] === key)) return model;
  const left = Object.fromEntries(
    Object.entries(manifest[kind]).filter(([other]) => other !== key),
  );
  const forgets = kind === 'secrets' && random() < 0.2;
  const rule = { address: `singlestore.${kind}.${key}`, destroy: false };
  const rules = forgets ? [...listOf(settings['removed']), rule] : settings['removed'];
  return {
    ...model,
    settings: { ...settings, removed: rules ?? [] },
    manifest: { ...manifest, [kind]: left },
  };
}

/** Another key; whatever refers to the entry says so too. */
function moved(model: StackModel, kind: KindName, key: string): StackModel {
  const { manifest, settings } = model;
  const to = `${key}${kind === 'secrets' ? '_m' : '-m'}`;
  if (kind === 'workspaces' || Object.hasOwn(manifest[kind], to)) return model;
  // It keeps its name, which was its key; what names the role by that would have to say the old one.
  if (kind === 'roles' && manifest.roles[key]?.['role'] === undefined) return model;
  const entries = Object.entries(manifest[kind]).map(([other, entry]) => [
    other === key ? to : other,
    entry,
  ]);
  const all = { ...manifest, [kind]: Object.fromEntries(entries) as Entries };
  const rule = { from: `singlestore.${kind}.${key}`, to: `singlestore.${kind}.${to}` };
  return {
    ...model,
    settings: { ...settings, moved: [...listOf(settings['moved']), rule] },
    manifest: Object.fromEntries(
      KIND_NAMES.map((name) => [name, renamed(all[name], name, kind, key, to)]),
    ) as unknown as Manifest,
  };
}

/** Fields that hold keys of a kind, by the kind they stand in. */
const REFERENCES: Readonly<Record<string, string>> = {
  'workspaceGroups project': 'projects',
  'workspaces workspaceGroup': 'workspaceGroups',
  'accessControls workspaceGroup': 'workspaceGroups',
  'accessControls team': 'teams',
  'accessControls teams': 'teams',
  'accessControls secret': 'secrets',
  'teams teams': 'teams',
};

function renamed(
  entries: Entries,
  within: KindName,
  kind: KindName,
  key: string,
  to: string,
): Entries {
  const pattern = new RegExp(`(\\b${kind}\\.)${key}(?=\\.|"|$)`, 'g');
  const walk = (value: Json, field: string): Json => {
    if (typeof value === 'string') {
      const isReference = REFERENCES[`${within} ${field}`] === kind;
      return isReference && value === key ? to : value.replaceAll(pattern, `$1${to}`);
    }
    if (Array.isArray(value)) return value.map((item: Json) => walk(item, field));
    if (!isJsonObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [name, walk(item, name)]),
    );
  };
  return Object.fromEntries(
    Object.entries(entries).map(([name, entry]) => [name, walk(entry, '') as Entry]),
  );
}

function withOtherVariable(random: Random, settings: JsonObject): JsonObject {
  const { variables } = settings;
  const fresh = settingsOf(random)['variables'];
  if (!isJsonObject(variables) || !isJsonObject(fresh)) return settings;
  const name = pick(random, ['office', 'size', 'seconds', 'kai', 'window']);
  return { ...settings, variables: { ...variables, [name]: fresh[name] ?? null } };
}
