import { keyOf, toAddress, typeOf } from '../../src/core/address.ts';
import type { FieldChange, Plan, ResourceChange } from '../../src/planner/plan.ts';

/** A change with everything a test does not speak of left empty: an update without a field. */
export function change(
  parts: Partial<Omit<ResourceChange, 'address'>> & { readonly address: string },
): ResourceChange {
  const type = typeOf(parts.address);
  return {
    type,
    action: 'update',
    reason: 'fields-differ',
    causes: [],
    id: undefined,
    live: undefined,
    before: undefined,
    after: undefined,
    fields: [],
    patch: [],
    risks: [],
    risk: 'none',
    steps: [],
    restore: {},
    notes: [],
    dependsOn: [],
    cascade: [],
    importing: undefined,
    previousAddress: undefined,
    desired: undefined,
    position: undefined,
    labels: {},
    writeOnly: [],
    ...parts,
    address: toAddress(type, keyOf(parts.address)),
  };
}

/** A field that the manifest changes. */
export function field(
  pointer: string,
  before: FieldChange['before'],
  after: FieldChange['after'],
  parts: Partial<FieldChange> = {},
): FieldChange {
  const plain = { causes: ['manifest'], sensitive: false, immutable: false } as const;
  return { pointer, before, after, ...plain, ...parts };
}

/** A complete plan of these changes and nothing else. */
export function plan(changes: readonly ResourceChange[], parts: Partial<Plan> = {}): Plan {
  return {
    stack: 'acme',
    environment: 'default',
    createdAtMs: Date.UTC(2026, 0, 2, 3, 4, 5),
    changes,
    drift: [],
    unmanaged: [],
    outputs: [],
    diagnostics: [],
    undetermined: [],
    partial: false,
    incomplete: false,
    estimate: { requests: 0, criticalPath: 0, durationMs: 0 },
    ...parts,
  };
}
