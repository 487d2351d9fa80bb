import type { Emit } from '../core/event.ts';
import { toDiagnostic } from '../core/errors.ts';
import type { Inventory, LiveObject, LiveView } from '../core/live.ts';
import type { Intent, State } from '../core/prior.ts';
import type { Stack } from '../core/resource.ts';
import { ApiError } from '../http/api-error.ts';
import type { ProviderKind } from '../providers/contract.ts';
import type { Accounts } from './accounts.ts';
import { createLiveView } from './live-view.ts';
import { readDetails } from './read-details.ts';
import { scopesOf, wantedTypes } from './wanted-collections.ts';

export interface RefreshInput extends Reading {
  readonly stack: Stack;
  readonly state: State;
  readonly intents: readonly Intent[];
}

interface Reading {
  readonly accounts: Accounts;
  readonly emit: Emit;
}

/**
 * Reads every collection that planning needs: look-ups first, then whole collections, then those
 * inside them. The number of reads grows with collections, not with resources. A read that fails
 * gives an incomplete inventory, never an empty one.
 */
export async function refresh(input: RefreshInput): Promise<LiveView> {
  const { accounts, emit } = input;
  const before = accounts.requestCount();
  const wanted = wantedTypes(input);
  const lookups = wanted.filter((kind) => !kind.managed && !kind.scoped);
  const whole = wanted.filter((kind) => kind.managed && !kind.scoped);
  const scoped = wanted.filter((kind) => kind.scoped);
  let live = createLiveView(await readAll(input, lookups.map(unscoped), createLiveView([])));
  live = createLiveView([
    ...live.inventories(),
    ...(await readAll(input, whole.map(unscoped), live)),
  ]);
  const inner = scoped.flatMap((kind) =>
    scopesOf(kind, input, live).map((scope): Collection => ({ kind, scope })),
  );
  live = createLiveView([...live.inventories(), ...(await readAll(input, inner, live))]);
  live = await readDetails(input, live);
  emit({
    type: 'refresh-done',
    collections: live.inventories().length,
    requests: accounts.requestCount() - before,
  });
  return live;
}

interface Collection {
  readonly kind: ProviderKind;
  readonly scope: string | undefined;
}

function unscoped(kind: ProviderKind): Collection {
  return { kind, scope: undefined };
}

async function readAll(
  input: RefreshInput,
  collections: readonly Collection[],
  live: LiveView,
): Promise<readonly Inventory[]> {
  if (collections.length === 0) return [];
  input.emit({ type: 'refresh-started', collections: collections.length });
  return Promise.all(collections.map((collection) => readTold(input, collection, live)));
}

async function readTold(
  input: Reading,
  { kind, scope }: Collection,
  live: LiveView,
): Promise<Inventory> {
  const inventory = await readCollection(input.accounts, kind, scope, live);
  input.emit({
    type: 'collection-read',
    resourceType: kind.type,
    ...(scope === undefined ? {} : { scope }),
    objects: inventory.objects.length,
    complete: inventory.complete,
  });
  return inventory;
}

/**
 * Reads what is inside objects that no list has shown and a read by ID has: deleting one of them
 * takes that along. Collections that were read already are left alone.
 */
export async function readInside(
  input: Reading,
  objects: readonly LiveObject[],
  live: LiveView,
): Promise<LiveView> {
  const open = objects.flatMap((object) => {
    const { contains = [] } = input.accounts.kinds.get(object.type) ?? {};
    return contains.flatMap(({ type }): readonly Collection[] => {
      const kind = input.accounts.kinds.get(type);
      const isRead = live.inventory(type, object.id) !== undefined;
      return kind === undefined || isRead ? [] : [{ kind, scope: object.id }];
    });
  });
  if (open.length === 0) return live;
  const read = await Promise.all(open.map((collection) => readTold(input, collection, live)));
  return createLiveView([...live.inventories(), ...read]);
}

/**
 * One list call. A refused or broken one is an incomplete inventory; 404 for the collection of an
 * object means that the object is not there, so nothing is in it: what the state has in there is
 * read by ID all the same before it is called gone.
 */
export async function readCollection(
  accounts: Accounts,
  kind: ProviderKind,
  scope: string | undefined,
  live: LiveView,
): Promise<Inventory> {
  const place = { type: kind.type, ...(scope === undefined ? {} : { scope }) };
  try {
    return await kind.list(accounts.context(kind, live), scope);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (scope !== undefined && error.status === 404) {
      return { ...place, complete: true, objects: [] };
    }
    return { ...place, complete: false, problem: toDiagnostic(error), objects: [] };
  }
}
