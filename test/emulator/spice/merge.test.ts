import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../_helpers/property-runs.ts';
import { createApp, harness } from './harness.ts';
import type { Json } from './harness.ts';

const size = fc.constantFrom('1Gi', '2Gi');
const fragment = fc.record(
  {
    description: fc.string({ maxLength: 5 }),
    visibility: fc.constantFrom('public', 'private'),
    production_branch: fc.constantFrom('main', 'trunk'),
    tags: fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('1', '@', ''), {
      noNullPrototype: true,
    }),
    replicas: fc.integer({ min: 1, max: 10 }),
    resources: fc.record({ limits: fc.record({ memory: size }) }, { noNullPrototype: true }),
    storage_size_gb: fc.integer({ min: 1, max: 9 }),
    update_channel: fc.constantFrom('stable', 'preview'),
    version: fc.constantFrom('1.x', '2.x'),
    spicepod: fc.record(
      { kind: fc.constant('Spicepod'), name: fc.constantFrom('x', 'y') },
      { noNullPrototype: true },
    ),
  },
  { requiredKeys: [], noNullPrototype: true },
);
const TOP = ['description', 'visibility', 'production_branch', 'tags'];

/** What was written, as it is read. */
function asRead(app: Json, written: Json): Json {
  const config = app['config'] as Json;
  return Object.fromEntries(
    Object.keys(written).map((name) => [name, TOP.includes(name) ? app[name] : config[name]]),
  );
}

describe('the law of PUT', () => {
  it('shows of every field what was sent last, whatever was sent between', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fragment, { maxLength: 6 }), async (fragments) => {
        const world = harness();
        const path = await createApp(world);
        const untouched = await world.get(path);
        for (const sent of fragments) await world.put(path, sent);
        const written = Object.assign({}, ...fragments) as Json;
        const app = await world.get(path);
        expect(asRead(app, written)).toEqual(written);
        const others = Object.keys(untouched).filter((name) => !TOP.includes(name));
        for (const name of others.filter((one) => one !== 'config')) {
          expect(app[name]).toEqual(untouched[name]);
        }
        expect(await world.put(path, written)).toEqual(app);
      }),
      runs(40),
    );
  });
});
