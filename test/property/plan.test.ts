import jsonPatch from 'fast-json-patch';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Inventory } from '../../src/core/live.ts';
import { normaliseField } from '../../src/core/normalise/normalise-field.ts';
import { fromPointer, valueAt } from '../../src/core/resolve.ts';
import { hasUnknown, toJson } from '../../src/core/value.ts';
import { executionGraph } from '../../src/planner/graph.ts';
import type { PlanResult } from '../../src/planner/input.ts';
import type { ResourceChange } from '../../src/planner/plan.ts';
import { indexRoles } from '../../src/planner/role-index.ts';
import { planJson } from '../../src/views/json/plan-json.ts';
import { inventoriesOf, KINDS, type World } from '../_helpers/planner-builder.ts';
import { runs } from '../_helpers/property-runs.ts';
import { applied, planConfirmed } from '../_helpers/pure-apply.ts';
import { shuffled as shuffledBy } from '../_helpers/random-stack-files.ts';
import { randomWorld } from '../_helpers/random-world.ts';
import { createSeededRandom } from '../_helpers/seeded-random.ts';

const RUNS = runs(300);

/** A plan without what compares badly (functions of the manifest entries), its JSON and graph. */
function shape(result: PlanResult): unknown {
  const changes = result.plan.changes.map(({ desired, ...rest }) => ({
    ...rest,
    isWanted: desired !== undefined,
  }));
  return {
    plan: { ...result.plan, changes },
    json: JSON.stringify(planJson(result.plan, { version: '' })),
    graph: executionGraph(result.plan.changes).map(({ id, part, after, weight }) => ({
      id,
      part,
      after,
      weight,
    })),
  };
}

/** What a plan would send: address, action and, for an update, the fields. */
function writesOf(changes: readonly ResourceChange[]): readonly string[] {
  return changes.flatMap(({ address, action, fields }) => {
    if (!['create', 'update', 'replace', 'delete'].includes(action)) return [];
    return [`${action} ${address} ${fields.map((field) => field.pointer).join()}`];
  });
}

/** The world as one of its lists shows it when it breaks off: with all of it, some, or nothing. */
function withBrokenList(world: World, at: number, keeps: number): World {
  const lists = inventoriesOf(world.objects ?? []);
  const broken = lists[at % lists.length];
  const inventories: readonly Inventory[] = lists.map((item) =>
    item === broken
      ? { ...item, complete: false, objects: item.objects.slice(0, keeps % 4) }
      : item,
  );
  return { ...world, inventories };
}

function shuffled<T>(items: readonly T[], seed: number): readonly T[] {
  return shuffledBy(createSeededRandom(seed), items);
}

