import { keyOf, toAddress, typeOf } from '../core/address.ts';
import { TrueupError } from '../core/errors.ts';
import type { ChangeInput, Composition, Derivation, KindShape } from '../core/kind.ts';
import type { LiveObject } from '../core/live.ts';
import type { StateResource } from '../core/prior.ts';
import { fromPointer, valueAt } from '../core/resolve.ts';
import type { DesiredResource } from '../core/resource.ts';
import { worstRisk, type RiskFinding } from '../core/risk.ts';
import { isValueObject, type ValueObject } from '../core/value.ts';
import type { DiffResult } from './diff.ts';
import { fieldRisk } from './field-risk.ts';
import { fieldsAfter, keyHolder } from './free-namesakes.ts';
import { labelsOf } from './labels.ts';
import { patchOf } from './patch.ts';
import type { Action, ActionReason, Cause, ResourceChange } from './plan.ts';
import { deleteRisks, insideUnread } from './plan-removed.ts';
import type { Planning } from './planning.ts';
import { unitsOf } from './role-index.ts';

/** A decision about one manifest entry, before its consequences are worked out. */
export interface Draft {
  readonly action: Action;
  readonly reason: ActionReason;
  /** With canonical fields. */
  readonly live: LiveObject | undefined;
  readonly prior: StateResource | undefined;
  readonly diff: DiffResult;
  readonly resolved: ValueObject;
  readonly canonical: ValueObject;
  readonly notes: readonly string[];
  readonly dependencies: readonly DesiredResource['address'][];
  /** JSON pointers of accepted drift. */
  readonly accepted?: readonly string[];
}

/** Adds a change to the plan and its outcome to what later resources see. */
export function buildChange(
  planning: Planning,
  resource: DesiredResource,
  kind: KindShape,
  draft: Draft,
): void {
  if (draft.action === 'replace') {
    refuseForbidden(resource, kind, draft);
    refuseProtected(planning, resource, draft);
    refuseUnread(planning, kind, draft);
  }
  const composition = composeChange(planning, kind, draft);
  const risks = risksOf(planning, kind, draft);
  noteUnmanaged(planning, resource, kind, draft);
  planning.outcomes.set(resource.address, {
    address: resource.address,
    type: kind.type,
    action: draft.action,
    id: draft.action === 'replace' ? undefined : draft.live?.id,
    resolved: draft.resolved,
    live: draft.live,
    prior: draft.prior,
    unsettles: composition.unsettles ?? [],
  });
  planning.changes.push(toChange(planning, resource, kind, draft, composition, risks));
}

const NO_CAUSES: readonly Cause[] = [];

function causesOf({ fields }: DiffResult): readonly Cause[] {
  return [...new Set(fields.flatMap((field) => field.causes))];
}

