import { parseAddress } from '../core/address.ts';
import { TrueupError } from '../core/errors.ts';
import { isJsonObject, type Json, type JsonObject } from '../core/json.ts';
import { VERSION } from '../core/version.ts';
import type { Plan, ResourceChange } from '../planner/plan.ts';
import type { Organization } from '../providers/contract.ts';
import type { LoadedState } from '../state/contract.ts';
import { planJson } from '../views/json/plan-json.ts';
import { differenceOf, isLost } from './plan-difference.ts';

const FORMAT = 'trueup-plan';
const FORMAT_VERSION = 1;
/** A plan file larger than this is not read. */
export const PLAN_BYTES_MAX = 256 * 1024 * 1024;

/** The text of a plan file: an approval of what was shown, without any secret. */
export function savedPlan(
  plan: Plan,
  loaded: LoadedState,
  organizations: Readonly<Record<string, Organization>>,
  mode: 'plan' | 'destroy',
  offline = false,
): string {
  const file = {
    format: FORMAT,
    format_version: FORMAT_VERSION,
    trueup_version: VERSION,
    stack: plan.stack,
    environment: plan.environment,
    mode,
    ...(offline ? { offline } : {}),
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
  /** Provider → ID of its organization. */
  readonly organizations: ReadonlyMap<string, Json>;
  readonly lineage: string | null;
  /** Made of the state alone: shown to reviewers, and nothing that could be applied. */
  readonly offline: boolean;
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
    if (!isJsonObject(row) || typeof address !== 'string' || parseAddress(address) === undefined) {
      throw invalid('a change has no address');
    }
    if (changes.has(address)) throw invalid('it has two changes of one resource');
    changes.set(address, row);
  }
  const accounts = new Map(Object.entries(organizations));
  const offline = file['offline'] === true;
  return { stack, environment, mode, organizations: accounts, lineage, offline, changes };
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
  readonly skipped: readonly { readonly address: string; readonly why: string }[];
}

const NOT_PLANNED =
  'it is in the plan file, but not in the new plan; flags that the plan was made with are given again';

/** The part of the new plan that the file approved: same action, ID, before, after and contents. */
export function approvedPart(plan: Plan, saved: SavedPlan): ApprovedPart {
  const rows = rowsOf(plan);
  const skipped: { address: string; why: string }[] = [];
  const out = new Set<string>();
  for (const change of plan.changes) {
    if (change.action === 'no-op') continue;
    const why = differenceOf(saved.changes.get(change.address), rows.get(change.address));
    if (why === undefined) continue;
    out.add(change.address);
    skipped.push({ address: change.address, why });
  }
  for (const change of dependentsOf(plan.changes, out)) {
    skipped.push({ address: change.address, why: 'it depends on something that is skipped' });
  }
  const kept = plan.changes.filter((change) => !out.has(change.address));
  const lost = [...saved.changes].filter(([address, row]) => isLost(row, rows.get(address)));
  for (const [address] of lost) skipped.push({ address, why: NOT_PLANNED });
  return { plan: { ...plan, changes: kept, partial: plan.partial || out.size > 0 }, skipped };
}

/** The changes of a plan by address, as the plan JSON has them. */
export function rowsOf(plan: Plan): ReadonlyMap<string, JsonObject> {
  const rows = planJson(plan, { version: VERSION })['resource_changes'];
  const byAddress = new Map<string, JsonObject>();
  for (const row of Array.isArray(rows) ? rows : []) {
    if (isJsonObject(row) && typeof row['address'] === 'string') byAddress.set(row['address'], row);
  }
  return byAddress;
}

/**
 * Adds to `out` everything that waits for something in it, and deletes of what something in it
 * still refers to. In the order of the plan; each change is looked at once.
 */
function dependentsOf(
  changes: readonly ResourceChange[],
  out: Set<string>,
): readonly ResourceChange[] {
  const waiting = waitingFor(changes);
  const found = new Set<string>();
  const open = [...out];
  for (let address = open.pop(); address !== undefined; address = open.pop()) {
    for (const next of waiting.get(address) ?? []) {
      if (out.has(next)) continue;
      out.add(next);
      found.add(next);
      open.push(next);
    }
  }
  return changes.filter(({ address }) => found.has(address));
}

/** By address: the changes that are not made without that of this address. */
function waitingFor(changes: readonly ResourceChange[]): ReadonlyMap<string, readonly string[]> {
  const waiting = new Map<string, string[]>();
  const add = (address: string, waits: string): void => {
    const known = waiting.get(address);
    if (known === undefined) waiting.set(address, [waits]);
    else known.push(waits);
  };
  const byAddress = new Map<string, ResourceChange>(changes.map((one) => [one.address, one]));
  for (const change of changes) {
    const { action, address, keyFrom } = change;
    if (action !== 'no-op') for (const needed of change.dependsOn) add(needed, address);
    for (const before of change.previousDependsOn ?? []) {
      const going = byAddress.get(before)?.action;
      if (going === 'delete' || going === 'replace') add(address, before);
    }
    // The name of a create is free only when its holder was deleted or renamed.
    const holder = keyFrom === undefined ? undefined : byAddress.get(keyFrom);
    if (holder === undefined) continue;
    const isFreed = holder.action === 'delete' || holder.freedKey === change.naturalKey;
    if (isFreed) add(holder.address, address);
  }
  return waiting;
}
