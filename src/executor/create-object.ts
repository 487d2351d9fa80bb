import { TrueupError } from '../core/errors.ts';
import type { Inventory, LiveObject } from '../core/live.ts';
import { whyIncomplete } from '../core/live.ts';
import { memoise } from '../core/memoise.ts';
import type { Intent } from '../core/prior.ts';
import { fromPointer, valueAt } from '../core/resolve.ts';
import { ApiError } from '../http/api-error.ts';
import { indexNaturalKeys, type NaturalKeyIndex } from '../planner/identity.ts';
import type { ResourceChange } from '../planner/plan.ts';
import type { ProviderKind, StepResult } from '../providers/contract.ts';
import { hasEnded } from './ended-objects.ts';
import { intentOf, type IntentInput } from './intent-of.ts';
import { createLiveView } from './live-view.ts';
import { assertMayWrite, isPlanFresh, timingFor, type Run } from './run.ts';
import { toldBy, type Told } from './run-step.ts';
import { isOwned, searchCreated, type Sought } from './search-created.ts';
import { gated, sendStep } from './step.ts';

/** Once, and at most twice again after an ambiguous failure. */
const ATTEMPTS_MAX = 3;

/** The new object: made by an answered request, or found after one whose answer was lost. */
export type Created =
  | {
      readonly how: 'answered';
      readonly id: string;
      readonly scope: string | undefined;
      /** Fields that the API did not take and filled itself: JSON pointers. */
      readonly refused: readonly string[];
      /** What else the answer told of what was made. */
      readonly told: Told;
    }
  | { readonly how: 'found'; readonly object: LiveObject };

export interface CreateInput extends IntentInput {
  readonly weight: number;
}

/**
 * Creates one object without ever sending the create blindly twice: the intent is durable before
 * the request leaves, and an ambiguous failure is followed by a search.
 */
export async function createObject(run: Run, input: CreateInput): Promise<Created> {
  const { change, kind } = input;
  const { address } = change;
  const earlier = run.intents.get(address) ?? [];
  const untilMs = Math.max(0, ...earlier.map((intent) => intent.visibleByMs));
  if (untilMs > run.readAtMs) {
    // What an interrupted run may have made is looked for until its time is over.
    const object = await searchOrStop(run, { address, kind, attempts: earlier }, untilMs);
    if (object !== undefined) return { how: 'found', object };
  }
  const intents: Intent[] = [];
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await attemptOnce(run, input, intents, attempt > 1);
    if (outcome.created !== undefined) return outcome.created;
    if (attempt >= ATTEMPTS_MAX) throw createFailed(change, outcome.error);
  }
}

/** Throws `stale` when a namesake that nobody knew stands in the way of sending again. */
async function searchOrStop(
  run: Run,
  sought: Sought,
  untilMs: number,
): Promise<LiveObject | undefined> {
  const { object, namesakes } = await searchCreated(run, sought, untilMs);
  const [foreign] = namesakes;
  if (object === undefined && foreign !== undefined) {
    throw appeared(sought.address, foreign);
  }
  return object;
}

type AttemptOutcome =
  | { readonly created: Created }
  | { readonly created: undefined; readonly error: ApiError };

async function attemptOnce(
  run: Run,
  input: CreateInput,
  intents: Intent[],
  mayHaveWorked: boolean,
): Promise<AttemptOutcome> {
  const { kind, change, weight } = input;
  try {
    const send = (): Promise<Created> => sendCreate(run, input, intents);
    return { created: await gated(run, { provisions: kind.provisions && kind, weight }, send) };
  } catch (error) {
    const last = intents.at(-1);
    if (last === undefined) throw error;
    if (!(error instanceof ApiError)) {
      if (!mayHaveWorked && isKeptBack(input, error)) await closeIntents(run, intents);
      throw error;
    }
    const isRefused = error.kind === 'refused';
    if (isRefused && !mayHaveWorked) {
      await closeIntents(run, intents);
      if (!isTaken(kind, error)) throw error;
      return {
        created: await findHidden(run, input, run.intents.get(change.address) ?? [], error),
      };
    }
    // The second interrupt ends everything: the next run looks for what this try has made.
    if (run.stop.requests.aborted) throw error;
    const sought = { address: change.address, kind, attempts: intents };
    if (isTaken(kind, error)) {
      return { created: await findHidden(run, input, intents, error) };
    }
    if (isRefused) {
      const { object } = await searchCreated(run, sought, last.visibleByMs);
      if (object === undefined) throw error;
      return { created: { how: 'found', object } };
    }
    const object = await searchOrStop(run, sought, last.visibleByMs);
    if (object !== undefined) return { created: { how: 'found', object } };
    assertMayWrite(run);
    run.emit({
      type: 'log',
      level: 'warn',
      message: `${change.address}: no object after an ambiguous answer (${error.message}); sending the create again`,
    });
    return { created: undefined, error };
  }
}

function closeIntents(run: Run, intents: readonly Intent[]): Promise<void> {
  return run.state.append(
    intents.map(({ address, attempt }) => ({ op: 'intent-closed', address, attempt })),
  );
}

/** An interrupt before a further try of a POST: there is one only where none before was executed. */
function isKeptBack({ kind, step }: CreateInput, error: unknown): boolean {
  const isInterrupt = error instanceof TrueupError && error.code === 'interrupted';
  return isInterrupt && kind.request(step)?.method === 'POST';
}

