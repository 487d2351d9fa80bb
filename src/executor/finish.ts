import type { LiveObject } from '../core/live.ts';
import type { PendingSteps, StateResource } from '../core/prior.ts';
import type { ResourceChange } from '../planner/plan.ts';
import type { ProviderKind } from '../providers/contract.ts';
import type { DesiredFields } from './desired-fields.ts';
import type { Run } from './run.ts';
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
  const { change, kind, fields, live, pending, unsent } = input;
  if (change.desired === undefined) throw new TypeError('only manifest entries are recorded');
  const before = run.resources.get(change.address);
  const digests = await digestsOf(kind, fields.resolved, before?.digests ?? {}, run.digester);
  const entry: StateResource = {
    ...stateEntry({
      kind,
      desired: change.desired,
      resolved: fields.resolved,
      live,
      digests: without(digests, unsent ?? []),
      dependsOn: change.dependsOn,
      createdAtMs: input.createdAtMs ?? before?.createdAtMs,
      expiry: fields.expiry,
      attributesBefore: before?.id === live.id ? before.attributes : {},
    }),
    ...(pending === undefined ? {} : { pending }),
    ...(unsent === undefined || unsent.length === 0 ? {} : { unsent }),
  };
  await run.state.append([{ op: 'put', address: change.address, resource: entry }]);
  run.resources.set(change.address, entry);
  return entry;
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
