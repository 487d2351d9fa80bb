import { TrueupError } from '../core/errors.ts';
import type { LiveObject } from '../core/live.ts';
import type { Intent } from '../core/prior.ts';
import { indexNaturalKeys } from '../planner/identity.ts';
import { findCreated } from '../planner/recover.ts';
import type { ProviderKind } from '../providers/contract.ts';
import { createLiveView } from './live-view.ts';
import { readCollection } from './refresh.ts';
import type { Run } from './run.ts';

/**
 * Looks for the object of creates whose answer was lost (promise 4). Exactly one new match is it;
 * several stop with `create-ambiguous`; "none" is believed only after `untilMs`.
 */
export async function searchCreated(
  run: Run,
  kind: ProviderKind,
  attempts: readonly Intent[],
  untilMs: number,
): Promise<LiveObject | undefined> {
  for (;;) {
    const isLast = run.clock.now() >= untilMs;
    const found = await lookOnce(run, kind, attempts);
    if (found !== undefined) return found.object;
    if (isLast) return undefined;
    const left = Math.max(untilMs - run.clock.now(), 0);
    await run.clock.sleep(Math.min(run.timing.pollMs, left), run.stop.waits);
  }
}

async function lookOnce(
  run: Run,
  kind: ProviderKind,
  attempts: readonly Intent[],
): Promise<{ readonly object: LiveObject } | undefined> {
  const scope = attempts.at(-1)?.scope;
  const address = attempts.at(-1)?.address ?? '';
  const inventory = await readCollection(run.accounts, kind, scope, run.live);
  if (!inventory.complete) {
    throw new TrueupError(
      'create-ambiguous',
      `whether ${address} was created could not be found out: ${inventory.problem?.message ?? 'the list was not whole'}`,
      { hint: 'nothing was sent again; the next apply looks for it first' },
    );
  }
  const view = createLiveView([
    ...run.live.inventories().filter((own) => own.type !== kind.type),
    inventory,
  ]);
  const found = findCreated(attempts, indexNaturalKeys(view), run.live, run.accounts.kinds);
  const [only] = found;
  if (found.length > 1) {
    const ids = found.map((item) => item.object.id).join(', ');
    throw new TrueupError('create-ambiguous', `${address} may be any of these objects: ${ids}`, {
      hint: `keep one with \`trueup import ${address} ID\` and delete the others`,
    });
  }
  return only === undefined ? undefined : { object: only.object };
}
