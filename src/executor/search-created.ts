import { TrueupError } from '../core/errors.ts';
import type { Inventory, LiveObject, LiveView } from '../core/live.ts';
import type { Intent } from '../core/prior.ts';
import { indexNaturalKeys } from '../planner/identity.ts';
import { findCreated, type Found } from '../planner/recover.ts';
import type { ProviderKind } from '../providers/contract.ts';
import { createLiveView } from './live-view.ts';
import { readCollection } from './refresh.ts';
import { readObject, timingFor, type Run } from './run.ts';

/** The creates whose answers were lost, and what they were for. */
export interface Sought {
  readonly address: string;
  readonly kind: ProviderKind;
  readonly attempts: readonly Intent[];
}

/** What a search for lost creates ended with. */
export interface Search {
  readonly object: LiveObject | undefined;
  /** IDs of objects of that name which came up meanwhile and cannot be what was sent. */
  readonly namesakes: readonly string[];
}

/**
 * Looks for the object of creates whose answer was lost (promise 4). Exactly one new match is it;
 * several stop with `create-ambiguous`, and so does a list that is not whole; "none" is believed
 * only after `untilMs`.
 */
export async function searchCreated(run: Run, sought: Sought, untilMs: number): Promise<Search> {
  const { pollMs, pollMsMax } = timingFor(run, sought.kind);
  const startMs = run.clock.now();
  run.begin();
  for (let delayMs = pollMs; ; delayMs = Math.min(delayMs * 1.5, pollMsMax)) {
    const isLast = run.clock.now() >= untilMs;
    const search = await lookOnce(run, sought);
    if (search.object !== undefined || isLast) return search;
    const left = Math.max(untilMs - run.clock.now(), 0);
    run.emit({
      type: 'change-waiting',
      address: sought.address,
      waitingFor: 'what an unanswered create may have made',
      elapsedMs: run.clock.now() - startMs,
    });
    await run.clock.sleep(Math.min(delayMs, left), run.stop.waits);
  }
}

/** Whether the state has an object under any address; then it is no leftover of a lost create. */
export function isOwned(run: Run, type: string, id: string): boolean {
  for (const entry of run.resources.values()) {
    if (entry.type === type && entry.id === id) return true;
  }
  return false;
}

async function lookOnce(run: Run, sought: Sought): Promise<Search> {
  const { address, kind, attempts } = sought;
  const view = await readAgain(run, sought);
  const listed = findCreated(attempts, indexNaturalKeys(view), run.live, run.accounts.kinds).filter(
    ({ object }) => !isOwned(run, kind.type, object.id),
  );
  const found = await onlyThere(run, kind, listed);
  if (found.length > 1) {
    const ids = found.map((item) => item.object.id).join(', ');
    throw new TrueupError('create-ambiguous', `${address} may be any of these objects: ${ids}`, {
      hint: `keep one with \`trueup import ${address} ID\` and delete the others`,
    });
  }
  return { object: found[0]?.object, namesakes: unknownNamesakes(run, sought, view) };
}

/** Lists show what was deleted for a while: only what a read by ID shows too is taken. */
async function onlyThere(
  run: Run,
  kind: ProviderKind,
  listed: readonly Found[],
): Promise<readonly Found[]> {
  const read = await Promise.all(
    listed.map(({ object }) => readObject(run, kind, object.id, object.scope)),
  );
  return listed.filter((_, index) => read[index] !== undefined);
}

/** The live view with the collections of the attempts, each as it is now. */
async function readAgain(run: Run, { address, kind, attempts }: Sought): Promise<LiveView> {
  const read: Inventory[] = [];
  for (const scope of new Set(attempts.map((intent) => intent.scope))) {
    const inventory = await readCollection(run.accounts, kind, scope, run.live);
    if (!inventory.complete) {
      throw new TrueupError(
        'create-ambiguous',
        `whether ${address} was created could not be found out: ${inventory.problem?.message ?? 'the list was not whole'}`,
        { hint: 'nothing was sent again; the next apply looks for it first' },
      );
    }
    read.push(inventory);
  }
  const others = run.live.inventories().filter((own) => own.type !== kind.type);
  return createLiveView([...others, ...read]);
}

function unknownNamesakes(run: Run, { kind, attempts }: Sought, view: LiveView): readonly string[] {
  const keys = indexNaturalKeys(view);
  const seen = new Set(attempts.flatMap((intent) => intent.seen));
  const ids = attempts.flatMap((intent) =>
    keys.candidates(kind, { ...intent.sent }).map((object) => object.id),
  );
  return [...new Set(ids)].filter(
    (id) =>
      !seen.has(id) && run.live.byId(kind.type, id) === undefined && !isOwned(run, kind.type, id),
  );
}
