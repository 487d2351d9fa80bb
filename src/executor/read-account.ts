import { toDiagnostic } from '../core/errors.ts';
import type { Emit } from '../core/event.ts';
import type { Inventory, LiveObject, LiveView } from '../core/live.ts';
import { withValueAt } from '../core/resolve.ts';
import { ApiError } from '../http/api-error.ts';
import type { ProviderKind } from '../providers/contract.ts';
import type { Accounts } from './accounts.ts';
import { createLiveView } from './live-view.ts';
import { readCollection } from './refresh.ts';

/**
 * Reads every collection of some kinds, whatever a stack knows of them, with all that they refer to
 * and look up; objects of which a list tells a part are read one by one. What cannot be read is an
 * incomplete inventory, or a partial object with its problem.
 */
export async function readAccount(
  accounts: Accounts,
  wanted: readonly ProviderKind[],
  emit: Emit,
): Promise<LiveView> {
  const kinds = withNeeded(accounts, wanted);
  let live = createLiveView([]);
  for (const stage of stagesOf(kinds)) {
    const collections = stage.flatMap((kind) =>
      scopesIn(kind, live).map((scope) => ({ kind, scope })),
    );
    emit({ type: 'refresh-started', collections: collections.length });
    const before = live;
    const inventories = await Promise.all(
      collections.map(async ({ kind, scope }) => {
        const inventory = await readCollection(accounts, kind, scope, before);
        emit({
          type: 'collection-read',
          resourceType: kind.type,
          ...(scope === undefined ? {} : { scope }),
          objects: inventory.objects.length,
          complete: inventory.complete,
        });
        return inventory;
      }),
    );
    live = createLiveView([...live.inventories(), ...inventories]);
  }
  const whole = live.inventories().map((inventory) => detailed(accounts, inventory, live));
  return createLiveView(await Promise.all(whole));
}

/** The kinds with those that they refer to or look up, however far. */
function withNeeded(
  accounts: Accounts,
  wanted: readonly ProviderKind[],
): ReadonlyMap<string, ProviderKind> {
  const found = new Map<string, ProviderKind>();
  const open = [...wanted];
  for (let kind = open.pop(); kind !== undefined; kind = open.pop()) {
    if (found.has(kind.type)) continue;
    found.set(kind.type, kind);
    for (const type of [...kind.needs, ...referredTypes(kind)]) {
      const needed = accounts.kinds.get(type);
      if (needed !== undefined) open.push(needed);
    }
  }
  return found;
}

function referredTypes(kind: ProviderKind): readonly string[] {
  return kind.fields.flatMap(({ reference }) => reference ?? []);
}

/** Look-ups, then whole collections, then those inside of what was read before. */
function stagesOf(kinds: ReadonlyMap<string, ProviderKind>): readonly (readonly ProviderKind[])[] {
  const all = [...kinds.values()];
  const stages = [
    all.filter(({ managed, scoped }) => !managed && !scoped),
    all.filter(({ managed, scoped }) => managed && !scoped),
  ];
  let open = all.filter(({ scoped }) => scoped);
  while (open.length > 0) {
    const left = new Set(open.map(({ type }) => type));
    const ready = open.filter((kind) =>
      referredTypes(kind).every((type) => type === kind.type || !left.has(type)),
    );
    // Kinds that refer to each other are read as well as they can be.
    const stage = ready.length > 0 ? ready : open;
    stages.push(stage);
    open = open.filter((kind) => !stage.includes(kind));
  }
  return stages.filter((stage) => stage.length > 0);
}

/** The collections of a kind: those of the objects that an entry can refer to, and its own. */
function scopesIn(kind: ProviderKind, live: LiveView): readonly (string | undefined)[] {
  if (!kind.scoped) return [undefined];
  const scopes = new Set(kind.scopes?.(live));
  for (const { reference, path, types } of kind.fields) {
    if (reference === undefined || types.includes('array')) continue;
    for (const { id } of live.objects(reference)) {
      const scope = kind.scopeOf?.(withValueAt({}, path, id));
      if (scope !== undefined) scopes.add(scope);
    }
  }
  return [...scopes].toSorted();
}

async function detailed(
  accounts: Accounts,
  inventory: Inventory,
  live: LiveView,
): Promise<Inventory> {
  const kind = accounts.kinds.get(inventory.type);
  if (kind === undefined || inventory.objects.every(({ partial }) => partial === undefined)) {
    return inventory;
  }
  const objects = await Promise.all(
    inventory.objects.map(async (object) =>
      object.partial === undefined ? object : readWhole(accounts, kind, object, live),
    ),
  );
  return { ...inventory, objects: objects.filter((object) => object !== undefined) };
}

async function readWhole(
  accounts: Accounts,
  kind: ProviderKind,
  object: LiveObject,
  live: LiveView,
): Promise<LiveObject | undefined> {
  try {
    return await kind.read(accounts.context(kind, live), object.id, object.scope);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { ...object, partial: { problem: toDiagnostic(error) } };
  }
}
