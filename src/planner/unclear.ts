import type { Diagnostic } from '../core/diagnostic.ts';
import type { KindShape } from '../core/kind.ts';
import type { LiveObject } from '../core/live.ts';
import type { StateResource } from '../core/prior.ts';
import type { DesiredResource } from '../core/resource.ts';
import type { ValueObject } from '../core/value.ts';

/**
 * An object as it is to be compared: as at the last apply where it tells nothing certain now,
 * without what it may leave untold.
 */
export function comparable(
  kind: KindShape,
  prior: StateResource | undefined,
  live: LiveObject,
): LiveObject {
  if (live.unclear !== true || prior === undefined) return live;
  const fields: Record<string, ValueObject[string]> = { ...prior.read };
  for (const { path, mayBeUntold } of kind.fields) {
    const [name = ''] = path;
    if (mayBeUntold === true && live.fields[name] === undefined) delete fields[name];
  }
  return { ...live, fields, attributes: { ...live.attributes, ...prior.attributes } };
}

/** Tells that nothing was concluded from what an object reports. */
export function unclearNote({ address }: DesiredResource, live: LiveObject): Diagnostic {
  const status = live.statusText ?? 'unknown';
  return {
    code: 'status-unclear',
    severity: 'note',
    address,
    message: `${address} has the status '${status}', which says neither success nor failure: it is taken to be as it was at the last apply`,
  };
}
