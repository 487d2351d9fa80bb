import type { LiveObject } from '../core/live.ts';
import type { PendingSteps, StateResource } from '../core/prior.ts';
import { fromPointer, valueAt } from '../core/resolve.ts';
import { hasNotCompared } from '../core/value.ts';
import type { ResourceChange } from '../planner/plan.ts';
import type { ProviderKind } from '../providers/contract.ts';
import { withAcceptedKept } from './accepted-fields.ts';
import { writeOnlyFields } from './compare.ts';
import type { DesiredFields } from './desired-fields.ts';
import { required, type Run } from './run.ts';
import { digestsOf, stateEntry } from './state-entry.ts';

export interface RecordInput {
  readonly change: ResourceChange;
  readonly kind: ProviderKind;
  readonly fields: DesiredFields;
  readonly live: LiveObject;
  readonly createdAtMs?: number;
  readonly pending?: PendingSteps;
  /** Pointers of write-only fields that have not been sent yet. */
  readonly unsent?: readonly string[];
}

/** Writes a resource to the state's journal. */
export async function recordResource(run: Run, input: RecordInput): Promise<StateResource> {
  const { change, kind, fields, live, pending } = input;
  const before = run.resources.get(change.address);
  const unsent = [...(input.unsent ?? []), ...stillUnsent(before, input)];
  const isKnown = input.createdAtMs === undefined;
  const digests = await digestsOf(kind, fields.resolved, before?.digests ?? {}, run.digester);
  const written: StateResource = {
    ...stateEntry({
      kind,
      desired: required(change.desired, 'the manifest entry'),
      resolved: fields.resolved,
      live,
      digests: without(digests, unsent),
      dependsOn: change.dependsOn,
      createdAtMs: input.createdAtMs ?? before?.createdAtMs,
      expiry: fields.expiry,
      // A new object may have the ID of the one before it, and nothing else of it.
      attributesBefore: before?.id === live.id && isKnown ? before.attributes : {},
    }),
    ...(pending === undefined ? {} : { pending }),
    ...(unsent.length === 0 ? {} : { unsent }),
  };
  const entry = withAcceptedKept(written, before, change);
  await run.state.append([{ op: 'put', address: change.address, resource: entry }]);
  run.resources.set(change.address, entry);
  return entry;
}

/** What was never sent, and was not now either: its source was not at hand. */
function stillUnsent(
  before: StateResource | undefined,
  { fields, live }: RecordInput,
): readonly string[] {
  if (before?.id !== live.id) return [];
  return (before.unsent ?? []).filter((pointer) =>
    hasNotCompared(valueAt(fields.resolved, fromPointer(pointer)) ?? null),
  );
}

/**
 * An object that is taken over and changed in several steps: the state has it before the first.
 * Nothing of it has been sent yet, and write-only fields stay taken on trust.
 */
export async function recordAdopted(
  run: Run,
  input: RecordInput & { readonly pending: PendingSteps },
): Promise<void> {
  const { change, kind, fields, live, pending } = input;
  const entry: StateResource = {
    ...stateEntry({
      kind,
      desired: required(change.desired, 'the manifest entry'),
      resolved: fields.resolved,
      live,
      dependsOn: change.dependsOn,
    }),
    sent: {},
    pending,
    unverified: writeOnlyFields(kind, fields.canonical).filter(
      (pointer) => !change.writeOnly.includes(pointer),
    ),
  };
  await run.state.append([{ op: 'put', address: change.address, resource: entry }]);
  run.resources.set(change.address, entry);
}

function without(
  digests: Readonly<Record<string, string>>,
  pointers: readonly string[],
): Readonly<Record<string, string>> {
  if (pointers.length === 0) return digests;
  return Object.fromEntries(Object.entries(digests).filter(([key]) => !pointers.includes(key)));
}

/** Records a finished change and lets those that refer to it see it. */
export async function finishChange(run: Run, input: RecordInput): Promise<void> {
  const entry = await recordResource(run, input);
  const { change, fields, live } = input;
  run.outcomes.set(change.address, {
    address: change.address,
    type: change.type,
    action: 'no-op',
    id: live.id,
    resolved: fields.resolved,
    live,
    prior: entry,
    unsettles: [],
  });
}

/** A live object nothing is known of yet but its ID. */
export function bareObject(kind: ProviderKind, id: string, scope: string | undefined): LiveObject {
  return {
    type: kind.type,
    id,
    ...(scope === undefined ? {} : { scope }),
    fields: {},
    attributes: {},
    status: 'pending',
  };
}
