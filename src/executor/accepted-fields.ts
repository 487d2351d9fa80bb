import type { Json, JsonObject } from '../core/json.ts';
import { isJsonObject } from '../core/json.ts';
import type { StateResource } from '../core/prior.ts';
import { fromPointer } from '../core/resolve.ts';
import type { ResourceChange } from '../planner/plan.ts';

/**
 * A record in which accepted fields stay as the last apply left them: it has sent nothing there,
 * so what is there now is drift again once the acceptance has ended.
 */
export function withAcceptedKept(
  entry: StateResource,
  before: StateResource | undefined,
  { accepted = [] }: Pick<ResourceChange, 'accepted'>,
): StateResource {
  let { sent, read } = entry;
  for (const pointer of accepted) {
    const path = fromPointer(pointer);
    sent = put(sent, path, jsonAt(before?.sent, path));
    // Of an object that is only now taken over nothing older is known.
    if (before !== undefined) read = put(read, path, jsonAt(before.read, path));
  }
  return { ...entry, sent, read };
}

function jsonAt(object: JsonObject | undefined, path: readonly string[]): Json | undefined {
  let at: Json | undefined = object;
  for (const name of path) at = isJsonObject(at) ? at[name] : undefined;
  return at;
}

/** A copy with another value at one place, or without one. */
function put(object: JsonObject, path: readonly string[], value: Json | undefined): JsonObject {
  const [name, ...rest] = path;
  if (name === undefined) return object;
  const inner = object[name];
  const next = rest.length === 0 ? value : put(isJsonObject(inner) ? inner : {}, rest, value);
  const { [name]: _, ...others } = object;
  return next === undefined ? others : { ...object, [name]: next };
}
