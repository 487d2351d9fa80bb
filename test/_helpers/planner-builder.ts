import { keyOf, toAddress, typeOf, type Address } from '../../src/core/address.ts';
import type { FieldRole } from '../../src/core/field-role.ts';
import type { JsonObject } from '../../src/core/json.ts';
import type { KindShape, KindTable } from '../../src/core/kind.ts';
import type { Inventory, LiveObject } from '../../src/core/live.ts';
import type { Intent, State, StateResource } from '../../src/core/prior.ts';
import { createRedactor } from '../../src/core/redactor.ts';
import type { DesiredResource, Lifecycle, Stack } from '../../src/core/resource.ts';
import { parseTiming, type Timing } from '../../src/core/timing.ts';
import {
  AttributeReference,
  Reference,
  Template,
  type TermObject,
  type ValueObject,
} from '../../src/core/value.ts';
import { createLiveView } from '../../src/executor/live-view.ts';
import { noApprovals } from '../../src/planner/approvals.ts';
import { noDigests } from '../../src/planner/digest-view.ts';
import type { PlanInput, PlanOptions, PlanResult } from '../../src/planner/input.ts';
import type { ResourceChange } from '../../src/planner/plan.ts';
import { planStack } from '../../src/planner/plan-stack.ts';

export const NOW_MS = Date.UTC(2026, 0, 2, 3, 4, 5);

export function role(path: string, parts: Partial<FieldRole> = {}): FieldRole {
  return { path: path.split('.'), description: '', types: ['string'], ...parts };
}

