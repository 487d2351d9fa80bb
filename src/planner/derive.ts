import type { Address } from '../core/address.ts';
import type { Derivation, DerivationSource, KindShape, KindTable } from '../core/kind.ts';
import type { LiveView } from '../core/live.ts';
import { normaliseField } from '../core/normalise/normalise-field.ts';
import { toPointer, withValueAt } from '../core/resolve.ts';
import type { DesiredResource } from '../core/resource.ts';
import { Unknown, type Value, type ValueObject } from '../core/value.ts';
import { liveUnit, sameUnit } from './diff.ts';
import type { Outcome } from './environment.ts';
import { isLater } from './overwritten.ts';
import type { FieldChange } from './plan.ts';
import { indexRoles, unitsOf } from './role-index.ts';
import { staticFields } from './static-fields.ts';

const NONE: readonly Address[] = [];

/** For each resource whose fields follow from others: the addresses of those, in order. */
export function indexSources(
  resources: readonly DesiredResource[],
  kinds: KindTable,
): ReadonlyMap<string, readonly Address[]> {
  const sources = new Map<string, readonly Address[]>();
  for (const type of new Set(resources.map((resource) => resource.type))) {
    const derivation = kinds.get(type)?.derived;
    if (derivation === undefined) continue;
    const groups = groupSources(resources, derivation);
    for (const resource of resources.filter((item) => item.type === type)) {
      const group = derivation.groupOf(sourceOf(resource));
      sources.set(resource.address, (group === undefined ? undefined : groups.get(group)) ?? NONE);
    }
  }
  return sources;
}

function groupSources(
  resources: readonly DesiredResource[],
  derivation: Derivation,
): ReadonlyMap<string, readonly Address[]> {
  const groups = new Map<string, Address[]>();
  for (const resource of resources) {
    if (!derivation.from.includes(resource.type)) continue;
    const group = derivation.groupOf(sourceOf(resource));
    if (group === undefined) continue;
    const known = groups.get(group);
    if (known === undefined) groups.set(group, [resource.address]);
    else known.push(resource.address);
  }
  return new Map([...groups].map(([group, addresses]) => [group, addresses.toSorted()]));
}

function sourceOf(resource: DesiredResource): DerivationSource {
  return { address: resource.address, type: resource.type, fields: staticFields(resource) };
}

/** The fields of a resource that follow from others, as those are or will be. */
export function derivedFields(
  kind: KindShape,
  sources: readonly string[],
  outcomes: ReadonlyMap<string, Outcome>,
  kinds: KindTable,
  live: LiveView,
): ValueObject {
  if (kind.derived === undefined) return {};
  return kind.derived.fields(
    sources.flatMap((address): readonly DerivationSource[] => {
      const outcome = outcomes.get(address);
      const own = outcome === undefined ? undefined : kinds.get(outcome.type);
      if (outcome === undefined || own === undefined) return [];
      const mark = markOf(own, outcome);
      return [
        {
          address,
          type: own.type,
          fields: normalFields(own, outcome.resolved, live),
          changing: changingFields(own, outcome, live),
          ...(mark === undefined ? {} : { mark }),
        },
      ];
    }),
  );
}

/** Names of the fields that an object has otherwise than it is to have; none of a new one. */
function changingFields(kind: KindShape, outcome: Outcome, live: LiveView): readonly string[] {
  if (outcome.action !== 'update' || outcome.live === undefined) return [];
  const index = indexRoles(kind);
  const desired = kind.canonical?.(outcome.resolved, live) ?? outcome.resolved;
  const now = outcome.live.fields;
  const changing = unitsOf(index, desired)
    .filter(({ role }) => role.writeOnly !== true)
    .filter(({ role, value }) => !sameUnit(liveUnit(role, now), normaliseField(role, value)));
  return [...new Set(changing.flatMap(({ path }) => path.slice(0, 1)))];
}

/** The later one of what the last apply recorded and what is read: lists may lag behind. */
function markOf(kind: KindShape, outcome: Outcome): Value | undefined {
  const { changedMark: name } = kind;
  if (name === undefined) return undefined;
  if (isWritten(outcome)) return new Unknown(outcome.address);
  const [now, before] = [outcome.live?.attributes[name], outcome.prior?.attributes[name]];
  return before === undefined || isLater(now, before) ? now : before;
}

/** One form for every spelling, so that only what means something else makes a difference. */
function normalFields(kind: KindShape, fields: ValueObject, live: LiveView): ValueObject {
  const canonical = kind.canonical?.(fields, live) ?? fields;
  let normal: ValueObject = {};
  for (const unit of unitsOf(indexRoles(kind), canonical)) {
    normal = withValueAt(normal, unit.path, normaliseField(unit.role, unit.value));
  }
  return normal;
}

/** The sources of a resource that this plan changes. */
export function changedSources(
  sources: readonly string[],
  outcomes: ReadonlyMap<string, Outcome>,
): readonly string[] {
  return sources.filter((address) => {
    const outcome = outcomes.get(address);
    return outcome !== undefined && isWritten(outcome);
  });
}

function isWritten({ action }: Outcome): boolean {
  return action === 'create' || action === 'update' || action === 'replace';
}

/** Why derived fields change, for the plan; what the object itself shows speaks for itself. */
export function derivationNotes(
  kind: KindShape,
  fields: readonly FieldChange[],
  followed: readonly string[],
): readonly string[] {
  const pointers = derivedPointers(kind);
  const changed = fields.find((field) => pointers.includes(field.pointer));
  if (kind.derived === undefined || changed === undefined) return [];
  // Somebody else's doing is told beside the field, and follows nothing.
  if (changed.causes.every((cause) => cause === 'drift')) return [];
  const { label } = kind.derived;
  if (followed.length > 0) return [`${label} changed: ${followed.join(', ')}`];
  return [`${label} changed since it was last applied`];
}

/** JSON pointers of the fields that follow from others and cannot be read. */
export function derivedPointers(kind: KindShape): readonly string[] {
  if (kind.derived === undefined) return [];
  return kind.fields
    .filter((field) => field.readOnly === true && field.writeOnly === true)
    .map((field) => toPointer(field.path));
}