function toChange(
  planning: Planning,
  resource: DesiredResource,
  kind: KindShape,
  draft: Draft,
  composition: Composition,
  risks: readonly RiskFinding[],
): ResourceChange {
  const importing = draft.reason === 'adopted' || draft.reason === 'recovered-create';
  const previous = planning.movedFrom.get(resource.address);
  const isNoop = draft.action === 'no-op';
  const previousDependsOn = planning.prior[resource.address]?.dependsOn;
  const derived =
    kind.derived === undefined ? {} : derivedParts(planning, resource, kind.derived, draft);
  const naturalKey = isNoop ? undefined : kind.key.of(fieldsAfter(resource, draft));
  const freedKey = isNoop ? undefined : freedKeyOf(kind, draft, naturalKey);
  const creates = draft.action === 'create' || draft.action === 'replace';
  const keyFrom = creates ? keyHolder(planning, resource.address, kind, draft.resolved) : undefined;
  return {
    address: resource.address,
    type: kind.type,
    action: draft.action,
    reason: draft.reason,
    causes: isNoop ? NO_CAUSES : causesOf(draft.diff),
    id: draft.live?.id,
    live: draft.live,
    before: draft.live?.fields,
    after: draft.canonical,
    fields: draft.diff.fields,
    patch: isNoop ? [] : patchOf(draft.diff.fields, draft.live?.fields),
    risks,
    risk: worstRisk(risks.map((finding) => finding.risk)),
    steps: composition.steps,
    // What a change that was cut short has to put back is still owed, whatever steps are left.
    restore: { ...draft.prior?.pending?.restore, ...composition.restore },
    notes: [
      ...draft.notes,
      ...(composition.notes ?? []),
      ...comparisonNotes(draft),
      ...markerNotes(kind, draft),
    ],
    dependsOn: draft.dependencies,
    ...derived,
    ...(previousDependsOn === undefined ? {} : { previousDependsOn }),
    ...(naturalKey === undefined ? {} : { naturalKey }),
    ...(freedKey === undefined ? {} : { freedKey }),
    ...(keyFrom === undefined ? {} : { keyFrom }),
    cascade: [],
    importing: importing && draft.live !== undefined ? { id: draft.live.id } : undefined,
    previousAddress: previous === undefined ? undefined : toAddress(kind.type, keyOf(previous)),
    desired: resource,
    position: resource.position,
    labels: isNoop ? {} : labelsOf(resource.fields),
    writeOnly: draft.diff.fields
      .filter((field) => roleIsWriteOnly(planning, kind, field.pointer))
      .map((field) => field.pointer),
    ...(draft.accepted === undefined ? {} : { accepted: draft.accepted }),
  };
}

/** What derived fields follow from now, and what they no longer follow from. */
function derivedParts(
  planning: Planning,
  { address }: DesiredResource,
  { from }: Derivation,
  { dependencies }: Draft,
): Pick<ResourceChange, 'derivedFrom' | 'freedFrom'> {
  const now = new Set<string>(dependencies);
  const before = planning.prior[address]?.dependsOn ?? [];
  return {
    derivedFrom: planning.sources.get(address) ?? [],
    freedFrom: before.filter((item) => from.includes(typeOf(item)) && !now.has(item)),
  };
}

/** A renamed or replaced object leaves its name to others. */
function freedKeyOf(
  kind: KindShape,
  draft: Draft,
  naturalKey: string | undefined,
): string | undefined {
  const key = draft.live === undefined ? undefined : kind.key.of(draft.live.fields);
  return key === naturalKey ? undefined : key;
}

function roleIsWriteOnly(planning: Planning, kind: KindShape, pointer: string): boolean {
  return planning.roleIndex(kind).roles.get(pointer)?.writeOnly === true;
}

function comparisonNotes(draft: Draft): readonly string[] {
  if (draft.action === 'replace') return [];
  return draft.diff.unverified.map((pointer) => `${pointer.slice(1)}: (not verified)`);
}

/** A marker that is new asks for nothing: it is there to be compared with the next one. */
function markerNotes(kind: KindShape, draft: Draft): readonly string[] {
  if (draft.prior !== undefined) return [];
  return kind.fields
    .filter(({ marker, path }) => marker === true && valueAt(draft.resolved, path) !== undefined)
    .map(({ path }) => `${path.join('.')}: (only recorded)`);
}

function refuseForbidden(resource: DesiredResource, kind: KindShape, draft: Draft): void {
  if (draft.reason === 'parent-replaced' || draft.reason === 'replace-requested') return;
  if ((resource.lifecycle.replace ?? kind.replace) === 'allow') return;
  const field = draft.diff.fields.find((item) => item.immutable);
  const pointer = field?.pointer ?? '';
  const message = `${pointer.slice(1)} of ${resource.address} cannot change in place; the ${kind.name} entry would have to be deleted and created again`;
  const hint = 'put the old value back, or plan a replacement with `lifecycle: { replace: allow }`';
  throw new TrueupError('immutable-field', message, {
    hint,
    diagnostics: [
      {
        code: 'immutable-field',
        severity: 'error',
        message,
        hint,
        position: resource.positionOf(pointer),
      },
    ],
  });
}

