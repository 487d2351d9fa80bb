import type { KindShape } from '../core/kind.ts';
import type { LiveView } from '../core/live.ts';
import type { StateResource } from '../core/prior.ts';
import type { ValueObject } from '../core/value.ts';

const NOTHING: Pick<StateResource, 'sent' | 'read'> = { sent: {}, read: {} };

/** What the last apply sent and read, canonical; made when asked for, which few resources need. */
export function canonicalPrior(
  kind: KindShape,
  prior: StateResource | undefined,
  live: LiveView,
): { readonly sent: ValueObject; readonly read: ValueObject } {
  const canonical = (fields: ValueObject): ValueObject => kind.canonical?.(fields, live) ?? fields;
  const recorded = prior ?? NOTHING;
  let sent: ValueObject | undefined;
  let read: ValueObject | undefined;
  return {
    get sent() {
      return (sent ??= canonical(recorded.sent));
    },
    get read() {
      return (read ??= canonical(recorded.read));
    },
  };
}
