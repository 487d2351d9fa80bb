import type { Json, JsonObject } from '../core/json.ts';
import type { KindShape } from '../core/kind.ts';
import type { LiveObject } from '../core/live.ts';
import type { StateResource } from '../core/prior.ts';
import type { DesiredResource } from '../core/resource.ts';
import { Secret } from '../core/secret.ts';
import {
  isValueObject,
  NotCompared,
  Unknown,
  type Value,
  type ValueObject,
} from '../core/value.ts';
import { indexRoles, unitsOf } from '../planner/role-index.ts';
import { reveal } from '../core/secret.ts';
import type { Digester } from '../state/digest.ts';

/** JSON of a value with every Secret, unknown and unresolved leaf left out. */
export function withoutSecrets(fields: ValueObject): JsonObject {
  const result: Record<string, Json> = {};
  for (const [key, value] of Object.entries(fields)) {
    const plain = plainOf(value);
    if (plain !== undefined) result[key] = plain;
  }
  return result;
}

function plainOf(value: Value): Json | undefined {
  if (value instanceof Secret || value instanceof Unknown || value instanceof NotCompared) {
    return undefined;
  }
  if (Array.isArray(value)) return value.flatMap((item: Value) => plainOf(item) ?? []);
  if (isValueObject(value)) return withoutSecrets(value);
  return typeof value === 'object' && value !== null ? undefined : value;
}

/** Digests of the sensitive values among some fields; those not resolved keep the ones before. */
export async function digestsOf(
  kind: KindShape,
  fields: ValueObject,
  before: Readonly<Record<string, string>>,
  digester: Digester,
): Promise<Readonly<Record<string, string>>> {
  const digests: Record<string, string> = {};
  for (const unit of unitsOf(indexRoles(kind), fields)) {
    if (unit.value instanceof Secret) {
      digests[unit.pointer] = await digester.digest(reveal(unit.value));
    } else if (unit.value instanceof NotCompared) {
      const kept = before[unit.pointer];
      if (kept !== undefined) digests[unit.pointer] = kept;
    }
  }
  return digests;
}

/** What of a manifest entry the state keeps. */
export function lifecycleOf(desired: DesiredResource): StateResource['lifecycle'] {
  const { protect, onRemove } = desired.lifecycle;
  const { deleteMs } = desired.timeouts;
  return deleteMs === undefined ? { protect, onRemove } : { protect, onRemove, deleteMs };
}

export interface EntryInput {
  readonly kind: KindShape;
  readonly desired: DesiredResource;
  /** As the manifest has it, references as IDs. */
  readonly resolved: ValueObject;
  readonly live: LiveObject;
  readonly dependsOn: readonly string[];
  /** What is known of it besides; nothing of an object that is taken over. */
  readonly digests?: Readonly<Record<string, string>>;
  readonly createdAtMs?: number | undefined;
  readonly expiry?: StateResource['expiry'] | undefined;
  readonly attributesBefore?: JsonObject;
}

/** The state's record of a resource that is in place. */
export function stateEntry(input: EntryInput): StateResource {
  const { live, kind } = input;
  const scope = live.scope ?? kind.scopeOf?.(input.resolved);
  return {
    id: live.id,
    type: kind.type,
    ...(scope === undefined ? {} : { scope }),
    name: kind.key.of(input.resolved) ?? live.id,
    sent: withoutSecrets(input.resolved),
    read: withoutSecrets(live.fields),
    attributes: { ...input.attributesBefore, ...live.attributes },
    digests: input.digests ?? {},
    lifecycle: lifecycleOf(input.desired),
    dependsOn: input.dependsOn.toSorted(),
    ...(input.createdAtMs === undefined ? {} : { createdAtMs: input.createdAtMs }),
    ...(input.expiry === undefined ? {} : { expiry: input.expiry }),
  };
}