/** A kind without I/O: `name`, and whatever the test adds. */
export function kind(name: string, parts: Partial<KindShape> = {}): KindShape {
  return {
    provider: 'fake',
    name,
    type: `fake.${name}`,
    managed: true,
    schema: {},
    fields: [role('name')],
    checkShape: () => [],
    key: { nameField: 'name', of: (fields) => text(fields['name']), unique: false },
    replace: 'allow',
    deleteRisk: 'none',
    needs: [],
    contains: [],
    scoped: false,
    ...parts,
  };
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Boxes, which hold one list of things each, and labels, which name a box or a thing. */
export const boxes = kind('boxes', {
  fields: [
    role('name'),
    role('place', { immutable: true }),
    role('note', { default: '' }),
    role('password', { sensitive: true, writeOnly: true }),
    role('tags', { types: ['array'], set: true, default: [] }),
    role('limits.low', { types: ['number'] }),
    role('limits.high', { types: ['number'] }),
    role('list', { types: ['array'] }),
    role('endpoint', { readOnly: true }),
  ],
  deleteRisk: 'data-loss',
  contains: [{ type: 'fake.things', label: 'things' }],
});

export const things = kind('things', {
  fields: [
    role('name'),
    role('box', { immutable: true, reference: 'fake.boxes' }),
    role('size'),
    role('secret', { sensitive: true }),
    role('endpoint', { readOnly: true }),
  ],
  scoped: true,
  scopeOf: (fields) => text(fields['box']),
  key: {
    nameField: 'name',
    of(fields) {
      const [box, name] = [text(fields['box']), text(fields['name'])];
      return box === undefined || name === undefined ? undefined : `${box}/${name}`;
    },
    unique: false,
  },
});

export const labels = kind('labels', {
  fields: [
    role('name'),
    role('of', { reference: 'fake.boxes' }),
    role('text'),
    role('also', { types: ['array'], set: true, reference: 'fake.labels' }),
  ],
});

export function kindTable(...kinds: readonly KindShape[]): KindTable {
  return new Map(kinds.map((item) => [item.type, item]));
}

export const KINDS = kindTable(boxes, things, labels);

export function address(short: string): Address {
  const full = short.split('.').length === 2 ? `fake.${short}` : short;
  return toAddress(typeOf(full), keyOf(full));
}

export function ref(short: string): Reference {
  const target = address(short);
  return new Reference(typeOf(target), 'address', target);
}

/** `${kind.KEY.path}` as the whole value. */
export function attribute(short: string, path: string): Template {
  return new Template([new AttributeReference(address(short), path.split('.'), false)], true);
}

const LIFECYCLE: Lifecycle = {
  protect: false,
  onRemove: 'delete',
  ignoreChanges: [],
  replace: undefined,
};

type EntryParts = Partial<Omit<DesiredResource, 'lifecycle' | 'dependsOn'>> & {
  readonly lifecycle?: Partial<Lifecycle>;
  readonly dependsOn?: readonly string[];
};

/** A manifest entry; its name is its key unless the fields say otherwise. */
export function entry(
  short: string,
  fields: TermObject = {},
  parts: EntryParts = {},
): DesiredResource {
  const own = address(short);
  const position = { file: 'main.yaml', line: 1, column: 1 };
  return {
    timeouts: {},
    position,
    positionOf: () => position,
    ...parts,
    address: own,
    type: typeOf(own),
    key: keyOf(own),
    fields: { name: keyOf(own), ...fields },
    dependsOn: (parts.dependsOn ?? []).map((item) => address(item)),
    lifecycle: { ...LIFECYCLE, ...parts.lifecycle },
  };
}

/** A live object; its ID is `<key>-id` of the address it stands for, its name the key. */
export function object(
  short: string,
  fields: ValueObject = {},
  parts: Partial<LiveObject> = {},
): LiveObject {
  const own = address(short);
  const box = text(fields['box']);
  return {
    type: typeOf(own),
    id: `${keyOf(own)}-id`,
    ...(box === undefined ? {} : { scope: box }),
    fields: { name: keyOf(own), ...fields },
    attributes: {},
    status: 'settled',
    ...parts,
  };
}

/** What the last apply left of that object: sent and read alike. */
export function recorded(
  short: string,
  fields: JsonObject = {},
  parts: Partial<StateResource> = {},
): StateResource {
  const own = address(short);
  const box = text(fields['box']);
  const known = { name: keyOf(own), ...fields };
  return {
    id: `${keyOf(own)}-id`,
    type: typeOf(own),
    ...(box === undefined ? {} : { scope: box }),
    name: keyOf(own),
    sent: known,
    read: known,
    attributes: {},
    digests: {},
    lifecycle: { protect: false, onRemove: 'delete' },
    dependsOn: [],
    ...parts,
  };
}

export function intent(
  short: string,
  fields: JsonObject = {},
  parts: Partial<Intent> = {},
): Intent {
  const own = address(short);
  const sent = { name: keyOf(own), ...fields };
  return {
    address: own,
    type: typeOf(own),
    attempt: `attempt-of-${own}`,
    naturalKey: keyOf(own),
    seen: [],
    immutable: {},
    sent,
    writeOnly: [],
    lifecycle: { protect: false, onRemove: 'delete' },
    dependsOn: [],
    sentAtMs: NOW_MS - 10_000,
    serverTimeMs: NOW_MS - 10_000,
    visibleByMs: NOW_MS - 5_000,
    ...parts,
  };
}

/** One complete inventory a type and scope: of these objects, and of every scope that is named. */
export function inventoriesOf(
  objects: readonly LiveObject[],
  kinds: KindTable = KINDS,
): readonly Inventory[] {
  const places = new Map<string, { type: string; scope?: string; objects: LiveObject[] }>();
  const place = (type: string, scope: string | undefined): { objects: LiveObject[] } => {
    const key = `${type} ${scope ?? ''}`;
    const known = places.get(key) ?? {
      type,
      ...(scope === undefined ? {} : { scope }),
      objects: [],
    };
    places.set(key, known);
    return known;
  };
  for (const item of kinds.values()) if (!item.scoped) place(item.type, undefined);
  for (const item of objects) {
    place(item.type, item.scope).objects.push(item);
    for (const inside of kinds.get(item.type)?.contains ?? []) place(inside.type, item.id);
  }
  return [...places.values()].map((item) => ({ ...item, complete: true }));
}

export interface World {
  readonly entries?: readonly DesiredResource[];
  /** Short address → what the state holds. */
  readonly state?: Readonly<Record<string, StateResource>>;
  readonly objects?: readonly LiveObject[];
  /** Replace those that `objects` gives. */
  readonly inventories?: readonly Inventory[];
  /** Reads by ID; by default everything that is asked for is found as it was listed. */
  readonly confirmed?: ReadonlyMap<string, LiveObject | undefined>;
  readonly options?: Partial<PlanOptions>;
  readonly stack?: Partial<Stack>;
  readonly prior?: Partial<State>;
  readonly input?: Partial<PlanInput>;
}

export const TIMING: Timing = parseTiming('real') ?? fail();

function fail(): never {
  throw new Error('no timing');
}

export function planInput(world: World): PlanInput {
  const kinds = world.input?.kinds ?? KINDS;
  const resources = Object.fromEntries(
    Object.entries(world.state ?? {}).map(([short, item]) => [address(short), item]),
  );
  return {
    stack: {
      name: 'acme',
      environment: 'default',
      resources: world.entries ?? [],
      outputs: [],
      moved: [],
      removed: [],
      imports: [],
      guards: {
        deletes: { maxShare: 0.3, minExisting: 10 },
        members: { maxRemoved: 5 },
        vanished: { maxShare: 0.3, minExisting: 10 },
      },
      providers: {},
      stateBackend: 'file',
      ...world.stack,
    },
    prior: {
      version: 1,
      lineage: 'lineage',
      stack: 'acme',
      environment: 'default',
      serial: 1,
      providers: {},
      salt: '',
      outputs: {},
      resources,
      ...world.prior,
    },
    intents: [],
    live: createLiveView(world.inventories ?? inventoriesOf(world.objects ?? [], kinds)),
    confirmed: world.confirmed ?? new Map(),
    digests: noDigests,
    redactor: createRedactor(),
    nowMs: NOW_MS,
    timing: TIMING,
    ...world.input,
    kinds,
    options: {
      destroy: false,
      adopt: [],
      replace: [],
      target: [],
      exclude: [],
      send: [],
      approvals: noApprovals,
      ratePerSecond: 5,
      ...world.options,
    },
  };
}

export function planOf(world: World): PlanResult {
  return planStack(planInput(world));
}

/** `{ 'boxes.a': 'create' }`: what the plan does, no-ops included. */
export function actionsOf(result: PlanResult): Readonly<Record<string, string>> {
  return Object.fromEntries(
    result.plan.changes.map((item) => [shortOf(item.address), item.action]),
  );
}

export function undeterminedOf(result: PlanResult): readonly string[] {
  return result.plan.undetermined.map((item) => shortOf(item.address)).toSorted();
}

export function codesOf(result: PlanResult): readonly string[] {
  return result.plan.diagnostics.map((item) => item.code);
}

export function changeAt(result: PlanResult, short: string): ResourceChange {
  const found = result.plan.changes.find((item) => item.address === address(short));
  if (found === undefined) throw new Error(`${short} is not in the plan`);
  return found;
}

function shortOf(full: string): string {
  return full.replace(/^fake\./, '');
}
