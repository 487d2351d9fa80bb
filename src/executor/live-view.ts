import type { Inventory, LiveObject, LiveView } from '../core/live.ts';

/** A view over inventories; look-ups by ID are indexed on first use. */
export function createLiveView(inventories: readonly Inventory[]): LiveView {
  const byScope = new Map<string, Inventory>();
  const byType = new Map<string, Inventory[]>();
  const objectsOf = new Map<string, readonly LiveObject[]>();
  const ids = new Map<string, ReadonlyMap<string, LiveObject>>();
  for (const inventory of inventories) {
    byScope.set(scopeKey(inventory.type, inventory.scope), inventory);
    const known = byType.get(inventory.type);
    if (known === undefined) byType.set(inventory.type, [inventory]);
    else known.push(inventory);
  }
  return {
    inventory: (type, scope) => byScope.get(scopeKey(type, scope)),
    inventories: () => inventories,
    objects(type) {
      const known = objectsOf.get(type);
      if (known !== undefined) return known;
      const all = (byType.get(type) ?? []).flatMap((inventory) =>
        inventory.objects.filter((object) => object.status !== 'gone'),
      );
      objectsOf.set(type, all);
      return all;
    },
    byId(type, id) {
      const known = ids.get(type);
      if (known !== undefined) return known.get(id);
      const index = new Map<string, LiveObject>();
      for (const inventory of byType.get(type) ?? []) {
        for (const object of inventory.objects) index.set(object.id, object);
      }
      ids.set(type, index);
      return index.get(id);
    },
  };
}

export function scopeKey(type: string, scope: string | undefined): string {
  return scope === undefined ? type : `${type} ${scope}`;
}
