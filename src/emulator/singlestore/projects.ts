import { optionalChoice, requiredString } from '../body.ts';
import type { Json } from '../contract.ts';
import { Refusal } from '../refusal.ts';
import { targetOf } from '../time-line.ts';
import { audit } from './audit.ts';
import { stamp } from './time-text.ts';
import { change, isLive, listed, param, readById, textOf, writable } from './world.ts';
import type { Call, Routes } from './world.ts';

const TYPE = 'project';
const EDITIONS = ['DEDICATED', 'ENTERPRISE', 'PREMIUM', 'SHARED', 'STANDARD'];

function create(call: Call): Json {
  const name = requiredString(call.body, 'name');
  const edition = optionalChoice(call.body, 'edition', EDITIONS);
  if (edition === undefined) throw new Refusal(400, 'edition is required');
  const id = call.world.random.uuid();
  call.world.store.create({
    type: TYPE,
    id,
    createdMs: call.createdMs,
    base: { projectID: id, name, edition, createdAt: stamp(call.now) },
  });
  audit(call, { action: 'project.create', id, name });
  return { projectID: id };
}

function update(call: Call): Json {
  const line = writable(call, TYPE, param(call, 0));
  const name = requiredString(call.body, 'name');
  change(call, line, call.now, { name });
  audit(call, { action: 'project.update', id: line.id, name, changed: ['name'] });
  return { projectID: line.id };
}

function remove(call: Call): Json {
  const line = writable(call, TYPE, param(call, 0));
  for (const group of call.world.store.of('workspaceGroup').all()) {
    if (isLive(group) && group.base['projectID'] === line.id) {
      throw new Refusal(call.switches.projectNotEmptyStatus, 'project is not empty');
    }
  }
  call.world.store.erase(line, call.now);
  audit(call, { action: 'project.delete', id: line.id, name: textOf(targetOf(line), 'name') });
  return { projectID: line.id };
}

export function addProjectRoutes(routes: Routes): void {
  routes.add('GET', '/v1/projects', (call) => listed(call, TYPE, call.world.store.of(TYPE).all()));
  routes.add('POST', '/v1/projects', create);
  routes.add('GET', '/v1/projects/:id', (call) => readById(call, TYPE, param(call, 0)));
  routes.add('PATCH', '/v1/projects/:id', update);
  routes.add('DELETE', '/v1/projects/:id', remove);
}
