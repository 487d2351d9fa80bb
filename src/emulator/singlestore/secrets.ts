import { checkUuid, optionalString, requiredString } from '../body.ts';
import type { Fields, Json } from '../contract.ts';
import { Refusal } from '../refusal.ts';
import { viewAt } from '../time-line.ts';
import { endGrantsOn, grantToCreator } from './access.ts';
import { audit } from './audit.ts';
import { stamp } from './time-text.ts';
import { change, isLive, listed, notFound, param, textOf, writable } from './world.ts';
import type { Call, Routes } from './world.ts';

const TYPE = 'secret';

function create(call: Call): Json {
  const name = requiredString(call.body, 'name');
  const value = optionalString(call.body, 'value');
  if (!/^[A-Za-z0-9_]+$/.test(name)) {
    throw new Refusal(400, 'name: must consist of letters, digits and underscores');
  }
  if (value === undefined) throw new Refusal(400, 'value is required');
  const { duplicateSecretStatus } = call.switches;
  const taken = [...call.world.store.of(TYPE).named(name)].some(isLive);
  if (taken && duplicateSecretStatus !== 0) {
    throw new Refusal(duplicateSecretStatus, `secret ${name} already exists`);
  }
  const id = call.world.random.uuid();
  const at = stamp(call.now);
  const line = call.world.store.create({
    type: TYPE,
    id,
    createdMs: call.createdMs,
    base: {
      secretID: id,
      name,
      value,
      createdAt: at,
      createdBy: call.actor,
      lastUpdatedAt: at,
      lastUpdatedBy: call.actor,
    },
  });
  grantToCreator(call, 'Secret', id);
  audit(call, { action: 'secret.create', id, name });
  return line.base;
}

function update(call: Call): Json {
  const line = writable(call, TYPE, param(call, 0));
  const value = optionalString(call.body, 'value');
  change(call, line, call.now, {
    ...(value === undefined ? {} : { value }),
    lastUpdatedAt: stamp(call.now),
    lastUpdatedBy: call.actor,
  });
  audit(call, {
    action: 'secret.update',
    id: line.id,
    name: textOf(line.base, 'name'),
    changed: ['value'],
  });
  return viewAt(line, call.now);
}

function remove(call: Call): Json {
  const line = writable(call, TYPE, param(call, 0));
  endGrantsOn(call, line.id);
  if (call.switches.secretTombstones) {
    line.hidden = { ...line.hidden, terminating: true };
    change(call, line, call.now, {
      value: null,
      deletedAt: stamp(call.now),
      deletedBy: call.actor,
    });
  } else call.world.store.erase(line, call.now);
  audit(call, { action: 'secret.delete', id: line.id, name: textOf(line.base, 'name') });
  return { secretID: line.id };
}

function read(call: Call): Json {
  const line = call.world.store.of(TYPE).get(checkUuid(param(call, 0)));
  if (line === undefined || line.deletedMs !== undefined) throw notFound(TYPE);
  return viewAt(line, call.now);
}

function withoutValue(secret: Fields): Fields {
  const { value: _value, ...rest } = secret;
  return rest;
}

function list(call: Call): Json {
  const name = call.query.get('name');
  const found = listed(call, TYPE, call.world.store.of(TYPE).all())
    .filter((secret) => secret['deletedAt'] === undefined)
    .filter((secret) => name === null || secret['name'] === name);
  const shown = call.switches.secretValuesInList ? found : found.map(withoutValue);
  return call.switches.secretsListShape === 'array' ? shown : { secrets: shown };
}

export function addSecretRoutes(routes: Routes): void {
  routes.add('GET', '/v1/secrets', list);
  routes.add('POST', '/v1/secrets', create);
  routes.add('GET', '/v1/secrets/:id', read);
  routes.add('PATCH', '/v1/secrets/:id', update);
  routes.add('DELETE', '/v1/secrets/:id', remove);
}
