import type { FieldRole } from '../core/field-role.ts';
import type { RiskFinding } from '../core/risk.ts';
import { isRisky } from '../core/risk-when.ts';
import type { FieldChange } from './plan.ts';

/** What a change of one field does to its users, as its schema says; undefined: nothing. */
export function fieldRisk(
  role: Pick<FieldRole, 'risk' | 'riskWhen'> | undefined,
  field: Pick<FieldChange, 'pointer' | 'before' | 'after'>,
): RiskFinding | undefined {
  const { risk = 'none', riskWhen: when } = role ?? {};
  if (risk === 'none') return undefined;
  if (when !== undefined && !isRisky(when, field.before, field.after)) return undefined;
  return { risk, message: `changing ${field.pointer.slice(1)}` };
}
