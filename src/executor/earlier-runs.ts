import type { Clock } from '../core/clock.ts';
import type { LiveObject, LiveView } from '../core/live.ts';
import type { Intent, StateResource } from '../core/prior.ts';
import type { Timing } from '../core/timing.ts';
import { ApiError } from '../http/api-error.ts';
import { recoverIntents, type Recovered } from '../planner/recover.ts';
import type { JournalRecord, StateBackend } from '../state/contract.ts';
import { replay } from '../state/replay.ts';
import { createLiveView, scopeKey } from './live-view.ts';
import { readCollection, refresh, type RefreshInput } from './refresh.ts';
import { kindOf, timingFor, type StopControl } from './run.ts';

export interface EarlierInput extends RefreshInput {
  readonly backend: Pick<StateBackend, 'append'>;
  readonly clock: Clock;
  readonly timing: Timing;
  readonly stop: Pick<StopControl, 'waits'>;
  /** Everything of the state is to go: nothing that is being deleted is waited for. */
  readonly destroy: boolean;
  /** Told what is waited for, and for how long at most. */
  readonly onWait: (addresses: readonly string[], msMax: number) => void;
}

export type Remembered = Pick<EarlierInput, 'state' | 'intents'>;

/**
 * Before a run that may write plans, it finds out what interrupted runs have left on its way:
 * objects of creates that were not answered are looked for until their time is over, and deletes
 * of what the stack wants again are waited for. What is found is journalled, so that the state
 * knows of it whatever becomes of the plan. Gives the state and intents to plan from, their times
 * in this machine's clock. Errors: `interrupted`, those of the backend.
 */
export async function finishEarlierRuns(input: EarlierInput): Promise<Remembered> {
  const deleting = wantedAgain(input);
  if (input.intents.length === 0 && deleting.length === 0) return input;
  const live = await refresh(input);
  const intents = input.intents.map((intent) => lookedForLonger(input, inOwnTime(input, intent)));
  const found = await findCreates(input, { state: input.state, intents }, live);
  const ended = await Promise.all(
    deleting.map((item) => awaitEnd(input, item.address, item.entry, live)),
  );
  return journalled(input, found, ended.flat());
}

async function journalled(
  input: EarlierInput,
  before: Remembered,
  records: readonly JournalRecord[],
): Promise<Remembered> {
  if (records.length > 0) await input.backend.append(records);
  return replay(before, records);
}

/**
 * The run that sent a create may have had another clock than this one; what both have seen is the
 * API's. The older of its two times is the API's last answer, at most as old as a plan's reads.
 */
function inOwnTime({ accounts, clock, timing }: EarlierInput, intent: Intent): Intent {
  const kind = accounts.kinds.get(intent.type);
  const serverNowMs = kind === undefined ? 0 : accounts.client(kind).lastServerTimeMs();
  if (serverNowMs === 0 || intent.serverTimeMs === 0) return intent;
  const shiftMs = clock.now() - serverNowMs - (intent.sentAtMs - intent.serverTimeMs);
  if (Math.abs(shiftMs) <= timing.planFreshMs) return intent;
  const byMs = shiftMs + timing.planFreshMs;
  return {
    ...intent,
    sentAtMs: intent.sentAtMs + byMs,
    visibleByMs: intent.visibleByMs + byMs,
  };
}

/** No create will stumble over the object of an entry that is gone: its list gets its whole time. */
function lookedForLonger(input: EarlierInput, intent: Intent): Intent {
  const { accounts, stack, destroy, timing } = input;
  const kind = accounts.kinds.get(intent.type);
  const { requestMsMax, listLagMs } = kind === undefined ? timing : timingFor(input, kind);
  const isWanted = stack.resources.some(({ address }) => address === intent.address);
  if (isWanted && !destroy) return intent;
  const latestMs = intent.sentAtMs + (intent.lateMs ?? 0) + requestMsMax + listLagMs;
  return { ...intent, visibleByMs: Math.max(intent.visibleByMs, latestMs) };
}

