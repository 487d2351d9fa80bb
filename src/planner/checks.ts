import type { Diagnostic } from '../core/diagnostic.ts';
import type { KindShape, PlanProblem } from '../core/kind.ts';
import type { ResolvedResource } from '../core/live.ts';
import { memoise } from '../core/memoise.ts';
import { toPointer } from '../core/resolve.ts';
import { createInUseCheck } from './in-use.ts';
import { missingOnCreate } from './missing-fields.ts';
import type { ResourceChange } from './plan.ts';
import type { Planning } from './planning.ts';

/** The outcome of the kinds' own checks: what they refuse, and all that depends on it. */
export interface Checked {
  readonly changes: readonly ResourceChange[];
  readonly undetermined: readonly { address: ResourceChange['address']; because: string }[];
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
  const refused = new Map<string, string>();
  const diagnostics: Diagnostic[] = [];
  const undetermined: { address: ResourceChange['address']; because: string }[] = [];
  const kept = planning.changes.filter((change) => {
    const because = refusalOf(change);
    if (because === undefined) return true;
    refused.set(change.address, because);
    undetermined.push({ address: change.address, because });
    return false;
  });
  return { changes: kept, undetermined, diagnostics };

  function refusalOf(change: ResourceChange): string | undefined {
    const held = inUse(change);
    if (held !== undefined) {
      diagnostics.push(held);
      return held.message;
    }
    if (change.desired === undefined) return undefined;
    const blocker = change.dependsOn.find((address) => refused.has(address));
    if (blocker !== undefined) return `it depends on ${blocker}, which is not planned`;
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
    return problems[0]?.message;
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
  return others.length === 0 ? own : [...own, ...others];
}

function toDiagnostic(problem: PlanProblem, change: ResourceChange): Diagnostic {
  const pointer = problem.path === undefined ? '' : toPointer(problem.path);
  const position = change.desired?.positionOf(pointer) ?? change.position;
  return {
    code: problem.code,
    severity: 'error',
    message: problem.message,
    address: change.address,
    ...(position === undefined ? {} : { position }),
    ...(problem.hint === undefined ? {} : { hint: problem.hint }),
  };
}
