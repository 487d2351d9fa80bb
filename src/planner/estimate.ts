import type { KindTable } from '../core/kind.ts';
import type { Estimate, ResourceChange } from './plan.ts';
import { executionGraph } from './graph.ts';

/** What an apply costs: every write, a settle read after each step, a list a collection. */
export function estimateOf(
  changes: readonly ResourceChange[],
  kinds: KindTable,
  ratePerSecond: number,
): Estimate {
  const active = changes.filter((change) => change.steps.length > 0);
  const collections = new Set<string>();
  let requests = 0;
  for (const change of active) {
    requests += 2 * change.steps.length;
    const kind = kinds.get(change.type);
    if (change.action === 'create')
      collections.add(`${change.type} ${kind?.scoped === true ? change.dependsOn.join() : ''}`);
  }
  requests += collections.size;
  const nodes = executionGraph(active);
  const criticalPath = nodes.reduce((longest, node) => Math.max(longest, node.weight), 0);
  return { requests, criticalPath, durationMs: Math.ceil((requests / ratePerSecond) * 1_000) };
}
