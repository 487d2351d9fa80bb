import { TrueupError } from '../core/errors.ts';
import type { KindShape } from '../core/kind.ts';
import type { LiveObject } from '../core/live.ts';
import { memoise } from '../core/memoise.ts';
import type { StateResource } from '../core/prior.ts';
import { fromPointer, resolveFields, valueAt } from '../core/resolve.ts';
import type { DesiredResource, Stack } from '../core/resource.ts';
import type { ValueObject } from '../core/value.ts';
import { judgeAcceptances, withAccepted } from './accepted-drift.ts';
import { isAllowed, matchesAny } from './approvals.ts';
import { buildChange, type Draft } from './build-change.ts';
import { compareLive } from './compare-live.ts';
import { createEnvironment } from './environment.ts';
import type { Action, ActionReason, FieldChange } from './plan.ts';
import { derivedFields } from './derive.ts';
import { diffFields, type DiffResult } from './diff.ts';
import { freeNamesakes, refuseTakenKey } from './free-namesakes.ts';
import { ambiguous, exists } from './identity-errors.ts';
import { confirmationKey } from './input.ts';
import { refusePartial } from './partial.ts';
import { confirm, incompleteness, liveOf, refuseUnread, type Planning } from './planning.ts';
import { refuseLeaving } from './leaving.ts';
import { isReplacedParent } from './reference-change.ts';
import type { RoleIndex } from './role-index.ts';
import { setAside } from './set-aside.ts';
import { comparable, unclearNote } from './unclear.ts';

/** Plans one manifest entry; everything it depends on has been planned before. */
export function planResource(
  planning: Planning,
  resource: DesiredResource,
  dependencies: readonly DesiredResource['address'][],
): void {
  const kind = planning.input.kinds.get(resource.type);
  if (kind === undefined) throw new TrueupError('kind-unknown', `no kind ${resource.type}`);
  const undecided = dependencies.find((address) => !planning.outcomes.has(address));
  try {
    if (undecided !== undefined) {
      throw new TrueupError(
        'dependency-incomplete',
        `it depends on ${undecided}, which is not planned`,
      );
    }
    planKnown(planning, resource, kind, dependencies);
  } catch (error) {
    if (!(error instanceof TrueupError) || error.code === 'internal') throw error;
    setAside(planning, resource, error, undecided);
  }
}

function planKnown(
  planning: Planning,
  resource: DesiredResource,
  kind: KindShape,
  dependencies: readonly DesiredResource['address'][],
): void {
  const { input } = planning;
  refuseLeaving(planning, resource);
  const environment = createEnvironment(planning.outcomes, input.live, input.kinds, input.redactor);
  const prior = planning.prior[resource.address];
  const sources = planning.sources.get(resource.address) ?? [];
  const written: ValueObject = {
    ...resolveFields(resource.fields, environment),
    ...derivedFields(kind, sources, planning.outcomes, input.kinds, input.live),
  };
  const resolved: ValueObject = { ...prior?.pending?.restore, ...written };
  const scope = kind.scopeOf?.(resolved) ?? prior?.scope;
  // Where it is to be, and where it was: it may have changed places.
  for (const place of new Set([scope, prior?.scope ?? scope])) {
    const problem = incompleteness(planning, kind, place, resolved);
    if (problem !== undefined) throw new TrueupError('inventory-incomplete', problem);
  }
  if (prior === undefined) refuseUnread(planning, kind, scope);
  const draft = decide(planning, resource, kind, { prior, written, resolved, scope });
  for (const kept of environment.keptAttributes) {
    planning.diagnostics.push({
      code: 'upstream-attribute-kept',
      severity: 'note',
      address: resource.address,
      message: `${kept.address} has no ${kept.path} at the moment; the one recorded at the last apply is kept`,
    });
  }
  buildChange(planning, withAccepted(resource, draft.accepted ?? []), kind, {
    ...draft,
    dependencies,
  });
}

interface Versions {
  readonly prior: StateResource | undefined;
  readonly written: ValueObject;
  readonly resolved: ValueObject;
  readonly scope: string | undefined;
}

type Decision = Omit<Draft, 'dependencies'>;

const importedIds = memoise(
  (imports: Stack['imports']): ReadonlyMap<string, string> =>
    new Map(imports.toReversed().map(({ to, id }) => [to, id])),
);

