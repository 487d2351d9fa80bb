import type { JsonObject } from '../../core/json.ts';
import { pointerPath } from '../pointer.ts';
import type { OutputEntries, StateEntry, StateSummary } from '../state-entry.ts';
import { identityJson } from './change-json.ts';

/** `trueup show --json`: the state without digests. */
export function stateJson(state: StateSummary): JsonObject {
  return {
    stack: state.stack,
    environment: state.environment,
    serial: state.serial,
    providers: Object.fromEntries(
      Object.entries(state.providers).map(([name, { organization }]) => [name, { organization }]),
    ),
    resources: Object.entries(state.resources).map(([address, entry]) =>
      stateResourceJson(address, entry),
    ),
    outputs: outputsJson(state.outputs),
  };
}

/** `trueup state show ADDRESS --json`; `sensitive` holds the paths the state has only digests of. */
export function stateResourceJson(address: string, entry: StateEntry): JsonObject {
  return {
    ...identityJson(address, entry.type),
    id: entry.id,
    values: entry.sent,
    attributes: entry.attributes,
    sensitive: Object.keys(entry.digests).map((pointer) => pointerPath(pointer)),
    lifecycle: { protect: entry.lifecycle.protect, onRemove: entry.lifecycle.onRemove },
    depends_on: entry.dependsOn,
  };
}

/** `trueup output --json`: name → `{ sensitive, value }`; a sensitive one has no value. */
export function outputsJson(outputs: OutputEntries): JsonObject {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, { sensitive, value }]) => [
      name,
      sensitive || value === undefined ? { sensitive } : { sensitive, value },
    ]),
  );
}
