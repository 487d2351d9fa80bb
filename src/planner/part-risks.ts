import { RISKS, worstRisk, type Risk, type RiskFinding } from '../core/risk.ts';
import type { ResourceChange } from './plan.ts';

/**
 * What is replaced because of another replacement is approved with it, so that one must name the
 * risks of all its parts: a project that takes groups along is data loss.
 */
export function withPartRisks(changes: readonly ResourceChange[]): readonly ResourceChange[] {
  const parts = changes.filter((change) => change.reason === 'parent-replaced');
  if (parts.length === 0) return changes;
  const byAddress = new Map<string, ResourceChange>(
    changes.map((change) => [change.address, change]),
  );
  const added = new Map<string, RiskFinding[]>();
  for (const part of parts) {
    for (const root of rootsOf(part, byAddress)) {
      const own = added.get(root.address) ?? [];
      added.set(root.address, own);
      const worst = worstRisk([...root.risks, ...own].map((finding) => finding.risk));
      for (const { risk, message } of part.risks) {
        if (!isWorse(risk, worst)) continue;
        own.push({ risk, message: `takes ${part.address} with it: ${message}` });
      }
    }
  }
  return changes.map((change) => withFindings(change, added.get(change.address) ?? []));
}

function isWorse(risk: Risk, than: Risk): boolean {
  return RISKS.indexOf(risk) > RISKS.indexOf(than);
}

function withFindings(change: ResourceChange, added: readonly RiskFinding[]): ResourceChange {
  if (added.length === 0) return change;
  const risks = [...change.risks, ...added];
  return { ...change, risks, risk: worstRisk(risks.map((finding) => finding.risk)) };
}

/** The replacements that a part follows from and that follow from nothing else. */
function rootsOf(
  part: ResourceChange,
  byAddress: ReadonlyMap<string, ResourceChange>,
): readonly ResourceChange[] {
  const roots = new Set<ResourceChange>();
  const seen = new Set<string>();
  const open: ResourceChange[] = [part];
  for (let change = open.pop(); change !== undefined; change = open.pop()) {
    for (const address of change.dependsOn) {
      const above = byAddress.get(address);
      if (above?.action !== 'replace' || seen.has(address)) continue;
      seen.add(address);
      if (above.reason === 'parent-replaced') open.push(above);
      else roots.add(above);
    }
  }
  return [...roots];
}
