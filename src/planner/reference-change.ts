import { fromPointer, referencesOf, sameValue, valueAt } from '../core/resolve.ts';
import type { StateResource } from '../core/prior.ts';
import type { DesiredResource } from '../core/resource.ts';
import { AttributeReference, Reference, type Term, type Value } from '../core/value.ts';
import type { FieldChange } from './plan.ts';
import type { Planning } from './planning.ts';

/**
 * Whether a field differs because what it refers to changed: the manifest says the same as at the
 * last apply, the value is another one.
 */
export function upstreamChanged(
  planning: Planning,
  resource: DesiredResource,
  prior: StateResource | undefined,
  pointer: string,
): boolean {
  return referencesOf(termAt(resource, pointer)).some((reference) => {
    if (reference instanceof AttributeReference) return attributeChanged(planning, reference);
    if (reference.by !== 'address') return false;
    const recorded = planning.prior[reference.value]?.id;
    const outcome = planning.outcomes.get(reference.value);
    if (recorded === undefined || outcome === undefined || outcome.id === recorded) return false;
    return holds(valueAt(prior?.sent, fromPointer(pointer)), recorded);
  });
}

function attributeChanged(planning: Planning, reference: AttributeReference): boolean {
  const outcome = planning.outcomes.get(reference.address);
  const recorded = planning.prior[reference.address];
  if (outcome === undefined || recorded === undefined) return outcome?.action === 'create';
  if (outcome.id !== recorded.id) return true;
  const [head] = reference.path;
  if (head !== undefined && outcome.unsettles.includes(head)) return true;
  const before = valueAt(recorded.attributes, reference.path);
  const now = valueAt(outcome.live?.attributes, reference.path);
  return before !== undefined && now !== undefined && !sameValue(before, now);
}

/** Whether an immutable field changes because the object it holds is itself made again. */
export function isReplacedParent(
  planning: Planning,
  resource: DesiredResource,
  field: FieldChange,
): boolean {
  return referencesOf(termAt(resource, field.pointer)).some((reference) => {
    const address = reference instanceof Reference ? reference.value : reference.address;
    const outcome = planning.outcomes.get(address);
    if (outcome?.action !== 'replace') return false;
    if (reference instanceof AttributeReference && reference.path.join() !== 'id') return true;
    return outcome.live !== undefined && holds(field.before, outcome.live.id);
  });
}

/** Whether an ID stands anywhere in a value. */
function holds(value: Value | undefined, id: string): boolean {
  if (typeof value === 'string') return value.includes(id);
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some((item: Value) => holds(item, id));
}

function termAt(resource: DesiredResource, pointer: string): Term {
  let term: Term = resource.fields;
  for (const part of pointer.split('/').slice(1)) {
    if (typeof term !== 'object' || term === null || !Object.hasOwn(term, part)) return null;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a part of a Term is a Term
    term = Reflect.get(term, part) as Term;
  }
  return term;
}
