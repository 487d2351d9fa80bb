import { TrueupError } from '../core/errors.ts';
import type { LiveObject } from '../core/live.ts';
import { whyIncomplete } from '../core/live.ts';
import { normaliseField } from '../core/normalise/normalise-field.ts';
import { sameValue } from '../core/resolve.ts';
import { toJson, type Value } from '../core/value.ts';
import { liveUnit } from '../planner/diff.ts';
import type { ResourceChange } from '../planner/plan.ts';
import { indexRoles, unitsOf, type Unit } from '../planner/role-index.ts';
import type { ProviderKind } from '../providers/contract.ts';
import type { DesiredFields } from './desired-fields.ts';
import { plannedChange } from './ended-objects.ts';
import { canonicalObject, type Run } from './run.ts';

/** A message names at most this many elements of a set. */
const NAMED_MAX = 10;

/**
 * An object whose identity is its natural key may stand there before trueup creates it, with a
 * parent that this run made: its creator holds roles on it. The plan could not see that, so it is
 * looked at now. Undefined: there is none. Throws `object-exists` where taking it over would take
 * something away that nobody has approved, and `inventory-incomplete`.
 */
export async function findStanding(
  run: Run,
  input: {
    readonly change: ResourceChange;
    readonly kind: ProviderKind;
    readonly fields: DesiredFields;
  },
): Promise<LiveObject | undefined> {
  const { change, kind, fields } = input;
  const scope = kind.scopeOf?.(fields.canonical);
  if (kind.idFromKey !== true) return undefined;
  const known = isParentNew(run, change, scope) ? undefined : run.live.inventory(kind.type, scope);
  if (known !== undefined && kind.comesAlong !== true) return undefined;
  const inventory = known ?? (await run.listOnce(kind, scope));
  if (!inventory.complete) {
    const why = whyIncomplete(inventory);
    throw new TrueupError(
      'inventory-incomplete',
      `what is there already for ${change.address} could not be read: ${why}`,
    );
  }
  const key = kind.key.of(fields.canonical);
  const found = inventory.objects.find((object) => object.id === key && object.status !== 'gone');
  if (found === undefined) return undefined;
  const object = canonicalObject(run, kind, found);
  const lost = kind.comesAlong === true ? [] : lostBy(kind, fields, object);
  if (lost.length === 0) return object;
  throw new TrueupError(
    'object-exists',
    `${change.address} exists already and the entry would change what nobody has approved: ${lost.join('; ')}`,
    {
      hint: `add them to the entry, or plan with \`--adopt=${change.address}\` to see and approve it`,
    },
  );
}

/** A parent that is made anew may be the old one again, with what was in it. */
function isParentNew(run: Run, change: ResourceChange, scope: string | undefined): boolean {
  return change.dependsOn.some((address) => {
    if (run.outcomes.get(address)?.id !== scope) return false;
    const action = plannedChange(run, address)?.action;
    return action === 'create' || action === 'replace';
  });
}

/** What the entry would take away or overwrite; elements that it adds to a set are not among it. */
function lostBy(kind: ProviderKind, fields: DesiredFields, object: LiveObject): readonly string[] {
  return unitsOf(indexRoles(kind), fields.canonical).flatMap((unit) => {
    // What cannot be read would be overwritten unseen.
    if (unit.role.writeOnly === true && unit.role.requiredOnCreate === true) {
      return [unit.path.join('.')];
    }
    const now = liveUnit(unit.role, object.fields);
    const wanted = normaliseField(unit.role, unit.value);
    if (now === undefined || sameValue(now, wanted)) return [];
    const name = unit.path.join('.');
    if (unit.role.set !== true) return [name];
    const removed = missingFrom(unit, now, wanted);
    return removed.length === 0 ? [] : [`${name} ${removed.slice(0, NAMED_MAX).join(', ')}`];
  });
}

function missingFrom(unit: Unit, now: Value, wanted: Value): readonly string[] {
  const kept: readonly Value[] = Array.isArray(wanted) ? wanted : [];
  const there: readonly Value[] = Array.isArray(now) ? now : [];
  return there
    .filter((item) => !kept.some((other) => sameValue(item, other)))
    .map((item) =>
      typeof item === 'string' ? item : JSON.stringify(toJson(item) ?? unit.pointer),
    );
}
