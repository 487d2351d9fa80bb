import type { Json, JsonObject } from '../core/json.ts';
import type { Intent } from '../core/prior.ts';
import { withValueAt } from '../core/resolve.ts';
import { toJson, type ValueObject } from '../core/value.ts';
import type { ResourceChange } from '../planner/plan.ts';
import { indexRoles, unitsOf } from '../planner/role-index.ts';
import type { ProviderKind, StepInput } from '../providers/contract.ts';
import type { DesiredFields } from './desired-fields.ts';
import { hiddenFields } from './hidden-fields.ts';
import { required, timingFor, type Run } from './run.ts';
import { lifecycleOf, withoutSecrets } from './state-entry.ts';

export interface IntentInput {
  readonly change: ResourceChange;
  readonly kind: ProviderKind;
  readonly fields: DesiredFields;
  readonly step: StepInput;
}

/** The intent of one try, as it is about to leave. `seen`: IDs of its namesakes. */
export function intentOf(run: Run, input: IntentInput, seen: readonly string[]): Intent {
  const { change, kind, fields } = input;
  const nowMs = run.clock.now();
  const { requestMsMax, listLagMs } = timingFor(run, kind);
  const scope = input.step.scope;
  return {
    address: change.address,
    type: kind.type,
    attempt: run.attemptName(),
    naturalKey: required(kind.key.of(fields.canonical), `the natural key of ${change.address}`),
    ...(scope === undefined ? {} : { scope }),
    seen,
    immutable: immutableFields(kind, fields.canonical),
    sent: withoutSecrets(fields.resolved),
    writeOnly: hiddenFields(kind, fields.canonical, {}),
    lifecycle: lifecycleOf(required(change.desired, 'the manifest entry')),
    dependsOn: change.dependsOn.toSorted(),
    sentAtMs: nowMs,
    serverTimeMs: run.accounts.client(kind).lastServerTimeMs(),
    visibleByMs: kind.key.unique ? nowMs : nowMs + requestMsMax + listLagMs,
  };
}

function immutableFields(kind: ProviderKind, fields: ValueObject): JsonObject {
  let immutable: ValueObject = {};
  for (const unit of unitsOf(indexRoles(kind), fields)) {
    const value: Json | undefined = toJson(unit.value);
    if (unit.role.immutable !== true || unit.role.sensitive === true || value === undefined)
      continue;
    immutable = withValueAt(immutable, unit.path, value);
  }
  return withoutSecrets(immutable);
}
