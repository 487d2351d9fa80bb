import type { JsonObject } from '../../core/json.ts';
import { hasChanges } from '../../planner/plan.ts';
import type { OutputChange, Plan } from '../../planner/plan.ts';
import { looksEqual } from '../compare.ts';
import { acceptedJson, changeJson, diagnosticJson, driftJson, sidesJson } from './change-json.ts';

/** Version of the form this follows: https://developer.hashicorp.com/terraform/internals/json-format */
const FORMAT_VERSION = '1.2';

const NONE: ReadonlySet<string> = new Set();
/** The pointer of a whole value. */
const WHOLE: ReadonlySet<string> = new Set(['']);

export interface PlanJsonOptions {
  /** trueup's own version. */
  readonly version: string;
  /** The command the plan was made for; default `plan`. */
  readonly mode?: 'plan' | 'apply' | 'destroy' | 'drift';
}

/**
 * The plan in the form of Terraform's JSON plan, with trueup's additions (`patch`, `cause`, `risk`,
 * `source`, `estimate`, …). Shape: schemas/plan.json. A sensitive leaf is absent from `before` and
 * `after` and true in `*_sensitive`; an unknown one is absent and true in `after_unknown`. No
 * secret and no digest stands in it.
 */
export function planJson(plan: Plan, options: PlanJsonOptions): JsonObject {
  const changes = hasChanges(plan);
  return {
    format_version: FORMAT_VERSION,
    trueup_version: options.version,
    timestamp: new Date(plan.createdAtMs).toISOString(),
    mode: options.mode ?? 'plan',
    stack: plan.stack,
    environment: plan.environment,
    // Terraform's two words for "apply would do something" and "the next plan will be empty".
    applyable: changes && !plan.incomplete,
    complete: !plan.incomplete && !plan.partial && plan.undetermined.length === 0,
    errored: plan.diagnostics.some((diagnostic) => diagnostic.severity === 'error'),
    partial: plan.partial,
    resource_changes: plan.changes.map(changeJson),
    resource_drift: plan.drift.map(driftJson),
    ...(plan.acceptedDrift === undefined
      ? {}
      : { accepted_drift: plan.acceptedDrift.map(acceptedJson) }),
    output_changes: Object.fromEntries(plan.outputs.map((item) => [item.name, outputJson(item)])),
    diagnostics: plan.diagnostics.map(diagnosticJson),
    undetermined: plan.undetermined.map(({ address, because }) => ({ address, because })),
    unmanaged: plan.unmanaged.map(({ type, id, name }) => ({ type, id, name })),
    estimate: {
      requests: plan.estimate.requests,
      critical_path: plan.estimate.criticalPath,
      duration_ms: plan.estimate.durationMs,
    },
  };
}

function outputJson(output: OutputChange): JsonObject {
  const sides = sidesJson(output.before, output.after, output.sensitive ? WHOLE : NONE);
  return { actions: [outputAction(output)], ...sides };
}

function outputAction(output: OutputChange): string {
  if (output.before === undefined) return 'create';
  if (output.sensitive || looksEqual(output.before, output.after)) return 'no-op';
  return 'update';
}
