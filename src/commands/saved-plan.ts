import type { Address } from '../core/address.ts';
import { TrueupError } from '../core/errors.ts';
import { isJsonObject, type Json, type JsonObject } from '../core/json.ts';
import { sameJson } from '../core/resolve.ts';
import { VERSION } from '../core/version.ts';
import type { Plan, ResourceChange } from '../planner/plan.ts';
import type { Organization } from '../providers/contract.ts';
import type { LoadedState } from '../state/contract.ts';
import { planJson } from '../views/json/plan-json.ts';

const FORMAT = 'trueup-plan';
const FORMAT_VERSION = 1;
/** A plan file larger than this is not read. */
export const PLAN_BYTES_MAX = 256 * 1024 * 1024;

/** What of a change was approved: nothing of it is ever sent, it is only compared. */
const APPROVED = ['change', 'id'] as const;

/** The text of a plan file: an approval of what was shown, without any secret. */
export function savedPlan(
  plan: Plan,
  loaded: LoadedState,
  organizations: Readonly<Record<string, Organization>>,
  mode: 'plan' | 'destroy',
): string {
  const file = {
    format: FORMAT,
    format_version: FORMAT_VERSION,
    trueup_version: VERSION,
    stack: plan.stack,
    environment: plan.environment,
    mode,
    lineage: loaded.fresh ? null : loaded.state.lineage,
    serial: loaded.state.serial,
    organizations: Object.fromEntries(
      Object.entries(organizations).map(([provider, organization]) => [provider, organization.id]),
    ),
    plan: planJson(plan, { version: VERSION, mode }),
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}

export interface SavedPlan {
  readonly stack: string;
  readonly environment: string;
  readonly mode: 'plan' | 'destroy';
  readonly organizations: JsonObject;
  readonly lineage: string | null;
  /** Address → the approved change, as the plan JSON has it. */
  readonly changes: ReadonlyMap<string, JsonObject>;
}

/** Reads a plan file; anything that is not one is refused with `plan-file-invalid`. */
export function readSavedPlan(text: string): SavedPlan {
  const file = parse(text);
  const plan = isJsonObject(file) ? file['plan'] : undefined;
  const { stack, environment, mode, organizations, lineage } = isJsonObject(file) ? file : {};
  const rows = isJsonObject(plan) ? plan['resource_changes'] : undefined;
  const isWhole =
    isJsonObject(file) &&
    file['format'] === FORMAT &&
    file['format_version'] === FORMAT_VERSION &&
    typeof stack === 'string' &&
    typeof environment === 'string' &&
    (mode === 'plan' || mode === 'destroy') &&
    isJsonObject(organizations) &&
    (lineage === null || typeof lineage === 'string') &&
    Array.isArray(rows);
  if (!isWhole) throw invalid('it is not a plan of this version of trueup');
  const changes = new Map<string, JsonObject>();
  for (const row of rows) {
    const address: Json | undefined = isJsonObject(row) ? row['address'] : undefined;
    if (!isJsonObject(row) || typeof address !== 'string') throw invalid('a change has no address');
    changes.set(address, row);
  }
  return { stack, environment, mode, organizations, lineage, changes };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new TrueupError('plan-file-invalid', 'the plan file is not JSON', { cause: error });
  }
}

function invalid(why: string): TrueupError {
  return new TrueupError('plan-file-invalid', `the plan file cannot be used: ${why}`, {
    hint: 'make a new one with `trueup plan --out FILE`',
  });
}

export interface ApprovedPart {
  readonly plan: Plan;
  /** Changes that are not, or no longer, as they were approved. */
  readonly skipped: readonly { readonly address: Address; readonly why: string }[];
}

/** The part of the new plan that the file approved: same action, ID, before and after. */
export function approvedPart(plan: Plan, saved: SavedPlan): ApprovedPart {
  const current = planJson(plan, { version: VERSION });
  const rows = current['resource_changes'];
  const byAddress = new Map<string, JsonObject>();
  for (const row of Array.isArray(rows) ? rows : []) {
    if (isJsonObject(row) && typeof row['address'] === 'string') byAddress.set(row['address'], row);
  }
  const skipped: { address: Address; why: string }[] = [];
  const out = new Set<string>();
  for (const change of plan.changes) {
    if (change.action === 'no-op') continue;
    const why = differenceOf(saved.changes.get(change.address), byAddress.get(change.address));
    if (why === undefined) continue;
    out.add(change.address);
    skipped.push({ address: change.address, why });
  }
  for (const change of dependentsOf(plan.changes, out)) {
    skipped.push({ address: change.address, why: 'it depends on something that is skipped' });
  }
  const kept = plan.changes.filter((change) => !out.has(change.address));
  return { plan: { ...plan, changes: kept, partial: plan.partial || out.size > 0 }, skipped };
}

function differenceOf(
  approved: JsonObject | undefined,
  current: JsonObject | undefined,
): string | undefined {
  if (approved === undefined) return 'it is not in the plan file';
  if (current === undefined) return 'it is not in the new plan';
  const differs = APPROVED.some((name) => !sameJson(approved[name], current[name]));
  return differs ? 'it is no longer what the plan file shows' : undefined;
}

/** A delete of what something skipped still refers to. */
function isHeld(
  change: ResourceChange,
  changes: readonly ResourceChange[],
  out: ReadonlySet<string>,
): boolean {
  if (change.action !== 'delete' && change.action !== 'replace') return false;
  return changes.some(
    (other) => out.has(other.address) && (other.previousDependsOn ?? []).includes(change.address),
  );
}

/** Adds to `out` everything that waits for something in it. */
function dependentsOf(
  changes: readonly ResourceChange[],
  out: Set<string>,
): readonly ResourceChange[] {
  const found: ResourceChange[] = [];
  for (let grown = true; grown;) {
    grown = false;
    for (const change of changes) {
      const waits =
        change.action !== 'no-op' &&
        (change.dependsOn.some((address) => out.has(address)) || isHeld(change, changes, out));
      if (!waits || out.has(change.address)) continue;
      out.add(change.address);
      found.push(change);
      grown = true;
    }
  }
  return found;
}
