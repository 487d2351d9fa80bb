import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createGate, inside } from '../../src/executor/gate.ts';
import { schedule, type NodeEnd } from '../../src/executor/schedule.ts';
import { executionGraph, type ChangeNode } from '../../src/planner/graph.ts';
import type { Action, ResourceChange } from '../../src/planner/plan.ts';
import { change } from '../_helpers/plan-builder.ts';
import { entry } from '../_helpers/planner-builder.ts';
import { runs } from '../_helpers/property-runs.ts';

const ACTIONS: readonly Action[] = ['create', 'update', 'replace', 'delete', 'forget', 'no-op'];
const names = fc.option(fc.constantFrom('x', 'y', 'z'), { nil: undefined });
const few = fc.array(fc.nat(9), { maxLength: 3 });

/**
 * Changes that refer to earlier ones, as a loaded stack's do. What they depended on before may be
 * anything: an interrupted apply can have recorded two that depend on each other.
 */
const someChanges: fc.Arbitrary<readonly ResourceChange[]> = fc
  .array(
    fc.record({
      action: fc.constantFrom(...ACTIONS),
      needs: few,
      before: few,
      names,
      freed: names,
    }),
    { maxLength: 10 },
  )
  .map((drafts) => {
    const all = drafts.map((_, index) => `fake.boxes.b${index}`);
    const at = (places: readonly number[], below: number): readonly string[] => [
      ...new Set(places.filter((place) => place < below).flatMap((place) => all[place] ?? [])),
    ];
    return drafts.map((draft, index) => {
      const goes = draft.action === 'delete' || draft.action === 'forget';
      const frees = draft.action === 'update' || draft.action === 'replace';
      return {
        ...change({ address: all[index] ?? '', action: draft.action }),
        desired: goes ? undefined : entry(`boxes.b${index}`),
        dependsOn: (goes ? at(draft.before, all.length) : at(draft.needs, index)) as never,
        ...(goes ? {} : { previousDependsOn: at(draft.before, all.length) }),
        ...(draft.names === undefined ? {} : { naturalKey: draft.names }),
        ...(draft.freed === undefined || !frees ? {} : { freedKey: draft.freed }),
      };
    });
  });

const someGraph: fc.Arbitrary<readonly ChangeNode[]> = fc
  .array(fc.record({ needs: few, weight: fc.nat(3) }), { maxLength: 10 })
  .map((drafts) =>
    drafts.map(({ needs, weight }, index) => ({
      id: `n${index}`,
      change: change({ address: `fake.boxes.n${index}` }),
      part: 'apply' as const,
      after: [...new Set(needs.filter((need) => need < index))].map((need) => `n${need}`),
      weight,
    })),
  );

interface Fate {
  readonly durationMs: number;
  readonly end: NodeEnd;
}

const fates: fc.Arbitrary<readonly Fate[]> = fc.array(
  fc.record({
    durationMs: fc.nat(20),
    end: fc.constantFrom('done', 'done', 'done', 'done', 'failed', 'skipped', 'interrupted'),
  }),
  { minLength: 10, maxLength: 10 },
);

