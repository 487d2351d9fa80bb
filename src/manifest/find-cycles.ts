interface Visit<Node> {
  readonly node: Node;
  readonly next: Iterator<Node>;
}

/**
 * One cycle of each group of nodes that depend on each other, as a path whose last node leads back
 * to its first. Linear, and without recursion: stacks nest as deep as their authors like.
 */
export function findCycles<Node>(
  edges: ReadonlyMap<Node, ReadonlySet<Node>>,
): readonly (readonly Node[])[] {
  const cycles: (readonly Node[])[] = [];
  const done = new Set<Node>();
  const reported = new Set<Node>();
  for (const start of edges.keys()) {
    if (done.has(start)) continue;
    const path: Visit<Node>[] = [visit(start, edges)];
    const onPath = new Map<Node, number>([[start, 0]]);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const step = top.next.next();
      if (step.done === true) {
        path.pop();
        onPath.delete(top.node);
        done.add(top.node);
        continue;
      }
      const target = step.value;
      const index = onPath.get(target);
      if (index !== undefined) {
        const cycle = path.slice(index).map((item) => item.node);
        // A second cycle through the same node tells nothing new before the first is mended.
        if (!cycle.some((node) => reported.has(node))) cycles.push(cycle);
        for (const node of cycle) reported.add(node);
      } else if (!done.has(target) && edges.has(target)) {
        onPath.set(target, path.length);
        path.push(visit(target, edges));
      }
    }
  }
  return cycles;
}

function visit<Node>(node: Node, edges: ReadonlyMap<Node, ReadonlySet<Node>>): Visit<Node> {
  return { node, next: (edges.get(node) ?? new Set<Node>())[Symbol.iterator]() };
}
