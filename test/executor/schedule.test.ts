import { describe, expect, it } from 'vitest';
import type { ChangeNode } from '../../src/planner/graph.ts';
import { schedule, type NodeEnd } from '../../src/executor/schedule.ts';
import { change } from '../_helpers/plan-builder.ts';

/** `{ b: ['a'] }`: b waits for a. Weights fall with the order of the keys. */
function nodes(after: Readonly<Record<string, readonly string[]>>): readonly ChangeNode[] {
  return Object.entries(after).map(([id, needs], index) => ({
    id,
    change: change({ address: `fake.boxes.${id}` }),
    part: 'apply',
    after: needs,
    weight: 100 - index,
  }));
}

interface Told {
  readonly events: string[];
  readonly ended: Promise<void>;
  /** Ends a running node. */
  end(id: string, end?: NodeEnd): Promise<void>;
  stop(): void;
}

function begin(graph: readonly ChangeNode[]): Told {
  const events: string[] = [];
  const running = new Map<string, (end: NodeEnd) => void>();
  let isStopped = false;
  const ended = schedule({
    nodes: graph,
    run: (node) => {
      events.push(`start ${node.id}`);
      return new Promise((resolve) => running.set(node.id, resolve));
    },
    onBlocked: (node, by) => events.push(`${node.id} blocked by ${by}`),
    onNotStarted: (node) => events.push(`${node.id} not started`),
    isStopped: () => isStopped,
  });
  return {
    events,
    ended,
    async end(id, end = 'done') {
      running.get(id)?.(end);
      await new Promise((resolve) => void setImmediate(resolve));
    },
    stop() {
      isStopped = true;
    },
  };
}

describe('schedule', () => {
  it('starts a node as soon as what it waits for is done, without levels', async () => {
    const told = begin(
      nodes({ slow: [], quick: [], afterQuick: ['quick'], last: ['slow', 'afterQuick'] }),
    );
    expect(told.events).toEqual(['start slow', 'start quick']);
    await told.end('quick');
    expect(told.events).toEqual(['start slow', 'start quick', 'start afterQuick']);
    await told.end('afterQuick');
    expect(told.events).not.toContain('start last');
    await told.end('slow');
    await told.end('last');
    await told.ended;
    expect(told.events.at(-1)).toBe('start last');
  });

  it('starts the longest remaining path first', async () => {
    const heavy = nodes({ light: [], heavy: [] }).map((node) =>
      node.id === 'heavy' ? { ...node, weight: 1_000 } : node,
    );
    const told = begin(heavy);
    expect(told.events).toEqual(['start heavy', 'start light']);
    await told.end('heavy');
    await told.end('light');
    await told.ended;
  });

  it.each(['failed', 'skipped'] as const)('blocks what waits for a node that %s', async (end) => {
    const told = begin(nodes({ a: [], other: [], b: ['a'], c: ['b', 'other'] }));
    await told.end('a', end);
    await told.end('other');
    await told.ended;
    expect(told.events).toEqual(['start a', 'start other', 'b blocked by a', 'c blocked by b']);
  });

  it('starts nothing after a stop, and says what was not started', async () => {
    const told = begin(nodes({ a: [], b: ['a'], c: ['b'] }));
    told.stop();
    await told.end('a');
    await told.ended;
    expect(told.events).toEqual(['start a', 'b not started', 'c not started']);
  });

  it('starts nothing at all when it is stopped before', async () => {
    const events: string[] = [];
    await schedule({
      nodes: nodes({ a: [], b: ['a'], c: ['a'], d: [] }),
      run: () => Promise.resolve('done'),
      onBlocked: (node) => events.push(`${node.id} blocked`),
      onNotStarted: (node) => events.push(node.id),
      isStopped: () => true,
    });
    expect(events.toSorted()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('starts those that one node released by weight, then by name', async () => {
    const graph = nodes({ a: [], z: ['a'], m: ['a'], heavy: ['a'] }).map((node) => ({
      ...node,
      weight: node.id === 'heavy' ? 9 : 1,
    }));
    const told = begin(graph);
    await told.end('a');
    expect(told.events.slice(1)).toEqual(['start heavy', 'start m', 'start z']);
    for (const id of ['heavy', 'm', 'z']) await told.end(id);
    await told.ended;
  });

  it('tells of all that a failed node holds up, however long the chain', async () => {
    const length = 20_000;
    const chain = Object.fromEntries(
      Array.from({ length }, (_, at) => [`n${at}`, at === 0 ? [] : [`n${at - 1}`]]),
    );
    const told = begin(nodes(chain));
    await told.end('n0', 'failed');
    await told.ended;
    expect(told.events).toHaveLength(length);
    expect(told.events.at(-1)).toBe(`n${length - 1} blocked by n${length - 2}`);
  });

  it('ends at once when there is nothing to do', async () => {
    await expect(begin([]).ended).resolves.toBeUndefined();
  });

  it('reports nodes that wait for each other as a bug instead of hanging', async () => {
    await expect(begin(nodes({ a: ['b'], b: ['a'] })).ended).rejects.toMatchObject({
      code: 'internal',
    });
  });
});
