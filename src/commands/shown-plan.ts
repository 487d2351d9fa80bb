import { isJsonObject, type Json, type JsonObject } from '../core/json.ts';
import { sameJson } from '../core/resolve.ts';
import { RISKS } from '../core/risk.ts';
import type { Plan, ResourceChange } from '../planner/plan.ts';
import { rowsOf, type SavedPlan } from './saved-plan.ts';

/** A change of the new plan that its reviewers have not seen so. */
export interface UnseenChange {
  readonly address: string;
  readonly why: string;
}

/**
 * What the new plan would do beyond the one that was shown: another action, a worse risk, other
 * values, more that is deleted. What was not known or not readable when it was shown (a value after
 * apply, a secret, a name to look up) may have any value now; what is planned no more is no news.
 */
export function unseenChanges(plan: Plan, shown: SavedPlan): readonly UnseenChange[] {
  const rows = rowsOf(plan);
  return plan.changes.flatMap((change) => {
    if (change.action === 'no-op' || (shown.offline && isSecretOnly(change))) return [];
    const why = newsOf(rows.get(change.address) ?? {}, shown.changes.get(change.address));
    return why === undefined ? [] : [{ address: change.address, why }];
  });
}

/** A plan without the sources shows no new value of a secret: the manifest it comes from was. */
function isSecretOnly(change: ResourceChange): boolean {
  return (
    change.action === 'update' &&
    change.fields.length > 0 &&
    change.fields.every((field) => field.sensitive)
  );
}

function newsOf(now: JsonObject, shown: JsonObject | undefined): string | undefined {
  if (shown === undefined) return 'the plan that was shown has no such change';
  const [is, was] = [objectOf(now['change']), objectOf(shown['change'])];
  if (!sameJson(is['actions'], was['actions'])) {
    return `${actionsText(was)} was shown, ${actionsText(is)} is planned`;
  }
  if (riskOf(now) > riskOf(shown)) {
    return `risk ${RISKS[riskOf(shown)] ?? ''} was shown, it is ${RISKS[riskOf(now)] ?? ''}`;
  }
  for (const side of ['before', 'after'] as const) {
    const masks = [was[`${side}_sensitive`], was[`${side}_unknown`]];
    const path = differingPath(is[side] ?? null, was[side] ?? null, masks, []);
    if (path !== undefined) return `${path.join('.')} is not what was shown (${side})`;
  }
  const known = listOf(shown['cascade']).map((item) => objectOf(item)['id']);
  const more = listOf(now['cascade']).filter((item) => !known.includes(objectOf(item)['id']));
  return more.length === 0 ? undefined : `${more.length} more inside it would go with it`;
}

/** Where the value now has something that was not shown; a mask hides what could not be shown. */
function differingPath(
  now: Json,
  shown: Json | undefined,
  masks: readonly (Json | undefined)[],
  path: readonly string[],
): readonly string[] | undefined {
  if (masks.includes(true)) return undefined;
  if (!isJsonObject(now) || !isJsonObject(shown)) {
    const isHidden = shown === undefined && masks.some((mask) => mask !== undefined);
    return isHidden || sameJson(now, shown) ? undefined : path;
  }
  for (const [name, value] of Object.entries(now)) {
    const inner = masks.map((mask) => memberOf(mask, name));
    const found = differingPath(value, memberOf(shown, name), inner, [...path, name]);
    if (found !== undefined) return found;
  }
  return undefined;
}

function memberOf(value: Json | undefined, name: string): Json | undefined {
  return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function objectOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

function actionsText(change: JsonObject): string {
  return listOf(change['actions'])
    .map((action) => (action === 'no-op' ? 'no change' : typeof action === 'string' ? action : '?'))
    .join('-');
}

function riskOf(row: JsonObject): number {
  return RISKS.findIndex((risk) => risk === row['risk']);
}
