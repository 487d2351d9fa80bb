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
  const other = kind.key.nameField === undefined ? '' : ', or name the new one differently';
  return new TrueupError(
    'object-exists',
    `an object of kind ${kind.name} like ${resource.address} exists already (${object.id}) and is not in the state`,
    { hint: `take it over with \`--adopt=${resource.address}\`${other}` },
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

/**
 * One live object has the natural key that an object of the state is to get. The state holds one
 * object an address, so adoption is no way out by itself.
 */
export function keyTaken(
  resource: DesiredResource,
  kind: KindShape,
  own: LiveObject,
  other: LiveObject,
  adopts: boolean,
): TrueupError {
  const { address } = resource;
  const way = `to take it over instead, let go of the present one with \`trueup state rm ${address}\`, then plan with \`--adopt=${address}\``;
  return new TrueupError(
    'object-exists',
    `an object of kind ${kind.name} like ${address} exists already (${other.id}) and is not in the state; the one of ${address} (${own.id}) cannot take its place`,
    {
      hint: adopts
        ? `\`--adopt\` is for what the state does not hold: ${way}`
        : `delete it, or leave ${address} as it is; ${way}`,
    },
  );
}

/** The natural key of a create is that of another managed object, which keeps it in this plan. */
export function keyHeld(
  { address, type }: { readonly address: string; readonly type: string },
  holder: string,
): TrueupError {
  return new TrueupError(
    'object-exists',
    `${holder} is an object of ${type} like ${address}, and is neither deleted nor renamed in this plan`,
    {
      hint: `plan ${holder} too, or give one of them another name; if both are the same object, write \`moved: [{ from: ${holder}, to: ${address} }]\``,
    },
  );
}

/** Two entries stand for one object, which either would give back what the other takes. */
export function sameObject({ address }: DesiredResource, other: string): TrueupError {
  const message = `${address} and ${other} are the same object`;
  return new TrueupError('natural-key-duplicate', message, { hint: 'remove one of them' });
}
