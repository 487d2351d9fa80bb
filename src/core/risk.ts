/** What a change can do to its users, mildest first. */
export const RISKS = ['none', 'restart', 'downtime', 'lockout', 'data-loss'] as const;
export type Risk = (typeof RISKS)[number];

export interface RiskFinding {
  readonly risk: Risk;
  /** One sentence that says what happens. */
  readonly message: string;
}

export function worstRisk(risks: readonly Risk[]): Risk {
  return RISKS[Math.max(0, ...risks.map((risk) => RISKS.indexOf(risk)))] ?? 'none';
}

/** Lockout and data loss run only when they were approved by name. */
export function needsApproval(risk: Risk): boolean {
  return risk === 'lockout' || risk === 'data-loss';
}
