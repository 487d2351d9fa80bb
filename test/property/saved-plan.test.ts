import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sameJson } from '../../src/core/resolve.ts';
import { approvedPart, readSavedPlan, savedPlan } from '../../src/commands/saved-plan.ts';
import type { Plan } from '../../src/planner/plan.ts';
import type { LoadedState } from '../../src/state/contract.ts';
import { planJson } from '../../src/views/json/plan-json.ts';
import { planInput } from '../_helpers/planner-builder.ts';
import { runs } from '../_helpers/property-runs.ts';
import { planConfirmed } from '../_helpers/pure-apply.ts';
import { randomWorld } from '../_helpers/random-world.ts';

const LOADED = { state: planInput({}).prior, fresh: false } as unknown as LoadedState;
const ORGANIZATIONS = { fake: { id: 'o', name: 'Acme' } };

const saved = (plan: Plan) => readSavedPlan(savedPlan(plan, LOADED, ORGANIZATIONS, 'plan'));

/** Address → what a plan file says of its change. */
function rows(plan: Plan): ReadonlyMap<string, unknown> {
  const list = planJson(plan, { version: '' })['resource_changes'] as readonly {
    address: string;
    change: unknown;
    id?: string;
  }[];
  return new Map(list.map((row) => [row.address, { change: row.change, id: row.id }]));
}

describe('a plan file', () => {
  it('that was written and read approves all of the plan, and nothing is skipped', () => {
    fc.assert(
      fc.property(randomWorld, (world) => {
        const { plan } = planConfirmed(world);
        const again = planConfirmed(world).plan;
        const approved = approvedPart(again, saved(plan));
        expect(approved.skipped).toEqual([]);
        expect(approved.plan.changes).toEqual(again.changes);
        expect(approved.plan.partial).toBe(again.partial);
      }),
      runs(200),
    );
  });

  it('approves of another plan only what both say in the same words', () => {
    fc.assert(
      fc.property(randomWorld, randomWorld, (world, other) => {
        const [shown, now] = [planConfirmed(world).plan, planConfirmed(other).plan];
        const { plan, skipped } = approvedPart(now, saved(shown));
        const [told, current] = [rows(shown), rows(now)];
        const active = plan.changes.filter((change) => change.action !== 'no-op');
        for (const { address } of active) {
          expect(sameJson(told.get(address) as never, current.get(address) as never)).toBe(true);
        }
        const planned = now.changes.filter((change) => change.action !== 'no-op');
        const named = new Set<string>(skipped.map((item) => item.address));
        const out = planned.filter((change) => named.has(change.address));
        const kept = [...active, ...out].map((change) => change.address);
        expect(kept.toSorted()).toEqual(planned.map((change) => change.address).toSorted());
        const missing = new Set<string>(out.map((change) => change.address));
        const waiting = active.filter((item) => item.dependsOn.some((below) => missing.has(below)));
        expect(waiting).toEqual([]);
      }),
      runs(200),
    );
  });
});
