import { toDiagnostic } from '../core/errors.ts';
import type { Inventory, LiveObject, LiveView } from '../core/live.ts';
import { ApiError } from '../http/api-error.ts';
import type { ProviderKind } from '../providers/contract.ts';
import { createLiveView } from './live-view.ts';
import type { RefreshInput } from './refresh.ts';
import { matchedIds } from './wanted-collections.ts';

/**
 * Reads by their IDs, all at once, those objects of which a list has told only a part and that a
 * resource of the stack or the state stands for; the others are none of ours and stay as they are.
 * A read that fails leaves its object partial and says why; the list stays complete.
 */
export async function readDetails(input: RefreshInput, live: LiveView): Promise<LiveView> {
  const inventories = live.inventories();
  if (!inventories.some(hasPartial)) return live;
  return createLiveView(
    await Promise.all(inventories.map((inventory) => detailed(input, inventory, live))),
  );
}

function hasPartial({ objects }: Inventory): boolean {
  return objects.some((object) => object.partial !== undefined);
}

async function detailed(
  input: RefreshInput,
  inventory: Inventory,
  live: LiveView,
): Promise<Inventory> {
  const kind = input.accounts.kinds.get(inventory.type);
  if (kind === undefined || !hasPartial(inventory)) return inventory;
  const ids = matchedIds(kind, input, live);
  const objects = await Promise.all(
    inventory.objects.map(async (object) => {
      const isOurs = object.partial !== undefined && ids.has(object.id);
      return isOurs ? readWhole(input, kind, object, live) : object;
    }),
  );
  // One that is gone meanwhile is one that the list does not have: the planner asks once more.
  return { ...inventory, objects: objects.filter((object) => object !== undefined) };
}

async function readWhole(
  { accounts }: RefreshInput,
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
