import { isFields, optionalNumber, optionalObject, optionalString } from '../body.ts';
import type { Fields, Json } from '../contract.ts';
import { Refusal } from '../refusal.ts';
import { fold } from '../time-line.ts';
import { textOf } from './world.ts';
import type { World } from './world.ts';

/**
 * Many objects at once. Texts may hold `{group}` (00001…), `{n}` (from 1 within the group),
 * `{team}` and `{role}` (from 1). `…Fields` are create bodies.
 */
export interface FillSpec {
  readonly groups: number;
  readonly workspacesPerGroup?: number;
  readonly secretsPerGroup?: number;
  /** One team and one role for so many groups; 0: none. */
  readonly groupsPerTeam?: number;
  readonly groupName?: string;
  readonly workspaceName?: string;
  readonly secretName?: string;
  readonly secretValue?: string;
  readonly teamName?: string;
  readonly roleName?: string;
  readonly roleType?: string;
  readonly groupFields?: Fields;
  readonly workspaceFields?: Fields;
  readonly teamFields?: Fields;
  readonly roleFields?: Fields;
}

/** Sends one request straight to a handler and returns its answer. */
export type Perform = (method: string, path: string, body: Fields) => Json;

const GROUPS_MAX = 100_000;

const DEFAULTS: Required<FillSpec> = {
  groups: 0,
  workspacesPerGroup: 5,
  secretsPerGroup: 2,
  groupsPerTeam: 10,
  groupName: 'group-{group}',
  workspaceName: 'workspace-{n}',
  secretName: 'SECRET_{group}_{n}',
  secretValue: 'value-{group}-{n}',
  teamName: 'team-{team}',
  roleName: 'role-{role}',
  roleType: 'Cluster',
  groupFields: { provider: 'AWS', regionName: 'us-east-1', firewallRanges: [] },
  workspaceFields: { size: 'S-00' },
  teamFields: {},
  roleFields: { permissions: ['Operate'], inherits: [] },
};

function numbered(text: string, name: string, value: number, digits = 1): string {
  return text.replaceAll(`{${name}}`, String(value).padStart(digits, '0'));
}

/** A spec out of JSON; a Refusal for anything unusable. */
export function parseFillSpec(input: unknown): FillSpec {
  if (!isFields(input)) throw new Refusal(400, 'fill: must be an object');
  const unknown = Object.keys(input).find((name) => !Object.hasOwn(DEFAULTS, name));
  if (unknown !== undefined) throw new Refusal(400, `fill: unknown ${unknown}`);
  const number = (name: keyof FillSpec, otherwise: number): number =>
    optionalNumber(input, name) ?? otherwise;
  const text = (name: keyof FillSpec, otherwise: string): string =>
    optionalString(input, name) ?? otherwise;
  const fields = (name: keyof FillSpec, otherwise: Fields): Fields =>
    optionalObject(input, name) ?? otherwise;
  return {
    groups: number('groups', 0),
    workspacesPerGroup: number('workspacesPerGroup', DEFAULTS.workspacesPerGroup),
    secretsPerGroup: number('secretsPerGroup', DEFAULTS.secretsPerGroup),
    groupsPerTeam: number('groupsPerTeam', DEFAULTS.groupsPerTeam),
    groupName: text('groupName', DEFAULTS.groupName),
    workspaceName: text('workspaceName', DEFAULTS.workspaceName),
    secretName: text('secretName', DEFAULTS.secretName),
    secretValue: text('secretValue', DEFAULTS.secretValue),
    teamName: text('teamName', DEFAULTS.teamName),
    roleName: text('roleName', DEFAULTS.roleName),
    roleType: text('roleType', DEFAULTS.roleType),
    groupFields: fields('groupFields', DEFAULTS.groupFields),
    workspaceFields: fields('workspaceFields', DEFAULTS.workspaceFields),
    teamFields: fields('teamFields', DEFAULTS.teamFields),
    roleFields: fields('roleFields', DEFAULTS.roleFields),
  };
}

function fillGroup(spec: Required<FillSpec>, group: number, perform: Perform): number {
  const named = (text: string): string => numbered(text, 'group', group, 5);
  const answer = perform('POST', '/v1/workspaceGroups', {
    ...spec.groupFields,
    name: named(spec.groupName),
  });
  const workspaceGroupID = textOf(isFields(answer) ? answer : {}, 'workspaceGroupID');
  for (let n = 1; n <= spec.workspacesPerGroup; n += 1) {
    const name = numbered(named(spec.workspaceName), 'n', n);
    perform('POST', '/v1/workspaces', { ...spec.workspaceFields, workspaceGroupID, name });
  }
  for (let n = 1; n <= spec.secretsPerGroup; n += 1) {
    const name = numbered(named(spec.secretName), 'n', n);
    perform('POST', '/v1/secrets', { name, value: numbered(named(spec.secretValue), 'n', n) });
  }
  return 1 + spec.workspacesPerGroup + spec.secretsPerGroup;
}

function fillTeam(spec: Required<FillSpec>, team: number, perform: Perform): number {
  const name = numbered(spec.teamName, 'team', team);
  perform('POST', '/v1/teams', { ...spec.teamFields, name });
  const role = numbered(spec.roleName, 'role', team);
  perform('POST', `/v1/roles/${spec.roleType}`, { ...spec.roleFields, role });
  return 2;
}

/** Makes the objects through the API's own handlers. Returns how many there are. */
export function fill(given: FillSpec, perform: Perform): number {
  const spec = { ...DEFAULTS, ...given };
  if (!Number.isInteger(spec.groups) || spec.groups < 0 || spec.groups > GROUPS_MAX) {
    throw new Refusal(400, `fill: groups must be 0 to ${String(GROUPS_MAX)}`);
  }
  let made = 0;
  for (let group = 1; group <= spec.groups; group += 1) {
    made += fillGroup(spec, group, perform);
    if (spec.groupsPerTeam > 0 && group % spec.groupsPerTeam === 0) {
      made += fillTeam(spec, group / spec.groupsPerTeam, perform);
    }
  }
  return made;
}

/** Everything that is under way has happened, for lists too. */
export function settleAll(world: World): void {
  for (const type of ['workspaceGroup', 'workspace', 'team', 'role', 'secret', 'project', 'user']) {
    for (const line of world.store.of(type).all()) {
      if (line.deletedMs !== undefined) {
        world.store.purge(line);
        continue;
      }
      if (line.createdMs === 0 && line.steps.length === 0) continue;
      line.createdMs = 0;
      fold(line, Number.POSITIVE_INFINITY);
      world.store.save(line);
    }
  }
}
