import { needsApproval, RISKS } from '../../core/risk.ts';
import type { Risk } from '../../core/risk.ts';
import type { ResourceChange } from '../../planner/plan.ts';
import { count } from '../plural.ts';
import { text } from '../sanitize.ts';
import type { Style } from '../style.ts';
import { actionTitle } from './wording.ts';

const SHOWN_FROM = RISKS.indexOf('downtime');

/**
 * The section above the plan: every change of risk downtime or worse, worst first, what happens,
 * and which `--allow` it needs. Empty where there is none.
 */
export function riskLines(changes: readonly ResourceChange[], style: Style): string[] {
  const risky = changes
    .filter((change) => RISKS.indexOf(change.risk) >= SHOWN_FROM)
    .toSorted((one, other) => RISKS.indexOf(other.risk) - RISKS.indexOf(one.risk));
  if (risky.length === 0) return [];
  const verb = risky.length === 1 ? 'needs' : 'need';
  const bar = style.yellow('│');
  return [
    style.yellow('╷'),
    `${bar} ${style.bold(`Warning: ${count(risky.length, 'change')} ${verb} a second look`)}`,
    ...risky.flatMap((change) => [
      bar,
      ...changeRiskLines(change, style).map((l) => `${bar} ${l}`),
    ]),
    style.yellow('╵'),
    '',
  ];
}

function changeRiskLines(change: ResourceChange, style: Style): string[] {
  const paint = needsApproval(change.risk) ? style.red : style.yellow;
  const title = `${text(change.address)} (${actionTitle(change.action)})`;
  return [
    `${paint(style.bold(change.risk))}: ${title}`,
    ...change.risks
      .filter((finding) => RISKS.indexOf(finding.risk) >= SHOWN_FROM)
      .map((finding) => `  ${text(finding.message)}`),
    ...cascadeLines(change.cascade.length),
    ...approvals(change).map((flag) => `  needs ${style.bold(flag)}`),
  ];
}

function cascadeLines(objects: number): readonly string[] {
  if (objects === 0) return [];
  const verb = objects === 1 ? 'goes' : 'go';
  return [`  ${count(objects, 'object')} inside it ${verb} with it, listed below.`];
}

/** The flags that approve the change: `--allow data-loss=singlestore.workspaceGroups.main`. */
export function approvals(change: ResourceChange): readonly string[] {
  const risks = new Set<Risk>([change.risk, ...change.risks.map((finding) => finding.risk)]);
  return [...risks]
    .filter(needsApproval)
    .map((risk) => `--allow ${risk}=${text(change.address)}`)
    .toSorted();
}
