import { addGrant } from './access.ts';
import { REGIONS } from './regions.ts';
import { stamp } from './time-text.ts';
import { addUser } from './users.ts';
import type { Call, Organization, World } from './world.ts';

/** When the seeded objects say they were created. */
export const SEED_MS = Date.UTC(2026, 0, 5, 9, 30);

/** Name, and the organization role that comes with it. */
const TEAMS: readonly (readonly [string, string])[] = [
  ['Organization Owners', 'Owner'],
  ['Organization Billing Administrators', 'Billing Administrator'],
  ['Organization User Administrators', 'User Administrator'],
  ['Organization Operators', 'Operator'],
  ['Organization Writers', 'Writer'],
  ['Organization Readers', 'Reader'],
  ['Organization Observers', 'Observer'],
];

const PROJECTS = [
  ['Shared Project', 'SHARED'],
  ['Standard Project', 'STANDARD'],
  ['Enterprise Project', 'ENTERPRISE'],
] as const;

const PEOPLE = [
  ['ann@acme.example', 'Ann', 'Archer'],
  ['bob@acme.example', 'Bob', 'Baker'],
  ['carol@acme.example', 'Carol', 'Cooper'],
  ['dave@acme.example', 'Dave', 'Draper'],
] as const;

function seedTeam(call: Call, name: string, members: readonly string[]): string {
  const id = call.world.random.uuid();
  call.world.store.create({
    type: 'team',
    id,
    createdMs: 0,
    base: {
      teamID: id,
      name,
      description: '',
      createdAt: stamp(SEED_MS),
      memberUserIDs: members,
      memberTeamIDs: [],
    },
    hidden: { predefined: true, keepsOwner: name === 'Organization Owners' },
  });
  return id;
}

function seedCatalogues(world: World): void {
  for (const [provider, regionName, region] of REGIONS) {
    const id = world.random.uuid();
    world.store.create({
      type: 'region',
      id,
      createdMs: 0,
      base: { regionID: id, provider, regionName, region },
    });
  }
  for (const [name, edition] of PROJECTS) {
    const id = world.random.uuid();
    world.store.create({
      type: 'project',
      id,
      createdMs: 0,
      base: { projectID: id, name, edition, createdAt: stamp(SEED_MS) },
    });
  }
}

/** Fills an empty store. */
export function seedStore(
  call: Call,
  given: { readonly id?: string; readonly name?: string },
): void {
  const { world } = call;
  const id = given.id ?? world.random.uuid();
  const name = given.name ?? 'Acme Analytics';
  const adminId = addUser(call, 'admin@acme.example', 'Alex', 'Admin');
  for (const [email, first, last] of PEOPLE) addUser(call, email, first, last);
  world.store.create({
    type: 'organization',
    id,
    createdMs: 0,
    base: { orgID: id, name, adminId },
  });
  seedCatalogues(world);
  const organization = { resourceType: 'Organization', id };
  const granting = { ...call, actor: adminId };
  addGrant(granting, organization, { role: 'Owner', identity: adminId });
  for (const [team, role] of TEAMS) {
    const teamId = seedTeam(call, team, role === 'Owner' ? [adminId] : []);
    addGrant(granting, organization, { role, identity: teamId });
  }
  seedTeam(call, name, []);
}

/** The organization of a store that has been seeded. */
export function organizationOf(world: World): Organization {
  for (const { id, base } of world.store.of('organization').all()) {
    const { name, adminId } = base;
    if (typeof name === 'string' && typeof adminId === 'string') return { id, name, adminId };
  }
  return { id: '', name: '', adminId: '' };
}
