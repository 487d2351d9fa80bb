import { checkUuid, optionalStrings, queryPattern } from '../body.ts';
import type { Json } from '../contract.ts';
import { Refusal } from '../refusal.ts';
import { targetOf } from '../time-line.ts';
import { audit } from './audit.ts';
import { teamInfo } from './identity.ts';
import { stamp } from './time-text.ts';
import { addUser, emailOf } from './users.ts';
import {
  change,
  isLive,
  listed,
  notFound,
  param,
  picked,
  readById,
  textOf,
  textsOf,
  writable,
} from './world.ts';
import type { Call, Routes } from './world.ts';

const TYPE = 'invitation';

function create(call: Call): Json {
  const email = emailOf(call.body);
  const teamIDs = (optionalStrings(call.body, 'teamIDs') ?? []).map(checkUuid);
  for (const id of teamIDs) {
    if (teamInfo(call, id) === undefined) throw new Refusal(400, `team ${id} not found`);
  }
  const id = call.world.random.uuid();
  const line = call.world.store.create({
    type: TYPE,
    id,
    createdMs: call.createdMs,
    base: { invitationID: id, email, teamIDs, state: 'Pending', createdAt: stamp(call.now) },
  });
  audit(call, { action: 'invitation.create', id, name: email });
  return line.base;
}

function remove(call: Call): Json {
  const line = writable(call, TYPE, param(call, 0));
  if (targetOf(line)['state'] !== 'Pending') throw new Refusal(400, 'invitation is not pending');
  change(call, line, call.now, { state: 'Revoked', actedAt: stamp(call.now) });
  audit(call, { action: 'invitation.delete', id: line.id });
  return { invitationID: line.id };
}

/** What happens when the invited person accepts: a user, in the teams. Returns its ID. */
export function acceptInvitation(call: Call, id: string): string {
  const line = call.world.store.of(TYPE).get(checkUuid(id));
  if (line === undefined) throw notFound(TYPE);
  const { email, teamIDs } = targetOf(line);
  const userId = addUser(call, textOf({ email }, 'email'));
  change(call, line, call.now, { state: 'Accepted', actedAt: stamp(call.now) });
  for (const teamId of textsOf({ teamIDs }, 'teamIDs')) {
    const team = call.world.store.of('team').get(teamId);
    if (team === undefined || !isLive(team)) continue;
    const memberUserIDs = [...textsOf(targetOf(team), 'memberUserIDs'), userId];
    change(call, team, call.now, { memberUserIDs });
  }
  return userId;
}

function list(call: Call): Json {
  const hasEmail = queryPattern(call.query, 'email');
  const state = call.query.get('state');
  return listed(call, TYPE, call.world.store.of(TYPE).all())
    .filter((entry) => hasEmail(textOf(entry, 'email')))
    .filter((entry) => state === null || entry['state'] === state)
    .map((entry) => picked(call, entry));
}

export function addInvitationRoutes(routes: Routes): void {
  routes.add('GET', '/v1/invitations', list);
  routes.add('POST', '/v1/invitations', create);
  routes.add('GET', '/v1/invitations/:id', (call) =>
    picked(call, readById(call, TYPE, param(call, 0))),
  );
  routes.add('DELETE', '/v1/invitations/:id', remove);
}
