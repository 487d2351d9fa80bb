import type { Clock } from '../core/clock.ts';
import { toDiagnostic, TrueupError } from '../core/errors.ts';
import type { Emit } from '../core/event.ts';
import type { Inventory, LiveObject, LiveView } from '../core/live.ts';
import type { Intent, State } from '../core/prior.ts';
import type { Redactor } from '../core/redactor.ts';
import type { Stack } from '../core/resource.ts';
import type { Timing } from '../core/timing.ts';
import { ApiError } from '../http/api-error.ts';
import {
  confirmationKey,
  type Confirmation,
  type PlanOptions,
  type PlanResult,
} from '../planner/input.ts';
import type { Plan } from '../planner/plan.ts';
import { planStack } from '../planner/plan-stack.ts';
import type { Digester } from '../state/digest.ts';
import type { Accounts } from './accounts.ts';
import { createDigestCache, type DigestCache } from './digest-cache.ts';
import { createLiveView, scopeKey } from './live-view.ts';
import { readInside, refresh } from './refresh.ts';
import { kindOf, timingFor } from './run.ts';

/** What a digest decides may bring up others: a resource that is not replaced after all. */
const DIGEST_ROUNDS_MAX = 8;

export interface MakePlanInput {
  readonly stack: Stack;
  readonly state: State;
  readonly intents: readonly Intent[];
  readonly accounts: Accounts;
  readonly digester: Digester;
  readonly redactor: Redactor;
  readonly clock: Clock;
  readonly timing: Timing;
  readonly options: PlanOptions;
  readonly emit: Emit;
}

export interface PlannedRun {
  readonly plan: Plan;
  /** Everything that was read, confirmations put in place of what the lists said. */
  readonly live: LiveView;
  /** When reading began, epoch milliseconds: how old the plan's reads are. */
  readonly readAtMs: number;
}

/** Reads the live state and plans, reading again by ID what differs or is missing. */
export async function makePlan(input: MakePlanInput): Promise<PlannedRun> {
  const readAtMs = input.clock.now();
  const [first] = await Promise.all([refresh(input), prepareDigests(input)]);
  let live = first;
  const confirmed = new Map<string, LiveObject | undefined>();
  const digests = createDigestCache(input.digester);
  let result = await planWithDigests(input, live, confirmed, digests);
  // What a read by ID says may bring up others, down a chain; but each ID is asked for once.
  let roundsLeft = countIds(input, live);
  for (let open = openOf(result); open.length > 0; open = openOf(result)) {
    if (roundsLeft <= 0) throw new TrueupError('internal', 'the same object is read over and over');
    roundsLeft -= 1;
    live = await confirmAll(input, open, confirmed, live);
    result = await planWithDigests(input, live, confirmed, digests);
  }
  return { plan: result.plan, live: withConfirmed(live, confirmed), readAtMs };
}

/** The key is stretched while the API is read; not at all where the state holds no digest. */
async function prepareDigests({ digester, state }: MakePlanInput): Promise<void> {
  const resources = Object.values(state.resources);
  const isNeeded = resources.some((resource) => Object.keys(resource.digests).length > 0);
  if (isNeeded) await digester.prepare?.();
}

/** More than all IDs that can ever be asked for: of the state, of the lists, of `imports`. */
function countIds({ state, stack }: MakePlanInput, live: LiveView): number {
  const listed = live.inventories().map((inventory) => inventory.objects.length);
  const known = Object.keys(state.resources).length + stack.imports.length + stack.resources.length;
  return listed.reduce((sum, count) => sum + count, known);
}

/** What is still to be read by ID; of a partial run only what is in it. */
function openOf({ plan, toConfirm }: PlanResult): PlanResult['toConfirm'] {
  if (!plan.partial || toConfirm.length === 0) return toConfirm;
  const kept = new Set<string>([...plan.changes, ...plan.undetermined].map((item) => item.address));
  return toConfirm.filter((item) => kept.has(item.address));
}

