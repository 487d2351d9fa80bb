import { keyOf } from '../core/address.ts';
import { TrueupError } from '../core/errors.ts';
import type { KindShape, KindTable } from '../core/kind.ts';
import type { LiveObject, LiveView } from '../core/live.ts';
import { memoise } from '../core/memoise.ts';
import type { StateResource } from '../core/prior.ts';
import type { Redactor } from '../core/redactor.ts';
import { valueAt, type ResolveScope } from '../core/resolve.ts';
import {
  Unknown,
  type AttributeReference,
  type Reference,
  type Value,
  type ValueObject,
} from '../core/value.ts';
import type { Action } from './plan.ts';

/** What is known of a resource once it is planned: enough for those that refer to it. */
export interface Outcome {
  readonly address: string;
  readonly type: string;
  readonly action: Action;
  /** Undefined while the object does not exist or is to be replaced. */
  readonly id: string | undefined;
  readonly resolved: ValueObject;
  readonly live: LiveObject | undefined;
  readonly prior: StateResource | undefined;
  /** Attributes that this change may alter. */
  readonly unsettles: readonly string[];
}

/** Remembers which attributes a resource read from the state because live has none. */
export interface Environment extends ResolveScope {
  readonly keptAttributes: { readonly address: string; readonly path: string }[];
}

/**
 * The values of other resources while planning. Throws `dependency-incomplete` for one about which
 * nothing could be concluded, `lookup-failed` for a name that matches none or several, and
 * `inventory-incomplete` where that cannot be said.
 */
export function createEnvironment(
  outcomes: ReadonlyMap<string, Outcome>,
  live: LiveView,
  kinds: KindTable,
  redactor: Redactor,
): Environment {
  const keptAttributes: { address: string; path: string }[] = [];
  return {
    keptAttributes,
    secret: (plain) => redactor.secret(plain),
    attribute(reference) {
      const outcome = outcomeOf(outcomes, reference.address);
      const value = attributeOf(outcome, reference, kinds.get(outcome.type));
      if (value === undefined) return new Unknown(reference.address);
      if (value.kept) {
        keptAttributes.push({ address: reference.address, path: reference.path.join('.') });
      }
      return value.value;
    },
    reference(reference) {
      if (reference.by === 'id') return reference.value;
      if (reference.by === 'name') return idByName(reference, live, kinds);
      const { id } = outcomeOf(outcomes, reference.value);
      if (reference.id !== undefined && id !== reference.id) throw otherId(reference);
      return id ?? new Unknown(reference.value);
    },
  };
}

/** The manifest has the ID of an object of the stack, which is gone or about to be made again. */
function otherId({ type, value, id = '' }: Reference): TrueupError {
  return new TrueupError('lookup-failed', `${type} ${id} is ${value}, which gets another ID`, {
    hint: `refer to it by its key: \`${keyOf(value)}\``,
  });
}

function outcomeOf(outcomes: ReadonlyMap<string, Outcome>, address: string): Outcome {
  const outcome = outcomes.get(address);
  if (outcome !== undefined) return outcome;
  throw new TrueupError('dependency-incomplete', `it depends on ${address}, which is not planned`);
}

function attributeOf(
  outcome: Outcome,
  reference: AttributeReference,
  kind: KindShape | undefined,
): { readonly value: Value; readonly kept: boolean } | undefined {
  const [head] = reference.path;
  if (head === 'id' && reference.path.length === 1) {
    return outcome.id === undefined ? undefined : { value: outcome.id, kept: false };
  }
  const role = kind?.fields.find((field) => field.path.length === 1 && field.path[0] === head);
  const path = reference.path;
  if (role?.readOnly !== true) {
    // What the manifest leaves to an object that is made again is not what the old one has.
    const now = outcome.id === undefined ? undefined : valueAt(outcome.live?.fields, path);
    const value = valueAt(outcome.resolved, path) ?? now ?? role?.default;
    return value === undefined ? undefined : { value, kept: false };
  }
  if (outcome.id === undefined || (head !== undefined && outcome.unsettles.includes(head))) {
    return undefined;
  }
  // Sensitive ones are Secrets, which stand among the fields of a live object.
  const now = valueAt(outcome.live?.attributes, path) ?? valueAt(outcome.live?.fields, path);
  if (now !== undefined) return { value: now, kept: false };
  const recorded = valueAt(outcome.prior?.attributes, path);
  return recorded === undefined ? undefined : { value: recorded, kept: true };
}

const incompleteTypes = memoise(
  (live: LiveView): ReadonlySet<string> =>
    new Set(live.inventories().flatMap(({ type, complete }) => (complete ? [] : [type]))),
);

/** Whether any collection of this type could not be read in full. */
export function isIncomplete(live: LiveView, type: string): boolean {
  return incompleteTypes(live).has(type);
}

/** Live objects by what their name field holds; each type is indexed once a view. */
const namedObjects = memoise((live: LiveView) => {
  const indexes = new Map<string, ReadonlyMap<string, readonly LiveObject[]>>();
  return (type: string, field: string): ReadonlyMap<string, readonly LiveObject[]> => {
    const known = indexes.get(type);
    if (known !== undefined) return known;
    const index = new Map<string, LiveObject[]>();
    for (const object of live.objects(type)) {
      const text = object.fields[field];
      if (typeof text !== 'string') continue;
      const name = text.trim().toLowerCase();
      const others = index.get(name);
      if (others === undefined) index.set(name, [object]);
      else others.push(object);
    }
    indexes.set(type, index);
    return index;
  };
});

/** The live objects with this name. */
export function objectsByName(
  { type, value }: Reference,
  live: LiveView,
  kinds: KindTable,
): readonly LiveObject[] {
  const field = kinds.get(type)?.key.nameField ?? 'name';
  return namedObjects(live)(type, field).get(value.trim().toLowerCase()) ?? [];
}

/** The ID of the one live object with this name. */
export function idByName(reference: Reference, live: LiveView, kinds: KindTable): string {
  const found = objectsByName(reference, live, kinds);
  const [only] = found;
  if (isIncomplete(live, reference.type)) {
    throw new TrueupError('inventory-incomplete', `${reference.type} could not be read in full`);
  }
  if (only !== undefined && found.length === 1) return only.id;
  const label = `${reference.type} named '${reference.value}'`;
  if (only === undefined) throw new TrueupError('lookup-failed', `there is no ${label}`);
  const ids = found.map((object) => object.id).join(', ');
  throw new TrueupError('lookup-failed', `${found.length} objects match ${label}: ${ids}`, {
    hint: 'refer to one of them by `{ id: … }`',
  });
}
