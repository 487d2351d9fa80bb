import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasUnknown } from '../../src/core/value.ts';
import { executionGraph } from '../../src/planner/graph.ts';
import type { ResourceChange } from '../../src/planner/plan.ts';
import { runs } from '../_helpers/property-runs.ts';
import { applied, planConfirmed } from '../_helpers/pure-apply.ts';
import { randomWorld } from '../_helpers/random-world.ts';

const isBox = (change: ResourceChange): boolean => change.type === 'fake.boxes';
const isLabel = (change: ResourceChange): boolean => change.type === 'fake.labels';

/** The order in which labels run, as pairs: each with those before it. */
function orderOf(changes: readonly ResourceChange[]): readonly string[] {
  const labels = new Set<string>(changes.filter(isLabel).map((change) => change.address));
  return executionGraph(changes)
    .filter((node) => labels.has(node.change.address))
    .flatMap((node) =>
      node.after.filter((id) => labels.has(id)).map((earlier) => `${earlier} then ${node.id}`),
    )
    .toSorted();
}

describe('a plan with values that are not known yet', () => {
  it('is the one that is made when they are known', () => {
    let unknown = 0;
    fc.assert(
      fc.property(randomWorld, (world) => {
        const before = planConfirmed(world);
        fc.pre(before.plan.undetermined.length === 0);
        // Labels refer to boxes in fields that can change; what is inside a box goes with it.
        const known = planConfirmed(applied(world, before, isBox));
        const labels = before.plan.changes.filter(isLabel);
        expect(orderOf(known.plan.changes)).toEqual(orderOf(before.plan.changes));
        for (const change of labels) {
          const then = known.plan.changes.find((item) => item.address === change.address);
          expect([change.address, then?.action]).toEqual([change.address, change.action]);
          const fields = new Map(change.fields.map((field) => [field.pointer, field.after]));
          expect(then?.fields.map((field) => field.pointer)).toEqual([...fields.keys()]);
          for (const field of then?.fields ?? []) {
            const told = fields.get(field.pointer);
            const isOpen = told !== undefined && hasUnknown(told);
            unknown += isOpen ? 1 : 0;
            expect(isOpen ? told : field.after).toEqual(told);
            // What refers to labels that are not there yet stays unknown.
            expect(field.after !== undefined && hasUnknown(field.after)).toBe(
              isOpen && field.pointer === '/also',
            );
          }
        }
      }),
      runs(400),
    );
    expect(unknown).toBeGreaterThan(50);
  });

  it('never sends before what it waits for', () => {
    fc.assert(
      fc.property(randomWorld, (world) => {
        const { plan } = planConfirmed(world);
        for (const change of plan.changes) {
          for (const field of change.fields) {
            if (field.after === undefined || !hasUnknown(field.after)) continue;
            const above = change.dependsOn.filter((below) =>
              plan.changes.some(
                (other) => other.address === below && ['create', 'replace'].includes(other.action),
              ),
            );
            expect([change.address, above.length > 0]).toEqual([change.address, true]);
          }
        }
      }),
      runs(200),
    );
  });
});
