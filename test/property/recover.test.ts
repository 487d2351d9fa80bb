import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LiveObject } from '../../src/core/live.ts';
import type { Intent } from '../../src/core/prior.ts';
import { createLiveView } from '../../src/executor/live-view.ts';
import { recoverIntents } from '../../src/planner/recover.ts';
import {
  inventoriesOf,
  intent,
  KINDS,
  NOW_MS,
  object,
  planInput,
  recorded,
} from '../_helpers/planner-builder.ts';
import { runs } from '../_helpers/property-runs.ts';

const TOLERANCE_MS = 2_000;
const place = fc.constantFrom('here', 'there');
const key = fc.constantFrom('a', 'b');
const ageMs = fc.constantFrom(0, 1_500, 2_500, 60_000);

const anIntent: fc.Arbitrary<Intent> = fc
  .record({ key, place, ageMs, name: key, seen: fc.subarray(['o0', 'o1', 'o2', 'o3']) })
  .map((item) =>
    intent(
      `boxes.${item.key}`,
      { name: item.name, place: item.place },
      {
        attempt: JSON.stringify(item),
        seen: item.seen,
        immutable: { place: item.place },
        sentAtMs: NOW_MS - item.ageMs,
        serverTimeMs: NOW_MS - item.ageMs,
      },
    ),
  );

const someObjects: fc.Arbitrary<readonly LiveObject[]> = fc
  .array(fc.record({ name: key, place, ageMs, tells: fc.boolean() }), { maxLength: 4 })
  .map((items) =>
    items.map((item, index) =>
      object(
        'boxes.o',
        { name: item.name, place: item.place },
        {
          id: `o${index}`,
          ...(item.tells ? { createdAt: new Date(NOW_MS - item.ageMs).toISOString() } : {}),
        },
      ),
    ),
  );

describe('what is taken over after interrupted creates', () => {
  it('was not seen before, is not older, looks the same, is nobody else’s, and is the only one', () => {
    fc.assert(
      fc.property(
        fc.array(anIntent, { maxLength: 4 }),
        someObjects,
        fc.option(fc.nat(3)),
        (intents, objects, owned) => {
          const state =
            owned === null ? {} : { 'boxes.c': recorded('boxes.c', {}, { id: `o${owned}` }) };
          const { prior } = planInput({ state });
          const live = createLiveView(inventoriesOf(objects));
          const found = recoverIntents(prior, intents, live, KINDS, NOW_MS);
          const ids = Object.values(found.prior.resources).map((item) => item.id);
          expect(new Set(ids).size).toBe(ids.length);
          for (const address of found.addresses) {
            const id = found.prior.resources[address]?.id;
            const taken = objects.find((item) => item.id === id);
            const fits = intents.filter(
              (item) =>
                item.address === address &&
                item.immutable['place'] === taken?.fields['place'] &&
                item.sent['name'] === taken?.fields['name'] &&
                !item.seen.includes(id ?? '') &&
                (taken?.createdAt === undefined ||
                  Date.parse(taken.createdAt) >= item.serverTimeMs - TOLERANCE_MS),
            );
            expect(fits).not.toEqual([]);
          }
        },
      ),
      runs(1_000),
    );
  });
});
