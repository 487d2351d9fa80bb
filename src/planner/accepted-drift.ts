import type { KindShape } from '../core/kind.ts';
import type { LiveObject } from '../core/live.ts';
import { normaliseField } from '../core/normalise/normalise-field.ts';
import { resolveTerm, valueAt, withValueAt } from '../core/resolve.ts';
import type { AcceptedDrift, DesiredResource } from '../core/resource.ts';
import { shortValue } from './acceptance-notes.ts';
import type { Comparison } from './compare-live.ts';
import { liveUnit, sameUnit } from './diff.ts';
import { createEnvironment } from './environment.ts';
import type { AcceptedEntry, AcceptedVerdict, FieldChange } from './plan.ts';
import type { Planning } from './planning.ts';
import { unitsOf, type Unit } from './role-index.ts';

/** What is left of a comparison once what was agreed to is taken out. */
export interface AfterAcceptance {
  readonly fields: readonly FieldChange[];
  readonly drifted: readonly FieldChange[];
  /** JSON pointers of fields that keep their live value. */
  readonly accepted: readonly string[];
}

/**
 * Judges the acceptances of one resource against its live object. While one holds, its field is
 * neither drift nor a change; afterwards it is both, whatever the state says of it.
 */
export function judgeAcceptances(
  planning: Planning,
  resource: DesiredResource,
  kind: KindShape,
  comparison: Comparison,
  live: LiveObject,
): AfterAcceptance {
  const { fields } = comparison.diff;
  const { drifted } = comparison;
  const acceptances = planning.acceptances.get(resource.address);
  if (acceptances === undefined) return { fields, drifted, accepted: [] };
  const held = new Set<string>();
  const told = new Map<string, FieldChange>();
  for (const acceptance of acceptances) {
    const units = acceptedUnits(planning, kind, acceptance);
    const judged = judge(planning, acceptance, units, comparison);
    // Of what is still on its way only an accepted value says something.
    if (live.status === 'pending' && judged.verdict === 'other-value') continue;
    if (judged.verdict === 'accepted') for (const { pointer } of units) held.add(pointer);
    const news = newsOf(judged, acceptance);
    if (news !== undefined) told.set(news.pointer, news);
    planning.accepted.push({
      ...judged,
      address: resource.address,
      type: kind.type,
      id: live.id,
      acceptance,
    });
  }
  const isOpen = ({ pointer }: FieldChange): boolean => !held.has(pointer);
  return {
    fields: fields.filter(isOpen),
    drifted: withTold(drifted.filter(isOpen), told),
    accepted: [...held],
  };
}

/** What to tell of a field that is not, or no longer, as was agreed. */
function newsOf(
  { verdict, field, value }: Judged,
  { until, owner, reason }: AcceptedDrift,
): FieldChange | undefined {
  if (field === undefined) return undefined;
  if (verdict === 'expired') {
    return { ...field, note: `was accepted until ${until}, ${owner}: ${reason}` };
  }
  if (verdict !== 'other-value') return undefined;
  return { ...field, note: `accepted until ${until} is ${shortValue(value)}, ${owner}: ${reason}` };
}

/** The drift with those remarks; what the state does not show as drift any more comes last. */
function withTold(
  drifted: readonly FieldChange[],
  told: ReadonlyMap<string, FieldChange>,
): readonly FieldChange[] {
  const known = new Set(drifted.map((field) => field.pointer));
  const marked = drifted.map((field) => {
    const note = told.get(field.pointer)?.note;
    return note === undefined ? field : { ...field, note };
  });
  return [...marked, ...[...told.values()].filter((field) => !known.has(field.pointer))];
}

/** The accepted value in the form in which it is compared, at the place where it is compared. */
function acceptedUnits(
  planning: Planning,
  kind: KindShape,
  { path, value }: AcceptedDrift,
): readonly Unit[] {
  const { input, outcomes } = planning;
  const environment = createEnvironment(outcomes, input.live, input.kinds, input.redactor);
  const fields = withValueAt({}, path, resolveTerm(value, environment));
  return unitsOf(planning.roleIndex(kind), kind.canonical?.(fields, input.live) ?? fields);
}

