import type { KindShape } from '../core/kind.ts';
import type { LiveObject, LiveView } from '../core/live.ts';
import { memoise } from '../core/memoise.ts';
import type { ValueObject } from '../core/value.ts';

/** Live objects by natural key, made once a plan and only for the types that are asked for. */
export interface NaturalKeyIndex {
  candidates(kind: KindShape, fields: ValueObject): readonly LiveObject[];
}

/** Made once a view: every create asks for it. */
export const indexNaturalKeys = memoise((live: LiveView): NaturalKeyIndex => {
  const byType = new Map<string, ReadonlyMap<string, readonly LiveObject[]>>();
  const indexOf = (kind: KindShape): ReadonlyMap<string, readonly LiveObject[]> => {
    const known = byType.get(kind.type);
    if (known !== undefined) return known;
    const made = indexObjects(kind, live.objects(kind.type));
    byType.set(kind.type, made);
    return made;
  };
  return {
    candidates(kind, fields) {
      const key = kind.key.of(fields);
      return key === undefined ? [] : (indexOf(kind).get(key) ?? []);
    },
  };
});

function indexObjects(
  kind: KindShape,
  objects: readonly LiveObject[],
): ReadonlyMap<string, readonly LiveObject[]> {
  const index = new Map<string, LiveObject[]>();
  for (const object of objects) {
    const key = kind.key.of(object.fields);
    if (key === undefined) continue;
    const known = index.get(key);
    if (known === undefined) index.set(key, [object]);
    else known.push(object);
  }
  return index;
}
