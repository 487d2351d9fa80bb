import type { KindShape } from '../core/kind.ts';
import type { LiveView } from '../core/live.ts';
import type { StateResource } from '../core/prior.ts';
import type { ValueObject } from '../core/value.ts';

/** What the last apply sent and read, canonical; made when asked for, which few resources need. */
export function canonicalPrior(
  kind: KindShape,
  prior: StateResource | undefined,
  live: LiveView,
): { readonly sent: ValueObject; readonly read: ValueObject } {
  const canonical = (fields: ValueObject): ValueObject => kind.canonical?.(fields, live) ?? fields;
  let sent: ValueObject | undefined;
  let read: ValueObject | undefined;
  return {
    get sent() {
      return (sent ??= prior === undefined ? {} : canonical(prior.sent));
    },
    get read() {
      return (read ??= prior === undefined ? {} : canonical(prior.read));
    },
  };
}
