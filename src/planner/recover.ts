import type { Diagnostic } from '../core/diagnostic.ts';
import type { JsonObject } from '../core/json.ts';
import type { KindTable } from '../core/kind.ts';
import type { LiveObject, LiveView } from '../core/live.ts';
import { normaliseField } from '../core/normalise/normalise-field.ts';
import type { Intent, State, StateResource } from '../core/prior.ts';
import { sameValue, valueAt } from '../core/resolve.ts';
import { indexNaturalKeys, type NaturalKeyIndex } from './identity.ts';
import { indexRoles, unitsOf } from './role-index.ts';

/** The API's clock may be this far from its own Date header. */
const CLOCK_TOLERANCE_MS = 2_000;

/** The state with what interrupted creates have left behind taken over. */
export interface Recovered {
  readonly prior: State;
  /** Addresses whose entry comes from an interrupted create. */
  readonly addresses: ReadonlySet<string>;
  /** Creates that may still show up: address → epoch milliseconds until which to look. */
  readonly waiting: ReadonlyMap<string, number>;
  /** Addresses with several new objects of the same name: nothing is concluded. */
  readonly problems: readonly Diagnostic[];
}

/**
 * Looks for the objects of creates that were begun and not finished (promise 4): exactly one new
 * object, equal in every immutable field that was sent and not older than the intent, is taken
 * over with its write-only fields to be sent again; several are named. `isThere` tells of what a
 * list shows whether a read by its ID has not denied it.
 */
export function recoverIntents(
  prior: State,
  intents: readonly Intent[],
  live: LiveView,
  kinds: KindTable,
  nowMs: number,
  isThere: (object: LiveObject) => boolean = () => true,
): Recovered {
  const index = indexNaturalKeys(live);
  const resources: Record<string, StateResource> = {};
  const addresses = new Set<string>();
  const waiting = new Map<string, number>();
  const problems: Diagnostic[] = [];
  const owned = intents.length === 0 ? new Set<string>() : ownedObjects(prior);
  for (const [address, attempts] of groupByAddress(intents)) {
    if (prior.resources[address] !== undefined) continue;
    const found = findCreated(attempts, index, live, kinds).filter(
      ({ object }) => !owned.has(objectKey(object)) && isThere(object),
    );
    const [only] = found;
    if (only !== undefined && found.length === 1) {
      resources[address] = adoptIntent(only.intent, only.object);
      owned.add(objectKey(only.object));
      addresses.add(address);
    } else if (found.length > 1) problems.push(severalFound(address, found));
    else {
      const until = Math.max(...attempts.map((attempt) => attempt.visibleByMs));
      if (until > nowMs) waiting.set(address, until);
    }
  }
  if (addresses.size === 0) return { prior, addresses, waiting, problems };
  return {
    prior: { ...prior, resources: { ...prior.resources, ...resources } },
    addresses,
    waiting,
    problems,
  };
}

/** What the state holds under any address is no leftover of an interrupted create. */
function ownedObjects(prior: State): Set<string> {
  return new Set(Object.values(prior.resources).map(objectKey));
}

function objectKey(object: { readonly type: string; readonly id: string }): string {
  return `${object.type} ${object.id}`;
}

/** The latest first: an object that two of them may have made is the later one's. */
function groupByAddress(intents: readonly Intent[]): ReadonlyMap<string, readonly Intent[]> {
  const groups = new Map<string, Intent[]>();
  for (const intent of intents.toSorted((a, b) => b.sentAtMs - a.sentAtMs)) {
    const known = groups.get(intent.address);
    if (known === undefined) groups.set(intent.address, [intent]);
    else known.push(intent);
  }
  return groups;
}

/** A live object, and the create that may have made it. */
export interface Found {
  readonly intent: Intent;
  readonly object: LiveObject;
}

/** The live objects that these attempts may have made. */
export function findCreated(
  attempts: readonly Intent[],
  index: NaturalKeyIndex,
  live: LiveView,
  kinds: KindTable,
): readonly Found[] {
  const found = new Map<string, Found>();
  for (const intent of attempts) {
    const kind = kinds.get(intent.type);
    if (kind === undefined) continue;
    const candidates = index
      .candidates(kind, { ...intent.sent })
      .filter((object) => object.scope === intent.scope || intent.scope === undefined);
    for (const object of candidates) {
      if (isOfIntent(intent, object, kinds, live)) found.set(object.id, { intent, object });
    }
  }
  return [...found.values()];
}

/** Whether a live object can be what the intent made. */
export function isOfIntent(
  intent: Intent,
  object: LiveObject,
  kinds: KindTable,
  live: LiveView,
): boolean {
  if (intent.seen.includes(object.id)) return false;
  const createdMs = object.createdAt === undefined ? Number.NaN : Date.parse(object.createdAt);
  if (createdMs < intent.serverTimeMs - CLOCK_TOLERANCE_MS) return false;
  return immutableFieldsMatch(intent, object, kinds, live);
}

function immutableFieldsMatch(
  intent: Intent,
  object: LiveObject,
  kinds: KindTable,
  live: LiveView,
): boolean {
  const kind = kinds.get(intent.type);
  if (kind === undefined) return false;
  const sent = kind.canonical?.(intent.immutable, live) ?? intent.immutable;
  const now = kind.canonical?.(object.fields, live) ?? object.fields;
  return unitsOf(indexRoles(kind), sent).every((unit) => {
    const value = valueAt(now, unit.path) ?? unit.role.default;
    if (value === undefined) return true;
    return sameValue(normaliseField(unit.role, unit.value), normaliseField(unit.role, value));
  });
}

function adoptIntent(intent: Intent, object: LiveObject): StateResource {
  const read: JsonObject = intent.sent;
  return {
    id: object.id,
    type: intent.type,
    ...(object.scope === undefined ? {} : { scope: object.scope }),
    name: intent.naturalKey,
    sent: intent.sent,
    read,
    attributes: object.attributes,
    digests: {},
    lifecycle: intent.lifecycle,
    dependsOn: intent.dependsOn,
    createdAtMs: intent.sentAtMs,
    pending: { steps: ['create'], done: 1, restore: {} },
    unsent: intent.writeOnly,
  };
}

function severalFound(address: string, found: readonly Found[]): Diagnostic {
  const ids = found.map((item) => item.object.id).join(', ');
  return {
    code: 'create-ambiguous',
    severity: 'error',
    address,
    message: `an interrupted create of ${address} may have made any of these objects: ${ids}`,
    hint: `keep one with \`trueup import ${address} ID\` and delete the others`,
  };
}
