import { TrueupError } from '../core/errors.ts';
import type { Json, JsonObject } from '../core/json.ts';
import type { Inventory, LiveObject } from '../core/live.ts';
import { memoise } from '../core/memoise.ts';
import type { Intent } from '../core/prior.ts';
import { withValueAt } from '../core/resolve.ts';
import { toJson, type ValueObject } from '../core/value.ts';
import { ApiError } from '../http/api-error.ts';
import { indexNaturalKeys } from '../planner/identity.ts';
import type { ResourceChange } from '../planner/plan.ts';
import { indexRoles, unitsOf } from '../planner/role-index.ts';
import type { ProviderKind, StepInput } from '../providers/contract.ts';
import { writeOnlyFields } from './compare.ts';
import type { DesiredFields } from './desired-fields.ts';
import { createLiveView } from './live-view.ts';
import { assertMayWrite, isPlanFresh, type Run } from './run.ts';
import { searchCreated } from './search-created.ts';
import { lifecycleOf, withoutSecrets } from './state-entry.ts';
import { gated, sendStep } from './step.ts';

/** Once, and at most twice again after an ambiguous failure. */
const ATTEMPTS_MAX = 3;

/** The new object: made by an answered request, or found after one whose answer was lost. */
export type Created =
  | { readonly how: 'answered'; readonly id: string; readonly scope: string | undefined }
  | { readonly how: 'found'; readonly object: LiveObject };

export interface CreateInput {
  readonly change: ResourceChange;
  readonly kind: ProviderKind;
  readonly fields: DesiredFields;
  readonly step: StepInput;
  readonly weight: number;
}

/**
 * Creates one object without ever sending the create blindly twice: the intent is durable before
 * the request leaves, and an ambiguous failure is followed by a search.
 */
export async function createObject(run: Run, input: CreateInput): Promise<Created> {
  const { change, kind } = input;
  const earlier = run.intents.get(change.address) ?? [];
  const found = await searchEarlier(run, kind, earlier);
  if (found !== undefined) return { how: 'found', object: found };
  const intents: Intent[] = [];
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await attemptOnce(run, input, intents, attempt > 1);
    if (outcome.created !== undefined) return outcome.created;
    if (attempt >= ATTEMPTS_MAX) throw createFailed(change, outcome.error);
  }
}

/** What an interrupted run may have made: looked for until its time is over. */
async function searchEarlier(
  run: Run,
  kind: ProviderKind,
  earlier: readonly Intent[],
): Promise<LiveObject | undefined> {
  const untilMs = Math.max(0, ...earlier.map((intent) => intent.visibleByMs));
  if (earlier.length === 0 || untilMs <= run.readAtMs) return undefined;
  return searchCreated(run, kind, earlier, untilMs);
}

interface AttemptOutcome {
  readonly created: Created | undefined;
  readonly error: ApiError | undefined;
}

async function attemptOnce(
  run: Run,
  input: CreateInput,
  intents: Intent[],
  mayHaveWorked: boolean,
): Promise<AttemptOutcome> {
  const { kind, change, weight } = input;
  try {
    const id = await gated(run, { provisions: kind.provisions, weight }, send);
    return { created: { how: 'answered', ...id }, error: undefined };
  } catch (error) {
    const last = intents.at(-1);
    if (!(error instanceof ApiError) || last === undefined) throw error;
    const isRefused = error.kind === 'refused';
    if (isRefused && !mayHaveWorked) {
      await run.state.append(
        intents.map(({ address, attempt }) => ({ op: 'intent-closed', address, attempt })),
      );
      throw error;
    }
    const object = await searchCreated(run, kind, intents, last.visibleByMs);
    if (object !== undefined) return { created: { how: 'found', object }, error };
    if (isRefused) throw error;
    assertMayWrite(run);
    run.emit({
      type: 'log',
      level: 'warn',
      message: `${change.address}: no object after an ambiguous answer (${error.message}); sending the create again`,
    });
    return { created: undefined, error };
  }

  async function send(): Promise<{ id: string; scope: string | undefined }> {
    const seen = intents.at(-1)?.seen ?? (await namesakes(run, input));
    // Each try has an intent of its own: a try may wait long for the rate, and for 429s.
    const announce = async (): Promise<void> => {
      const intent = intentOf(run, input, seen);
      await run.state.appendIntents([intent]);
      intents.push(intent);
    };
    const result = await sendStep(run, change, kind, input.step, input.weight, announce);
    if (result?.id === undefined) {
      throw new TrueupError('api-response-invalid', `the API gave no ID for ${change.address}`);
    }
    return { id: result.id, scope: result.scope ?? input.step.scope };
  }
}

