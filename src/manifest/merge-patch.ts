import type { MapEntry, MappingNode } from './yaml-node.ts';
import { isNull } from './yaml-node.ts';

/**
 * RFC 7386 over nodes: mappings merge, `null` removes, everything else replaces. Nodes of both
 * files keep their places. `missed` gets what a `null` was to remove but was not there.
 */
export function mergePatch(
  base: MappingNode,
  patch: MappingNode,
  missed: (path: readonly string[], entry: MapEntry) => void,
  path: readonly string[] = [],
): MappingNode {
  const entries = new Map(base.entries);
  for (const [name, change] of patch.entries) {
    const at = [...path, name];
    const old = entries.get(name);
    if (isNull(change.value)) {
      if (old === undefined) missed(at, change);
      entries.delete(name);
    } else if (change.value.kind === 'mapping') {
      const target = old?.value.kind === 'mapping' ? old.value : emptied(change.value);
      const value = mergePatch(target, change.value, missed, at);
      // The place of an entry that both files write is the base's: there it is defined.
      entries.set(name, { ...(old ?? change), value });
    } else entries.set(name, change);
  }
  return { ...base, entries };
}

function emptied(node: MappingNode): MappingNode {
  return { ...node, entries: new Map<string, MapEntry>() };
}
