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
    beginAll(progress.release(node, end));
    wakeup.wake();
  };
  const start = (node: ChangeNode): void => {
    running.add(node.id);
    void runOne(node);
  };
  /** Starts a node, or tells why it is not: how it has ended then. */
  const begin = ({ node, blockedBy }: Released): NodeEnd | undefined => {
    if (input.isStopped()) {
      input.onNotStarted(node);
      return 'interrupted';
    }
    if (blockedBy === undefined) {
      start(node);
      return undefined;
    }
    input.onBlocked(node, blockedBy);
    return 'failed';
  };
  /** Each with all that it holds up before the next one; a chain may be longer than the stack. */
  const beginAll = (ready: readonly Released[]): void => {
    const open = ready.toReversed();
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const end = begin(next);
      if (end === undefined) continue;
      for (const item of progress.release(next.node, end).toReversed()) open.push(item);
    }
  };
  const roots = heaviestFirst(input.nodes.filter((item) => item.after.length === 0));
  beginAll(roots.map((node) => ({ node, blockedBy: undefined })));
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
