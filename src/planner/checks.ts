import type { Diagnostic } from '../core/diagnostic.ts';
import type { KindShape, PlanProblem } from '../core/kind.ts';
import type { ResolvedResource } from '../core/live.ts';
import { memoise } from '../core/memoise.ts';
import { toPointer } from '../core/resolve.ts';
import { createInUseCheck } from './in-use.ts';
import { missingOnCreate } from './missing-fields.ts';
import type { ResourceChange } from './plan.ts';
import type { Open, Planning } from './planning.ts';

/** The outcome of the kinds' own checks: what they refuse, and all that depends on it. */
export interface Checked {
  readonly changes: readonly ResourceChange[];
  readonly undetermined: readonly Open[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Asks each kind whether its changes can work: regions, names, e-mails, the sixth workspace. */
export function checkChanges(planning: Planning): Checked {
  const byType = resolvedByType(planning);
  // One list a kind, however many of its changes are checked: the checks remember what they made.
  const stackOf = memoise((kind: KindShape) => stackFor(kind, byType));
  const deletedIds = new Set(
    planning.changes.flatMap((change) =>
      (change.action === 'delete' || change.action === 'replace') && change.id !== undefined
        ? [change.id]
        : [],
    ),
  );
  const inUse = createInUseCheck(planning, deletedIds);
  const refused = new Set<string>();
  const diagnostics: Diagnostic[] = [];
  const undetermined: Open[] = [];
  const kept = planning.changes.filter((change) => {
    const refusal = refusalOf(change);
    if (refusal === undefined) return true;
    refused.add(change.address);
    undetermined.push({ address: change.address, ...refusal });
    return false;
  });
  return { changes: kept, undetermined, diagnostics };

  function refusalOf(change: ResourceChange): Omit<Open, 'address'> | undefined {
    const held = inUse(change);
    if (held !== undefined) {
      diagnostics.push(held);
      return { because: held.message };
    }
    if (change.desired === undefined) return undefined;
    const blocker = change.dependsOn.find((address) => refused.has(address));
    if (blocker !== undefined) {
      return { because: `it depends on ${blocker}, which is not planned`, by: blocker };
    }
    const kind = planning.input.kinds.get(change.type);
    if (kind === undefined || !isWritten(change)) return undefined;
    const problems = [
      ...missingOnCreate(kind, change),
      ...(kind.check?.({
        resource: resolvedOf(change),
        stack: stackOf(kind),
        deletedIds,
        live: planning.input.live,
      }) ?? []),
    ];
    diagnostics.push(...problems.map((problem) => toDiagnostic(problem, change)));
    const [first] = problems;
    return first === undefined ? undefined : { because: first.message };
  }
}

function isWritten(change: ResourceChange): boolean {
  return ['create', 'update', 'replace', 'import'].includes(change.action);
}

function resolvedOf(change: ResourceChange): ResolvedResource {
  const id = change.action === 'replace' ? undefined : change.id;
  return { address: change.address, type: change.type, id, fields: change.after ?? {} };
}

function resolvedByType(planning: Planning): ReadonlyMap<string, readonly ResolvedResource[]> {
  const byType = new Map<string, ResolvedResource[]>();
  for (const change of planning.changes) {
    if (change.desired === undefined) continue;
    const known = byType.get(change.type);
    if (known === undefined) byType.set(change.type, [resolvedOf(change)]);
    else known.push(resolvedOf(change));
  }
  return byType;
}

/** A kind's checks look at its own kind and at those it needs; the rest of the stack stays out. */
function stackFor(
  kind: KindShape,
  byType: ReadonlyMap<string, readonly ResolvedResource[]>,
): readonly ResolvedResource[] {
  const own = byType.get(kind.type) ?? [];
  const others = kind.needs.flatMap((type) => (type === kind.type ? [] : (byType.get(type) ?? [])));
  return [...own, ...others];
}

function toDiagnostic(problem: PlanProblem, change: ResourceChange): Diagnostic {
  const pointer = problem.path === undefined ? '' : toPointer(problem.path);
  const position = change.desired?.positionOf(pointer);
  return {
    code: problem.code,
    severity: 'error',
    message: problem.message,
    address: change.address,
    ...(position === undefined ? {} : { position }),
    ...(problem.hint === undefined ? {} : { hint: problem.hint }),
  };
}
