import * as fc from 'fast-check';
import type { DesiredResource } from '../../src/core/resource.ts';
import type { JsonObject } from '../../src/core/json.ts';
import type { LiveObject } from '../../src/core/live.ts';
import type { StateResource } from '../../src/core/prior.ts';
import type { Term } from '../../src/core/value.ts';
import { attribute, entry, object, recorded, ref, type World } from './planner-builder.ts';

/** What became of one resource: in the manifest, in the state, in the account. */
interface Fate {
  readonly wanted: boolean;
  readonly known: boolean;
  readonly alive: boolean;
  readonly place: string;
  readonly placeNow: string;
  readonly note: string;
  readonly noteNow: string;
  readonly tags: readonly string[];
  readonly tagsNow: readonly string[];
  readonly list: readonly string[];
  readonly low: number | undefined;
  /** Which box or label of the manifest it refers to. */
  readonly of: number;
  readonly ofNow: number;
  /** Its text is an attribute of what it refers to. */
  readonly reads: boolean;
  readonly forgets: boolean;
  /** The endpoint was another one at the last apply. */
  readonly moved: boolean;
}

/** The attribute that the API gives a box. */
export function endpointOf(id: string): string {
  return `${id}.example`;
}

const word = fc.constantFrom('p', 'q', 'r');
const words = fc.array(word, { maxLength: 3 });

const fate: fc.Arbitrary<Fate> = fc.record({
  wanted: fc.boolean(),
  known: fc.boolean(),
  alive: fc.boolean(),
  place: fc.constantFrom('here', 'here', 'here', 'there'),
  placeNow: fc.constant('here'),
  note: word,
  noteNow: word,
  tags: words,
  tagsNow: words,
  list: words,
  low: fc.option(fc.nat(3), { nil: undefined }),
  of: fc.nat(3),
  ofNow: fc.nat(3),
  reads: fc.boolean(),
  forgets: fc.integer({ min: 0, max: 5 }).map((dice) => dice === 0),
  moved: fc.integer({ min: 0, max: 5 }).map((dice) => dice === 0),
});

/** Some boxes, things in them, labels of them: every mixture of wanted, known and alive. */
export const randomWorld: fc.Arbitrary<World> = fc
  .record({
    boxes: fc.array(fate, { maxLength: 4 }),
    things: fc.array(fate, { maxLength: 5 }),
    labels: fc.array(fate, { maxLength: 5 }),
  })
  .map(build);

function build(fates: {
  readonly boxes: readonly Fate[];
  readonly things: readonly Fate[];
  readonly labels: readonly Fate[];
}): World {
  const entries: DesiredResource[] = [];
  const state: Record<string, StateResource> = {};
  const objects: LiveObject[] = [];
  const add = (
    short: string,
    item: Fate,
    wanted: Fields,
    now: JsonObject,
    needs: string[],
  ): void => {
    if (item.wanted) entries.push(entry(short, wanted));
    const onRemove = item.forgets ? 'forget' : 'delete';
    const id = object(short).id;
    const isBox = short.startsWith('boxes.');
    const endpoint = isBox ? { endpoint: endpointOf(id) } : {};
    const before = isBox && item.moved ? { endpoint: 'elsewhere.example' } : endpoint;
    if (item.known) {
      const lifecycle = { protect: false, onRemove } as const;
      state[short] = recorded(short, now, { dependsOn: needs, lifecycle, attributes: before });
    }
    if (item.alive) objects.push(object(short, now, { attributes: endpoint }));
  };
  fates.boxes.forEach((item, index) => {
    add(`boxes.b${index}`, item, boxFields(item), { ...nowFields(item), place: item.placeNow }, []);
  });
  const wantedBoxes = fates.boxes.flatMap((item, index) => (item.wanted ? [`b${index}`] : []));
  const liveBoxes = fates.boxes.flatMap((item, index) => (item.alive ? [`b${index}`] : []));
  fates.things.forEach((item, index) => {
    const [box, boxNow] = [pick(wantedBoxes, item.of), pick(liveBoxes, item.ofNow)];
    if (boxNow === undefined) return;
    const wanted = { ...(box === undefined ? {} : { box: ref(`boxes.${box}`) }), size: item.note };
    const now = { box: `${boxNow}-id`, size: item.noteNow };
    const usable = { ...item, wanted: item.wanted && box !== undefined };
    add(`things.t${index}`, usable, wanted, now, [`fake.boxes.${boxNow}`]);
  });
  fates.labels.forEach((item, index) => {
    const [box, boxNow] = [pick(wantedBoxes, item.of), pick(liveBoxes, item.ofNow)];
    const lower = fates.labels.slice(0, index);
    const also = lower.flatMap((other, at) => (other.wanted && at < item.of ? [`l${at}`] : []));
    const wanted = {
      text: item.reads && box !== undefined ? attribute(`boxes.${box}`, 'endpoint') : item.note,
      ...(box === undefined ? {} : { of: ref(`boxes.${box}`) }),
      also: also.map((key) => ref(`labels.${key}`)),
    };
    const now = {
      text: item.noteNow,
      ...(boxNow === undefined ? {} : { of: `${boxNow}-id` }),
      also: [],
    };
    add(
      `labels.l${index}`,
      item,
      wanted,
      now,
      boxNow === undefined ? [] : [`fake.boxes.${boxNow}`],
    );
  });
  return { entries, state, objects, options: { adopt: ['*'] } };
}

type Fields = Readonly<Record<string, Term>>;

function boxFields(item: Fate): Fields {
  return {
    place: item.place,
    // Left out, it is no longer managed, and the plan says so.
    ...(item.reads ? {} : { note: item.note }),
    tags: item.tags,
    list: item.list,
    ...(item.low === undefined ? {} : { limits: { low: item.low } }),
  };
}

function nowFields(item: Fate): JsonObject {
  return { note: item.noteNow, tags: item.tagsNow, list: item.tagsNow };
}

function pick(items: readonly string[], index: number): string | undefined {
  return items.length === 0 ? undefined : items[index % items.length];
}
