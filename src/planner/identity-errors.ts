import { TrueupError } from '../core/errors.ts';
import type { KindShape } from '../core/kind.ts';
import type { LiveObject } from '../core/live.ts';
import type { DesiredResource } from '../core/resource.ts';

/** One live object has the natural key already, and adoption was not asked for. */
export function exists(
  resource: DesiredResource,
  kind: KindShape,
  object: LiveObject,
): TrueupError {
  return new TrueupError(
    'object-exists',
    `an object of kind ${kind.name} like ${resource.address} exists already (${object.id}) and is not in the state`,
    { hint: `take it over with \`--adopt=${resource.address}\`, or name the new one differently` },
  );
}

/** Several live objects have the natural key. */
export function ambiguous(
  resource: DesiredResource,
  kind: KindShape,
  found: readonly LiveObject[],
): TrueupError {
  const ids = found.map((object) => object.id).join(', ');
  return new TrueupError(
    'object-ambiguous',
    `${found.length} live objects of kind ${kind.name} match ${resource.address}: ${ids}`,
    { hint: `say which one with \`trueup import ${resource.address} ID\`` },
  );
}
