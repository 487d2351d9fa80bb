import { describe, expect, it } from 'vitest';
import { isJsonObject, type Json } from '../../src/core/json.ts';
import { executionGraph } from '../../src/planner/graph.ts';
import type { Plan } from '../../src/planner/plan.ts';
import { planJson } from '../../src/views/json/plan-json.ts';
import { seeds } from '../_helpers/property-runs.ts';
import { environmentOf, mutateStack, randomStack, rewriteStack } from '../_helpers/random-stack.ts';
import { createSeededRandom } from '../_helpers/seeded-random.ts';
import { createWorld, type StackFiles, type World } from '../_helpers/world.ts';

/** What a plan says, places in files and the time aside, to the letter. */
function wordsOf(plan: Plan): string {
  const json = withoutPlaces(planJson(plan, { version: '' }));
  const graph = executionGraph(plan.changes).map(({ id, part, after, weight }) => ({
    id,
    part,
    after,
    weight,
  }));
  return JSON.stringify({ json, graph }, undefined, 1);
}

function withoutPlaces(value: Json): Json {
  if (Array.isArray(value)) return value.map((item: Json) => withoutPlaces(item));
  if (!isJsonObject(value)) return value;
  const kept = Object.entries(value).filter(
    ([name]) => !['source', 'position', 'lineText', 'timestamp'].includes(name),
  );
  // An object of JSON has no order; lists have.
  const sorted = kept.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([name, item]) => [name, withoutPlaces(item)]));
}

async function planOf(world: World, files: StackFiles): Promise<Plan> {
  const env = environmentOf(files);
  const { planned } = await world.plan(files, env === undefined ? {} : { env });
  if (planned === undefined) throw new Error('no plan was made');
  return planned.plan;
}

describe('the plan of a stack', () => {
  it('is the same however its files, documents, keys and overlay are written', async () => {
    for (const seed of seeds(25)) {
      const random = createSeededRandom(seed);
      const world = createWorld({ seed });
      const first = randomStack(random);
      const env = environmentOf(first);
      await world.apply(first, env === undefined ? {} : { env });
      for (const files of [first, mutateStack(random, first)]) {
        const plan = wordsOf(await planOf(world, files));
        expect(wordsOf(await planOf(world, rewriteStack(random, files))), `seed ${seed}`).toBe(
          plan,
        );
      }
    }
  }, 600_000);
});