async function planWithDigests(
  input: MakePlanInput,
  live: LiveView,
  confirmed: ReadonlyMap<string, LiveObject | undefined>,
  digests: DigestCache,
): Promise<PlanResult> {
  const planOnce = (): PlanResult =>
    planStack({
      stack: input.stack,
      prior: input.state,
      intents: input.intents,
      live,
      kinds: input.accounts.kinds,
      confirmed,
      digests: digests.view,
      redactor: input.redactor,
      nowMs: input.clock.now(),
      timing: input.timing,
      options: input.options,
    });
  let result = planOnce();
  for (let round = 0; round < DIGEST_ROUNDS_MAX && digests.hasPending(); round += 1) {
    await digests.settle();
    result = planOnce();
  }
  return result;
}

async function confirmAll(
  input: MakePlanInput,
  wanted: readonly Confirmation[],
  confirmed: Map<string, LiveObject | undefined>,
  live: LiveView,
): Promise<LiveView> {
  const broken = new Map<string, Inventory>();
  const found: LiveObject[] = [];
  await Promise.all(
    wanted.map(async (item) => {
      try {
        const object = await readSurely(input, item, live);
        confirmed.set(confirmationKey(item.type, item.id), object);
        const isListed = live.byId(item.type, item.id) !== undefined;
        if (object !== undefined && object.status !== 'gone' && !isListed) found.push(object);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        broken.set(scopeKey(item.type, item.scope), {
          type: item.type,
          ...(item.scope === undefined ? {} : { scope: item.scope }),
          complete: false,
          problem: toDiagnostic(error, item.address),
          objects: live.inventory(item.type, item.scope)?.objects ?? [],
        });
      }
    }),
  );
  const mended = broken.size === 0 ? live : replaceInventories(live, broken);
  return readInside(input, found, mended);
}

/** Reads by ID; an object that trueup made a moment ago is not believed gone before its time. */
async function readSurely(
  input: MakePlanInput,
  item: Confirmation,
  live: LiveView,
): Promise<LiveObject | undefined> {
  const kind = kindOf(input, item.type);
  const context = input.accounts.context(kind, live);
  const { listLagMs, pollMs } = timingFor(input, kind);
  // It may have been made by a machine whose clock is ahead of this one.
  const madeAtMs = Math.min(item.createdAtMs ?? 0, input.clock.now());
  const believedFromMs = madeAtMs + listLagMs;
  for (;;) {
    const object = await kind.read(context, item.id, item.scope);
    if (object !== undefined || input.clock.now() >= believedFromMs) return object;
    await input.clock.sleep(pollMs);
  }
}

function replaceInventories(live: LiveView, changed: ReadonlyMap<string, Inventory>): LiveView {
  const kept = live.inventories().filter((own) => !changed.has(scopeKey(own.type, own.scope)));
  return createLiveView([...kept, ...changed.values()]);
}

/** What was read by ID is newer than what the lists said. */
function withConfirmed(
  live: LiveView,
  confirmed: ReadonlyMap<string, LiveObject | undefined>,
): LiveView {
  if (confirmed.size === 0) return live;
  const byCollection = groupByCollection(confirmed.values());
  return createLiveView(
    live.inventories().map((inventory) => {
      const read = byCollection.get(scopeKey(inventory.type, inventory.scope)) ?? [];
      const known = new Set(read.length === 0 ? [] : inventory.objects.map((object) => object.id));
      const missing = read.filter((object) => !known.has(object.id));
      const objects = inventory.objects.flatMap((object) => {
        const key = confirmationKey(object.type, object.id);
        if (!confirmed.has(key)) return [object];
        const newer = confirmed.get(key);
        return newer === undefined ? [] : [newer];
      });
      return { ...inventory, objects: [...objects, ...missing] };
    }),
  );
}

function groupByCollection(
  objects: Iterable<LiveObject | undefined>,
): ReadonlyMap<string, readonly LiveObject[]> {
  const groups = new Map<string, LiveObject[]>();
  for (const object of objects) {
    if (object === undefined) continue;
    const key = scopeKey(object.type, object.scope);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [object]);
    else known.push(object);
  }
  return groups;
}
