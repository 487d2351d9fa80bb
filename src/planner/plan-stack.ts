import type { Address } from '../core/address.ts';
import type { Diagnostic } from '../core/diagnostic.ts';
import type { LiveObject } from '../core/live.ts';
import { whyIncomplete } from '../core/live.ts';
import type { DesiredResource } from '../core/resource.ts';
import { acceptancesByAddress, acceptedEntries } from './accepted-drift.ts';
import { acceptanceNotes } from './acceptance-notes.ts';
import { checkChanges } from './checks.ts';
import { estimateOf } from './estimate.ts';
import { indexNaturalKeys } from './identity.ts';
import { confirmationKey, type PlanInput, type PlanResult } from './input.ts';
import { applyMoves } from './moves.ts';
import { orderResources } from './order.ts';
import { namesakesOf } from './namesakes.ts';
import { narrowed } from './narrow.ts';
import { planOutputs } from './outputs.ts';
import { sameObjects, withOwnReferences } from './own-references.ts';
import type { Plan, ResourceChange, UnmanagedEntry } from './plan.ts';
import { withPartRisks } from './part-risks.ts';
import { cascadeOf, nameOf, planRemoved, protectedInside, sortByName } from './plan-removed.ts';
import { planResource } from './plan-resource.ts';
import { confirm, createRoleIndexes, type Open, type Planning } from './planning.ts';
import { withRecordedName } from './recorded-name.ts';
import { recoverIntents } from './recover.ts';
import { setAside } from './set-aside.ts';
import { sameObject } from './identity-errors.ts';
import { unexplained } from './unexplained.ts';

/**
 * The plan of a stack: a pure function of its input. Call it again with the objects read for
 * `toConfirm` before believing a difference or an absence.
 */
export function planStack(input: PlanInput): PlanResult {
  const planning = startPlanning(input);
  const written = input.options.destroy ? [] : input.stack.resources;
  const desired = withOwnReferences(written, { ...input, prior: planning.prior });
  const { order, dependencies, sources } = orderResources(desired, input.kinds);
  planning.dependencies = dependencies;
  planning.sources = sources;
  const twins = sameObjects(desired, written, input.kinds);
  for (const resource of order) {
    const unsure = planning.unsure.get(resource.address);
    const twin = twins.get(resource.address);
    if (unsure !== undefined) {
      planning.undetermined.push({ ...unsure, address: resource.address });
    } else if (twin !== undefined) {
      setAside(planning, resource, sameObject(resource, twin));
    } else {
      const nameField = input.kinds.get(resource.type)?.key.nameField;
      const named = withRecordedName(resource, planning.prior[resource.address], nameField);
      planResource(planning, named, dependencies.get(resource.address) ?? []);
    }
  }
  planLeftovers(planning, desired);
  return { plan: assemble(planning), toConfirm: [...planning.toConfirm.values()] };
}

function startPlanning(input: PlanInput): Planning {
  const recovered = recoverIntents(
    input.prior,
    input.intents,
    input.live,
    input.kinds,
    input.nowMs,
    (object) => !isDenied(input, object),
  );
  const moved = applyMoves(recovered.prior.resources, input.stack.moved);
  const planning: Planning = {
    input,
    keys: indexNaturalKeys(input.live),
    prior: moved.resources,
    recovered: recovered.addresses,
    waiting: recovered.waiting,
    movedFrom: moved.movedFrom,
    outcomes: new Map(),
    changes: [],
    drift: [],
    acceptances: acceptancesByAddress(input.stack.acceptedDrift),
    accepted: [],
    diagnostics: [...recovered.problems, ...moved.problems],
    undetermined: [],
    toConfirm: new Map(),
    claimed: new Map(),
    unsure: new Map<string, Omit<Open, 'address'>>([
      ...recovered.problems.map(unsureBy),
      ...moved.refused,
    ]),
    dependencies: new Map(),
    sources: new Map(),
    roleIndex: createRoleIndexes(),
  };
  for (const [address, entry] of Object.entries(moved.resources)) {
    planning.claimed.set(`${entry.type} ${entry.id}`, address);
  }
  // Lists show deleted objects for a while: one that would be taken over is read by its ID first.
  for (const address of recovered.addresses) {
    const entry = recovered.prior.resources[address];
    if (entry !== undefined) confirm(planning, address, entry);
  }
  return planning;
}

/** Whether a read by ID says that an object of the lists is gone. */
function isDenied({ confirmed }: PlanInput, { type, id }: LiveObject): boolean {
  const key = confirmationKey(type, id);
  if (!confirmed.has(key)) return false;
  const read = confirmed.get(key);
  return read === undefined || read.status === 'gone';
}

function unsureBy({ address = '', message }: Diagnostic): [string, { because: string }] {
  return [address, { because: message }];
}

/** Resources of the state that the manifests no longer contain. */
function planLeftovers(planning: Planning, desired: readonly DesiredResource[]): void {
  const wanted = new Set<string>(desired.map((resource) => resource.address));
  for (const address of Object.keys(planning.prior).toSorted()) {
    const entry = planning.prior[address];
    if (entry !== undefined && !wanted.has(address)) planRemoved(planning, address, entry);
  }
  for (const address of planning.waiting.keys()) {
    if (wanted.has(address)) continue;
    planning.diagnostics.push({
      code: 'open-intent',
      severity: 'warning',
      address,
      message: `an interrupted create of ${address} may still show up, and no entry asks for it`,
      hint: 'plan again in a while: what shows up is then in the state',
    });
  }
}

