import type { Fields } from '../contract.ts';
import type { TimeLine } from '../time-line.ts';
import { checkedInput, pattern, text } from './input.ts';
import { invalidBody, Problem } from './problem.ts';
import {
  appOf,
  change,
  inOrder,
  isLive,
  nextId,
  NO_CONTENT,
  ok,
  param,
  stamp,
  textOf,
} from './world.ts';
import type { Call, Result } from './world.ts';

const FIRST_ID = 7_001;
const NAME = pattern(/^[a-zA-Z_][a-zA-Z0-9_]*$/, 'Only letters, digits and _, no digit in front');

/** The secret without its value. */
function masked(call: Call, line: TimeLine): Fields {
  const { id, name, created_at, updated_at } = line.base;
  return { id, name, value: call.switches.secretMask, created_at, updated_at };
}

function secretOf(call: Call): TimeLine {
  const line = call.world.store.of('secret').get(`${appOf(call).id}/${param(call, 1)}`);
  if (line === undefined || !isLive(line)) throw new Problem(404, 'Secret not found');
  return line;
}

export function listSecrets(call: Call): Result {
  const lines = inOrder(call.world.store.of('secret').inParent(appOf(call).id));
  return ok({ secrets: lines.map((line) => masked(call, line)) });
}

export function readSecret(call: Call): Result {
  return ok(masked(call, secretOf(call)));
}

/** Creates or overwrites: the answer does not tell which. */
export function putSecret(call: Call): Result {
  const app = appOf(call);
  const { emptySecretValue } = call.switches;
  const checks = { name: NAME, value: text };
  const input = checkedInput(call.body, {
    checks,
    required: ['name', 'value'],
    nulls: 'refuse',
  });
  const { name, value } = input;
  if (value === '' && emptySecretValue === 'refuse') {
    throw invalidBody({ value: ['String must contain at least 1 character(s)'] });
  }
  const { store } = call.world;
  const key = `${app.id}/${textOf(input, 'name')}`;
  const at = stamp(call.now);
  const known = store.of('secret').get(key);
  if (known !== undefined) {
    known.hidden = { value };
    change(call, known, { updated_at: at });
    return ok(masked(call, known));
  }
  const id = nextId(call.world, 'secret', FIRST_ID);
  const base = { id, name, created_at: at, updated_at: at };
  const { createdMs } = call;
  const hidden = { value };
  return ok(
    masked(
      call,
      store.create({ type: 'secret', id: key, parent: app.id, createdMs, base, hidden }),
    ),
  );
}

export function removeSecret(call: Call): Result {
  call.world.store.purge(secretOf(call));
  return NO_CONTENT;
}