describe('a plan of any stack, state and account', () => {
  it('is the same whatever the order of entries, state and lists', () => {
    fc.assert(
      fc.property(randomWorld, fc.nat(), (world, seed) => {
        const other: World = {
          ...world,
          entries: shuffled(world.entries ?? [], seed),
          state: Object.fromEntries(shuffled(Object.entries(world.state ?? {}), seed)),
          inventories: shuffled(inventoriesOf(world.objects ?? []), seed).map((item) => ({
            ...item,
            objects: shuffled(item.objects, seed),
          })),
        };
        expect(shape(planConfirmed(other))).toEqual(shape(planConfirmed(world)));
      }),
      RUNS,
    );
  });

  it('holds every resource of stack and state exactly once, planned or undetermined', () => {
    fc.assert(
      fc.property(randomWorld, (world) => {
        const { plan: made } = planConfirmed(world);
        const told = [...made.changes, ...made.undetermined].map((item) => String(item.address));
        const all = new Set([
          ...(world.entries ?? []).map((item) => String(item.address)),
          ...Object.keys(world.state ?? {}).map((short) => `fake.${short}`),
        ]);
        expect(told.toSorted()).toEqual([...all].toSorted());
        const planned = made.changes.map((change) => String(change.address));
        expect(planned).toEqual(planned.toSorted());
      }),
      RUNS,
    );
  });

  it('is empty after it was applied', () => {
    fc.assert(
      fc.property(randomWorld, (world) => {
        const first = planConfirmed(world);
        fc.pre(first.plan.undetermined.length === 0);
        const second = planConfirmed(applied(world, first));
        const left = second.plan.changes.filter((change) => change.action !== 'no-op');
        expect(left.map((change) => [change.address, change.action, change.reason])).toEqual([]);
        expect(second.plan.undetermined).toEqual([]);
        expect(second.plan.drift).toEqual([]);
      }),
      RUNS,
    );
  });

  it('deletes nothing that is not in the state', () => {
    fc.assert(
      fc.property(randomWorld, (world) => {
        const ids = new Set(Object.values(world.state ?? {}).map((item) => item.id));
        const deletes = planConfirmed(world).plan.changes.filter(
          (change) => change.action === 'delete',
        );
        expect(deletes.filter((change) => !ids.has(change.id ?? ''))).toEqual([]);
      }),
      RUNS,
    );
  });

  it('runs without a circle, each node after what it needs', () => {
    fc.assert(
      fc.property(randomWorld, (world) => {
        const nodes = executionGraph(planConfirmed(world).plan.changes);
        const done = new Map<string, number>();
        for (let before = -1; before < done.size;) {
          before = done.size;
          for (const node of nodes) {
            if (!done.has(node.id) && node.after.every((id) => done.has(id))) {
              done.set(node.id, done.size);
            }
          }
        }
        expect(done.size).toBe(nodes.length);
        for (const node of nodes) {
          if (node.part !== 'apply' || node.change.desired === undefined) continue;
          for (const below of node.change.dependsOn) {
            expect(done.get(below) ?? -1).toBeLessThan(done.get(node.id) ?? -1);
          }
        }
      }),
      RUNS,
    );
  });

  it('makes the fields of before into those of after by its patch', () => {
    fc.assert(
      fc.property(randomWorld, (world) => {
        for (const change of planConfirmed(world).plan.changes) {
          if (change.desired === undefined || change.action === 'no-op') continue;
          const kind = KINDS.get(change.type);
          if (kind === undefined) throw new Error('no kind');
          const { roles } = indexRoles(kind);
          const before = structuredClone(toJson(change.before ?? {}));
          const patched = jsonPatch.applyPatch(
            before,
            structuredClone(change.patch) as never,
            true,
          );
          for (const field of change.fields) {
            if (field.after === undefined || hasUnknown(field.after)) continue;
            const now = valueAt(patched.newDocument, fromPointer(field.pointer));
            const role = roles.get(field.pointer);
            if (now === undefined || role === undefined) throw new Error(`no ${field.pointer}`);
            expect(normaliseField(role, now)).toEqual(field.after);
          }
        }
      }),
      RUNS,
    );
  });

  it('never changes anything in an incomplete list, nor what depends on it', () => {
    const which = fc.nat();
    fc.assert(
      fc.property(randomWorld, which, fc.boolean(), (world, at, keeps) => {
        const lists = inventoriesOf(world.objects ?? []);
        const broken = lists[at % lists.length];
        if (broken === undefined) return;
        const inventories: readonly Inventory[] = lists.map((item) =>
          item === broken ? { ...item, complete: false, objects: keeps ? item.objects : [] } : item,
        );
        const { plan: made } = planConfirmed({ ...world, inventories });
        const touched = made.changes.filter(
          (change) => change.action !== 'no-op' && change.action !== 'forget',
        );
        const held = new Set(broken.objects.map((item) => item.id));
        const open = new Set(made.undetermined.map((item) => String(item.address)));
        for (const change of touched) {
          expect(change.type === broken.type && held.has(change.id ?? '')).toBe(false);
          expect(change.dependsOn.filter((below) => open.has(below) && change.desired)).toEqual([]);
          const goes = change.action === 'delete' || change.action === 'replace';
          expect(goes && change.id === broken.scope).toBe(false);
        }
        expect(made.incomplete).toBe(true);
      }),
      RUNS,
    );
  });

  it('writes nothing more because a list is incomplete', () => {
    fc.assert(
      fc.property(randomWorld, fc.nat(), fc.nat(3), (world, at, keeps) => {
        const whole = new Set(writesOf(planConfirmed(world).plan.changes));
        const broken = planConfirmed(withBrokenList(world, at, keeps));
        expect(writesOf(broken.plan.changes).filter((write) => !whole.has(write))).toEqual([]);
      }),
      RUNS,
    );
  });
});
