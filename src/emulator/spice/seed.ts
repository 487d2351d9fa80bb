import type { Fields } from '../contract.ts';
import { FIRST_ORG, OWNER_ID } from './seed-ids.ts';
import { nextId, numberOf, stamp } from './world.ts';
import type { World } from './world.ts';

/** When the seeded objects say they were created. */
export const SEED_MS = Date.UTC(2026, 0, 5, 9, 30);

const ORGS = ['acme', 'globex', 'initech'];
const PEOPLE = ['olivia', 'ann', 'bob', 'carol', 'dave'];
const FIRST_USER_ID = 101;

/** Adds an account, or finds the one with this name. Returns the ID. */
export function addUser(world: World, username: string, email?: string): number {
  for (const line of world.store.of('user').named(username.toLowerCase())) {
    return Number(line.id);
  }
  const id = nextId(world, 'user', FIRST_USER_ID);
  const base = { id, username, email: email ?? `${username}@acme.example` };
  world.store.create({ type: 'user', id: String(id), createdMs: 0, base });
  return id;
}

/** Makes a user a member, whatever was before. */
export function addMember(
  world: World,
  org: string,
  user: Fields,
  more: { readonly roles: readonly string[]; readonly atMs: number },
): Fields {
  const id = `${org}/${String(numberOf(user, 'id'))}`;
  const base = {
    user_id: user['id'],
    username: user['username'],
    roles: more.roles,
    created_at: stamp(more.atMs),
  };
  world.store.create({ type: 'member', id, parent: org, createdMs: 0, base });
  return base;
}

/** Fills an empty store. */
export function seedStore(world: World): void {
  for (const name of ORGS) {
    const id = nextId(world, 'org', 1);
    world.store.create({ type: 'org', id: String(id), createdMs: 0, base: { id, name } });
  }
  for (const username of PEOPLE) addUser(world, username);
  const owner = world.store.of('user').get(OWNER_ID)?.base ?? {};
  addMember(world, FIRST_ORG, owner, { roles: ['owner'], atMs: SEED_MS });
  addMember(world, '2', owner, { roles: ['member'], atMs: SEED_MS });
  world.store.create({
    type: 'signingKey',
    id: 'signingKey',
    createdMs: 0,
    base: { generation: 0 },
    hidden: { key: world.random.uuid() },
  });
}
