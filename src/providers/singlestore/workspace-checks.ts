import type { ChangeInput, CheckInput, PlanProblem } from '../../core/kind.ts';
import type { ResolvedResource } from '../../core/live.ts';
import { memoise } from '../../core/memoise.ts';
import type { RiskFinding } from '../../core/risk.ts';
import { Unknown, type Value, type ValueObject } from '../../core/value.ts';
import { objectField } from '../shared/field-values.ts';

/** Limit of the service. */
const WORKSPACES_MAX = 5;

/** What the fields of a workspace say about each other, offline. */
export function checkWorkspaceFields(fields: ValueObject): readonly PlanProblem[] {
  const problems: PlanProblem[] = [];
  const suspend = objectField(fields, 'autoSuspend');
  const type = suspend?.['suspendType'];
  if (type === 'DISABLED' && suspend !== undefined && 'suspendAfterSeconds' in suspend) {
    const message = 'suspendAfterSeconds cannot go with suspendType: DISABLED';
    problems.push({ code: 'schema-value', message, path: ['autoSuspend', 'suspendAfterSeconds'] });
  }
  if ((type === 'IDLE' || type === 'SCHEDULED') && suspend?.['suspendAfterSeconds'] === undefined) {
    const message = `suspendType: ${type} needs suspendAfterSeconds`;
    problems.push({ code: 'schema-value', message, path: ['autoSuspend'] });
  }
  const scale = objectField(fields, 'autoScale');
  const sensitivity = scale?.['sensitivity'] ?? 'NORMAL';
  if (scale?.['maxScaleFactor'] === 1 && (sensitivity === 'LOW' || sensitivity === 'HIGH')) {
    const message = 'sensitivity has no effect with maxScaleFactor: 1';
    problems.push({ code: 'schema-value', message, path: ['autoScale', 'sensitivity'] });
  }
  return problems;
}

/** A group takes five workspaces; the ones that come too late (by address) are refused. */
export function checkWorkspace(input: CheckInput): readonly PlanProblem[] {
  const { resource, live, deletedIds } = input;
  if (resource.id !== undefined) return [];
  const group = groupOf(resource.fields['workspaceGroup']);
  if (group === undefined) return [];
  const inventory = live.inventory('singlestore.workspaces', group);
  const existing = (inventory?.objects ?? []).filter(({ id, status }) => {
    return status !== 'gone' && !deletedIds.has(id);
  }).length;
  const created = newByGroup(input.stack).get(group) ?? [];
  const index = created.indexOf(resource.address);
  if (index < 0 || existing + index < WORKSPACES_MAX) return [];
  const total = existing + created.length;
  const message = `a workspace group takes ${WORKSPACES_MAX} workspaces; this one would have ${total}`;
  return [{ code: 'limit-exceeded', message, path: ['workspaceGroup'] }];
}

/** Addresses of the workspaces to create, by group (its ID, or its address while it is new). */
const newByGroup = memoise((stack: readonly ResolvedResource[]) => {
  const groups = new Map<string, string[]>();
  for (const { type, id, address, fields } of stack) {
    if (type !== 'singlestore.workspaces' || id !== undefined) continue;
    const group = groupOf(fields['workspaceGroup']);
    if (group !== undefined) groups.set(group, [...(groups.get(group) ?? []), address]);
  }
  for (const [group, addresses] of groups) groups.set(group, addresses.toSorted());
  return groups;
});

function groupOf(value: Value | undefined): string | undefined {
  if (value instanceof Unknown) return value.of;
  return typeof value === 'string' ? value : undefined;
}

/** What interrupts the users of a workspace in one direction only. */
export function assessWorkspace(input: ChangeInput): readonly RiskFinding[] {
  const { before, after, changed } = input;
  if (input.operation !== 'update') return [];
  const findings: RiskFinding[] = [];
  if (changed.includes('/enableKai') && after?.['enableKai'] === false) {
    findings.push({
      risk: 'downtime',
      message: 'clients of SingleStore Kai cannot connect any more',
    });
  }
  if (changed.includes('/autoSuspend') && suspendsSooner(before?.fields, after)) {
    const message =
      'the workspace suspends by itself, or sooner than before, and then takes no connections';
    findings.push({ risk: 'downtime', message });
  }
  return findings;
}

function suspendsSooner(before: ValueObject | undefined, after: ValueObject | undefined): boolean {
  const [old, next] = [
    objectField(before ?? {}, 'autoSuspend'),
    objectField(after ?? {}, 'autoSuspend'),
  ];
  const [was, is] = [old?.['suspendType'] ?? 'DISABLED', next?.['suspendType'] ?? 'DISABLED'];
  if (is === 'DISABLED') return false;
  const [then, now] = [old?.['suspendAfterSeconds'], next?.['suspendAfterSeconds']];
  return was !== is || typeof then !== 'number' || typeof now !== 'number' || now < then;
}