/** Making it again deletes what is inside, so that has to be known. */
function refuseUnread(planning: Planning, kind: KindShape, draft: Draft): void {
  const unread = draft.live === undefined ? undefined : insideUnread(planning, kind, draft.live.id);
  if (unread !== undefined) throw unread;
}

/**
 * Making it again deletes it first, whoever asks for that. The protection of the last apply holds
 * as long as no other one has been applied.
 */
function refuseProtected(planning: Planning, resource: DesiredResource, draft: Draft): void {
  if (!resource.lifecycle.protect && draft.prior?.lifecycle.protect !== true) return;
  planning.diagnostics.push({
    code: 'guard-protected',
    severity: 'error',
    address: resource.address,
    position: resource.position,
    message: `${resource.address} is protected and would be deleted and created again`,
    hint: 'put back what makes it necessary, set `lifecycle: { protect: false }`, apply, then plan this again',
  });
}

function changeInput(planning: Planning, draft: Draft): ChangeInput {
  const creates = draft.action === 'create' || draft.action === 'replace';
  return {
    operation: creates ? 'create' : 'update',
    before: creates ? undefined : draft.live,
    after: draft.canonical,
    changed: draft.diff.fields.map((field) => field.pointer),
    live: planning.input.live,
    guards: { members: { ...planning.input.stack.guards.members } },
  };
}

function composeChange(planning: Planning, kind: KindShape, draft: Draft): Composition {
  if (draft.action === 'no-op' || draft.action === 'move' || draft.action === 'import') {
    return { steps: [] };
  }
  if (draft.action === 'update' && draft.diff.fields.length === 0) return { steps: [] };
  const input = changeInput(planning, draft);
  const made = kind.compose?.(input) ?? { steps: [input.operation] };
  return draft.action === 'replace' ? { ...made, steps: ['delete', ...made.steps] } : made;
}

function risksOf(planning: Planning, kind: KindShape, draft: Draft): readonly RiskFinding[] {
  if (draft.action === 'replace') {
    return deleteRisks(planning, kind, draft, 'it is deleted and created again').risks;
  }
  if (draft.action !== 'update' && draft.action !== 'create') return [];
  const input = changeInput(planning, draft);
  const findings = [...(kind.assess?.(input) ?? [])];
  if (draft.action === 'create') return findings;
  const { roles } = planning.roleIndex(kind);
  for (const field of draft.diff.fields) {
    const finding = fieldRisk(roles.get(field.pointer), field);
    if (finding !== undefined) findings.push(finding);
  }
  return findings;
}

/** Fields that an earlier manifest had: they keep their value, and the plan says so. */
function noteUnmanaged(
  planning: Planning,
  resource: DesiredResource,
  kind: KindShape,
  draft: Draft,
): void {
  const { prior, live } = draft;
  if (prior === undefined || live === undefined) return;
  const sent = covers(draft.resolved, prior.sent)
    ? []
    : unitsOf(planning.roleIndex(kind), prior.sent).map((unit) => unit.pointer);
  for (const pointer of new Set([...sent, ...Object.keys(prior.digests)])) {
    const path = fromPointer(pointer);
    if (valueAt(draft.resolved, path) !== undefined) continue;
    const now = valueAt(live.fields, path);
    const stays = now === undefined ? 'as it is' : JSON.stringify(now);
    planning.diagnostics.push({
      code: 'no-longer-managed',
      severity: 'note',
      address: resource.address,
      message: `${resource.address}: ${path.join('.')} is no longer managed, stays ${stays}`,
    });
  }
}

/** Whether every leaf of `sent` is there; a quick answer, `false` asks for a closer look. */
function covers(fields: ValueObject, sent: ValueObject): boolean {
  return Object.keys(sent).every((key) => {
    const [now, before] = [fields[key], sent[key]];
    if (now === undefined) return before === undefined;
    return !isValueObject(before) || (isValueObject(now) && covers(now, before));
  });
}