async function findCreates(
  input: EarlierInput,
  start: Remembered,
  listed: LiveView,
): Promise<Remembered> {
  const { clock, timing, stop } = input;
  let [known, live] = [start, listed];
  let isTold = false;
  for (let delayMs = timing.pollMs; ; delayMs = Math.min(delayMs * 1.5, timing.pollMsMax)) {
    const found = await recoverThere(input, known, live);
    const nowMs = clock.now();
    const records = [...found.addresses].flatMap((address): JournalRecord[] => {
      const resource = found.prior.resources[address];
      return resource === undefined ? [] : [{ op: 'put', address, resource }];
    });
    known = await journalled(input, known, records);
    const untilMs = Math.max(...found.waiting.values());
    if (found.waiting.size === 0) return known;
    if (!isTold) input.onWait([...found.waiting.keys()].toSorted(), untilMs - nowMs);
    isTold = true;
    await clock.sleep(Math.min(delayMs, untilMs - nowMs), stop.waits);
    const again = await listAgain(input, known, found.waiting, live);
    // A list that is not whole makes the plan incomplete, which tells why.
    if (again === undefined) return known;
    live = again;
  }
}

/** Lists show what was deleted for a while: what is found is read by its ID before it is taken. */
async function recoverThere(
  input: EarlierInput,
  { state, intents }: Remembered,
  live: LiveView,
): Promise<Recovered> {
  const { kinds } = input.accounts;
  const read = new Map<string, string>();
  for (;;) {
    const nowMs = input.clock.now();
    const isThere = ({ id }: LiveObject): boolean => read.get(id) !== 'gone';
    const found = recoverIntents(state, intents, live, kinds, nowMs, isThere);
    const unread = [...found.addresses]
      .flatMap((address) => found.prior.resources[address] ?? [])
      .filter((entry) => !read.has(entry.id));
    if (unread.length === 0) return found;
    await Promise.all(
      unread.map(async (entry) => read.set(entry.id, await stateOf(input, entry, live))),
    );
  }
}

async function stateOf(
  input: EarlierInput,
  entry: StateResource,
  live: LiveView,
): Promise<LiveObject['status'] | 'unread'> {
  const kind = kindOf(input, entry.type);
  try {
    const object = await kind.read(input.accounts.context(kind, live), entry.id, entry.scope);
    return object?.status ?? 'gone';
  } catch (error) {
    if (error instanceof ApiError) return 'unread';
    throw error;
  }
}

/** The view with the collections of what is still looked for as they are now. */
async function listAgain(
  input: EarlierInput,
  { intents }: Remembered,
  waiting: ReadonlyMap<string, number>,
  live: LiveView,
): Promise<LiveView | undefined> {
  const places = new Map<string, Intent>();
  for (const intent of intents) {
    if (waiting.has(intent.address)) places.set(scopeKey(intent.type, intent.scope), intent);
  }
  const read = await Promise.all(
    [...places.values()].map(({ type, scope }) =>
      readCollection(input.accounts, kindOf(input, type), scope, live),
    ),
  );
  if (read.some((inventory) => !inventory.complete)) return undefined;
  const kept = live
    .inventories()
    .filter((inventory) => !places.has(scopeKey(inventory.type, inventory.scope)));
  return createLiveView([...kept, ...read]);
}

interface Deleting {
  readonly address: string;
  readonly entry: StateResource;
}

/** What an interrupted run was deleting and the stack has again. */
function wantedAgain({ stack, state, destroy }: EarlierInput): readonly Deleting[] {
  if (destroy) return [];
  return stack.resources.flatMap(({ address }) => {
    const entry = state.resources[address];
    return entry?.deletingSinceMs === undefined ? [] : [{ address, entry }];
  });
}

/** Ends when the object is gone, or when the delete that was sent can do nothing any more. */
async function awaitEnd(
  input: EarlierInput,
  address: string,
  entry: StateResource,
  live: LiveView,
): Promise<readonly JournalRecord[]> {
  const { clock, stop } = input;
  const timing = timingFor(input, kindOf(input, entry.type));
  const startMs = clock.now();
  const leftMs = Math.max(0, (entry.deletingSinceMs ?? 0) + timing.requestMsMax - startMs);
  const quietMs = Math.min(leftMs, timing.requestMsMax);
  const endMs = entry.lifecycle.deleteMs ?? timing.settleMsMax;
  for (let delayMs = timing.pollMs; ; delayMs = Math.min(delayMs * 1.5, timing.pollMsMax)) {
    const status = await stateOf(input, entry, live);
    if (status === 'gone') return [{ op: 'remove', address }];
    const elapsedMs = clock.now() - startMs;
    const msMax = status === 'pending' ? endMs : quietMs;
    if (elapsedMs >= msMax) return [];
    if (elapsedMs === 0) input.onWait([address], msMax);
    await clock.sleep(delayMs, stop.waits);
  }
}