/** Whether a create was refused because something bears its name, which no other may bear. */
function isTaken(kind: ProviderKind, error: ApiError): boolean {
  const isConflict = error.kind === 'refused' && error.status === 409;
  return isConflict && kind.key.unique && kind.isBusy?.(error) !== true;
}

/**
 * The name is taken, and the plan did not know by whom. What an earlier try may have made comes up
 * within the lag of lists; else the object is somebody's who knows, or an old one that the create
 * has brought back to life.
 */
async function findHidden(
  run: Run,
  { change, kind }: CreateInput,
  attempts: readonly Intent[],
  cause: ApiError,
): Promise<Created> {
  const { address } = change;
  const untilMs = run.clock.now() + timingFor(run, kind).listLagMs;
  const { object } =
    attempts.length === 0
      ? { object: undefined }
      : await searchCreated(run, { address, kind, attempts }, untilMs);
  if (object !== undefined) return { how: 'found', object };
  throw new TrueupError(
    'object-exists',
    `${address} was not created: its name is taken by an object that the plan did not show (${cause.message})`,
    {
      cause,
      hint: `plan again in a while to see it; if it is yours, \`--adopt=${address}\` takes it over`,
    },
  );
}

async function sendCreate(run: Run, input: CreateInput, intents: Intent[]): Promise<Created> {
  const { change, kind, fields, step } = input;
  const seen = intents.at(-1)?.seen ?? (await namesakes(run, input));
  // Each try has an intent of its own: a try may wait long for the rate, and for 429s.
  const announce = async (): Promise<void> => {
    const intent = intentOf(run, input, seen);
    await run.state.appendIntents([intent]);
    // Where the state is shared, recording takes seconds: the request leaves that much later.
    const lateMs = run.clock.now() - intent.sentAtMs;
    intents.push({
      ...intent,
      sentAtMs: intent.sentAtMs + lateMs,
      visibleByMs: intent.visibleByMs + lateMs,
    });
  };
  const result = await sendStep(run, change, kind, step, input.weight, announce);
  const id = newId(run, input, result);
  const refused = (result?.generated ?? [])
    .map(({ pointer }) => pointer)
    .filter((pointer) => valueAt(fields.canonical, fromPointer(pointer)) !== undefined);
  const scope = result?.scope ?? step.scope;
  return { how: 'answered', id, scope, refused, told: toldBy(result ?? {}) };
}

/** An answer without an ID, or with that of an object known before, says nothing: it is lost. */
function newId(run: Run, { change, kind }: CreateInput, result: StepResult | undefined): string {
  const id = result?.id;
  const key = `${kind.type} ${id ?? ''}`;
  const isKnown =
    id !== undefined &&
    kind.idFromKey !== true &&
    // What was made has an ID of its own then; this one is that of its place.
    result?.made === undefined &&
    ((run.live.byId(kind.type, id) !== undefined && !hasEnded(run, kind.type, id)) ||
      run.madeIds.has(key));
  if (id !== undefined && !isKnown) {
    run.madeIds.add(key);
    return id;
  }
  const told = id === undefined ? 'no ID' : `the ID of another object (${id})`;
  throw new ApiError('api-response-invalid', `the API gave ${told} for ${change.address}`, {
    kind: 'invalid',
    method: 'POST',
    path: kind.name,
  });
}

/**
 * IDs of objects of the same name that are there already. With an old plan the collection is
 * listed again, and a namesake that the plan did not know makes the create stale.
 */
async function namesakes(run: Run, input: CreateInput): Promise<readonly string[]> {
  const { kind, fields, change, step } = input;
  // Where names are unique, what this run has deleted has left its name, and may come back as new.
  const idsIn = (index: NaturalKeyIndex): readonly string[] =>
    index
      .candidates(kind, fields.canonical)
      .map((object) => object.id)
      .filter((id) => !kind.key.unique || !hasEnded(run, kind.type, id));
  const known = idsIn(indexNaturalKeys(run.live));
  if (isPlanFresh(run)) return known;
  const inventory = await run.listOnce(kind, step.scope);
  if (!inventory.complete) {
    const why = whyIncomplete(inventory);
    throw new TrueupError(
      'inventory-incomplete',
      `${kind.type} could not be read in full before the first create: ${why}`,
    );
  }
  const now = idsIn(keysIn(inventory));
  const foreign = now.find((id) => !known.includes(id) && !isOwned(run, kind.type, id));
  if (foreign !== undefined) throw appeared(change.address, foreign);
  // One list may lag behind the other: what either shows was there before.
  return [...new Set([...known, ...now])];
}

const keysIn = memoise((inventory: Inventory) => indexNaturalKeys(createLiveView([inventory])));

function appeared(address: string, id: string): TrueupError {
  return new TrueupError('stale', `${address} exists since the plan was made (${id})`, {
    hint: 'plan again; `--adopt` takes it over',
  });
}

function createFailed(change: ResourceChange, cause: ApiError): TrueupError {
  return new TrueupError(
    'create-failed',
    `${change.address} was not created after ${ATTEMPTS_MAX} attempts: ${cause.message}`,
    { cause },
  );
}
