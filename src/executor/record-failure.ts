import type { LiveObject } from '../core/live.ts';
import type { ResourceChange } from '../planner/plan.ts';
import type { ProviderKind } from '../providers/contract.ts';
import { hiddenFields } from './hidden-fields.ts';
import type { Run } from './run.ts';
import { withoutSecrets } from './state-entry.ts';

/**
 * A step has failed, and its object shows that for good (a deployment that failed): the state
 * keeps what was read, so that nobody takes it for the doing of others. What cannot be read back
 * counts as not sent: it is sent again, whoever makes the object look well before.
 */
export async function recordFailure(
  run: Run,
  change: ResourceChange,
  kind: ProviderKind,
  live: LiveObject,
): Promise<void> {
  const before = run.resources.get(change.address);
  // What was to be taken over is not in the state before that is done.
  if (before === undefined || before.id !== live.id) return;
  const hidden = hiddenFields(kind, change.after ?? {}, live.fields);
  const resource = {
    ...before,
    read: withoutSecrets(live.fields),
    attributes: { ...before.attributes, ...live.attributes },
    unsent: [...new Set([...(before.unsent ?? []), ...hidden])],
  };
  await run.state.append([{ op: 'put', address: change.address, resource }]);
  run.resources.set(change.address, resource);
}
