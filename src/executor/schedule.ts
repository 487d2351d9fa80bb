import { TrueupError } from '../core/errors.ts';
import type { ChangeNode } from '../planner/graph.ts';
import { createWakeup } from './wakeup.ts';

/** How one node ended; anything but `done` blocks what comes after it. */
export type NodeEnd = 'done' | 'failed' | 'skipped' | 'interrupted';

export interface ScheduleInput {
  readonly nodes: readonly ChangeNode[];
  /** Runs one node; never throws. */
  readonly run: (node: ChangeNode) => Promise<NodeEnd>;
  readonly onBlocked: (node: ChangeNode, by: string) => void;
  readonly onNotStarted: (node: ChangeNode) => void;
  /** When true nothing new is started. */
  readonly isStopped: () => boolean;
}

/**
 * Starts each node as soon as its dependencies are done, longest remaining path first; the gate
 * bounds how many send. No levels, no barriers. Resolves when nothing runs and nothing more can.
 */
export async function schedule(input: ScheduleInput): Promise<void> {
  const progress = trackDependencies(input.nodes);
  const wakeup = createWakeup();
  const running = new Set<string>();
  const runOne = async (node: ChangeNode): Promise<void> => {
    const end = await input.run(node);
    running.delete(node.id);
    release(node, end);
    wakeup.wake();
  };
  const start = (node: ChangeNode): void => {
    running.add(node.id);
    void runOne(node);
  };
  const release = (node: ChangeNode, end: NodeEnd): void => {
    for (const next of progress.release(node, end)) {
      if (input.isStopped()) {
        input.onNotStarted(next.node);
        release(next.node, 'interrupted');
      } else if (next.blockedBy === undefined) start(next.node);
      else {
        input.onBlocked(next.node, next.blockedBy);
        release(next.node, 'failed');
      }
    }
  };
  for (const node of heaviestFirst(input.nodes.filter((item) => item.after.length === 0))) {
    if (input.isStopped()) {
      input.onNotStarted(node);
      release(node, 'interrupted');
    } else start(node);
  }
  while (running.size > 0) await wakeup.wait();
  if (progress.left() > 0) {
    throw new TrueupError('internal', 'the changes wait for each other in a circle');
  }
}

interface Released {
  readonly node: ChangeNode;
  readonly blockedBy: string | undefined;
}

function trackDependencies(nodes: readonly ChangeNode[]): {
  release(node: ChangeNode, end: NodeEnd): readonly Released[];
  left(): number;
} {
  const open = new Map(nodes.map((node) => [node.id, node.after.length]));
  const blockedBy = new Map<string, string>();
  const dependents = new Map<string, ChangeNode[]>();
  let left = nodes.length;
  for (const node of nodes) {
    for (const earlier of node.after) {
      const known = dependents.get(earlier);
      if (known === undefined) dependents.set(earlier, [node]);
      else known.push(node);
    }
  }
  return {
    left: () => left,
    release(node, end) {
      left -= 1;
      const released: ChangeNode[] = [];
      for (const next of dependents.get(node.id) ?? []) {
        if (end !== 'done' && !blockedBy.has(next.id)) blockedBy.set(next.id, node.id);
        const count = (open.get(next.id) ?? 1) - 1;
        open.set(next.id, count);
        if (count === 0) released.push(next);
      }
      return heaviestFirst(released).map((next) => ({
        node: next,
        blockedBy: blockedBy.get(next.id),
      }));
    },
  };
}

function heaviestFirst(nodes: readonly ChangeNode[]): readonly ChangeNode[] {
  return nodes.toSorted((a, b) => b.weight - a.weight || (a.id < b.id ? -1 : 1));
}