type Judged = Pick<AcceptedEntry, 'verdict' | 'value' | 'field' | 'because'>;

function judge(
  { input }: Planning,
  { path, untilMs }: AcceptedDrift,
  units: readonly Unit[],
  { desired, now, diff, drifted }: Comparison,
): Judged {
  const pointers = new Set(units.map((unit) => unit.pointer));
  const isMeant = ({ pointer }: FieldChange): boolean => pointers.has(pointer);
  const difference = diff.fields.find(isMeant);
  const drift = drifted.find(isMeant);
  const value = units[0]?.value ?? null;
  const isAsAccepted = units.every(({ role, value: wanted }) =>
    sameUnit(liveUnit(role, now), normaliseField(role, wanted)),
  );
  const field = difference ?? drift;
  if (field === undefined) {
    const isManaged = units.some((unit) => valueAt(desired, unit.path) !== undefined);
    const because = isManaged
      ? 'the field is as the manifest has it'
      : `the entry does not manage ${path.join('.')}`;
    return { verdict: 'unmatched', value, field: undefined, because };
  }
  const shown = difference === undefined ? field : fromManifest(difference);
  const told = (verdict: AcceptedVerdict): Judged => ({ verdict, value, field: shown });
  if (isAsAccepted) return told(input.nowMs < untilMs ? 'accepted' : 'expired');
  if (drift !== undefined) return told('other-value');
  const because = 'the field differs because the manifest has not been applied';
  return { verdict: 'unmatched', value, field: undefined, because };
}

/** As drift is shown: from what the manifest has to what is there. */
function fromManifest(difference: FieldChange): FieldChange {
  const { before, after, removed, added } = difference;
  return {
    ...difference,
    before: after,
    after: before,
    ...(removed === undefined ? {} : { added: removed }),
    ...(added === undefined ? {} : { removed: added }),
  };
}

/** The entry, with the accepted fields among those that no change touches. */
export function withAccepted(
  resource: DesiredResource,
  accepted: readonly string[],
): DesiredResource {
  if (accepted.length === 0) return resource;
  const paths = accepted.map((pointer) => pointer.slice(1).replaceAll('/', '.'));
  const { lifecycle } = resource;
  const ignoreChanges = [...lifecycle.ignoreChanges, ...paths];
  return { ...resource, lifecycle: { ...lifecycle, ignoreChanges } };
}

export function acceptancesByAddress(
  acceptances: readonly AcceptedDrift[] = [],
): ReadonlyMap<string, readonly AcceptedDrift[]> {
  const found = new Map<string, AcceptedDrift[]>();
  for (const item of acceptances) {
    found.set(item.address, [...(found.get(item.address) ?? []), item]);
  }
  return found;
}

const MADE_AGAIN = 'the object is made again, with what the manifest has';

/** Every acceptance with what came of it, those of objects that are not there included. */
export function acceptedEntries(planning: Planning): readonly AcceptedEntry[] {
  const { acceptedDrift } = planning.input.stack;
  if (acceptedDrift === undefined) return [];
  const judged = new Map(planning.accepted.map((entry) => [entry.acceptance, entry]));
  return acceptedDrift.flatMap((acceptance): readonly AcceptedEntry[] => {
    const outcome = planning.outcomes.get(acceptance.address);
    // Of what could not be read or planned nothing is concluded.
    if (outcome === undefined) return [];
    const entry = judged.get(acceptance);
    if (entry !== undefined) {
      return [outcome.action === 'replace' ? { ...entry, because: MADE_AGAIN } : entry];
    }
    if (outcome.live !== undefined) return [];
    const { address } = acceptance;
    const because = 'the object is not there';
    const value = null;
    const { type } = outcome;
    return [
      {
        address,
        type,
        id: undefined,
        acceptance,
        verdict: 'unmatched',
        value,
        field: undefined,
        because,
      },
    ];
  });
}
