import type { Fields } from '../contract.ts';
import { viewAt } from '../time-line.ts';
import { textOf } from './world.ts';
import type { Call } from './world.ts';

/** A user as other objects show it; undefined when there is none. */
export function userInfo(call: Call, id: string): Fields | undefined {
  const line = call.world.store.of('user').get(id);
  if (line === undefined || line.deletedMs !== undefined) return undefined;
  const { userID, email, firstName, lastName } = viewAt(line, call.now);
  return { userID, email, firstName, lastName };
}

/** A team as other objects show it; undefined when there is none. */
export function teamInfo(call: Call, id: string): Fields | undefined {
  const line = call.world.store.of('team').get(id);
  if (line === undefined || line.deletedMs !== undefined) return undefined;
  const { teamID, name, description } = viewAt(line, call.now);
  return { teamID, name, description };
}

export function infos(
  call: Call,
  ids: readonly string[],
  find: (call: Call, id: string) => Fields | undefined,
): Fields[] {
  return ids.map((id) => find(call, id)).filter((info) => info !== undefined);
}

/** The ID of the user with this address, in any case of letters. */
export function userByEmail(call: Call, email: string): string | undefined {
  const wanted = email.toLowerCase();
  for (const line of call.world.store.of('user').all()) {
    if (line.deletedMs === undefined && textOf(line.base, 'email').toLowerCase() === wanted) {
      return line.id;
    }
  }
  return undefined;
}