function assemble(planning: Planning): Plan {
  const { input } = planning;
  const { planned, undetermined, diagnostics, isKept } = narrowed(planning, checkChanges(planning));
  const isPartial = !planned.every((change) => isKept(change.address));
  // What goes with a replacement is its risk also where only the replacement was asked for.
  const left = withPartRisks(planned).filter((change) => isKept(change.address));
  const changes = withCascades(planning, left).toSorted(byAddress);
  const incomplete = incompleteInventories(planning);
  const open = undetermined.filter((item) => isKept(item.address));
  const unmanaged = unmanagedObjects(planning);
  const accepted = acceptedEntries(planning).filter((entry) => isKept(entry.address));
  const told = [
    ...incomplete,
    ...planning.diagnostics,
    ...diagnostics,
    ...protectedInside(planning, changes),
    ...acceptanceNotes(accepted),
  ];
  const shown = [...told, ...namesakesOf(planning, unmanaged)].filter((item) =>
    isKept(item.address),
  );
  return {
    stack: input.stack.name,
    environment: input.stack.environment,
    createdAtMs: input.nowMs,
    changes,
    drift: planning.drift.filter((entry) => isKept(entry.address)).toSorted(byAddress),
    ...(accepted.length === 0 ? {} : { acceptedDrift: accepted }),
    unmanaged,
    outputs: isPartial ? [] : planOutputs(planning),
    diagnostics: [...shown, ...unexplained(open, shown)],
    undetermined: open.map(({ address, because }) => ({ address, because })),
    managed: countManaged(planning, planned, undetermined),
    vanished: vanishedOf(planning, planned),
    partial: isPartial || open.length < undetermined.length,
    incomplete: incomplete.length > 0 || open.length > 0,
    estimate: estimateOf(changes, input.kinds, input.options.ratePerSecond),
  };
}

/** What is only now taken into the state is not counted: it must not lift a threshold. */
function countManaged(
  { input, prior }: Planning,
  changes: readonly ResourceChange[],
  undetermined: readonly Open[],
): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  const count = (type: string): void => {
    counts[type] = (counts[type] ?? 0) + 1;
  };
  for (const { type, live, reason } of changes) {
    if (live !== undefined && reason !== 'adopted') count(type);
  }
  for (const { address } of undetermined) {
    const entry = prior[address];
    const object = entry === undefined ? undefined : input.live.byId(entry.type, entry.id);
    if (object !== undefined && object.status !== 'gone') count(object.type);
  }
  return counts;
}

function vanishedOf(
  planning: Planning,
  changes: readonly ResourceChange[],
): readonly ResourceChange['address'][] {
  const wanted = planning.drift.filter((entry) => entry.action === 'gone');
  const unwanted = changes.filter(
    ({ action, reason, address }) =>
      action === 'forget' &&
      reason === 'gone' &&
      planning.prior[address]?.deletingSinceMs === undefined,
  );
  return [...wanted, ...unwanted].map(({ address }) => address).toSorted();
}

function byAddress(a: { readonly address: Address }, b: { readonly address: Address }): number {
  return a.address < b.address ? -1 : 1;
}

/** Lists what goes with every deleted object; last, when all owners are known. */
function withCascades(
  planning: Planning,
  changes: readonly ResourceChange[],
): readonly ResourceChange[] {
  return changes.map((change) => {
    if ((change.action !== 'delete' && change.action !== 'replace') || change.id === undefined) {
      return change;
    }
    const kind = planning.input.kinds.get(change.type);
    if (kind === undefined || kind.contains.length === 0) return change;
    return { ...change, cascade: cascadeOf(planning, kind, change.id) };
  });
}

function incompleteInventories(planning: Planning): readonly Diagnostic[] {
  return planning.input.live
    .inventories()
    .filter((inventory) => !inventory.complete)
    .map((inventory): Diagnostic => {
      const place =
        inventory.scope === undefined ? inventory.type : `${inventory.type} of ${inventory.scope}`;
      const why = whyIncomplete(inventory);
      return {
        code: 'inventory-incomplete',
        severity: 'error',
        message: `${place} could not be read in full: ${why}`,
        hint: 'nothing in it, and nothing that depends on it, is changed',
      };
    });
}

/** Live objects of managed kinds that no entry stands for: reported, never touched. */
function unmanagedObjects(planning: Planning): readonly UnmanagedEntry[] {
  const found: UnmanagedEntry[] = [];
  for (const inventory of planning.input.live.inventories()) {
    const kind = planning.input.kinds.get(inventory.type);
    if (kind?.managed !== true) continue;
    for (const object of inventory.objects) {
      if (object.status === 'gone' || object.facts?.['builtIn'] === true) continue;
      if (planning.claimed.has(`${object.type} ${object.id}`)) continue;
      found.push({ type: object.type, id: object.id, name: nameOf(kind, object) });
    }
  }
  return sortByName(found);
}