function intentOf(run: Run, input: CreateInput, seen: readonly string[]): Intent {
  const { change, kind, fields } = input;
  const naturalKey = kind.key.of(fields.canonical);
  if (naturalKey === undefined || change.desired === undefined) {
    throw new TrueupError('internal', `${change.address} has no natural key`);
  }
  const nowMs = run.clock.now();
  const { requestMsMax, listLagMs } = run.timing;
  const scope = input.step.scope;
  return {
    address: change.address,
    type: kind.type,
    attempt: run.attemptName(),
    naturalKey,
    ...(scope === undefined ? {} : { scope }),
    seen,
    immutable: immutableFields(kind, fields.canonical),
    sent: withoutSecrets(fields.resolved),
    writeOnly: writeOnlyFields(kind, fields.canonical),
    lifecycle: lifecycleOf(change.desired),
    dependsOn: change.dependsOn.toSorted(),
    sentAtMs: nowMs,
    serverTimeMs: run.accounts.client(kind).lastServerTimeMs(),
    visibleByMs: kind.key.unique ? nowMs : nowMs + requestMsMax + listLagMs,
  };
}

function immutableFields(kind: ProviderKind, fields: ValueObject): JsonObject {
  let immutable: ValueObject = {};
  for (const unit of unitsOf(indexRoles(kind), fields)) {
    const value: Json | undefined = toJson(unit.value);
    if (unit.role.immutable !== true || unit.role.sensitive === true || value === undefined)
      continue;
    immutable = withValueAt(immutable, unit.path, value);
  }
  return withoutSecrets(immutable);
}

/**
 * IDs of objects of the same name that are there already. With an old plan the collection is
 * listed again, and a namesake that the plan did not know makes the create stale.
 */
async function namesakes(run: Run, input: CreateInput): Promise<readonly string[]> {
  const { kind, fields, change, step } = input;
  const known = indexNaturalKeys(run.live).candidates(kind, fields.canonical);
  if (isPlanFresh(run)) return known.map((object) => object.id);
  const inventory = await run.listOnce(kind, step.scope);
  if (!inventory.complete) {
    throw new TrueupError(
      'inventory-incomplete',
      `${kind.type} could not be read in full before the first create`,
    );
  }
  const now = keysIn(inventory).candidates(kind, fields.canonical);
  const fresh = now.filter((object) => !known.some((old) => old.id === object.id));
  if (fresh.length === 0) return now.map((object) => object.id);
  const ours = new Set([...run.resources.values()].map((entry) => entry.id));
  const foreign = fresh.find((object) => !ours.has(object.id));
  if (foreign !== undefined) {
    throw new TrueupError(
      'stale',
      `${change.address} exists since the plan was made (${foreign.id})`,
    );
  }
  return now.map((object) => object.id);
}

const keysIn = memoise((inventory: Inventory) => indexNaturalKeys(createLiveView([inventory])));

function createFailed(change: ResourceChange, cause: ApiError | undefined): TrueupError {
  const why = cause === undefined ? 'no answer' : cause.message;
  return new TrueupError(
    'create-failed',
    `${change.address} was not created after ${ATTEMPTS_MAX} attempts: ${why}`,
    { cause },
  );
}