function decide(
  planning: Planning,
  resource: DesiredResource,
  kind: KindShape,
  versions: Versions,
): Decision {
  const { prior } = versions;
  if (prior !== undefined) return decideKnown(planning, resource, kind, { ...versions, prior });
  const wanted = importedIds(planning.input.stack.imports).get(resource.address);
  if (wanted !== undefined) return decideImport(planning, resource, kind, versions, wanted);
  return decideByKey(planning, resource, kind, versions, 'not-in-state');
}

/** Of what no state entry stands for: made anew, unless something has its natural key already. */
function decideByKey(
  planning: Planning,
  resource: DesiredResource,
  kind: KindShape,
  versions: Versions,
  reason: ActionReason,
): Decision {
  const free = freeNamesakes(planning, resource.address, kind, versions.resolved);
  const [only] = free;
  if (only === undefined) return creation(planning, resource, kind, versions, reason);
  if (free.length > 1) throw ambiguous(resource, kind, free);
  if (kind.comesAlong !== true && !matchesAny(planning.input.options.adopt, resource.address)) {
    throw exists(resource, kind, only);
  }
  return compared(planning, resource, kind, versions, only, 'adopted');
}

function decideImport(
  planning: Planning,
  resource: DesiredResource,
  kind: KindShape,
  versions: Versions,
  id: string,
): Decision {
  const { confirmed, live } = planning.input;
  const key = confirmationKey(kind.type, id);
  assertUnclaimed(planning, resource, kind, id);
  const object = confirmed.has(key) ? confirmed.get(key) : live.byId(kind.type, id);
  const { scope } = versions;
  if (object === undefined) {
    confirm(planning, resource.address, {
      type: kind.type,
      id,
      ...(scope === undefined ? {} : { scope }),
    });
  }
  if (object === undefined || object.status === 'gone') {
    throw new TrueupError(
      'object-missing',
      `there is no object ${id} to import as ${resource.address}`,
    );
  }
  // The API may know the object by another spelling of its ID.
  assertUnclaimed(planning, resource, kind, object.id);
  return compared(planning, resource, kind, versions, object, 'adopted');
}

function assertUnclaimed(
  planning: Planning,
  resource: DesiredResource,
  kind: KindShape,
  id: string,
): void {
  const owner = planning.claimed.get(confirmationKey(kind.type, id));
  if (owner === undefined || owner === resource.address) return;
  throw new TrueupError('import-invalid', `the object ${id} is in the state as ${owner} already`);
}

function decideKnown(
  planning: Planning,
  resource: DesiredResource,
  kind: KindShape,
  versions: Versions & { readonly prior: StateResource },
): Decision {
  const { address } = resource;
  const live = liveOf(planning, address, versions.prior);
  if (live === undefined) return decideGone(planning, resource, kind, versions);
  const reason = planning.recovered.has(address) ? 'recovered-create' : 'fields-differ';
  return compared(planning, resource, kind, versions, live, reason);
}

function decideGone(
  planning: Planning,
  resource: DesiredResource,
  kind: KindShape,
  versions: Versions & { readonly prior: StateResource },
): Decision {
  const { input } = planning;
  const { prior } = versions;
  // What an interrupted run was deleting did not go by itself.
  if (prior.deletingSinceMs === undefined) {
    planning.drift.push({
      address: resource.address,
      type: kind.type,
      id: prior.id,
      action: 'gone',
      fields: [],
    });
  }
  const key = confirmationKey(kind.type, prior.id);
  const tombstone = input.confirmed.get(key) ?? input.live.byId(kind.type, prior.id);
  const expired = kind.expiredAt?.(tombstone, { ...prior.expiry });
  const isOver = expired !== undefined && Date.parse(expired) <= input.nowMs;
  if (isOver && !isAllowed(input.options.approvals, 'recreate', resource.address)) {
    throw new TrueupError('object-expired', `${resource.address} expired at ${expired}`, {
      hint: `create it again with \`--allow recreate=${resource.address}\`, or remove the entry`,
    });
  }
  const fresh = { ...versions, prior: undefined, resolved: versions.written };
  return decideByKey(planning, resource, kind, fresh, isOver ? 'expired' : 'gone');
}

