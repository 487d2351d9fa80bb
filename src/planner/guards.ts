import type { Diagnostic } from '../core/diagnostic.ts';
import { typeOf } from '../core/address.ts';
import type { LiveView } from '../core/live.ts';
import type { GuardSettings } from '../core/resource.ts';
import { needsApproval, type RiskFinding } from '../core/risk.ts';
import { isAllowed, type Approvals } from './approvals.ts';
import type { Plan, ResourceChange } from './plan.ts';
import { vanishedRefusals } from './vanished.ts';

/** What keeps a plan from being applied: each one names the way out. Exit code 4. */
export function refusalsOf(
  plan: Plan,
  approvals: Approvals,
  guards: GuardSettings,
  live: LiveView,
  destroys: boolean,
): readonly Diagnostic[] {
  return [
    ...unapproved(plan, approvals),
    ...(destroys ? [] : tooManyDeletes(plan, approvals, guards, live)),
    ...(destroys ? [] : vanishedRefusals(plan, approvals, guards)),
  ];
}

/** Approvals that a change still needs; a replaced parent's approval covers its parts. */
export function missingApprovals(
  change: ResourceChange,
  approvals: Approvals,
): readonly RiskFinding[] {
  if (change.reason === 'parent-replaced') return [];
  return change.risks.filter(
    (finding) => needsApproval(finding.risk) && !isAllowed(approvals, finding.risk, change.address),
  );
}

function unapproved(plan: Plan, approvals: Approvals): readonly Diagnostic[] {
  return plan.changes.flatMap((change) =>
    missingApprovals(change, approvals).map((finding): Diagnostic => {
      return {
        code: 'guard-approval',
        severity: 'error',
        address: change.address,
        message: `not approved: ${finding.message} (${finding.risk})`,
        hint: `approve it with \`--allow ${finding.risk}=${change.address}\``,
        ...(change.position === undefined ? {} : { position: change.position }),
      };
    }),
  );
}

function tooManyDeletes(
  plan: Plan,
  approvals: Approvals,
  guards: GuardSettings,
  live: LiveView,
): readonly Diagnostic[] {
  const counts = new Map<string, number>();
  for (const change of plan.changes) {
    if (change.action !== 'delete' && change.action !== 'replace') continue;
    const type = typeOf(change.address);
    counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  if (approvals.deletesMax !== undefined && total <= approvals.deletesMax) return [];
  const { maxShare, minExisting } = guards.deletes;
  return [...counts].flatMap(([type, count]): readonly Diagnostic[] => {
    const managed = plan.managed?.[type] ?? count;
    const objects = Math.max(managed, live.objects(type).length);
    if (managed < minExisting || count / managed <= maxShare) return [];
    const share = Math.round((100 * count) / managed);
    return [
      {
        code: 'guard-deletes',
        severity: 'error',
        message: `${count} of ${managed} managed ${type} (${objects} live) would be deleted: ${share} %, more than ${Math.round(maxShare * 100)} %`,
        hint: `if that is meant, pass \`--allow-deletes=${total}\``,
      },
    ];
  });
}

/** A stack that renders to nothing while its state holds resources is taken for a mistake. */
export function emptyStackRefusal(
  desiredCount: number,
  priorCount: number,
  stack: string,
): Diagnostic | undefined {
  if (desiredCount > 0 || priorCount === 0) return undefined;
  return {
    code: 'guard-empty-stack',
    severity: 'error',
    message: `the stack '${stack}' renders to nothing, but its state holds ${priorCount} resources`,
    hint: 'use `trueup destroy` to delete everything, or `trueup state rm` to let go of it',
  };
}