interface Told {
  readonly started: ReadonlyMap<string, number>;
  readonly ended: ReadonlyMap<string, NodeEnd>;
  readonly blocked: ReadonlyMap<string, string>;
  readonly notStarted: readonly string[];
  readonly sendingMost: number;
}

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** Runs a graph on a clock that jumps from end to end; checks each moment in between. */
async function play(
  nodes: readonly ChangeNode[],
  drawn: readonly Fate[],
  stopMs: number,
  sendingMax: number,
): Promise<Told> {
  const gate = createGate(sendingMax);
  const running: { readonly atMs: number; readonly finish: () => void }[] = [];
  const started = new Map<string, number>();
  const ended = new Map<string, NodeEnd>();
  const blocked = new Map<string, string>();
  const notStarted: string[] = [];
  let nowMs = 0;
  let sending = 0;
  let sendingMost = 0;
  let isOver = false;
  const run = async (node: ChangeNode): Promise<NodeEnd> => {
    expect(started.has(node.id)).toBe(false);
    expect(node.after.filter((id) => ended.get(id) !== 'done')).toEqual([]);
    expect(nowMs < stopMs).toBe(true);
    started.set(node.id, nowMs);
    const fate = drawn[Number(node.id.slice(1))] ?? { durationMs: 1, end: 'done' };
    await inside(gate, node.weight, async () => {
      sending += 1;
      sendingMost = Math.max(sendingMost, sending);
      const atMs = nowMs + fate.durationMs;
      await new Promise<void>((finish) => void running.push({ atMs, finish }));
      sending -= 1;
    });
    ended.set(node.id, fate.end);
    return fate.end;
  };
  const over = schedule({
    nodes,
    run,
    onBlocked: (node, by) => void blocked.set(node.id, by),
    onNotStarted: (node) => void notStarted.push(node.id),
    isStopped: () => nowMs >= stopMs,
  }).then(() => (isOver = true));
  for (let moments = 0; moments <= nodes.length + 1; moments += 1) {
    await turn();
    const standing = nowMs < stopMs ? waiting(nodes, started, ended) : [];
    expect(standing).toEqual([]);
    running.sort((a, b) => a.atMs - b.atMs);
    const next = running.shift();
    if (next === undefined) break;
    nowMs = next.atMs;
    next.finish();
  }
  await turn();
  expect(isOver).toBe(true);
  await over;
  return { started, ended, blocked, notStarted, sendingMost };
}

/** Nodes whose dependencies are done and that stand still nevertheless. */
function waiting(
  nodes: readonly ChangeNode[],
  started: ReadonlyMap<string, number>,
  ended: ReadonlyMap<string, NodeEnd>,
): readonly string[] {
  const isReady = (node: ChangeNode): boolean => node.after.every((id) => ended.get(id) === 'done');
  return nodes.filter((node) => !started.has(node.id) && isReady(node)).map((node) => node.id);
}

describe('the graph of any changes', () => {
  it('has no circle, and every node follows what its change refers to', () => {
    fc.assert(
      fc.property(someChanges, (changes) => {
        const nodes = executionGraph(changes);
        const ids = new Set(nodes.map((node) => node.id));
        const done = new Set<string>();
        for (let before = -1; before < done.size;) {
          before = done.size;
          for (const node of nodes) if (node.after.every((id) => done.has(id))) done.add(node.id);
        }
        expect([...ids].filter((id) => !done.has(id))).toEqual([]);
        for (const node of nodes) {
          if (node.part === 'delete' || node.change.desired === undefined) continue;
          const needed = node.change.dependsOn.filter((below) => ids.has(below));
          expect(node.after).toEqual(expect.arrayContaining(needed));
        }
      }),
      runs(2_000),
    );
  });
});

describe('the schedule of any graph', () => {
  it('runs each node once, after its dependencies, as soon as it can, and ends', async () => {
    const stops = fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.nat(60));
    await fc.assert(
      fc.asyncProperty(
        someGraph,
        fates,
        stops,
        fc.integer({ min: 1, max: 3 }),
        async (...drawn) => {
          const [nodes, drawnFates, stopMs, sendingMax] = drawn;
          const told = await play(nodes, drawnFates, stopMs, sendingMax);
          expect(told.sendingMost).toBeLessThanOrEqual(sendingMax);
          for (const node of nodes) {
            const verdicts = [
              told.ended.has(node.id),
              told.blocked.has(node.id),
              told.notStarted.includes(node.id),
            ];
            expect(verdicts.filter((verdict) => verdict)).toHaveLength(1);
            const by = told.blocked.get(node.id);
            if (by === undefined) continue;
            expect(node.after).toContain(by);
            expect(told.ended.get(by)).not.toBe('done');
          }
          expect(stopMs < Number.POSITIVE_INFINITY || told.notStarted.length === 0).toBe(true);
        },
      ),
      runs(400),
    );
  });
});