function creation(
  planning: Planning,
  resource: DesiredResource,
  kind: KindShape,
  versions: Versions,
  reason: ActionReason,
): Decision {
  const { input } = planning;
  const diff = diffFields({
    index: planning.roleIndex(kind),
    desired: versions.resolved,
    live: undefined,
    prior: undefined,
    priorSent: {},
    priorRead: {},
    digests: input.digests,
    upstreamChanged: () => false,
    ignored: [],
    resend: new Set(),
  });
  const until = planning.waiting.get(resource.address);
  const notes =
    until === undefined ? [] : ['an interrupted create may still show up; the apply looks first'];
  return {
    action: 'create',
    reason,
    live: undefined,
    prior: undefined,
    diff,
    resolved: versions.resolved,
    canonical: kind.canonical?.(versions.resolved, input.live) ?? versions.resolved,
    notes,
  };
}

function compared(
  planning: Planning,
  resource: DesiredResource,
  kind: KindShape,
  versions: Versions,
  found: LiveObject,
  reason: ActionReason,
): Decision {
  refusePartial(planning, resource.address, found);
  refuseFailed(planning, resource, found);
  planning.claimed.set(`${found.type} ${found.id}`, resource.address);
  const { prior } = versions;
  if (found.unclear === true) planning.diagnostics.push(unclearNote(resource, found));
  const live = comparable(kind, prior, found);
  const comparison = compareLive(planning, resource, kind, versions, live);
  const { now } = comparison;
  const judged = judgeAcceptances(planning, resource, kind, comparison, live);
  const { drifted } = judged;
  const diff: DiffResult = { ...comparison.diff, fields: judged.fields };
  if (prior !== undefined && drifted.length > 0) {
    confirm(planning, resource.address, prior);
    const action = live.status === 'pending' ? 'pending' : 'update';
    planning.drift.push({
      address: resource.address,
      type: kind.type,
      id: live.id,
      action,
      fields: drifted,
    });
  }
  const shared = {
    live: now === live.fields ? live : { ...live, fields: now },
    prior,
    diff,
    resolved: versions.resolved,
    canonical: comparison.desired,
    notes: comparison.notes,
  };
  const index = planning.roleIndex(kind);
  if (diff.fields.some((field) => isUnseen(index, field, now))) {
    confirm(planning, resource.address, live);
  }
  const action = actionOf(planning, resource, prior, diff, reason);
  refuseTakenKey(planning, withAccepted(resource, judged.accepted), kind, {
    action: action.action,
    live,
    resolved: versions.resolved,
  });
  // What takes the object's place has everything as the manifest says.
  if (action.action === 'replace') return { ...shared, ...action, diff: comparison.diff };
  const { accepted } = judged;
  return { ...shared, ...action, ...(accepted.length === 0 ? {} : { accepted }) };
}

/** Of the state or taken over: what has failed for good is not as the manifest says. */
function refuseFailed(
  planning: Planning,
  { address }: DesiredResource,
  { id, status, statusText = 'FAILED' }: LiveObject,
): void {
  if (status !== 'failed' || matchesAny(planning.input.options.replace, address)) return;
  throw new TrueupError('object-failed', `${address} (${id}) is in the state ${statusText}`, {
    hint: `make it again with \`--replace ${address}\``,
  });
}

/** A list may leave out a secret that a read by ID tells, as the apply will read it. */
function isUnseen({ roles }: RoleIndex, field: FieldChange, live: ValueObject): boolean {
  if (!field.sensitive || roles.get(field.pointer)?.writeOnly === true) return false;
  return valueAt(live, fromPointer(field.pointer)) === undefined;
}

function actionOf(
  planning: Planning,
  resource: DesiredResource,
  prior: StateResource | undefined,
  diff: DiffResult,
  reason: ActionReason,
): { readonly action: Action; readonly reason: ActionReason } {
  if (matchesAny(planning.input.options.replace, resource.address)) {
    return { action: 'replace', reason: 'replace-requested' };
  }
  if (diff.fields.some((field) => field.immutable)) {
    const byParent = diff.fields.some(
      (field) => field.immutable && isReplacedParent(planning, resource, field),
    );
    return { action: 'replace', reason: byParent ? 'parent-replaced' : 'immutable-field' };
  }
  if (diff.fields.length > 0) return { action: 'update', reason };
  if (prior?.pending !== undefined) {
    return { action: 'update', reason: reason === 'recovered-create' ? reason : 'finish-steps' };
  }
  if (reason === 'adopted') return { action: 'import', reason };
  if (planning.movedFrom.has(resource.address)) return { action: 'move', reason: 'moved' };
  return { action: 'no-op', reason: 'unchanged' };
}
