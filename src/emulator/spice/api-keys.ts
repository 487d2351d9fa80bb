import { newKey } from './apps.ts';
import { checkedInput, choice } from './input.ts';
import { appOf, ok } from './world.ts';
import type { Call, Result } from './world.ts';

export function readKeys(call: Call): Result {
  const { api_key, api_key_2 } = appOf(call).hidden;
  return ok({ api_key: api_key ?? null, api_key_2: api_key_2 ?? null });
}

/** The old ones are void at once. */
export function regenerateKeys(call: Call): Result {
  const line = appOf(call);
  const checks = { key_number: choice([0, 1, 2]) };
  const { key_number: number = 1 } = checkedInput(call.body, { checks, nulls: 'refuse' });
  line.hidden = {
    ...line.hidden,
    ...(number === 2 ? {} : { api_key: newKey(call) }),
    ...(number === 1 ? {} : { api_key_2: newKey(call) }),
  };
  call.world.store.save(line);
  const { api_key, api_key_2 } = line.hidden;
  return ok({ api_key, api_key_2, regenerated_key: number });
}
