import { isJsonObject, type Json, type JsonObject } from '../../src/core/json.ts';
import {
  BUILT_IN,
  KIND_NAMES,
  objectOf,
  resourceTypeOf,
  roleNameOf,
  textOf,
  type Entry,
  type KindName,
  type Manifest,
} from './random-entries.ts';

/** Most workspaces that a group takes. */
const WORKSPACES_MAX = 5;

export const EMPTY: Manifest = Object.fromEntries(
  KIND_NAMES.map((kind) => [kind, {}]),
) as unknown as Manifest;

export function withEntry(manifest: Manifest, kind: KindName, key: string, entry: Entry): Manifest {
  return { ...manifest, [kind]: { ...manifest[kind], [key]: entry } };
}

export function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

/** Leaves out what refers to nothing, or stands in the way of something else. */
export function repair(manifest: Manifest): Manifest {
  let kept = EMPTY;
  for (const kind of KIND_NAMES) {
    for (const key of Object.keys(manifest[kind]).toSorted()) {
      const entry = repaired(kept, kind, key, manifest[kind][key] ?? {});
      if (entry !== undefined) kept = withEntry(kept, kind, key, entry);
    }
  }
  return kept;
}

/** Preview features are only for groups that say so. */
function withPreviewDeployment(group: Entry): Entry {
  if (group['optInPreviewFeature'] !== true) return group;
  return { ...group, deploymentType: 'NON-PRODUCTION' };
}

/** The entry as it can stand beside the earlier ones; undefined: it cannot. */
function repaired(kept: Manifest, kind: KindName, key: string, entry: Entry): Entry | undefined {
  const has = (name: KindName, value: Json | undefined): boolean =>
    typeof value !== 'string' || Object.hasOwn(kept[name], value);
  const known = (list: Json | undefined): readonly Json[] =>
    listOf(list).filter((item) => has('teams', item));
  const plain = withoutDangling(kept, entry);
  switch (kind) {
    case 'workspaceGroups': {
      const group = withPreviewDeployment(plain);
      return has('projects', group['project'])
        ? group
        : { ...group, project: { name: 'Standard Project' } };
    }
    case 'workspaces':
      return fitsGroup(kept, plain) ? withGroupsDeployment(kept, plain) : undefined;
    case 'teams': {
      const { members } = plain;
      if (!isJsonObject(members) || !('teams' in members)) return plain;
      return { ...plain, members: { ...members, teams: known(members['teams']) } };
    }
    case 'roles': {
      const { inherits } = plain;
      const fits = (item: Json): boolean => isJsonObject(item) && isRole(kept, item);
      return inherits === undefined
        ? plain
        : { ...plain, inherits: listOf(inherits).filter((item) => fits(item)) };
    }
    case 'accessControls': {
      const { teams, users } = plain;
      const next = teams === undefined ? plain : { ...plain, teams: known(teams) };
      const isEmpty = listOf(next['teams']).length + listOf(users).length === 0;
      return isEmpty || !fitsObject(kept, next) ? undefined : next;
    }
    case 'projects':
    case 'secrets':
      return plain;
    default:
      return kind satisfies never;
  }
}

const EXPRESSION = /\$\{(?:singlestore\.)?([a-zA-Z]+)\.([A-Za-z0-9_-]+)\.[a-zA-Z]+\}/g;

/** An expression that reads what is not there, or not reported, becomes a word. */
function withoutDangling(kept: Manifest, entry: Entry): Entry {
  const walk = (value: Json): Json => {
    if (typeof value === 'string') {
      return value.replaceAll(EXPRESSION, (all: string, kind: string, key: string) => {
        if (kind === 'var') return all;
        const target = KIND_NAMES.includes(kind as KindName)
          ? kept[kind as KindName][key]
          : undefined;
        // A workspace that is suspended from the start never tells its endpoint.
        const isSilent = all.endsWith('.endpoint}') && target?.['suspended'] === true;
        return target === undefined || isSilent ? 'nothing' : all;
      });
    }
    if (Array.isArray(value)) return value.map((item: Json) => walk(item));
    if (!isJsonObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, walk(item)]));
  };
  const { dependsOn, ...rest } = entry;
  const still = listOf(dependsOn).filter((address) => {
    const [, kind = '', key = ''] = textOf(address).split('.');
    return kept[kind as KindName][key] !== undefined;
  });
  const walked = walk(rest) as Entry;
  return still.length === 0 ? walked : { ...walked, dependsOn: still };
}

function fitsGroup(kept: Manifest, workspace: Entry): boolean {
  const group = workspace['workspaceGroup'];
  if (typeof group !== 'string' || kept.workspaceGroups[group] === undefined) return false;
  const others = Object.values(kept.workspaces).filter(
    (other) => other['workspaceGroup'] === group,
  );
  return others.length < WORKSPACES_MAX - 1;
}

/** The type of a group holds for all of its workspaces. */
function withGroupsDeployment(kept: Manifest, workspace: Entry): Entry {
  const group = kept.workspaceGroups[textOf(workspace['workspaceGroup'])];
  const type = group?.['deploymentType'];
  if (type === undefined || workspace['deploymentType'] === undefined) return workspace;
  return { ...workspace, deploymentType: type };
}

function isRole(kept: Manifest, { resourceType, role }: JsonObject): boolean {
  if (BUILT_IN[textOf(resourceType)]?.includes(textOf(role)) === true) return true;
  return Object.entries(kept.roles).some(
    ([key, entry]) => roleNameOf(key, entry) === role && entry['resourceType'] === resourceType,
  );
}

/** Its object and role are there, and no other entry has the pair. */
function fitsObject(kept: Manifest, entry: Entry): boolean {
  const [kind, key] = objectOf(entry);
  if (entry['object'] === undefined) return false;
  if (kind !== undefined && kept[kind][key] === undefined) return false;
  const { role } = entry;
  if (!isRole(kept, { resourceType: resourceTypeOf(entry), role: role ?? '' })) return false;
  const pair = JSON.stringify([entry['object'], role]);
  return Object.values(kept.accessControls).every(
    (other) => JSON.stringify([other['object'], other['role']]) !== pair,
  );
}
