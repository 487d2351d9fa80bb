import jsonPatch from 'fast-json-patch';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyOf } from '../../src/core/address.ts';
import { normaliseField } from '../../src/core/normalise/normalise-field.ts';
import { fromPointer, resolveFields, valueAt } from '../../src/core/resolve.ts';
import type { Inventory, LiveObject } from '../../src/core/live.ts';
import type { StateResource } from '../../src/core/prior.ts';
import { hasUnknown, toJson, type ValueObject } from '../../src/core/value.ts';
import { executionGraph } from '../../src/planner/graph.ts';
import type { PlanResult } from '../../src/planner/input.ts';
import { confirmationKey } from '../../src/planner/input.ts';
import { indexRoles } from '../../src/planner/role-index.ts';
import { inventoriesOf, KINDS, planOf, type World } from '../_helpers/planner-builder.ts';
import { randomWorld } from '../_helpers/random-world.ts';

const RUNS = { numRuns: 300 };

/** Plans as the executor does: what the plan asks to confirm is read by ID, and planned again. */
function plan(world: World): PlanResult {
  const confirmed = new Map<string, LiveObject | undefined>();
  let result = planOf({ ...world, confirmed });
  for (let round = 0; round < 5 && result.toConfirm.length > 0; round += 1) {
    for (const { type, id } of result.toConfirm) {
      const live = world.objects?.find((item) => item.type === type && item.id === id);
      confirmed.set(confirmationKey(type, id), live);
    }
    result = planOf({ ...world, confirmed });
  }
  expect(result.toConfirm).toEqual([]);
  return result;
}

/** A plan without what compares badly: functions of the manifest entries. */
function shape(result: PlanResult): unknown {
  const changes = result.plan.changes.map(({ desired, ...rest }) => ({
    ...rest,
    isWanted: desired !== undefined,
  }));
  return { ...result.plan, changes };
}

/** The world after a perfect apply of a plan: live as asked for, the state as the apply leaves it. */
function applied(world: World, result: PlanResult): World {
  const objects = new Map(world.objects?.map((item) => [`${item.type} ${item.id}`, item]));
  const state: Record<string, StateResource> = {};
  const open = new Set(result.plan.undetermined.map((item) => String(item.address)));
  for (const [short, item] of Object.entries(world.state ?? {})) {
    if (open.has(`fake.${short}`)) state[short] = item;
  }
  for (const change of result.plan.changes) {
    if (change.desired === undefined || change.action === 'replace') {
      objects.delete(`${change.type} ${change.id ?? ''}`);
    }
  }
  const ids = new Map<string, string>();
  const byAddress = new Map(result.plan.changes.map((item) => [String(item.address), item]));
  const settle = (address: string): void => {
    const change = byAddress.get(address);
    if (change?.desired === undefined || ids.has(address)) return;
    for (const below of change.dependsOn) settle(below);
    const isNew = change.action === 'create' || change.action === 'replace';
    const id = isNew ? `new-${keyOf(address)}` : (change.id ?? '');
    ids.set(address, id);
    const fields = resolveFields(change.desired.fields, {
      attribute: () => '',
      reference: (reference) => ids.get(reference.value) ?? '',
      secret: () => {
        throw new Error('no secrets here');
      },
    });
    const before = isNew ? {} : (change.live?.fields ?? {});
    const live = merged(before, fields);
    const box = fields['box'];
    const scope = typeof box === 'string' ? { scope: box } : {};
    const { type } = change;
    objects.set(`${type} ${id}`, {
      type,
      id,
      ...scope,
      fields: live,
      attributes: {},
      status: 'settled',
    });
    state[address.replace('fake.', '')] = {
      id,
      type,
      ...scope,
      name: keyOf(address),
      sent: toJson(fields) as never,
      read: toJson(live) as never,
      attributes: {},
      digests: {},
      lifecycle: { protect: false, onRemove: 'delete' },
      dependsOn: change.dependsOn,
    };
  };
  for (const change of result.plan.changes) settle(change.address);
  return { ...world, objects: [...objects.values()], state };
}

function merged(before: ValueObject, fields: ValueObject): ValueObject {
  const limits = { ...(before['limits'] as ValueObject), ...(fields['limits'] as ValueObject) };
  return { ...before, ...fields, ...(Object.keys(limits).length > 0 ? { limits } : {}) };
}

function shuffled<T>(items: readonly T[], seed: number): readonly T[] {
  return items
    .map((item, index) => ({ item, at: (Math.imul(index + 1, seed | 1) >>> 7) % 97 }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item);
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
        expect(shape(plan(other))).toEqual(shape(plan(world)));
      }),
      RUNS,
    );
  });

  it('holds every resource of stack and state exactly once, planned or undetermined', () => {
    fc.assert(
      fc.property(randomWorld, (world) => {
        const { plan: made } = plan(world);
        const told = [...made.changes, ...made.undetermined].map((item) => String(item.address));
        const all = new Set([
          ...(world.entries ?? []).map((item) => String(item.address)),
          ...Object.keys(world.state ?? {}).map((short) => `fake.${short}`),
        ]);
        expect(told.toSorted()).toEqual([...all].toSorted());
      }),
      RUNS,
    );
  });

  it('is empty after it was applied', () => {
    fc.assert(
      fc.property(randomWorld, (world) => {
        const first = plan(world);
        fc.pre(first.plan.undetermined.length === 0);
        const second = plan(applied(world, first));
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
        const deletes = plan(world).plan.changes.filter((change) => change.action === 'delete');
        expect(deletes.filter((change) => !ids.has(change.id ?? ''))).toEqual([]);
      }),
      RUNS,
    );
  });

  it('runs without a circle, each node after what it needs', () => {
    fc.assert(
      fc.property(randomWorld, (world) => {
        const nodes = executionGraph(plan(world).plan.changes);
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
        for (const change of plan(world).plan.changes) {
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
        const { plan: made } = plan({ ...world, inventories });
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
});
